"""Many lines at once, filled in from columns by templates (`exports.templates`): by a compiled kernel (kg/native/lines.c) where there
is one, otherwise with Arrow (`exports.lines_arrow`). Both give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from ctypes import CDLL
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from exports.templates import Hole, Part, Unless, holes_of
from kg.native import address, checked, library

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Column", "Columns", "Filler", "Ints", "Lines", "Numbers", "Parts", "Ranges", "Tasks", "Texts", "offsets_of", "text_column"]

Ints: TypeAlias = NDArray[np.int64]

#: Bytes that are filled in at once: few enough to stay in the second cache, and Linux finds room for writes of this size at less cost
#: than for those of a megabyte.
_ROOM = 1 << 18
#: Behind constants and behind what is written, as the kernel copies 16 bytes at a time.
_SLACK = 16
_CONSTANT, _VALUE, _UNLESS, _EACH, _BETWEEN, _NEXT = range(6)
_TEXT, _LITERAL, _NUMBER, _PART, _LIST = range(5)
#: What stands for no number.
NONE = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    """A text for each row, as it is or, if `literal`, with the escapes of N-Triples.

    `index`: which of the texts, negative for none; without it, each row has its own. No row has a null among them.
    """

    texts: pa.Array
    index: Ints | None = None
    literal: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """A whole number for each row, `NONE` for none."""

    values: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """A part of a text for each row, from `first` to before `last` (code points; what is behind the end is cut off), with the escapes
    of N-Triples; `index` says of which text, negative for none."""

    texts: pa.Array
    index: Ints
    first: Ints
    last: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Ranges:
    """For each row some rows of other columns, from `first` to before `last`."""

    first: Ints
    last: Ints


Column: TypeAlias = Texts | Numbers | Parts | Ranges
Columns: TypeAlias = Mapping[str, Column]


@dataclass(frozen=True, slots=True, eq=False)
class Tasks:
    """What to fill in, in this order: the number of a template, a row of its columns, and whether its lines are to be sorted together
    with those of the task before."""

    which: NDArray[np.int32]
    rows: Ints
    together: NDArray[np.uint8]

    @classmethod
    def of(cls, rows: Ints, which: int | NDArray[np.int32] = 0, together: NDArray[np.uint8] | None = None) -> Tasks:
        """Some rows, all of one template if only its number is given."""
        numbers = np.full(len(rows), which, np.int32) if isinstance(which, int) else which
        return cls(numbers, rows, np.zeros(len(rows), np.uint8) if together is None else together)

    def taken(self, order: Ints) -> Tasks:
        """Some of them, in another order."""
        return Tasks(self.which[order], self.rows[order], self.together[order])

    def __len__(self) -> int:
        return len(self.rows)


class Lines:
    """The lines of some tasks, made while they are taken."""

    #: Lines that were taken.
    lines = 0

    def chunks(self, first: int, last: int) -> Iterator[memoryview]:
        """Those of some tasks, in pieces that stand only until the next one is taken."""
        return (piece for piece, _ in self._pieces(first, last))

    def cut(self, begins: Ints) -> Iterator[bytes]:
        """Those of some tasks together, and of the next: `begins` has their ends, from the first one's begin on."""
        bounds, at = begins.tolist(), 1
        kept = b""
        done = bounds[0]
        for piece, ends in self._pieces(bounds[0], bounds[-1]):
            before = 0
            while at < len(bounds) and bounds[at] <= done + len(ends):
                end = int(ends[bounds[at] - done - 1]) if bounds[at] > done else 0
                yield kept + piece[before:end]
                kept, before, at = b"", end, at + 1
            kept += piece[before:]
            done += len(ends)
        for _ in range(at, len(bounds)):
            yield b""

    def texts(self, number: int) -> pa.Array:
        """The lines of each of so many tasks as a text."""
        import pyarrow as pa

        pieces, offsets, size = [], [np.zeros(1, np.int64)], 0
        for piece, ends in self._pieces(0, number):
            pieces.append(bytes(piece))
            offsets.append(ends + size)
            size += len(piece)
        buffers = [pa.py_buffer(np.concatenate(offsets)), pa.py_buffer(b"".join(pieces))]
        return pa.LargeStringArray.from_buffers(number, *buffers)

    def _pieces(self, first: int, last: int) -> Iterator[tuple[memoryview, Ints]]:
        """Pieces, with where in each its tasks end."""
        raise NotImplementedError


