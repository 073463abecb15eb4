"""What the catalog says of the grams of a batch: which are names of known concepts, and which types a word suggests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from kg.catalog import Catalog, Name, same_writing
from kg.keys import hashes
from kg.model import ConceptType
from kg.recognize.grams import Grams, Words
from kg.text import WORD, fold_word

TYPES: tuple[ConceptType, ...] = tuple(ConceptType)
_POSITION = {t: i for i, t in enumerate(TYPES)}
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
    """For every group the names of the catalog that it may be, and the columns for the decision, shape (groups, len(COLUMNS))."""

    names: dict[int, tuple[Name, ...]]
    columns: NDArray[np.float32]


class CatalogIndex:
    """The names of a catalog by gram key, and how its names of each type begin and end."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._seen: dict[tuple[tuple[Name, ...], int], tuple[float, ...]] = {}
        keys = hashes([*catalog.names])
        order = np.argsort(keys, kind="stable")
        names = [*catalog.names.values()]
        self._keys = keys[order]
        self._names = [names[n] for n in order.tolist()]
        heads: list[list[str]] = [[] for _ in TYPES]
        starts: list[list[str]] = [[] for _ in TYPES]
        for concept in catalog.values():
            position = _POSITION[concept.type]
            found = [w for name in (concept.label, *concept.aliases) if len(w := WORD.findall(name)) > 1]
            # a concept counts once for a word, however many of its names end in it
            heads[position] += {fold_word(w[-1]) for w in found}
            starts[position] += {fold_word(w[0]) for w in found}
        self._heads = _shares(heads)
        self._starts = _shares(starts)

    def find(self, words_: Words, grams: Grams, order: NDArray[np.int64], start: NDArray[np.int64], keys: NDArray[np.uint64]) -> KnownNames:
        """Names and columns of the groups that `order` and `start` describe (see `features.Groups`)."""
        # columns contiguous, as they are copied
        out = np.zeros((len(COLUMNS), len(keys)), np.float32)
        names: dict[int, tuple[Name, ...]] = {}
        if len(self._keys) and len(keys):
            at = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
            there = np.flatnonzero(self._keys[at] == keys)
            about = []
            for group, entry in zip(there.tolist(), at[there].tolist(), strict=True):
                known = self._names[entry]
                good = known
                if any(n.exact for n in known):
                    members = order[start[group] : start[group + 1]]
                    surfaces = {words_.surface(int(grams.first[m]), int(grams.last[m])) for m in members}
                    good = tuple(n for n in known if not n.exact or any(same_writing(n.text, s) for s in surfaces))
                if good:
                    names[group] = good
                about.append(self._about(good, len(known)))
            out[: self._ABOUT, there] = np.array(about, np.float32).reshape(-1, self._ABOUT).T
        first = order[start[:-1]]
        head = self._heads.rows(words_.hash)[grams.last[first]]
        begin = self._starts.rows(words_.hash)[grams.first[first]]
        for column, shares, row in (("head_task", self._heads, head), ("start_task", self._starts, begin)):
            base = COLUMNS.index(column)
            out[base : base + len(TYPES)] = shares.share.take(row, axis=1)
        out[COLUMNS.index("head_names")] = self._heads.names.take(head)
        return KnownNames(names, out.T)

    _ABOUT = 6 + len(TYPES)

    def _about(self, good: tuple[Name, ...], known: int) -> tuple[float, ...]:
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
                len({n.concept for n in good}),
                *(t in types for t in TYPES),
            )
            self._seen[good, known] = found
        return found


@dataclass(frozen=True, slots=True)
class _Shares:
    """For sorted keys of words, and behind the last for all other words: of the names that have the word, the share of each type,
    smoothed by one name of each, shape (types, keys + 1), and the logarithm of how many there are.
    """

    keys: NDArray[np.uint64]
    share: NDArray[np.float32]
    names: NDArray[np.float32]

    def rows(self, wanted: NDArray[np.uint64]) -> NDArray[np.int64]:
        """The place of each key."""
        last = len(self.keys)
        at = np.searchsorted(self.keys, wanted)
        return np.where(self.keys[np.minimum(at, last - 1)] == wanted, at, last) if last else at


def _shares(of_types: Sequence[Sequence[str]]) -> _Shares:
    """The shares of words, from those that names of each type have; a word comes as often as it counts."""
    number = {word: n for n, word in enumerate(dict.fromkeys(chain.from_iterable(of_types)))}
    keys = hashes([*number])
    order = np.argsort(keys, kind="stable")
    rows = np.zeros((len(keys) + 1, len(TYPES)), np.float32)
    for position, some in enumerate(of_types):
        counted = np.fromiter(map(number.__getitem__, some), np.int64, len(some))
        rows[:-1, position] = np.bincount(counted, minlength=len(keys))[order]
    total = rows.sum(axis=1)
    return _Shares(keys[order], np.ascontiguousarray(((rows + 1) / (total + len(TYPES))[:, None]).T), np.log2(1 + total))
