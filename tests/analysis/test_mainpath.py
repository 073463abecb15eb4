from __future__ import annotations

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.analysis.mainpath import acyclic, main_path, search_path_counts
from kg.errors import DataError

# the ways from B through the sample network by which Liu and Lu's method is commonly explained: B-D-F-H-K, B-D-F-I-L, B-D-F-I-M-N, B-D-I-L,
# B-D-I-M-N and B-J-M-N. Published are: (B, D) has the count 5, B-D-F-I-M-N is the global main path with the sum 15, and at I the
# two arcs on have the same count
SAMPLE = ["BD", "BJ", "DF", "DI", "FH", "FI", "HK", "IL", "IM", "JM", "MN"]


def ways(arcs: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """All ways from a source to a sink, as arcs."""
    graph = nx.DiGraph(arcs)
    sources = [n for n in graph if not graph.in_degree(n)]
    sinks = [n for n in graph if not graph.out_degree(n)]
    return [list(pairwise(p)) for a in sources for b in sinks if a != b for p in nx.all_simple_paths(graph, a, b)]


def test_the_published_example() -> None:
    older, newer = ([ord(arc[end]) for arc in SAMPLE] for end in (0, 1))
    counts = dict(zip(SAMPLE, search_path_counts(older, newer), strict=True))
    assert counts["BD"] == 5
    assert counts["IL"] == counts["IM"]
    path = [SAMPLE[arc] for arc in main_path(older, newer)]
    assert path == ["BD", "DF", "FI", "IM", "MN"]
    assert sum(counts[arc] for arc in path) == 15


arcs_of_a_dag = st.sets(st.tuples(st.integers(0, 8), st.integers(0, 8)).filter(lambda a: a[0] < a[1]), min_size=1, max_size=20).map(sorted)


@given(arcs_of_a_dag)
def test_counts_are_what_counting_all_ways_gives(arcs: list[tuple[int, int]]) -> None:
    older, newer = [a for a, _ in arcs], [b for _, b in arcs]
    found = ways(arcs)
    counts = search_path_counts(older, newer)
    assert counts == [sum(arc in way for way in found) for arc in arcs]
    # Batagelj's law: what flows into a node flows out of it
    graph = nx.DiGraph()
    graph.add_weighted_edges_from((a, b, c) for (a, b), c in zip(arcs, counts, strict=True))
    for node in graph:
        if graph.in_degree(node) and graph.out_degree(node):
            assert graph.in_degree(node, "weight") == graph.out_degree(node, "weight")


@given(arcs_of_a_dag)
def test_the_main_path_is_the_heaviest_of_all_ways(arcs: list[tuple[int, int]]) -> None:
    older, newer = [a for a, _ in arcs], [b for _, b in arcs]
    counts = dict(zip(arcs, search_path_counts(older, newer), strict=True))
    path = [arcs[n] for n in main_path(older, newer)]
    assert path in ways(arcs)
    assert sum(counts[arc] for arc in path) == max(sum(counts[arc] for arc in way) for way in ways(arcs))


def test_counts_of_any_size_are_exact() -> None:
    # two ways from each node to the next, a hundred times over
    older = [n for n in range(100) for _ in range(2)]
    counts = search_path_counts(older, [n + 1 for n in older])
    assert set(counts) == {2**99}


def test_nothing_has_no_path() -> None:
    assert main_path([], []) == [] and search_path_counts([], []) == []


def test_a_cycle_is_refused() -> None:
    with pytest.raises(DataError, match="without a cycle"):
        search_path_counts([0, 1, 2], [1, 2, 1])


def test_the_lightest_arc_of_a_cycle_goes() -> None:
    older, newer = np.array([0, 1, 2, 2, 4]), np.array([1, 2, 0, 3, 4])
    stay = acyclic(5, older, newer, np.array([0.9, 0.2, 0.5, 0.1, 1.0]))
    assert stay.tolist() == [True, False, True, True, False]


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(1, 3)), max_size=25))
def test_what_stays_has_no_cycle_and_nothing_stays_out_without_need(arcs: list[tuple[int, int, int]]) -> None:
    older, newer, weight = (np.array([a[i] for a in arcs], dtype=np.int64) for i in range(3))
    stay = acyclic(7, older, newer, weight.astype(float))
    kept = nx.DiGraph([(a, b) for (a, b, _), s in zip(arcs, stay, strict=True) if s])
    assert nx.is_directed_acyclic_graph(kept)
    for (a, b, _), s in zip(arcs, stay, strict=True):
        if not s:
            closed = kept.copy()
            closed.add_edge(a, b)
            assert not nx.is_directed_acyclic_graph(closed)
