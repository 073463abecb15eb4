from __future__ import annotations

from collections.abc import Callable
from typing import Any

import networkx as nx
import numpy as np
import pytest
from scipy.sparse import csr_matrix

from kg.analysis import crosstab, predict, related
from kg.analysis.pairs import best
from kg.analysis.paths import ways
from kg.analysis.proximity import SCORES, network
from kg.errors import UsageError
from kg.graph import Graph

RNG = np.random.default_rng(17)
CONCEPTS = [*(f"m{n}" for n in range(8)), *(f"t{n}" for n in range(6)), *(f"d{n}" for n in range(5)), "a0"]
PAPERS = {f"p{n:02}": tuple(CONCEPTS[i] for i in sorted(RNG.choice(20, RNG.integers(2, 5), replace=False))) for n in range(35)}
# a0 is joined with m0 in passing alone, and with t0 by what is stated of them
PAPERS["x1"], PAPERS["x2"] = ("a0", "m0"), ("a0", "t0")
RELATIONS = {("x1", "m0"): "mentions", ("x2", "t0"): "mentions"}


@pytest.fixture
def graph(graph_of: Callable[..., Graph]) -> Graph:
    return graph_of(PAPERS, relations=RELATIONS, based_on=[("a0", "t0")])


def drawn() -> nx.Graph:
    """What papers name together, not in passing."""
    found = nx.Graph()
    found.add_nodes_from(CONCEPTS)
    for paper, own in PAPERS.items():
        taken = [c for c in own if RELATIONS.get((paper, c)) != "mentions"]
        found.add_edges_from((a, b) for a in taken for b in taken if a < b)
    return found


def apart() -> set[tuple[str, str]]:
    """Pairs without any paper."""
    together = {(a, b) for own in PAPERS.values() for a in own for b in own}
    return {(a, b) for a in CONCEPTS for b in CONCEPTS if a < b and (a, b) not in together}


def found(result: Any) -> dict[tuple[str, str], float]:
    return {(min(r[1], r[4]), max(r[1], r[4])): r[7] for r in result.table}


@pytest.mark.parametrize(("by", "index"), [("adamic-adar", nx.adamic_adar_index), ("resource", nx.resource_allocation_index)])
def test_all_pairs_that_no_paper_names_best_first(graph: Graph, by: str, index: Callable[..., Any]) -> None:
    result = predict(graph, by=by, least=1, top=None)
    expected = {(u, v): s for u, v, s in index(drawn(), sorted(apart())) if s > 0}
    assert found(result) == pytest.approx(expected, abs=1e-8)
    scores = result.table.column("score")
    assert scores == sorted(scores, reverse=True) and result.table.column("rank") == [*range(1, len(scores) + 1)]
    neighbours = dict(zip(found(result), result.table.column("neighbours"), strict=True))
    assert neighbours == {pair: len(list(nx.common_neighbors(drawn(), *pair))) for pair in neighbours}


def test_types_of_the_ends(graph: Graph) -> None:
    pairs = predict(graph, what="method-task", least=1, top=None).table
    assert {(r[1][0], r[4][0]) for r in pairs} <= {("m", "t"), ("a", "t")}
    every = found(predict(graph, least=1, top=None))
    assert found(predict(graph, what="method-task", least=1, top=None)) == {
        (a, b): s for (a, b), s in every.items() if {a[0], b[0]} in ({"m", "t"}, {"a", "t"})
    }
    assert {(r[1][0], r[4][0]) for r in predict(graph, what="task-dataset", least=1, top=None).table} == {("t", "d")}


def test_of_one_concept_from_either_side(graph: Graph) -> None:
    every = found(predict(graph, least=1, top=None))
    own = predict(graph, concept="name of t1", least=1, top=None)
    assert found(own) == {pair: s for pair, s in every.items() if "t1" in pair}
    assert set(own.table.column("concept")) == {"t1"}
    assert set(predict(graph, concept="t1", type="Dataset", least=1).table.column("other_type")) == {"Dataset"}
    typed = found(predict(graph, what="task-dataset", least=1, top=None))
    # asked of a dataset, the tasks are the others
    datasets = predict(graph, what="task-dataset", concept="d1", least=1, top=None)
    assert found(datasets) == {pair: s for pair, s in typed.items() if "d1" in pair}
    assert set(datasets.table.column("other_type")) == {"Task"}


def test_what_is_named_in_passing_or_stated_is_not_predicted(graph: Graph) -> None:
    others = predict(graph, concept="a0", least=1, top=None).table.column("other")
    assert others and "m0" not in others and "t0" not in others


def test_top_cuts_and_says_so(graph: Graph) -> None:
    whole = predict(graph, least=1, top=None)
    short = predict(graph, least=1, top=7)
    assert short.table.rows == whole.table.rows[:7] and short.table.cut and not whole.table.cut
    assert short.notes[1:] == ("there are more than these 7; raise --top",) and len(whole.notes) == 1


