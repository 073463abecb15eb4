"""Which concept a mention means: candidates compared, the best chosen, or none, so that a new concept is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.catalog import Catalog, Name
from kg.linking.candidates import Spellings, alike, doubtful, names_for, size_behind, size_of, variant_of
from kg.linking.compare import CONTEXT_LIMIT, Comparison, Via, score
from kg.linking.meaning import Around, Evidence, Meanings, Meant, TypeAgreement
from kg.linking.senses import Senses
from kg.model import ConceptType
from kg.text import fold
from kg.wordings import akin

#: A fit from which words clearly speak for a concept (a logarithm of odds).
CLEARLY = 2.0
#: Below this score a mention is taken for a concept that the catalog does not know.
THRESHOLD = 0.55
#: Things whose names are remembered; a bound on memory.
_REMEMBERED = 50_000
_MODEL = (ConceptType.ARCHITECTURE, ConceptType.METHOD)
_WORK = (ConceptType.TASK, ConceptType.METHOD)


class Candidate(NamedTuple):
    """A concept that a mention may mean, with the comparison its score is computed from."""

    concept: str
    score: float
    comparison: Comparison

    def why(self) -> str:
        """The shares of the score in words."""
        compared = self.comparison
        found = f"{compared.text!r} is {compared.kind} {compared.name!r}: {compared.shares.words}"
        return (
            found
            if compared.sense is None
            else f"{found}; means it with probability {compared.sense:.2f}, words around {compared.fit:+.2f}"
        )


class Named(NamedTuple):
    """What is linked: the strings by which one paper names one thing, and what was read about it.

    `type` is the type read from the text, `long_forms` the long forms that the paper gives for its acronyms, `type_word` the type
    that a noun beside a mention shows ("the SST-2 dataset"), or None; `introduced` says that the paper seems to propose it. `places`
    are the first and last words of its mentions in the paper, whose words are `around`.
    """

    texts: tuple[str, ...]
    type: ConceptType | None = None
    long_forms: tuple[str, ...] = ()
    type_word: ConceptType | None = None
    introduced: bool = False
    places: tuple[tuple[int, int], ...] = ()
    around: Around | None = None


class _Text(NamedTuple):
    """A string with the names of the catalog that it may be: each name, by which step, and whether it is written the same. `doubted` has by
    concept what of these the context has a say in: the name, whether it is written so, and whether it is but the usual long form.
    """

    text: str
    names: list[tuple[Name, Via, bool]]
    doubted: dict[str, tuple[Name, bool, bool]]


class Linker:
    """Links named things of one paper to a catalog.

    Args:
        threshold: score below which no candidate is chosen.
        senses: what the field means by names, and the words around each meaning; without it only the catalog tells.
    """

    def __init__(self, catalog: Catalog, threshold: float = THRESHOLD, senses: Senses | None = None) -> None:
        self.catalog = catalog
        self.threshold = threshold
        self._meanings = Meanings(catalog, senses or Senses.none())
        self._spellings = Spellings(catalog)
        self._names: dict[tuple[tuple[str, ...], tuple[str, ...]], list[_Text]] = {}
        self._kin: dict[str, frozenset[str]] = {}

    def candidates(self, named: Named, context: frozenset[str] = frozenset()) -> list[Candidate]:
        """Candidates of one named thing, best first; ties go to the clearer name, then to the smaller id.

        Args:
            context: ids of concepts that the paper names unambiguously.
        """
        best: dict[str, Candidate] = {}
        for text, some, asked in self._names_of(named.texts, named.long_forms):
            meant = self._meant(named, text, asked, context) if asked else None
            for name, via, same in some:
                self._consider(best, named, text, name, via, same, context, meant if via != "abbreviation" else None)
        return sorted(best.values(), key=_rank) if len(best) > 1 else [*best.values()]

    def knows(self, texts: tuple[str, ...], long_forms: tuple[str, ...]) -> bool:
        """Whether a thing with these names has candidates: most have none, and need not be described."""
        return bool(self._names_of(texts, long_forms))

    def _names_of(self, texts: tuple[str, ...], long_forms: tuple[str, ...]) -> list[_Text]:
        """The strings that may be names of the catalog, with these names. Papers name the same things again and again."""
        found = self._names.get((texts, long_forms))
        if found is None:
            by_text: dict[str, list[tuple[Name, Via, bool]]] = {text: [] for text in texts}
            for text, name, via, same in names_for(texts, self.catalog, long_forms):
                by_text.setdefault(text, []).append((name, via, same))
            if not long_forms:
                for text, some in by_text.items():
                    if usual := self._meanings.usual(text):
                        listed = {name.concept for name, _, _ in some}
                        some += [(name, "usual long form", False) for name in usual if name.concept not in listed]
            found = [_Text(text, some, _doubted(text, some)) for text, some in by_text.items() if some]
            if len(self._names) >= _REMEMBERED:
                self._names.clear()
            self._names[texts, long_forms] = found
        return found

    def misspells(self, texts: Iterable[str]) -> bool:
        """Whether names of the catalog differ from one of these by a slip of spelling."""
        return any(map(self._spellings.near, texts))

    def misspelt(self, named: Named, context: frozenset[str] = frozenset()) -> list[Candidate]:
        """Candidates whose names differ from those of a thing by a slip of spelling, best first: for things without others."""
        best: dict[str, Candidate] = {}
        for text in named.texts:
            for name, _ in self._spellings.near(text):
                self._consider(best, named, text, name, "spelling", False, context, None)
        return sorted(best.values(), key=_rank)

    def choose(self, candidates: Sequence[Candidate]) -> Candidate | None:
        """The best candidate, or None where something keeps it from being taken (see `verdict`)."""
        return candidates[0] if candidates and not self.verdict(candidates, 0) else None

    def verdict(self, candidates: Sequence[Candidate], number: int) -> str:
        """Why a candidate is not taken; empty for the one that is.

        Args:
            candidates: all candidates, best first.
            number: the place of the candidate in question.
        """
        mine, best = candidates[number], candidates[0]
        if not mine.comparison.meant:
            other = mine.comparison.other
            return f"the name means it with probability {mine.comparison.sense:.2f} only" + (f"; rather {other}" if other else "")
        if mine.score < self.threshold:
            return f"below the threshold {self.threshold:.2f}"
        if mine.comparison.ambiguous and not mine.comparison.supported:
            return "an ambiguous name, and nothing else speaks for it"
        if number:
            return f"{best.concept} is better by {best.score - mine.score:.2f}: {_decisive(best, mine)}"
        if len(candidates) > 1 and candidates[1].score == best.score and best.comparison.ambiguous:
            return f"an ambiguous name, and {candidates[1].concept} is as good"
        return ""

    def told(self, candidates: Sequence[Candidate], number: int) -> str:
        """How a candidate compares and, if it is not taken, why."""
        lost = self.verdict(candidates, number)
        return candidates[number].why() + (f"; reason: {lost}" if lost else "")

    def _meant(self, named: Named, text: str, asked: Mapping[str, tuple[Name, bool, bool]], context: frozenset[str]) -> Meant:
        """What a string means here that can mean several things (`_Text.doubted`)."""
        around = named.around or Around((), 0)
        evidence = {}
        for concept_id in asked:
            concept = self.catalog[concept_id]
            types = (concept.type, *concept.also)
            agreement = _type_agreement(named.type, concept.type, concept.also)
            related = min(CONTEXT_LIMIT, len(self._related(concept_id) & context))
            evidence[concept_id] = Evidence(agreement, named.type_word is not None and named.type_word in types, related, named.introduced)
        return self._meanings.weigh(asked, text, evidence, around.besides(named.places), around.outside)

    def _consider(
        self,
        best: dict[str, Candidate],
        named: Named,
        text: str,
        name: Name,
        via: Via,
        same: bool,
        context: frozenset[str],
        meant: Meant | None,
    ) -> None:
        concept_id = name.concept
        concept = self.catalog[concept_id]
        long_form: Literal["agrees", "differs", "none"] = "none"
        if named.long_forms and via != "abbreviation":
            keys = {fold(n) for n in concept.names}
            spelled = [fold(f) for f in named.long_forms]
            agrees = any(f in keys or any(alike(f, k) for k in keys) for f in spelled)
            if not agrees and name.kind == "acronym":
                agrees = any(akin(f, n) for f in named.long_forms for n in concept.names)
            long_form = "agrees" if agrees else "differs"
            # the catalog need not know what a name stands for, but one that is only written nearly so is another
            written = same or fold(text) in spelled
            if long_form == "differs" and name.kind != "acronym" and written:
                long_form = "none"
        sense, fit, other = None, 0.0, ""
        if meant is not None and concept_id in meant.share and long_form != "agrees":
            sense, fit, other = meant.share[concept_id], meant.fit[concept_id], self._instead(meant, concept_id)
        described = Comparison(
            text,
            name.text,
            name.kind,
            via,
            same,
            name.ambiguous,
            _type_agreement(named.type, concept.type, concept.also),
            long_form,
            named.type_word is not None and named.type_word in (concept.type, *concept.also),
            sense,
            fit,
            other,
            tuple(sorted(self._related(concept_id) & context))[:CONTEXT_LIMIT] if context and name.ambiguous else (),
        )
        found = Candidate(concept_id, score(described), described)
        if concept_id not in best or _rank(found) < _rank(best[concept_id]):
            best[concept_id] = found

    def _instead(self, meant: Meant, concept_id: str) -> str:
        """The most probable meaning other than a concept, where it is more probable; empty where it has no text."""
        other, share = meant.other
        rival = max((c for c in meant.share if c != concept_id), key=lambda c: (meant.share[c], c), default="")
        if rival and meant.share[rival] >= share:
            other, share = self.catalog[rival].label, meant.share[rival]
        return other if share > meant.share[concept_id] else ""

    def fits(self, concept_id: str, words: NDArray[np.int64]) -> bool:
        """Whether the words around a name clearly fit a concept."""
        return self._meanings.fit(concept_id, words) >= CLEARLY

    def related(self, candidates: Iterable[Candidate], context: frozenset[str]) -> bool:
        """Whether a context has anything to say of these candidates: where not, they compare with it as without it."""
        return any(not self._related(candidate.concept).isdisjoint(context) for candidate in candidates)

    def _related(self, concept_id: str) -> frozenset[str]:
        """Parents, children and siblings of a concept that has an ambiguous name; of others nothing."""
        kin = self._kin.get(concept_id)
        if kin is None:
            concept, near = self.catalog[concept_id], set[str]()
            if self.catalog.names.ambiguous(concept):
                parents = [p for p in concept.broader if p in self.catalog]
                near.update(self.catalog.ancestors(concept_id), *(self._children.get(c, ()) for c in (concept_id, *parents)))
            kin = self._kin[concept_id] = frozenset(near - {concept_id})
        return kin

    @cached_property
    def _children(self) -> dict[str, set[str]]:
        children: dict[str, set[str]] = {}
        for concept in self.catalog.values():
            for parent in concept.broader:
                children.setdefault(parent, set()).add(concept.id)
        return children

    def variant(self, chosen: Candidate, places: Iterable[tuple[str, int]] = ()) -> str:
        """The size or version that the paper adds to the name it was linked by ("13B"); empty where none.

        Args:
            places: texts in which a mention ends, and where it ends: a size may stand behind it.
        """
        text, name = chosen.comparison.text, chosen.comparison.name
        if chosen.comparison.via == "variant":
            return variant_of(text, name)
        concept = self.catalog[chosen.concept]
        if concept.type is not ConceptType.ARCHITECTURE:
            return ""
        return size_of(text, concept.label) or next(filter(None, (size_behind(*place) for place in places)), "")


def _doubted(text: str, some: Sequence[tuple[Name, Via, bool]]) -> dict[str, tuple[Name, bool, bool]]:
    """What of the names that a string may be the context has a say in, by concept (see `_Text`)."""
    asked: dict[str, tuple[Name, bool, bool]] = {}
    sure = set()
    for name, via, _ in some:
        usual = via == "usual long form"
        if not usual and (via == "abbreviation" or not doubtful(name, name.text in text)):
            sure.add(name.concept)
            continue
        # the first letter may be a capital because a sentence begins
        written = name.text[1:] in text or not text.isalpha() or text.isupper()
        if name.concept not in asked or (written and not asked[name.concept][1]):
            asked[name.concept] = name, written, usual
    return {concept: about for concept, about in asked.items() if concept not in sure}


def _rank(candidate: Candidate) -> tuple[float, bool, str]:
    """What candidates are sorted by: the score, then a name of one concept before an ambiguous one, then the id."""
    return -candidate.score, candidate.comparison.ambiguous, candidate.concept


def _decisive(best: Candidate, other: Candidate) -> str:
    """The share of the scores in which two candidates differ most, in words."""
    mine, theirs = dict(best.comparison.parts()), dict(other.comparison.parts())
    if mine == theirs:
        return "the smaller id of two that are equal"
    part = max(sorted({*mine, *theirs}), key=lambda p: mine.get(p, 0.0) - theirs.get(p, 0.0))
    return f"{part} {mine.get(part, 0.0):+.2f} against {theirs.get(part, 0.0):+.2f}"


def _type_agreement(read: ConceptType | None, main: ConceptType, also: tuple[ConceptType, ...]) -> TypeAgreement:
    if read is None:
        return "unknown"
    if read is main:
        return "agrees"
    if read in also:
        return "acceptable"
    if (read in _MODEL and main in _MODEL) or (read in _WORK and main in _WORK):
        return "differs"
    return "another family"
