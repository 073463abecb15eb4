"""What a graph should be in Neo4j, made of its records alone, and what a server has."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from kg.graph import Graph

Nodes = dict[str, dict[str, Any]]
Edges = dict[tuple[str, ...], dict[str, Any]]


def relationship(relation: str) -> str:
    return re.sub("([A-Z])", r"_\1", relation).upper()


def wanted(graph: Graph) -> tuple[Nodes, Edges]:
    """Nodes by `kind:id` and relationships by all that tells them apart, from the graph's records."""
    nodes: Nodes = {}
    edges: Edges = {}
    texts = {p.id: p for p in graph.papers()}
    for p in texts.values():
        nodes[f"paper:{p.id}"] = {
            "labels": ["Paper", "Resource"], "id": p.id, "name": p.title, "title": p.title, "abstract": p.abstract or None,
            "authors": list(p.authors), "year": p.year, "venue": p.venue, "urls": list(p.urls), "doi": p.doi, "arxiv": p.arxiv,
            "source": p.source or None, "line": p.line or None,
        }  # fmt: skip
    counts = Counter(link.concept for link in graph.links())
    for c in graph.concepts():
        nodes[f"concept:{c.id}"] = {
            "labels": sorted(["Concept", c.type.value, "Resource"]), "id": c.id, "name": c.label, "label": c.label, "type": c.type.value,
            "alsoTypes": list(c.also), "aliases": list(c.aliases), "acronyms": list(c.acronyms), "identifiers": list(c.identifiers),
            "otherIds": sorted(other for other, owner in graph.other_ids().items() if owner == c.id), "broader": list(c.broader),
            "flags": sorted(c.flags), "origin": c.source or None, "known": c.known, "papers": counts[c.id],
        }  # fmt: skip
    for link in graph.links():
        mentions = [e.mention for e in link.evidence]
        paper = texts[link.paper]
        told = [paper.text(e.mention.field)[e.sentence_start : e.sentence_end] for e in link.evidence]
        edges[f"paper:{link.paper}", relationship(link.relation), f"concept:{link.concept}", "", "", "", ""] = {
            "confidence": link.confidence, "variant": link.variant or None, "support": len(set(mentions)),
            "mentions": [m.text for m in mentions], "fields": [m.field for m in mentions], "starts": [m.start for m in mentions],
            "ends": [m.end for m in mentions], "sentenceStarts": [e.sentence_start for e in link.evidence],
            "sentenceEnds": [e.sentence_end for e in link.evidence],
            "cues": [e.cue for e in link.evidence] if any(e.cue for e in link.evidence) else [],
            "sentence": told[0], "sentences": list(dict.fromkeys(told)),
        }  # fmt: skip
    for r in graph.concept_links():
        key = (f"concept:{r.head}", relationship(r.relation), f"concept:{r.tail}", r.paper, r.field, str(r.start), str(r.end))
        assert key not in edges
        edges[key] = {
            "confidence": r.confidence, "catalog": not r.paper, "paper": r.paper or None, "field": r.field or None,
            "start": r.start if r.paper else None, "end": r.end if r.paper else None,
            "sentence": texts[r.paper].text(r.field)[r.start : r.end] if r.field else None,
        }  # fmt: skip
    # what has no value is not there
    for data in (*nodes.values(), *edges.values()):
        for name in [name for name, value in data.items() if value is None or value == []]:
            del data[name]
    return nodes, edges


def stored(server: Any) -> tuple[Nodes, Edges]:
    """What the server holds, in the same shape, with `uri`."""
    nodes = {}
    for row in server.run("MATCH (n) RETURN labels(n) AS labels, properties(n) AS data"):
        name = f"{'paper' if 'Paper' in row['labels'] else 'concept'}:{row['data']['id']}"
        assert name not in nodes, f"{name} is there twice"
        nodes[name] = {**row["data"], "labels": sorted(row["labels"])}
    edges = {}
    found = server.run("MATCH (a)-[r]->(b) RETURN labels(a) AS labels, a.id AS start, type(r) AS type, b.id AS end, properties(r) AS data")
    for row in found:
        data = row["data"]
        ends = (f"{'paper' if 'Paper' in row['labels'] else 'concept'}:{row['start']}", row["type"], f"concept:{row['end']}")
        place = ("", "", "", "")
        if "catalog" in data:
            place = (data.get("paper", ""), data.get("field", ""), str(data.get("start", 0)), str(data.get("end", 0)))
        assert (*ends, *place) not in edges, f"{ends} {place} is there twice"
        edges[(*ends, *place)] = data
    return nodes, edges


def check(server: Any, graph: Graph) -> None:
    """Each node and relationship is there with exactly the properties that it should have, and an IRI of its own."""
    nodes, edges = stored(server)
    expected_nodes, expected_edges = wanted(graph)
    assert nodes.keys() == expected_nodes.keys() and edges.keys() == expected_edges.keys()
    iris = set()
    for found, expected in ((nodes, expected_nodes), (edges, expected_edges)):
        for key, data in expected.items():
            whole = dict(found[key])
            iris.add(whole.pop("uri"))
            assert isinstance(whole.pop("contentHash"), int)
            assert whole == data, key
    assert len(iris) == len(nodes) + len(edges) and all(iri.startswith("https://example.org/kg/") for iri in iris)
    counts = graph.counts()
    assert len(nodes) == counts["papers"] + counts["concepts"] and len(edges) == counts["links"] + counts["concept_links"]
