"""The graph as RDF, told once for all its formats: nodes with their properties, sorted, without blank nodes.

What is said of each thing is in `exports.rdf_nodes`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from exports.iris import Iris
from exports.links_jsonl import linked_papers
from exports.rdf_nodes import Terms, version_of
from exports.relations_jsonl import read_in_papers
from exports.sequence import in_sequence
from exports.triples import Node
from ontology.terms import BASE

if TYPE_CHECKING:
    from kg.graph import Graph
    from kg.model import Paper

__all__ = ["Counts", "general_nodes", "named_graphs", "nodes", "origins", "paper_nodes", "sorted_nodes"]

#: The name of a graph, `<iri>`, and its nodes.
NamedGraph = tuple[str, Iterator[Node]]


@dataclass(slots=True)
class Counts:
    """What was written so far."""

    subjects: int = 0
    triples: int = 0
    by_kind: dict[str, int] = field(default_factory=dict)

    def count(self, kind: str, number: int = 1) -> None:
        """Adds to the number of what is of a kind."""
        self.by_kind[kind] = self.by_kind.get(kind, 0) + number

    def as_dict(self) -> dict[str, int]:
        """Triples and subjects first, then what the subjects are."""
        return {"triples": self.triples, "subjects": self.subjects, **dict(sorted(self.by_kind.items()))}


@contextmanager
def sorted_nodes(graph: Graph, base: str = BASE, *, run_size: int = 50_000) -> Iterator[tuple[Iterator[Node], Counts]]:
    """All nodes sorted by subject, each once, their properties sorted, with counts that grow as the nodes are taken.

    The order is that of the lines of N-Triples by code point. Memory holds `run_size` nodes; more go through temporary files,
    which are removed when the block ends.

    Raises:
        UsageError: the base is no web address.
    """
    iris = Iris(base)
    counts = Counts()
    with tempfile.TemporaryDirectory(prefix="paperkg-") as scratch:
        yield _taken(in_sequence(nodes(graph, iris, counts), Path(scratch), run_size), counts), counts


@contextmanager
def named_graphs(graph: Graph, base: str = BASE, *, run_size: int = 50_000) -> Iterator[tuple[Iterator[NamedGraph], Counts]]:
    """Named graphs as pairs of `<iri>` and nodes: first what is not of one paper, then one for each paper, sorted by its id.

    Nodes are sorted by subject within their graph, and must be taken before the next graph is. What two papers say of one concept
    stands in both graphs. Counts grow as the nodes are taken: `triples` counts quads.

    Raises:
        UsageError: the base is no web address.
    """
    iris = Iris(base)
    counts = Counts()
    terms = Terms.of(graph, iris)

    def found(scratch: Path) -> Iterator[NamedGraph]:
        yield f"<{iris.general_graph}>", _taken(in_sequence(general_nodes(graph, terms, counts), scratch, run_size), counts)
        for paper, own in paper_nodes(graph, terms, counts):
            yield f"<{iris.paper_graph(paper.id)}>", _taken(in_sequence(own, scratch, len(own) + 1), counts)

    with tempfile.TemporaryDirectory(prefix="paperkg-") as scratch:
        yield found(Path(scratch)), counts


def _taken(found: Iterable[Node], counts: Counts) -> Iterator[Node]:
    for subject, properties in found:
        counts.subjects += 1
        counts.triples += len(properties)
        yield subject, properties


# --- what is said -----------------------------------------------------------------------------------------------------


def nodes(graph: Graph, iris: Iris, counts: Counts | None = None) -> Iterator[Node]:
    """All that the graph says, in no order; a subject may come more than once. One paper is in memory at a time."""
    terms, counts = Terms.of(graph, iris), counts or Counts()
    yield from general_nodes(graph, terms, counts)
    for _, found in paper_nodes(graph, terms, counts):
        yield from found


def general_nodes(graph: Graph, terms: Terms, counts: Counts) -> Iterator[Node]:
    """What is not of one paper: concepts, the catalog's relations, where the papers are from and how they were read."""
    yield from origins(graph, terms)
    papers = graph.paper_counts()
    present = set(papers)
    for concept in graph.concepts():
        counts.count("concepts")
        yield terms.concept(concept, papers[concept.id], present)
    for other, owner in graph.other_ids().items():
        yield terms.other_id(other, owner)
    for relation in graph.concept_links():
        if not relation.paper:
            counts.count("relations")
            yield from terms.relation(relation, None)


def origins(graph: Graph, terms: Terms) -> Iterator[Node]:
    """Schemes, catalog and corrections, the inputs of the papers, and what read them."""
    made = graph.manifest
    yield from terms.schemes(bool(graph.counts().get("corrected_links")))
    yield from terms.provenance(made["inputs"], made["reader"], made["settings"], version_of(graph))


def paper_nodes(graph: Graph, terms: Terms, counts: Counts) -> Iterator[tuple[Paper, list[Node]]]:
    """What is of one paper, its links and the relations that its text says included; sorted by paper."""
    # both run over all papers, in the same order
    for (paper, links), (_, relations) in zip(linked_papers(graph), read_in_papers(graph), strict=True):
        counts.count("papers")
        counts.count("links", len(links))
        counts.count("relations", len(relations))
        counts.count("evidence", sum(len(link.evidence) for link in links) + len(relations))
        yield paper, [*terms.paper(paper, links), *(node for relation in relations for node in terms.relation(relation, paper))]
