"""How commands print tables: for eyes on a terminal, as aligned text in a pipe, as JSON or CSV for programs."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from kg.cli.talk import out, say
from kg.errors import UsageError, did_you_mean
from kg.table import Table, cell, numeric

FORMATS = ("table", "json", "csv")
FormatOption = Annotated[str, typer.Option("--format", "-f", metavar="|".join(FORMATS), help="How the rows are printed.")]


def check_format(name: str, known: tuple[str, ...] = FORMATS) -> None:
    """Raises UsageError where there is no such format: before the work, not after it."""
    if name not in known:
        raise UsageError(f"no output format {name!r}; {did_you_mean(name, known)}")


def show(table: Table, format_: str) -> None:
    """Prints the rows to stdout, and the notes to stderr."""
    if format_ == "json":
        out(table.to_json())
    elif format_ == "csv":
        out(table.to_csv())
    elif not table.rows:
        say("no rows")
    elif _on_terminal():
        _draw(table)
    else:
        out(table.to_text())
    for note in table.notes:
        say(note)


def _on_terminal() -> bool:
    return sys.stdout.isatty()


def _draw(table: Table) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table as Drawn
    from rich.text import Text

    drawn = Drawn(box=box.SIMPLE_HEAD, pad_edge=False)
    for place, name in enumerate(table.columns):
        drawn.add_column(Text(name), justify="right" if numeric(table.rows, place) else "left", overflow="fold")
    for row in table.rows:
        drawn.add_row(*(Text(cell(value)) for value in row))
    Console().print(drawn)
