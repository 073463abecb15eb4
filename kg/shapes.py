"""A graph in other shapes: a networkx graph, and a card for notebooks."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from kg.model import ConceptType

if TYPE_CHECKING:
    import networkx as nx

    from kg.graph import Graph


def to_networkx(graph: Graph) -> nx.MultiDiGraph[str]:
    """The whole graph in memory.

    Nodes are named `paper:<id>` and `concept:<id>` and have `kind` ("paper" or "concept"), `id` and `label`; papers also
    `year`, `venue`, `authors` and `urls`; concepts `type`, `aliases`, `acronyms`, `known` and `papers` (their number).

    Edges have the relation as key and as attribute `relation`, and `confidence` (0 to 1). Paper → concept: `kind` "link",
    `variant` and `sentences` (those of the evidence, the decisive one first). Concept → concept: `kind` "relation", one edge
    for each (head, relation, tail), with `papers` and `sentences` (the clauses, in the same order) of those that say so, and
    `catalog`, whether the catalog's hierarchy says so too.
    """
    import networkx as nx

    made: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    texts = {}
    counts = graph.paper_counts()
    for paper in graph.papers():
        texts[paper.id] = paper
        made.add_node(
            f"paper:{paper.id}", kind="paper", id=paper.id, label=paper.title, year=paper.year, venue=paper.venue,
            authors=list(paper.authors), urls=list(paper.urls),
        )  # fmt: skip
    for c in graph.concepts():
        made.add_node(
            f"concept:{c.id}", kind="concept", id=c.id, label=c.label, type=c.type.value, aliases=list(c.aliases),
            acronyms=list(c.acronyms), known=c.known, papers=counts[c.id],
        )  # fmt: skip
    for link in graph.links():
        paper = texts[link.paper]
        sentences = dict.fromkeys(paper.text(e.mention.field)[e.sentence_start : e.sentence_end] for e in link.evidence)
        made.add_edge(
            f"paper:{link.paper}", f"concept:{link.concept}", key=link.relation.value, kind="link", relation=link.relation.value,
            confidence=link.confidence, variant=link.variant, sentences=list(sentences),
        )  # fmt: skip
    for relation in graph.concept_links():
        head, tail, key = f"concept:{relation.head}", f"concept:{relation.tail}", relation.relation.value
        if not made.has_edge(head, tail, key):
            made.add_edge(head, tail, key=key, kind="relation", relation=key, confidence=0.0, papers=[], sentences=[], catalog=False)
        edge: dict[str, Any] = made.edges[head, tail, key]
        edge["confidence"] = max(edge["confidence"], relation.confidence)
        if relation.field:
            edge["papers"].append(relation.paper)
            edge["sentences"].append(texts[relation.paper].text(relation.field)[relation.start : relation.end])
        else:
            edge["catalog"] = True
    return made


def card(graph: Graph, top: int = 8) -> str:
    """A small piece of HTML: what the graph holds, by type, and the concepts with most papers."""
    counts = graph.counts()
    papers = graph.paper_counts()
    rows = []
    for kind in ConceptType:
        some = sorted((c for c in graph.concepts() if c.type is kind and papers[c.id]), key=lambda c: (-papers[c.id], c.id))
        names = ", ".join(f"{escape(c.label)}&nbsp;({papers[c.id]})" for c in some[:top])
        rows.append(f"<tr><th>{kind.value}</th><td>{len(some):,}</td><td style='text-align:left'>{names}</td></tr>")
    facts = [f"{counts[k]:,} {k}" for k in ("papers", "concepts", "links")] + [f"{counts['concept_links']:,} relations"]
    if counts["rejected"]:
        facts.append(f"{counts['rejected']:,} rejected")
    return (
        f"<div><b>paperkg graph</b> <code>{escape(graph.path.name)}</code><br>{' · '.join(facts)}"
        "<table><thead><tr><th>type</th><th>linked concepts</th><th style='text-align:left'>most papers</th></tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )
