"""Ids that a concept had before lead to it, and what papers do not agree about is written down."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from kg.catalog import Catalog
from kg.errors import GraphError
from kg.graph import Graph, write_graph
from kg.model import Concept, ConceptType, Evidence, Finding, Mention, Paper, Reading, Relation
from kg.query.cookbook import ask

Said = tuple[str, tuple[str, ...], tuple[str, ...], str]


def said(label: str, aliases: Sequence[str] = (), acronyms: Sequence[str] = (), concept: str = "") -> Said:
    return label, tuple(aliases), tuple(acronyms), concept


def graph_of(folder: Path, papers: Sequence[Said], catalog: Sequence[Concept] = ()) -> Graph:
    """A graph of papers that each name one thing."""
    pairs = []
    for number, (label, aliases, acronyms, concept) in enumerate(papers):
        paper = Paper(f"x:{number}", f"On {label} {number}", "")
        evidence = (Evidence(Mention("title", 3, 3 + len(label), label), 0, len(paper.title)),)
        scores = tuple(float(t is ConceptType.METHOD) for t in ConceptType)
        found = Finding(label, aliases, acronyms, ConceptType.METHOD, scores, Relation.USES, 0.9, evidence, concept)
        pairs.append((paper, Reading(paper.id, (found,), ())))
    return write_graph(folder, pairs, Catalog(catalog))


PRISM = [said("prism attention", ["sparse routing"]), said("sparse routing"), said("sparse routing")]


def test_an_id_that_another_label_gave_leads_to_the_concept(tmp_path: Path) -> None:
    before = graph_of(tmp_path / "before", PRISM[:1])
    assert [c.id for c in before.concepts()] == ["prism-attention"]
    after = graph_of(tmp_path / "after", PRISM)
    assert after.other_ids() == {"prism-attention": "sparse-routing"}
    assert after.concept("prism-attention") == after.concept("sparse-routing")
    assert [c.id for c in after.find("prism-attention")] == ["sparse-routing"]
    assert after.counts()["other_ids"] == 1
    assert len(ask(after, "papers-using", {"x": "prism-attention"}).rows) == 3


def test_a_new_concept_that_the_catalog_comes_to_know_keeps_its_id(tmp_path: Path) -> None:
    before = graph_of(tmp_path / "before", [said("Prism Routing")])
    (old,) = before.concepts()
    known = Concept("routing", ConceptType.METHOD, "routing", aliases=("prism routing",))
    after = graph_of(tmp_path / "after", [said("Prism Routing", concept="routing")], [known])
    assert after.concept(old.id) == known


def test_an_id_with_a_hash_leads_to_the_concept_too(tmp_path: Path) -> None:
    bert = Concept("bert", ConceptType.METHOD, "BERT", flags=frozenset({"exact-case"}))
    before = graph_of(tmp_path / "before", [said("Bert")], [bert])
    (old,) = before.concepts()
    assert old.id.startswith("bert-")
    after = graph_of(tmp_path / "after", [said("Bert", concept="bert")], [bert])
    assert after.concept(old.id).id == "bert"
    for wrong in ("bert-000000", "bart" + old.id[4:], "bert-", "nothing"):
        with pytest.raises(GraphError, match="no concept"):
            after.concept(wrong)


def test_former_ids_leave_no_trace_when_papers_go(tmp_path: Path) -> None:
    graph = graph_of(tmp_path / "graph", PRISM)
    graph.remove(["x:1", "x:2"])
    before = graph_of(tmp_path / "before", PRISM[:1])
    assert graph.fingerprint == before.fingerprint
    assert graph.other_ids() == {}


def test_what_papers_mean_by_an_abbreviation_is_told(tmp_path: Path) -> None:
    papers = [said("prism tagging", (), ["PT"])] * 2 + [said("plain tracing", (), ["PT"]), said("PT")]
    graph = graph_of(tmp_path / "graph", papers)
    (found,) = graph.conflicts()
    assert (found.kind, found.name, found.alone, found.taken) == ("abbreviation", "pt", 1, "")
    assert found.senses == (("prism-tagging", 2), ("plain-tracing", 1))
    assert graph.counts()["conflicts"] == 1
    assert list(graph_of(tmp_path / "one", papers[:2]).conflicts()) == []
