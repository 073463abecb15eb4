"""Fits which things of a paper are one concept: pairs of things that a reader sees which does not know the paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kg.reader import Reader, data_folder
from kg.recognize.decide import Model
from kg.recognize.forest import Forest
from kg.recognize.same import COLUMNS, Linked, pairs_of
from kg.text import fold
from kg.training.boost import boosted
from kg.training.gold import Curated

PARAMETERS: dict[str, Any] = {"learning_rate": 0.08, "num_leaves": 7, "min_data_in_leaf": 10, "max_bin": 31, "feature_fraction": 0.4,
                              "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 5.0}  # fmt: skip
ROUNDS = 80
#: Pairs of each kind without which nothing is fitted.
LEAST = 30


@dataclass(frozen=True, slots=True)
class SameRows:
    """Pairs of things of one paper, shape (pairs, len(COLUMNS)), whether they are one concept, and what that weighs."""

    matrix: np.ndarray
    label: np.ndarray
    weight: np.ndarray


def same_rows(papers: Sequence[Curated], readers: Sequence[Reader], fold_of: np.ndarray) -> list[SameRows]:
    """The pairs of every paper, of the things that the reader of its fold links where it takes nearly everything."""
    broader = readers[0].hierarchy.broader
    found = []
    for n, item in enumerate(papers):
        sight, linked = readers[fold_of[n]].linked(item.paper)
        pairs = pairs_of(sight, linked, broader)
        owner = [_entity(one, item) for one in linked]
        rows = []
        for number, (a, b) in enumerate(zip(pairs.first, pairs.second, strict=True)):
            # of a thing that no curator lists nothing is known
            if owner[a] >= 0 and owner[b] >= 0:
                both = item.entities[owner[a]]["required"] and item.entities[owner[b]]["required"]
                rows.append((number, owner[a] == owner[b], 1.0 if both else 0.5))
        index = np.array([r[0] for r in rows], np.int64)
        found.append(SameRows(pairs.matrix[index], np.array([r[1] for r in rows], np.int64), np.array([r[2] for r in rows])))
    return found


def _entity(linked: Linked, item: Curated) -> int:
    """The number of the curated entity that a thing is, required ones first, or -1."""
    thing = linked[0]
    own = {fold(text) for text in (*thing.texts, *thing.long, *thing.short)}
    for n, entity in sorted(enumerate(item.entities), key=lambda one: not one[1]["required"]):
        if own & {fold(name) for name in (entity["name"], *entity["aliases"], *entity["mentions"])}:
            return n
    return -1


def fit_same(rows: Sequence[SameRows], seeds: Sequence[int] = (1,)) -> Forest:
    """Fits the decision on pairs; where there are too few to learn from, the one that ships."""
    x, y, w = (np.concatenate([getattr(r, name) for r in rows]) for name in ("matrix", "label", "weight"))
    if not LEAST <= y.sum() <= len(y) - LEAST:
        return Model.load(data_folder()).same
    return boosted(x, y, w, PARAMETERS, ROUNDS, COLUMNS, seeds=seeds)


def apart() -> Forest:
    """A forest for which no two things are one: what a model has until one is fitted."""
    return Forest.constant(COLUMNS, ("is",), [-20])
