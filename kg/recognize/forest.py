"""Gradient-boosted trees, evaluated with numpy alone: the form in which trained decisions ship.

Leaf values are integers (`SCALE` steps a unit of log-odds), so that sums do not depend on their order and a build gives the
same bytes on every machine. Trees are trained by `kg train` and stored as flat arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SCALE = 65536
_ROWS = 16_384  # rows scored together: small enough for the processor's cache
_FEW = 256  # up to so many rows all tests of all trees are made at once: a call for each test would cost more than the tests
Float = NDArray[np.float32]
#: The lowest bit that is not set, for every 16-bit number (15 where all are set, which no row reaches).
_NUMBERS = np.arange(1 << 16)
_FIRST_ZERO = np.minimum(np.log2(~_NUMBERS & (_NUMBERS + 1)), 15).astype(np.uint8)


@dataclass(frozen=True)
class Forest:
    """Trees over named columns for one or several outputs.

    A node goes left where `x[feature] <= threshold`. `feature` is -1 at a leaf, `left` and `right` are node indices, `value` the
    leaf's share in log-odds × SCALE. `roots` has shape (rounds, outputs). `base` is the starting score of each output.
    """

    columns: tuple[str, ...]
    outputs: tuple[str, ...]
    feature: NDArray[np.int16]
    threshold: Float
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.int32]
    roots: NDArray[np.int32]
    base: NDArray[np.int32]

    def scores(self, x: Float) -> NDArray[np.int64]:
        """Sums of all trees, shape (len(x), outputs), in units of 1/SCALE log-odds.

        By bit vectors over the leaves instead of walks through the trees (Lucchese et al., "QuickScorer", SIGIR 2015): a node
        whose test fails rules out the leaves to its left, and the first leaf that is left is the one a walk would reach.
        """
        total = np.zeros((len(x), len(self.outputs)), np.int64)
        total += self.base
        if len(x) <= _FEW and len(self.roots):
            for row, sums in zip(x, total, strict=True):
                sums += self._row(row)
            return total
        for low in range(0, len(x), _ROWS):
            part = np.ascontiguousarray(x[low : low + _ROWS].T)
            sums = total[low : low + _ROWS]
            failed = np.empty(part.shape[1], np.uint16)
            for number, (tests, values) in enumerate(self._program):
                ruled_out = np.zeros(part.shape[1], np.uint16)
                for feature, threshold, leaves in tests:
                    np.greater(part[feature], threshold, out=failed)
                    np.multiply(failed, leaves, out=failed)
                    np.bitwise_or(ruled_out, failed, out=ruled_out)
                sums[:, number % len(self.outputs)] += values[_FIRST_ZERO[ruled_out]]
        return total

    def _row(self, row: Float) -> NDArray[np.int64]:
        """What all trees say of one row, by output."""
        feature, threshold, bits, begin, values = self._flat
        failed = np.where(row[feature] > threshold, bits, np.uint16(0))
        leaf = _FIRST_ZERO[np.bitwise_or.reduceat(failed, begin)]
        sums: NDArray[np.int64] = values[np.arange(len(begin)), leaf].reshape(-1, len(self.outputs)).sum(axis=0)
        return sums

    @cached_property
    def _flat(self) -> tuple[NDArray[np.int64], Float, NDArray[np.uint16], NDArray[np.int64], NDArray[np.int64]]:
        """`_program` as arrays: column, threshold and bits of every test, the first test of every tree, its leaves' values."""
        # a tree without tests gets one that rules nothing out, so that every tree has a piece of its own
        trees = [(tests or [(0, np.float32(0), np.uint16(0))], values) for tests, values in self._program]
        every = [test for tests, _ in trees for test in tests]
        begin = np.cumsum([0, *(len(tests) for tests, _ in trees[:-1])])
        leaves = np.zeros((len(trees), 16), np.int64)
        for number, (_, values) in enumerate(trees):
            leaves[number, : len(values)] = values
        feature, threshold, bits = zip(*every, strict=True)
        return np.array(feature, np.int64), np.array(threshold, np.float32), np.array(bits, np.uint16), begin, leaves

    @cached_property
    def _program(self) -> list[tuple[list[tuple[int, np.float32, np.uint16]], NDArray[np.int64]]]:
        """For every tree its tests (column, threshold, bits of the leaves on the left) and the values of its leaves."""
        program = []
        for root in self.roots.reshape(-1).tolist():
            tests: list[tuple[int, np.float32, np.uint16]] = []
            values: list[int] = []
            self._leaves(root, tests, values)
            if len(values) > 16:
                raise ValueError(f"a tree with {len(values)} leaves, 16 at most")
            program.append((tests, np.array(values, np.int64)))
        return program

    def _leaves(self, node: int, tests: list[tuple[int, np.float32, np.uint16]], values: list[int]) -> None:
        if self.feature[node] < 0:
            values.append(int(self.value[node]))
            return
        before = len(values)
        self._leaves(int(self.left[node]), tests, values)
        bits = (1 << len(values)) - (1 << before)
        tests.append((int(self.feature[node]), self.threshold[node], np.uint16(bits & 0xFFFF)))
        self._leaves(int(self.right[node]), tests, values)

    def save(self, path: Path) -> None:
        """Writes the trees as one compressed file of arrays."""
        np.savez_compressed(
            path,
            columns=np.array(self.columns),
            outputs=np.array(self.outputs),
            feature=self.feature,
            threshold=self.threshold,
            left=self.left,
            right=self.right,
            value=self.value,
            roots=self.roots,
            base=self.base,
        )

    @classmethod
    def load(cls, path: Path) -> Forest:
        """Reads what `save` wrote."""
        with np.load(path) as data:
            return cls(
                tuple(str(c) for c in data["columns"]),
                tuple(str(c) for c in data["outputs"]),
                data["feature"],
                data["threshold"],
                data["left"],
                data["right"],
                data["value"],
                data["roots"],
                data["base"],
            )


def sigmoid(score: NDArray[np.int64]) -> NDArray[np.float64]:
    """Probability of a two-sided score, rounded so that the last bits of `exp` on different machines do not show."""
    return np.round(1.0 / (1.0 + np.exp(-score / SCALE)), 4)


def softmax(scores: NDArray[np.int64]) -> NDArray[np.float64]:
    """Probabilities of several scores, rounded as in `sigmoid`; rows sum to 1 up to the rounding."""
    shifted = (scores - scores.max(axis=1, keepdims=True)) / SCALE
    powers = np.exp(shifted)
    rounded: NDArray[np.float64] = np.round(powers / powers.sum(axis=1, keepdims=True), 4)
    return rounded
