"""Folding sees through look-alikes and always finds the way back."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.pii.fold import SPACES, VANISH, Folded, strong

ODD = "１２３ａ＠．－＋" + "𝟏𝟐٣۴" + "\u200b\u00ad" + "–—\u3000" + "电话①²()"


@given(st.text(alphabet=ODD + "abc 123@.-", max_size=60))
def test_every_folded_character_leads_back_to_its_own(text: str) -> None:
    folded = Folded(text)
    places = [folded.start(i) for i in range(len(folded.text))]
    assert places == sorted(set(places))
    for i, place in enumerate(places):
        char = text[place]
        assert folded.text[i] == char or unicodedata.normalize("NFKC", char) == folded.text[i] or not folded.text[i].isalpha()
    assert not any(c in VANISH for c in folded.text)


@given(st.text(max_size=80))
def test_an_end_is_one_past_the_last_character_kept(text: str) -> None:
    folded = Folded(text)
    for i in range(1, len(folded.text) + 1):
        assert folded.end(i) == folded.start(i - 1) + 1


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("１３８００１３８０００", "13800138000"),
        ("138\u200b0013\u200b8000", "13800138000"),
        ("138–0013—8000", "138-0013-8000"),
        ("138\u30000013\u00a08000", "138 0013 8000"),
        ("ｃｈｅｎ＠１６３．ｃｏｍ", "chen@163.com"),
        ("𝟏𝟑𝟖٣", "1383"),
        ("①138，电话：（010）", "①138，电话：（010）"),
        ("10²", "10²"),
        ("他说——好\u3000的", "他说——好\u3000的"),
    ],
)
def test_what_is_folded_and_what_is_not(text: str, seen: str) -> None:
    assert Folded(text).text == seen


@pytest.mark.slow
def test_no_wide_form_of_ascii_is_forgotten() -> None:
    for point in range(0x110000):
        char = chr(point)
        if unicodedata.decomposition(char).startswith(("<wide>", "<narrow>", "<font>", "<small>")):
            form = unicodedata.normalize("NFKC", char)
            if len(form) == 1 and form.isascii() and form.isalnum():
                assert char in strong()


def test_spaces_fold_only_between_digits() -> None:
    for space in SPACES:
        assert Folded(f"a{space}b").text == f"a{space}b"
        assert Folded(f"1{space}2").text == "1 2"
