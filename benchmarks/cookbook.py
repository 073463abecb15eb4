"""The questions of the cookbook on one graph: milliseconds of processor time, embedded, in both languages, beside Neo4j and rdflib.

usage: python benchmarks/cookbook.py GRAPH [--neo4j [bolt://HOST:PORT]] [--rdflib] [--repeat N] [--most SECONDS] [--json] [--only NAME ...]

Each question has the defaults of the cookbook where the graph knows them, otherwise its most linked concept of a fitting type, or its most
linked paper; times are medians of N runs. One that takes more than SECONDS is stopped, and told as such; embedded ones are let run, but
not again. A server's times are wall-clock, with the way there and back; its database holds the same graph (`kg push`), the password comes
from NEO4J_PASSWORD.
`--neo4j` alone starts the server of the tests and fills it, which needs Java and Maven. Prints a Markdown table, or JSON; ends with
1 where engines answer with different numbers of rows.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from kg.errors import DataError
from kg.graph import Graph
from kg.query import cookbook, cypher, sparql

#: An engine: what answers a question with a number of rows, the clock that is looked at, and whether it is stopped.
Engine = tuple[Callable[..., int], Callable[[], float], bool]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("graph", type=Path)
    parser.add_argument("--neo4j", metavar="URI", nargs="?", const="")
    parser.add_argument("--rdflib", action="store_true")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--most", type=float, default=10)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", metavar="NAME", nargs="+", default=[*cookbook.questions()], help="questions to ask, of all")
    given = parser.parse_args()
    graph = Graph.open(given.graph)
    # stores are made once for a graph, and are no part of a question
    sparql.ready(graph)
    cypher.ready(graph)
    with own_server(graph) if given.neo4j == "" else nullcontext(given.neo4j) as uri:
        engines = engines_of(graph, uri, given.rdflib)
        rows = [asked(graph, question, engines, given.repeat, given.most) for question in map(cookbook.question, given.only)]
    medians = {name: statistics.median(row["ms"][name] for row in rows) for name in engines}
    differing = [row["question"] for row in rows if len({*row["rows"].values()} - {None}) > 1]
    print(json.dumps({"questions": rows, "median": medians, "differing": differing}) if given.json else table(rows, medians, given.most))
    if differing:
        print(f"different numbers of rows: {', '.join(differing)}", file=sys.stderr)
    return bool(differing)


def asked(graph: Graph, question: cookbook.Question, engines: dict[str, Engine], repeat: int, most: float) -> dict[str, Any]:
    """A question's milliseconds and rows by engine; rows are None where it was stopped."""
    values = values_of(graph, question)
    row: dict[str, Any] = {"question": question.name, "ms": {}, "rows": {}}
    for name, (ask, clock, stop) in engines.items():
        print(f"{question.name}: {name}", file=sys.stderr)
        row["ms"][name], row["rows"][name] = measured(partial(ask, question, values), clock, repeat, most, stop)
    return row


def engines_of(graph: Graph, neo4j: str | None, rdflib: bool) -> dict[str, Engine]:
    found: dict[str, Engine] = {
        language: (
            lambda question, values, language=language: len(cookbook.ask(graph, question.name, values, language=language)),
            time.process_time,
            False,
        )
        for language in cookbook.LANGUAGES
    }
    if neo4j:
        from neo4j import GraphDatabase

        driver = GraphDatabase.driver(neo4j, auth=(os.environ.get("NEO4J_USERNAME", "neo4j"), os.environ["NEO4J_PASSWORD"]))
        found["neo4j"] = (
            lambda question, values: len(driver.execute_query(question.cypher, parameters_=values, database_="neo4j").records),
            time.perf_counter,
            True,
        )
    if rdflib:
        import rdflib

        from exports import ntriples

        made = rdflib.Graph()
        with tempfile.TemporaryDirectory() as folder:
            ntriples.write(graph, Path(folder) / "graph.nt")
            made.parse(Path(folder) / "graph.nt", format="nt")
        found["rdflib"] = (lambda question, values: len(list(made.query(question.text("sparql", values)))), time.process_time, True)
    return found


@contextmanager
def own_server(graph: Graph) -> Iterator[str]:
    """The address of a Neo4j that holds the graph, until the block ends."""
    import own_neo4j

    from exports.neo4j import push

    with tempfile.TemporaryDirectory(prefix="paperkg-") as scratch, own_neo4j.make(Path(scratch)) as server:
        os.environ["NEO4J_USERNAME"], os.environ["NEO4J_PASSWORD"] = server.user, server.password
        push(graph, server.uri)
        yield server.uri


def values_of(graph: Graph, question: cookbook.Question) -> dict[str, str | float]:
    """The default of each parameter, or what the graph has most of."""
    counts = graph.paper_counts()
    own: dict[str, Any] = {}
    for param in question.params:
        try:
            own |= cookbook.values(graph, replace(question, params=(param,)))[0]
        except DataError:
            if param.kind == "paper":
                links = Counter(row["paper"] for row in graph.rows("links", ["paper"]))
                own[param.name] = min(links, key=lambda paper: (-links[paper], paper))
            else:
                fitting = [c for c in graph.concepts() if c.type.value.lower() == param.name] or [*graph.concepts()]
                own[param.name] = max(fitting, key=lambda c: (counts[c.id], c.id)).id
    return own


def measured(run: Callable[[], int], clock: Callable[[], float], repeat: int, most: float, stop: bool) -> tuple[float, int | None]:
    """Milliseconds (the median; the first run, which reads what the others find, does not count), and rows, None where it was stopped."""
    times = []
    rows = 0
    for _ in range(repeat + 1):
        start = clock()
        try:
            with _alarm(most) if stop else nullcontext():
                rows = run()
        except TimeoutError:
            return most * 1000, None
        times.append((clock() - start) * 1000)
        if times[-1] > most * 1000:
            break
    return statistics.median(times[1:] or times), rows


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Raises TimeoutError in the block when the time is over; again each second, as one that comes in a `__del__` is lost."""

    running = True

    def over(*_: object) -> None:
        if running:
            raise TimeoutError

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1)
    try:
        yield
    finally:
        running = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def table(rows: list[dict[str, Any]], medians: dict[str, float], most: float) -> str:
    def told(row: dict[str, Any], name: str) -> str:
        return f"> {most * 1000:,.0f}" if row["rows"][name] is None else f"{row['ms'][name]:,.1f}"

    lines = [f"| question | rows | {' | '.join(medians)} |", "|---|--:|" + "--:|" * len(medians)]
    lines += [f"| {row['question']} | {row['rows']['sparql']:,} | {' | '.join(told(row, name) for name in medians)} |" for row in rows]
    lines.append(f"| **median** | | {' | '.join(f'**{value:,.1f}**' for value in medians.values())} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
