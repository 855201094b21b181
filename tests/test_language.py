"""Cheap language identification: by script, and by small words among Latin scripts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.language import language, share

TEXTS = [
    ("The kettle stands on the stove and sings.", "en"),
    ("水壶放在炉子上，发出响声。", "zh"),
    ("やかんはコンロの上で音を立てています。", "ja"),
    ("주전자가 난로 위에서 소리를 냅니다.", "ko"),
    ("Чайник стоит на плите и поёт.", "und-Cyrl"),
    ("الإبريق على الموقد.", "und-Arab"),
    ("La bouilloire est sur le feu et elle chante dans la cuisine.", "fr"),
    ("Der Kessel steht auf dem Herd und das Wasser ist heiß.", "de"),
    ("La tetera está en el fuego y canta para los niños.", "es"),
    ("", ""),
    ("12 + 30 = 42 !!", ""),
    ("请用 Python 写一个快速排序函数 quicksort。", "zh"),
    ("The Han character 水 means water, and 火 means fire.", "en"),
    ("这家小店の招牌很有名，已经开了三十年。", "zh"),
]


@pytest.mark.parametrize(("text", "code"), TEXTS)
def test_the_language_that_carries_most_of_the_text(text: str, code: str) -> None:
    assert language(text) == code


def test_words_of_a_sum_make_no_italian() -> None:
    assert language("He pays 5 per month plus 3 per week plus 2 per day.") == "en"


def test_share_is_of_letters_not_of_digits_and_signs() -> None:
    assert share("水 123 456", "zh") == 1.0
    assert 0.3 < share("water 水水", "zh") < 0.7
    assert share("...", "en") == 0.0


@given(st.text(max_size=300))
def test_no_text_makes_it_raise_and_shares_are_shares(text: str) -> None:
    assert isinstance(language(text), str)
    assert 0.0 <= share(text, "zh") <= 1.0
