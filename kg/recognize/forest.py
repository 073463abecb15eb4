"""Gradient-boosted trees, evaluated with numpy alone: the form in which trained decisions ship.

Leaf values are integers (`SCALE` steps a unit of log-odds), so that sums do not depend on their order and a build gives the
same bytes on every machine. Trees are trained by `kg train` and stored as flat arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kg import native
from kg.recognize.columns import Columns
from kg.recognize.kernel import LOOKED_UP, Trees
from kg.recognize.planes import Program, compiled

SCALE = 65536
Float = NDArray[np.float32]


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

    @classmethod
    def constant(cls, columns: Sequence[str], outputs: Sequence[str], base: Sequence[int]) -> Forest:
        """A forest without trees: every row has the scores `base`, in log-odds."""
        none = np.zeros(0, np.int32)
        trees = (none.astype(np.int16), none.astype(np.float32), none, none, none, none.reshape(0, len(outputs)))
        return cls(tuple(columns), tuple(outputs), *trees, np.array(base, np.int32) * SCALE)

    def scores(self, x: Float | Columns) -> NDArray[np.int64]:
        """Sums of all trees, shape (len(x), outputs), in units of 1/SCALE log-odds. Fastest with `Columns`; of a matrix, with contiguous
        columns.
        """
        total = np.zeros((len(x), len(self.outputs)), np.int64)
        total += self.base
        if self.roots.size and (library := native.library()) is not None:
            self._trees.add_to(total, x, library)
        elif self.roots.size:
            self._program.add_to(total, x)
        return total

    @cached_property
    def _program(self) -> Program:
        return compiled(self.feature, self.threshold, self.left, self.right, self.value, self.roots)

    @cached_property
    def _trees(self) -> Trees:
        return Trees(compiled(self.feature, self.threshold, self.left, self.right, self.value, self.roots, LOOKED_UP))

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


def sigmoid(score: NDArray[np.int64] | NDArray[np.float64]) -> NDArray[np.float64]:
    """Probability of a two-sided score, rounded so that the last bits of `exp` on different machines do not show."""
    return np.round(1.0 / (1.0 + np.exp(-score / SCALE)), 4)


def softmax(scores: NDArray[np.int64] | NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities of several scores, rounded as in `sigmoid`; rows sum to 1 up to the rounding."""
    shifted = (scores - scores.max(axis=1, keepdims=True)) / SCALE
    powers = np.exp(shifted)
    rounded: NDArray[np.float64] = np.round(powers / powers.sum(axis=1, keepdims=True), 4)
    return rounded
