"""The graph in memory, and its card for notebooks."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser

from kg.graph import Graph
from kg.shapes import card


def test_nodes_are_papers_and_concepts(tiny_graph: Graph) -> None:
    made = tiny_graph.to_networkx()
    kinds = Counter(data["kind"] for _, data in made.nodes(data=True))
    assert kinds == {"paper": 8, "concept": tiny_graph.counts()["concepts"]}
    paper = made.nodes["paper:doi:10.1000/tiny.4"]
    assert (paper["label"], paper["year"], paper["authors"]) == (
        "Translation with <b>bold</b> Transformers",
        2022,
        ["Zoë Łukasz", "Ada Müller"],
    )
    llm = made.nodes["concept:large-language-model"]
    assert (llm["type"], llm["known"], llm["papers"], llm["acronyms"]) == ("Architecture", False, 3, ["LLM"])


def test_links_carry_relation_and_sentences(tiny_graph: Graph) -> None:
    made = tiny_graph.to_networkx()
    edge = made.edges["paper:arxiv:2402.00002", "concept:llama", "uses"]
    assert (edge["kind"], edge["variant"], edge["confidence"]) == ("link", "2 13B", 0.93)
    assert edge["sentences"] == ["Low-rank adaptation (LoRA) of Llama 2 13B keeps its quality on SST-2."]
    links = [1 for _, _, data in made.edges(data=True) if data["kind"] == "link"]
    assert len(links) == tiny_graph.counts()["links"]
    assert all(data["sentences"] for _, _, data in made.edges(data=True) if data["kind"] == "link")


def test_relations_of_concepts_tell_text_from_catalog(tiny_graph: Graph) -> None:
    made = tiny_graph.to_networkx()
    (text,) = made["concept:prism-attention"]["concept:dropout"].values()
    assert (text["relation"], text["catalog"], text["paper"]) == ("basedOn", False, "title:prism-attention-revisited")
    assert text["sentence"] == "Prism attention is based on dropout"
    known = made.edges["concept:bert", "concept:transformer", "kindOf"]
    assert (known["catalog"], known["paper"], known["sentence"], known["confidence"]) == (True, "", "", 1.0)


def test_relations_of_several_places_stay_apart(awkward_graph: Graph) -> None:
    made = awkward_graph.to_networkx()
    said = [(r.head, r.relation.value, r.tail, r.paper, r.field, r.start, r.end) for r in awkward_graph.concept_links()]
    assert len({key[:3] for key in said}) < len(said)
    edges = [
        (u.removeprefix("concept:"), d["relation"], v.removeprefix("concept:"), d["paper"], d["field"], d["start"], d["end"])
        for u, v, d in made.edges(data=True)
        if d["kind"] == "relation"
    ]
    assert sorted(edges) == sorted(said)


def test_networkx_can_work_with_it(tiny_graph: Graph) -> None:
    import networkx as nx

    made = tiny_graph.to_networkx()
    assert set(nx.descendants(made, "concept:bert")) == {
        "concept:transformer",
        "concept:neural-network",
        "concept:machine-translation",
        "concept:bleu",
    }
    ranks = nx.pagerank(nx.DiGraph(made))
    assert abs(sum(ranks.values()) - 1) < 1e-6


def test_the_card_is_sound_html(tiny_graph: Graph) -> None:
    class Balance(HTMLParser):
        open_tags: list[str] = []  # noqa: RUF012

        def handle_starttag(self, tag: str, attrs: object) -> None:
            if tag != "br":
                self.open_tags.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert self.open_tags.pop() == tag

    html = card(tiny_graph)
    parser = Balance()
    parser.feed(html)
    assert parser.open_tags == []
    assert "8 papers" in html
    assert "large language model&nbsp;" in html and "(3)" in html
    assert "script" not in html
    assert tiny_graph._repr_html_() == html
    assert repr(tiny_graph) == "<Graph 'graph': 8 papers, 22 concepts, 32 links>"
