"""A graph in other shapes: a networkx graph, and a card for notebooks."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from kg.cards import chip, frame, listed, quiet, table_html
from kg.model import ConceptLink, ConceptType

if TYPE_CHECKING:
    from collections.abc import Iterable

    import networkx as nx

    from kg.graph import Graph
    from kg.model import Concept, Link, Paper


def to_networkx(graph: Graph) -> nx.MultiDiGraph[str]:
    """The whole graph in memory: everything it says (`kg.equality.facts`), so that `kg.load.networkx` can make a graph of it again.

    Nodes are named `paper:<id>` and `concept:<id>` and have `kind` ("paper" or "concept"), `id` and `label`; papers also
    `abstract`, `year` (or None), `venue`, `authors`, `urls`, `doi`, `arxiv`, `source` and `line`; concepts `type`, `aliases`, `acronyms`,
    `known`, `papers` (their number), `broader`, `identifiers`, `also`, `flags`, `source` and `other_ids`.

    Edges have `relation`, and `confidence` (0 to 1). Paper → concept: `kind` "link", the relation as key, `variant`, `correction`,
    `sentences` (those of the evidence, the decisive one first, each once), and `evidence`, a list of dicts with `field`, `start`, `end`,
    `text` (of the mention), `sentence_start`, `sentence_end` and `cue`. Concept → concept: `kind` "relation", one edge for each place
    that says so, with `paper`, `field`, `start`, `end` and `sentence` (the clause); where the catalog's hierarchy says so, `catalog` is
    true and these are empty. The key of the latter is the relation, that of the former has the place behind it (`relation_key`).
    """
    import networkx as nx

    made: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    texts = {}
    counts = graph.paper_counts()
    for paper in graph.papers():
        texts[paper.id] = paper
        made.add_node(f"paper:{paper.id}", **paper_attributes(paper))
    others = other_ids(graph)
    for concept in graph.concepts():
        made.add_node(f"concept:{concept.id}", **concept_attributes(concept, counts[concept.id], others.get(concept.id, ())))
    for link in graph.links():
        ends = f"paper:{link.paper}", f"concept:{link.concept}"
        made.add_edge(*ends, key=link.relation.value, **link_attributes(link, texts[link.paper]))
    for relation in graph.concept_links():
        clause = texts[relation.paper].text(relation.field)[relation.start : relation.end] if relation.field else ""
        ends = f"concept:{relation.head}", f"concept:{relation.tail}"
        made.add_edge(*ends, key=relation_key(relation), **relation_attributes(relation, clause))
    return made


def other_ids(graph: Graph) -> dict[str, list[str]]:
    """Concept id → the ids that it has in a graph of fewer papers or with a smaller catalog, if any, sorted."""
    found: dict[str, list[str]] = {}
    for other, owner in graph.other_ids().items():
        found.setdefault(owner, []).append(other)
    return found


def paper_attributes(paper: Paper) -> dict[str, Any]:
    """The attributes of a paper's node."""
    return {
        "kind": "paper", "id": paper.id, "label": paper.title, "abstract": paper.abstract, "year": paper.year, "venue": paper.venue,
        "authors": list(paper.authors), "urls": list(paper.urls), "doi": paper.doi, "arxiv": paper.arxiv, "source": paper.source,
        "line": paper.line,
    }  # fmt: skip


def concept_attributes(concept: Concept, papers: int, other_ids: Iterable[str]) -> dict[str, Any]:
    """The attributes of a concept's node."""
    return {
        "kind": "concept", "id": concept.id, "label": concept.label, "type": concept.type.value, "aliases": list(concept.aliases),
        "acronyms": list(concept.acronyms), "known": concept.known, "papers": papers, "broader": list(concept.broader),
        "identifiers": list(concept.identifiers), "also": [t.value for t in concept.also], "flags": sorted(concept.flags),
        "source": concept.source, "other_ids": list(other_ids),
    }  # fmt: skip


def link_attributes(link: Link, paper: Paper) -> dict[str, Any]:
    """The attributes of the edge of a link of a paper."""
    sentences = dict.fromkeys(paper.text(e.mention.field)[e.sentence_start : e.sentence_end] for e in link.evidence)
    evidence = [
        {
            "field": e.mention.field, "start": e.mention.start, "end": e.mention.end, "text": e.mention.text,
            "sentence_start": e.sentence_start, "sentence_end": e.sentence_end, "cue": e.cue,
        }
        for e in link.evidence
    ]  # fmt: skip
    return {
        "kind": "link", "relation": link.relation.value, "confidence": link.confidence, "variant": link.variant,
        "correction": link.correction, "sentences": list(sentences), "evidence": evidence,
    }  # fmt: skip


def relation_attributes(relation: ConceptLink, sentence: str) -> dict[str, Any]:
    """The attributes of the edge of a relation between concepts, read in a clause of a paper or (empty) in none."""
    return {
        "kind": "relation", "relation": relation.relation.value, "confidence": relation.confidence, "paper": relation.paper,
        "field": relation.field, "start": relation.start, "end": relation.end, "sentence": sentence, "catalog": not relation.paper,
    }  # fmt: skip


def relation_key(relation: ConceptLink) -> str:
    """The key by which edges of one relation between the same two concepts are told apart.

    >>> from kg.model import ConceptRelation
    >>> relation_key(ConceptLink("lora", ConceptRelation.BASED_ON, "adapter", 0.7, "arxiv:2106.09685", "abstract", 10, 42))
    'basedOn arxiv:2106.09685 abstract 10-42'
    """
    if not relation.paper:
        return relation.relation.value
    return f"{relation.relation.value} {relation.paper} {relation.field} {relation.start}-{relation.end}"


def card(graph: Graph, top: int = 8) -> str:
    """A small piece of HTML: what the graph holds, by type, and the concepts with most papers."""
    counts = graph.counts()
    papers = graph.paper_counts()
    rows = []
    for kind in ConceptType:
        some = sorted((c for c in graph.concepts() if c.type is kind and papers[c.id]), key=lambda c: (-papers[c.id], c.id))
        names = [f"{escape(c.label)}&nbsp;{quiet(f'({papers[c.id]:,})')}" for c in some]
        rows.append((chip(kind.value), f"{len(some):,}", listed(names, top)))
    facts = [f"{counts[k]:,} {k}" for k in ("papers", "concepts", "links")] + [f"{counts['concept_links']:,} relations"]
    if counts["rejected"]:
        facts.append(f"{counts['rejected']:,} rejected")
    head = f"<b>paperkg graph</b> <code>{escape(graph.path.name)}</code> &nbsp;{quiet(' · '.join(facts))}"
    return frame(head, table_html(("type", "concepts", "named by most papers"), rows))
