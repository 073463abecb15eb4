"""The line from scores to confidences, thresholds, and what is measured on the papers that were left out."""

from __future__ import annotations

import numpy as np
import pytest

from kg.recognize.calibration import FAVOURS, Calibration
from kg.training.calibrate import PRECISION, Scored, calibration, held_out_confidences, line, measured, reliability


def made_up(links: int = 4000, papers: int = 100) -> Scored:
    """Links of which the square of the score is right: scores promise too much."""
    rng = np.random.default_rng(3)
    score = np.round(rng.uniform(0.1, 1, links), 4)
    right = rng.uniform(size=links) < score**2
    paper = np.sort(rng.integers(papers, size=links))
    required = np.bincount(paper[right], minlength=papers) + 3
    return Scored(score, right, paper % 5, paper, required)


def test_the_line_rises_and_is_where_the_shares_are() -> None:
    found = made_up()
    x, y = line(found.score, found.right)
    assert (np.diff(x) > 0).all()
    assert (np.diff(y) > 0).all()
    assert (x[0], x[-1]) == (0, 10_000)
    one = Calibration(x, y, np.zeros((3, 2), np.int32))
    assert [one.confidence(s) for s in (0.3, 0.6, 0.9)] == pytest.approx([0.09, 0.36, 0.81], abs=0.05)


@pytest.mark.parametrize("right", [np.zeros(50, bool), np.ones(50, bool), np.zeros(0, bool)])
def test_lines_of_little(right: np.ndarray) -> None:
    x, y = line(np.linspace(0.1, 0.9, len(right)), right)
    assert (np.diff(x) > 0).all()
    assert (np.diff(y) > 0).all()
    assert 0 <= y[0] < y[-1] <= 10_000


def test_links_that_promise_too_much_are_set_right_on_papers_that_were_left_out() -> None:
    found = made_up()
    before = reliability(found.score, found.right).error
    after = measured(found, np.ones(100, bool))["all that are looked at"]["expected_calibration_error"]
    assert before > 0.1
    assert after < 0.03


def test_thresholds_do_what_they_are_called() -> None:
    found = made_up()
    _, taken = held_out_confidences(found)
    precision = {f: found.right[taken[f]].mean() for f in FAVOURS}
    recall = {f: found.right[taken[f]].sum() / found.required.sum() for f in FAVOURS}
    assert precision["precision"] >= PRECISION - 0.01
    assert recall["recall"] > recall["balanced"] + 0.05 > recall["precision"]
    f1 = {f: 2 * precision[f] * recall[f] / (precision[f] + recall[f]) for f in FAVOURS}
    assert f1["balanced"] == max(f1.values())
    cuts = calibration(found).cuts
    assert (cuts[:, 1] >= cuts[:, 0]).all()


def test_a_calibration_does_not_see_the_fold_it_is_used_on() -> None:
    found = made_up()
    mine = found.fold == 0
    other = Scored(found.score, np.where(mine, ~found.right, found.right), found.fold, found.paper, found.required)
    assert (held_out_confidences(found)[0][mine] == held_out_confidences(other)[0][mine]).all()


def test_the_table() -> None:
    found = reliability(np.array([0.05, 0.92, 0.94, 1.0]), np.array([False, True, True, False]))
    assert found.rows == ((0.0, 0.1, 1, 0.05, 0.0), (0.9, 1.0, 3, 0.953, 0.667))
    assert found.as_json()["table"][1] == {"from": 0.9, "to": 1.0, "links": 3, "confidence": 0.953, "right": 0.667}
