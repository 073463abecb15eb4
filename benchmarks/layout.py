"""How long places for the nodes of a graph take, and how good they are, beside layouts of networkx on the same nodes and edges.

usage: python benchmarks/layout.py GRAPH [--top N …] [--others]

For each N: the N concepts that most papers name, with the edges that the page has, laid out as the page does and by its forces alone,
without a disc for each community. Time is CPU time of one process. `apart` is the
mean silhouette of the communities (Rousseeuw 1987; from -1 to 1, 0 where they lie on each other; of at most 3,000 nodes), `kept` the
part of each node's k neighbours in the graph that are among its k nearest on the plane, `overlaps` the pairs of nodes that touch. With
`--others`, networkx's `spring_layout` and `forceatlas2_layout` are measured, too, scaled to the same area; slow from 2,000 nodes on.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

from exports.explorer.choose import choose
from exports.explorer.data import node_radii
from exports.explorer.edges import join, stated
from exports.explorer.places import GAP
from exports.layout import SMALL, _apart, _columns, _forces, _merged, _start, arrange, communities
from kg.graph import Graph

SAMPLE = 3_000


def silhouette(place: Any, group: Any) -> float:
    """The mean silhouette of the communities of at least `SMALL` members."""
    large = np.flatnonzero(np.bincount(group)[group] >= SMALL)
    if len(set(group[large].tolist())) < 2:
        return float("nan")
    taken = np.random.default_rng(1).permutation(large)[:SAMPLE]
    groups = np.unique(group[taken])
    groups = groups[[bool((group[taken] == g).sum() > 1) for g in groups]]
    taken = taken[np.isin(group[taken], groups)]
    distance = cdist(place[taken], place[taken])
    own = np.array([group[taken] == g for g in groups])
    mean = distance @ own.T / np.maximum(own.sum(axis=1)[None, :], 1)
    at = np.searchsorted(groups, group[taken])
    rows = np.arange(len(taken))
    members = own.sum(axis=1)[at]
    within = mean[rows, at] * members / (members - 1)
    mean[rows, at] = np.inf
    nearest = mean.min(axis=1)
    return float(((nearest - within) / np.maximum(nearest, within)).mean())


def kept(place: Any, head: Any, tail: Any) -> float:
    """The part of each node's k neighbours that are among its k nearest, over the nodes that have any."""
    near: list[set[int]] = [set() for _ in place]
    for a, b in zip(head.tolist(), tail.tolist(), strict=True):
        if a != b:
            near[a].add(b)
            near[b].add(a)
    some = [n for n in np.random.default_rng(1).permutation(len(place)).tolist() if near[n]][:SAMPLE]
    tree = cKDTree(place)
    return float(np.mean([len(near[n] & set(tree.query(place[n], len(near[n]) + 1)[1][1:].tolist())) / len(near[n]) for n in some]))


def overlaps(place: Any, size: Any) -> int:
    """How many pairs of nodes touch."""
    pairs = cKDTree(place).query_pairs(2 * float(size.max()), output_type="ndarray")
    distance = np.sqrt(((place[pairs[:, 0]] - place[pairs[:, 1]]) ** 2).sum(axis=1))
    return int((distance < size[pairs[:, 0]] + size[pairs[:, 1]] - 1.5).sum())


def forces_alone(size: Any, head: Any, tail: Any, pull: Any) -> Any:
    """The first half of `exports.layout.arrange`: no community gets a disc of its own."""
    head, tail, pull = _merged(*_columns((head, tail, pull)), len(size))
    group = communities(len(size), list(zip(head.tolist(), tail.tolist(), strict=True)), pull.tolist(), 1)
    place = _start(size, group, head, tail, pull, np.random.default_rng(1))
    return _apart(_forces(place, group, head, tail, pull, 260), size, GAP)


def others(count: int, head: Any, tail: Any, pull: Any) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Layouts of networkx."""
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(range(count))
    graph.add_weighted_edges_from(zip(head.tolist(), tail.tolist(), pull.tolist(), strict=True))

    def as_array(places: dict[int, Any]) -> Any:
        return np.array([places[n] for n in range(count)])

    yield "networkx spring_layout", lambda: as_array(nx.spring_layout(graph, seed=1))
    yield "networkx forceatlas2_layout", lambda: as_array(nx.forceatlas2_layout(graph, seed=1, weight="weight"))


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Time and quality of layouts.")
    parser.add_argument("graph", type=Path)
    parser.add_argument("--top", type=int, nargs="+", default=[500, 2_000, 5_000, 20_000])
    parser.add_argument("--others", action="store_true")
    asked = parser.parse_args(arguments)
    graph = Graph.open(asked.graph)
    sys.stdout.write("| layout | nodes | edges | CPU seconds | apart | kept | overlaps |\n|---|--:|--:|--:|--:|--:|--:|\n")
    for top in asked.top:
        chosen = choose(graph, top=top, min_papers=1, papers=False)
        edges = join(chosen, stated(graph, chosen))
        radii = node_radii(chosen)
        size = np.asarray(radii)

        def row(name: str, seconds: float, place: Any, group: Any, size: Any = size, edges: Any = edges) -> None:
            counts = f"{len(size):,} | {len(edges.head):,} | {seconds:.1f}"
            quality = f"{silhouette(place, group):.2f} | {kept(place, edges.head, edges.tail):.2f} | {overlaps(place, size):,}"
            sys.stdout.write(f"| {name} | {counts} | {quality} |\n")
            sys.stdout.flush()

        start = time.process_time()
        made = arrange(radii, (edges.head, edges.tail, edges.pull), gap=GAP)
        seconds = time.process_time() - start
        place, group = np.column_stack((made.x, made.y)).astype(float), np.asarray(made.community)
        row("ours", seconds, place, group)
        start = time.process_time()
        alone = forces_alone(size, edges.head, edges.tail, edges.pull)
        row("forces alone", time.process_time() - start, alone, group)
        if asked.others:
            spread = np.sqrt((place.max(axis=0) - place.min(axis=0)).prod())
            for name, make in others(len(radii), edges.head, edges.tail, edges.pull):
                start = time.process_time()
                found = make()
                seconds = time.process_time() - start
                row(name, seconds, found * (spread / np.sqrt((found.max(axis=0) - found.min(axis=0)).prod())), group)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
