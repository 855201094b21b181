"""Long spans that rows share, held to the definition in plain Python."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.similar import Rows, longest, read, shared_spans, spans
from curate.similar.canonical import is_cjk

LETTERS = 6
WORDS = st.lists(st.sampled_from(["ab", "cd", "天地", "玄黄", "e", "x y", "é", "𠀀"]), max_size=8).map("".join)


def plainly(text: str, letters: int) -> set[str]:
    ends = ((i, i + (letters // 2 if is_cjk(char) else letters)) for i, char in enumerate(text))
    return {text[i:end] for i, end in ends if end <= len(text)}


@given(st.lists(st.tuples(WORDS, WORDS, st.integers(0, 2)), min_size=1, max_size=8), st.integers(2, 4), st.booleans())
def test_the_pairs_are_those_of_the_definition(rows: list[tuple[str, str, int]], most: int, sided: bool) -> None:
    needles = [read([("", "", "", row[k]) for row in rows]) for k in (0, 1)]
    whole = read([("", row[0], "", row[1]) for row in rows])
    side = np.array([row[2] for row in rows])
    found = shared_spans(needles, whole, side if sided else None, LETTERS, most)

    holders: dict[str, set[int]] = defaultdict(set)
    for j in range(len(rows)):
        for span in plainly(whole.text(j), LETTERS):
            holders[span].add(j)
    expected: dict[tuple[int, int], int] = defaultdict(int)
    for i in range(len(rows)):
        for span in plainly(needles[0].text(i), LETTERS) | plainly(needles[1].text(i), LETTERS):
            for j in holders[span] if len(holders[span]) <= most else ():
                if side[j] < side[i] if sided else i != j:
                    expected[i, j] += 1
    assert dict(zip(zip(found.i.tolist(), found.j.tolist(), strict=True), found.spans.tolist(), strict=True)) == expected
    for i, j in expected:
        assert longest(needles[0].text(i), whole.text(j), LETTERS) or longest(needles[1].text(i), whole.text(j), LETTERS)


@given(WORDS, WORDS)
def test_the_longest_piece_is_as_long_as_the_definition_has_it(needle: str, whole: str) -> None:
    pieces = [needle[a:b] for a in range(len(needle)) for b in range(a + 1, len(needle) + 1)]
    right = [p for p in pieces if len(p) >= (LETTERS // 2 if is_cjk(p[0]) else LETTERS) and p in whole]
    assert longest(needle, whole, LETTERS) == max(map(len, right), default=0)


@pytest.mark.parametrize("sided", [False, True])
def test_texts_taken_in_small_parts_and_chunks_give_the_same_pairs(sided: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(4)
    words = rng.choice(["alpha", "beta", "gamma", "山水", "delta"], (60, 30))
    texts = read(Rows.of([" ".join(row) for row in words.tolist()]))
    side = rng.integers(0, 3, 60) if sided else None
    whole = shared_spans((texts,), texts, side, letters=20)
    monkeypatch.setattr(spans, "PART", 500)
    monkeypatch.setattr(spans, "CHUNK", 300)
    parted = shared_spans((texts,), texts, side, letters=20)
    assert len(whole) > 0
    for name in ("i", "j", "spans", "of"):
        assert getattr(parted, name).tolist() == getattr(whole, name).tolist()


def test_nothing_is_shared_by_nothing() -> None:
    nothing = read(Rows.of([]))
    assert len(shared_spans((nothing,), nothing)) == 0
    empty = read(Rows.of(["", ""]))
    assert len(shared_spans((empty,), empty, np.array([0, 1]))) == 0
