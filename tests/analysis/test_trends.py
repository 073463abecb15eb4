from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.stats import false_discovery_control

from kg.analysis import trends
from kg.analysis.shares import trend, wilson
from kg.analysis.trends import TrendIndex
from kg.errors import UsageError
from kg.graph import Graph
from kg.model import ConceptType

# papers a year, and how many of them name m1 (rises), m2 (falls), d3 (two years alone) and t4 (always the same)
OF = {2001: 20, 2002: 30, 2003: 20, 2005: 40, 2006: 30}
NAMED = {"m1": (1, 3, 6, 20, 20), "m2": (14, 15, 8, 6, 1), "d3": (0, 0, 12, 0, 0), "t4": (10, 15, 10, 20, 15), "m5": (0, 1, 0, 0, 0)}


@pytest.fixture
def decade(graph_of: Callable[..., Graph]) -> Graph:
    papers, years = {"x": ("m1", "t4"), "y": ()}, {}
    for column, (year, count) in enumerate(OF.items()):
        for n in range(count):
            paper = f"{year}-{n:02}"
            years[paper] = year
            papers[paper] = tuple(c for c, named in NAMED.items() if n < named[column])
    return graph_of(papers, years=years)


def records(table: Any) -> dict[str, dict[str, Any]]:
    return {r[0]: dict(zip(table.columns, r, strict=True)) for r in table.rows}


def test_what_rises_and_what_falls(decade: Graph) -> None:
    result = trends(decade)
    assert result.table.columns == (
        "concept", "name", "type", "direction", "papers", "first", "last", "share_before", "share_now", "z", "q", "bursts",
    )  # fmt: skip
    rows = records(result.table)
    assert [*rows] == ["m1"]
    assert rows["m1"]["direction"] == "rises" and (rows["m1"]["papers"], rows["m1"]["first"], rows["m1"]["last"]) == (50, 2001, 2006)
    assert rows["m1"]["share_before"] < 0.1 < 0.5 < rows["m1"]["share_now"]
    falls = trends(decade, by="falls").table
    assert falls.column("concept")[0] == "m2" and falls.column("direction")[0] == "falls"
    assert "4 concepts with 10 or more papers from 2001 to 2006 are tested: 1 rise, 1 fall, 2 do neither" in result.notes[-1]
    # two papers are of no year
    assert result.notes[:2] == ("140 papers of 5 years, 2001 to 2006", "2 papers without a year are left out")


def test_the_test_is_that_of_the_functions(decade: Graph) -> None:
    counts = np.array([NAMED[c] for c in ("d3", "m1", "m2", "t4")])
    z, p, _ = trend(counts, np.array([*OF.values()]), np.array([*OF]))
    q = false_discovery_control(p)
    index = TrendIndex.of(decade)
    for n, concept in enumerate(("d3", "m1", "m2", "t4")):
        found = index.of_concept(concept)
        assert (found.z, found.q) == (pytest.approx(z[n]), pytest.approx(q[n]))
    assert index.of_concept("t4").direction == "steady"
    # one paper is no trend
    rare = index.of_concept("m5")
    assert (rare.direction, rare.z, rare.q, rare.first, rare.last) == ("few papers", 0.0, 1.0, 2002, 2002)


def test_the_years_of_a_concept(decade: Graph) -> None:
    result = trends(decade, concept="m1")
    assert result.table.columns == ("year", "papers", "of", "share", "low", "high", "smooth", "burst")
    low, high = wilson(np.array(NAMED["m1"], dtype=float), np.array([*OF.values()], dtype=float))
    for n, row in enumerate(result.table):
        year, papers, of, share, at_least, at_most, _, _ = row
        assert (year, papers, of) == ([*OF][n], NAMED["m1"][n], [*OF.values()][n])
        assert share == pytest.approx(papers / of)
        assert (at_least, at_most) == (pytest.approx(low[n], abs=1e-9), pytest.approx(high[n], abs=1e-9))
    assert "m1 rises" in result.notes[-1]


def test_the_papers_behind_each_point(decade: Graph) -> None:
    result = trends(decade, concept="d3")
    assert [r[:4] for r in result.tables["papers"]] == [(2003, f"2003-{n:02}", f"Paper 2003-{n:02}", "uses") for n in range(12)]
    by_year = {year: papers for year, papers, *_ in result.table}
    assert sum(by_year.values()) == len(result.tables["papers"].rows)


def test_bursts(decade: Graph) -> None:
    rows = trends(decade, by="bursts").table
    assert rows.column("concept")[0] == "d3"
    (burst,) = rows.column("bursts")[0]
    assert burst[:2] == [2003, 2003] and burst[2] > 0
    table = trends(decade).tables["bursts"]
    assert table.columns == ("concept", "name", "type", "from", "to", "weight", "papers")
    assert ("d3", 2003, 2003, 12) in [(r[0], r[3], r[4], r[6]) for r in table]
    assert [r[5] for r in table] == sorted((r[5] for r in table), reverse=True)
    assert [r[7] for r in trends(decade, concept="d3").table] == [False, False, True, False, False]
    assert trends(decade, by="bursts", gamma=1e3).table.rows == []


def test_a_range_of_years_is_all_that_is_looked_at(decade: Graph) -> None:
    result = trends(decade, years="2001-2003", least=5)
    assert result.notes[0] == "70 papers of 3 years, 2001 to 2003"
    assert [r[0] for r in trends(decade, concept="m1", years="2005-").table] == [2005, 2006]
    assert trends(decade, concept="d3", years="2005-").table.column("papers") == [0, 0]
    assert "d3 has too few papers to be tested" in trends(decade, concept="d3", years="2005-").notes[-1]


def test_points_years_and_properties(decade: Graph) -> None:
    result = trends(decade)
    assert result.tables["years"].rows == [*OF.items()]
    assert [r[:4] for r in result.tables["points"]] == [("m1", y, NAMED["m1"][n], OF[y]) for n, y in enumerate(OF)]
    assert result.properties.concepts["m2"] == {"first_year": 2001, "last_year": 2006, "trend": "falls"}
    assert result.properties.concepts["m5"] == {"first_year": 2002, "last_year": 2002}


def test_type_and_top(decade: Graph) -> None:
    assert trends(decade, type=ConceptType.DATASET, by="bursts").table.column("concept") == ["d3"]
    short = trends(decade, by="bursts", top=1)
    assert len(short.table) == 1 and short.table.cut and "1 of 3 rows are shown" in short.notes


def test_graphs_without_years_and_empty_ranges(decade: Graph, graph_of: Callable[..., Graph]) -> None:
    with pytest.raises(UsageError, match="no paper of the graph has a year"):
        trends(graph_of({"p1": ("m1",)}, name="undated"))
    with pytest.raises(UsageError, match="no paper of the graph is from 2010-; its papers are from 2001 to 2006"):
        trends(decade, years="2010-")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"years": "2010-2005"}, "ends before it begins; write it as 2005-2010"),
        ({"years": "last year"}, "is no range of years"),
        ({"concept": "name of m0"}, "did you mean"),
        ({"by": "rise"}, "did you mean rises?"),
        ({"ratio": 1.0}, "ratio must be above 1"),
    ],
)
def test_wrong_options(decade: Graph, options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as error:
        trends(decade, **options)
    assert message in str(error.value)
