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

    def add_to(self, total: NDArray[np.int64], x: Float | Columns, library: CDLL) -> None:
        """Adds the values of all trees to `total`, shape (rows, outputs); `x` has shape (rows, columns)."""
        if not len(x):
            return
        program = self._program
        values, bounds = self._compared(x)
        kinds = np.array([_KINDS[value.dtype.char] for value in values], np.int8)
        # threads may share a forest, so that room for the planes is made for each call
        planes = np.empty((int(self._first[-1]) + 1) * _WORDS, np.uint64)
        at_values, at_bounds = (np.array([address(one, one.dtype) for one in some], np.uintp) for some in (values, bounds))
        checked(
            library.kg_trees(
                *(len(x), len(values), address(at_values, np.uintp), address(kinds, np.int8), address(at_bounds, np.uintp)),
                *(address(self._first, np.int64), total.shape[1], program.groups, program.together, program.bits, len(program.splits)),
                *(address(one, np.int32) for one in (self._splits, self._tests, program.sums)),
                *(address(planes, np.uint64), len(planes), address(total, np.int64)),
            )
        )

    def _compared(self, x: Float | Columns) -> tuple[list[NDArray[Any]], list[NDArray[Any]]]:
        """The columns that are tested, and what they are compared with, of the same kinds."""
        if isinstance(x, Columns):
            pairs = [self._program.compared(n, *x.part(column, 0, len(x))) for n, (column, _, _) in enumerate(self._program.columns)]
            return [value for value, _ in pairs], [bound for _, bound in pairs]
        matrix = np.asfortranarray(x, np.float32)
        columns = self._program.columns
        return [matrix[:, column] for column, _, _ in columns], [thresholds for _, _, thresholds in columns]
