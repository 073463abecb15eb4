"""Solutions as columns of numbers: taking, joining, grouping them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.query.columns.files import Ids
from kg.query.columns.syntax import Unsure

Places = NDArray[np.int64]

#: Rows of any step at most: beyond, the engine's way of one row after the other takes less memory.
MOST = 4_000_000
#: What stands where a variable is unbound.
UNBOUND = -1


class Rows:
    """A bag of `size` solutions: a column of the numbers of terms for each variable."""

    __slots__ = ("of", "size")

    def __init__(self, size: int, of: Mapping[str, Ids]) -> None:
        if size > MOST:
            raise Unsure(f"more than {MOST:,} rows")
        self.size = size
        self.of = dict(of)

    def take(self, places: Places | NDArray[np.bool_]) -> Rows:
        """The rows at some places, or those that a mask has."""
        size = int(np.count_nonzero(places)) if places.dtype == np.bool_ else len(places)
        return Rows(size, {name: column[places] for name, column in self.of.items()})

    def only(self, names: Sequence[str]) -> Rows:
        """The columns of some variables; those that there are not are unbound."""
        return Rows(self.size, {name: self.of[name] if name in self.of else np.full(self.size, UNBOUND, np.int32) for name in names})

    def bound(self, names: Sequence[str]) -> bool:
        """Whether these variables are bound in all rows."""
        return all(name in self.of and (self.size == 0 or bool(self.of[name].min() >= 0)) for name in names)


def one() -> Rows:
    """The solution that binds nothing."""
    return Rows(1, {})


def spread(low: Places, high: Places) -> tuple[Places, Places]:
    """For ranges, one a row: the rows, each as often as its range is long, and the places within the ranges."""
    counts = high - low
    size = int(counts.sum())
    if size > MOST:
        raise Unsure(f"more than {MOST:,} rows")
    rows = np.repeat(np.arange(len(counts)), counts)
    return rows, np.arange(size) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(low, counts)


def codes(columns: Sequence[NDArray[np.signedinteger[Any]]], size: int) -> Places:
    """One number for each row, equal where the rows are; below `size` where there are several columns."""
    if not columns:
        return np.zeros(size, np.int64)
    made = columns[0].astype(np.int64)
    for column in columns[1:]:
        _, first = np.unique(made, return_inverse=True)
        known, then = np.unique(column, return_inverse=True)
        _, made = np.unique(first.astype(np.int64) * max(1, len(known)) + then, return_inverse=True)
    return made


def distinct(rows: Rows) -> Rows:
    """Each row once."""
    _, first = np.unique(codes([*rows.of.values()], rows.size), return_index=True)
    return rows if len(first) == rows.size else rows.take(np.sort(first))


def both(a: Rows, b: Rows, shared: Sequence[str]) -> tuple[Places, Places]:
    """Codes of the shared columns, which must be bound in all rows of both."""
    if not a.bound(shared) or not b.bound(shared):
        raise Unsure("a variable that two parts share may be unbound")
    made = codes([np.concatenate([a.of[name], b.of[name]]) for name in shared], a.size + b.size)
    return made[: a.size], made[a.size :]


def join(a: Rows, b: Rows) -> Rows:
    """The natural join; where nothing is shared, all pairs."""
    shared = [name for name in a.of if name in b.of]
    if not shared:
        places, others = spread(np.zeros(a.size, np.int64), np.full(a.size, b.size))
    else:
        left, right = both(a, b, shared)
        order = np.argsort(right, kind="stable")
        found = right[order]
        places, others = spread(np.searchsorted(found, left), np.searchsorted(found, left, "right"))
        others = order[others]
    taken = a.take(places)
    return Rows(len(places), {**taken.of, **{name: column[others] for name, column in b.of.items() if name not in a.of}})


def without(a: Rows, b: Rows) -> Rows:
    """The rows of a that are compatible with none of b: MINUS."""
    shared = [name for name in a.of if name in b.of]
    if not shared or not b.size:
        return a
    left, right = both(a, b, shared)
    return a.take(~np.isin(left, right))


def stacked(parts: Sequence[Rows]) -> Rows:
    """The rows of all parts, unbound where one has no such column."""
    names = dict.fromkeys(name for part in parts for name in part.of)
    wide = [part.only([*names]) for part in parts]
    return Rows(sum(part.size for part in parts), {name: np.concatenate([part.of[name] for part in wide]) for name in names})
