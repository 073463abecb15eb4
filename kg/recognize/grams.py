"""Words and word sequences of a batch of papers as arrays: where every mention can come from.

A *gram* is a sequence of one to `MAX_WORDS` words of one sentence with nothing but blanks, hyphens and the like between
them. Its key is a 64-bit hash of the folded characters, the same for "multi-task", "multi task" and "Multitask", so that
statistics and catalog names are looked up for all grams of a batch at once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kg.model import FIELDS, Paper
from kg.recognize.lexicon import CUES, FUNCTION_WORDS, HARD_EDGES, PLACES, SOFT_EDGES, SUFFIXES
from kg.text import fold_word, sentences

MAX_WORDS = 7

_BASE = 0x9E3779B97F4A7C15 | 1
_MASK = (1 << 64) - 1
_WORD = re.compile(r"[^\W_]+[+#]*")

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

UInt64 = NDArray[np.uint64]
Int32 = NDArray[np.int32]
UInt8 = NDArray[np.uint8]


def _hash_parts(folded: str) -> tuple[int, int]:
    value, power = 0, 1
    for byte in folded.encode():
        value = (value * _BASE + byte + 1) & _MASK
        power = (power * _BASE) & _MASK
    return value, power


def key(folded: str) -> int:
    """The 64-bit key of a folded name; equal to the key of the gram whose words fold to it."""
    return _hash_parts(folded)[0]


_INFO: dict[str, tuple[int, int, int, int, int]] = {}


def _info(word: str) -> tuple[int, int, int, int, int]:
    """Hash, power, flags, cue class and ending of a word; remembered, because few words make up most of a text."""
    known = _INFO.get(word)
    if known is None:
        value, power = _hash_parts(fold_word(word))
        low = word.casefold()
        flags = 0
        if word[0].isupper():
            flags |= CAP
        letters = [c for c in word if c.isalpha()]
        upper = sum(c.isupper() for c in letters)
        if len(letters) >= 2 and (upper == len(letters) or (upper == len(letters) - 1 and upper > 1 and word[-1] == "s")):
            flags |= ALLCAP
        else:
            # "IT" and "ALL" in capitals are names, not function words
            if low in HARD_EDGES:
                flags |= HARD
            elif low in SOFT_EDGES:
                flags |= SOFT
            if low in FUNCTION_WORDS:
                flags |= FUNCTION
        if flags & ALLCAP:
            pass
        elif any(c.isupper() for c in word[1:]):
            flags |= INNERCAP
        if any(c.isdigit() for c in word):
            flags |= DIGIT
            if not letters:
                flags |= NUMBER
        if len(_INFO) > 400_000:  # a bound on memory; the texts themselves are not kept
            _INFO.clear()
        ending = sum(1 << i for i, suffix in enumerate(SUFFIXES) if low.endswith(suffix)) | (PLACE if low in PLACES else 0)
        known = _INFO[word] = (value, power, flags, CUES.get(low, 0), ending)
    return known


@dataclass(frozen=True, slots=True)
class Words:
    """All words of a batch, in reading order; arrays of equal length, one entry a word.

    `paper` indexes the batch, `field` is 0 for the title and 1 for the abstract, `sentence` counts sentences over the whole
    batch, `run` counts stretches without a break, `start` and `end` are offsets in the field, `gap` tells what follows,
    `before` and `after` are the marks (indices of `MARKS`) next to the word, `cue` is its class in `lexicon.CUES`, `ending` the
    suffixes it has (see `PLACE`).
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
    sentence_bounds: Int32

    def __len__(self) -> int:
        return len(self.paper)

    def surface(self, first: int, last: int) -> str:
        """The text from word `first` to word `last`, both inclusive, as it stands in the paper."""
        return self.texts[int(self.paper[first])][int(self.field[first])][int(self.start[first]) : int(self.end[last])]


def words_of(papers: Sequence[Paper]) -> Words:
    """The words of a batch of papers, titles before abstracts."""
    texts = [(p.title, p.abstract) for p in papers]
    paper: list[int] = []
    field: list[int] = []
    sentence: list[int] = []
    start: list[int] = []
    end: list[int] = []
    gap: list[int] = []
    before: list[int] = []
    after: list[int] = []
    flags: list[int] = []
    cues: list[int] = []
    endings: list[int] = []
    hashes: list[int] = []
    powers: list[int] = []
    bounds: list[tuple[int, int, int, int]] = []
    for p, pair in enumerate(texts):
        for f, _ in enumerate(FIELDS):
            text = pair[f]
            for a, b in sentences(text):
                s = len(bounds)
                bounds.append((p, f, a, b))
                last = -1
                for match in _WORD.finditer(text, a, b):
                    i, j = match.span()
                    if last >= 0:
                        kind, right, left = _gap(text[last:i])
                        gap.append(kind)
                        after.append(right)
                        before.append(left)
                    else:
                        before.append(_gap(text[a:i])[2] if i > a else MARK["\n"])
                    value, power, flag, cue, ending = _info(match.group())
                    paper.append(p)
                    field.append(f)
                    sentence.append(s)
                    start.append(i)
                    end.append(j)
                    flags.append(flag if last >= 0 else flag | FIRST)
                    cues.append(cue)
                    endings.append(ending)
                    hashes.append(value)
                    powers.append(power)
                    last = j
                if last >= 0:
                    gap.append(GAP_BREAK)
                    tail = text[last:b]
                    after.append(_gap(tail)[1] if tail not in ("", ".") else MARK["\n"])
    gaps = np.array(gap, np.uint8)
    run = np.zeros(len(gap), np.int32)
    if len(gap) > 1:
        run[1:] = np.cumsum(gaps[:-1] == GAP_BREAK)
    return Words(
        texts,
        np.array(paper, np.int32),
        np.array(field, np.uint8),
        np.array(sentence, np.int32),
        run,
        np.array(start, np.int32),
        np.array(end, np.int32),
        gaps,
        np.array(before, np.uint8),
        np.array(after, np.uint8),
        np.array(flags, np.uint16),
        np.array(cues, np.uint8),
        np.array(endings, np.uint32),
        np.array(hashes, np.uint64),
        np.array(powers, np.uint64),
        np.array(bounds, np.int32).reshape(-1, 4),
    )


_KINDS = {" ": GAP_SPACE, "-": GAP_HYPHEN, "‐": GAP_HYPHEN, "‑": GAP_HYPHEN, "–": GAP_HYPHEN, "": GAP_TIGHT, ".": GAP_TIGHT,
          "/": GAP_TIGHT, "'": GAP_TIGHT, "’": GAP_TIGHT, "_": GAP_TIGHT, "&": GAP_TIGHT, "@": GAP_TIGHT, "*": GAP_TIGHT,
          "^": GAP_TIGHT, " & ": GAP_TIGHT}  # fmt: skip
_ALIKE = str.maketrans("“”‘’‐‑–—［］", "\"\"''----[]")


@lru_cache(maxsize=50_000)
def _gap(between: str) -> tuple[int, int, int]:
    """Kind of a gap, the mark after the word before it, and the mark before the word after it."""
    marks = between.translate(_ALIKE).split()
    right = MARK.get(marks[0][0], MARK_OTHER) if marks else 0
    left = MARK.get(marks[-1][-1], MARK_OTHER) if marks else 0
    return _KINDS.get(between, GAP_BREAK), right, left


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
