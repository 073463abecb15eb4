"""Sorted lines of N-Triples as blocks of Turtle, by a compiled kernel (kg/native/turtle.c)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ctypes import CDLL
from typing import IO

import numpy as np

from exports.triples import RDF_TYPE
from kg.native import address, checked

__all__ = ["TurtleBlocks"]

#: Bytes of lines that are made blocks of at once, and for how many bytes of these there is room at first.
_AT_ONCE, _ROOM = 1 << 20, 1 << 20


class TurtleBlocks:
    """A file to which lines of N-Triples are written, sorted, and which writes them as Turtle: the blocks of `exports.turtle.blocks`."""

    def __init__(self, kernels: CDLL, out: IO[bytes], prefixes: Mapping[str, str]) -> None:
        self._kernels, self._out = kernels, out
        # a namespace that several stand for has the last one
        names = list({iri: prefix for prefix, iri in prefixes.items()}.items())
        texts = ([iri.encode() for iri, _ in names], [f"{prefix}:".encode() for _, prefix in names])
        self._texts = [np.frombuffer(b"".join(some) + b"\0", np.uint8) for some in texts]
        self._ends = [np.cumsum([0, *map(len, some)]).astype(np.int64) for some in texts]
        self._xsd = next((n for n, (_, prefix) in enumerate(names) if prefix == "xsd"), -1)
        self._type = np.frombuffer(RDF_TYPE.encode(), np.uint8)
        self._lines = bytearray()
        self._room = np.empty(_ROOM, np.uint8)

    def write(self, lines: bytes | memoryview, /) -> int:
        """Takes lines, or a part of them."""
        self._lines += lines
        if len(self._lines) >= _AT_ONCE:
            self._convert(ended=False)
        return len(lines)

    def writelines(self, pieces: Iterable[bytes | memoryview], /) -> None:
        """The same for several."""
        for piece in pieces:
            self.write(piece)

    def end(self) -> None:
        """Writes what is left: nothing more comes that could be of the last subject."""
        self._convert(ended=True)

    def _convert(self, *, ended: bool) -> None:
        found = np.zeros(2, np.int64)
        (iri_ends, name_ends), (iris, names) = self._ends, self._texts
        given = (
            len(iri_ends) - 1, address(iri_ends, np.int64), address(iris, np.uint8), address(name_ends, np.int64),
            address(names, np.uint8), self._xsd, address(self._type, np.uint8), len(self._type),
        )  # fmt: skip
        at = 0
        lines = np.frombuffer(self._lines, np.uint8)
        while at < len(lines):
            room = self._room
            place, size = address(lines, np.uint8) + at, len(lines) - at
            checked(self._kernels.kg_turtle(place, size, int(ended), *given, address(room, np.uint8), len(room), address(found, np.int64)))
            read, written = found.tolist()
            self._out.write(memoryview(room.data)[:written])
            at += read
            if not read:
                # one subject that is longer than there is room for, or one that may go on
                if not ended and len(room) > 4 * size:
                    break
                self._room = np.empty(2 * len(room), np.uint8)
        del lines
        del self._lines[:at]
