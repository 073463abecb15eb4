"""Fits which grams are concepts, their types, and the relations to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from kg.catalog import Catalog
from kg.reader import Reader
from kg.recognize.context import COLUMNS as AROUND
from kg.recognize.decide import Model, second_look, with_score
from kg.recognize.forest import Forest, sigmoid
from kg.recognize.known import CatalogIndex
from kg.recognize.sight import Sight, look
from kg.recognize.statistics import Statistics
from kg.training import Say, unheard
from kg.training.boost import boosted
from kg.training.encoder import fit_encoder
from kg.training.gold import RELATIONS, TYPES, Curated, wanted
from kg.training.same import apart
from kg.training.silver import NONE, Silver, fit_network
from kg.training.statements import nothing

FIRST: dict[str, Any] = {"learning_rate": 0.06, "num_leaves": 15, "min_data_in_leaf": 20, "feature_fraction": 0.3, "bagging_fraction": 0.8,
                         "bagging_freq": 1, "lambda_l2": 2.0}  # fmt: skip
SECOND = FIRST | {"learning_rate": 0.05, "min_data_in_leaf": 10, "feature_fraction": 0.4}
MANY = SECOND | {"num_leaves": 10}


@dataclass(frozen=True, slots=True)
class Effort:
    """Rounds of each forest, by how much the learning rate is raised for having fewer, and folds of the first look."""

    first: int = 300
    second: int = 150
    many: int = 120
    rate: float = 1.0
    inner: int = 4


FULL = Effort()
#: A third of the work, and about 0.01 less F1: enough to see whether a change does harm.
QUICK = Effort(120, 60, 40, 2.2, 2)


def fit(sight: Sight, papers: Sequence[Curated], train: np.ndarray, seeds: Sequence[int] = (1,), effort: Effort = FULL) -> Model:
    """Fits the four forests of single things on the papers whose index is in `train`.

    The second look is trained on scores of first looks that had not seen the paper (folds within `train`), as it will meet them.
    """

    def rated(params: dict[str, Any]) -> dict[str, Any]:
        return params | {"learning_rate": round(params["learning_rate"] * effort.rate, 4)}

    labels = wanted(sight, list(papers))
    paper = sight.groups.paper
    positive = labels.required & (labels.entity >= 0)
    optional = (labels.entity >= 0) & ~labels.required
    usable = np.isin(paper, train) & ~optional
    weight = np.ones(len(paper))
    columns = sight.columns

    def first_look(rows: np.ndarray, some: Sequence[int]) -> Forest:
        return boosted(sight.matrix[rows], positive[rows].astype(int), weight[rows], rated(FIRST), effort.first, columns, seeds=some)

    unseen = np.zeros(len(paper))
    folds = np.random.default_rng(0).permutation(len(train)) % effort.inner
    for fold in range(effort.inner):
        held = np.isin(paper, train[folds == fold])
        forest = first_look(np.flatnonzero(usable & ~held), seeds[:1])
        unseen[held] = sigmoid(forest.scores(sight.matrix[held]))[:, 0]
    first = first_look(np.flatnonzero(usable), seeds)
    chosen, matrix = second_look(sight, unseen)
    wide = (*columns, *AROUND)
    mine = usable[chosen]
    second = boosted(
        matrix[mine], positive[chosen][mine].astype(int), weight[chosen][mine], rated(SECOND), effort.second, wide, seeds=seeds
    )
    score = np.round((sigmoid(second.scores(matrix))[:, 0] + unseen[chosen]) / 2, 4)
    # types and relations learn from optional entities too, with half the weight
    labelled = (labels.entity[chosen] >= 0) & np.isin(paper[chosen], train)
    x = with_score(matrix, score)[labelled]
    rows = chosen[labelled]
    entities = [papers[paper[g]].entities[labels.entity[g]] for g in rows]
    w = np.where(labels.required[rows], 1.0, 0.5)
    final = (*wide, "score")
    types = boosted(x, np.array([TYPES.index(e["type"]) for e in entities]), w, rated(MANY), effort.many, final, TYPES, seeds)
    relations = boosted(
        x, np.array([RELATIONS.index(e["relation"]) for e in entities]), w, rated(MANY), effort.many, final, RELATIONS, seeds
    )
    return Model(first, second, types, relations, nothing(), apart())


def held_out(
    papers: Sequence[Curated], catalog: Catalog, statistics: Statistics, fold: np.ndarray, seeds: Sequence[int] = (1,),
    silver: Silver = NONE, encoder: bool = False, say: Say = unheard,
) -> list[Reader]:  # fmt: skip
    """A reader for each fold, trained on the papers of the others; with an encoder if asked for.

    `fold` is that of every paper, numbers from 0 on.
    """
    index = CatalogIndex(catalog)
    sight = look([c.paper for c in papers], statistics, index)
    readers = []
    folds = int(fold.max()) + 1
    for number in range(folds):
        others = np.flatnonzero(fold != number)
        model = fit(sight, papers, others, seeds)
        model = replace(model, network=fit_network(sight, papers, others, model, silver, statistics, index))
        if encoder:
            model = replace(model, encoder=fit_encoder(sight, papers, others, model, silver, statistics, index, say))
        readers.append(Reader(catalog, model=model, statistics=statistics))
        say(f"fold {number + 1} of {folds} fitted")
    return readers
