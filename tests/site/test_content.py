"""What stands on the pages is what the graph says, all of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kg.build import build
from kg.graph import Graph
from kg.model import Paper, Relation
from kg.site import write
from kg.site.names import safe_name
from kg.site.words import PAPER_WORDS


def test_every_concept_and_every_paper_has_its_page(tiny_site: Any, tiny_graph: Graph) -> None:
    for concept in tiny_graph.concepts():
        path = f"concept/{safe_name(concept.id)}.html"
        assert tiny_site.text(path, "//h1") == concept.label
        said = tiny_site.text(path)
        assert all(" ".join(name.split()) in said for name in concept.names)
    papers = list(tiny_graph.papers())
    for paper in papers:
        path = f"paper/{safe_name(paper.id)}.html"
        assert tiny_site.text(path, "//h1") == " ".join(paper.title.split())
        said = tiny_site.text(path)
        assert all(name in said for name in paper.authors)
        assert tiny_site.text(path, "//*[contains(@class, 'abstract')]") == " ".join(paper.abstract.split())
    pages = tiny_site.paths()
    assert sum(p.startswith("paper/") for p in pages) == len(papers)


def test_every_link_stands_on_both_its_pages(tiny_site: Any, tiny_graph: Graph) -> None:
    papers = {p.id: p for p in tiny_graph.papers()}
    links = list(tiny_graph.links())
    listed = 0
    for link in links:
        paper, path = papers[link.paper], f"concept/{safe_name(link.concept)}.html"
        uses = tiny_site.page(path).xpath("//section[@id='papers']//li[@class='use']")
        (use,) = [u for u in uses if u.xpath(".//a[@class='p']/@href") == [f"../paper/{safe_name(paper.id)}.html"]]
        said = " ".join(use.text_content().split())
        assert PAPER_WORDS[link.relation] in said
        assert f"{link.confidence:.2f}" in said
        assert link.variant in said
        marks = [m.text_content() for m in use.xpath(".//mark")]
        for evidence in link.evidence:
            sentence = paper.text(evidence.mention.field)[evidence.sentence_start : evidence.sentence_end]
            assert " ".join(sentence.split()) in said
            assert any(evidence.mention.text in mark for mark in marks)
        listed += 1
        own = tiny_site.page(f"paper/{safe_name(paper.id)}.html").xpath(f"//ul[@class='links']/li[a/@href='../{path}']")
        assert len(own) == 1 and f"{link.confidence:.2f}" in own[0].text_content()
    assert listed == tiny_graph.counts()["links"]


def test_runners_up_and_variants_are_told(tiny_site: Any, tiny_graph: Graph) -> None:
    (concept,) = [c for c in tiny_graph.concepts() if c.label == "Llamas"]
    for path in (
        f"concept/{safe_name(concept.id)}.html",
        "paper/title-sentiment-of-llamas_" + safe_name("title:sentiment-of-llamas")[-12:] + ".html",
    ):
        assert "What else it might have meant" in tiny_site.text(path)
        assert "score 0.20" in tiny_site.text(path)


def test_a_text_links_its_mentions_to_concepts(tiny_site: Any, tiny_graph: Graph) -> None:
    for paper in tiny_graph.papers():
        page = tiny_site.page(f"paper/{safe_name(paper.id)}.html")
        text = "".join(page.xpath("//*[contains(@class, 'abstract')]")[0].itertext()) if paper.abstract else ""
        # character by character what the graph has
        assert text == paper.abstract
        places = {
            (m.field, m.start, m.end): link.concept
            for link in tiny_graph.links()
            if link.paper == paper.id
            for m in (e.mention for e in link.evidence)
        }
        marked = "".join(a.text_content() for a in page.xpath("//a[contains(@class, 'm ')]"))
        covered = {(f, n) for f, start, end in places for n in range(start, end)}
        assert len(marked) == len(covered)


def test_the_start_counts_what_the_graph_counts(tiny_site: Any, tiny_graph: Graph) -> None:
    counts = tiny_graph.counts()
    facts = tiny_site.text("index.html", "//ul[@class='facts']")
    for key, words in (("papers", "papers"), ("concepts", "concepts"), ("links", "links"), ("concept_links.text", "relations")):
        assert f"{counts[key]} {words}" in facts
    bars = tiny_site.page("index.html").xpath("//svg[@aria-label='Papers a year']/a/@aria-label")
    assert bars == ["2021: 1 paper", "2022: 1 paper", "2023: 1 paper", "2024: 2 papers", "2025: 1 paper"]


def test_years_of_a_concept_are_shares_and_lead_to_its_papers(tiny_site: Any, tiny_graph: Graph) -> None:
    bars = tiny_site.page("concept/bert.html").xpath("//section[@id='use']//svg/a")
    # BERT is in papers of 2023 and of an unknown year alone, too few for a picture
    assert bars == []
    page = tiny_site.page("concept/transformer.html")
    years = [h.get("id") for h in page.xpath("//h3[@class='year']")]
    assert years == sorted(years, reverse=True)


def test_relations_stand_with_their_sentences(tiny_site: Any, tiny_graph: Graph) -> None:
    papers = {p.id: p for p in tiny_graph.papers()}
    seen = 0
    for relation in tiny_graph.concept_links():
        for end in (relation.head, relation.tail):
            said = tiny_site.text(f"concept/{safe_name(end)}.html", "//section[@id='relations']")
            if relation.paper:
                clause = papers[relation.paper].text("title" if relation.field == "title" else "abstract")[relation.start : relation.end]
                assert " ".join(clause.split()) in said
            else:
                assert "The catalog’s hierarchy says so." in said
        seen += 1
    assert seen == tiny_graph.counts()["concept_links"]


def test_lineage_tells_what_builds_on_what(tiny_site: Any) -> None:
    (tree,) = tiny_site.page("concept/prism-attention.html").xpath("//ul[@aria-label='What it builds on']")
    first = tree.xpath("./li")[0]
    assert first.xpath("./div/a/@href") == ["../concept/dropout.html"]
    assert "its base" in first.text_content()
    assert "Prism attention is based on dropout." in " ".join(first.text_content().split())
    (down,) = tiny_site.page("concept/dropout.html").xpath("//ul[@aria-label='What builds on it']")
    assert "based on it" in down.text_content()


def test_proposed_by_names_the_paper_with_its_sentence(tiny_site: Any) -> None:
    said = tiny_site.text("concept/prismnet.html", "//section[h2='Proposed by']")
    assert "PrismNet: A Sparse Transformer for Image Classification" in said
    assert "We propose PrismNet, a Transformer whose attention looks at few patches." in said


def test_datasets_of_a_method_are_those_its_papers_evaluate_on(tiny_site: Any, tiny_graph: Graph) -> None:
    expected = {
        other.concept
        for link in tiny_graph.links()
        if link.concept == "transformer" and link.relation in (Relation.PROPOSES, Relation.USES, Relation.ADDRESSES, Relation.COMPARES_WITH)
        for other in tiny_graph.links()
        if other.paper == link.paper and other.relation is Relation.EVALUATES_ON
    }
    links = tiny_site.page("concept/transformer.html").xpath("//section[h2='Evaluated on']//li/a/@href")
    assert {link.removeprefix("../concept/").removesuffix(".html") for link in links} == expected != set()


def test_heat_map_cells_lead_to_their_papers(tiny_site: Any, tiny_graph: Graph) -> None:
    names = {c.id: c for c in tiny_graph.concepts()}
    of: dict[str, set[str]] = {}
    for link in tiny_graph.links():
        of.setdefault(link.concept, set()).add(link.paper)
    table = tiny_site.page("heatmaps/task-dataset.html").xpath("//table[contains(@class, 'heat')]")[0]
    columns = table.xpath("./thead/tr/th//a/text()")
    cells = 0
    for row in table.xpath("./tbody/tr"):
        (task,) = row.xpath("./th//a/@href")
        task = task.removeprefix("../concept/").removesuffix(".html")
        assert len(row.xpath("./td")) == len(columns)
        for label, cell in zip(columns, row.xpath("./td"), strict=True):
            (dataset,) = [i for i, c in names.items() if c.label == label]
            both = of[task] & of[dataset]
            assert (cell.xpath("./a/text()") or ["0"])[0] == str(len(both))
            if both:
                (href,) = cell.xpath("./a/@href")
                path, _, anchor = href.partition("#")
                found = tiny_site.page(f"heatmaps/{path}").xpath("//section[@id=$id]//a[@class='p']/@href", id=anchor)
                assert sorted(found) == sorted(f"../paper/{safe_name(p)}.html" for p in both)
                cells += 1
    assert cells


def test_lists_have_every_concept_and_every_paper(tiny_site: Any, tiny_graph: Graph) -> None:
    concepts = {f"../concept/{safe_name(c.id)}.html" for c in tiny_graph.concepts()}
    for suffix in ("", "-name", "-first"):
        found: list[str] = []
        for type_ in ("task", "dataset", "architecture", "method", "metric"):
            found += tiny_site.page(f"concepts/{type_}{suffix}.html").xpath("//main//table//a/@href")
        assert sorted(found) == sorted(concepts)
    papers = {f"../paper/{safe_name(p.id)}.html" for p in tiny_graph.papers()}
    by_year = [
        h
        for path in tiny_site.paths()
        if path.startswith("papers/year-")
        for h in tiny_site.page(path).xpath("//main//a[@class='p']/@href")
    ]
    assert sorted(by_year) == sorted(papers)
    named = sorted((n, c.id) for c in tiny_graph.concepts() for n in dict.fromkeys(c.names))
    rows = [
        li for path in tiny_site.paths() if path.startswith("names/") for li in tiny_site.page(path).xpath("//ul[@class='names-list']/li")
    ]
    assert len(rows) == len(named)


def test_what_is_known_only_as_an_ancestor_says_so(tiny_site: Any, tiny_graph: Graph) -> None:
    counts = tiny_graph.paper_counts()
    alone = [c for c in tiny_graph.concepts() if not counts[c.id]]
    assert alone
    for concept in alone:
        assert "No paper of the graph is linked to this concept itself." in tiny_site.text(f"concept/{safe_name(concept.id)}.html")


def test_the_index_finds_every_name_and_every_title(tiny_site: Any, tiny_graph: Graph) -> None:
    def piece(name: str) -> Any:
        text = (tiny_site.folder / "search" / f"{name}.js").read_text(encoding="utf-8")
        head = f"paperkgPiece({json.dumps(name)},"
        assert text.startswith(head) and text.endswith(")\n")
        return json.loads(text[len(head) : -2])

    from kg.site.search import shard, shard_file, words

    about = piece("index")
    entries = piece("e-0")
    assert len(entries) == tiny_graph.counts()["concepts"] + tiny_graph.counts()["papers"]
    at = {(entry[0] == 5, entry[2]): n for n, entry in enumerate(entries)}
    things = [(False, c.id, c.names) for c in tiny_graph.concepts()] + [(True, p.id, (p.title,)) for p in tiny_graph.papers()]
    for is_paper, id_, names in things:
        number = at[is_paper, safe_name(id_)]
        for name in names:
            for word in words(name):
                assert shard(word) in about["shards"]
                steps = piece(shard_file(shard(word)))["words"][word]
                assert number in [sum(steps[: n + 1]) for n in range(len(steps))]
            if not is_paper and words(name):
                whole = " ".join(words(name))
                # in a piece that is loaded for its words
                assert number in piece(shard_file(shard(words(name)[0])))["names"][whole]
    # those with most papers first
    figures = [entry[3] for entry in entries if entry[0] != 5]
    assert figures == sorted(figures, reverse=True)


def test_parts_of_a_community_divide_its_concepts(tiny_graph: Graph, awkward_graph: Graph) -> None:
    from kg.site.communities import find
    from kg.site.corpus import Corpus

    several = 0
    for graph in (tiny_graph, awkward_graph):
        corpus = Corpus(graph)
        assert sum(1 for _ in corpus.lines()) == graph.counts()["links"]
        found, left = find(graph, corpus)
        for community in found:
            inside = [concept for _, own in community.parts for concept in own]
            assert sorted(inside) == sorted(community.members)
            several += len(community.parts) > 1
        members = [m for c in found for m in c.members]
        assert len(members) == len(set(members))
        assert len(members) + left == sum(1 for n in corpus.papers_of if n)
        papers = [p for c in found for p in c.papers]
        assert len(papers) == len(set(papers))
    assert several


def test_years_that_a_chart_leaves_out_are_told(tmp_path: Path, tiny_site: Any) -> None:
    tasks = ("machine translation", "parsing", "summarization", "question answering")
    papers = [
        Paper(f"p{n}", f"BERT for {task}", year=year) for n, (task, year) in enumerate(zip(tasks, (1850, 1990, 1991, 1992), strict=True))
    ]
    graph = build(out=tmp_path / "graph", papers=papers).graph
    assert graph is not None
    write(graph, tmp_path / "site")
    site = type(tiny_site)(tmp_path / "site")
    assert "1 earlier paper of years before these" in site.text("papers/index.html", "//figcaption")
    assert site.page("papers/index.html").xpath("//ul[@class='years']//a[.='1850']")
    assert "Years before these are in its list alone." in site.text("concept/bert.html", "//figcaption")
    assert "before these" not in tiny_site.text("papers/index.html") + tiny_site.text("concept/transformer.html")
