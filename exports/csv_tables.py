"""The graph as CSV files, for spreadsheets, pandas, DuckDB and R."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exports import Written
from exports.files import replacing_folder
from exports.flat_tables import TABLES, columns, tables
from kg.properties import Given, read

if TYPE_CHECKING:
    from kg.graph import Graph

__all__ = ["write"]


def write(graph: Graph, path: Path | str, *, overwrite: bool = False, properties: Given = "") -> Written:
    """Writes a folder with `papers.csv`, `concepts.csv`, `links.csv`, `mentions.csv` and `relations.csv`.

    RFC 4180 quoting, UTF-8, a line of column names first, lines that end with `\\n`. Nothing is an empty field, a list is a JSON
    array, a truth value is `true` or `false`. Memory does not grow with the papers.

    Args:
        properties: what analyses found (`kg.properties.Given`): papers and concepts get a column for each property.

    Raises:
        UsageError: the folder exists and `overwrite` is false.
        DataError: the properties are those of another graph, or called as columns are.
        EnvironmentError_: it cannot be written.
    """
    counts = {}
    more = read(properties, graph)
    header = {name: [column for column, _, _ in columns(name, more)] for name in TABLES}
    with replacing_folder(path, overwrite) as folder:
        for name, rows in tables(graph, more):
            counts[name] = 0
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                out = csv.writer(file, lineterminator="\n")
                out.writerow(header[name])
                for row in rows:
                    out.writerow(map(_cell, row))
                    counts[name] += 1
    return Written("csv", tuple(Path(path) / f"{name}.csv" for name in TABLES), counts)


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return json.dumps(value, ensure_ascii=False)
    return value
