"""What each group of columns is worth: trees fitted without it, scored like the others.

Fitted quickly (`kg.training.quick`), so the figures compare with each other and not with those of a full training. A group is left out by
making its columns the same for all rows, which no tree then asks about.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import numpy as np

from kg.catalog import Catalog
from kg.model import ConceptType
from kg.recognize.context import COLUMNS as AROUND
from kg.recognize.decide import second_look
from kg.recognize.known import COLUMNS as KNOWN
from kg.recognize.known import CatalogIndex
from kg.recognize.sight import Sight
from kg.recognize.statistics import Statistics
from kg.training import Say, unheard
from kg.training.gold import Curated
from kg.training.quick import quick

_BY_CATALOG = {*KNOWN, *(f"{side}_{t.value.lower()}" for side in ("head", "start") for t in ConceptType)}


def group_of(column: str) -> str:
    """The group that a column belongs to."""
    if column in _BY_CATALOG:
        return "catalog"
    if column in AROUND:
        return "second look"
    if column.startswith(("n_", "share_", "df_", "kw_", "head_", "start_")):
        return "statistics of the field"
    if column.startswith(("before", "after_", "mark_", "sentence_", "since_", "closed", "hyphen_")):
        return "surroundings"
    if column in ("is_short", "is_long"):
        return "abbreviations"
    if (
        column in ("count", "in_title", "in_abstract", "first_position", "last_position", "first_sentence", "sentences")
        or "title_" in column
    ):
        return "place and count"
    if column.startswith(("ends_", "starts_", "capital", "all_", "lower_")) or column in (
        "words", "characters", "hyphens", "tight", "functions", "soft", "allcap", "innercap", "digit",
    ):  # fmt: skip
        return "shape"
    return "others"


def groups(columns: Sequence[str]) -> dict[str, list[int]]:
    """Groups with the numbers of their columns, in the order in which they first occur."""
    found: dict[str, list[int]] = {}
    for number, column in enumerate(columns):
        found.setdefault(group_of(column), []).append(number)
    return found


def measure(papers: Sequence[Curated], catalog: Catalog, statistics: Statistics, say: Say = unheard) -> dict[str, Any]:
    """Figures of `kg.training.quick.quick` with all columns, and without each group of them."""
    import kg.training.quick as place

    look = place.look
    columns = look([papers[0].paper], statistics, CatalogIndex(catalog)).columns

    def without(numbers: Sequence[int]) -> Callable[..., Sight]:
        def seen(*arguments: Any) -> Sight:
            sight = look(*arguments)
            return replace(sight, seen=sight.seen.blanked(numbers))

        return seen

    def blind(sight: Sight, first: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        chosen, matrix = second_look(sight, first)
        matrix[:, -len(AROUND) :] = 0
        return chosen, matrix

    found = {"all columns": quick(papers, catalog, statistics)}
    for name, numbers in groups(columns).items():
        say(f"without {name} ({len(numbers)} columns)")
        with patch.object(place, "look", without(numbers)):
            found[f"without {name}"] = quick(papers, catalog, statistics)
    say("without second look")
    with patch("kg.training.fit.second_look", blind):
        found["without what the first look says of the surroundings"] = quick(papers, catalog, statistics)
    return found


def lines(found: dict[str, Any]) -> list[str]:
    """The figures as Markdown."""
    rows = ["| columns | listing: F1 | types | relations | one fold of venues: F1 | types | relations |", "|---|" + "---:|" * 6]
    for name, parts in found.items():
        cells = [f"{parts[part][key]:.3f}" for part in ("listing", "venues") for key in ("f1", "type_accuracy", "relation_accuracy")]
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return rows
