"""`kg corrections`: files of what people found wrong, checked against a graph and applied to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.app import help_if_alone, new
from kg.cli.show import FormatOption, check_format, show
from kg.cli.talk import count, say
from kg.table import Table

if TYPE_CHECKING:
    from kg.corrections import Outcome

app = new()
_SAID = {"applied": "applied", "holds": "held already", "failed": "failed"}


@app.callback(invoke_without_command=True)
def corrections_(context: typer.Context) -> None:
    """Check and apply files of corrections.

    \b
    Example:
      kg corrections check graph corrections.jsonl
      kg corrections apply graph corrections.jsonl
    """
    help_if_alone(context)


@app.command()
def check(
    graph: Annotated[Path, typer.Argument(metavar="GRAPH", help="The graph's folder.")],
    files: Annotated[list[Path], typer.Argument(metavar="FILES...", help="Files of corrections (JSON Lines).")],
    format_: FormatOption = "table",
) -> int:
    """Say of each line whether it applies, holds already, or fails.

    The graph stays as it is. Exits with 1 if a line fails.

    \b
    Example:
      kg corrections check graph corrections.jsonl
    """
    from kg.change import check as run
    from kg.graph import Graph

    check_format(format_)
    found = run(Graph.open(graph), files)
    # of a graph that stays as it is, nothing has been applied
    said = {"applied": "applies", "holds": "holds", "failed": "fails"}
    columns = ("line", "status", "correction", "what", "hint")
    rows = [(o.place, said[o.status], o.correction.kind.value if o.correction else "", o.reason, o.hint) for o in found]
    show(Table(columns, rows), format_)
    return 1 if _failed(found) else 0


@app.command()
def apply(
    graph: Annotated[Path, typer.Argument(metavar="GRAPH", help="The graph's folder; it is replaced.")],
    files: Annotated[list[Path], typer.Argument(metavar="FILES...", help="Files of corrections (JSON Lines).")],
    replace: Annotated[bool, typer.Option("--replace", help="Give up the corrections that the graph has of other files.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say only what failed.")] = False,
) -> int:
    """Correct a graph without reading its papers again.

    Gives what kg build --corrections gives. A file takes the place of one of its name that the graph was corrected with before.
    Exits with 1 if a line fails; the others are applied all the same.

    \b
    Example:
      kg corrections apply graph corrections.jsonl
    """
    from kg.graph import Graph

    opened = Graph.open(graph)
    change = opened.correct(files, replace=replace)
    tell(change.corrections, quiet)
    if not quiet:
        say(f"{graph}: {count(opened.counts()['corrected_links'], 'link')} that a correction decided")
    return 1 if _failed(change.corrections) else 0


def tell(found: Sequence[Outcome], quiet: bool = False) -> None:
    """Says on stderr how many lines were applied, and of each that was not, why."""
    if found and not quiet:
        counts = Counter(o.status.value for o in found)
        said = ", ".join(f"{counts[status]:,} {words}" for status, words in _SAID.items() if counts[status])
        say(f"corrections: {said}")
    for outcome in found:
        if outcome.status == "failed":
            say(f"not corrected: {outcome}")


def _failed(found: Sequence[Outcome]) -> int:
    return sum(o.status == "failed" for o in found)
