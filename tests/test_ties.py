"""The leak graph as numbers: whatever the ties, none crosses, no row is lost, no pin moves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from curate.building.ties import Ties, components
from curate.leaks import Links
from curate.splits import Refused, SplitImpossible, quarantine, split
from curate.splitting.because import strongest, toward_first

CODES = ("LEAK002", "LEAK008", "LEAK009")


def pairs(code: str, ends: list[tuple[int, int]], score: float) -> Links:
    a, b = np.array(ends, np.int64).reshape(-1, 2).T
    return Links(code, a, b, np.full(len(a), score), np.full(len(a), score))


def shared(labels: list[int]) -> Links:
    """Rows with the same label above 0 hold the same value."""
    first: dict[int, int] = {}
    found = [(first.setdefault(label, row), row) for row, label in enumerate(labels) if label > 0]
    a, b = np.array([each for each in found if each[0] != each[1]], np.int64).reshape(-1, 2).T
    ones = np.ones(len(a))
    return Links("LEAK004", a, b, ones, ones, shared=True)


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, Ties, list[tuple[int, int]]]:
    """Rows, ties, and every pair that may not be parted."""
    n = draw(st.integers(6, 40))
    row = st.integers(0, n - 1)
    labels = draw(st.lists(st.sampled_from([0] * 4 + [1, 2, 3]), min_size=n, max_size=n))
    each = [shared(labels)]
    forbidden = [(i, j) for i in range(n) for j in range(i) if labels[i] == labels[j] > 0]
    for code in CODES:
        ends = draw(st.lists(st.tuples(row, row), max_size=n // 2))
        each.append(pairs(code, ends, draw(st.floats(0.8, 1))))
        forbidden += ends
    return n, Ties(n, [tie for tie in each if len(tie)]), forbidden


SHARES = st.tuples(st.integers(1, 9), st.integers(0, 4), st.integers(0, 4)).map(lambda s: tuple(x / sum(s) for x in s))


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(graphs(), SHARES, st.randoms(use_true_random=False), st.booleans(), st.integers(0, 99))
def test_no_tie_crosses_no_row_is_lost_and_no_pin_moves(graph, shares, dice, pinned, seed) -> None:
    n, ties, forbidden = graph
    hashes = np.random.default_rng(seed).permutation(n).astype(np.uint64)
    pins = np.array([dice.choice([-1, -1, -1, 0, 1, 2]) if pinned else -1 for _ in range(n)], np.int8)
    strata = np.array([dice.randrange(3) for _ in range(n)], np.int32)
    answer = quarantine(ties.cuttable(), shares, hashes, pins, max_drop=1.0)
    if isinstance(answer, Refused):
        event("refused")
        return
    kept = np.ones(n, bool)
    kept[answer.rows] = False
    a, b, _, _ = ties.among_kept(kept)
    groups = components(n, a, b)
    # Both ways to see what is left agree: by cutting vertices, and by looking at the ties among kept rows.
    for left, right in zip(*np.triu_indices(n, 1), strict=True):
        if kept[left] and kept[right]:
            assert (groups[left] == groups[right]) == (answer.groups[left] == answer.groups[right])
    result = split(groups[kept], strata[kept], shares, seed, hashes[kept], pins[kept])
    if isinstance(result, SplitImpossible):
        event("impossible")
        return
    place = np.full(n, -1)
    place[kept] = result.assignment
    assert (place[kept] >= 0).all()
    assert sum(result.sizes) + len(answer.rows) == n
    assert all(place[i] == place[j] for i, j in forbidden if kept[i] and kept[j])
    assert (place[pins >= 0] == pins[pins >= 0]).all()
    event(f"set aside {bool(len(answer.rows))}, pins {pinned}")


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(graphs())
def test_the_ties_that_are_told_hold_every_group_by_as_strong_a_weakest_tie_as_there_is(graph) -> None:
    n, ties, _ = graph
    a, b, _, scores = ties.among_kept(np.ones(n, bool))
    held = strongest(n, a, b, scores)
    groups = components(n, a, b)
    assert (components(n, a[held], b[held]) == groups).all()
    assert len(held) == n - len(set(groups.tolist()))
    for threshold in scores.tolist():
        # Whatever hangs together by ties this strong does so by those that are told.
        assert len(set(components(n, a[scores >= threshold], b[scores >= threshold]))) == len(
            set(components(n, a[held][scores[held] >= threshold], b[held][scores[held] >= threshold]))
        )
    parent, by = toward_first(n, a[held], b[held])
    roots = np.flatnonzero(parent < 0)
    assert roots.tolist() == [int(np.flatnonzero(groups == group)[0]) for group in dict.fromkeys(groups.tolist())]
    assert sorted(by[by >= 0].tolist()) == list(range(len(held)))


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_the_tie_of_two_rows_is_found_with_its_gravest_code(graph) -> None:
    _, ties, forbidden = graph
    if not forbidden:
        return
    rows, partners = (np.array(column) for column in zip(*forbidden, strict=True))
    codes, scores = ties.between(rows, partners)
    assert all(codes)
    assert all(score is not None for score in scores)
    alone, _ = ties.between(rows[:1], np.array([-1]))
    assert alone == [""]
