"""Writing: same graph, same bytes; nothing that is not ours is replaced; what is wrong is said before anything is written."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exports import bundle
from kg.catalog import Catalog
from kg.errors import EnvironmentError_, GraphError, UsageError
from kg.graph import Graph, write_graph
from kg.model import Concept, ConceptType, Evidence, Finding, Mention, Paper, Reading, Relation
from kg.site import check, concepts, lists, papers, write


def digest(folder: Path) -> dict[str, str]:
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*") if p.is_file()}


def test_same_graph_same_bytes(awkward_graph: Graph, awkward_again: Callable[[], Graph], tmp_path: Path) -> None:
    write(awkward_graph, tmp_path / "one", url="https://example.org/")
    write(awkward_again(), tmp_path / "two", url="https://example.org/")
    assert digest(tmp_path / "one") == digest(tmp_path / "two")


def test_counts_are_those_of_the_files(tiny_graph: Graph, tmp_path: Path) -> None:
    written = write(tiny_graph, tmp_path / "site")
    assert written.counts["files"] == len(digest(tmp_path / "site"))
    assert written.counts["concept"] == tiny_graph.counts()["concepts"]
    assert written.counts["paper"] == tiny_graph.counts()["papers"]


def test_only_a_site_is_replaced_and_only_when_asked(tiny_graph: Graph, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.tex").write_text("do not lose this")
    for overwrite in (False, True):
        with pytest.raises(GraphError, match="holds other things than a site"):
            write(tiny_graph, mine, overwrite=overwrite)
    assert (mine / "thesis.tex").read_text() == "do not lose this"
    site = tmp_path / "site"
    write(tiny_graph, site)
    (site / "paper" / "old.html").write_text("of another graph")
    with pytest.raises(GraphError, match="--overwrite"):
        write(tiny_graph, site)
    assert (site / "paper" / "old.html").exists()
    write(tiny_graph, site, overwrite=True)
    assert not (site / "paper" / "old.html").exists()


def test_an_interrupted_run_leaves_what_was_there(tiny_graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tiny_graph, tmp_path / "site")
    before = digest(tmp_path / "site")

    def stop(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(papers, "write", stop)
    with pytest.raises(KeyboardInterrupt):
        write(tiny_graph, tmp_path / "site", overwrite=True)
    assert digest(tmp_path / "site") == before
    assert [p.name for p in tmp_path.iterdir()] == ["site"]


@pytest.mark.parametrize(
    "url", ["example.org", "ftp://example.org/", "https://example.org/?a=1", "https://example.org/#a", "javascript:alert(1)"]
)
def test_an_address_must_be_one(tiny_graph: Graph, tmp_path: Path, url: str) -> None:
    with pytest.raises(UsageError, match="web address"):
        write(tiny_graph, tmp_path / "site", url=url)
    assert list(tmp_path.iterdir()) == []


def test_top_and_scripts_are_checked_first(tiny_graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="top is 0"):
        check(tmp_path / "site", top=0)
    monkeypatch.setattr(bundle, "FOLDER", tmp_path / "nothing")
    with pytest.raises(EnvironmentError_, match=r"site\.js"):
        write(tiny_graph, tmp_path / "site")
    assert list(tmp_path.iterdir()) == []


def test_sitemap_and_missing_page_know_the_address(tiny_graph: Graph, tmp_path: Path) -> None:
    write(tiny_graph, tmp_path / "site", url="https://example.org/kg")
    listed = (tmp_path / "site" / "sitemap.xml").read_text().count("<loc>https://example.org/kg/")
    pages = [p for p in digest(tmp_path / "site") if p.endswith(".html") and p != "404.html"]
    # former ids lead to pages that are in it
    assert listed == len(pages) - len(tiny_graph.other_ids())
    assert 'href="/kg/"' in (tmp_path / "site" / "404.html").read_text()


def test_a_large_sitemap_is_an_index_of_parts(tiny_graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kg.site import start

    monkeypatch.setattr(start, "MOST", 50)
    write(tiny_graph, tmp_path / "site", url="https://example.org/")
    index = (tmp_path / "site" / "sitemap.xml").read_text()
    parts = list((tmp_path / "site").glob("sitemap-*.xml"))
    assert index.count("<sitemap>") == len(parts) > 1
    assert all(p.read_text().count("<url>") <= 50 for p in parts)


def test_without_an_address_there_is_no_sitemap(tiny_site: Any) -> None:
    assert not (tiny_site.folder / "sitemap.xml").exists()


def test_long_lists_are_cut_into_pages_without_loss(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(concepts, "PAPERS", 3)
    monkeypatch.setattr(lists, "ROWS", 2)
    catalog = Catalog([Concept("bert", ConceptType.ARCHITECTURE, "BERT")])
    found = []
    for n in range(8):
        paper = Paper(f"p:{n}", f"Paper {n}", "BERT.", year=2018 + n // 3, venue=f"Venue {n % 2}")
        evidence = Evidence(Mention("abstract", 0, 4, "BERT"), 0, 5)
        finding = Finding("BERT", (), (), ConceptType.ARCHITECTURE, (0.0, 0.0, 1.0, 0.0, 0.0), Relation.USES, 0.5, (evidence,), "bert")
        found.append((paper, Reading(paper.id, (finding,), ())))
    write(write_graph(tmp_path / "graph", found, catalog), tmp_path / "site")
    from lxml import html

    folder = tmp_path / "site"
    pages = ["bert.html", "bert.2.html", "bert.3.html"]
    rows = []
    for name in pages:
        page = html.document_fromstring((folder / "concept" / name).read_text())
        rows += page.xpath("//section[@id='papers']//a[@class='p']/text()")
        assert [a.split("#")[0] for a in page.xpath("//nav[@class='pager']//a/@href")]
    # newest first, each once
    assert rows == [f"Paper {n}" for n in (6, 7, 3, 4, 5, 0, 1, 2)]
    # a bar leads to where the papers of its year begin
    bars = html.document_fromstring((folder / "concept" / "bert.html").read_text()).xpath("//section[@id='use']//svg/a")
    assert [b.get("href") for b in bars] == ["bert.2.html#y2018", "bert.html#y2019", "bert.html#y2020"]
    assert bars[0].get("aria-label") == "2018: 3 of 3 papers, 100 %"
    years = [html.document_fromstring(p.read_text()).xpath("//a[@class='p']/text()") for p in folder.glob("papers/year-2018*.html")]
    assert sorted(t for own in years for t in own) == ["Paper 0", "Paper 1", "Paper 2"]


def test_a_graph_of_one_paper_that_names_nothing_has_a_site(tmp_path: Path) -> None:
    graph = write_graph(tmp_path / "graph", [(Paper("p:1", "Alone"), Reading("p:1", (), ()))], Catalog())
    written = write(graph, tmp_path / "site")
    assert written.counts["paper"] == 1
    assert "No concept was found in this paper." in next((tmp_path / "site" / "paper").glob("p-1_*.html")).read_text()


def test_progress_is_told(tiny_graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kg.site import pages

    monkeypatch.setattr(pages, "EVERY", 1)
    told: list[tuple[str, int, int | None]] = []
    write(tiny_graph, tmp_path / "site", progress=lambda *seen: told.append(seen))
    counts = tiny_graph.counts()
    assert ("concept pages", counts["concepts"], counts["concepts"]) in told
    assert ("paper pages", counts["papers"], counts["papers"]) in told


def test_pages_of_relations_are_as_long_as_their_sentences(tiny_graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from lxml import html

    write(tiny_graph, tmp_path / "one")
    whole = tmp_path / "one" / "concept" / "bert.html"
    wanted = html.document_fromstring(whole.read_text()).xpath("//section[@id='relations']//li[@class='use']")
    assert len(wanted) > 2
    monkeypatch.setattr(concepts, "FEW", 0)
    monkeypatch.setattr(concepts, "PLACES", 2)
    write(tiny_graph, tmp_path / "cut")
    found = []
    files = ["bert.relations.html", *(f"bert.relations.{n}.html" for n in range(2, 1 + (len(wanted) + 1) // 2))]
    for file in files:
        rows = html.document_fromstring((tmp_path / "cut" / "concept" / file).read_text()).xpath("//li[@class='use']")
        assert 1 <= len(rows) <= 2
        found += rows
    assert [r.text_content() for r in found] == [r.text_content() for r in wanted]
    assert not (tmp_path / "cut" / "concept" / f"bert.relations.{len(files) + 1}.html").exists()
