"""Which answers contradict each other, and which are only two good ones."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from curate import catalogue
from curate.catalogue import Example
from curate.labels.follow import difficulties, sample, unlikely
from curate.labels.noisy import suspects
from tests.conftest import checked

Codes = Callable[..., dict[int | None, set[str]]]
RULES = catalogue.shipped()
EXAMPLES = [
    pytest.param(code, example, kind == "bad", id=f"{code}-{kind}{i}")
    for code in ("LAB001", "LAB002")
    for kind in ("bad", "good")
    for i, example in enumerate(getattr(RULES[code], kind))
]


@pytest.mark.parametrize(("code", "example", "flagged"), EXAMPLES)
def test_an_example_behaves_as_its_rule_says(code: str, example: Example, flagged: bool) -> None:
    corpus, done = checked(list(example.lines), select=code)
    corpus.close()
    assert any(f.code == code for f in done.findings) is flagged


def tickets(n: int, seed: int) -> tuple[list[str], np.ndarray]:
    rng = random.Random(seed)
    words = [
        "refund invoice charged payment bill",
        "parcel courier tracking shipped driver",
        "password login account locked email",
    ]
    texts, labels = [], []
    for i in range(n):
        chosen = rng.sample(words[i % 3].split(), 2) + rng.choices(
            ["hello", "please", "again", "since", "yesterday", "thanks", "still", "it", "my", "the"], k=6
        )
        rng.shuffle(chosen)
        texts.append(" ".join(chosen))
        labels.append(i % 3)
    return texts, np.array(labels)


@pytest.mark.parametrize("share", [0.05, 0.2])
def test_planted_wrong_labels_are_the_suspects(share: float) -> None:
    texts, labels = tickets(400, 5)
    wrong = np.random.default_rng(1).choice(400, int(400 * share), replace=False)
    labels[wrong] = (labels[wrong] + 1) % 3
    chosen, _, guess = suspects(texts, labels, 0)
    hits = set(np.flatnonzero(chosen)) & set(wrong)
    assert len(hits) >= 0.8 * len(wrong)
    assert len(hits) >= 0.9 * chosen.sum()
    assert all(guess[i] == (labels[i] - 1) % 3 for i in hits)


def test_labels_that_do_not_follow_from_the_words_give_no_suspects() -> None:
    texts, labels = tickets(300, 6)
    np.random.default_rng(2).shuffle(labels)
    assert not suspects(texts, labels, 0)[0].any()


def test_a_field_of_json_answers_is_a_task_of_its_own() -> None:
    texts, labels = tickets(300, 7)
    names = ["billing", "delivery", "access"]
    queue = [names[label] for label in labels]
    queue[30] = "delivery"
    lines = [
        json.dumps({"instruction": "Sort it.", "input": t, "output": json.dumps({"queue": q, "urgent": False})})
        for t, q in zip(texts, queue, strict=True)
    ]
    corpus, done = checked(lines, select="LAB002")
    corpus.close()
    assert {f.row for f in done.findings} == {30}
    assert "`queue`" in done.findings[0].message


def test_without_a_model_the_report_says_what_it_would_take() -> None:
    corpus, done = checked([json.dumps({"instruction": "a", "output": "b"})], select="LAB")
    corpus.close()
    (said,) = done.facts["LAB"]["not_looked_for"]
    assert said[0].endswith("add --difficulty, about 1 minute for 1 row")
    assert "--difficulty" in said[1]


class Echo:
    """Reads an answer easily when the prompt holds it."""

    name = "echo"

    def loss(self, prompts: Sequence[str], answers: Sequence[str]) -> Sequence[float]:
        return [1.0 if answer in prompt else 2.0 if not prompt else 3.0 for prompt, answer in zip(prompts, answers, strict=True)]


def test_an_answer_that_its_prompt_makes_harder_is_listed_first() -> None:
    rows = [(0, "the lamp is red", "red"), (1, "the lamp is red", "seven"), (2, "it is five", "five")]
    found = list(difficulties(rows, Echo()))
    assert [f.row for f in unlikely(found, 1.0)] == [1]
    assert found[0].difficulty < 1 < found[1].difficulty


def test_the_sample_is_drawn_by_what_the_rows_say_not_by_where_they_stand() -> None:
    rows = [(i, f"question {i}", f"answer {i}") for i in range(50)]
    turned = [(i, q, a) for i, (_, q, a) in enumerate(reversed(rows))]
    texts = [{q for _, q, _ in sample(each, 10, 1)} for each in (rows, turned)]
    assert texts[0] == texts[1]
    assert texts[0] != {q for _, q, _ in sample(rows, 10, 2)}
    assert len(sample(rows, 99, 1)) == 50
