"""Which rows share how many shingles: ScanCount over an inverted index, with a bound for what is not counted.

For each query only its rarest shingles are looked up. All the rest could be shared as well, so a row is let go only where
its count plus all the rest stays under the overlap that is asked for: no pair with that overlap is ever missed. What passes
the bound is counted in full. (ScanCount: Li, Lu and Lu 2008, "Efficient merging and filtering algorithms for approximate
string searches".)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from curate.verifying.grams import Ints, Sets

BATCH = 50_000
"""Pairs counted in full at once."""


@dataclass(frozen=True)
class Overlaps:
    """Pairs with their exact number of shared shingles."""

    query: Ints
    row: Ints
    common: Ints

    def where(self, keep: NDArray[np.bool_]) -> Overlaps:
        return Overlaps(self.query[keep], self.row[keep], self.common[keep])


class Index:
    """The rows of one side by shingle."""

    def __init__(self, rows: Sets, width: int) -> None:
        self.rows, self.width = rows, width
        self.forward = matrix(rows, width)
        inverted = self.forward.tocsc()
        self.begin = inverted.indptr.astype(np.int64)
        self.entries = inverted.indices.astype(np.intp)

    @property
    def frequency(self) -> Ints:
        return np.diff(self.begin)

    def sharing(self, queries: Sets, least: Ints) -> Overlaps:
        """Every pair in which the row shares at least `least` shingles with the query."""
        items, depth = self._rarest(queries, least)
        left = np.diff(queries.starts) - depth
        wanted = np.maximum(least - left, 1)
        found = [np.zeros((3, 0), dtype=np.int64)]
        for q in np.flatnonzero(depth > 0).tolist():
            start = queries.starts[q]
            looked_up = items[start : start + depth[q]]
            begins, ends = self.begin[looked_up].tolist(), self.begin[looked_up + 1].tolist()
            entries = np.concatenate([self.entries[a:b] for a, b in zip(begins, ends, strict=True)])
            counts = np.bincount(entries)
            rows = np.flatnonzero(counts >= wanted[q])
            found.append(np.stack([np.full(len(rows), q), rows, counts[rows]]))
        query, row, common = np.concatenate(found, axis=1)
        return self._in_full(queries, Overlaps(query, row, common), left, least)

    def _rarest(self, queries: Sets, least: Ints) -> tuple[Ints, Ints]:
        """The shingles of each query, the rarest of the index first, and how many of them to look up.

        All but `least` - 1 would do for the proof. A tenth more, and two fifths at least, makes the count so telling that
        few rows are left to count in full, and costs less than it saves (docs/measurements.md).
        """
        owner = np.repeat(np.arange(len(queries.sizes)), np.diff(queries.starts))
        rarity = np.empty(self.width, dtype=np.int64)
        rarity[np.argsort(self.frequency, kind="stable")] = np.arange(self.width)
        order = np.argsort(owner * max(self.width, 1) + rarity[queries.items])
        held = np.diff(queries.starts)
        depth = np.maximum(held - least + 1 + queries.sizes // 10, 2 * queries.sizes // 5)
        return queries.items[order].astype(np.int64), np.where(held >= least, np.clip(depth, 0, held), 0)

    def _in_full(self, queries: Sets, found: Overlaps, left: Ints, least: Ints) -> Overlaps:
        """Count the shingles that were not looked up as well."""
        common = found.common.copy()
        partial = np.flatnonzero(left[found.query] > 0)
        rows_of = matrix(queries, self.width)
        for begin in range(0, len(partial), BATCH):
            part = partial[begin : begin + BATCH]
            both = rows_of[found.query[part]].multiply(self.forward[found.row[part]])
            common[part] = np.asarray(both.sum(axis=1)).ravel()
        counted = Overlaps(found.query, found.row, common)
        return counted.where(common >= least[found.query])


def matrix(rows: Sets, width: int) -> sp.csr_array:
    ones = np.ones(len(rows.items), dtype=np.int8)
    return sp.csr_array((ones, rows.items, rows.starts.astype(np.int64)), shape=(len(rows.sizes), width))


def at_least(share: float, sizes: Ints) -> Ints:
    """The least whole number of shingles that makes up the share; at least one. A hair is forgiven to rounding."""
    return np.maximum(np.ceil(share * sizes - 1e-6).astype(np.int64), 1)
