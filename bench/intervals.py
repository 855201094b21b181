"""How often the 95 % intervals of `train.statistics` hold the truth, and how often identical models are called different.

    python bench/intervals.py [--runs 2000]

Prints the tables of docs/statistics.md. The scenarios are those of the tests, with more repetitions.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np

from train.intervals import Array, bonett_price, mcnemar
from train.statistics import paired

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
