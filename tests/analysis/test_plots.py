"""Pictures of results: what they show, sound SVG, equal bytes, no time in them, and clear errors."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import matplotlib as mpl
import pytest

from kg.analysis import communities, compare, crosstab, lineage, rank, related, similar, trends
from kg.analysis.plots import DRAWN, Plot
from kg.analysis.plots.picture import ACCENT, INK, SOFT
from kg.analysis.result import Result
from kg.errors import EnvironmentError_, UsageError
from kg.graph import Graph
from kg.table import Table

SVG = "{http://www.w3.org/2000/svg}"
PAPERS = {f"p{n}": (("t1", "d1", "m1", "a1") if n % 3 else ("t2", "d2", "m2", "a2", "m3")) + (("d3",) if n > 6 else ()) for n in range(12)}
YEARS = {f"p{n}": 2010 + n // 2 for n in range(12)}


@pytest.fixture
def graph(graph_of: Callable[..., Graph]) -> Graph:
    return graph_of(PAPERS, years=YEARS, based_on=[("a1", "m1"), ("m2", "m3")])


def texts(plot: Plot) -> list[str]:
    """The words of the picture; fails where it is no XML."""
    return ["".join(t.itertext()) for t in ElementTree.fromstring(plot.svg()).iter(f"{SVG}text")]


def colors(plot: Plot) -> set[str]:
    return set(re.findall(r"fill: (#[0-9a-f]{6})", plot.svg()))


def results(graph: Graph) -> dict[str, Result]:
    return {
        "rank": rank(graph), "communities": communities(graph), "related": related(graph, alpha=1), "similar": similar(graph),
        "crosstab": crosstab(graph), "lineage": lineage(graph, "a1"), "trends": trends(graph, least=2, by="rises"),
    }  # fmt: skip


def test_every_picture_has_a_title_and_the_names_of_its_rows(graph: Graph) -> None:
    for name, result in results(graph).items():
        plot = result.plot()
        words = texts(plot)
        assert plot.title in words, name
        labels = [str(row.get("name") or row.get("row_name") or row.get("other_title") or "") for row in result.table.records()]
        assert any(label and label in word for label in labels for word in words), (name, words)


def test_equal_results_give_equal_bytes_without_time(graph: Graph, tmp_path: Path) -> None:
    for name, result in results(graph).items():
        one, other = result.plot(), result.plot()
        assert one.svg() == other.svg() == one.svg(), name
        assert not re.search(r"dc:date|20\d\d-\d\d-\d\dT", one.svg())
    for end in ("svg", "png", "pdf"):
        first = result.plot().save(tmp_path / f"1.{end}", dpi=50).read_bytes()
        assert first == result.plot().save(tmp_path / f"2.{end}", dpi=50).read_bytes(), end


def test_settings_of_the_session_change_nothing(graph: Graph) -> None:
    result = rank(graph)
    expected = result.plot().svg()
    with mpl.rc_context({"font.size": 30, "text.usetex": False, "axes.facecolor": "red", "svg.fonttype": "path", "svg.hashsalt": "x"}):
        assert result.plot().svg() == expected
        assert mpl.rcParams["font.size"] == 30


def test_bars_are_as_long_as_values_and_coloured_by_type(graph: Graph) -> None:
    result = rank(graph, top=4)
    axes = result.plot().figure.axes[0]
    assert [bar.get_width() for bar in axes.patches[:4]] == pytest.approx(result.table.column(result.table.columns[4]))
    assert len(colors(result.plot()) & {"#c1440e", "#008360", "#0068a8", "#b0558a"}) >= 2
    assert rank(graph, by="authority").plot().title == "Concepts by HITS authorities"
    few = rank(graph).plot(top=2)
    assert f"2 of {len(rank(graph).table)} rows" in texts(few) and few.title == "Concepts by PageRank"


def test_a_concept_that_was_asked_for_stands_in_the_title_alone(graph: Graph) -> None:
    plot = related(graph, "t1", alpha=1, by="npmi").plot()
    assert plot.title == "What occurs together, by normalised PMI: t1"
    assert "name of d1" in texts(plot) and not any("name of t1" in word for word in texts(plot))


def test_similar_papers_are_those_of_a_title(graph: Graph) -> None:
    plot = similar(graph, "p1").plot()
    assert plot.title == "Papers that share concepts: Paper p1" and "Paper p2" in texts(plot)
    assert any("Paper p1 — Paper" in word for word in texts(similar(graph).plot()))


def test_a_heat_map_writes_counts_into_its_cells(graph: Graph) -> None:
    result = crosstab(graph)
    plot = result.plot()
    assert sorted(w for w in texts(plot) if w.isdigit()) == sorted(str(n) for n in result.table.column("papers"))
    assert plot.svg().count(f"fill: {ACCENT}") == len(result.table)
    assert "1 of 3 columns" in " ".join(texts(result.plot(top=1)))
    assert crosstab(graph, "d1", rows="Method", columns="Task").plot().title == "Method × Task in papers on d1"


def test_trends_have_a_panel_for_each_concept_and_one_of_a_single_one(graph: Graph) -> None:
    result = trends(graph, least=2)
    figure = result.plot(top=2).figure
    assert [a.get_title(loc="left") for a in figure.axes if a.axison] == [row["name"] for row in result.table.records()[:2]]
    one = trends(graph, "d3")
    axes = one.plot().figure.axes[0]
    assert axes.lines[1].get_xdata().tolist() == one.table.column("year")
    assert axes.lines[1].get_ydata().tolist() == one.table.column("share")
    assert one.plot().title == "d3 over the years"


def test_what_changed_is_drawn_from_before_to_after_or_counted(graph_of: Callable[..., Graph]) -> None:
    papers = {f"p{n:02}": (("t1", "d1") if n < 30 else ("t1", "d2")) for n in range(60)}
    graph = graph_of(papers, years={p: 2010 if n < 30 else 2015 for n, p in enumerate(papers)}, name="years")
    result = compare(graph, years=("2010-2012", "2014-2016"))
    shares = result.tables["shares"].records()
    axes = result.plot().figure.axes[0]
    ends = {tuple(line.get_xdata()) for line in axes.lines if len(line.get_xdata()) == 2}
    assert shares and ends == {(row["share_before"], row["share_after"]) for row in shares} == {(0.0, 1.0), (1.0, 0.0)}
    assert "1 of 2 concepts" in " ".join(texts(result.plot(top=1)))
    other = graph_of({"p00": ("t1", "d1"), "p99": ("t1", "d3")}, name="other")
    counted = compare(graph_of({"p00": ("t1", "d1")}, name="one"), other)
    assert not counted.tables["shares"].rows
    plot = counted.plot()
    assert plot.title == "What changed" and "paper: came" in texts(plot)


def test_years_of_few_papers_are_left_out_and_counted(graph: Graph) -> None:
    points = [(2000 + n, 1, of, 0.1, 0.0, 0.2, 0.1, False) for n, of in enumerate((4, 3, 3, 90, 100))]
    result = replace(trends(graph, "d3"), table=Table(trends(graph, "d3").table.columns, points))
    plot = result.plot()
    assert plot.figure.axes[0].lines[1].get_xdata().tolist() == [2002, 2003, 2004]
    assert "years before 2002, with 7 of 200 papers, are not drawn" in texts(plot)


def test_lineage_stands_in_the_years_and_names_do_not_cover_each_other(graph: Graph) -> None:
    for result in (lineage(graph, "a1"), lineage(graph)):
        axes = result.plot().figure.axes[0]
        dots = {tuple(float(v[0]) for v in line.get_data()) for line in axes.lines}
        assert len(dots) == len(axes.lines) >= 2
        assert {x for x, _ in dots} <= set(map(float, YEARS.values()))
    names = [t.get_text() for t in lineage(graph, "a1").plot().figure.axes[0].texts]
    assert sorted(names) == sorted({"name of a1", *(row["name"] for row in lineage(graph, "a1").table.records())})


def test_names_are_neither_formulas_nor_markup(graph: Graph) -> None:
    hostile = "$\\frac{a}{b}$ </svg><script>alert(1)</script> & 模型 😀"
    table = Table(("concept", "name", "type", "pagerank"), [("x", hostile, "Task", 0.5), ("y", "$x", "Nothing", 0.25)])
    plot = replace(rank(graph), table=table).plot()
    assert any("</svg><script>alert(1)" in word for word in texts(plot)) and any("$\\frac{a}{b}$" in word for word in texts(plot))
    assert "<script" not in plot.svg() and "<script" not in plot._repr_html_()
    plot = replace(rank(graph), table=table).plot(title=hostile)
    assert 'aria-label="$\\frac{a}{b}$ &lt;/svg&gt;' in plot._repr_html_()


def test_a_notebook_shows_it_in_its_own_colours(graph: Graph) -> None:
    for name, result in results(graph).items():
        html = result.plot()._repr_html_()
        assert html.startswith('<div role="img" aria-label="') and html.count("<svg") == 1
        assert INK not in html and SOFT not in html and "currentColor" in html, name
        assert "<style" not in html and "<?xml" not in html and "<metadata" not in html
        # no ground of its own
        assert "fill: #ffffff" not in html.split("axes_1")[0]
        ElementTree.fromstring(html[html.index("<svg") : html.rindex("</div>")])
        assert INK in result.plot().svg() and "fill: #ffffff" in result.plot().svg()
    assert repr(rank(graph).plot()).startswith("<Plot 'Concepts by PageRank'")


def test_saving_is_as_careful_as_everywhere(graph: Graph, tmp_path: Path) -> None:
    plot = rank(graph).plot()
    path = plot.save(tmp_path / "x.svg")
    assert path.read_text(encoding="utf-8") == plot.svg()
    with pytest.raises(UsageError, match="exists already"):
        plot.save(path)
    with pytest.raises(UsageError, match=r"no picture format '.gif'; known: .pdf, .png, .svg"):
        plot.save(tmp_path / "x.gif")
    assert plot.save(tmp_path / "x.png", dpi=50).read_bytes()[:4] == b"\x89PNG"


def test_what_cannot_be_drawn_is_said(graph: Graph) -> None:
    result = rank(graph)
    with pytest.raises(UsageError, match="there is nothing to draw: the table of rank is empty"):
        replace(result, table=Table(result.table.columns, [])).plot()
    with pytest.raises(UsageError, match="there is no picture of other; there are some of rank, communities"):
        replace(result, name="other").plot()
    with pytest.raises(UsageError, match="top is 0"):
        result.plot(top=0)
    with pytest.raises(UsageError, match="width is 1"):
        result.plot(width=1)
    with pytest.raises(UsageError, match="no column of numbers in the table of rank"):
        replace(result, table=Table(("concept",), [("x",)])).plot()
    undated = lineage(graph, "a1")
    rows = [tuple(None if c == "first" else v for c, v in zip(undated.table.columns, row, strict=True)) for row in undated.table]
    itself = {"concept": Table(("concept", "name", "type", "first"), [("a1", "a1", "Architecture", None)])}
    with pytest.raises(UsageError, match="no concept of the lineage is in a paper with a year"):
        replace(undated, table=Table(undated.table.columns, rows), tables=itself).plot()


def test_without_matplotlib_the_error_names_the_extra(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    result = rank(graph)
    for name in [n for n in sys.modules if n.split(".")[0] == "matplotlib"]:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(EnvironmentError_, match=r'this needs matplotlib .*pip install "paperkg\[plot\]"'):
        result.plot()


def test_all_analyses_that_have_a_picture_are_analyses() -> None:
    from kg.analysis import VERBS

    assert set(VERBS) <= set(DRAWN)
