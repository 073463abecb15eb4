"""`kg push`: the graph into a running server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.app import new
from kg.cli.talk import ask_password, count, out, progress, say
from kg.errors import UsageError

if TYPE_CHECKING:
    from exports import Written
    from kg.graph import Graph

app = new()
#: Differences that are printed one by one.
_SHOWN = 20


@app.command()
def push(
    graph: Annotated[Path, typer.Argument(metavar="GRAPH", help="The graph's folder.")],
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="Where the server answers, such as bolt://localhost:7687.")],
    database: Annotated[str, typer.Option(metavar="NAME", help="The database of a Neo4j server.")] = "neo4j",
    query: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Where a SPARQL server answers queries, if not known.")] = None,
    base: Annotated[str | None, typer.Option(metavar="IRI", help="What the IRIs of papers and concepts begin with.")] = None,
    batch: Annotated[int | None, typer.Option(metavar="ROWS", help="Rows in one transaction.")] = None,
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove what an earlier push or import wrote and the graph no longer has.")
    ] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Compare all that is there, property by property, and send nothing; exit 4 on a difference.")
    ] = False,
    repair: Annotated[bool, typer.Option("--repair", help="Compare likewise, and send again what differs.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the statements, and send nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was written as one JSON object.")] = False,
) -> int:
    """Write the graph into a running Neo4j or SPARQL server.

    Only what is not there yet is sent. A Neo4j server is sent Cypher, a SPARQL server named graphs by the Graph Store Protocol. User
    name and password are taken from NEO4J_USERNAME and NEO4J_PASSWORD, or the password is asked for; for http from SPARQL_USERNAME and
    SPARQL_PASSWORD. A push that was stopped goes on where it was when it is run again. What others changed in the database meanwhile is
    not looked for; --verify and --repair do that, in a Neo4j.

    \b
    Example:
      kg push graph bolt://localhost:7687
      kg push graph neo4j+s://db.example.org --database papers --prune
      kg push graph bolt://localhost:7687 --dry-run
      kg push graph bolt://localhost:7687 --verify
      kg push graph http://localhost:3030/ds/data
    """
    from exports import graph_store
    from exports.neo4j_connection import SCHEMES
    from kg.graph import Graph

    known = (*SCHEMES, *graph_store.SCHEMES)
    scheme = address.partition("://")[0]
    if scheme not in known:
        # not repeated: what is no address may be anything, a password too
        raise UsageError(f"the address begins with none of {', '.join(f'{s}://' for s in known)}; give one such as bolt://localhost:7687")
    opened = Graph.open(graph)
    if scheme in SCHEMES:
        if query is not None:
            raise UsageError("--query is for SPARQL servers (http://…), and this is a Neo4j server; leave it out")
        if verify or repair:
            if dry_run or (prune and not repair):
                raise UsageError("--verify sends nothing, so that --prune needs --repair beside it, and --dry-run goes with neither")
            return _verify(opened, address, database, base, batch, prune, repair, as_json)
        written = _neo4j(opened, address, database, base, batch, prune, dry_run)
    else:
        if verify or repair:
            raise UsageError("--verify and --repair are for Neo4j servers (bolt://…), and this is a SPARQL server; leave them out")
        if batch is not None or database != "neo4j":
            raise UsageError("--batch and --database are for Neo4j servers (bolt://…), and this is a SPARQL server; leave them out")
        written = _sparql_server(opened, address, query, base, prune, dry_run)
    if written is None:
        return 0
    say(", ".join(f"{name.replace('_', ' ')}: {number:,}" for name, number in written.counts.items()))
    for note in written.notes:
        say(note)
    if as_json:
        report = {"format": written.format, "counts": written.counts, "notes": list(written.notes)}
        out(json.dumps(report, ensure_ascii=False, indent=2) + "\n")
    return 0


def _neo4j(graph: Graph, address: str, database: str, base: str | None, batch: int | None, prune: bool, dry_run: bool) -> Written | None:
    from exports import neo4j
    from exports.neo4j_connection import check_address
    from ontology.terms import BASE

    check_address(address)
    rows = neo4j.BATCH if batch is None else batch
    if dry_run:
        for statement in neo4j.script(graph, base=base or BASE, batch=rows, prune=prune):
            out(statement + "\n")
        say(f"dry run: what a push into an empty database {database} would run; nothing was sent")
        return None
    with _reports(graph) as report:
        return neo4j.push(graph, address, database=database, base=base or BASE, batch=rows, prune=prune, ask=ask_password, report=report)


@contextmanager
def _reports(graph: Graph) -> Iterator[Callable[[str, int], None]]:
    totals = {"papers": "papers", "concepts": "concepts", "links": "links", "relations": "concept_links"}
    with progress() as draw:

        def report(what: str, done: int) -> None:
            if draw is not None:
                draw(what, done, graph.counts()[totals[what]])

        yield report


def _verify(
    graph: Graph, address: str, database: str, base: str | None, batch: int | None, prune: bool, repair: bool, as_json: bool
) -> int:
    from exports.neo4j import BATCH
    from exports.neo4j_verify import verify
    from ontology.terms import BASE

    with _reports(graph) as report:
        found = verify(
            graph, address, database=database, base=base or BASE, batch=BATCH if batch is None else batch, repair=repair, prune=prune,
            ask=ask_password, report=report,
        )  # fmt: skip
    mended = found.repaired
    if as_json:
        told = {
            "compared": found.compared, "number": found.number, "differences": [one.record() for one in found.differences],
            "left": found.left, "repaired": None if mended is None else mended.counts,
        }  # fmt: skip
        out(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    else:
        for one in found.differences[:_SHOWN]:
            out(f"{one}\n")
        if found.number > _SHOWN:
            more = f"; --json has the first {len(found.differences):,}" if len(found.differences) > _SHOWN else ""
            say(f"and {found.number - _SHOWN:,} more{more}")
    say("compared: " + ", ".join(f"{name} {number:,}" for name, number in found.compared.items()))
    if found.left and not prune:
        say(f"it also holds {found.left:,} nodes and relationships of earlier graphs or other ones; --prune removes them")
    if not found.number:
        say(f"{database} at {address} holds all of the graph, property by property")
        return 0
    if mended is None:
        say(f"{count(found.number, 'difference')}; --repair sends again what differs")
        return 4
    say(f"{count(found.number, 'difference')}, mended: {count(mended.counts['sent'], 'row')} sent again")
    return 0


def _sparql_server(graph: Graph, address: str, query: str | None, base: str | None, prune: bool, dry_run: bool) -> Written | None:
    from exports import graph_store
    from ontology.terms import BASE

    if dry_run:
        graph_store.GraphStore(address, query or "")
        for line in graph_store.requests(graph, base or BASE):
            out(line + "\n")
        say("dry run: what a push into an empty server would send; nothing was sent")
        return None
    with progress() as draw:

        def report(what: str, done: int) -> None:
            if draw is not None:
                draw(what, done, graph.counts()["papers"])

        return graph_store.push(graph, address, query=query or "", base=base or BASE, prune=prune, report=report)
