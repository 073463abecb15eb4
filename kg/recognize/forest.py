"""Gradient-boosted trees, evaluated with numpy alone: the form in which trained decisions ship.

Leaf values are integers (`SCALE` steps a unit of log-odds), so that sums do not depend on their order and a build gives the
same bytes on every machine. Trees are trained by `training/fit.py` and stored as flat arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

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
    depth: int

    def scores(self, x: Float, begin: int = 0, end: int | None = None) -> NDArray[np.int64]:
        """Sums of the trees of rounds `begin` to `end`, shape (len(x), outputs), in units of 1/SCALE log-odds.

        `base` is counted in where `begin` is 0, so that scores of consecutive ranges add up.
        """
        roots = self.roots[begin:end].reshape(-1)
        total = np.zeros((len(x), len(self.outputs)), np.int64)
        if begin == 0:
            total += self.base
        if not len(x) or not len(roots):
            return total
        flat = np.ascontiguousarray(x).ravel()
        width = x.shape[1]
        step = max(1, 2_000_000 // len(roots))  # bounds the memory of one step, whatever the batch
        for low in range(0, len(x), step):
            rows = np.arange(low, min(len(x), low + step), dtype=np.int64)[:, None] * width
            node = np.broadcast_to(roots, (len(rows), len(roots))).copy()
            for _ in range(self.depth):
                at = self.feature[node]
                goes_left = flat[rows + np.maximum(at, 0)] <= self.threshold[node]
                node = np.where(at < 0, node, np.where(goes_left, self.left[node], self.right[node]))
            leaves = self.value[node].reshape(len(rows), -1, len(self.outputs))
            total[low : low + len(rows)] += leaves.sum(axis=1, dtype=np.int64)
        return total

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
            depth=np.array(self.depth),
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
                int(data["depth"]),
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
