"""What every analysis answers with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exports.files import replacing
from kg.analysis.config import Config
from kg.cards import pretty
from kg.errors import UsageError, did_you_mean
from kg.properties import Properties
from kg.table import Table, plain

if TYPE_CHECKING:
    from kg.analysis.plots import Plot

#: What the JSON of a result calls itself.
FORMAT = "paperkg-analysis"


@dataclass(frozen=True, slots=True)
class Result:
    """The answer of an analysis; equal graphs and settings give equal bytes in every form.

    Attributes:
        name: the analysis, as `rank`.
        config: the settings it ran with, defaults filled in.
        table: the answer itself.
        tables: what belongs to it, by name (the members of communities, the sentences behind a row).
        properties: values for single concepts and papers, of all that were analysed, not of the rows shown alone.
        notes: remarks for the reader: figures over all rows, what was left out.
        graph: the fingerprint of the graph.
    """

    name: str
    config: Config
    table: Table
    tables: Mapping[str, Table] = field(default_factory=dict)
    properties: Properties = field(default_factory=Properties)
    notes: tuple[str, ...] = ()
    graph: str = ""

    def named(self, name: str | None = None) -> Table:
        """The main table, or one of `tables`, with the notes of the whole before its own.

        Raises:
            UsageError: no such table.
        """
        if name is not None and name not in self.tables:
            raise UsageError(f"{self.name} has no table {name!r}; {did_you_mean(name, self.tables) if self.tables else 'it has one alone'}")
        found = self.table if name is None else self.tables[name]
        return Table(found.columns, found.rows, (*self.notes, *found.notes), found.cut)

    def to_dict(self) -> dict[str, Any]:
        """All of it as values that JSON has; tables as `columns` and `rows`."""
        return {
            "format": FORMAT,
            "analysis": self.name,
            "graph": self.graph,
            "config": self.config.to_dict(),
            "notes": list(self.notes),
            "table": _table(self.table),
            "tables": {name: _table(table) for name, table in self.tables.items()},
            "properties": self.properties.to_dict(),
        }

    def to_json(self) -> str:
        """`to_dict` as one JSON object; what `kg.properties.read` reads."""
        return json.dumps(plain(self.to_dict()), ensure_ascii=False, allow_nan=False) + "\n"

    def to_text(self) -> str:
        """The tables as aligned text, each further one under its name, then the notes."""
        parts = [self.table.to_text(), *(f"{name}\n{table.to_text()}" for name, table in self.tables.items())]
        notes = (*self.notes, *self.table.notes, *(note for table in self.tables.values() for note in table.notes))
        return "\n".join(parts) + ("\n" + "\n".join(notes) + "\n" if notes else "")

    def save(self, path: Path | str, *, overwrite: bool = False) -> Path:
        """Writes the JSON to a file.

        Raises:
            UsageError: the file exists and `overwrite` is false.
            EnvironmentError_: it cannot be written.
        """
        with replacing(path, overwrite) as file:
            file.write(self.to_json())
        return Path(path)

    def plot(self, *, top: int | None = None, title: str | None = None, width: float = 9.0) -> Plot:
        """Draws the answer with matplotlib; see `kg.analysis.plots.plot` for the arguments and errors. `plot().save("x.svg")` writes it."""
        from kg.analysis.plots import plot

        return plot(self, top=top, title=title, width=width)

    def _repr_html_(self) -> str:
        more = "".join(
            f"<details><summary>{escape(name)}: {len(table):,} row{'s' * (len(table) != 1)}</summary>{table._repr_html_()}</details>"
            for name, table in self.tables.items()
        )
        return f"<div><b>{escape(self.name)}</b>{self.named()._repr_html_()}{more}</div>"

    def __repr__(self) -> str:
        """The first rows of the answer as text, and what other tables there are; `to_text` has all of it."""
        others = [f"tables: {', '.join(f'{name} ({len(table):,})' for name, table in self.tables.items())}"] if self.tables else []
        return "\n".join([self.name, repr(self.named()), *others])

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        pretty(repr(self), printer, cycle)


def _table(table: Table) -> dict[str, Any]:
    return {"columns": list(table.columns), "rows": [list(row) for row in table.rows], "notes": list(table.notes), "cut": table.cut}
