"""`/api/concept`, its papers and its relations."""

from __future__ import annotations

from typing import Any

import numpy as np

from exports.iris import Iris
from kg.serve.api.answers import ConceptAnswer, LinkedPaper, PapersAnswer, RelationsAnswer, Stated
from kg.serve.api.parameters import ConceptPapers, ConceptRelations, OneConcept, Units
from kg.serve.api.refs import concept_of, concept_ref, paper_ref, quotes, runners_up
from kg.serve.index import CONCEPT_RELATIONS, RELATIONS, Index, Pair

#: Members of a list within an answer.
FIRST = 20
_IRIS = Iris()
_KIND_OF = CONCEPT_RELATIONS.index("kindOf")
_PROPOSES = RELATIONS.index("proposes")


def concept(index: Index, asked: OneConcept) -> ConceptAnswer:
    """All that is known of one concept, with long lists cut."""
    number = concept_of(index, "id", asked.id)
    record = index.concept_record(number)
    links = index.links_to(number)
    names: tuple[Any, ...] = RELATIONS
    papers, relations = index.link_paper[links], index.link_relation[links]
    counts = np.bincount(relations, minlength=len(RELATIONS))
    proposing = papers[relations == _PROPOSES]
    years = index.years_of(papers)
    relations_of = ranked(index, number)
    broader = [n for id_ in record["broader"] if (n := index.concept(id_)) is not None]
    narrower = [pair.head for pair in _pairs(index, number) if pair.tail == number and pair.catalog]
    near, both = index.together(number)
    order = np.lexsort((near, -both))
    return {
        "id": record["id"],
        "iri": _IRIS.concept(record["id"]),
        "type": record["type"],
        "label": record["label"],
        "aliases": record["aliases"],
        "acronyms": record["acronyms"],
        "also": record["also"],
        "identifiers": record["identifiers"],
        "flags": record["flags"],
        "source": record["source"],
        "known": record["known"],
        "papers": record["papers"],
        "other_ids": record["other_ids"][:FIRST],
        "broader": [concept_ref(index, n) for n in broader],
        "narrower": [concept_ref(index, n) for n in sorted(narrower)[:FIRST]],
        "links": {name: int(n) for name, n in zip(names, counts, strict=True) if n},
        "proposed_by": [paper_ref(index.paper_record(int(p))) for p in proposing[:FIRST]],
        "relations": [_stated(index, pair, relation, papers, places) for papers, places, pair, relation in relations_of[:FIRST]],
        "together": [concept_ref(index, int(n)) for n in near[order[:FIRST]]],
        "years": [{"year": y, "papers": n} for y, n in years],
        "first": years[0][0] if years else None,
        "last": years[-1][0] if years else None,
        "totals": {
            "other_ids": len(record["other_ids"]),
            "narrower": len(narrower),
            "proposed_by": len(proposing),
            "relations": len(relations_of),
            "together": len(near),
        },
    }


def papers(index: Index, asked: ConceptPapers) -> PapersAnswer:
    """A page of the papers of a concept, with their sentences."""
    number = concept_of(index, "id", asked.id)
    rows = np.arange(len(index.link_paper))[index.links_to(number)]
    if asked.relation:
        rows = rows[np.isin(index.link_relation[rows], [RELATIONS.index(r) for r in asked.relation])]
    if asked.year is not None:
        rows = rows[index.years[index.link_paper[rows]] == asked.year]
    if asked.sort == "year":
        rows = rows[np.argsort(-index.years[index.link_paper[rows]].astype(np.int32), kind="stable")]
    shown = rows[asked.offset : asked.offset + asked.limit]
    return {
        "total": len(rows),
        "offset": asked.offset,
        "limit": asked.limit,
        "concept": concept_ref(index, number),
        "items": [linked(index, int(index.link_paper[row]), number, asked.units) for row in shown],
    }


def linked(index: Index, paper: int, concept: int, units: Units) -> LinkedPaper:
    """What a paper says of a concept that it is linked to."""
    link = link_of(index, paper, concept)
    record = index.paper_record(paper)
    relation: Any = RELATIONS[link[1]]
    return {
        "paper": paper_ref(record),
        "relation": relation,
        "confidence": link[2],
        "variant": link[3],
        "correction": link[6],
        "quotes": quotes(record, link[4], units),
        "runners_up": runners_up(link),
    }


def link_of(index: Index, paper: int, concept: int) -> list[Any]:
    """The link between the two, which must be there."""
    return next(link for link in index.links_of(paper) if link[0] == concept)


def relations(index: Index, asked: ConceptRelations) -> RelationsAnswer:
    """A page of the relations of a concept."""
    number = concept_of(index, "id", asked.id)
    found = ranked(index, number)
    shown = found[asked.offset : asked.offset + asked.limit]
    return {
        "total": len(found),
        "offset": asked.offset,
        "limit": asked.limit,
        "concept": concept_ref(index, number),
        "items": [_stated(index, pair, relation, papers, places) for papers, places, pair, relation in shown],
    }


def _pairs(index: Index, number: int) -> list[Pair]:
    return [index.pair(int(n)) for n in index.pairs_of(number)]


def ranked(index: Index, number: int) -> list[tuple[int, int, Pair, int]]:
    """Papers, places, pair and relation of all that is stated of a concept; what most papers state comes first."""
    found = [(papers, places, pair, relation) for pair in _pairs(index, number) for relation, papers, places in by_relation(index, pair)]
    return sorted(found, key=lambda item: (-item[0], min(item[2].head, item[2].tail), item[2].head, item[2].tail, item[3]))


def by_relation(index: Index, pair: Pair) -> list[tuple[int, int, int]]:
    """Relation, papers and places of what is stated of a pair; the relation that most papers state comes first."""
    relations, stating = index.stated["relation"][pair.low : pair.high].tolist(), index.stated["paper"][pair.low : pair.high].tolist()
    papers: dict[int, set[int]] = {}
    places: dict[int, int] = {}
    for relation, paper in zip(relations, stating, strict=True):
        papers.setdefault(relation, set())
        if paper >= 0:
            papers[relation].add(paper)
            places[relation] = places.get(relation, 0) + 1
    return sorted(((r, len(p), places.get(r, 0)) for r, p in papers.items()), key=lambda item: (-item[1], item[0]))


def _stated(index: Index, pair: Pair, relation: int, papers: int, places: int) -> Stated:
    name: Any = CONCEPT_RELATIONS[relation]
    return {
        "head": concept_ref(index, pair.head),
        "relation": name,
        "tail": concept_ref(index, pair.tail),
        "papers": papers,
        "places": places,
    }
