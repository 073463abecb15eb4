"""The explorer in a real browser: the table, addresses, what can be taken away, keys and colours.

Every test also fails on a request to any host and on a console error.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser


# --- the table ----------------------------------------------------------------------------------------------------------


def test_the_table_sorts_narrows_and_keeps_step(explore: Callable[..., Any], explorer_page: Path) -> None:
    page = explore(explorer_page)
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


def test_an_address_brings_everything_back(explore: Callable[..., Any], explorer_page: Path) -> None:
    hash_ = "#concept=bert&types-off=Metric&relations-off=comparedWith&years=2022-2025&query=e&table=relations&at=12,-30,1.50&hide=sst-2"
    page = explore(explorer_page, hash_)
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
    page = explore(explorer_page, "#" + copied.split("#", 1)[1])
    assert page.state == state


def test_only_a_movement_by_hand_is_part_of_the_address(explore: Callable[..., Any], explorer_page: Path) -> None:
    page = explore(explorer_page)
    page.mouse(*page.spot("sst-2"))
    page.wait(lambda: page.text("#panel h2") == "SST-2")
    page.driver.execute_async_script("setTimeout(arguments[0], 500)")  # longer than it waits for a movement to end
    assert page.js("return location.hash") == "#concept=sst-2"
    page.press("+")
    page.wait(lambda: "&at=" in page.js("return location.hash"))
    page.press("f")
    assert page.js("return location.hash") == "#concept=sst-2"


def test_back_and_forward(explore: Callable[..., Any], explorer_page: Path) -> None:
    page = explore(explorer_page, "#concept=bert")
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


def test_what_is_selected_while_an_address_is_followed_is_in_the_address(explore: Callable[..., Any], explorer_page: Path) -> None:
    page = explore(explorer_page, "#concept=bert")
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
def test_hostile_addresses_do_nothing(explore: Callable[..., Any], explorer_page: Path, hash_: str) -> None:
    page = explore(explorer_page, hash_)
    assert page.text("h1") == "Knowledge graph of 8 papers"
    assert page.js("return window.hacked === undefined && document.images.length === 0 && ({}).polluted === undefined")
    page.press("a", "Esc")
    assert len(page.concepts) == 21


# --- what can be taken away ---------------------------------------------------------------------------------------------


def test_exports_of_all_and_of_the_selection(explore: Callable[..., Any], explorer_page: Path) -> None:
    page = explore(explorer_page)
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


def test_everything_by_keys(explore: Callable[..., Any], explorer_page: Path) -> None:
    page = explore(explorer_page)
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


def test_colours_follow_the_system_until_someone_chooses(explore: Callable[..., Any], explorer_page: Path) -> None:
    page = explore(explorer_page)
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


def test_nothing_is_stored_in_the_browser(explore: Callable[..., Any], explorer_page: Path) -> None:
    page = explore(explorer_page, "#concept=bert")
    page.press("d", "t", "o")
    assert page.js("return [localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    for name in ("localStorage", "sessionStorage", "indexedDB"):
        assert page.js(f"return ![...document.scripts].some((s) => s.textContent.includes('{name}'))")


def test_the_details_can_be_made_wider(explore: Callable[..., Any], explorer_page: Path) -> None:
    page = explore(explorer_page)
    width = page.one("#panel").size["width"]
    page.js("document.querySelector('.resizer.vertical').focus()")
    page.press("Left", "Left")
    assert page.one("#panel").size["width"] == width + 48
    page.press("Right")
    assert page.one("#panel").size["width"] == width + 24
