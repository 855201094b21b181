"""Intervals and p values for paired differences, as formulas: arrays in, numbers out.

- yes/no scores: Bonett & Price (2012), Adjusted Wald confidence interval for a difference of binomial proportions based on paired
  data; mid-p: Fagerland, Lydersen & Laake (2013), The McNemar test for binary matched-pairs data
- graded scores: bootstrap-t, Efron & Tibshirani (1993), chapter 12; sign flips counted as in Phipson & Smyth (2010)
- rows in groups: CR1 standard error, t on G - 1 degrees of freedom, Cameron & Miller (2015), section VI

Why not Wald, t or the percentile bootstrap: docs/statistics.md has the coverage table.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Array = NDArray[np.float64]
Codes = NDArray[np.int64]

Z = float(stats.norm.ppf(0.975))
RESAMPLES = 10_000


@dataclass(frozen=True, slots=True)
class Interval:
    """95 %, both ends included."""

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def negated(self) -> Interval:
        return Interval(-self.high, -self.low)

    def clipped(self, low: float, high: float) -> Interval:
        return Interval(max(low, self.low), min(high, self.high))


def bonett_price(only_tuned: int, only_base: int, n: int) -> Interval:
    """p12=(n12+1)/(n+2), p21=(n21+1)/(n+2), D=p12-p21; D ± z·sqrt((p12+p21-D²)/(n+2)), clipped to [-1, 1]."""
    p12, p21 = (only_tuned + 1) / (n + 2), (only_base + 1) / (n + 2)
    centre = p12 - p21
    half = Z * float(np.sqrt((p12 + p21 - centre**2) / (n + 2)))
    return Interval(max(-1.0, centre - half), min(1.0, centre + half))


def mcnemar(only_tuned: int, only_base: int) -> float:
    """Mid-p: 2·P(X<=k) - P(X=k), X ~ Bin(n12+n21, 1/2), k the smaller of the two; 1 where no row differs."""
    k, m = min(only_tuned, only_base), only_tuned + only_base
    return 1.0 if m == 0 else float(min(1.0, 2 * stats.binom.cdf(k, m, 0.5) - stats.binom.pmf(k, m, 0.5)))


def standard_error(d: Array) -> float:
    """sqrt(sum (d_i - mean)² / (n(n-1))); 0 where all differences are alike."""
    return float(d.std(ddof=1) / np.sqrt(len(d))) if len(d) > 1 and np.ptp(d) > 0 else 0.0


def bootstrap_t(d: Array, seed: int, resamples: int = RESAMPLES) -> Array:
    """The t of each resample around the observed mean; infinite where a resample has no spread."""
    rng, n, centre = np.random.default_rng(seed), len(d), d.mean()
    out = np.empty(resamples)
    step = max(1, 2_000_000 // n)  # bounds the memory of one batch of resamples to some 50 MB
    for i in range(0, resamples, step):
        drawn = d[rng.integers(0, n, size=(min(step, resamples - i), n))]
        spread = np.where(np.ptp(drawn, axis=1) > 0, drawn.std(axis=1, ddof=1), 0.0) / np.sqrt(n)
        with np.errstate(divide="ignore", invalid="ignore"):
            out[i : i + step] = np.where(spread > 0, (drawn.mean(axis=1) - centre) / spread, np.inf)
    return out


def adjusted(d: Array, scale: float) -> tuple[Interval, float]:
    """Wald, and its standard error, after adding one row of `+scale` and one of `-scale`.

    With scale 1 and differences of -1, 0 and 1 this is Bonett-Price. For graded differences that are mostly zero it is our own
    extension of it; docs/statistics.md has its measured coverage.
    """
    n, centre = len(d) + 2, float(d.sum()) / (len(d) + 2)
    error = float(np.sqrt(max(0.0, ((d**2).sum() + 2 * scale**2) / n - centre**2) / n))
    return Interval(centre - Z * error, centre + Z * error), error


def sign_flip(d: Array, seed: int) -> float:
    """Two-sided p of the sum under random signs: exact up to 12 values that are not zero, else (k+1)/(m+1) of 10,000 flips."""
    moved = d[d != 0]
    if len(moved) == 0:
        return 1.0
    limit = abs(moved.sum()) * (1 - 1e-12)  # so that the observed signs themselves count, whatever the rounding
    if len(moved) <= 12:
        sums = np.array(list(product((-1.0, 1.0), repeat=len(moved)))) @ moved
        return float((np.abs(sums) >= limit).mean())
    rng, hits = np.random.default_rng(seed), 0
    for _ in range(0, RESAMPLES, 100):
        hits += int((np.abs((rng.integers(0, 2, size=(100, len(moved))) * 2.0 - 1.0) @ moved) >= limit).sum())
    return (hits + 1) / (RESAMPLES + 1)


def cr1(residuals: Array, codes: Codes) -> float:
    """sqrt(G/(G-1) · sum over groups of (sum of residuals)²); divided by n, or by a sum of weights, it is the standard error."""
    sums = np.bincount(codes, residuals)
    if len(sums) < 2 or not np.abs(sums).max() > 1e-12 * max(1e-300, float(np.abs(residuals).max())):
        return 0.0
    return float(np.sqrt(len(sums) / (len(sums) - 1) * (sums**2).sum()))


def t_interval(centre: float, error: float, df: float) -> tuple[Interval, float]:
    """Interval and two-sided p from t with `df` degrees of freedom."""
    half = float(stats.t.ppf(0.975, df)) * error
    return Interval(centre - half, centre + half), float(2 * stats.t.sf(abs(centre) / error, df))


def intraclass(d: Array, codes: Codes) -> float | None:
    """How alike the rows of a group are: analysis of variance, groups of unequal size (Donner 1986). None without spread."""
    sizes, n = np.bincount(codes), len(d)
    if len(sizes) < 2 or len(sizes) == n or np.ptp(d) == 0:
        return None
    means = np.bincount(codes, d) / sizes
    between = float((sizes * (means - d.mean()) ** 2).sum()) / (len(sizes) - 1)
    within = float(((d - means[codes]) ** 2).sum()) / (n - len(sizes))
    typical = float(n - (sizes**2).sum() / n) / (len(sizes) - 1)
    return (between - within) / (between + (typical - 1) * within)
