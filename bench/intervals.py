"""How often the 95 % intervals of `train.statistics` hold the truth, and how often identical models are called different.

    python bench/intervals.py [--runs 2000]

Prints the tables of docs/statistics.md. The scenarios are those of the tests, with more repetitions.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np

from train.intervals import Array, bonett_price, mcnemar
from train.rates import bounded, independent
from train.statistics import paired
from train.sums import corpus, ratio

YES_NO = (
    (20, 0.85, 0.08, 0.02),
    (50, 0.85, 0.08, 0.02),
    (50, 0.93, 0.04, 0.0),
    (100, 0.93, 0.04, 0.0),
    (200, 0.5, 0.2, 0.1),
    (200, 0.93, 0.04, 0.0),
)
"""Rows; share that both get right, only tuned, only base."""


def yes_no(n: int, both: float, tuned: float, base: float, runs: int, seed: int = 0) -> tuple[float, float]:
    """Coverage and mean width."""
    rng = np.random.default_rng(seed)
    counts = rng.multinomial(n, [both, tuned, base, 1 - both - tuned - base], size=runs)
    intervals = [bonett_price(int(c[1]), int(c[2]), n) for c in counts]
    return float(np.mean([tuned - base in i for i in intervals])), float(np.mean([i.high - i.low for i in intervals]))


SAME = ((50, 0.5, 0.3), (200, 0.8, 0.2), (200, 0.95, 0.1))
"""Rows; share right; share of rows answered anew by the same model."""

Draw = Callable[[np.random.Generator, int], tuple[Array, Array]]


def graded(n: int, draw: Draw, truth: float, runs: int, resamples: int = 1_000, seed: int = 0) -> float:
    rng = np.random.default_rng(seed)
    inside = [truth in paired(*draw(rng, n), seed=i, resamples=resamples).interval for i in range(runs)]
    return float(np.mean(inside))


def skewed(rng: np.random.Generator, n: int) -> tuple[Array, Array]:
    """Most rows gain a little, few gain much; mean 1."""
    return np.zeros(n), rng.exponential(1.0, n)


def chrf_like(rng: np.random.Generator, n: int) -> tuple[Array, Array]:
    """Two bounded scores; mean difference 0.1."""
    return rng.beta(2, 2, n), rng.beta(3, 2, n)


def sparse(rng: np.random.Generator, n: int) -> tuple[Array, Array]:
    """One row in ten gets another score; mean difference 0.01."""
    return np.full(n, 0.4), np.where(rng.random(n) < 0.1, rng.random(n), 0.4)


def grouped(n: int, groups: int, runs: int, binary: bool = False, icc: float = 0.3, seed: int = 0) -> float:
    """Rows in groups of equal size whose differences are alike by `icc`."""
    rng, inside = np.random.default_rng(seed), 0
    codes = np.arange(n) % groups
    for i in range(runs):
        d = np.sqrt(icc) * rng.normal(size=groups)[codes] + np.sqrt(1 - icc) * rng.normal(size=n)
        if binary:
            base, tuned = (d > 0.8).astype(float), (d < -0.5).astype(float)
            truth = 0.30854 - 0.21186
        else:
            base, tuned, truth = np.zeros(n), 0.1 + d, 0.1
        inside += truth in paired(base, tuned, codes.tolist(), seed=i).interval
    return inside / runs


def ratios(n: int, groups: int, runs: int, seed: int = 0) -> float:
    """Bits over bytes: texts of unequal length, each off by an amount of its own and one of its group; truth 0.05 bits a byte."""
    rng, inside = np.random.default_rng(seed), 0
    codes = np.arange(n) % groups
    for _ in range(runs):
        size = rng.lognormal(4, 0.7, n)
        off = 0.05 + 0.1 * rng.normal(size=n) + (0.05 * rng.normal(size=groups)[codes] if groups < n else 0.0)
        base = size * rng.uniform(0.5, 1.5, n)
        found = ratio(base.tolist(), (base + size * off).tolist(), size.tolist(), codes.tolist() if groups < n else None)
        inside += 0.05 in found.interval
    return inside / runs


def f_of_sums(sums: Array) -> Array:
    """F1 of matches, what was said and what was wanted: the form of chrF and of F1 of a label."""
    return np.asarray(2 * sums[:, 0] / np.maximum(1, sums[:, 1] + sums[:, 2]))


def counted(rng: np.random.Generator, n: int) -> tuple[Array, Array]:
    """Matches, length said, length wanted of n rows from two models; rows differ in length and in how hard they are."""
    wanted, hard = rng.poisson(20, n) + 5, rng.normal(0, 0.1, n)
    sides = []
    for skill in (0.5, 0.6):
        said = rng.poisson(20, n) + 5
        matches = rng.binomial(np.minimum(said, wanted), np.clip(skill + hard, 0.05, 0.95))
        sides.append(np.column_stack([matches, said, wanted]).astype(float))
    return sides[0], sides[1]


def corpora(n: int, runs: int, resamples: int = 1_000, seed: int = 0) -> float:
    rng = np.random.default_rng(seed)
    a, b = counted(rng, 2_000_000)
    truth = float(f_of_sums(b.sum(axis=0)[None])[0] - f_of_sums(a.sum(axis=0)[None])[0])
    inside = [truth in corpus(*counted(rng, n), f_of_sums, seed=i, resamples=resamples).interval for i in range(runs)]
    return float(np.mean(inside))


def single(n: int, share: float, runs: int, seed: int = 0) -> float:
    """Wilson, and the rule of three without any event."""
    events = np.random.default_rng(seed).binomial(n, share, runs)
    return float(np.mean([share in bounded(int(k) / n, n) for k in events]))


def unpaired(n: int, one: float, other: float, runs: int, seed: int = 0) -> float:
    """Newcombe: two samples of n rows."""
    rng = np.random.default_rng(seed)
    events = zip(rng.binomial(n, one, runs), rng.binomial(n, other, runs), strict=True)
    return float(np.mean([one - other in independent(int(a), n, int(b), n) for a, b in events]))


def same_groups(n: int, groups: int, runs: int, icc: float = 0.3, seed: int = 0) -> float:
    """Rows in groups, no difference: share with p < .05."""
    rng, codes = np.random.default_rng(seed), np.arange(n) % groups
    low = 0
    for i in range(runs):
        d = np.sqrt(icc) * rng.normal(size=groups)[codes] + np.sqrt(1 - icc) * rng.normal(size=n)
        low += paired(np.zeros(n), d, codes.tolist(), seed=i).p_value < 0.05
    return low / runs


def same_model(n: int, p: float, change: float, runs: int, seed: int = 0) -> tuple[float, float]:
    """Two models that differ by chance alone: share with p < .05, share with a verdict."""
    rng, low, called = np.random.default_rng(seed), 0, 0
    for _ in range(runs):
        base = rng.random(n) < p
        flips = rng.random(n) < change
        tuned = np.where(flips, rng.random(n) < p, base)
        n12, n21 = int((tuned & ~base).sum()), int((base & ~tuned).sum())
        low += mcnemar(n12, n21) < 0.05
        called += 0.0 not in bonett_price(n12, n21, n)
    return low / runs, called / runs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="", help="not used: everything is simulated")
    parser.add_argument("--runs", type=int, default=2_000)
    runs = parser.parse_args().runs
    table("rows", "both right", "only tuned", "only base", "coverage", "mean width")
    for scenario in YES_NO:
        line(*scenario, *(f"{x:.3f}" for x in yes_no(*scenario, 2 * runs)))
    table("rows", "skewed", "like chrF", "one row in ten differs")
    for n in (20, 50, 100, 200):
        rates = (graded(n, skewed, 1.0, runs), graded(n, chrf_like, 0.1, runs), graded(n, sparse, 0.01, runs))
        line(n, *(f"{r:.3f}" for r in rates))
    table("groups of 200 rows, ICC .3", "graded", "yes/no")
    for groups in (5, 10, 20, 40, 100):
        line(groups, *(f"{grouped(200, groups, runs, binary):.3f}" for binary in (False, True)))
    table("rows", "bits over bytes", "the same in groups of five rows", "score of a corpus")
    for n in (50, 100, 200):
        line(n, *(f"{x:.3f}" for x in (ratios(n, n, runs), ratios(n, n // 5, runs), corpora(n, runs // 2))))
    table("rows", "rate of 5 %", "20 %", "50 %", "two samples: 30 and 20 %", "10 and 10 %")
    for n in (20, 40, 100, 200):
        rates = [single(n, share, 10 * runs) for share in (0.05, 0.2, 0.5)]
        line(n, *(f"{x:.3f}" for x in (*rates, unpaired(n, 0.3, 0.2, 10 * runs), unpaired(n, 0.1, 0.1, 10 * runs))))
    table("same model, 200 rows: groups", "p < .05")
    for groups in (5, 10, 40):
        line(groups, f"{same_groups(200, groups, runs):.3f}")
    table("same model: rows", "share right", "share answered anew", "p < .05", "verdict other than not_shown")
    for again in SAME:
        line(*again, *(f"{x:.3f}" for x in same_model(*again, 2 * runs)))


def table(*header: str) -> None:
    print()
    line(*header)
    line(*("---" for _ in header))


def line(*cells: object) -> None:
    print(f"| {' | '.join(map(str, cells))} |", flush=True)


if __name__ == "__main__":
    main()
