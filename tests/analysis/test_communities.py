from __future__ import annotations

from collections.abc import Callable

import networkx as nx
import pytest

from kg.analysis import communities
from kg.analysis.communities import modularity, partition, together
from kg.errors import UsageError
from kg.graph import Graph

# two triangles with one paper between them, and one concept for itself
PAPERS = {
    "p1": ("a1", "m1", "t1"), "p2": ("a1", "m1"), "p3": ("m1", "t1"),
    "p4": ("a2", "m2", "t2"), "p5": ("a2", "m2"), "p6": ("m2", "t2"), "p7": ("a2", "t2", "d2"),
    "p8": ("t1", "t2"), "p9": ("d9",), "p0": (),
}  # fmt: skip


def test_what_occurs_together_is_one_community(graph_of: Callable[..., Graph]) -> None:
    result = communities(graph_of(PAPERS))
    table = result.table
    assert table.columns == ("community", "concepts", "modularity", "share", "names")
    assert [r[:2] for r in table] == [(1, 4), (2, 3)]
    assert set(table.rows[0][4].split(", ")) == {"name of a2", "name of m2", "name of t2", "name of d2"}
    assert result.notes[0].startswith("modularity 0.") and "2 communities of 7 concepts" in result.notes[0]
    assert result.notes[1] == "1 concepts are in no paper with another one and left out"


def test_members(graph_of: Callable[..., Graph]) -> None:
    table = communities(graph_of(PAPERS)).tables["members"]
    assert table.columns == ("community", "concept", "name", "type", "papers", "weight")
    rows = {r[1]: r for r in table}
    assert {i: r[0] for i, r in rows.items()} == {"a1": 2, "m1": 2, "t1": 2, "a2": 1, "m2": 1, "t2": 1, "d2": 1}
    # m1: 1 from each of its three papers, all of it inside; t1: 1 from p8 goes outside
    assert rows["m1"][4:] == (3, 3.0) and rows["t1"][4:] == (3, 2.0)
    assert [r[0] for r in table] == sorted(r[0] for r in table)


def test_modularity_is_networkx(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of(PAPERS)
    pairs = together(graph, dict.fromkeys(i for own in PAPERS.values() for i in own))
    groups = partition(pairs, 1.0, 1)
    parts = [{i for i in groups if groups[i] == n} for n in set(groups.values())]
    drawn = nx.Graph()
    drawn.add_weighted_edges_from((a, b, w) for (a, b), w in pairs.items())
    shares, whole = modularity(pairs, groups)
    assert whole == pytest.approx(nx.community.modularity(drawn, parts), abs=1e-8)
    assert sum(r[2] for r in communities(graph).table) == pytest.approx(whole)
    assert all(0 < share <= 1 for _, share in shares.values())


def test_weights_are_newmans(graph_of: Callable[..., Graph]) -> None:
    pairs = together(graph_of({"p1": ("m1", "m2", "m3"), "p2": ("m1", "m2")}), {"m1": 0, "m2": 0, "m3": 0})
    assert pairs == {("m1", "m2"): 1.5, ("m1", "m3"): 0.5, ("m2", "m3"): 0.5}


def test_the_same_every_time_and_whatever_the_order(graph_of: Callable[..., Graph]) -> None:
    one = communities(graph_of(PAPERS, name="one")).to_json()
    again = communities(graph_of(dict(reversed(PAPERS.items())), name="again")).to_json()
    assert one == again


def test_options(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of(PAPERS)
    assert communities(graph, type="task").tables["members"].column("concept") == ["t1", "t2"]
    assert "d2" not in communities(graph, least=2).tables["members"].column("concept")
    assert len(communities(graph, resolution=50.0).table) > 2
    assert len(communities(graph, top=1).table) == 1
    with pytest.raises(UsageError, match="resolution must be above 0"):
        communities(graph, resolution=0)


def test_nothing_together(graph_of: Callable[..., Graph]) -> None:
    result = communities(graph_of({"p1": ("t1",), "p2": ()}))
    assert result.table.rows == [] and "0 communities" in result.notes[0]
