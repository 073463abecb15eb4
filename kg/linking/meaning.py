"""Which meaning a name has in one paper: the usual ones weighed by the words around, the type, and what else the paper names."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.catalog import Catalog, Name
from kg.linking.senses import Senses, single
from kg.text import fold
from kg.wordings import akin, skeleton

TypeAgreement = Literal["agrees", "acceptable", "differs", "another family", "unknown"]

#: Papers that nobody has seen and that mean a concept of the catalog by its abbreviation: so many, and this share of those that define it.
LISTED, LISTED_SHARE = 3.0, 0.15
#: Weights of other meanings, beside 1 for all that are known. Of abbreviations by their capitals (the shorter, the more other long
#: forms there are): up to two, three, more; of papers that define one by a long form that stands alone, this share is an other meaning, the
#: rest is a spelling of the usual ones.
BY_CAPITALS, ALONE_SHARE = (0.20, 0.13, 0.02), 0.5
#: Likewise of names that are no abbreviations: where the catalog flags them as ambiguous, where they are written in another way.
FLAGGED, WRITTEN_OTHERWISE, AS_WRITTEN = 1.2, 0.7, 0.02
#: Meanings from outside the field: their weight in a text whose words are as usual in the field as `USUAL`, and the logarithm of the odds
#: that each step below it (a word half as usual) adds. Nine of ten abstracts of the gold are above 5, half the texts
#: from other fields below 4. Strange words alone do not outweigh words that fit.
OUTSIDE, USUAL, UNUSUAL, MOST_OUTSIDE = 0.2, 4.5, 1.5, 2.0
#: What the words around say counts from … to … (logarithms of odds).
FIT_LIMITS = (-8.0, 10.0)
#: Against meanings of which nothing is known it counts no less than this: one paper in a hundred fits what it names as badly.
WORST = -2.5
#: Logarithms of odds.
TYPE: Mapping[TypeAgreement, float] = {"agrees": 0.0, "acceptable": -0.1, "differs": -0.4, "another family": -1.0, "unknown": 0.0}
TYPE_WORD, RELATED, INTRODUCED = 1.5, 1.0, -1.0
#: The profile of the nearest broader concept counts so much, as far as it speaks for a concept: of many concepts few papers are known.
BROADER = 0.5


#: Fits that are remembered; a bound on memory.
_REMEMBERED = 2_000


class Around:
    """The words of one paper by which meanings are told apart."""

    def __init__(self, columns: Sequence[int], first: int, usual: float = math.inf) -> None:
        """`columns[i]` is the column of word `first + i` in the profiles, or -1 for a word that does not count; `usual` tells how usual
        the words are in the field (`Senses.usual`).
        """
        self._columns = columns
        self._first = first
        self._times = Counter(columns)
        self._times.pop(-1, None)
        self._besides: dict[tuple[tuple[int, int], ...], NDArray[np.int64]] = {}
        self.outside = min(MOST_OUTSIDE, OUTSIDE * math.exp(UNUSUAL * (USUAL - usual)))

    def besides(self, places: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
        """The columns of the different words outside some places (first and last word of each)."""
        asked = tuple(places)
        if asked not in self._besides:
            self._besides[asked] = self._outside(asked)
        return self._besides[asked]

    def _outside(self, places: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
        inside = {word for first, last in places for word in range(first - self._first, last + 1 - self._first)}
        columns, times = self._columns, self._times
        held: dict[int, int] = {}
        for word in inside:
            if word < len(columns) and (column := columns[word]) >= 0:
                held[column] = held.get(column, 0) + 1
        # asked for again and again: what stands inside alone is taken from all, rather than all looked through
        gone = [self._at[column] for column, count in held.items() if count == times[column]]
        if not gone:
            return self._all
        kept = np.ones(len(self._all), bool)
        kept[gone] = False
        return self._all[kept]

    @cached_property
    def _all(self) -> NDArray[np.int64]:
        """The columns of the different words."""
        return np.fromiter(self._times, np.int64, len(self._times))

    @cached_property
    def _at(self) -> dict[int, int]:
        """The place of each column in `_all`."""
        return {column: at for at, column in enumerate(self._times)}


class Evidence(NamedTuple):
    """What speaks for or against one concept in one paper, beside the words around: logarithms of odds, added up."""

    type: TypeAgreement = "unknown"
    type_word: bool = False
    related: int = 0
    introduced: bool = False

    def odds(self) -> float:
        """The sum."""
        return TYPE[self.type] + TYPE_WORD * self.type_word + RELATED * self.related + INTRODUCED * self.introduced


@dataclass(frozen=True, slots=True)
class Meant:
    """What a name means in a paper: the probability of every concept that it may mean, how well the words around fit it, and the most
    probable other meaning, which is no concept of the catalog (its text may be empty).
    """

    share: Mapping[str, float] = field(default_factory=dict)
    fit: Mapping[str, float] = field(default_factory=dict)
    other: tuple[str, float] = ("", 0.0)


class Meanings:
    """The meanings of the names of a catalog."""

    def __init__(self, catalog: Catalog, senses: Senses) -> None:
        self._catalog = catalog
        self.senses = senses
        self._usual: dict[str, tuple[list[tuple[str, str, float, int]], float]] = {}
        self._rows: dict[str, tuple[int, int]] = {}
        self._fits: dict[tuple[str, int], tuple[NDArray[np.int64], float]] = {}

    def usual(self, text: str) -> list[Name]:
        """Names of concepts that papers usually give as the long form of an abbreviation, and that do not list it."""
        if " " in text:
            return []  # abbreviations are single words
        short = single(text)
        found = []
        for concept, name, papers, _ in self._of(short)[0]:
            if concept and papers >= LISTED:
                # a long form that the catalog has not is one of a concept that lists the abbreviation
                found += [n for n in self._catalog.names.get(fold(name), ()) if n.concept == concept and n.kind != "acronym"][:1]
        return found

    def _of(self, short: str) -> tuple[list[tuple[str, str, float, int]], float]:
        """The meanings that papers give: (concept or "", text, papers, row), and the weight of those that none gives."""
        if short not in self._usual:
            given, defined = self.senses.meanings(short)
            found = []
            for one in given:
                named = {n.concept for n in self._catalog.names.get(fold(one.text), ()) if n.kind != "acronym"} or self._akin(
                    short, one.text
                )
                found.append((named.pop() if len(named) == 1 else "", one.text, float(one.papers), one.row))
            alone = max(0.0, defined - sum(papers for _, _, papers, _ in found))
            self._usual[short] = found, ALONE_SHARE * alone
        return self._usual[short]

    def _akin(self, short: str, long: str) -> set[str]:
        """The concepts that list an abbreviation and have a long form that differs from this one by endings and small words only."""
        listed = self._catalog.long_forms(fold(short), skeleton(long))
        return {concept for concept, names in listed.items() if any(akin(long, name) for name in names)}

    def _profiles(self, concept: str) -> tuple[int, int]:
        """The profiles of a concept and of the nearest broader one that has one; -1 where there is none."""
        if concept not in self._rows:
            own, *broader = (self._row(c) for c in (concept, *self._catalog.ancestors(concept)))
            self._rows[concept] = own, next((row for row in broader if row >= 0), -1)
        return self._rows[concept]

    def _row(self, concept: str) -> int:
        return self.senses.row((self._catalog[concept].label, *self._catalog[concept].aliases))

    def weigh(
        self,
        names: Mapping[str, tuple[Name, bool, bool]],
        text: str,
        evidence: Mapping[str, Evidence],
        words: NDArray[np.int64],
        outside: float,
    ) -> Meant:
        """What a string means.

        Args:
            names: by concept, the name that the string may be, whether it is written so, and whether it is but the usual long form.
            text: the string.
            evidence: by concept, what speaks for it.
            words: the words around (`Around.besides`).
            outside: the weight of meanings from outside the field (`Around.outside`).
        """
        weights: dict[str, float] = {}
        others: list[tuple[str, float, int]] = []
        # a label is the abbreviation's own concept, whatever its long form
        plain = {c: (n, same) for c, (n, same, long) in names.items() if n.kind != "acronym" and not long}
        alone, unseen, given_by = 0.0, 0.0, 0.0
        if plain:
            weights = dict.fromkeys(plain, 1.0)
            unseen = max(FLAGGED if n.ambiguous else AS_WRITTEN if same else WRITTEN_OTHERWISE for n, same in plain.values())
        else:
            short = next((n.text for n, _, _ in names.values() if n.kind == "acronym"), single(text))
            given, alone = self._of(short)
            given_by = sum(papers for _, _, papers, _ in given)
            for concept, meaning, papers, row in given:
                if concept in names:
                    weights[concept] = weights.get(concept, 0.0) + papers
                else:
                    others.append((meaning, papers, row))
            unseen = BY_CAPITALS[min(3, max(1, sum(map(str.isupper, short)))) - 1] if short.isupper() or len(short) < 4 else BY_CAPITALS[-1]
        for concept, (name, _, _) in names.items():
            if name.kind == "acronym":
                weights[concept] = weights.get(concept, 0.0) + LISTED + LISTED_SHARE * given_by
        known = sum(weights.values()) + sum(papers for _, papers, _ in others)
        fit = {concept: self.fit(concept, words) for concept in weights}
        odds = {c: w * math.exp(fit[c] + evidence[c].odds()) for c, w in weights.items()}
        rivals = [(meaning, w * math.exp(_within(self.senses.fit(row, words)))) for meaning, w, row in others]
        named = sum(odds.values()) + sum(w for _, w in rivals)
        rivals = [(meaning, w / named) for meaning, w in rivals]
        some = max(named, math.exp(WORST) * sum(w * math.exp(evidence[c].odds()) for c, w in weights.items()))
        total = some + alone + known * (unseen + outside)
        rivals = [(meaning, w * some / total) for meaning, w in rivals]
        rivals += [("", (alone + known * unseen) / total), ("a thing of another field", known * outside / total)]
        own = {c: w / named * some / total for c, w in odds.items()}
        # a name that means a narrower concept or a broader one does not mean another
        share = {c: round(sum(w for other, w in own.items() if other == c or self._kin(c, other)), 2) for c in own}
        meaning, weight = max(rivals, key=lambda r: (r[1], r[0]))
        return Meant(share, fit, (meaning, round(weight, 2)))

    def _kin(self, one: str, other: str) -> bool:
        return one in self._catalog.ancestors(other) or other in self._catalog.ancestors(one)

    def fit(self, concept: str, words: NDArray[np.int64]) -> float:
        """How well words fit a concept and what it is a kind of: a logarithm of odds, 0 where they say nothing."""
        # a concept is asked for again with the very same words: to find its names, to weigh them, and with what else the paper names
        asked = concept, id(words)
        before = self._fits.get(asked)
        if before is not None and before[0] is words:
            return before[1]
        own, broader = self._profiles(concept)
        found = _within(self.senses.fit(own, words) + BROADER * max(0.0, self.senses.fit(broader, words)))
        if len(self._fits) >= _REMEMBERED:
            self._fits.clear()
        self._fits[asked] = words, found
        return found


def _within(fit: float) -> float:
    return round(max(FIT_LIMITS[0], min(FIT_LIMITS[1], fit)), 2)
