"""NEAR pairs of corpora too large for the exact join: proposed by MinHash in bands, each one then counted exactly.

What is reported is right; a pair may be missed, with a probability that is chosen beforehand and belongs in the report. Memory is
the texts and some 300 bytes a row, where the exact join takes about four kilobytes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from curate.similar.canonical import Threshold, fraction
from curate.similar.engines import cores
from curate.similar.join import Engine, runs
from curate.similar.pairs import Edges, copy_groups, texts_of
from curate.similar.texts import Ints, Part, Rows, Texts

MISS = 1e-6
MOST_FUNCTIONS = 256
CHUNK = 1 << 14
PAIRS = 1 << 18


@dataclass(frozen=True, slots=True)
class Bands:
    """`count` keys of `rows` minima each: a pair of similarity s shares none with probability (1 - s^rows)^count."""

    count: int
    rows: int

    def miss(self, similarity: float) -> float:
        return (1 - similarity**self.rows) ** self.count

    @classmethod
    def missing_at_most(cls, miss: float, threshold: Threshold) -> Bands:
        """As many rows a band as the hash functions allow: each row more proposes fewer pairs in vain."""
        least = float(fraction(threshold))
        found = cls(1, MOST_FUNCTIONS) if least == 1 else cls(math.ceil(math.log(miss) / math.log1p(-least)), 1)
        for rows in range(2, MOST_FUNCTIONS + 1):
            count = 1 if least == 1 else math.ceil(math.log(miss) / math.log1p(-(least**rows)))
            if count * rows > MOST_FUNCTIONS:
                break
            found = cls(count, rows)
        return found


def approximate_pairs(
    rows: Rows | Texts,
    threshold: Threshold = "0.8",
    *,
    bands: Bands | None = None,
    seed: int = 1,
    workers: int = 0,
    against: NDArray[np.integer[Any]] | None = None,
) -> Iterator[Edges]:
    """NEAR pairs as `near_pairs` gives them, each of them missed with the probability `bands.miss(threshold)` at most."""
    from curate.similar import compiled

    texts, exact, workers = texts_of(rows), fraction(threshold), workers or cores()
    labels = copy_groups(texts, against)
    chosen = np.flatnonzero(labels == np.arange(len(texts)))
    keys = sketches(texts, chosen, bands or Bands.missing_at_most(MISS, threshold), seed, workers)
    for i, j in proposals(keys):
        if against is not None:
            across = against[chosen[i]] != against[chosen[j]]
            i, j = i[across], j[across]
        edges = counted(texts, chosen[i], chosen[j], exact, compiled, workers)
        if len(edges):
            yield edges


def stated(threshold: Threshold) -> dict[str, str | int | float]:
    """What a report says of this engine."""
    bands = Bands.missing_at_most(MISS, threshold)
    return {
        "name": "approximate",
        "bands": bands.count,
        "rows_of_a_band": bands.rows,
        "miss_at_threshold": bands.miss(float(fraction(threshold))),
        "verified": "every pair, exactly",
    }


def missed(threshold: Threshold) -> str:
    return f"pairs that the approximate engine misses: one at the threshold with probability {stated(threshold)['miss_at_threshold']:.0e}"


def sketches(texts: Texts, rows: Ints, bands: Bands, seed: int, workers: int) -> NDArray[np.uint64]:
    from curate.similar import sketching

    draw = np.random.default_rng(seed)
    multiply, add = draw.integers(0, 1 << 64, (2, bands.count * bands.rows), np.uint64)
    multiply |= np.uint64(1)
    keys = np.empty((len(rows), bands.count), np.uint64)

    def fill(start: int) -> None:
        part = slice(start, start + CHUNK)
        sketching.band_keys(texts.data, texts.spans(rows[part], Part.WHOLE), multiply, add, bands.rows, keys[part])

    with ThreadPoolExecutor(workers) as pool:
        for _ in pool.map(fill, range(0, len(rows), CHUNK)):
            pass
    return keys


def proposals(keys: NDArray[np.uint64]) -> Iterator[tuple[Ints, Ints]]:
    """Every two positions with a key in common, once, at the first band they share."""
    for band in range(keys.shape[1]):
        order = np.argsort(keys[:, band], kind="stable")
        column = keys[order, band]
        # for each position in this order, how many after it have the same key
        after = np.searchsorted(column, column, side="right") - np.arange(len(column)) - 1
        for start, stop in slices(after):
            first = np.repeat(np.arange(start, stop), after[start:stop])
            second = runs(np.arange(start, stop) + 1, after[start:stop])
            i, j = order[first], order[second]
            new = ~(keys[i, :band] == keys[j, :band]).any(axis=1)
            if new.any():
                yield np.minimum(i, j)[new], np.maximum(i, j)[new]


def slices(counts: Ints) -> Iterator[tuple[int, int]]:
    """Consecutive positions with about `PAIRS` pairs in each slice; those at the start and end that have none left out."""
    busy = np.flatnonzero(counts)
    if len(busy):
        through = np.cumsum(counts[busy]) // PAIRS
        for part in np.split(busy, np.flatnonzero(np.diff(through)) + 1):
            yield int(part[0]), int(part[-1]) + 1


def counted(texts: Texts, i: Ints, j: Ints, threshold: Fraction, engine: Engine, workers: int) -> Edges:
    """Those proposed pairs that are NEAR, with the exact counts of whole and content."""
    over, under = threshold.numerator, threshold.denominator
    unlike = texts.same[i] != texts.same[j]
    i, j = i[unlike], j[unlike]
    shared, union = engine.overlaps(texts, Part.WHOLE, i, j, workers)
    near = under * shared >= over * union
    i, j, shared, union = i[near], j[near], shared[near], union[near]
    content = np.stack([shared, union])
    system = texts.system[i] == texts.system[j]
    prompt = (texts.prompt[i] >= 0) & (texts.prompt[i] == texts.prompt[j])
    for part, of_case in (
        (Part.NO_SYSTEM, system & ~prompt),
        (Part.INPUT_ON, system & prompt),
        (Part.NO_PROMPT, ~system & prompt),
    ):
        if of_case.any():
            content[:, of_case] = engine.overlaps(texts, part, i[of_case], j[of_case], workers)
    return Edges(i, j, shared, union, content[0], content[1]).where(under * content[0] >= over * content[1])
