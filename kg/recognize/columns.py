"""Named columns of numbers, one row a group; and values of groups made of the values of their grams."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float32]
Index = NDArray[np.int64]
Bool = NDArray[np.bool_]


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
    """Collects columns of `rows` numbers; each lies contiguous in memory, as the trees read them."""

    def __init__(self, rows: int) -> None:
        self.names: list[str] = []
        self._values = np.empty((256, rows), np.float32)

    def add(self, name: str, value: NDArray[Any]) -> None:
        """One more column, shape (rows,)."""
        if len(self.names) == len(self._values):
            self._values = np.concatenate([self._values, np.empty_like(self._values)])
        self._values[len(self.names)] = value
        self.names.append(name)

    def extend(self, names: Sequence[str], values: NDArray[Any]) -> None:
        """Several more columns, shape (rows, len(names))."""
        for name, value in zip(names, values.T, strict=True):
            self.add(name, value)

    @property
    def matrix(self) -> Float:
        """Shape (rows, len(names))."""
        return self._values[: len(self.names)].T


class Members:
    """From values of grams to values of groups. Most groups have one gram, whose value is the group's."""

    def __init__(self, groups: Groups) -> None:
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


def unpacked(bits: NDArray[np.uint64], which: Iterable[int]) -> list[Bool]:
    """Where each of some bits is set."""
    return [(bits & np.uint64(1 << number)) != 0 for number in which]
