"""What stays of rows that are alike, against a greedy loop over all pairs."""

from __future__ import annotations

import importlib
import random
from fractions import Fraction
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curate.similar import Duplicates, Rows, compiled, dedup, keep_order, plain, read
from tests.similar.brute_force import Row, as_rows, corpora, joined, scores, thresholds
from tests.similar.test_near import wordy

Place = tuple[int, bool, tuple[Fraction, Fraction]]
MODULE = importlib.import_module("curate.similar.dedup")
ENGINES = pytest.mark.parametrize("engine", [plain, compiled], ids=["plain", "compiled"])


def expected_places(rows: list[Row], priority: list[int], threshold: Fraction, block: int) -> list[Place]:
    """For each row the kept row in its place, whether they are SAME, and their similarities; -1 for a kept row."""
    whole = [joined(*row) for row in rows]
    kept: list[int] = []
    for row in sorted(range(len(rows)), key=priority.__getitem__):
        if not any(whole[k] == whole[row] or min(scores(rows[k], rows[row])) >= threshold for k in kept):
            kept.append(row)
    places: list[Place] = []
    blocks = [kept[(2**k - 1) * block : (2 ** (k + 1) - 1) * block] for k in range(5)]
    for row in range(len(rows)):
        same = [k for k in kept if whole[k] == whole[row]]
        near = next(filter(None, (alike_in(rows, row, some, priority, threshold) for some in blocks)), [])
        if row in kept:
            places.append((-1, False, (Fraction(1), Fraction(1))))
        elif same:
            places.append((same[0], True, (Fraction(1), Fraction(1))))
        else:
            *_, k, similarity = max(near)
            places.append((k, False, similarity))
    return places


def alike_in(rows: list[Row], row: int, some: list[int], priority: list[int], threshold: Fraction) -> list[Any]:
    similar = [(k, scores(rows[row], rows[k])) for k in some]
    return [(min(s), -priority[k], k, s) for k, s in similar if min(s) >= threshold]


@pytest.mark.slow
@ENGINES
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(rows=corpora(), threshold=thresholds, rnd=st.randoms(use_true_random=False), few=st.booleans())
def test_a_row_is_removed_exactly_when_a_row_kept_before_it_is_alike(
    engine: ModuleType, rows: list[Row], threshold: Fraction, rnd: random.Random, few: bool
) -> None:
    priority = [*range(len(rows))]
    rnd.shuffle(priority)
    block = 1000 if few else rnd.choice([1, 2, 5])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MODULE, "MOST_EDGES", 1000 if few else -1)  # -1: as where there are more pairs than can be held
        patch.setattr(MODULE, "BLOCK", block)
        found = dedup(as_rows(rows), np.array(priority, np.int64), threshold, engine=engine)
    for row, (place, same, (whole, content)) in enumerate(expected_places(rows, priority, threshold, block)):
        assert (found.kept_in_place[row], found.same[row]) == (place, same)
        assert (found.whole[row], found.content[row]) == (pytest.approx(float(whole)), pytest.approx(float(content)))


def told(found: Duplicates) -> tuple[list[int], list[bool], list[float]]:
    return found.kept_in_place.tolist(), found.same.tolist(), found.content.tolist()


@pytest.mark.slow
def test_engines_agree_and_workers_and_blocks_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = read(wordy(1500, seed=9))
    order = keep_order(texts)
    expected = told(dedup(texts, order, engine=plain))
    assert 200 < sum(place >= 0 for place in expected[0]) < 600
    for workers, most in ((1, 10_000), (2, 10_000), (2, 20), (3, -1)):
        monkeypatch.setattr(MODULE, "MOST_EDGES", most)
        assert told(dedup(texts, order, engine=compiled, workers=workers)) == expected
    monkeypatch.setattr(MODULE, "BLOCK", 16)
    assert dedup(texts, order, engine=compiled).removed.tolist() == [place >= 0 for place in expected[0]]


def test_which_row_stays_does_not_depend_on_the_order_of_rows() -> None:
    rows = wordy(400, seed=10)
    order = [*range(len(rows))]
    random.Random(0).shuffle(order)
    shuffled = [rows[k] for k in order]

    def kept(these: list[Row]) -> set[str]:
        texts = read(these)
        length = np.array([len(row[3]) for row in these])
        found = dedup(texts, keep_order(texts, length))
        return {joined(*these[k]) for k in np.flatnonzero(~found.removed)}

    assert kept(rows) == kept(shuffled)


def test_more_is_kept_before_less_and_ties_go_by_content() -> None:
    texts = read(Rows.of(["b", "a", "c"]))
    assert keep_order(texts, np.array([1, 3, 2])).tolist() == [2, 0, 1]
    assert keep_order(texts, np.array([1, 1, 1]), np.array([0, 5, 0]))[1] == 0
    by_digest = keep_order(texts)
    assert keep_order(read(Rows.of(["c", "b", "a"]))).tolist() == [by_digest[2], by_digest[0], by_digest[1]]


def family(count: int, seed: int = 3) -> Rows:
    """Rows each a few letters away from one text, so that nearly every two of them are NEAR."""
    rng = random.Random(seed)
    text = "".join(rng.choices("abcdefghijklmnopqrstuvwxyz ", k=400))
    rows = []
    for _ in range(count):
        letters = [*text]
        for _ in range(4):
            letters[rng.randrange(len(letters))] = rng.choice("abcdefgh")
        rows.append("".join(letters))
    return Rows.of(rows)


@ENGINES
def test_nothing_chains_in_a_family(engine: ModuleType) -> None:
    rows = family(300)
    found = dedup(rows, np.arange(300), "0.9", engine=engine)
    kept = np.flatnonzero(~found.removed)
    assert 1 < len(kept) < 300
    assert found.removed[found.kept_in_place[found.removed]].sum() == 0
    for row in np.flatnonzero(found.removed).tolist():
        place = int(found.kept_in_place[row])
        assert min(scores(("", "", "", rows.rest[row]), ("", "", "", rows.rest[place]))) >= Fraction(9, 10)


@pytest.mark.slow
def test_a_family_of_twenty_thousand_is_cleared_row_by_row() -> None:
    """It has two hundred million pairs, which are not listed."""
    found = dedup(family(20_000), np.arange(20_000), "0.8")
    assert np.flatnonzero(~found.removed).tolist()[0] == 0
    assert found.removed.sum() > 19_900


def test_no_rows_no_duplicates() -> None:
    assert len(dedup(Rows.of([]), np.empty(0, np.int64)).removed) == 0
