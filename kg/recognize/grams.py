"""Words and word sequences of a batch of papers as arrays: where every mention can come from.

A *gram* is a sequence of one to `MAX_WORDS` words of one sentence with nothing but blanks, hyphens and the like between
them. Its key is a 64-bit hash of the folded characters, the same for "multi-task", "multi task" and "Multitask", so that
statistics and catalog names are looked up for all grams of a batch at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ctypes import CDLL
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kg import native
from kg.keys import key
from kg.model import Paper
from kg.native import address, checked
from kg.recognize.distinct import (
    ALLCAP,
    CAP,
    DIGIT,
    FIRST,
    FUNCTION,
    GAP_BREAK,
    GAP_HYPHEN,
    GAP_TIGHT,
    HARD,
    INNERCAP,
    MARK,
    NUMBER,
    PLACE,
    SOFT,
    seen_of_gap,
    tables,
)
from kg.recognize.split import split
from kg.text import sentences

__all__ = [
    "ALLCAP", "CAP", "DIGIT", "FIRST", "FUNCTION", "GAP_BREAK", "GAP_HYPHEN", "GAP_TIGHT", "HARD", "INNERCAP", "MARK", "MAX_WORDS",
    "NUMBER", "PLACE", "SOFT", "Grams", "Plain", "Words", "grams_of", "key", "telling", "words_of",
]  # fmt: skip

MAX_WORDS = 7

UInt64 = NDArray[np.uint64]
Int32 = NDArray[np.int32]
UInt8 = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Plain:
    """Some columns of `Words`, of which single numbers are read: that takes far longer of an array, and lists of all would have to be
    made first.
    """

    text: list[str]
    field: Sequence[int]
    sentence: Sequence[int]
    run: Sequence[int]
    start: Sequence[int]
    end: Sequence[int]
    flags: Sequence[int]
    cue: Sequence[int]
    bounds: list[list[int]]
    cued: list[int]
    cued_at: list[int]


@dataclass(frozen=True)
class Words:
    """All words of a batch, in reading order; arrays of equal length, one entry a word.

    `paper` indexes the batch, `field` is 0 for the title and 1 for the abstract, `sentence` counts sentences over the whole
    batch, `run` counts stretches without a break, `start` and `end` are offsets in the field, `gap` tells what follows,
    `before` and `after` are the marks (indices of `MARKS`) next to the word, `cue` is its class in `lexicon.CUES`, `ending` the
    suffixes it has (see `PLACE`), `distinct` a number that words have which are written alike.
    `sentence_bounds` has a row (paper, field, start, end) a sentence.
    """

    texts: list[tuple[str, str]]
    paper: Int32
    field: UInt8
    sentence: Int32
    run: Int32
    start: Int32
    end: Int32
    gap: UInt8
    before: UInt8
    after: UInt8
    flags: NDArray[np.uint16]
    cue: UInt8
    ending: NDArray[np.uint32]
    hash: UInt64
    power: UInt64
    distinct: NDArray[np.int64]
    sentence_bounds: Int32

    def __len__(self) -> int:
        return len(self.paper)

    @cached_property
    def sentence_begin(self) -> NDArray[np.int64]:
        """The first word of each sentence; of one without words that of the next."""
        return np.searchsorted(self.sentence, np.arange(len(self.sentence_bounds)))

    @cached_property
    def plain(self) -> Plain:
        """The same for single words: `text` is the text of the word's field, `bounds` are the sentences, `cued` the words with a cue
        class, those of sentence n from `cued_at[n]` to `cued_at[n + 1]`.
        """
        cued = np.flatnonzero(self.cue)
        fields = np.array([text for pair in self.texts for text in pair], object)
        return Plain(
            fields[2 * self.paper + self.field].tolist(),
            self.field.data,
            self.sentence.data,
            self.run.data,
            self.start.data,
            self.end.data,
            self.flags.data,
            self.cue.data,
            self.sentence_bounds.tolist(),
            cued.tolist(),
            np.searchsorted(self.sentence[cued], np.arange(len(self.sentence_bounds) + 1)).tolist(),
        )

    def surface(self, first: int, last: int) -> str:
        """The text from word `first` to word `last`, both inclusive, as it stands in the paper."""
        plain = self.plain
        return plain.text[first][plain.start[first] : plain.end[last]]

    def surfaces(self, first: NDArray[np.integer], last: NDArray[np.integer]) -> list[str]:
        """`surface` of many pairs of words."""
        plain = self.plain
        texts, starts, ends = plain.text, plain.start, plain.end
        return [texts[a][starts[a] : ends[b]] for a, b in zip(first.tolist(), last.tolist(), strict=True)]


def words_of(papers: Sequence[Paper]) -> Words:
    """The words of a batch of papers, titles before abstracts."""
    texts = [(p.title, p.abstract) for p in papers]
    fields = [text for pair in texts for text in pair]
    begin = np.zeros(len(fields), np.int64)
    begin[1:] = np.cumsum([len(text) + 1 for text in fields[:-1]])
    bounds = [(n // 2, n % 2, a, b) for n, text in enumerate(fields) for a, b in sentences(text)]
    sentence_bounds = np.array(bounds, np.int32).reshape(-1, 4)
    # all texts at once, with a line break between them, which belongs to no word
    together = "\n".join(fields)
    of_words, of_gaps = tables()
    start, end, distinct, between = split(together, of_words, of_gaps)
    n = len(start)
    field = np.searchsorted(begin, start, "right") - 1
    sentence_begin = begin[2 * sentence_bounds[:, 0] + sentence_bounds[:, 1]]
    low, high = sentence_begin + sentence_bounds[:, 2], sentence_begin + sentence_bounds[:, 3]
    sentence = np.searchsorted(low, start, "right") - 1
    hashes, powers, flags, cues, endings = of_words.rows(distinct)
    gap, after, before = (np.empty(n, np.uint8) for _ in range(3))
    if n:
        gap[:-1], after[:-1], before[1:] = of_gaps.rows(between)
        firsts = np.flatnonzero(np.append(True, sentence[1:] != sentence[:-1]))
        lasts = np.append(firsts[1:], n) - 1
        flags[firsts] |= FIRST
        gap[lasts] = GAP_BREAK
        # the gap between two sentences belongs to neither; their edges do
        for word, a, b in _rows(firsts, low[sentence[firsts]], start[firsts]):
            before[word] = seen_of_gap(together[a:b])[2] if a < b else MARK["\n"]
        for word, a, b in _rows(lasts, end[lasts], high[sentence[lasts]]):
            after[word] = seen_of_gap(together[a:b])[1] if together[a:b] not in ("", ".") else MARK["\n"]
    run = np.zeros(n, np.int32)
    run[1:] = np.cumsum(gap[:-1] == GAP_BREAK)
    return Words(
        texts,
        (field // 2).astype(np.int32),
        (field % 2).astype(np.uint8),
        sentence.astype(np.int32),
        run,
        (start - begin[field]).astype(np.int32),
        (end - begin[field]).astype(np.int32),
        gap,
        before,
        after,
        flags,
        cues,
        endings,
        hashes,
        powers,
        distinct,
        sentence_bounds,
    )


def _rows(*columns: NDArray[np.int64]) -> Iterator[tuple[int, ...]]:
    return zip(*(column.tolist() for column in columns), strict=True)


@dataclass(frozen=True, slots=True)
class Grams:
    """Word sequences: `first` and `last` index into `Words` (inclusive), `key` is the hash of the folded characters.

    `functions` counts the function words inside ("mixture of experts": 1); `soft` marks those that begin or end with a word
    that seldom belongs to a name ("large", "first", "used") and is not held by a hyphen ("first-order").
    """

    first: Int32
    last: Int32
    key: UInt64
    functions: UInt8
    soft: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.first)

    def take(self, index: NDArray[np.intp] | NDArray[np.bool_]) -> Grams:
        return Grams(self.first[index], self.last[index], self.key[index], self.functions[index], self.soft[index])


def grams_of(words: Words, max_words: int = MAX_WORDS) -> Grams:
    """All grams of a batch that neither begin nor end with a function word, ordered by first word, then length.

    Numbers alone and single characters are left out.
    """
    n = len(words)
    if (library := native.library()) is not None:
        return _by_kernel(words, max_words, library)
    hyphen = words.gap == GAP_HYPHEN
    hard = (words.flags & HARD) > 0
    soft = (words.flags & SOFT) > 0
    # a word counts as such at the left edge unless a hyphen ties it to what follows ("in-context", "first-order"), and
    # likewise at the right ("plug-in", "sign-up")
    tied = np.concatenate(([False], hyphen[:-1])) if n else hyphen
    hard_left, hard_right = hard & ~hyphen, hard & ~tied
    soft_left, soft_right = soft & ~hyphen, soft & ~tied
    function = np.concatenate(([0], np.cumsum((words.flags & FUNCTION) > 0)))
    numbers = np.concatenate(([0], np.cumsum((words.flags & NUMBER) > 0)))
    firsts: list[NDArray[np.int64]] = []
    lasts: list[NDArray[np.int64]] = []
    keys: list[UInt64] = []
    at = np.arange(n)
    running = words.hash.copy()
    for size in range(1, max_words + 1):
        if size > 1:
            at = at[: n - size + 1]
            if not len(at):
                break
            ahead = size - 1
            running = running[: len(at)] * words.power[ahead : ahead + len(at)] + words.hash[ahead : ahead + len(at)]
        last = at + size - 1
        good = (words.run[at] == words.run[last]) & ~hard_left[at] & ~hard_right[last] & (numbers[last + 1] - numbers[at] < size)
        if size == 1:
            good &= ~hard[at] & (words.end - words.start >= 2)
        firsts.append(at[good])
        lasts.append(last[good])
        keys.append(running[good])
    first = np.concatenate(firsts) if firsts else np.zeros(0, np.int64)
    last = np.concatenate(lasts) if lasts else np.zeros(0, np.int64)
    order = np.lexsort((last, first))
    first, last = first[order], last[order]
    return Grams(
        first.astype(np.int32),
        last.astype(np.int32),
        (np.concatenate(keys) if keys else np.zeros(0, np.uint64))[order],
        (function[last + 1] - function[first]).astype(np.uint8),
        soft_left[first] | soft_right[last],
    )


def _by_kernel(words: Words, max_words: int, library: CDLL) -> Grams:
    """The same as `grams_of` gives without it."""
    n = len(words)
    hyphen = words.gap == GAP_HYPHEN
    tied = np.append(False, hyphen[:-1]) if n else hyphen
    hard, soft = (words.flags & HARD) > 0, (words.flags & SOFT) > 0
    function, number = (words.flags & FUNCTION) > 0, (words.flags & NUMBER) > 0
    # in the order of the flags of the kernel
    seen = (hard & ~hyphen, hard & ~tied, hard, words.end - words.start < 2, number, function, soft & ~hyphen, soft & ~tied)
    about = np.packbits(np.array(seen), axis=0, bitorder="little").reshape(n)
    room = n * max_words
    first, last, keys = np.empty(room, np.int32), np.empty(room, np.int32), np.empty(room, np.uint64)
    functions, softs, found = np.empty(room, np.uint8), np.empty(room, np.bool_), np.zeros(1, np.int64)
    given = n, address(about, np.uint8), address(words.run, np.int32), address(words.hash, np.uint64), address(words.power, np.uint64)
    out = (
        address(first, np.int32),
        address(last, np.int32),
        address(keys, np.uint64),
        address(functions, np.uint8),
        address(softs, np.bool_),
    )
    checked(library.kg_grams(*given, max_words, room, *out, address(found, np.int64)))
    count = int(found[0])
    return Grams(first[:count].copy(), last[:count].copy(), keys[:count].copy(), functions[:count].copy(), softs[:count].copy())


def telling(words: Words) -> NDArray[np.bool_]:
    """Which words of a batch tell what a paper is about: no function words, no numbers, and no words of less than three letters."""
    good: NDArray[np.bool_] = ((words.flags & (HARD | SOFT | FUNCTION | NUMBER)) == 0) & (words.end - words.start >= 3)
    return good
