"""The layout: the same places for the same graph, no node on another, what belongs together near."""

from __future__ import annotations

import itertools
import math
import os
import subprocess
import sys

import numpy as np
import pytest
from scipy.spatial import cKDTree

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


def test_arrays_are_triples() -> None:
    radii, edges = _clusters()
    head, tail, weight = (np.array(column) for column in zip(*edges, strict=True))
    assert arrange(radii, (head, tail, weight)) == arrange(radii, edges) == arrange(radii, tuple(edges))
    three = ((0, 1, 1.0), (1, 2, 1.0), (2, 0, 2.0))
    assert arrange([5.0] * 3, three) == arrange([5.0] * 3, list(three))


def test_communities_have_room_between_them() -> None:
    # more communities, of unequal sizes, with many edges across
    rng = np.random.default_rng(3)
    sizes = [40, 30, 20, 20, 10, 6, 3]
    group = np.repeat(np.arange(len(sizes)), sizes)
    edges = [
        (int(a), int(b), 1.0)
        for a, b in itertools.combinations(range(len(group)), 2)
        if rng.random() < (0.5 if group[a] == group[b] else 0.004)
    ]
    layout = arrange([6.0] * len(group), edges, gap=16.0)
    place, found = np.column_stack((layout.x, layout.y)), np.array(layout.community)
    middle = np.array([place[found == g].mean(axis=0) for g in range(found.max() + 1)])
    nearest = np.linalg.norm(place[:, None] - middle[None], axis=2).argmin(axis=1)
    assert (nearest == found).mean() > 0.97
    # and no community is torn apart: its nodes lie within the disc that they need, give or take
    for g in range(found.max() + 1):
        here = place[found == g]
        assert np.linalg.norm(here - middle[g], axis=1).max() < 2.0 * math.sqrt(len(here) * 14.0**2 / 0.45)


def test_what_nothing_holds_lies_around_the_others() -> None:
    radii, edges = _clusters(3, 12)
    layout = arrange([*radii, *[6.0] * 40], edges, gap=10.0)
    place = np.column_stack((layout.x, layout.y))
    middle = place[:36].mean(axis=0)
    distance = np.linalg.norm(place - middle, axis=1)
    angle = np.arctan2(*(place - middle).T)
    for alone in range(36, 76):
        # beyond what of the others lies on its side
        beside = np.abs(np.angle(np.exp(1j * (angle[:36] - angle[alone])))) < 0.15
        assert distance[alone] > distance[:36][beside].max(initial=0.0)
    # no further than it must be
    assert distance[36:].max() < 2.5 * distance[:36].max()


def test_many_nodes_take_the_grid_and_touch_nowhere() -> None:
    rng = np.random.default_rng(5)
    count = 1_500
    group = rng.integers(0, 12, count)
    pairs = rng.integers(0, count, (9_000, 2))
    edges = [(int(a), int(b), 1.0) for a, b in pairs if a != b and (group[a] == group[b] or rng.random() < 0.02)]
    radii = (6 + 20 * rng.random(count) ** 8).tolist()
    layout = arrange(radii, edges, gap=8.0)
    place, size = np.column_stack((layout.x, layout.y)), np.array(radii)
    near = cKDTree(place).query_pairs(2 * size.max(), output_type="ndarray")
    distance = np.linalg.norm(place[near[:, 0]] - place[near[:, 1]], axis=1)
    assert (distance > size[near].sum(axis=1)).all()
