from __future__ import annotations

from collections.abc import Callable
from typing import Any

import networkx as nx
import pytest

from kg.analysis import lineage
from kg.analysis.arcs import WEIGHTS
from kg.analysis.lineage import LineageIndex
from kg.errors import UsageError
from kg.graph import Graph

# m1 (2001) → a2 (2003, a kind of it) → a3 (2005, proposed with a2 used, and based on it) → a4 (2006, with a3 as a part)
PAPERS = {
    "p1": ("m1",), "p2": ("a2", "m1", "t1"), "p3": ("a2", "a3"), "p4": ("a3", "a4", "d1"), "p5": ("a3", "m1"), "p6": ("a2", "a9"),
}  # fmt: skip
YEARS = {"p1": 2001, "p2": 2003, "p3": 2005, "p4": 2006, "p5": 2009}
RELATIONS = {
    ("p2", "a2"): "proposes", ("p3", "a3"): "proposes", ("p4", "a4"): "proposes", ("p4", "d1"): "comparesWith", ("p4", "a3"): "mentions",
    # too late to be where a3 comes from
    ("p5", "a3"): "proposes",
}  # fmt: skip
SAID = [("p3", "a3", "basedOn", "a2"), ("p4", "a3", "partOf", "a4"), ("p6", "a9", "kindOf", "a2")]


@pytest.fixture
def history(graph_of: Callable[..., Graph]) -> Graph:
    return graph_of(PAPERS, {"a2": ("m1",)}, years=YEARS, relations=RELATIONS, said=SAID)


def edges(graph: Graph, *kinds: str) -> dict[tuple[str, str], tuple[tuple[str, ...], float, int]]:
    index = LineageIndex.of(graph, kinds)
    found = [index.edge(n) for n in range(len(index.arcs.older))]
    return {(e.newer, e.older): (e.kinds, round(e.confidence, 6), e.papers) for e in found}


def test_what_builds_on_what_and_how_sure_it_is(history: Graph) -> None:
    # links have confidence 0.5, relations 1; the catalog's hierarchy and a sure text leave no doubt
    uses = 0.5 * 0.5 * WEIGHTS["proposes, uses"]
    assert edges(history) == {
        ("a2", "m1"): (("kindOf", "proposes, uses"), 1.0, 1),
        ("a3", "a2"): (("basedOn", "proposes, uses"), 1.0, 1),
        ("a4", "a3"): (("partOf",), WEIGHTS["partOf"], 1),
        ("a4", "d1"): (("proposes, comparesWith",), round(0.25 * WEIGHTS["proposes, comparesWith"], 6), 1),
        ("a9", "a2"): (("kindOf",), 1.0, 1),
    }
    assert edges(history, "proposes, uses") == {("a2", "m1"): (("proposes, uses",), uses, 1), ("a3", "a2"): (("proposes, uses",), uses, 1)}


