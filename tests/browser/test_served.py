"""The pages of `kg serve` in a real browser: the explorer over the server, and the page for queries. Nothing but the server is asked."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kg.graph import Graph
from kg.query.cookbook import ask

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Address:
    """A page of a server, where the fixtures expect a file."""

    url: str

    def as_uri(self) -> str:
        return self.url


@pytest.fixture(scope="module")
def server(tiny_graph: Graph, bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of the tiny graph."""
    with subprocess.Popen(
        [sys.executable, "-m", "kg", "serve", str(tiny_graph.path), "--port", "0", "--timeout", "120"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PAPERKG_CACHE": str(tmp_path_factory.mktemp("served"))},
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()


@pytest.fixture
def explorer(explore_served: Callable[..., Any], server: str) -> Any:
    return explore_served(Address(server))


@pytest.fixture
def queries(explore_served: Callable[..., Any], server: str) -> Any:
    return explore_served(Address(f"{server}query"))


def test_the_explorer_finds_expands_and_shows_sentences(explorer: Any) -> None:
    page = explorer
    assert page.text("h1") == "Knowledge graph of 8 papers"
    # without sentences at first: they come with what is selected
    assert page.js("return paperkg.data.sentences.length") == 0
    assert page.find("stanford senti")[0] == "SST-2"
    page.press("Enter")
    page.wait(lambda: page.text("#panel h2") == "SST-2")
    page.wait(lambda: "keeps its quality on SST-2." in page.panel)
    assert set(page.texts("#panel .item mark")) == {"SST-2"}
    # an edge with its sentence, and an address that leads there
    page.js("void paperkg.app.select({edge: 'text/prismnet/transformer'})")
    page.wait(lambda: "whose attention looks at few patches" in page.panel)
    assert page.js("return location.hash") == "#edge=text/prismnet/transformer"
    # what came before goes on: neighbours without sentences take none away
    known = page.js("return paperkg.data.sentences.length")
    page.driver.execute_async_script("paperkg.app.expand(paperkg.app.model.conceptAt.get('transformer')).then(() => arguments[0]())")
    assert page.js("return paperkg.data.sentences.length") >= known
    # a paper and a path
    page.js("void paperkg.app.select({paper: 'doi:10.1000/tiny.4'})")
    page.wait(lambda: page.text("#panel h2") == "Translation with <b>bold</b> Transformers")
    page.js("void paperkg.app.path('prismnet', 'bert')")
    page.wait(lambda: "Step by step" in page.panel)
    assert "PrismNet, a Transformer" in page.panel
    assert page.one("header a[aria-label^=Queries]").get_attribute("href").endswith("/query")


def test_an_address_of_a_concept_opens_with_it(explore_served: Callable[..., Any], server: str) -> None:
    page = explore_served(Address(server), "#concept=low-rank-adaptation")
    page.wait(lambda: page.text("#panel h2") == "low-rank adaptation")
    page.wait(lambda: "Low-rank adaptation (LoRA) of Llama 2 13B" in page.panel)


def run(page: Any) -> list[list[str]]:
    """Runs the query and gives the rows of the table."""
    page.one(".run").click()
    page.wait(lambda: " in " in page.text("#status") or page.all(".error"), 120)
    assert page.texts(".error") == []
    rows: list[list[str]] = page.js(
        "return [...document.querySelectorAll('#result tbody tr')].map((r) => [...r.cells].map((c) => c.textContent))"
    )
    return rows


def write(page: Any, query: str) -> None:
    page.js("const q = document.getElementById('query'); q.value = arguments[0]; q.dispatchEvent(new Event('input'))", query)


def choose(page: Any, number: int, **values: str) -> None:
    page.all(".question")[number - 1].click()
    page.wait(lambda: page.all(".field") or page.text(".told"))
    for name, value in values.items():
        field = page.one(f"#param-{name}")
        field.clear()
        field.send_keys(value + "\t")
    page.wait(
        lambda: (
            page.one("#query").get_attribute("value").startswith("# ")
            and all(
                v in page.js("return JSON.stringify([...document.querySelectorAll('.field input')].map((i) => i.value))")
                for v in values.values()
            )
        )
    )


def test_a_question_of_the_cookbook_in_both_languages(queries: Any, tiny_graph: Graph) -> None:
    page = queries
    expected = [["" if v is None else str(v) for v in row] for row in ask(tiny_graph, "papers-using", {"x": "Transformer"}).rows]
    assert len(expected) > 2
    choose(page, 1, x="Transformer")
    page.wait(lambda: '"transformer"' in page.one("#query").get_attribute("value"))
    assert sorted(run(page)) == sorted(expected)
    page.one("input[value=cypher]").click()
    assert page.one("#query").get_attribute("value").startswith("// Which papers use X")
    assert '$x = "transformer"' in page.text(".given")
    assert sorted(run(page)) == sorted(expected)
    assert page.text("#status").startswith(f"{len(expected)} rows in ")
    # a cell leads into the explorer
    assert page.one("#result td a").get_attribute("href").endswith("/#paper=arxiv%3A2401.00001")
    # drawn: papers, tasks and datasets as nodes
    page.all(".bar button")[1].click()
    page.wait(lambda: page.all(".picture canvas"))
    things = {v for row in expected for v in (row[0], *row[3:]) if v} | {"Transformer"}
    assert page.one(".picture").get_attribute("aria-label").startswith(f"{len(things)} nodes and ")


def test_answers_are_taken_away_as_files(queries: Any) -> None:
    page = queries
    write(page, "SELECT ?t { ?p kg:id 'doi:10.1000/tiny.4' ; dcterms:title ?t }")
    assert run(page) == [["Translation with <b>bold</b> Transformers"]]
    page.catch_downloads()
    for label, read in (("CSV", lambda text: [*csv.DictReader(io.StringIO(text))]), ("JSON", json.loads)):
        page.js("window.caught = []")
        next(b for b in page.all(".bar button") if b.text == label).click()
        name, content = page.wait(lambda: page.js("return window.caught[0]"))
        assert name == f"answer.{label.lower()}" and read(bytes(content).decode()) == [{"t": "Translation with <b>bold</b> Transformers"}]


def test_paths_and_triples_are_drawn_and_other_rows_are_not(queries: Any) -> None:
    page = queries
    page.one("input[value=cypher]").click()
    for query, drawn in (
        ("MATCH p = (:Paper)-[:PROPOSES]->(:Concept) RETURN p", "7 nodes and 4 lines"),
        ("MATCH (a:Concept)-[r:BASED_ON]->(b:Concept) RETURN a, r, b", "4 nodes and 2 lines"),
        ("MATCH (p:Paper) RETURN count(p) AS n", None),
    ):
        write(page, query)
        run(page)
        button = page.all(".bar button")[1]
        assert button.is_enabled() == (drawn is not None)
        if drawn:
            button.click()
            page.wait(lambda: page.all(".picture canvas"))
            assert page.one(".picture").get_attribute("aria-label").startswith(drawn)


def test_keys_alone_choose_ask_and_stop(queries: Any) -> None:
    page = queries
    page.one("#filter").send_keys("most papers speak")
    assert len(page.all(".question")) == 1
    page.press("Tab", "Enter")
    page.wait(lambda: page.all("#param-type"))
    page.wait(lambda: "MIN" in page.one("#query").get_attribute("value") or "Method" in page.one("#query").get_attribute("value"))
    page.one("#query").send_keys("")
    page.press("Ctrl+Enter")
    page.wait(lambda: " rows in " in page.text("#status"), 120)


@pytest.mark.parametrize(("scheme", "width", "height"), [("light", 1400, 900), ("dark", 390, 844)])
def test_axe_finds_nothing_on_the_query_page(
    explore_served: Callable[..., Any], server: str, bundle: Path, scheme: str, width: int, height: int
) -> None:
    page = explore_served(Address(f"{server}query"))
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    page.size(width, height)
    choose(page, 1, x="Transformer")
    assert page.axe(bundle) == []
    run(page)
    assert page.axe(bundle) == []
    page.all(".bar button")[1].click()
    page.wait(lambda: page.all(".picture canvas"))
    assert page.axe(bundle) == []
    assert page.js("return document.documentElement.scrollWidth") <= width
