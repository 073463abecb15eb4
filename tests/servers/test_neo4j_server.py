"""The exports for Neo4j against a real Neo4j: what comes out is what the graph holds, property by property."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exports import cypher, neo4j_csv
from exports.neo4j import push
from kg.graph import Graph, write_graph

pytestmark = pytest.mark.server


@pytest.mark.parametrize("name", ["tiny_graph", "nasty_graph", pytest.param("listing_graph", marks=pytest.mark.corpus)])
def test_the_command_of_the_bulk_files_imports_all_of_the_graph(
    name: str,
    make_neo4j: Callable[..., Any],
    request: pytest.FixtureRequest,
    tmp_path: Path,
    content: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    graph: Graph = request.getfixturevalue(name)
    folder = tmp_path / "it's, a folder"
    written = neo4j_csv.write(graph, folder)
    # the command as it is printed for the user, cut up as a shell would
    place, _, command = written.notes[1].partition(" && ")
    assert shlex.split(place) == ["cd", str(folder)]
    tool, *arguments = shlex.split(command)
    assert tool == "neo4j-admin"
    server = make_neo4j()
    said = server.admin(*arguments, cwd=folder)
    assert re.search(rf"\b{written.counts['nodes']} nodes\b", said) and re.search(
        rf"\b{written.counts['relationships']} relationships\b", said
    )
    with server:
        content.check(server, graph)
        server.shell(folder / "constraints.cypher")
        assert {r["name"] for r in server.run("SHOW CONSTRAINTS YIELD name")} == {
            f"paperkg_{what}" for what in ("paper_id", "concept_id", "paper_uri", "concept_uri", "resource_uri")
        }
        content.check(server, graph)
        # a push sees that all is there
        monkeypatch.setenv("NEO4J_USERNAME", server.user)
        monkeypatch.setenv("NEO4J_PASSWORD", server.password)
        pushed = push(graph, server.uri)
        assert pushed.counts["sent"] == 0 and "properties_set" not in pushed.counts


@pytest.mark.parametrize("name", ["tiny_graph", "odd_graph"])
def test_the_script_can_be_run_twice_by_the_shell(
    name: str, empty_neo4j: Any, request: pytest.FixtureRequest, tmp_path: Path, content: Any
) -> None:
    graph: Graph = request.getfixturevalue(name)
    cypher.write(graph, tmp_path / "graph.cypher", batch=3)
    empty_neo4j.shell(tmp_path / "graph.cypher")
    content.check(empty_neo4j, graph)
    once = content.stored(empty_neo4j)
    empty_neo4j.shell(tmp_path / "graph.cypher")
    assert content.stored(empty_neo4j) == once


@pytest.mark.parametrize("name", ["tiny_graph", "nasty_graph"])
def test_the_script_can_be_run_by_a_driver_a_statement_at_a_time(
    name: str, empty_neo4j: Any, request: pytest.FixtureRequest, tmp_path: Path, content: Any
) -> None:
    graph: Graph = request.getfixturevalue(name)
    written = cypher.write(graph, tmp_path / "graph.cypher")
    statements = list(cypher.statements(tmp_path / "graph.cypher"))
    assert len(statements) == written.counts["statements"]
    for _ in range(2):
        for statement in statements:
            empty_neo4j.run(statement)
        content.check(empty_neo4j, graph)


def test_a_second_run_mends_what_changed_and_keeps_what_others_wrote(
    empty_neo4j: Any, tiny_graph: Graph, tmp_path: Path, content: Any
) -> None:
    cypher.write(tiny_graph, tmp_path / "graph.cypher")
    statements = list(cypher.statements(tmp_path / "graph.cypher"))
    for statement in statements:
        empty_neo4j.run(statement)
    # as if an older graph had called BERT a method, known its paper's year, and read another relation
    empty_neo4j.run("MATCH (c:Concept {id: 'bert'}) REMOVE c:Architecture SET c:Method, c.type = 'Method', c.mine = 'kept'")
    empty_neo4j.run("MATCH (p:Paper {id: 'title:emoji-probe'}) SET p.year = 1999")
    empty_neo4j.run("MATCH (p:Paper)-[r:EVALUATES_ON]->(c:Concept {id: 'sst-2'}) CREATE (p)-[:USES {confidence: 0.1}]->(c) DELETE r")
    empty_neo4j.run("MATCH (p:Paper), (c:Concept {id: 'sst-2'}) CREATE (p)-[:READ_BY_ME]->(c)")
    for statement in statements:
        empty_neo4j.run(statement)
    [bert] = empty_neo4j.run("MATCH (c {id: 'bert'}) RETURN labels(c) AS l, c.mine AS m")
    assert sorted(bert["l"]) == ["Architecture", "Concept", "Resource"] and bert["m"] == "kept"
    assert empty_neo4j.run("MATCH ()-[r:READ_BY_ME]->() DELETE r RETURN count(r) AS n") == [{"n": 8}]
    empty_neo4j.run("MATCH (c {id: 'bert'}) REMOVE c.mine")
    content.check(empty_neo4j, tiny_graph)


def test_an_empty_graph_is_imported_too(
    make_neo4j: Callable[..., Any], empty_neo4j: Any, tiny_graph: Graph, tmp_path: Path, content: Any
) -> None:
    graph = write_graph(tmp_path / "graph", [], tiny_graph.catalog())
    neo4j_csv.write(graph, tmp_path / "files")
    server = make_neo4j()
    said = server.admin(*neo4j_csv.arguments("\x1f"), cwd=tmp_path / "files")
    assert re.search(r"\b0 nodes\b", said)
    cypher.write(graph, tmp_path / "graph.cypher")
    empty_neo4j.shell(tmp_path / "graph.cypher")
    assert content.stored(empty_neo4j) == ({}, {})


def test_names_are_found_in_the_full_text_index(empty_neo4j: Any, tiny_graph: Graph, tmp_path: Path) -> None:
    cypher.write(tiny_graph, tmp_path / "graph.cypher")
    empty_neo4j.shell(tmp_path / "graph.cypher")
    empty_neo4j.run("CALL db.awaitIndexes(60)")
    rows = empty_neo4j.run("CALL db.index.fulltext.queryNodes('paperkg_concept_names', 'LoRA') YIELD node RETURN node.id AS id")
    assert {"id": "low-rank-adaptation"} in rows
