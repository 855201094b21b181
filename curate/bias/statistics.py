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
    cells = np.broadcast_arrays(*(np.asarray(x, dtype=np.int64) for x in (a, n1, c, n2)))
    tails = [mid_tails(*(int(x) for x in four)) for four in zip(*(x.ravel() for x in cells), strict=True)]
    return np.array([min(1.0, 2 * min(pair)) for pair in tails]).reshape(cells[0].shape)


def mid_tails(a: int, n1: int, c: int, n2: int) -> tuple[float, float]:
    """Lower and upper tail of the hypergeometric distribution given all margins, each with half the weight of `a` itself."""
    drawn = a + c
    k = np.arange(max(0, drawn - n2), min(n1, drawn) + 1)
    log_factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, max(n1, n2, drawn) + 1)))])
    log_weight = -(log_factorial[k] + log_factorial[n1 - k] + log_factorial[drawn - k] + log_factorial[n2 - drawn + k])
    weight = np.exp(log_weight - log_weight.max())
    here = int(a - k[0])
    half = weight[here] / 2
    return float((weight[:here].sum() + half) / weight.sum()), float((weight[here + 1 :].sum() + half) / weight.sum())


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
    from scipy.special import stdtr, stdtrit

    difference = float(x.mean() - y.mean())
    vx, vy = x.var(ddof=1) / len(x), y.var(ddof=1) / len(y)
    se = float(np.sqrt(vx + vy))
    if se == 0.0:
        return difference, difference, difference, 1.0 if difference == 0 else 0.0
    df = (vx + vy) ** 2 / (vx**2 / (len(x) - 1) + vy**2 / (len(y) - 1))
    half = float(stdtrit(df, 0.975)) * se
    return difference, difference - half, difference + half, float(2 * stdtr(df, -abs(difference) / se))