def test_frequent_concepts_alone(graph: Graph) -> None:
    table = predict(graph, least=5, top=None).table
    assert all(r[8 + 1] >= 5 and r[8 + 2] >= 5 for r in table)
    # scores count all neighbours, rare ones too
    every = found(predict(graph, least=1, top=None))
    assert all(every[pair] == pytest.approx(score) for pair, score in found(predict(graph, least=5, top=None)).items())


def test_each_prediction_shows_the_ways_that_explain_it(graph: Graph) -> None:
    result = predict(graph, least=1, top=5, paths=100)
    table = result.tables["paths"]
    rows = [dict(zip(table.columns, r, strict=True)) for r in table]
    graph_ = drawn()
    for rank, pair in enumerate(found(result), 1):
        own = [r for r in rows if r["rank"] == rank]
        assert {r["via"][0] for r in own} == set(nx.common_neighbors(graph_, *pair))
        assert sum(r["share"] for r in own) == pytest.approx(1, abs=1e-4)
        for r in own:
            for step, many, examples in zip((r["concept"], r["other"]), r["step_papers"], r["step_examples"], strict=True):
                both = [p for p, c in PAPERS.items() if {step, r["via"][0]} <= set(c) and p[0] == "p"]
                assert many == len(both) and examples == both[:3]
    assert len(predict(graph, least=1, top=1, paths=2).tables["paths"]) == 2


def test_two_steps_where_no_neighbour_is_common() -> None:
    # 0 – 1 – 2 – 3, and 4 on its own
    matrix = np.array([[1, 1, 0, 0, 0], [0, 1, 1, 0, 0], [0, 0, 1, 1, 0], [0, 0, 0, 0, 1]])
    net = network(csr_matrix(matrix.astype(float)))
    weight = np.ones(5)
    assert ways(net, weight, 0, 3, 9)[0][0].via == (1, 2)
    assert ways(net, weight, 0, 2, 9)[0][0].via == (1,)
    assert ways(net, weight, 0, 4, 9) == ([], 0)


def test_nothing_to_predict(graph_of: Callable[..., Graph]) -> None:
    result = predict(graph_of({"p1": ("m1", "t1"), "p2": ("d1",)}), least=1)
    assert result.table.rows == [] and "no pair without a common paper" in result.notes[-1]


# t0 is usually tested on d0: four papers of it, one on both; x6 and x7 leave d0 out, x8 names none, old is from before d0
TESTED = {
    "x1": ("t0", "d0"), "x2": ("t0", "d0"), "x3": ("t0", "d0"), "x4": ("t0", "d0", "d1"), "x5": ("t0", "d2"), "x6": ("t0", "d1"),
    "x7": ("t0", "d3"), "x8": ("t0", "m1"), "old": ("t0", "d1"), "x9": ("t0", "d0"),
    # uses what is made for t0, and does not address it
    "no": ("t0", "d1"),
    **{f"z{n:02}": ("t1", "m1") for n in range(40)},
}  # fmt: skip


@pytest.fixture
def tested(graph_of: Callable[..., Graph]) -> Graph:
    years = dict.fromkeys(TESTED, 2010) | {"old": 2001, "x7": 2012}
    relations = {(p, "t0"): "addresses" for p in TESTED} | {("x9", "d0"): "mentions", ("no", "t0"): "uses"}
    return graph_of(TESTED, {"d2": ("d0",)}, years=years, relations=relations)


def test_papers_that_leave_the_usual_dataset_out(tested: Graph) -> None:
    result = predict(tested, what="untested", concept="t0")
    # x5 was tested on a kind of d0, x9 names it in passing, and old could not know it
    assert [(r[0], r[1], r[2], r[4], r[5]) for r in result.table] == [
        ("t0", "d0", "x7", 2012, ["d3"]), ("t0", "d0", "x6", 2010, ["d1"]), ("t0", "d0", "x8", 2010, []),
    ]  # fmt: skip
    usual = [dict(zip(result.tables["usual"].columns, r, strict=True)) for r in result.tables["usual"]]
    assert [(u["dataset"], u["papers"], u["task_papers"], u["examples"]) for u in usual] == [("d0", 4, 10, ["x1", "x2", "x3", "x4"])]
    assert usual[0]["llr"] > 10.8 and usual[0]["share"] == pytest.approx(4 / 9, abs=1e-6)
    assert "1 usual datasets" in result.notes[0] and "3 gaps; in 1 of them title and abstract name no dataset" in result.notes[0]
    assert predict(tested, what="untested").table.rows == result.table.rows
    assert predict(tested, what="untested", least=5).table.rows == []
    assert predict(tested, what="untested", top=1).table.cut


def test_papers_that_leave_the_usual_metric_out(graph_of: Callable[..., Graph]) -> None:
    papers = {f"x{n}": ("t0", "e0") for n in range(4)} | {"x5": ("t0", "e1"), "x6": ("t0",)} | {f"z{n:02}": ("t1", "m1") for n in range(40)}
    graph = graph_of(papers, relations={(p, "t0"): "addresses" for p in papers})
    result = predict(graph, what="untested", concept="t0", type="Metric")
    assert result.table.columns[1] == "metric" and result.tables["usual"].columns[2:4] == ("metric", "metric_name")
    assert [(r[1], r[2], r[5]) for r in result.table] == [("e0", "x5", ["e1"]), ("e0", "x6", [])]
    assert "1 usual metrics" in result.notes[0] and "name no metric at all" in result.notes[0]


