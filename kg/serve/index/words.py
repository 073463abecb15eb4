"""Search while somebody types: every word of every name is a place where it can begin.

Names are folded (`kg.text.fold`), so that "cifar 10" finds CIFAR-10 and a plural its singular. All folded names stand in one file; an
array holds the places where words begin, sorted by what stands from there to the end of the name (a suffix array over words). What
begins with a query is one range of it.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.serve.index.texts import load, mapped, save
from kg.text import WORD, fold_word

#: How well a name fits, best first: it is the query; it begins with it; a word in it does; all words of the query begin words in it.
WHOLE, BEGINS, WITHIN, WORDS = range(4)
#: Words of a query that are looked for one by one; further ones must follow each other.
_MOST_WORDS = 8


class Words:
    """An index of names, each of one owner (a concept or a paper, by number); owners of lower number are better ones."""

    def __init__(self, folder: Path, name: str) -> None:
        self._text = mapped(folder / f"{name}.folded")
        self._at = load(folder, f"{name}.at")
        self._names = load(folder, f"{name}.name-of")
        self._starts = load(folder, f"{name}.name-start")
        self._owners = load(folder, f"{name}.owner")
        self._kinds = load(folder, f"{name}.kind")
        self._most_owner = int(self._owners.max(initial=0))

    def find(self, query: str, allowed: NDArray[np.bool_] | None = None) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """What a query finds, best first: owners, how well each fits (`WHOLE` …), and the kind of name that fits.

        Args:
            allowed: which owners may be found, by number; all where it is None.
        """
        words = [folded for word in WORD.findall(query) if (folded := fold_word(word).encode())]
        if not words:
            return _nothing()
        joined = b"".join(words)
        # the last word may be half typed: as a plural ("s") it is another key than as the beginning of a longer word
        typed = b"".join([*words[:-1], WORD.findall(query)[-1].casefold().encode()])
        names, tiers = [], []
        for key in {joined, typed}:
            low, high = self._range(key)
            own = self._names[low:high]
            at = self._at[low:high]
            begins = at == self._starts[own]
            whole = begins & (self._starts[own + 1] - at - 1 == len(key))
            names.append(own)
            tiers.append(np.where(whole, WHOLE, np.where(begins, BEGINS, WITHIN)))
        if 1 < len(words) <= _MOST_WORDS:
            common = self._all(words)
            names.append(common)
            tiers.append(np.full(len(common), WORDS))
        # the best tier of each owner, and in it the first of its names: written from the last to the first, so that the first stays
        best = np.full(self._most_owner + 1, 255, dtype=np.uint8)
        named = np.zeros(len(best), dtype=np.int32)
        own, tier = np.concatenate(names), np.concatenate(tiers)
        for wanted in (WORDS, WITHIN, BEGINS, WHOLE):
            chosen = np.sort(own[tier == wanted])[::-1]
            owner = self._owners[chosen]
            best[owner] = wanted
            named[owner] = chosen
        if allowed is not None:
            best[: len(allowed)][~allowed[: len(best)]] = 255
        found = np.flatnonzero(best != 255)
        order = found[np.argsort(best[found], kind="stable")]
        return order, best[order], self._kinds[named[order]]

    def exactly(self, key: str) -> list[int]:
        """Owners with a name of this key (`kg.text.fold`), each once, best first."""
        wanted = key.encode()
        low, high = self._range(wanted)
        at, own = self._at[low:high], self._names[low:high]
        fits = (at == self._starts[own]) & (self._starts[own + 1] - at - 1 == len(wanted))
        return [int(owner) for owner in np.unique(self._owners[own[fits]])] if wanted else []

    def near(self, query: str, most: int) -> list[int]:
        """Owners of names that begin as the query does, those that share most with it first: for "did you mean"."""
        folded = "".join(fold_word(w) for w in WORD.findall(query[:200])).encode()[:80]
        found: dict[int, None] = {}
        while len(folded) > 1 and len(found) < most:
            low, high = self._range(folded)
            found |= dict.fromkeys(np.unique(self._owners[self._names[low:high]])[:most].tolist())
            folded = folded[:-1] if len(folded) < 16 else folded[: len(folded) * 3 // 4]
        return list(found)[:most]

    def _all(self, words: list[bytes]) -> NDArray[Any]:
        """Names in which each of several words begins a word."""
        ranges = sorted({self._range(word) for word in words}, key=lambda r: r[1] - r[0])
        found = np.unique(self._names[ranges[0][0] : ranges[0][1]])
        for low, high in ranges[1:]:
            if not len(found):
                break
            there = np.zeros(len(self._owners), dtype=bool)
            there[self._names[low:high]] = True
            found = found[there[found]]
        return found

    def _range(self, key: bytes) -> tuple[int, int]:
        """The part of the sorted places where a key stands."""
        text, at, length = self._text, self._at, len(key)

        def first(after: bool) -> int:
            low, high = 0, len(at)
            while low < high:
                middle = (low + high) // 2
                start = int(at[middle])
                there = text[start : start + length]
                if there < key or (after and there == key):
                    low = middle + 1
                else:
                    high = middle
            return low

        return (first(False), first(True)) if key else (0, 0)


def _nothing() -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    return np.zeros(0, np.int32), np.zeros(0, np.int64), np.zeros(0, np.uint8)


def write_words(folder: Path, name: str, given: Iterable[tuple[str, int, int]]) -> None:
    """Writes what `Words` opens.

    Args:
        given: names with their owner and their kind (below 256); of an owner's names that fit equally well the first counts.
    """
    text = bytearray()
    at, names, starts, owners = array("i"), array("i"), array("i"), array("i")
    kinds = bytearray()
    for one, owner, kind in given:
        starts.append(len(text))
        folded = [fold_word(word).encode() for word in WORD.findall(one)]
        for word in folded:
            if word:
                at.append(len(text))
                names.append(len(owners))
            text += word
        text += b"\0"
        owners.append(owner)
        kinds.append(kind)
    starts.append(len(text))
    whole = bytes(text)
    order = sorted(range(len(at)), key=lambda n: whole[at[n] : starts[names[n] + 1]])
    (folder / f"{name}.folded").write_bytes(whole)
    sort = np.array(order, dtype=np.int64)
    for what, values in (("at", np.array(at, np.int32)[sort]), ("name-of", np.array(names, np.int32)[sort])):
        save(folder, f"{name}.{what}", values)
    save(folder, f"{name}.name-start", np.array(starts, np.int32))
    save(folder, f"{name}.owner", np.array(owners, np.int32))
    save(folder, f"{name}.kind", np.frombuffer(bytes(kinds), np.uint8))
