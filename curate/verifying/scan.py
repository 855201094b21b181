"""Which rows share how many shingles: counting through an inverted index, with a bound for what is not counted.

For each query only its rarest shingles are looked up. Whatever else it has could all be shared, so a row is let go only
where the count plus all the rest stays under the overlap that is needed: nothing at or over the floor is ever missed.
What passes the bound is counted in full.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from curate.verifying.grams import Ints, Sets

WORK = 20_000_000
"""Shared shingles counted at once; bounds the memory of a block."""


@dataclass(frozen=True)
class Overlaps:
    """Pairs with their exact number of shared shingles."""

    query: Ints
    row: Ints
    common: Ints


class Index:
    """The rows of one side by shingle."""

    def __init__(self, rows: Sets, width: int) -> None:
        self.rows = rows
        self.forward = _matrix(rows.starts, rows.items, width)
        self.inverted = self.forward.T.tocsr()
        self.frequency = np.diff(self.inverted.indptr).astype(np.int64)

    def rarest_first(self, queries: Sets) -> tuple[NDArray[np.int32], Ints]:
        """The shingles of each query, the rarest of the index first, and the rows that each of them stands for."""
        owner = np.repeat(np.arange(len(queries.sizes)), np.diff(queries.starts))
        order = np.lexsort((queries.items, self.frequency[queries.items], owner))
        items = queries.items[order]
        return items, self.frequency[items]


def jaccard_need(floor: float, size: Ints, other: Ints) -> Ints:
    """The least overlap at which two sets reach the floor; rounded so that it never asks too much."""
    return np.maximum(np.ceil(floor * (size + other) / (1 + floor) - 1e-6).astype(np.int64), 1)


def contained_need(share: float, size: Ints) -> Ints:
    return np.maximum(np.ceil(share * size - 1e-6).astype(np.int64), 1)


def looked_up(size: Ints, floor: float) -> Ints:
    """How many of a query's rarest shingles are counted.

    One more than may be missed would do for the proof; half, or a tenth more, makes the count so telling that few rows
    are left to count in full (measured: 163 instead of 337,883 at a floor of 0.8).
    """
    return np.maximum(size - contained_need(floor, size) + 1 + size // 10, size // 2)


def work(index: Index, queries: Sets, floor: float) -> int:
    """How many index entries a scan at this floor reads."""
    _, frequency = index.rarest_first(queries)
    held = np.diff(queries.starts)
    place = np.arange(len(frequency)) - np.repeat(queries.starts[:-1], held)
    return int(frequency[place < np.repeat(looked_up(queries.sizes, floor), held)].sum())


def jaccard_pairs(index: Index, queries: Sets, floor: float) -> Iterator[Overlaps]:
    """Every pair whose Jaccard similarity may reach the floor, with its exact overlap."""
    sizes = index.rows.sizes
    unseen = queries.sizes - np.diff(queries.starts)
    for found, left in _counts(index, queries, looked_up(queries.sizes, floor) - unseen):
        need = jaccard_need(floor, queries.sizes[found.query], sizes[found.row])
        yield _exact(index, queries, found, found.common + left[found.query] >= need, need)


def containing_pairs(index: Index, queries: Sets, share: float) -> Iterator[Overlaps]:
    """Every pair where the row holds at least that share of the query's shingles, with its exact overlap."""
    need = contained_need(share, queries.sizes)
    unseen = queries.sizes - np.diff(queries.starts)
    for found, left in _counts(index, queries, looked_up(queries.sizes, share) - unseen):
        wanted = need[found.query]
        yield _exact(index, queries, found, found.common + left[found.query] >= wanted, wanted)


def _counts(index: Index, queries: Sets, depth: Ints) -> Iterator[tuple[Overlaps, Ints]]:
    """Overlaps on the rarest shingles, block by block, and how many shingles of each query were not looked up."""
    items, frequency = index.rarest_first(queries)
    held = np.diff(queries.starts)
    taken = np.clip(depth, 0, held)
    place = np.arange(len(items)) - np.repeat(queries.starts[:-1], held)
    kept = place < np.repeat(taken, held)
    items, frequency = items[kept], frequency[kept]
    starts = np.concatenate([[0], np.cumsum(taken)])
    effort = np.concatenate([[0], np.cumsum(frequency)])[starts]
    left = held - taken
    begin = 0
    while begin < len(taken):
        end = max(begin + 1, int(np.searchsorted(effort, effort[begin] + WORK, side="right")) - 1)
        block = _matrix(starts[begin : end + 1] - starts[begin], items[starts[begin] : starts[end]], index.forward.shape[1])
        counted = (block @ index.inverted).tocoo()
        query = counted.row.astype(np.int64) + begin
        yield Overlaps(query, counted.col.astype(np.int64), counted.data.astype(np.int64)), left
        begin = end


def _exact(index: Index, queries: Sets, found: Overlaps, possible: NDArray[np.bool_], need: Ints) -> Overlaps:
    """Count what passed the bound in full."""
    query, row, need = found.query[possible], found.row[possible], need[possible]
    common = np.zeros(len(query), dtype=np.int64)
    full = _matrix(queries.starts, queries.items, index.forward.shape[1])
    for begin in range(0, len(query), 50_000):
        part = slice(begin, begin + 50_000)
        common[part] = np.asarray(full[query[part]].multiply(index.forward[row[part]]).sum(axis=1)).ravel()
    reached = common >= need
    return Overlaps(query[reached], row[reached], common[reached])


def _matrix(starts: Ints, items: NDArray[np.int32], width: int) -> sp.csr_array:
    ones = np.ones(len(items), dtype=np.int32)
    return sp.csr_array((ones, items, starts.astype(np.int32)), shape=(len(starts) - 1, width))
