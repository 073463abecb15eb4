"""Counts of papers by two types of concepts, by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kg.analysis import crosstab
from kg.errors import UsageError
from kg.graph import Graph

PAPERS = {
    "p1": ("t1", "d1", "m1"), "p2": ("t1", "d1", "m2"), "p3": ("t1", "d2"), "p4": ("t2", "d3", "m1"), "p5": ("t2", "d3"),
    "p6": ("t2",), "p7": ("d1", "m2"), "p8": ("t2", "d3", "m2"),
}  # fmt: skip


@pytest.fixture
def graph(graph_of: Callable[..., Graph]) -> Graph:
    return graph_of(PAPERS)


def test_cells_are_papers_that_name_both(graph: Graph) -> None:
    result = crosstab(graph)
    assert result.table.columns == ("row", "row_name", "column", "column_name", "papers", "expected")
    assert [(r, c, n, e) for r, _, c, _, n, e in result.table] == [
        ("t2", "d3", 3, 4 * 3 / 8), ("t1", "d1", 2, 3 * 3 / 8), ("t1", "d2", 1, 3 * 1 / 8),
    ]  # fmt: skip
    assert {c: n for c, _, n in result.tables["rows"]} == {"t1": 3, "t2": 4}
    assert {c: n for c, _, n in result.tables["columns"]} == {"d1": 3, "d2": 1, "d3": 3}
    assert result.notes == ("8 papers with a link; 2 of 2 Task concepts by 3 of 3 Dataset concepts",)
    assert not result.table.cut


def test_empty_cells_where_chance_would_have_put_papers(graph: Graph) -> None:
    [row] = crosstab(graph).tables["empty"].records()
    assert (row["row"], row["column"], row["expected"]) == ("t2", "d1", 1.5)
    assert len(crosstab(graph, least=0).tables["empty"]) == 3


def test_papers_of_one_concept_alone(graph: Graph) -> None:
    result = crosstab(graph, "t1", rows="Method", columns="Dataset")
    assert [(r, c, n) for r, _, c, _, n, _ in result.table] == [("m1", "d1", 1), ("m2", "d1", 1)]
    assert result.notes == ("3 papers that name name of t1; 2 of 2 Method concepts by 1 of 2 Dataset concepts",)
    # the concept itself is in all of its papers and is no row
    assert len(crosstab(graph, "t1").table) == 0


def test_those_with_most_papers_stay_and_what_is_cut_is_said(graph: Graph) -> None:
    result = crosstab(graph, top=1)
    # three papers name t1 with a dataset, and three t2, which more papers name in all
    assert [(r, c) for r, _, c, *_ in result.table] == [("t2", "d3")]
    assert result.table.cut and "1 of 2 Task concepts by 1 of 3 Dataset concepts" in result.notes[0]


def test_filled_alike_stand_together(graph_of: Callable[..., Graph]) -> None:
    blocks = {f"p{n}": (("t1", "t3", "d1", "d3") if n % 2 else ("t2", "t4", "d2", "d4")) for n in range(8)}
    result = crosstab(graph_of(blocks))
    for side in ("rows", "columns"):
        ids = [int(c[1:]) % 2 for c, _, _ in result.tables[side]]
        assert ids in ([0, 0, 1, 1], [1, 1, 0, 0])


def test_bad_questions(graph: Graph, graph_of: Callable[..., Graph]) -> None:
    with pytest.raises(UsageError, match="rows and columns are both Task; give two types"):
        crosstab(graph, columns="Task")
    with pytest.raises(UsageError, match="no concept in the graph is called 'x'"):
        crosstab(graph, "x")
    assert len(crosstab(graph_of({"p1": ("t1",)}, name="small")).table) == 0
