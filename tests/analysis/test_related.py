from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.stats import chi2_contingency

from kg.analysis import related
from kg.analysis.related import llr, npmi
from kg.errors import UsageError
from kg.graph import Graph

PAPERS = {
    "p1": ("a1", "d1", "t1"), "p2": ("a1", "d1", "t1"), "p3": ("a1", "d1", "t1"), "p4": ("d2", "t1"), "p5": ("d2", "t1"),
    "p6": ("a1", "d2"), "p7": ("m1", "m2"), "p8": ("m1", "m2"), "p9": ("t1",), "p0": (),
}  # fmt: skip


def test_counts_and_measures(graph_of: Callable[..., Graph]) -> None:
    table = related(graph_of(PAPERS), "a1", least=1).table
    assert table.columns[5:] == ("together", "papers", "other_papers", "expected", "llr", "npmi")
    rows = {r[2]: r for r in table}
    # nine papers have links; d2 shares one of its three papers with a1, less than the 12/9 expected
    assert rows.keys() == {"d1", "t1"}
    assert rows["d1"][:9] == ("a1", "name of a1", "d1", "name of d1", "Dataset", 3, 4, 3, round(12 / 9, 6))
    assert rows["d1"][9] == pytest.approx(llr(3, 4, 3, 9), abs=1e-6)
    assert rows["d1"][10] == pytest.approx(np.log((3 / 9) / (4 / 9 * 3 / 9)) / -np.log(3 / 9), abs=1e-6)


@pytest.mark.parametrize(("both", "a", "b", "papers"), [(3, 4, 3, 9), (1, 5, 7, 20), (10, 40, 12, 500), (0, 2, 2, 9)])
def test_llr_is_the_g_test(both: int, a: int, b: int, papers: int) -> None:
    table = np.array([[both, a - both], [b - both, papers - a - b + both]])
    assert llr(both, a, b, papers) == pytest.approx(chi2_contingency(table, correction=False, lambda_="log-likelihood").statistic)


def test_npmi_at_its_ends() -> None:
    assert npmi(0, 3, 3, 9) == -1 and npmi(3, 3, 3, 9) == pytest.approx(1) and npmi(1, 3, 3, 9) == pytest.approx(0)


def test_all_pairs_strongest_first(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of(PAPERS)
    table = related(graph).table
    assert [(r[0], r[2]) for r in table] == [("m1", "m2"), ("a1", "d1"), ("d1", "t1"), ("a1", "t1")]
    for measure in ("llr", "npmi", "together"):
        values = related(graph, by=measure, least=1).table.column(measure)
        assert values == sorted(values, reverse=True)


def test_type_least_and_top(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of(PAPERS)
    assert {r[4] for r in related(graph, "t1", type="Dataset", least=1).table} == {"Dataset"}
    assert [(r[0], r[2]) for r in related(graph, type="method").table] == [("m1", "m2")]
    assert len(related(graph, least=3).table) < len(related(graph, least=1).table)
    assert len(related(graph, top=1).table) == 1
    assert related(graph, top=1).notes[0].startswith(f"{len(related(graph).table):,} pairs share 2 or more of 9 papers")


def test_a_concept_goes_by_any_name(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of(PAPERS)
    assert related(graph, "Name-of A1").table.rows == related(graph, "a1").table.rows
    with pytest.raises(UsageError, match="no concept in the graph is called 'name of a7'; did you mean name of "):
        related(graph, "name of a7")


def test_wrong_options(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of(PAPERS)
    with pytest.raises(UsageError, match=r"by cannot be 'nmpi'; did you mean npmi\?"):
        related(graph, by="nmpi")
    with pytest.raises(UsageError, match="least must be above 0"):
        related(graph, least=0)


def test_nothing_linked(graph_of: Callable[..., Graph]) -> None:
    assert related(graph_of({"p1": ()})).table.rows == []
