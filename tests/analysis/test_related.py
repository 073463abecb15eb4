from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2, chi2_contingency, false_discovery_control

from kg.analysis import related
from kg.analysis.arrays import arrays
from kg.analysis.association import adjusted, llr, npmi, p_value
from kg.analysis.related import associations, sharing
from kg.errors import UsageError
from kg.graph import Graph

PAPERS = {
    "p1": ("a1", "d1", "t1"), "p2": ("a1", "d1", "t1"), "p3": ("a1", "d1", "t1"), "p4": ("d2", "t1"), "p5": ("d2", "t1"),
    "p6": ("a1", "d2"), "p7": ("m1", "m2"), "p8": ("m1", "m2"), "p9": ("t1",), "p0": (),
}  # fmt: skip


def test_counts_and_measures(graph_of: Callable[..., Graph]) -> None:
    table = related(graph_of(PAPERS), "a1", least=1, alpha=1).table
    assert table.columns[5:] == ("together", "papers", "other_papers", "expected", "lift", "llr", "p", "q", "npmi")
    rows = {r[2]: r for r in table}
    # nine papers have links; d2 shares one of its three papers with a1, less than the 12/9 expected
    assert rows.keys() == {"d1", "t1"}
    assert rows["d1"][:9] == ("a1", "name of a1", "d1", "name of d1", "Dataset", 3, 4, 3, round(12 / 9, 6))
    assert rows["d1"][9] == round(3 / (12 / 9), 6)
    assert rows["d1"][10] == pytest.approx(float(llr(3, 4, 3, 9)), abs=1e-6)
    assert rows["d1"][13] == pytest.approx(np.log((3 / 9) / (4 / 9 * 3 / 9)) / -np.log(3 / 9), abs=1e-6)


@pytest.mark.parametrize(("both", "a", "b", "papers"), [(3, 4, 3, 9), (1, 5, 7, 20), (10, 40, 12, 500), (0, 2, 2, 9)])
def test_llr_is_the_g_test(both: int, a: int, b: int, papers: int) -> None:
    table = np.array([[both, a - both], [b - both, papers - a - b + both]])
    assert llr(both, a, b, papers) == pytest.approx(chi2_contingency(table, correction=False, lambda_="log-likelihood").statistic)


def test_npmi_at_its_ends() -> None:
    assert npmi(0, 3, 3, 9) == -1 and npmi(3, 3, 3, 9) == pytest.approx(1) and npmi(1, 3, 3, 9) == pytest.approx(0)


def test_dunnings_example() -> None:
    # the first row of his table 1: of 31,777 bigrams, "the" before "swiss" 110 times
    assert float(llr(110, 2552, 221, 31_777)) == pytest.approx(270.72, abs=0.005)


def test_boumas_bounds() -> None:
    both = np.array([1.0, 2.0, 5.0, 10.0])
    assert npmi(both, both, both, 100) == pytest.approx(np.ones(4))
    assert npmi(both, both, 10 * both, 100) == pytest.approx(np.log(10 / both) / np.log(100 / both))


