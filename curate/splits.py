"""Splits that never part a group: exact sizes, even strata, the same answer for any order of the rows."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from curate.splitting import chronology, direct, programme, swaps
from curate.splitting.problem import SCALE, SPLITS, Ints, Problem, compact, content_hashes, largest_remainder, pool_rare
from curate.splitting.quarantine import Refused, SetAside, quarantine

__all__ = ["Refused", "SetAside", "SplitImpossible", "SplitResult", "quarantine", "split", "split_by_time"]
NAMES = ("train", "validation", "test")
Shares = tuple[float, float, float]


@dataclass(frozen=True)
class SplitResult:
    """Where each row goes, and how near that is to what was asked."""

    assignment: NDArray[np.int8]
    """Per row: 0 train, 1 validation, 2 test; below 0 set aside (only when splitting by time, see `chronology`)."""
    sizes: tuple[int, int, int]
    target: tuple[int, int, int]
    stratum_error: float
    """Rows that the worst stratum has too many or too few in the split where it is worst."""
    method: str
    """`direct`, `swaps`, `milp` or `time`."""
    gap: float | None
    """Proved distance from the best possible, relative; 0 is the best, None where nothing bounds it."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class SplitImpossible:
    """No split keeps the groups whole and the sizes near; `groups` says what stands in the way."""

    reason: str
    groups: tuple[int, ...]
    """Labels as given, the largest first."""
    reachable: Shares
    """The shares that can be had without setting rows aside."""
    aside: int = -1
    """How many rows would have to be set aside instead, where that is known."""
    glue: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """What holds the rows together: by kind of tie, how many rows the largest group would have by it alone, and without it."""


def split(
    groups: NDArray[np.int64],
    strata: NDArray[np.int32],
    shares: Shares,
    seed: int,
    row_hash: NDArray[np.generic],
    pins: NDArray[np.int8] | None = None,
    weights: NDArray[np.int64] | None = None,
) -> SplitResult | SplitImpossible:
    """Put whole groups into splits so that sizes are met first and every stratum is shared out evenly second."""
    hashes = content_hashes(row_hash)
    weight = np.ones(len(groups), dtype=np.int64) if weights is None else weights.astype(np.int64)
    pin = np.full(len(groups), -1, dtype=np.int8) if pins is None else pins
    labels, group = np.unique(groups, return_inverse=True)
    parted = _parted(group, pin, len(labels))
    if len(parted):
        reason = f"{len(parted)} groups hold rows pinned to different splits"
        return SplitImpossible(reason, tuple(labels[parted].tolist()), _as_shares(shares))
    strata_codes, pooled = pool_rare(compact(strata, hashes), weight, Fraction(repr(float(min(s for s in shares if s > 0)))))
    problem, kind = _problem(group, strata_codes, weight, pin, shares, len(labels))
    if (stuck := _giant(problem, kind, labels)) is not None:
        return stuck
    table, method, gap = _solve(problem)
    assignment = _deal(table, kind, _digests(group, hashes, seed))[group]
    notes = (f"{pooled} strata too small for the smallest split are counted as one",) if pooled else ()
    return _result(problem, table, assignment, method, gap, notes)


def split_by_time(
    groups: NDArray[np.int64],
    times: NDArray[np.int64],
    shares: Shares,
    embargo: int = 0,
) -> SplitResult:
    """Train on the past, test on the future: rows are cut by time, groups are kept whole, what would leak is set aside.

    `times` are whole numbers (seconds, days); `chronology.UNKNOWN` where a row has none. The order of rows plays no part and
    nothing is drawn, so there is no seed.
    """
    _, group = np.unique(groups, return_inverse=True)
    assignment, aside = chronology.by_time(group, times.astype(np.int64), shares, embargo)
    sizes = np.bincount(assignment[assignment >= 0], minlength=SPLITS).tolist()
    target = largest_remainder(shares, int((assignment >= 0).sum())).tolist()
    notes = tuple(f"{number} rows {what}" for what, number in aside.items() if number)
    return SplitResult(assignment, tuple(sizes), tuple(target), 0.0, "time", None, notes)


def _solve(problem: Problem) -> tuple[Ints, str, float | None]:
    """The plain method; where that leaves something to gain, exchanges, and the solver where it fits."""
    best, method, gap = direct.solve(problem), "direct", None
    if not problem.perfect(best):
        best, method = swaps.mend(problem, best), "swaps"
    if not problem.perfect(best) and (solution := programme.solve(problem)) is not None:
        gap = solution.gap if solution.size_gap < 1 else None
        solved = swaps.mend(problem, solution.table)
        if problem.score(solved) < problem.score(best):
            best, method = solved, "milp"
    return best, method, 0.0 if problem.perfect(best) else gap


