"""Why rows are together: of all ties, the strongest that suffice to hold each group, as a tree."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from curate.splitting.problem import Ints


def strongest(count: int, a: Ints, b: Ints, score: NDArray[np.float64]) -> Ints:
    """Positions of the ties of a maximum spanning forest: no other choice has a stronger weakest tie (Kruskal 1956).

    Of equally strong ties those given first are preferred.
    """
    import scipy.sparse as sp
    from scipy.sparse.csgraph import minimum_spanning_tree

    keys = np.minimum(a, b) * count + np.maximum(a, b)
    order = np.lexsort((np.arange(len(keys)), -score))
    order = order[(a != b)[order]]
    pairs, first = np.unique(keys[order], return_index=True)
    # Ranks in place of scores: positive, all different, so the forest is one and the same everywhere.
    rank = np.empty(len(pairs))
    rank[np.argsort(first, kind="stable")] = np.arange(1, len(pairs) + 1)
    network = sp.csr_array((rank, (pairs // count, pairs % count)), shape=(count, count))
    tree = minimum_spanning_tree(network).tocoo()
    found = np.searchsorted(pairs, tree.row.astype(np.int64) * count + tree.col)
    return np.sort(order[first[found]])


def toward_first(count: int, a: Ints, b: Ints) -> tuple[Ints, Ints]:
    """For each row of a forest the next row on the way to the first of its tree, and the tie to it; -1 for that first."""
    both, tie = np.concatenate([a, b]), np.tile(np.arange(len(a)), 2)
    ends = np.concatenate([b, a])
    order = np.lexsort((ends, both))
    starts = np.searchsorted(both[order], np.arange(count + 1)).tolist()
    neighbours, ties = ends[order].tolist(), tie[order].tolist()
    parent, by = np.full(count, -1, dtype=np.int64), np.full(count, -1, dtype=np.int64)
    seen = np.zeros(count, dtype=bool)
    for root in range(count):
        if seen[root]:
            continue
        seen[root], queue = True, [root]
        for v in queue:
            for k in range(starts[v], starts[v + 1]):
                if not seen[u := neighbours[k]]:
                    seen[u], parent[u], by[u] = True, v, ties[k]
                    queue.append(u)
    return parent, by


def largest_by_kind(count: int, kinds: NDArray[np.integer], a: Ints, b: Ints) -> dict[int, tuple[int, int]]:
    """For each kind of tie, rows in the largest group if there were no others, and if there were only the others."""
    return {int(kind): (_largest(count, a, b, kinds == kind), _largest(count, a, b, kinds != kind)) for kind in np.unique(kinds)}


def _largest(count: int, a: Ints, b: Ints, left: NDArray[np.bool_]) -> int:
    import scipy.sparse as sp
    from scipy.sparse.csgraph import connected_components

    network = sp.coo_array((np.ones(int(left.sum()), bool), (a[left], b[left])), shape=(count, count))
    return int(np.bincount(connected_components(network, directed=False)[1]).max(initial=0))
