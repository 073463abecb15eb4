"""Pieces of a file put in order while they are made, when their places are known and most come in order already."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

import numpy as np

from exports.text_columns import in_order

if TYPE_CHECKING:
    import pyarrow as pa

    from exports.lines import Ints, Lines

__all__ = ["WAITING", "InOrder", "Output", "places"]

#: Bytes that wait in memory before they go to a temporary file.
WAITING = 16 << 20


class Output(Protocol):
    """What lines are written to: a file, or what makes something else of them."""

    def write(self, lines: bytes | memoryview, /) -> object: ...

    def writelines(self, pieces: Iterable[bytes | memoryview], /) -> object: ...


def places(names: pa.Array, behind: str) -> Ints:
    """Where each name stands when all are sorted by their bytes, with a character behind each.

    >>> import pyarrow as pa
    >>> places(pa.array(["b", "c-d", "c"]), ">").tolist()
    [0, 1, 2]
    """
    order, _, _ = in_order(names, np.zeros(len(names), np.int64), 1, behind)
    found = np.empty(len(names), np.int64)
    found[order] = np.arange(len(names))
    return found


class InOrder:
    """Writes pieces in the order of their places, 0 and so on; what comes too early waits, beyond `waiting` bytes on disk."""

    def __init__(self, out: Output, scratch: Path, waiting: int = WAITING) -> None:
        self._out, self._scratch, self._waiting = out, scratch, waiting
        self._next = 0
        #: What waits, by the place of its first piece: how many pieces, and their bytes, or where these stand on disk.
        self._held: dict[int, tuple[int, bytes | tuple[int, int]]] = {}
        self._size = 0
        self._spill: IO[bytes] | None = None
        self._lines = 0

    def put(self, places: Ints, lines: Lines, begins: Ints) -> None:
        """Takes the pieces of several places, which are sorted: that of `places[n]` are the tasks from `begins[n]` on. Each place gets one,
        be it empty. They are written at once where they follow each other and are next."""
        before = lines.lines
        bounds = [0, *(np.flatnonzero(np.diff(places) != 1) + 1).tolist(), len(places)]
        for first, last in pairwise(bounds):
            if first == last:
                continue
            place, pieces = int(places[first]), lines.chunks(int(begins[first]), int(begins[last]))
            if place == self._next:
                self._out.writelines(pieces)
                self._next += last - first
                self._release()
            else:
                self._hold(place, last - first, b"".join(map(bytes, pieces)))
        self._lines += lines.lines - before

    def _release(self) -> None:
        while self._held and (found := self._held.pop(self._next, None)) is not None:
            count, piece = found
            self._out.write(self._read(piece))
            self._next += count

    def close(self) -> int:
        """Ends the writing; gives the number of lines.

        Raises:
            ValueError: a place is empty.
        """
        if self._spill is not None:
            self._spill.close()
        if self._held:
            raise ValueError(f"nothing came for place {self._next}")
        return self._lines

    def _hold(self, place: int, count: int, piece: bytes) -> None:
        if self._size + len(piece) <= self._waiting:
            self._size += len(piece)
            self._held[place] = count, piece
            return
        if self._spill is None:
            self._spill = tempfile.TemporaryFile(dir=self._scratch)  # noqa: SIM115 - closed by `close`
        self._held[place] = count, (self._spill.seek(0, 2), len(piece))
        self._spill.write(piece)

    def _read(self, found: bytes | tuple[int, int]) -> bytes:
        if isinstance(found, bytes):
            self._size -= len(found)
            return found
        assert self._spill is not None
        self._spill.seek(found[0])
        return self._spill.read(found[1])
