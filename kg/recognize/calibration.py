"""From scores of the trained decisions to confidences that mean something, and which of them are enough.

A confidence is the probability that the paper is about the concept in the sense of the curated links: that a curator would list
it as central. It is a rising line through a few knots, fitted to scores of papers that the decisions had not seen (see
`kg.training.calibrate`); all values are whole ten-thousandths, so that every machine gives the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from kg.errors import DataError, UsageError, did_you_mean

#: What thresholds may favour: few wrong links, about as few wrong as missed ones, few missed ones.
FAVOURS: tuple[str, ...] = ("precision", "balanced", "recall")
BALANCED = FAVOURS[1]
UNIT = 10_000


@dataclass(frozen=True)
class Calibration:
    """Knots `scores` → `confidences` (both rising, from 0 to `UNIT`), and for each of `FAVOURS` two thresholds in `cuts`: the
    confidence from which a string is taken for a concept, and the one from which it is taken within another one.

    `cuts` has shape (3, 2).
    """

    scores: NDArray[np.int32]
    confidences: NDArray[np.int32]
    cuts: NDArray[np.int32]

    @cached_property
    def _table(self) -> list[int]:
        """The confidence of every score, by whole numbers."""
        table = []
        knot = 0
        x, y = self.scores.tolist(), self.confidences.tolist()
        for score in range(UNIT + 1):
            while knot < len(x) - 2 and score > x[knot + 1]:
                knot += 1
            table.append(y[knot] + (score - x[knot]) * (y[knot + 1] - y[knot]) // (x[knot + 1] - x[knot]))
        return table

    def confidence(self, score: float) -> float:
        """The confidence of a score; both from 0 to 1."""
        number = round(score * UNIT)
        return self._table[number if 0 <= number <= UNIT else 0 if number < 0 else UNIT] / UNIT

    def score(self, confidence: float) -> float:
        """The least score whose confidence is this or more; above 1 where there is none."""
        wanted = round(confidence * UNIT)
        return next((score for score, value in enumerate(self._table) if value >= wanted), UNIT + 1) / UNIT

    def thresholds(self, favour: str = BALANCED) -> tuple[float, float]:
        """The confidences from which a string is taken for a concept, and from which within another one.

        Raises:
            UsageError: no such favour.
        """
        if favour not in FAVOURS:
            raise UsageError(f"favour is {favour!r}; {did_you_mean(favour, FAVOURS)}")
        taken, nested = self.cuts[FAVOURS.index(favour)].tolist()
        return taken / UNIT, nested / UNIT

    @classmethod
    def none(cls, threshold: float, nested: float) -> Calibration:
        """Scores as they are, with the same thresholds whatever is favoured: what decisions have before they are calibrated."""
        ends = np.array([0, UNIT], np.int32)
        return cls(ends, ends, np.array([[round(threshold * UNIT), round(nested * UNIT)]] * len(FAVOURS), np.int32))

    def save(self, path: Path) -> None:
        """Writes the arrays as one file."""
        np.savez_compressed(path, scores=self.scores, confidences=self.confidences, cuts=self.cuts)

    @classmethod
    def load(cls, path: Path) -> Calibration:
        """Reads what `save` wrote.

        Raises:
            DataError: it is not there, or does not rise from 0 to 1.
        """
        try:
            with np.load(path) as data:
                found = cls(data["scores"], data["confidences"], data["cuts"])
        except (OSError, ValueError, KeyError, BadZipFile) as error:
            raise DataError(f"{path}: not a part of a model ({error}); make the model again with `kg train`") from None
        x, y = found.scores, found.confidences
        rising = len(x) == len(y) >= 2 and (np.diff(x) > 0).all() and (np.diff(y) >= 0).all() and (x[0], x[-1]) == (0, UNIT)
        if not rising or not 0 <= y[0] <= y[-1] <= UNIT or found.cuts.shape != (len(FAVOURS), 2):
            raise DataError(f"{path}: not a calibration; make the model again with `kg train`")
        return found
