"""What may decide which word sequences are concepts, compared on the same papers: the listing, by what was fitted on other venues.

A choice gives every candidate a score. *Average precision* is over all of them; *F1* is that of the best threshold. Candidates count by
themselves here, before they are chosen among, put together and linked, so these figures compare with each other only. *Milliseconds* are
those of one core for a paper, from columns that are there already.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy.optimize import minimize

from kg.catalog import Catalog
from kg.recognize.decide import both_looks
from kg.recognize.forest import SCALE, sigmoid
from kg.recognize.known import CatalogIndex
from kg.recognize.network import Network
from kg.recognize.sight import Sight, look
from kg.recognize.statistics import Statistics
from kg.training import Say, unheard
from kg.training.fit import QUICK, fit
from kg.training.gold import LISTING, Curated, wanted

Scores = np.ndarray


def linear(x: np.ndarray, y: np.ndarray) -> Callable[[np.ndarray], Scores]:
    """Logistic regression on the logarithms of the columns, with half the square of the weights as penalty."""

    def squeezed(of: np.ndarray) -> np.ndarray:
        return np.sign(of) * np.log1p(np.abs(of))

    x = squeezed(x)
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-3
    x = np.clip((x - mean) / spread, -4, 4)

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        out = x @ w[1:] + w[0]
        rest = 1 / (1 + np.exp(-out)) - y
        slope = np.concatenate([[rest.sum()], x.T @ rest + w[1:]])
        return float((np.logaddexp(0, out) - y * out).sum() + 0.5 * (w[1:] ** 2).sum()), slope

    best = minimize(loss, np.zeros(x.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": 200}).x
    return lambda of: np.clip((squeezed(of) - mean) / spread, -4, 4) @ best[1:] + best[0]


def measure(papers: Sequence[Curated], catalog: Catalog, statistics: Statistics, network: Network, say: Say = unheard) -> dict[str, Any]:
    """Figures of every choice, by its name; `network` must not have seen the listing."""
    index = CatalogIndex(catalog)
    others, mine = ([p for p in papers if (p.part == LISTING) is held] for held in (False, True))
    known = look([p.paper for p in others], statistics, index)
    sight = look([p.paper for p in mine], statistics, index)
    labels, given = wanted(sight, mine), wanted(known, others)
    usable = given.required | (given.entity < 0)
    say("fitting")
    model = fit(known, others, np.arange(len(others)), effort=QUICK)
    line = linear(known.matrix[usable], given.required[usable].astype(float))
    counts = labels.required | (labels.entity < 0)
    groups = np.arange(len(sight.groups))

    def of_chosen(chosen: np.ndarray, score: np.ndarray) -> Scores:
        whole = np.zeros(len(sight.groups))
        whole[chosen] = score
        return whole

    def trees(of: Sight) -> Scores:
        seen = both_looks(of, model)
        return of_chosen(seen.chosen, seen.score)

    def network_alone(chosen: np.ndarray) -> Scores:
        read = network.scores(sight.words, sight.grams, sight.groups, len(mine), chosen).astype(np.float64)
        return of_chosen(chosen, sigmoid(read[:, 0] * SCALE))

    def both() -> Scores:
        seen = both_looks(sight, model)
        return of_chosen(seen.chosen, (seen.score + network_alone(seen.chosen)[seen.chosen]) / 2)

    choices: dict[str, Callable[[], Scores]] = {
        "logistic regression": lambda: line(sight.matrix),
        "boosted trees, each candidate by itself": lambda: sigmoid(model.first.scores(sight.seen))[:, 0],
        "boosted trees, with what they say around": lambda: trees(sight),
        "convolutional network": lambda: network_alone(groups),
        "trees and network": both,
    }
    found = {}
    for name, choice in choices.items():
        say(name)
        begin = time.process_time()
        score = choice()
        spent = time.process_time() - begin
        precision, f1 = figures(score[counts], labels.required[counts])
        found[name] = {"average_precision": precision, "f1": f1, "milliseconds": round(1000 * spent / len(mine), 2)}
    return found


def figures(score: Scores, right: np.ndarray) -> tuple[float, float]:
    """Average precision, and F1 of the best threshold."""
    hits = np.cumsum(right[np.argsort(-score, kind="stable")])
    rank = np.arange(1, len(hits) + 1)
    gain = np.diff(hits, prepend=0)
    return round(float((hits / rank * gain).sum() / hits[-1]), 4), round(float((2 * hits / (rank + hits[-1])).max()), 4)


def lines(found: dict[str, Any]) -> list[str]:
    """The figures as Markdown."""
    rows = ["| what decides | average precision | F1 | ms a paper |", "|---|---:|---:|---:|"]
    return [
        *rows,
        *(f"| {name} | {one['average_precision']:.3f} | {one['f1']:.3f} | {one['milliseconds']:.1f} |" for name, one in found.items()),
    ]
