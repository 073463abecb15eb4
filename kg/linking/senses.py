"""What the field means by a name that several things share, and which words stand around each meaning.

A *meaning* is a phrase: the label of a concept of the catalog, or a long form that papers give for an abbreviation and that the
catalog does not know. For each there are

* the number of papers that define the abbreviation by it, and
* its *profile*: for words of the field, how much more or less often they occur in papers that name it than in others.

Made by `kg train` (`kg.training.senses`) from some 100,000 titles and abstracts; only such counts and ratios are kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kg.keys import SortedKeys, grouped, key
from kg.text import fold

_ARRAYS = ("words", "phrases", "start", "gap", "ratio", "others", "band", "shorts", "short_start", "meaning", "papers", "defined", "blob")
#: Ratios are kept as natural logarithms in quarters, between -4 and 4.
RATIO_STEPS = 4
RATIO_LIMIT = 4
#: Words by how many papers they are in, a band for each doubling.
BANDS = 12
#: The logarithms are added up over the words of a paper and divided by the square root of their number, since words that
#: occur together say the same: 2 was best on papers whose definitions were hidden, for whole abstracts and for parts of them.
SCALE = 2.0
#: A profile is made of this many papers at least.
LEAST_PAPERS = 5


@dataclass(frozen=True, slots=True)
class Meaning:
    """A meaning of an abbreviation: a row of the profiles, its text, and how many papers define the abbreviation by it."""

    row: int
    text: str
    papers: int


@dataclass(frozen=True)
class Senses:
    """Arrays as `save` writes them.

    `words` are the sorted keys of the words of profiles; `phrases` the sorted keys of meanings. The profile of meaning i has the
    `ratio`s (logarithms in quarters) `ratio[start[i]:start[i+1]]`; `gap` tells their words, each as the distance from the one before.
    Of words that it does not list, `others[i, b]` is the ratio of those of band b, and `band` the band of every word.

    `shorts` are the sorted keys of abbreviations, case and all; abbreviation j has the meanings `meaning[short_start[j]:short_start[j+1]]`,
    each given by so many `papers`, and is `defined` in so many. `blob` holds the texts of the meanings, a line each, in UTF-8.
    """

    words: NDArray[np.uint64]
    phrases: NDArray[np.uint64]
    start: NDArray[np.uint32]
    gap: NDArray[np.uint16]
    ratio: NDArray[np.int8]
    others: NDArray[np.int8]
    band: NDArray[np.uint8]
    shorts: NDArray[np.uint64]
    short_start: NDArray[np.uint32]
    meaning: NDArray[np.uint16]
    papers: NDArray[np.uint16]
    defined: NDArray[np.uint16]
    blob: NDArray[np.uint8]

    @classmethod
    def load(cls, path: Path) -> Senses:
        """Reads what `save` wrote."""
        with np.load(path) as data:
            return cls(*(data[name] for name in _ARRAYS))

    def save(self, path: Path) -> None:
        """Writes all arrays into one compressed file."""
        np.savez_compressed(path, **{name: getattr(self, name) for name in _ARRAYS})

    @classmethod
    def none(cls) -> Senses:
        """No abbreviation and no profile: every name means what the catalog says."""
        big, wide = np.zeros(0, np.uint64), np.zeros(0, np.uint16)
        small, signed = np.zeros(0, np.uint8), np.zeros(0, np.int8)
        edge = np.zeros(1, np.uint32)
        return cls(big, big, edge, wide, signed, signed.reshape(0, BANDS), small, big, edge, wide, wide, wide, small)

    @cached_property
    def _texts(self) -> list[str]:
        return self.blob.tobytes().decode("utf-8").split("\n")

    @cached_property
    def _unpacked(self) -> dict[int, NDArray[np.int8]]:
        return {}

    def _profile(self, row: int) -> NDArray[np.int8]:
        """The ratios of all words for a meaning; most meanings are never asked for."""
        found = self._unpacked.get(row)
        if found is None:
            found = self.others[row, self.band]
            own = slice(int(self.start[row]), int(self.start[row + 1]))
            found[np.cumsum(self.gap[own], dtype=np.int64)] = self.ratio[own]
            self._unpacked[row] = found
        return found

    def row(self, names: Iterable[str]) -> int:
        """The row of the first of some names that has a profile; -1 where none has."""
        for name in names:
            at = self._phrase_at.get(key(fold(name)), -1)
            if at >= 0 and self.start[at + 1] > self.start[at]:
                return at
        return -1

    def meanings(self, short: str) -> tuple[list[Meaning], int]:
        """What papers mean by an abbreviation as it is written, the most frequent first, and how many papers define it at all."""
        at = self._short_at.get(key(short), -1)
        if at < 0:
            return [], 0
        rows = range(int(self.short_start[at]), int(self.short_start[at + 1]))
        found = [Meaning(int(self.meaning[i]), self._texts[self.meaning[i]], int(self.papers[i])) for i in rows]
        return found, int(self.defined[at])

    def known_words(self, hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
        """For the keys of words their columns of the profiles; -1 for those that no profile knows."""
        return self._words.find(hashes)

    # a few thousand: one of them is looked up in a twentieth of the time that sorted keys take
    @cached_property
    def _phrase_at(self) -> dict[int, int]:
        return {one: at for at, one in enumerate(self.phrases.tolist())}

    @cached_property
    def _short_at(self) -> dict[int, int]:
        return {one: at for at, one in enumerate(self.shorts.tolist())}

    @cached_property
    def _words(self) -> SortedKeys:
        return SortedKeys(self.words)

    def usual(
        self, texts: NDArray[np.int32], number: int, hashes: NDArray[np.uint64], columns: NDArray[np.int64], plain: NDArray[np.bool_]
    ) -> NDArray[np.float64]:
        """How usual the different words of each of some texts are in the field: the mean of their bands, -1 for a word in no band;
        infinite without words.

        Args:
            texts: for each word that counts the text that it stands in, one of `number`; it does not fall.
            hashes: the keys of these words.
            columns: what `known_words` gave for them.
            plain: which are written as a plain word; others without a column are names, and do not count.
        """
        found = np.full(number, np.inf)
        if not len(self.words):
            return found
        good = (columns >= 0) | plain
        texts, hashes, columns = texts[good], hashes[good], columns[good]
        order, start = grouped(texts, hashes)
        different = order[start[:-1]]
        texts, columns = texts[different], columns[different]
        words = np.bincount(texts, minlength=number)
        total = np.bincount(texts, np.where(columns >= 0, self.band[columns].astype(np.int64), -1), number)
        some = words > 0
        found[some] = np.round(total[some] / words[some], 3)
        return found

    def fit(self, row: int, columns: NDArray[np.int64]) -> float:
        """How well the different words of a text fit a meaning: the logarithm of the odds that they are of a paper that names it,
        against any paper of the field. 0 says nothing.

        Args:
            columns: what `known_words` gave for the different words that count.
        """
        if row < 0 or not len(columns):
            return 0.0
        total = int(np.add.reduce(self._profile(row).take(columns), dtype=np.int64))
        return float(round(SCALE * total / RATIO_STEPS / float(len(columns)) ** 0.5, 2))


def single(short: str) -> str:
    """An abbreviation without the s of a plural.

    >>> single("GANs"), single("AIS"), single("DPs")
    ('GAN', 'AIS', 'DP')
    """
    return short[:-1] if len(short) > 2 and short[-1] == "s" and short[-2].isupper() else short
