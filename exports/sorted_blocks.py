"""Blocks of lines put in order, more of them than memory holds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from exports.in_order import WAITING
from exports.lines import Filler, Ints, Tasks, Texts, offsets_of
from exports.templates import Hole
from exports.text_columns import in_order

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["SortedBlocks"]

#: The share of what may wait in memory that is read at once of each file, while they are merged.
_SHARE = 8


class SortedBlocks:
    """Blocks of lines sorted by their bytes; beyond `waiting` bytes they go through files in `scratch`."""

    def __init__(self, scratch: Path, waiting: int = WAITING) -> None:
        self._scratch, self._waiting = scratch, waiting
        self._blocks: list[pa.Array] = []
        self._size = 0
        self._runs: list[_Run] = []
        self._filler = Filler([[(Hole("block"),)]])

    def add(self, blocks: pa.Array) -> None:
        """Takes blocks in (large strings), none of them empty."""
        if len(blocks):
            self._blocks.append(blocks)
            self._size += int(offsets_of(blocks)[-1])
        if self._size > self._waiting:
            self._spill()

    def __iter__(self) -> Iterator[memoryview]:
        """All blocks, sorted, in pieces that stand only until the next one is taken."""
        if not self._runs:
            yield from self._sorted(self._blocks)
            return
        self._spill()
        with ExitStack() as stack:
            runs = [stack.enter_context(closing(run)) for run in self._runs]
            while runs := [run for run in runs if run.ready()]:
                # what is still on disk comes behind the last block that was read of its file
                bounds = [run.last() for run in runs if not run.ended]
                bound = min(bounds) if bounds else None
                yield from self._sorted([run.taken(bound) for run in runs])

    def _sorted(self, blocks: list[pa.Array]) -> Iterator[memoryview]:
        import pyarrow as pa

        texts = pa.concat_arrays([pa.array([], pa.large_string()), *blocks])
        order, _, _ = in_order(texts, np.zeros(len(texts), np.int64), 1, "")
        lines = self._filler([{"block": Texts(texts)}], Tasks.of(order))
        yield from lines.chunks(0, len(order))

    def _spill(self) -> None:
        import pyarrow as pa

        if self._blocks:
            texts = pa.concat_arrays(self._blocks)
            order, _, _ = in_order(texts, np.zeros(len(texts), np.int64), 1, "")
            sizes = np.diff(offsets_of(texts))[order]
            path = self._scratch / f"{len(self._runs)}.blocks"
            with path.open("wb") as file:
                file.writelines(self._filler([{"block": Texts(texts)}], Tasks.of(order)).chunks(0, len(order)))
            self._runs.append(_Run(path, sizes, self._waiting // _SHARE))
            self._blocks, self._size = [], 0


class _Run:
    """Sorted blocks in a file, of which some are in memory."""

    def __init__(self, path: Path, sizes: Ints, room: int) -> None:
        self._path, self._sizes, self._room = path, sizes, room
        self._file: IO[bytes] | None = None
        self._next = 0
        self._read: Any = ()
        #: Whether nothing is left in the file.
        self.ended = False

    def ready(self) -> bool:
        """Reads on where nothing is in memory; whether there is anything."""
        import pyarrow as pa

        if len(self._read):
            return True
        if self.ended:
            return False
        ends = np.cumsum(self._sizes[self._next :])
        # at least one
        count = max(1, int(np.searchsorted(ends, self._room, "right")))
        if self._file is None:
            self._file = self._path.open("rb")
        data = self._file.read(int(ends[count - 1]))
        offsets = np.concatenate([np.zeros(1, np.int64), ends[:count]])
        self._read = pa.LargeStringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(data))
        self._next += count
        self.ended = self._next == len(self._sizes)
        return True

    def last(self) -> bytes:
        """The last block in memory."""
        return bytes(self._at(len(self._read) - 1))

    def taken(self, bound: bytes | None) -> pa.Array:
        """Takes those in memory that do not come behind a block; all of them if it is None."""
        low, high = 0, len(self._read)
        while bound is not None and low < high:
            middle = (low + high) // 2
            if bytes(self._at(middle)) <= bound:
                low = middle + 1
            else:
                high = middle
        found = self._read.slice(0, high)
        self._read = self._read.slice(high)
        return found

    def _at(self, number: int) -> memoryview:
        offsets = offsets_of(self._read)
        return memoryview(self._read.buffers()[2])[offsets[number] : offsets[number + 1]]

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
