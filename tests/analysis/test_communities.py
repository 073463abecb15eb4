from __future__ import annotations

import math
from collections.abc import Callable

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from kg.analysis import communities
from kg.analysis.arrays import arrays
from kg.analysis.keyness import log_odds
from kg.analysis.leiden import modularity, partition, strength, together
from kg.analysis.partition import divide
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
    assert result.table.columns == ("community", "name", "concepts", "papers", "modularity", "share")
    # p8 has a concept of each, and counts for the larger
    assert [(r[0], r[2], r[3]) for r in result.table] == [(1, 4, 5), (2, 3, 3)]
    assert set(result.table.rows[1][1].split(", ")) == {"name of a1", "name of m1", "name of t1"}
    assert result.notes[0].startswith("modularity 0.") and "2 communities of 7 concepts" in result.notes[0]
    assert result.notes[1] == "1 concept is in no paper with another one and left out"


def test_members_and_papers(graph_of: Callable[..., Graph]) -> None:
    result = communities(graph_of(PAPERS))
    members = result.tables["members"]
    assert members.columns == ("community", "part", "concept", "name", "type", "papers", "weight", "strength")
    rows = {r[2]: r for r in members}
    assert {i: r[0] for i, r in rows.items()} == {"a1": 2, "m1": 2, "t1": 2, "a2": 1, "m2": 1, "t2": 1, "d2": 1}
    # m1: 1 from each of its three papers, all of it inside; t1: 1 from p8 goes outside
    assert rows["m1"][5:] == (3, 3.0, 1.0) and rows["t1"][5:] == (3, 2.0, round(2 / 3, 9))
    assert members.column("community") == sorted(members.column("community"))
    papers = {r[1]: r for r in result.tables["papers"]}
    assert {i: r[0] for i, r in papers.items()} == {"p1": 2, "p2": 2, "p3": 2, "p4": 1, "p5": 1, "p6": 1, "p7": 1, "p8": 1}
    assert papers["p8"] == (1, "p8", "Paper p8", None, 0.5)
    assert result.properties.papers["p2"]["community"] == 2
    assert result.properties.concepts["m1"] == {
        "community": 2, "community_part": 1, "community_name": result.table.rows[1][1], "community_strength": 1.0,
    }  # fmt: skip
    assert "d9" not in result.properties.concepts and "p9" not in result.properties.papers


def test_the_second_level_divides_the_first() -> None:
    # two cliques of four in each of two communities, held together by one paper each
    rng = np.random.default_rng(1)
    blocks = np.kron(np.eye(4), np.ones((4, 4)))
    weak = np.kron(np.kron(np.eye(2), np.ones((2, 2))), np.ones((4, 4))) * 0.12
    whole = np.triu(blocks + weak + 0.002 * rng.random((16, 16)), 1)
    graph = csr_matrix(whole + whole.T)
    group = partition(graph, 0.5)
    assert group.tolist() == [0] * 8 + [1] * 8
    part = partition(csr_matrix(graph[:8][:, :8]), 1.0)
    assert part.tolist() == [0] * 4 + [1] * 4


def test_parts_are_those_of_the_members(graph_of: Callable[..., Graph]) -> None:
    result = communities(graph_of(PAPERS), resolution=1.5)
    sizes: dict[tuple[int, int], int] = {}
    for row in result.tables["members"]:
        sizes[row[:2]] = sizes.get(row[:2], 0) + 1
    assert {r[:2]: r[3] for r in result.tables["parts"]} == sizes
    assert sum(result.table.column("concepts")) == len(result.tables["members"])


def test_modularity_and_strength_are_networkx(graph_of: Callable[..., Graph]) -> None:
    made = arrays(graph_of(PAPERS))
    joined = together(made.incidence())
    groups = partition(joined)
    drawn = nx.from_scipy_sparse_array(joined)
    drawn.remove_nodes_from([n for n in range(len(groups)) if groups[n] < 0])
    parts = [set(np.flatnonzero(groups == n).tolist()) for n in range(groups.max() + 1)]
    added, shares = modularity(joined, groups)
    assert added.sum() == pytest.approx(nx.community.modularity(drawn, parts), abs=1e-12)
    inside, share = strength(joined, groups)
    for number, part in enumerate(parts):
        degree = sum(dict(drawn.degree(part, weight="weight")).values())
        assert shares[number] == pytest.approx(2 * drawn.subgraph(part).size("weight") / degree)
        for node in part:
            assert inside[node] == pytest.approx(drawn.subgraph(part).degree(node, weight="weight"))
            assert share[node] == pytest.approx(inside[node] / drawn.degree(node, weight="weight"))


