"""The layout: the same places for the same graph, no node on another, what belongs together near."""

from __future__ import annotations

import itertools
import math
import os
import subprocess
import sys

import pytest

from exports.layout import Layout, arrange
from kg.errors import UsageError


def _clusters(clusters: int = 4, members: int = 12) -> tuple[list[float], list[tuple[int, int, float]]]:
    """Cliques joined to a ring by single edges."""
    edges = []
    for c in range(clusters):
        first = c * members
        edges += [(first + a, first + b, 1.0) for a, b in itertools.combinations(range(members), 2)]
        edges.append((first, (first + members) % (clusters * members), 1.0))
    return [6.0 + n % 5 for n in range(clusters * members)], edges


def _distance(layout: Layout, a: int, b: int) -> float:
    return math.dist((layout.x[a], layout.y[a]), (layout.x[b], layout.y[b]))


def test_nothing_and_one_node() -> None:
    assert arrange([], []) == Layout((), (), ())
    alone = arrange([8.0], [])
    assert len(alone.x) == len(alone.y) == 1
    assert alone.community == (0,)


def test_same_places_for_the_same_graph_in_any_order_of_edges() -> None:
    radii, edges = _clusters()
    once = arrange(radii, edges, seed=7)
    assert arrange(radii, [(b, a, w) for a, b, w in reversed(edges)], seed=7) == once
    assert arrange(radii, edges, seed=8) != once


def test_same_places_in_another_process() -> None:
    code = "from exports.layout import arrange; print(arrange([7.0] * 9, [(n, (n * 4 + 1) % 9, 1.0 + n) for n in range(9)]))"
    runs = [
        subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]


@pytest.mark.parametrize("edges", [[], [(0, 1, 1.0)], None])
def test_no_node_lies_on_another(edges: list[tuple[int, int, float]] | None) -> None:
    radii, some = _clusters()
    layout = arrange(radii, some if edges is None else edges, gap=4.0)
    for a, b in itertools.combinations(range(len(radii)), 2):
        assert _distance(layout, a, b) > radii[a] + radii[b]


def test_communities_are_found_and_lie_apart() -> None:
    radii, edges = _clusters()
    layout = arrange(radii, edges)
    groups = [set(layout.community[c * 12 : c * 12 + 12]) for c in range(4)]
    assert all(len(g) == 1 for g in groups)
    assert len(set.union(*groups)) == 4
    pairs = list(itertools.combinations(range(48), 2))
    within = [_distance(layout, a, b) for a, b in pairs if a // 12 == b // 12]
    across = [_distance(layout, a, b) for a, b in pairs if a // 12 != b // 12]
    assert 2 * sum(within) / len(within) < sum(across) / len(across)


def test_whole_numbers_that_json_can_hold() -> None:
    radii, edges = _clusters(2, 5)
    layout = arrange(radii, edges)
    assert {type(v) for v in (*layout.x, *layout.y, *layout.community)} == {int}


def test_loops_and_repeated_edges_are_harmless() -> None:
    assert arrange([5.0] * 3, [(0, 1, 1.0), (2, 2, 3.0)]) == arrange([5.0] * 3, [(1, 0, 0.5), (0, 1, 0.5)])


@pytest.mark.parametrize(
    ("radii", "edges"), [([1.0, 0.0], []), ([1.0, 1.0], [(0, 2, 1.0)]), ([1.0, 1.0], [(0, 1, 0.0)]), ([1.0, 1.0], [(-1, 1, 1.0)])]
)
def test_what_cannot_be_laid_out_is_refused(radii: list[float], edges: list[tuple[int, int, float]]) -> None:
    with pytest.raises(UsageError, match="layout"):
        arrange(radii, edges)
