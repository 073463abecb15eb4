"""Records, graphs and tables in notebooks: sound, escaped HTML without scripts and fixed colours, and a text beside it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from IPython.lib.pretty import pretty

from kg.cards import ITEMS, TEXT, addresses, marked, web
from kg.errors import GraphError, UsageError
from kg.graph import Graph
from kg.model import Concept, ConceptLink, ConceptType, Link, Paper
from kg.shown import PAPERS, SENTENCES
from kg.table import SHOWN, WIDE, Table

HOSTILE = "</script><img src=x onerror=alert(1)>\" onmouseover='alert(2)' & “x”"


class Checked(HTMLParser):
    """Fails on what no card may have, and on tags that do not close."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.marks: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in {"script", "style", "link", "img", "iframe", "object"}
        self.open.append(tag)
        for name, value in attrs:
            assert not name.startswith("on"), (tag, name)
            if name == "href":
                self.links.append(value or "")
            # grounds and texts take on the notebook's colours; only see-through ones and the dots of types are set
            if name == "style":
                for key, color in re.findall(r"(color|background):([^;]+)", value or ""):
                    assert (key == "color" and color == "inherit") or color.startswith("rgba(") or "border-radius:50%" in (value or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.open and self.open[-1] == "mark":
            self.marks.append(data)


def card(thing: Any) -> Checked:
    return Checked(thing._repr_html_())


def first(graph: Graph, paper: str, concept: str) -> Link:
    return next(graph.links(paper=paper, concept=concept))


def test_a_paper_shows_title_year_addresses_and_text(tiny_graph: Graph) -> None:
    paper = tiny_graph.paper("arxiv:2401.00001")
    seen = card(paper)
    for part in (paper.title, "2024", "Ada Müller, José Núñez", "Tiny Conference", paper.abstract):
        assert part in seen.text
    assert seen.links == ["https://arxiv.org/abs/2401.00001", "https://example.org/prism?a=1&b=2"]
    text = pretty(paper)
    assert text.startswith(f"{paper.title}\nAda Müller") and paper.abstract in text
    # what records are to programs does not change
    assert repr(paper).startswith("Paper(id='arxiv:2401.00001', title=")


def test_nothing_in_a_paper_gets_out_of_its_card() -> None:
    urls = ("javascript:alert(1)", "data:text/html,x", 'https://ok.example/"><b>', "http://", "https://a b/", "HTTPS://Example.org/x")
    paper = Paper("id<b>", HOSTILE, HOSTILE, (HOSTILE,), 2020, HOSTILE, urls, 'x"><script>', 'y"<i>')
    seen = card(paper)
    assert seen.text.count("onerror=alert(1)") == 4
    assert "<img" not in paper._repr_html_() and '">' not in "".join(seen.links[:2])
    assert [link.split(":")[0].lower() for link in seen.links] == ["https"] * 4
    assert web("javascript:alert(1)") is None and web("https://[broken") is None
    assert list(addresses(Paper("a", "b", urls=("https://x.org/1", "https://x.org/1")))) == ["https://x.org/1"]


def test_what_is_long_is_cut_and_counted() -> None:
    paper = Paper("a", "t", "word " * 1000, tuple(f"A{n}" for n in range(9)))
    seen = card(paper)
    assert f"… ({5000 - len(('word ' * 1000)[:TEXT].rsplit(' ', 1)[0]):,} more characters)" in seen.text
    assert "A4 and 4 more" in seen.text and "A5" not in seen.text
    concept = Concept("c", ConceptType.TASK, "c", tuple(f"name{n}" for n in range(ITEMS + 3)))
    assert f"name{ITEMS - 1} and 3 more" in card(concept).text
    table = Table(("a", "n"), [("x" * (WIDE + 100), n) for n in range(SHOWN + 2)])
    assert "more characters)" in card(table).text and "2 more rows" in card(table).text
    assert len(repr(table)) < 3000 and "32 more rows" in repr(table) and pretty(table) == repr(table)


def test_a_concept_shows_its_names(tiny_graph: Graph) -> None:
    seen = card(tiny_graph.concept("bert"))
    assert "Architecture" in seen.text and "also called Bidirectional Encoder Representations from Transformers" in seen.text
    assert "a kind of transformer" in seen.text and "in the catalog" in seen.text
    assert pretty(tiny_graph.concept("bert")).startswith("BERT (Architecture, bert)\nalso called Bidirectional")
    assert "new: not in the catalog" in card(replace(tiny_graph.concept("bert"), known=False)).text


def test_a_link_names_places_and_the_graph_shows_their_sentences(tiny_graph: Graph) -> None:
    link = first(tiny_graph, "doi:10.1000/tiny.4", "transformer")
    seen = card(link)
    assert "doi:10.1000/tiny.4 — uses → transformer" in seen.text
    assert "confidence 0.95; 2 mentions: 'Transformer', 'Transformers'" in seen.text
    assert "graph.show(link)" in seen.text and "C:\\data" not in seen.text
    shown = tiny_graph.show(link)
    seen = card(shown)
    assert seen.marks == ["Transformer", "Transformers"]
    # markup of a title stays text
    assert "Translation with <b>bold</b> Transformers — uses" in seen.text
    assert "  For machine translation (MT) a «Transformer» is trained on pairs such as C:\\data\\en" in shown.text
    assert str(shown) == shown.text == pretty(shown)


def test_a_relation_shows_its_clause(tiny_graph: Graph) -> None:
    found = {(r.head, r.tail, bool(r.paper)): r for r in tiny_graph.concept_links()}
    read = found["prism-attention", "dropout", True]
    assert "read in title:prism-attention-revisited" in card(read).text and "graph.show(relation)" in pretty(read)
    shown = card(tiny_graph.show(read))
    assert "Prism attention is based on dropout" in shown.text and "Prism Attention Revisited" in shown.text
    kind = found["bert", "transformer", False]
    assert "in the catalog's hierarchy" in card(kind).text and "in the catalog's hierarchy" in tiny_graph.show(kind).text


def test_a_paper_shows_all_its_mentions(tiny_graph: Graph) -> None:
    shown = tiny_graph.show("arxiv:2401.00001")
    seen = card(shown)
    assert {"PrismNet", "Transformer", "ImageNet", "CIFAR-10", "accuracy"} <= set(seen.marks)
    assert 'title="ImageNet: Dataset, evaluatesOn, confidence' in shown.html
    paper = tiny_graph.paper("arxiv:2401.00001")
    assert paper.title in seen.text and paper.abstract in seen.text
    assert "  evaluatesOn   CIFAR-10 (Dataset, " in shown.text
    assert tiny_graph.show(paper) == shown
    assert "No Abstract at All" in card(tiny_graph.show("title:no-abstract-at-all")).text


def test_a_concept_shows_papers_and_says_how_many_more(tiny_graph: Graph, write_tiny: Callable[..., Graph], tmp_path: Any) -> None:
    shown = tiny_graph.show("BERT")
    seen = card(shown)
    assert seen.marks == ["BERT", "BERT"] and "more papers" not in seen.text
    assert tiny_graph.show(tiny_graph.concept("bert")) == shown
    assert "no paper names it" in card(tiny_graph.show("classification")).text
    many = [(replace(p, id=f"{p.id}-{n}"), replace(r, paper=f"{p.id}-{n}")) for p, r in tiny_graph.readings() for n in range(PAPERS)]
    larger = write_tiny(tmp_path / "many", sorted(many, key=lambda pair: pair[0].id))
    assert f"{PAPERS} more papers" in card(larger.show("bert")).text


def test_many_sentences_are_counted(tiny_graph: Graph) -> None:
    link = first(tiny_graph, "doi:10.1000/tiny.4", "bleu")
    one = link.evidence[0]
    many = tuple(replace(one, sentence_start=one.sentence_start + n) for n in range(SENTENCES + 4))
    assert "4 more sentences" in card(tiny_graph.show(replace(link, evidence=many))).text


def test_what_is_not_of_the_graph_is_said(tiny_graph: Graph) -> None:
    link = first(tiny_graph, "doi:10.1000/tiny.4", "bleu")
    with pytest.raises(GraphError, match="no paper 'arxiv:1'"):
        tiny_graph.show(replace(link, paper="arxiv:1"))
    with pytest.raises(GraphError, match=r"is not of this graph: its paper has another text"):
        tiny_graph.show(replace(link, paper="arxiv:2401.00001"))
    with pytest.raises(GraphError, match="neither a concept nor a paper is called 'nothing like it'"):
        tiny_graph.show("nothing like it")
    with pytest.raises(UsageError, match="cannot show int"):
        tiny_graph.show(3)  # type: ignore[arg-type]


def test_links_of_a_paper_and_to_a_concept_are_those_among_all(tiny_graph: Graph) -> None:
    every = list(tiny_graph.links())
    for paper in {link.paper for link in every}:
        assert list(tiny_graph.links(paper=paper)) == [link for link in every if link.paper == paper]
    for concept in {link.concept for link in every}:
        assert list(tiny_graph.links(concept=concept)) == [link for link in every if link.concept == concept]
    assert list(tiny_graph.links(paper="doi:10.1000/tiny.4", concept="sst-2")) == []
    with pytest.raises(GraphError, match="no concept 'brt'"):
        list(tiny_graph.links(concept="brt"))


def test_marks_that_overlap_take_the_shorter() -> None:
    html = marked("deep BERT net", [(0, 13, "#111111", "long"), (5, 9, "#222222", "short"), (9, 99, "", "beyond the text")])
    assert [(c, t) for c, t in re.findall(r'solid (#\d+)[^>]*>([^<]+)<', html)] == [
        ("#111111", "deep "), ("#222222", "BERT"), ("#111111", " net"),
    ]  # fmt: skip


def test_hostile_marks() -> None:
    Checked(f"<div>{marked(HOSTILE, [(0, 9, '#111111', HOSTILE)])}</div>")


def test_relations_of_no_paper_have_no_clause() -> None:
    from kg.model import ConceptRelation

    assert card(ConceptLink("a", ConceptRelation.KIND_OF, "b", 1.0)).text.startswith("a — kindOf → b")


def test_a_graph_and_a_result(tiny_graph: Graph) -> None:
    from kg.analysis import communities, rank

    seen = card(tiny_graph)
    assert "8 papers" in seen.text and "Architecture" in seen.text
    result = rank(tiny_graph, top=3)
    assert card(result).text.startswith("rank")
    assert repr(result).startswith("rank\nrank  concept") and pretty(result) == repr(result)
    assert "tables: members (" in repr(communities(tiny_graph))
