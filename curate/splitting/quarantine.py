"""Which rows to set aside so that groups can be split that otherwise could not be."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from curate.splitting.giant import cut_off, hopeless
from curate.splitting.graph import FOREVER, Graph, cheapest_cut
from curate.splitting.problem import SPLITS, Ints, content_hashes, largest_remainder

Mask = NDArray[np.bool_]
MOST_CUTS = 64


@dataclass(frozen=True)
class SetAside:
    """Rows without which every group fits."""

    rows: Ints
    partners: Ints
    """For each of them a row that stays and that it leaks to; -1 where all those are set aside as well."""
    groups: Ints
    """The group of each row that stays; -1 for those set aside."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refused:
    """Too much would have to be set aside, or what must not be."""

    reason: str
    rows: int
    """How many would have had to go; -1 where nothing helps."""
    reachable: tuple[float, float, float]
    """The shares that can be had without setting rows aside."""


def quarantine(
    edges: NDArray[np.int64],
    shares: tuple[float, float, float],
    row_hash: NDArray[np.generic],
    pins: NDArray[np.int8] | None = None,
    weights: NDArray[np.int64] | None = None,
    max_drop: float = 0.01,
) -> SetAside | Refused:
    """Cut pinned rows of different splits apart, then components that are larger than the largest split.

    `edges` are pairs of rows that must not be parted. A number from the count of rows on stands for a key that rows share (an
    author, a document): give each of its rows an edge to it, and it is never cut in two.
    """
    count = len(row_hash)
    graph, rank = _graph(edges, content_hashes(row_hash), pins, weights)
    pin = np.full(graph.size, -1, dtype=np.int64)
    pin[rank[:count]] = -1 if pins is None else pins
    out = _part_pins(graph, pin)
    if out is None:
        return Refused("rows pinned to different splits are linked directly", -1, _reachable(graph, shares))
    budget = int(max_drop * int(graph.weight.sum()))
    if (dropped := int(graph.weight[out].sum())) > budget:
        return Refused(_too_many(dropped, budget), dropped, _reachable(graph, shares))
    for _ in range(MOST_CUTS):
        target = largest_remainder(shares, int(graph.weight[~out].sum()))
        large = _too_large(graph, out, int(target.max()))
        if large is None:
            return _answer(graph, rank, out, count)
        here = replace(graph, pairs=graph.pairs[~out[graph.pairs].any(axis=1)])
        if weights is None and hopeless(here, large, int(target.max()) + _slack(graph, out), budget):
            reason = f"its rows are so densely tied that to set {budget} aside does not part them"
            return Refused(reason, -1, _reachable(graph, shares))
        cut = cut_off(here, large, _piece(int(graph.weight[large].sum()), target))
        if cut is None:
            return Refused("a component larger than the largest split cannot be cut", -1, _reachable(graph, shares))
        out |= cut
        if (dropped := int(graph.weight[out].sum())) > budget:
            return Refused(_too_many(dropped, budget), dropped, _reachable(graph, shares))
    return Refused(f"{MOST_CUTS} cuts were not enough", -1, _reachable(graph, shares))


def _too_many(dropped: int, budget: int) -> str:
    return f"{dropped} rows or more would have to be set aside, and {budget} may be"


def _graph(
    edges: NDArray[np.int64], hashes: NDArray[np.uint64], pins: NDArray[np.int8] | None, weights: NDArray[np.int64] | None
) -> tuple[Graph, Ints]:
    """The rows in the order of their content, then the shared keys in the order of their first row."""
    count = len(hashes)
    size = max(count, int(edges.max(initial=-1)) + 1)
    rank = np.empty(size, dtype=np.int64)
    rank[np.argsort(hashes, kind="stable")] = np.arange(count)
    keys = np.full(size, size, dtype=np.int64)
    for a, b in ((0, 1), (1, 0)):
        np.minimum.at(keys, edges[:, a], np.where(edges[:, b] < count, rank[np.minimum(edges[:, b], max(count - 1, 0))], size))
    rank[count:] = count + np.argsort(np.argsort(keys[count:], kind="stable"), kind="stable")
    weight = np.zeros(size, dtype=np.int64)
    weight[rank[:count]] = 1 if weights is None else weights
    scale = max(1, int(weight.sum()) // (FOREVER // 4))
    cost = np.where(weight > 0, np.maximum(weight // scale, 1), FOREVER)
    if pins is not None:
        cost[rank[:count][pins >= 0]] = FOREVER
    return Graph(size, rank[edges.reshape(-1, 2)], cost, weight), rank


def _part_pins(graph: Graph, pin: Ints) -> Mask | None:
    """Cut the pinned rows of each split from those of the splits before it: exact for two splits, twice so for three."""
    out = np.zeros(graph.size, dtype=bool)
    for split in range(SPLITS - 1, 0, -1):
        own, others = pin == split, (pin >= 0) & (pin < split)
        if own.any() and others.any():
            kept = graph.pairs[~out[graph.pairs].any(axis=1)]
            cut = cheapest_cut(replace(graph, pairs=kept), own, others)
            if cut is None:
                return None
            out |= cut
    return out


def _too_large(graph: Graph, out: Mask, room: int) -> Mask | None:
    """The largest component, if it does not fit; `split` forgives as much as this does."""
    labels = graph.components(~out)
    sizes = np.bincount(labels[labels >= 0], weights=graph.weight[labels >= 0], minlength=1).astype(np.int64)
    return labels == int(np.argmax(sizes)) if int(sizes.max()) > room + _slack(graph, out) else None


def _slack(graph: Graph, out: Mask) -> int:
    return max(2, int(graph.weight[~out].sum()) // 200)


def _piece(size: int, target: Ints) -> int:
    """How much to cut off at once: what is too much, but no more than the smaller splits can take whole."""
    others = np.sort(target)[:-1]
    return max(1, min(size - int(target.max()), int(others.max())))


def _answer(graph: Graph, rank: Ints, out: Mask, count: int) -> SetAside:
    labels = graph.components(~out)
    back = np.empty(graph.size, dtype=np.int64)
    back[rank] = np.arange(graph.size)
    starts, ends = graph.neighbours()
    rows, partners = [], []
    for v in np.flatnonzero(out).tolist():
        near = ends[starts[v] : starts[v + 1]]
        # Through a shared key the partner is any other row that has it.
        far = np.concatenate([near, *(ends[starts[k] : starts[k + 1]] for k in near[graph.weight[near] == 0].tolist())])
        staying = far[(graph.weight[far] > 0) & ~out[far]]
        rows.append(int(back[v]))
        partners.append(int(back[staying[0]]) if len(staying) else -1)
    order = np.argsort(rows)
    groups = labels[rank[:count]]
    return SetAside(np.array(rows, dtype=np.int64)[order], np.array(partners, dtype=np.int64)[order], groups)


def _reachable(graph: Graph, shares: tuple[float, float, float]) -> tuple[float, float, float]:
    """The largest component to the largest split, the rest in proportion to the others."""
    labels = graph.components(np.ones(graph.size, dtype=bool))
    total = max(1, int(graph.weight.sum()))
    largest = int(np.bincount(labels, weights=graph.weight).max(initial=0)) / total
    order = sorted(range(SPLITS), key=lambda s: -shares[s])
    rest = sum(shares[s] for s in order[1:]) or 1.0
    out = [max(0.0, 1 - max(largest, shares[order[0]])) * share / rest for share in shares]
    out[order[0]] = max(largest, shares[order[0]])
    return out[0], out[1], out[2]
