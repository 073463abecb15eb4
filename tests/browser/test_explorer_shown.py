"""The explorer in a real browser: what is shown and what leads where: filters, neighbours, paths.

Every test also fails on a request to any host and on a console error.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

TEXT = {
    "large-language-model/bert", "transformer/machine-translation", "prismnet/transformer", "prismnet/cifar-10", "prismnet/imagenet",
    "prism-attention/dropout", "llama/large-language-model", "low-rank-adaptation/llama", "machine-translation/bleu", "resnext-delta/bert",
}  # fmt: skip


# --- filters ------------------------------------------------------------------------------------------------------------


def test_the_legend_filters_by_type_kind_and_relation(explore: Callable[..., Any], explorer_page: Path) -> None:
    page = explore(explorer_page)
    everything = page.concepts
    assert {e.split("/", 1)[1] for e in page.edges if e.startswith("text/")} == TEXT
    box = page.one("#legend input[data-name=Architecture]")
    assert page.text("#legend .entry:has([data-name=Architecture]) .count") == "8"
    box.click()
    assert "transformer" not in page.concepts and "imagenet" in page.concepts
    assert page.edges and not any("transformer" in e for e in page.edges)
    page.idle()
    names = page.js("return paperkg.picture.drawing.labels().map((n) => paperkg.data.concepts.id[n])")
    assert names and not set(names) & {"transformer", "bert"}
    assert page.text("#legend .entry:has([data-name=Architecture]) .count") == "8"  # what switching it on brings
    page.wait(lambda: page.js("return document.getElementById('live').textContent").startswith("13 concepts"))  # said to screen readers
    page.js("arguments[0].focus()", box)
    page.press("Space")
    assert page.concepts == everything
    page.one("#legend input[data-name=text]").click()
    assert not any(e.startswith("text/") for e in page.edges)
    page.one("#legend input[data-name=text]").click()
    page.one("#legend details:nth-of-type(3) summary").click()
    page.one("#legend input[data-name=basedOn]").click()
    assert "text/prismnet/transformer" not in page.edges and "text/prismnet/imagenet" in page.edges
    page.one("#legend details:nth-of-type(4) summary").click()
    page.one("#legend input[data-name=mentions]").click()
    assert len(page.concepts) < len(everything)
    page.press("a")
    assert page.concepts == everything


def test_what_is_asked_for_comes_back_from_behind_a_filter(explore: Callable[..., Any], explorer_page: Path) -> None:
    page = explore(explorer_page, "#types-off=Dataset,Metric&hide=imagenet&years=2021-2022")
    assert "imagenet" not in page.concepts
    page.find("ilsvrc")
    page.press("Enter")
    page.wait(lambda: page.text("#panel h2") == "ImageNet")
    assert "imagenet" in page.concepts
    assert page.state["show"]["types"] == ["Metric"]


def test_years_filter_concepts_papers_and_lines(explore: Callable[..., Any], explorer_page: Path) -> None:
    page = explore(explorer_page)
    assert page.text("#years .words") == "2021–2025 · 6 papers"
    handle = page.one("#years input[aria-label='From year']")
    page.js("arguments[0].focus()", handle)
    page.press("Right", "Right", "Right", "Right")
    page.wait(lambda: page.state["show"]["years"] == [2025, 2025])
    assert page.text("#years .words") == "2025 · 1 paper"
    assert set(page.concepts) == {"prismnet", "cifar-10", "dropout", "fine-tuning", "prism-attention", "accuracy"}
    assert page.edges == ["text/prism-attention/dropout"]
    page.press("t")
    page.one("#tab-papers").click()
    assert page.texts("#rows tbody th") == ["Prism Attention Revisited"]
    page.one("#years button").click()
    assert page.state["show"]["years"] is None


def test_filter_first_then_reveal(explore: Callable[..., Any], explorer_page: Path) -> None:
    page = explore(explorer_page, "#types-off=Architecture,Method,Metric,Task")
    kept = page.concepts
    assert set(kept) == {"cifar-10", "sst-2", "imagenet", "probe"} and page.edges == []
    page.one("#legend .buttons button").click()
    assert page.concepts == kept
    assert page.edges == ["together/cifar-10/imagenet"]
    assert page.state["show"]["only"] == sorted(kept)
    page.press("Ctrl+z")
    assert page.state["show"]["only"] is None and page.edges == []


# --- neighbours and history ---------------------------------------------------------------------------------------------


def test_expand_hide_and_undo(explore: Callable[..., Any], explorer_page: Path) -> None:
    page = explore(explorer_page, "#concept=prismnet")
    everything = page.concepts
    page.press("o")
    assert set(page.concepts) == {"prismnet", "transformer", "cifar-10", "imagenet"}
    page.find("transformer")
    page.press("Enter")
    page.wait(lambda: page.text("#panel h2") == "Transformer")
    page.press("e")
    grown = {"prismnet", "transformer", "cifar-10", "imagenet", "neural-network", "bert", "llama", "machine-translation"}
    page.wait(lambda: set(page.concepts) == grown)
    page.press("Shift+h")
    assert set(page.concepts) == {"transformer", "cifar-10", "imagenet"}
    page.press("h")
    assert set(page.concepts) == {"cifar-10", "imagenet"} and page.state["selection"] is None
    for expected in ({"transformer", "cifar-10", "imagenet"}, grown, {"prismnet", "transformer", "cifar-10", "imagenet"}, set(everything)):
        page.one("#undo").click()
        assert set(page.concepts) == expected
    assert page.js("return document.getElementById('undo').disabled")
    page.press("Ctrl+Shift+z")
    assert set(page.concepts) == {"prismnet", "transformer", "cifar-10", "imagenet"}


def test_a_double_click_shows_a_node_and_its_neighbours(explore: Callable[..., Any], explorer_page: Path) -> None:
    page = explore(explorer_page)
    page.mouse(*page.spot("bert"), clicks=2)
    page.wait(lambda: set(page.concepts) == {"bert", "transformer", "large-language-model", "resnext-delta"})
    assert page.text("#panel h2") == "BERT"


def test_papers_as_nodes(explore: Callable[..., Any], papers_page: Path) -> None:
    page = explore(papers_page)
    assert page.text("#legend .entry:has([data-name=Paper]) .count") == "7"
    paper = "arxiv:2401.00001"
    page.driver.get(papers_page.as_uri() + f"#paper={paper}")
    page.wait(lambda: page.text("#panel h2").startswith("PrismNet: A Sparse"))
    assert page.state["selection"] == {"paper": paper}
    page.press("o")
    assert page.js("return paperkg.app.shown.counts.paperNodes") == 1
    assert "prismnet" in page.concepts and "bert" not in page.concepts
    page.mouse(*page.edge_spot(f"link/{paper.replace(':', '%3A')}/prismnet"))
    page.wait(lambda: "proposes" in page.panel and page.texts("#panel mark"))


# --- paths --------------------------------------------------------------------------------------------------------------


def test_a_path_with_evidence_for_each_step(explore: Callable[..., Any], explorer_page: Path) -> None:
    page = explore(explorer_page, "#concept=low-rank-adaptation")
    page.press("p")
    page.wait(lambda: page.text("#panel h2") == "Path between two concepts")
    end = page.one("#panel input[type=search]")
    end.send_keys("bleu")
    page.wait(lambda: page.all("#panel [role=option]"))
    end.send_keys("\ue007")
    page.wait(lambda: page.all(".hops > li"))
    assert page.js("return location.hash") == "#path=low-rank-adaptation/bleu"
    hops = [" ".join(text.split()) for text in page.texts(".hops > li > .row")]
    assert hops == [
        "low-rank adaptation is used for Llama",
        "Llama is a kind of Transformer",
        "Transformer is used for machine translation",
        "machine translation is measured by BLEU",
    ]
    assert len(page.all(".hops blockquote")) >= 3
    assert page.js("return paperkg.picture.path().edges.map((e) => paperkg.app.model.edgeKey(e))") == [
        "text/low-rank-adaptation/llama",
        "catalog/llama/transformer",
        "text/transformer/machine-translation",
        "text/machine-translation/bleu",
    ]
    ways = page.all(".way")
    assert len(ways) > 1 and [w.get_attribute("aria-pressed") for w in ways][:2] == ["true", "false"]
    ways[1].click()
    page.wait(lambda: page.js("return location.hash") == "#path=low-rank-adaptation/bleu/1")
    assert page.texts(".hops > li > .row") != hops


def test_a_path_by_clicks_and_over_what_is_filtered(explore: Callable[..., Any], explorer_page: Path) -> None:
    page = explore(explorer_page)
    page.one("#find-path").click()
    page.mouse(*page.spot("imagenet"))
    page.wait(lambda: "ImageNet" in page.text("#panel .end"))
    page.mouse(*page.spot("transformer"))
    page.wait(lambda: page.all(".hops > li"))
    assert page.state["selection"] == {"path": {"from": "imagenet", "to": "transformer", "nth": 0}}
    page.one("#legend input[data-name=text]").click()
    page = explore(explorer_page, "#path=imagenet/transformer&lines-off=text,catalog,together")
    assert "The filters leave no path between them" in page.panel
    page = explore(explorer_page, "#path=imagenet/probe")
    assert "The filters leave no path between them" in page.panel
    assert any("shares 1 paper with" in " ".join(hop.split()) for hop in page.texts(".hops > li > .row"))  # those lines are off at first
    page = explore(explorer_page, "#path=imagenet/nothing-here")
    assert "not on this page" in page.panel
