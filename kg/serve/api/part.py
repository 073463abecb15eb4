"""Parts of the graph as the explorer merges them: the columns of `exports/page/src/data.ts`, with what one question is about."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable
from typing import Any

import numpy as np

from exports.explorer.data import radius
from exports.explorer.words import CATALOG, TEXT, TOGETHER
from kg.serve.api.concepts import by_relation
from kg.serve.api.edges import place_of
from kg.serve.api.refs import address, quote, quotes, year
from kg.serve.index import CONCEPT_RELATIONS, UNDATED, Index, Pair

#: Sentences of one link, and places of one relation between two concepts.
QUOTES, PLACES = 4, 40
_KIND_OF = CONCEPT_RELATIONS.index("kindOf")
_CONCEPTS = ("id", "label", "type", "papers", "known", "community", "x", "y", "r", "names", "identifiers", "first", "more")
_PAPERS = ("id", "title", "year", "venue", "url", "authors", "doi", "node", "x", "y")
_LINKS = ("concept", "paper", "relation", "confidence", "variant", "correction", "quotes", "total", "others")
_EDGES = ("kind", "head", "tail", "papers", "first", "relations")


class Part:
    """A part that grows by what is put in; everything is in it once."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._concepts: dict[int, int] = {}
        self._papers: dict[int, int] = {}
        self._sentences: dict[str, int] = {}
        self._links: set[tuple[int, int]] = set()
        self._edges: set[tuple[int, int, int]] = set()
        self._held: dict[int, int] = {}
        self._records: dict[int, dict[str, Any]] = {}
        self._years: list[list[int]] = []
        self._columns: dict[str, dict[str, list[Any]]] = {
            table: {name: [] for name in names}
            for table, names in (("concepts", _CONCEPTS), ("papers", _PAPERS), ("links", _LINKS), ("edges", _EDGES))
        }
        if any(index.properties.values()):
            for of in index.properties:
                self._columns[of]["values"] = []

    def _add(self, table: str, row: dict[str, Any]) -> None:
        for name, values in self._columns[table].items():
            values.append(row[name])

    def concept(self, number: int) -> int:
        """A concept; returns its place in the part."""
        if number in self._concepts:
            return self._concepts[number]
        index, record = self._index, self._index.concept_record(number)
        years = index.years_of(index.link_paper[index.links_to(number)])
        x, y, community = place(index, number)
        self._add(
            "concepts",
            {
                "id": record["id"],
                "label": record["label"],
                "type": int(index.types[number]),
                "papers": record["papers"],
                "known": int(record["known"]),
                "community": community,
                "x": x,
                "y": y,
                "r": radius(record["papers"], index.most_papers),
                "names": [n for n in dict.fromkeys((*record["aliases"], *record["acronyms"])) if n != record["label"]],
                "identifiers": record["identifiers"],
                "first": years[0][0] if years else None,
                "more": record["papers"],
                "values": index.properties["concepts"].row(record["id"]),
            },
        )
        counts = dict(years)
        self._years.append([counts.get(y, 0) for y, _ in index.about["years"]] if counts else [])
        return self._concepts.setdefault(number, len(self._concepts))

    def paper(self, number: int) -> int:
        """A paper; returns its place in the part."""
        if number in self._papers:
            return self._papers[number]
        record = self._record(number)
        about = {name: record[name] for name in ("id", "title", "year", "venue", "authors", "doi")}
        values = self._index.properties["papers"].row(record["id"])
        self._add("papers", {**about, "url": address(record), "node": 0, "x": None, "y": None, "values": values})
        return self._papers.setdefault(number, len(self._papers))

    def _record(self, paper: int) -> dict[str, Any]:
        if paper not in self._records:
            self._records[paper] = self._index.paper_record(paper)
        return self._records[paper]

    def _sentence(self, text: str) -> int:
        return self._sentences.setdefault(text, len(self._sentences))

    def link(self, paper: int, link: list[Any]) -> None:
        """What a paper says of a concept (`Index.links_of`), with both."""
        if (paper, link[0]) in self._links:
            return
        self._links.add((paper, link[0]))
        record = self._record(paper)
        found = quotes(record, link[4], "utf16")
        row = {
            "concept": self.concept(link[0]),
            "paper": self.paper(paper),
            "relation": link[1],
            "confidence": round(link[2], 2),
            "variant": link[3],
            "correction": link[6],
            "quotes": [[self._sentence(q["sentence"]), *(n for mark in q["marks"] for n in mark)] for q in found[:QUOTES]],
            "total": len(found),
            "others": [[label or id_, round(score, 2)] for id_, label, score, _ in link[5]],
        }
        self._held[link[0]] = self._held.get(link[0], 0) + 1
        self._add("links", row)

    def pair(self, pair: Pair, *, evidence: int) -> None:
        """What is stated of two concepts in one direction: an edge of the catalog, one of the texts, or both; with at most so many places
        of each relation."""
        head, tail = self.concept(pair.head), self.concept(pair.tail)
        if pair.catalog and (CATALOG, head, tail) not in self._edges:
            self._edges.add((CATALOG, head, tail))
            row = {"kind": CATALOG, "head": head, "tail": tail, "papers": 0, "first": None}
            self._add("edges", {**row, "relations": [[_KIND_OF, 0, 0, []]]})
        if pair.papers and (TEXT, head, tail) not in self._edges:
            self._edges.add((TEXT, head, tail))
            relations = [
                [relation, papers, places, self._evidence(pair, relation, evidence) if evidence else []]
                for relation, papers, places in by_relation(self._index, pair)
                if papers
            ]
            row = {"kind": TEXT, "head": head, "tail": tail, "papers": pair.papers, "first": year(pair.first)}
            self._add("edges", {**row, "relations": relations})

    def _evidence(self, pair: Pair, relation: int, most: int) -> list[list[Any]]:
        stated = self._index.stated
        rows = [n for n in range(pair.low, pair.high) if stated["relation"][n] == relation and stated["paper"][n] >= 0][:most]
        found = []
        for row in rows:
            about = {name: int(stated[name][row]) for name in ("head", "tail", "paper", "field", "start", "end")}
            record = self._record(about["paper"])
            low, high, marks = place_of(self._index, record, about)
            said = quote(record, about["field"], low, high, marks, "utf16")
            flat = [n for mark in said["marks"] for n in mark]
            confidence = round(float(stated["confidence"][row]), 2)
            found.append([self.paper(about["paper"]), confidence, self._sentence(said["sentence"]), *flat])
        return found

    def together(self, a: int, b: int, papers: int, first: int | None) -> None:
        """An edge between two concepts that papers name both."""
        low, high = min(a, b), max(a, b)
        head, tail = self.concept(low), self.concept(high)
        if (TOGETHER, head, tail) not in self._edges:
            self._edges.add((TOGETHER, head, tail))
            self._add("edges", {"kind": TOGETHER, "head": head, "tail": tail, "papers": papers, "first": first, "relations": []})

    def data(self) -> dict[str, Any]:
        """The part, with what the explorer knows of the whole."""
        years = [y for y, _ in self._index.about["years"]]
        more = self._columns["concepts"]["more"]
        for number, at in self._concepts.items():
            more[at] -= self._held.get(number, 0)
        head = {
            name: self._index.page[name]
            for name in ("format", "title", "about", "base", "counts", "relations", "conceptRelations", "kinds")
        }
        return {
            **head,
            "notes": [],
            "cut": False,
            "types": [],
            "communities": [],
            **self._columns,
            "sentences": [*self._sentences],
            "years": {"of": years, "concepts": self._years} if years else None,
        }


