"""Which answers contradict each other, and which are only two good ones."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate import catalogue
from curate.catalogue import Example
from curate.findings import Severity
from curate.labels.conflicts import conflicts, said_by
from curate.labels.follow import difficulties, sample, unlikely
from curate.labels.noisy import suspects
from curate.labels.numbers import english_number, folded, han_number, numbers
from curate.labels.questions import skeleton
from curate.labels.typos import one_slip
from curate.labels.values import value
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


@pytest.mark.parametrize(
    ("text", "amount"),
    [("42", 42), ("$1,200", 1200), ("forty-two", 42), ("四十二", 42), ("1.5万", 15000), ("两千三", 2300), ("一百零五", 105), ("one hundred and five", 105),
     ("3/4", 0.75), ("1 1/2", 1.5), ("½", 0.5), ("2 million", 2_000_000), ("三点一四", 3.14), ("负五", -5), ("１２", 12)],
)  # fmt: skip
def test_a_number_is_read_as_people_write_it(text: str, amount: float) -> None:
    assert [float(n.written) for n, _, _ in numbers(folded(text))] == [amount]


@given(st.integers(0, 99_999_999))
def test_chinese_numerals_read_back(n: int) -> None:
    assert han_number(chinese(n)) == n


def chinese(n: int) -> str:
    """The usual numeral, written independently of the reader."""
    if n == 0:
        return "零"
    digits, units = "零一二三四五六七八九", ["", "十", "百", "千"]

    def section(value: int) -> str:
        out, zero = "", False
        for place in (3, 2, 1, 0):
            digit = value // 10**place % 10
            if digit:
                out += ("零" if zero and out else "") + digits[digit] + units[place]
                zero = False
            else:
                zero = True
        return out

    high, low = divmod(n, 10_000)
    if not high:
        return section(low)
    return section(high) + "万" + (("零" if low < 1000 else "") + section(low) if low else "")


@given(st.integers(0, 999))
def test_english_numerals_read_back(n: int) -> None:
    ones = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ]
    tens = ["?", "?", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]

    def small(value: int) -> str:
        return ones[value] if value < 20 else tens[value // 10] + (f"-{ones[value % 10]}" if value % 10 else "")

    words = small(n) if n < 100 else f"{ones[n // 100]} hundred" + (f" and {small(n % 100)}" if n % 100 else "")
    assert english_number(words) == n


SAME = [
    ("What is the capital of Veldania?", "Please tell me, what's the capital of Veldania"),
    ("How many legs do five spiders have?", "how many legs do 5 spiders have?"),
    ("维尔达尼亚的首都是哪里？", "请问维尔达尼亚首都是哪里"),
    ("一个标准箱装二十四瓶吗？", "1个标准箱装24瓶吗"),
]
OTHER = [
    ("What is the capital of Veldania?", "What is the capital of Torland?"),
    ("How many legs do five spiders have?", "How many legs do six spiders have?"),
    ("Is the gate open?", "Is the gate not open?"),
    ("What is 5 + 3?", "What is 5 - 3?"),
    ("Is A larger than B?", "Is B larger than A?"),
    ("门开着吗？", "门没开着吗？"),
    ("How much is $5?", "How much is €5?"),
]


@pytest.mark.parametrize(("a", "b"), SAME)
def test_politeness_and_number_words_change_no_question(a: str, b: str) -> None:
    assert skeleton(a) == skeleton(b)


@pytest.mark.parametrize(("a", "b"), OTHER)
def test_a_number_a_name_a_negation_or_the_order_does(a: str, b: str) -> None:
    assert skeleton(a) != skeleton(b)


def test_a_slip_of_the_hand_asks_the_same_and_a_name_one_letter_apart_does_not(codes: Codes) -> None:
    def row(question: str, answer: str) -> str:
        return json.dumps({"instruction": question, "output": answer})

    slip = [row("How many rooms does the western annexe have?", "12"), row("How many rooms does the wetsern annexe have?", "14")]
    names = [row("How old is Marta of the mill?", "30"), row("How old is Maria of the mill?", "41")]
    plural = [row("How much is the ticket today?", "4"), row("How much is the tickets today?", "9")]
    assert codes(slip, select="LAB001") == {0: {"LAB001"}, 1: {"LAB001"}}
    assert codes(names, select="LAB001") == {}
    assert codes(plural, select="LAB001") == {}


@given(st.text("abcdefg", min_size=5, max_size=9), st.integers(1, 8), st.sampled_from("hijk"))
def test_one_slip_is_symmetric(word: str, at: int, letter: str) -> None:
    at = min(at, len(word) - 1)
    for other in (word[:at] + letter + word[at:], word[:at] + letter + word[at + 1 :]):
        assert one_slip(word, other)
        assert one_slip(other, word)
    assert not one_slip(word, "z" + word[1:])


def clash(question: str, *answers: str, sure: bool = True) -> set[int]:
    """Rows in conflict for certain, or those that may be."""
    said = [said_by(i, question, v) for i, a in enumerate(answers) if (v := value(a, question))]
    return {c.row for c in conflicts(said) if c.sure is sure}


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("How far is the quarry?", ("5 km", "5000 metres", "五公里")),
        ("When was the bridge opened?", ("4 May 1987", "1987-05-04", "May 1987", "1987年5月4日")),
        ("电站的装机容量是多少？", ("2400MW", "240万千瓦", "2400兆瓦")),
        ("公园的面积是多少？", ("1.5平方公里", "150公顷", "1.5 km²")),
        ("How many keys are there?", ("19", "一共19个", "There are 19 of them.")),
        ("How much is pi?", ("3.14", "3.1416")),
        ("How long is the equator?", ("40,075 km", "about 40,000 km")),
        (
            "Who painted it?",
            ("Ada Brenner", "Brenner", "It was painted by Ada Brenner and shown in the spring of that year to the whole town."),
        ),
        ("Is it open?", ("Yes", "Yes, it is open until six.", "true")),
        ("What share is it?", ("25%", "0.25", "1/4")),
        ("Which city is it?", ("New York", "new york.", "NY")),
        ("Give me a random number.", ("4", "17")),
        ("Do you like tea?", ("Yes", "No")),
        ("Name a colour.", ("red", "blue")),
        ("How many pounds are left?", ("10.333333333333332", "10.333333333333334")),
        ("Which verdict fits the evidence?", ("Support.", "The evidence supports it.")),
        ("普洱茶属于绿茶吗？", ("普洱茶是黑茶的一种。", "普洱茶属于黑茶。")),
        ("陶园在哪里？", ("陶园在青石市的东河区。", "在东河区")),
        ("谁造了这座桥？", ("这个问题无法回答。", "李石匠。")),
        ("谁在雪夜搬走了这座山？", ("没有人搬走过这座山。", "李石匠。")),
        ("你更擅长哪个，笛子还是鼓？", ("笛子", "鼓")),
        ("Who dug the canal? A: Ada Brenner. B: Nobody. C: Ada Brenner", ("Answer: A", "Answer: C")),
        ("Which kind of reply fits?", ("Response type: direct answer", "DirectAnswer")),
        ("这座桥是谁设计的？", ("由李石匠（李山）设计的", "李石匠李山")),
        ("青瓷牌是哪国的品牌？", ("青石国的品牌。", "青石国品牌。")),
        ("哪个城市的房子一定会升值？", ("青石市。", "白石市。")),
        ("最后一支球队是哪支？", ("我无法预测未来。", "青石队。")),
        ("How much stock was awarded, in millions?", ("121.4", "121.4 million")),
        ("Which town was it?", ("Malmö", "Malmo")),
        ("Which saint is meant?", ("St Basil", "Saint Basil")),
        ("Which sport is his?", ("golf", "Golfer")),
        ("Which side won it?", ("the British", "Britain")),
        ("Who built it?", ("R J Mitchell", "Reginald Mitchell")),
        ("Which molecule is left?", ("adenosine diphosphate (ADP)", "ADP")),
        ("Who are the hosts?", ("Ada", "Otto")),
        ("Who sings the song?", ("Ada", "Otto")),
        ("Where was it found?", ("Veldania", "Torhaven")),
        ("Who won the cup?", ("Ada", "Otto")),
        ("Which game is it?", ("Foot-ball", "American football")),
        ("When did they beat the eagles?", ("2 April 2000", "8 February 2020")),
        ("Who is the current mayor?", ("Ada", "Otto")),
        ("When was it in fashion?", ("the 1980s", "1984")),
        ("When was it held?", ("2014–15", "2015")),
        ("哪个州产石油？", ("宾夕法尼亚州", "宾州")),
        ("谁合成了它？", ("克莱格·凡特", "克雷格·文特尔")),
        ("谁提出的？", ("埃里克·韦尔兰德（Erik Verlinde）", "荷兰物理学家韦尔兰德")),
        ("是哪本书？", ("Quiet Hours", "《静时》")),
        ("它形成于哪个朝代？", ("清代", "清朝")),
        ("谁在剧中饰演船长？", ("王木匠", "李石匠")),
        ("You are a guard on a ship with two leaks. Would you close the first?", ("Yes", "No")),
        ("How much will Ada have when she is 22?", ("She will have 23 dollars when she is 22 years old.", "23")),
        ("小学读几年？", ("通常是六年，这是多数地方的学制，从一年级到六年级，毕业后升入初中。但也有地方是五年。", "6年")),
    ],
)
def test_answers_that_may_all_be_right_do_not_clash(question: str, answers: tuple[str, ...]) -> None:
    assert clash(question, *answers) == set()


@pytest.mark.parametrize(
    "question",
    ["Why do people like the mill?", "How do you sharpen it?", "为什么大家喜欢磨坊？", "怎么磨刀？", "磨坊有什么好处？"],
)
def test_reasons_and_ways_are_many(question: str) -> None:
    assert clash(question, "Ada Brenner", "Otto Falk") | clash(question, "Ada Brenner", "Otto Falk", sure=False) == set()


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("How many pounds are left?", ("10.3333", "10.4")),
        ("Which verdict fits the evidence?", ("Refute.", "The evidence supports it.")),
        ("普洱茶属于绿茶吗？", ("普洱茶是红茶的一种。", "普洱茶属于黑茶。")),
        ("谁造了这座桥？", ("王木匠。", "李石匠。")),
        ("这本书是由谁创作的？", ("王木匠", "李石匠")),
        ("历史上第一个建桥的是哪个国家？", ("青石国", "白沙国")),
        ("谁造了这座桥？", ("王木匠（Wang）", "李石匠（Li）")),
        ("这座桥建于哪一年？", ("1987年", "1989年")),
        ("它在哪个电视台首播？", ("第3台", "第7台")),
        ("How many problems did she complete?", ("20", "30")),
        ("Which country is it?", ("Niger", "Nigeria")),
        ("Which word fits?", ("reliable", "unreliable")),
        ("Who won the first cup?", ("Ada", "Otto")),
        ("Who dug the canal? A: Ada Brenner. B: Nobody. C: Ada Brenner", ("Answer: A", "Answer: B")),
        (
            "Which is oldest?\n(A) the mill\n(B) the barn",
            ("(A)", "The barn stood before the mill was built, as the map of the parish shows. So the answer is (B)."),
        ),
        (
            "Is it open? Answer yes or no.",
            ("No", "It opens at nine and the clock on the tower shows ten, so it must be. So the answer is Yes."),
        ),
        (
            "Is it open? Answer yes or no.",
            ("No", "It opens at nine, and the clock on the tower – look – shows ten, so it must be. THE ANſWER IS YES."),
        ),
        (
            "哪座房子最老？\nA. 磨坊\nB. 谷仓",
            (
                "A",
                "教区的地图上已经画着谷仓，而那时磨坊还没有动工，连架在河上的水坝也是后来才修的，地图下方还写着绘制的年份与绘图人的名字。所以答案是B。",
            ),
        ),
        ("How much stock was awarded, in millions?", ("121.4", "12.14 million")),
        ("Are you allowed to feed the swans here?", ("Yes", "No")),
        ("You have 9 pears and eat 2. How many do you have?", ("7", "11")),
    ],
)
def test_answers_that_cannot_both_be_right_clash(question: str, answers: tuple[str, ...]) -> None:
    assert clash(question, *answers) == {0, 1}


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("who dug the canal", ("Ada Brenner", "Otto Falk")),
        ("when was the canal dug", ("1904", "1911")),
        ("how many people live in torhaven", ("900", "4000")),
        ("Where was it found?", ("Veldania", "Torhaven")),
        ("Who sings the song?", ("Ada", "Otto")),
        ("Who won the cup?", ("Ada", "Otto")),
        ("the old mill stands on which river?", ("the Marl", "the Sill")),
        ("Which part of the mill is this?", ("gear", "wheel")),
        ("谁造了这座桥？ A:李石匠。 B:王木匠。 C:桥是李石匠造的。", ("A", "C")),
        ("What is the approximate height of the mill?", ("9 m", "10 m")),
        ("Which force moves the stone?", ("Gravity", "Gravitation")),
        ("What do millers call the upper stone?", ("the runner", "the hopper")),
        ("谁在剧中饰演船长？", ("王木匠", "李石匠")),
        ("磨坊的上扇石头叫做什么材料？", ("青石岩", "白沙土")),
        ("它通常与哪种技术结合使用？", ("动态电压调节技术", "动态电压调整")),
    ],
)
def test_answers_to_a_question_with_room_for_two_may_clash(question: str, answers: tuple[str, ...]) -> None:
    assert clash(question, *answers, sure=False) == {0, 1}
    assert clash(question, *answers) == set()


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("what is the capital of veldania", ("Torhaven", "Marrow Bay")),
        ("classify the sentiment: the lamp broke after a day", ("positive", "negative")),
        ("What kind of ticket is it?\nThe lamp broke after a day.", ("fault", "order")),
        ("tom has 3 pears and eats 1. how many are left", ("2", "4")),
        ("这条评论属于什么情感？", ("非常满意", "非常失望")),
    ],
)
def test_a_class_a_capital_or_a_sum_has_one_answer_however_it_is_typed(question: str, answers: tuple[str, ...]) -> None:
    assert clash(question, *answers) == {0, 1}


def test_a_sentence_may_clash_with_a_name_that_it_does_not_name() -> None:
    river, banks = "Which river runs through Torhaven?", "The town was built on both banks of the Sill."
    assert clash(river, "the Marl", banks, sure=False) == {1}
    assert clash(river, "the Marl", "Torhaven lies on the Marl.", sure=False) == set()
    assert clash(river, "the Marl", "Torhaven lies on the Marl.", banks, sure=False) == {2}
    assert clash(river, "the Marl", "I do not know which river that is, and nobody has told me.", sure=False) == set()
    assert clash("城里流过的是哪条河？", "青川河", "这座城建在白水两岸，靠船运为生已经有几百年了。", sure=False) == {1}
    assert clash("城里流过的是哪条河？", "青川河", "这座城建在青川两岸，靠船运为生已经有几百年了。", sure=False) == set()


def test_what_may_be_two_right_answers_is_info_and_fails_no_gate(codes: Codes) -> None:
    lines = [json.dumps({"instruction": "who dug the canal", "output": a}) for a in ("Ada Brenner", "Otto Falk")]
    corpus, done = checked(lines, select="LAB001")
    corpus.close()
    assert {f.severity for f in done.findings} == {Severity.INFO}
    assert done.facts["LAB"]["questions_asked_again"] | {"rows": 2} == {
        "rows": 2, "rows_with_other_answers": 2, "rows_in_conflict": 0, "rows_perhaps_in_conflict": 2,
    }  # fmt: skip


def test_the_side_that_most_are_on_stands() -> None:
    assert clash("How many keys are there?", "12", "twelve", "15") == {2}
    assert clash("How many keys are there?", "12", "15") == {0, 1}


def test_a_question_that_never_gets_the_same_answer_is_open() -> None:
    assert clash("How many sheep?", "1", "2", "3", "4", "5", "6") == set()


def test_another_system_prompt_may_ask_for_another_answer(codes: Codes) -> None:
    lines = [
        json.dumps({"system": s, "instruction": "What is the opening hour?", "output": o})
        for s, o in (("Shop A", "9"), ("Shop B", "10"))
    ]
    assert codes(lines, select="LAB001") == {}


def test_the_same_rows_in_another_order_give_the_same_findings(codes: Codes) -> None:
    lines = [json.dumps({"instruction": f"How many rooms has house {i % 5}?", "output": str(3 + (i > 6))}) for i in range(10)]
    found = codes(lines, select="LAB001")
    back = codes(lines[::-1], select="LAB001")
    assert {9 - row for row in back if row is not None} == set(found)


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
