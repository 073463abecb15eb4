"""What the page shows: which concepts, which lines between them, and the sentences behind both.

Read in two passes over the graph, one paper at a time. What is kept of each concept and line is bounded, so that memory and the
size of the page grow with what is shown, not with the number of papers.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from exports.quotes import Quote, quote
from kg.model import Relation
from kg.text import sentences

if TYPE_CHECKING:
    from kg.graph import Graph
    from kg.model import Concept, ConceptLink, Evidence, Link, Paper

#: Papers kept of one concept, and places kept of one relation between two concepts: the surest ones.
PAPERS, PLACES = 200, 40
#: Sentences kept of one link.
QUOTES = 4
#: Lines to those concepts that it shares papers with, for one concept.
NEIGHBOURS = 5
_STRENGTH = {relation: number for number, relation in enumerate(Relation)}


@dataclass(slots=True)
class Shown:
    """A link on the page."""

    concept: str
    paper: Paper
    relation: str
    confidence: float
    variant: str
    quotes: list[Quote]
    total: int


@dataclass(slots=True)
class Place:
    """Where a text relates two concepts."""

    paper: Paper
    confidence: float
    quote: Quote


@dataclass(slots=True)
class Read:
    """One relation between two concepts as texts state it: in how many papers and places, and the surest places."""

    papers: int = 0
    places: int = 0
    best: list[tuple[float, int, Place]] = field(default_factory=list)


@dataclass(slots=True)
class Selection:
    """All that the page shows, in a fixed order."""

    concepts: list[Concept]
    papers_of: dict[str, int]
    eligible: int
    links: list[Shown]
    texts: dict[tuple[str, str, str], Read]
    catalog: list[tuple[str, str]]
    together: list[tuple[str, str, int]]
    together_all: int
    paper_nodes: list[tuple[Paper, list[tuple[str, str]]]]
    papers_linked: int


def select(graph: Graph, *, top: int, min_papers: int, papers: bool) -> Selection:
    """Chooses what the page shows.

    The `top` concepts that most papers are linked to; of equal ones, those that more relations name, then by id. Concepts with fewer
    than `min_papers` papers are left out. With `papers`, the `top` papers with most links to these are nodes too.
    """
    counts = graph.paper_counts()
    named: Counter[str] = Counter()
    hierarchy: list[tuple[str, str]] = []
    for row in graph.rows("concept_relations", ["head", "tail", "paper"]):
        named.update((row["head"], row["tail"]))
        if not row["paper"]:
            hierarchy.append((row["head"], row["tail"]))
    eligible = [c for c in graph.concepts() if counts[c.id] >= min_papers]
    chosen = heapq.nsmallest(top, eligible, key=lambda c: (-counts[c.id], -named[c.id], c.id))
    ids = {c.id for c in chosen}

    kept: dict[str, list[tuple[float, float, int, Shown]]] = {c.id: [] for c in chosen}
    pairs: Counter[tuple[str, str]] = Counter()
    texts: dict[tuple[str, str, str], Read] = {}
    nodes: list[tuple[int, int, Paper, list[tuple[str, str]]]] = []
    linked = 0
    for number, (paper, links, relations) in enumerate(_papers(graph, ids)):
        if not links:
            continue
        linked += 1
        bounds = {"title": sentences(paper.title), "abstract": sentences(paper.abstract)}
        for link in links:
            rank = (-_STRENGTH[link.relation], link.confidence, -number)
            heap = kept[link.concept]
            if len(heap) < PAPERS:
                heapq.heappush(heap, (*rank, _shown(paper, link)))
            elif rank > heap[0][:3]:
                heapq.heapreplace(heap, (*rank, _shown(paper, link)))
        names = sorted(link.concept for link in links)
        pairs.update((a, b) for n, a in enumerate(names) for b in names[n + 1 :])
        _add_relations(texts, paper, links, relations, bounds, number)
        if papers:
            entry = (len(links), -number, paper, [(link.concept, link.relation.value) for link in links])
            if len(nodes) < top:
                heapq.heappush(nodes, entry)
            elif entry[:2] > nodes[0][:2]:
                heapq.heapreplace(nodes, entry)

    shown = [s for c in chosen for *_, s in sorted(kept[c.id], key=lambda item: item[:3], reverse=True)]
    return Selection(
        concepts=chosen,
        papers_of=counts,
        eligible=len(eligible),
        links=shown,
        texts=dict(sorted(texts.items())),
        catalog=sorted({(head, tail) for head, tail in hierarchy if head in ids and tail in ids}),
        together=_nearest(pairs, counts),
        together_all=len(pairs),
        paper_nodes=[(p, ends) for _, _, p, ends in sorted(nodes, key=lambda n: n[1], reverse=True)],
        papers_linked=linked,
    )


def _papers(graph: Graph, ids: set[str]) -> Iterator[tuple[Paper, list[Link], list[ConceptLink]]]:
    """Every paper with its links and the relations of its text, as far as they are about the concepts shown."""
    from exports.links_jsonl import linked_papers
    from exports.relations_jsonl import read_in_papers

    for (paper, links), (_, relations) in zip(linked_papers(graph), read_in_papers(graph), strict=True):
        yield paper, [k for k in links if k.concept in ids], [r for r in relations if r.head in ids and r.tail in ids]


def _shown(paper: Paper, link: Link) -> Shown:
    quotes: dict[tuple[str, int, int], list[Evidence]] = {}
    for evidence in link.evidence:
        quotes.setdefault((evidence.mention.field, evidence.sentence_start, evidence.sentence_end), []).append(evidence)
    made = []
    for (_, start, end), found in list(quotes.items())[:QUOTES]:
        text = paper.text(found[0].mention.field)
        made.append(quote(text[start:end], [(e.mention.start - start, e.mention.end - start) for e in found]))
    return Shown(link.concept, paper, link.relation.value, link.confidence, link.variant, made, len(quotes))


def _add_relations(
    texts: dict[tuple[str, str, str], Read],
    paper: Paper,
    links: list[Link],
    relations: list[ConceptLink],
    bounds: dict[str, list[tuple[int, int]]],
    number: int,
) -> None:
    mentions = {link.concept: [e.mention for e in link.evidence] for link in links}
    seen: set[tuple[str, str, str]] = set()
    for relation in relations:
        key = (relation.head, relation.relation.value, relation.tail)
        read = texts.setdefault(key, Read())
        read.places += 1
        read.papers += key not in seen
        seen.add(key)
        text = paper.title if relation.field == "title" else paper.abstract
        # the whole sentences around the words that say so
        around = [(a, b) for a, b in bounds[relation.field or "abstract"] if a < relation.end and b > relation.start]
        start = min((a for a, _ in around), default=relation.start)
        end = max((b for _, b in around), default=relation.end)
        marks = [
            (m.start - start, m.end - start)
            for concept in (relation.head, relation.tail)
            for m in mentions.get(concept, ())
            if m.field == relation.field and m.start >= relation.start and m.end <= relation.end
        ]
        item = (relation.confidence, -(number * 10_000 + read.places), Place(paper, relation.confidence, quote(text[start:end], marks)))
        if len(read.best) < PLACES:
            heapq.heappush(read.best, item)
        elif item[:2] > read.best[0][:2]:
            heapq.heapreplace(read.best, item)


def _nearest(pairs: Counter[tuple[str, str]], counts: dict[str, int]) -> list[tuple[str, str, int]]:
    """Of the pairs that share papers, those that are among the strongest of one of the two by Salton's cosine."""
    near: dict[str, list[tuple[float, str, tuple[str, str]]]] = {}
    for (a, b), both in sorted(pairs.items()):
        cosine = both / (counts[a] * counts[b]) ** 0.5
        for one, other in ((a, b), (b, a)):
            near.setdefault(one, []).append((-cosine, other, (a, b)))
    kept = {pair for found in near.values() for _, _, pair in heapq.nsmallest(NEIGHBOURS, found)}
    return [(a, b, pairs[a, b]) for a, b in sorted(kept)]
