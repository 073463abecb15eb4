"""The trees' fast evaluation against a plain walk through them."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from kg.reader import data_folder
from kg.recognize.columns import Columns
from kg.recognize.decide import Model
from kg.recognize.forest import SCALE, Forest, sigmoid, softmax

pytestmark = pytest.mark.usefixtures("way")


def _walk(forest: Forest, row: NDArray[np.float32]) -> list[int]:
    """Scores of one row by going from node to node."""
    sums = forest.base.astype(np.int64).tolist()
    for roots in forest.roots.tolist():
        for output, node in enumerate(roots):
            while forest.feature[node] >= 0:
                left = row[forest.feature[node]] <= forest.threshold[node]
                node = int((forest.left if left else forest.right)[node])
            sums[output] += int(forest.value[node])
    return sums


def _random(seed: int, columns: int = 4, outputs: int = 2, rounds: int = 5, most: int = 16) -> Forest:
    """A forest of trees grown at random, of 1 to `most` leaves, over columns of whole numbers."""
    rng = np.random.default_rng(seed)
    feature: list[int] = []
    threshold: list[float] = []
    left: list[int] = []
    right: list[int] = []
    value: list[int] = []

    def node() -> int:
        feature.append(-1)
        threshold.append(0.0)
        left.append(-1)
        right.append(-1)
        value.append(int(rng.integers(-SCALE, SCALE)))
        return len(feature) - 1

    roots = []
    for _ in range(rounds * outputs):
        root = node()
        leaves = [root]
        for _ in range(int(rng.integers(0, most))):
            at = leaves.pop(int(rng.integers(len(leaves))))
            feature[at], threshold[at] = int(rng.integers(columns)), float(rng.integers(-3, 4))
            left[at], right[at] = node(), node()
            leaves += [left[at], right[at]]
        roots.append(root)
    return Forest(
        tuple(f"c{i}" for i in range(columns)),
        tuple(f"o{i}" for i in range(outputs)),
        np.array(feature, np.int16),
        np.array(threshold, np.float32),
        np.array(left, np.int32),
        np.array(right, np.int32),
        np.array(value, np.int32),
        np.array(roots, np.int32).reshape(rounds, outputs),
        rng.integers(-SCALE, SCALE, outputs).astype(np.int32),
    )


def test_a_matrix_without_a_column_that_is_tested_is_refused() -> None:
    forest = _random(1)
    for rows in (np.zeros((3, 2), np.float32), np.zeros((1, 0), np.float32)):
        with pytest.raises(IndexError):
            forest.scores(rows)


@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 20, 300]), st.sampled_from([1, 2, 9, 16, 40]), st.integers(1, 3))
def test_scores_are_those_of_a_walk(seed: int, number: int, most: int, outputs: int) -> None:
    forest = _random(seed, most=most, outputs=outputs)
    # whole numbers, so that values often meet a threshold exactly; the most leaves decide how many trees are looked up together
    rows = np.random.default_rng(seed + 1).integers(-4, 5, (number, 4)).astype(np.float32)
    assert forest.scores(rows).tolist() == [_walk(forest, row) for row in rows]


@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 20, 300]))
def test_columns_of_any_type_are_scored_as_numbers(seed: int, number: int) -> None:
    forest, rng = _random(seed, columns=6), np.random.default_rng(seed + 1)
    columns = Columns(number)
    columns.add("flag", rng.integers(0, 2, number).astype(bool))
    columns.add("bytes", rng.integers(0, 5, number).astype(np.uint8))
    columns.add("count", rng.integers(-4, 5, number))
    columns.add("halves", rng.integers(-8, 9, number).astype(np.int16), 2)
    columns.add("number", rng.integers(-4, 5, number) / 2)
    columns.add("beyond 16 bits", rng.integers(-4, 5, number) * 20_000)
    matrix = columns.floats()
    assert matrix.dtype == np.float32
    assert forest.scores(columns).tolist() == forest.scores(matrix).tolist() == [_walk(forest, row) for row in matrix]


def test_a_threshold_beyond_the_type_of_a_column() -> None:
    columns = Columns(3)
    columns.add("flag", np.array([False, True, True]))
    for threshold, expected in ((-1e9, [2, 2, 2]), (-200.5, [2, 2, 2]), (0.5, [1, 2, 2]), (200.0, [1, 1, 1]), (1e9, [1, 1, 1])):
        leaves = np.array([0, 1, 2], np.int32)
        forest = Forest(
            ("flag",), ("o",), np.array([0, -1, -1], np.int16), np.array([threshold, 0, 0], np.float32),
            np.array([1, -1, -1], np.int32), np.array([2, -1, -1], np.int32), leaves, np.zeros((1, 1), np.int32), np.zeros(1, np.int32),
        )  # fmt: skip
        assert forest.scores(columns)[:, 0].tolist() == expected, threshold


def test_rows_and_columns_are_taken_spread_and_blanked() -> None:
    columns = Columns(3)
    columns.add("flag", np.array([True, False, True]))
    columns.add("eighths", np.array([4, -8, 255], np.int16), 8)
    assert columns.floats().tolist() == [[1, 0.5], [0, -1], [1, 31.875]]
    assert columns.floats(np.array([2, 0]), [1]).tolist() == [[31.875], [0.5]]
    assert columns.floats(np.array([False, True, False])).tolist() == [[0, -1]]
    assert columns.spread(np.array([4, 0, 1]), 5).floats().tolist() == [[0, -1], [1, 31.875], [0, 0], [0, 0], [1, 0.5]]
    some = columns.taken(np.array([2, 0]))
    some.add("more", np.array([0.5, 1]))
    assert some.floats().tolist() == [[1, 31.875, 0.5], [1, 0.5, 1]]
    assert columns.taken(np.array([False, True, False])).floats().tolist() == [[0, -1]]
    assert columns.names == ["flag", "eighths"]
    assert columns.blanked([1]).floats().tolist() == [[1, 0], [0, 0], [1, 0]]


@pytest.mark.parametrize("part", Model.FORESTS)
def test_the_shipped_forests_too(part: str) -> None:
    forest: Forest = getattr(Model.load(data_folder()), part)
    rng = np.random.default_rng(7)
    rows = rng.choice(np.array([-1, 0, 1, 2, 3, 8, 30], np.float32), (300, len(forest.columns)))
    assert forest.scores(rows[:12]).tolist() == [_walk(forest, row) for row in rows[:12]]
    assert forest.scores(rows)[:12].tolist() == forest.scores(rows[:12]).tolist()
    assert len(set(map(tuple, forest.scores(rows).tolist()))) > 1, "it looks at something"


def test_rows_do_not_depend_on_each_other() -> None:
    forest = _random(3)
    rows = np.random.default_rng(0).integers(-4, 5, (140_000, 4)).astype(np.float32)
    together = forest.scores(rows)
    for at in (0, 46_666, 46_667, 139_999):  # the first and last rows of parts
        assert forest.scores(rows[at : at + 1]).tolist() == [together[at].tolist()]


def test_rows_may_lie_in_memory_either_way() -> None:
    forest = _random(4)
    rows = np.random.default_rng(0).integers(-4, 5, (100, 4)).astype(np.float32)
    assert (forest.scores(np.asfortranarray(rows)) == forest.scores(rows)).all()


def test_no_rows_and_no_trees() -> None:
    assert _random(1).scores(np.zeros((0, 4), np.float32)).shape == (0, 2)
    empty = _random(1, rounds=0)
    assert empty.scores(np.zeros((2, 4), np.float32)).tolist() == [empty.base.tolist()] * 2


def test_a_copy_has_places_in_memory_of_its_own(way: str) -> None:
    """As forests that were used in another process have."""
    forest = _random(8)
    columns = Columns(3)
    for number in range(4):
        columns.add(str(number), np.array([-4, 0, 4], np.int16))
    expected = forest.scores(columns).tolist()
    again = pickle.loads(pickle.dumps(forest))
    if way == "compiled":
        thresholds = [one for _, _, one in again._trees._program.columns]
        assert again._trees._bounds.tolist() == [one.ctypes.data for one in thresholds]
        assert not again._trees._compared
    assert again.scores(columns).tolist() == again.scores(columns.floats()).tolist() == expected


def test_too_many_leaves_are_refused() -> None:
    big = next(f for f in (_random(s, outputs=1, rounds=1, most=200) for s in range(50)) if (f.feature < 0).sum() > 64)
    with pytest.raises(ValueError, match="leaves, 64 at most"):
        big.scores(np.zeros((1, 4), np.float32))


def test_save_and_load(tmp_path: Path) -> None:
    forest = _random(11)
    forest.save(tmp_path / "f.npz")
    again = Forest.load(tmp_path / "f.npz")
    assert (again.columns, again.outputs) == (forest.columns, forest.outputs)
    rows = np.random.default_rng(5).integers(-4, 5, (50, 4)).astype(np.float32)
    assert (again.scores(rows) == forest.scores(rows)).all()
    again.save(tmp_path / "g.npz")
    assert (tmp_path / "f.npz").read_bytes() == (tmp_path / "g.npz").read_bytes()


def test_a_model_is_saved_and_loaded(tmp_path: Path) -> None:
    forests = [_random(s, outputs=o) for s, o in enumerate((1, 1, 5, 7, 9, 1))]
    Model(*forests).save(tmp_path)
    again = Model.load(tmp_path)
    assert [getattr(again, part).outputs for part in Model.FORESTS] == [forest.outputs for forest in forests]
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(f"{p}.npz" for p in (*Model.FORESTS, "calibration"))


@given(st.lists(st.integers(-60 * SCALE, 60 * SCALE), min_size=1, max_size=9))
def test_probabilities(scores: list[int]) -> None:
    row = np.array([scores], np.int64)
    shares = softmax(row)[0]
    assert abs(shares.sum() - 1) <= 1e-4 * len(scores)
    assert shares[int(np.argmax(scores))] == shares.max()
    assert ((sigmoid(row) >= 0) & (sigmoid(row) <= 1)).all()
    assert sigmoid(np.array([0], np.int64)).tolist() == [0.5]


def test_scores_may_be_fractions() -> None:
    """As the network gives them."""
    assert sigmoid(np.array([0.0])).tolist() == [0.5]
    assert softmax(np.zeros((1, 4))).tolist() == [[0.25] * 4]
    assert softmax(np.array([[1000.0, -1000.0]]) * SCALE).tolist() == [[1, 0]]