def test_p_values_are_one_sided() -> None:
    ratio = np.array([0.5, 3.84, 10.83, 200.0])
    assert p_value(ratio) == pytest.approx(chi2.sf(ratio, 1) / 2)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_benjamini_and_hochberg_is_scipy(p: list[float]) -> None:
    assert adjusted(np.array(p), len(p), "bh") == pytest.approx(false_discovery_control(p, method="bh"))
    assert adjusted(np.array(p), len(p), "bonferroni") == pytest.approx(np.minimum(1, np.array(p) * len(p)))
    # the smallest ones alone, told how many there were, get what they get among all
    least = np.sort(p)[: (len(p) + 1) // 2]
    rest = adjusted(np.array(p), len(p), "bh")[np.argsort(p, kind="stable")][: len(least)]
    assert np.all(adjusted(least, len(p), "bh") >= rest - 1e-12)


def test_all_pairs_strongest_first(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of(PAPERS)
    table = related(graph, alpha=1).table
    assert [(r[0], r[2]) for r in table] == [("m1", "m2"), ("a1", "d1"), ("d1", "t1"), ("a1", "t1")]
    for measure in ("llr", "npmi", "lift", "together"):
        values = related(graph, by=measure, least=1, alpha=1).table.column(measure)
        assert len(values) > 3 and values == sorted(values, reverse=True)


def test_only_what_is_significant(graph_of: Callable[..., Graph]) -> None:
    papers = (
        {f"p{n}": ("a1", "d1") for n in range(8)} | {f"q{n}": ("a2", "d2", *(("a1",) if n < 3 else ())) for n in range(9)} | {"r": ("m1",)}
    )
    graph = graph_of(papers)
    pairs = {(r[0], r[2]): r for r in related(graph, alpha=1, least=2).table}
    assert set(pairs) == {("a1", "d1"), ("a2", "d2")}
    # of five concepts four have two papers or more: six pairs
    assert related(graph).notes[0].endswith("(Benjamini-Hochberg, 6 pairs tested)")
    p = sorted(r[11] for r in pairs.values())
    assert sorted(r[12] for r in pairs.values()) == pytest.approx([min(p[0] * 6, p[1] * 3), p[1] * 3], rel=1e-5)
    strict = related(graph, correction="bonferroni", alpha=p[1] * 5)
    assert [(r[0], r[2]) for r in strict.table] == [("a2", "d2")] and "1 of them are significant" in strict.notes[0]
    assert strict.table.column("q") == pytest.approx([p[0] * 6], rel=1e-5)
    assert len(related(graph, correction="none", alpha=p[1] * 1.01).table) == 2
    none = related(graph, alpha=1e-12)
    assert none.table.rows == [] and none.notes[-1] == "--alpha 1 (alpha=1) lists the others too"


def test_a_concept_alone_has_fewer_tests(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of(PAPERS)
    # d1, d2, m1, m2 and t1 have two papers or more, beside a1 itself
    (said,) = related(graph, "a1", alpha=1).notes
    assert said.startswith("2 pairs share 2 or more of 9 papers, and more than expected by chance; ")
    assert said.endswith("2 of them are significant at 1 (Benjamini-Hochberg, 5 pairs tested)")


def test_why_has_the_papers_and_their_sentences(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of(PAPERS, years={"p2": 2020})
    result = related(graph, "m1", alpha=1, why=1)
    assert result.tables["why"].rows == [("m1", "m2", "p7", "Paper p7", None, "m1 m2", "m1 m2")]
    assert result.tables["why"].notes == ("at most 1 papers a pair; --why N (why=N) gives more",)
    every = related(graph, "a1", alpha=1, why=9).tables["why"]
    # as sure as each other: the latest first, then by id
    assert [r[2] for r in every if r[1] == "d1"] == ["p2", "p1", "p3"] and every.notes == ()
    assert related(graph, alpha=1, why=0).tables["why"].rows == []


def test_type_least_and_top(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of(PAPERS)
    assert {r[4] for r in related(graph, "t1", type="Dataset", least=1, alpha=1).table} == {"Dataset"}
    assert [(r[0], r[2]) for r in related(graph, type="method", alpha=1).table] == [("m1", "m2")]
    assert len(related(graph, least=3, alpha=1).table) < len(related(graph, least=1, alpha=1).table)
    assert len(related(graph, top=1, alpha=1).table) == 1
    assert related(graph, top=1, alpha=1).table.cut and not related(graph, top=4, alpha=1).table.cut
    assert related(graph, top=1, alpha=1).notes[0].startswith("4 pairs share 2 or more of 9 papers")


def test_a_concept_goes_by_any_name(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of(PAPERS)
    assert related(graph, "Name-of A1", alpha=1).table.rows == related(graph, "a1", alpha=1).table.rows
    with pytest.raises(UsageError, match="no concept in the graph is called 'name of a7'; did you mean name of "):
        related(graph, "name of a7")


def test_one_concept_gives_the_rows_that_all_give(graph_of: Callable[..., Graph]) -> None:
    made = arrays(graph_of(PAPERS))
    every = np.ones(len(made.concepts), dtype=bool)
    whole = associations(made, None, every, 1, "none")
    for asked in range(len(made.concepts)):
        own = associations(made, asked, every, 1, "none")
        mine = (whole.one == asked) | (whole.other == asked)
        assert sorted(own.llr.tolist()) == pytest.approx(sorted(whole.llr[mine].tolist()))
        assert set(own.other.tolist()) == set(np.where(whole.one == asked, whole.other, whole.one)[mine].tolist())
        for other, both in zip(own.other.tolist(), own.both.tolist(), strict=True):
            assert len(sharing(made, asked, other)) == both


def test_the_order_of_papers_changes_nothing(graph_of: Callable[..., Graph]) -> None:
    turned = dict(reversed(PAPERS.items()))
    assert related(graph_of(PAPERS, name="a"), alpha=1).to_json() == related(graph_of(turned, name="b"), alpha=1).to_json()


def test_wrong_options(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of(PAPERS)
    with pytest.raises(UsageError, match=r"by cannot be 'nmpi'; did you mean npmi\?"):
        related(graph, by="nmpi")
    with pytest.raises(UsageError, match="alpha must be above 0 and at most 1, found 0"):
        related(graph, alpha=0)
    with pytest.raises(UsageError, match="least must be above 0"):
        related(graph, least=0)


def test_nothing_linked(graph_of: Callable[..., Graph]) -> None:
    assert related(graph_of({"p1": ()})).table.rows == []
