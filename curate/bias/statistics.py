"""Intervals and tests, each with its source; arrays in, arrays out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Z = 1.959963984540054


def wilson(successes: npt.ArrayLike, trials: npt.ArrayLike, z: float = Z) -> tuple[Floats, Floats]:
    """Score interval of a proportion (Wilson 1927); [0, 1] where nothing was tried."""
    k, n = np.asarray(successes, dtype=float), np.asarray(trials, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = np.where(n > 0, k / n, 0.5)
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low, high = np.where(n > 0, middle - half, 0.0), np.where(n > 0, middle + half, 1.0)
    return np.clip(low, 0, 1), np.clip(high, 0, 1)


def log_odds(a: npt.ArrayLike, n1: npt.ArrayLike, c: npt.ArrayLike, n2: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Log odds ratio of a in n1 against c in n2, half a row added to each cell (Haldane 1956), and its standard error."""
    cells = [np.asarray(x, dtype=float) for x in (a, np.subtract(n1, a), c, np.subtract(n2, c))]
    hits, misses, other_hits, other_misses = (np.maximum(x, 0) + 0.5 for x in cells)
    value = np.log(hits) - np.log(misses) - np.log(other_hits) + np.log(other_misses)
    return value, np.sqrt(1 / hits + 1 / misses + 1 / other_hits + 1 / other_misses)


def exact(a: npt.ArrayLike, n1: npt.ArrayLike, c: npt.ArrayLike, n2: npt.ArrayLike) -> Floats:
    """Two-sided conditional mid-p value, twice the smaller tail (Lancaster 1961): Wald's is wrong where a cell is empty."""
    from scipy.stats import hypergeom

    a, n1, c, n2 = (np.asarray(x, dtype=np.int64) for x in (a, n1, c, n2))
    total, drawn = n1 + n2, a + c
    at = hypergeom.pmf(a, total, drawn, n1)
    upper = hypergeom.sf(a, total, drawn, n1) + at / 2
    lower = hypergeom.cdf(a, total, drawn, n1) - at / 2
    return np.asarray(np.clip(2 * np.minimum(upper, lower), 0, 1))


def benjamini_hochberg(p: npt.ArrayLike) -> Floats:
    """Adjusted p-values that control the false-discovery rate (Benjamini and Hochberg 1995)."""
    p = np.asarray(p, dtype=float)
    if not p.size:
        return p
    order = np.argsort(p, kind="stable")
    scaled = p[order] * len(p) / np.arange(1, len(p) + 1)
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return adjusted


def newcombe(a: float, n1: float, c: float, n2: float) -> tuple[float, float, float]:
    """Difference of two proportions with its score interval (Newcombe 1998, method 10)."""
    (l1, u1), (l2, u2) = wilson(a, n1), wilson(c, n2)
    p1, p2 = a / n1, c / n2
    low = (p1 - p2) - np.hypot(p1 - l1, u2 - p2)
    high = (p1 - p2) + np.hypot(u1 - p1, p2 - l2)
    return float(p1 - p2), float(low), float(high)


def welch(x: Floats, y: Floats) -> tuple[float, float, float, float]:
    """Difference of means, its 95 % interval and p-value without equal variances (Welch 1947)."""
    from scipy.stats import t

    difference = float(x.mean() - y.mean())
    vx, vy = x.var(ddof=1) / len(x), y.var(ddof=1) / len(y)
    se = float(np.sqrt(vx + vy))
    if se == 0.0:
        return difference, difference, difference, 1.0 if difference == 0 else 0.0
    df = (vx + vy) ** 2 / (vx**2 / (len(x) - 1) + vy**2 / (len(y) - 1))
    half = float(t.ppf(0.975, df)) * se
    return difference, difference - half, difference + half, float(2 * t.sf(abs(difference) / se, df))
