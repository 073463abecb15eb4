from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kg.analysis import compare
from kg.analysis.shares import two_shares
from kg.catalog import Catalog
from kg.errors import GraphError, UsageError
from kg.graph import Graph, write_graph
from kg.model import Concept, ConceptRelation, ConceptType, Evidence, Finding, Mention, Paper, Reading, Relation, Statement

PAPERS = {"p1": ("m1", "t1"), "p2": ("m1", "d1", "t1"), "p3": ("m2", "t1")}


def rows(result: Any, *what: str) -> list[tuple[Any, ...]]:
    return [r for r in result.table.rows if not what or r[0] in what]


def test_equal_graphs_give_an_empty_answer(graph_of: Callable[..., Graph]) -> None:
    one = graph_of(PAPERS, name="one")
    for other in (one, graph_of(dict(reversed(PAPERS.items())), name="other")):
        result = compare(one, other)
        assert result.table.rows == [] and all(table.rows == [] for table in result.tables.values())
        assert "the graphs are the same" in result.notes


def test_what_came_and_went(graph_of: Callable[..., Graph]) -> None:
    old = graph_of(PAPERS, based_on=[("m1", "t1")], name="old")
    new = graph_of({"p1": ("m1", "t1"), "p2": ("m1", "a1"), "p4": ("a1", "d2")}, based_on=[("a1", "m1")], name="new")
    result = compare(old, new)
    assert rows(result, "paper") == [
        ("paper", "came", "p4", "Paper p4", None, None, None), ("paper", "went", "p3", "Paper p3", None, None, None),
        ("paper", "changed", "p2", "Paper p2", None, {"abstract": "m1 d1 t1"}, {"abstract": "m1 a1"}),
    ]  # fmt: skip
    assert rows(result, "concept") == [
        ("concept", "came", "a1", "name of a1", None, 0, 2), ("concept", "came", "d2", "name of d2", None, 0, 1),
        ("concept", "went", "d1", "name of d1", None, 1, 0), ("concept", "went", "m2", "name of m2", None, 1, 0),
    ]  # fmt: skip
    # of p2 alone, which both have; those of p3 and p4 are counted
    assert rows(result, "link") == [
        ("link", "came", "p2", "name of a1", "a1", None, "uses"), ("link", "went", "p2", "name of d1", "d1", "uses", None),
        ("link", "went", "p2", "name of t1", "t1", "uses", None),
    ]  # fmt: skip
    assert {"2 links of papers that went are not listed", "2 links of papers that came are not listed"} < set(result.notes)
    assert rows(result, "relation") == [
        ("relation", "came", "a1", "name of a1, name of m1", "m1", None, ["basedOn"]),
        ("relation", "went", "m1", "name of m1, name of t1", "t1", ["basedOn"], None),
    ]  # fmt: skip
    assert {(r[0], r[1]): r[2] for r in result.tables["summary"]} == {
        ("paper", "came"): 1, ("paper", "went"): 1, ("paper", "changed"): 1, ("concept", "came"): 2, ("concept", "went"): 2,
        ("link", "came"): 1, ("link", "went"): 2, ("relation", "came"): 1, ("relation", "went"): 1,
    }  # fmt: skip
    # the other way round what came went
    back = {(r[0], r[1]): r[2] for r in compare(new, old).tables["summary"]}
    assert back["concept", "came"] == 2 and back["link", "came"] == 2 and back["relation", "went"] == 1


def test_relations_that_changed(graph_of: Callable[..., Graph]) -> None:
    old = graph_of(PAPERS, relations={("p1", "m1"): "proposes"}, name="old", said=[("p1", "m1", "usedFor", "t1")])
    said = [("p1", "m1", "usedFor", "t1"), ("p2", "m1", "evaluatedOn", "t1")]
    new = graph_of(PAPERS, relations={("p1", "m1"): "comparesWith"}, name="new", said=said)
    assert rows(compare(old, new)) == [
        ("link", "changed", "p1", "name of m1", "m1", "proposes", "comparesWith"),
        ("relation", "changed", "m1", "name of m1, name of t1", "t1", ["usedFor"], ["evaluatedOn", "usedFor"]),
    ]


def build(folder: Path, known: list[Concept], named: list[tuple[str, str, str, float]], **paper: Any) -> Graph:
    """A graph of (paper, id in the catalog or nothing, name, confidence)."""
    readings = []
    for p in sorted({p for p, *_ in named}):
        text = " ".join(name for q, _, name, _ in named if q == p)
        found = []
        for q, known_id, name, sure in named:
            if q == p:
                start = text.index(name)
                evidence = Evidence(Mention("abstract", start, start + len(name), name), 0, len(text))
                found.append(Finding(name, (), (), ConceptType.METHOD, (0.2,) * 5, Relation.USES, sure, (evidence,), known_id))
        said = tuple(Statement(0, ConceptRelation.USED_FOR, n, 0.9, "abstract", 0, len(text)) for n in range(1, len(found)))
        readings.append((Paper(p, f"Paper {p}", text, **paper), Reading(p, tuple(found), said)))
    return write_graph(folder, readings, Catalog(known))


