"""The leak graph of the rows that are to be split: ties by kind, in positions of a view."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from curate.leaks import LEVELS, Links

Ints = np.ndarray[Any, np.dtype[np.int64]]
Floats = np.ndarray[Any, np.dtype[np.float64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class Ties:
    count: int
    """Rows."""
    each: list[Links]

    @classmethod
    def among(cls, count: int, rows: Ints, found: Iterable[Links]) -> Ties:
        """`rows[k]` is the corpus row of position k."""
        place = np.full(int(rows.max(initial=-1)) + 1, -1, np.int64)
        place[rows] = np.arange(count)
        return cls(count, [replace(tie, a=place[tie.a], b=place[tie.b]) for tie in found if len(tie)])

    def where(self, wanted: Callable[[Links], Mask]) -> Ties:
        chosen = [(tie, np.broadcast_to(wanted(tie), len(tie))) for tie in self.each]
        return Ties(
            self.count,
            [replace(t, a=t.a[m], b=t.b[m], whole=t.whole[m], content=t.content[m]) for t, m in chosen if m.any()],
        )

    def among_kept(self, kept: Mask) -> tuple[Ints, Ints, Ints, Floats]:
        """Ends, kinds (places in LEVELS) and scores of the ties between kept rows."""
        columns: list[tuple[Ints, Ints, Ints, Floats]] = []
        for tie in self.each:
            a, b = (first_kept(tie, kept, self.count), tie.b) if tie.shared else (tie.a, tie.b)
            both = (a >= 0) & kept[b] & (a != b)
            both &= kept[np.maximum(a, 0)]
            columns.append((a[both], b[both], np.full(int(both.sum()), LEVELS.index(tie.code)), tie.score[both]))
        if not columns:
            nothing = np.empty(0, np.int64)
            return nothing, nothing, nothing, np.empty(0)
        a, b, kinds, scores = (np.concatenate(column) for column in zip(*columns, strict=True))
        return a, b, kinds, scores

    def cuttable(self) -> Ints:
        """Pairs for `quarantine`: what rows share is a vertex of its own, so that no row of theirs holds the others together."""
        pairs, size = [np.empty((0, 2), np.int64)], self.count
        for tie in self.each:
            if tie.shared:
                firsts, key = np.unique(tie.a, return_inverse=True)
                pairs.append(np.stack([size + key, tie.b], axis=1))
                pairs.append(np.stack([size + np.arange(len(firsts)), firsts], axis=1))
                size += len(firsts)
            else:
                pairs.append(np.stack([tie.a, tie.b], axis=1))
        return np.concatenate(pairs)

    def between(self, rows: Ints, partners: Ints) -> tuple[list[str], list[float | None]]:
        """The gravest tie of each row to its partner; an empty code where there is none."""
        codes, scores = [""] * len(rows), [None] * len(rows)  # type: list[str], list[float | None]
        for tie in sorted(self.each, key=lambda each: LEVELS.index(each.code)):
            for k, score in zip(*matched(tie, rows, partners, self.count), strict=True):
                if not codes[k]:
                    codes[k], scores[k] = tie.code, float(score)
        return codes, scores


def first_kept(tie: Links, kept: Mask, count: int) -> Ints:
    """For each pair of a shared tie the first row of its class that is kept; -1 if only the second of the pair is."""
    first = np.full(count, count, np.int64)
    np.minimum.at(first, tie.a[kept[tie.b]], tie.b[kept[tie.b]])
    stays = kept[tie.a]
    found = np.where(stays, tie.a, first[tie.a])
    return np.where(found == count, -1, found)


def matched(tie: Links, rows: Ints, partners: Ints, count: int) -> tuple[list[int], list[float]]:
    """Which of the pairs asked for this kind ties, and how strongly."""
    if tie.shared:
        label = np.full(count, -1, np.int64)
        label[tie.b] = tie.a
        label[tie.a] = tie.a
        found = np.flatnonzero((partners >= 0) & (label[rows] >= 0) & (label[rows] == label[partners]))
        return found.tolist(), [1.0] * len(found)
    keys = np.minimum(tie.a, tie.b) * count + np.maximum(tie.a, tie.b)
    order = np.argsort(keys, kind="stable")
    asked = np.minimum(rows, partners) * count + np.maximum(rows, partners)
    at = np.minimum(np.searchsorted(keys[order], asked), len(keys) - 1)
    found = np.flatnonzero((partners >= 0) & (keys[order][at] == asked))
    return found.tolist(), tie.score[order[at[found]]].tolist()


def components(count: int, a: Ints, b: Ints) -> Ints:
    """Which rows are linked, through others or directly."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(a), bool), (a, b)), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], np.int64)
