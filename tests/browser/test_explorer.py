"""The explorer in a real browser with the network off. Every test also fails on a request to any host and on a console error."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exports.explorer import write
from kg.graph import Graph

pytestmark = pytest.mark.browser

TEXT = {
    "large-language-model/bert", "transformer/machine-translation", "prismnet/transformer", "prismnet/cifar-10", "prismnet/imagenet",
    "prism-attention/dropout", "llama/large-language-model", "low-rank-adaptation/llama", "machine-translation/bleu", "resnext-delta/bert",
}  # fmt: skip


@pytest.fixture(scope="module")
def tiny_page(tiny_graph: Graph, bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("explorer") / "tiny page.html"
    write(tiny_graph, path)
    return path


@pytest.fixture(scope="module")
def papers_page(tiny_graph: Graph, bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("explorer") / "papers.html"
    write(tiny_graph, path, papers=True)
    return path


# --- what it opens with -------------------------------------------------------------------------------------------------


def test_opens_still_with_counts_names_and_stories(explore: Callable[..., Any], tiny_page: Path, tiny_graph: Graph) -> None:
    page = explore(tiny_page)
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
def test_search_completes_by_any_name(explore: Callable[..., Any], tiny_page: Path, typed: str, first: str) -> None:
    page = explore(tiny_page)
    page.press("/")
    assert page.js("return document.activeElement.id") == "search"
    assert page.find(typed)[0] == first
    assert page.one("#search").get_attribute("aria-activedescendant") == "search-found-0"
    page.press("Enter")
    page.wait(lambda: page.text("#panel h2") == first)
    assert not page.one("#search-found").is_displayed()


def test_search_says_when_nothing_answers(explore: Callable[..., Any], tiny_page: Path) -> None:
    page = explore(tiny_page)
    assert page.find("zebra fish") == []
    assert "Nothing goes by that name. 1 concept of the graph is not on this page." in page.text(".search .none")
    page.press("Esc", "Esc")
    assert page.one("#search").get_attribute("value") == ""


# --- evidence -----------------------------------------------------------------------------------------------------------


def test_a_click_on_a_concept_tells_all_about_it(explore: Callable[..., Any], tiny_page: Path) -> None:
    page = explore(tiny_page)
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


def test_what_it_is_its_kind_and_who_proposed_it(explore: Callable[..., Any], tiny_page: Path) -> None:
    page = explore(tiny_page, "#concept=prismnet")
    assert "Proposed by PrismNet: A Sparse Transformer for Image Classification (2024)" in page.text(".what")
    assert page.texts(".telling mark")
    page = explore(tiny_page, "#concept=bert")
    assert "A kind of Transformer" in page.text(".what")
    relations = page.texts("#panel .rows:first-of-type > li")
    assert any("is a kind of" in row and "catalog" in row for row in relations)
    page = explore(tiny_page, "#concept=machine-translation")
    assert page.one("#panel .facts a").get_attribute("href") == "https://www.wikidata.org/wiki/Q79798"


def test_a_community_can_be_seen_alone(explore: Callable[..., Any], tiny_page: Path) -> None:
    page = explore(tiny_page, "#concept=imagenet")
    at, ids = page.js(
        "const c = paperkg.data.concepts; const at = c.community[c.id.indexOf('imagenet')];"
        "return [at, c.id.filter((_, i) => c.community[i] === at)]"
    )
    label, size = page.js("const c = paperkg.data.communities[arguments[0]]; return [c.label, c.size]", at)
    button = next(b for b in page.all("#panel .facts button") if b.text.startswith(label))
    assert f"({size} concepts)" in button.text and len(ids) == size
    button.click()
    assert set(page.concepts) == set(ids) and "imagenet" in ids


def test_offsets_hold_behind_an_emoji(explore: Callable[..., Any], tiny_page: Path) -> None:
    page = explore(tiny_page, "#concept=neural-network")
    assert set(page.texts("#panel .item mark")) == {"neural network"}
    assert page.text("#panel .item blockquote").startswith("The 🔬Probe dataset asks a neural network 😀 for")


def test_a_click_on_a_line_shows_its_sentences(explore: Callable[..., Any], tiny_page: Path) -> None:
    page = explore(tiny_page)
    page.mouse(*page.edge_spot("text/transformer/machine-translation"))
    page.wait(lambda: page.all("#panel .item blockquote"))
    assert page.text("#panel h2").replace("\n", " ") == "Transformer is used for machine translation"
    assert "For machine translation (MT) a Transformer is trained on pairs" in page.panel
    assert set(page.texts("#panel mark")) == {"machine translation", "MT", "Transformer"}
    assert "confidence 0.90" in page.panel
    assert page.js("return location.hash") == "#edge=text/transformer/machine-translation"


def test_lines_of_the_catalog_and_of_shared_papers_say_what_they_are(explore: Callable[..., Any], tiny_page: Path) -> None:
    page = explore(tiny_page, "#edge=catalog/bert/transformer")
    assert "From the catalog's hierarchy; no paper of this graph has to say so." in page.panel
    page = explore(tiny_page, "#edge=together/prismnet/cifar-10")
    assert "2 papers name both. Not a relation that a text states." in page.panel
    assert set(page.texts("#panel mark")) == {"PrismNet", "CIFAR-10"}
    assert "together" not in page.state["show"]["kinds"]  # the line that was asked for is shown


def test_runners_up_and_a_report(explore: Callable[..., Any], tiny_page: Path) -> None:
    page = explore(tiny_page, "#concept=bert")
    page.js("navigator.clipboard.writeText = async (t) => { window.copied = t; }")
    page.one("#panel .item .quiet").click()
    line = json.loads(page.wait(lambda: page.js("return window.copied")))
    link = page.js(
        "const { data, app } = paperkg; const l = app.model.byConcept[data.concepts.id.indexOf('bert')][0];"
        "const { papers, links, relations, sentences } = data;"
        "return [papers.id[links.paper[l]], relations[links.relation[l]].name, sentences[links.quotes[l][0][0]]]"
    )
    assert line == {"paper": link[0], "concept": "bert", "relation": link[1], "sentence": link[2], "verdict": ""}
    assert "\n" not in page.js("return window.copied")
    # what else a mention might have meant
    page.js("paperkg.data.links.others[paperkg.app.model.byConcept[paperkg.data.concepts.id.indexOf('bleu')][0]] = [['red', 0.25]]")
    page.find("bleu")
    page.press("Enter")
    page.wait(lambda: page.text("#panel h2") == "BLEU")
    page.one("#panel .others summary").click()
    assert page.texts("#panel .others li") == ["red 0.25"]


# --- filters ------------------------------------------------------------------------------------------------------------


def test_the_legend_filters_by_type_kind_and_relation(explore: Callable[..., Any], tiny_page: Path) -> None:
    page = explore(tiny_page)
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


def test_what_is_asked_for_comes_back_from_behind_a_filter(explore: Callable[..., Any], tiny_page: Path) -> None:
    page = explore(tiny_page, "#types-off=Dataset,Metric&hide=imagenet&years=2021-2022")
    assert "imagenet" not in page.concepts
    page.find("ilsvrc")
    page.press("Enter")
    page.wait(lambda: page.text("#panel h2") == "ImageNet")
    assert "imagenet" in page.concepts
    assert page.state["show"]["types"] == ["Metric"]


def test_years_filter_concepts_papers_and_lines(explore: Callable[..., Any], tiny_page: Path) -> None:
    page = explore(tiny_page)
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


def test_filter_first_then_reveal(explore: Callable[..., Any], tiny_page: Path) -> None:
    page = explore(tiny_page, "#types-off=Architecture,Method,Metric,Task")
    kept = page.concepts
    assert set(kept) == {"cifar-10", "sst-2", "imagenet", "probe"} and page.edges == []
    page.one("#legend .buttons button").click()
    assert page.concepts == kept
    assert page.edges == ["together/cifar-10/imagenet"]
    assert page.state["show"]["only"] == sorted(kept)
    page.press("Ctrl+z")
    assert page.state["show"]["only"] is None and page.edges == []


# --- neighbours and history ---------------------------------------------------------------------------------------------


def test_expand_hide_and_undo(explore: Callable[..., Any], tiny_page: Path) -> None:
    page = explore(tiny_page, "#concept=prismnet")
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


def test_a_double_click_shows_a_node_and_its_neighbours(explore: Callable[..., Any], tiny_page: Path) -> None:
    page = explore(tiny_page)
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


def test_a_path_with_evidence_for_each_step(explore: Callable[..., Any], tiny_page: Path) -> None:
    page = explore(tiny_page, "#concept=low-rank-adaptation")
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


def test_a_path_by_clicks_and_over_what_is_filtered(explore: Callable[..., Any], tiny_page: Path) -> None:
    page = explore(tiny_page)
    page.one("#find-path").click()
    page.mouse(*page.spot("imagenet"))
    page.wait(lambda: "ImageNet" in page.text("#panel .end"))
    page.mouse(*page.spot("transformer"))
    page.wait(lambda: page.all(".hops > li"))
    assert page.state["selection"] == {"path": {"from": "imagenet", "to": "transformer", "nth": 0}}
    page.one("#legend input[data-name=text]").click()
    page = explore(tiny_page, "#path=imagenet/transformer&lines-off=text,catalog,together")
    assert "The filters leave no path between them" in page.panel
    page = explore(tiny_page, "#path=imagenet/probe")
    assert "The filters leave no path between them" in page.panel
    assert any("shares 1 paper with" in " ".join(hop.split()) for hop in page.texts(".hops > li > .row"))  # those lines are off at first
    page = explore(tiny_page, "#path=imagenet/nothing-here")
    assert "not on this page" in page.panel


# --- the table ----------------------------------------------------------------------------------------------------------


def test_the_table_sorts_narrows_and_keeps_step(explore: Callable[..., Any], tiny_page: Path) -> None:
    page = explore(tiny_page)
    page.press("t")
    assert page.js("return document.activeElement.id") == "tab-concepts"
    assert len(page.all("#rows tbody tr")) == 21
    assert page.texts("#rows tbody td:nth-child(3)")[:4] == ["3", "2", "2", "2"]
    header = page.one("#rows thead th:nth-child(1) button")
    header.click()
    names = page.texts("#rows tbody th")
    assert names[0] == "🔬Probe" and names[1:] == sorted(names[1:], key=str.casefold)
    assert page.one("#rows thead th:nth-child(1)").get_attribute("aria-sort") == "ascending"
    page.one("#rows thead th:nth-child(1) button").click()
    assert page.texts("#rows tbody th") == names[::-1]
    # the drawing follows the table, and the table the drawing
    next(b for b in page.all("#rows tbody th button") if b.text == "ImageNet").click()
    page.wait(lambda: page.text("#panel h2") == "ImageNet")
    assert page.text("#rows tr[aria-current=true] th") == "ImageNet"
    page.find("sst-2")
    page.press("Enter")
    page.wait(lambda: page.text("#rows tr[aria-current=true] th") == "SST-2")
    page.one("#legend input[data-name=Dataset]").click()
    assert len(page.all("#rows tbody tr")) == 17
    page.press("a")
    page.one("#narrow").send_keys("transformer archi")
    page.wait(lambda: page.texts("#rows tbody th") == ["BERT", "Transformer"] or page.texts("#rows tbody th") == ["Transformer", "BERT"])
    page.one("#table .head .small").click()
    assert set(page.concepts) == {"bert", "transformer"}
    assert "query=transformer%20archi" in page.js("return location.hash")
    page.press("a")
    page.one("#tab-relations").click()
    assert len(page.all("#rows tbody tr")) == 14
    page.find("prismnet")
    page.press("Enter")
    page.wait(lambda: page.text("#panel h2") == "PrismNet")
    page.one("#scope").click()
    ends = list(zip(page.texts("#rows tbody th"), page.texts("#rows td:nth-child(3)"), strict=True))
    assert ("PrismNet", "Transformer") in ends and all(
        "PrismNet" in row or "Transformer" in row or "CIFAR-10" in row or "ImageNet" in row for row in ends
    )
    assert page.one("#table .pager").text.startswith("1–")
    page.js("document.getElementById('tab-relations').focus()")
    page.press("Right")
    assert page.js("return document.activeElement.id") == "tab-concepts"
    page.press("t")
    assert not page.one("#table").is_displayed()


# --- addresses ----------------------------------------------------------------------------------------------------------


def test_an_address_brings_everything_back(explore: Callable[..., Any], tiny_page: Path) -> None:
    hash_ = "#concept=bert&types-off=Metric&relations-off=comparedWith&years=2022-2025&query=e&table=relations&at=12,-30,1.50&hide=sst-2"
    page = explore(tiny_page, hash_)
    page.wait(lambda: page.text("#panel h2") == "BERT")
    state = page.state
    assert state["selection"] == {"concept": "bert"} and state["table"] == "relations" and state["query"] == "e"
    assert state["show"]["years"] == [2022, 2025] and state["show"]["hidden"] == ["sst-2"] and state["show"]["types"] == ["Metric"]
    page.idle()
    camera = page.js("return paperkg.picture.drawing.camera")
    assert (round(camera["x"]), round(camera["y"]), camera["scale"]) == (12, -30, 1.5)
    assert page.js("return document.querySelector('#years input').value") == "2022"
    page.js("navigator.clipboard.writeText = async (t) => { window.copied = t; }; document.getElementById('drawing').focus()")
    page.press("c")
    copied = page.wait(lambda: page.js("return window.copied"))
    page = explore(tiny_page, "#" + copied.split("#", 1)[1])
    assert page.state == state


def test_only_a_movement_by_hand_is_part_of_the_address(explore: Callable[..., Any], tiny_page: Path) -> None:
    page = explore(tiny_page)
    page.mouse(*page.spot("sst-2"))
    page.wait(lambda: page.text("#panel h2") == "SST-2")
    page.driver.execute_async_script("setTimeout(arguments[0], 500)")  # longer than it waits for a movement to end
    assert page.js("return location.hash") == "#concept=sst-2"
    page.press("+")
    page.wait(lambda: "&at=" in page.js("return location.hash"))
    page.press("f")
    assert page.js("return location.hash") == "#concept=sst-2"


def test_back_and_forward(explore: Callable[..., Any], tiny_page: Path) -> None:
    page = explore(tiny_page, "#concept=bert")
    assert page.text("#panel h2") == "BERT"
    page.one("#panel .item .title").click()
    page.wait(lambda: page.js("return location.hash").startswith("#paper="))
    page.one("#legend input[data-name=Task]").click()
    page.driver.back()
    page.wait(lambda: page.one("#legend input[data-name=Task]").is_selected())
    page.driver.back()
    page.wait(lambda: page.text("#panel h2") == "BERT")
    page.driver.forward()
    page.wait(lambda: page.js("return location.hash").startswith("#paper=") and page.text("#panel h2") != "BERT")
    page.press("Esc")
    page.wait(lambda: page.text("#panel h2") == "What the papers are about")
    assert page.js("return location.hash") == ""


def test_what_is_selected_while_an_address_is_followed_is_in_the_address(explore: Callable[..., Any], tiny_page: Path) -> None:
    page = explore(tiny_page, "#concept=bert")
    # a server that takes its time
    page.js(
        "paperkg.app.source.concept = () => new Promise((done) => { window.late = () => done(null); }); location.hash = '#concept=sst-2'"
    )
    page.wait(lambda: page.js("return window.late !== undefined"))
    page.press("Esc")
    page.wait(lambda: page.text("#panel h2") == "What the papers are about")
    page.js("window.late()")
    page.wait(lambda: page.js("return location.hash") == "")
    assert page.state["selection"] is None


@pytest.mark.parametrize(
    "hash_",
    [
        "#concept=%E0%A4%A", "#concept=no-such", "#edge=x", "#edge=text/a/b/c/d", "#path=a", "#at=NaN,1,1", "#years=9-1", "#=&&",
        "#__proto__=1", "#concept=</script><img src=x onerror=window.hacked=1>", "#only=" + "x," * 9000, "#query=" + "%3Cimg%3E" * 999,
    ],
)  # fmt: skip
def test_hostile_addresses_do_nothing(explore: Callable[..., Any], tiny_page: Path, hash_: str) -> None:
    page = explore(tiny_page, hash_)
    assert page.text("h1") == "Knowledge graph of 8 papers"
    assert page.js("return window.hacked === undefined && document.images.length === 0 && ({}).polluted === undefined")
    page.press("a", "Esc")
    assert len(page.concepts) == 21


# --- what can be taken away ---------------------------------------------------------------------------------------------


def test_exports_of_all_and_of_the_selection(explore: Callable[..., Any], tiny_page: Path) -> None:
    page = explore(tiny_page)
    page.catch_downloads()
    name, content = page.exported("Papers as BibTeX")
    text = content.decode()
    assert name == "papers.bib"
    assert text.count("\n@") + 1 == 7
    assert "{Translation with <b>bold</b> Transformers}" in text and r"Question \& Others" in text
    import bibtexparser

    assert len(bibtexparser.parse_string(text).entries) == 7
    name, content = page.exported("Concepts as CSV")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0] == ["Concept", "Type", "Papers", "Relations", "First seen", "Also called", "Id"] and len(rows) == 22
    assert ["BERT", "Architecture", "2", "3", "2023", "Bidirectional Encoder Representations from Transformers", "bert"] in rows
    page.find("bert")
    page.press("Enter")
    page.wait(lambda: page.text("#panel h2") == "BERT")
    rows = list(csv.reader(io.StringIO(page.exported("Evidence as CSV")[1].decode("utf-8-sig"))))
    assert len(rows) == 3 and {r[4] for r in rows[1:]} == {"bert"}
    assert len(bibtexparser.parse_string(page.exported("Papers as BibTeX")[1].decode()).entries) == 2
    rows = list(csv.reader(io.StringIO(page.exported("Relations as CSV")[1].decode("utf-8-sig"))))
    assert len(rows) == 4 and all("bert" in r for r in rows[1:])
    png = page.exported("PNG")[1]
    assert png.startswith(b"\x89PNG") and int.from_bytes(png[16:20]) > 1400
    svg = page.exported("SVG")[1].decode()
    assert svg.startswith(("<?xml", "<svg")) and "BERT" in svg and "<script" not in svg


# --- keys, colours, storage ---------------------------------------------------------------------------------------------


def test_everything_by_keys(explore: Callable[..., Any], tiny_page: Path) -> None:
    page = explore(tiny_page)
    page.press("?")
    assert page.one("#help").is_displayed()
    assert len(page.all("#help dt")) >= 15
    page.press("Esc")
    assert not page.one("#help").is_displayed()
    page.press("Right")
    first = page.wait(lambda: page.state["selection"])
    assert first == {"concept": "large-language-model"}
    near = {"bert", "llama"}
    for key in ("Right", "Left", "Up", "Down"):
        page.press(key)
        if (now := page.state["selection"]) != first:
            assert now["concept"] in near
            break
    else:
        raise AssertionError("no arrow leads to a neighbour")
    page.press("Enter")
    assert page.js("return document.activeElement.tagName") == "H2"
    page.press("Esc")
    assert page.state["selection"] is None
    assert page.js("return document.activeElement.id") == "drawing"
    scale = page.js("return paperkg.picture.drawing.camera.scale")
    page.press("+")
    assert page.js("return paperkg.picture.drawing.camera.scale") > scale
    page.press("f", "l")
    assert not page.one("#legend").is_displayed()
    page.press("l")
    assert page.one("#legend").is_displayed()
    # every control can be reached by Tab, and shows that it has the focus
    page.js("document.getElementById('search').focus()")
    seen = set()
    for _ in range(30):
        page.press("Tab")
        tag, outline = page.js(
            "const e = document.activeElement;"
            "return [e.id || e.getAttribute('aria-label') || e.textContent, getComputedStyle(e).outlineStyle]"
        )
        assert outline != "none", tag
        seen.add(tag)
    assert {"filters", "show-table", "find-path", "theme", "drawing", "From year"} <= seen


def test_colours_follow_the_system_until_someone_chooses(explore: Callable[..., Any], tiny_page: Path) -> None:
    page = explore(tiny_page)
    ground = "return getComputedStyle(document.body).backgroundColor"
    light = page.js(ground)
    reduce = {"name": "prefers-reduced-motion", "value": "reduce"}
    dark_ = {"features": [reduce, {"name": "prefers-color-scheme", "value": "dark"}]}
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", dark_)
    dark = page.wait(lambda: page.js(ground) != light and page.js(ground))
    page.press("d")
    assert page.js(ground) == light
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [reduce, {"name": "prefers-color-scheme", "value": "light"}]})
    assert page.js(ground) == light
    page.one("#theme").click()
    assert page.js(ground) == dark


def test_nothing_is_stored_in_the_browser(explore: Callable[..., Any], tiny_page: Path) -> None:
    page = explore(tiny_page, "#concept=bert")
    page.press("d", "t", "o")
    assert page.js("return [localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    for name in ("localStorage", "sessionStorage", "indexedDB"):
        assert page.js(f"return ![...document.scripts].some((s) => s.textContent.includes('{name}'))")


def test_the_details_can_be_made_wider(explore: Callable[..., Any], tiny_page: Path) -> None:
    page = explore(tiny_page)
    width = page.one("#panel").size["width"]
    page.js("document.querySelector('.resizer.vertical').focus()")
    page.press("Left", "Left")
    assert page.one("#panel").size["width"] == width + 48
    page.press("Right")
    assert page.one("#panel").size["width"] == width + 24
