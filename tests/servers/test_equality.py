"""One graph by every way out and back: networkx, each RDF format, the embedded stores, Neo4j live and in bulk say the same statements.

A way takes a graph and gives what came back.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest

from exports import export, formats, neo4j_csv
from exports.neo4j import push
from exports.property_graph import separators
from kg.equality import differences, facts
from kg.graph import Graph
from kg.load import neo4j as from_neo4j
from kg.load import networkx as from_networkx
from kg.load.rdf import load_rdf
from kg.model import Paper
from kg.query import cypher, sparql

pytestmark = pytest.mark.server

Way = Callable[[Graph, Path], Graph]
RDF = ("ntriples", "turtle", "jsonld", "nquads", "trig", "rdfxml")


def networkx(graph: Graph, place: Path) -> Graph:
    return from_networkx.load(graph.to_networkx(), place / "back")


def rdf(name: str) -> Way:
    def through(graph: Graph, place: Path) -> Graph:
        file = place / f"graph{formats()[name].suffix}"
        export(graph, name, file)
        return load_rdf(file, place / "back").graph

    return through


def sparql_store(graph: Graph, place: Path) -> Graph:
    store = pyoxigraph.Store.read_only(str(sparql.ready(graph)))
    file = place / "store.nt"
    store.dump(str(file), format=pyoxigraph.RdfFormat.N_TRIPLES, from_graph=pyoxigraph.DefaultGraph())
    return load_rdf(file, place / "back").graph


def cypher_store(graph: Graph, place: Path) -> Graph:
    def rows(_: str, query: str) -> list[tuple[Any, ...]]:
        return cypher.select(graph, query).rows

    return from_neo4j.load_rows(rows, place / "back", loaded={"from": "store"})


OFFLINE: dict[str, Way] = {
    "networkx": networkx,
    **{name: rdf(name) for name in RDF},
    "SPARQL store": sparql_store,
    "Cypher store": cypher_store,
}
WAYS = (*OFFLINE, "Neo4j live")


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Way:
    """A way out and back. A live push goes into what earlier ones left, and takes out what the graph no longer has."""
    if request.param in OFFLINE:
        return OFFLINE[request.param]
    server = request.getfixturevalue("neo4j_login")

    def live(graph: Graph, place: Path) -> Graph:
        push(graph, server.uri, prune=True)
        return from_neo4j.load(server.uri, place / "back")

    return live


def came_back(way: Way, graph: Graph, place: Path) -> None:
    place.mkdir()
    back = way(graph, place)
    assert differences(graph, back) == []
    assert sum(1 for _ in facts(back)) == sum(1 for _ in facts(graph)) > 0


def changed(graph: Graph, place: Path) -> list[Graph]:
    """Copies of a graph: without some of its papers, then with one of those again and a new one."""
    papers = list(graph.papers())
    fewer = graph.save(place / "fewer")
    fewer.remove([p.id for p in papers[::3]])
    other = fewer.save(place / "other")
    other.append(
        [papers[0], Paper("new", "Small nets for BERT", "We propose LeafNet, a variant of BERT. It is better than BERT on SQuAD.")]
    )
    return [fewer, other]


@pytest.mark.parametrize("name", ["tiny_graph", pytest.param("listing_graph", marks=pytest.mark.corpus)])
def test_a_graph_comes_back_by_every_way(name: str, way: Way, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    came_back(way, request.getfixturevalue(name), tmp_path / "way")


@pytest.fixture(scope="session")
def changed_listing(listing_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> list[Graph]:
    return changed(listing_graph, tmp_path_factory.mktemp("changed"))


@pytest.mark.corpus
def test_so_it_does_after_papers_were_added_and_removed(
    way: Way, listing_graph: Graph, changed_listing: list[Graph], tmp_path: Path
) -> None:
    assert all(differences(listing_graph, graph, 1) for graph in changed_listing)
    for number, graph in enumerate((listing_graph, *changed_listing)):
        came_back(way, graph, tmp_path / str(number))


@pytest.mark.corpus
def test_bulk_files_come_back(
    changed_listing: list[Graph], make_neo4j: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    graph = changed_listing[-1]
    neo4j_csv.write(graph, tmp_path / "files")
    server = make_neo4j()
    said = server.admin(*neo4j_csv.arguments(separators(graph, 1)[0]), cwd=tmp_path / "files")
    assert f"{graph.counts()['links'] + graph.counts()['concept_links']} relationships" in said
    monkeypatch.setenv("NEO4J_USERNAME", server.user)
    monkeypatch.setenv("NEO4J_PASSWORD", server.password)
    with server:
        came_back(lambda _, place: from_neo4j.load(server.uri, place / "back"), graph, tmp_path / "way")
