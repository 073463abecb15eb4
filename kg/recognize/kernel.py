"""The trees of `kg.recognize.planes`, evaluated by the compiled kernel: the same sums."""

from __future__ import annotations

from ctypes import CDLL
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.native import address, checked
from kg.recognize.columns import Columns
from kg.recognize.planes import Float, Program

#: Bits of a look-up, at most: the kernel brings them together in a byte.
LOOKED_UP = 8
_WORDS = 8  # of 64 rows that the kernel takes at once, see kg/native/trees.c
_KINDS = {"b": 0, "h": 1, "f": 2}  # of values, as the kernel calls them


class Trees:
    """A program, whose look-ups have at most `LOOKED_UP` bits, as the kernel wants it: trees one behind the other."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._splits, self._tests = (np.ascontiguousarray(one.T, np.int32) for one in (program.splits, program.tests))
        self._first = np.cumsum([0, *(len(thresholds) for _, _, thresholds in program.columns)], dtype=np.int64)
        self._columns = np.array([column for column, _, _ in program.columns], np.int64)
        # the thresholds as they are, for a matrix, and as columns of other types are compared with them
        self._bounds = np.array([address(thresholds, np.float32) for _, _, thresholds in program.columns], np.int64)
        self._compared: dict[tuple[int, str, int], tuple[int, NDArray[Any]]] = {}

    def __reduce__(self) -> tuple[type[Trees], tuple[Program]]:
        # places in memory are no use to a copy, nor to another process
        return Trees, (self._program,)

    def add_to(self, total: NDArray[np.int64], x: Float | Columns, library: CDLL) -> None:
        """Adds the values of all trees to `total`, shape (rows, outputs); `x` has shape (rows, columns)."""
        if not len(x):
            return
        program = self._program
        if isinstance(x, Columns):
            values, places, kinds, bounds = self._of_columns(x)
        else:
            if self._columns.max(initial=-1) >= x.shape[1]:
                raise IndexError(f"{x.shape[1]} columns, and column {self._columns.max()} is tested")
            values, kinds, bounds = np.asfortranarray(x, np.float32), np.full(len(self._columns), _KINDS["f"], np.int8), self._bounds
            places = values.ctypes.data + self._columns * values.strides[1]
        # threads may share a forest, so that room for the planes is made for each call
        planes = np.empty((int(self._first[-1]) + 1) * _WORDS, np.uint64)
        checked(
            library.kg_trees(
                *(len(x), len(kinds), address(places, np.int64), address(kinds, np.int8), address(bounds, np.int64)),
                *(address(self._first, np.int64), total.shape[1], program.groups, program.together, program.bits, len(program.splits)),
                *(address(one, np.int32) for one in (self._splits, self._tests, program.sums)),
                *(address(planes, np.uint64), len(planes), address(total, np.int64)),
            )
        )
        del values  # they had to be there until now

    def _of_columns(self, x: Columns) -> tuple[Any, NDArray[np.int64], NDArray[np.int8], NDArray[np.int64]]:
        """The columns that are tested, where they are, their kinds, and where the bounds of the same kinds are."""
        values, bounds = [], []
        for number, (column, _, _) in enumerate(self._program.columns):
            part, steps = x.part(column, 0, len(x))
            value, bound = self._program.compared(number, part, steps)
            values.append(value)
            # the array is kept with its place: of two threads that make one at once, both take that of the first
            kept = self._compared.get(key := (number, part.dtype.char, steps))
            if kept is None:
                kept = self._compared.setdefault(key, (address(bound, value.dtype), bound))
            bounds.append(kept[0])
        places = np.array([address(value, value.dtype) for value in values], np.int64)
        return values, places, np.array([_KINDS[value.dtype.char] for value in values], np.int8), np.array(bounds, np.int64)
