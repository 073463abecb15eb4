"""The graph on a real SPARQL server, sent by the Graph Store Protocol."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exports import export, graph_store
from exports.iris import Iris
from kg.equality import differences
from kg.errors import EnvironmentError_, UsageError
from kg.graph import Graph
from kg.load.rdf import load_rdf
from kg.model import Paper, Reading

pytestmark = pytest.mark.server


@pytest.fixture
def empty(fuseki: Any) -> Any:
    """The server without a triple."""
    data = urllib.parse.urlencode({"update": "DROP ALL"}).encode()
    with urllib.request.urlopen(fuseki.store.replace("/data", "/update"), data, timeout=60):
        return fuseki


def rows(server: Any, query: str) -> list[dict[str, Any]]:
    address = f"{server.query}?{urllib.parse.urlencode({'query': query})}"
    request = urllib.request.Request(address, headers={"Accept": "application/sparql-results+json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        found: list[dict[str, Any]] = json.load(answer)["results"]["bindings"]
    return found


def test_what_was_pushed_comes_back_as_an_equal_graph(empty: Any, awkward_graph: Graph, tiny_graph: Graph, tmp_path: Path) -> None:
    for number, graph in enumerate((awkward_graph, tiny_graph)):
        written = graph_store.push(graph, empty.store, prune=True)
        assert written.counts["graphs sent"] == written.counts["graphs"] == graph.counts()["papers"] + 1
        store = graph_store.GraphStore(empty.store)
        names = [row["g"]["value"] for row in rows(empty, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")]
        path = tmp_path / f"{number}.nt"
        path.write_bytes(b"".join(store.get(name) for name in names if not name.endswith("/pushed")))
        store.close()
        assert differences(graph, load_rdf(path, tmp_path / str(number)).graph) == []


def test_a_second_push_sends_nothing_and_a_grown_graph_only_what_changed(
    empty: Any, tiny_graph: Graph, tiny_readings: list[tuple[Paper, Reading]], write_tiny: Callable[..., Graph], tmp_path: Path
) -> None:
    gone = tiny_readings[0][0].id
    smaller = write_tiny(tmp_path / "smaller", [pair for pair in tiny_readings if pair[0].id != gone], reader="by hand")
    assert graph_store.push(smaller, empty.store).counts["graphs sent"] == 8
    assert graph_store.push(smaller, empty.store).counts["graphs sent"] == 0
    grown = graph_store.push(tiny_graph, empty.store)
    assert 2 <= grown.counts["graphs sent"] <= 9 and grown.counts["graphs"] == 9
    back = graph_store.push(smaller, empty.store)
    assert any("--prune" in note for note in back.notes)
    assert graph_store.push(smaller, empty.store, prune=True).counts["graphs deleted"] == 1
    assert rows(empty, f"SELECT * {{ GRAPH <{Iris().paper_graph(gone)}> {{ ?s ?p ?o }} }}") == []


def test_a_push_that_was_stopped_goes_on(empty: Any, tiny_graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph_store, "NOTE_EVERY", 2)

    def stop(what: str, done: int) -> None:
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        graph_store.push(tiny_graph, empty.store, report=stop)
    written = graph_store.push(tiny_graph, empty.store)
    assert (written.counts["graphs already there"], written.counts["graphs sent"]) == (6, 3)
    assert graph_store.push(tiny_graph, empty.store).counts["graphs sent"] == 0


def test_what_somebody_took_away_is_sent_again(empty: Any, tiny_graph: Graph) -> None:
    graph_store.push(tiny_graph, empty.store)
    store = graph_store.GraphStore(empty.store)
    store.delete(Iris().paper_graph("title:emoji-probe"))
    store.close()
    assert graph_store.push(tiny_graph, empty.store).counts["graphs sent"] == 1


def test_counts_are_compared_without_a_query_address(empty: Any, tiny_graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph_store, "_QUERY_OF", ())
    assert graph_store.push(tiny_graph, empty.store).counts["graphs sent"] == 9
    sent = graph_store.GraphStore.put

    def less(self: graph_store.GraphStore, name: str, triples: bytes) -> None:
        sent(self, name, triples if name.endswith("/pushed") else triples.split(b"\n", 1)[1])

    monkeypatch.setattr(graph_store.GraphStore, "put", less)
    with pytest.raises(EnvironmentError_, match=r"graph/concepts has \d+ triples, and \d+ were sent"):
        graph_store.push(tiny_graph, empty.store, base="http://kg.test/")


def test_errors_are_one_message(fuseki: Any, tiny_graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EnvironmentError_, match="nothing answers"):
        graph_store.push(tiny_graph, "http://127.0.0.1:9/ds/data")
    with pytest.raises(EnvironmentError_, match=r"answered with 40[45].*give"):
        graph_store.push(tiny_graph, fuseki.store.replace("/ds/data", "/none/data"))
    with pytest.raises(EnvironmentError_, match=r"answered with 4\d\d"):
        graph_store.push(tiny_graph, fuseki.query, query=fuseki.query)
    with pytest.raises(UsageError, match="SPARQL_PASSWORD") as raised:
        graph_store.push(tiny_graph, "http://me:secret@127.0.0.1/ds/data")
    assert "secret" not in str(raised.value)
    with pytest.raises(UsageError, match="no http address"):
        graph_store.push(tiny_graph, "ftp://127.0.0.1/ds/data")


def test_the_export_and_the_push_are_the_same_quads(empty: Any, tiny_graph: Graph, tmp_path: Path) -> None:
    written = export(tiny_graph, "nquads", tmp_path / "tiny.nq")
    assert graph_store.push(tiny_graph, empty.store).counts["triples"] == written.counts["triples"]
    [row] = rows(empty, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } FILTER(!STRENDS(STR(?g), '/pushed')) }")
    assert int(row["n"]["value"]) == written.counts["triples"]
