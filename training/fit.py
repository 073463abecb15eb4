"""Fits the trained decisions of `kg.recognize`: which grams are concepts, their types, and the relations to them.

usage: python training/fit.py SHARED OUT [--statistics FILE]

SHARED holds `gold` and `corpus`. OUT gets four files of trees (see `kg.recognize.decide.Model`). `training/crossvalidate.py`
fits the same on parts and scores the rest.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from gold import Curated, curated, wanted

from kg.catalog import Catalog
from kg.model import ConceptType, Relation
from kg.recognize.decide import Model, second_look
from kg.recognize.forest import SCALE, Forest, sigmoid
from kg.recognize.known import CatalogIndex
from kg.recognize.sight import Sight, look
from kg.recognize.statistics import Statistics

TYPES = tuple(t.value for t in ConceptType)
RELATIONS = tuple(r.value for r in Relation)
FIRST: dict[str, Any] = {"learning_rate": 0.06, "num_leaves": 15, "min_data_in_leaf": 20, "feature_fraction": 0.3, "bagging_fraction": 0.8,
                         "bagging_freq": 1, "lambda_l2": 2.0}  # fmt: skip
SECOND = FIRST | {"learning_rate": 0.05, "min_data_in_leaf": 10, "feature_fraction": 0.4}
MANY = SECOND | {"num_leaves": 10}
FIRST_ROUNDS, SECOND_ROUNDS, MANY_ROUNDS = 300, 150, 120


def boosted(
    x: np.ndarray, y: np.ndarray, weight: np.ndarray, params: dict[str, Any], rounds: int, columns: Sequence[str],
    outputs: Sequence[str] = ("is",), seeds: Sequence[int] = (1,),
) -> Forest:  # fmt: skip
    """Fits boosted trees, one forest a seed, and joins them into one whose score is their mean."""
    import lightgbm

    forests = []
    for seed in seeds:
        extra: dict[str, Any] = {"objective": "binary"} if len(outputs) == 1 else {"objective": "multiclass", "num_class": len(outputs)}
        settings = params | extra | {"seed": seed, "verbose": -1, "num_threads": 2, "deterministic": True, "force_row_wise": True}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            booster = lightgbm.train(settings, lightgbm.Dataset(x, y, weight=weight, params={"verbose": -1}), rounds)
        forests.append(booster.dump_model()["tree_info"])
    return _forest(forests, columns, outputs)


def _forest(dumps: list[list[dict[str, Any]]], columns: Sequence[str], outputs: Sequence[str]) -> Forest:
    feature: list[int] = []
    threshold: list[float] = []
    left: list[int] = []
    right: list[int] = []
    value: list[int] = []
    roots: list[int] = []

    def add(node: dict[str, Any]) -> int:
        me = len(feature)
        leaf = "leaf_value" in node
        feature.append(-1 if leaf else node["split_feature"])
        # float32 rounded down, so that `<=` decides as in training for values that float32 holds
        cut = 0.0 if leaf else np.float32(node["threshold"])
        if not leaf and cut > node["threshold"]:
            cut = np.nextafter(cut, np.float32(-np.inf))
        threshold.append(float(cut))
        value.append(round(node["leaf_value"] / len(dumps) * SCALE) if leaf else 0)
        left.append(0)
        right.append(0)
        if not leaf:
            left[me] = add(node["left_child"])
            right[me] = add(node["right_child"])
        return me

    for dump in dumps:
        roots.extend(add(tree["tree_structure"]) for tree in dump)
    return Forest(
        tuple(columns), tuple(outputs), np.array(feature, np.int16), np.array(threshold, np.float32), np.array(left, np.int32),
        np.array(right, np.int32), np.array(value, np.int32), np.array(roots, np.int32).reshape(-1, len(outputs)),
        np.zeros(len(outputs), np.int32),
    )  # fmt: skip


def fit(sight: Sight, papers: Sequence[Curated], train: np.ndarray, seeds: Sequence[int] = (1,), inner: int = 4) -> Model:
    """Fits all four forests on the papers whose index is in `train`.

    The second look is trained on scores of first looks that had not seen the paper (`inner` folds), as it will meet them.
    """
    labels = wanted(sight, list(papers))
    paper = sight.groups.paper
    positive = labels.required & (labels.entity >= 0)
    optional = (labels.entity >= 0) & ~labels.required
    usable = np.isin(paper, train) & ~optional
    weight = np.ones(len(paper))
    columns = sight.columns

    def first_look(rows: np.ndarray, some: Sequence[int]) -> Forest:
        return boosted(sight.matrix[rows], positive[rows].astype(int), weight[rows], FIRST, FIRST_ROUNDS, columns, seeds=some)

    unseen = np.zeros(len(paper))
    folds = np.random.default_rng(0).permutation(len(train)) % inner
    for fold in range(inner):
        held = np.isin(paper, train[folds == fold])
        forest = first_look(np.flatnonzero(usable & ~held), seeds[:1])
        unseen[held] = sigmoid(forest.scores(sight.matrix[held]))[:, 0]
    first = first_look(np.flatnonzero(usable), seeds)
    chosen, matrix = second_look(sight, unseen)
    from kg.recognize.context import COLUMNS as AROUND

    wide = (*columns, *AROUND)
    mine = usable[chosen]
    second = boosted(matrix[mine], positive[chosen][mine].astype(int), weight[chosen][mine], SECOND, SECOND_ROUNDS, wide, seeds=seeds)
    score = np.round((sigmoid(second.scores(matrix))[:, 0] + unseen[chosen]) / 2, 4)
    # types and relations learn from optional entities too, with half the weight
    labelled = (labels.entity[chosen] >= 0) & np.isin(paper[chosen], train)
    x = np.concatenate([matrix, score[:, None].astype(np.float32)], axis=1)[labelled]
    rows = chosen[labelled]
    entities = [papers[paper[g]].entities[labels.entity[g]] for g in rows]
    w = np.where(labels.required[rows], 1.0, 0.5)
    final = (*wide, "score")
    types = boosted(x, np.array([TYPES.index(e["type"]) for e in entities]), w, MANY, MANY_ROUNDS, final, TYPES, seeds)
    relations = boosted(x, np.array([RELATIONS.index(e["relation"]) for e in entities]), w, MANY, MANY_ROUNDS, final, RELATIONS, seeds)
    return Model(first, second, types, relations)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("shared", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--statistics", type=Path, default=Path("kg/recognize/data/statistics.npz"))
    parser.add_argument("--seeds", type=int, default=3)
    args = parser.parse_args()
    papers = curated(args.shared)
    sight = look([c.paper for c in papers], Statistics.load(args.statistics), CatalogIndex(Catalog.load()))
    model = fit(sight, papers, np.arange(len(papers)), tuple(range(1, args.seeds + 1)))
    model.save(args.out)
    size = sum(p.stat().st_size for p in args.out.glob("*.npz"))
    print(f"{args.out}: trained on {len(papers)} papers, {size / 1e6:.1f} MB", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
