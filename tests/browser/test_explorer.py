"""The explorer in a real browser: what it opens with, search, and the evidence behind all it shows.

Every test also fails on a request to any host and on a console error.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg.graph import Graph

pytestmark = pytest.mark.browser


# --- what it opens with -------------------------------------------------------------------------------------------------


def test_opens_still_with_counts_names_and_stories(explore: Callable[..., Any], explorer_page: Path, tiny_graph: Graph) -> None:
    page = explore(explorer_page)
    counts = tiny_graph.counts()
    assert page.text("h1") == "Knowledge graph of 8 papers"
    assert f"{counts['concepts']} concepts · {counts['links']} links" in page.text("#about")
    page.idle()
    assert len(page.js("return paperkg.picture.drawing.labels()")) >= 8
    frames = page.js("return paperkg.picture.drawing.stats().frames")
    page.driver.execute_async_script("setTimeout(arguments[0], 400)")
    assert page.js("return paperkg.picture.drawing.stats().frames") == frames  # nothing runs while nothing changes
    stories = page.texts(".stories > li")
    assert len(stories) == 3
    assert all(page.texts(".stories mark"))
    page.one(".stories .n").click()
    page.wait(lambda: page.js("return location.hash").startswith("#edge=text/"))


# --- search -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("stanford senti", "SST-2"),
        ("cifar 10", "CIFAR-10"),
        ("LORA", "low-rank adaptation"),
        ("wikidata:Q79798", "machine translation"),
        ("transfomer", "Transformer"),
        ("small updates suffice", "Small Updates Suffice: Low-Rank Adaptation of Large Language Models"),
        ("arxiv:2401.00001", "PrismNet: A Sparse Transformer for Image Classification"),
        ("oneill", "Does an LLM Know What \"It\" Means? O'Neill's Question & Others"),
    ],
)
def test_search_completes_by_any_name(explore: Callable[..., Any], explorer_page: Path, typed: str, first: str) -> None:
    page = explore(explorer_page)
    page.press("/")
    assert page.js("return document.activeElement.id") == "search"
    assert page.find(typed)[0] == first
    assert page.one("#search").get_attribute("aria-activedescendant") == "search-found-0"
    page.press("Enter")
    page.wait(lambda: page.text("#panel h2") == first)
    assert not page.one("#search-found").is_displayed()


def test_search_says_when_nothing_answers(explore: Callable[..., Any], explorer_page: Path) -> None:
    page = explore(explorer_page)
    assert page.find("zebra fish") == []
    assert "Nothing goes by that name. 1 concept of the graph is not on this page." in page.text(".search .none")
    page.press("Esc", "Esc")
    assert page.one("#search").get_attribute("value") == ""


# --- evidence -----------------------------------------------------------------------------------------------------------


def test_a_click_on_a_concept_tells_all_about_it(explore: Callable[..., Any], explorer_page: Path) -> None:
    page = explore(explorer_page)
    page.mouse(*page.spot("sst-2"))
    page.wait(lambda: page.text("#panel h2") == "SST-2")
    assert page.js("return location.hash") == "#concept=sst-2"
    assert "first seen 2023" in page.panel
    assert "Stanford Sentiment Treebank" in page.text("#panel .facts")
    assert "Low-rank adaptation (LoRA) of Llama 2 13B keeps its quality on SST-2." in page.panel
    assert set(page.texts("#panel .item mark")) == {"SST-2"}
    assert "evaluates on" in page.panel and "confidence 0.96" in page.panel
    assert page.all("#panel .spark .bars i")
    assert page.one("#panel .meta a").get_attribute("href").startswith("https://")
    # from here to a paper, and out of the page
    page.one("#panel .item .title").click()
    page.wait(lambda: page.js("return location.hash").startswith("#paper="))
    links = {a.get_attribute("href"): a.get_attribute("rel") for a in page.all("#panel a")}
    assert "https://arxiv.org/abs/2402.00002" in links or "https://example.org/acl/3" in links
    assert set(links.values()) == {"noopener noreferrer"}


def test_what_it_is_its_kind_and_who_proposed_it(explore: Callable[..., Any], explorer_page: Path) -> None:
    page = explore(explorer_page, "#concept=prismnet")
    assert "Proposed by PrismNet: A Sparse Transformer for Image Classification (2024)" in page.text(".what")
    assert page.texts(".telling mark")
    page = explore(explorer_page, "#concept=bert")
    assert "A kind of Transformer" in page.text(".what")
    relations = page.texts("#panel .rows:first-of-type > li")
    assert any("is a kind of" in row and "catalog" in row for row in relations)
    page = explore(explorer_page, "#concept=machine-translation")
    assert page.one("#panel .facts a").get_attribute("href") == "https://www.wikidata.org/wiki/Q79798"


def test_a_community_can_be_seen_alone(explore: Callable[..., Any], explorer_page: Path) -> None:
    page = explore(explorer_page, "#concept=imagenet")
    at, ids = page.js(
        "const c = paperkg.data.concepts; const at = c.community[c.id.indexOf('imagenet')];"
        "return [at, c.id.filter((_, i) => c.community[i] === at)]"
    )
    label, size = page.js("const c = paperkg.data.communities[arguments[0]]; return [c.label, c.size]", at)
    button = next(b for b in page.all("#panel .facts button") if b.text.startswith(label))
    assert f"({size} concepts)" in button.text and len(ids) == size
    button.click()
    assert set(page.concepts) == set(ids) and "imagenet" in ids


def test_offsets_hold_behind_an_emoji(explore: Callable[..., Any], explorer_page: Path) -> None:
    page = explore(explorer_page, "#concept=neural-network")
    assert set(page.texts("#panel .item mark")) == {"neural network"}
    assert page.text("#panel .item blockquote").startswith("The 🔬Probe dataset asks a neural network 😀 for")


def test_a_click_on_a_line_shows_its_sentences(explore: Callable[..., Any], explorer_page: Path) -> None:
    page = explore(explorer_page)
    page.mouse(*page.edge_spot("text/transformer/machine-translation"))
    page.wait(lambda: page.all("#panel .item blockquote"))
    assert page.text("#panel h2").replace("\n", " ") == "Transformer is used for machine translation"
    assert "For machine translation (MT) a Transformer is trained on pairs" in page.panel
    assert set(page.texts("#panel mark")) == {"machine translation", "MT", "Transformer"}
    assert "confidence 0.90" in page.panel
    assert page.js("return location.hash") == "#edge=text/transformer/machine-translation"


def test_lines_of_the_catalog_and_of_shared_papers_say_what_they_are(explore: Callable[..., Any], explorer_page: Path) -> None:
    page = explore(explorer_page, "#edge=catalog/bert/transformer")
    assert "From the catalog's hierarchy; no paper of this graph has to say so." in page.panel
    page = explore(explorer_page, "#edge=together/prismnet/cifar-10")
    assert "2 papers name both. Not a relation that a text states." in page.panel
    assert set(page.texts("#panel mark")) == {"PrismNet", "CIFAR-10"}
    assert "together" not in page.state["show"]["kinds"]  # the line that was asked for is shown


def test_runners_up(explore: Callable[..., Any], explorer_page: Path) -> None:
    page = explore(explorer_page)
    # what else a mention might have meant
    page.js("paperkg.data.links.others[paperkg.app.model.byConcept[paperkg.data.concepts.id.indexOf('bleu')][0]] = [['red', 0.25]]")
    page.find("bleu")
    page.press("Enter")
    page.wait(lambda: page.text("#panel h2") == "BLEU")
    page.one("#panel .others summary").click()
    assert page.texts("#panel .others li") == ["red 0.25"]
