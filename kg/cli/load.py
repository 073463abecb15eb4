"""`kg load`: a graph back from another format, or from a server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.app import new
from kg.cli.talk import ask_password, count, out, progress, say

app = new()


@app.command()
def load(
    source: Annotated[
        str,
        typer.Argument(
            metavar="FILE|ADDRESS",
            help="RDF that kg export wrote (.nt, .ttl, .jsonld, .nq, .trig, .rdf), or a Neo4j such as bolt://localhost.",
        ),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FOLDER", help="The graph's folder.")],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the graph that is there.")] = False,
    database: Annotated[str, typer.Option(metavar="NAME", help="The database of a Neo4j server.")] = "neo4j",
    as_json: Annotated[bool, typer.Option("--json", help="Print what was loaded as one JSON object.")] = False,
) -> int:
    """Read a graph back from RDF or from a Neo4j server.

    From any RDF file of `kg export`, or what `kg push` wrote.

    For a server, user name and password are taken from NEO4J_USERNAME and NEO4J_PASSWORD, or the password is asked for.

    \b
    Example:
      kg load graph.nt -o again
      kg load bolt://localhost:7687 -o again
    """
    if "://" in source:
        return _from_neo4j(source, output, database, overwrite, as_json)
    from kg.load.rdf import load_rdf

    loaded = load_rdf(source, output, overwrite=overwrite)
    counts = loaded.graph.counts()
    say(f"read {count(loaded.triples, 'triple')} of {source}")
    if loaded.others:
        say(f"left out {count(loaded.others, 'triple')} about things outside {loaded.base}")
    say(", ".join(count(counts[name], name[:-1]) for name in ("papers", "concepts", "links")))
    say(f"wrote {output}")
    if as_json:
        report = {"graph": str(output), "base": loaded.base, "triples": loaded.triples, "others": loaded.others, "counts": counts}
        out(json.dumps(report, ensure_ascii=False, indent=2) + "\n")
    return 0


def _from_neo4j(address: str, output: Path, database: str, overwrite: bool, as_json: bool) -> int:
    from kg.load.neo4j import load as load_neo4j

    with progress() as draw:

        def report(what: str, done: int) -> None:
            if draw is not None:
                draw(what, done, None)

        graph = load_neo4j(address, output, database=database, overwrite=overwrite, ask=ask_password, report=report)
    counts = graph.counts()
    say(", ".join(count(counts[name], name[:-1]) for name in ("papers", "concepts", "links")))
    say(f"wrote {output}")
    if as_json:
        written = {"graph": str(output), "from": address, "database": database, "counts": counts}
        out(json.dumps(written, ensure_ascii=False, indent=2) + "\n")
    return 0
