"""What the catalog says of the grams of a batch: which are names of known concepts, and which types a word suggests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.catalog import Catalog, Name, same_writing
from kg.keys import SortedKeys, hashes
from kg.model import ConceptType
from kg.recognize.columns import Groups
from kg.recognize.grams import Grams, Words

TYPES: tuple[ConceptType, ...] = tuple(ConceptType)
#: Columns of `KnownNames.columns`, in this order.
COLUMNS: tuple[str, ...] = (
    "known",
    "known_clear",
    "known_label",
    "known_acronym",
    "known_case_differs",
    "known_concepts",
    *(f"known_{t.value.lower()}" for t in TYPES),
    *(f"head_{t.value.lower()}" for t in TYPES),
    *(f"start_{t.value.lower()}" for t in TYPES),
    "head_names",
)


@dataclass(frozen=True, slots=True)
class KnownNames:
    """For every group the names of the catalog that it may be, and the columns for the decision, in the order of `COLUMNS`."""

    names: dict[int, tuple[Name, ...]]
    columns: list[NDArray[Any]]


class CatalogIndex:
    """The names of a catalog by gram key, and how its names of each type begin and end."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._seen: dict[tuple[tuple[Name, ...], int], tuple[int, ...]] = {}
        self._keys = [*catalog.names]
        keys = hashes(self._keys)
        self._order = np.argsort(keys, kind="stable")
        self._places = SortedKeys(keys[self._order])
        # described when they are first met: the names, which of them need their writing (-1 where nobody looked), and their columns
        self._names: list[tuple[Name, ...]] = [()] * len(keys)
        self._exact = np.full(len(keys), -1, np.int8)
        self._about = np.zeros((len(keys), self._ABOUT), np.int8)
        ends = catalog.names.ends
        words = hashes(ends.words)
        self._heads = _shares(words, ends.heads)
        self._starts = _shares(words, ends.starts)

    def find(self, words: Words, grams: Grams, groups: Groups) -> KnownNames:
        """Names and columns of the groups."""
        about = np.zeros((len(groups), self._ABOUT), np.int8)
        at = self._places.find(groups.key)
        there = np.flatnonzero(at >= 0)
        entries = at[there]
        for entry in np.unique(entries[self._exact[entries] < 0]).tolist():
            known = self._names[entry] = self._catalog.names[self._keys[self._order[entry]]]
            self._about[entry] = self._said(known, len(known))
            self._exact[entry] = any(n.exact for n in known)
        about[there] = self._about[entries]
        names = dict(zip(there.tolist(), map(self._names.__getitem__, entries.tolist()), strict=True))
        # which of the names that need their writing are meant depends on what stands in the paper
        doubtful = there[self._exact[entries] > 0]
        members, count = groups.members(doubtful)
        surfaces_of = words.surfaces(grams.first[members], grams.last[members])
        ends = np.cumsum(count).tolist()
        for group, low, high in zip(doubtful.tolist(), [0, *ends][:-1], ends, strict=True):
            known = names[group]
            surfaces = {*surfaces_of[low:high]}
            good = tuple(n for n in known if not n.exact or n.text in surfaces or any(same_writing(n.text, s) for s in surfaces))
            about[group] = self._said(good, len(known))
            if good:
                names[group] = good
            else:
                del names[group]
        first = groups.first
        head = self._heads.rows(words.hash)[grams.last[first]]
        begin = self._starts.rows(words.hash)[grams.first[first]]
        columns: list[NDArray[Any]] = [*about.T]
        columns += [share.take(head) for share in self._heads.share]
        columns += [share.take(begin) for share in self._starts.share]
        return KnownNames(names, [*columns, self._heads.names.take(head)])

    _ABOUT = 6 + len(TYPES)

    def _said(self, good: tuple[Name, ...], known: int) -> tuple[int, ...]:
        """The first columns of a gram that may be some of `known` names; the same names come again and again."""
        found = self._seen.get((good, known))
        if found is None:
            types = {self._catalog[n.concept].type for n in good}
            found = (
                bool(good),
                any(not n.ambiguous for n in good),
                any(n.kind == "label" for n in good),
                bool(good) and all(n.kind == "acronym" for n in good),
                len(good) < known,
                min(len({n.concept for n in good}), 127),
                *(t in types for t in TYPES),
            )
            self._seen[good, known] = found
        return found


@dataclass(frozen=True, slots=True)
class _Shares:
    """For sorted keys of words, and behind the last for all other words: of the names that have the word, the share of each type,
    smoothed by one name of each, shape (types, keys + 1), and the logarithm of how many there are.
    """

    keys: SortedKeys
    share: NDArray[np.float32]
    names: NDArray[np.float32]

    def rows(self, wanted: NDArray[np.uint64]) -> NDArray[np.int64]:
        """The place of each key."""
        found = self.keys.find(wanted)
        found[found < 0] = len(self.names) - 1
        return found


def _shares(words: NDArray[np.uint64], counts: NDArray[np.int64]) -> _Shares:
    """The shares of words, by their keys, from the number of names of each type that have each, shape (types, words)."""
    there = np.flatnonzero(counts.any(axis=0))
    keys = words[there]
    order = np.argsort(keys, kind="stable")
    rows = np.zeros((len(keys) + 1, len(TYPES)), np.float32)
    rows[:-1] = counts.T[there[order]]
    total = rows.sum(axis=1)
    return _Shares(SortedKeys(keys[order]), np.ascontiguousarray(((rows + 1) / (total + len(TYPES))[:, None]).T), np.log2(1 + total))
