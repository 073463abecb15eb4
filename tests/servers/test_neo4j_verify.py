"""`kg push --verify` and `--repair` against a real Neo4j: whatever others change in what is ours is told, and mended."""

from __future__ import annotations

import json
from typing import Any

import pytest

from exports import neo4j_differences
from exports.neo4j import push
from exports.neo4j_verify import verify
from kg.catalog import Catalog
from kg.cli import main
from kg.graph import Graph, write_graph
from kg.model import Paper, Reading

pytestmark = pytest.mark.server

#: What somebody did: a statement, the kind of what it changed, and the differences that it makes: the problem, and what differs.
DEEDS: dict[str, tuple[str, str, set[tuple[str, str]]]] = {
    "a property": (
        "MATCH (p:Paper) WITH p ORDER BY p.id LIMIT 1 SET p.title = 'Another', p.year = 1066",
        "papers", {("changed", "title"), ("changed", "year")},
    ),
    "a property taken away": ("MATCH (c:Concept {id: 'bert'}) REMOVE c.label", "concepts", {("changed", "label")}),
    "a property of another type": (
        "MATCH (c:Concept {id: 'bert'}) SET c.papers = toFloat(c.papers), c.origin = date('2020-01-02')",
        "concepts", {("changed", "papers"), ("changed", "origin")},
    ),
    "a label": ("MATCH (c:Concept {id: 'bert'}) SET c:Dataset", "concepts", {("changed", "labels")}),
    "the first label": ("MATCH (c:Concept {id: 'bert'}) REMOVE c:Concept", "concepts", {("missing", "")}),
    "an id": ("MATCH (c:Concept {id: 'bert'}) SET c.id = 'ernie'", "concepts", {("changed", "id")}),
    "an IRI": ("MATCH (c:Concept {id: 'bert'}) SET c.uri = 'http://elsewhere.example/'", "concepts", {("changed", "uri")}),
    "two ids": (
        ("MATCH (a:Concept {id: 'bert'}) MATCH (b:Concept) WHERE b.id <> 'bert' WITH a, b ORDER BY b.id LIMIT 1 WITH a, b, b.id AS id "
        "SET b.id = 'x' SET a.id = id SET b.id = 'bert'"),
        "concepts", {("changed", "id")},
    ),
    "a hash": ("MATCH (c:Concept {id: 'bert'}) SET c.contentHash = ['none']", "concepts", {("changed", "contentHash")}),
    "a paper that is gone": ("MATCH (p:Paper) WITH p ORDER BY p.id LIMIT 1 DETACH DELETE p", "papers", {("missing", "")}),
    "a link": (
        "MATCH (:Paper)-[r]->(:Concept) WITH r ORDER BY r.uri LIMIT 1 SET r.confidence = 0.5, r.starts = [7]",
        "links", {("changed", "confidence"), ("changed", "starts")},
    ),
    "a link that is gone": ("MATCH (:Paper)-[r]->(:Concept) WITH r ORDER BY r.uri LIMIT 1 DELETE r", "links", {("missing", "")}),
    "a link of another relation": (
        ("MATCH (p:Paper)-[r:EVALUATES_ON]->(c:Concept) WITH p, r, c ORDER BY r.uri LIMIT 1 CREATE (p)-[s:MENTIONS]->(c) "
        "SET s = properties(r) DELETE r"),
        "links", {("changed", "type")},
    ),
    "a relation": (
        "MATCH (:Concept)-[r:KIND_OF]->(:Concept) WITH r ORDER BY r.uri LIMIT 1 SET r.uri = 'gone', r.confidence = 0.0",
        "relations", {("changed", "uri"), ("changed", "confidence")},
    ),
    "a relation twice": (
        "MATCH (a:Concept)-[r:KIND_OF]->(b:Concept) WITH a, r, b ORDER BY r.uri LIMIT 1 CREATE (a)-[s:KIND_OF]->(b) SET s = properties(r)",
        "relations", {("twice", "")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("deed", DEEDS)
def test_what_others_changed_is_told_and_mended(deed: str, filled_neo4j: Any, content: Any, tiny_graph: Graph) -> None:
    statement, kind, expected = DEEDS[deed]
    filled_neo4j.run(statement)
    found = verify(tiny_graph, filled_neo4j.uri)
    # the links of a node that cannot be found by its id differ too
    told = [one for one in found.differences if one.kind == kind]
    assert {(one.problem, one.property) for one in told} == expected
    for one in told:
        assert str(one).startswith("(:") and json.dumps(one.record())
        assert one.problem != "changed" or one.record()["found"] != one.expected or one.property == "papers"
    assert found.number == len(found.differences) and found.repaired is None
    mended = verify(tiny_graph, filled_neo4j.uri, repair=True)
    assert mended.number and mended.repaired is not None
    content.check(filled_neo4j, tiny_graph)
    after = verify(tiny_graph, filled_neo4j.uri, repair=True)
    assert (after.number, after.left, after.repaired) == (0, 0, None)


def test_what_others_added_is_no_difference(filled_neo4j: Any, tiny_graph: Graph) -> None:
    filled_neo4j.run("MATCH (c:Concept {id: 'bert'}) SET c.stars = 5, c:Favourite CREATE (:Reader {name: 'Ada'})-[:HAS_READ]->(c)")
    filled_neo4j.run("CREATE (:Paper {id: 'mine'})-[:USES {confidence: 1.0}]->(:Concept:Task {id: 'of mine'})")
    found = verify(tiny_graph, filled_neo4j.uri)
    counts = tiny_graph.counts()
    assert found.compared == {
        "papers": counts["papers"], "concepts": counts["concepts"], "links": counts["links"], "relations": counts["concept_links"],
    }  # fmt: skip
    assert (found.number, found.left) == (0, 0)
    filled_neo4j.run("MATCH (c:Concept {id: 'bert'}) SET c.label = 'x' WITH c MATCH (c)-[r]-(:Paper) SET r.stars = 3, r.sentence = 'no'")
    verify(tiny_graph, filled_neo4j.uri, repair=True)
    assert filled_neo4j.run("MATCH (c:Favourite {id: 'bert'})--(r:Reader) RETURN c.stars AS s, c.label = c.name AS l") == [
        {"s": 5, "l": True}
    ]
    filled_neo4j.run("MATCH (n) WHERE n.id IN ['mine', 'of mine'] OR n:Reader DETACH DELETE n")
    filled_neo4j.run("MATCH (c:Favourite) REMOVE c.stars, c:Favourite")
    assert verify(tiny_graph, filled_neo4j.uri).number == 0


def test_a_copy_of_a_changed_node_is_not_taken_for_the_node(filled_neo4j: Any, content: Any, tiny_graph: Graph) -> None:
    filled_neo4j.run(
        "MATCH (c:Concept {id: 'bert'}) CREATE (copy:Concept {id: 'copy', uri: 'copy', label: c.label, contentHash: c.contentHash}) "
        "SET c.label = 'x'"
    )
    found = verify(tiny_graph, filled_neo4j.uri)
    assert {(one.what, one.problem, one.property) for one in found.differences} == {
        ('(:Concept {id: "bert"})', "changed", "label"),
        ('(:Concept {id: "copy"})', "unknown", ""),
    }
    verify(tiny_graph, filled_neo4j.uri, repair=True, prune=True)
    content.check(filled_neo4j, tiny_graph)


def test_a_repair_that_was_stopped_is_finished_by_a_push(filled_neo4j: Any, content: Any, tiny_graph: Graph) -> None:
    class Stopped(Exception):
        pass

    filled_neo4j.run("MATCH (c:Concept) SET c.label = 'all the same' WITH c MATCH (c)-[r]-() SET r.confidence = 0.0")
    seen: list[str] = []

    def stop(what: str, done: int) -> None:
        # all was compared and marked, and the push has begun
        if what == "concepts" and "relations" in seen:
            raise Stopped
        seen.append(what)

    with pytest.raises(Stopped):
        verify(tiny_graph, filled_neo4j.uri, repair=True, batch=3, report=stop)
    push(tiny_graph, filled_neo4j.uri)
    content.check(filled_neo4j, tiny_graph)


def test_a_database_behind_the_graph_is_told(
    filled_neo4j: Any, content: Any, tiny_graph: Graph, tiny_readings: list[tuple[Paper, Reading]], tiny_catalog: Catalog, tmp_path: Any
) -> None:
    some = write_graph(tmp_path / "some", tiny_readings[:5], tiny_catalog)
    found = verify(some, filled_neo4j.uri)
    # of concepts the number of papers changed; what only the larger graph has is no difference
    assert {(one.kind, one.problem, one.property) for one in found.differences} >= {("concepts", "changed", "papers")}
    assert {one.problem for one in found.differences} == {"changed"} and found.left > 0
    mended = verify(some, filled_neo4j.uri, repair=True, prune=True)
    assert mended.repaired is not None and mended.repaired.counts["left"] == 0
    content.check(filled_neo4j, some)
    assert {one.problem for one in verify(tiny_graph, filled_neo4j.uri).differences} == {"changed", "missing"}
    push(tiny_graph, filled_neo4j.uri)


def test_the_command_prints_differences_and_ends_with_4(
    filled_neo4j: Any, content: Any, tiny_graph: Graph, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def kg(*options: str) -> tuple[int, str, str]:
        capsys.readouterr()
        return main(["push", str(tiny_graph.path), filled_neo4j.uri, *options]), *capsys.readouterr()

    code, out, err = kg("--verify")
    assert (code, out) == (0, "") and "property by property" in err
    filled_neo4j.run("MATCH (c:Concept {id: 'bert'}) SET c.label = 'Bart', c.stars = 5")
    code, out, err = kg("--verify")
    assert (code, out) == (4, '(:Concept {id: "bert"}): label is "Bart", should be "BERT"\n')
    assert "1 difference; --repair sends again what differs" in err
    told = json.loads(kg("--verify", "--json")[1])
    assert told["number"] == 1 and told["repaired"] is None
    assert told["differences"] == [
        {
            "kind": "concepts",
            "what": '(:Concept {id: "bert"})',
            "problem": "changed",
            "property": "label",
            "found": "Bart",
            "expected": "BERT",
        }
    ]
    code, out, err = kg("--repair")
    assert code == 0 and "1 difference, mended: 1 row sent again" in err
    # what is not printed is counted
    filled_neo4j.run("MATCH ()-[r]->(c:Concept) SET r.confidence = 0.0 WITH DISTINCT c REMOVE c.stars")
    monkeypatch.setattr(neo4j_differences, "KEPT", 30)
    code, out, err = kg("--verify")
    number = tiny_graph.counts()["links"] + tiny_graph.counts()["concept_links"]
    assert code == 4 and out.count("confidence is 0.0, should be") == 20 == out.count("\n")
    assert f"and {number - 20} more; --json has the first 30" in err and f"{number} differences" in err
    assert kg("--repair")[0] == 0
    content.check(filled_neo4j, tiny_graph)
