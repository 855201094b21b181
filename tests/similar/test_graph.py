"""Components and their strongest spanning forest, against a loop over edges."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from curate.similar import Forest, components

Edge = tuple[int, int, int]
graphs = st.integers(1, 12).flatmap(
    lambda n: st.tuples(
        st.just(n), st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1), st.integers(1, 4)), max_size=25)
    )
)


def columns(edges: list[Edge]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    table = np.array(edges, np.int64).reshape(-1, 3)
    return table[:, 0], table[:, 1], table[:, 2] / 4


def kruskal(n: int, edges: list[Edge]) -> tuple[list[int], list[float]]:
    """Labels by the smallest member, and the weights in the forest."""
    label, weights = [*range(n)], []
    for i, j, weight in sorted(edges, key=lambda edge: -edge[2]):
        a, b = sorted((label[i], label[j]))
        if a != b:
            label = [a if x == b else x for x in label]
            weights.append(weight / 4)
    return label, sorted(weights)


@given(graphs)
def test_a_vertex_is_labelled_by_the_smallest_it_is_linked_with(graph: tuple[int, list[Edge]]) -> None:
    n, edges = graph
    i, j, _ = columns(edges)
    assert components(n, i, j).tolist() == kruskal(n, edges)[0]


@given(graphs, st.integers(0, 25))
def test_the_forest_is_the_strongest_however_its_edges_arrive(graph: tuple[int, list[Edge]], cut: int) -> None:
    n, edges = graph
    forest = Forest.empty(n).grown(*columns(edges[:cut])).grown(*columns(edges[cut:]))
    labels, weights = kruskal(n, edges)
    assert forest.labels().tolist() == labels
    assert sorted(forest.weight.tolist()) == weights


@given(graphs)
def test_the_weakest_edge_of_each_group_is_named(graph: tuple[int, list[Edge]]) -> None:
    n, edges = graph
    forest = Forest.empty(n).grown(*columns(edges))
    labels = forest.labels()
    weakest = forest.weakest()
    assert set(weakest) == {label for label in labels.tolist() if (labels == label).sum() > 1}
    for label, edge in weakest.items():
        own = labels[forest.i] == label
        assert forest.weight[edge] == forest.weight[own].min()
        assert own[edge]


def test_a_long_chain_is_one_group() -> None:
    order = np.random.default_rng(0).permutation(5000)
    assert set(components(5000, order[:-1], order[1:]).tolist()) == {0}
