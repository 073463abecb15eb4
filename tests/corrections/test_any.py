"""Whatever lines come together, a graph stays whole: no dangling end, every mention in its place, the same in any order."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.catalog import Catalog
from kg.corrections.record import Wrong, parse
from kg.graph import Graph, write_graph
from kg.model import ConceptType, Paper, Reading, Relation

NAMES = ("prismnet", "prism attention", "large-language-model", "LLM", "transformer", "BERT", "neural network", "imagenet", "LoRA",
         "dropout", "llama", "something new", "no such")  # fmt: skip
PAPERS = ("arxiv:2401.00001", "arxiv:2402.00002", "acl:2023.tiny-main.3", "title:no-abstract-at-all", "gone")
QUOTES = ("PrismNet", "Transformer", "LLMs", "LoRA", "dropout", "accuracy", "is", "never said")


@st.composite
def _lines(draw: Any) -> dict[str, str]:
    concept, to, name = (st.sampled_from(NAMES) for _ in range(3))
    row = {"correction": draw(st.sampled_from(["remove", "relink", "relation", "add", "confirm", "merge", "separate", "label", "type"]))}
    row |= {"concept": draw(concept)}
    if row["correction"] in ("remove", "relink", "relation", "add", "confirm"):
        row["paper"] = draw(st.sampled_from(PAPERS))
        if draw(st.booleans()) or row["correction"] == "add":
            row["quote"] = draw(st.sampled_from(QUOTES))
            if row["correction"] in ("remove", "relink") and draw(st.booleans()):
                del row["concept"]
    if row["correction"] in ("add", "relink", "confirm"):
        row["relation"] = draw(st.sampled_from([*Relation])).value
    if row["correction"] in ("add", "relink", "separate") and draw(st.booleans()):
        row["type"] = draw(st.sampled_from([*ConceptType])).value
    if row["correction"] in ("relink", "merge"):
        row["to"] = draw(to)
    if row["correction"] == "separate":
        row["name"] = draw(name)
    row |= {"relation": {"to": draw(st.sampled_from([*Relation])).value}, "label": {"to": "Another label"}, "type": {"to": "Metric"}}.get(
        row["correction"], {}
    )
    return row


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("any")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(rows=st.lists(_lines(), min_size=1, max_size=6))
def test_a_graph_stays_whole(
    rows: list[dict[str, str]], place: Path, tiny_readings: list[tuple[Paper, Reading]], tiny_catalog: Catalog
) -> None:
    lines = []
    for number, row in enumerate(rows, 1):
        try:
            lines.append(parse(row, "c.jsonl", number))
        except Wrong as wrong:
            raise AssertionError(f"{row}: {wrong.reason}") from None
    graph = write_graph(place / "one", tiny_readings, tiny_catalog, corrections=lines, overwrite=True)
    check(graph)
    assert [o.correction for o in graph.corrections()] == lines
    assert all(o.hint for o in graph.corrections() if o.status == "failed")
    assert list(graph.readings()) == tiny_readings, "what was read is kept"
    again = write_graph(place / "other", tiny_readings, tiny_catalog, corrections=lines[::-1], overwrite=True)
    assert again.fingerprint == graph.fingerprint


def check(graph: Graph) -> None:
    concepts = {c.id: c for c in graph.concepts()}
    counted: Counter[str] = Counter()
    linked = set()
    for link in graph.links():
        assert link.concept in concepts
        assert link.evidence
        assert not link.correction or link.confidence == 1
        counted[link.concept] += 1
        linked.add((link.paper, link.concept))
        text = graph.paper(link.paper)
        assert all(text.text(e.mention.field)[e.mention.start : e.mention.end] == e.mention.text for e in link.evidence)
    assert {i: n for i, n in graph.paper_counts().items() if n} == counted
    for relation in graph.concept_links():
        assert relation.head != relation.tail
        assert {relation.head, relation.tail} <= concepts.keys()
        assert not relation.paper or {(relation.paper, relation.head), (relation.paper, relation.tail)} <= linked
    assert all(broader in concepts for c in concepts.values() for broader in c.broader)
    assert all(owner in concepts and other not in concepts for other, owner in graph.other_ids().items())
