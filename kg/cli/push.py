"""`kg push`: the graph into a running server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.app import new
from kg.cli.talk import ask_password, out, progress, say
from kg.errors import UsageError

if TYPE_CHECKING:
    from exports import Written
    from kg.graph import Graph

app = new()


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
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the statements, and send nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was written as one JSON object.")] = False,
) -> int:
    """Write the graph into a running Neo4j or SPARQL server.

    Only what is not there yet is sent. A Neo4j server is sent Cypher, a SPARQL server named graphs by the Graph Store Protocol. User
    name and password are taken from NEO4J_USERNAME and NEO4J_PASSWORD, or the password is asked for; for http from SPARQL_USERNAME and
    SPARQL_PASSWORD. A push that was stopped goes on where it was when it is run again.

    \b
    Example:
      kg push graph bolt://localhost:7687
      kg push graph neo4j+s://db.example.org --database papers --prune
      kg push graph bolt://localhost:7687 --dry-run
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
        written = _neo4j(opened, address, database, base, batch, prune, dry_run)
    else:
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
    totals = {"papers": "papers", "concepts": "concepts", "links": "links", "relations": "concept_links"}
    with progress() as draw:

        def report(what: str, done: int) -> None:
            if draw is not None:
                draw(what, done, graph.counts()[totals[what]])

        return neo4j.push(graph, address, database=database, base=base or BASE, batch=rows, prune=prune, ask=ask_password, report=report)


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
