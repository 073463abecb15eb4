"""Makes the pictures of the README and the tutorial: the page of the example corpus in a headless Chromium, 1500×950.

usage: python docs/pictures/make.py [INPUT]      needs chromium and chromedriver on the path, and the test group of packages

INPUT is what the graph is built from; without it, examples/papers.jsonl. The graph and its page are made in a temporary folder.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
#: Picture → the concept that is selected in it; none shows the whole.
PICTURES = {"page.png": "", "concept.png": "imagenet"}
WIDTH, HEIGHT = 1500, 950
#: How many concepts are drawn, so that names have room and the picture stays small.
TOP = 200
LARGEST = 600_000  # bytes of a picture


def main() -> int:
    import exports
    import kg

    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not driver:
        sys.stderr.write("chromium and chromedriver must both be on the path (Debian: chromium, chromium-driver)\n")
        return 3
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "examples" / "papers.jsonl"
    with tempfile.TemporaryDirectory(prefix="picture-") as folder:
        graph = kg.build(source, Path(folder, "graph")).graph
        page = Path(folder, "graph.html")
        exports.export(graph, "html", page, top=TOP)
        pictures = _photograph(chromium, driver, page.as_uri(), folder)
    for name, picture in pictures.items():
        if len(picture) > LARGEST:
            sys.stderr.write(f"{name} has {len(picture):,} bytes, more than {LARGEST:,}; draw fewer concepts (TOP)\n")
            return 1
        target = Path(__file__).with_name(name)
        target.write_bytes(picture)
        sys.stderr.write(f"wrote {target} ({len(picture):,} bytes)\n")
    return 0


def _photograph(chromium: str, driver: str, address: str, folder: str) -> dict[str, bytes]:
    """The pictures (PNG) of the page once it has been drawn, in light colours."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in ("headless", "no-sandbox", "disable-gpu", "disable-dev-shm-usage", "hide-scrollbars", f"user-data-dir={folder}/profile"):
        options.add_argument(f"--{flag}")
    options.add_argument("--host-resolver-rules=MAP * ~NOTFOUND")
    browser = webdriver.Chrome(options=options, service=Service(driver))
    try:
        size = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        features = [{"name": "prefers-color-scheme", "value": "light"}, {"name": "prefers-reduced-motion", "value": "reduce"}]
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        found = {}
        for name, concept in PICTURES.items():
            browser.get("about:blank")
            browser.get(address + (f"#concept={concept}" if concept else ""))
            _wait(browser)
            found[name] = browser.get_screenshot_as_png()
        return found
    finally:
        browser.quit()


def _wait(browser: Any, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if browser.execute_script("return document.body.dataset.ready") == "yes":
            time.sleep(0.5)  # labels are put one frame after the drawing
            return
        time.sleep(0.05)
    raise TimeoutError("the page did not say that it was drawn")


if __name__ == "__main__":
    sys.exit(main())
