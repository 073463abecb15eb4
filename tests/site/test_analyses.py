"""What the pages make of the analyses, on a graph whose answers are known: a method that displaces another on one of two tasks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from kg.analysis import communities, predict, rank
from kg.catalog import Catalog
from kg.graph import Graph, write_graph
from kg.model import Concept, ConceptType, Evidence, Finding, Mention, Paper, Reading, Relation
from kg.site import write

OF = {"parsing": ConceptType.TASK, "tagging": ConceptType.TASK, "grammar": ConceptType.METHOD, "network": ConceptType.METHOD}
YEARS, EACH = range(2015, 2021), 20


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """In each year half of the papers are on parsing, the others on tagging. Parsing is always done by grammars. Tagging comes to be done
    by networks: in none of the papers of the first year, in all of those of the last."""
    found = []
    for year in YEARS:
        for n in range(EACH):
            parsing = n < EACH // 2
            new = not parsing and n - EACH // 2 < (year - YEARS[0]) * 2
            names = ["parsing" if parsing else "tagging", *(["grammar"] if parsing else ["network"] if new else [])]
            text = " ".join(names)
            findings = []
            for name in names:
                start = text.index(name)
                evidence = Evidence(Mention("abstract", start, start + len(name), name), 0, len(text))
                findings.append(Finding(name, (), (), OF[name], (0.2,) * 5, Relation.USES, 0.9, (evidence,), name))
            paper = Paper(f"p:{year}-{n:02}", f"Paper {n} of {year}", text, year=year)
            found.append((paper, Reading(paper.id, tuple(findings), ())))
    catalog = Catalog([Concept(name, type_, name) for name, type_ in OF.items()])
    return write_graph(tmp_path_factory.mktemp("known") / "graph", found, catalog)


@pytest.fixture(scope="module")
def folder(graph: Graph, tmp_path_factory: pytest.TempPathFactory, write_site: Callable[[Graph, Path], Path]) -> Path:
    return write_site(graph, tmp_path_factory.mktemp("known site") / "site")


def page(folder: Path, path: str) -> Any:
    return html.document_fromstring((folder / path).read_text(encoding="utf-8"))


def test_what_rises_is_on_the_page_of_trends_and_on_its_own(folder: Path) -> None:
    rising = page(folder, "trends/index.html").xpath("//section[h2='Rising']//tbody/tr")
    assert [row.xpath("./td[1]/a")[0].text_content() for row in rising] == ["network"]
    # 0 of 20 papers in the first year, 10 of 20 in the last, both smoothed with the year beside
    assert rising[0].xpath("string(./td[@class='share'])").endswith("%")
    assert page(folder, "trends/task.html").xpath("//section[h2='Rising']//tbody/tr") == []
    said = page(folder, "concept/network.html").xpath("string(//section[@id='use']/p)")
    assert said == "Its share rises over 2015 to 2020."
    assert "Rising" in page(folder, "index.html").xpath("//h2/a/text()")


def test_bars_are_shares_of_the_papers_of_each_year(folder: Path) -> None:
    bars = page(folder, "concept/network.html").xpath("//section[@id='use']//svg/a/@aria-label")
    assert bars[-1] == "2020: 10 of 20 papers, 50 %"
    assert bars[0] == "2016: 2 of 20 papers, 10 %"
    constant = page(folder, "concept/parsing.html").xpath("//section[@id='use']//svg/a/@aria-label")
    assert {label.split(": ")[1] for label in constant} == {"10 of 20 papers, 50 %"}


def test_an_empty_cell_where_chance_would_give_papers_is_told(folder: Path) -> None:
    heat = page(folder, "heatmaps/task-method.html")
    gaps = heat.xpath("//td[@class='gap']")
    # 60 papers on parsing, 30 with networks, of 120: 15 by chance, none found; and 60 on tagging, 60 with grammars: 30
    assert sorted(" ".join(g.text_content().split()) for g in gaps) == ["none, 15.0 by chance", "none, 30.0 by chance"]
    listed = [" ".join(li.text_content().split()) for li in heat.xpath("//section[h2='Empty cells that tell something']//li")]
    assert listed == ["tagging without grammar 30.0 papers by chance", "parsing without network 15.0 papers by chance"]


def test_related_concepts_say_why(folder: Path) -> None:
    related = page(folder, "concept/network.html").xpath("//section[h2='Related']/ul/li")
    (said,) = [" ".join(li.text_content().split()) for li in related]
    assert said.startswith("tagging 30 papers name both")
    assert "By chance it would be 15.0;" in said
    assert "and 27 more" in said


def test_communities_divide_what_never_meets(folder: Path) -> None:
    # two pairs of concepts are too small for a page each, and that is said
    assert "4 concepts are in no community of 3 concepts or more." in page(folder, "communities/index.html").text_content()


def test_what_analyses_found_is_on_the_pages_and_in_the_explorer(tiny_graph: Graph, tmp_path: Path) -> None:
    ranks, groups = rank(tiny_graph, by=("pagerank", "hub")), communities(tiny_graph)
    write(tiny_graph, tmp_path / "site", properties=[ranks.save(tmp_path / "ranks.json"), groups])
    page = html.document_fromstring((tmp_path / "site" / "concept" / "bert.html").read_text("utf-8"))
    found = dict(zip(*([e.text_content() for e in page.xpath(f"//dl[@class='values']//{tag}")] for tag in ("dt", "dd")), strict=True))
    assert float(found["PageRank"]) == pytest.approx(ranks.properties.concepts["bert"]["pagerank"], rel=1e-2)
    assert found["Community (analysis)"] == groups.properties.concepts["bert"]["community_name"]
    assert '"pagerank"' in (tmp_path / "site" / "explorer.html").read_text("utf-8")
    with_hub = [p for p in (tmp_path / "site" / "paper").iterdir() if "Hub (HITS)" in p.read_text("utf-8")]
    assert len(with_hub) == len(ranks.properties.papers)


@pytest.fixture(scope="module")
def tested(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """Of papers on parsing, 12 are tested on a treebank and measured by F1, one on a corpus of news, and nine say nothing of
    it; 20 are on tagging."""
    types = {
        "parsing": ConceptType.TASK,
        "tagging": ConceptType.TASK,
        "treebank": ConceptType.DATASET,
        "news": ConceptType.DATASET,
        "f1": ConceptType.METRIC,
    }
    said = {"treebank": Relation.EVALUATES_ON, "news": Relation.EVALUATES_ON, "f1": Relation.MEASURES}
    texts = [*["parsing treebank f1"] * 12, "parsing news f1", *["parsing"] * 9, *["tagging"] * 20]
    found = []
    for n, text in enumerate(texts):
        findings = []
        for name in text.split():
            start = text.index(name)
            evidence = Evidence(Mention("abstract", start, start + len(name), name), 0, len(text))
            findings.append(Finding(name, (), (), types[name], (0.2,) * 5, said.get(name, Relation.ADDRESSES), 0.9, (evidence,), name))
        paper = Paper(f"p:{n:02}", f"Paper {n}", text, year=2015 + n % 3)
        found.append((paper, Reading(paper.id, tuple(findings), ())))
    return write_graph(
        tmp_path_factory.mktemp("tested") / "graph", found, Catalog([Concept(name, type_, name) for name, type_ in types.items()])
    )


def test_a_task_says_what_is_usual_and_who_leaves_it_out(tested: Graph, tmp_path: Path, write_site: Callable[[Graph, Path], Path]) -> None:
    folder = write_site(tested, tmp_path / "site")
    main = page(folder, "concept/parsing.html").xpath("//section[@id='untested']")[0]
    dataset, metric = main.xpath("./ul/li")
    said = " ".join(dataset.text_content().split())
    table = predict(tested, "parsing", what="untested", top=None)
    assert table.tables["usual"].column("dataset") == ["treebank"]
    row = dict(zip(table.tables["usual"].columns, table.tables["usual"].rows[0], strict=True))
    assert said.startswith("treebank 12 of the papers on this task name it, 92 % of those that name any dataset.")
    assert f"By chance it would be {row['expected']:.1f}; log-likelihood ratio {row['llr']:.1f}." in said
    assert f"{len(table.table)} papers since its first use do not name it" in said and len(table.table) == 10
    # what names another dataset comes first, and what is cut is said
    rows = dataset.xpath(".//ul/li")
    assert len(rows) == 8
    assert "Paper 12" in rows[0].text_content() and "names news" in " ".join(rows[0].text_content().split())
    assert all("names no dataset" in r.text_content() for r in rows[1:])
    assert 'kg analyze GRAPH predict "parsing" --what untested --type Dataset --top 0' in said and "8 of 10" in said
    assert "9 of them name no dataset at all" in said
    metrics = predict(tested, "parsing", what="untested", type="Metric", top=None)
    assert (
        f"{len(metrics.table)} papers since its first use do not name it" in " ".join(metric.text_content().split())
        and len(metrics.table) == 9
    )
    assert not page(folder, "concept/tagging.html").xpath("//section[@id='untested']")
