"""`/api/edge` and `/api/neighbours`: what joins concepts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from kg.model import FIELDS
from kg.serve.api.answers import EdgeAnswer, Edges, Evidence, NeighboursAnswer, Nodes
from kg.serve.api.concepts import by_relation, link_of
from kg.serve.api.parameters import Edge, Kind, Neighbours, Units
from kg.serve.api.problems import Problem
from kg.serve.api.refs import concept_of, concept_ref, paper_ref, quote, quotes, year
from kg.serve.index import CONCEPT_RELATIONS, TYPES, Index
from kg.text import around, sentences


def edge(index: Index, asked: Edge) -> EdgeAnswer:
    """A page of all that joins two concepts."""
    head, tail = concept_of(index, "head", asked.head), concept_of(index, "tail", asked.tail)
    if head == tail:
        raise Problem(
            422, f"head and tail are one concept ({index.concept_ids[head]!r}); give two", parameter="tail", found=asked.tail[:200]
        )
    rows = statements(index, head, tail)
    papers = index.shared(head, tail)
    kinds = {"catalog": sum(catalog for catalog, _ in rows), "text": sum(not catalog for catalog, _ in rows), "together": len(papers)}
    wanted: list[tuple[Kind, int]] = [
        *(("catalog", row) for catalog, row in rows if catalog and "catalog" in asked.kind),
        *(("text", row) for catalog, row in rows if not catalog and "text" in asked.kind),
        *(("together", paper) for paper in papers.tolist() if "together" in asked.kind),
    ]
    shown = wanted[asked.offset : asked.offset + asked.limit]
    return {
        "total": len(wanted),
        "offset": asked.offset,
        "limit": asked.limit,
        "head": concept_ref(index, head),
        "tail": concept_ref(index, tail),
        "kinds": kinds,
        "items": [
            together(index, head, tail, row, asked.units) if kind == "together" else stated(index, row, asked.units) for kind, row in shown
        ],
    }


def statements(index: Index, a: int, b: int) -> list[tuple[bool, int]]:
    """Whether it is the catalog's, and the row, of all that is stated of two concepts; the surest first."""
    rows = [row for pair in index.between(a, b) for row in range(pair.low, pair.high)]
    confidence, paper = index.stated["confidence"], index.stated["paper"]
    return [(bool(paper[row] < 0), row) for row in sorted(rows, key=lambda row: (-float(confidence[row]), row))]


def stated(index: Index, row: int, units: Units) -> Evidence:
    """A statement, with the whole sentences around the words that say so."""
    about = {name: int(index.stated[name][row]) for name in ("head", "tail", "relation", "paper", "field", "start", "end")}
    relation: Any = CONCEPT_RELATIONS[about["relation"]]
    made: Evidence = {
        "kind": "catalog",
        "head": index.concept_ids[about["head"]],
        "relation": relation,
        "tail": index.concept_ids[about["tail"]],
        "confidence": round(float(index.stated["confidence"][row]), 6),
        "paper": None,
        "quotes": [],
    }
    if about["paper"] < 0:
        return made
    record = index.paper_record(about["paper"])
    low, high, marks = place_of(index, record, about)
    return {**made, "kind": "text", "paper": paper_ref(record), "quotes": [quote(record, about["field"], low, high, marks, units)]}


def place_of(index: Index, record: dict[str, Any], about: dict[str, int]) -> tuple[int, int, list[tuple[int, int]]]:
    """Where the sentences of a statement begin and end in their field, and the mentions of both concepts in the words that say so."""
    low, high = around(sentences(record[FIELDS[about["field"]]]), about["start"], about["end"])
    marks = [
        (start, end)
        for link in index.links_of(about["paper"])
        if link[0] in (about["head"], about["tail"])
        for field, start, end, *_ in link[4]
        if field == about["field"] and start >= about["start"] and end <= about["end"]
    ]
    return low, high, marks


def together(index: Index, head: int, tail: int, paper: int, units: Units) -> Evidence:
    record = index.paper_record(paper)
    places = [*link_of(index, paper, head)[4], *link_of(index, paper, tail)[4]]
    return {
        "kind": "together",
        "head": index.concept_ids[head],
        "relation": None,
        "tail": index.concept_ids[tail],
        "confidence": None,
        "paper": paper_ref(record),
        "quotes": quotes(record, places, units),
    }


