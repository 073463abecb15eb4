"""Drawing in a browser without a graphics processor: the explorer's canvas beside sigma (WebGL), on the same made-up scenes.

    python benchmarks/drawing.py [--sizes 500 5000 50000] [--only ours|sigma] [--keep FOLDER]

Needs Chromium with its driver; Node comes as for the build (build_page.py), and sigma and graphology from npm's registry into a
temporary folder. For each size it prints the time from opening the page until the first frame can be seen; then, for 60 frames of
moving and of zooming (or as many as 20 seconds take), the mean and the largest time between frames, and the processor time that all
processes of the browser together took for one frame.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "exports" / "page"
sys.path.insert(0, str(ROOT))

import build_page  # noqa: E402

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update "
    "--disable-sync --disable-dev-shm-usage --enable-unsafe-swiftshader --window-size=1400,900"
)
PACKAGES = ("sigma@3.0.3", "graphology@0.26.0", "@sigma/edge-curve@3.1.0")

#: Frames are counted when they have been shown: a callback of the frame after the one that drew.
MEASURE = """
const done = arguments[1], step = arguments[0];
const move = window.shiftBy ?? ((x, y) => drawing.pan(x, y));
const zoom = window.closer ?? ((f) => drawing.move({ ...drawing.camera, scale: drawing.camera.scale * f }, false));
let k = 0, last = 0, first = 0; const gaps = [];
const frame = (time) => {
  if (last) gaps.push(time - last);
  last = time;
  first ||= time;
  if (k++ >= 60 || (gaps.length && time - first > 20000))
    return done([gaps.reduce((a, b) => a + b, 0) / gaps.length, Math.max(...gaps), gaps.length]);
  if (step === "move") move(k < 30 ? 7 : -7, k < 30 ? 4 : -4); else zoom(k < 30 ? 1.04 : 1 / 1.04);
  requestAnimationFrame(frame);
};
requestAnimationFrame(frame);
"""
SHOWN = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())))"


def driver(profile: str) -> Any:
    """A headless browser that draws in software."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    chromium, found = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not found:
        raise SystemExit("no browser: chromium and chromedriver have to be on the path")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (*FLAGS.split(), f"--user-data-dir={profile}"):
        options.add_argument(flag)
    browser = webdriver.Chrome(options=options, service=Service(found))
    browser.set_script_timeout(180)
    return browser


def below(pid: int) -> dict[int, int]:
    """A process and all below it, with the ticks of the processor that each has used. Linux only."""
    rows: list[tuple[int, int, int]] = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it has ended meanwhile
            rows.append((int(entry.name), int(fields[1]), int(fields[11]) + int(fields[12])))
    found: dict[int, int] = {}
    while more := {number: ticks for number, parent, ticks in rows if number not in found and (number == pid or parent in found)}:
        found |= more
    return found


def processor(pid: int) -> float:
    """Seconds of processor time of a process and of all below it."""
    return sum(below(pid).values()) / os.sysconf("SC_CLK_TCK")


def stop(pid: int) -> None:
    """Ends a process and all below it."""
    for number in below(pid):
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)


def build(folder: Path, sigma: bool) -> None:
    """Both pages, in a folder."""
    build_page.install(PAGE)
    node = build_page._node()
    subprocess.run([node, PAGE / "test" / "harness.mjs", folder], check=True)
    if not sigma:
        return
    npm = next(build_page._wheel().glob("**/npm/bin/npm-cli.js"))
    subprocess.run(
        [node, npm, "install", "--ignore-scripts", "--silent", "--no-audit", "--no-fund", "--prefix", folder, *PACKAGES], check=True
    )
    source = (
        Path(__file__)
        .with_name("drawing_sigma.ts")
        .read_text(encoding="utf-8")
        .replace("SRC", str(PAGE / "src" / "draw"))
        .replace("TEST", str(PAGE / "test"))
    )
    (folder / "sigma.ts").write_text(source, encoding="utf-8")
    bundle = "require(process.argv[1]).buildSync({entryPoints: ['sigma.ts'], outfile: 'sigma.js', bundle: true, format: 'iife'})"
    subprocess.run([node, "-e", bundle, PAGE / "node_modules" / "esbuild"], cwd=folder, check=True)
    (folder / "sigma.html").write_text(
        '<!doctype html><meta charset="utf-8"><body><script src="sigma.js"></script></body>', encoding="utf-8"
    )


def measure(folder: Path, page: str, nodes: int) -> list[str]:
    """The row of one page and size, as far as the browser answers."""
    from selenium.common.exceptions import WebDriverException
    from urllib3.exceptions import HTTPError

    row: list[str] = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = driver(profile)
        try:
            pid = browser.service.process.pid
            browser.get("about:blank")
            browser.get(f"{(folder / page).as_uri()}#n={nodes}&m={3 * nodes}")
            while browser.execute_script("return document.body.dataset.ready") != "yes":
                time.sleep(0.02)
            row.append(f"{browser.execute_async_script(SHOWN):.0f}")
            time.sleep(1.0)
            for step in ("move", "zoom"):
                before = processor(pid)
                mean, most, frames = browser.execute_async_script(MEASURE, step)
                row += [f"{mean:.0f}", f"{most:.0f}", f"{1000 * (processor(pid) - before) / frames:.0f}"]
        except (WebDriverException, HTTPError):
            row.append("no answer within 120 s")
        finally:
            # a busy page does not answer to quit() either
            stop(pid)
    return row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[500, 5000, 50_000], help="numbers of nodes; there are three edges for each"
    )
    parser.add_argument("--only", choices=["ours", "sigma"], help="measure one of the two")
    parser.add_argument("--keep", type=Path, help="build the pages here and leave them")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        build(folder, asked.only != "ours")
        print("| | nodes | first frame, ms | moving: mean | largest | CPU | zooming: mean | largest | CPU |")
        print("|---|---|---|---|---|---|---|---|---|")
        for nodes in asked.sizes:
            for name, page in (("ours", "drawing.html"), ("sigma", "sigma.html")):
                if asked.only in (None, name):
                    print("|", " | ".join([name, f"{nodes:,}", *measure(folder, page, nodes)]), "|", flush=True)


if __name__ == "__main__":
    main()
