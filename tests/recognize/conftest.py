"""Sights of texts, and groups decided by hand, so that these tests do not hang on what was trained."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest

from kg.catalog import Catalog
from kg.model import Paper
from kg.reader import data_folder
from kg.recognize.decide import Decided, select
from kg.recognize.grams import key
from kg.recognize.known import CatalogIndex
from kg.recognize.sight import Sight, look
from kg.recognize.statistics import Statistics
from kg.text import fold


@pytest.fixture(scope="session")
def statistics() -> Statistics:
    return Statistics.load(data_folder() / "statistics.npz")


@pytest.fixture(scope="session")
def see(tiny_catalog: Catalog, statistics: Statistics) -> Callable[..., Sight]:
    """What is seen of papers, or of one abstract with a title."""
    index = CatalogIndex(tiny_catalog)

    def see(papers: Sequence[Paper] | str, title: str = "") -> Sight:
        return look([Paper("p", title, papers)] if isinstance(papers, str) else papers, statistics, index)

    return see


@pytest.fixture(scope="session")
def group_of() -> Callable[..., int]:
    """The number of the group of a string in one paper of a sight."""

    def group_of(sight: Sight, text: str, paper: int = 0) -> int:
        wanted = key(fold(text))
        (found,) = [g for g in range(len(sight.groups)) if sight.groups.paper[g] == paper and int(sight.groups.key[g]) == wanted]
        return found

    return group_of


@pytest.fixture(scope="session")
def choose(group_of: Callable[..., int]) -> Callable[..., list[Decided]]:
    """Strings of the first paper of a sight as decided groups, with their probabilities, through `select`."""
    import numpy as np

    def choose(sight: Sight, probabilities: Mapping[str, float], nested: float = 0.8) -> list[Decided]:
        rows = sorted((group_of(sight, text), p) for text, p in probabilities.items())
        groups, score = np.array([g for g, _ in rows], np.int64), np.array([p for _, p in rows], np.float64)
        types = (0.1, 0.2, 0.4, 0.2, 0.1)
        relations = (0.1, 0.1, 0.1, 0.1, 0.1, 0.4, 0.1)
        return [Decided(int(groups[i]), float(score[i]), types, relations, places) for i, places in select(sight, groups, score, nested)[0]]

    return choose
