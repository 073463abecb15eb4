"""`kg eval`: how good the links or relations are, against curated ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from kg.cli.app import new
from kg.cli.show import show
from kg.cli.talk import out, say
from kg.errors import UsageError

app = new()


@app.command("eval")
def evaluate(
    graph: Annotated[Path, typer.Argument(metavar="GRAPH", help="A graph, or a file of the export jsonl (or relations-jsonl).")],
    gold: Annotated[Path, typer.Argument(metavar="GOLD", help="Curated links or relations, as JSON Lines.")],
    links: Annotated[Path | None, typer.Option(metavar="FILE", help="With relations: the curated links of the same papers.")] = None,
    errors: Annotated[int, typer.Option(metavar="N", help="Show the N most frequent errors of each kind.")] = 0,
    min_confidence: Annotated[float, typer.Option(metavar="X", help="Links: leave out those below this confidence.")] = 0.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as one JSON object.")] = False,
) -> int:
    """Compare a graph with curated links or relations.

    \b
    Example:
      kg eval graph links.gold.jsonl --errors 20
      kg eval graph relations.gold.jsonl --links links.gold.jsonl
    """
    from kg.evaluate import error_lines, gold_kind, score_links, score_relations
    from kg.table import Table

    if errors < 0:
        raise UsageError(f"--errors is {errors}; give a number from 0 on")
    if not 0 <= min_confidence <= 1:
        raise UsageError(f"--min-confidence is {min_confidence}; give a number from 0 to 1")
    source = _source(graph)
    if gold_kind(gold) == "links":
        if links is not None:
            raise UsageError(f"{gold} holds links, so --links has no use; leave it out")
        found = score_links(gold, source, min_confidence=min_confidence)
    else:
        if links is None:
            raise UsageError(f"{gold} holds relations; give the curated links of the same papers with --links FILE")
        if min_confidence:
            raise UsageError("--min-confidence goes with curated links, not with relations")
        found = score_relations(gold, links, source)
    if as_json:
        report = {**found.figures, **({"errors": _errors(found, errors)} if errors else {})}
        out(json.dumps(report, ensure_ascii=False, indent=2) + "\n")
        return 0
    show(Table(("figure", "value"), list(_flat(found.figures))), "table")
    for line in error_lines(found, errors) if errors else ():
        say(line)
    return 0


def _source(path: Path) -> Any:
    if path.is_file():
        return path
    from kg.graph import Graph

    return Graph.open(path)


def _flat(figures: dict[str, Any], before: str = "") -> Any:
    for name, value in figures.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name} ")
        else:
            yield f"{before}{name}", value


def _errors(found: Any, most: int) -> dict[str, Any]:
    return {kind: dict(getattr(found, kind)[:most]) for kind in ("missed", "wrong", "mistyped", "misrelated", "split", "merged")} | {
        "absent": list(found.absent[:most])
    }
