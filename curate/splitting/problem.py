"""What is to be split: groups that may not be parted, counted by type."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
SPLITS = 3
SCALE = 1_000_000
"""Strata shares are whole millionths: integer arithmetic gives every machine the same splits."""
MAX_STRATA = 256


@dataclass(frozen=True)
class Problem:
    """Groups with the same weight in every stratum and the same pin are interchangeable: one type."""

    vectors: Ints
    """Types x strata: the weight of one group."""
    counts: Ints
    """How many groups of each type."""
    pins: Ints
    """-1, or the split that a type must go to."""
    target: Ints
    """The weight each split should have: largest remainder, so it sums to the whole."""
    shares: Ints
    """In millionths."""

    @property
    def weights(self) -> Ints:
        weights: Ints = self.vectors.sum(axis=1)
        return weights

    @property
    def totals(self) -> Ints:
        """Weight of each stratum."""
        totals: Ints = self.counts @ self.vectors
        return totals

    def deviations(self, table: Ints) -> Ints:
        """Splits x strata, in millionths of a row: what is there less what should be."""
        off: Ints = SCALE * (table.T @ self.vectors) - np.outer(self.shares, self.totals)
        return off

    def misses(self, table: Ints) -> Ints:
        """Rows too many (or, negative, too few) in each split."""
        missed: Ints = table.T @ self.weights - self.target
        return missed

    def score(self, table: Ints) -> tuple[int, int, int]:
        """Smaller is better: first the sizes, then the worst stratum, then all of them."""
        deviations = np.abs(self.deviations(table))
        return int(np.abs(self.misses(table)).sum()), int(deviations.max(initial=0)), int(deviations.sum())

    def perfect(self, table: Ints) -> bool:
        """Sizes met, and no stratum off by a whole row anywhere: rounding leaves nothing to gain."""
        miss, worst, _ = self.score(table)
        return miss == 0 and worst < SCALE


def largest_remainder(shares: tuple[float, float, float], total: int) -> Ints:
    """Whole numbers in the given proportions that sum to `total` (Hamilton's method); ties go to the earlier split."""
    exact = [Fraction(repr(float(s))) for s in shares]
    parts = [share * total / sum(exact) for share in exact]
    floors = [part.numerator // part.denominator for part in parts]
    by_remainder = sorted(range(SPLITS), key=lambda s: (floors[s] - parts[s], s))
    for s in by_remainder[: total - sum(floors)]:
        floors[s] += 1
    return np.array(floors, dtype=np.int64)


def content_hashes(row_hash: NDArray[np.generic]) -> NDArray[np.uint64]:
    """One 64-bit number a row, from whatever bytes say what the row holds."""
    if row_hash.dtype.kind in "ui":
        return row_hash.astype(np.uint64)
    digests = b"".join(hashlib.blake2b(bytes(h), digest_size=8).digest() for h in row_hash.tolist())
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)


def compact(codes: NDArray[np.integer], hashes: NDArray[np.uint64]) -> Ints:
    """Codes 0..k-1 that depend on which rows share a code and what they hold, never on the codes or the order."""
    _, inverse = np.unique(codes, return_inverse=True)
    size = int(inverse.max(initial=-1)) + 1
    least = np.full(size, np.iinfo(np.uint64).max)
    np.minimum.at(least, inverse, hashes)
    # Sums of hashes part strata that share their least row; wrap-around is as good as any.
    total = np.zeros(size, dtype=np.uint64)
    np.add.at(total, inverse, hashes)
    rank = np.empty(size, dtype=np.int64)
    rank[np.lexsort((total, least))] = np.arange(size)
    return rank[inverse]


def pool_rare(codes: Ints, weights: Ints, least_share: Fraction) -> tuple[Ints, int]:
    """Put strata too small to give one row to the smallest split into one; says how many were pooled."""
    totals = np.bincount(codes, weights=weights).astype(np.int64)
    order = np.argsort(-totals, kind="stable")
    rare = np.array([int(t) * least_share < 1 for t in totals], dtype=bool)
    rare[order[MAX_STRATA - 1 :]] |= len(totals) > MAX_STRATA
    if rare.sum() < 2:
        return codes, 0
    renamed = np.where(rare, len(totals), np.arange(len(totals)))
    return np.unique(renamed[codes], return_inverse=True)[1].astype(np.int64), int(rare.sum())
