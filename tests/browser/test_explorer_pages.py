"""The explorer on hostile texts, on a phone, enlarged, under axe-core, and on the real listing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exports.explorer import write
from kg.catalog import Catalog
from kg.graph import Graph, write_graph
from kg.model import Concept, ConceptType, Evidence, Finding, Mention, Paper, Reading, Relation

pytestmark = pytest.mark.browser

BAD = '</script><img src=x onerror="window.hacked=1"><!--<script>window.hacked=2</script>'


def test_texts_of_papers_stay_texts(explore: Callable[..., Any], tmp_path: Path) -> None:
    papers = [
        Paper(f"title:{BAD}", f"BERT {BAD}", f"BERT again {BAD}", (BAD,), 2020, BAD, ("javascript:window.hacked=3",), f"10.1/{BAD}"),
        Paper(
            "title:two", f"=BERT and @GLUE {BAD}", "", (), 2021, None, ("data:text/html,<script>window.hacked=4</script>", "//evil.example")
        ),
    ]
    catalog = Catalog(
        [
            Concept(
                f"bert{BAD}", ConceptType.ARCHITECTURE, f"BERT {BAD}", (BAD,), identifiers=("javascript:x", f"hf:{BAD}"), source="test"
            ),
            Concept("glue", ConceptType.DATASET, BAD, source="test"),
        ]
    )

    def read(paper: Paper) -> Reading:
        evidence = (Evidence(Mention("title", paper.title.index("BERT"), paper.title.index("BERT") + 4, "BERT"), 0, len(paper.title)),)
        finding = Finding(
            "BERT", (), (), ConceptType.ARCHITECTURE, (0.2,) * 5, Relation.USES, 0.5, evidence, f"bert{BAD}", BAD,
            ((f"bert{BAD}", 0.9, BAD), ("glue", 0.2, BAD)),
        )  # fmt: skip
        return Reading(paper.id, (finding,), ())

    graph = write_graph(tmp_path / "g", [(paper, read(paper)) for paper in papers], catalog)
    write(graph, tmp_path / "bad.html", title=f"Heading {BAD}")
    page = explore(tmp_path / "bad.html")
    harmless = "return window.hacked === undefined && document.images.length === 0 && document.scripts.length === 2"
    assert page.text("h1") == f"Heading {BAD}"
    assert page.js(harmless)
    assert page.find("onerror")
    page.press("Enter")
    page.wait(lambda: BAD in page.text("#panel h2"))
    assert page.js(harmless)
    assert all(a.get_attribute("href").startswith("https://doi.org/10.1/") for a in page.all("#panel .meta a"))
    assert [a.get_attribute("href") for a in page.all("#panel a:not(.meta a)")] == [
        "https://huggingface.co/datasets/" + "/".join(map(_quoted, BAD.split("/")))
    ]
    page.press("t")
    page.one("#tab-papers").click()
    assert f"BERT {BAD}" in page.texts("#rows tbody th")
    page.one("#rows tbody th button").click()
    page.wait(lambda: page.js("return location.hash").startswith("#paper="))
    assert [href for href in (a.get_attribute("href") for a in page.all("#panel a")) if not href.startswith("https://doi.org/10.1/")] == []
    assert page.js(harmless)
    # and in the files that are taken away
    page.catch_downloads()
    import bibtexparser

    page.press("Esc")
    library = bibtexparser.parse_string(page.exported("Papers as BibTeX")[1].decode())
    assert len(library.entries) == 2 and not library.failed_blocks
    text = page.exported("Papers as CSV")[1].decode("utf-8-sig")
    assert "\r\n\"'=BERT and @GLUE" in text or "\r\n'=BERT and @GLUE" in text
    svg = page.exported("SVG")[1].decode()
    assert "<img" not in svg and "<script" not in svg
    assert page.js(harmless)


def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="!'()*-._~")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1400, 900), (390, 844)])
def test_axe_finds_nothing(explore: Callable[..., Any], papers_page: Path, bundle: Path, scheme: str, width: int, height: int) -> None:
    page = explore(papers_page)
    features = [{"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"}]
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    page.size(width, height)
    page.wait(lambda: page.js("return document.documentElement.dataset.theme") == scheme)
    assert page.axe(bundle) == []
    page.driver.get(papers_page.as_uri() + "#path=low-rank-adaptation/bleu&table=relations")
    page.wait(lambda: page.all(".hops"))
    page.find("tran")
    assert page.axe(bundle) == []
    page.press("Esc", "Esc")
    page.one("[aria-controls=export]").click()
    assert page.axe(bundle) == []
    page.press("Esc")
    page.js("document.getElementById('show-keys').click()")
    assert page.axe(bundle) == []


def test_on_a_phone_the_details_are_a_sheet(explore: Callable[..., Any], papers_page: Path) -> None:
    page = explore(papers_page)
    page.size(390, 844)
    page.driver.refresh()
    page.wait(lambda: page.js("return document.body.dataset.ready") == "yes")
    assert page.js("return document.documentElement.scrollWidth") == 390
    assert not page.one("#legend").is_displayed()
    assert page.one("#panel").size["height"] < 80
    page.mouse(*page.spot("prismnet"))
    page.wait(lambda: page.text("#panel h2") == "PrismNet")
    half = page.one("#panel").size["height"]
    assert 300 < half < 420
    x, y = page.spot("prismnet")
    assert 0 < x < 390 and 100 < y < 844 - half  # what was asked for is not beneath the sheet
    page.one("#panel .grip").click()
    assert page.one("#panel").size["height"] > 600
    page.one("#panel .grip").click()
    assert page.one("#panel").size["height"] < 80
    page.one("#filters").click()
    assert page.one("#legend").is_displayed()
    page.one("#legend input[data-name=Task]").click()
    assert "image-classification" not in page.concepts
    for element in page.all("header button, #legend input"):
        box = element.rect
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390


def test_at_two_hundred_per_cent_nothing_is_lost(explore: Callable[..., Any], papers_page: Path) -> None:
    page = explore(papers_page, "#concept=bert")
    # 1400 × 900 at 200 % has 700 × 450 CSS pixels
    page.driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": 700, "height": 450, "deviceScaleFactor": 2, "mobile": False}
    )
    page.driver.refresh()
    page.wait(lambda: page.text("#panel h2") == "BERT")
    assert page.js("return document.documentElement.scrollWidth") <= 700
    x, y = page.spot("bert")
    assert 0 < x < 700 and 110 < y < 450 - page.one("#panel").size["height"]  # what is selected is in sight above the sheet
    for selector in ("#search", "#undo", "#show-table", "#theme", "#panel .grip", "#tools button"):
        box = page.one(selector).rect
        assert box["x"] >= 0 and box["x"] + box["width"] <= 700 and box["y"] >= 0 and box["y"] + box["height"] <= 450, selector


def test_a_cut_is_said(explore: Callable[..., Any], tiny_graph: Graph, tmp_path: Path) -> None:
    write(tiny_graph, tmp_path / "cut.html", top=5)
    page = explore(tmp_path / "cut.html")
    assert len(page.concepts) == 5
    assert "Not everything is shown." in page.text("#panel .note") and "5 of 21 concepts" in page.text("#panel .note")
    assert page.find("imagenet") == []
    assert "17 concepts of the graph are not on this page" in page.text(".search .none")


def test_a_page_without_concepts_opens(explore: Callable[..., Any], tmp_path: Path) -> None:
    graph = write_graph(tmp_path / "g", [(Paper("title:none", "None"), Reading("title:none", (), ()))], Catalog([]))
    write(graph, tmp_path / "none.html")
    page = explore(tmp_path / "none.html")
    assert "1 paper · 0 concepts" in page.text("#about")
    page.press("t", "f", "Right", "a", "Esc")
    assert "No rows" in page.text(".pager")


@pytest.mark.corpus
def test_the_page_of_the_real_listing(explore: Callable[..., Any], listing_graph: Graph, tmp_path: Path, bundle: Path) -> None:
    path = tmp_path / "listing.html"
    write(listing_graph, path)
    assert path.stat().st_size <= 1_500_000
    page = explore(path)
    assert page.text("h1") == "Knowledge graph of 113 papers"
    assert len(page.concepts) == len(set(page.concepts)) == page.js("return paperkg.data.concepts.id.length")
    assert page.find("Llama-2")[0] == "Llama 2"
    page.press("Enter")
    page.wait(lambda: page.text("#panel h2") == "Llama 2")
    assert "Llama 2" in page.texts("#panel mark") and "Jellyfish" in page.panel
    x, y = page.spot("llama-2")
    assert 300 < x < 980 and 60 < y < 900
    assert page.all("#years") == []  # no paper of the listing has a year
    page = explore(path, "#path=bert/imagenet")
    assert page.all(".hops blockquote")
    assert page.axe(bundle) == []
