"""A graph through networkx and back, whole or changed, and what does not fit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from kg.equality import differences
from kg.errors import DataError
from kg.graph import Graph
from kg.load.networkx import load


@pytest.mark.parametrize("name", ["tiny_graph", "awkward_graph"])
def test_a_graph_comes_back_the_same(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    graph: Graph = request.getfixturevalue(name)
    again = load(graph.to_networkx(), tmp_path / "again")
    assert differences(graph, again) == []
    assert again.manifest["loaded"] == {"from": "networkx"}


def test_what_was_changed_is_in_the_graph(tiny_graph: Graph, tmp_path: Path) -> None:
    made = tiny_graph.to_networkx()
    made.edges["paper:arxiv:2402.00002", "concept:llama", "uses"]["confidence"] = 0.5
    gone = [(u, v, k) for u, v, k, d in made.edges(keys=True, data=True) if d["kind"] == "relation" and not d["catalog"]]
    made.remove_edges_from(gone)
    lines = differences(tiny_graph, load(made, tmp_path / "again"))
    assert len(lines) == 1 + len(gone)
    assert sum("confidence 0.93 in the first, 0.5 in the second" in line for line in lines) == 1
    assert sum(line.startswith("relation ") and line.endswith("only in the first") for line in lines) == len(gone)


def node(made: nx.MultiDiGraph[str], key: str, value: Any) -> None:
    made.nodes["concept:llama"][key] = value


def edge(made: nx.MultiDiGraph[str], key: str, value: Any) -> None:
    made.edges["paper:arxiv:2402.00002", "concept:llama", "uses"][key] = value


@pytest.mark.parametrize(
    ("change", "key", "value", "message"),
    [
        (node, "type", "Animal", r"concept:llama: 'Animal' is no ConceptType; one of Task, .* expected"),
        (node, "aliases", "LLaMA", r"concept:llama: aliases is 'LLaMA'; list or tuple expected"),
        (node, "aliases", ["LLaMA", 2], r"concept:llama: aliases holds 2; strings expected"),
        (node, "known", 1, r"concept:llama: known is 1; bool expected"),
        (node, "kind", "person", r"concept:llama: kind is 'person'; paper or concept expected of a node"),
        (edge, "confidence", "high", r"paper:arxiv:2402.00002 → concept:llama: confidence is 'high'; float or int expected"),
        (edge, "confidence", True, r"paper:arxiv:2402.00002 → concept:llama: confidence is True; float or int expected"),
        (edge, "confidence", 1.5, r"arxiv:2402.00002.*1\.5.*0 to 1 expected"),
        (edge, "correction", None, r"concept:llama: correction is None; str expected"),
        (edge, "relation", "likes", r"concept:llama: 'likes' is no Relation; one of proposes, .* expected"),
        (edge, "evidence", [{"field": "body", "start": 0, "end": 1, "text": "x", "sentence_start": 0, "sentence_end": 1, "cue": ""}],
         r"concept:llama: field is 'body'; title or abstract expected"),
        (edge, "evidence", [{"field": "title", "start": 0, "end": 1, "text": "§", "sentence_start": 0, "sentence_end": 1, "cue": ""}],
         r"arxiv:2402.00002: .*not '§'"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(tiny_graph: Graph, tmp_path: Path, change: Any, key: str, value: Any, message: str) -> None:
    made = tiny_graph.to_networkx()
    change(made, key, value)
    with pytest.raises(DataError, match=message):
        load(made, tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_a_missing_attribute_is_named(tiny_graph: Graph, tmp_path: Path) -> None:
    made = tiny_graph.to_networkx()
    del made.nodes["concept:llama"]["source"]
    with pytest.raises(DataError, match="concept:llama: the attribute 'source' is missing"):
        load(made, tmp_path / "again")


def test_an_edge_between_the_wrong_ends_is_named(tiny_graph: Graph, tmp_path: Path) -> None:
    made = tiny_graph.to_networkx()
    data = made.edges["paper:arxiv:2402.00002", "concept:llama", "uses"]
    made.add_edge("concept:bert", "concept:llama", **data)
    with pytest.raises(DataError, match="concept:bert → concept:llama: concept:bert is no paper; a link leads from a paper to a concept"):
        load(made, tmp_path / "again")
