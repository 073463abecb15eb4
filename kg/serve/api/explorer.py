"""`/api/page` and what is under it: what the explorer opens with, and what it asks for while somebody looks around."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from kg.serve.api.concepts import link_of
from kg.serve.api.edges import pairs_among, ranked_neighbours
from kg.serve.api.parameters import Nothing, OneConcept, PageEdge, PageNeighbours, PagePaper, PagePath
from kg.serve.api.part import PLACES, Part, first_of
from kg.serve.api.paths import shortest
from kg.serve.api.problems import Problem
from kg.serve.api.refs import concept_of, paper_of, year
from kg.serve.index import Index

#: Papers of a concept, of an edge that stands for papers, and of a step of a path.
PAPERS, SHARED, STEP = 60, 40, 10
#: Neighbours that a concept brings with it where it is not on the page yet.
BROUGHT = 12
#: Relations of a concept that bring a sentence with them; those of all others come when they are selected.
TOLD = 16


def start(index: Index, _: Nothing) -> dict[str, Any]:
    """What the explorer opens with: the most important concepts, and what joins them, without sentences."""
    return index.page


def concept(index: Index, asked: OneConcept) -> dict[str, Any]:
    """A concept, its surest papers, and its edges to what the page opens with; where these are few, some neighbours more."""
    number = concept_of(index, "id", asked.id)
    part = Part(index)
    part.concept(number)
    _links(index, part, number, PAPERS)
    shown = len(index.page["concepts"]["id"])
    near = ranked_neighbours(index, number, ("text", "catalog", "together") if number >= shown else ("text", "catalog"))
    here = [n for n in near if n < shown]
    # whoever is on the page has these edges already, but for those to what came later
    if number < shown:
        _join(index, part, number, here[: 10 * BROUGHT], among=False, shared=False)
    else:
        _join(index, part, number, [*here, *(n for n in near if n >= shown)][:BROUGHT], among=False, shared=True)
    return part.data()


def paper(index: Index, asked: PagePaper) -> dict[str, Any]:
    """A paper with all that it says, and what is stated among the concepts that it names."""
    number = paper_of(index, "id", asked.id)
    part = Part(index)
    part.paper(number)
    links = index.links_of(number)
    for link in links:
        part.link(number, link)
    for pair in pairs_among(index, [link[0] for link in links]):
        part.pair(index.pair(pair), evidence=0)
    return part.data()


def neighbours(index: Index, asked: PageNeighbours) -> dict[str, Any]:
    """A concept, those around it, and the edges among all of them, without sentences."""
    number = concept_of(index, "id", asked.id)
    part = Part(index)
    part.concept(number)
    found = ranked_neighbours(index, number, ("text", "catalog", "together"))
    _join(index, part, number, found[asked.offset : asked.offset + asked.limit], among=True, shared=True)
    return part.data()


def edge(index: Index, asked: PageEdge) -> dict[str, Any]:
    """An edge with its sentences, the surest ones where there are many."""
    if asked.kind == "link":
        number, of = paper_of(index, "head", asked.head), concept_of(index, "tail", asked.tail)
        if of not in index.concepts_in(number):
            raise Problem(404, f"the paper {asked.head!r} is not linked to {asked.tail!r}", parameter="tail", near=[])
        part = Part(index)
        part.link(number, link_of(index, number, of))
        return part.data()
    head, tail = concept_of(index, "head", asked.head), concept_of(index, "tail", asked.tail)
    part = Part(index)
    part.concept(head)
    part.concept(tail)
    _step(index, part, head, tail, SHARED if asked.kind == "together" else 0)
    return part.data()


def path(index: Index, asked: PagePath) -> dict[str, Any]:
    """What the shortest paths between two concepts lead over, with the sentences of each step; over papers that name both where nothing
    that is stated leads from one to the other."""
    head, tail = concept_of(index, "head", asked.head), concept_of(index, "tail", asked.tail)
    part = Part(index)
    part.concept(head)
    part.concept(tail)
    if head == tail:
        return part.data()
    found, note = shortest(index, head, tail, asked.k, asked.depth, ("text", "catalog"))
    stated = bool(found)
    if not stated:
        found, more = shortest(index, head, tail, asked.k, min(asked.depth, 2), ("text", "catalog", "together"))
        note = note or more
    for a, b in sorted({step for nodes in found for step in pairwise(nodes)}):
        _step(index, part, a, b, 0 if stated else STEP)
    return {**part.data(), "notes": [f"There may be other paths: {note}."] if note else []}


def _step(index: Index, part: Part, a: int, b: int, shared: int) -> None:
    """All that joins two concepts: what is stated with its sentences, and some papers that name both."""
    for pair in index.between(a, b):
        part.pair(pair, evidence=PLACES)
    if shared:
        papers = index.shared(a, b)
        if len(papers):
            part.together(a, b, len(papers), first_of(index, papers))
        for paper in papers[:shared].tolist():
            for of in (a, b):
                part.link(paper, link_of(index, paper, of))


def _links(index: Index, part: Part, number: int, most: int) -> None:
    for paper in index.link_paper[index.links_to(number)][:most].tolist():
        part.link(paper, link_of(index, paper, number))


def _join(index: Index, part: Part, center: int, others: list[int], *, among: bool, shared: bool) -> None:
    """Edges from a concept to others; if wanted, also among these, and those of shared papers."""
    chosen = {center, *others}
    pairs = pairs_among(index, [*chosen]) if among else index.pairs_of(center).tolist()
    # a concept tells the surest sentence of those relations that most papers state
    told = set() if among else set(sorted(pairs, key=lambda n: -int(index.pair_papers[n]))[:TOLD])
    for number in sorted(pairs):
        pair = index.pair(number)
        if pair.head in chosen and pair.tail in chosen:
            part.pair(pair, evidence=int(number in told))
    if not shared:
        return
    found, both = index.together(center)
    counts, since = dict(zip(found.tolist(), both.tolist(), strict=True)), index.together_since(center)
    for other in others:
        if counts.get(other):
            part.together(center, other, counts[other], year(since[other]))
