"""What a browser puts on paper: all of the panel or page, in light colours, without what only a screen can do."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg.graph import Graph
from kg.site import write
from kg.site.names import safe_name

pytestmark = pytest.mark.browser


def printed(page: Any) -> int:
    """How many pages a printout has."""
    data = page.driver.execute_cdp_cmd("Page.printToPDF", {"paperWidth": 8.27, "paperHeight": 11.69})["data"]
    return len(re.findall(rb"/Type\s*/Page\b", base64.b64decode(data)))


def on_paper(page: Any, scheme: str) -> None:
    features = [{"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"}]
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print", "features": features})


@pytest.fixture(autouse=True)
def _screen_again(browser: Any) -> Any:
    yield
    features = [{"name": "prefers-reduced-motion", "value": "reduce"}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": features})


def shown(page: Any, selector: str) -> bool:
    found: bool = page.js("const e = document.querySelector(arguments[0]); return !!e && e.getClientRects().length > 0", selector)
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_panel_of_the_explorer(explore: Callable[..., Any], explorer_page: Path, scheme: str) -> None:
    page = explore(explorer_page, "#concept=bert")
    page.wait(lambda: page.text("#panel h2") == "BERT")
    on_paper(page, scheme)
    assert not any(shown(page, s) for s in ("#stage", ".actions", ".tools", "#search", "#panel .close", ".quiet"))
    assert all(shown(page, s) for s in ("h1", "#panel h2", "#panel .facts", "#panel blockquote"))
    assert page.js("const s = getComputedStyle(document.querySelector('#panel h2')); return s.color") == "rgb(0, 0, 0)"
    # nothing is cut off by a box that scrolls
    assert page.js("return getComputedStyle(document.getElementById('panel')).overflowY") == "visible"
    assert page.js("const p = document.getElementById('panel'); return p.scrollHeight - p.clientHeight") == 0
    assert printed(page) >= 1


def test_the_table_of_the_explorer(explore: Callable[..., Any], explorer_page: Path) -> None:
    page = explore(explorer_page, "#table=concepts")
    on_paper(page, "light")
    assert shown(page, "#rows table") and not shown(page, "#table .head")
    assert page.js("const r = document.getElementById('rows'); return r.scrollHeight - r.clientHeight") == 0


def test_pages_of_the_site(open_page: Callable[..., Any], tiny_graph: Graph, bundle: Path, tmp_path: Path) -> None:
    write(tiny_graph, tmp_path / "site")
    folded = 0
    for path in ("concept/transformer.html", "concept/bert.html", f"paper/{safe_name('arxiv:2401.00001')}.html"):
        page = open_page(tmp_path / "site" / path)
        for scheme in ("light", "dark"):
            on_paper(page, scheme)
            assert not shown(page, ".top") and not shown(page, ".foot")
            assert page.js("return getComputedStyle(document.querySelector('h1')).color") == "rgb(0, 0, 0)"
            assert page.js("return getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
            # what is folded away on a screen is there
            folded += page.js("return document.querySelectorAll('details:not([open])').length")
            assert page.js("return [...document.querySelectorAll('details > :not(summary)')].every((e) => e.checkVisibility())")
        assert printed(page) >= 1
    assert folded > 0
