"""`kg load`: a graph back from another format."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.app import new
from kg.cli.talk import count, out, say

app = new()


@app.command()
def load(
    source: Annotated[str, typer.Argument(metavar="FILE", help="RDF that kg export wrote: .nt, .ttl, .jsonld, .nq, .trig or .rdf.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FOLDER", help="The graph's folder.")],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the graph that is there.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was loaded as one JSON object.")] = False,
) -> int:
    """Read a graph back from a file that kg export wrote.

    \b
    Example:
      kg export graph ntriples -o graph.nt
      kg load graph.nt -o again
    """
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
