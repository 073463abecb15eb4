"""Boosted trees: fitted by LightGBM, turned into the forests that ship."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from types import ModuleType
from typing import Any

import numpy as np

from kg.extras import needed
from kg.recognize.forest import SCALE, Forest

LARGEST = float(np.finfo(np.float32).max)
#: The same trees in every run, whatever the number of threads.
FIXED = {"verbose": -1, "num_threads": 0, "deterministic": True, "force_row_wise": True}


def lightgbm() -> ModuleType:
    """The package LightGBM.

    Raises:
        EnvironmentError_: it is not installed, or does not load.
    """
    return needed("lightgbm", "train", "LightGBM")


def boosted(
    x: np.ndarray, y: np.ndarray, weight: np.ndarray, params: dict[str, Any], rounds: int, columns: Sequence[str],
    outputs: Sequence[str] = ("is",), seeds: Sequence[int] = (1,),
) -> Forest:  # fmt: skip
    """Fits boosted trees, one forest a seed, and joins them into one whose score is their mean.

    Args:
        x: shape (rows, len(columns)).
        y: with one output 0 or 1, with several an index into `outputs`; shape (rows,).
        weight: of each row; shape (rows,).
        params: parameters of LightGBM beside objective, seed and what `FIXED` has.
        rounds: trees of each output and seed.

    Raises:
        EnvironmentError_: LightGBM is not there.
    """
    package = lightgbm()
    forests = []
    for seed in seeds:
        extra: dict[str, Any] = {"objective": "binary"} if len(outputs) == 1 else {"objective": "multiclass", "num_class": len(outputs)}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            data = package.Dataset(x, y, weight=weight, params={"verbose": -1})
            booster = package.train(params | extra | FIXED | {"seed": seed}, data, rounds)
        forests.append(booster.dump_model()["tree_info"])
    return forest(forests, columns, outputs)


def forest(dumps: Sequence[Sequence[dict[str, Any]]], columns: Sequence[str], outputs: Sequence[str]) -> Forest:
    """Trees as LightGBM dumps them (`tree_info`), one list a seed, as one forest."""
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
        # float32 rounded down, so that `<=` decides as in training for values that float32 holds; where LightGBM parts what is
        # known from what is not (NaN), the cut is beyond all of them
        cut = np.float32(0.0 if leaf else min(node["threshold"], LARGEST))
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
