"""Forests say what LightGBM says of the same rows."""

from __future__ import annotations

import numpy as np

from kg.recognize.forest import SCALE, sigmoid
from kg.training.boost import FIXED, boosted
from kg.training.boost import lightgbm as lightgbm_

lightgbm = lightgbm_()
PARAMS = {"num_leaves": 8, "min_data_in_leaf": 5}


def rows() -> tuple[np.ndarray, np.ndarray]:
    x = np.random.default_rng(1).normal(size=(400, 6)).astype(np.float32)
    return x, (x[:, 0] + x[:, 1] * x[:, 2] > 0).astype(int)


def test_the_scores_are_those_of_the_booster() -> None:
    x, y = rows()
    found = boosted(x, y, np.ones(len(y)), PARAMS, 30, list("abcdef"))
    booster = lightgbm.train(PARAMS | FIXED | {"objective": "binary", "seed": 1}, lightgbm.Dataset(x, y, params={"verbose": -1}), 30)
    wanted = booster.predict(x, raw_score=True)
    assert np.abs(found.scores(x)[:, 0] / SCALE - wanted).max() < 0.001
    assert ((sigmoid(found.scores(x))[:, 0] > 0.5) == y).mean() > 0.9


def test_several_seeds_are_their_mean() -> None:
    x, y = rows()
    sampled = PARAMS | {"feature_fraction": 0.5}
    one, two, both = (boosted(x, y, np.ones(len(y)), sampled, 10, list("abcdef"), seeds=s).scores(x) for s in ((1,), (2,), (1, 2)))
    assert (one != two).any()
    assert np.abs((one + two) / 2 - both).max() < 100


def test_several_outputs() -> None:
    x, y = rows()
    found = boosted(x, y + (x[:, 3] > 1), np.ones(len(y)), PARAMS, 10, list("abcdef"), ("no", "yes", "very"))
    assert found.roots.shape == (10, 3)
    assert (found.scores(x).argmax(axis=1) == y + (x[:, 3] > 1)).mean() > 0.8
