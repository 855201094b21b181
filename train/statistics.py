"""Is one model better than another on the same rows? The choice of interval and test, and what it says.

Every comparison is paired: row i was answered by both models, and its difference is tuned minus base. Formulas and their sources
are in `train.intervals`; scores that are ratios of sums or scores of a whole corpus are in `train.sums`.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from train.intervals import (
    RESAMPLES,
    Array,
    Codes,
    Interval,
    adjusted,
    bonett_price,
    bootstrap_t,
    cr1,
    intraclass,
    mcnemar,
    sign_flip,
    standard_error,
    t_interval,
)

DETECTABLE = 2.80
"""z at 97.5 % plus z at 80 %: the smallest true effect, in standard errors, that a test at 5 % sees in four of five tries."""
DRAWS = 200_000_000
"""Row draws that one bootstrap may cost, some seconds; beyond 20,000 rows the t interval is as good."""
FEWEST_MOVED = 20
"""Rows that must differ before a bootstrap over mostly unchanged rows is trusted."""
FEW_GROUPS = 10
"""Below this many groups the report says so: t(G-1) is right on average, but the spread itself is poorly known."""


class Verdict(StrEnum):
    BETTER = "better"
    WORSE = "worse"
    NOT_SHOWN = "not_shown"


class Method(StrEnum):
    """How the interval and the p value were made; the words stand in the report."""

    YES_NO = "Bonett-Price interval, McNemar mid-p"
    GRADED = "bootstrap-t interval, sign-flip p"
    SPARSE = "adjusted Wald interval (few rows differ), sign-flip p"
    LARGE = "t interval (many rows), sign-flip p"
    GROUPED = "CR1 interval and p, t with G-1 degrees of freedom"
    FLAT_GROUPS = "adjusted Wald interval over groups (no spread between them), sign-flip p"
    RATIO = "ratio of sums, CR1 interval and p, t with G-1 degrees of freedom"
    CORPUS = "expanded percentile bootstrap over groups, randomisation p"

    @property
    def p_name(self) -> str:
        """The name of the p value alone: `McNemar mid-p`, `sign-flip p`, `CR1 p`, `randomisation p`."""
        return "CR1 p" if "CR1" in self.value else self.value.rpartition(", ")[2]


@dataclass(frozen=True, slots=True)
class Effect:
    """One paired comparison. `difference` is tuned minus base, whichever direction is better."""

    n: int
    groups: int
    base: float
    tuned: float
    difference: float
    interval: Interval
    p_value: float
    error: float
    """The standard error that the interval was made with."""
    method: Method
    lower_is_better: bool = False
    table: tuple[int, int, int, int] | None = None
    """Yes/no scores: rows that both got right, only tuned, only base, neither."""
    icc: float | None = None
    """How alike the rows of a group are in their differences, where rows come in groups."""

    @property
    def mde(self) -> float:
        """The smallest difference that this test could reliably see, after the fact."""
        return DETECTABLE * self.error

    @property
    def verdict(self) -> Verdict:
        if 0.0 in self.interval:
            return Verdict.NOT_SHOWN
        return Verdict.WORSE if (self.interval.low > 0) == self.lower_is_better else Verdict.BETTER

    @property
    def gain(self) -> Interval:
        """The interval turned so that up is better."""
        return self.interval.negated() if self.lower_is_better else self.interval


def paired(
    base: Sequence[float] | Array,
    tuned: Sequence[float] | Array,
    groups: Sequence[Hashable] | None = None,
    *,
    lower_is_better: bool = False,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Effect:
    """Compare two models on rows given in the same order. The order itself changes nothing, to the last bit."""
    a, b, codes = aligned(base, tuned, groups)
    d, n, count = b - a, len(a), int(codes.max()) + 1
    yes_no = bool(np.isin(a, (0, 1)).all() and np.isin(b, (0, 1)).all())
    table = counts(a, b) if yes_no else None
    shares = bool(min(a.min(), b.min()) >= 0 and max(a.max(), b.max()) <= 1)
    # What one row more could have moved: all of a share; of another score as much as any row did, or as scores lie apart.
    scale = 1.0 if shares else float(np.abs(d).max() or np.ptp(a) or 1.0)
    if count < n:
        interval, p, error, method = clustered(d, codes, yes_no, scale, seed)
    elif table:
        interval, p = bonett_price(table[1], table[2], n), mcnemar(table[1], table[2])
        error, method = adjusted(d, 1.0)[1], Method.YES_NO
    else:
        interval, p, error, method = graded(d, scale, seed, resamples)
    means = (float(a.mean()), float(b.mean()), float(d.mean()))
    return Effect(n, count, *means, interval, p, error, method, lower_is_better, table, intraclass(d, codes))


def aligned(
    base: Sequence[float] | Array, tuned: Sequence[float] | Array, groups: Sequence[Hashable] | None
) -> tuple[Array, Array, Codes]:
    """Rows in an order of their own, so that sums and resamples do not depend on the caller's order or on the groups' names."""
    a, b = np.asarray(base, float), np.asarray(tuned, float)
    if len(a) == 0 or len(a) != len(b) or (groups is not None and len(groups) != len(a)):
        raise ValueError(f"{len(a)} base and {len(b)} tuned scores do not pair")
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise ValueError("a score is not a finite number")
    members: dict[Hashable, list[tuple[float, float]]] = {}
    for i, label in enumerate(range(len(a)) if groups is None else groups):
        members.setdefault(label, []).append((a[i], b[i]))
    ranked = sorted((sorted(rows) for rows in members.values()), key=lambda rows: (len(rows), rows))
    pairs = np.array([pair for rows in ranked for pair in rows])
    return pairs[:, 0], pairs[:, 1], np.repeat(np.arange(len(ranked)), [len(rows) for rows in ranked])


def counts(a: Array, b: Array) -> tuple[int, int, int, int]:
    """Both right, only tuned, only base, neither."""
    both, tuned, base = (int(((a == x) & (b == y)).sum()) for x, y in ((1, 1), (0, 1), (1, 0)))
    return both, tuned, base, len(a) - both - tuned - base


def graded(d: Array, scale: float, seed: int, resamples: int) -> tuple[Interval, float, float, Method]:
    n, centre = len(d), float(d.mean())
    p, error = sign_flip(d, seed), standard_error(d)
    if n * resamples > DRAWS:
        return t_interval(centre, error, n - 1)[0] if error else Interval(centre, centre), p, error, Method.LARGE
    t = bootstrap_t(d, seed, resamples) if error else np.array([np.inf])
    # A resample whose differences are all alike has no t. Where that is no rarity, or few of many rows differ, the bootstrap has
    # too little to go on: it held the truth in 90 % of simulations instead of 95.
    few = np.count_nonzero(d) < min(FEWEST_MOVED, n / 2)
    if few or np.isfinite(t).mean() < 0.999:
        interval, error = adjusted(d, scale)
        return interval, p, error, Method.SPARSE
    low, high = np.quantile(t[np.isfinite(t)], [0.025, 0.975])
    return Interval(centre - float(high) * error, centre - float(low) * error), p, error, Method.GRADED


def clustered(d: Array, codes: Codes, yes_no: bool, scale: float, seed: int) -> tuple[Interval, float, float, Method]:
    count, centre = int(codes.max()) + 1, float(d.mean())
    error = cr1(d - centre, codes) / len(d)
    if error:
        interval, p = t_interval(centre, error, count - 1)
        method = Method.GROUPED
    else:
        # One group, or groups that all moved alike: no spread to learn from, so each group counts as one row.
        means = np.bincount(codes, d) / np.bincount(codes)
        interval, error = adjusted(means, scale)
        p, method = sign_flip(means, seed), Method.FLAT_GROUPS
    if yes_no:
        interval = interval.clipped(-1.0, 1.0)
    return interval, p, error, method


def mde_before(n: int, discordance: float = 0.2) -> float:
    """The smallest true difference that n rows can reliably show if a share D is answered differently: 2.80·sqrt(D/n)."""
    return DETECTABLE * float(np.sqrt(discordance / n))


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's step-down adjustment: the chance of any false claim among these stays at 5 %."""
    out, running = [0.0] * len(p_values), 0.0
    for rank, i in enumerate(np.argsort(p_values, kind="stable")):
        running = max(running, min(1.0, (len(p_values) - rank) * p_values[int(i)]))
        out[int(i)] = running
    return out


class Margin(StrEnum):
    """Non-inferiority, in words that do not take "not shown worse" for "not worse"."""

    WITHIN = "within margin"
    FORGOT = "forgot"
    CANNOT_TELL = "cannot tell"


def non_inferior(gain: Interval, margin: float) -> Margin:
    """`gain` is turned so that up is better; a loss up to `margin` was declared acceptable beforehand."""
    if gain.low > -margin:
        return Margin.WITHIN
    return Margin.FORGOT if gain.high < 0 else Margin.CANNOT_TELL
