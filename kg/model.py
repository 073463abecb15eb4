"""The records that flow through paperkg.

All of them are frozen, slotted and without behaviour beyond themselves: a step takes records and returns new ones. How four of them
look in a notebook is in `kg.cards`, which is imported when a notebook asks.
Offsets are zero-based, end-exclusive and count Unicode code points, as Python strings do.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from kg.frozen import quick

Field = Literal["title", "abstract"]
FIELDS: tuple[Field, ...] = ("title", "abstract")


class ConceptType(StrEnum):
    """What a concept is. The order is the order in which types are shown."""

    TASK = "Task"
    DATASET = "Dataset"
    ARCHITECTURE = "Architecture"
    METHOD = "Method"
    METRIC = "Metric"


class Relation(StrEnum):
    """How a paper stands to a concept, strongest first."""

    PROPOSES = "proposes"
    COMPARES_WITH = "comparesWith"
    EVALUATES_ON = "evaluatesOn"
    ADDRESSES = "addresses"
    MEASURES = "measures"
    USES = "uses"
    MENTIONS = "mentions"


class ConceptRelation(StrEnum):
    """How one concept stands to another, read head → tail."""

    KIND_OF = "kindOf"
    BASED_ON = "basedOn"
    PART_OF = "partOf"
    USED_FOR = "usedFor"
    EVALUATED_ON = "evaluatedOn"
    TRAINED_ON = "trainedOn"
    MEASURED_BY = "measuredBy"
    COMPARED_WITH = "comparedWith"


@quick
@dataclass(frozen=True, slots=True)
class Paper:
    """One record from a source, with its text already cleaned (see `kg.clean`).

    `id` comes from an identifier (`arxiv:1706.03762`, `acl:N19-1423`, `doi:10.…`) or, where there is none, from the folded
    title (`title:…`). `source` is the input's file name and `line` the 1-based line there, 0 where lines mean nothing.
    """

    id: str
    title: str
    abstract: str = ""
    authors: tuple[str, ...] = ()
    year: int | None = None
    venue: str | None = None
    urls: tuple[str, ...] = ()
    doi: str | None = None
    arxiv: str | None = None
    source: str = ""
    line: int = 0

    def text(self, field: Field) -> str:
        """The text of one field; what offsets into that field refer to."""
        return self.title if field == "title" else self.abstract

    def _repr_html_(self) -> str:
        from kg.cards import paper_html

        return paper_html(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        from kg.cards import paper_text, pretty

        pretty(paper_text(self), printer, cycle)


@dataclass(frozen=True, slots=True)
class Rejected:
    """Something of an input that was not taken: where it was, why, and what to do about it.

    `reason` is a short stable phrase, `found` the beginning of what stood there. `fatal` is true where the rest of that
    input could not be read, false where only this record is missing.
    """

    source: str
    line: int
    reason: str
    found: str = ""
    hint: str = ""
    fatal: bool = False

    def __str__(self) -> str:
        place = f"{self.source}:{self.line}" if self.line else self.source
        shown = f" (found: {self.found!r})" if self.found else ""
        return f"{place}: {self.reason}{shown}" + (f"; {self.hint}" if self.hint else "")


@dataclass(frozen=True, slots=True)
class Note:
    """Something a loader left out on purpose (a page's header, an empty volume): reported, but not an error."""

    source: str
    line: int
    reason: str
    found: str = ""


@quick
@dataclass(frozen=True, slots=True)
class Mention:
    """A span of a paper's field that names a concept; `paper.text(field)[start:end] == text`."""

    field: Field
    start: int
    end: int
    text: str


@quick
@dataclass(frozen=True, slots=True)
class Concept:
    """A node that papers are linked to.

    `label` is its canonical name; `aliases` and `acronyms` its other names. `also` lists further acceptable types and
    `broader` the ids of its direct parents (kind of). `known` tells a concept of the catalog from a new one.
    """

    id: str
    type: ConceptType
    label: str
    aliases: tuple[str, ...] = ()
    acronyms: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    also: tuple[ConceptType, ...] = ()
    flags: frozenset[str] = frozenset()
    source: str = ""
    known: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """Label, aliases and acronyms, in this order."""
        return (self.label, *self.aliases, *self.acronyms)

    def _repr_html_(self) -> str:
        from kg.cards import concept_html

        return concept_html(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        from kg.cards import concept_text, pretty

        pretty(concept_text(self), printer, cycle)


@quick
@dataclass(frozen=True, slots=True)
class Evidence:
    """One mention with the sentence around it: `paper.text(field)[sentence_start:sentence_end]`."""

    mention: Mention
    sentence_start: int
    sentence_end: int
    cue: str = ""


@quick
@dataclass(frozen=True, slots=True)
class Finding:
    """What one paper says of one concept, before concepts are made one over the whole corpus.

    `concept` is the id in the catalog, or empty for a concept that the catalog does not know. `label`, `aliases` and `acronyms`
    are the names this paper gives. `type_scores` are the probabilities of the types, in the order of `ConceptType`.
    `candidates` keeps what was considered: (concept id, score, reason), best first. `correction` has the kinds of the corrections
    that decided it, with commas between (see `kg.corrections`), empty where the reader did.
    """

    label: str
    aliases: tuple[str, ...]
    acronyms: tuple[str, ...]
    type: ConceptType
    type_scores: tuple[float, ...]
    relation: Relation
    confidence: float
    evidence: tuple[Evidence, ...]
    concept: str = ""
    variant: str = ""
    candidates: tuple[tuple[str, float, str], ...] = ()
    correction: str = ""


@quick
@dataclass(frozen=True, slots=True)
class Statement:
    """A relation between two findings of one paper (by their index), read in `field[start:end]`."""

    head: int
    relation: ConceptRelation
    tail: int
    confidence: float
    field: Field
    start: int
    end: int


@quick
@dataclass(frozen=True, slots=True)
class Reading:
    """All that one paper contributes: a pure function of its text, the catalog and the settings.

    `rejected` lists what a plugged-in recogniser said of the paper and could not be taken (`kg.recognizers`).
    """

    paper: str
    findings: tuple[Finding, ...]
    statements: tuple[Statement, ...]
    rejected: tuple[Rejected, ...] = ()


@quick
@dataclass(frozen=True, slots=True)
class Link:
    """Paper → concept: the relation, how sure it is (0 to 1), and the mentions it rests on, the decisive one first.

    `correction` says what people decided of it: `relink`, `relation`, `add`, `confirm` or `separate`, several with commas between; it is
    empty where the reader alone decided.
    """

    paper: str
    concept: str
    relation: Relation
    confidence: float
    evidence: tuple[Evidence, ...]
    variant: str = ""
    correction: str = ""

    def _repr_html_(self) -> str:
        from kg.cards import link_html

        return link_html(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        from kg.cards import link_text, pretty

        pretty(link_text(self), printer, cycle)


@quick
@dataclass(frozen=True, slots=True)
class ConceptLink:
    """Concept → concept. `paper` is empty where the catalog's hierarchy, not a text, says so."""

    head: str
    relation: ConceptRelation
    tail: str
    confidence: float
    paper: str = ""
    field: Field | Literal[""] = ""
    start: int = 0
    end: int = 0

    def _repr_html_(self) -> str:
        from kg.cards import concept_link_html

        return concept_link_html(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        from kg.cards import concept_link_text, pretty

        pretty(concept_link_text(self), printer, cycle)
