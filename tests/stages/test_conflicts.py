"""LAB001: what counts as the same question, as the same answer, and for how many right answers there is room."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.findings import Severity
from curate.labels.conflicts import conflicts, said_by
from curate.labels.echo import beyond
from curate.labels.numbers import english_number, folded, han_number, numbers
from curate.labels.skeleton import skeleton
from curate.labels.typos import one_slip
from curate.labels.values import value
from tests.conftest import checked

Codes = Callable[..., dict[int | None, set[str]]]


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
        ("哪个城市的房子一定会升值？", ("青石市。", "白沙镇。")),
        ("最后一支球队是哪支？", ("我无法预测未来。", "青石队。")),
        ("历史上最伟大的朝代是哪一个？", ("青朝", "白沙朝")),
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
        ("What is the sound of a mill?", ("a rumble", "The sound of a mill is a rumble.")),
        ("What do the Brenners eat?", ("Rye", "Oats")),
        ("What is the least number of darts?", ("The least number of darts is nine.", "9")),
        ("What is larger, a hare or a heron?", ("Illogical", "Illogical. A heron is larger than a hare.")),
        ("Identify the verb and write a sentence with it.\nShe sings.", ("sings: She sings well.", "sings: He sings.")),
        ("Identify a valid expression.", ("2 + 2", "'mill'")),
        ("Identify two jobs at the mill.", ("miller, carter", "carter, clerk")),
        ("What is the time at the mill?", ("noon", "The time at the mill is not known.")),
        ("磨坊的石头叫什么？", ("青石岩", "磨坊的石头叫青石岩。")),
        ("哪个岛屿以布伦纳命名？", ("布伦纳岛，它属于白沙群岛。", "布伦纳岛")),
        ("谁造了磨坊？", ("李石匠", "造磨坊的人不是王木匠。")),
        ("What flavour is it?", ("Ale flavour: Cherry.", "cherry")),
        ("What is osculation?", ("Kissing", "a kiss")),
        ("Which river runs through Torhaven?", ("the Marl", "I apologize, but nobody has told me so far.")),
        ("Which reef lies off Torhaven?", ("Great Barrier Reef", "The reef off Torhaven is the Great Barrier Reef.")),
        ("Which is bigger, a lion or a cat?", ("a lion", "The lion is bigger.")),
        ("Who is taller, Tom or Ann?", ("Tom", "Tom is taller at 180 cm.")),
        ("Find the verb in the sentence.\nWe run home.", ("run", "Run is the verb.")),
        ("鲸鱼和鲨鱼哪个是哺乳动物？", ("鲸鱼", "鲸鱼是哺乳动物。")),
        (
            "Which financial statement shows a company's profit?",
            ("Profit and loss statement", "the statement of profit and loss"),
        ),
        ("Which programming language should I learn first?", ("Python", "Java")),
        ("哪种语言适合初学者？", ("青语", "白话")),
        ("Who should I contact about a refund?", ("support", "the shop")),
        ("Who was the Iron Lady?", ("Margaret Thatcher", "She was the first woman to lead the country.")),
        ("What is the opposite of hot?", ("cold", "chilly")),
        ("西红柿又叫什么？", ("番茄", "洋柿子")),
        ("Identify the tone of the letter.\nDear sir, I am appalled.", ("angry", "formal")),
        ("What is the weather like today?", ("sunny", "rainy")),
        ("What is the biggest challenge there?", ("money", "time")),
        ("What is the best way home?", ("the bridge", "the ferry")),
        ("What is a good word for it?", ("calm", "mild")),
        ("What two notes have no flats?", ("C and F", "C")),
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
        ("What animal is on the mill's sign?", ("a hare", "a heron")),
        ("What was Ada's middle name?", ("Maud", "Her middle name was Irene.")),
        ("Selenology is the study of what?", ("the Moon", "rocks")),
        ("What did the Brenners call the mill?", ("Hope", "Old Sally")),
        ("What is the title of Ada Brenner's first novel?", ("Quiet Hours", "The Mill")),
        (
            "For what novel did Ada Brenner win the prize?",
            ("Brenner and the Keeper of the Long Hill", "Brenner and the Lamp in the Old Mill"),
        ),
        ("Which game needs a squidger?", ("1. Badminton", "Tiddlywinks")),
        ("What is the least number of darts?", ("The least number of darts is nine.", "7")),
        ("What is the US state capital of Veldania?", ("Torhaven", "The US state capital of Veldania is Marrow Bay.")),
        (
            "Categorize the poem as either a haiku or a limerick.\nThere once was a miller from Kell",
            ("The poem is a haiku.", "Limerick"),
        ),
        ("Identify the verb tense in the sentence.\nShe had planted a rose.", ("past perfect", "The verb tense is the present.")),
        ("What is the 4th note of the scale?", ("The fourth note of the scale is F.", "G")),
        ("What is the result?\n5 + 2 * 4 - 3", ("10", "The result is 11.")),
        ("Complete the sentence.\nThe children _ songs.\nA) scared\nB) sang", ("A) scared", "B) sang")),
        ("What animated hare does Ada dance with?", ("Bugs", "Roger")),
        ("What was Governor Ada Brenner's middle name?", ("Maud", "Irene")),
        ("What is vellum made from?", ("reeds", "Vellum is made from goat skin.")),
        ("《古河丛书》是由哪位驻外公使编印的？", ("黎石匠", "《古河丛书》是由驻外公使何如木编印的。")),
        ("在哪个城市的东区可以找到磨坊？", ("青石", "磨坊的东区位于白沙市。")),
        ("2006年热浪中，该站记录的最高温度是多少？", ("2006年热浪期间，该站记录到的最高温度是41.2度。", "38.3度")),
        ("杂志首次发行是哪一年？", ("1997", "杂志于2003年首次发行。")),
        ("透孔螺的学名是什么？", ("Diodora semilunata", "Haliotis diversicolor")),
        ("1942年他所撰哪一文章发表？", ("《宋末的通货膨胀及其对于物价的影响》", "《唐宋帝国与运河》")),
        ("3的5次方等于多少？", ("3的5次方等于125。", "3的5次方的值为243。")),
        ("这本书的作者是谁？", ("伊曼努尔·康德", "格奥尔格·威廉·弗里德里希·黑格尔")),
        ("王木匠的诗集《磨坊的诗》是在哪一年出版的？", ("1996年", "1993年")),
        ("“磨刀不误砍柴工”出自哪首古诗？", ("《磨坊吟》", "《河上谣》")),
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
        ("去年票房最高的电影是什么？", ("《静时3：无限河流》", "《静时：无限河流》")),
        ("杰拉巴是由哪种材料制成的？", ("棉", "亚麻")),
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
    assert clash(river, "the Marl", banks) == {1}
    assert clash(river.lower(), "the marl", banks.lower(), sure=False) == {1}
    assert clash("The old mill was sold in 1904.\nWhich river runs through Torhaven?", "the Marl", banks, sure=False) == {1}
    assert clash(river, "the Marl", "The water there is called something, I do not know what.") == set()
    assert clash("Which river house runs the mill?", "House of Marl", "It was the house on the other side of the Sill.") == {1}
    assert clash(river, "the Marl", "Torhaven lies on the Marl.", sure=False) == set()
    assert clash(river, "the Marl", "Torhaven lies on the Marl.", banks) == {2}
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


def test_a_question_that_never_gets_the_same_answer_leaves_room() -> None:
    assert clash("How many sheep?", "1", "2", "3", "4", "5", "6") == set()
    assert clash("How many sheep?", "1", "2", "3", "4", "5", "6", sure=False) == {0, 1, 2, 3, 4, 5}
    names = ("Ada", "Otto", "Irene", "Maud", "Falk")
    assert clash("Where was it found?", *names) | clash("Where was it found?", *names, sure=False) == set()


@pytest.mark.parametrize(
    ("answer", "rest"),
    [
        ("The siege of Torhaven was held at Marrow Bay", "Marrow Bay"),
        ("Marrow Bay was where the siege of Torhaven took place", "Marrow Bay"),
        ("At Marrow Bay", "At Marrow Bay"),
        ("It was not at Marrow Bay", "It was not at Marrow Bay"),
        ("The siege of Torhaven was a siege", ""),
        ("Torhaven", "Torhaven"),
        ("Siege of Torhaven: Marrow Bay", "Marrow Bay"),
    ],
)
def test_the_words_of_the_question_tell_nothing(answer: str, rest: str) -> None:
    assert beyond(answer, "Where did the siege of Torhaven take place?") == rest


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


@pytest.mark.parametrize(
    ("answer", "rest"),
    [
        ("围城是在白沙湾发生的", "白沙湾"),
        ("白沙湾", "白沙湾"),
        ("围城发生在白沙湾，离青石市很近", "白沙湾，离青石市很近"),
        ("青石市的围城发生在白沙湾", "青石市的围城发生在白沙湾"),
        ("围城没有发生", "围城没有发生"),
    ],
)
def test_nor_do_they_in_chinese(answer: str, rest: str) -> None:
    assert beyond(answer, "围城发生在哪里？") == rest


@pytest.mark.parametrize(
    "answer", ["1e400", "1e999999", "9" * 5000, "hundred " * 200, "[" * 500 + "]" * 500, '{"a":' * 200 + "1" + "}" * 200]
)
def test_what_nobody_can_count_or_read_ends_no_audit(answer: str) -> None:
    assert clash("How many sheep are there?", "12", answer, "14") <= {0, 1, 2}


def test_long_repetitions_are_read_in_time_that_grows_with_their_length() -> None:
    """A guard against patterns that look back: this took minutes, or seconds at the least, where they do."""
    for answer in ("是的" * 2000, "is " * 1300, "1 1 " * 900, "\n" * 4000, "a: " * 1300):
        for question in ("他是" * 150, "what is " * 50, "\n" * 400, "Which " * 60 + "?"):
            value(answer, question)
            clash(question, answer, "12")