def place(index: Index, number: int) -> tuple[int, int, int]:
    """Where a concept stands, and its community: those of the page it opens with have a place; another one is beside that of these to which
    most joins it, always at the same place."""
    shown = index.page["concepts"]
    if number < len(shown["id"]):
        return shown["x"][number], shown["y"][number], shown["community"][number]
    beside = _beside(index, number, len(shown["id"]))
    # an angle and a distance of its own, by its id
    mark = zlib.crc32(index.concept_ids[number].encode("utf-8", "surrogatepass"))
    angle, ring = 2 * math.pi * (mark & 0xFFFF) / 0x10000, (mark >> 16) / 0x10000
    if beside is None:
        far = 60 + max((max(abs(x), abs(y)) for x, y in zip(shown["x"], shown["y"], strict=True)), default=0)
        return round(far * math.cos(angle)), round(far * math.sin(angle)), max(len(index.page["communities"]) - 1, 0)
    distance = shown["r"][beside] + 30 + 90 * ring
    x, y = shown["x"][beside] + distance * math.cos(angle), shown["y"][beside] + distance * math.sin(angle)
    return round(x), round(y), shown["community"][beside]


def _beside(index: Index, number: int, shown: int) -> int | None:
    pairs = index.pairs_of(number)
    others = np.where(index.pair_head[pairs] == number, index.pair_tail[pairs], index.pair_head[pairs])
    weights = index.pair_papers[pairs] + 2 * index.pair_catalog[pairs].astype(np.int32)
    near = others < shown
    if near.any():
        others, weights = others[near], weights[near]
    else:
        others, weights = index.together(number)
        others, weights = others[others < shown], weights[others < shown]
    # a concept of few papers says more of a place than one that everybody names
    best: Iterable[int] = np.lexsort((-others, -weights)).tolist()
    return next((int(others[n]) for n in best), None)


def first_of(index: Index, papers: Any) -> int | None:
    """The earliest year of papers."""
    years = index.years[papers]
    dated = years[years != UNDATED]
    return int(dated.min()) if len(dated) else None
