"""The graph as Parquet files, for pandas, polars, DuckDB and Spark: the tables of the export `csv`, with real types."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from exports import Written
from exports.files import replacing_folder
from exports.flat_tables import TABLES, Rows, columns, tables
from kg.batched import batched
from kg.properties import NONE, Given, read

if TYPE_CHECKING:
    import pyarrow as pa

    from kg.graph import Graph
    from kg.properties import Properties

__all__ = ["schema", "write"]


def write(graph: Graph, path: Path | str, *, overwrite: bool = False, rows_at_once: int = 5000, properties: Given = "") -> Written:
    """Writes a folder with `papers.parquet`, `concepts.parquet`, `links.parquet`, `mentions.parquet` and `relations.parquet`.

    Compressed with Zstandard, `rows_at_once` rows in a row group, which is also what memory holds at a time.

    Args:
        properties: what analyses found (`kg.properties.Given`): papers and concepts get a column for each property.

    Raises:
        UsageError: the folder exists and `overwrite` is false.
        DataError: the properties are those of another graph, or called as columns are.
        EnvironmentError_: it cannot be written.
    """
    counts = {}
    more = read(properties, graph)
    schemas = {name: schema(name, more) for name in TABLES}
    with replacing_folder(path, overwrite) as folder:
        for name, rows in tables(graph, more):
            counts[name] = _fill(folder / f"{name}.parquet", schemas[name], rows, rows_at_once)
    return Written("parquet", tuple(Path(path) / f"{name}.parquet" for name in TABLES), counts)


def schema(table: str, properties: Properties = NONE) -> pa.Schema:
    """The Arrow schema of one of the tables; each field carries what it means as metadata `about`."""
    import pyarrow as pa

    types = {
        "string": pa.string(), "int32": pa.int32(), "int64": pa.int64(), "double": pa.float64(), "bool": pa.bool_(),
        "list<string>": pa.list_(pa.string()),
    }  # fmt: skip
    return pa.schema([pa.field(name, types[kind], metadata={"about": about}) for name, kind, about in columns(table, properties)])


def _fill(file: Path, fields: pa.Schema, rows: Rows, rows_at_once: int) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    count = 0
    with pq.ParquetWriter(file, fields, compression="zstd", version="2.6") as out:
        for some in batched(rows, rows_at_once):
            arrays = [pa.array(column, field.type) for column, field in zip(zip(*some, strict=True), fields, strict=True)]
            out.write_table(pa.table(arrays, schema=fields))
            count += len(some)
    return count
