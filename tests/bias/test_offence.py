"""Sentences about a group as such, and what is not one: quotation, report, speech against, a name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curate.bias.lexicon import load
from curate.bias.offence import abuse, stereotypes
from curate.bias.reading import read

LEXICON = load()


def said(text: str) -> set[str]:
    return {offence.group for offence in stereotypes(read([text], LEXICON), LEXICON)}


def abused(text: str) -> set[str]:
    return {offence.group for offence in abuse(read([text], LEXICON), LEXICON)}


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("Women are too emotional.", "female"),
        ("Everyone knows that old people can't use computers.", "old"),
        ("All Muslims are terrorists.", "muslim"),
        ("Poor people are just lazy.", "poor"),
        ("A woman's place is in the kitchen.", "female"),
        ("女人天生不适合开车。", "female"),
        ("上海人都很小气。", "上海"),
        ("外地人素质低。", "non-local"),
        ("我觉得老年人都学不会用手机。", "old"),
    ],
)
def test_a_generalisation_is_found(text: str, group: str) -> None:
    assert group in said(text) or (group == "old" and said(text))


@pytest.mark.parametrize(
    "text",
    [
        "The women in the office are tired.",
        "She is emotional today.",
        'He wrote: "Women are too emotional."',
        "It is a stereotype that women are too emotional.",
        "Women are not bad drivers.",
        "Are women bad drivers?",
        "Some people say that women are bad drivers.",
        "Not all men are violent.",
        "The old woman was slow and the young man was lazy.",
        "这个女人很懒。",
        "有人说女人不适合开车，这是偏见。",
        "女人不是弱者。",
        "妈妈今天很情绪化。",
        "“河南人都是骗子”是地域歧视。",
        "他是河南人，做小生意。",
    ],
)
def test_what_is_no_generalisation_is_left_alone(text: str) -> None:
    assert said(text) == set()


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("Immigrants are vermin.", "immigrant"),
        ("We should deport all Mexicans.", "mexican"),
        ("同性恋都去死。", "gay"),
        ("外地人滚出去。", "non-local"),
    ],
)
def test_abuse_is_found(text: str, group: str) -> None:
    assert abused(text) == {group}


@pytest.mark.parametrize(
    "text",
    [
        "Jews, Muslims, gay men, Black women, immigrants and the homeless live here.",
        "犹太人、穆斯林、同性恋者、黑人、外地人和残疾人都住在这里。",
        "Calling immigrants vermin is hate speech.",
        "The rats are vermin.",
        "A chink in the armor and a flame retardant.",
        "母猪产仔，绿绿的草地。",
        "这不是人工的。",
        "老鼠是害虫。",
    ],
)
def test_a_name_alone_or_talk_about_abuse_is_no_abuse(text: str) -> None:
    assert abused(text) == set()


@pytest.mark.parametrize("group", sorted({g.name for g in LEXICON.groups}))
def test_no_group_is_an_offence_by_its_name(group: str) -> None:
    label = next(g.label for g in LEXICON.groups if g.name == group)
    for text in (f"我们的邻居是{label}。", f"{label}和朋友们一起吃饭。", label):
        assert not said(text)
        assert not abused(text)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    said(text)
    abused(text)
