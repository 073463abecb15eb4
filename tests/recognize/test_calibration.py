"""Scores to confidences and back, thresholds by favour, and files that are no calibration."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import DataError, UsageError
from kg.reader import data_folder
from kg.recognize.calibration import FAVOURS, Calibration

CUTS = np.array([[8000, 9000], [5000, 8000], [2000, 8000]], np.int32)
BENT = Calibration(np.array([0, 5000, 10_000], np.int32), np.array([0, 2000, 9800], np.int32), CUTS)


def test_between_knots_the_line_is_straight() -> None:
    assert [BENT.confidence(score) for score in (0, 0.25, 0.5, 0.75, 1)] == [0, 0.1, 0.2, 0.59, 0.98]
    assert (BENT.confidence(-1), BENT.confidence(2)) == (0, 0.98)


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_higher_score_is_no_less_sure(one: int, two: int) -> None:
    low, high = sorted((one, two))
    assert BENT.confidence(low / 10_000) <= BENT.confidence(high / 10_000)


@given(st.integers(1, 9800))
def test_the_score_of_a_confidence_is_the_least_that_reaches_it(confidence: int) -> None:
    score = BENT.score(confidence / 10_000)
    assert BENT.confidence(score) >= confidence / 10_000 > BENT.confidence(score - 0.0001)


def test_a_confidence_that_no_score_has() -> None:
    assert BENT.score(0.99) > 1


def test_thresholds_by_favour() -> None:
    assert [BENT.thresholds(favour) for favour in FAVOURS] == [(0.8, 0.9), (0.5, 0.8), (0.2, 0.8)]
    assert BENT.thresholds() == (0.5, 0.8)
    with pytest.raises(UsageError, match="favour is 'recal'; did you mean recall"):
        BENT.thresholds("recal")


def test_without_calibration_scores_are_confidences() -> None:
    plain = Calibration.none(0.45, 0.8)
    assert [plain.confidence(n / 100) for n in range(101)] == [n / 100 for n in range(101)]
    assert {plain.thresholds(favour) for favour in FAVOURS} == {(0.45, 0.8)}


def test_saved_and_loaded(tmp_path: Path) -> None:
    BENT.save(tmp_path / "c.npz")
    again = Calibration.load(tmp_path / "c.npz")
    assert all((getattr(again, name) == getattr(BENT, name)).all() for name in ("scores", "confidences", "cuts"))


@pytest.mark.parametrize(
    ("scores", "confidences", "cuts"),
    [([0, 10_000], [0], CUTS), ([0, 9000], [0, 9000], CUTS), ([0, 10_000], [9000, 0], CUTS), ([0, 10_000], [0, 10_001], CUTS),
     ([0, 10_000], [0, 9000], CUTS[:2])],
)  # fmt: skip
def test_what_is_no_calibration(tmp_path: Path, scores: list[int], confidences: list[int], cuts: np.ndarray) -> None:
    Calibration(np.array(scores, np.int32), np.array(confidences, np.int32), cuts).save(tmp_path / "c.npz")
    with pytest.raises(DataError, match=r"c\.npz: not a calibration"):
        Calibration.load(tmp_path / "c.npz")


def test_what_is_no_file_of_arrays(tmp_path: Path) -> None:
    (tmp_path / "c.npz").write_bytes(b"PK")
    for name in ("c.npz", "none.npz"):
        with pytest.raises(DataError, match="not a part of a model"):
            Calibration.load(tmp_path / name)


def test_the_one_that_ships_asks_more_for_precision_than_for_recall() -> None:
    shipped = Calibration.load(data_folder() / "calibration.npz")
    precision, balanced, recall = (shipped.thresholds(favour)[0] for favour in FAVOURS)
    assert precision > balanced + 0.05 > recall + 0.1
    assert all(shipped.thresholds(favour)[1] >= shipped.thresholds(favour)[0] for favour in FAVOURS)
    assert len(shipped.scores) <= 16
