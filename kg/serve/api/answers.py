"""The answers of the API: types that its code is checked against, and of which its OpenAPI document is made."""

from __future__ import annotations

from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

from kg.serve.api.parameters import Kind, LinkRelation, Type

StatedRelation = Literal["kindOf", "basedOn", "partOf", "usedFor", "evaluatedOn", "trainedOn", "measuredBy", "comparedWith"]
Place = tuple[int, int]


class ConceptRef(TypedDict):
    """A concept in short; `papers` is the number of papers linked to it."""

    id: str
    label: str
    type: Type
    papers: int


class PaperRef(TypedDict):
    """A paper in short; `url` is an http(s) address or null."""

    id: str
    title: str
    authors: list[str]
    year: int | None
    venue: str | None
    url: str | None


class Quote(TypedDict):
    """A sentence of a paper: its field and where it begins and ends there, and the places in the sentence (start, end) that are meant."""

    field: Literal["title", "abstract"]
    start: int
    end: int
    sentence: str
    marks: list[Place]


class RunnerUp(TypedDict):
    """Another concept that a mention might have meant, with its score and why; the label is null where nobody knows it."""

    id: str
    label: str | None
    score: float
    reason: str


class LinkedPaper(TypedDict):
    """What a paper says of a concept; the sentence that decided comes first, and so does the best runner-up."""

    paper: PaperRef
    relation: LinkRelation
    confidence: float
    variant: str
    correction: str
    quotes: list[Quote]
    runners_up: list[RunnerUp]


class Mention(TypedDict):
    """A place of a paper's text that names a concept, and the sentence around it."""

    field: Literal["title", "abstract"]
    start: int
    end: int
    text: str
    sentence_start: int
    sentence_end: int
    cue: str


class LinkedConcept(TypedDict):
    """A concept that a paper is linked to; the mention that decided comes first."""

    concept: ConceptRef
    relation: LinkRelation
    confidence: float
    variant: str
    correction: str
    mentions: list[Mention]
    runners_up: list[RunnerUp]


class Stated(TypedDict):
    """A relation between two concepts, with the number of papers and places that state it; 0 papers where only the catalog does."""

    head: ConceptRef
    relation: StatedRelation
    tail: ConceptRef
    papers: int
    places: int


class Evidence(TypedDict):
    """One reason for an edge: a line of the catalog, a sentence that states a relation, or a paper that names both concepts."""

    kind: Kind
    head: str
    relation: StatedRelation | None
    tail: str
    confidence: float | None
    paper: PaperRef | None
    quotes: list[Quote]


class YearCount(TypedDict):
    """A year and how many papers it has."""

    year: int
    papers: int


class Found(TypedDict):
    """What a search found: a concept, or a paper, whose label is its title and whose `papers` is null. `name` is the name that fits, and
    `by` what kind of name it is."""

    kind: Literal["concept", "paper"]
    id: str
    label: str
    type: Literal["Task", "Dataset", "Architecture", "Method", "Metric", "Paper"]
    papers: int | None
    year: int | None
    name: str
    by: Literal["label", "alias", "acronym", "id", "title"]
    fit: Literal["whole", "begins", "within", "words", "near"]


class Page(TypedDict):
    """A part of a list: `total` is its whole length."""

    total: int
    offset: int
    limit: int


class SearchAnswer(Page):
    """Best first: the whole name, names that begin so, words in a name, all words in any order; of equal ones the more important. Where no
    concept goes by what was typed, those whose label is nearly that."""

    items: list[Found]


class PapersAnswer(Page):
    """Papers of a concept."""

    concept: ConceptRef
    items: list[LinkedPaper]


class RelationsAnswer(Page):
    """Relations of a concept, those that most papers state first."""

    concept: ConceptRef
    items: list[Stated]


class EdgeAnswer(Page):
    """What joins two concepts: the catalog, then sentences, the surest first, then papers that name both. `kinds` counts all of each."""

    head: ConceptRef
    tail: ConceptRef
    kinds: dict[str, int]
    items: list[Evidence]


