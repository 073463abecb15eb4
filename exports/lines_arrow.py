"""Many lines at once with Arrow: what `exports.lines` does where there is no compiled kernel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from exports.lines import NONE, Column, Columns, Ints, Lines, Numbers, Ranges, Tasks, Texts, offsets_of
from exports.templates import Hole, Part, Unless
from exports.triples import literal, plainly

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["ArrowLines"]

#: What `exports.triples.literal` escapes, as Arrow writes it.
_ESCAPED = r'[\x00-\x1f"\\\x7f-\x{9f}\x{2028}\x{2029}\x{fdd0}-\x{fdef}\x{fffe}\x{ffff}]'


class ArrowLines(Lines):
    """The lines of all tasks, in memory."""

    def __init__(self, sheets: Sequence[Sequence[tuple[Part, ...]]], columns: Sequence[Columns], tasks: Tasks) -> None:
        import pyarrow as pa

        found, at = [], []
        number = 0
        for sheet, own in zip(sheets, columns, strict=True):
            sheet_columns = _Sheet(own)
            for template in sheet:
                mine = np.flatnonzero(tasks.which == number)
                if len(mine):
                    found.append(sheet_columns.joined(template, tasks.rows[mine]))
                    at.append(mine)
                number += 1
        if len(found) == 1:
            lines = found[0]
        else:
            lines = pa.concat_arrays([*found, pa.array([], pa.large_string())])
            lines = lines.take(pa.array(np.argsort(np.concatenate([*at, np.zeros(0, np.int64)]), kind="stable")))
        self._offsets = offsets_of(lines).astype(np.int64) if len(lines) else np.zeros(1, np.int64)
        self._data = memoryview(lines.buffers()[2] or b"") if len(lines) else memoryview(b"")
        #: Tasks whose lines are sorted together: the first one → these lines.
        self._sorted: dict[int, bytes] = {}
        self._together = tasks.together
        for first in np.flatnonzero(np.diff(tasks.together.astype(np.int8), append=0) == 1).tolist():
            last = first + 1
            while last < len(tasks) and tasks.together[last]:
                last += 1
            own_lines = bytes(self._data[self._offsets[first] : self._offsets[last]]).splitlines(keepends=True)
            self._sorted[first] = b"".join(sorted(set(own_lines)))

    def _pieces(self, first: int, last: int) -> Iterator[tuple[memoryview, Ints]]:
        while first < last:
            stop = first
            # up to the next tasks that are sorted together, or these
            if first in self._sorted:
                stop = first + 1
                while stop < last and self._together[stop]:
                    stop += 1
                piece = memoryview(self._sorted[first])
                ends = np.full(stop - first, len(piece), np.int64)
            else:
                stop = min((n for n in self._sorted if n > first), default=last)
                stop = min(stop, last)
                piece = self._data[self._offsets[first] : self._offsets[stop]]
                ends = self._offsets[first + 1 : stop + 1] - self._offsets[first]
            self.lines += bytes(piece).count(b"\n")
            yield piece, ends
            first = stop


class _Sheet:
    """Columns, of which texts are escaped once."""

    def __init__(self, columns: Columns) -> None:
        import pyarrow as pa
        import pyarrow.compute as pc

        self._pa, self._pc = pa, pc
        self._columns = columns
        self._ready: dict[str, Any] = {}
        #: Texts of which parts are taken, by their identity, and which of them have escapes.
        self._cut: dict[int, tuple[list[str], list[bool]]] = {}

    def joined(self, parts: Sequence[Part], rows: Ints, inner: Ints | None = None) -> pa.Array:
        """The text of each row."""
        pa, pc = self._pa, self._pc
        if not len(parts) or not len(rows):
            return pa.array([""] * len(rows), pa.large_string())
        # a hole may come many times
        known: dict[Hole, Any] = {}
        made = [self._part(part, rows, inner, known) for part in parts]
        if all(isinstance(one, pa.Scalar) for one in made):
            made.append(pa.array([""] * len(rows), pa.large_string()))
        return pc.binary_join_element_wise(*made, pa.scalar("", pa.large_string()))

    def _part(self, part: Part, rows: Ints, inner: Ints | None, known: dict[Hole, Any]) -> Any:
        pa, pc = self._pa, self._pc
        if isinstance(part, bytes):
            return pa.scalar(part.decode(), pa.large_string())
        if isinstance(part, Hole):
            if part not in known:
                known[part] = self._values(part.name, inner if part.inner and inner is not None else rows)
            return known[part]
        column = self._columns[part.name]
        if isinstance(part, Unless):
            there = _has(column, rows)
            found = self.joined(part.parts, rows[there], inner)
            # a place for each row, empty where nothing is told: of nulls alone Arrow joins no rows at all
            return pc.fill_null(found.take(pa.array(np.cumsum(there) - 1, mask=~there)), "")
        assert isinstance(column, Ranges)
        first, counts = column.first[rows], np.maximum(column.last[rows] - column.first[rows], 0)
        ends = np.cumsum(counts)
        children = np.arange(counts.sum()) + np.repeat(first - (ends - counts), counts)
        texts = self.joined(part.parts, np.repeat(rows, counts), children)
        offsets = np.concatenate([np.zeros(1, np.int64), ends])
        lists = pa.LargeListArray.from_arrays(pa.array(offsets), texts)
        if not part.sort:
            return pc.binary_join(lists, pa.scalar(part.between.decode(), pa.large_string()))
        joined = pc.binary_join(lists, pa.scalar("", pa.large_string()))
        if not (counts > 1).any():
            return joined
        # most lists come sorted
        of_row = np.repeat(np.arange(len(rows)), counts)
        wrong = (of_row[1:] == of_row[:-1]) & pc.greater_equal(texts.slice(0, len(texts) - 1), texts.slice(1)).to_numpy(
            zero_copy_only=False
        )
        odd = np.zeros(len(rows), bool)
        odd[of_row[1:][wrong]] = True
        return pc.replace_with_mask(joined, pa.array(odd), _sorted(lists.filter(pa.array(odd))))

    def _values(self, name: str, rows: Ints) -> pa.Array:
        """The texts of some rows of a column."""
        pa, pc = self._pa, self._pc
        column = self._columns[name]
        if isinstance(column, Numbers):
            return pc.cast(pa.array(column.values[rows]), pa.large_string())
        assert not isinstance(column, Ranges)
        if isinstance(column, Texts):
            if name not in self._ready:
                texts = column.texts.cast(pa.large_string())
                self._ready[name] = _escaped(texts) if column.literal else texts
            return self._ready[name].take(pa.array(rows if column.index is None else column.index[rows]))
        key = id(column.texts)
        if key not in self._cut:
            texts = column.texts.to_pylist()
            self._cut[key] = texts, [not plainly(text) for text in texts]
        texts, odd = self._cut[key]
        index = column.index[rows].tolist()
        places = zip(index, column.first[rows].tolist(), column.last[rows].tolist(), strict=True)
        found = [literal(texts[n][start:end])[1:-1] if odd[n] else texts[n][start:end] for n, start, end in places]
        return pa.array(found, pa.large_string())


def _sorted(lists: pa.Array) -> pa.Array:
    """The lines of each list sorted, each once, as one text."""
    import pyarrow as pa

    return pa.array(["".join(sorted(set(some), key=str.encode)) for some in lists.to_pylist()], pa.large_string())


def _has(column: Column, rows: Ints) -> np.ndarray[Any, np.dtype[np.bool_]]:
    there: np.ndarray[Any, np.dtype[np.bool_]] = np.ones(len(rows), bool)
    if isinstance(column, Numbers):
        there = column.values[rows] != NONE
    elif isinstance(column, Ranges):
        there = column.first[rows] < column.last[rows]
    elif column.index is not None:
        there = column.index[rows] >= 0
    return there


def _escaped(texts: pa.Array) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    odd = pc.fill_null(pc.match_substring_regex(texts, _ESCAPED), False)
    if not pc.any(odd, min_count=0).as_py():
        return texts
    values = texts.filter(odd).to_pylist()
    return pc.replace_with_mask(texts, odd, pa.array([literal(text)[1:-1] for text in values], texts.type))
