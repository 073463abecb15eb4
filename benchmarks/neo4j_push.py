"""Ways to bring a graph into Neo4j, in one run on one server: relationships a second, and what each way lost.

usage: python benchmarks/neo4j_push.py --graph GRAPH [--loop LINKS] [--batches 1000 5000 20000] [--floor] [--json]

Needs Java and Maven: the server is the one of the tests (tests/servers/). Prints a Markdown table, or JSON; progress goes to standard
error. Every way over Bolt begins with the same nodes, constraints and indexes, and without relationships; but for a second naive loop, of
those who make no constraint. `--floor` measures besides what any client must at least cost the server (neo4j_floor.py).
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.graph import Graph

#: The label that relationships begin at.
STARTS = {"links": "Paper", "relations": "Concept"}
#: A relationship with all that it says, so that two are equal where nothing was lost.
Told = tuple[str, str, str, str]
Result = dict[str, Any]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--graph", type=Path, required=True, help="the graph's folder")
    parser.add_argument("--loop", type=int, default=2000, help="relationships of the naive loop, which is slow: the first ones; or 0")
    parser.add_argument(
        "--batches", type=int, nargs="*", default=[1000, 5000, 20000], help="rows a statement of the documented recipe; or none"
    )
    parser.add_argument("--floor", action="store_true", help="measure what any client must at least cost the server too")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    import neo4j_floor
    import own_neo4j

    from kg.graph import Graph

    graph = Graph.open(options.graph)
    floor: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="paperkg-") as scratch:
        server = own_neo4j.make(Path(scratch))
        with server:
            ways = over_bolt(server, graph, options.loop, options.batches)
            if options.floor:
                say("what any client must at least cost")
                floor = neo4j_floor.measure(server, graph, partial(Clock, server.pid))
        ways.append(bulk_import(server, graph, Path(scratch, "files")))
    counts = graph.counts()
    found = {
        "graph": {name: counts[name] for name in ("papers", "concepts", "links", "concept_links")},
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "ways": ways,
        "floor": floor,
    }
    sys.stdout.write(json.dumps(found, indent=2) + "\n" if options.json else markdown(found))
    return 0


def over_bolt(server: Any, graph: Graph, loop: int, sizes: Sequence[int]) -> list[Result]:
    """The naive loop, the documented recipe and the push, on a running server that is empty before the first.

    With `loop` 0 and no sizes, the push alone, on a server that was not warmed up.
    """
    from exports.neo4j import push
    from exports.neo4j_verify import verify

    os.environ["NEO4J_USERNAME"], os.environ["NEO4J_PASSWORD"] = server.user, server.password
    expected = _counted(edges(graph))
    ways: list[Result] = []

    def way(name: str, run: Callable[[], object], wanted: Counter[Told]) -> None:
        say(name)
        clock = Clock(server.pid)
        run()
        seconds, cpu, server_cpu = clock.read()
        ways.append({"way": name, "seconds": seconds, "cpu": cpu, "server_cpu": server_cpu, **compared(wanted, stored(server), seconds)})

    if loop or sizes:
        say("the nodes, and the server once through everything")
        push(graph, server.uri)
        without_relationships(server)
        recipe(server, graph, [*sizes, 1000][0])
        if loop:
            without_relationships(server)
            way(
                f"a `MERGE` for each relationship, the first {loop:,}",
                partial(one_by_one, server, graph, loop),
                _counted(edges(graph, loop)),
            )
            without_relationships(server)
            few = max(loop // 5, 1)
            with without_constraints(server):
                way(
                    f"the same where nobody made a constraint or an index, the first {few:,}",
                    partial(one_by_one, server, graph, few),
                    _counted(edges(graph, few)),
                )
        for size in sizes:
            without_relationships(server)
            way(f"`UNWIND`, `MATCH` with labels, `MERGE`; batches of {size:,}", partial(recipe, server, graph, size), expected)
        without_relationships(server)
        way("`kg push`", partial(push, graph, server.uri), expected)
    emptied(server)
    way("`kg push` of nodes, constraints and indexes too", partial(push, graph, server.uri), expected)
    way("`kg push` again", partial(push, graph, server.uri), expected)
    way("`kg push --verify`", partial(verify, graph, server.uri), expected)
    return ways


def bulk_import(server: Any, graph: Graph, folder: Path) -> Result:
    """The bulk files and their command, nodes included; the server stands still before and after."""
    from exports import neo4j_csv

    say("neo4j-admin database import full")
    began, cpu = time.perf_counter(), time.process_time()
    written = neo4j_csv.write(graph, folder)
    files, cpu = time.perf_counter() - began, time.process_time() - cpu
    server.admin(*shlex.split(written.notes[1].partition(" && ")[2])[1:], cwd=folder)
    seconds = time.perf_counter() - began
    with server:
        found = compared(_counted(edges(graph)), stored(server), seconds)
    return {
        "way": "`neo4j-admin database import full`, nodes and the writing of the files too",
        "seconds": seconds,
        "files": files,
        "cpu": cpu,
        **found,
    }


def compared(expected: Counter[Told], found: Counter[Told], seconds: float) -> Result:
    """Relationships a second, those that are not there as they should be, and those that are there and should not."""
    number = expected.total()
    return {
        "relationships": number, "a_second": number / seconds, "lost": (expected - found).total(), "wrong": (found - expected).total(),
    }  # fmt: skip


# --- the ways of others -----------------------------------------------------------------------------------------------


def one_by_one(server: Any, graph: Graph, number: int) -> None:
    """The naive loop: each relationship a statement and a transaction of its own."""
    with server.driver.session(database="neo4j") as session:
        for what, start, type_, end, values in edges(graph, number):
            session.run(
                f"MATCH (a:{STARTS[what]} {{id: $start}}) MATCH (b:Concept {{id: $end}}) MERGE (a)-[r:{type_}]->(b) SET r += $values",
                start=start, end=end, values=values,
            ).consume()  # fmt: skip


def recipe(server: Any, graph: Graph, size: int) -> None:
    """The recipe of Neo4j's manuals: batches of one type, nodes found by label and key, MERGE, managed transactions."""
    from exports.property_graph import batches

    rows = ((what, type_, {"start": start, "end": end, "values": values}) for what, start, type_, end, values in edges(graph))
    with server.driver.session(database="neo4j") as session:
        for _, some in batches(rows, size, lambda row: row[1]):
            what, type_, _ = some[0]
            query = (
                f"UNWIND $rows AS row MATCH (a:{STARTS[what]} {{id: row.start}}) MATCH (b:Concept {{id: row.end}}) "
                f"MERGE (a)-[r:{type_}]->(b) SET r += row.values"
            )
            session.execute_write(_run, query, [row for *_, row in some])


