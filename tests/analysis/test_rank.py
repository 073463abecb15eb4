from __future__ import annotations

from collections.abc import Callable
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from kg.analysis import rank
from kg.analysis.betweenness import betweenness
from kg.analysis.hits import hits
from kg.analysis.pagerank import pagerank
from kg.errors import UsageError
from kg.graph import Graph

PAPERS = {"p1": ("a1", "a2"), "p2": ("a1", "t1"), "p3": ("a3", "a2", "t1"), "p4": ()}


def matrix(drawn: Any) -> csr_matrix:
    return csr_matrix(nx.to_scipy_sparse_array(drawn, dtype=float))


# --- the algorithms -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_pagerank_is_networkx(seed: int) -> None:
    drawn = nx.gnp_random_graph(80, 0.04, seed=seed, directed=True)
    rng = np.random.default_rng(seed)
    for edge in drawn.edges:
        drawn.edges[edge]["weight"] = rng.random() + 0.01
    start = rng.random(80) * (rng.random(80) < 0.3)
    start /= start.sum()
    given_start = dict(enumerate(start))
    expected = nx.pagerank(drawn, 0.7, given_start, tol=1e-14, max_iter=1000, dangling=given_start)
    assert pagerank(matrix(drawn), start, 0.7) == pytest.approx([expected[n] for n in range(80)], abs=1e-12)


def test_a_walk_of_two_nodes_by_hand() -> None:
    # 0 → 1, 1 ends and leads back: x0 = (1-d) + d·x1, x1 = d·x0
    score = pagerank(csr_matrix([[0, 3.0], [0, 0]]), np.array([1.0, 0.0]), 0.5)
    assert score.tolist() == pytest.approx([2 / 3, 1 / 3], abs=1e-12)


@pytest.mark.parametrize("damping", [1e-9, 0.5, 0.99, 0.999])
def test_pagerank_is_exact_however_far_the_walk_goes(damping: float) -> None:
    # between 0 and 1 the walk goes to and fro, so that each round forgets no more than the damping makes it
    arcs = np.array([[0, 1.0, 0], [1, 0, 0], [0, 1, 0]])
    start = np.array([0, 0, 1.0])
    exact = np.linalg.solve(np.eye(3) - damping * arcs.T, (1 - damping) * start)
    assert pagerank(csr_matrix(arcs), start, damping) == pytest.approx(exact, abs=1e-9)


@pytest.mark.parametrize("size", [30, 130])
def test_hits_is_networkx(size: int) -> None:
    drawn = nx.gnp_random_graph(size, 0.1, seed=4, directed=True)
    hub, authority = nx.hits(drawn, tol=1e-13, max_iter=100_000)
    found = hits(matrix(drawn))
    assert found[0] == pytest.approx([hub[n] for n in range(size)], abs=1e-9)
    assert found[1] == pytest.approx([authority[n] for n in range(size)], abs=1e-9)


@pytest.mark.parametrize("copies", [2, 40])
def test_hits_of_equal_parts_is_what_the_iteration_ends_with(copies: int) -> None:
    # each part: two papers with the same two concepts
    part = np.zeros((4, 4))
    part[:2, 2:] = 1
    hub, authority = hits(csr_matrix(np.kron(np.eye(copies), part)))
    assert authority == pytest.approx(np.tile([0, 0, 1, 1], copies) / (2 * copies), abs=1e-9)
    assert hub == pytest.approx(np.tile([1, 1, 0, 0], copies) / (2 * copies), abs=1e-9)
    assert hits(csr_matrix((3, 3)))[0].tolist() == [0, 0, 0]


@pytest.mark.parametrize(("size", "share", "seed"), [(40, 0.08, 1), (60, 0.03, 2), (25, 0.5, 3)])
def test_betweenness_is_networkx(size: int, share: float, seed: int) -> None:
    drawn = nx.gnp_random_graph(size, share, seed=seed)
    expected = nx.betweenness_centrality(drawn)
    assert betweenness(matrix(drawn)) == pytest.approx([expected[n] for n in range(size)], abs=1e-12)


