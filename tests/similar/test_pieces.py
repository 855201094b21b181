"""Texts read from buffers are those read one by one, whichever engine reads them."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.similar import Pieces, Texts, canonical, read, read_pieces
from curate.similar.folding import ALONE
from tests.similar.brute_force import ALPHABET

SMALL, LARGE = 0, 1 << 30
characters = st.one_of(
    st.characters(exclude_categories=["Cs"]),
    st.sampled_from(" \t\u3000\u00a0\x1cA…ﬀ½İßΣς각ㄱ가が\u3099é\u0301①ﾊﾞ﷽\x00"),
    st.sampled_from(ALPHABET),
)
pieces_of_a_row = st.lists(st.tuples(st.integers(0, 3), st.text(characters, max_size=8)), max_size=5).map(
    lambda found: sorted(found, key=lambda piece: piece[0])
)


def buffers(rows: list[list[tuple[int, str]]]) -> Pieces:
    encoded = [text.encode() for row in rows for _, text in row]
    ends = np.cumsum([0, *map(len, encoded)])
    numbers = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    roles = np.array([role for row in rows for role, _ in row], np.int8)
    data = np.frombuffer(b"".join(encoded), np.uint8)
    return Pieces(data, np.stack([ends[:-1], ends[1:]], axis=1), numbers, roles, len(rows))


def assert_equal(found: Texts, expected: Texts) -> None:
    for name in ("data", "begin", "lengths", "digests", "system", "prompt"):
        assert np.array_equal(getattr(found, name), getattr(expected, name)), name


@pytest.mark.parametrize("size", [SMALL, LARGE])
@given(rows=st.lists(pieces_of_a_row, max_size=6), cut=st.integers(0, 6))
def test_pieces_make_the_texts_of_their_rows(size: int, rows: list[list[tuple[int, str]]], cut: int) -> None:
    one_by_one = read(["\n".join(text for role, text in row if role == k) for k in range(4)] for row in rows)
    assert_equal(read_pieces(map(buffers, (rows[:cut], rows[cut:])), size), one_by_one)


def test_the_table_says_of_every_code_point_what_the_definition_says() -> None:
    every = [chr(point) for point in range(0x110000) if not 0xD800 <= point < 0xE000]
    texts = [f"a{char}b" for char in every[:0x3400] + every[0xA000:0xB000] + every[0xF000:0x10000] + every[0x1F000:0x20100]]
    found = read_pieces([buffers([[(3, text)] for text in texts])], LARGE)
    assert found.data.tobytes().decode() == "".join(map(canonical, texts))


def test_what_combines_with_a_starter_before_it_lies_on_no_page_of_the_table() -> None:
    composed = (unicodedata.decomposition(char).split() for char in map(chr, range(0x110000)))
    seconds = {int(parts[1], 16) for parts in composed if len(parts) == 2 and parts[0][0] != "<"}
    starters = {point for point in seconds if not unicodedata.combining(chr(point))}
    jamo = {*range(0x1161, 0x1176), *range(0x11A8, 0x11C3)}
    assert not [point for point in starters | jamo if any(first <= point >> 8 <= last for first, last in ALONE)]
