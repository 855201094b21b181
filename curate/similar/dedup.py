"""Which row of several alike is kept, and in whose place a removed one went."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from curate.similar.canonical import Threshold, fraction
from curate.similar.cases import cases
from curate.similar.engines import choose, cores
from curate.similar.join import Engine
from curate.similar.pairs import CaseJoin, Edges, texts_of
from curate.similar.texts import Ints, Rows, Texts

BLOCK = 1024
"""Rows whose pairs are listed all at once; at most half a million, were they all alike."""


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Per row: the row kept in its place (-1: it is kept itself), whether their texts are equal, and how alike they are."""

    kept_in_place: Ints
    same: NDArray[np.bool_]
    whole: NDArray[np.float64]
    content: NDArray[np.float64]

    @property
    def removed(self) -> NDArray[np.bool_]:
        return self.kept_in_place >= 0


def keep_order(texts: Texts, *reasons: NDArray[np.number]) -> Ints:
    """Ranks for `dedup`: rows by the first reason (more is better), then the second and so on, then by digest, then first.

    But for rows whose texts are equal, the order of the input has no say in it.
    """
    keys = [np.arange(len(texts)), texts.digests[:, 1], texts.digests[:, 0], *(-reason for reason in reversed(reasons))]
    ranks = np.empty(len(texts), np.int64)
    ranks[np.lexsort(keys)] = np.arange(len(texts))
    return ranks


def dedup(
    rows: Rows | Texts,
    priority: NDArray[np.integer],
    threshold: Threshold = "0.8",
    *,
    workers: int = 0,
    engine: Engine | None = None,
) -> Duplicates:
    """Rows in order of priority (smallest first, ties as they stand); each is removed if a row kept before is SAME or NEAR.

    Nothing chains: a removed row is itself SAME as or NEAR to the row kept in its place. The result depends on nothing but texts
    and priority, and memory is bounded however many rows are alike.
    """
    texts = texts_of(rows)
    order = np.argsort(priority, kind="stable")
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    # copies in equal parts share every neighbour, so the first of them by priority speaks for all
    speaker = order[first_in(texts.copies[order])]
    first = np.empty(len(order), np.int64)
    first[order] = speaker
    chosen = np.flatnonzero(first == np.arange(len(first)))

    exact, engine = fraction(threshold), engine or choose(texts, chosen)
    joins = [CaseJoin(texts, case, exact, engine, workers or cores()) for case in cases(texts, chosen)]
    greedy = Greedy(texts, joins, rank)
    kept = greedy.kept(chosen[np.argsort(rank[chosen])])
    return greedy.places(first, chosen, kept)


def first_in(labels: Ints) -> Ints:
    """For each position the first position with the same label."""
    _, firsts, inverse = np.unique(labels, return_index=True, return_inverse=True)
    return firsts[inverse]


class Greedy:
    """Keeps or removes rows in order of priority."""

    def __init__(self, texts: Texts, joins: list[CaseJoin], rank: Ints) -> None:
        self.same, self.joins, self.rank = texts.same, joins, rank
        self.gone = np.zeros(len(rank), bool)
        self.taken = np.zeros(len(rank), bool)
        """By label of SAME: a row with this text is kept."""

    def kept(self, order: Ints) -> Ints:
        """What stays of rows in order of priority.

        By halves: what the first half keeps clears the second half, and what is left of that is asked again. Rows that are
        removed are never compared with one another, so a family of any size costs its members once, not squared.
        """
        if len(order) <= BLOCK:
            return self.kept_of_block(self.left(order))
        half = len(order) // 2
        first = self.kept(order[:half])
        second = self.left(order[half:])
        for edges in self.between(second, first):
            self.gone[edges.i] = self.gone[edges.j] = True
        self.gone[first] = False  # each edge has one end in either half; only that in the second goes
        return np.concatenate([first, self.kept(second)])

    def kept_of_block(self, order: Ints) -> Ints:
        order = order[first_in(self.same[order]) == np.arange(len(order))]
        pairs = [(edges.i, edges.j) for join in self.joins for edges in join.within(order)]
        for i, j in sorted_by(self.rank, pairs):
            if not self.gone[i]:  # decided already: all pairs in which `i` is the later row came before
                self.gone[j] = True
        kept = self.left(order)
        self.taken[self.same[kept]] = True
        return kept

    def left(self, rows: Ints) -> Ints:
        return rows[~(self.gone[rows] | self.taken[self.same[rows]])]

    def between(self, x: Ints, y: Ints) -> Iterator[Edges]:
        return chain.from_iterable(join.between(x, y) for join in self.joins)

    def places(self, first: Ints, chosen: Ints, kept: Ints) -> Duplicates:
        """Each removed row with a SAME row kept before it, else with the most similar NEAR one, ties by priority."""
        n = len(self.rank)
        equal = np.full(n, -1)
        equal[self.same[kept]] = kept  # two kept rows are never SAME
        equal = equal[self.same]
        same = (equal >= 0) & (self.rank[equal] < self.rank)
        found = Duplicates(np.where(same, equal, -1), same, np.ones(n), np.ones(n))

        is_kept = np.zeros(n, bool)
        is_kept[kept] = True
        for edges in self.between(chosen[~(is_kept | same)[chosen]], kept):
            improve(found, edges, is_kept, self.rank)
        copies = ~same & (first != np.arange(n))
        for column in (found.kept_in_place, found.whole, found.content):
            column[copies] = column[first[copies]]
        return found


def sorted_by(rank: Ints, pairs: list[tuple[Ints, Ints]]) -> Iterator[tuple[int, int]]:
    """The pairs, each with the row of better rank first, in order of the other one's rank."""
    ends = np.concatenate([np.empty((2, 0), np.int64), *(np.stack(pair) for pair in pairs)], axis=1)
    ends = np.take_along_axis(ends, np.argsort(rank[ends], axis=0), axis=0)
    yield from zip(*ends[:, np.argsort(rank[ends[1]], kind="stable")].tolist(), strict=True)


def improve(found: Duplicates, edges: Edges, is_kept: NDArray[np.bool_], rank: Ints) -> None:
    """Take the edges as places where they are better than what is found so far."""
    keeper = np.where(is_kept[edges.i], edges.i, edges.j)
    row = edges.i + edges.j - keeper
    order = np.lexsort((rank[keeper], -edges.score, row))
    order = order[rank[keeper[order]] < rank[row[order]]]
    order = order[first_in(row[order]) == np.arange(len(order))]
    row, keeper, edges = row[order], keeper[order], edges.where(order)
    place = found.kept_in_place[row]
    held = np.where(place >= 0, np.minimum(found.whole, found.content)[row], 0.0)
    better = (edges.score > held) | ((edges.score == held) & (rank[keeper] < rank[place]))
    found.kept_in_place[row[better]] = keeper[better]
    found.whole[row[better]], found.content[row[better]] = edges.whole[better], edges.content[better]