def test_papers_add_up(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of({"p1": ("a1", "a2"), "p2": ("a1", "a2")}, relations={("p1", "a1"): "proposes", ("p2", "a1"): "proposes"})
    assert edges(graph) == {("a1", "a2"): (("proposes, uses",), round(1 - (1 - 0.125) ** 2, 6), 2)}


def test_knowledge_does_not_flow_back(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of(
        {"p1": ("a1",), "p2": ("a1", "a2"), "p3": ("a2", "a3")},
        based_on=[("a1", "a2"), ("a3", "a2")],
        years={"p1": 2000, "p2": 2004},
    )
    result = lineage(graph, concept="a1")
    assert result.table.rows == []
    assert any(note.startswith("1 places go against time") for note in result.notes)
    # a3 has no year, so nothing can be said against it
    assert edges(graph).keys() == {("a3", "a2")}
    assert any(note.startswith("1 places join concepts of which one is in no paper with a year") for note in result.notes)


def test_a_method_is_no_kind_of_task(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of(
        {"p1": ("m1", "t1", "d1", "a1")},
        said=[("p1", "m1", "kindOf", "t1"), ("p1", "d1", "basedOn", "a1"), ("p1", "d1", "kindOf", "a1"), ("p1", "m1", "kindOf", "a1")],
    )
    assert edges(graph).keys() == {("d1", "a1"), ("m1", "a1")}
    assert any(note.startswith("2 places say that a task builds on a method") for note in lineage(graph).notes)


def test_a_cycle_is_cut_at_its_least_sure_edge(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of(
        {"p1": ("a1", "a2"), "p2": ("a2", "a3"), "p3": ("a3", "a1")},
        based_on=[("a1", "a2"), ("a2", "a3")],
        relations={("p3", "a3"): "proposes"},
    )
    assert edges(graph).keys() == {("a1", "a2"), ("a2", "a3")}
    assert "1 edges that close a cycle, the least sure, are cut" in lineage(graph).notes


def test_ancestors_and_descendants(history: Graph) -> None:
    result = lineage(history, concept="a3")
    assert result.table.columns == ("generation", "concept", "name", "type", "first", "of", "kinds", "confidence", "papers")
    assert [(r[0], r[1], r[4], r[5]) for r in result.table] == [(-1, "a2", 2003, "a3"), (-2, "m1", 2001, "a2"), (1, "a4", 2006, "a3")]
    shallow = lineage(history, concept="name of a3", depth=1)
    assert [r[1] for r in shallow.table] == ["a2", "a4"]
    assert any(note.startswith("1 edges beyond 1 generations") for note in shallow.notes)


def test_the_ancestors_are_networkxs(history: Graph) -> None:
    drawn = nx.DiGraph((newer, older) for newer, older in edges(history))
    index = LineageIndex.of(history)
    for concept in drawn:
        family = index.around(concept, depth=9, width=9)
        assert {n.concept for n in family.nodes if n.generation < 0} == nx.descendants(drawn, concept)
        assert {n.concept for n in family.nodes if n.generation > 0} == nx.ancestors(drawn, concept)
        assert family.left_out == 0


def test_width_keeps_the_strongest_and_counts_the_rest(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of({f"p{n}": ("a0", f"a{n}") for n in range(1, 6)}, based_on=[(f"a{n}", "a0") for n in range(1, 6)])
    family = LineageIndex.of(graph).around("a0", width=2)
    assert [n.concept for n in family.nodes] == ["a1", "a2"] and family.left_out == 3


def test_every_edge_shows_where_it_is_said(history: Graph) -> None:
    result = lineage(history, concept="a3")
    rows = [dict(zip(result.tables["evidence"].columns, r, strict=True)) for r in result.tables["evidence"]]
    assert {(r["newer"], r["older"], r["kind"], r["paper"], r["year"]) for r in rows} == {
        ("a3", "a2", "basedOn", "p3", 2005), ("a3", "a2", "proposes, uses", "p3", 2005), ("a2", "m1", "kindOf", "", None),
        ("a2", "m1", "proposes, uses", "p2", 2003), ("a4", "a3", "partOf", "p4", 2006),
    }  # fmt: skip
    for row in rows:
        if row["paper"]:
            text = history.paper(row["paper"]).abstract
            assert row["sentence"] == text[row["start"] : row["end"]] == text
        else:
            assert row["sentence"] == "in the catalog's hierarchy"


def test_the_main_path(history: Graph) -> None:
    result = lineage(history)
    assert [(r[0], r[1], r[3], r[4], r[6]) for r in result.table] == [
        (1, "m1", 2001, "a2", 2003), (2, "a2", 2003, "a3", 2005), (3, "a3", 2005, "a4", 2006),
    ]  # fmt: skip
    # of a9 alone: what does not lie on a way through it does not count
    assert [r[4] for r in lineage(history, concept="a9").tables["main_path"]] == ["a2", "a9"]
    assert [(r[0], r[4]) for r in result.tables["built_on"]] == [("a2", 2), ("a3", 1), ("d1", 1), ("m1", 1)]
    short = lineage(history, top=1).tables["built_on"]
    assert len(short) == 1 and short.cut and short.notes == ("1 of 4 concepts that something builds on are shown",)


def test_nothing_builds_on_anything(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of({"p1": ("a1", "a2")})
    assert lineage(graph).table.rows == [] and lineage(graph).tables["built_on"].rows == []
    result = lineage(graph, concept="a1")
    assert result.table.rows == [] and result.tables["evidence"].rows == []
    assert "nothing in the graph says what a1 builds on or what builds on it" in result.notes


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"concept": "name of a0"}, "did you mean"),
        ({"kind": "based"}, "did you mean basedOn?"),
        ({"depth": 0}, "depth must be at least 1"),
        ({"with": 3}, "did you mean width?"),
    ],
)
def test_wrong_options(history: Graph, options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as error:
        lineage(history, **options)
    assert message in str(error.value)


def test_the_same_every_time(graph_of: Callable[..., Graph]) -> None:
    one, other = (graph_of(p, years=YEARS, relations=RELATIONS, name=n) for p, n in ((PAPERS, "a"), (dict(reversed(PAPERS.items())), "b")))
    assert lineage(one, concept="a2") == lineage(other, concept="a2")