def _run(transaction: Any, query: str, rows: list[Result]) -> None:
    transaction.run(query, rows=rows).consume()


# --- what is there ----------------------------------------------------------------------------------------------------


def without_relationships(server: Any) -> None:
    with server.driver.session(database="neo4j") as session:
        session.run("MATCH ()-[r]->() CALL (r) { DELETE r } IN TRANSACTIONS OF 20000 ROWS").consume()


@contextmanager
def without_constraints(server: Any) -> Iterator[None]:
    """Neither constraints nor the indexes that come with them until the block ends."""
    with server.driver.session(database="neo4j") as session:
        made = [(row["name"], row["createStatement"]) for row in session.run("SHOW CONSTRAINTS YIELD name, createStatement")]
        for name, _ in made:
            session.run(f"DROP CONSTRAINT `{name}`").consume()
    yield
    with server.driver.session(database="neo4j") as session:
        for _, statement in made:
            session.run(statement).consume()
        session.run("CALL db.awaitIndexes(600)").consume()


def emptied(server: Any) -> None:
    without_relationships(server)
    with server.driver.session(database="neo4j") as session:
        session.run("MATCH (n) CALL (n) { DELETE n } IN TRANSACTIONS OF 20000 ROWS").consume()
    # constraints and indexes too
    server.clear()


def stored(server: Any) -> Counter[Told]:
    """All relationships that the server holds, with all that they say."""
    with server.driver.session(database="neo4j", fetch_size=5000) as session:
        rows = session.run("MATCH (a)-[r]->(b) RETURN a.id, type(r), b.id, properties(r)")
        return _counted(("", *row) for row in rows)


def edges(graph: Graph, number: int | None = None) -> Iterator[tuple[str, str, str, str, Result]]:
    """What ("links" or "relations"), start, type, end and properties of the first relationships, or of all."""
    from exports.iris import Iris
    from exports.property_graph import LINK, RELATION, links, relations

    def every() -> Iterator[tuple[str, str, str, str, Result]]:
        for what, found, properties in (("links", links(graph, iris), LINK), ("relations", relations(graph, iris), RELATION)):
            for e in found:
                yield what, e.start, e.type, e.end, {p.name: v for p, v in zip(properties, e.values, strict=True) if v is not None}

    iris = Iris()
    return islice(every(), number)


def _counted(found: Iterable[tuple[str, str, str, str, Result]]) -> Counter[Told]:
    return Counter((start, type_, end, json.dumps(values, sort_keys=True)) for _, start, type_, end, values in found)


class Clock:
    """Seconds since it was made: those that went by, and those that this process and the server were on a processor."""

    def __init__(self, server: int) -> None:
        self._server = Path(f"/proc/{server}/stat")
        self._began = self._now()

    def read(self) -> list[float]:
        return [now - then for now, then in zip(self._now(), self._began, strict=True)]

    def _now(self) -> tuple[float, float, float]:
        server = 0.0
        # Linux alone tells; fields 14 and 15 of the line, of which the second may hold blanks
        if self._server.exists():
            fields = self._server.read_text().rpartition(")")[2].split()
            server = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return time.perf_counter(), time.process_time(), server


def markdown(found: Result) -> str:
    """The table of docs/benchmarks.md."""
    graph = found["graph"]
    size = ", ".join(f"{graph[name]:,} {name.replace('concept_links', 'relations')}" for name in graph)
    lines = [
        f"{size}; {found['cores']} cores, load {found['load']:.1f}",
        "",
        "| way | relationships | a second | seconds | our processor | server's processor | of both, a relationship | lost | wrong |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for way in found["ways"]:
        server = f"{way['server_cpu']:.1f}" if "server_cpu" in way else ""
        each = f"{1000 * (way['cpu'] + way['server_cpu']) / way['relationships']:.2f} ms" if server else ""
        lines.append(
            f"| {way['way']} | {way['relationships']:,} | {way['a_second']:,.0f} | {way['seconds']:.1f} "
            f"| {way['cpu']:.1f} | {server} | {each} | {way['lost']:,} | {way['wrong']:,} |"
        )
    if found["floor"]:
        lines += [
            "",
            "| the links alone, step by step | links | seconds | our processor | server's processor | of it a link, µs |",
            "|---|---:|---:|---:|---:|---:|",
        ]
    for step in found["floor"]:
        lines.append(
            f"| {step['way']} | {step['relationships']:,} | {step['seconds']:.1f} | {step['cpu']:.1f} | {step['server_cpu']:.1f} "
            f"| {1e6 * step['server_cpu'] / step['relationships']:.0f} |"
        )
    return "\n".join(lines) + "\n"


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
