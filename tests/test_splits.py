from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import assume, event, example, given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from curate.splits import Refused, SetAside, SplitImpossible, SplitResult, quarantine, split, split_by_time
from curate.splitting import chronology, direct, programme, swaps
from curate.splitting.problem import SCALE, Problem, largest_remainder

SHARES = st.sampled_from([(0.8, 0.1, 0.1), (0.7, 0.2, 0.1), (0.9, 0.0, 0.1), (1 / 3, 1 / 3, 1 / 3), (0.5, 0.5, 0.0)])


def hashes(n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 2**63, n, dtype=np.int64).astype(np.uint64)


@st.composite
def data(draw: st.DrawFn, largest: int = 6) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Groups of random sizes, strata, hashes."""
    sizes = draw(st.lists(st.integers(1, largest), min_size=1, max_size=30))
    groups = np.repeat(np.arange(len(sizes)), sizes)
    strata = np.array(draw(st.lists(st.integers(0, 3), min_size=len(groups), max_size=len(groups))), dtype=np.int32)
    return groups, strata, hashes(len(groups), draw(st.integers(0, 999)))


def components(n: int, edges: np.ndarray) -> np.ndarray:
    return connected_components(coo_array((np.ones(len(edges)), edges.T.reshape(2, -1)), shape=(n, n)), directed=False)[1]


def least_miss(sizes: list[int], target: tuple[int, ...]) -> int:
    """By trying all sums."""
    reached = {(0, 0)}
    for size in sizes:
        reached = {p for a, b in reached for p in ((a, b), (a + size, b), (a, b + size))}
    n = sum(sizes)
    return min(abs(n - a - b - target[0]) + abs(a - target[1]) + abs(b - target[2]) for a, b in reached)


# ---- sizes ------------------------------------------------------------------------------------------------------------------


@given(st.tuples(*[st.floats(0, 1)] * 3).filter(lambda s: sum(s) > 0.01), st.integers(0, 10**6))
def test_targets_sum_to_the_whole_and_are_within_one_of_the_share(shares: tuple[float, float, float], total: int) -> None:
    target = largest_remainder(shares, total)
    assert target.sum() == total
    assert all(abs(t - total * s / sum(shares)) < 1 + 1e-6 for t, s in zip(target, shares, strict=True))


@settings(max_examples=60, deadline=None)
@given(data(), SHARES, st.integers(0, 99))
def test_a_split_is_a_partition_that_never_parts_a_group(
    rows: tuple[np.ndarray, np.ndarray, np.ndarray], shares: tuple[float, float, float], seed: int
) -> None:
    groups, strata, row_hash = rows
    result = split(groups, strata, shares, seed, row_hash)
    assume(isinstance(result, SplitResult))
    event(result.method)
    assert len(result.assignment) == len(groups)
    assert set(result.assignment.tolist()) <= {0, 1, 2}
    assert tuple(np.bincount(result.assignment, minlength=3)) == result.sizes
    for group in np.unique(groups):
        assert len(set(result.assignment[groups == group].tolist())) == 1


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(data(), SHARES)
def test_the_sizes_are_the_nearest_that_whole_groups_can_reach(
    rows: tuple[np.ndarray, np.ndarray, np.ndarray], shares: tuple[float, float, float]
) -> None:
    groups, strata, row_hash = rows
    result = split(groups, strata, shares, 0, row_hash)
    assume(isinstance(result, SplitResult))
    missed = sum(abs(a - b) for a, b in zip(result.sizes, result.target, strict=True))
    assert missed == least_miss(np.bincount(groups).tolist(), result.target)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(data(), SHARES, st.integers(0, 99), st.randoms())
def test_the_order_of_rows_and_the_names_of_groups_and_strata_do_not_matter(
    rows: tuple[np.ndarray, np.ndarray, np.ndarray], shares: tuple[float, float, float], seed: int, random: object
) -> None:
    groups, strata, row_hash = rows
    order = np.arange(len(groups))
    random.shuffle(order)  # type: ignore[attr-defined]
    renamed = np.random.default_rng(seed).permutation(groups.max() + 1)[groups] * 7 + 3
    one = split(groups, strata, shares, seed, row_hash)
    two = split(renamed[order], (3 - strata)[order], shares, seed, row_hash[order])
    assume(isinstance(one, SplitResult))
    assert isinstance(two, SplitResult)
    assert (one.assignment[order] == two.assignment).all()


def test_hashes_may_be_bytes() -> None:
    names = np.array([f"{i:032d}".encode() for i in range(50)])
    one = split(np.arange(50), np.zeros(50, dtype=np.int32), (0.8, 0.1, 0.1), 1, names)
    two = split(np.arange(50), np.zeros(50, dtype=np.int32), (0.8, 0.1, 0.1), 1, names[::-1])
    assert isinstance(one, SplitResult)
    assert isinstance(two, SplitResult)
    assert (one.assignment == two.assignment[::-1]).all()


def test_another_seed_is_another_split() -> None:
    args = np.arange(200), np.zeros(200, dtype=np.int32), (0.8, 0.1, 0.1)
    splits = {split(*args, seed, hashes(200)).assignment.tobytes() for seed in range(5)}  # type: ignore[union-attr]
    assert len(splits) == 5


# ---- strata -----------------------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 400), min_size=1, max_size=12), SHARES)
@example([89, 89, 285], (0.8, 0.1, 0.1))  # least squares alone leave a whole row off here
def test_single_rows_are_stratified_to_less_than_a_row_everywhere(sizes: list[int], shares: tuple[float, float, float]) -> None:
    strata = np.repeat(np.arange(len(sizes)), sizes).astype(np.int32)
    result = split(np.arange(len(strata)), strata, shares, 0, hashes(len(strata)))
    assert isinstance(result, SplitResult)
    assert result.sizes == result.target
    assert result.stratum_error < 1
    assert result.method == "direct"


def test_groups_among_single_rows_cost_nothing() -> None:
    rng = np.random.default_rng(3)
    sizes = np.concatenate([rng.integers(2, 60, 100), np.ones(3000, dtype=np.int64)])
    groups = np.repeat(np.arange(len(sizes)), sizes)
    result = split(groups, rng.integers(0, 12, len(groups)).astype(np.int32), (0.8, 0.1, 0.1), 0, hashes(len(groups)))
    assert isinstance(result, SplitResult)
    assert result.sizes == result.target
    assert result.stratum_error < 1
    assert result.gap == 0


def test_strata_too_small_to_share_out_are_counted_as_one() -> None:
    strata = np.array([0] * 500 + list(range(1, 101)), dtype=np.int32)
    result = split(np.arange(600), strata, (0.8, 0.1, 0.1), 0, hashes(600))
    assert isinstance(result, SplitResult)
    assert any("100 strata" in note for note in result.notes)
    assert np.bincount(result.assignment[500:], minlength=3).tolist() == [80, 10, 10]


def hard(seed: int) -> Problem:
    """Groups of three and more in one stratum each: nothing to fill holes with."""
    rng = np.random.default_rng(seed)
    vectors = np.zeros((40, 6), dtype=np.int64)
    vectors[np.arange(40), rng.integers(0, 6, 40)] = rng.integers(3, 12, 40)
    vectors = np.unique(vectors, axis=0)
    counts = rng.integers(1, 9, len(vectors))
    total = int(counts @ vectors.sum(axis=1))
    pins = np.full(len(vectors), -1, dtype=np.int64)
    return Problem(vectors, counts, pins, largest_remainder((0.7, 0.2, 0.1), total), largest_remainder((0.7, 0.2, 0.1), SCALE))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_every_method_keeps_the_counts_and_the_later_ones_are_no_worse(seed: int) -> None:
    problem = hard(seed)
    plain = direct.solve(problem)
    mended = swaps.mend(problem, plain)
    solution = programme.solve(problem)
    assert solution is not None
    for table in (plain, mended, solution.table):
        assert (table >= 0).all()
        assert (table.sum(axis=1) == problem.counts).all()
    assert problem.score(mended) <= problem.score(plain)
    assert np.abs(problem.misses(solution.table)).sum() <= np.abs(problem.misses(mended)).sum()


# ---- what cannot be split ---------------------------------------------------------------------------------------------------


def test_a_giant_that_fits_goes_whole_into_train() -> None:
    groups = np.concatenate([np.zeros(790, dtype=np.int64), np.arange(1, 211)])
    result = split(groups, np.zeros(1000, dtype=np.int32), (0.8, 0.1, 0.1), 0, hashes(1000))
    assert isinstance(result, SplitResult)
    assert result.sizes == (800, 100, 100)
    assert set(result.assignment[:790].tolist()) == {0}


def test_a_giant_that_does_not_fit_is_named_with_the_shares_that_can_be_had() -> None:
    groups = np.concatenate([np.full(900, 7), np.arange(100, 200)])
    result = split(groups, np.zeros(1000, dtype=np.int32), (0.8, 0.1, 0.1), 0, hashes(1000))
    assert isinstance(result, SplitImpossible)
    assert result.groups == (7,)
    assert result.reachable == pytest.approx((0.9, 0.05, 0.05))


def test_pins_are_kept_and_their_groups_follow() -> None:
    groups = np.arange(300) // 3
    pins = np.full(300, -1, dtype=np.int8)
    pins[[0, 30, 60]] = 2, 1, 0
    result = split(groups, np.zeros(300, dtype=np.int32), (0.8, 0.1, 0.1), 0, hashes(300), pins=pins)
    assert isinstance(result, SplitResult)
    assert [result.assignment[i : i + 3].tolist() for i in (0, 30, 60)] == [[2] * 3, [1] * 3, [0] * 3]


def test_a_group_pinned_two_ways_is_impossible() -> None:
    pins = np.array([0, 2, -1, -1], dtype=np.int8)
    result = split(np.array([5, 5, 6, 7]), np.zeros(4, dtype=np.int32), (0.5, 0.25, 0.25), 0, hashes(4), pins=pins)
    assert isinstance(result, SplitImpossible)
    assert result.groups == (5,)


@settings(max_examples=30, deadline=None)
@given(data(), st.integers(0, 99))
def test_when_data_grow_no_old_row_changes_its_split(rows: tuple[np.ndarray, np.ndarray, np.ndarray], seed: int) -> None:
    groups, strata, row_hash = rows
    first = split(groups, strata, (0.8, 0.1, 0.1), seed, row_hash)
    assume(isinstance(first, SplitResult))
    more = 20
    pins = np.concatenate([first.assignment, np.full(more, -1, dtype=np.int8)])
    grown = np.concatenate([groups, groups.max() + 1 + np.arange(more)])
    both = np.concatenate([strata, np.zeros(more, dtype=np.int32)]), np.concatenate([row_hash, hashes(more, 12345)])
    second = split(grown, both[0], (0.8, 0.1, 0.1), seed, both[1], pins=pins)
    assert isinstance(second, SplitResult)
    assert (second.assignment[: len(groups)] == first.assignment).all()


# ---- setting rows aside -----------------------------------------------------------------------------------------------------


def test_one_row_that_glues_everything_is_the_one_set_aside() -> None:
    edges = np.array([(0, i) for i in range(1, 1000)])
    answer = quarantine(edges, (0.8, 0.1, 0.1), hashes(1000))
    assert isinstance(answer, SetAside)
    assert answer.rows.tolist() == [0]
    assert answer.partners[0] > 0


def test_a_key_that_rows_share_is_never_cut_in_two() -> None:
    n = 400
    keys = np.array([(n + i // 10, i) for i in range(n)])
    bridge = np.array([(i * 10, i * 10 + 10) for i in range(39)])
    answer = quarantine(np.concatenate([keys, bridge]), (0.8, 0.1, 0.1), hashes(n), max_drop=0.05)
    assert isinstance(answer, SetAside)
    for key in range(40):
        kept = answer.groups[key * 10 : key * 10 + 10]
        assert len(set(kept[kept >= 0].tolist())) == 1


def test_rows_that_are_all_alike_cannot_be_cut() -> None:
    edges = np.array(list(itertools.combinations(range(60), 2)))
    answer = quarantine(edges, (0.8, 0.1, 0.1), hashes(60))
    assert isinstance(answer, Refused)
    assert answer.reachable[0] == 1


def test_hundreds_of_rows_tied_to_nearly_all_others_are_refused_at_once() -> None:
    rng = np.random.default_rng(2)
    edges = np.argwhere(np.triu(rng.random((900, 900)) < 0.9, 1))
    loose = np.array([(900 + k, k) for k in range(60)])
    answer = quarantine(np.concatenate([edges, loose]), (0.8, 0.1, 0.1), hashes(1000), max_drop=0.05)
    assert isinstance(answer, Refused)
    assert "densely" in answer.reason


def test_more_than_allowed_is_refused_and_the_number_is_told() -> None:
    rng = np.random.default_rng(1)
    answer = quarantine(rng.integers(0, 500, (1500, 2)), (0.8, 0.1, 0.1), hashes(500), max_drop=0.01)
    assert isinstance(answer, Refused)
    assert answer.rows > 5
    assert str(answer.rows) in answer.reason


@st.composite
def graphs(draw: st.DrawFn, most: int = 60) -> tuple[int, np.ndarray, np.ndarray]:
    """Rows, edges, pins."""
    n = draw(st.integers(5, most))
    ends = st.integers(0, n - 1)
    edges = draw(st.lists(st.tuples(ends, ends), min_size=1, max_size=2 * n))
    pins = draw(st.lists(st.sampled_from([-1] * 6 + [0, 1, 2]), min_size=n, max_size=n))
    return n, np.array(edges, dtype=np.int64), np.array(pins, dtype=np.int8)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(graphs(), SHARES, st.booleans(), st.integers(0, 99))
def test_whatever_the_graph_no_edge_crosses_no_row_is_lost_and_no_pin_moves(
    graph: tuple[int, np.ndarray, np.ndarray], shares: tuple[float, float, float], pinned: bool, seed: int
) -> None:
    n, edges, pins = graph
    row_hash = hashes(n, seed)
    given_pins = pins if pinned else None
    answer = quarantine(edges, shares, row_hash, pins=given_pins, max_drop=1.0)
    if isinstance(answer, Refused):
        event("refused")
        return
    aside = np.zeros(n, dtype=bool)
    aside[answer.rows] = True
    event(f"set aside: {bool(aside.any())}")
    assert (answer.groups[aside] == -1).all()
    assert (answer.groups[~aside] >= 0).all()
    if pinned:
        assert (pins[aside] == -1).all()
    kept = ~aside
    result = split(
        answer.groups[kept],
        np.zeros(kept.sum(), dtype=np.int32),
        shares,
        seed,
        row_hash[kept],
        pins=None if given_pins is None else pins[kept],
    )
    if isinstance(result, SplitImpossible):
        assert pinned  # a pinned giant may be larger than its split
        return
    place = np.full(n, -1)
    place[kept] = result.assignment
    a, b = place[edges].T
    assert ((a == b) | (a < 0) | (b < 0)).all()
    if pinned:
        assert (place[pins >= 0] == pins[pins >= 0]).all()


@settings(max_examples=40, deadline=None)
@given(graphs(), st.randoms())
def test_which_rows_are_set_aside_does_not_depend_on_their_order(
    graph: tuple[int, np.ndarray, np.ndarray], random: object
) -> None:
    n, edges, pins = graph
    row_hash = hashes(n)
    order = np.arange(n)
    random.shuffle(order)  # type: ignore[attr-defined]
    place = np.empty(n, dtype=np.int64)
    place[order] = np.arange(n)
    one = quarantine(edges, (0.8, 0.1, 0.1), row_hash, pins=pins, max_drop=1.0)
    two = quarantine(place[edges][::-1], (0.8, 0.1, 0.1), row_hash[order], pins=pins[order], max_drop=1.0)
    assert type(one) is type(two)
    if isinstance(one, SetAside) and isinstance(two, SetAside):
        assert set(row_hash[one.rows].tolist()) == set(row_hash[order][two.rows].tolist())


@settings(max_examples=60, deadline=None)
@given(graphs(most=11))
def test_between_two_pinned_sides_the_fewest_rows_go(graph: tuple[int, np.ndarray, np.ndarray]) -> None:
    n, edges, _ = graph
    pins = np.full(n, -1, dtype=np.int8)
    pins[0], pins[n - 1] = 0, 2
    answer = quarantine(edges, (0.98, 0.01, 0.01), hashes(n), pins=pins, max_drop=1.0)
    for size in range(n - 1):
        for chosen in itertools.combinations(range(1, n - 1), size):
            kept = edges[~np.isin(edges, chosen).any(axis=1)]
            labels = components(n, kept)
            if labels[0] != labels[n - 1]:
                assert isinstance(answer, SetAside)
                assert len(answer.rows) == size
                return
    assert isinstance(answer, Refused)


# ---- time -------------------------------------------------------------------------------------------------------------------


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 15), st.one_of(st.none(), st.integers(0, 60))), min_size=1, max_size=80), st.integers(0, 5)
)
def test_what_is_trained_on_is_earlier_and_groups_stay_whole(rows: list[tuple[int, int | None]], embargo: int) -> None:
    groups = np.array([g for g, _ in rows])
    times = np.array([chronology.UNKNOWN if t is None else t for _, t in rows])
    result = split_by_time(groups, times, (0.6, 0.2, 0.2), embargo)
    known = times != chronology.UNKNOWN
    for earlier, later in itertools.combinations(range(3), 2):
        before, after = times[known & (result.assignment == earlier)], times[known & (result.assignment == later)]
        if len(before) and len(after):
            assert before.max() + max(embargo, 1) <= after.min()
    for group in np.unique(groups):
        assert len(set(result.assignment[groups == group].tolist()) - {chronology.STRAY, chronology.CLOSE}) <= 1


def test_by_time_the_sizes_are_met_where_times_differ() -> None:
    result = split_by_time(np.arange(1000), np.random.default_rng(0).permutation(1000), (0.8, 0.1, 0.1))
    assert result.sizes == (800, 100, 100)