def test_betweenness_of_a_chain_and_a_star_by_hand() -> None:
    # on a chain of five, the middle is between 4 of the 6 pairs of others
    assert betweenness(matrix(nx.path_graph(5))).tolist() == pytest.approx([0, 3 / 6, 4 / 6, 3 / 6, 0])
    assert betweenness(matrix(nx.star_graph(4))).tolist() == pytest.approx([1, 0, 0, 0, 0])
    assert betweenness(matrix(nx.path_graph(2))).tolist() == [0, 0]


def test_betweenness_from_some_sources_is_near_and_unbiased() -> None:
    drawn = matrix(nx.barabasi_albert_graph(120, 2, seed=5))
    exact = betweenness(drawn)
    assert betweenness(drawn, 120) == pytest.approx(exact)
    runs = np.array([betweenness(drawn, 30, seed) for seed in range(40)])
    assert runs.mean(axis=0) == pytest.approx(exact, abs=0.02)
    assert not np.allclose(runs[0], runs[1]) and np.array_equal(runs[0], betweenness(drawn, 30, 0))
    # the first ones are found from a quarter of the sources
    assert set(np.argsort(-runs[0])[:3]) & set(np.argsort(-exact)[:3])


@given(st.integers(1, 10**6), st.integers(3, 12))
def test_a_graph_of_other_numbers_has_the_same_scores(seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    arcs = (rng.random((size, size)) < 0.4) * (1.0 - np.eye(size))
    order = rng.permutation(size)
    graph, turned = csr_matrix(arcs), csr_matrix(arcs[order][:, order])
    even = np.full(size, 1 / size)
    assert pagerank(turned, even) == pytest.approx(pagerank(graph, even)[order], abs=1e-9)
    both = csr_matrix(np.maximum(arcs, arcs.T))
    assert betweenness(csr_matrix(both[order][:, order])) == pytest.approx(betweenness(both)[order], abs=1e-12)
    for one, other in zip(hits(turned), hits(graph), strict=True):
        assert one == pytest.approx(other[order], abs=1e-7)


# --- the verb -----------------------------------------------------------------------------------------------------------


def test_as_networkx_counts_it(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of(PAPERS, {"a2": ("a9",)}, [("a1", "a2")])
    walked = nx.DiGraph()
    walked.add_weighted_edges_from((p, c, 0.5) for p, own in PAPERS.items() for c in own)
    walked.add_weighted_edges_from([("a1", "a2", 1.0), ("a2", "a9", 1.0)])
    start = dict.fromkeys(("p1", "p2", "p3"), 1.0)
    expected = nx.pagerank(walked, 0.85, start, tol=1e-14, max_iter=1000, dangling=start)
    total = sum(v for k, v in expected.items() if k[0] != "p")
    found = {concept: score for _, concept, _, _, score, _ in rank(graph).table}
    assert found == pytest.approx({k: v / total for k, v in expected.items() if k[0] != "p"}, rel=1e-9)


def test_all_measures_on_the_walk(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of(PAPERS, {"a2": ("a9",)}, [("a1", "a2")])
    result = rank(graph, by=("betweenness", "degree", "hub", "authority"), top=None)
    assert result.table.columns == ("rank", "concept", "name", "type", "betweenness", "degree", "hub", "authority", "papers")
    walked = nx.DiGraph()
    walked.add_weighted_edges_from((p, c, 0.5) for p, own in PAPERS.items() for c in own)
    walked.add_weighted_edges_from([("a1", "a2", 1.0), ("a2", "a9", 1.0)])
    between = nx.betweenness_centrality(walked.to_undirected())
    hub, authority = nx.hits(walked, tol=1e-13, max_iter=100_000)
    for _, concept, _, _, *scores, _ in result.table:
        expected = between[concept], walked.to_undirected().degree[concept], hub[concept], authority[concept]
        assert scores == pytest.approx(expected, abs=1e-8)
    assert result.properties.papers["p3"] == pytest.approx({"betweenness": between["p3"], "hub": hub["p3"]}, abs=1e-8)
    assert isinstance(result.properties.concepts["a1"]["degree"], int)


def test_the_other_graphs(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of(PAPERS, {"a2": ("a9",)}, [("a1", "a2")])
    relations = rank(graph, over="relations")
    walked = nx.DiGraph([("a1", "a2"), ("a2", "a9")])
    walked.add_nodes_from(["a3", "t1"])
    expected = nx.pagerank(walked, tol=1e-14, max_iter=1000)
    assert {r[1]: r[4] for r in relations.table} == pytest.approx(expected, rel=1e-8)
    together = rank(graph, over="together", by="degree")
    assert {r[1]: r[4] for r in together.table} == {"a1": 2, "a2": 3, "a3": 2, "t1": 3}
    assert together.notes == ("degree over together: 5 nodes, 10 arcs; 4 concepts",)


def test_rows(graph_of: Callable[..., Graph]) -> None:
    table = rank(graph_of(PAPERS, {"a2": ("a9",)}, [("a1", "a2")])).table
    assert table.columns == ("rank", "concept", "name", "type", "pagerank", "papers")
    assert [r[0] for r in table] == [1, 2, 3, 4, 5]
    scores = table.column("pagerank")
    assert scores == sorted(scores, reverse=True) and sum(scores) == pytest.approx(1)
    assert dict(zip(table.column("concept"), table.column("papers"), strict=True)) == {"a1": 2, "a2": 2, "a3": 1, "a9": 0, "t1": 2}
    # what others rest on is above what only papers name as often
    assert table.column("concept").index("a2") < table.column("concept").index("a1")


def test_as_seen_from_some_papers(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of(PAPERS)
    seen = rank(graph, paper="p2").table
    # nothing leads on from the concepts: half of the walk that is with concepts at each of p2's
    assert {r[1]: r[4] for r in seen if r[4]} == pytest.approx({"a1": 0.5, "t1": 0.5})
    together = rank(graph, paper=["p2"], over="together").table
    assert {r[1] for r in together.rows[:2]} == {"a1", "t1"}
    assert rank(graph, paper=("p1", "p2", "p3")).table == rank(graph).table
    with pytest.raises(UsageError, match="no paper 'p9' in the graph"):
        rank(graph, paper="p9")
    for over in ("papers", "together"):
        with pytest.raises(UsageError, match="the paper 'p4' does not have a link to a concept"):
            rank(graph, paper="p4", over=over)


def test_relations_and_years_of_those_shown(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of(
        PAPERS, {"a2": ("a9",)}, [("a1", "a2")], years={"p1": 2019, "p2": 2020, "p3": 2020}, relations={("p2", "a1"): "proposes"}
    )
    result = rank(graph, top=None)
    relations = {r["concept"]: r for r in result.tables["relations"].records()}
    assert (relations["a1"]["papers"], relations["a1"]["proposes"], relations["a1"]["uses"], relations["a1"]["measures"]) == (2, 1, 1, 0)
    between = {
        (r["concept"], r["relation"]): (r["as_head"], r["as_tail"], r["papers"]) for r in result.tables["concept_relations"].records()
    }
    assert between == {
        ("a1", "basedOn"): (1, 0, 1), ("a2", "basedOn"): (0, 1, 1), ("a2", "kindOf"): (1, 0, 0), ("a9", "kindOf"): (0, 1, 0),
    }  # fmt: skip
    years = [(r[0], *r[2:]) for r in result.tables["years"] if r[0] == "a1"]
    assert years == [("a1", 2019, 1, 1.0), ("a1", 2020, 1, 0.5)]
    assert {r[0] for r in rank(graph, top=1).tables["years"]} == {rank(graph, top=1).table.rows[0][1]}


def test_a_share_of_a_year_is_one_of_all_its_papers(graph_of: Callable[..., Graph]) -> None:
    # p4 names nothing
    years = rank(graph_of(PAPERS, years={"p3": 2020, "p4": 2020})).tables["years"]
    assert {r[2:] for r in years} == {(2020, 1, 0.5)}


def test_hubs_and_authorities_of_a_weaker_part_are_0(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of({"p1": ("m1", "m2"), "p2": ("m1", "m2"), "p3": ("a1", "a2"), "p4": ("t1",)})
    result = rank(graph, by=("authority", "hub"))
    assert {r[1]: r[4] for r in result.table} == {"m1": 0.5, "m2": 0.5, "a1": 0, "a2": 0, "t1": 0}
    assert {p: v["hub"] for p, v in result.properties.papers.items()} == {"p1": 0.5, "p2": 0.5, "p3": 0, "p4": 0}


def test_papers_without_a_year_are_told(graph_of: Callable[..., Graph]) -> None:
    table = rank(graph_of(PAPERS, years={"p1": 2019})).tables["years"]
    assert len(table) == 2 and table.notes == ("5 links of papers without a year are not counted",)


def test_a_large_graph_has_its_betweenness_estimated(graph_of: Callable[..., Graph], monkeypatch: pytest.MonkeyPatch) -> None:
    graph = graph_of(PAPERS)
    exact = rank(graph, by="betweenness")
    assert len(exact.notes) == 1
    import sys

    monkeypatch.setattr(sys.modules["kg.analysis.rank"], "EXACT", 3)
    some = rank(graph, by="betweenness", samples=4)
    assert some.notes[1] == "betweenness is estimated from 4 of 7 nodes (seed 1); --samples 0 for all of them"
    assert some.to_json() == rank(graph, by="betweenness", samples=4).to_json()
    assert rank(graph, by="betweenness", samples=0).table == exact.table == rank(graph, by="betweenness", samples=7).table


def test_type_and_top(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of(PAPERS)
    all_scores = {r[1]: r[4] for r in rank(graph).table}
    result = rank(graph, type="architecture", top=2)
    # a1 has halves of two papers, a2 a half and a third
    assert [r[:2] for r in result.table] == [(1, "a1"), (2, "a2")] and result.table.cut
    assert not rank(graph, type="architecture", top=3).table.cut
    assert all(r[4] == all_scores[r[1]] and r[3] == "Architecture" for r in result.table)
    assert {i: v["pagerank"] for i, v in result.properties.concepts.items()} == all_scores


def test_only_what_papers_name(graph_of: Callable[..., Graph]) -> None:
    """Scores stay those among all; a3 is named by one paper, a9 by none."""
    graph = graph_of(PAPERS, {"a2": ("a9",)})
    whole, some, few = rank(graph), rank(graph, least=1), rank(graph, least=2)
    assert {r[5] for r in whole.table} == {0, 1, 2}
    assert [(*r[1:],) for r in some.table] == [(*r[1:],) for r in whole.table if r[5] >= 1]
    assert sorted(r[1] for r in few.table) == ["a1", "a2", "t1"]
    assert whole.properties == few.properties


def test_equal_scores_are_sorted_by_id(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of({"p1": ("m2", "m1", "m3"), "p2": ("m3", "m2", "m1")})
    for over in ("papers", "together"):
        result = rank(graph, by=("pagerank", "authority", "betweenness"), over=over)
        assert result.table.column("concept") == ["m1", "m2", "m3"]


def test_the_order_of_papers_changes_nothing(graph_of: Callable[..., Graph]) -> None:
    by = ("pagerank", "authority", "hub", "betweenness", "degree")
    one, other = (graph_of(papers, name=name) for name, papers in (("a", PAPERS), ("b", dict(reversed(PAPERS.items())))))
    assert rank(one, by=by).to_json() == rank(other, by=by).to_json()


def test_nothing_linked(graph_of: Callable[..., Graph]) -> None:
    result = rank(graph_of({"p1": ()}))
    assert result.table.rows == [] and result.notes == ("no paper of the graph has a link",)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"damping": 1.0}, "between 0 and 1"),
        ({"top": 0}, "top must be above 0"),
        ({"type": "Taks"}, "did you mean Task?"),
        ({"by": "pagerang"}, "by cannot be 'pagerang'; did you mean pagerank?"),
        ({"by": ()}, "by must name a measure"),
        ({"by": "hub", "paper": "p1"}, "paper goes with the measure pagerank alone"),
        ({"over": "paper"}, "did you mean papers?"),
    ],
)
def test_wrong_options(graph_of: Callable[..., Graph], options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as error:
        rank(graph_of({"p1": ("t1",)}), **options)
    assert message in str(error.value)
