"""A graph that went into a real Neo4j, by any way, comes out of it equal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from exports import cypher
from exports.neo4j import push
from kg.cli import main
from kg.equality import differences
from kg.errors import DataError, GraphError
from kg.graph import Graph
from kg.load.neo4j import load

pytestmark = pytest.mark.server


@pytest.mark.parametrize("name", ["tiny_graph", "nasty_graph", "awkward_graph", pytest.param("listing_graph", marks=pytest.mark.corpus)])
def test_a_pushed_graph_is_read_back_equal(name: str, neo4j_login: Any, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    graph: Graph = request.getfixturevalue(name)
    push(graph, neo4j_login.uri)
    # what others have there is no part of it
    neo4j_login.run("CREATE (:Paper {id: 'mine', title: 'x'})-[:USES {confidence: 1.0}]->(:Concept:Task {id: 'my task'})")
    told: dict[str, int] = {}
    back = load(neo4j_login.uri, tmp_path / "back", report=told.__setitem__)
    assert differences(graph, back) == []
    counts = graph.counts()
    assert told == {
        k: counts[c]
        for k, c in zip(("papers", "concepts", "links", "relations"), ("papers", "concepts", "links", "concept_links"), strict=True)
    }
    assert back.manifest["loaded"] == {"from": neo4j_login.uri, "database": "neo4j"}
    # and once more around: the same nodes and relationships, so nothing is sent
    assert push(back, neo4j_login.uri).counts["sent"] == 0


@pytest.mark.parametrize("name", ["tiny_graph", "odd_graph", "awkward_graph"])
def test_so_is_one_that_a_script_wrote(name: str, neo4j_login: Any, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    graph: Graph = request.getfixturevalue(name)
    cypher.write(graph, tmp_path / "graph.cypher")
    for statement in cypher.statements(tmp_path / "graph.cypher"):
        neo4j_login.run(statement)
    assert differences(graph, load(neo4j_login.uri, tmp_path / "back")) == []


def test_a_folder_in_the_way_is_kept(neo4j_login: Any, tiny_graph: Graph, tmp_path: Path) -> None:
    push(tiny_graph, neo4j_login.uri)
    load(neo4j_login.uri, tmp_path / "back")
    with pytest.raises(GraphError):
        load(neo4j_login.uri, tmp_path / "back")
    assert differences(tiny_graph, load(neo4j_login.uri, tmp_path / "back", overwrite=True)) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("MATCH (n) DETACH DELETE n", "neo4j at bolt://.* holds no graph of paperkg; write one there with `kg push`"),
        ("MATCH (p:Paper {id: 'title:emoji-probe'}) REMOVE p.title", r"\(:Paper {id: 'title:emoji-probe'}\) has no property 'title'"),
        ("MATCH (c:Concept {id: 'bert'}) SET c.type = 'Model'", r"\(:Concept {id: 'bert'}\) .* does not fit \('Model' is not a valid"),
        ("MATCH ()-[r:PROPOSES]->() SET r.starts = r.starts + [1]", r"-\[:PROPOSES\]->.*are not equally long"),
        ("MATCH ()-[r:PROPOSES]->() SET r.starts = [n IN r.starts | n + 1]", r"is 'rism attention', not 'prism attention'"),
    ],
)  # fmt: skip
def test_what_is_no_graph_any_more_is_told(change: str, said: str, neo4j_login: Any, tiny_graph: Graph, tmp_path: Path) -> None:
    push(tiny_graph, neo4j_login.uri)
    neo4j_login.run(change)
    with pytest.raises(DataError, match=said):
        load(neo4j_login.uri, tmp_path / "back")
    assert not (tmp_path / "back").exists()


def test_both_commands(neo4j_login: Any, tiny_graph: Graph, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["push", str(tiny_graph.path), neo4j_login.uri, "--batch", "7", "--json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["counts"]["nodes_created"] == 30 and "holds all of the graph, compared by count and content" in said.err
    assert main(["load", neo4j_login.uri, "-o", str(tmp_path / "back")]) == 0
    said = capsys.readouterr()
    assert "8 papers, 22 concepts, 32 links" in said.err and neo4j_login.password not in said.err
    assert differences(tiny_graph, Graph.open(tmp_path / "back")) == []
