"""Paired comparisons of numbers that are no mean over rows: ratios of sums, and scores of a whole corpus."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

import numpy as np
from scipy import stats

from train.intervals import Array, Codes, Interval, cr1, t_interval
from train.statistics import Effect, Method


def ratio(
    base: Sequence[float],
    tuned: Sequence[float],
    weights: Sequence[float],
    groups: Sequence[Hashable] | None = None,
    *,
    lower_is_better: bool = True,
) -> Effect:
    """Sum of scores over sum of weights, e.g. bits over bytes.

    The residual of a row is (t_i - b_i) - D·w_i, with CR1 over groups: the linearised ratio, Cochran (1977), chapter 6.
    """
    order = sorted(range(len(weights)), key=lambda i: (base[i], tuned[i], weights[i]))
    a, b, w = (np.array([column[i] for i in order], float) for column in (base, tuned, weights))
    codes, total = coded(groups, order), float(w.sum())
    count = int(codes.max()) + 1
    difference = float((b - a).sum() / total)
    error = cr1((b - a) - difference * w, codes) / total
    interval, p = t_interval(difference, error, count - 1) if error else (unbounded_unless_equal(a, b, difference), 1.0)
    rates = (float(a.sum() / total), float(b.sum() / total))
    return Effect(len(w), count, *rates, difference, interval, p, error, Method.RATIO, lower_is_better)


def unbounded_unless_equal(a: Array, b: Array, difference: float) -> Interval:
    """What one group can say: nothing, unless the two models are the same on every row."""
    return Interval(difference, difference) if (a == b).all() else Interval(-np.inf, np.inf)


def corpus(
    base: Array,
    tuned: Array,
    score: Callable[[Array], Array],
    groups: Sequence[Hashable] | None = None,
    *,
    seed: int = 0,
    resamples: int = 2_000,
) -> Effect:
    """A score of summed statistics: rows x k arrays in, and `score` maps sums (m x k) to m numbers.

    Groups are drawn with replacement for the interval (Koehn 2004), and swapped between the models by a coin for p (Riezler &
    Maxwell 2005).
    """
    codes = coded(groups, range(len(base)))
    count = int(codes.max()) + 1
    a, b = (np.array([np.bincount(codes, column, count) for column in side.T]).T for side in (base, tuned))
    order = sorted(range(count), key=lambda g: (tuple(a[g]), tuple(b[g])))
    a, b = a[order], b[order]
    rng = np.random.default_rng(seed)
    draws = rng.multinomial(count, np.full(count, 1 / count), size=resamples).astype(float)
    drawn = score(draws @ b) - score(draws @ a)
    coins = rng.integers(0, 2, size=(resamples, count)).astype(float)
    swapped = score(coins @ a + (1 - coins) @ b) - score(coins @ b + (1 - coins) @ a)
    at_base, at_tuned = (float(score(side.sum(axis=0, keepdims=True))[0]) for side in (a, b))
    difference = at_tuned - at_base
    p = (int((np.abs(swapped) >= abs(difference) - 1e-12).sum()) + 1) / (resamples + 1)
    interval = expanded(drawn, count) if count > 1 else Interval(-np.inf, np.inf)
    error = float(drawn.std(ddof=1))
    return Effect(len(base), count, at_base, at_tuned, difference, interval, p, error, Method.CORPUS)


def expanded(drawn: Array, count: int) -> Interval:
    """Percentile ends moved out as far as t lies outside z: few groups make the plain ones too narrow (Hesterberg 2015)."""
    reach = float(stats.norm.cdf(-np.sqrt(count / (count - 1)) * stats.t.ppf(0.975, count - 1)))
    low, high = np.quantile(drawn, [reach, 1 - reach])
    return Interval(float(low), float(high))


def coded(groups: Sequence[Hashable] | None, order: Sequence[int]) -> Codes:
    """Groups as numbers from 0, rows in the given order; without groups each row is its own."""
    if groups is None:
        return np.arange(len(order))
    seen: dict[Hashable, int] = {}
    return np.array([seen.setdefault(groups[i], len(seen)) for i in order])
