"""Graphs with nothing to analyse give empty answers, or say what is missing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kg.analysis import compare, lineage, predict, trends
from kg.analysis.predict import KINDS
from kg.graph import Graph


@pytest.fixture(params=[{"p1": ()}, {"p1": ("t1",)}, {"p1": ("t1", "m1")}])
def bare(request: pytest.FixtureRequest, graph_of: Callable[..., Graph]) -> Graph:
    return graph_of(request.param, years={"p1": 2001})


@pytest.mark.parametrize("what", KINDS)
def test_nothing_to_predict(bare: Graph, what: str) -> None:
    result = predict(bare, what=what, least=1)
    assert result.table.rows == [] and all(table.rows == [] for table in result.tables.values())
    assert result.notes


def test_no_lineage(bare: Graph) -> None:
    assert lineage(bare).table.rows == []


def test_no_trends(bare: Graph) -> None:
    result = trends(bare, least=1)
    assert result.table.rows == [] and result.tables["years"].rows == [(2001, 1)]


def test_no_changes(bare: Graph) -> None:
    assert compare(bare, Graph.open(bare.path)).table.rows == []
