"""How long the static site of a graph takes, how much memory, and how large it is.

    python benchmarks/site.py --graph graph                 # a Markdown table
    python benchmarks/site.py --graph graph --least 3 --json

The site is written to a temporary folder by a process of its own. Seconds are those that the processor ran; peak memory is the largest
resident size of that process, Python and all libraries included.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any


def measure(graph: Path, folder: Path, least: int) -> dict[str, Any]:
    """Writes the site in this process and says what it took."""
    from kg.graph import Graph
    from kg.site import write

    begun, ran = time.monotonic(), time.process_time()
    opened = Graph.open(graph)
    written = write(opened, folder / "site", least=least)
    seconds = time.process_time() - ran
    files = [p for p in (folder / "site").rglob("*") if p.is_file()]
    counts = opened.counts()
    return {
        "papers": counts["papers"],
        "concepts": counts["concepts"],
        "links": counts["links"],
        "files": len(files),
        "megabytes": round(sum(p.stat().st_size for p in files) / 1e6, 1),
        "processor_seconds": round(seconds, 1),
        "seconds": round(time.monotonic() - begun, 1),
        # in kilobytes on Linux, in bytes on macOS
        "peak_megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)),
        "pages": written.counts,
    }


def main() -> None:
    """Measures one graph."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--graph", type=Path, required=True)
    parser.add_argument("--least", type=int, default=0, help="as `kg site --least`")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--here", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.here:
        print(json.dumps(measure(given.graph, given.here, given.least)))
        return
    with tempfile.TemporaryDirectory(prefix="paperkg-site-") as folder:
        command = [sys.executable, __file__, "--graph", str(given.graph), "--least", str(given.least), "--here", folder]
        found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()[-1])
    if given.json:
        print(json.dumps(found, indent=2))
        return
    print("| papers | concepts | files | MB | seconds of the processor | peak memory, MB |\n|---:|---:|---:|---:|---:|---:|")
    row = (found[k] for k in ("papers", "concepts", "files", "megabytes", "processor_seconds", "peak_megabytes"))
    print("| " + " | ".join(f"{value:,}" for value in row) + " |")


if __name__ == "__main__":
    main()
