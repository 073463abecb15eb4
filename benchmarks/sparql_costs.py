"""What bounds a question in SPARQL: microseconds of processor time for a row of a bare pattern, and for each thing done with it.

usage: python benchmarks/sparql_costs.py GRAPH [--rows N] [--repeat N]

All steps are asked of the embedded store about the same N papers. A step's cost is its time less that of the step before it, over N; the
first run, which reads what the others find, does not count. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import pyoxigraph

from kg.graph import Graph
from kg.query import evaluate, sparql

_PAPERS = "{{ SELECT ?p {{ ?p a kg:Paper }} LIMIT {rows} }}"
_NAMES = f"{_PAPERS} OPTIONAL {{{{ ?p dcterms:title ?title }}}}"
#: What a step does, its query, and the step that it goes on from (None: it is told as it is).
STEPS: tuple[tuple[str, str, int | None], ...] = (
    ("going over the triples of one pattern", f"SELECT (COUNT(*) AS ?n) {{{{ {_PAPERS} }}}}", None),
    ("following one more pattern", f"SELECT (COUNT(*) AS ?n) {{{{ {_NAMES} }}}}", 0),
    ("giving a row of one number", f"SELECT (1 AS ?one) {{{{ {_PAPERS} }}}}", 0),
    ("giving an address", f"SELECT ?p {{{{ {_PAPERS} }}}}", 2),
    ("giving a title beside it", f"SELECT ?p ?title {{{{ {_NAMES} }}}}", 3),
    ("sorting by the title, in the engine", f"SELECT ?p ?title {{{{ {_NAMES} }}}} ORDER BY STR(?title)", 4),
    ("sorting by the title, here", f"SELECT ?p ?title {{{{ {_NAMES} }}}} ORDER BY ?title", 4),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("graph", type=Path)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--repeat", type=int, default=5)
    given = parser.parse_args()
    graph = Graph.open(given.graph)
    rows = min(given.rows, graph.counts()["papers"])
    store = pyoxigraph.Store.read_only(str(sparql.ready(graph)))
    seconds = [least(store, query.format(rows=rows), given.repeat) for _, query, _ in STEPS]
    print(f"| {rows:,} papers | µs a row |\n|---|--:|")
    for (what, _, before), took in zip(STEPS, seconds, strict=True):
        print(f"| {what} | {(took - (0 if before is None else seconds[before])) / rows * 1e6:.2f} |")
    return 0


def least(store: pyoxigraph.Store, query: str, repeat: int) -> float:
    """Seconds of processor time of the quickest of some runs after the first."""
    times = []
    for _ in range(repeat + 1):
        start = time.process_time()
        evaluate.table(store, query)
        times.append(time.process_time() - start)
    return min(times[1:])


if __name__ == "__main__":
    sys.exit(main())
