"""A real browser without a network. Tests that use it carry the marker `browser`."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from exports.explorer import write
from kg.graph import Graph

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

    def wait(self, condition: Callable[[], Any], seconds: float = 60.0) -> Any:
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

    def catch_downloads(self) -> None:
        """From now on what is exported is kept in the page instead of being written to a disk."""
        self.js(
            "window.caught = []; const blobs = new Map(); const make = URL.createObjectURL.bind(URL);"
            "URL.createObjectURL = (b) => { const u = make(b); blobs.set(u, b); return u; };"
            "HTMLAnchorElement.prototype.click = function () { const name = this.download;"
            " blobs.get(this.href).arrayBuffer().then((b) => window.caught.push([name, [...new Uint8Array(b)]])); };"
        )

    def axe(self, folder: Path, preload: bool = True) -> list[Any]:
        """What axe-core (WCAG 2.2 A and AA, and its best practices) has against the page as it is.

        Style sheets beside a page from a disk cannot be loaded by it: `preload` is for pages that hold all they need.
        """
        self.driver.execute_script((folder / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
        found: list[Any] = self.driver.execute_async_script(
            "const done = arguments[1]; axe.run(document, {preload: arguments[0]}).then((r) =>"
            " done(r.violations.map((v) => [v.id, v.nodes.map((n) => [n.target.join(' '), n.failureSummary])])))",
            preload,
        )
        return found


PAGE_FOLDER = Path(__file__).resolve().parents[2] / "exports" / "page"


@pytest.fixture(scope="session")
def bundle(hook: ModuleType) -> Path:
    """The folder of the page's TypeScript, with its scripts built as an installation builds them."""
    hook.build_page.install(PAGE_FOLDER)
    hook.build_page.build(PAGE_FOLDER)
    return PAGE_FOLDER


