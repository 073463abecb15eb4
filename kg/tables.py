"""The Parquet files of a graph folder, written and read by rows or columns; what they hold is in `kg.schema`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from kg.errors import GraphError
from kg.schema import TABLES, schema

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

Row = dict[str, Any]
T = TypeVar("T")


def batch_of(table: str, rows: Sequence[tuple[Any, ...]]) -> pa.RecordBatch:
    """Rows as columns of Arrow; tuples in the order of the table's columns."""
    return batch_of_columns(table, zip(*rows, strict=True) if rows else ((),) * len(TABLES[table]))


def batch_of_columns(table: str, columns: Iterable[Sequence[Any]]) -> pa.RecordBatch:
    """The same, of the values of each column."""
    import pyarrow as pa

    fields = schema(table)
    return pa.RecordBatch.from_arrays([pa.array(values, f.type) for f, values in zip(fields, columns, strict=True)], schema=fields)


class TableWriter:
    """Writes rows to one Parquet file, a row group at a time, so that memory stays flat."""

    def __init__(self, folder: Path, table: str, group_size: int = 5_000) -> None:
        import pyarrow.parquet as pq

        self.table = table
        self.rows = 0
        self._schema = schema(table)
        self._size = group_size
        self._values = itemgetter(*self._schema.names)
        self._buffer: list[tuple[Any, ...]] = []
        self._parts: list[pa.RecordBatch] = []
        self._held = 0  # rows of the parts
        # no dictionary of writers' versions or times: equal rows give equal bytes
        self._writer = pq.ParquetWriter(
            folder / f"{table}.parquet", self._schema, compression="zstd", version="2.6", write_statistics=True, store_schema=False,
            write_page_checksum=True,
        )  # fmt: skip

    def write(self, row: Row) -> None:
        # not the row itself: to go through thousands of rows once more for each column costs more than all else here
        self.put(self._values(row))

    def put(self, values: tuple[Any, ...]) -> None:
        """The same, for a row in the order of the table's columns."""
        self._buffer.append(values)
        self.rows += 1
        if len(self._buffer) >= self._size:
            self._gather()

    def append(self, batch: pa.RecordBatch) -> None:
        """The same, for many rows as columns of Arrow."""
        if self._buffer:
            self._gather()
        if batch.num_rows:
            # an empty one would be held until enough rows of others come
            self.rows += batch.num_rows
            self._take(batch)

    def close(self) -> None:
        if self._buffer:
            self._gather()
        self._flush(least=1)
        self._writer.close()

    def _gather(self) -> None:
        batch = batch_of(self.table, self._buffer)
        self._buffer.clear()
        self._take(batch)

    def _take(self, batch: pa.RecordBatch) -> None:
        self._parts.append(batch)
        self._held += batch.num_rows
        if self._held >= self._size:
            self._flush()

    def _flush(self, least: int | None = None) -> None:
        """Writes all full groups; with `least`, what is left too. Groups and their pages do not depend on the parts in which rows came."""
        import pyarrow as pa

        table = pa.Table.from_batches(self._parts, self._schema)
        while table.num_rows >= (self._size if least is None else least):
            self._writer.write_table(table.slice(0, self._size).combine_chunks())
            table = table.slice(self._size)
        self._parts, self._held = table.to_batches(), table.num_rows


class ByKey(Generic[T]):
    """What belongs to each of some keys that come sorted, such as the ids of papers; keys must be asked for in sorted order."""

    #: The key that comes next; None after the last.
    next: str | None
    _found: T | None

    def __init__(self, pairs: Iterator[tuple[str, T]]) -> None:
        self._pairs = pairs
        self._take()

    def of(self, key: str) -> T | None:
        """What belongs to a key, or None; what is of keys before it that nobody asked for is passed over."""
        while self.next is not None and self.next < key:
            self._take()
        if self.next != key:
            return None
        found = self._found
        self._take()
        return found

    def _take(self) -> None:
        self.next, self._found = next(self._pairs, (None, None))


class ByPaper(ByKey[list[Row]]):
    """Rows that are sorted by paper, those of one paper after the other."""

    def __init__(self, rows: Iterable[Row]) -> None:
        super().__init__((paper, list(some)) for paper, some in groupby(rows, key=itemgetter("paper")))

    def of(self, key: str) -> list[Row]:
        """The rows of a paper, an empty list where there are none."""
        return super().of(key) or []


