"""What pages look like, compared with small pictures in `pictures/` that somebody has looked at.

Pictures are a tenth of the window wide, so that fonts and the smoothing of lines, which differ between machines, do not count; where
something moves, vanishes or changes its colour, they differ. `KG_PICTURES=1` takes them anew: look at them before they are committed.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from exports.explorer import write
from kg.graph import Graph
from kg.site.write import write as write_site

pytestmark = pytest.mark.browser
PICTURES = Path(__file__).with_name("pictures")
SMALLER = 10
#: Mean difference of all, and of the hundredth of the picture that differs most; of 255.
MEAN, WORST = 3.0, 47.0
DESKTOP, PHONE = (1400, 900), (390, 840)

Floats = np.ndarray[Any, np.dtype[np.float64]]


@pytest.fixture(scope="module")
def pages(tiny_graph: Graph, bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the explorer of the tiny graph, and its site."""
    folder = tmp_path_factory.mktemp("pages")
    write(tiny_graph, folder / "explorer.html")
    write_site(tiny_graph, folder / "site")
    return folder


def picture(page: Any) -> Floats:
    """What the window shows, small: height × width × 3, 0 to 255."""
    image = Image.open(io.BytesIO(page.driver.get_screenshot_as_png())).convert("RGB")
    small = image.resize((image.width // SMALLER, image.height // SMALLER), Image.Resampling.BOX)
    return np.asarray(small, dtype=np.float64)


def differ(one: Floats, other: Floats) -> tuple[float, float]:
    """Mean difference of two pictures of one size, and that of the hundredth that differs most."""
    assert one.shape == other.shape, (one.shape, other.shape)
    difference = np.sort(np.abs(one - other).mean(axis=2).ravel())
    return float(difference.mean()), float(difference[-max(1, len(difference) // 100) :].mean())


def compare(name: str, found: Floats) -> None:
    path = PICTURES / f"{name}.png"
    if os.environ.get("KG_PICTURES") == "1":
        PICTURES.mkdir(exist_ok=True)
        Image.fromarray(found.round().astype(np.uint8)).save(path, optimize=True)
    mean, worst = differ(found, np.asarray(Image.open(path).convert("RGB"), dtype=np.float64))
    assert mean < MEAN and worst < WORST, f"{name}: mean difference {mean:.1f}, worst {worst:.1f}; see tests/browser/test_pictures.py"


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
    page = explore(pages / "explorer.html", hash_)
    page.idle()
    compare(name, picture(page))


def test_a_part_that_vanishes_or_changes_its_colour_is_noticed(explore: Callable[..., Any], pages: Path) -> None:
    page = explore(pages / "explorer.html")
    page.idle()
    before = picture(page)
    assert differ(before, picture(page)) == (0, 0)
    page.js("document.getElementById('legend').style.visibility = 'hidden'")
    assert differ(before, picture(page))[1] > WORST
    page.js("document.getElementById('legend').style.visibility = ''; document.getElementById('panel').style.background = '#222'")
    assert differ(before, picture(page))[0] > MEAN


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
    page = open_page(pages / "site" / file)
    compare(name, picture(page))