def test_the_partition_is_good(graph_of: Callable[..., Graph]) -> None:
    drawn = nx.karate_club_graph()
    graph = nx.to_scipy_sparse_array(drawn, weight=None, dtype=float, format="csr")
    added, _ = modularity(graph, partition(csr_matrix(graph)))
    # the best there is is 0.4198 (Brandes et al., "On modularity clustering", 2008)
    assert 0.418 < added.sum() < 0.4199


def test_weights_are_newmans(graph_of: Callable[..., Graph]) -> None:
    made = arrays(graph_of({"p1": ("m1", "m2", "m3"), "p2": ("m1", "m2"), "p3": ("m1",), "p4": ()}))
    assert together(made.incidence()).toarray().tolist() == [[0, 1.5, 0.5], [1.5, 0, 0.5], [0.5, 0.5, 0]]


def test_names_are_characteristic_not_frequent(graph_of: Callable[..., Graph]) -> None:
    # a1 is in every paper of both groups, and in most of the first
    papers = {f"p{n}": ("a1", "m1", "t1") for n in range(6)} | {f"q{n}": ("a1", "m2", "t2") for n in range(5)}
    result = communities(graph_of(papers))
    first = [r for r in result.tables["characteristic"] if r[0] == 1]
    assert [r[1] for r in first] == ["m1", "t1", "a1"]
    assert result.table.rows[0][1] == "name of m1, name of t1, name of a1"
    assert {r[1]: r[5:] for r in first} == {"a1": (6, 11), "m1": (6, 6), "t1": (6, 6)}


def test_log_odds_by_hand() -> None:
    # a group of 10 counts, the rest has 20; prior of 3: alpha 1.2 and 1.8
    size, total, prior = np.array(10.0), np.array(30.0), np.array(3.0)
    z = log_odds(np.array([8.0, 2.0, 0.0]), np.array([12.0, 18.0, 0.0]), size, total, prior)
    one = math.log((8 + 1.2) / (10 + 3 - 8 - 1.2)) - math.log((4 + 1.2) / (20 + 3 - 4 - 1.2))
    assert z[0] == pytest.approx(one / math.sqrt(1 / 9.2 + 1 / 5.2))
    assert z[1] == pytest.approx(-(one) / math.sqrt(1 / 3.8 + 1 / 17.8)) and z[2] == 0


@given(st.permutations(sorted(PAPERS)))
def test_the_order_of_papers_changes_nothing(order: list[str]) -> None:
    concepts = sorted({i for own in PAPERS.values() for i in own})
    rows = np.array([[c in PAPERS[p] for c in concepts] for p in order], dtype=float)
    assert partition(together(csr_matrix(rows))).tolist() == [1, 0, 0, -1, 1, 0, 1, 0]


def test_the_same_bytes_every_time_and_whatever_the_order(graph_of: Callable[..., Graph]) -> None:
    one = communities(graph_of(PAPERS, name="one")).to_json()
    again = communities(graph_of(dict(reversed(PAPERS.items())), name="again")).to_json()
    assert one == again


def test_options(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of(PAPERS)
    assert communities(graph, type="task").tables["members"].column("concept") == ["t1", "t2"]
    assert "d2" not in communities(graph, least=2).tables["members"].column("concept")
    assert len(communities(graph, resolution=50.0).table) > 2
    first = communities(graph, top=1)
    assert len(first.table) == 1 and {r[0] for t in first.tables.values() for r in t} == {1}
    assert first.notes[-1] == "1 of 2 communities are shown" and first.table.cut and not communities(graph).table.cut
    assert first.properties == communities(graph).properties
    with pytest.raises(UsageError, match="resolution must be above 0"):
        communities(graph, resolution=0)


def test_nothing_together(graph_of: Callable[..., Graph]) -> None:
    result = communities(graph_of({"p1": ("t1",), "p2": ()}))
    assert result.table.rows == [] and "0 communities" in result.notes[0]
    assert all(not table.rows for table in result.tables.values())


def test_arrays_and_tables_agree(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of(PAPERS)
    found = divide(arrays(graph).incidence())
    values = communities(graph).properties.concepts
    assert {c: int(found.group[n]) + 1 for n, c in enumerate(arrays(graph).concepts) if found.group[n] >= 0} == {
        c: v["community"] for c, v in values.items()
    }
