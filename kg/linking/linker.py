"""Which concept a mention means: candidates compared, the best chosen, or none, so that a new concept is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from kg.catalog import Catalog
from kg.linking.candidates import Spellings, alike, names_for, size_behind, size_of, variant_of
from kg.linking.compare import CONTEXT_LIMIT, Comparison, TypeAgreement, score
from kg.model import Concept, ConceptType
from kg.text import fold

#: Below this score a mention is taken for a concept that the catalog does not know.
THRESHOLD = 0.55
_MODEL = {ConceptType.ARCHITECTURE, ConceptType.METHOD}
_WORK = {ConceptType.TASK, ConceptType.METHOD}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A concept that a mention may mean, with the comparison its score is computed from."""

    concept: str
    score: float
    comparison: Comparison

    def why(self) -> str:
        """The shares of the score in words."""
        parts = ", ".join(f"{name} {weight:+.2f}" for name, weight in self.comparison.parts())
        return f"{self.comparison.text!r} is {self.comparison.kind} {self.comparison.name!r}: {parts}"


@dataclass(frozen=True, slots=True)
class Named:
    """What is linked: the strings by which one paper names one thing, and what was read about it.

    `type` is the type read from the text, `long_forms` the long forms that the paper gives for its acronyms, `type_word` the type
    that a noun beside a mention shows ("the SST-2 dataset"), or None.
    """

    texts: tuple[str, ...]
    type: ConceptType | None = None
    long_forms: tuple[str, ...] = ()
    type_word: ConceptType | None = None


#: (acronym, long forms) → the share of papers that mean one of them by it, or None where that is not known.
Senses = Callable[[str, Iterable[str]], float | None]


class Linker:
    """Links named things of one paper to a catalog.

    Args:
        threshold: score below which no candidate is chosen.
        senses: what the field means by acronyms; without it only the catalog tells which are ambiguous.
    """

    def __init__(self, catalog: Catalog, threshold: float = THRESHOLD, senses: Senses | None = None) -> None:
        self.catalog = catalog
        self._senses = senses
        self.threshold = threshold
        self._spellings = Spellings(catalog)
        self._shares: dict[tuple[str, str], float | None] = {}

    def candidates(self, named: Named, context: frozenset[str] = frozenset(), fuzzy: bool = False) -> list[Candidate]:
        """Candidates of one named thing, best first; ties go to the clearer name, then to the smaller id.

        Args:
            context: ids of concepts that the paper names unambiguously.
            fuzzy: whether names that differ by a slip of spelling are considered as well.
        """
        best: dict[str, Candidate] = {}
        for text, name, via, same in names_for(named.texts, self.catalog, named.long_forms):
            self._consider(best, named, Comparison(text, name.text, name.kind, via, same, name.ambiguous), name.concept, context)
        if fuzzy and not best:
            for text in named.texts:
                for name, _ in self._spellings.near(text):
                    comparison = Comparison(text, name.text, name.kind, "spelling", False, name.ambiguous)
                    self._consider(best, named, comparison, name.concept, context)
        return sorted(best.values(), key=_rank)

    def choose(self, candidates: Sequence[Candidate]) -> Candidate | None:
        """The best candidate if it is good enough, not tied with another, and not an ambiguous name that nothing else supports."""
        if not candidates or candidates[0].score < self.threshold:
            return None
        if candidates[0].comparison.ambiguous and not candidates[0].comparison.supported:
            return None
        if len(candidates) > 1 and candidates[1].score == candidates[0].score and candidates[0].comparison.ambiguous:
            return None
        return candidates[0]

    def _consider(self, best: dict[str, Candidate], named: Named, comparison: Comparison, concept_id: str, context: frozenset[str]) -> None:
        concept = self.catalog[concept_id]
        keys = {fold(n) for n in concept.names}
        long_form = "none"
        if named.long_forms and comparison.via != "abbreviation":
            spelled = [fold(f) for f in named.long_forms]
            long_form = "agrees" if any(f in keys or any(alike(f, k) for k in keys) for f in spelled) else "differs"
            if long_form == "differs" and comparison.kind != "acronym":
                long_form = "none"
        related = tuple(sorted(self._related(concept_id) & context))[:CONTEXT_LIMIT] if comparison.ambiguous else ()
        sense = None
        if comparison.kind == "acronym" and self._senses and comparison.via != "abbreviation":
            sense = self._sense(comparison.name, concept)
        described = replace(
            comparison,
            sense=sense,
            type=_type_agreement(named.type, concept.type, concept.also),
            long_form=long_form,  # type: ignore[arg-type]
            type_word=named.type_word is not None and named.type_word in (concept.type, *concept.also),
            context=related,
        )
        found = Candidate(concept_id, score(described), described)
        if concept_id not in best or _rank(found) < _rank(best[concept_id]):
            best[concept_id] = found

    def _sense(self, acronym: str, concept: Concept) -> float | None:
        key = (acronym, concept.id)
        if key not in self._shares:
            assert self._senses is not None
            # "Re-ID" is the abbreviation of the end of "person re-identification"
            names = (concept.label, *concept.aliases)
            self._shares[key] = self._senses(acronym, dict.fromkeys(n.split(" ", k)[k] for n in names for k in range(n.count(" ") + 1)))
        return self._shares[key]

    def _related(self, concept_id: str) -> frozenset[str]:
        return self._kin.get(concept_id, frozenset())

    @cached_property
    def _kin(self) -> dict[str, frozenset[str]]:
        """Parents, children and siblings of every concept that has an ambiguous name."""
        children: dict[str, set[str]] = {}
        for concept in self.catalog.values():
            for parent in concept.broader:
                children.setdefault(parent, set()).add(concept.id)
        wanted = {n.concept for names in self.catalog.names.values() for n in names if n.ambiguous}
        kin = {}
        for concept_id in wanted:
            parents = [p for p in self.catalog[concept_id].broader if p in self.catalog]
            near = {*self.catalog.ancestors(concept_id), *children.get(concept_id, ())}
            for parent in parents:
                near |= children.get(parent, set())
            kin[concept_id] = frozenset(near - {concept_id})
        return kin

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


def _rank(candidate: Candidate) -> tuple[float, bool, str]:
    """What candidates are sorted by: the score, then a name of one concept before an ambiguous one, then the id."""
    return -candidate.score, candidate.comparison.ambiguous, candidate.concept


def _type_agreement(read: ConceptType | None, main: ConceptType, also: tuple[ConceptType, ...]) -> TypeAgreement:
    if read is None:
        return "unknown"
    if read is main:
        return "agrees"
    if read in also:
        return "acceptable"
    if {read, main} <= _MODEL or {read, main} <= _WORK:
        return "differs"
    return "another family"
