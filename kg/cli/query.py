"""`kg query`: rows out of the graph."""

from __future__ import annotations

import json
import math
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg.cli.app import new
from kg.cli.show import FORMATS, check_format, show
from kg.cli.talk import out, pairs, say, text_of
from kg.errors import QueryStopped, UsageError

if TYPE_CHECKING:
    from kg.graph import Graph
    from kg.table import Table

app = new()
#: What SPARQL can be answered in beside tables (`kg.query.sparql.FORMATS`; csv and json are those of all tables).
W3C = ("tsv", "sparql-json", "sparql-xml", "turtle", "ntriples", "jsonld", "rdfxml")


def _list(wanted: bool) -> None:
    if not wanted:
        return
    from kg.query.cookbook import questions

    for found in questions().values():
        out(f"{found.number:>2}  {found.name}: {found.title}\n")
        for param in found.params:
            out(f"      {param.name}={param.default}  {param.about}\n")
    raise typer.Exit


def _text(name: str | None) -> None:
    if name is None:
        return
    from kg.query.cookbook import shown

    out(shown(name))
    raise typer.Exit


@app.command()
def query(
    graph: Annotated[Path, typer.Argument(metavar="GRAPH", help="The graph's folder.")],
    sparql: Annotated[str | None, typer.Option(metavar="QUERY", help="A SPARQL query, @FILE, or - for standard input.")] = None,
    cypher: Annotated[str | None, typer.Option(metavar="QUERY", help="A Cypher query, @FILE, or - for standard input.")] = None,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="A question of the cookbook, by name or number; see --list.")] = None,
    param: Annotated[list[str] | None, typer.Option(metavar="NAME=VALUE", help="A value for a question, or for $NAME in Cypher.")] = None,
    language: Annotated[str, typer.Option(metavar="sparql|cypher", help="How a question of the cookbook is asked.")] = "sparql",
    format_: Annotated[
        str,
        typer.Option(
            "--format",
            "-f",
            metavar="FORMAT",
            help=f"How the answer is printed: {', '.join(FORMATS)}; with --sparql also {', '.join(W3C)}.",
        ),
    ] = "table",
    timeout: Annotated[float, typer.Option(metavar="SECONDS", help="Stop a query that takes longer; 0 is no end to it.")] = 0,
    limit: Annotated[int | None, typer.Option(metavar="ROWS", help="Stop after so many rows, and say so where there are more.")] = None,
    show_: Annotated[
        str | None,
        typer.Option("--show", metavar="NAME", callback=_text, is_eager=True, help="Print a question's SPARQL and Cypher, and stop."),
    ] = None,
    list_: Annotated[bool, typer.Option("--list", callback=_list, is_eager=True, help="Print the cookbook's questions, and stop.")] = False,
) -> int:
    """Ask the graph in SPARQL or Cypher, or by the cookbook.

    A query is given as it is, or as a file. Stores are made from the graph when they are first needed, and kept in the cache.
    Where --timeout or --limit stops a query, the exit status is 5.

    \b
    Example:
      kg query graph --name papers-using --param x=Transformer
      kg query graph --cypher 'MATCH (c:Concept) RETURN c.name, c.type LIMIT 10' --format csv
      kg query graph --sparql @question.rq --format sparql-json --timeout 60
    """
    check_format(format_, FORMATS + W3C)
    if format_ in W3C and sparql is None:
        raise UsageError(f"{format_} is a format of --sparql; other answers come as {', '.join(FORMATS)}")
    # not a number is none, either
    if not timeout >= 0 or (limit is not None and limit < 1):
        raise UsageError("--timeout is a number of seconds, and --limit a number of rows from 1 on")
    if sum(given is not None for given in (sparql, cypher, name)) != 1:
        raise UsageError("give one of --sparql, --cypher and --name (kg query --list shows the questions)")
    values = pairs(param or (), "--param")
    from kg.graph import Graph

    opened = Graph.open(graph)
    # in a process of its own, a query ends with Ctrl-C too
    end = timeout or math.inf
    if name is not None:
        from kg.query.cookbook import ask

        return _show(ask(opened, name, values, language=language, timeout=end, limit=limit), format_)
    if cypher is not None:
        from kg.query import child

        typed = {key: _value(text) for key, text in values.items()}
        return _show(child.cypher(opened, _query(cypher), typed, timeout=end, limit=limit), format_)
    assert sparql is not None
    if values:
        raise UsageError("--param goes with --name and --cypher; in SPARQL, write the value into the query: VALUES ?x { … }")
    from kg.query.sparql import select

    if format_ in W3C:
        return _write(opened, _query(sparql), format_, end, limit)
    return _show(select(opened, _query(sparql), timeout=end, limit=limit), format_)


def _show(table: Table, format_: str) -> int:
    show(table, format_)
    return QueryStopped.exit_code if table.cut else 0


def _write(graph: Graph, query: str, format_: str, timeout: float, limit: int | None) -> int:
    from kg.query.limits import cut_note
    from kg.query.sparql import write

    # whole before the first byte goes out: a query that is stopped prints nothing
    with tempfile.TemporaryDirectory(prefix="kg-query-") as folder:
        file = Path(folder) / "answer"
        written = write(graph, query, file, format_, timeout=timeout, limit=limit)
        with file.open(encoding="utf-8", newline="") as text:
            shutil.copyfileobj(text, sys.stdout)
    if written.cut:
        say(cut_note(written.rows))
    return QueryStopped.exit_code if written.cut else 0


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
