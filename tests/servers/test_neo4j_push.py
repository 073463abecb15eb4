"""`kg push bolt://…` against a real Neo4j: nothing doubled, nothing lost, nothing of others touched, whatever happens in between."""

from __future__ import annotations

import resource
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from exports import neo4j_connection
from exports.neo4j import push, script
from kg.catalog import Catalog
from kg.errors import EnvironmentError_
from kg.graph import Graph, write_graph
from kg.model import ConceptType, Paper, Reading, Relation

pytestmark = pytest.mark.server

#: What a push that changed nothing has to tell: what the graph holds, and that nothing was sent.
PLAIN = {"papers", "concepts", "links", "relations", "nodes", "relationships", "sent", "left"}


@pytest.fixture(scope="session")
def small_graph(tiny_readings: list[tuple[Paper, Reading]], tiny_catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """The first five papers of the tiny graph; in one of them a link that the whole graph has differently, and one more."""
    pairs = tiny_readings[:5]
    place = next(n for n, (_, reading) in enumerate(pairs) if len(reading.findings) > 2)
    paper, reading = pairs[place]
    first, second, *rest = reading.findings
    changed = (replace(first, relation=Relation.MENTIONS), replace(second, confidence=0.123, variant="former"), *rest)
    pairs = [*pairs[:place], (replace(paper, year=1999, venue="former"), replace(reading, findings=changed)), *pairs[place + 1 :]]
    return write_graph(tmp_path_factory.mktemp("small") / "graph", pairs, tiny_catalog)


@pytest.mark.parametrize("name", ["tiny_graph", "odd_graph", "awkward_graph"])
def test_a_push_writes_all_and_a_second_one_nothing(name: str, neo4j_login: Any, content: Any, request: pytest.FixtureRequest) -> None:
    graph: Graph = request.getfixturevalue(name)
    told: list[tuple[str, int]] = []
    written = push(graph, neo4j_login.uri, batch=3, report=lambda what, done: told.append((what, done)))
    content.check(neo4j_login, graph)
    counts = graph.counts()
    for what, known in (("papers", "papers"), ("concepts", "concepts"), ("links", "links"), ("relations", "concept_links")):
        assert written.counts[what] == counts[known] == max((done for of, done in told if of == what), default=0)
    assert written.counts["sent"] == written.counts["nodes"] + written.counts["relationships"]
    assert (written.counts["nodes_created"], written.counts["left"]) == (written.counts["nodes"], 0)
    before = content.stored(neo4j_login)
    again = push(graph, neo4j_login.uri, batch=3)
    assert again.counts.keys() == PLAIN and again.counts["sent"] == 0
    assert content.stored(neo4j_login) == before
    # the constraints and indexes that the bulk files ask for
    names = {row["name"] for row in neo4j_login.run("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP'")}
    assert len(names) == 9 and all(n.startswith("paperkg_") for n in names)


def test_the_password_may_be_asked_for(neo4j_login: Any, content: Any, tiny_graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEO4J_PASSWORD")
    push(tiny_graph, neo4j_login.uri, ask=lambda question: str(neo4j_login.password))
    content.check(neo4j_login, tiny_graph)


@pytest.mark.parametrize("prune", [False, True])
def test_of_a_grown_graph_only_what_changed_is_sent(
    neo4j_login: Any, content: Any, small_graph: Graph, tiny_graph: Graph, prune: bool
) -> None:
    push(small_graph, neo4j_login.uri, batch=2)
    content.check(neo4j_login, small_graph)
    (old_nodes, old_edges), (nodes, edges) = content.wanted(small_graph), content.wanted(tiny_graph)
    changed = sum(old_nodes.get(key) != data for key, data in nodes.items())
    # a relation may stay while its concept's id does; its content tells
    changed += sum(old_edges.get(key) != data for key, data in edges.items())
    written = push(tiny_graph, neo4j_login.uri, batch=2, prune=prune)
    assert 0 < written.counts["sent"] == changed < len(nodes) + len(edges)
    content.check(neo4j_login, tiny_graph)


class _Stopped(Exception):
    pass


@pytest.mark.parametrize(("over_an_earlier_graph", "batch", "step"), [(False, 20, 4), (True, 5, 3)])
def test_a_push_stopped_at_any_point_is_finished_by_the_next(
    over_an_earlier_graph: bool, batch: int, step: int, neo4j_login: Any, content: Any, small_graph: Graph, tiny_graph: Graph
) -> None:
    for point in range(0, 1000, step):
        neo4j_login.clear()
        if over_an_earlier_graph:
            push(small_graph, neo4j_login.uri)
        left = point

        def stop(what: str, done: int) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise _Stopped

        try:
            push(tiny_graph, neo4j_login.uri, batch=batch, report=stop)
        except _Stopped:
            push(tiny_graph, neo4j_login.uri, prune=True)
            content.check(neo4j_login, tiny_graph)
        else:
            break
    # it was stopped at several points, and once came to its end
    assert point >= 3 * step and left >= 0


def test_a_killed_push_is_finished_by_the_next(neo4j_login: Any, content: Any, tiny_graph: Graph) -> None:
    # killed by itself in the middle of the links: nothing of it can be put in order any more
    program = """
import os, signal, sys
import kg
from exports.neo4j import push
def report(what, done):
    if what == "links" and done > 4:
        os.kill(os.getpid(), signal.SIGKILL)
push(kg.open(sys.argv[1]), sys.argv[2], batch=2, report=report)
"""
    done = subprocess.run([sys.executable, "-c", program, str(tiny_graph.path), neo4j_login.uri], check=False)
    assert done.returncode == -signal.SIGKILL
    nodes, edges = content.stored(neo4j_login)
    assert len(nodes) == tiny_graph.counts()["papers"] + tiny_graph.counts()["concepts"]
    assert 4 < len(edges) < tiny_graph.counts()["links"]
    written = push(tiny_graph, neo4j_login.uri)
    assert written.counts["sent"] == written.counts["relationships"] - len(edges)
    content.check(neo4j_login, tiny_graph)


def test_prune_removes_what_is_gone_and_nothing_of_others(neo4j_login: Any, content: Any, small_graph: Graph, tiny_graph: Graph) -> None:
    push(tiny_graph, neo4j_login.uri)
    gone = sorted({p.id for p in tiny_graph.papers()} - {p.id for p in small_graph.papers()})
    neo4j_login.run("CREATE (:Paper {id: 'mine', title: 'not of paperkg'})-[:USES {confidence: 1.0}]->(:Concept:Task {id: 'of mine'})")
    neo4j_login.run("MATCH (p:Paper {id: $id}) CREATE (:Reader {name: 'Ada'})-[:HAS_READ]->(p)", id=gone[0])
    neo4j_login.run("MATCH (p:Paper {id: 'mine'}), (c:Concept {id: 'bert'}) CREATE (p)-[:MENTIONS]->(c) SET c.stars = 5")
    left = push(small_graph, neo4j_login.uri)
    assert left.counts["left"] > 0 and "prune removes them" in left.notes[1]
    written = push(small_graph, neo4j_login.uri, prune=True)
    # the paper that somebody has read stays, without our relationships
    assert written.counts["left"] == 1 and "1 nodes of earlier graphs stay" in written.notes[1]
    assert neo4j_login.run("MATCH (:Reader)-[r]->(p:Paper) RETURN p.id AS id, type(r) AS type") == [{"id": gone[0], "type": "HAS_READ"}]
    assert neo4j_login.run("MATCH (p:Paper {id: 'mine'})-[r]->(c) RETURN type(r) AS t, c.id AS c ORDER BY t") == [
        {"t": "MENTIONS", "c": "bert"}, {"t": "USES", "c": "of mine"},
    ]  # fmt: skip
    assert neo4j_login.run("MATCH (c:Concept {id: 'bert'}) RETURN c.stars AS stars") == [{"stars": 5}]
    neo4j_login.run("MATCH (n) WHERE n.id IN ['mine', 'of mine', $id] OR n:Reader DETACH DELETE n", id=gone[0])
    neo4j_login.run("MATCH (c:Concept {id: 'bert'}) REMOVE c.stars")
    content.check(neo4j_login, small_graph)


def test_a_node_that_somebody_makes_meanwhile_is_taken_over(neo4j_login: Any, content: Any, tiny_graph: Graph) -> None:
    last = max(p.id for p in tiny_graph.papers())
    made: list[str] = []

    def meddle(what: str, done: int) -> None:
        # nothing was there when the push began, and so it does not look for what is there
        if not made:
            made.append(what)
            neo4j_login.run("CREATE (:Paper {id: $id, stars: 5})", id=last)

    written = push(tiny_graph, neo4j_login.uri, batch=1, report=meddle)
    assert made == ["papers"] and written.counts["nodes_created"] == written.counts["nodes"] - 1
    assert neo4j_login.run("MATCH (p:Paper {id: $id}) RETURN p.stars AS stars", id=last) == [{"stars": 5}]
    neo4j_login.run("MATCH (p:Paper {id: $id}) REMOVE p.stars", id=last)
    content.check(neo4j_login, tiny_graph)


def test_what_two_pushes_wrote_twice_is_there_once_after_the_next(neo4j_login: Any, content: Any, tiny_graph: Graph) -> None:
    push(tiny_graph, neo4j_login.uri)
    neo4j_login.run("MATCH (a:Paper)-[r:EVALUATES_ON]->(b) CREATE (a)-[x:EVALUATES_ON]->(b) SET x = properties(r)")
    neo4j_login.run("MATCH (a:Concept)-[r:KIND_OF]->(b) CREATE (a)-[x:KIND_OF]->(b) SET x = properties(r)")
    written = push(tiny_graph, neo4j_login.uri)
    assert written.counts["sent"] == 0 < written.counts["relationships_deleted"]
    content.check(neo4j_login, tiny_graph)


def test_what_is_not_there_in_the_end_is_told(neo4j_login: Any, tiny_graph: Graph) -> None:
    met: list[str] = []

    def meddle(what: str, done: int) -> None:
        met.append(what)
        if met.count("links") == 1 and what == "links":
            neo4j_login.run("MATCH (:Paper)-[r]->(:Concept) WITH r LIMIT 2 DELETE r")

    with pytest.raises(EnvironmentError_, match=r"2 of \d+ links are missing after writing"):
        push(tiny_graph, neo4j_login.uri, report=meddle, batch=100_000)


def test_a_concept_of_another_type_changes_its_label(
    neo4j_login: Any, content: Any, tiny_readings: list[tuple[Paper, Reading]], tiny_catalog: Catalog, tiny_graph: Graph, tmp_path: Path
) -> None:
    former = Catalog([replace(c, type=ConceptType.METHOD) if c.id == "bert" else c for c in tiny_catalog.values()])
    push(write_graph(tmp_path / "former", tiny_readings, former), neo4j_login.uri)
    push(tiny_graph, neo4j_login.uri, prune=True)
    content.check(neo4j_login, tiny_graph)


def test_the_statements_of_a_dry_run_are_those_that_work(neo4j_login: Any, content: Any, tiny_graph: Graph) -> None:
    statements = [*script(tiny_graph, prune=True)]
    assert statements[0].startswith("CREATE CONSTRAINT") and statements[-1].endswith("DELETE x;")
    for statement in statements:
        for part in statement.removesuffix(";").split(";\n"):
            assert part and neo4j_login.run(part, rows=[], hashes=[]) == []
    assert content.stored(neo4j_login) == ({}, {})
    kinds = [s.split(":")[0].removeprefix("// ") for s in statements if s.startswith("// ") and "$hashes" not in s]
    assert [k for n, k in enumerate(kinds) if k not in kinds[:n]] == ["papers", "concepts", "links", "relations"]


# --- what goes wrong --------------------------------------------------------------------------------------------------


def test_a_wrong_password_is_told(neo4j_login: Any, tiny_graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_PASSWORD", "not this one")
    with pytest.raises(EnvironmentError_, match="refuses the login of 'neo4j'") as caught:
        push(tiny_graph, neo4j_login.uri)
    assert "not this one" not in str(caught.value)


def test_a_database_that_is_not_there_is_told(neo4j_login: Any, tiny_graph: Graph) -> None:
    with pytest.raises(EnvironmentError_, match="has no database 'nowhere'"):
        push(tiny_graph, neo4j_login.uri, database="nowhere")


def test_over_tls_with_a_certificate_of_its_own(neo4j_login: Any, content: Any, tiny_graph: Graph) -> None:
    push(tiny_graph, neo4j_login.uri.replace("bolt", "bolt+ssc"))
    content.check(neo4j_login, tiny_graph)
    with pytest.raises(EnvironmentError_, match=r"its certificate is not one that this machine trusts .*give bolt\+ssc://"):
        push(tiny_graph, neo4j_login.uri.replace("bolt", "bolt+s"))


@pytest.fixture
def other_service() -> Iterator[int]:
    """The port of something on this machine that is no Neo4j, and answers everything as a web server does."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            while True:
                try:
                    line, _ = listening.accept()
                except OSError:
                    return
                with line:
                    line.recv(1000)
                    line.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        threading.Thread(target=answer, daemon=True).start()
        yield listening.getsockname()[1]
        # close alone does not wake up what waits in accept
        listening.shutdown(socket.SHUT_RDWR)


def test_another_service_at_the_address_is_told(other_service: int, tiny_graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_PASSWORD", "sesame")
    with pytest.raises(EnvironmentError_, match="no Neo4j answers there") as caught:
        push(tiny_graph, f"bolt://127.0.0.1:{other_service}")
    assert "sesame" not in str(caught.value)


def test_an_address_without_tls_is_told(other_service: int, tiny_graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_PASSWORD", "sesame")
    for scheme in ("bolt+s", "bolt+ssc"):
        with pytest.raises(EnvironmentError_, match=r"no TLS connection can be made .*give bolt://") as caught:
            push(tiny_graph, f"{scheme}://127.0.0.1:{other_service}")
        assert "sesame" not in str(caught.value)


def test_a_user_who_may_not_write_is_told(neo4j_login: Any, tiny_graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    # the Community edition has no roles; a password that must be changed first is what a user of it can be refused for
    neo4j_login.run("CREATE USER reader SET PASSWORD 'first-of-two' CHANGE REQUIRED")
    monkeypatch.setenv("NEO4J_USERNAME", "reader")
    monkeypatch.setenv("NEO4J_PASSWORD", "first-of-two")
    try:
        with pytest.raises(EnvironmentError_, match=r"the user may not do that|refuses the login of 'reader'") as caught:
            push(tiny_graph, neo4j_login.uri)
        assert "first-of-two" not in str(caught.value)
    finally:
        neo4j_login.run("DROP USER reader")


def test_a_server_that_fills_its_disk_or_stops_is_told_and_the_push_goes_on_later(
    make_neo4j: Callable[..., Any], content: Any, tiny_graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neo4j_connection, "RETRY", 1.0)
    # without room set aside for its log, a server notices at once that it has none
    own = make_neo4j(**{"db.tx_log.preallocate": "false"}).start()
    monkeypatch.setenv("NEO4J_USERNAME", own.user)
    monkeypatch.setenv("NEO4J_PASSWORD", own.password)

    def fill(what: str, done: int) -> None:
        if what == "concepts":
            # from here on no file may grow beyond a byte, as on a full disk
            resource.prlimit(own.pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))

    with pytest.raises(EnvironmentError_, match=r"the server cannot write .*see that its disk is not full"):
        push(tiny_graph, own.uri, batch=4, report=fill)
    resource.prlimit(own.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    own.stop()

    def stop(what: str, done: int) -> None:
        if what == "links":
            own.stop()

    own.start()
    with pytest.raises(EnvironmentError_, match=r"no Neo4j answers there .*What was written already stays"):
        push(tiny_graph, own.uri, batch=4, report=stop)
    with own:
        nodes, edges = content.stored(own)
        assert len(nodes) == tiny_graph.counts()["papers"] + tiny_graph.counts()["concepts"] and len(edges) >= 1
        written = push(tiny_graph, own.uri)
        assert written.counts["sent"] == written.counts["relationships"] - len(edges)
        content.check(own, tiny_graph)
