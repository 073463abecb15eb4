"""Fits which grams are concepts, their types, and the relations to them."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import Any

import numpy as np

from kg.catalog import Catalog
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
from kg.training.kept import KeptModels
from kg.training.same import apart
from kg.training.silver import NONE, Lessons, Silver, fit_again, fit_network
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
        return boosted(sight.seen.floats(rows), positive[rows].astype(int), weight[rows], rated(FIRST), effort.first, columns, seeds=some)

    unseen = np.zeros(len(paper))
    folds = np.random.default_rng(0).permutation(len(train)) % effort.inner
    for fold in range(effort.inner):
        held = np.isin(paper, train[folds == fold])
        forest = first_look(np.flatnonzero(usable & ~held), seeds[:1])
        unseen[held] = sigmoid(forest.scores(sight.seen.floats(held)))[:, 0]
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


@dataclass(frozen=True, slots=True)
class Job:
    """What models are fitted on: curated papers with all that is known of the field, and whether each model gets an encoder."""

    papers: Sequence[Curated]
    catalog: Catalog
    statistics: Statistics
    seeds: Sequence[int] = (1,)
    silver: Silver = NONE
    encoder: bool = False


class _Fitter:
    """Fits one model after another on some of the papers; what is seen of them is looked at once."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._index = CatalogIndex(job.catalog)
        self._sight = look([c.paper for c in job.papers], job.statistics, self._index)

    def __call__(self, train: np.ndarray, say: Say = unheard) -> Model:
        job, sight = self._job, self._sight
        model = fit(sight, job.papers, train, job.seeds)
        lessons = Lessons(sight, job.papers, train, job.silver, job.statistics, self._index, say)
        model = replace(model, network=fit_network(lessons, model))
        if job.encoder:
            model = replace(model, encoder=fit_encoder(lessons, model))
            model = replace(model, network=fit_again(lessons, model))
        return model


_fitter: _Fitter | None = None


def _begin(job: Job) -> None:
    """What a process of its own does first."""
    global _fitter
    _fitter = _Fitter(job)


def _next(train: np.ndarray) -> Model:
    assert _fitter is not None
    return _fitter(train)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Processes that begin within the block compute by one thread each: together they use all cores, and do not wait for one another."""
    before = os.environ.get("OMP_NUM_THREADS")
    os.environ["OMP_NUM_THREADS"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["OMP_NUM_THREADS"]
        else:
            os.environ["OMP_NUM_THREADS"] = before


def models(job: Job, trains: Sequence[np.ndarray], workers: int = 1, say: Say = unheard, kept: KeptModels | None = None) -> list[Model]:
    """A model for each choice of papers (indices), whatever the number of processes that fit them; those that are `kept` are not fitted
    again, and others are kept once they are."""
    found: dict[int, Model] = {}
    if kept is not None:
        found = {n: model for n, train in enumerate(trains) if (model := kept.load(train)) is not None}
    missing = [n for n in range(len(trains)) if n not in found]
    if found:
        say(f"{len(found)} of {len(trains)} models were kept")
    with closing(_fitted(job, [trains[n] for n in missing], workers, say)) as made:
        for n, model in zip(missing, made, strict=True):
            found[n] = model if kept is None else kept.keep(trains[n], model)
            say(f"{len(found)} of {len(trains)} models fitted")
    return [found[n] for n in range(len(trains))]


def _fitted(job: Job, trains: Sequence[np.ndarray], workers: int, say: Say) -> Generator[Model]:
    """The models in order, each as soon as it is there."""
    if not trains:
        return
    if workers == 1 or len(trains) < 2:
        fitter = _Fitter(job)
        yield from (fitter(train, say) for train in trains)
        return
    with _one_thread():
        pool = ProcessPoolExecutor(min(workers, len(trains)), get_context("spawn"), _begin, (job,))
        try:
            yield from pool.map(_next, trains)
        finally:
            pool.shutdown(cancel_futures=True)
