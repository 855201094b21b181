"""Rates of one model on its own, and of two samples that do not pair."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from train.intervals import Array, Interval, Z, cr1
from train.statistics import aligned


@dataclass(frozen=True, slots=True)
class Rate:
    """`events` of `n`; never "0 %" alone: with no event the upper end is the rule of three."""

    events: int
    n: int
    interval: Interval

    @property
    def share(self) -> float:
        return self.events / self.n


def rate(values: Sequence[float], groups: Sequence[Hashable] | None = None) -> Rate:
    """A share of yes/no values; rows in groups count as the number of rows alone that would err as much (Kish 1965)."""
    zeros, a, codes = aligned([0.0] * len(values), values, groups)
    n, events = len(zeros), int(a.sum())
    effective, count = float(n), int(codes.max()) + 1
    if count < n:
        share, error = events / n, cr1(a - a.mean(), codes) / n
        effective = min(float(n), share * (1 - share) / error**2) if error else float(count)
    return Rate(events, n, bounded(events / n, max(1.0, effective)))


def bounded(share: float, n: float) -> Interval:
    """Wilson; with no event, or nothing else, the rule of three instead: Hanley & Lippman-Hand (1983), bound 3/n."""
    bound = min(1.0, 3 / n)
    if share == 0.0:
        return Interval(0.0, bound)
    return Interval(1.0 - bound, 1.0) if share == 1.0 else wilson(share, n)


def wilson(share: float, n: float) -> Interval:
    """Wilson (1927)."""
    centre = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * float(np.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2)))
    return Interval(max(0.0, centre - half), min(1.0, centre + half))


def independent(k1: int, n1: int, k2: int, n2: int) -> Interval:
    """The difference k1/n1 - k2/n2 of two samples: Newcombe (1998), method 10, from their Wilson intervals."""
    p1, p2 = k1 / n1, k2 / n2
    one, two = wilson(p1, n1), wilson(p2, n2)
    low = np.sqrt((p1 - one.low) ** 2 + (two.high - p2) ** 2)
    high = np.sqrt((one.high - p1) ** 2 + (p2 - two.low) ** 2)
    return Interval(float(p1 - p2 - low), float(p1 - p2 + high))


@dataclass(frozen=True, slots=True)
class Calibration:
    """Whether answers held with confidence p are right in a share p of cases."""

    brier: float
    error: float
    """Expected calibration error: mean gap between confidence and share right, over bins of equal size."""
    interval: Interval
    bins: tuple[tuple[float, float, int], ...]
    """Mean confidence, share right, rows."""


def calibration(confidence: Sequence[float], right: Sequence[float], *, bins: int = 15, seed: int = 0) -> Calibration:
    """Guo et al. (2017) with bins of equal mass, and a percentile bootstrap over rows."""
    p, y = np.asarray(confidence, float), np.asarray(right, float)
    order = np.lexsort((y, p))
    p, y = p[order], y[order]
    rng = np.random.default_rng(seed)
    drawn = []
    for _ in range(1_000):
        rows = np.sort(rng.integers(0, len(p), len(p)))
        drawn.append(gap(p[rows], y[rows], bins))
    low, high = np.quantile(drawn, [0.025, 0.975])
    parts = tuple((float(a.mean()), float(b.mean()), len(a)) for a, b in binned(p, y, bins))
    return Calibration(float(((p - y) ** 2).mean()), gap(p, y, bins), Interval(float(low), float(high)), parts)


def gap(p: Array, y: Array, bins: int) -> float:
    return float(sum(len(a) * abs(a.mean() - b.mean()) for a, b in binned(p, y, bins)) / len(p))


def binned(p: Array, y: Array, bins: int) -> list[tuple[Array, Array]]:
    pieces = min(bins, len(p))
    return list(zip(np.array_split(p, pieces), np.array_split(y, pieces), strict=True))