def test_concepts_that_are_renamed_merged_and_changed(tmp_path: Path) -> None:
    crf = Concept("crf", ConceptType.METHOD, "CRF")
    named = [("p1", "crf", "CRF", 0.9), ("p1", "", "quick pruning", 0.8), ("p2", "", "slow pruning", 0.8), ("p2", "crf", "CRF", 0.9)]
    old = build(tmp_path / "old", [crf], named)
    # the catalog learns both names of pruning, as one concept, and another label
    pruning = Concept("pruning", ConceptType.METHOD, "pruning", aliases=("quick pruning", "slow pruning"))
    wide = Concept("crf", ConceptType.ARCHITECTURE, "conditional random field", acronyms=("CRF",))
    again = [(p, k or "pruning", n, s) for p, k, n, s in named]
    result = compare(old, build(tmp_path / "new", [wide, pruning], again))
    assert sorted(rows(result, "concept")) == [
        ("concept", "changed", "crf", "conditional random field", None,
         {"type": "Method", "label": "CRF", "acronyms": []},
         {"type": "Architecture", "label": "conditional random field", "acronyms": ["CRF"]}),
        ("concept", "merged", "quick-pruning", "quick pruning", "pruning", 1, 2),
        ("concept", "merged", "slow-pruning", "slow pruning", "pruning", 1, 2),
    ]  # fmt: skip
    # under its new id, what is said of a concept is the same
    assert rows(result, "link", "relation", "share") == []
    single = build(tmp_path / "single", [crf], named[:2])
    known = build(tmp_path / "known", [crf, Concept("pruning", ConceptType.METHOD, "pruning", aliases=("quick pruning",))], again[:2])
    renamed = rows(compare(single, known), "concept")
    assert renamed[0] == ("concept", "renamed", "quick-pruning", "pruning", "pruning", "quick-pruning", "pruning")
    assert renamed[1][:2] == ("concept", "changed") and renamed[1][6]["known"] is True
    # and back: the later graph has the id that the first one knows as another
    assert ("concept", "renamed") in {r[:2] for r in compare(known, single).table}


def test_a_paper_of_two_concepts_that_are_merged_counts_once(tmp_path: Path) -> None:
    crf = Concept("crf", ConceptType.METHOD, "CRF")
    both = [(f"p{n:02}", "", name, 0.8) for n in range(20) for name in ("quick pruning", "slow pruning")]
    none = [(f"q{n:02}", "crf", "CRF", 0.8) for n in range(20)]
    pruning = Concept("pruning", ConceptType.METHOD, "pruning", aliases=("quick pruning", "slow pruning"))
    again = [(p, "pruning", n, s) for p, _, n, s in both]
    result = compare(build(tmp_path / "old", [crf], both + none), build(tmp_path / "new", [crf, pruning], again + none))
    assert {r[:2] for r in rows(result, "concept", "share")} == {("concept", "merged")}


def test_confidence_counts_from_a_threshold_on(tmp_path: Path) -> None:
    crf = [Concept("crf", ConceptType.METHOD, "CRF"), Concept("svm", ConceptType.METHOD, "SVM")]
    old = build(tmp_path / "old", crf, [("p1", "crf", "CRF", 0.9), ("p1", "svm", "SVM", 0.5)])
    new = build(tmp_path / "new", crf, [("p1", "crf", "CRF", 0.85), ("p1", "svm", "SVM", 0.9)])
    result = compare(old, new)
    assert rows(result) == [("link", "changed", "p1", "SVM", "svm", 0.5, 0.9)]
    assert "1 links differ in confidence by less than 0.1 alone" in result.notes
    assert len(compare(old, new, confidence=0.01).table) == 2
    quiet = compare(old, new, confidence=0.5)
    assert quiet.table.rows == [] and "the graphs differ, but in nothing that is looked at here" in quiet.notes[-1]


@pytest.fixture
def eras(graph_of: Callable[..., Graph]) -> Graph:
    papers: dict[str, tuple[str, ...]] = {}
    years = {}
    for n in range(40):
        papers[f"a{n:02}"] = ("t1", *(("m1",) if n < 30 else ()), *(("d1",) if n < 5 else ()))
        years[f"a{n:02}"] = 2001 + n % 2
        papers[f"b{n:02}"] = ("t1", *(("m1",) if n < 5 else ()), *(("m2", "t2") if n >= 30 else ()))
        years[f"b{n:02}"] = 2005
    papers |= {"x1": ("t2",), "x2": ("m9",), "y": ("m1", "t1")}
    years |= {"x1": 2001, "x2": 2003}
    said = [("a00", "m1", "usedFor", "t1"), ("b01", "t1", "evaluatedOn", "m1"), ("b02", "t1", "evaluatedOn", "m1")]
    return graph_of(papers, years=years, said=said)


