"""Sites without pages of rare concepts, and pages of ids that concepts had before."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kg.errors import UsageError
from kg.graph import Graph
from kg.site import check, write
from kg.site.names import safe_name


def test_concepts_of_few_papers_have_no_page_and_are_said(small_site: Any, tiny_graph: Graph) -> None:
    counts = tiny_graph.paper_counts()
    many = {i for i, n in counts.items() if n >= 2}
    assert many and len(many) < len(counts)
    pages = {p for p in small_site.paths() if p.startswith("concept/") and p.count(".") == 1}
    assert pages == {f"concept/{safe_name(i)}.html" for i in many}
    left = f"{len(counts) - len(many)} concepts of fewer than 2 papers have no page and stand in no list"
    for path in ("index.html", "concepts/index.html", "concepts/method.html", "names/index.html"):
        assert left in small_site.text(path), path
    listed = {
        a
        for t in ("task", "dataset", "architecture", "method", "metric")
        for a in small_site.page(f"concepts/{t}.html").xpath("//td/a/@href")
    }
    assert listed == {f"../{p}" for p in pages}


def test_names_of_what_has_no_page_are_text(small_site: Any, tiny_site: Any, tiny_graph: Graph) -> None:
    counts = tiny_graph.paper_counts()
    rare = next(c for c in tiny_graph.concepts() if counts[c.id] == 1)
    link = next(link for link in tiny_graph.links() if link.concept == rare.id)
    path = f"paper/{safe_name(link.paper)}.html"
    assert rare.label in [e.text_content() for e in small_site.page(path).xpath("//span[@class='c']")]
    # a mention leads to what the page itself says of it
    hrefs = small_site.page(path).xpath("//a[starts-with(@class, 'm ')]/@href")
    assert any(h.startswith("#k") for h in hrefs) and all(h.startswith(("#k", "../concept/")) for h in hrefs)
    assert not tiny_site.page(path).xpath("//span[@class='c']")
    # all is said on the pages of papers, as ever
    assert small_site.text(path) == tiny_site.text(path)


def test_the_search_leads_to_the_paper(small_site: Any, tiny_graph: Graph) -> None:
    text = (small_site.folder / "search" / "e-0.js").read_text(encoding="utf-8")
    entries = json.loads(text.partition(",")[2][:-2])
    counts, papers = tiny_graph.paper_counts(), {}
    for link in tiny_graph.links():
        papers.setdefault(link.concept, set()).add(f"paper/{safe_name(link.paper)}")
    by_label = {e[1]: e for e in entries if e[0] != 5}
    for concept in tiny_graph.concepts():
        if counts[concept.id] == 1:
            assert by_label[concept.label][2] in papers[concept.id]
            assert (small_site.folder / f"{by_label[concept.label][2]}.html").is_file()
        elif not counts[concept.id]:
            assert concept.label not in by_label
        else:
            assert by_label[concept.label][2] == safe_name(concept.id)


def test_what_is_left_out_is_a_note_and_a_wrong_number_an_error(tiny_graph: Graph, tmp_path: Path) -> None:
    written = write(tiny_graph, tmp_path / "site", least=1_000)
    total = tiny_graph.counts()["concepts"]
    assert written.notes[-1] == f"{total} concepts of fewer than 1,000 papers without a page"
    assert "concept" not in written.counts and written.counts["paper"] == tiny_graph.counts()["papers"]
    with pytest.raises(UsageError, match="least is -1"):
        check(tmp_path / "other", least=-1)


def test_former_ids_lead_to_the_concept(tiny_site: Any, small_site: Any, tiny_graph: Graph) -> None:
    others, counts = tiny_graph.other_ids(), tiny_graph.paper_counts()
    assert others
    assert tiny_site.former() == sorted(f"concept/{safe_name(other)}.html" for other in others)
    for other, owner in others.items():
        page = tiny_site.page(f"concept/{safe_name(other)}.html")
        target = f"{safe_name(owner)}.html"
        assert page.xpath("//meta[@http-equiv='refresh']/@content") == [f"0; url={target}"]
        assert page.xpath("//a/@href") == page.xpath("//link[@rel='canonical']/@href") == [target]
        assert page.xpath("//a")[0].text_content() == tiny_graph.concept(owner).label
        assert (tiny_site.folder / "concept" / target).is_file()
    assert small_site.former() == sorted(f"concept/{safe_name(o)}.html" for o, owner in others.items() if counts[owner] >= 2)
