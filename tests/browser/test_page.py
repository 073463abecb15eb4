"""The page in a real browser with the network off. Every test also fails on a request to any host and on a console error."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exports.pyvis_page.write import write
from kg.catalog import Catalog
from kg.graph import Graph, write_graph
from kg.model import Concept, ConceptType, Evidence, Finding, Mention, Paper, Reading, Relation

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def tiny_page(tiny_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "tiny page.html"
    write(tiny_graph, path)
    return path


def test_opens_with_a_drawing_counts_and_labels(open_page: Callable[..., Any], tiny_page: Path, tiny_graph: Graph) -> None:
    page = open_page(tiny_page)
    assert page.text("h1") == "Knowledge graph of 8 papers"
    counts = tiny_graph.counts()
    assert f"{counts['concepts']} concepts · {counts['links']} links" in page.text("#about")
    page.wait(lambda: len(page.js("return paperkg.labelled()")) >= 8)
    # places are those of the file: nothing moves
    moved = page.js(
        "const at = paperkg.network.getPositions(); return paperkg.data.nodes.filter((n) => at[n.id].x !== n.x || at[n.id].y !== n.y)"
    )
    assert moved == []
    assert page.js("return paperkg.network.physics.physicsEnabled") is False


def test_a_click_on_a_concept_shows_its_papers_and_sentences(open_page: Callable[..., Any], tiny_page: Path) -> None:
    page = open_page(tiny_page)
    node = page.js("return paperkg.data.nodes[arguments[0]]", page.node("sst-2"))
    page.click_at(node["x"], node["y"])
    page.wait(lambda: page.all("#panel blockquote"))
    assert page.text("#panel h2") == "SST-2"
    assert "Also: Stanford Sentiment Treebank" in page.panel
    assert "Low-rank adaptation (LoRA) of Llama 2 13B keeps its quality on SST-2." in page.panel
    assert "Sentiment analysis on SST-2 serves as a control." in page.panel
    assert "evaluates on" in page.panel
    assert "confidence 0.96" in page.panel
    assert set(page.texts("#panel mark")) == {"SST-2"}
    assert page.js("return location.hash") == "#concept=sst-2"


def test_offsets_hold_behind_an_emoji(open_page: Callable[..., Any], tiny_page: Path) -> None:
    page = open_page(tiny_page, "#concept=neural-network")
    assert page.texts("#panel mark") == ["neural network"]
    assert page.text("#panel blockquote").startswith("The 🔬Probe dataset asks a neural network 😀 for")


def test_a_click_on_a_line_shows_where_it_was_read(open_page: Callable[..., Any], tiny_page: Path) -> None:
    page = open_page(tiny_page)
    head, tail = page.node("transformer"), page.node("machine-translation")
    spot = page.js(
        """const edge = paperkg.data.edges.findIndex((e) => e.kind === "text" && e.from === arguments[0] && e.to === arguments[1]);
        const [a, b] = [paperkg.data.nodes[arguments[0]], paperkg.data.nodes[arguments[1]]];
        for (let t = 0.3; t < 0.8; t += 0.02) for (let off = -0.2; off < 0.2; off += 0.01) {
          const p = { x: a.x + t * (b.x - a.x) - off * (b.y - a.y), y: a.y + t * (b.y - a.y) + off * (b.x - a.x) };
          const dom = paperkg.network.canvasToDOM(p);
          if (paperkg.network.getNodeAt(dom) === undefined && paperkg.network.getEdgeAt(dom) === edge) return p;
        } return null;""",
        head,
        tail,
    )
    assert spot is not None
    page.click_at(spot["x"], spot["y"])
    page.wait(lambda: page.all("#panel blockquote"))
    assert "Transformer is used for machine translation" in page.text("#panel h2").replace("\n", " ")
    assert "For machine translation (MT) a Transformer is trained on pairs" in page.panel
    assert set(page.texts("#panel mark")) == {"machine translation", "MT", "Transformer"}
    assert "confidence 0.90" in page.panel


def test_lines_of_the_catalog_and_of_shared_papers_say_what_they_are(open_page: Callable[..., Any], tiny_page: Path) -> None:
    page = open_page(tiny_page, "#edge=catalog/bert/transformer")
    assert "catalog's hierarchy" in page.panel
    edge = page.js("return paperkg.data.edges.find((e) => e.kind === 'together')")
    ids = page.js("return arguments[0].map((i) => paperkg.data.concepts[i].id)", [edge["from"], edge["to"]])
    page = open_page(tiny_page, f"#edge=together/{ids[0]}/{ids[1]}")
    assert "Not a relation that a text states" in page.panel
    assert page.all("#panel mark")


@pytest.mark.parametrize(
    ("typed", "label"), [("stanford senti", "SST-2"), ("CIFAR10", "CIFAR-10"), ("lora", "low-rank adaptation"), ("naive", None)]
)
def test_search_finds_by_any_name(open_page: Callable[..., Any], tiny_page: Path, typed: str, label: str | None) -> None:
    page = open_page(tiny_page)
    field = page.one("#search")
    field.send_keys(typed)
    if label is None:
        assert "goes by that name" in page.wait(lambda: page.text("#found"))
        return
    page.wait(lambda: page.all("#found [role=option]"))
    field.send_keys("\ue007")
    page.wait(lambda: page.all("#panel blockquote"))
    assert page.text("#panel h2") == label
    assert not page.one("#found").is_displayed()


def test_filters_hide_and_show_with_mouse_and_keyboard(open_page: Callable[..., Any], tiny_page: Path) -> None:
    page = open_page(tiny_page)
    hidden = "return paperkg.nodes.get().filter((n) => n.hidden).map((n) => paperkg.data.concepts[n.id].type)"
    lines = "return paperkg.edges.get().filter((e) => !e.hidden).map((e) => paperkg.data.edges[e.id]).some((e) => e.from === arguments[0])"
    box = page.one("#types input[data-name=Architecture]")
    count = int(page.text("#types label:nth-of-type(3) .count").split()[0])
    assert page.js(hidden) == []
    box.click()
    assert page.js(hidden) == ["Architecture"] * count
    assert page.js(lines, page.node("transformer")) is False
    page.wait(lambda: page.node("transformer") not in page.js("return paperkg.labelled()"))
    box.send_keys(" ")
    assert page.js(hidden) == []
    assert page.js(lines, page.node("transformer")) is True
    texts = page.one("#kinds input[data-name=text]")
    texts.click()
    assert page.js("return paperkg.edges.get().some((e) => !e.hidden && paperkg.data.edges[e.id].kind === 'text')") is False


def test_search_brings_back_what_a_filter_hides(open_page: Callable[..., Any], tiny_page: Path) -> None:
    page = open_page(tiny_page)
    page.one("#types input[data-name=Dataset]").click()
    page.one("#search").send_keys("imagenet\ue007")
    page.wait(lambda: page.text("#panel h2") == "ImageNet")
    assert page.one("#types input[data-name=Dataset]").is_selected()


def test_links_back_and_escape(open_page: Callable[..., Any], tiny_page: Path) -> None:
    page = open_page(tiny_page, "#concept=bert")
    assert page.text("#panel h2") == "BERT"
    page.one("#panel .item .title").click()
    page.wait(lambda: "Concepts on this page" in page.panel or "CONCEPTS ON THIS PAGE" in page.panel)
    assert page.js("return location.hash").startswith("#paper=")
    page.driver.back()
    page.wait(lambda: page.text("#panel h2") == "BERT")
    page.one("body").send_keys("\ue00c")
    page.wait(lambda: page.text("#panel h2") == "What the papers are about")
    assert page.js("return location.hash") == ""


def test_an_address_that_leads_nowhere_says_so(open_page: Callable[..., Any], tiny_page: Path) -> None:
    page = open_page(tiny_page, "#concept=%E0%A4%A")
    assert "not on this page" in page.panel


def test_texts_of_papers_do_nothing(open_page: Callable[..., Any], tmp_path: Path) -> None:
    bad = '<img src=x onerror="window.hacked=1"><script>window.hacked=2</script>'
    paper = Paper("title:<b>", f"BERT {bad}", f"BERT again {bad}", (bad,), 2020, bad, ("javascript:window.hacked=3",))
    catalog = Catalog([Concept("bert", ConceptType.ARCHITECTURE, "BERT", (bad,), source="test")])
    evidence = (
        Evidence(Mention("title", 0, 4, "BERT"), 0, len(paper.title)),
        Evidence(Mention("abstract", 0, 4, "BERT"), 0, len(paper.abstract)),
    )
    finding = Finding("BERT", (), (), ConceptType.ARCHITECTURE, (0.2,) * 5, Relation.USES, 0.5, evidence, "bert", variant=bad)
    graph = write_graph(tmp_path / "g", [(paper, Reading(paper.id, (finding,), ()))], catalog)
    write(graph, tmp_path / "bad.html", title=f"Heading {bad}")
    page = open_page(tmp_path / "bad.html", "#concept=bert")
    assert page.text("h1") == f"Heading {bad}"
    assert f"BERT {bad}" in page.panel
    page.one("#search").send_keys("onerror")
    page.wait(lambda: page.all("#found [role=option]"))
    page.one("#panel .item .title").click()
    page.wait(lambda: page.text("#panel h3").lower().startswith("concepts on this page"))
    assert page.js("return location.hash") == "#paper=title%3A%3Cb%3E"
    assert page.js("return window.hacked === undefined && document.images.length === 0")
    assert page.all("#panel a") == []


def test_papers_as_nodes_can_be_clicked(open_page: Callable[..., Any], tiny_graph: Graph, tmp_path: Path) -> None:
    write(tiny_graph, tmp_path / "papers.html", papers=True)
    page = open_page(tmp_path / "papers.html")
    node = page.js("return paperkg.data.nodes.find((n) => n.id === 'p0')")
    page.click_at(node["x"], node["y"])
    page.wait(lambda: page.text("#panel h2") == page.js("return paperkg.data.papers[0].title"))
    assert page.js("return location.hash").startswith("#paper=")


def test_a_page_without_concepts_opens(open_page: Callable[..., Any], tmp_path: Path) -> None:
    graph = write_graph(tmp_path / "g", [(Paper("title:none", "None"), Reading("title:none", (), ()))], Catalog([]))
    write(graph, tmp_path / "none.html")
    assert "1 paper · 0 concepts" in open_page(tmp_path / "none.html").text("#about")


def test_colours_follow_the_system(open_page: Callable[..., Any], tiny_page: Path) -> None:
    page = open_page(tiny_page)
    colours = "return [getComputedStyle(document.body).backgroundColor, paperkg.nodes.get(0).color.background]"
    seen = []
    for scheme in ("light", "dark"):
        page.driver.execute_cdp_cmd(
            "Emulation.setEmulatedMedia",
            {"features": [{"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"}]},
        )
        page.wait(lambda: page.js("return true"))
        seen.append(page.js(colours))
    assert seen[0][0] != seen[1][0]
    assert page.wait(lambda: page.js(colours)[1] != seen[0][1])


@pytest.mark.corpus
def test_the_page_of_the_real_listing(open_page: Callable[..., Any], listing_graph: Graph, tmp_path: Path) -> None:
    path = tmp_path / "listing.html"
    write(listing_graph, path)
    page = open_page(path)
    assert page.text("h1") == "Knowledge graph of 113 papers"
    shown = page.js("return paperkg.data.concepts.map((c) => c.id)")
    assert len(shown) == len(set(shown)) == 400
    page.js("const s = document.querySelector('input[type=search]'); s.value = 'Llama-2'; s.dispatchEvent(new Event('input'))")
    page.wait(lambda: "Llama 2" in page.text("#found"))
    page = open_page(path, "#concept=llama-2")
    page.wait(lambda: page.all("#panel blockquote"))
    assert page.text("#panel h2") == "Llama 2" and "Jellyfish" in page.panel
    assert "Llama 2" in page.texts("#panel mark")
