"""How soon explorer pages of real graphs can be used in a browser without a graphics processor, and how fast they draw then.

    python benchmarks/opening.py GRAPH... [--top N ...] [--repeat 5]

Needs Chromium with its driver. Each page is written for its N most named concepts and opened `--repeat` times, each time by a browser with
an empty profile. In the table: megabytes of the file; milliseconds from the start of loading until the first frame is on the screen, and
until a search, typed as soon as there is a field for it, shows what it has found (median and largest of all openings); then, for 60 frames
of moving and of zooming, the mean and the largest time between frames (of the last opening). By the clock: run it on a machine that does
nothing else.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

from drawing import MEASURE, SHOWN, driver, stop

from exports.explorer import write
from kg.graph import Graph

#: Types as a reader does and gives the time at which the list of what was found has been drawn.
SEARCH = """
const done = arguments[1];
const field = document.querySelector("#search");
field.focus();
field.value = arguments[0];
field.dispatchEvent(new Event("input", { bubbles: true }));
const look = () => document.querySelector("#search-found [role=option]")
  ? requestAnimationFrame(() => done(performance.now())) : requestAnimationFrame(look);
look();
"""
#: What `drawing.MEASURE` moves goes by this name on the pages of `drawing.py`.
NAMED = "window.drawing = paperkg.picture.drawing"


def opened(page: Path, typed: str, frames: bool) -> tuple[float, float, list[float]]:
    """Milliseconds until the first frame and until the search's answer, and the times between frames; of one opening."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = driver(profile)
        try:
            browser.get("about:blank")
            browser.get(page.as_uri())
            while browser.execute_script("return document.body.dataset.ready") != "yes":
                time.sleep(0.01)
            first = browser.execute_async_script(SHOWN)
            answer = browser.execute_async_script(SEARCH, typed)
            times: list[float] = []
            if frames:
                browser.execute_script(NAMED)
                time.sleep(1.0)
                for step in ("move", "zoom"):
                    mean, most, _ = browser.execute_async_script(MEASURE, step)
                    times += [mean, most]
        finally:
            stop(browser.service.process.pid)
    return first, answer, times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("graphs", type=Path, nargs="+")
    parser.add_argument("--top", type=int, nargs="+", default=[500, 5_000, 50_000])
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--typed", default="neural", help="what is searched for")
    asked = parser.parse_args()
    print("| graph | concepts | file MB | first frame ms | largest | search ms | largest | moving ms | largest | zooming ms | largest |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        for path in asked.graphs:
            for top in asked.top:
                copy = Graph.open(path).save(Path(folder, f"{path.name}-{top}"))
                page = Path(folder, f"{path.name}-{top}.html")
                write(copy, page, top=top)
                found = [opened(page, asked.typed, n == asked.repeat - 1) for n in range(asked.repeat)]
                row = [path.name, f"{min(top, copy.counts()['concepts']):,}", f"{page.stat().st_size / 1e6:.2f}"]
                for part in (0, 1):
                    values = [one[part] for one in found]
                    row += [f"{statistics.median(values):.0f}", f"{max(values):.0f}"]
                print("|", " | ".join([*row, *(f"{value:.0f}" for value in found[-1][2])]), "|", flush=True)


if __name__ == "__main__":
    sys.exit(main())
