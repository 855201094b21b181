"""Groups of rows linked directly or through others, and the weakest link that holds each group together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curate.similar.texts import Ints

Floats = NDArray[np.float64]


def components(n: int, i: Ints, j: Ints, labels: Ints | None = None) -> Ints:
    """For each of n vertices the smallest one it is linked with. `labels` of earlier edges are taken further."""
    labels = np.arange(n) if labels is None else labels.copy()
    while True:
        a, b = labels[i], labels[j]
        if np.array_equal(a, b):
            return labels
        # every root hooks to the smallest root beside it; then all point straight at their root again
        np.minimum.at(labels, np.maximum(a, b), np.minimum(a, b))
        while not np.array_equal(labels, above := labels[labels]):
            labels = above


@dataclass(frozen=True, slots=True)
class Forest:
    """A spanning tree of each component that is the strongest there is: its weakest edge cannot be avoided.

    Two rows of a component are linked by a chain in which every link is at least as strong as the tree's weakest edge, and by no
    chain of only stronger ones if that edge lies between them. So it is the answer to "why are these rows one group?"
    """

    n: int
    i: Ints
    j: Ints
    weight: Floats

    @classmethod
    def empty(cls, n: int) -> Forest:
        return cls(n, np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))

    def grown(self, i: Ints, j: Ints, weight: Floats) -> Forest:
        """With more edges. What the forest left out before can never come back, so edges may arrive a chunk at a time."""
        i, j = np.concatenate([self.i, i]), np.concatenate([self.j, j])
        weight = np.concatenate([self.weight, weight])
        order = np.lexsort((np.maximum(i, j), np.minimum(i, j), -weight))
        taken = strongest(self.n, i[order], j[order])
        return Forest(self.n, i[order][taken], j[order][taken], weight[order][taken])

    def labels(self) -> Ints:
        return components(self.n, self.i, self.j)

    def weakest(self) -> dict[int, int]:
        """For each component of two rows or more, by its label: the weakest edge, as an index into `i`, `j` and `weight`."""
        order = np.argsort(-self.weight, kind="stable")
        return dict(zip(self.labels()[self.i[order]].tolist(), order.tolist(), strict=True))  # the last one written stays


def strongest(n: int, i: Ints, j: Ints) -> NDArray[np.bool_]:
    """Which edges, strongest first, make the strongest forest (Borůvka: each part takes its best way out, again and again)."""
    taken = np.zeros(len(i), bool)
    labels = np.arange(n)
    while True:
        a, b = labels[i], labels[j]
        live = np.flatnonzero(a != b)
        if not len(live):
            return taken
        best = np.full(n, len(i))
        np.minimum.at(best, a[live], live)
        np.minimum.at(best, b[live], live)
        taken[best[best < len(i)]] = True
        labels = components(n, i[taken], j[taken], labels)
