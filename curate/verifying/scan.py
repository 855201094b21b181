"""Which rows share how many shingles: ScanCount over an inverted index, with a bound for what is not counted.

For each query only its rarest shingles are looked up. All the rest could be shared as well, so a row is let go only where
its count plus all the rest stays under the overlap that is asked for: no pair with that overlap is ever missed. What passes
the bound is counted in full. (ScanCount: Li, Lu and Lu 2008, "Efficient merging and filtering algorithms for approximate
string searches".)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from curate.aside import chained
from curate.verifying.grams import Ints, Sets

BATCH = 50_000
"""Pairs handed on, and counted in full, at once: bounds memory however many pairs there are."""
LARGE = 0.02
"""Share of the rows from which a group is stepped over in the index, not only left out of the answer."""
MANY = 1000
"""Queries from which two processes share them."""
RECOUNT = 400
"""What it costs to count one pair in full, in index entries read."""


@dataclass(frozen=True)
class Overlaps:
    """Pairs with their exact number of shared shingles."""

    query: Ints
    row: Ints
    common: Ints

    def where(self, keep: NDArray[np.bool_]) -> Overlaps:
        return Overlaps(self.query[keep], self.row[keep], self.common[keep])


@dataclass(frozen=True)
class Gap:
    """Entries of each shingle that a query steps over: those of the rows that it is not compared with."""

    begin: Ints
    end: Ints


class Index:
    """The rows of one side by shingle."""

    def __init__(self, rows: Sets, width: int) -> None:
        self.rows, self.width = rows, width
        self.forward = matrix(rows, width)
        inverted = self.forward.tocsc()
        self.begin = inverted.indptr.astype(np.int64)
        self.entries = inverted.indices.astype(np.intp)

    def sharing(self, queries: Sets, least: Ints, own: Ints, apart: Ints) -> Iterator[Overlaps]:
        """Every pair with at least `least` shingles in common, a batch at a time; 0 asks for nothing.

        Rows and queries of one group are not compared: `own` and `apart` number the groups of each, -1 is none.
        """
        large = self._large(own)
        for group in (-1, *large):
            chosen = apart == group if group >= 0 else ~np.isin(apart, large)
            if (chosen & (least > 0)).any():
                for found in self._halves(queries, np.where(chosen, least, 0), self._gap(own, group)):
                    yield found.where((apart[found.query] < 0) | (apart[found.query] != own[found.row]))

    def counts(self, items: Ints) -> Ints:
        """How many of these shingles each row has; rows behind the last that has any are left out."""
        nothing = self.begin[:-1]
        return self._count(items, Gap(nothing, nothing))

    def _large(self, own: Ints) -> list[int]:
        """Groups that are worth stepping over in the index: many rows, side by side."""
        ends = np.flatnonzero(np.diff(own, append=-2))
        sizes = np.diff(ends, prepend=-1)
        wide = sizes >= max(32, LARGE * len(own))
        return sorted({group for group in own[ends[wide]].tolist() if group >= 0})

    def _gap(self, own: Ints, group: int) -> Gap:
        """Where in each shingle's entries the longest run of the group stands; entries are in the order of rows."""
        if group < 0:
            nothing = self.begin[:-1]
            return Gap(nothing, nothing)
        edges = np.flatnonzero(np.diff(own == group, prepend=False, append=False)).reshape(-1, 2)
        a, b = edges[np.argmax(edges[:, 1] - edges[:, 0])].tolist()
        first, last = self.rows.starts[a], self.rows.starts[b]
        before = np.bincount(self.rows.items[:first], minlength=self.width)
        within = np.bincount(self.rows.items[first:last], minlength=self.width)
        return Gap(self.begin[:-1] + before, self.begin[:-1] + before + within)

    def _halves(self, queries: Sets, least: Ints, gap: Gap) -> Iterator[Overlaps]:
        """The pairs of the first half of the queries, then those of the others: many are worth a second process."""
        asking = np.flatnonzero(least > 0)
        if len(asking) < MANY:
            return self._scan(queries, least, gap)
        earlier = np.arange(len(least)) < asking[len(asking) // 2]
        return chained(
            lambda: self._scan(queries, np.where(earlier, least, 0), gap),
            lambda: self._scan(queries, np.where(earlier, 0, least), gap),
        )

    def _scan(self, queries: Sets, least: Ints, gap: Gap) -> Iterator[Overlaps]:
        """Pairs of the queries that ask for anything; `least` is 0 for the others."""
        items, depth, costs = self._rarest(queries, least, gap)
        pending, size = [np.zeros((3, 0), dtype=np.int64)], 0
        for q in np.flatnonzero(depth > 0).tolist():
            start, end = int(queries.starts[q]), int(queries.starts[q + 1])
            middle, wanted = start + int(depth[q]), int(least[q])
            counts = self._count(items[start:middle], gap)
            rows = np.flatnonzero(counts >= max(wanted - (end - middle), 1))
            if middle < end and len(rows) * RECOUNT > costs[end] - costs[middle]:
                # So many passed that it is cheaper to go on counting for all rows than to look at each of them.
                counts = self._count(items[start:end], gap)
                rows = np.flatnonzero(counts >= wanted)
                middle = end
            known = counts[rows] if middle == end else np.zeros(len(rows), dtype=np.int64)
            pending.append(np.stack([np.full(len(rows), q), rows, known]))
            size += len(rows)
            if size >= BATCH:
                yield self._in_full(queries, np.concatenate(pending, axis=1), least)
                pending, size = [], 0
        if size:
            yield self._in_full(queries, np.concatenate(pending, axis=1), least)

    def _rarest(self, queries: Sets, least: Ints, gap: Gap) -> tuple[Ints, Ints, Ints]:
        """The shingles of each query, the rarest first, how many of them to look up, and the running cost of looking.

        All but `least` - 1 would do for the proof. A tenth more, and two fifths at least, makes the count so telling that
        few rows are left to count in full, and costs less than it saves (docs/measurements.md).
        """
        held = np.diff(queries.starts)
        frequency = np.diff(self.begin) - (gap.end - gap.begin)
        owner = np.repeat(np.arange(len(held)), held)
        rarity = frequency[queries.items]
        order = np.argsort(owner * (len(self.rows.sizes) + 1) + rarity, kind="stable")
        depth = np.maximum(held - least + 1 + queries.sizes // 10, 2 * queries.sizes // 5)
        depth = np.where((least > 0) & (held >= least), np.clip(depth, 0, held), 0)
        return queries.items[order].astype(np.int64), depth, np.append(0, np.cumsum(rarity[order]))

    def _count(self, items: Ints, gap: Gap) -> Ints:
        """How many of these shingles each row has."""
        first, last = self.begin[items].tolist(), self.begin[items + 1].tolist()
        if gap.end is gap.begin:
            runs: Iterable[tuple[int, int]] = zip(first, last, strict=True)
        else:
            gone, back = gap.begin[items].tolist(), gap.end[items].tolist()
            runs = chain(zip(first, gone, strict=True), zip(back, last, strict=True))
        pieces = [self.entries[a:b] for a, b in runs if a < b]
        return np.bincount(np.concatenate(pieces)) if pieces else np.zeros(0, dtype=np.int64)

    def _in_full(self, queries: Sets, pairs: Ints, least: Ints) -> Overlaps:
        """Count what is not known yet (0), and let go what does not reach `least`."""
        query, row, common = pairs
        unknown = np.flatnonzero(common == 0)
        for begin in range(0, len(unknown), BATCH):
            part = unknown[begin : begin + BATCH]
            chosen, inverse = np.unique(query[part], return_inverse=True)
            both = matrix(take(queries, chosen), self.width)[inverse].multiply(self.forward[row[part]])
            common[part] = np.asarray(both.sum(axis=1)).ravel()
        return Overlaps(query, row, common).where(common >= least[query])


def take(sets: Sets, chosen: Ints) -> Sets:
    """Some of the sets."""
    pieces = [sets.items[sets.starts[i] : sets.starts[i + 1]] for i in chosen.tolist()]
    starts = np.append(0, np.cumsum([len(piece) for piece in pieces]))
    return Sets(starts, np.concatenate([np.zeros(0, dtype=np.int32), *pieces]), sets.sizes[chosen])


def matrix(rows: Sets, width: int) -> sp.csr_array:
    ones = np.ones(len(rows.items), dtype=np.int8)
    return sp.csr_array((ones, rows.items, rows.starts.astype(np.int64)), shape=(len(rows.sizes), width))


def at_least(share: float, sizes: Ints) -> Ints:
    """The least whole number of shingles that makes up the share; at least one. A hair is forgiven to rounding."""
    least: Ints = np.maximum(np.ceil(share * sizes - 1e-6).astype(np.int64), 1)
    return least
