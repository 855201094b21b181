"""Corpora that break joins, each against brute force: shared boilerplate, families of copies, rows of any length and script."""

from __future__ import annotations

import random
from fractions import Fraction
from types import ModuleType

import numpy as np
import pytest

from curate.similar import Edges, compiled, dedup, keep_order, near_pairs, plain, read
from curate.similar.approximate import approximate_pairs
from tests.similar.brute_force import Row, as_rows, near

ENGINES = pytest.mark.parametrize("engine", [plain, compiled], ids=["plain", "compiled"])
LETTERS = "abcdefghij klmnop "
SIGNS = "猫狗鸟鱼人工智能😀🎉한글かな，。é"


def text(rng: random.Random, length: int) -> str:
    return "".join(rng.choice(LETTERS if rng.random() < 0.7 else SIGNS) for _ in range(length))


def edited(rng: random.Random, whole: str, edits: int) -> str:
    letters = [*whole] or ["a"]
    for _ in range(edits):
        letters[rng.randrange(len(letters))] = rng.choice(LETTERS + SIGNS)
    return "".join(letters)


def boilerplate(rng: random.Random) -> list[Row]:
    """Four fifths of every row are the same words, as prompt, as system part or in the midst of the answer."""
    shared = text(rng, 240)
    own = [text(rng, 60) for _ in range(14)]
    own += [edited(rng, rng.choice(own), rng.randint(1, 4)) for _ in range(16)]
    places = (lambda t: ("", shared, t, "yes"), lambda t: (shared, "", "", t), lambda t: ("", "", "", f"{shared} {t}"))
    return [rng.choice(places)(t) for t in own]


def lengths(rng: random.Random) -> list[Row]:
    """Nothing, one character, and up to some thousands."""
    base = [text(rng, n) for n in (0, 1, 2, 4, 5, 6, 40, 300, 3000)]
    more = [edited(rng, rng.choice(base), rng.randint(0, 30)) for _ in range(20)]
    return [("", "", "", t) for t in base + more]


@pytest.mark.slow
@ENGINES
@pytest.mark.parametrize("make", [boilerplate, lengths])
@pytest.mark.parametrize("seed", range(2))
def test_what_is_hard_is_found_as_brute_force_finds_it(engine: ModuleType, make: object, seed: int) -> None:
    assert callable(make)
    rows = make(random.Random(seed))
    texts = read(rows)
    first = texts.copies
    for threshold in (Fraction(3, 5), Fraction(4, 5)):
        edges = Edges.gathered(near_pairs(as_rows(rows), threshold, engine=engine))
        found = {(i, j): (Fraction(ws, wu), Fraction(cs, cu)) for i, j, ws, wu, cs, cu in columns(edges)}
        assert found == {(i, j): s for (i, j), s in near(rows, threshold).items() if first[i] == i and first[j] == j}


def columns(edges: Edges) -> list[tuple[int, ...]]:
    return [*zip(*(getattr(edges, name).tolist() for name in Edges.__slots__), strict=True)]


def test_five_thousand_copies_of_a_row_leave_one() -> None:
    rng = random.Random(1)
    row, other = text(rng, 60), text(rng, 60)
    texts = read([("", "", "", edited(rng, row, k % 2)) for k in range(5000)] + [("", "", "", other)])
    found = dedup(texts, np.arange(len(texts)))  # all are one edit from the first, two from one another
    assert int((~found.removed).sum()) == 2
    kept = found.kept_in_place[found.removed]
    assert not found.removed[kept].any()


def test_an_answer_of_a_hundred_thousand_letters_costs_what_its_length_costs() -> None:
    rng = random.Random(2)
    long = text(rng, 100_000)
    rows = [("", "", "", t) for t in (long, edited(rng, long, 500), "short", long[:50_000])]
    edges = Edges.gathered(near_pairs(as_rows(rows), "0.8", engine=compiled))
    assert [*zip(edges.i.tolist(), edges.j.tolist(), strict=True)] == [(0, 1)]


def test_the_approximate_engine_removes_the_same_rows() -> None:
    rows = boilerplate(random.Random(5)) + lengths(random.Random(6))
    texts = read(rows)
    exact = dedup(texts, keep_order(texts))
    other = dedup(texts, keep_order(texts), pairs=approximate_pairs(texts))
    assert np.array_equal(exact.kept_in_place, other.kept_in_place)
    assert np.array_equal(exact.whole, other.whole)
