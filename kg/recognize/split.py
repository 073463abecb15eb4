"""A text cut into words and what stands between them, each with the number that its table gives to strings of the same characters."""

from __future__ import annotations

import re
from ctypes import CDLL

import numpy as np
from numpy.typing import NDArray

from kg import native
from kg.native import address, checked
from kg.recognize.distinct import Distinct
from kg.text import WORD

Index = NDArray[np.int64]
_WORD = re.compile(f"({WORD.pattern})")


def split(text: str, of_words: Distinct, of_gaps: Distinct) -> tuple[Index, Index, Index, Index]:
    """Where the words of a text begin and end, their numbers, and the numbers of what stands between each word and the next (one less)."""
    library = native.library()
    return _by_pattern(text, of_words, of_gaps) if library is None else _compiled(text, of_words, of_gaps, library)


def _by_pattern(text: str, of_words: Distinct, of_gaps: Distinct) -> tuple[Index, Index, Index, Index]:
    parts = _WORD.split(text)  # gap, word, gap, … word, gap
    edges = np.cumsum(np.fromiter(map(len, parts), np.int64, len(parts)))
    return edges[0:-1:2], edges[1::2], of_words.numbers(parts[1::2]), of_gaps.numbers(parts[2:-1:2])


def _compiled(text: str, of_words: Distinct, of_gaps: Distinct, library: CDLL) -> tuple[Index, Index, Index, Index]:
    """Only the different strings of the text are looked up."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    foreign = np.unique(codes[codes > 127]).tolist()
    letters = np.array([code for code in foreign if WORD.match(chr(code))], np.uint32)
    length = len(codes)
    slots = np.empty(2 << (length // 2 + 1).bit_length(), np.int32)
    begin, end, word, word_from, word_to, gap, gap_from, gap_to = columns = np.empty((8, max(1, length)), np.int32)
    counts = np.zeros(3, np.int64)
    given = (length, address(codes, np.uint32), len(letters), address(letters, np.uint32), len(slots), address(slots, np.int32))
    checked(library.kg_words(*given, *(address(column, np.int32) for column in columns), address(counts, np.int64)))
    n, words, gaps = counts.tolist()

    def numbers(table: Distinct, low: NDArray[np.int32], high: NDArray[np.int32], count: int) -> Index:
        strings = [text[a:b] for a, b in zip(low[:count].tolist(), high[:count].tolist(), strict=True)]
        return table.numbers(strings)

    of_word, of_gap = numbers(of_words, word_from, word_to, words), numbers(of_gaps, gap_from, gap_to, gaps)
    return begin[:n].astype(np.int64), end[:n].astype(np.int64), of_word[word[:n]], of_gap[gap[: max(0, n - 1)]]
