"""Trees evaluated for many rows at once, by bitwise operations on packed rows.

The result of a test for all rows is a *plane*, one bit a row. A tree's leaves begin as one set that holds every row; each test
splits the set that it stands over, so that after the last every row is in the set of its leaf. What is done to one tree is done
to a block of trees with the same numpy calls, and one look-up gives the sum of several trees. The idea of evaluating trees by
bit vectors instead of walks is that of QuickScorer (Lucchese et al., SIGIR 2015), with the bits of rows in place of leaves.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.recognize.columns import Columns

Float = NDArray[np.float32]
Int32 = NDArray[np.int32]
Index = NDArray[np.intp]
Bytes = NDArray[np.uint8]

_ROWS = 1 << 16  # rows of which planes are made at once, at most
_BLOCK = 1 << 16  # bytes of the planes of a block of trees: they are used again and again, and should stay in the cache
LOOKED_UP = 12  # bits of a look-up, at most: three trees of up to 16 leaves, in a table that fits the first cache
MOST_LEAVES = 64


@dataclass(frozen=True, slots=True)
class Program:
    """The trees of a forest as arrays; trees are in the order of outputs, and their last axis is padded to whole groups.

    `columns` are (column, first plane, thresholds) of all different tests. Step i of tree t splits the set `splits[i, t]` by the
    plane `tests[i, t]`: rows that fail it go to the set i + 1. `sums[g]` are the summed leaf values of the trees of group g by
    their packed leaf numbers of `bits` bits, the first tree's lowest; an output has `groups` groups. `bounds` are the thresholds of
    columns that are not kept as float32, made when they are first asked for.
    """

    columns: tuple[tuple[int, int, Float], ...]
    splits: Index
    tests: Index
    sums: Int32
    bits: int
    groups: int
    together: int
    bounds: dict[tuple[int, str, int], NDArray[Any]] = field(default_factory=dict, repr=False, compare=False)

    def add_to(self, total: NDArray[np.int64], x: Float | Columns) -> None:
        """Adds the values of all trees to `total`, shape (rows, outputs); `x` has shape (rows, columns)."""
        # parts of one size: a small rest would cost as many calls
        size = -(-len(x) // max(1, -(-len(x) // _ROWS)))
        for low in range(0, len(x), max(1, size)):
            high = min(low + size, len(x))
            total[low:high] += self._leaves(self._planes(x, low, high), high - low, total.shape[1]).T

    def _planes(self, x: Float | Columns, low: int, high: int) -> Bytes:
        """The planes of all tests of some rows, one bit a row, the lowest first; the one behind the last is empty."""
        width = -(-(high - low) // 64) * 8
        planes = np.zeros((sum(len(thresholds) for _, _, thresholds in self.columns) + 1, width), np.uint8)
        for number, (column, begin, thresholds) in enumerate(self.columns):
            if isinstance(x, Columns):
                value, bounds = self.compared(number, *x.part(column, low, high))
            else:
                value, bounds = np.ascontiguousarray(x[low:high, column]), thresholds[:, None]
            failed = np.packbits(value > bounds, axis=1, bitorder="little")
            planes[begin : begin + len(thresholds), : failed.shape[1]] = failed
        return planes

    def compared(self, number: int, value: NDArray[Any], steps: int) -> tuple[NDArray[Any], NDArray[Any]]:
        """A column of `Columns` and the thresholds of its tests, so that the one is compared with the other in the type that it has."""
        found = self.bounds.get((number, value.dtype.char, steps))
        if found is None:
            found = self.columns[number][2]
            if value.dtype.kind == "i":
                # a whole number is above a threshold where it is above the whole number below it
                whole, kind = np.floor(found.astype(np.float64) * steps), np.iinfo(value.dtype)
                fits = bool(((whole >= kind.min) & (whole <= kind.max)).all())
                found = whole.astype(value.dtype) if fits else found
            self.bounds[number, value.dtype.char, steps] = found = found[:, None]
        return (value if found.dtype == value.dtype else value / np.float32(steps)), found

    def _leaves(self, planes: Bytes, rows: int, outputs: int) -> Int32:
        """The summed values of the leaves that rows reach, shape (outputs, rows)."""
        found = np.zeros((outputs, rows), np.int32)
        table, size = self.sums.reshape(-1), self.sums.shape[1]
        words = planes.view(np.uint64)
        step = max(1, _BLOCK // planes.shape[1] // self.together)
        for low in range(0, len(self.sums), step):
            high = min(low + step, len(self.sums))
            leaves = self._leaf_numbers(words, low * self.together, high * self.together, rows)
            values = table.take(leaves + np.arange(low * size, high * size, size)[:, None], mode="wrap")  # all are in the table
            for output in range(low // self.groups, -(-high // self.groups)):
                begin, end = max(low, output * self.groups) - low, min(high, (output + 1) * self.groups) - low
                found[output] += values[begin:end].sum(axis=0, dtype=np.int32)
        return found

    def _leaf_numbers(self, planes: NDArray[np.uint64], low: int, high: int, rows: int) -> NDArray[np.uint16]:
        """The packed leaf numbers of the groups of trees from `low` to `high`, shape (groups, rows)."""
        tests, trees = self.tests[:, low:high], np.arange(high - low)
        sets = np.zeros((1 << self.bits, len(trees), planes.shape[1]), np.uint64)
        sets[0] = ~np.uint64(0)
        # the set of a tree is a row: taken by one index, rows are copied whole
        rows_, places = sets.reshape(-1, planes.shape[1]), self.splits[:, low:high] * len(trees) + trees
        for step, (place, test) in enumerate(zip(places, tests, strict=True), start=1):
            before = rows_.take(place, axis=0)
            np.bitwise_and(before, planes.take(test, axis=0), out=sets[step])
            rows_[place] = np.bitwise_xor(before, sets[step], out=before)
        # fold the sets in halves: a row is in the upper half where that bit of its leaf's number is set
        number = np.zeros(0, np.uint8)
        for bit in reversed(range(self.bits)):
            lower, upper = sets[: 1 << bit], sets[1 << bit : 2 << bit]
            held = np.bitwise_or.reduce(upper, axis=0)
            more = np.unpackbits(held.view(np.uint8), axis=1, count=rows, bitorder="little")
            if len(number):
                number += number
                number |= more
            else:
                number = more
            if bit:
                sets = np.bitwise_or(lower, upper, out=lower)
        numbers = number.reshape(-1, self.together, rows)
        packed = numbers[:, -1].astype(np.uint16)
        for tree in reversed(range(self.together - 1)):
            packed <<= np.uint16(self.bits)
            packed |= numbers[:, tree]
        return packed


def compiled(
    feature: NDArray[np.int16], threshold: Float, left: Int32, right: Int32, value: Int32, roots: Int32, looked_up: int = LOOKED_UP
) -> Program:
    """The program of a forest's arrays (see `kg.recognize.forest.Forest`), with look-ups of at most so many bits.

    Raises:
        ValueError: a tree has more than `MOST_LEAVES` leaves.
    """
    columns, plane_of = _tests(feature, threshold)
    most = _most_leaves(feature, left, right, roots)
    if most > MOST_LEAVES:
        raise ValueError(f"a tree with {most} leaves, {MOST_LEAVES} at most")
    bits = max(1, (most - 1).bit_length())
    together = looked_up // bits
    rounds, outputs = roots.shape
    groups = -(-rounds // together)
    count = outputs * groups * together
    splits = np.zeros((most - 1, count), np.intp)
    tests = np.full((most - 1, count), plane_of.max(initial=-1) + 1, np.intp)  # the empty plane splits nothing
    values = np.zeros((count, 1 << bits), np.int32)
    done = np.zeros(count, np.intp)
    tree = (np.arange(outputs)[:, None] * groups * together + np.arange(rounds)).reshape(-1)
    node, held = roots.T.reshape(-1), np.zeros(len(tree), np.intp)
    while len(node):  # a level of all trees at a time
        leaf = feature[node] < 0
        values[tree[leaf], held[leaf]] = value[node[leaf]]
        node, tree, held = node[~leaf], tree[~leaf], held[~leaf]
        step = done[tree] + np.arange(len(tree)) - np.searchsorted(tree, tree)
        splits[step, tree], tests[step, tree] = held, plane_of[node]
        done += np.bincount(tree, minlength=count)
        order = np.argsort(np.concatenate((tree, tree)), kind="stable")
        node = np.concatenate((left[node], right[node]))[order]
        held = np.concatenate((held, step + 1))[order]
        tree = np.concatenate((tree, tree))[order]
    by_group = values.reshape(outputs * groups, together, 1 << bits)
    sums = by_group[:, 0]
    for tree_of_group in range(1, together):
        sums = (by_group[:, tree_of_group, :, None] + sums[:, None, :]).reshape(outputs * groups, -1)
    return Program(columns, splits, tests, np.ascontiguousarray(sums), bits, groups, together)


def _tests(feature: NDArray[np.int16], threshold: Float) -> tuple[tuple[tuple[int, int, Float], ...], Index]:
    """The different tests by column, and for every node the number of its test; -1 for leaves."""
    plane_of = np.full(len(feature), -1, np.intp)
    nodes = np.flatnonzero(feature >= 0)
    nodes = nodes[np.lexsort((threshold[nodes], feature[nodes]))]
    column, at = feature[nodes], threshold[nodes]
    new = np.ones(len(nodes), bool)
    new[1:] = (column[1:] != column[:-1]) | (at[1:] != at[:-1])
    plane_of[nodes] = np.cumsum(new) - 1
    column, at = column[new], at[new]
    starts = np.flatnonzero(np.append(True, column[1:] != column[:-1])[: len(column)])
    bounds = pairwise([*starts.tolist(), len(column)])
    columns = tuple((int(column[begin]), begin, np.ascontiguousarray(at[begin:end])) for begin, end in bounds)
    return columns, plane_of


def _most_leaves(feature: NDArray[np.int16], left: Int32, right: Int32, roots: Int32) -> int:
    """The leaves of the largest tree; 1 where there is no tree."""
    node = roots.reshape(-1)
    tree = np.arange(len(node))
    leaves = np.ones(len(node), np.intp)
    while len(node):
        inner = feature[node] >= 0
        node, tree = node[inner], tree[inner]
        leaves += np.bincount(tree, minlength=len(leaves))
        node, tree = np.concatenate((left[node], right[node])), np.concatenate((tree, tree))
    return int(leaves.max(initial=1))
