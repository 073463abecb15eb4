"""What the pages are made of, read from the graph in one pass.

In memory are the concepts, of every paper its title, year, venue and authors, of every link four numbers, and what texts say of two
concepts. The sentences of links go through files in sorted runs, and the texts of papers are read again when their pages are written.
"""

from __future__ import annotations

import json
from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from exports.relations_jsonl import relations_of
from kg.model import ConceptLink, ConceptRelation, Relation
from kg.rows import row_paper
from kg.site.draw import years_of
from kg.site.names import safe_name
from kg.tables import ByPaper
from kg.text import around, sentences

if TYPE_CHECKING:
    from kg.graph import Graph
    from kg.model import Concept, Paper
    from kg.tables import Row

__all__ = ["RELATIONS", "Corpus", "Linked", "Said", "Use", "read", "uses"]

RELATIONS = tuple(Relation)
Quote = tuple[str, list[tuple[int, int]]]


@dataclass(slots=True)
class Linked:
    """A link of a paper: the concept's number, and all that is known about it."""

    concept: int
    relation: Relation
    confidence: float
    variant: str
    mentions: list[Row]
    others: list[tuple[str, float]]
    correction: str


@dataclass(slots=True)
class Said:
    """A relation between two concepts (numbers) and where it stands: paper number, confidence, quote; none for the catalog's."""

    head: int
    relation: ConceptRelation
    tail: int
    places: list[tuple[int, float, Quote]] = field(default_factory=list)
    catalog: bool = False


@dataclass(slots=True)
class Use:
    """A link as a concept's page shows it; quotes are sentences with the bounds of the mentions in them."""

    paper: int
    relation: Relation
    confidence: float
    variant: str
    quotes: list[Quote]
    others: list[tuple[str, float]]
    correction: str = ""


class Corpus:
    """Concepts are numbered by falling number of papers, then by id; papers as the graph has them, by id."""

    def __init__(self, graph: Graph) -> None:
        counts = graph.paper_counts()
        self.graph = graph
        self.concepts: list[Concept] = sorted(graph.concepts(), key=lambda c: (-counts[c.id], c.id))
        self.number = {c.id: n for n, c in enumerate(self.concepts)}
        self.papers_of = [counts[c.id] for c in self.concepts]
        self.files = [safe_name(c.id) for c in self.concepts]
        self.ids: list[str] = []
        self.titles: list[str] = []
        self.years: list[int | None] = []
        self.venues: list[str | None] = []
        self.authors: list[str] = []
        self.of_paper, self.of_concept, self.relation = array("i"), array("i"), array("b")
        self.said: list[Said] = []
        self.heads: dict[int, list[Said]] = {}
        self.tails: dict[int, list[Said]] = {}
        self.per_year: Counter[int] = Counter()
        #: The first year of a paper that is linked to a concept.
        self.first: list[int | None] = [None] * len(self.concepts)
        self._catalog = graph.catalog()

    def paper_file(self, paper: int) -> str:
        """The name of a paper's file, without a suffix."""
        return safe_name(self.ids[paper])

    @cached_property
    def early(self) -> int:
        """Papers of years before the first one that charts show."""
        shown = years_of(self.per_year)
        return sum(papers for year, papers in self.per_year.items() if year < shown[0])

    def label(self, concept_id: str) -> str:
        """A name for the id of any concept, of the graph or of its catalog."""
        if concept_id in self.number:
            return self.concepts[self.number[concept_id]].label
        return self._catalog[concept_id].label if concept_id in self._catalog else concept_id

    def lines(self) -> Iterator[str]:
        """Fills the corpus, and gives one line a link, to be sorted; `uses` reads them."""
        said: dict[tuple[int, str, int], Said] = {}
        for number, (paper, links, relations) in enumerate(read(self.graph, self.number)):
            self._add_paper(paper)
            for link in links:
                self.of_paper.append(number)
                self.of_concept.append(link.concept)
                self.relation.append(RELATIONS.index(link.relation))
                if paper.year is not None:
                    first = self.first[link.concept]
                    self.first[link.concept] = paper.year if first is None else min(first, paper.year)
                yield _line(number, paper, link)
            if relations:
                self._add_relations(said, number, paper, links, relations)
        for row in self.graph.concept_links():
            if not row.paper:
                key = (self.number[row.head], row.relation.value, self.number[row.tail])
                said.setdefault(key, Said(key[0], row.relation, key[2])).catalog = True
        self.said = [said[key] for key in sorted(said)]
        for one in self.said:
            one.places.sort(key=lambda p: (-p[1], p[0]))
            self.heads.setdefault(one.head, []).append(one)
            self.tails.setdefault(one.tail, []).append(one)

    def _add_paper(self, paper: Paper) -> None:
        self.ids.append(paper.id)
        self.titles.append(paper.title)
        self.years.append(paper.year)
        self.venues.append(paper.venue)
        self.authors.append(short_authors(paper.authors))
        if paper.year is not None:
            self.per_year[paper.year] += 1

    def _add_relations(
        self, said: dict[tuple[int, str, int], Said], number: int, paper: Paper, links: list[Linked], relations: list[ConceptLink]
    ) -> None:
        bounds = {"title": sentences(paper.title), "abstract": sentences(paper.abstract)}
        mentions = {link.concept: link.mentions for link in links}
        for relation in relations:
            head, tail = self.number[relation.head], self.number[relation.tail]
            name = "title" if relation.field == "title" else "abstract"
            start, end = around(bounds[name], relation.start, relation.end)
            marks = [
                (m["start"] - start, m["end"] - start)
                for concept in (head, tail)
                for m in mentions.get(concept, ())
                if m["field"] == name and m["start"] >= relation.start and m["end"] <= relation.end
            ]
            text = paper.title if name == "title" else paper.abstract
            found = said.setdefault((head, relation.relation.value, tail), Said(head, relation.relation, tail))
            found.places.append((number, relation.confidence, (text[start:end], marks)))


