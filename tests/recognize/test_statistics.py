"""Counts of the field's language, looked up by key."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from kg.recognize.grams import key
from kg.recognize.statistics import COLUMNS, STEPS, Statistics, pack


@pytest.fixture(scope="module")
def small() -> Statistics:
    """Two grams and one word."""
    keys = np.array(sorted([key("deeplearning"), key("bert")]), np.uint64)
    counts = np.array([[7] * len(COLUMNS) if k == key("bert") else [1] * len(COLUMNS) for k in keys.tolist()])
    return Statistics(keys, pack(counts), np.array([key("net")], np.uint64), pack(np.array([[1, 3]])))


def test_look_up(small: Statistics) -> None:
    rows = small.look_up(np.array([key("bert"), key("unknown"), key("deeplearning")], np.uint64))
    assert rows.shape == (3, len(COLUMNS))
    assert rows[0].tolist() == [3 * STEPS] * len(COLUMNS), "log2(1 + 7)"
    assert rows[1].tolist() == [0] * len(COLUMNS)
    assert rows[2].tolist() == [STEPS] * len(COLUMNS)
    assert small.look_up_words(np.array([key("net"), key("nets")], np.uint64)).tolist() == [[STEPS, 2 * STEPS], [0, 0]]
    assert small.look_up(np.zeros(0, np.uint64)).shape == (0, len(COLUMNS))


def test_packing_keeps_order_and_small_counts() -> None:
    counts = np.arange(200_000)
    packed = pack(counts)
    assert (np.diff(packed.astype(int)) >= 0).all()
    assert pack(np.array([0, 1, 3, 7])).tolist() == [0, 8, 16, 24]
    assert pack(np.array([2**40])).tolist() == [255]


def test_save_and_load(small: Statistics, tmp_path: Path) -> None:
    small.save(tmp_path / "s.npz")
    again = Statistics.load(tmp_path / "s.npz")
    for part in fields(Statistics):
        assert np.array_equal(getattr(again, part.name), getattr(small, part.name))


def test_the_shipped_statistics_know_the_field(statistics: Statistics) -> None:
    df = COLUMNS.index("df")
    found = statistics.look_up(np.array([key("neuralnetwork"), key("deeplearning"), key("qwxzyk")], np.uint64))[:, df]
    assert found[0] > 8 * STEPS
    assert found[1] > 8 * STEPS
    assert found[2] == 0
    for keys in (statistics.keys, statistics.word_keys):
        assert (np.diff(keys.astype(np.float64)) >= 0).all(), "looked up by binary search"
