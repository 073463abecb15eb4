"""What pages look like, compared with small pictures: see `looks`."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exports.explorer import content, page, write
from exports.inline import script_json
from kg.graph import Graph
from kg.site.write import write as write_site
from tests.browser.looks import MEAN, WORST, compare, differ, picture

pytestmark = pytest.mark.browser
DESKTOP, PHONE = (1400, 900), (390, 840)


@pytest.fixture(scope="module")
def pages(tiny_graph: Graph, bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the explorer of the tiny graph, and its site."""
    folder = tmp_path_factory.mktemp("pages")
    write(tiny_graph, folder / "explorer.html")
    write_site(tiny_graph, folder / "site")
    return folder


@pytest.mark.parametrize(
    ("name", "size", "scheme", "hash_"),
    [
        ("explorer-light", DESKTOP, "light", ""),
        ("explorer-dark", DESKTOP, "dark", ""),
        ("explorer-concept", DESKTOP, "light", "#concept=bert"),
        ("explorer-phone", PHONE, "light", ""),
    ],
)
def test_explorer(explore: Callable[..., Any], look: Any, pages: Path, name: str, size: tuple[int, int], scheme: str, hash_: str) -> None:
    look(*size, scheme)
    opened = explore(pages / "explorer.html", hash_)
    opened.idle()
    compare(name, picture(opened))


@pytest.mark.corpus
def test_the_real_listing(explore: Callable[..., Any], listing_graph: Graph, tmp_path: Path) -> None:
    made = content(listing_graph).data
    # places by number: those of the layout are alike on one kind of processor only
    turns = [2.4 * n for n in range(len(made["concepts"]["id"]))]
    made["concepts"]["x"] = [round(30 * math.sqrt(turn) * math.cos(turn)) for turn in turns]
    made["concepts"]["y"] = [round(30 * math.sqrt(turn) * math.sin(turn)) for turn in turns]
    path = tmp_path / "listing.html"
    path.write_text(page(made["title"], script_json(made)), encoding="utf-8")
    opened = explore(path)
    opened.idle()
    compare("listing", picture(opened))


def test_a_part_that_vanishes_or_changes_its_colour_is_noticed(explore: Callable[..., Any], pages: Path) -> None:
    opened = explore(pages / "explorer.html")
    opened.idle()
    before = picture(opened)
    assert differ(before, picture(opened)) == (0, 0)
    opened.js("document.getElementById('legend').style.visibility = 'hidden'")
    assert differ(before, picture(opened))[1] > WORST
    opened.js("document.getElementById('legend').style.visibility = ''; document.getElementById('panel').style.background = '#222'")
    assert differ(before, picture(opened))[0] > MEAN


@pytest.mark.parametrize(
    ("name", "file", "size", "scheme"),
    [
        ("site-start", "index.html", DESKTOP, "light"),
        ("site-concept", "concept/bert.html", DESKTOP, "dark"),
        ("site-phone", "index.html", PHONE, "light"),
    ],
)
def test_site(open_page: Callable[..., Any], look: Any, pages: Path, name: str, file: str, size: tuple[int, int], scheme: str) -> None:
    look(*size, scheme)
    compare(name, picture(open_page(pages / "site" / file)))
