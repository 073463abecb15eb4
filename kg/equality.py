"""What a graph says, as plain facts in one order, and what two graphs say differently.

A fact is all that is said of one thing: a paper, a concept, a link, a relation between concepts at one place, another id of a
concept. Together they are what a reader of a graph sees. How the graph was made (records, readings before the corpus was resolved,
the catalog's unused concepts, what was rejected or not agreed about) is not among them: other formats do not hold it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.graph import Graph
    from kg.model import Concept, ConceptLink, Link, Paper

__all__ = ["Fact", "concept_facts", "differences", "facts", "paper_facts"]

#: The kinds of facts, in their order.
KINDS = ("paper", "concept", "link", "relation", "other id")


@dataclass(frozen=True, slots=True)
class Fact:
    """What is said of one thing.

    `key` tells it from all others of its `kind` (one of `KINDS`): ("arxiv:1706.03762",) of a paper, (paper, concept) of a link.
    `says` are pairs of a name and a value: strings, numbers, or tuples of these.
    """

    kind: str
    key: tuple[str | int, ...]
    says: tuple[tuple[str, Any], ...]

    def __str__(self) -> str:
        if self.kind == "relation":
            head, relation, tail, paper, field, start, end = self.key
            return f"relation {head} {relation} {tail}" + (f" of {paper}, {field}[{start}:{end}]" if paper else " of the catalog")
        return f"{self.kind} {' → '.join(map(str, self.key))}"


def facts(graph: Graph) -> Iterator[Fact]:
    """All facts of a graph, kind by kind in the order of `KINDS`, sorted by key; streamed."""
    yield from paper_facts(graph)
    yield from concept_facts(graph)
    for link in graph.links():
        yield _of_link(link)
    for relation in graph.concept_links():
        yield _of_relation(relation)
    for other, owner in graph.other_ids().items():
        yield Fact("other id", (other,), (("concept", owner),))


def paper_facts(graph: Graph) -> Iterator[Fact]:
    """The facts of papers alone, sorted by key; streamed."""
    return map(_of_paper, graph.papers())


def concept_facts(graph: Graph) -> Iterator[Fact]:
    """The facts of concepts alone, sorted by key."""
    papers = graph.paper_counts()
    return (_of_concept(concept, papers[concept.id]) for concept in graph.concepts())


def differences(a: Graph, b: Graph, limit: int = 20) -> list[str]:
    """What two graphs say differently, a line each, at most `limit` lines; empty where they say the same.

    A line names the thing, and what is said of it in the first and the second graph. Numbers are equal only where they are the
    same number. Both graphs are streamed.
    """
    return list(islice(_compared(facts(a), facts(b)), limit))


def _compared(a: Iterable[Fact], b: Iterable[Fact]) -> Iterator[str]:
    rank = {kind: n for n, kind in enumerate(KINDS)}
    place: Callable[[tuple[Fact, bool]], Any] = lambda side: (rank[side[0].kind], side[0].key)  # noqa: E731
    for _, sides in groupby(merge(((f, True) for f in a), ((f, False) for f in b), key=place), key=place):
        found = list(sides)
        first, second = ([fact for fact, in_first in found if in_first is side] for side in (True, False))
        if len(first) != len(second):
            where = "only in the first" if first else "only in the second"
            yield f"{found[0][0]}: {f'{len(first)} times in the first, {len(second)} in the second' if len(found) > 1 else where}"
            continue
        for one, other in zip(first, second, strict=True):
            for (name, here), (_, there) in zip(one.says, other.says, strict=True):
                if here != there:
                    yield f"{one}: {name} {here!r} in the first, {there!r} in the second"


def _of_paper(paper: Paper) -> Fact:
    said = (
        ("title", paper.title), ("abstract", paper.abstract), ("authors", paper.authors), ("year", paper.year), ("venue", paper.venue),
        ("urls", paper.urls), ("doi", paper.doi), ("arxiv", paper.arxiv), ("source", paper.source), ("line", paper.line),
    )  # fmt: skip
    return Fact("paper", (paper.id,), said)


def _of_concept(concept: Concept, papers: int) -> Fact:
    said = (
        ("type", concept.type.value), ("label", concept.label), ("aliases", concept.aliases), ("acronyms", concept.acronyms),
        ("broader", concept.broader), ("identifiers", concept.identifiers), ("also", tuple(t.value for t in concept.also)),
        ("flags", tuple(sorted(concept.flags))), ("source", concept.source), ("known", concept.known), ("papers", papers),
    )  # fmt: skip
    return Fact("concept", (concept.id,), said)


def _of_link(link: Link) -> Fact:
    evidence = tuple(
        (e.mention.field, e.mention.start, e.mention.end, e.mention.text, e.sentence_start, e.sentence_end, e.cue) for e in link.evidence
    )
    said = (
        ("relation", link.relation.value), ("confidence", link.confidence), ("variant", link.variant), ("correction", link.correction),
        ("evidence", evidence),
    )  # fmt: skip
    return Fact("link", (link.paper, link.concept), said)


def _of_relation(link: ConceptLink) -> Fact:
    key = (link.head, link.relation.value, link.tail, link.paper, link.field, link.start, link.end)
    return Fact("relation", key, (("confidence", link.confidence),))
