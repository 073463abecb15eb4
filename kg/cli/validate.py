"""`kg validate`: whether a graph keeps to its shapes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from kg.cli.app import new
from kg.cli.show import show
from kg.cli.talk import count, out, say
from kg.errors import UsageError, did_you_mean
from kg.table import Table

if TYPE_CHECKING:
    from kg.validate import Engine

app = new()
#: What the command ends with where a shape is broken.
VIOLATED = 4
_FORMATS = ("table", "json")


@app.command()
def validate(
    graph: Annotated[Path, typer.Argument(metavar="GRAPH", help="The graph's folder, or an RDF file that kg export wrote.")],
    base: Annotated[str | None, typer.Option(metavar="IRI", help="What the IRIs of papers and concepts begin with.")] = None,
    engine: Annotated[
        str, typer.Option(metavar="auto|pyshacl|streaming", help="What checks: auto takes pyshacl up to 5,000 triples.")
    ] = "auto",
    limit: Annotated[int, typer.Option(metavar="N", min=0, help="Findings at most that the table shows; all are counted.")] = 100,
    format_: Annotated[str, typer.Option("--format", "-f", metavar="table|json", help="How the findings are printed.")] = "table",
) -> int:
    """Check a graph against its SHACL shapes.

    Prints each node that breaks a shape, with the shape and the value, and exits with 4 if there is any. Pairs of types that a
    relation is not expected between are warnings, and change nothing.

    \b
    Example:
      kg validate graph
      kg validate graph.nt --format json
    """
    from kg.validate import validate as run

    if format_ not in _FORMATS:
        raise UsageError(f"no output format {format_!r}; {did_you_mean(format_, _FORMATS)}")
    report = run(graph, base=base, engine=cast("Engine", engine))
    # what breaks a shape comes before what is only odd
    found = sorted(report.findings, key=lambda f: (f.severity, f))
    columns = ("severity", "node", "shape", "constraint", "value", "message")
    if format_ == "json":
        records = [{name: getattr(f, name) for name in columns} for f in found]
        told = {"triples": report.triples, "engine": report.engine, "violations": report.violations, "findings": records}
        out(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    elif found:
        show(Table(columns, [tuple(getattr(f, name) for name in columns) for f in found[:limit]]), "table")
    if len(found) > limit and format_ == "table":
        say(f"{len(found) - limit:,} more; --limit {len(found)} or --format json shows them")
    for (severity, shape), number in report.by_shape().items():
        say(f"{shape}: {count(number, severity.lower())}")
    warnings = len(found) - report.violations
    verdict = "every shape is kept" if not report.violations else count(report.violations, "violation")
    say(f"{count(report.triples, 'triple')} by {report.engine}: {verdict}, {count(warnings, 'warning')}")
    return VIOLATED if report.violations else 0
