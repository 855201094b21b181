"""Answers that are broken on their face, and the many that only look unusual."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.quality import without_code
from curate.quality.endings import cut_off
from curate.quality.habits import Habits, learn
from curate.quality.mismatch import other_language
from curate.quality.repetition import repeats
from curate.quality.residue import control_token, markup_residue, template_residue
from curate.turns import Asked

NONE = Habits()
Codes = Callable[..., dict[int | None, set[str]]]


def row(question: str, answer: str) -> str:
    return json.dumps({"instruction": question, "output": answer}, ensure_ascii=False)


@pytest.mark.parametrize(
    "answer",
    [
        "The parcel was sent on Monday and should be with you on Friday or",
        "Take the second road on the left after the mill, and then follow the",
        'Sure.\n```json\n{"a": 1,\n "b": [1, 2',
        '[{"name": "lamp", "price": 12}, {"name": "cha',
        "Here is the list of the documents that you will need to bring with you:",
        "1. Wash the rice until the water is clear.\n2. Soak it for an hour.\n3.",
        "请先把米洗干净，再泡一个小时，然后放进锅里，加水煮开以后转小火，并且",
    ],
)
def test_an_answer_that_stops_in_the_middle_is_cut_off(answer: str) -> None:
    assert cut_off(answer, NONE)


@pytest.mark.parametrize(
    "answer",
    [
        "Blue",
        "The parcel was sent on Monday and should be with you on Friday",
        "A. positive",
        "Dear Sir or Madam,",
        "Roses by the door,\nviolets by the wall,\nsnowdrops on the floor,\nivy over all,",
        "```python\nprint(1)\n```",
        'print({"a": 1, "b": [1, 2]})',
        "The sum is\n5.",
        "a > b, therefore:\n\n$$x = \\frac{1}{2}$$",
        "[1] is the first reference in the list of this book about gardens",
        "请先把米洗干净，再泡一个小时，然后放进锅里煮熟就可以吃了",
        "答案：\n1. A\n2. C\n3. B",
        "Some text.\n```\nstray fence at the end\n```\n```",
    ],
)
def test_an_answer_that_ends_as_it_likes_is_not(answer: str) -> None:
    assert cut_off(answer, NONE) is None


def test_a_word_torn_apart_is_known_by_the_other_answers() -> None:
    others = ["The committee discussed the important matter and closed the meeting."] * 30
    torn = "The committee met twice this year. Everybody came. They agreed that it is very impor"
    assert cut_off(torn, learn([*others, torn]))
    assert cut_off(torn, NONE) is None


@given(st.text(max_size=400))
def test_no_answer_makes_a_detector_raise(text: str) -> None:
    cut_off(text, NONE)
    repeats(text, "")
    other_language(text, Asked("Why is the sky blue?", "Why is the sky blue?"), 40)
    control_token(text, "")
    template_residue(text, "")
    markup_residue(text, "")


@given(st.text(alphabet="ab`~\n ", max_size=80))
def test_blanking_code_keeps_every_offset(text: str) -> None:
    assert len(without_code(text)) == len(text)


def test_chats_are_judged_turn_by_turn_and_the_field_says_which(codes: Codes) -> None:
    turns = [
        ("user", "Why do leaves turn red in autumn?"),
        ("assistant", "I'm sorry, but I cannot help with that."),
        ("user", "And why do they fall?"),
        ("assistant", "The tree closes the stalk, and the wind does the rest."),
    ]
    line = json.dumps({"messages": [{"role": r, "content": c} for r, c in turns]})
    assert codes([line], select="QUA002") == {0: {"QUA002"}}


def test_an_asked_for_refusal_is_left_alone(codes: Codes) -> None:
    quoted = row("Mend the spelling: I'm sorry, but I cannot help with that.", "I'm sorry, but I cannot help with that.")
    about_it = row("Are you a machine?", "I am an AI assistant, so yes.")
    assert codes([quoted, about_it], select="QUA002") == {}


def test_a_second_turn_in_the_language_of_the_first_is_no_mismatch(codes: Codes) -> None:
    zh = "微服务之间通常通过消息队列通信，这样一个服务的故障不会立刻影响其他服务。"
    turns = [
        ("user", "微服务之间怎样通信比较好呢？请详细说明。"),
        ("assistant", zh),
        ("user", "more details pls"),
        ("assistant", zh),
    ]
    line = json.dumps({"messages": [{"role": r, "content": c} for r, c in turns]}, ensure_ascii=False)
    assert codes([line], select="QUA005") == {}


def test_control_tokens_are_found_in_questions_too(codes: Codes) -> None:
    assert codes([row("What is this?<|im_end|>", "A lamp.")], select="QUA006") == {0: {"QUA006"}}


def test_code_may_hold_anything() -> None:
    answer = "Write:\n```html\n<p>{{ name }}</p> <|im_end|>\n```\nand save it."
    assert control_token(answer, "") is None
    assert template_residue(answer, "") is None
    assert markup_residue(answer, "") is None


def test_the_excerpt_is_masked() -> None:
    from tests.conftest import checked

    line = row("Whom may I ask?", "Ask helen.marsh@brightwater-mail.com, she knows. " * 8)
    corpus, done = checked([line], select="QUA003")
    corpus.close()
    assert done.findings
    assert "helen.marsh" not in json.dumps([(f.message, f.excerpt) for f in done.findings])
