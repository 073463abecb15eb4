"""`kg serve`: a graph over HTTP."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.app import new
from kg.cli.saved import PropertiesOption
from kg.cli.talk import out, say
from kg.errors import UsageError

app = new()


@app.command()
def serve(
    graph: Annotated[Path, typer.Argument(metavar="GRAPH", help="The graph's folder.")],
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Where to listen; 0.0.0.0 is everywhere.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="PORT", help="0 is any that is free.")] = 8080,
    timeout: Annotated[float, typer.Option(metavar="SECONDS", help="Stop a query that takes longer.")] = 30,
    limit: Annotated[int, typer.Option(metavar="ROWS", help="Refuse an answer that has more.")] = 1_000_000,
    memory: Annotated[int, typer.Option(metavar="MB", help="Memory of one query, on Linux.")] = 2048,
    workers: Annotated[int, typer.Option(metavar="N", help="Queries at a time; 0 is one for each processor, and two at least.")] = 0,
    cors: Annotated[list[str] | None, typer.Option(metavar="ORIGIN", help="Let pages of this origin ask; * is any.")] = None,
    properties: PropertiesOption = None,
) -> int:
    """Serve the explorer, a query page, a JSON API and SPARQL.

    In a browser, / is the explorer and /query asks in SPARQL and Cypher. /api/ is for programs (/api/openapi.json describes it), and
    /sparql answers the SPARQL 1.1 Protocol. All of it is read-only.

    The address is printed once it answers. Ctrl-C stops the server. It serves the graph as it was when it started. The first start
    makes an index, and stores for queries, which are kept in the cache. The explorer can show what analyses found (--properties).

    \b
    Example:
      kg serve graph --port 8080
      kg serve graph --properties ranks.json --properties communities.json
    """
    import logging

    from kg.addresses import is_loopback
    from kg.graph import Graph
    from kg.serve import Settings
    from kg.serve.run import serve as run

    if not 0 <= port <= 65535:
        raise UsageError(f"--port is a number from 0 to 65535, found {port}")
    for origin in cors or ():
        if origin != "*" and ("://" not in origin or origin.endswith("/")):
            raise UsageError(f"--cors {origin!r} is no origin; write it as https://name or http://name:port, without a path")
    settings = Settings(timeout=timeout, limit=limit, memory=memory << 20, workers=workers, cors=tuple(cors or ()))
    # who listens to other machines cannot know the names they use
    settings = replace(settings, hosts=(*settings.hosts, host) if is_loopback(host) else ())
    logging.basicConfig(format="%(message)s", level=logging.WARNING)

    def started(address: str) -> None:
        out(f"{address}/\n")
        sys.stdout.flush()
        say("serving: the explorer there, /query for queries, /api/ for programs, /sparql by the protocol; Ctrl-C stops it")

    run(Graph.open(graph), host, port, settings, started, properties or ())
    say("stopped")
    return 0
