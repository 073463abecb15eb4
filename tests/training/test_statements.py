"""What is learned from of the relations between concepts of a curated paper."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kg.catalog import Catalog
from kg.model import ConceptRelation
from kg.reader import Reader
from kg.relate.concepts import hierarchy
from kg.relate.pairs import COLUMNS
from kg.training.boost import boosted
from kg.training.gold import own
from kg.training.statements import STATEMENTS, PairRows, pair_rows

P = [COLUMNS.index("head_p"), COLUMNS.index("tail_p")]


@pytest.fixture(scope="module")
def rows(mine: Path) -> list[PairRows]:
    """Those of a paper of which two relations are curated."""
    item = own(mine)[0]
    relations = [
        {"head": "LeafNet", "relation": "kindOf", "tail": "convolutional neural network", "required": True},
        {"head": "LeafNet", "relation": "usedFor", "tail": "leaf segmentation", "required": False},
    ]
    return pair_rows(Reader(Catalog.load()), item, relations, hierarchy(Catalog.load()))


def test_rows_of_what_is_seen_and_of_what_is_listed(rows: list[PairRows]) -> None:
    assert len(rows) == 2
    for one in rows:
        assert one.matrix.shape == (len(one.label), len(COLUMNS))
        assert set(one.label.tolist()) <= {0, STATEMENTS.index("kindOf"), STATEMENTS.index("usedFor")}
    assert sorted(rows[1].label[rows[1].label > 0].tolist()) == sorted(map(STATEMENTS.index, ("kindOf", "usedFor")))
    assert set(rows[1].weight.tolist()) == {0.5, 1.0}


def test_how_sure_a_reader_is_counts_only_where_it_read(rows: list[PairRows]) -> None:
    assert np.isfinite(rows[0].matrix).all()
    assert np.isnan(rows[1].matrix[:, P]).all()
    assert np.isfinite(np.delete(rows[1].matrix, P, axis=1)).all()


def test_what_the_curators_list_is_linked(rows: list[PairRows]) -> None:
    """The catalog's hierarchy is seen of it too."""
    assert rows[1].matrix[:, COLUMNS.index("head_known")].any()


def test_what_is_unknown_in_training_goes_where_the_trees_say() -> None:
    x = np.array([[np.nan], [0.2], [np.nan], [0.8]] * 40, np.float32)
    y = np.array([1, 0, 1, 0] * 40)
    forest = boosted(x, y, np.ones(len(y)), {"min_data_in_leaf": 2}, 5, ("x",))
    known = forest.scores(np.array([[0.2], [0.8]], np.float32))
    assert (known < 0).all()
    assert np.isfinite(forest.threshold).all()


def test_there_is_a_relation_for_each_output() -> None:
    assert ("none", *(r.value for r in ConceptRelation)) == STATEMENTS
