"""`kg view`: the graph as one page that opens in any browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from kg.cli.app import new
from kg.cli.saved import PropertiesOption
from kg.cli.talk import count, say
from kg.errors import UsageError

app = new()


@app.command()
def view(
    graph: Annotated[Path, typer.Argument(metavar="GRAPH", help="The graph's folder.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The page to write; - for standard output.")],
    top: Annotated[int | None, typer.Option(metavar="N", help="At most so many concepts: those that most papers name.")] = None,
    papers: Annotated[bool, typer.Option("--papers", help="Papers are nodes, too.")] = False,
    min_papers: Annotated[int, typer.Option(metavar="N", help="Leave out concepts that fewer papers name.")] = 1,
    title: Annotated[str | None, typer.Option(metavar="TEXT", help="The heading.")] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="For the places of the nodes.")] = 1,
    engine: Annotated[str, typer.Option(metavar="NAME", help="explorer, or pyvis for a plain vis-network page.")] = "explorer",
    properties: PropertiesOption = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace what is there.")] = False,
    open_: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
) -> int:
    """Write the graph as one interactive page.

    It is a file to open, keep or mail, and needs no network. What analyses found (--properties) can be shown by size and colour.

    \b
    Example:
      kg view graph -o graph.html --open
      kg view graph -o large.html --top 10000
      kg view graph -o papers.html --papers --title "Landmarks and what they name"
      kg view graph -o ranked.html --properties ranks.json
    """
    from exports.html import write
    from kg.graph import Graph

    to_stdout = str(output) == "-"
    if to_stdout and open_:
        raise UsageError("--open needs a file; give -o a path")
    options: dict[str, Any] = {
        "engine": engine, "top": top, "min_papers": min_papers, "papers": papers, "seed": seed, "title": title,
        "properties": properties or (),
    }  # fmt: skip
    opened = Graph.open(graph)
    if to_stdout:
        from kg.cli.export import stream

        stream(write, opened, options)
        return 0
    written = write(opened, output, overwrite=overwrite, **options)
    say(f"wrote {output} ({count(output.stat().st_size, 'byte')})")
    for note in written.notes:
        say(note)
    if open_:
        import webbrowser

        if not webbrowser.open(output.resolve().as_uri()):
            say(f"no browser could be started; open {output.resolve()} in one")
    return 0
