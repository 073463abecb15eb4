"""`kg site`: the whole graph as a static site."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.app import new
from kg.cli.saved import PropertiesOption
from kg.cli.talk import out, progress, say

app = new()


@app.command()
def site(
    graph: Annotated[Path, typer.Argument(metavar="GRAPH", help="The graph's folder.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="The folder to write.")],
    title: Annotated[str | None, typer.Option(metavar="TEXT", help="Name of the site; by default, how many papers it is of.")] = None,
    url: Annotated[str, typer.Option(metavar="URL", help="The address it will have, for a sitemap and the page of missing pages.")] = "",
    top: Annotated[int, typer.Option(metavar="N", help="Concepts that its explorer draws, at most.")] = 2000,
    least: Annotated[int, typer.Option(metavar="N", help="No page for concepts of fewer papers, so that a large site is small.")] = 0,
    properties: PropertiesOption = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a site that is there; nothing else is ever replaced.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, but write nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was written as one JSON object.")] = False,
) -> int:
    """Write the graph as a static site with search.

    It has a page for every concept and paper, heat maps, trends and communities, and opens from the disk as from any host.

    \b
    Example:
      kg site graph -o public
      kg site graph -o public --url https://example.org/graph/ --overwrite
      kg site graph -o public --least 3 --properties ranks.json
    """
    from kg.graph import Graph
    from kg.site import check, write

    opened = Graph.open(graph)
    if dry_run:
        check(output, overwrite=overwrite, url=url, top=top, least=least)
        say(f"dry run: would write a site to {output}; nothing was written")
        return 0
    with progress() as draw:
        written = write(
            opened, output, overwrite=overwrite, title=title, url=url, top=top, least=least, properties=properties or (), progress=draw
        )
    say(f"wrote {output}: open {output / 'index.html'} in a browser")
    say(", ".join(f"{name}: {number:,}" for name, number in written.counts.items()))
    for note in written.notes:
        say(note)
    if as_json:
        out(json.dumps({"path": str(output), "counts": written.counts, "notes": list(written.notes)}, ensure_ascii=False, indent=2) + "\n")
    return 0
