"""The drawing alone in a real browser: scenes made up by exports/page/test/synthetic.ts, without a page around it."""

from __future__ import annotations

import base64
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "exports" / "page"
Box = dict[str, float]


@pytest.fixture(scope="module")
def harness(hook: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with nothing but the drawing."""
    hook.build_page.install(PAGE)
    folder = tmp_path_factory.mktemp("drawing")
    subprocess.run([hook.build_page._node(), PAGE / "test" / "harness.mjs", folder], check=True, timeout=120)
    return folder / "drawing.html"


class Canvas:
    """The drawing of an opened page."""

    def __init__(self, browser: Any, page: Path) -> None:
        self.browser, self.page = browser, page

    def open(self, hash_: str) -> Canvas:
        self.browser.get("about:blank")
        self.browser.get(f"{self.page.as_uri()}#{hash_}")
        self.idle()
        return self

    def js(self, script: str, *arguments: Any) -> Any:
        return self.browser.execute_script(script, *arguments)

    def idle(self) -> None:
        self.browser.execute_async_script("const done = arguments[0]; drawing.idle().then(() => done())")

    def move(self, factor: float, dx: float = 0, dy: float = 0) -> None:
        """Zooms by a factor and pans by pixels."""
        self.js(
            "drawing.move({...drawing.camera, scale: drawing.camera.scale * arguments[0]}, false); drawing.pan(arguments[1], arguments[2])",
            factor,
            dx,
            dy,
        )
        self.idle()

    def colours(self) -> int:
        """How many colours the canvas shows, of some ten thousand of its pixels."""
        found: int = self.js("return colours(document.querySelector('canvas'))")
        return found

    def mouse(self, kind: str, x: float, y: float, **more: Any) -> None:
        self.browser.execute_cdp_cmd("Input.dispatchMouseEvent", {"type": kind, "x": x, "y": y, **more})

    def drag(self, x: float, y: float, dx: float, dy: float) -> None:
        self.mouse("mousePressed", x, y, button="left", clickCount=1)
        for part in (0.5, 1):
            self.mouse("mouseMoved", x + part * dx, y + part * dy, button="left")
        self.mouse("mouseReleased", x + dx, y + dy, button="left", clickCount=1)
        self.idle()


@pytest.fixture
def canvas(browser: Any, harness: Path) -> Iterator[Canvas]:
    browser.get("about:blank")
    browser.get_log("browser")
    yield Canvas(browser, harness)
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert [e for e in browser.get_log("browser") if e["level"] != "INFO"] == []


def overlapping(boxes: list[Box]) -> list[tuple[Box, Box]]:
    return [
        (a, b)
        for n, a in enumerate(boxes)
        for b in boxes[:n]
        if a["left"] < b["right"] and a["right"] > b["left"] and a["top"] < b["bottom"] and a["bottom"] > b["top"]
    ]


@pytest.mark.parametrize("nodes", [500, 5000, 50_000])
def test_scenes_of_all_sizes_are_drawn_with_names_that_never_overlap(canvas: Canvas, nodes: int) -> None:
    canvas.open(f"n={nodes}&card=1")
    card: Box = canvas.js("return document.querySelector('div + div').getBoundingClientRect().toJSON()")
    largest = canvas.js("return Math.max(...scene.r)")
    assert canvas.js("return scene.r[0]") == largest
    for factor in (1, 3, 4, 0.02):
        canvas.move(factor)
        assert canvas.colours() > (8 if factor < 1 else 30)
        boxes = canvas.js("return drawing.boxes()")
        assert factor < 1 or len(boxes) > 10
        assert overlapping([*boxes, card]) == []
        # one size on the screen, whatever the zoom
        assert all(10 < b["bottom"] - b["top"] < 24 for b in boxes)
    canvas.js("drawing.fit()")
    canvas.idle()
    assert canvas.js("return drawing.labels()[0]") == 0


def test_up_to_6000_nodes_all_are_drawn_and_of_more_it_says_how_many(canvas: Canvas) -> None:
    shown = canvas.open("n=5000").js("return drawing.drawn()")
    assert (shown["ofNodes"], shown["ofEdges"]) == (
        5000,
        15_000 - canvas.js("return scene.edges.head.filter((a, e) => a === scene.edges.tail[e]).length"),
    )
    assert shown["nodes"] == shown["inView"] >= 4900
    assert (shown["edges"], shown["cut"]) == (shown["ofEdges"], False)

    shown = canvas.open("n=50000").js("return drawing.drawn()")
    assert (shown["nodes"], shown["ofNodes"], shown["cut"]) == (2000, 50_000, True)
    assert shown["inView"] > 49_000
    canvas.move(12)
    closer = canvas.js("return drawing.drawn()")
    assert closer["nodes"] == closer["inView"] > 100, "close enough, all that is in view is drawn"
    assert closer["cut"] is False
    assert closer["edges"] <= 15_000


def test_picking_finds_nodes_edges_names_and_points(canvas: Canvas) -> None:
    canvas.open("n=50000")
    # a node is found at its place, unless a more important one, which lies above it, covers the place
    found = canvas.js("return [...Array(40).keys()].map((n) => { const p = drawing.screen(n); return [n, drawing.at(p.x, p.y).node]; })")
    assert sum(n == hit for n, hit in found) > 20
    assert all(hit is not None and hit <= n for n, hit in found)
    # nodes that are points at this scale can be pointed at, too
    far = canvas.js(
        "const at = (n) => { const p = drawing.screen(n); return drawing.at(p.x, p.y).node; };"
        "return [...Array(600).keys()].map((k) => 49999 - k).filter((n) => at(n) === n).length"
    )
    assert far > 100
    canvas.move(40)
    edge = canvas.js(
        "for (let y = 5; y < innerHeight; y += 3) for (let x = 5; x < innerWidth; x += 7) {"
        "const hit = drawing.at(x, y); if (hit.edge !== null) return [hit.edge, hit.node]; } return null"
    )
    assert edge is not None
    assert edge[1] is None


def test_a_click_a_drag_and_the_wheel(canvas: Canvas) -> None:
    canvas.open("n=500")
    canvas.js(
        "window.hits = []; window.hovered = [];"
        "drawing.on('click', (hit) => hits.push(hit)); drawing.on('hover', (hit) => hovered.push(hit.node))"
    )
    at = canvas.js("return drawing.screen(0)")
    canvas.mouse("mouseMoved", at["x"], at["y"])
    for kind in ("mousePressed", "mouseReleased"):
        canvas.mouse(kind, at["x"], at["y"], button="left", clickCount=1)
    assert canvas.js("return hits") == [{"node": 0, "edge": None}]
    assert canvas.js("return hovered") == [0]
    canvas.idle()
    assert canvas.js("return drawing.labels()[0]") == 0

    # a drag moves by as many pixels, and is no click
    canvas.drag(700, 600, 120, -60)
    moved = canvas.js("return drawing.screen(0)")
    assert (round(moved["x"] - at["x"]), round(moved["y"] - at["y"])) == (120, -60)
    assert len(canvas.js("return hits")) == 1

    # the wheel zooms to the pointer: what is under it stays
    canvas.mouse("mouseWheel", moved["x"], moved["y"], deltaX=0, deltaY=-240)
    canvas.idle()
    again = canvas.js("return drawing.screen(0)")
    assert abs(again["x"] - moved["x"]) <= 1
    assert abs(again["y"] - moved["y"]) <= 1
    assert canvas.js("return drawing.camera.scale") > 1.5 * canvas.js("drawing.fit(); return drawing.camera.scale")


@pytest.mark.parametrize("motion", ["0", "1"])
def test_two_fingers_zoom(canvas: Canvas, motion: str) -> None:
    canvas.open(f"n=500&motion={motion}")
    before = canvas.js("return drawing.camera.scale")

    def touch(kind: str, *points: tuple[float, float]) -> None:
        fingers = [{"x": x, "y": y, "id": n} for n, (x, y) in enumerate(points)]
        canvas.browser.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})

    touch("touchStart", (600, 400), (700, 400))
    for wide in (20, 50, 100):
        touch("touchMove", (600 - wide, 400), (700 + wide, 400))
    touch("touchEnd")
    canvas.idle()
    assert canvas.js("return drawing.camera.scale") == pytest.approx(3 * before, rel=0.02)


def test_with_motion_it_arrives_where_it_would_be_at_once(canvas: Canvas) -> None:
    ends = []
    for motion in "01":
        canvas.open(f"n=500&motion={motion}")
        for _ in range(3):
            canvas.mouse("mouseWheel", 500, 300, deltaX=0, deltaY=-100)
        canvas.js("drawing.zoom(1.5)")
        canvas.idle()
        ends.append(canvas.js("return [...Object.values(drawing.camera), drawing.stats().frames]"))
    (x, y, scale, frames), (*there, more) = ends
    assert there == pytest.approx([x, y, scale], rel=1e-6)
    assert more > frames, "on the way there were frames in between"


def test_no_node_and_one_node(canvas: Canvas) -> None:
    shown = canvas.open("n=0").js("return drawing.drawn()")
    assert not any(shown.values())
    assert canvas.js("return drawing.at(100, 100)") == {"node": None, "edge": None}
    assert canvas.js("return drawing.svg('empty')").startswith("<svg ")
    canvas.open("n=1&m=0")
    assert canvas.js("return drawing.labels()") == [0]
    at = canvas.js("return drawing.screen(0)")
    # in the middle, and large enough to be seen
    assert abs(at["x"] - canvas.js("return innerWidth / 2")) <= 1
    assert canvas.js("return drawing.at(arguments[0] + 12, arguments[1]).node", at["x"], at["y"]) == 0


def test_nothing_runs_while_nothing_changes(canvas: Canvas) -> None:
    canvas.open("n=5000")
    frames = canvas.js("return drawing.stats().frames")
    # ten frames of the browser later
    canvas.browser.execute_async_script("let k = 10; const f = () => k-- ? requestAnimationFrame(f) : arguments[0](); f()")
    assert canvas.js("return drawing.stats().frames") == frames


def test_hidden_dimmed_selected_and_a_path(canvas: Canvas) -> None:
    canvas.open("n=500")
    canvas.js(
        "const looks = everything(scene); looks.node.fill(1); looks.edge.fill(1); looks.node.fill(0, 250);"
        "const e = scene.edges.head.findIndex((a, e) => a < 250 && scene.edges.tail[e] < 250 && a !== scene.edges.tail[e]);"
        "window.ends = [scene.edges.head[e], scene.edges.tail[e]]; for (const n of ends) looks.node[n] = 3; looks.edge[e] = 3;"
        "drawing.set({...looks, selectedNode: ends[0], path: [e]})"
    )
    canvas.idle()
    shown = canvas.js("return drawing.drawn()")
    assert (shown["nodes"], shown["ofNodes"]) == (250, 250)
    assert shown["ofEdges"] < 1500
    # only what is bright is named, and the selected one first
    assert set(canvas.js("return drawing.labels()")) == set(canvas.js("return ends"))
    assert canvas.js("return drawing.labels()[0] === ends[0]")
    assert canvas.js(
        "return [...Array(250).keys()].every((k) => drawing.at(drawing.screen(k + 250).x, drawing.screen(k + 250).y).node !== k + 250)"
    )


def test_pixels_of_the_device_and_a_narrow_window(canvas: Canvas) -> None:
    canvas.open("n=500")
    canvas.browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": 390, "height": 844, "deviceScaleFactor": 3, "mobile": True}
    )
    canvas.open("n=500&dark=1")
    assert canvas.js("const c = document.querySelector('canvas'); return [c.width, c.height]") == [1170, 2532]
    shown = canvas.js("return drawing.drawn()")
    assert shown["nodes"] == 500
    boxes = canvas.js("return drawing.boxes()")
    assert len(boxes) > 5
    assert overlapping(boxes) == []
    assert all(b["left"] >= 0 and b["right"] <= 390 for b in boxes)
    # a name that is wider than the window is clipped, not left out
    canvas.js("scene.label[0] = 'a very long title of a paper '.repeat(4); drawing.set({...everything(scene), selectedNode: 0})")
    canvas.idle()
    assert canvas.js("return drawing.labels()[0]") == 0


def test_png_and_svg_show_the_view(canvas: Canvas) -> None:
    canvas.open("n=500")
    size, colours, start = canvas.browser.execute_async_script(
        "const done = arguments[0]; drawing.png(2).then(async (blob) => { const image = await createImageBitmap(blob);"
        "const first = new Uint8Array(await blob.slice(0, 8).arrayBuffer());"
        "done([[image.width, image.height], colours(image), btoa(String.fromCharCode(...first))]); })"
    )
    assert size == canvas.js("return [2 * innerWidth, 2 * innerHeight]")
    assert colours > 100
    assert base64.b64decode(start) == b"\x89PNG\r\n\x1a\n"
    # a parser of XML takes the SVG, and a browser draws it as a picture
    shapes, errors, width = canvas.browser.execute_async_script(
        "const done = arguments[0], text = drawing.svg('a < b'), image = new Image();"
        "const count = (what) => new DOMParser().parseFromString(text, 'image/svg+xml').querySelectorAll(what).length;"
        "image.onload = () => done([count('circle, polygon'), count('parsererror'), image.width]);"
        "image.onerror = () => done('no picture'); image.src = 'data:image/svg+xml,' + encodeURIComponent(text)"
    )
    assert (shapes, errors, width) == (500, 0, canvas.js("return innerWidth"))


def test_the_benchmark_measures() -> None:
    command = [sys.executable, ROOT / "benchmarks" / "drawing.py", "--only", "ours", "--sizes", "40"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    rows = [line.strip("| ").split(" | ") for line in done.stdout.splitlines()[2:]]
    assert [(row[:2], len(row)) for row in rows] == [(["ours", "40"], 9)], done.stderr
    assert all(float(cell) >= 0 for row in rows for cell in row[2:])
