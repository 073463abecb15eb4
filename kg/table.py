"""What a query or an analysis answers with: columns and rows, and the same as CSV, JSON, text or HTML."""

from __future__ import annotations

import csv
import io
import json
import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from kg.cards import COLORS, chip, cut, listed, pretty

#: Rows that `Table._repr_html_` shows at most, and characters of a cell; rows of `repr`.
SHOWN, WIDE, FEW = 50, 400, 20


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of plain Python values under named columns, in an order that means something.

    A cell is None, a bool, a number, a string, or a list or dict of these. `notes` are remarks for the reader (an ambiguous
    name, a figure over all rows); they are talk, not data, and no format but HTML shows them. `cut` tells that a limit left rows
    out; a note says so too.

    >>> table = Table(("concept", "papers"), [("bert", 3), ("gpt-2", 1)])
    >>> len(table), table.records()[0]
    (2, {'concept': 'bert', 'papers': 3})
    >>> print(table.to_text(), end="")
    concept  papers
    -------  ------
    bert          3
    gpt-2         1
    """

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    notes: tuple[str, ...] = ()
    cut: bool = False

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return iter(self.rows)

    def records(self) -> list[dict[str, Any]]:
        """The rows as dicts by column."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def column(self, name: str) -> list[Any]:
        """The cells of one column; raises ValueError where there is none of that name."""
        place = self.columns.index(name)
        return [row[place] for row in self.rows]

    def to_csv(self) -> str:
        """RFC 4180 with `\\n` line ends: a line of column names, then the rows; None is an empty field, lists are JSON.

        >>> Table(("a", "b"), [("x, y", None), (True, [1, 2])]).to_csv()
        'a,b\\n"x, y",\\ntrue,"[1, 2]"\\n'
        """
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows([cell(value) for value in row] for row in self.rows)
        return out.getvalue()

    def to_json(self) -> str:
        """A JSON array of objects, one a line; numbers that JSON does not know (NaN, infinity) become null."""
        lines = (json.dumps(plain(record), ensure_ascii=False, allow_nan=False) for record in self.records())
        return "[\n" + ",\n".join(lines) + "\n]\n" if self.rows else "[]\n"

    def to_text(self) -> str:
        """Aligned columns for reading; numbers to the right, line breaks within a cell as spaces."""
        cells = [[" ".join(cell(value).split()) for value in row] for row in self.rows]
        widths = [max(map(width, (name, *(row[i] for row in cells)))) for i, name in enumerate(self.columns)]
        right = [numeric(self.rows, i) for i in range(len(self.columns))]
        lines = [_line(self.columns, widths, right), _line(["-" * w for w in widths], widths, right)]
        return "\n".join([*lines, *(_line(row, widths, right) for row in cells)]) + "\n"

    def _repr_html_(self) -> str:
        right = [numeric(self.rows, i) for i in range(len(self.columns))]
        styles = [f' style="text-align:{"right" if r else "left"}"' for r in right]
        head = "".join(f"<th{s}>{escape(name)}</th>" for name, s in zip(self.columns, styles, strict=True))
        body = (
            "<tr>" + "".join(f"<td{s}>{_html(value)}</td>" for value, s in zip(row, styles, strict=True)) + "</tr>"
            for row in self.rows[:SHOWN]
        )
        talk = "".join(f"<p>{escape(note)}</p>" for note in (*self._more(SHOWN), *self.notes))
        return f"<div><table><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>{talk}</div>"

    def __repr__(self) -> str:
        """The first rows as text; `to_text` has all of them."""
        rows = [tuple(value if isinstance(value, int | float) else cut(cell(value), 100) for value in row) for row in self.rows[:FEW]]
        few = Table(self.columns, rows)
        return "\n".join([few.to_text().rstrip("\n"), *self._more(FEW), *self.notes])

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        pretty(repr(self), printer, cycle)

    def _more(self, shown: int) -> list[str]:
        return [f"{len(self.rows) - shown:,} more rows"] if len(self.rows) > shown else []


def unique(names: Sequence[str]) -> tuple[str, ...]:
    """Column names told apart, for engines that give one twice.

    >>> unique(["a", "a", "b", "a_2"])
    ('a', 'a_2', 'b', 'a_2_2')
    """
    found: list[str] = []
    for name in names:
        made, number = name, 2
        while made in found:
            made, number = f"{name}_{number}", number + 1
        found.append(made)
    return tuple(found)


def cell(value: Any) -> str:
    """A value as the text of a cell: None is empty, booleans as in JSON, floats with at most six significant digits."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list | tuple | dict):
        return json.dumps(plain(value), ensure_ascii=False, allow_nan=False)
    return str(value)


def _html(value: Any) -> str:
    """A value as HTML: types of concepts with their colour, lists with commas, long ones cut."""
    if isinstance(value, str) and value in COLORS:
        return chip(value)
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        value = listed(value)
    return escape(cut(cell(value), WIDE))


def numeric(rows: Sequence[Sequence[Any]], column: int) -> bool:
    """Whether a column holds numbers and nothing else, so that it is set to the right."""
    values = [row[column] for row in rows if row[column] is not None]
    return bool(values) and all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)


def width(text: str) -> int:
    """How many places of a terminal a text takes: two for a wide character, none for a combining one.

    >>> width("né"), width("模型")
    (2, 4)
    """
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = (
        " " * (w - width(text)) + text if r else text + " " * (w - width(text)) for text, w, r in zip(cells, widths, right, strict=True)
    )
    return "  ".join(padded).rstrip()


def plain(value: Any) -> Any:
    """The same value in what JSON has: NaN and infinity as None, tuples as lists, what is none of its types as text."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    return str(value)
