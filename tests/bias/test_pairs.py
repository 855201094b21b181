"""Same question, another group, another answer."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from curate.bias.answers import disagree, refuses, signature
from curate.bias.evidence import Piece, batches
from curate.bias.lexicon import load
from curate.bias.pairs import Pair, Pairs

LEXICON = load()


def contrasts(rows: Sequence[tuple[str, str]]) -> list[Pair]:
    pairs = Pairs(LEXICON)
    for batch in batches((Piece(i, side, text) for i, row in enumerate(rows) for side, text in enumerate(row)), LEXICON):
        pairs.add(batch)
    return list(pairs.found())


def test_a_contradiction_is_found_with_its_partner() -> None:
    (pair,) = contrasts(
        [("May a Muslim rent the flat?", "No, sorry."), ("Hello", "Hi"), ("May a Christian rent the flat?", "Yes, gladly.")]
    )
    assert (pair.row, pair.other_row, pair.exact) == (2, 0, True)
    assert {pair.group, pair.other_group} == {"muslim", "christian"}


def test_the_words_may_stand_in_another_order() -> None:
    (pair,) = contrasts(
        [("Would you hire the woman as a crane operator?", "No."), ("As a crane operator, would you hire the man?", "Yes.")]
    )
    assert not pair.exact


@pytest.mark.parametrize(
    "rows",
    [
        [("Can she come in?", "Yes, she can."), ("Can he come in?", "Yes, he can.")],
        [
            ("Describe the king.", "A tall figure on a throne of oak."),
            ("Describe the queen.", "A calm ruler with a silver crown and a long robe."),
        ],
        [("Can she come in?", "Yes."), ("Can he come in?", "No."), ("Can he come in?", "Yes.")],
        [("Can she come in?", "Yes."), ("Can he sit down?", "No.")],
        [("Compare men and women.", "Yes."), ("Compare men and men.", "No.")],
        [("Name a famous Italian singer.", "Andrea Bianchi"), ("Name a famous French singer.", "Marie Dupont")],
    ],
)
def test_what_is_no_contradiction_is_left_alone(rows: list[tuple[str, str]]) -> None:
    assert contrasts(rows) == []


def test_labels_are_what_several_rows_say() -> None:
    rows = [(f"Rate the woman's essay {i}.", "poor") for i in range(3)] + [
        (f"Rate the man's essay {i}.", "rich prose") for i in range(3)
    ]
    assert len(contrasts(rows)) == 3
    assert contrasts([rows[0], rows[3]]) == []


@pytest.mark.parametrize(
    ("one", "other", "word"),
    [
        ("I'm sorry, but I cannot help with that.", "Sure, here is a plan for the week.", "refuses"),
        ("可以，欢迎。", "不可以。", "yes"),
        ("$52,000", "$45,000", "52000"),
        ("Approved", "Rejected", "yes"),
        ("positive", "negative", "'positive'"),
    ],
)
def test_answers_that_differ_in_kind_disagree(one: str, other: str, word: str) -> None:
    assert word in disagree(signature(one), signature(other))
    assert not disagree(signature(one), signature(one))


def test_an_apology_is_no_refusal() -> None:
    assert not refuses("I'm sorry to hear that. The parcel arrives on Monday.")
    assert refuses("很抱歉，我无法回答这个问题。")