def neighbours(index: Index, asked: Neighbours) -> NeighboursAnswer:
    """A concept with a page of its neighbours, and the edges among all of these."""
    center = concept_of(index, "id", asked.id)
    found = ranked_neighbours(index, center, asked.kind)
    shown = found[asked.offset : asked.offset + asked.limit]
    chosen = [center, *shown]
    return {
        "total": len(found),
        "offset": asked.offset,
        "limit": asked.limit,
        "left_out": len(found) - len(shown),
        "nodes": _nodes(index, chosen),
        "edges": _edges(index, chosen, asked.kind),
    }


def ranked_neighbours(index: Index, center: int, kinds: Sequence[Kind]) -> list[int]:
    """Neighbours of a concept: those that most papers relate to it, then those of the catalog, then those that share most papers with
    it for their number (Salton's cosine); of equal ones the more important."""
    strength: dict[int, float] = {}
    for number in index.pairs_of(center).tolist():
        papers, catalog = int(index.pair_papers[number]), bool(index.pair_catalog[number])
        other = int(index.pair_tail[number]) if index.pair_head[number] == center else int(index.pair_head[number])
        if "text" in kinds and papers:
            strength[other] = max(strength.get(other, 0.0), 2.0 + papers)
        elif "catalog" in kinds and catalog:
            strength[other] = max(strength.get(other, 0.0), 2.0)
    if "together" in kinds:
        others, both = index.together(center)
        cosine = both / np.sqrt(np.maximum(index.papers_of[others], 1) * max(int(index.papers_of[center]), 1))
        for other, value in zip(others.tolist(), cosine.tolist(), strict=True):
            strength.setdefault(other, min(value, 1.0))
    return sorted(strength, key=lambda n: (-strength[n], n))


def _nodes(index: Index, chosen: list[int]) -> Nodes:
    refs = [concept_ref(index, n) for n in chosen]
    types: list[Any] = [TYPES[index.types[n]] for n in chosen]
    known: list[Any] = [int(index.known[n]) for n in chosen]
    return {
        "id": [ref["id"] for ref in refs],
        "label": [ref["label"] for ref in refs],
        "type": types,
        "papers": [ref["papers"] for ref in refs],
        "known": known,
        "first": [year(index.first[n]) for n in chosen],
    }


def _edges(index: Index, chosen: list[int], kinds: Sequence[Kind]) -> Edges:
    """Edges among concepts of which the first is the centre: all that is stated, and what the centre shares papers with."""
    at = {n: place for place, n in enumerate(chosen)}
    made: Edges = {"kind": [], "head": [], "tail": [], "papers": [], "first": [], "relations": []}

    def add(kind: Kind, head: int, tail: int, papers: int, first: int | None, relations: list[Any]) -> None:
        for name, value in zip(made, (kind, head, tail, papers, first, relations), strict=True):
            made[name].append(value)  # type: ignore[literal-required]

    for number in pairs_among(index, chosen):
        pair = index.pair(number)
        relations: list[Any] = [(CONCEPT_RELATIONS[r], papers, places) for r, papers, places in by_relation(index, pair)]
        if pair.catalog and "catalog" in kinds:
            add("catalog", at[pair.head], at[pair.tail], 0, None, [("kindOf", 0, 0)])
        if pair.papers and "text" in kinds:
            add("text", at[pair.head], at[pair.tail], pair.papers, year(pair.first), [r for r in relations if r[1]])
    if "together" in kinds:
        others, both = index.together(chosen[0])
        counts = dict(zip(others.tolist(), both.tolist(), strict=True))
        for place, other in enumerate(chosen[1:], 1):
            if counts.get(other):
                add("together", 0, place, counts[other], None, [])
    return made


def pairs_among(index: Index, chosen: list[int]) -> list[int]:
    """Pairs of which both ends are among some concepts, in order."""
    wanted = np.array(sorted(chosen), dtype=np.int32)
    found: list[int] = []
    for head in wanted.tolist():
        low, high = int(index.out_starts[head]), int(index.out_starts[head + 1])
        if low < high:
            found += (low + np.flatnonzero(np.isin(index.pair_tail[low:high], wanted))).tolist()
    return found
