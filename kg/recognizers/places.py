"""Mentions of a recogniser as grams of a sight, so that all later steps treat them like those found by paperkg itself."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from kg.model import FIELDS, Rejected
from kg.recognize.features import group, mix
from kg.recognize.grams import FUNCTION, Grams, Words
from kg.recognize.sight import Sight
from kg.recognizers.protocol import Recognized
from kg.recognizers.verify import reject

NO_WORD = "no letter or digit in it"
IN_WORD = "begins or ends inside a word"
TWO_SENTENCES = "goes over the end of a sentence"
BRACKET = "has one of two brackets"
_PAIRS = {")": "(", "]": "[", "}": "{"}

Place = tuple[int, int]  # first and last word, both inclusive


class Alignment:
    """Finds the words of mentions.

    A mention goes from its first to its last word: marks at its edges are left out, and so is a bracket that it ends in:
    "low-rank adaptation (LoRA)" is low-rank adaptation, whose abbreviation is found by itself.
    """

    def __init__(self, sight: Sight) -> None:
        self._sight = sight
        self._bounds = np.searchsorted(sight.words.paper, np.arange(len(sight.papers) + 1)).tolist()

    def places(self, number: int, found: Iterable[Recognized]) -> tuple[list[tuple[Recognized, Place]], list[Rejected]]:
        """The words of every mention of paper `number` of the sight; those that are no whole words of one sentence are rejected."""
        words, paper = self._sight.words, self._sight.papers[number]
        low, high = self._bounds[number], self._bounds[number + 1]
        turn = low + int(np.searchsorted(words.field[low:high], 1))
        sides = [(begin, words.start[begin:end].tolist(), words.end[begin:end].tolist()) for begin, end in ((low, turn), (turn, high))]
        placed: list[tuple[Recognized, Place]] = []
        rejected: list[Rejected] = []
        for one in found:
            m = one.mention
            place = self._place(*sides[FIELDS.index(m.field)], m.start, m.end)
            if isinstance(place, tuple):
                text = paper.text(m.field)
                cut = _open_bracket(text[words.start[place[0]] : words.end[place[1]]])
                if cut == 0:
                    place = BRACKET
                elif cut > 0:
                    place = self._place(*sides[FIELDS.index(m.field)], m.start, int(words.start[place[0]]) + cut)
            if isinstance(place, str):
                rejected.append(reject(paper, place, m.text))
            else:
                placed.append((one, place))
        return placed, rejected

    def _place(self, begin: int, starts: list[int], ends: list[int], start: int, end: int) -> Place | str:
        first, last = bisect_right(ends, start), bisect_left(starts, end) - 1
        if first > last:
            return NO_WORD
        if starts[first] < start or ends[last] > end:
            return IN_WORD
        sentence = self._sight.words.sentence
        return (begin + first, begin + last) if sentence[begin + first] == sentence[begin + last] else TWO_SENTENCES


def _open_bracket(text: str) -> int:
    """Where the first bracket stands that is not closed; 0 where one closes that was not opened; -1 where all is well."""
    opened: list[tuple[str, int]] = []
    for at, c in enumerate(text):
        if c in _PAIRS.values():
            opened.append((c, at))
        elif c in _PAIRS and (not opened or opened.pop()[0] != _PAIRS[c]):
            return 0
    return opened[0][1] if opened else -1


def with_grams(sight: Sight, places: Iterable[Place]) -> Sight:
    """The sight with further grams, such as those that are longer or begin with a function word.

    Groups of further grams have rows of zeros in `seen`: nothing decides on them by what was seen.
    """
    words, grams = sight.words, sight.grams
    there = grams.first.astype(np.int64) * len(words) + grams.last
    wanted = np.array(sorted({first * len(words) + last for first, last in places}), np.int64)
    fresh = wanted[~np.isin(wanted, there)]
    if not len(fresh):
        return sight
    first, last = fresh // len(words), fresh % len(words)
    function = np.concatenate(([0], np.cumsum((words.flags & FUNCTION) > 0)))
    more = Grams(
        first.astype(np.int32), last.astype(np.int32), _keys(words, list(zip(first.tolist(), last.tolist(), strict=True))),
        (function[last + 1] - function[first]).astype(np.uint8), np.zeros(len(fresh), bool),
    )  # fmt: skip
    both = [np.concatenate(pair) for pair in zip(_columns(grams), _columns(more), strict=True)]
    order = np.lexsort((both[1], both[0]))
    union = Grams(*(column[order] for column in both))
    groups = group(words, union)
    new = moved(sight, replace(sight, grams=union, groups=groups))
    names = {int(new[g]): known for g, known in sight.names.items()}
    return replace(sight, grams=union, groups=groups, seen=sight.seen.spread(new, len(groups)), names=names)


def moved(old: Sight, new: Sight) -> NDArray[np.int64]:
    """For every group of a sight its index in the same sight with further grams."""
    theirs = mix(new.groups.paper, new.groups.key)
    order = np.argsort(theirs)
    found: NDArray[np.int64] = order[np.searchsorted(theirs[order], mix(old.groups.paper, old.groups.key))]
    return found


def gram_at(sight: Sight, place: Place) -> int:
    """The gram at a place.

    Raises:
        KeyError: there is none.
    """
    first, last = place
    low, high = np.searchsorted(sight.grams.first, [first, first + 1])
    at = int(low) + int(np.searchsorted(sight.grams.last[low:high], last))
    if at >= high or sight.grams.last[at] != last:
        raise KeyError(place)
    return at


def _columns(grams: Grams) -> tuple[NDArray[np.generic], ...]:
    return grams.first, grams.last, grams.key, grams.functions, grams.soft


def _keys(words: Words, places: Sequence[Place]) -> NDArray[np.uint64]:
    """The keys of word sequences, as `grams_of` makes them."""
    found = []
    for first, last in places:
        value = 0
        for word in range(first, last + 1):
            value = (value * int(words.power[word]) + int(words.hash[word])) & 0xFFFFFFFFFFFFFFFF
        found.append(value)
    return np.array(found, np.uint64)