def _result(
    problem: Problem, table: Ints, assignment: NDArray[np.int8], method: str, gap: float | None, notes: tuple[str, ...]
) -> SplitResult:
    sizes = (table.T @ problem.weights).tolist()
    if sizes != problem.target.tolist():
        largest = int(problem.weights.max(initial=0))
        notes += (f"whole groups do not add up to the sizes asked for (the largest group weighs {largest})",)
    worst = problem.score(table)[1] / SCALE
    return SplitResult(assignment, tuple(sizes), tuple(problem.target.tolist()), worst, method, gap, notes)


def _problem(group: Ints, strata: Ints, weight: Ints, pin: NDArray[np.int8], shares: Shares, size: int) -> tuple[Problem, Ints]:
    """Count groups by type; `kind` is the type of each group."""
    width = int(strata.max(initial=0)) + 1
    cells, inverse = np.unique(group * width + strata, return_inverse=True)
    amounts = np.bincount(inverse, weights=weight, minlength=len(cells)).astype(np.int64)
    pins = np.full(size, -1, dtype=np.int64)
    np.maximum.at(pins, group, pin.astype(np.int64))
    kind, first = _types(cells // width, cells % width, amounts, pins)
    vectors = np.zeros((len(first), width), dtype=np.int64)
    chosen = np.isin(cells // width, first)
    row_of = {g: t for t, g in enumerate(first.tolist())}
    rows = [row_of[g] for g in (cells // width)[chosen].tolist()]
    vectors[rows, (cells % width)[chosen]] = amounts[chosen]
    scaled = largest_remainder(shares, SCALE)
    target = largest_remainder(shares, int(weight.sum()))
    return Problem(vectors, np.bincount(kind, minlength=len(first)), pins[first], target, scaled), kind


def _types(owner: Ints, stratum: Ints, amount: Ints, pins: Ints) -> tuple[Ints, Ints]:
    """The type of each group and one group of each type, types in an order that their content decides."""
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    ends = np.append(starts[1:], len(owner))[: len(starts)]
    pairs = np.stack([stratum, amount], axis=1).astype("<i8")
    keys = [(int(p), pairs[a:b].tobytes()) for p, a, b in zip(pins.tolist(), starts.tolist(), ends.tolist(), strict=True)]
    order = {key: t for t, key in enumerate(sorted(set(keys)))}
    kind = np.array([order[key] for key in keys], dtype=np.int64)
    return kind, np.unique(kind, return_index=True)[1].astype(np.int64)


def _digests(group: Ints, hashes: NDArray[np.uint64], seed: int) -> list[bytes]:
    """A keyed digest of what each group holds: decides which groups of a type go where."""
    order = np.lexsort((hashes, group))
    blob = hashes[order].astype("<u8").tobytes()
    edges = np.r_[0, np.cumsum(np.bincount(group))].tolist() if len(group) else [0]
    key = hashlib.blake2b(str(seed).encode(), digest_size=16).digest()
    return [hashlib.blake2b(blob[8 * a : 8 * b], digest_size=16, key=key).digest() for a, b in pairwise(edges)]


def _deal(table: Ints, kind: Ints, digests: list[bytes]) -> NDArray[np.int8]:
    """Hand the groups of each type out in the order of their digests."""
    rank = np.empty(len(digests), dtype=np.int64)
    rank[sorted(range(len(digests)), key=digests.__getitem__)] = np.arange(len(digests))
    order = np.lexsort((rank, kind))
    out = np.empty(len(digests), dtype=np.int8)
    out[order] = np.repeat(np.tile(np.arange(SPLITS, dtype=np.int8), len(table)), table.ravel())
    return out


def _parted(group: Ints, pin: NDArray[np.int8], size: int) -> Ints:
    """Groups whose pinned rows disagree."""
    seen = np.zeros((size, SPLITS), dtype=bool)
    pinned = pin >= 0
    seen[group[pinned], pin[pinned]] = True
    return np.flatnonzero(seen.sum(axis=1) > 1)


def _giant(problem: Problem, kind: Ints, labels: NDArray[np.int64]) -> SplitImpossible | None:
    """A group larger than the largest split, beyond what rounding excuses, fits nowhere."""
    total, room = int(problem.target.sum()), int(problem.target.max(initial=0))
    free = problem.weights * (problem.pins < 0)
    if not len(free) or int(free.max()) <= room + max(2, total // 200):
        return None
    size = int(free.max())
    rest = total - size
    others = np.sort(problem.target)[:2]
    reachable = [rest * int(t) / max(1, int(others.sum())) / total for t in problem.target.tolist()]
    reachable[int(np.argmax(problem.target))] = size / total
    reason = f"one group weighs {size} of {total} and the largest split has room for {room}"
    return SplitImpossible(reason, tuple(labels[free[kind] == size].tolist()), (reachable[0], reachable[1], reachable[2]))


def _as_shares(shares: Shares) -> Shares:
    whole = sum(shares)
    return shares[0] / whole, shares[1] / whole, shares[2] / whole
