"""Queries that would not end are stopped, and rows are never left out in silence."""

from __future__ import annotations

import math
import os
from pathlib import Path

import pytest

from kg.errors import DataError, QueryStopped, UsageError
from kg.graph import Graph
from kg.query import child, cookbook, cypher, sparql
from kg.query.guard import Refused

ENDLESS_CYPHER = (
    "MATCH (a:Concept), (b:Concept), (c:Concept), (d:Concept), (e:Concept), (f:Concept), (g:Concept), (h:Concept) "
    "WHERE a.id + b.id + c.id + d.id + e.id + f.id + g.id + h.id <> 'x' RETURN count(*) AS n"
)
PAPERS = "SELECT ?id { ?p a kg:Paper ; kg:id ?id }"


def test_a_process_of_its_own_gives_the_same(asked: Graph) -> None:
    for query in (PAPERS, "ASK { }", "CONSTRUCT WHERE { ?p kg:uses ?c }", "SELECT ?s ?n { ?s ?p ?o BIND(1/3 AS ?n) } ORDER BY ?s LIMIT 3"):
        assert sparql.select(asked, query, timeout=math.inf) == sparql.select(asked, query)
    query = "MATCH (p:Paper) RETURN p.id AS id, p.year AS year, p.authors AS authors ORDER BY id"
    assert child.cypher(asked, query, {}, timeout=100, limit=None) == cypher.select(asked, query)
    ours = cookbook.ask(asked, "papers-using", {"x": "BERT"}, language="cypher", timeout=100)
    assert ours == cookbook.ask(asked, "papers-using", {"x": "BERT"})
    assert len(ours) > 1


def test_errors_are_the_same_too(asked: Graph) -> None:
    for query, kind in (("SELECT ?s { ?s ?p }", UsageError), ("SELECT * { SERVICE <a:b> { } }", Refused)):
        with pytest.raises(kind) as here:
            sparql.select(asked, query)
        with pytest.raises(kind) as there:
            sparql.select(asked, query, timeout=100)
        assert str(there.value) == str(here.value)
    for query, said in (("CREATE (n)", "CREATE"), ("MATCH (p RETURN p", "line 1, column 10: expected")):
        with pytest.raises(UsageError, match=said):
            child.cypher(asked, query, {}, timeout=100, limit=None)


def test_time(asked: Graph, endless: str) -> None:
    said = r"the query was stopped after 0\.5 s; narrow it"
    with pytest.raises(QueryStopped, match=said):
        sparql.select(asked, endless, timeout=0.5)
    with pytest.raises(QueryStopped, match=said):
        child.cypher(asked, ENDLESS_CYPHER, {}, timeout=0.5, limit=None)
    # more seconds than the system counts
    assert sparql.select(asked, "ASK { }", timeout=1e11).rows == [(True,)]


@pytest.mark.parametrize("timeout", [None, 100.0])
def test_rows(asked: Graph, timeout: float | None, endless: str) -> None:
    whole = sparql.select(asked, PAPERS, timeout=timeout, limit=4)
    assert (len(whole), whole.cut, whole.notes) == (4, False, ())
    some = sparql.select(asked, PAPERS, timeout=timeout, limit=3)
    assert (len(some), some.cut) == (3, True)
    assert some.notes == ("only the first 3 rows: the query has more, and was stopped there",)
    # an endless one too, where its rows come one by one
    assert len(sparql.select(asked, endless.replace("(COUNT(*) AS ?n)", "*"), timeout=timeout, limit=10)) == 10
    question = cookbook.ask(asked, "papers-using", {"x": "BERT"}, language="cypher", timeout=timeout, limit=1)
    assert (len(question), question.cut) == (1, True)


def test_rows_that_are_not_asked_for_are_not_looked_for(asked: Graph) -> None:
    # of billions of rows
    endless = ENDLESS_CYPHER.replace("count(*) AS n", "a.id AS a, h.id AS h")
    for found in (cypher.select(asked, endless, limit=3), child.cypher(asked, endless, {}, timeout=100, limit=3)):
        assert (len(found), found.cut) == (3, True)
        assert found.notes == ("only the first 3 rows: the query has more, and was stopped there",)
    few = cypher.select(asked, "MATCH (p:Paper) RETURN p.id AS id ORDER BY id", limit=4)
    assert (len(few), few.cut, few.notes) == (4, False, ())


