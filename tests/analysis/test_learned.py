from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize

from kg.analysis import predict, proximity
from kg.analysis.arrays import NO_YEAR, Arrays, arrays
from kg.analysis.holdout import judge, split
from kg.analysis.learned import FEATURES, activity, features, fit, learn
from kg.errors import UsageError
from kg.graph import Graph

RNG = np.random.default_rng(23)


@pytest.fixture(scope="module")
def past() -> Arrays:
    """Twelve groups of ten concepts over nine years; most papers name two of one group, and each year has its own favourites."""
    rng = np.random.default_rng(29)
    years, concepts = [], []
    for n in range(2700):
        year = n // 300
        chance = 1 / (1 + np.abs(np.arange(10) - year)) ** 2
        years.append(2000 + year)
        own = rng.integers(12) * 10 + rng.choice(10, 2, replace=False, p=chance / chance.sum())
        if rng.random() < 0.4:
            own[1] = (own[1] + 10 * rng.integers(1, 12)) % 120
        concepts.append(own)
    nothing = np.empty(0, dtype=np.int32)
    small = nothing.astype(np.int8)
    return Arrays(
        "", [f"c{n:03}" for n in range(120)], [""] * 120, np.zeros(120, dtype=np.int8), np.ones(120, dtype=bool),
        [f"p{n:04}" for n in range(2700)], np.array(years, dtype=np.int32), np.repeat(np.arange(2700), 2).astype(np.int32),
        np.concatenate(concepts).astype(np.int32), np.zeros(5400, dtype=np.int8), np.ones(5400), nothing, nothing, small, nothing,
        np.empty(0),
    )  # fmt: skip


def test_weights_are_the_minimum_of_the_penalised_loss() -> None:
    values = RNG.normal(size=(200, 3))
    wanted = (values @ [1.0, -2.0, 0.0] + RNG.normal(size=200) > 0.5).astype(float)

    def loss(w: np.ndarray) -> float:
        z = values @ w[:-1] + w[-1]
        return float((np.logaddexp(0, z) - wanted * z).sum() + (w[:-1] ** 2).sum() / 2)

    found = fit(values, wanted)
    assert found == pytest.approx(minimize(loss, np.zeros(4), tol=1e-12).x, abs=1e-4)
    # what is told apart without a mistake still has an end
    assert np.isfinite(fit(values, (values[:, 0] > 0).astype(float))).all()


def test_features_are_what_they_say(past: Arrays) -> None:
    made = split(past, 2006)
    used = activity(past, made.concepts, 2006)
    rows = np.array([3, 50])
    found = dict(zip(FEATURES, features(made.net, used, rows), strict=True))
    assert found["ln adamic-adar"] == pytest.approx(np.log1p(proximity.adamic_adar(made.net, rows)))
    assert found["cosine of factors"][0, 3] == pytest.approx(1)
    years = past.years[past.link_paper]
    for name, since in (("ln papers", 0), ("ln papers of three years", 2003), ("ln papers of a year", 2005)):
        count = [int(((past.link_concept == made.concepts[c]) & (years < 2006) & (years >= since)).sum()) for c in (3, 70)]
        assert found[name][0, 70] == pytest.approx(np.log1p(count).sum())


def test_what_is_learnt_beats_what_it_is_learnt_from(past: Arrays) -> None:
    made = split(past, 2006)
    learned = learn(past, 2006, "co-use", 1).score(activity(past, made.concepts, 2006))
    found = {r["name"]: r for r in judge(made, {**proximity.SCORES, "learned": learned})}
    best = max(r["auc_uniform"] for name, r in found.items() if name != "learned")
    assert found["learned"]["auc_uniform"] > best + 0.01
    assert found["learned"]["auc_matched"] > found["popularity"]["auc_matched"] + 0.02


def test_the_score_is_the_weighted_sum(past: Arrays) -> None:
    made = split(past, 2006)
    used, found = activity(past, made.concepts, 2006), learn(past, 2006, "co-use", 1)
    rows = np.array([0, 7, 99])
    total = sum(
        w * (x - m) / s for x, m, s, w in zip(features(made.net, used, rows), found.mean, found.spread, found.weights, strict=False)
    )
    assert found.score(used)(made.net, rows) == pytest.approx(1 / (1 + np.exp(-(total + found.weights[-1]))))


def test_nothing_of_the_future_is_looked_at(past: Arrays) -> None:
    late = past.years[past.link_paper] >= 2006
    other = past.link_concept.copy()
    other[late] = RNG.permutation(other[late])
    undated = replace(past, years=np.where(past.years >= 2006, NO_YEAR, past.years))
    for changed in (replace(past, link_concept=other), replace(past, years=np.where(past.years >= 2006, 2050, past.years)), undated):
        one, again = (learn(a, 2006, "co-use", 1) for a in (past, changed))
        assert (one.weights == again.weights).all() and (one.mean == again.mean).all()


def test_predictions_of_a_graph(graph_of: Callable[..., Graph]) -> None:
    rng = np.random.default_rng(3)
    names = [f"{letter}{n}" for letter in "mtd" for n in range(7)]
    papers = {f"p{n:03}": tuple(names[i] for i in sorted(rng.choice(21, 2, replace=False))) for n in range(60)}
    years = {paper: 2000 + n // 10 for n, paper in enumerate(papers)}
    graph = graph_of(papers, years=years)
    result = predict(graph, by="learned", least=2, top=5)
    assert len(result.table) == 5 and all(0 < s < 1 for s in result.table.column("score"))
    assert all(share is None for share in result.tables["paths"].column("share"))
    assert result == predict(Graph.open(graph.path), by="learned", least=2, top=5)
    made = arrays(graph)
    together = {frozenset(c) for c in papers.values()}
    assert all(frozenset((r[1], r[4])) not in together for r in result.table)
    assert made.years.max() == 2005


def test_a_past_in_which_everything_is_joined(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of(
        {"p1": ("m1",), "p2": ("t1",), "p3": ("m1", "t1"), "p4": ("m1",)}, years={"p1": 2000, "p2": 2000, "p3": 2008, "p4": 2009}
    )
    with pytest.raises(UsageError, match="finds no pair of concepts that stays apart"):
        predict(graph, by="learned", least=1)


def test_a_graph_without_a_past(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of({"p1": ("m1", "t1"), "p2": ("m1", "d1")})
    with pytest.raises(UsageError, match=r"the score 'learned' needs a past to learn from.*no paper has a year.*adamic-adar"):
        predict(graph, by="learned", least=1)
