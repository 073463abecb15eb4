"""How well the scores of `kg analyze predict` foretell which concepts papers will name together: a split in time, beside trivial baselines.

usage: python benchmarks/predict.py GRAPH [--year 2018] [--until YEAR] [--least 1] [--least 3] [--json]
       python benchmarks/predict.py GRAPH --speed

Known is what papers from before the year say; asked are pairs of concepts that these papers name, never together, and that papers
from the year on name together. What is measured, and against which negatives, is told in kg/analysis/holdout.py and docs/benchmarks.md.
`--speed` measures processor seconds of lineage, predict, trends and compare on the whole graph instead.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from kg.analysis import compare, lineage, predict, trends
from kg.analysis.arrays import Arrays, arrays
from kg.analysis.holdout import PAIRS, judge, split
from kg.analysis.learned import activity, learn
from kg.analysis.pairs import BY
from kg.analysis.proximity import SCORES, Network
from kg.errors import UsageError
from kg.graph import Graph


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("graph", type=Path)
    parser.add_argument("--year", type=int, default=2018, help="papers before it are known")
    parser.add_argument("--until", type=int, default=9999, help="the last year of what is foretold")
    parser.add_argument("--least", type=int, action="append", help="papers before the year that a concept has at least; may be given again")
    parser.add_argument("--what", choices=PAIRS, action="append", help="only such pairs; may be given again")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    graph = Graph.open(given.graph)
    if given.speed:
        figures: Any = speed(graph)
    else:
        figures = [
            measure(arrays(graph), given.year, what, least, given.until, given.seed)
            for least in given.least or [1, 3]
            for what in given.what or PAIRS
        ]
    print(json.dumps(figures, indent=2) if given.json else fast(figures) if given.speed else report(figures))


def chance(net: Network, rows: Any) -> Any:
    """A score that knows nothing: the same numbers for the same row, whatever block it is in."""
    return np.array([np.random.default_rng(int(row)).random(len(net.degree)) for row in rows])


def measure(a: Arrays, year: int, what: str, least: int, until: int, seed: int) -> dict[str, Any]:
    """One split, and the figures of every score on it with its processor seconds."""
    made = split(a, year, what, least, until)
    rows = []
    for name in ("random", *BY):
        start = time.process_time()
        if name == "learned":
            try:
                score = learn(a, year, what, least).score(activity(a, made.concepts, year))
            except UsageError as error:
                print(f"left out: {error}", file=sys.stderr)
                continue
        else:
            score = {"random": chance, **SCORES}[name]
        (row,) = judge(made, {name: score}, seed)
        rows.append({**row, "seconds": time.process_time() - start})
    return {
        "what": what, "year": year, "least": least, "papers_before": made.old, "papers_after": made.new, "concepts": len(made.concepts),
        "joined_before": int(made.net.joined.nnz // 2), "new_pairs": len(made.u), "scores": rows,
    }  # fmt: skip


def report(figures: list[dict[str, Any]]) -> str:
    """The figures as Markdown."""
    lines = []
    for one in figures:
        head = (
            f"**{one['what']}**, concepts of {one['least']} or more papers before {one['year']}: {one['papers_before']:,} papers before, "
            f"{one['papers_after']:,} after; {one['concepts']:,} concepts, {one['joined_before']:,} pairs joined, "
            f"{one['new_pairs']:,} new ones; hits of {one['scores'][0]['asked']:,}"
        )
        lines += [
            head,
            "",
            "| score | AUC, uniform | AUC, matched | hits at 10 | seconds |",
            "|---|---:|---:|---:|---:|",
            *(
                f"| {r['name']} | {r['auc_uniform']:.3f} | {r['auc_matched']:.3f} | {r['hits']:.3f} | {r['seconds']:.1f} |"
                for r in one["scores"]
            ),
            "",
        ]
    return "\n".join(lines)


def speed(graph: Graph) -> dict[str, float]:
    """Processor seconds of each analysis, the arrays of the graph made before."""
    common = max(graph.concepts(), key=lambda c: (graph.paper_counts()[c.id], c.id)).id
    known = sorted(year for year in arrays(graph).years.tolist() if year)
    half = known[len(known) // 2] if known else 2000
    middle = (f"-{half - 1}", f"{half}-")
    runs: dict[str, Callable[[], Any]] = {
        "arrays": lambda: arrays(graph),
        "lineage": lambda: lineage(graph),
        "lineage of a concept, the index made": lambda: lineage(graph, concept=common),
        "trends": lambda: trends(graph),
        "trends of a concept, the index made": lambda: trends(graph, concept=common),
        **{f"predict co-use, {name}": lambda name=name: predict(graph, by=name) for name in BY},
        "predict method-task": lambda: predict(graph, what="method-task"),
        "predict task-dataset": lambda: predict(graph, what="task-dataset"),
        "predict of a concept": lambda: predict(graph, concept=common),
        "predict untested": lambda: predict(graph, what="untested"),
        "predict untried": lambda: predict(graph, what="untried"),
        "compare the years before and from the middle one on": lambda: compare(graph, years=middle),
        "compare with itself": lambda: compare(graph, Graph.open(graph.path)),
    }
    found = {}
    for name, run in runs.items():
        start = time.process_time()
        try:
            run()
        except UsageError as error:
            print(f"left out: {name}: {error}", file=sys.stderr)
            continue
        found[name] = round(time.process_time() - start, 2)
    return found


def fast(figures: dict[str, float]) -> str:
    """The seconds as Markdown."""
    return "\n".join(["| analysis | seconds |", "|---|---:|", *(f"| {name} | {seconds:.1f} |" for name, seconds in figures.items())])


if __name__ == "__main__":
    main()