def test_files(asked: Graph, tmp_path: Path) -> None:
    for timeout in (None, 100.0):
        file = tmp_path / f"answer {timeout}"
        told = sparql.write(asked, PAPERS, file, "csv", timeout=timeout)
        assert (told.kind, told.rows, told.cut) == ("rows", 4, False)
        assert file.read_text().split() == ["id", "acl:X-1", "arxiv:0001.00001", "arxiv:0002.00002", "title:parsing", "without", "data"]
        told = sparql.write(asked, "DESCRIBE ?p { ?p a kg:Paper }", file, "ntriples", timeout=timeout, limit=5)
        assert (told.kind, told.rows, told.cut) == ("graph", 5, True)
        lines = file.read_text().splitlines()
        assert len(lines) == 5
        assert lines == sorted(lines)
    assert (tmp_path / "answer None").read_bytes() == (tmp_path / "answer 100.0").read_bytes()
    with pytest.raises(UsageError, match=r"the answer to SELECT comes as sparql-json \(application/sparql-results\+json\), "):
        sparql.write(asked, PAPERS, tmp_path / "x", "turtle", timeout=100)
    with pytest.raises(UsageError, match="did you mean turtle"):
        sparql.write(asked, PAPERS, tmp_path / "x", "turtel")
    with pytest.raises(DataError, match="XML cannot hold"):
        sparql.write(asked, "SELECT ?x { VALUES ?x { '\\u0002' } }", tmp_path / "x", "sparql-xml", timeout=100)


def test_triples_come_once(asked: Graph, tmp_path: Path) -> None:
    sparql.write(asked, "CONSTRUCT { <a:s> <a:p> 1 } { ?s ?p ?o }", tmp_path / "x", "ntriples")
    assert (tmp_path / "x").read_text() == '<a:s> <a:p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'


def test_a_query_that_breaks_the_engine_breaks_its_process_alone(asked: Graph) -> None:
    with pytest.raises(QueryStopped, match="ended its engine"):
        sparql.select(asked, f"ASK {{ FILTER({'!' * 200_000}true) }}", timeout=100)


def test_memory_is_bounded(asked: Graph, tmp_path: Path) -> None:
    import json
    import subprocess

    from kg.query.worker import argv

    if os.uname().sysname != "Linux":
        pytest.skip("memory is bounded on Linux")
    request = {
        "engine": "sparql",
        "store": str(sparql.ready(asked)),
        "as": "file",
        "rows": "csv",
        "out": str(tmp_path / "x"),
        "timeout": 100,
    }
    text = "CONCAT(?x, ?x, ?x, ?x, ?x, ?x, ?x, ?x)"
    small = {**request, "query": "SELECT ?x { BIND('12345678' AS ?x) }"}
    large = {**request, "query": "SELECT ?y { BIND('12345678' AS ?x) BIND(" + text + " AS ?a) " + "".join(
        f"BIND({text.replace('?x', '?' + a)} AS ?{b}) " for a, b in ("ab", "bc", "cd", "de", "ef", "fg", "gh", "hy")
    ) + "}"}  # fmt: skip
    middle = {**large, "query": large["query"].replace("SELECT ?y", "SELECT (STRLEN(?h) AS ?n)").split("BIND(CONCAT(?h")[0] + "}"}
    lines = "".join(json.dumps(r) + "\n" for r in (small, middle, large))
    held = b"x" * (600 << 20)  # by the parent, which is no business of the child
    ran = subprocess.run(argv(memory=512 << 20), input=lines, text=True, capture_output=True, timeout=100, check=False)
    del held
    # the second one goes through, but its process has held so much that it should not be asked again
    assert [(r["ok"], r["spent"]) for r in map(json.loads, ran.stdout.splitlines())] == [(True, False), (True, True)]
    assert ran.returncode < 0


def test_no_query_outlives_who_asked_it(asked: Graph, endless: str) -> None:
    import subprocess
    import sys
    import time

    if os.uname().sysname != "Linux":
        pytest.skip("elsewhere the alarm of a time-out ends it")
    code = (
        "import math, sys; from pathlib import Path; from kg.graph import Graph; from kg.query import sparql; "
        "sparql.select(Graph.open(Path(sys.argv[1])), sys.argv[2], timeout=math.inf)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code, str(asked.path), endless])

    def children() -> list[str]:
        found = Path(f"/proc/{parent.pid}/task/{parent.pid}/children")
        return found.read_text().split() if found.exists() else []

    # the process ends itself only once it has run its first lines: it then has read the query from its standard input
    end = time.monotonic() + 100
    while not (child_ids := children()) and time.monotonic() < end:
        time.sleep(0.05)
    (child_id,) = child_ids
    while "pyoxigraph" not in Path(f"/proc/{child_id}/maps").read_text() and time.monotonic() < end:
        time.sleep(0.05)
    parent.kill()
    parent.wait()

    def alive() -> bool:
        # one that has ended may wait for somebody to hear of it
        try:
            return Path(f"/proc/{child_id}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except OSError:
            return False

    while alive() and time.monotonic() < end:
        time.sleep(0.05)
    assert not alive()
