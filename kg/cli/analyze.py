"""`kg analyze`: which concepts matter, which belong together."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from kg.cli.app import new
from kg.cli.show import FormatOption, check_format, show
from kg.errors import UsageError, did_you_mean

app = new()
ANALYSES = ("rank", "communities", "related")


@app.command()
def analyze(
    graph: Annotated[Path, typer.Argument(metavar="GRAPH", help="The graph's folder.")],
    analysis: Annotated[str, typer.Argument(metavar="|".join(ANALYSES), help="PageRank, Leiden communities, or what occurs together.")],
    concept: Annotated[str | None, typer.Argument(metavar="[CONCEPT]", help="related: only pairs with this one, by id or name.")] = None,
    type_: Annotated[str | None, typer.Option("--type", metavar="TYPE", help="Only concepts of this type, as Dataset.")] = None,
    top: Annotated[int | None, typer.Option(metavar="N", help="Rows at most; 0 for all.")] = None,
    least: Annotated[int | None, typer.Option(metavar="N", help="communities, related: from so many papers on.")] = None,
    members: Annotated[bool | None, typer.Option("--members", help="communities: one row a concept.")] = None,
    resolution: Annotated[float | None, typer.Option(metavar="X", help="communities: above 1 for more and smaller ones.")] = None,
    seed: Annotated[int | None, typer.Option(metavar="N", help="communities: one seed, one partition.")] = None,
    by: Annotated[str | None, typer.Option(metavar="llr|npmi|together", help="related: the measure that sorts.")] = None,
    damping: Annotated[float | None, typer.Option(metavar="X", help="rank: PageRank's damping factor.")] = None,
    format_: FormatOption = "table",
) -> int:
    """Rank concepts, find communities and what occurs together.

    \b
    Example:
      kg analyze graph rank --type Dataset --top 20
      kg analyze graph communities --members --format csv
      kg analyze graph related Transformer --by npmi
    """
    check_format(format_)
    if analysis not in ANALYSES:
        raise UsageError(f"no analysis {analysis!r}; {did_you_mean(analysis, ANALYSES)}")
    from kg import analysis as analyses
    from kg.graph import Graph

    run: Callable[..., Any] = getattr(analyses, analysis)
    given: dict[str, Any] = {
        "concept": concept, "type": type_, "top": top, "least": least, "members": members, "resolution": resolution, "seed": seed, "by": by,
        "damping": damping,
    }  # fmt: skip
    options = {name: value for name, value in given.items() if value is not None}
    known = inspect.signature(run).parameters
    for name in options:
        if name not in known:
            said = "takes no CONCEPT" if name == "concept" else f"has no option --{name}"
            raise UsageError(f"{analysis} {said}; see kg analyze --help")
    if options.get("top") == 0:
        options["top"] = None
    show(run(Graph.open(graph), **options), format_)
    return 0
