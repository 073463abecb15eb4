"""Where the things of a batch of papers stand: mentions as arrays, what is listed together, and the words that govern them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.model import ConceptType
from kg.recognize.grams import MARK, Words
from kg.recognize.things import Thing
from kg.relate.lexicon import CODE, GOVERNORS, JOINING, NAMES, classes

Int = NDArray[np.int64]
Bool = NDArray[np.bool_]
COMMA, OPEN, COLON, EDGE = (len(NAMES) + n for n in range(4))
#: What can stand beside a mention: a word class, or a mark, or the edge of the sentence.
BESIDE: tuple[str, ...] = (*NAMES, "comma", "open", "colon", "edge")
_MARKS = np.zeros(256, np.uint8)
for _mark, _code in ((",", COMMA), (";", COMMA), ("(", OPEN), (")", COMMA), ("[", OPEN), (":", COLON), ("-", COLON), ("—", COLON)):
    if _mark in MARK:
        _MARKS[MARK[_mark]] = _code
#: Marks that are written between letters (see `kg.relate.patterns`), and how.
SHOWN = {",": ",", "(": "(", "[": "(", ":": ":", ";": ":", ")": ",", "]": ","}
_SHOWN = np.isin(np.arange(256), [MARK[m] for m in SHOWN])
_GOVERNS = np.array([name in GOVERNORS for name in NAMES])
_JOINS = np.array([name in JOINING for name in NAMES])
#: Types of which lists are made: architectures and methods stand together, others by themselves.
_SORT = {ConceptType.TASK: 0, ConceptType.DATASET: 1, ConceptType.ARCHITECTURE: 2, ConceptType.METHOD: 2, ConceptType.METRIC: 3}


@dataclass(frozen=True, slots=True)
class Text:
    """The words of a batch by class: `counts[w]` counts each class before word w; `left` and `right` are, for every word, the
    nearest governing word or mark at or before it and at or behind it (-1 and len where the sentence has none)."""

    words: Words
    code: NDArray[np.uint8]
    counts: NDArray[np.int32]
    begin: Int
    end: Int
    mark: NDArray[np.uint8]
    shown: NDArray[np.bool_]
    _left: Int
    _right: Int
    _left_mark: Int
    _right_mark: Int

    def before(self, word: Int) -> tuple[NDArray[np.uint8], Int]:
        """What governs from the left the phrase that begins with `word`, and where that stands."""
        word = np.minimum(word, len(self.code) - 1)
        at = np.maximum(word - 1, 0)
        governor, mark = self._left[at], self._left_mark[at]
        begin = self.begin[word]
        by_mark = (mark > governor) & (mark >= begin)
        by_word = ~by_mark & (governor >= begin)
        found = np.where(by_mark, self.mark[mark], np.where(by_word, self.code[governor], EDGE))
        place = np.where(by_mark, mark, np.where(by_word, governor, begin - 1))
        none = word == begin
        return np.where(none, EDGE, found).astype(np.uint8), np.where(none, begin - 1, place)

    def behind(self, word: Int) -> tuple[NDArray[np.uint8], Int]:
        """What governs from the right the phrase that ends with `word`, and where that stands."""
        last = len(self.code) - 1
        governor, mark = self._right[np.minimum(word + 1, last)], self._right_mark[word]
        end = self.end[word]
        by_mark = (mark < governor) & (mark < end - 1)
        by_word = ~by_mark & (governor < end) & (word + 1 < end)
        found = np.where(by_mark, self.mark[np.minimum(mark, last)], np.where(by_word, self.code[np.minimum(governor, last)], EDGE))
        return found.astype(np.uint8), np.where(by_mark, mark, np.where(by_word, governor, end))


def read(words: Words) -> Text:
    """The words of a batch, by class."""
    n = len(words)
    code = classes(words.hash)
    counts = np.zeros((len(NAMES), n + 1), np.int32)
    counts[code, np.arange(1, n + 1)] = 1
    np.cumsum(counts, axis=1, out=counts)
    mark = _MARKS[words.after]
    at = np.arange(n)
    governs, marked = _GOVERNS[code], mark > 0
    bounds = np.searchsorted(words.sentence, np.arange(len(words.sentence_bounds) + 1))
    return Text(
        words, code, counts.T, bounds[words.sentence], bounds[words.sentence + 1], mark, _SHOWN[words.after],
        np.maximum.accumulate(np.where(governs, at, -1)), _next(governs), np.maximum.accumulate(np.where(marked, at, -1)), _next(marked),
    )  # fmt: skip


def _next(wanted: Bool) -> Int:
    n = len(wanted)
    found: Int = np.minimum.accumulate(np.where(wanted, np.arange(n), n)[::-1])[::-1]
    return found


@dataclass(frozen=True, slots=True)
class Places:
    """Mentions of the things of a batch in reading order; a long form and its abbreviation behind it are one.

    `listed` numbers the lists ("A, B and C"); `start` and `stop` are the first and last word of the list, or of the mention where
    it stands alone. `inside` marks mentions inside a longer one.
    """

    thing: Int
    first: Int
    last: Int
    sentence: Int
    listed: Int
    start: Int
    stop: Int
    inside: Bool

    def __len__(self) -> int:
        return len(self.thing)


def places(text: Text, named: Sequence[Sequence[Thing]], types: Sequence[ConceptType]) -> Places:
    """All mentions of a batch: `named` are the things of every paper, `types` the types of all of them in the same order."""
    flat = [(number, a, b) for number, thing in enumerate(t for things in named for t in things) for _, a, b in thing.mentions]
    if not flat:
        none = np.zeros(0, np.int64)
        return Places(none, none, none, none, none, none, none, none.astype(bool))
    thing, first, last = np.array(flat, np.int64).T
    order = np.lexsort((-last, first, thing))
    thing, first, last = thing[order], first[order], last[order]
    begins = np.ones(len(thing), bool)
    begins[1:] = ~((thing[1:] == thing[:-1]) & (first[1:] == last[:-1] + 1) & (text.mark[last[:-1]] == OPEN))
    last = np.maximum.reduceat(last, np.flatnonzero(begins))
    thing, first = thing[begins], first[begins]
    order = np.lexsort((thing, -last, first))
    thing, first, last = thing[order], first[order], last[order]
    sentence = text.words.sentence[first].astype(np.int64)
    reach = np.maximum.accumulate(last)
    inside = np.zeros(len(thing), bool)
    inside[1:] = first[1:] <= reach[:-1]
    outer = np.flatnonzero(~inside)
    sort = np.array([_SORT[t] for t in types], np.int64)[thing]
    listed = np.arange(len(thing))
    start, stop = first.copy(), last.copy()
    if len(outer) > 1:
        a, b = outer[:-1], outer[1:]
        low, high = last[a] + 1, first[b]
        gap = high - low
        joining = text.counts[high][:, _JOINS] - text.counts[np.minimum(low, high)][:, _JOINS]
        conjunction = text.counts[high, CODE["and"]] - text.counts[np.minimum(low, high), CODE["and"]] > 0
        comma = text.mark[last[a]] == COMMA
        near = (sentence[a] == sentence[b]) & (gap >= 0) & (gap <= 3)
        linked = near & (joining.sum(axis=1) == gap) & (sort[a] == sort[b]) & (conjunction | comma)
        run = np.concatenate(([0], np.cumsum(~linked)))
        # commas alone make no list: "the registry, Hub" is an apposition
        with_and = np.zeros(run[-1] + 1, bool)
        np.logical_or.at(with_and, run[1:][linked], conjunction[linked])
        begin = np.searchsorted(run, np.arange(run[-1] + 1))
        end = np.searchsorted(run, np.arange(run[-1] + 1), "right") - 1
        good = with_and[run]
        listed[outer[good]] = outer[begin[run[good]]]
        start[outer[good]] = first[outer[begin[run[good]]]]
        stop[outer[good]] = last[outer[end[run[good]]]]
    return Places(thing, first, last, sentence, listed, start, stop, inside)
