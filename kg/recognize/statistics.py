"""Statistics of the field's language: in how many papers a word sequence occurs, and in which roles.

Made by `kg train` from some 100,000 titles and abstracts; only counts are kept. A row is found by the key of a
gram (`kg.recognize.grams.key`), so that all grams of a batch are looked up by one binary search.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kg.keys import SortedKeys

#: Columns, each the number of papers in which the sequence …
COLUMNS: tuple[str, ...] = (
    "df",  # occurs
    "title",  # occurs in the title
    "kwdf",  # occurs, the paper having author keywords
    "kwhit",  # occurs and is one of them
    "kwl",  # is an author keyword, whether it occurs or not
    "intro",  # is introduced as a name ("we propose X,", "called X", "X: …")
    "acr",  # is defined as an abbreviation
    "long",  # is the long form of an abbreviation
    "cap",  # is written with a capital letter, digit or inner capital inside a sentence
    "bound",  # stands between function words or marks: complete, not a piece of something longer
)
#: Steps of a logarithm to 1.
STEPS = 8
_ARRAYS = ("keys", "table", "word_keys", "word_table")


def pack(counts: NDArray[np.integer]) -> NDArray[np.uint8]:
    """Counts as bytes: round(8·log2(1+n)), exact enough for what is read from them and a quarter of the size."""
    packed: NDArray[np.uint8] = np.minimum(255, np.rint(STEPS * np.log2(1.0 + counts))).astype(np.uint8)
    return packed


@dataclass(frozen=True)
class Statistics:
    """`keys` sorted, `table` of shape (len(keys), len(COLUMNS)) as made by `pack`; `word_keys` and `word_table` likewise for
    words: how many author keywords begin (column 0) and end (column 1) with the word.
    """

    keys: NDArray[np.uint64]
    table: NDArray[np.uint8]
    word_keys: NDArray[np.uint64]
    word_table: NDArray[np.uint8]

    @classmethod
    def load(cls, path: Path) -> Statistics:
        """Reads what `save` wrote."""
        with np.load(path) as data:
            return cls(*(data[name] for name in _ARRAYS))

    def save(self, path: Path) -> None:
        """Writes all arrays into one compressed file."""
        np.savez_compressed(path, **{name: getattr(self, name) for name in _ARRAYS})

    @cached_property
    def _index(self) -> SortedKeys:
        return SortedKeys(self.keys)

    @cached_property
    def _word_index(self) -> SortedKeys:
        return SortedKeys(self.word_keys)

    def look_up(self, keys: NDArray[np.uint64]) -> NDArray[np.int16]:
        """log2(1+n) for each key and column, in `STEPS` to 1, shape (len(keys), len(COLUMNS)); zeros where the key is unknown."""
        return self._index.rows(keys, self.table)

    def look_up_words(self, keys: NDArray[np.uint64]) -> NDArray[np.int16]:
        """The same of the author keywords that begin (column 0) and end (column 1) with a word, shape (len(keys), 2)."""
        return self._word_index.rows(keys, self.word_table)
