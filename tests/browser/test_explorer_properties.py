"""What analyses found, on the explorer's page: sizes, colours, panel, table, files and addresses."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exports.explorer import write
from kg.analysis import communities, rank
from kg.graph import Graph

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def ranked_page(tiny_graph: Graph, bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("explorer") / "ranked.html"
    write(tiny_graph, path, properties=[rank(tiny_graph, by=("pagerank",)), communities(tiny_graph)])
    return path


def choose(page: Any, field: str, label: str) -> None:
    """Chooses by keys alone: the field is reached, and a letter goes to its entry."""
    page.js("document.getElementById(arguments[0]).focus()", field)
    options = page.texts(f"#{field} option")
    page.press(*["Down"] * (options.index(label) - page.js("return document.getElementById(arguments[0]).selectedIndex", field)))


def colors_of(page: Any) -> dict[str, int]:
    page.idle()
    found: dict[str, int] = page.js(
        "const s = paperkg.picture.stage;"
        " return Object.fromEntries(s.nodes.map((n, i) => [paperkg.data.concepts.id[n], s.scene.fill.at[i]]))"
    )
    return found


def test_the_choices_fit_beside_a_scroll_bar(explore: Callable[..., Any], ranked_page: Path, look: Any) -> None:
    look(1280, 480)
    page = explore(ranked_page, "#colour=community")
    down, aside = page.js(
        "const box = document.querySelector('#legend .scroll');"
        " return [box.scrollHeight - box.clientHeight, box.scrollWidth - box.clientWidth]"
    )
    assert down > 0 and aside == 0


def test_sizes_and_colours_by_keys(explore: Callable[..., Any], ranked_page: Path, tiny_graph: Graph, bundle: Path) -> None:
    page = explore(ranked_page)
    assert page.texts("#size-by option") == ["Papers", "PageRank", "Strength in its community"]
    assert page.texts("#color-by option") == [
        "Type", "Community (of the map)", "Papers", "First seen",
        "PageRank", "Community (analysis)", "Part of the community", "Strength in its community",
    ]  # fmt: skip
    assert not page.one(".key").is_displayed()
    choose(page, "size-by", "PageRank")
    choose(page, "color-by", "Community (analysis)")
    values = rank(tiny_graph).properties.concepts
    page.idle()
    first = page.js("return paperkg.picture.stage.nodes.map((n) => paperkg.data.concepts.id[n])")
    found = [values[id_]["pagerank"] for id_ in first]
    assert found == sorted(found, reverse=True)
    radii = page.js("return [...paperkg.picture.stage.scene.r]")
    assert radii == sorted(radii, reverse=True) and round(max(radii)) == 28
    groups = communities(tiny_graph).properties.concepts
    colors = colors_of(page)
    assert len({(groups[i]["community"], colors[i]) for i in groups}) == len({v["community"] for v in groups.values()})
    assert page.text(".key li .label") in {v["community_name"] for v in groups.values()}
    assert sum(int(n) for n in page.texts(".key .count")) == len(colors)
    assert page.state["size"] == "pagerank" and page.state["color"] == "community"
    # a link leads to them
    address = page.driver.current_url
    assert "size=pagerank" in address and "colour=community" in address
    assert page.axe(bundle) == []
    again = explore(ranked_page, "#size=pagerank&colour=first")
    assert again.one("#color-by").get_attribute("value") == "first" and again.one(".key").is_displayed()
    assert again.js("return document.getElementById('legend').classList.contains('plain')")


def test_panel_table_and_files_have_the_numbers(explore: Callable[..., Any], ranked_page: Path, tiny_graph: Graph) -> None:
    page = explore(ranked_page, "#concept=bert&size=pagerank&colour=pagerank&table=concepts")
    values = rank(tiny_graph).properties.concepts
    assert "PageRank" in page.texts("#panel .facts dt")
    head = next(th for th in page.all("#rows thead button") if th.text.startswith("PageRank"))
    head.click()
    ids = page.js("return [...document.querySelectorAll('#rows tbody .link')].map((b) => b.innerText)")
    labels = {c.label: values[c.id]["pagerank"] for c in tiny_graph.concepts()}
    assert [labels[name] for name in ids] == sorted((labels[name] for name in ids), reverse=True)
    assert page.texts("#rows thead th[aria-sort=descending]") and page.text("#rows thead th[aria-sort=descending]").startswith("PageRank")
    page.press("Esc")
    page.catch_downloads()
    page.js("paperkg.app.store.set({selection: null})")
    rows = list(csv.DictReader(io.StringIO(page.exported("Concepts as CSV")[1].decode("utf-8-sig"))))
    assert {r["Id"]: float(r["PageRank"]) for r in rows} == {r["Id"]: values[r["Id"]]["pagerank"] for r in rows}
    svg = page.exported("SVG")[1].decode()
    assert "<desc>Size by: PageRank. Colour by: PageRank (" in svg
    palette = page.js("return getComputedStyle(document.documentElement).getPropertyValue('--scale-5')").strip()
    assert f'fill="{palette}"' in svg
    assert page.exported("PNG")[1].startswith(b"\x89PNG")


def test_an_address_that_asks_for_what_is_not_there(explore: Callable[..., Any], explorer_page: Path) -> None:
    page = explore(explorer_page, "#size=pagerank&colour=nothing")
    assert (page.state["size"], page.state["color"]) == ("papers", "type")
    assert "could not be read" in page.text("#toast")
    # nothing but the number of papers is there to size by
    assert page.all("#size-by") == [] and page.all("#color-by") != []


def test_files_of_an_edge_and_a_path_hold_what_states_it(explore: Callable[..., Any], explorer_page: Path) -> None:
    page = explore(explorer_page)
    page.catch_downloads()
    edge = next(key for key in page.edges if key.startswith("text/"))
    page.js("return paperkg.app.select({edge: arguments[0]})", edge)
    head, tail = edge.split("/")[1:]
    page.wait(lambda: page.js("return paperkg.app.nodes().length") == 2)
    rows = list(csv.DictReader(io.StringIO(page.exported("Relations as CSV")[1].decode("utf-8-sig"))))
    assert [(r["From id"], r["To id"]) for r in rows] == [(head, tail)]
    papers = list(csv.DictReader(io.StringIO(page.exported("Papers as CSV")[1].decode("utf-8-sig"))))
    stated = page.js(
        "const m = paperkg.app.model; return [...new Set(m.data.edges.relations[m.edgeAt.get(arguments[0])]"
        ".flatMap((r) => r[3].map((e) => m.papers.id[e[0]])))]",
        edge,
    )
    assert {r["Id"] for r in papers} == set(stated)
    evidence = list(csv.DictReader(io.StringIO(page.exported("Evidence as CSV")[1].decode("utf-8-sig"))))
    assert {(r["Paper id"], r["Concept id"]) for r in evidence} == {(p, c) for p in stated for c in (head, tail)}
