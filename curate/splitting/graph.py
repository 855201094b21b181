"""Graphs of rows that must not be parted: components, and the cheapest rows to take out so that two sides are apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curate.splitting.problem import Ints

FOREVER = 2**30
"""The cost of what may not be set aside. scipy counts flow in 32 bits: all real costs together stay below half of this."""


@dataclass(frozen=True)
class Graph:
    """Vertices are numbered by content, so whatever takes the first of several equals depends on content alone."""

    size: int
    pairs: Ints
    """edges x 2"""
    cost: Ints
    """Of setting the vertex aside; FOREVER for pinned rows and for keys that rows share."""
    weight: Ints
    """Rows that the vertex stands for; 0 for a shared key."""

    def neighbours(self) -> tuple[Ints, Ints]:
        """Compressed rows: the neighbours of v are `ends[starts[v]:starts[v + 1]]`, in order."""
        both = np.concatenate([self.pairs, self.pairs[:, ::-1]])
        both = np.unique(both[both[:, 0] != both[:, 1]], axis=0) if len(both) else both.reshape(0, 2)
        return np.append(0, np.cumsum(np.bincount(both[:, 0], minlength=self.size))), both[:, 1]

    def components(self, kept: NDArray[np.bool_]) -> Ints:
        """A label per vertex, -1 for those left out."""
        import scipy.sparse as sp
        from scipy.sparse.csgraph import connected_components

        inside = self.pairs[kept[self.pairs].all(axis=1)]
        matrix = sp.coo_array((np.ones(len(inside), dtype=np.int8), (inside[:, 0], inside[:, 1])), shape=(self.size, self.size))
        labels: Ints = connected_components(matrix, directed=False)[1].astype(np.int64)
        return np.where(kept, labels, -1)


def cheapest_cut(graph: Graph, source: NDArray[np.bool_], sink: NDArray[np.bool_]) -> NDArray[np.bool_] | None:
    """The cheapest vertices without which no path leads from source to sink; None where only uncuttable ones would do.

    Maximum flow through vertices split in two (Menger). Of all minimum cuts the one nearest to the source is taken: it does
    not depend on which maximum flow was found. With nothing between source and sink this is the minimum vertex cover of the
    edges that cross (König).
    """
    import scipy.sparse as sp
    from scipy.sparse.csgraph import maximum_flow

    # With a path of uncuttable vertices there is no cut; without one, the flow is at most the sum of real costs.
    fixed = graph.components(graph.cost >= FOREVER)
    if np.isin(fixed[source & (fixed >= 0)], fixed[sink & (fixed >= 0)]).any():
        return None
    n = graph.size
    a, b = np.unique(np.sort(graph.pairs, axis=1), axis=0).T  # scipy adds up what is listed twice
    start, end = 2 * n, 2 * n + 1
    vertex = np.arange(n)
    tails = np.concatenate([2 * vertex, 2 * a + 1, 2 * b + 1, np.full(int(source.sum()), start), 2 * np.flatnonzero(sink) + 1])
    heads = np.concatenate([2 * vertex + 1, 2 * b, 2 * a, 2 * np.flatnonzero(source), np.full(int(sink.sum()), end)])
    capacity = np.concatenate([graph.cost, np.full(len(tails) - n, FOREVER)])
    network = sp.csr_array((capacity.astype(np.int32), (tails, heads)), shape=(2 * n + 2, 2 * n + 2))
    result = maximum_flow(network, start, end)
    reached = _reachable(network - result.flow, start)
    cut: NDArray[np.bool_] = reached[2 * vertex] & ~reached[2 * vertex + 1]
    return cut


def _reachable(residual: object, start: int) -> NDArray[np.bool_]:
    import scipy.sparse as sp
    from scipy.sparse.csgraph import breadth_first_order

    open_ = sp.csr_array(residual)
    open_.data = (open_.data > 0).astype(np.int8)
    open_.eliminate_zeros()
    reached = np.zeros(open_.shape[0], dtype=bool)
    reached[breadth_first_order(open_, start, return_predecessors=False)] = True
    return reached