class Filler:
    """Fills templates in.

    >>> import pyarrow as pa
    >>> fill = Filler([[(b"<x:s> <x:p> <x:", Hole("o"), b"> .\\n")]])
    >>> list(fill([{"o": Texts(pa.array(["one", "two"]))}], Tasks.of(np.array([1, 0]))).cut(np.array([0, 1, 2])))
    [b'<x:s> <x:p> <x:two> .\\n', b'<x:s> <x:p> <x:one> .\\n']
    """

    def __init__(self, sheets: Sequence[Sequence[tuple[Part, ...]]]) -> None:
        """`sheets`: templates, those together that take the same columns; they are numbered through."""
        self._sheets = sheets
        self._names = [holes_of(part for template in sheet for part in template) for sheet in sheets]
        self._library = library()
        if self._library is not None:
            self._compile()

    def __call__(self, columns: Sequence[Columns], tasks: Tasks) -> Lines:
        """The lines of some tasks; `columns` are those of each sheet. A sheet without tasks may have none."""
        if self._library is None:
            from exports.lines_arrow import ArrowLines

            return ArrowLines(self._sheets, columns, tasks)
        return _Compiled(self, self._library, columns, tasks)

    def texts(self, columns: Columns, number: int) -> pa.Array:
        """A text for each row, of the only template."""
        return self([columns], Tasks.of(np.arange(number))).texts(number)

    def _compile(self) -> None:
        steps: list[tuple[int, int, int, int]] = []
        constants = bytearray()
        begins = [0]
        base = 0
        for sheet, names in zip(self._sheets, self._names, strict=True):
            order = {name: n for n, name in enumerate(names, base)}
            for template in sheet:
                steps += _steps(template, order, constants)
                begins.append(len(steps))
            base += len(names)
        self.steps = np.array(steps, np.int32).reshape(-1, 4)
        self.begins = np.array(begins, np.int64)
        self.known = len(constants)
        self.constants = np.frombuffer(bytes(constants) + bytes(_SLACK), np.uint8)
        self.room = np.empty(_ROOM, np.uint8)

    def described(self, columns: Sequence[Columns]) -> tuple[Ints, list[Any]]:
        """Columns as the kernel takes them, and what has to stay while it uses them."""
        held: list[Any] = []
        plain: dict[int, NDArray[np.uint8]] = {}
        rows = []
        for names, some in zip(self._names, columns, strict=True):
            rows += [_described(some[name], held, plain) if some else [_TEXT] + [0] * 9 for name in names]
        return np.array(rows, np.int64).reshape(-1, 10), held


def _steps(parts: Sequence[Part], order: Mapping[str, int], constants: bytearray) -> list[tuple[int, int, int, int]]:
    found: list[tuple[int, int, int, int]] = []

    def constant(step: int, text: bytes) -> None:
        at = constants.find(text)
        if at < 0:
            at = len(constants)
            constants.extend(text)
        found.append((step, at, len(text), text.count(b"\n")))

    for part in parts:
        if isinstance(part, bytes):
            constant(_CONSTANT, part)
        elif isinstance(part, Hole):
            found.append((_VALUE, order[part.name], int(part.inner), 0))
        elif isinstance(part, Unless):
            inner = _steps(part.parts, order, constants)
            found += [(_UNLESS, order[part.name], 0, len(inner)), *inner]
        else:
            body = _steps(part.parts, order, constants)
            own = len(found)
            found.append((_EACH, order[part.name], 0, 0))
            if part.between:
                constant(_BETWEEN, part.between)
            found += [*body, (_NEXT, int(part.sort), 0, 0)]
            found[own] = (_EACH, order[part.name], 0, len(found) - own - 1)
    return found


def offsets_of(texts: pa.Array) -> NDArray[Any]:
    """Where each text begins in the buffer of all, and where the last one ends."""
    import pyarrow as pa

    kind = np.int64 if texts.type == pa.large_string() else np.int32
    return np.frombuffer(texts.buffers()[1], kind, len(texts) + 1, texts.offset * np.dtype(kind).itemsize)


