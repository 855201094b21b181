"""Mend a table by moving one group, or by exchanging two, for as long as that makes it better."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from curate.splitting.problem import SCALE, SPLITS, Ints, Problem

ROUNDS = 2_000
CANDIDATES = 256
"""Types looked at for one half of an exchange; all of them are for the other."""


@dataclass(frozen=True)
class Step:
    """`what` goes from one split to another, `back` (or nothing, -1) the other way."""

    size: int
    spread: int
    what: int
    back: int
    here: int
    there: int

    @property
    def gain(self) -> tuple[int, int]:
        return self.size, self.spread


def mend(problem: Problem, table: Ints) -> Ints:
    """Descend to a table that no move and no exchange of two groups improves, sizes before strata."""
    table = table.copy()
    movable = problem.pins < 0
    for _ in range(ROUNDS):
        best = min(_steps(problem, table, movable), key=lambda step: step.gain, default=None)
        if best is None or best.gain >= (0, 0):
            return table
        for t, a, b in ((best.what, best.here, best.there), (best.back, best.there, best.here)):
            if t >= 0:
                table[t, a] -= 1
                table[t, b] += 1
    return table


def _steps(problem: Problem, table: Ints, movable: np.ndarray) -> Iterator[Step]:
    deviations, misses = problem.deviations(table), problem.misses(table)
    for here, there in itertools.combinations(range(SPLITS), 2):
        toward = deviations[there] - deviations[here]
        # Twice the change of the sum of squares of all cells, in millionths, less the part that an exchange adds.
        pull = problem.vectors @ toward
        square = SCALE * (problem.vectors**2).sum(axis=1)
        forth = np.flatnonzero(movable & (table[:, here] > 0))
        back = np.flatnonzero(movable & (table[:, there] > 0))
        yield from _single(problem, misses, pull, square, (forth, here, there))
        yield from _single(problem, misses, -pull, square, (back, there, here))
        yield from _double(problem, misses, pull, square, (forth, back, here, there))


def _size_change(misses: Ints, weight: Ints, here: int, there: int) -> Ints:
    """Change of the sum of absolute misses when so much weight goes from one split to another."""
    before = abs(int(misses[here])) + abs(int(misses[there]))
    changed: Ints = np.abs(misses[here] - weight) + np.abs(misses[there] + weight) - before
    return changed


def _single(problem: Problem, misses: Ints, pull: Ints, square: Ints, way: tuple[Ints, int, int]) -> Iterator[Step]:
    types, here, there = way
    if len(types):
        size = _size_change(misses, problem.weights[types], here, there)
        spread = pull[types] + square[types]
        k = int(np.lexsort((spread, size))[0])
        yield Step(int(size[k]), int(spread[k]), int(types[k]), -1, here, there)


def _double(problem: Problem, misses: Ints, pull: Ints, square: Ints, way: tuple[Ints, Ints, int, int]) -> Iterator[Step]:
    forth, back, here, there = way
    if not len(forth) or not len(back):
        return
    back = back[np.argsort(square[back] - pull[back], kind="stable")[:CANDIDATES]]
    forth = forth[np.argsort(square[forth] + pull[forth], kind="stable")[: CANDIDATES * 4]]
    weights = problem.weights
    size = _size_change(misses, weights[forth][:, None] - weights[back][None, :], here, there)
    both = problem.vectors[forth] @ problem.vectors[back].T
    spread = (pull + square)[forth][:, None] + (square - pull)[back][None, :] - 2 * SCALE * both
    k = int(np.lexsort((spread.ravel(), size.ravel()))[0])
    f, b = divmod(k, len(back))
    yield Step(int(size[f, b]), int(spread[f, b]), int(forth[f]), int(back[b]), here, there)
