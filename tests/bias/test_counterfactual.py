"""A swap is grammatical, its own inverse, and refused where it would not be the same text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curate.bias import entries
from curate.bias.counterfactual import swap, swap_all
from curate.errors import UserError

FILE = next(file for file in entries.files() if isinstance(file, entries.CounterfactualFile))
NOUNS = [(a, b) for a, b in FILE.en if a not in ("he", "himself", "mr", "sir")]


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("He lost his keys and found them himself.", "She lost her keys and found them herself."),
        ("The book is hers; I saw her yesterday.", "The book is his; I saw him yesterday."),
        ("Mr. Stone and his wife", "Ms. Stone and her husband"),
        ("HE WON", "SHE WON"),
        ("My mother-in-law likes her house, and I like her.", "My father-in-law likes his house, and I like him."),
        ("A male nurse plugged in the male connector.", "A female nurse plugged in the male connector."),
        ("他是男医生，他的女儿很聪明，其他人也是。", "她是女医生，她的儿子很聪明，其他人也是。"),
        ("王先生和他的妻子", "王女士和她的丈夫"),
        ("他们说她的爸爸来了。", "他们说他的妈妈来了。"),
    ],
)
def test_a_swap_reads_well_and_swaps_back(text: str, other: str) -> None:
    assert swap(text) == other
    assert swap(other) == text


@pytest.mark.parametrize(
    "text",
    [
        "The weather is fine.",
        "今天天气很好。",
        "其他人都走了。",
        "She is pregnant.",
        "她怀孕了。",
        "I saw her mother.",
        "She gave her books.",
        "Obama said he won.",
        "他们说她们来了。",
        "一位名叫亚瑟的骑士和他的马",
        "有个叫若溪的女孩总是迟到，她很着急。",
        "艾米在街头徘徊，她不知道要去哪里。",
        "Emily刚刚毕业，她很高兴。",
        "If mike washes 9 cars, how many hours did he work?",
        "Mr. Elizabeth made more, and he paid.",
        "Elliott drew a triangle on his book.",
        "A frog lays her eggs.",
        "A fisherman pulls in his net.",
        "热爱大自然母亲。",
        "Ne > O > He，即氖大于氧大于氦。",
        "自由女神像在纽约。",
        'A word from the letters e and r is "her".',
    ],
)
def test_what_cannot_be_swapped_soundly_is_refused(text: str) -> None:
    assert swap(text) is None


@pytest.mark.parametrize(("male", "female"), NOUNS)
def test_every_english_pair_swaps(male: str, female: str) -> None:
    assert swap(f"The {male} nurse came." if male == "male" else f"The {male} came.") == (
        f"The {female} nurse came." if male == "male" else f"The {female} came."
    )


@pytest.mark.parametrize(("male", "female"), [pair for pair in FILE.zh if len(pair[0]) > 1])
def test_every_chinese_pair_swaps(male: str, female: str) -> None:
    assert swap(f"来的是{male}。") == f"来的是{female}。"


WORDS = [w for pair in (*FILE.en, *FILE.zh) for w in pair] + [
    "him",
    "his",
    "her",
    "hers",
    "其他",
    "他们",
    " ",
    ", ",
    ". ",
    "and",
    "saw",
    "是",
    "的",
    "，",
    "The ",
    "nurse",
]


def test_a_word_of_the_axis_that_reads_like_a_name_is_the_word() -> None:
    """丈夫 before 孙子: a role, a surname and a name, by their looks."""
    assert swap("丈夫孙子") == "妻子孙女"
    assert swap("他是李白") is None  # but a name at the end is one
    assert swap("丈夫孙子 he") is None  # a Latin word in a Chinese text may be anything


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=12), st.sampled_from(["", " "]))
def test_a_second_swap_gives_the_text_back(words: list[str], gap: str) -> None:
    text = gap.join(words)
    there = swap(text)
    assert there is None or (there != text and swap(there) == text)


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_text_can_be_swapped_or_refused(text: str) -> None:
    there = swap(text)
    assert there is None or swap(there) == text


def test_names_are_exchanged_only_when_asked() -> None:
    assert swap("Tom lost his keys.") is None
    assert swap("Tom lost his keys.", names=True) == "Lucy lost her keys."


def test_the_texts_of_a_row_are_swapped_together_or_not_at_all() -> None:
    assert swap_all(("Describe the nurse.", "She is kind.")) == ("Describe the nurse.", "He is kind.")
    assert swap_all(("He waits.", "I saw her mother.")) is None


def test_an_axis_without_pairs_is_named() -> None:
    with pytest.raises(UserError, match="race"):
        swap("a text", axis="race")