@contextmanager
def table_writers(folder: Path) -> Iterator[dict[str, TableWriter]]:
    """A writer for each table of a graph, by name; all are closed when the block ends."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(closing(TableWriter(folder, name))) for name in TABLES}


def read_rows(path: Path, columns: list[str] | None = None) -> Iterator[Row]:
    """The rows of a Parquet file in order, streamed; columns that came later than the file are empty texts.

    Raises:
        GraphError: the file is damaged.
    """
    with _opened(path) as file:
        lacking = _lacking(path, file.schema_arrow.names, columns)
        there = columns and [c for c in columns if c not in lacking]
        for batch in file.iter_batches(batch_size=4096, columns=there):
            yield from ({**row, **lacking} for row in batch.to_pylist()) if lacking else batch.to_pylist()


def read_tables(path: Path, columns: list[str], size: int = 8192) -> Iterator[pa.Table]:
    """Columns of a Parquet file as Arrow tables of `size` rows at most, of which the first has none.

    Raises:
        GraphError: the file is damaged.
    """
    import pyarrow as pa

    with _opened(path) as file:
        yield _whole(file.schema_arrow.empty_table(), columns)
        for batch in _batches(file, columns, size):
            yield _whole(pa.Table.from_batches([batch]), columns)


def read_columns(path: Path, columns: list[str]) -> pa.Table:
    """Columns of a Parquet file, whole.

    Raises:
        GraphError: the file is damaged.
    """
    with _opened(path) as file:
        # one thread: the order and the memory are the same on every machine
        return _whole(file.read(columns=_there(file, columns), use_threads=False), columns)


def find_rows(path: Path, column: str, *values: str, columns: list[str] | None = None) -> list[Row]:
    """The rows of a Parquet file whose column has one of some values; parts of the file that cannot hold them are not read.

    All columns of them, or some.

    Raises:
        GraphError: the file is damaged.
    """
    import pyarrow.parquet as pq

    with _undamaged(path):
        # what is not in the file cannot be asked of it
        wanted = columns and [c for c in columns if c in pq.read_schema(path).names]
        table = pq.read_table(path, columns=wanted, filters=[(column, "in", sorted(values))])
    lacking = _lacking(path, table.column_names, columns)
    rows: list[Row] = table.to_pylist()
    return [{**row, **lacking} for row in rows] if lacking else rows


def _lacking(path: Path, there: Iterable[str], columns: Iterable[str] | None) -> Row:
    """Columns that a table has got since a file of it was written, with what stands for them; all of them are texts."""
    wanted = [name for name, _, _ in TABLES.get(path.stem, ())] if columns is None else columns
    return dict.fromkeys(sorted(set(wanted) - set(there)), "")


def _there(file: pq.ParquetFile, columns: Iterable[str]) -> list[str]:
    """Of some columns those that the file has."""
    there = set(file.schema_arrow.names)
    return [c for c in columns if c in there]


def _batches(file: pq.ParquetFile, columns: list[str], size: int) -> Iterator[pa.RecordBatch]:
    """What the file has of some columns, `size` rows at a time."""
    found: Iterator[pa.RecordBatch] = file.iter_batches(batch_size=size, columns=_there(file, columns), use_threads=False)
    return found


def _whole(table: pa.Table, columns: list[str]) -> pa.Table:
    """Columns of a table; those that its file does not have yet are empty texts."""
    import pyarrow as pa

    for name in set(columns).difference(table.column_names):
        table = table.append_column(name, pa.array([""] * table.num_rows, pa.string()))
    return table.select(columns)


@contextmanager
def _opened(path: Path) -> Iterator[pq.ParquetFile]:
    """A Parquet file to read, with its checksums."""
    import pyarrow.parquet as pq

    with _undamaged(path), pq.ParquetFile(path, page_checksum_verification=True) as file:
        yield file


@contextmanager
def _undamaged(path: Path) -> Iterator[None]:
    """Turns what PyArrow says of a broken file into an error of a graph."""
    import pyarrow as pa

    try:
        yield
    except (OSError, pa.ArrowException) as error:
        said = " ".join(str(error).split())[:120]
        raise GraphError(f"{path}: damaged ({said}); build it again with `kg build`") from None


class Slices:
    """The rows of a Parquet file that is sorted by a column, those of some values of it at a time, as Arrow tables."""

    def __init__(self, path: Path, by: str, columns: list[str]) -> None:
        self._by = by
        self._tables = read_tables(path, [by, *columns])
        # the first one is empty
        self._none = self._rest = next(self._tables)

    def of(self, values: list[str]) -> pa.Table:
        """The rows of some values, which are sorted and come behind those that were asked for before; with a column `at` that has the
        place of the row's value among them.

        Raises:
            GraphError: the file is damaged.
        """
        import pyarrow as pa
        import pyarrow.compute as pc

        parts = [self._none]
        while self._rest is not None:
            mine = pc.sum(pc.less_equal(self._rest.column(self._by), values[-1])).as_py() or 0
            parts.append(self._rest.slice(0, mine))
            if mine < self._rest.num_rows:
                self._rest = self._rest.slice(mine)
                break
            self._rest = next(self._tables, None)
        table = pa.concat_tables(parts)
        at = pc.index_in(table.column(self._by), value_set=pa.array(values, pa.string()))
        return table.append_column("at", at).filter(pc.is_valid(at)).combine_chunks()
