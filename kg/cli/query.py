"""`kg query`: rows out of the graph."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from kg.cli.app import new
from kg.cli.show import FormatOption, check_format, show
from kg.cli.talk import out, pairs, text_of
from kg.errors import UsageError

app = new()


def _list(wanted: bool) -> None:
    if not wanted:
        return
    from kg.query.cookbook import questions

    for found in questions().values():
        out(f"{found.number:>2}  {found.name}: {found.title}\n")
        for param in found.params:
            out(f"      {param.name}={param.default}  {param.about}\n")
    raise typer.Exit


@app.command()
def query(
    graph: Annotated[Path, typer.Argument(metavar="GRAPH", help="The graph's folder.")],
    sparql: Annotated[str | None, typer.Option(metavar="QUERY", help="A SPARQL query, @FILE, or - for standard input.")] = None,
    cypher: Annotated[str | None, typer.Option(metavar="QUERY", help="A Cypher query, @FILE, or - for standard input.")] = None,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="A question of the cookbook, by name or number; see --list.")] = None,
    param: Annotated[list[str] | None, typer.Option(metavar="NAME=VALUE", help="A value for a question, or for $NAME in Cypher.")] = None,
    language: Annotated[str, typer.Option(metavar="sparql|cypher", help="How a question of the cookbook is asked.")] = "sparql",
    format_: FormatOption = "table",
    list_: Annotated[bool, typer.Option("--list", callback=_list, is_eager=True, help="Print the cookbook's questions, and stop.")] = False,
) -> int:
    """Ask the graph in SPARQL or Cypher, or a question of the cookbook.

    A query is given as it is, or as a file. Stores are made from the graph when they are first needed, and kept in the cache.

    \b
    Example:
      kg query graph --name papers-using --param x=Transformer
      kg query graph --cypher 'MATCH (c:Concept) RETURN c.name, c.type LIMIT 10' --format csv
      kg query graph --sparql @question.rq --format json
    """
    check_format(format_)
    if sum(given is not None for given in (sparql, cypher, name)) != 1:
        raise UsageError("give one of --sparql, --cypher and --name (kg query --list shows the questions)")
    values = pairs(param or (), "--param")
    from kg.graph import Graph

    opened = Graph.open(graph)
    if name is not None:
        from kg.query.cookbook import ask

        show(ask(opened, name, values, language=language), format_)
    elif cypher is not None:
        from kg.query import cypher as engine

        show(engine.select(opened, _query(cypher), {key: _value(text) for key, text in values.items()}), format_)
    elif sparql is not None:
        if values:
            raise UsageError("--param goes with --name and --cypher; in SPARQL, write the value into the query: VALUES ?x { … }")
        from kg.query.sparql import select

        show(select(opened, _query(sparql)), format_)
    return 0


def _query(given: str) -> str:
    # no query is one word with an ending, so such an argument is a file that was given without @
    if not given.startswith("@") and not given.strip().count(" ") and Path(given).suffix in (".rq", ".sparql", ".cypher", ".cql"):
        given = f"@{given}"
    return text_of(given)


def _value(text: str) -> Any:
    """A number, a truth value or a list where it is written as one, otherwise the text."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text
