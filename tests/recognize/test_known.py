"""What the catalog says of a gram beyond its own name: the types that its first and last word suggest."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kg.catalog import Catalog
from kg.model import Concept, ConceptType, Paper
from kg.recognize.known import COLUMNS, CatalogIndex
from kg.recognize.sight import Sight, look
from kg.recognize.statistics import Statistics

TASK, DATASET, ARCHITECTURE, METHOD, METRIC = ConceptType


@pytest.fixture(scope="module")
def seen(statistics: Statistics) -> Sight:
    catalog = Catalog(
        [
            *(Concept(f"t{i}", TASK, f"{word} detection") for i, word in enumerate(("object", "anomaly", "fraud"))),
            Concept("m", METHOD, "outlier detection", ("detection of outliers",)),
            Concept("a", ARCHITECTURE, "residual network", also=(METHOD,)),
            Concept("x", METRIC, "XY distance", acronyms=("XYD",)),
            Concept("y", METHOD, "cross-yaw drift", acronyms=("XYD",)),
        ]
    )
    return look([Paper("p", "", "We study wool detection, residual wool and XYD; wool is grey.")], statistics, CatalogIndex(catalog))


@pytest.mark.parametrize(
    ("text", "column", "value"),
    [
        ("wool detection", "head_task", (3 + 1) / (4 + 5)),
        ("wool detection", "head_method", (1 + 1) / (4 + 5)),
        ("wool detection", "head_metric", 1 / (4 + 5)),
        ("wool", "head_task", 1 / 5),
        ("wool", "head_names", 0),
        ("residual wool", "start_architecture", (1 + 1) / (1 + 5)),
        ("XYD", "known", 1),
        ("XYD", "known_clear", 0),
        ("XYD", "known_concepts", 2),
        ("XYD", "known_acronym", 1),
        ("XYD", "known_metric", 1),
        ("XYD", "known_method", 1),
        ("XYD", "known_task", 0),
    ],
)
def test_columns(seen: Sight, group_of: Callable[..., int], text: str, column: str, value: float) -> None:
    row = seen.matrix[group_of(seen, text)]
    assert row[seen.columns.index(column)] == pytest.approx(value, abs=1e-6)
    assert column in COLUMNS


def test_the_names_of_an_acronym_of_two(seen: Sight, group_of: Callable[..., int]) -> None:
    names = seen.names[group_of(seen, "XYD")]
    assert [(n.concept, n.ambiguous) for n in names] == [("x", True), ("y", True)]
