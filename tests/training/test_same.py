"""What is learned of names of one concept: labels come from curated entities, and too few teach nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kg.model import Paper
from kg.reader import Reader, data_folder
from kg.recognize.decide import Model
from kg.recognize.forest import sigmoid
from kg.recognize.same import COLUMNS
from kg.training.gold import Curated
from kg.training.same import LEAST, SameRows, apart, fit_same, same_rows


def entity(name: str, *aliases: str, required: bool = True) -> dict[str, object]:
    names = [name, *aliases]
    return {"name": name, "type": "Task", "relation": "addresses", "aliases": names[1:], "mentions": names, "required": required}


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(threshold=0.05)


def test_pairs_are_labelled_by_the_curated_entities(reader: Reader) -> None:
    text = "We study moss segmentation and fern segmentation. For neural moss segmentation we train MossNet."
    paper = Paper("p", "On Moss", text)
    moss, fern = entity("moss segmentation", "neural moss segmentation"), entity("fern segmentation", required=False)
    item = Curated(paper, [moss, fern], "own")
    rows = same_rows([item], [reader], np.zeros(1, int))[0]
    shared = rows.matrix[:, COLUMNS.index("shared")]
    assert len(rows.label) >= 2
    assert rows.label[shared == shared.max()].all()
    assert not rows.label[shared == 1].any()
    assert set(rows.weight[rows.label == 0]) == {0.5}
    # what no curator lists says nothing
    assert len(same_rows([Curated(paper, [moss], "own")], [reader], np.zeros(1, int))[0].label) == 1


def rows_of(count: int, seed: int = 1) -> SameRows:
    rng = np.random.default_rng(seed)
    matrix = rng.random((count, len(COLUMNS))).astype(np.float32)
    return SameRows(matrix, (matrix[:, 0] > 0.5).astype(np.int64), np.ones(count))


def test_what_separates_pairs_is_learned() -> None:
    forest = fit_same([rows_of(400), rows_of(400, 2)])
    unseen = rows_of(200, 3)
    assert ((sigmoid(forest.scores(unseen.matrix))[:, 0] > 0.5) == unseen.label).mean() > 0.9


def test_too_few_teach_nothing() -> None:
    few = rows_of(LEAST)
    shipped = Model.load(data_folder()).same
    assert (fit_same([few]).value == shipped.value).all()
    assert (fit_same([SameRows(few.matrix, np.zeros(LEAST, np.int64), few.weight)]).value == shipped.value).all()


def test_apart_keeps_all_apart(tmp_path: Path) -> None:
    assert (sigmoid(apart().scores(rows_of(5).matrix)) < 0.01).all()
