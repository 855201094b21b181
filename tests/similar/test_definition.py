"""The definition in `curate.similar.canonical` and the compact texts, against the contract's own words."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.similar import Part, Rows, canonical, fraction, is_cjk, jaccard, read, same_groups, shingle_set
from tests.similar import brute_force
from tests.similar.brute_force import ALPHABET, Row, as_rows, corpora, joined

anything = st.one_of(st.text(max_size=40), st.text(ALPHABET, max_size=40))


@given(anything)
def test_canonical_text_is_nfkc_then_case_folding_then_single_spaces(text: str) -> None:
    assert canonical(text) == brute_force.canonical(text)


@given(st.lists(anything, max_size=4))
def test_parts_made_canonical_one_by_one_join_to_the_canonical_whole(parts: list[str]) -> None:
    assert " ".join(c for c in map(canonical, parts) if c) == canonical("\n".join(parts))


@given(anything)
def test_shingles_are_three_code_points_from_a_cjk_one_and_five_from_others(text: str) -> None:
    assert shingle_set(canonical(text)) == brute_force.shingles(canonical(text))


@pytest.mark.parametrize(
    ("text", "shingles"),
    [
        ("", {""}),
        ("a", {"a"}),
        ("猫狗", {"猫狗"}),
        ("猫狗鸟", {"猫狗鸟"}),
        ("abcdef", {"abcde", "bcdef"}),
        ("ab猫", {"ab猫"}),
        ("猫ab", {"猫ab"}),
        ("aaaaaaaa", {"aaaaa"}),
        ("𠀁𠀁𠀁", {"𠀁𠀁𠀁"}),
    ],
)
def test_short_texts_are_their_own_shingle(text: str, shingles: set[str]) -> None:
    assert shingle_set(text) == shingles


@pytest.mark.parametrize("point", [0x3040, 0x30FF, 0x3400, 0x4DBF, 0x4E00, 0x9FFF, 0xAC00, 0xD7AF, 0x20000, 0x323AF])
def test_the_ends_of_the_cjk_ranges_belong_to_them(point: int) -> None:
    assert is_cjk(chr(point))
    assert not is_cjk(chr(point - 1)) or point in {0x4DBF, 0x30FF, 0x9FFF, 0xD7AF, 0x323AF}


def test_letters_full_width_forms_and_kana_marks_outside_the_ranges_are_not_cjk() -> None:
    assert not any(map(is_cjk, "aé，。ㄅ\u303f\u3100\u33ff\u4dc0\ua000\uabff\ud7b0\U000323b0"))


def test_a_threshold_is_the_decimal_its_writer_meant() -> None:
    assert fraction(0.8) == fraction("0.8") == fraction(Fraction(4, 5)) == Fraction(4, 5)
    assert fraction(1) == 1


@pytest.mark.parametrize("wrong", [0, -0.5, 1.01, "0.12345678"])
def test_a_threshold_that_makes_no_sense_is_refused(wrong: float | str) -> None:
    with pytest.raises(ValueError, match="threshold"):
        fraction(wrong)


def test_similarity_is_an_exact_fraction() -> None:
    assert jaccard("abcdef", "abcdeg") == Fraction(1, 3)
    assert jaccard("", "") == 1
    assert jaccard("", "a") == 0


@given(corpora())
def test_texts_hold_each_row_and_each_of_its_parts(rows: list[Row]) -> None:
    texts = read(rows)
    every = np.arange(len(rows))
    for part, kept in (
        (Part.WHOLE, (0, 1, 2, 3)),
        (Part.NO_SYSTEM, (1, 2, 3)),
        (Part.NO_PROMPT, (0, 2, 3)),
        (Part.INPUT_ON, (2, 3)),
    ):
        assert texts.strings(every, part) == [joined(*(row[k] for k in kept)) for row in rows]


@given(corpora())
def test_rows_are_same_exactly_when_their_canonical_texts_are_equal(rows: list[Row]) -> None:
    texts = [joined(*row) for row in rows]
    assert same_groups(as_rows(rows)).tolist() == [texts.index(text) for text in texts]


@given(corpora())
def test_copies_are_equal_part_by_part(rows: list[Row]) -> None:
    parts = [tuple(map(canonical, row)) for row in rows]
    assert read(rows).copies.tolist() == [parts.index(part) for part in parts]


def test_lone_surrogates_pass() -> None:
    texts = read(Rows.of(["\ud800 a", "\ud800  A", "\udfff"]))
    assert texts.same.tolist() == [0, 0, 2]
    assert texts.text(2) == "\udfff"


def test_a_small_corpus_is_done_before_a_compiler_is_loaded() -> None:
    code = """
import sys
import numpy as np
from curate.similar import Rows, contained, dedup, near_pairs
rows = Rows.of([f"row {k} of a small corpus, which is like the others" for k in range(200)])
dedup(rows, np.arange(200)), [*near_pairs(rows)], [*contained(rows, rows)]
sys.exit(bool({"numba", "scipy", "datasketch", "torch", "pandas"} & set(sys.modules)))
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