def test_papers_without_a_link_tell_nothing_of_what_is_usual(graph_of: Callable[..., Graph]) -> None:
    few = {f"x{n}": ("t0", "d0") for n in range(3)} | {"x9": ("t0", "d1")} | {f"z{n:02}": ("t1", "m1") for n in range(20)}
    relations = {(p, "t0"): "addresses" for p in few}
    one = graph_of(few, relations=relations)
    other = graph_of(few | {f"empty{n}": () for n in range(50)}, relations=relations, name="other")
    assert predict(one, what="untested").tables["usual"].rows == predict(other, what="untested").tables["usual"].rows
    assert crosstab(one, columns="Dataset").table.rows == crosstab(other, columns="Dataset").table.rows
    assert related(one, alpha=1).table.rows == related(other, alpha=1).table.rows


# t0 to t2 have m0 and m1 in common; m2 is used on t1 and t2 and never on t0, m3 on t1 alone; t9 is far away
TRIED = {
    "p1": ("t0", "m0", "m1"), "p2": ("t1", "m0", "m1", "m2", "m3"), "p3": ("t2", "m0", "m1", "m2"), "p4": ("t9", "m9"), "p5": ("t2", "m4"),
    "p6": ("t1", "m4"), "p7": ("t0", "m4"),
}  # fmt: skip


def test_methods_of_related_tasks(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of(TRIED, relations={("p7", "m4"): "mentions"})
    result = predict(graph, what="untried", concept="t0", least=1, several=2)
    # m4 is named with t0, if in passing
    # the nearer one first: t1 has more that t0 has not
    assert [(r[0], r[1], r[5], r[7], r[8]) for r in result.table] == [("t0", "m2", 2, 2, ["t2", "t1"])]
    evidence = [dict(zip(result.tables["evidence"].columns, r, strict=True)) for r in result.tables["evidence"]]
    assert {(e["related"], tuple(e["examples"])) for e in evidence} == {("t1", ("p2",)), ("t2", ("p3",))}
    assert result.table.rows[0][4] == pytest.approx(sum(e["similarity"] for e in evidence), abs=1e-5)
    assert [r[1] for r in predict(graph, what="untried", concept="t0", least=1, several=1).table] == ["m2", "m3"]
    assert predict(graph, what="untried", concept="t9", least=1).table.rows == []
    assert "t0" in predict(graph, what="untried", least=1, several=2).table.column("task")


def test_similar_tasks_by_hand(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of({"p1": ("t0", "m0"), "p2": ("t1", "m0", "m1")})
    (row,) = predict(graph, what="untried", concept="t0", least=1, several=1).table.rows
    # m0 is used on both tasks, m1 on one; each with one paper
    both, single = np.log(2) * np.log(1 + 2 / 2), np.log(2) * np.log(1 + 2 / 1)
    assert row[1] == "m1" and row[4] == pytest.approx(both / np.hypot(both, single))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"concept": "m1", "what": "untested"}, "m1 is a Method; untested looks at a Task"),
        ({"concept": "d1", "what": "method-task", "least": 1}, "d1 is a Dataset; method-task joins Method or Architecture or Task"),
        ({"concept": "m1", "least": 99}, "lower --least"),
        ({"what": "untested", "type": "Method"}, "a paper is not tested on a Method; give the type Dataset or Metric"),
        ({"by": "adamic"}, "did you mean adamic-adar?"),
        ({"what": "links"}, "what cannot be 'links'"),
        ({"concept": "name of m99"}, "did you mean"),
    ],
)
def test_wrong_options(graph: Graph, options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as error:
        predict(graph, **options)
    assert message in str(error.value)


@pytest.mark.parametrize("once", [True, False])
@pytest.mark.parametrize("most", [1, 3, 40, 10_000])
def test_the_best_pairs_of_many_blocks_are_the_best_of_all(monkeypatch: pytest.MonkeyPatch, once: bool, most: int) -> None:
    rng = np.random.default_rng(5)
    net = network(csr_matrix((rng.random((60, 41)) < 0.08).astype(float)))
    free = rng.random(41) < 0.7
    settled = csr_matrix(net.joined)
    rows = np.flatnonzero(free) if once else np.arange(0, 41, 2)
    monkeypatch.setattr("kg.analysis.pairs.BLOCK", 2)
    monkeypatch.setattr("kg.analysis.pairs.GROUP", 6)
    u, v, values = best(net, SCORES["resource"], rows, free, settled, once, most)
    scores = np.round(SCORES["resource"](net, np.arange(41)), 12)
    wanted = sorted(
        (-scores[a, b], a, b) for a in rows for b in np.flatnonzero(free)
        if a != b and (b > a or not once) and not settled[a, b] and scores[a, b] > 0
    )  # fmt: skip
    assert list(zip((-values).tolist(), u.tolist(), v.tolist(), strict=True)) == wanted[:most]
