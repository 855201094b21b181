"""The splits as an integer programme over types of groups, for HiGHS.

One variable a type and split, however many groups there are: 73,000 groups of a hundred thousand rows are a few hundred types.
First the least possible miss of the sizes is found, then, among the tables that miss no more, the one with the most even
strata. Work is bounded by nodes, never by the clock, so that the answer does not depend on how busy the machine is; and a
table is taken only if it scores better, in whole numbers, than the one at hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from curate.splitting.problem import SCALE, SPLITS, Ints, Problem

NODES = 2_000
MOST_VARIABLES = 12_000
MOST_ENTRIES = 200_000
"""Beyond, one relaxation alone takes longer than the exchanges that stand in for it."""


@dataclass(frozen=True)
class Solution:
    table: Ints
    size_gap: float
    """Rows between the misses reached and the least that was proved possible; 0 is proof."""
    gap: float
    """Relative gap of the strata, at the sizes reached."""


def solve(problem: Problem) -> Solution | None:
    """The best table that the solver finds within its nodes; None where the programme is too large or has no answer."""
    if problem.vectors.shape[0] * SPLITS > MOST_VARIABLES or SPLITS * int((problem.vectors > 0).sum()) > MOST_ENTRIES:
        return None
    sizes = _sizes(problem)
    if sizes is None:
        return None
    miss, bound = sizes
    answer = _run(_Model(problem, strata=True, miss=miss))
    if answer is None:
        return None
    return Solution(answer[0], max(0.0, miss - bound), answer[2])


def _sizes(problem: Problem) -> tuple[int, float] | None:
    """The least sum of misses found, and a proved bound below it. Types of one weight and pin are one here."""
    keys, inverse = np.unique(np.stack([problem.pins, problem.weights], axis=1), axis=0, return_inverse=True)
    counts = np.bincount(inverse.ravel(), weights=problem.counts).astype(np.int64)
    merged = Problem(keys[:, 1:], counts, keys[:, 0], problem.target, problem.shares)
    answer = _run(_Model(merged, strata=False, miss=None))
    if answer is None:
        return None
    return int(np.abs(merged.misses(answer[0])).sum()), answer[1]


class _Model:
    """Rows of the constraint matrix, collected one by one; columns are the table, the misses, the cells, the worst cell."""

    def __init__(self, problem: Problem, strata: bool, miss: int | None) -> None:
        self.types, width = problem.vectors.shape
        cells = SPLITS * width if strata else 0
        table = self.types * SPLITS
        self.size = table + SPLITS + cells + int(strata)
        self.upper = np.full(self.size, np.inf)
        self.upper[:table] = np.repeat(problem.counts, SPLITS)
        for t in np.flatnonzero(problem.pins >= 0).tolist():
            self.upper[t * SPLITS : (t + 1) * SPLITS] = 0
            self.upper[t * SPLITS + problem.pins[t]] = problem.counts[t]
        self.integral = np.zeros(self.size)
        self.integral[:table] = 1
        self.cost = np.zeros(self.size)
        self.entries: list[tuple[int, int, float]] = []
        self.low: list[float] = []
        self.high: list[float] = []
        for t in range(self.types):
            self._row([(t * SPLITS + s, 1.0) for s in range(SPLITS)], problem.counts[t], problem.counts[t])
        weights, totals = problem.weights, problem.totals
        for s in range(SPLITS):
            held = [(t * SPLITS + s, float(weights[t])) for t in range(self.types)]
            self._absolute(held, table + s, float(problem.target[s]))
            for stratum in range(width if strata else 0):
                held = [
                    (t * SPLITS + s, float(problem.vectors[t, stratum]))
                    for t in np.flatnonzero(problem.vectors[:, stratum]).tolist()
                ]
                cell = table + SPLITS + s * width + stratum
                self._absolute(held, cell, float(problem.shares[s] * totals[stratum]) / SCALE)
                self._row([(self.size - 1, 1.0), (cell, -1.0)], 0.0, np.inf)
        if miss is None:
            self.cost[table : table + SPLITS] = 1
        else:
            self._row([(table + s, 1.0) for s in range(SPLITS)], 0.0, float(miss))
            self.cost[table + SPLITS :] = 1
            # The worst cell counts as much as all the others together.
            self.cost[-1] = cells

    def _row(self, entries: list[tuple[int, float]], low: float, high: float) -> None:
        self.entries += [(len(self.low), column, value) for column, value in entries]
        self.low.append(low)
        self.high.append(high)

    def _absolute(self, entries: list[tuple[int, float]], column: int, target: float) -> None:
        """`column` is at least the distance of the sum of the entries from the target."""
        self._row([*entries, (column, 1.0)], target, np.inf)
        self._row([*entries, (column, -1.0)], -np.inf, target)


def _run(model: _Model) -> tuple[Ints, float, float] | None:
    """(table, bound, gap), the table in whole numbers that add up."""
    import scipy.optimize as so
    import scipy.sparse as sp

    rows, columns, values = zip(*model.entries, strict=True)
    matrix = sp.csr_array((values, (rows, columns)), shape=(len(model.low), model.size))
    result: Any = so.milp(
        model.cost,
        integrality=model.integral,
        bounds=so.Bounds(0, model.upper),
        constraints=so.LinearConstraint(matrix, model.low, model.high),
        options={"node_limit": NODES, "mip_rel_gap": 1e-3, "presolve": True},
    )
    if result.x is None:
        return None
    table = np.rint(result.x[: model.types * SPLITS]).astype(np.int64).reshape(model.types, SPLITS)
    if (table.sum(axis=1) != model.upper[: model.types * SPLITS].reshape(-1, SPLITS).max(axis=1)).any() or (table < 0).any():
        return None
    return table, float(result.mip_dual_bound), float(result.mip_gap)
