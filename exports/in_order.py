"""Pieces of a file put in order while they are made, when their places are known and most come in order already."""

from __future__ import annotations

import heapq
import tempfile
from array import array
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from exports.rdf_columns import Blocks

__all__ = ["InOrder", "SortedBlocks", "places"]

#: Bytes that wait in memory before they go to a temporary file.
WAITING = 16 << 20


def places(keys: Sequence[str]) -> array[int]:
    """Where each key stands when all are sorted by code point.

    >>> list(places(["b", "c", "a"]))
    [1, 2, 0]
    """
    found = array("q", bytes(8 * len(keys)))
    for place, number in enumerate(sorted(range(len(keys)), key=keys.__getitem__)):
        found[number] = place
    return found


class InOrder:
    """Writes pieces in the order of their places, 0 and so on; what comes too early waits, beyond `waiting` bytes on disk."""

    def __init__(self, out: IO[bytes], scratch: Path, waiting: int = WAITING) -> None:
        self._out, self._scratch, self._waiting = out, scratch, waiting
        self._next = 0
        self._held: dict[int, bytes | tuple[int, int]] = {}
        self._size = 0
        self._spill: IO[bytes] | None = None
        self._lines = 0

    def put(self, place: int, piece: bytes) -> None:
        """Takes the piece of a place; each place gets one, be it empty."""
        self._lines += piece.count(b"\n")
        self._put(place, piece)

    def put_all(self, places: Sequence[int], blocks: Blocks) -> None:
        """Takes the pieces of several places; written at once where these follow each other and are next."""
        self._lines += blocks.lines
        if all(place == n for n, place in enumerate(places, self._next)):
            self._out.writelines(blocks.pieces())
            self._next += len(places)
            self._release()
            return
        for n, place in enumerate(places):
            self._put(place, blocks.of(n))

    def _put(self, place: int, piece: bytes) -> None:
        if place != self._next:
            self._hold(place, piece)
            return
        self._out.write(piece)
        self._next += 1
        self._release()

    def _release(self) -> None:
        while self._held and (found := self._held.pop(self._next, None)) is not None:
            self._out.write(self._read(found))
            self._next += 1

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

    def _hold(self, place: int, piece: bytes) -> None:
        if self._size + len(piece) <= self._waiting:
            self._size += len(piece)
            self._held[place] = piece
            return
        if self._spill is None:
            self._spill = tempfile.TemporaryFile(dir=self._scratch)  # noqa: SIM115 - closed by `close`
        self._held[place] = (self._spill.seek(0, 2), len(piece))
        self._spill.write(piece)

    def _read(self, found: bytes | tuple[int, int]) -> bytes:
        if isinstance(found, bytes):
            self._size -= len(found)
            return found
        assert self._spill is not None
        self._spill.seek(found[0])
        return self._spill.read(found[1])


class SortedBlocks:
    """Blocks of lines sorted by their bytes; beyond `waiting` bytes they go through files in `scratch`."""

    def __init__(self, scratch: Path, waiting: int = WAITING) -> None:
        self._scratch, self._waiting = scratch, waiting
        self._blocks: list[bytes] = []
        self._size = 0
        self._runs: list[Path] = []

    def add(self, blocks: Iterable[bytes]) -> None:
        """Takes blocks in, none of them empty."""
        for block in blocks:
            self._blocks.append(block)
            self._size += len(block)
        if self._size > self._waiting:
            path = self._scratch / f"{len(self._runs)}.blocks"
            self._blocks.sort()
            with path.open("wb") as file:
                # a tab stands in no line of N-Triples
                file.writelines(block.replace(b"\n", b"\t") + b"\n" for block in self._blocks)
            self._runs.append(path)
            self._blocks, self._size = [], 0

    def __iter__(self) -> Iterator[bytes]:
        """All blocks, sorted."""
        self._blocks.sort()
        if not self._runs:
            return iter(self._blocks)
        runs: list[Any] = [map(_joined, self._read(path)) for path in self._runs]
        return heapq.merge(*runs, self._blocks)

    @staticmethod
    def _read(path: Path) -> Iterator[bytes]:
        with path.open("rb") as file:
            yield from file


def _joined(line: bytes) -> bytes:
    return line[:-1].replace(b"\t", b"\n")
