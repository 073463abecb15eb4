"""From a report in a real browser to a graph that is corrected by it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exports.explorer import write
from kg.build import build
from kg.graph import Graph
from kg.site import write as write_site
from kg.site.names import safe_name

pytestmark = pytest.mark.browser

PAPERS = (
    {
        "title": "SwiftNet: A Small Transformer for Images",
        "abstract": "We propose SwiftNet, a Transformer for image classification. On ImageNet and CIFAR-10 its accuracy is 90%.",
    },
    {
        "title": "Sentiment with Little Data",
        "abstract": "We fine-tune BERT on SST-2 for sentiment analysis. BERT is compared with an LSTM, and accuracy rises.",
    },
)
CLIPBOARD = "window.copied = []; navigator.clipboard.writeText = async (t) => { window.copied.push(t); }"
KEYS = {"Enter": "\ue007", "Escape": "\ue00c", "Tab": "\ue004", "ArrowDown": "\ue015", "ArrowUp": "\ue013"}


def press(page: Any, *keys: str) -> None:
    """Presses keys where the focus is."""
    for key in keys:
        page.driver.switch_to.active_element.send_keys(KEYS.get(key, key))


def report(page: Any, concept: str) -> None:
    """Opens the dialog for the first link of a concept."""
    page.js("return paperkg.app.select({concept: arguments[0]})", concept)
    page.wait(lambda: page.all("#panel .item .quiet"))
    page.one("#panel .item .quiet").click()
    page.wait(lambda: page.all("#report[open]"))


def choose(page: Any, kind: str) -> None:
    page.one(f"#report input[value={kind}]").click()


def test_a_report_becomes_a_file_and_the_link_is_gone(explore: Callable[..., Any], bundle: Path, tmp_path: Path) -> None:
    papers = tmp_path / "papers.jsonl"
    papers.write_text("".join(json.dumps(p) + "\n" for p in PAPERS), encoding="utf-8")
    before = build([papers], tmp_path / "before").graph
    write(before, tmp_path / "page.html")
    page = explore(tmp_path / "page.html")
    page.js(CLIPBOARD)
    page.catch_downloads()
    report(page, "imagenet")
    press(page, "Enter")  # the first choice has the focus: it is wrong
    page.wait(lambda: not page.all("#report"))
    report(page, "cifar-10")
    choose(page, "relation")
    page.js("const s = document.querySelector('#report .needs select[aria-label=\"How the paper stands to it\"]'); s.value = 'mentions';")
    page.one("#report .main").click()
    report(page, "bert")
    choose(page, "relink")
    page.one("#report-to").send_keys("LSTM tagger")
    page.js("const s = document.querySelector('#report select[aria-label=\"Whether it is new\"]'); s.value = 'Architecture';")
    page.one("#report-note").send_keys("it is a tagger")
    page.one("#report .main").click()
    report(page, "sst-2")
    choose(page, "confirm")
    page.one("#report .main").click()
    copied = page.wait(lambda: len(page.js("return window.copied")) == 4 and page.js("return window.copied"))
    # all of them as one file, from the menu
    name, content = page.exported("Reports")
    text = content.decode()
    assert name == "corrections.jsonl"
    assert text == "".join(f"{line}\n" for line in copied)

    file = tmp_path / "corrections.jsonl"
    file.write_text(text, encoding="utf-8")
    result = build([papers], tmp_path / "after", corrections=[file])
    assert [(o.status, o.correction.kind) for o in result.corrections if o.correction] == [
        ("applied", "remove"),
        ("applied", "relation"),
        ("applied", "relink"),
        ("applied", "confirm"),
    ]
    links = {k.concept: k for k in result.graph.links()}
    assert "imagenet" in {k.concept for k in before.links()}
    assert "imagenet" not in links
    assert (links["cifar-10"].relation, links["lstm-tagger"].correction, links["sst-2"].confidence) == ("mentions", "relink", 1.0)
    assert "bert" not in links
    # and the page of that graph says what was decided
    write(result.graph, tmp_path / "corrected.html")
    page = explore(tmp_path / "corrected.html", "#concept=lstm-tagger")
    assert page.texts("#panel .tag") == ["corrected"]


def test_reports_of_several_pages_of_a_site_are_one_file(open_page: Callable[..., Any], look: Any, bundle: Path, tmp_path: Path) -> None:
    papers = tmp_path / "papers.jsonl"
    papers.write_text("".join(json.dumps(p) + "\n" for p in PAPERS), encoding="utf-8")
    before = build([papers], tmp_path / "before").graph
    folder = tmp_path / "site"
    write_site(before, folder)
    (stated,) = [r for r in before.concept_links() if r.paper and (r.head, r.tail) == ("swiftnet", "transformer")]
    paper = stated.paper
    quote = "arguments[0].closest('li').querySelector('mark')"

    page = open_page(folder / "concept" / "imagenet.html")
    page.js(CLIPBOARD)
    flag = page.one("#papers .flag")
    assert flag.get_attribute("aria-label") == f"Report this link: {PAPERS[0]['title']}, ImageNet"
    sentence = page.js(f"return {quote}.parentElement.textContent", flag)
    flag.click()
    page.wait(lambda: page.all("#report[open]"))
    assert page.axe(bundle, preload=False) == []
    page.one("#report .main").click()
    page.wait(lambda: page.text("#toast").startswith("Copied"))
    assert page.js("return document.activeElement === arguments[0]", flag), "the focus is back where it was"
    (line,) = page.js("return window.copied")
    said = json.loads(line)
    assert (said["correction"], said["paper"], said["concept"], said["sentence"]) == ("remove", paper, "imagenet", sentence)

    # a relation of two concepts, on the page of one of them
    page.driver.get((folder / "concept" / "swiftnet.html").as_uri())
    page.js(CLIPBOARD)
    page.js("document.querySelector('li[data-tail=transformer] p[data-paper] .flag').click()")
    page.wait(lambda: page.text("#report h2") == "Report this relation")
    page.one("#report .main").click()
    page.wait(lambda: not page.all("#report"))

    # the page of a paper, whose text has the mention; names are offered from the index
    page.driver.get((folder / "paper" / f"{safe_name(paper)}.html").as_uri())
    page.js(CLIPBOARD)
    page.catch_downloads()
    page.js("document.querySelector('li[data-concept=cifar-10] .flag').click()")
    page.wait(lambda: page.all("#report[open]"))
    page.one("#report-to").send_keys("sst")
    page.wait(lambda: page.js("return [...document.querySelectorAll('#report-names option')].map((o) => o.value)") == ["SST", "SST-2"])
    page.one("#report-to").clear()
    page.one("#report-to").send_keys("SST-2")
    page.one("#report .main").click()
    (line,) = page.wait(lambda: page.js("return window.copied"))
    assert json.loads(line) | {"title": "", "label": ""} == {
        "correction": "relink", "paper": paper, "concept": "cifar-10", "to": "SST-2", "relation": "evaluatesOn", "quote": "CIFAR-10",
        "title": "", "label": "",
    }  # fmt: skip
    page.js("document.querySelector('li[data-concept=cifar-10] .flag').click()")
    page.wait(lambda: page.all("#report[open]"))
    next(b for b in page.all("#report .tools button") if b.text == "Download 3 reports").click()
    _, content = page.wait(lambda: page.js("return window.caught[0]"))
    page.js("sessionStorage.clear()")

    file = tmp_path / "corrections.jsonl"
    file.write_bytes(bytes(content))
    result = build([papers], tmp_path / "after", corrections=[file])
    assert [(o.status, o.correction.kind) for o in result.corrections if o.correction] == [
        ("applied", "remove"),
        ("applied", "remove"),
        ("applied", "relink"),
    ]
    assert not {"imagenet", "cifar-10"} & {k.concept for k in result.graph.links()}
    assert (stated.head, stated.tail) not in {(r.head, r.tail) for r in result.graph.concept_links() if r.paper}


def test_a_concept_that_is_there_goes_by_its_id(explore: Callable[..., Any], explorer_page: Path) -> None:
    page = explore(explorer_page)
    page.js(CLIPBOARD)
    report(page, "bert")
    page.one("#report-to").send_keys("prismn")
    page.wait(lambda: page.js("return [...document.querySelectorAll('#report-names option')].map((o) => o.value)") == ["PrismNet"])
    assert page.js("return document.querySelector('#report input[value=relink]').checked"), "to type a name is to choose this"
    page.one("#report-to").clear()
    page.one("#report-to").send_keys(KEYS["Enter"])
    assert page.text("#report .wrong") == "Say which concept it is."
    page.one("#report-to").send_keys("PrismNet")
    press(page, "Enter")
    (line,) = page.wait(lambda: page.js("return window.copied"))
    said = json.loads(line)
    assert (said["correction"], said["concept"], said["to"], said["quote"]) == ("relink", "bert", "prismnet", "BERT")
    assert said["quote"] in said["sentence"]
    page.wait(lambda: not page.all("#report"))


def test_a_relation_between_two_concepts(explore: Callable[..., Any], explorer_page: Path, tiny_graph: Graph, tmp_path: Path) -> None:
    page = explore(explorer_page, "#edge=text/transformer/machine-translation")
    page.js(CLIPBOARD)
    page.one("#panel .item .quiet").click()
    assert page.text("#report h2") == "Report this relation"
    page.one("#report .main").click()
    (line,) = page.wait(lambda: page.js("return window.copied"))
    (tmp_path / "c.jsonl").write_text(line, encoding="utf-8")
    graph = tiny_graph.save(tmp_path / "graph")
    change = graph.correct([tmp_path / "c.jsonl"])
    assert [o.status for o in change.corrections] == ["applied"]
    assert ("transformer", "machine-translation") not in {(r.head, r.tail) for r in graph.concept_links() if r.paper}


def test_without_a_clipboard_the_line_can_be_copied_by_hand(explore: Callable[..., Any], explorer_page: Path, bundle: Path) -> None:
    page = explore(explorer_page)
    page.js("navigator.clipboard.writeText = async () => { throw new Error('no'); }; document.execCommand = () => false;")
    page.catch_downloads()
    report(page, "bert")
    assert page.axe(bundle) == []
    page.one("#report .main").click()
    page.wait(lambda: page.js("const t = document.querySelector('#report textarea'); return !t.hidden && t === document.activeElement"))
    line = json.loads(page.js("return document.querySelector('#report textarea').value"))
    assert line["correction"] == "remove"
    assert page.axe(bundle) == []
    next(b for b in page.all("#report .tools button") if b.text == "Download 1 report").click()
    _, content = page.wait(lambda: page.js("return window.caught[0]"))
    assert json.loads(bytes(content)) == line
    press(page, "Escape")
    page.wait(lambda: not page.all("#report"))
    assert page.js("return document.activeElement.textContent") == "Report this link", "the focus is back where it was"
