"""A real browser without a network. Tests that use it carry the marker `browser`."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update "
    "--disable-sync --disable-dev-shm-usage --window-size=1400,900"
)


@pytest.fixture(scope="session")
def browser(ci: bool, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A headless Chromium driven by selenium, which reaches no host but 127.0.0.1; skipped where there is none, failing with KG_CI=1."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not driver:
        reason = "no browser: chromium and chromedriver (Debian: chromium, chromium-driver) are not both on the path"
        if ci:
            pytest.fail(f"{reason}; KG_CI=1 wants every browser test to run")
        pytest.skip(reason)
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (
        *FLAGS.split(),
        f"--user-data-dir={tmp_path_factory.mktemp('profile')}",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    found = webdriver.Chrome(options=options, service=Service(driver))
    found.execute_cdp_cmd("Network.enable", {})
    found.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]})
    yield found
    found.quit()


class Page:
    """An opened page, with what tests ask of it."""

    def __init__(self, driver: Any, path: Path, hash_: str = "") -> None:
        self.driver = driver
        driver.get("about:blank")
        self.logs("browser")
        self.logs("performance")
        driver.get(path.as_uri() + hash_)
        self.wait(lambda: self.js("return document.body.dataset.ready") == "yes")

    def js(self, script: str, *arguments: Any) -> Any:
        """What a script returns."""
        return self.driver.execute_script(script, *arguments)

    def one(self, selector: str) -> Any:
        """The first element of a CSS selector."""
        return self.driver.find_element("css selector", selector)

    def all(self, selector: str) -> list[Any]:
        """The elements of a CSS selector."""
        found: list[Any] = self.driver.find_elements("css selector", selector)
        return found

    def texts(self, selector: str) -> list[str]:
        """What stands in the elements of a CSS selector, asked for at once, so that none can be replaced meanwhile."""
        found: list[str] = self.js("return [...document.querySelectorAll(arguments[0])].map((e) => e.innerText)", selector)
        return found

    def text(self, selector: str) -> str:
        """What stands in the first of them; nothing where there is none."""
        return next(iter(self.texts(selector)), "")

    def wait(self, condition: Callable[[], Any], seconds: float = 15.0) -> Any:
        """Asks until the answer is true; fails after some seconds."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if answer := condition():
                return answer
            time.sleep(0.05)
        raise AssertionError("what was waited for did not happen")

    def node(self, concept: str) -> int:
        """The number of a concept on the page."""
        number: int = self.js("return paperkg.data.concepts.findIndex((c) => c.id === arguments[0])", concept)
        assert number >= 0, concept
        return number

    def click_at(self, x: float, y: float) -> None:
        """Clicks into the drawing, at a place of its own coordinates."""
        spot = self.js(
            "const b = document.getElementById('network').getBoundingClientRect();"
            "const p = paperkg.network.canvasToDOM({x: arguments[0], y: arguments[1]}); return [b.x + p.x, b.y + p.y]",
            x,
            y,
        )
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            button = {} if kind == "mouseMoved" else {"button": "left", "clickCount": 1}
            self.driver.execute_cdp_cmd("Input.dispatchMouseEvent", {"type": kind, "x": spot[0], "y": spot[1], **button})

    @property
    def panel(self) -> str:
        """The text of the panel."""
        return self.text("#panel")

    def logs(self, kind: str) -> list[dict[str, Any]]:
        """New entries of a log of the browser."""
        found: list[dict[str, Any]] = self.driver.get_log(kind)
        return found

    def requests(self) -> list[str]:
        """Addresses that were asked for since the last time."""
        messages = [json.loads(entry["message"])["message"] for entry in self.logs("performance")]
        return [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]


@pytest.fixture
def open_page(browser: Any) -> Iterator[Callable[..., Page]]:
    """A function that opens a file; when the test ends, nothing may have left the file nor been complained about."""
    opened: list[Page] = []

    def make(path: Path, hash_: str = "") -> Page:
        opened.append(Page(browser, path, hash_))
        return opened[-1]

    yield make
    if opened:
        assert [e for e in opened[-1].logs("browser") if e["level"] != "INFO"] == []
        asked = opened[-1].requests()
        assert asked
        assert [url for url in asked if not url.startswith(("file:", "data:", "about:"))] == []
