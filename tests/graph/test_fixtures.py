"""The tiny graph itself: what the shared fixtures promise to the tests of all rooms."""

from __future__ import annotations

from kg.graph import Graph
from kg.model import ConceptType, Relation


def test_the_tiny_graph_has_what_the_rooms_test(tiny_graph: Graph) -> None:
    counts = tiny_graph.counts()
    assert (counts["papers"], counts["records"], counts["rejected"], counts["notes"]) == (8, 2, 1, 1)
    assert {c.type for c in tiny_graph.concepts()} == set(ConceptType)
    assert {link.relation for link in tiny_graph.links()} == set(Relation)
    assert {c.id for c in tiny_graph.concepts() if not c.known} == {
        "large-language-model",
        "llamas",
        "prism-attention",
        "prismnet",
        "probe",
        "resnext-delta",
    }
    assert [link.variant for link in tiny_graph.links() if link.variant] == ["2 13B"]
    assert {r.paper == "" for r in tiny_graph.concept_links()} == {True, False}
