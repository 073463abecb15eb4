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
    """`columns` names the columns of `matrix`, shape (groups, columns), each column contiguous; `names` are the catalog names that a
    group may be; `around` are the words of each paper that tell meanings apart, `fitting` the groups that are names of known concepts which
    these words fit (both see `kg.reader`).
    """

    papers: Sequence[Paper]
    words: Words
    grams: Grams
    groups: Groups
    pairs: Defined
    columns: tuple[str, ...]
    matrix: NDArray[np.float32]
    names: dict[int, tuple[Name, ...]]
    around: tuple[Around, ...] = ()
    fitting: NDArray[np.int64] | None = None


def look(papers: Sequence[Paper], statistics: Statistics, index: CatalogIndex) -> Sight:
    """All grams of a batch with their columns."""
    words = words_of(papers)
    grams = grams_of(words)
    groups = group(words, grams)
    pairs = defined(papers)
    columns = Columns(len(groups))
    features(columns, words, grams, groups, pairs, statistics)
    known = index.find(words, grams, groups.order, groups.start, groups.key)
    columns.extend(KNOWN_COLUMNS, known.columns)
    return Sight(papers, words, grams, groups, pairs, tuple(columns.names), columns.matrix, known.names)
