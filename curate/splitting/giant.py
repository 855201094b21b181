"""Where to cut a component that is too large: sides that hang together by little, found in three ways."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from curate.splitting.graph import FOREVER, Graph, cheapest_cut
from curate.splitting.problem import Ints

Mask = NDArray[np.bool_]


def cut_off(graph: Graph, component: Mask, wanted: int) -> Mask | None:
    """Vertices to set aside so that about `wanted` rows come off the component; the cheapest of the cuts tried."""
    best: tuple[float, int, Mask] | None = None
    for side in _sides(graph, component, wanted):
        cut = cheapest_cut(graph, side, component & ~side)
        if cut is None:
            continue
        off = int(graph.weight[side & ~cut].sum())
        # Cutting goes on until enough is off: what counts is the price of a row.
        price = int(graph.cost[cut].sum()) / max(off, 1), abs(off - wanted)
        if off > 0 and (best is None or price < best[:2]):
            best = (*price, cut)
    return None if best is None else best[2]


def hopeless(graph: Graph, component: Mask, room: int, budget: int) -> bool:
    """Whether so many rows are tied to so many others that no cut within the budget helps.

    Let every row of a core of m have k others or more in it. Without any b of them each piece that is left has over k - b rows.
    If two such pieces are more than m - b there is but one, and it is too large if m - b is.
    """
    core, size = component & (graph.weight > 0), int((component & (graph.weight > 0)).sum())
    ends = np.unique(np.sort(graph.pairs, axis=1), axis=0)
    while True:
        inside = ends[core[ends].all(axis=1) & (ends[:, 0] != ends[:, 1])]
        degree = np.bincount(inside.ravel(), minlength=graph.size)
        weak = core & (degree < size // 2 + budget)
        if not weak.any():
            return int(core.sum()) - budget > room
        core = core & ~weak


def _sides(graph: Graph, component: Mask, wanted: int) -> Iterator[Mask]:
    """Sides to try, none larger than the rows wanted."""
    starts, ends = graph.neighbours()
    yield from _without_hubs(graph, component, wanted, np.diff(starts))
    if (side := _behind_articulations(graph, component, wanted, starts, ends)).any():
        yield side
    yield from _sweeps(graph, component, wanted, starts, ends)


def _without_hubs(graph: Graph, component: Mask, wanted: int, degree: Ints) -> Iterator[Mask]:
    """Leave out the best connected rows, more and more of them, and pack the pieces that remain."""
    rows = np.flatnonzero(component & (graph.cost < FOREVER))
    hubs = rows[np.argsort(-degree[rows], kind="stable")]
    number = 1
    while number <= min(len(hubs) // 4, 4096):
        kept = component.copy()
        kept[hubs[:number]] = False
        yield _pack(graph, graph.components(kept), kept, wanted)
        number *= 2


def _pack(graph: Graph, labels: Ints, kept: Mask, wanted: int) -> Mask:
    """Whole pieces, the largest that still fits first."""
    names, inverse = np.unique(labels[kept], return_inverse=True)
    sizes = np.bincount(inverse, weights=graph.weight[kept], minlength=len(names)).astype(np.int64)
    taken = np.zeros(len(names), dtype=bool)
    left = wanted
    for piece in np.argsort(-sizes, kind="stable").tolist():
        if 0 < sizes[piece] <= left:
            taken[piece] = True
            left -= int(sizes[piece])
    side = np.zeros(graph.size, dtype=bool)
    side[np.flatnonzero(kept)[taken[inverse]]] = True
    return side


def _behind_articulations(graph: Graph, component: Mask, wanted: int, starts: Ints, ends: Ints) -> Mask:
    """What falls off when single rows go (Tarjan 1972), the largest that fits first; one row is lost for each."""
    root = int(np.flatnonzero(component)[0])
    order, parent, low, found = _search(root, graph.size, starts, ends)
    weight = graph.weight.copy()
    for v in reversed(order[1:]):
        weight[parent[v]] += weight[v]
    pieces = [v for v in order[1:] if low[v] >= found[parent[v]] and graph.cost[parent[v]] < FOREVER and weight[v] <= wanted]
    side = np.zeros(graph.size, dtype=bool)
    place = {v: i for i, v in enumerate(order)}
    count = np.ones(graph.size, dtype=np.int64)
    for v in reversed(order[1:]):
        count[parent[v]] += count[v]
    left = wanted
    for v in sorted(pieces, key=lambda v: (-int(weight[v]), place[v])):
        # A subtree stands in one run of the order of discovery.
        members = order[place[v] : place[v] + int(count[v])]
        if weight[v] <= left and not side[members].any():
            side[members] = True
            left -= int(weight[v])
    return side


def _search(root: int, size: int, starts: Ints, ends: Ints) -> tuple[list[int], Ints, Ints, Ints]:
    """Depth first: order of discovery, parents, low points, times; iterative, for paths can be long."""
    found, low, parent = (np.full(size, -1, dtype=np.int64) for _ in range(3))
    order, stack, cursor = [root], [root], starts.copy()
    found[root] = low[root] = 0
    while stack:
        v = stack[-1]
        if cursor[v] < starts[v + 1]:
            u = int(ends[cursor[v]])
            cursor[v] += 1
            if found[u] < 0:
                parent[u], found[u], low[u] = v, len(order), len(order)
                order.append(u)
                stack.append(u)
            elif u != parent[v]:
                low[v] = min(low[v], found[u])
        else:
            stack.pop()
            if stack:
                low[stack[-1]] = min(low[stack[-1]], low[v])
    return order, parent, low, found


def _sweeps(graph: Graph, component: Mask, wanted: int, starts: Ints, ends: Ints) -> Iterator[Mask]:
    """Everything within some distance of a far end: good for chains and grids."""
    first = int(np.flatnonzero(component)[0])
    far = _breadth(first, graph.size, starts, ends)[-1]
    for order in (_breadth(far, graph.size, starts, ends), _search(far, graph.size, starts, ends)[0][::-1]):
        reach = np.cumsum(graph.weight[order])
        for share in (0.5, 0.8, 0.9, 1.0):
            side = np.zeros(graph.size, dtype=bool)
            side[order[: max(1, int(np.searchsorted(reach, wanted * share, side="right")))]] = True
            yield side


def _breadth(root: int, size: int, starts: Ints, ends: Ints) -> list[int]:
    seen = np.zeros(size, dtype=bool)
    seen[root] = True
    order = [root]
    for v in order:
        for u in ends[starts[v] : starts[v + 1]].tolist():
            if not seen[u]:
                seen[u] = True
                order.append(u)
    return order
