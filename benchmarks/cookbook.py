"""The questions of the cookbook on one graph: milliseconds of processor time, embedded, in both languages, beside Neo4j and rdflib.

usage: python benchmarks/cookbook.py GRAPH [--neo4j bolt://HOST:PORT] [--rdflib] [--repeat N] [--most SECONDS] [--json]

Each question has the defaults of the cookbook where the graph knows them, otherwise its most linked concept of a fitting type; times are
medians of N runs, and none is run again that took more than SECONDS. A server's times are wall-clock, with the way there and back; its
database holds the same graph (`kg push`), the password comes from NEO4J_PASSWORD. Prints a Markdown table, or JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from kg.errors import DataError
from kg.graph import Graph
from kg.query import cookbook


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("graph", type=Path)
    parser.add_argument("--neo4j", metavar="URI")
    parser.add_argument("--rdflib", action="store_true")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--most", type=float, default=10)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    graph = Graph.open(given.graph)
    engines = engines_of(graph, given.neo4j, given.rdflib)
    rows = []
    for question in cookbook.questions().values():
        values = values_of(graph, question)
        row: dict[str, Any] = {"question": question.name}
        for name, (ask, clock) in engines.items():
            row[name], row["rows"] = measured(partial(ask, question, values), clock, given.repeat, given.most)
        rows.append(row)
    medians = {name: statistics.median(row[name] for row in rows) for name in engines}
    print(json.dumps({"questions": rows, "median": medians}) if given.json else table(rows, medians))


def engines_of(graph: Graph, neo4j: str | None, rdflib: bool) -> dict[str, tuple[Callable[..., int], Callable[[], float]]]:
    """What answers a question with a number of rows, and the clock that is looked at."""
    found: dict[str, tuple[Callable[..., int], Callable[[], float]]] = {
        language: (
            lambda question, values, language=language: len(cookbook.ask(graph, question.name, values, language=language)),
            time.process_time,
        )
        for language in cookbook.LANGUAGES
    }
    if neo4j:
        from neo4j import GraphDatabase

        driver = GraphDatabase.driver(neo4j, auth=(os.environ.get("NEO4J_USERNAME", "neo4j"), os.environ["NEO4J_PASSWORD"]))
        found["neo4j"] = (
            lambda question, values: len(driver.execute_query(question.cypher, parameters_=values).records),
            time.perf_counter,
        )
    if rdflib:
        import rdflib

        from exports import ntriples

        made = rdflib.Graph()
        with tempfile.TemporaryDirectory() as folder:
            ntriples.write(graph, Path(folder) / "graph.nt")
            made.parse(Path(folder) / "graph.nt", format="nt")
        found["rdflib"] = (lambda question, values: len(list(made.query(question.text("sparql", values)))), time.process_time)
    return found


def values_of(graph: Graph, question: cookbook.Question) -> dict[str, str | float]:
    """The default of each parameter, or what the graph has most of."""
    counts = graph.paper_counts()
    own: dict[str, Any] = {}
    for param in question.params:
        try:
            own |= cookbook.values(graph, replace(question, params=(param,)))[0]
        except DataError:
            if param.kind == "paper":
                own[param.name] = next(p.id for p in graph.papers())
            else:
                fitting = [c for c in graph.concepts() if c.type.value.lower() == param.name] or [*graph.concepts()]
                own[param.name] = max(fitting, key=lambda c: (counts[c.id], c.id)).id
    return own


def measured(run: Callable[[], int], clock: Callable[[], float], repeat: int, most: float) -> tuple[float, int]:
    """Milliseconds (the median; the first run, which reads what the others find, does not count), and rows."""
    times = []
    rows = 0
    for _ in range(repeat + 1):
        start = clock()
        rows = run()
        times.append((clock() - start) * 1000)
        if times[-1] > most * 1000:
            break
    return statistics.median(times[1:] or times), rows


def table(rows: list[dict[str, Any]], medians: dict[str, float]) -> str:
    lines = [f"| question | rows | {' | '.join(medians)} |", "|---|--:|" + "--:|" * len(medians)]
    lines += [f"| {row['question']} | {row['rows']:,} | {' | '.join(f'{row[name]:,.1f}' for name in medians)} |" for row in rows]
    lines.append(f"| **median** | | {' | '.join(f'**{value:,.1f}**' for value in medians.values())} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
