"""Named columns of numbers, one row a group; and values of groups made of the values of their grams."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg import native
from kg.native import address, checked

Float = NDArray[np.float32]
Index = NDArray[np.int64]
Bool = NDArray[np.bool_]
UInt64 = NDArray[np.uint64]
_MOST = 32_767  # the greatest whole number of 16 bits


@dataclass(frozen=True, slots=True)
class Groups:
    """Grams of one paper with one key, taken together.

    `order` sorts grams by (group, position); group g has the grams `order[start[g]:start[g+1]]`, the first in the text first.
    """

    order: Index
    start: Index
    paper: Index
    key: NDArray[np.uint64]

    def __len__(self) -> int:
        return len(self.paper)

    @property
    def first(self) -> Index:
        """The first gram of every group."""
        return self.order[self.start[:-1]]

    def members(self, chosen: Index) -> tuple[Index, Index]:
        """The grams of some groups, one group behind the other, and how many each has."""
        count = np.diff(self.start)[chosen]
        begin = np.cumsum(count) - count
        return self.order[np.repeat(self.start[chosen] - begin, count) + np.arange(count.sum())], count


class Columns:
    """Named columns of `rows` numbers, each in the smallest type that holds it exactly: most are flags and counts, and are compared
    several times as fast as float32. Where numbers are wanted, they are float32.
    """

    def __init__(self, rows: int) -> None:
        self.names: list[str] = []
        self._rows = rows
        self._values: list[NDArray[Any]] = []
        self._steps: list[int] = []

    def __len__(self) -> int:
        return self._rows

    def add(self, name: str, value: NDArray[Any], steps: int = 1) -> None:
        """One more column, shape (rows,). Whole numbers may be given in parts of 1: so many `steps`, a power of two."""
        whole = value.dtype.kind in "biu"
        narrow = _narrow(value) if whole else None
        if narrow is None:
            value, steps = (value / steps if whole else value).astype(np.float32, copy=False), 1
        self.names.append(name)
        self._values.append(np.ascontiguousarray(value if narrow is None else narrow))
        self._steps.append(steps)

    def part(self, column: int, low: int, high: int) -> tuple[NDArray[Any], int]:
        """Some rows of a column as they are kept, and how many steps of them are 1."""
        return self._values[column][low:high], self._steps[column]

    def floats(
        self, rows: Index | NDArray[np.bool_] | slice = slice(None), columns: Sequence[int] | None = None, out: Float | None = None
    ) -> Float:
        """Rows as float32, shape (rows, columns), all columns or some; each column is contiguous, as trees read it fastest.

        Args:
            out: where they are put, shape (columns, rows); left out, new memory.
        """
        wanted = range(len(self.names)) if columns is None else columns
        picked = np.arange(self._rows)[rows]
        if out is None:
            out = np.empty((len(wanted), len(picked)), np.float32)
        for row, column in zip(out, wanted, strict=True):
            row[:] = self._values[column].take(picked)
            if self._steps[column] != 1:
                row /= self._steps[column]
        return out.T

    def taken(self, rows: Index | NDArray[np.bool_]) -> Columns:
        """The same columns for some rows."""
        picked = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows
        return self._made(len(picked), (value.take(picked) for value in self._values))

    def spread(self, at: Index, rows: int) -> Columns:
        """The same columns for `rows` rows: those of here stand at `at`, the others are zero."""
        return self._made(rows, (_spread(value, at, rows) for value in self._values))

    def blanked(self, columns: Iterable[int]) -> Columns:
        """The same with zeros in some columns."""
        blank = frozenset(columns)
        return self._made(self._rows, (np.zeros_like(v) if n in blank else v for n, v in enumerate(self._values)))

    def _made(self, rows: int, values: Iterable[NDArray[Any]]) -> Columns:
        other = Columns(rows)
        other.names, other._steps, other._values = [*self.names], [*self._steps], list(values)
        return other


def _narrow(value: NDArray[Any]) -> NDArray[Any] | None:
    """Flags or whole numbers in 8 or 16 bits; None where they do not fit."""
    if value.dtype.kind == "b":
        return value.view(np.int8)
    if value.dtype in (np.int8, np.int16):
        return value
    if len(value) and value.dtype.itemsize > 1 and (value.max() > _MOST or (value.dtype.kind == "i" and value.min() < -_MOST)):
        return None
    return value.astype(np.int16)


def _spread(value: NDArray[Any], at: Index, rows: int) -> NDArray[Any]:
    out = np.zeros(rows, value.dtype)
    out[at] = value
    return out


class Members:
    """From values of grams, and of their first and last words, to values of groups. Most groups have one gram, whose value is the group's.

    Args:
        first: the first word of each gram.
        last: the last one.
    """

    def __init__(self, groups: Groups, first: NDArray[np.int32], last: NDArray[np.int32]) -> None:
        self._groups, self._words = groups, (first, last)
        count = np.diff(groups.start)
        several = count > 1
        self.first = groups.first
        self.count = count.astype(np.int16)
        self._several = np.flatnonzero(several)
        self._starts = np.cumsum(count[several]) - count[several]
        self._order = groups.order[np.repeat(several, count)]

    def _join(self, how: np.ufunc, value: NDArray[Any]) -> NDArray[Any]:
        out = value.take(self.first)
        if len(self._several):
            out[self._several] = how.reduceat(value[self._order], self._starts)
        return out

    def most(self, value: NDArray[Any]) -> NDArray[Any]:
        """The greatest value of each group."""
        return self._join(np.maximum, value)

    def least(self, value: NDArray[Any]) -> NDArray[Any]:
        """The smallest value of each group."""
        return self._join(np.minimum, value)

    def total(self, value: Bool) -> NDArray[np.int16]:
        """For how many grams of each group something holds."""
        return self._join(np.add, value.astype(np.int16))

    def share(self, value: Bool) -> Float:
        """The share of the grams of each group for which something holds."""
        shares: Float = np.divide(self.total(value), self.count, dtype=np.float32)
        return shares

    def any_of(self, *masks: Bool) -> list[Bool]:
        """For each of up to 64 masks of grams, whether it holds for any gram of a group."""
        bits = np.zeros(len(masks[0]), np.uint64)
        for number, mask in enumerate(masks):
            bits |= mask.astype(np.uint64) << np.uint64(number)
        return unpacked(self.any_bit(bits), range(len(masks)))

    def any_bit(self, bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """The bits that any gram of each group has."""
        return self._join(np.bitwise_or, bits)

    def flags(self, left: UInt64, right: UInt64, bits: Sequence[int]) -> list[Bool]:
        """For each of some bits whether any gram of a group has it: of its first word a gram has the bits `left`, of its last `right`."""
        if (library := native.library()) is not None:
            found = np.empty((len(bits), len(self.first)), np.int8)
            asked = np.array(bits, np.uint8)
            checked(library.kg_flags(*self._given(left, right, asked), address(found, np.int8)))
            return list(found.view(np.bool_))
        return unpacked(self.any_bit(self._of_grams(left, right)), bits)

    def shares(self, left: UInt64, right: UInt64, bits: Sequence[int]) -> list[Float]:
        """For each of some bits, which grams have as for `flags`, the share of the grams of each group that have it."""
        if (library := native.library()) is not None:
            found = np.empty((len(bits), len(self.first)), np.float32)
            asked = np.array(bits, np.uint8)
            checked(library.kg_shares(*self._given(left, right, asked), address(found, np.float32)))
            return list(found)
        return list(map(self.share, unpacked(self._of_grams(left, right), bits)))

    def least_of_first(self, value: NDArray[np.int16]) -> list[NDArray[np.int16]]:
        """For each of some columns of words, shape (columns, words), the least value at the first words of the grams of each group."""
        if (library := native.library()) is not None:
            found = np.empty((len(value), len(self.first)), np.int16)
            checked(library.kg_least(value.shape[1], len(value), address(value, np.int16), *self.given(), address(found, np.int16)))
            return list(found)
        return [self.least(one[self._words[0]]) for one in value]

    def given(self) -> tuple[int, ...]:
        """What kernels are given of grams and groups."""
        first, last = self._words
        order, start = self._groups.order, self._groups.start
        grams = len(first), address(first, np.int32), address(last, np.int32)
        return *grams, len(self._groups), address(order, np.int64), address(start, np.int64)

    def _of_grams(self, left: UInt64, right: UInt64) -> UInt64:
        first, last = self._words
        bits: UInt64 = left[first] | right[last]
        return bits

    def _given(self, left: UInt64, right: UInt64, bits: NDArray[np.uint8]) -> tuple[int, ...]:
        """What kernels are given beside, of words and of bits."""
        return len(left), address(left, np.uint64), address(right, np.uint64), *self.given(), len(bits), address(bits, np.uint8)


def unpacked(bits: UInt64, which: Iterable[int]) -> list[Bool]:
    """Where each of some bits is set."""
    return [(bits & np.uint64(1 << number)) != 0 for number in which]