def test_two_ranges_of_years(eras: Graph) -> None:
    result = compare(eras, years=("2001-2002", "2005-"))
    assert rows(result, "concept") == [
        ("concept", "came", "m2", "name of m2", None, 0, 10), ("concept", "went", "d1", "name of d1", None, 5, 0),
    ]  # fmt: skip
    # m2 and d1 are news themselves; t2 is in both, if in one paper
    assert rows(result, "pair") == [("pair", "came", "t1", "name of t1, name of t2", "t2", 0, 10)]
    assert rows(result, "relation") == [
        ("relation", "came", "t1", "name of t1 evaluatedOn name of m1", "m1", 0, 2),
        ("relation", "went", "m1", "name of m1 usedFor name of t1", "t1", 1, 0),
    ]  # fmt: skip
    assert [r[:3] for r in rows(result, "share")] == [
        ("share", "rises", "m2"), ("share", "rises", "t2"), ("share", "falls", "m1"), ("share", "falls", "d1"),
    ]  # fmt: skip
    assert result.notes[:2] == (
        "41 papers before, 40 after; 5 concepts of 3 or more papers are tested",
        "1 papers without a year are left out",
    )
    assert rows(compare(eras, years=("2001-2002", "2005"), least=6), "concept") == [("concept", "came", "m2", "name of m2", None, 0, 10)]


def test_a_pair_that_was_named_in_passing_is_not_new(graph_of: Callable[..., Graph]) -> None:
    papers = {f"a{n}": ("m1", "t1") if n else ("m1", "m2", "t1") for n in range(3)} | {f"b{n}": ("m1", "m2", "t1") for n in range(3)}
    years = {p: 2001 if p < "b" else 2005 for p in papers}
    both = compare(graph_of(papers, years=years, relations={("a0", "m2"): "mentions"}), years=("2001", "2005"))
    assert rows(both, "pair") == []
    passing = {(p, "m2"): "mentions" for p in ("b0", "b1")}
    apart = compare(graph_of({**papers, "a0": ("m2",)}, years=years, relations=passing, name="apart"), years=("2001", "2005"), least=1)
    # of the papers that name both, the ones that do so in passing do not count
    assert [r[2:] for r in rows(apart, "pair")] == [
        ("m1", "name of m1, name of m2", "m2", 0, 1), ("m2", "name of m2, name of t1", "t1", 0, 1),
    ]  # fmt: skip


def test_shares_are_tested(eras: Graph) -> None:
    table = compare(eras, years=("2001-2002", "2005")).tables["shares"]
    found = {r[0]: dict(zip(table.columns, r, strict=True)) for r in table}
    z, p = two_shares(np.array([30]), 41, np.array([5]), 40)
    assert found["m1"]["z"] == pytest.approx(z[0], abs=1e-6) and p[0] < found["m1"]["q"] <= 5.01 * p[0]
    assert (found["m1"]["papers_before"], found["m1"]["papers_after"], found["m1"]["share_after"]) == (30, 5, 0.125)
    # t1 is first in both, m1 was second and is behind m2 and t2 now
    assert (found["m1"]["rank_before"], found["m1"]["rank_after"]) == (2, 4)
    assert "t1" not in found


def test_the_same_years_of_two_graphs_have_equal_shares(graph_of: Callable[..., Graph]) -> None:
    assert compare(graph_of(PAPERS, name="a"), graph_of(PAPERS, name="b")).tables["shares"].rows == []


def test_rows_are_cut_by_kind_and_all_are_counted(eras: Graph, graph_of: Callable[..., Graph]) -> None:
    many = compare(graph_of(PAPERS, name="few"), eras, top=2)
    kinds = [r[:2] for r in many.table]
    assert max(map(kinds.count, kinds)) == 2 and many.table.cut
    assert {(r[0], r[1]): r[2] for r in many.tables["summary"]}["paper", "came"] == 83
    assert any("changes are shown, at most 2 of each kind" in note for note in many.notes)
    assert not compare(graph_of(PAPERS, name="few2"), eras, top=None).table.cut


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "give either another graph"),
        ({"other": "x", "years": ("2001", "2002")}, "give either another graph"),
        ({"years": ("2001",)}, "two ranges of years are compared, found 1"),
        ({"years": ("2001-2003", "2003-2005")}, "overlap"),
        ({"years": ("2001", "1990-1995")}, "no paper of the graph is from 1990-1995; its papers are from 2001 to 2005"),
        ({"years": ("2001", "abc")}, "is no range of years"),
    ],
)
def test_wrong_options(eras: Graph, options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as error:
        compare(eras, **options)
    assert message in str(error.value)


def test_another_graph_that_is_not_there(eras: Graph, tmp_path: Path) -> None:
    with pytest.raises(GraphError, match="no graph there"):
        compare(eras, str(tmp_path / "none"))
