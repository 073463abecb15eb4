"""What is seen of a word, and of what stands between two words: each distinct string is looked at once, then only numbered."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.keys import hashes_and_powers
from kg.recognize.lexicon import CUES, FUNCTION_WORDS, HARD_EDGES, PLACES, SOFT_EDGES, SUFFIXES
from kg.text import fold_words

# flags of a word
HARD, SOFT, FUNCTION, CAP, ALLCAP, INNERCAP, DIGIT, NUMBER, FIRST = (1 << k for k in range(9))
#: The bit of `Words.ending` of languages, peoples and countries; bit i is set where the word ends in `SUFFIXES[i]`.
PLACE = 1 << 31
# what stands between a word and the next
GAP_SPACE, GAP_HYPHEN, GAP_TIGHT, GAP_BREAK = range(4)
# the mark beside a word: nothing but blanks, the edge of a sentence, or the character that stands there
MARKS = " \n(),:;.\"'-/[]!?%=&"
MARK = {c: i for i, c in enumerate(MARKS)}
MARK_OTHER = len(MARKS)

_KINDS = {" ": GAP_SPACE, "-": GAP_HYPHEN, "‐": GAP_HYPHEN, "‑": GAP_HYPHEN, "–": GAP_HYPHEN, "": GAP_TIGHT, ".": GAP_TIGHT,
          "/": GAP_TIGHT, "'": GAP_TIGHT, "’": GAP_TIGHT, "_": GAP_TIGHT, "&": GAP_TIGHT, "@": GAP_TIGHT, "*": GAP_TIGHT,
          "^": GAP_TIGHT, " & ": GAP_TIGHT}  # fmt: skip
_ALIKE = str.maketrans("“”‘’‐‑–—［］", "\"\"''----[]")
_MOST = 400_000  # a bound on memory; the texts themselves are not kept
#: The suffixes by their last two letters, each with its bit.
_BY_END: dict[str, list[tuple[str, int]]] = {}
for _bit, _suffix in enumerate(SUFFIXES):
    _BY_END.setdefault(_suffix[-2:], []).append((_suffix, 1 << _bit))


def seen_of_words(words: Sequence[str]) -> list[Sequence[Any] | NDArray[Any]]:
    """Hashes, powers, flags, cue classes and endings of some words."""
    seen = [_seen_of_word(word) for word in words]
    return [*hashes_and_powers(fold_words(words)), *zip(*seen, strict=True)]


#: What is known of words in small letters: as what they count where they are no names, their cue class, and whether they are places.
_LISTED = {
    low: (
        (HARD if low in HARD_EDGES else SOFT if low in SOFT_EDGES else 0) | (FUNCTION if low in FUNCTION_WORDS else 0),
        CUES.get(low, 0),
        PLACE if low in PLACES else 0,
    )
    for low in HARD_EDGES | SOFT_EDGES | FUNCTION_WORDS | PLACES | CUES.keys()
}


def _seen_of_word(word: str) -> tuple[int, int, int]:
    """Flags, cue class and ending of a word."""
    low = word.casefold()
    known, cue, ending = _LISTED.get(low, (0, 0, 0))
    for suffix, bit in _BY_END.get(low[-2:], ()):
        if low.endswith(suffix):
            ending |= bit
    # nearly all words have small letters only, and nothing to look for letter by letter
    if word.isalpha() and word.islower():
        return known, cue, ending
    letters = [c for c in word if c.isalpha()]
    upper = sum(map(str.isupper, letters))
    flags = CAP if word[0].isupper() else 0
    if len(letters) >= 2 and (upper == len(letters) or (upper == len(letters) - 1 and upper > 1 and word[-1] == "s")):
        # "IT" and "ALL" in capitals are names, not function words
        flags |= ALLCAP
    else:
        flags |= known
        if any(map(str.isupper, word[1:])):
            flags |= INNERCAP
    if any(map(str.isdigit, word)):
        flags |= DIGIT
        if not letters:
            flags |= NUMBER
    return flags, cue, ending


@lru_cache(maxsize=50_000)
def seen_of_gap(between: str) -> tuple[int, int, int]:
    """Kind of a gap, the mark after the word before it, and the mark before the word after it."""
    marks = between.translate(_ALIKE).split()
    right = MARK.get(marks[0][0], MARK_OTHER) if marks else 0
    left = MARK.get(marks[-1][-1], MARK_OTHER) if marks else 0
    return _KINDS.get(between, GAP_BREAK), right, left


def _seen_of_gaps(gaps: Sequence[str]) -> list[Sequence[Any] | NDArray[Any]]:
    return [*zip(*map(seen_of_gap, gaps), strict=True)]


class Distinct:
    """The number of each distinct string, and what is seen of it as rows of arrays. `look` is given new strings, at least one, and gives
    the columns of their rows.
    """

    def __init__(self, look: Callable[[Sequence[str]], Sequence[Any]], types: Sequence[type[np.generic]]) -> None:
        self._number: dict[str, int] = {}
        self._look = look
        self._lock = threading.Lock()
        self._columns = [np.zeros(1024, t) for t in types]

    def __len__(self) -> int:
        return len(self._number)

    def __iter__(self) -> Iterator[str]:
        return iter(self._number)

    def numbers(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """The numbers of some strings; new ones get theirs in the order in which they come."""
        found = np.fromiter(map(self._number.get, texts, repeat(-1)), np.int64, len(texts))
        if len(new := np.flatnonzero(found < 0)):
            strings = [texts[n] for n in new.tolist()]
            self._add(strings)
            found[new] = np.fromiter(map(self._number.__getitem__, strings), np.int64, len(strings))
        return found

    def _add(self, texts: Sequence[str]) -> None:
        with self._lock:
            # what another thread has added meanwhile is there; and a string is there once its row is
            new = [text for text in dict.fromkeys(texts) if text not in self._number]
            if not new:
                return
            begin, end = len(self._number), len(self._number) + len(new)
            while end > len(self._columns[0]):
                self._columns = [np.concatenate([c, np.zeros_like(c)]) for c in self._columns]
            for column, values in zip(self._columns, self._look(new), strict=True):
                column[begin:end] = values
            self._number.update(zip(new, range(begin, end), strict=True))

    def rows(self, numbers: NDArray[np.int64]) -> list[NDArray[Any]]:
        """What is seen of the strings of these numbers, one array a column."""
        return [column[numbers] for column in self._columns]


def _fresh() -> tuple[Distinct, Distinct]:
    return (
        Distinct(seen_of_words, (np.uint64, np.uint64, np.uint16, np.uint8, np.uint32)),
        Distinct(_seen_of_gaps, (np.uint8, np.uint8, np.uint8)),
    )


_tables = [_fresh()]


def tables() -> tuple[Distinct, Distinct]:
    """The tables of words and of gaps. A full one is replaced, never emptied: another thread may read it."""
    if max(map(len, _tables[0])) > _MOST:
        _tables[0] = _fresh()
    return _tables[0]