def text_column(texts: pa.Array, held: list[Any]) -> Ints:
    """Texts, one in each row, as the kernels take a column; what has to stay while they use it goes to `held`."""
    return np.array(_described(Texts(texts), held, {}), np.int64)


def _described_texts(texts: pa.Array, held: list[Any]) -> list[int]:
    """Number, width of offsets, offsets, bytes and their number."""
    if not len(texts):
        return [0, 1, 0, 0, 0]
    offsets = offsets_of(texts)
    data = texts.buffers()[2]
    held += [texts, offsets, data]
    return [len(texts), int(offsets.itemsize == 8), offsets.ctypes.data, data.address if data else 0, data.size if data else 0]


def _described(column: Column, held: list[Any], plain: dict[int, NDArray[np.uint8]]) -> list[int]:
    held.append(column)
    if isinstance(column, Numbers):
        return [_NUMBER, len(column.values), address(column.values, np.int64), *[0] * 7]
    if isinstance(column, Ranges):
        return [_LIST, len(column.first), *[0] * 6, address(column.first, np.int64), address(column.last, np.int64)]
    texts = _described_texts(column.texts, held)
    if isinstance(column, Texts):
        rows, index = (len(column.texts), 0) if column.index is None else (len(column.index), address(column.index, np.int64))
        return [_LITERAL if column.literal else _TEXT, rows, index, *texts, 0, 0]
    first, last = _in_bytes(column, texts, plain)
    held += [first, last]
    return [_PART, len(column.index), address(column.index, np.int64), *texts, address(first, np.int64), address(last, np.int64)]


def _in_bytes(part: Parts, texts: list[int], plain: dict[int, NDArray[np.uint8]]) -> tuple[Ints, Ints]:
    """The ends of parts in bytes; `texts` is what `_described_texts` says, `plain` which of these are ASCII, once that was looked up."""
    kernels = library()
    assert kernels is not None
    number, column = len(part.index), np.array([_TEXT, len(part.texts), 0, *texts, 0, 0], np.int64)
    place = address(column, np.int64)
    if id(part.texts) not in plain:
        plain[id(part.texts)] = np.empty(len(part.texts), np.uint8)
        checked(kernels.kg_plain(place, address(plain[id(part.texts)], np.uint8)))
    places, index = np.concatenate([part.first, part.last]), np.concatenate([part.index, part.index])
    # rows without a part are not looked at
    rows = np.flatnonzero(index >= 0) if (index < 0).any() else None
    if rows is not None:
        places, index = places[rows], index[rows]
    found = np.empty(len(index), np.int64)
    checked(
        kernels.kg_bytes_of_places(
            place, address(index, np.int64), address(places, np.int64), len(index), address(plain[id(part.texts)], np.uint8),
            address(found, np.int64),
        )
    )  # fmt: skip
    if rows is not None:
        spread = np.zeros(2 * number, np.int64)
        spread[rows] = found
        found = spread
    return found[:number], found[number:]


class _Compiled(Lines):
    """By the kernel."""

    def __init__(self, filler: Filler, kernels: CDLL, columns: Sequence[Columns], tasks: Tasks) -> None:
        self._filler, self._kernels, self._tasks = filler, kernels, tasks
        self._columns, self._held = filler.described(columns)
        self._ends = np.empty(len(tasks), np.int64)

    def _pieces(self, first: int, last: int) -> Iterator[tuple[memoryview, Ints]]:
        filler, tasks, found = self._filler, self._tasks, np.zeros(3, np.int64)
        given = (
            address(filler.steps, np.int32), len(filler.steps), address(filler.begins, np.int64), len(filler.begins) - 1,
            address(filler.constants, np.uint8), filler.known, address(self._columns, np.int64), len(self._columns),
            address(tasks.which, np.int32), address(tasks.rows, np.int64), address(tasks.together, np.uint8), last,
        )  # fmt: skip
        while first < last:
            room = filler.room
            checked(
                self._kernels.kg_lines(
                    *given, first, address(room, np.uint8), len(room), address(self._ends, np.int64), address(found, np.int64)
                )
            )
            done, size, lines = found.tolist()
            self.lines += lines
            if done == first:
                filler.room = np.empty(2 * len(room), np.uint8)
                continue
            yield memoryview(room.data)[:size], self._ends[first:done]
            first = done