def short_authors(authors: tuple[str, ...]) -> str:
    """The authors in a line.

    >>> short_authors(("A. One", "B. Two", "C. Three")), short_authors(("A. One", "B. Two")), short_authors(())
    ('A. One and 2 others', 'A. One and B. Two', '')
    """
    return " and ".join(authors) if len(authors) < 3 else f"{authors[0]} and {len(authors) - 1} others"


def read(graph: Graph, number: dict[str, int]) -> Iterator[tuple[Paper, list[Linked], list[ConceptLink]]]:
    """Every paper with its links, strongest first, and the relations that its text states; one paper in memory at a time."""
    links = ByPaper(graph.rows("links"))
    mentions = ByPaper(graph.rows("mentions"))
    findings = ByPaper(graph.rows("findings", ["paper", "finding", "resolved", "candidate_ids", "candidate_scores"]))
    statements = ByPaper(graph.rows("statements"))
    for row in graph.rows("papers"):
        paper = row_paper(row)
        places: dict[int, list[Row]] = {}
        for mention in mentions.of(paper.id):
            places.setdefault(mention["finding"], []).append(mention)
        named = {f["finding"]: f for f in findings.of(paper.id)}
        found = [_linked(link, number, places, named) for link in links.of(paper.id)]
        found.sort(key=lambda k: (RELATIONS.index(k.relation), -k.confidence, k.concept))
        yield paper, found, relations_of(paper.id, statements.of(paper.id), {n: f["resolved"] for n, f in named.items()})


def _linked(link: Row, number: dict[str, int], places: dict[int, list[Row]], named: dict[int, Row]) -> Linked:
    seen: dict[tuple[str, int, int], Row] = {}
    for finding in link["findings"]:
        for mention in places.get(finding, ()):
            # where findings that came out as one concept share a place, it is one piece of evidence
            seen.setdefault((mention["field"], mention["start"], mention["end"]), mention)
    decisive = named[link["findings"][0]] if link["findings"] else None
    others = []
    if decisive is not None:
        ids, scores = decisive["candidate_ids"], decisive["candidate_scores"]
        others = [(i, s) for i, s in zip(ids, scores, strict=True) if i != link["concept"]]
    return Linked(
        number[link["concept"]], Relation(link["relation"]), link["confidence"], link["variant"], list(seen.values()), others,
        link["correction"],
    )  # fmt: skip


def _line(number: int, paper: Paper, link: Linked) -> str:
    quotes: dict[tuple[str, int, int], list[tuple[int, int]]] = {}
    for m in link.mentions:
        marks = quotes.setdefault((m["field"], m["sentence_start"], m["sentence_end"]), [])
        marks.append((m["start"] - m["sentence_start"], m["end"] - m["sentence_start"]))
    said = [((paper.title if f == "title" else paper.abstract)[a:b], marks) for (f, a, b), marks in quotes.items()]
    # newest first, papers without a year last; then the strongest relation, then the surest
    year = 99_999 if paper.year is None else 10_000 - min(max(paper.year, 0), 9_999)
    order = f"{year:05d}{RELATIONS.index(link.relation)}{100_000 - round(link.confidence * 10_000):06d}"
    content: list[Any] = [number, RELATIONS.index(link.relation), link.confidence, link.variant, said, link.others, link.correction]
    return f"{link.concept:08d}\t{order}\t{number:08d}\t{json.dumps(content, ensure_ascii=False)}\n"


def uses(lines: Iterator[str]) -> Iterator[tuple[int, list[Use]]]:
    """Concepts that have papers, by number, with their links; from the sorted lines."""
    concept, found = -1, list[Use]()
    for line in lines:
        key, _, _, content = line.split("\t", 3)
        if int(key) != concept:
            if found:
                yield concept, found
            concept, found = int(key), []
        paper, relation, confidence, variant, quotes, others, correction = json.loads(content)
        quoted = [(sentence, [(a, b) for a, b in marks]) for sentence, marks in quotes]
        found.append(Use(paper, RELATIONS[relation], confidence, variant, quoted, [(i, s) for i, s in others], correction))
    if found:
        yield concept, found