class ConceptAnswer(TypedDict):
    """All that is known of a concept; long lists are cut to the first, and their whole lengths are in `totals`."""

    id: str
    iri: str
    type: Type
    label: str
    aliases: list[str]
    acronyms: list[str]
    also: list[Type]
    identifiers: list[str]
    flags: list[str]
    source: str
    known: bool
    papers: int
    other_ids: list[str]
    broader: list[ConceptRef]
    narrower: list[ConceptRef]
    links: dict[LinkRelation, int]
    proposed_by: list[PaperRef]
    relations: list[Stated]
    together: list[ConceptRef]
    years: list[YearCount]
    first: int | None
    last: int | None
    totals: dict[str, int]


class PaperAnswer(PaperRef):
    """A paper with a part of its links."""

    iri: str
    abstract: str
    doi: str | None
    arxiv: str | None
    urls: list[str]
    source: str
    line: int
    total: int
    offset: int
    limit: int
    links: list[LinkedConcept]


class Nodes(TypedDict):
    """Concepts in columns: `id[n]`, `label[n]` … are those of concept n. `first` is the year of its first paper."""

    id: list[str]
    label: list[str]
    type: list[Type]
    papers: list[int]
    known: list[Literal[0, 1]]
    first: list[int | None]


class Edges(TypedDict):
    """Edges in columns; `head` and `tail` are places in the nodes. Of each, its relations: name, papers, places."""

    kind: list[Kind]
    head: list[int]
    tail: list[int]
    papers: list[int]
    first: list[int | None]
    relations: list[list[tuple[StatedRelation, int, int]]]


class NeighboursAnswer(Page):
    """A concept, which is node 0, its neighbours, and what is stated among all of them. `left_out` neighbours are not here."""

    left_out: int
    nodes: Nodes
    edges: Edges


class Hop(TypedDict):
    """A step of a path, with the best evidence for it; `total` is how much there is."""

    head: ConceptRef
    tail: ConceptRef
    total: int
    evidence: list[Evidence]


class PathAnswer(TypedDict):
    """The shortest paths, of equally long ones those that most papers state first. `complete` is false where the search was given up
    before it was sure that there are no others; `note` says why."""

    head: ConceptRef
    tail: ConceptRef
    depth: int
    complete: bool
    note: str
    paths: list[list[Hop]]


class AboutAnswer(TypedDict):
    """What is served: version of paperkg, hash of the graph's content, counts (docs/reference/graph.md), papers a year, bounds."""

    name: str
    version: str
    fingerprint: str
    counts: dict[str, int]
    years: list[YearCount]
    undated: int
    limits: dict[str, float]


Column = dict[str, list[Any]]


class PageData(TypedDict):
    """What the explorer shows, or a part of it, in columns of equal length; exports/page/src/data.ts says what each column means."""

    format: Literal[1]
    title: str
    about: str
    notes: list[str]
    cut: bool
    base: str
    counts: dict[str, int]
    types: list[dict[str, Any]]
    relations: list[dict[str, str]]
    conceptRelations: list[dict[str, str]]
    kinds: list[dict[str, Any]]
    communities: list[dict[str, Any]]
    concepts: Column
    papers: Column
    sentences: list[str]
    links: Column
    edges: Column
    years: dict[str, Any] | None
    properties: NotRequired[dict[str, list[dict[str, Any]]]]


class Parameter(TypedDict):
    """A parameter of a question."""

    name: str
    kind: Literal["concept", "paper", "type", "integer", "number"]
    default: str
    about: str


class Question(TypedDict):
    """A question of the cookbook, with its text in both languages."""

    number: int
    name: str
    title: str
    params: list[Parameter]
    sparql: str
    cypher: str


class QuestionsAnswer(TypedDict):
    """All questions."""

    items: list[Question]


class QuestionAnswer(Question):
    """A question with its values filled in: ids in place of names. The SPARQL has them in its text, the Cypher takes them as `values`."""

    values: dict[str, str | float]
    notes: list[str]


class TableAnswer(TypedDict):
    """Rows of a query. IRIs of SPARQL come as strings; nodes of Cypher as objects with `_labels`, relationships with `_type`, paths with
    `nodes` and `relationships`. `cut` says that there are more rows."""

    columns: list[str]
    rows: list[list[Any]]
    notes: list[str]
    cut: bool


class ProblemAnswer(TypedDict):
    """RFC 9457: what was found and expected. Further members: `parameter`, `found`, `expected`, `near`."""

    type: str
    title: str
    status: int
    detail: str
