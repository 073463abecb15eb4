"""Pages of `kg site` in a real browser, opened from the disk. Every test also fails on a request to any host and on a console error."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg.analysis import communities, rank
from kg.graph import Graph
from kg.site import write
from kg.site.names import safe_name

pytestmark = pytest.mark.browser
PAPER = f"paper/{safe_name('arxiv:2401.00001')}.html"
KINDS = (
    "index.html", "concepts/index.html", "concepts/architecture.html", "concept/transformer.html", "concept/classification.html", PAPER,
    "papers/index.html", "papers/year-2024.html", "heatmaps/index.html", "heatmaps/task-dataset.html", "trends/index.html",
    "communities/index.html", "communities/1.html", "names/index.html", "names/p.html", "404.html",
)  # fmt: skip


@pytest.fixture(scope="module")
def site(tiny_graph: Graph, bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site under a path with a space, a letter beyond ASCII and a number sign, as folders of people have them."""
    folder = tmp_path_factory.mktemp("site") / "my sité #1"
    write(tiny_graph, folder, properties=[rank(tiny_graph, by=("pagerank", "hub")), communities(tiny_graph)])
    return folder


def typed(page: Any, text: str) -> list[str]:
    """What the search offers for a text."""
    field = page.one("[role=search] input")
    field.clear()
    field.send_keys(text)
    # the answer to all of it, not to its first letters
    page.wait(lambda: page.all(".found:not([hidden]) li") and page.one(".found").get_attribute("data-query") == text)
    return [t.split("\n")[0] for t in page.texts(".found li")]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("stanford senti", "SST-2"), ("cifar", "CIFAR-10"), ("lora", "low-rank adaptation"), ("Transf", "Transformer"),
        ("prism revis", "Prism Attention Revisited"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["index.html", "concept/bert.html"])
def test_search_completes_over_all_names_and_titles(
    open_page: Callable[..., Any], site: Path, look: Any, path: str, query: str, first: str
) -> None:
    page = open_page(site / path)
    assert typed(page, query)[0].startswith(first)
    page.one("[role=search] input").send_keys("\ue007")
    page.wait(lambda: first in page.text("h1") and page.text("h1") != "Knowledge graph of 8 papers")
    page.wait(lambda: page.js("return document.body.dataset.ready") == "yes")


def test_search_by_keyboard_and_what_is_not_there(open_page: Callable[..., Any], site: Path, look: Any) -> None:
    page = open_page(site / "concept" / "bert.html")
    page.one("body").send_keys("/")
    field = page.one("#search input")
    assert page.js("return document.activeElement === arguments[0]", field)
    offered = typed(page, "pr")
    assert len(offered) >= 2
    field.send_keys("\ue015")
    assert field.get_attribute("aria-activedescendant") == "search-found-1"
    assert page.texts(".found [aria-selected=true]")[0].startswith(offered[1])
    field.send_keys("\ue00c")
    assert not page.one(".found").is_displayed()
    assert field.get_attribute("aria-expanded") == "false"
    assert typed(page, "zzz") == ["Nothing goes by that name."]


def test_a_mention_tells_its_concept_to_mouse_and_keyboard(open_page: Callable[..., Any], site: Path, look: Any) -> None:
    page = open_page(site / PAPER)
    mention = next(m for m in page.all(".abstract a.m") if m.text == "Transformer")
    page.js("arguments[0].focus()", mention)
    page.wait(lambda: page.one(".tip").is_displayed())
    assert "Transformer" in page.text(".tip") and "uses" in page.text(".tip") and "0.90" in page.text(".tip")
    # who cannot see it hears the same
    described = mention.get_attribute("aria-describedby").split()
    assert "confidence" in page.js("return document.getElementById(arguments[0]).textContent", described[0])
    page.one("body").send_keys("\ue00c")
    assert not page.one(".tip").is_displayed()
    from selenium.webdriver import ActionChains

    other = next(m for m in page.all(".abstract a.m") if m.text == "ImageNet")
    ActionChains(page.driver).move_to_element(other).perform()
    page.wait(lambda: "ImageNet" in page.text(".tip"))
    # the pointer may go on to it, and follow its link
    link = page.one(".tip a")
    ActionChains(page.driver).move_to_element(link).click().perform()
    page.wait(lambda: page.text("h1") == "ImageNet")


