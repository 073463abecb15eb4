"""What is seen of a batch of papers before anything is decided: words, grams, groups and their columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.catalog import Name
from kg.linking.meaning import Around
from kg.model import Paper
from kg.recognize.columns import Columns, Groups
from kg.recognize.features import Defined, defined, features, group
from kg.recognize.grams import Grams, Words, grams_of, words_of
from kg.recognize.known import COLUMNS as KNOWN_COLUMNS
from kg.recognize.known import CatalogIndex
from kg.recognize.statistics import Statistics


@dataclass(frozen=True, slots=True)
class Sight:
    """`columns` names the columns of `seen`, which has a row for each group; `names` are the catalog names that a
    group may be; `around` are the words of each paper that tell meanings apart, `fitting` the groups that are names of known concepts which
    these words fit (both see `kg.reader`).
    """

    papers: Sequence[Paper]
    words: Words
    grams: Grams
    groups: Groups
    pairs: Defined
    columns: tuple[str, ...]
    seen: Columns
    names: dict[int, tuple[Name, ...]]
    around: tuple[Around, ...] = ()
    fitting: NDArray[np.int64] | None = None

    @property
    def matrix(self) -> NDArray[np.float32]:
        """All columns as numbers, shape (groups, columns); made when asked for."""
        return self.seen.floats()


def look(papers: Sequence[Paper], statistics: Statistics, index: CatalogIndex) -> Sight:
    """All grams of a batch with their columns."""
    words = words_of(papers)
    grams = grams_of(words)
    groups = group(words, grams)
    pairs = defined(papers)
    columns = Columns(len(groups))
    features(columns, words, grams, groups, pairs, statistics)
    known = index.find(words, grams, groups)
    for name, column in zip(KNOWN_COLUMNS, known.columns, strict=True):
        columns.add(name, column)
    return Sight(papers, words, grams, groups, pairs, tuple(columns.names), columns, known.names)