@pytest.fixture(scope="session")
def explorer_page(tiny_graph: Graph, bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The explorer of the tiny graph."""
    path = tmp_path_factory.mktemp("explorer") / "tiny page.html"
    write(tiny_graph, path)
    return path


@pytest.fixture(scope="session")
def papers_page(tiny_graph: Graph, bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with papers as nodes."""
    path = tmp_path_factory.mktemp("explorer") / "papers.html"
    write(tiny_graph, path, papers=True)
    return path


class Explorer(Page):
    """The explorer, with its model, and with a mouse and keys."""

    NODE = "const at = paperkg.data.concepts.id.indexOf(arguments[0]); "

    @property
    def state(self) -> dict[str, Any]:
        """What the address could say: selection, filters, table, query; sets as sorted lists."""
        found: dict[str, Any] = self.js(
            "return JSON.parse(JSON.stringify(paperkg.app.state, (_, v) => v instanceof Set ? [...v].sort() : v))",
        )
        return found

    @property
    def concepts(self) -> list[str]:
        """Ids of the concepts that are drawn."""
        found: list[str] = self.js("return paperkg.data.concepts.id.filter((_, i) => paperkg.app.shown.concepts[i])")
        return found

    @property
    def edges(self) -> list[str]:
        """Keys of the edges that are drawn."""
        found: list[str] = self.js(
            "const a = paperkg.app; return a.model.head.map((_, e) => e).filter((e) => a.shown.edges[e]).map((e) => a.model.edgeKey(e))"
        )
        return found

    def idle(self) -> None:
        """Waits until the drawing stands still."""
        self.driver.execute_async_script("paperkg.picture.drawing.idle().then(arguments[0])")

    def spot(self, concept: str) -> tuple[float, float]:
        """Where in the window a concept is drawn."""
        self.idle()
        x, y = self.js(
            self.NODE + "const p = paperkg.picture.drawing.screen(at); "
            "const b = document.getElementById('drawing').getBoundingClientRect(); return [b.x + p.x, b.y + p.y]",
            concept,
        )
        return x, y

    def mouse(self, x: float, y: float, clicks: int = 1) -> None:
        """Clicks into the window, once or more in quick succession."""
        self.driver.execute_cdp_cmd("Input.dispatchMouseEvent", {"type": "mouseMoved", "x": x, "y": y})
        for n in range(1, clicks + 1):
            for kind in ("mousePressed", "mouseReleased"):
                button = {"type": kind, "x": x, "y": y, "button": "left", "clickCount": n}
                self.driver.execute_cdp_cmd("Input.dispatchMouseEvent", button)

    def edge_spot(self, key: str) -> tuple[float, float]:
        """A place in the window where a click hits an edge and nothing else."""
        self.idle()
        found = self.js(
            """const { app, picture } = paperkg; const e = app.model.edgeAt.get(arguments[0]);
            const s = picture.stage.scene.edges; const d = picture.drawing;
            const [a, b] = [d.screen(s.head[e]), d.screen(s.tail[e])];
            const box = document.getElementById('drawing').getBoundingClientRect();
            for (let t = 0.25; t < 0.8; t += 0.02) for (let o = -0.3; o < 0.3; o += 0.005) {
              const p = [a.x + t * (b.x - a.x) - o * (b.y - a.y), a.y + t * (b.y - a.y) + o * (b.x - a.x)];
              const hit = d.at(...p);
              const top = document.elementFromPoint(box.x + p[0], box.y + p[1]);
              if (hit.node === null && hit.edge === e && top && top.tagName === 'CANVAS') return [box.x + p[0], box.y + p[1]];
            } return null;""",
            key,
        )
        assert found is not None, key
        return found[0], found[1]

    def press(self, *keys: str) -> None:
        """Presses keys, wherever the focus is."""
        from selenium.webdriver.common.action_chains import ActionChains

        chain = ActionChains(self.driver)
        for key in keys:
            *held, last = key.split("+") if len(key) > 1 else [key]
            codes = {"Ctrl": "\ue009", "Shift": "\ue008", "Enter": "\ue007", "Esc": "\ue00c", "Tab": "\ue004", "Right": "\ue014",
                     "Left": "\ue012", "Up": "\ue013", "Down": "\ue015", "Space": " "}  # fmt: skip
            for name in held:
                chain.key_down(codes[name])
            chain.send_keys(codes.get(last, last))
            for name in held:
                chain.key_up(codes[name])
        chain.perform()

    def size(self, width: int, height: int) -> None:
        """The window in CSS pixels."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def find(self, typed: str) -> list[str]:
        """Types into the search and gives the names that it offers."""
        field = self.one("#search")
        field.clear()
        field.send_keys(typed)
        self.wait(lambda: self.all("#search-found [role=option]") or self.one(".search .none").is_displayed())
        return self.texts("#search-found .label")

    def exported(self, label: str) -> tuple[str, bytes]:
        """The name and content of a file that the menu gives."""
        self.js("window.caught = []")
        self.one("[aria-controls=export]").click()
        next(b for b in self.all("#export button.item") if b.text.startswith(label)).click()
        name, content = self.wait(lambda: self.js("return window.caught[0]"))
        return name, bytes(content)


@pytest.fixture
def open_page(browser: Any) -> Iterator[Callable[..., Page]]:
    """A function that opens a file; when the test ends, nothing may have left the file nor been complained about."""
    yield from _opener(browser, Page)


@pytest.fixture
def explore(browser: Any, bundle: Path) -> Iterator[Callable[..., Explorer]]:
    """As `open_page`, for explorer pages, in a window of a desktop and in light colours."""
    sized = {"width": 1400, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", sized)
    yield from _opener(browser, Explorer)
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    features = [{"name": "prefers-reduced-motion", "value": "reduce"}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


@pytest.fixture
def explore_served(browser: Any, bundle: Path) -> Iterator[Callable[..., Explorer]]:
    """As `explore`, for pages of a server: what is opened has an address in place of a path."""
    sized = {"width": 1400, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", sized)
    yield from _opener(browser, Explorer, ("http://127.0.0.1:", "data:", "about:", "blob:http://127.0.0.1:"))
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.fixture
def look(browser: Any) -> Any:
    """Sets width, height and scheme of the window, and returns when the page has been told; all is as before after the test."""

    def set_(width: int = 1280, height: int = 900, scheme: str = "light") -> None:
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        features = [{"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"}]
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        # a page is told of the new media with its next frame, not before the command returns
        browser.execute_async_script("const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()))")

    set_()
    yield set_
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    features = [{"name": "prefers-reduced-motion", "value": "reduce"}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def _opener(browser: Any, kind: type[Any], allowed: tuple[str, ...] = ("file:", "data:", "about:")) -> Iterator[Callable[..., Any]]:
    opened: list[Page] = []

    def make(path: Path, hash_: str = "") -> Any:
        opened.append(kind(browser, path, hash_))
        return opened[-1]

    yield make
    if opened:
        assert [e for e in opened[-1].logs("browser") if e["level"] != "INFO"] == []
        asked = opened[-1].requests()
        assert asked
        assert [url for url in asked if not url.startswith(allowed)] == []
