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
Edges = dict[tuple[str, ...], dict[str, Any]]


def relationship(relation: str) -> str:
    return re.sub("([A-Z])", r"_\1", relation).upper()


def wanted(graph: Graph) -> tuple[Nodes, Edges]:
    """Nodes by `kind:id` and relationships by all that tells them apart, from the graph's records."""
    nodes: Nodes = {}
    edges: Edges = {}
    texts = {p.id: p for p in graph.papers()}
    for p in texts.values():
        nodes[f"paper:{p.id}"] = {
            "labels": ["Paper", "Resource"], "id": p.id, "name": p.title, "title": p.title, "abstract": p.abstract or None,
            "authors": list(p.authors), "year": p.year, "venue": p.venue, "urls": list(p.urls), "doi": p.doi, "arxiv": p.arxiv,
            "source": p.source or None, "line": p.line or None,
        }  # fmt: skip
    counts = Counter(link.concept for link in graph.links())
    for c in graph.concepts():
        nodes[f"concept:{c.id}"] = {
            "labels": sorted(["Concept", c.type.value, "Resource"]), "id": c.id, "name": c.label, "label": c.label, "type": c.type.value,
            "alsoTypes": list(c.also), "aliases": list(c.aliases), "acronyms": list(c.acronyms), "identifiers": list(c.identifiers),
            "otherIds": sorted(other for other, owner in graph.other_ids().items() if owner == c.id), "broader": list(c.broader),
            "flags": sorted(c.flags), "origin": c.source or None, "known": c.known, "papers": counts[c.id],
        }  # fmt: skip
    for link in graph.links():
        mentions = [e.mention for e in link.evidence]
        paper = texts[link.paper]
        told = [paper.text(e.mention.field)[e.sentence_start : e.sentence_end] for e in link.evidence]
        edges[f"paper:{link.paper}", relationship(link.relation), f"concept:{link.concept}", "", "", "", ""] = {
            "confidence": link.confidence, "variant": link.variant or None, "support": len(set(mentions)),
            "mentions": [m.text for m in mentions], "fields": [m.field for m in mentions], "starts": [m.start for m in mentions],
            "ends": [m.end for m in mentions], "sentenceStarts": [e.sentence_start for e in link.evidence],
            "sentenceEnds": [e.sentence_end for e in link.evidence],
            "cues": [e.cue for e in link.evidence] if any(e.cue for e in link.evidence) else [],
            "sentence": told[0], "sentences": list(dict.fromkeys(told)),
        }  # fmt: skip
    for r in graph.concept_links():
        key = (f"concept:{r.head}", relationship(r.relation), f"concept:{r.tail}", r.paper, r.field, str(r.start), str(r.end))
        assert key not in edges
        edges[key] = {
            "confidence": r.confidence, "catalog": not r.paper, "paper": r.paper or None, "field": r.field or None,
            "start": r.start if r.paper else None, "end": r.end if r.paper else None,
            "sentence": texts[r.paper].text(r.field)[r.start : r.end] if r.field else None,
        }  # fmt: skip
    # what has no value is not there
    for data in (*nodes.values(), *edges.values()):
        for name in [name for name, value in data.items() if value is None or value == []]:
            del data[name]
    return nodes, edges


def stored(server: Any) -> tuple[Nodes, Edges]:
    """What the server holds, in the same shape, with `uri`."""
    nodes = {}
    for row in server.run("MATCH (n) RETURN labels(n) AS labels, properties(n) AS data"):
        name = f"{'paper' if 'Paper' in row['labels'] else 'concept'}:{row['data']['id']}"
        assert name not in nodes, f"{name} is there twice"
        nodes[name] = {**row["data"], "labels": sorted(row["labels"])}
    edges = {}
    found = server.run("MATCH (a)-[r]->(b) RETURN labels(a) AS labels, a.id AS start, type(r) AS type, b.id AS end, properties(r) AS data")
    for row in found:
        data = row["data"]
        ends = (f"{'paper' if 'Paper' in row['labels'] else 'concept'}:{row['start']}", row["type"], f"concept:{row['end']}")
        place = ("", "", "", "")
        if "catalog" in data:
            place = (data.get("paper", ""), data.get("field", ""), str(data.get("start", 0)), str(data.get("end", 0)))
        assert (*ends, *place) not in edges, f"{ends} {place} is there twice"
        edges[(*ends, *place)] = data
    return nodes, edges


def check(server: Any, graph: Graph) -> None:
    """Each node and relationship is there with exactly the properties that it should have, and an IRI of its own."""
    nodes, edges = stored(server)
    expected_nodes, expected_edges = wanted(graph)
    assert nodes.keys() == expected_nodes.keys() and edges.keys() == expected_edges.keys()
    iris = set()
    for found, expected in ((nodes, expected_nodes), (edges, expected_edges)):
        for key, data in expected.items():
            whole = dict(found[key])
            iris.add(whole.pop("uri"))
            assert whole == data, key
    assert len(iris) == len(nodes) + len(edges) and all(iri.startswith("https://example.org/kg/") for iri in iris)
    counts = graph.counts()
    assert len(nodes) == counts["papers"] + counts["concepts"] and len(edges) == counts["links"] + counts["concept_links"]


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
        assert {r["name"] for r in server.run("SHOW CONSTRAINTS YIELD name")} == {
            f"paperkg_{what}" for what in ("paper_id", "concept_id", "paper_uri", "concept_uri", "resource_uri")
        }
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
    [bert] = empty_neo4j.run("MATCH (c {id: 'bert'}) RETURN labels(c) AS l, c.mine AS m")
    assert sorted(bert["l"]) == ["Architecture", "Concept", "Resource"] and bert["m"] == "kept"
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
