"""The cookbook on real servers: what Neo4j and Fuseki answer is what the embedded engines answer."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from typing import Any

import pytest

from exports import ntriples
from kg.graph import Graph
from kg.query import cookbook

pytestmark = pytest.mark.server


@pytest.mark.parametrize("name", cookbook.questions())
def test_neo4j_answers_as_the_embedded_engines_do(
    filled_neo4j: Any, tiny_graph: Graph, name: str, cookbook_values: dict[str, dict[str, object]]
) -> None:
    asked = cookbook.question(name)
    values = cookbook.values(tiny_graph, asked, cookbook_values[name])[0]
    records, _, columns = filled_neo4j.driver.execute_query(asked.cypher, parameters_=values, database_="neo4j")
    table = cookbook.ask(tiny_graph, name, cookbook_values[name], language="cypher")
    rows = [tuple(record.values()) for record in records]
    assert tuple(columns) == table.columns
    assert cookbook.in_order(asked, rows) == table.rows == cookbook.ask(tiny_graph, name, cookbook_values[name]).rows


@pytest.fixture(scope="module")
def sparql_server(fuseki: Any, tiny_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The session's Fuseki with the triples of the tiny graph."""
    file = tmp_path_factory.mktemp("triples") / "tiny.nt"
    ntriples.write(tiny_graph, file)
    update = urllib.parse.urlencode({"update": "DROP ALL"}).encode()
    with urllib.request.urlopen(fuseki.store.replace("/data", "/update"), update, timeout=60):
        pass
    request = urllib.request.Request(f"{fuseki.store}?default", file.read_bytes(), {"Content-Type": "application/n-triples"}, method="PUT")
    with urllib.request.urlopen(request, timeout=60):
        return fuseki


@pytest.mark.parametrize("name", cookbook.questions())
def test_fuseki_answers_as_the_embedded_engines_do(
    sparql_server: Any, tiny_graph: Graph, name: str, cookbook_values: dict[str, dict[str, object]]
) -> None:
    asked = cookbook.question(name)
    query = asked.text("sparql", cookbook.values(tiny_graph, asked, cookbook_values[name])[0])
    data = urllib.parse.urlencode({"query": query}).encode()
    request = urllib.request.Request(sparql_server.query, data, {"Accept": "application/sparql-results+json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        found = json.load(answer)
    table = cookbook.ask(tiny_graph, name, cookbook_values[name])
    assert tuple(found["head"]["vars"]) == table.columns
    rows = [tuple(_value(row.get(column)) for column in table.columns) for row in found["results"]["bindings"]]
    assert cookbook.in_order(asked, rows) == table.rows


def _value(term: dict[str, str] | None) -> Any:
    if term is None:
        return None
    kind = term.get("datatype", "").rpartition("#")[2]
    if kind in ("integer", "nonNegativeInteger", "gYear"):
        return int(term["value"])
    return float(term["value"]) if kind == "decimal" else term["value"]
