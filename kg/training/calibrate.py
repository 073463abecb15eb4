"""What scores mean, from papers that the trained decisions had not seen, and the thresholds that favour one figure or another.

The confidence of a link is the share of links of its score that are right: paired with a concept that the curators require. Links
that only meet an optional concept are left out, as they are neither rewarded nor punished (`kg.evaluate`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from kg.catalog import Catalog
from kg.evaluate import judged
from kg.model import Reading
from kg.reader import Reader
from kg.recognize.calibration import BALANCED, FAVOURS, UNIT, Calibration
from kg.recognize.decide import NESTED, THRESHOLD
from kg.training.gold import Curated, gold_lines
from kg.training.graphs import graph_of

#: Score from which strings are looked at; below it, hardly any is right.
LEAST = 0.1
#: Groups of about equal size of which the line is made, before those that do not rise are joined.
KNOTS = 12
#: What `precision` must reach, with something in hand, since thresholds are chosen on some papers and used on others.
PRECISION, IN_HAND = 0.90, 0.01
#: Differences of F1 that say nothing.
NOISE = 0.003
#: `recall` weighs recall so many times as much as precision (F-beta).
BETA = 2.0


@dataclass(frozen=True, slots=True)
class Scored:
    """Links of held-out papers: their scores, whether they are right (links that are left open are not among them), the fold and the
    number of the paper; `required` is the number of links that each paper should have, shape (papers,).
    """

    score: np.ndarray
    right: np.ndarray
    fold: np.ndarray
    paper: np.ndarray
    required: np.ndarray

    def some(self, papers: np.ndarray) -> Scored:
        """The links of the papers that a mask of shape (papers,) chooses."""
        mine = papers[self.paper]
        return Scored(self.score[mine], self.right[mine], self.fold[mine], self.paper[mine], np.where(papers, self.required, 0))


def calibrated(reader: Reader, found: Calibration, favour: str = BALANCED) -> Reader:
    """The same reader with another calibration."""
    return reader.tuned(model=replace(reader.model, calibration=found), favour=favour)


def loose(reader: Reader) -> Reader:
    """The same reader, taking nearly everything, with scores as confidences."""
    return calibrated(reader, Calibration.none(LEAST, NESTED))


def scored(papers: Sequence[Curated], readings: Sequence[Reading], fold: np.ndarray, catalog: Catalog) -> Scored:
    """Links of readings that `loose` readers made, each of papers that it was not fitted on."""
    with graph_of(papers, readings, catalog) as graph:
        verdicts = judged(gold_lines(papers), graph)
    number = {item.paper.id: n for n, item in enumerate(papers)}
    rows = [(row["confidence"], right, number[row["paper"]]) for row, right in verdicts if right is not None]
    paper = np.array([n for _, _, n in rows], np.int64)
    required = np.array([sum(e["required"] for e in item.entities) for item in papers], np.int64)
    return Scored(np.array([s for s, _, _ in rows]), np.array([r for _, r, _ in rows], bool), fold[paper], paper, required)


def calibration(found: Scored) -> Calibration:
    """The line from scores to confidences, and the thresholds."""
    x, y = line(found.score, found.right)
    ends = Calibration(x, y, np.zeros((len(FAVOURS), 2), np.int32))
    cuts = []
    for favour in FAVOURS:
        taken = threshold(found, favour)
        cuts.append([round(ends.confidence(score) * UNIT) for score in (taken, max(NESTED, taken))])
    return replace(ends, cuts=np.array(cuts, np.int32))


def line(score: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Knots of a rising line, whole ten-thousandths: isotonic regression over groups of about equal size.

    "Pool adjacent violators" (Ayer et al. 1955), on the groups' means; a right and a wrong link are added to each group (Laplace), and
    the line goes from 0 to the last knot's share and a third of what is left to 1.
    """
    order = np.argsort(score, kind="stable")
    pools: list[list[float]] = []  # sum of scores, right ones, links
    for part in np.array_split(order, min(KNOTS, max(1, len(order) // 20))):
        pools.append([float(score[part].sum()), float(right[part].sum()), float(len(part))])
        while len(pools) > 1 and _share(pools[-2]) >= _share(pools[-1]):
            last = pools.pop()
            pools[-1] = [a + b for a, b in zip(pools[-1], last, strict=True)]
    x = [round(s / n * UNIT) for s, _, n in pools if n]
    y = [round(_share(pool) * UNIT) for pool in pools if pool[2]]
    knots = [(0, 0)]
    for a, b in zip(x, y, strict=True):
        if a > knots[-1][0] and b > knots[-1][1]:
            knots.append((a, b))
    knots.append((UNIT, min(UNIT, knots[-1][1] + (UNIT - knots[-1][1]) // 3)) if knots[-1][0] < UNIT else knots.pop())
    return np.array([a for a, _ in knots], np.int32), np.array([b for _, b in knots], np.int32)


def _share(pool: Sequence[float]) -> float:
    _, right, number = pool
    return (right + 1) / (number + 2)


def threshold(found: Scored, favour: str) -> float:
    """The score that gives the best figure: F1, F2 (recall counts more), or the most links with the wanted precision.

    Steps of a hundredth, smoothed over three, so that one paper does not decide. F1 hardly changes over many of them: of those that are
    as good but for noise, the one with the fewest wrong links is taken.
    """
    steps = np.round(np.arange(LEAST, 0.96, 0.01), 2)
    figures = np.array([_figures(found, step) for step in steps])
    precision, recall = (np.convolve(np.pad(figures[:, n], 1, mode="edge"), np.ones(3) / 3, mode="valid") for n in (0, 1))
    if favour == "precision":
        good = np.flatnonzero(precision >= PRECISION + IN_HAND)
        return float(steps[good[0]]) if len(good) else float(steps[-1])
    beta = BETA if favour == "recall" else 1.0
    value = (1 + beta**2) * precision * recall / np.maximum(beta**2 * precision + recall, 1e-9)
    if not len(found.score):
        return THRESHOLD
    slack = 0.0 if favour == "recall" else NOISE
    return float(steps[np.flatnonzero(value >= value.max() - slack)[-1]])


def _figures(found: Scored, least: float) -> tuple[float, float]:
    taken = found.score >= least
    true = int(found.right[taken].sum())
    return true / max(int(taken.sum()), 1), true / max(int(found.required.sum()), 1)


# --- measured on papers that neither the decisions nor the calibration had seen -------------------------------------------


@dataclass(frozen=True, slots=True)
class Reliability:
    """Links by confidence: lower and upper bound, number, mean confidence, share that is right; and the expected calibration error,
    the mean difference of the two, weighed by number (Guo et al., ICML 2017).
    """

    rows: tuple[tuple[float, float, int, float, float], ...]
    error: float

    def as_json(self) -> dict[str, Any]:
        keys = ("from", "to", "links", "confidence", "right")
        return {"expected_calibration_error": self.error, "table": [dict(zip(keys, row, strict=True)) for row in self.rows]}


def reliability(confidence: np.ndarray, right: np.ndarray, bins: int = 10) -> Reliability:
    """The table over bins of equal width.

    >>> reliability(np.array([0.95, 0.95, 0.15]), np.array([True, False, False])).error
    0.35
    """
    rows = []
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    error = 0.0
    for number in range(bins):
        mine = place == number
        if count := int(mine.sum()):
            mean, share = float(confidence[mine].mean()), float(right[mine].mean())
            error += count * abs(mean - share) / len(confidence)
            rows.append((number / bins, (number + 1) / bins, count, round(mean, 3), round(share, 3)))
    return Reliability(tuple(rows), round(error, 4))


def held_out_confidences(found: Scored) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """For every link its confidence by a calibration on the other folds, and for each favour whether it would be taken."""
    confidence = np.zeros(len(found.score))
    taken = {favour: np.zeros(len(found.score), bool) for favour in FAVOURS}
    for number in sorted(set(found.fold.tolist())):
        mine = found.fold == number
        papers = np.ones(len(found.required), bool)
        papers[found.paper[mine]] = False
        other = calibration(found.some(papers))
        confidence[mine] = [other.confidence(score) for score in found.score[mine]]
        for favour in FAVOURS:
            taken[favour][mine] = confidence[mine] >= other.thresholds(favour)[0]
    return confidence, taken


def measured(found: Scored, papers: np.ndarray) -> dict[str, Any]:
    """How reliable confidences are, each link's by a calibration that had not seen its fold: of all links that are looked at, and of
    those that are taken where nothing is favoured. `papers` is a mask of shape (papers,); the others do not count.
    """
    confidence, taken = held_out_confidences(found)
    mine = papers[found.paper]
    chosen = {"all that are looked at": mine, "taken": mine & taken[BALANCED]}
    return {name: reliability(confidence[some], found.right[some]).as_json() for name, some in chosen.items()}