def test_a_cell_of_a_heat_map_opens_its_papers(open_page: Callable[..., Any], site: Path, look: Any) -> None:
    page = open_page(site / "heatmaps" / "task-dataset.html")
    cell = page.one(".heat td a")
    label = cell.get_attribute("aria-label")
    task, rest = label.split(" × ")
    cell.click()
    page.wait(lambda: page.text("h1") == task)
    section = page.js("return decodeURIComponent(location.hash.slice(1))")
    assert rest.split(":")[0] in page.js("return document.getElementById(arguments[0]).innerText", section)


def test_the_explorer_opens_at_the_concept(open_page: Callable[..., Any], site: Path, look: Any) -> None:
    page = open_page(site / "concept" / "transformer.html")
    page.one("a.button").click()
    page.wait(lambda: page.js("return document.body.dataset.ready") == "yes" and page.js("return location.hash") == "#concept=transformer")
    page.wait(lambda: "Transformer" in page.text("#panel h2"))


def test_dark_and_light_can_be_chosen_and_stay(open_page: Callable[..., Any], site: Path, look: Any) -> None:
    ground = "return getComputedStyle(document.body).backgroundColor"
    page = open_page(site / "index.html")
    light = page.js(ground)
    look(scheme="dark")
    dark = page.js(ground)
    assert light != dark
    button = page.one("#theme button")
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    assert page.js(ground) == light
    page.driver.get((site / "papers" / "index.html").as_uri())
    page.wait(lambda: page.js("return document.body.dataset.ready") == "yes")
    assert page.js(ground) == light
    page.js("localStorage.clear()")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (390, "light")])
def test_axe_finds_nothing(open_page: Callable[..., Any], site: Path, bundle: Path, look: Any, width: int, scheme: str) -> None:
    look(width, 844, scheme)
    page = open_page(site / "index.html")
    for path in KINDS:
        page.driver.get((site / path).as_uri())
        assert page.axe(bundle, preload=False) == [], path


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("path", ["concept/bert.html", PAPER])
def test_what_analyses_found_stands_under_its_heading(open_page: Callable[..., Any], site: Path, look: Any, width: int, path: str) -> None:
    look(width, 844)
    page = open_page(site / path)
    section, heading, found = page.js(
        "const list = document.querySelector('dl.values');"
        " return [list.parentElement, list.previousElementSibling, list].map((e) => e.getBoundingClientRect().toJSON())"
    )
    assert heading["bottom"] <= found["top"] and found["bottom"] <= section["bottom"]
    assert section["left"] <= found["left"] and found["right"] <= section["right"] <= width
    assert found["height"] > 30


@pytest.mark.parametrize("width", [390, 320])
def test_no_page_is_wider_than_a_phone(open_page: Callable[..., Any], site: Path, look: Any, width: int) -> None:
    look(width, 844)
    page = open_page(site / "index.html")
    for path in KINDS:
        page.driver.get((site / path).as_uri())
        assert page.js("return document.documentElement.scrollWidth") <= width, path


def test_it_opens_wherever_it_is_moved(open_page: Callable[..., Any], site: Path, tmp_path: Path, look: Any) -> None:
    moved = tmp_path / "a" / "b" / "c"
    shutil.copytree(site, moved)
    page = open_page(moved / "concept" / "bert.html")
    assert typed(page, "image")[0] == "image classification"
    assert page.js("return getComputedStyle(document.querySelector('.top')).display") == "flex"
