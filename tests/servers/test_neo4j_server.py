"""The exports for Neo4j against a real Neo4j: what comes out is what the graph holds, property by property."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exports import cypher, neo4j_csv
from exports.neo4j import push
from kg.errors import EnvironmentError_
from kg.graph import Graph, write_graph

pytestmark = pytest.mark.server

Nodes = dict[str, dict[str, Any]]
Edges = dict[tuple[str, str, str], dict[str, Any]]


def wanted(graph: Graph) -> tuple[Nodes, Edges]:
    """Nodes by `kind:id` and relationships by (start, type, end), taken from the networkx form, which the exports do not use."""
    made = graph.to_networkx()
    abstracts = {f"paper:{p.id}": p for p in graph.papers()}
    nodes: Nodes = {}
    for name, data in made.nodes(data=True):
        kept = {k: v for k, v in data.items() if k != "kind" and v not in (None, [])}
        if data["kind"] == "paper":
            kept["title"] = kept.pop("label")
            paper = abstracts[name]
            kept |= {k: v for k, v in (("abstract", paper.abstract), ("doi", paper.doi), ("arxiv", paper.arxiv)) if v}
            kept["labels"] = ["Paper"]
        else:
            kept["labels"] = sorted(("Concept", data["type"]))
            if others := sorted(other for other, owner in graph.other_ids().items() if owner == data["id"]):
                kept["otherIds"] = others
        nodes[name] = kept
    edges: Edges = {}
    for start, end, data in made.edges(data=True):
        type_ = re.sub("([A-Z])", r"_\1", data["relation"]).upper()
        edges[start, type_, end] = {
            k: v for k, v in data.items() if k not in ("kind", "relation") and v not in ("", [])
        }  # fmt: skip
    return nodes, edges


def stored(server: Any) -> tuple[Nodes, Edges]:
    """What the server holds, in the same shape."""
    nodes = {}
    for row in server.run("MATCH (n) RETURN labels(n) AS labels, properties(n) AS data"):
        name = f"{'paper' if 'Paper' in row['labels'] else 'concept'}:{row['data']['id']}"
        assert name not in nodes, f"{name} is there twice"
        nodes[name] = {**row["data"], "labels": sorted(row["labels"])}
    edges = {}
    found = server.run("MATCH (a)-[r]->(b) RETURN labels(a) AS labels, a.id AS start, type(r) AS type, b.id AS end, properties(r) AS data")
    for row in found:
        key = (f"{'paper' if 'Paper' in row['labels'] else 'concept'}:{row['start']}", row["type"], f"concept:{row['end']}")
        assert key not in edges, f"{key} is there twice"
        edges[key] = row["data"]
    return nodes, edges


def check(server: Any, graph: Graph) -> None:
    nodes, edges = stored(server)
    expected_nodes, expected_edges = wanted(graph)
    assert nodes.keys() == expected_nodes.keys() and edges.keys() == expected_edges.keys()
    for name, data in expected_nodes.items():
        found = dict(nodes[name])
        assert found.pop("uri").startswith("https://example.org/kg/")
        if name.startswith("concept:"):
            assert found.pop("name") == found["label"]
            found.pop("identifiers", None)
            if "otherIds" in found:
                found["otherIds"].sort()
        assert found == data, name
    for key, data in expected_edges.items():
        found = edges[key]
        assert {k: found.get(k) for k in data} == data, key
        assert found["sentence"] in found["sentences"] if "sentences" in data else "sentence" not in found
        if key[0].startswith("paper:"):
            assert found["sentence"] == found["sentences"][0]
            assert found["support"] >= len(found["mentions"]) > 0
        else:
            assert found["support"] == len(data.get("papers", ()))
    counts = graph.counts()
    assert len(nodes) == counts["papers"] + counts["concepts"]
    assert sum(start.startswith("paper:") for start, _, _ in edges) == counts["links"]


@pytest.mark.parametrize("name", ["tiny_graph", "odd_graph", pytest.param("listing_graph", marks=pytest.mark.corpus)])
def test_the_command_of_the_bulk_files_imports_all_of_the_graph(
    name: str, make_neo4j: Callable[..., Any], request: pytest.FixtureRequest, tmp_path: Path
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
        check(server, graph)
        server.shell(folder / "constraints.cypher")
        assert {r["name"] for r in server.run("SHOW CONSTRAINTS YIELD name")} == {"paperkg_paper_id", "paperkg_concept_id"}
        check(server, graph)


@pytest.mark.parametrize("name", ["tiny_graph", "odd_graph"])
def test_the_script_can_be_run_twice_by_the_shell(name: str, empty_neo4j: Any, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    graph: Graph = request.getfixturevalue(name)
    cypher.write(graph, tmp_path / "graph.cypher", batch=3)
    empty_neo4j.shell(tmp_path / "graph.cypher")
    check(empty_neo4j, graph)
    once = stored(empty_neo4j)
    empty_neo4j.shell(tmp_path / "graph.cypher")
    assert stored(empty_neo4j) == once


@pytest.mark.parametrize("name", ["tiny_graph", "odd_graph"])
def test_the_script_can_be_run_by_a_driver_a_statement_at_a_time(
    name: str, empty_neo4j: Any, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    graph: Graph = request.getfixturevalue(name)
    written = cypher.write(graph, tmp_path / "graph.cypher")
    statements = list(cypher.statements(tmp_path / "graph.cypher"))
    assert len(statements) == written.counts["statements"]
    for _ in range(2):
        for statement in statements:
            empty_neo4j.run(statement)
        check(empty_neo4j, graph)


def test_a_second_run_mends_what_changed_and_keeps_what_others_wrote(empty_neo4j: Any, tiny_graph: Graph, tmp_path: Path) -> None:
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
    assert empty_neo4j.run("MATCH (c {id: 'bert'}) RETURN labels(c) AS l, c.mine AS m") == [{"l": ["Concept", "Architecture"], "m": "kept"}]
    assert empty_neo4j.run("MATCH ()-[r:READ_BY_ME]->() DELETE r RETURN count(r) AS n") == [{"n": 8}]
    empty_neo4j.run("MATCH (c {id: 'bert'}) REMOVE c.mine")
    check(empty_neo4j, tiny_graph)


@pytest.mark.parametrize("name", ["tiny_graph", "odd_graph"])
def test_pushing_into_a_running_server(
    name: str, empty_neo4j: Any, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph: Graph = request.getfixturevalue(name)
    monkeypatch.setenv("NEO4J_USERNAME", empty_neo4j.user)
    monkeypatch.delenv("NEO4J_PASSWORD", raising=False)
    told: Counter[str] = Counter()
    for _ in range(2):
        written = push(
            graph, empty_neo4j.uri, batch=3, ask=lambda question: str(empty_neo4j.password), report=lambda what, n: told.update({what: 1})
        )
        check(empty_neo4j, graph)
    assert written.counts["links"] == graph.counts()["links"] and set(told) == {"papers", "concepts", "links", "relations"}


def test_a_wrong_password_is_told(empty_neo4j: Any, tiny_graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_USERNAME", "neo4j")
    monkeypatch.setenv("NEO4J_PASSWORD", "not this one")
    with pytest.raises(EnvironmentError_, match="refuses the login of 'neo4j'"):
        push(tiny_graph, empty_neo4j.uri)


def test_a_database_that_is_not_there_is_told(empty_neo4j: Any, tiny_graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_USERNAME", "neo4j")
    monkeypatch.setenv("NEO4J_PASSWORD", empty_neo4j.password)
    with pytest.raises(EnvironmentError_, match=r"DatabaseNotFound.*nowhere"):
        push(tiny_graph, empty_neo4j.uri, database="nowhere")


def test_an_empty_graph_is_imported_too(make_neo4j: Callable[..., Any], empty_neo4j: Any, tiny_graph: Graph, tmp_path: Path) -> None:
    graph = write_graph(tmp_path / "graph", [], tiny_graph.catalog())
    neo4j_csv.write(graph, tmp_path / "files")
    server = make_neo4j()
    said = server.admin(*neo4j_csv.arguments("\x1f"), cwd=tmp_path / "files")
    assert re.search(r"\b0 nodes\b", said)
    cypher.write(graph, tmp_path / "graph.cypher")
    empty_neo4j.shell(tmp_path / "graph.cypher")
    assert stored(empty_neo4j) == ({}, {})


def test_names_are_found_in_the_full_text_index(empty_neo4j: Any, tiny_graph: Graph, tmp_path: Path) -> None:
    cypher.write(tiny_graph, tmp_path / "graph.cypher")
    empty_neo4j.shell(tmp_path / "graph.cypher")
    empty_neo4j.run("CALL db.awaitIndexes(60)")
    rows = empty_neo4j.run("CALL db.index.fulltext.queryNodes('paperkg_concept_names', 'LoRA') YIELD node RETURN node.id AS id")
    assert {"id": "low-rank-adaptation"} in rows
