from __future__ import annotations

from collections.abc import Callable
from math import log

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.analysis import similar
from kg.analysis.arrays import Arrays, arrays
from kg.analysis.similar import adamic_adar, nearest, neighbours, shared
from kg.errors import UsageError
from kg.graph import Graph

# t1 is in five papers, d1 and m1 in two
PAPERS = {
    "p1": ("t1", "d1", "m1"), "p2": ("t1", "d1", "m1"), "p3": ("t1", "m2"), "p4": ("t1", "m2"), "p5": ("t1",), "p6": ("d9",), "p0": (),
}  # fmt: skip


def test_the_rare_weigh_more(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of(PAPERS)
    result = similar(graph, "p1", least=1)
    assert result.table.columns[2:] == ("other", "other_title", "other_year", "shared", "cosine", "adamic_adar", "concepts")
    # six papers have links
    common, rare = log(6 / 5), log(6 / 2)
    length, other = (common**2 + 2 * rare**2) ** 0.5, (common**2 + rare**2) ** 0.5
    rows = {r[2]: r for r in result.table}
    assert list(rows) == ["p2", "p5", "p3", "p4"]
    assert rows["p2"][5:] == (3, 1.0, round(2 / log(2) + 1 / log(5), 6), ["name of d1", "name of m1", "name of t1"])
    assert rows["p3"][5:8] == (1, round(common**2 / (length * other), 6), round(1 / log(5), 6))
    assert rows["p5"][6] == round(common / length, 6)
    assert result.notes == ("4 papers share 1 or more concepts with it",)


def test_why_lists_what_is_shared(graph_of: Callable[..., Graph]) -> None:
    result = similar(graph_of(PAPERS, relations={("p2", "d1"): "evaluatesOn"}), "p1")
    why = result.tables["why"].records()
    assert [(r["other"], r["concept"], r["papers"]) for r in why] == [("p2", "d1", 2), ("p2", "m1", 2), ("p2", "t1", 5)]
    assert sum(r["part"] for r in why) == pytest.approx(1, abs=1e-5)
    assert why[0]["part"] == pytest.approx(log(3) ** 2 / (2 * log(3) ** 2 + log(6 / 5) ** 2), abs=1e-6)
    assert why[0]["relation"] == "uses" and why[0]["other_relation"] == "evaluatesOn"
    assert why[0]["sentence"] == why[0]["other_sentence"] == "t1 d1 m1"


def test_pairs_of_the_whole_corpus(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of(PAPERS)
    result = similar(graph, top=None)
    assert [(r[0], r[2], r[5]) for r in result.table] == [("p1", "p2", 3), ("p3", "p4", 2)]
    assert result.notes == ("2 pairs of papers share 2 or more concepts",)
    assert len(similar(graph, top=None, least=1).table) == 10
    assert similar(graph, top=1, least=1).table.rows == result.table.rows[:1]
    assert similar(graph, top=1).table.cut and similar(graph, "p1", top=1, least=1).table.cut and not result.table.cut


def test_of_equally_similar_papers_those_that_share_more_come_first(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of({"p1": ("t1", "m1"), "p2": ("t1", "m1"), "p3": ("d1", "d2", "d3"), "p4": ("d1", "d2", "d3"), "p5": ("a1",)})
    assert [(r[0], r[2], r[5]) for r in similar(graph, top=2).table] == [("p3", "p4", 3), ("p1", "p2", 2)]
    assert [(r[0], r[2]) for r in similar(graph, top=1).table] == [("p3", "p4")]


def test_adamic_and_adar_is_networkx(graph_of: Callable[..., Graph]) -> None:
    made = arrays(graph_of(PAPERS))
    drawn = nx.Graph((p, c) for p, own in PAPERS.items() for c in own)
    for a, b, expected in nx.adamic_adar_index(drawn, [("p1", "p2"), ("p1", "p3"), ("p3", "p4"), ("p1", "p6")]):
        common = shared(made, made.paper_place(a), made.paper_place(b))
        assert adamic_adar(made, common) == pytest.approx(expected)


@st.composite
def corpora(draw: st.DrawFn) -> list[list[int]]:
    return draw(st.lists(st.lists(st.integers(0, 6), unique=True, max_size=5).map(sorted), min_size=2, max_size=12))


def made_of(papers: list[list[int]]) -> Arrays:
    links = [(p, c) for p, own in enumerate(papers) for c in own]
    paper, concept = (np.array([link[i] for link in links], dtype=np.int32) for i in (0, 1))
    small = np.zeros(len(links), dtype=np.int8)
    none, no = np.zeros(0, dtype=np.int32), np.zeros(0)
    ids = [f"c{n}" for n in range(7)]
    return Arrays(
        "", ids, ids, np.zeros(7, dtype=np.int8), np.ones(7, dtype=bool), [f"p{n:02}" for n in range(len(papers))],
        np.zeros(len(papers), dtype=np.int32), paper, concept, small, np.ones(len(links)), none, none, none.astype(np.int8), none, no,
    )  # fmt: skip


@given(corpora(), st.integers(1, 3), st.integers(1, 4))
def test_all_at_once_is_one_by_one(papers: list[list[int]], least: int, count: int) -> None:
    made = made_of(papers)
    for paper, others, cosines in nearest(made, count, least):
        one, values = neighbours(made, paper, least)
        assert others.tolist() == one[:count].tolist()
        assert cosines == pytest.approx(values[:count], abs=1e-11)


@given(corpora())
def test_similar_is_mutual_and_the_order_of_papers_changes_nothing(papers: list[list[int]]) -> None:
    made, turned = made_of(papers), made_of(papers[::-1])
    last = len(papers) - 1
    found = {(a, int(b)): c for a in range(last + 1) for b, c in zip(*neighbours(made, a), strict=True)}
    other = {(last - a, last - int(b)): c for a in range(last + 1) for b, c in zip(*neighbours(turned, a), strict=True)}
    assert found.keys() == other.keys() == {(b, a) for a, b in found}
    for (a, b), cosine in found.items():
        assert cosine == pytest.approx(found[b, a]) == pytest.approx(other[a, b])
        assert 0 < cosine <= 1 + 1e-9 and set(papers[a]) & set(papers[b])


def test_no_such_paper(graph_of: Callable[..., Graph]) -> None:
    with pytest.raises(UsageError, match="no paper 'p7' in the graph; "):
        similar(graph_of(PAPERS), "p7")


def test_nothing_shared(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of({"p1": ("t1",), "p2": ()})
    assert similar(graph).table.rows == similar(graph, "p2", least=1).table.rows == []
