"""Which row of several alike is kept, and in whose place a removed one went."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from curate.similar.canonical import Threshold, fraction
from curate.similar.cases import cases
from curate.similar.engines import choose, cores
from curate.similar.join import Engine, Wanted
from curate.similar.pairs import CaseJoin, Edges, texts_of
from curate.similar.texts import Ints, Rows, Texts

BLOCK = 1024
"""Rows whose pairs are listed all at once; at most half a million, were they all alike."""

MOST_EDGES = 1 << 22
"""Pairs held at once: 200 MB. Only families of thousands have more, and those go another way."""


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
    pairs: Iterable[Edges] | None = None,
) -> Duplicates:
    """Rows in order of priority (smallest first, ties as they stand); each is removed if a row kept before is SAME or NEAR.

    Nothing chains: a removed row is itself SAME as or NEAR to the row kept in its place. That is the most similar one; where
    there are more pairs than can be held, the most similar in the first block of kept rows that has one. The result depends on
    nothing but texts and priority, and memory is bounded however many rows are alike. `pairs` are those to go by where they were
    found in another way (`approximate_pairs`).
    """
    texts = texts_of(rows)
    rank = np.empty(len(texts), np.int64)
    rank[np.argsort(priority, kind="stable")] = np.arange(len(texts))
    # copies in equal parts share every neighbour, so the first of them by priority speaks for all
    order = np.argsort(rank)
    speakers = order[first_in(texts.copies[order]) == np.arange(len(order))]
    chosen = np.sort(speakers)

    if pairs is not None:
        return by_pairs(texts, rank, speakers, Edges.gathered(pairs))
    exact, engine = fraction(threshold), engine or choose(texts, chosen)
    joins = [CaseJoin(texts, case, exact, engine, workers or cores()) for case in cases(texts, chosen)]
    greedy = Greedy(texts, joins, rank)
    edges = greedy.listed(chosen)
    if edges is not None:
        places = Places(texts, rank, greedy.settled(speakers, edges.i, edges.j))
        places.improve(edges)
    else:  # some families are large
        kept = greedy.kept(speakers)
        places = Places(texts, rank, kept)
        for block in doubling(kept):
            for found in greedy.between(places.open_among(chosen), block, Wanted.BEST):
                places.improve(found)
    return places.spread(chosen)


def by_pairs(texts: Texts, rank: Ints, speakers: Ints, edges: Edges) -> Duplicates:
    """The same by pairs that are known, of whichever of several copies."""
    speaker = np.empty(len(rank), np.int64)
    speaker[texts.copies[speakers]] = speakers
    edges = replace(edges, i=speaker[texts.copies[edges.i]], j=speaker[texts.copies[edges.j]])
    places = Places(texts, rank, Greedy(texts, [], rank).settled(speakers, edges.i, edges.j))
    places.improve(edges)
    return places.spread(np.sort(speakers))


def doubling(rows: Ints) -> Iterator[Ints]:
    """A block of rows, then twice as many, and so on: of thousands of rows one might go to, the first block is enough."""
    start, size = 0, BLOCK
    while start < len(rows):
        yield rows[start : start + size]
        start, size = start + size, 2 * size


def first_in(labels: Ints) -> Ints:
    """For each position the first position with the same label."""
    _, firsts, inverse = np.unique(labels, return_index=True, return_inverse=True)
    return firsts[inverse]


class Greedy:
    """Keeps or removes rows in order of priority."""

    def __init__(self, texts: Texts, joins: list[CaseJoin], rank: Ints) -> None:
        self.texts, self.joins, self.rank = texts, joins, rank
        self.gone = np.zeros(len(rank), bool)
        self.taken = np.zeros(len(rank), bool)
        """By label of SAME: a row with this text is kept."""

    def listed(self, rows: Ints) -> Edges | None:
        """All NEAR pairs, if they are few enough to be held."""
        held: list[Edges] = []
        room = MOST_EDGES
        for edges in chain.from_iterable(join.within(rows) for join in self.joins):
            held.append(edges)
            room -= len(edges)
            if room < 0:
                return None
        return Edges.gathered(held)

    def kept(self, order: Ints) -> Ints:
        """What stays of rows in order of priority, without a list of all pairs.

        By halves: what the first half keeps clears the second half, and what is left of that is asked again. Rows that are
        removed are never compared with one another, so a family of any size costs its members once, not squared.
        """
        if len(order) <= BLOCK:
            order = self.left(order)
            pairs = [(edges.i, edges.j) for join in self.joins for edges in join.within(order)]
            nothing = np.empty(0, np.int64)
            i, j = (np.concatenate([nothing, *ends]) for ends in zip(*pairs, strict=True)) if pairs else (nothing, nothing)
            return self.settled(order, i, j)
        half = len(order) // 2
        first = self.kept(order[:half])
        second = self.left(order[half:])
        for edges in self.between(second, first, Wanted.ANY):
            self.gone[edges.i] = self.gone[edges.j] = True
        self.gone[first] = False  # each edge has one end in either half; only that in the second goes
        return np.concatenate([first, self.kept(second)])

    def settled(self, order: Ints, i: Ints, j: Ints) -> Ints:
        """What stays of rows in order of priority, all pairs among them given."""
        swap = self.rank[i] > self.rank[j]
        first, later = np.where(swap, j, i), np.where(swap, i, j)
        by_first = np.argsort(self.rank[first], kind="stable")
        first, later = first[by_first], later[by_first]
        starts = np.searchsorted(self.rank[first], self.rank[order])
        stops = np.searchsorted(self.rank[first], self.rank[order], side="right")
        kept = []
        for row, start, stop in zip(order.tolist(), starts.tolist(), stops.tolist(), strict=True):
            label = self.texts.same[row]
            if not (self.gone[row] or self.taken[label]):
                kept.append(row)
                self.taken[label] = True
                if stop > start:
                    self.gone[later[start:stop]] = True
        return np.array(kept, np.int64)

    def left(self, rows: Ints) -> Ints:
        return rows[~(self.gone[rows] | self.taken[self.texts.same[rows]])]

    def between(self, x: Ints, y: Ints, wanted: Wanted) -> Iterator[Edges]:
        return chain.from_iterable(join.between(x, y, wanted) for join in self.joins)


class Places:
    """The row kept in place of each removed one: a SAME one, else the most similar NEAR one, ties by priority."""

    def __init__(self, texts: Texts, rank: Ints, kept: Ints) -> None:
        n = len(rank)
        self.texts, self.rank = texts, rank
        self.is_kept = np.zeros(n, bool)
        self.is_kept[kept] = True
        equal = np.full(n, -1)
        equal[texts.same[kept]] = kept  # two kept rows are never SAME
        self.place = np.where(self.is_kept, -1, equal[texts.same])
        self.same = self.place >= 0
        self.whole, self.content = np.ones(n), np.ones(n)

    def open_among(self, rows: Ints) -> Ints:
        """Those removed that have no place yet."""
        return rows[~self.is_kept[rows] & (self.place[rows] < 0)]

    def improve(self, edges: Edges) -> None:
        """Take the edges as places where they are better than what is found so far."""
        useful = edges.where((self.is_kept[edges.i] != self.is_kept[edges.j]) & ~(self.same[edges.i] | self.same[edges.j]))
        keeper = np.where(self.is_kept[useful.i], useful.i, useful.j)
        row = useful.i + useful.j - keeper
        order = np.lexsort((self.rank[keeper], -useful.score, row))
        order = order[first_in(row[order]) == np.arange(len(order))]
        row, keeper, useful = row[order], keeper[order], useful.where(order)
        place = self.place[row]
        held = np.where(place >= 0, np.minimum(self.whole, self.content)[row], 0.0)
        better = (useful.score > held) | ((useful.score == held) & (self.rank[keeper] < self.rank[place]))
        self.place[row[better]] = keeper[better]
        self.whole[row[better]], self.content[row[better]] = useful.whole[better], useful.content[better]

    def spread(self, speakers: Ints) -> Duplicates:
        """To the copies of the rows that spoke for them."""
        speaker = np.empty(len(self.rank), np.int64)
        speaker[self.texts.copies[speakers]] = speakers
        speaker = speaker[self.texts.copies]
        rest = ~(self.is_kept | self.same)
        for column in (self.place, self.whole, self.content):
            column[rest] = column[speaker[rest]]
        return Duplicates(self.place, self.same, self.whole, self.content)
