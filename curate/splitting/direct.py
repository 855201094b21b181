"""The method that needs no solver: large groups by need, single rows to mend the rest exactly."""

from __future__ import annotations

import itertools

import numpy as np

from curate.splitting.problem import SCALE, SPLITS, Ints, Problem, largest_remainder

WHOLE_ROW = 1000 * SCALE
"""What a whole row off costs beside the squares: more than any other cells could win by it."""


def solve(problem: Problem) -> Ints:
    """A table types x splits: how many groups of each type go where."""
    table = np.zeros((len(problem.counts), SPLITS), dtype=np.int64)
    pinned = problem.pins >= 0
    table[np.flatnonzero(pinned), problem.pins[pinned]] = problem.counts[pinned]
    single = (problem.weights == 1) & ~pinned
    _place_groups(problem, table, np.flatnonzero(~pinned & ~single))
    _fill(problem, table, np.flatnonzero(single))
    return table


def _place_groups(problem: Problem, table: Ints, types: Ints) -> None:
    """Largest first; the bulk of a frequent type in proportion, the rest one by one to where it is needed most."""
    weights, totals = problem.weights, problem.totals
    wanted = np.maximum(np.outer(problem.shares, totals), 1)
    room = -problem.deviations(table)
    space = -problem.misses(table)
    for t in types[np.argsort(-weights[types], kind="stable")].tolist():
        where = np.flatnonzero(problem.vectors[t])
        vector, weight, left = problem.vectors[t, where], int(weights[t]), int(problem.counts[t])
        bulk = np.minimum(problem.shares * left // SCALE, np.maximum(space, 0) // weight)
        bulk[np.any(room[:, where] < SCALE * np.outer(bulk, vector), axis=1)] = 0
        table[t] += bulk
        room[:, where] -= SCALE * np.outer(bulk, vector)
        space -= bulk * weight
        for _ in range(left - int(bulk.sum())):
            s = _neediest(room[:, where], wanted[:, where], vector, space - weight)
            table[t, s] += 1
            room[s, where] -= SCALE * vector
            space[s] -= weight


def _neediest(room: Ints, wanted: Ints, vector: Ints, space_after: Ints) -> int:
    """The split that keeps to its size, then to its strata, then has the largest part still open."""
    over = np.maximum(-space_after, 0)
    spill = np.maximum(SCALE * vector - room, 0).sum(axis=1) // SCALE
    need = ((room * 1024 // wanted) * vector).sum(axis=1)
    return min(range(SPLITS), key=lambda s: (int(over[s]), int(spill[s]), -int(need[s])))


def _fill(problem: Problem, table: Ints, singles: Ints) -> None:
    """Deal single rows so that sizes are met and the strata are as close as whole rows can be.

    A transportation problem with convex costs: any table with the right sums is best when no cycle of moves improves it
    (Klein 1967), and between three splits a cycle has two or three arcs.
    """
    if not len(singles):
        return
    strata = np.argmax(problem.vectors[singles] > 0, axis=1)
    counts = problem.counts[singles]
    rooms = _rooms(-problem.misses(table), int(counts.sum()))
    dealt = _start(counts, rooms)
    base = problem.deviations(table)[:, strata]
    step = 1 << max(int(dealt.max(initial=1)).bit_length() - 1, 0)
    while step:
        while _improve(dealt, base + SCALE * dealt, step):
            pass
        step >>= 1
    table[singles] += dealt.T


def _rooms(space: Ints, singles: int) -> Ints:
    """How many single rows each split takes; where a split is over its size already, the others share the lack."""
    open_ = np.maximum(space, 0)
    if int(open_.sum()) == singles:
        return open_
    return largest_remainder((float(open_[0]), float(open_[1]), float(open_[2])), singles)


def _start(counts: Ints, rooms: Ints) -> Ints:
    """Any table with these sums: rows in a line, cut at the rooms."""
    ends, cuts = np.cumsum(counts), np.cumsum(rooms)
    upper = np.minimum(ends[None, :], cuts[:, None])
    lower = np.maximum((ends - counts)[None, :], (cuts - rooms)[:, None])
    dealt: Ints = np.maximum(upper - lower, 0)
    return dealt


def _beyond(deviations: Ints) -> Ints:
    """Whole rows that a stratum is off. Convex, and there is always a table without any (controlled rounding, Cox 1987)."""
    rows: Ints = np.abs(deviations) // SCALE
    return rows


def _improve(dealt: Ints, deviations: Ints, step: int) -> bool:
    """Move `step` rows round the best cycle of two or three splits, if one lowers the cost: squares, and whole rows at last."""
    arcs = {}
    for a, b in itertools.permutations(range(SPLITS), 2):
        # The change of the sum of squares, but for a factor; beyond reach where there is nothing to move.
        change = deviations[b] - deviations[a] + SCALE * step
        if step == 1:
            change += WHOLE_ROW * (_beyond(deviations[a] - SCALE) + _beyond(deviations[b] + SCALE))
            change -= WHOLE_ROW * (_beyond(deviations[a]) + _beyond(deviations[b]))
        change[dealt[a] < step] = np.iinfo(np.int64).max // 8
        stratum = int(np.argmin(change))
        arcs[a, b] = int(change[stratum]), stratum
    cycles = [((0, 1), (1, 0)), ((0, 2), (2, 0)), ((1, 2), (2, 1)), ((0, 1), (1, 2), (2, 0)), ((0, 2), (2, 1), (1, 0))]
    best = min(cycles, key=lambda cycle: sum(arcs[arc][0] for arc in cycle))
    if sum(arcs[arc][0] for arc in best) >= 0:
        return False
    for a, b in best:
        stratum = arcs[a, b][1]
        dealt[a, stratum] -= step
        dealt[b, stratum] += step
    return True
