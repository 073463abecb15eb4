"""How long the explorer's page takes to write, how large it is, and how much memory that needs.

usage: python benchmarks/pages.py GRAPH… [--top N …] [--papers]

A row for each graph and N, each in a process of its own: CPU seconds for the data without a stored layout (`first`) and with it (`again`),
megabytes of the file and of the data in it, and the most memory the process had. Graphs are copied, so that they stay as they are.
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

from kg.graph import Graph


def measure(folder: Path, top: int, papers: bool) -> dict[str, float]:
    """The figures of one page; in this process."""
    from exports.explorer import content, page
    from exports.inline import script_json

    graph = Graph.open(folder)
    times = []
    for _ in range(2):
        start = time.process_time()
        made = content(graph, top=top, papers=papers)
        times.append(time.process_time() - start)
    start = time.process_time()
    data = script_json(made.data)
    text = page(made.data["title"], data)
    return {
        "concepts": made.counts["concepts"],
        "links": made.counts["links"],
        "first": times[0],
        "again": times[1],
        "write": time.process_time() - start,
        "data": len(data.encode()) / 1e6,
        "file": len(text.encode()) / 1e6,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024),
    }


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Time, size and memory of pages.")
    parser.add_argument("graphs", type=Path, nargs="+")
    parser.add_argument("--top", type=int, nargs="+", default=[2_000, 5_000, 50_000])
    parser.add_argument("--papers", action="store_true")
    parser.add_argument("--one", action="store_true", help="measure one page in this process and print JSON")
    asked = parser.parse_args(arguments)
    if asked.one:
        sys.stdout.write(json.dumps(measure(asked.graphs[0], asked.top[0], asked.papers)))
        return 0
    sys.stdout.write(
        "| graph | papers | concepts shown | of | links kept | first s | again s | write s | file MB | data MB | memory MB |\n"
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n"
    )
    for path in asked.graphs:
        counts = Graph.open(path).counts()
        with tempfile.TemporaryDirectory(prefix="pages-") as place:
            for top in asked.top:
                copy = Graph.open(path).save(Path(place, f"top-{top}")).path
                for file in copy.glob("layout-*.npy"):
                    file.unlink()
                command = [sys.executable, __file__, str(copy), "--top", str(top), "--one", *(["--papers"] if asked.papers else [])]
                done = subprocess.run(command, capture_output=True, text=True, check=True)
                row = json.loads(done.stdout)
                sizes = f"{row['concepts']:,} | {counts['concepts']:,} | {row['links']:,}"
                seconds = f"{row['first']:.1f} | {row['again']:.1f} | {row['write']:.1f}"
                bytes_ = f"{row['file']:.2f} | {row['data']:.2f} | {row['memory']:.0f}"
                sys.stdout.write(f"| {path.name} | {counts['papers']:,} | {sizes} | {seconds} | {bytes_} |\n")
                sys.stdout.flush()
                if top >= counts["concepts"]:
                    break
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
