"""The cookbook on real servers: what Neo4j and Fuseki answer is what the embedded engines answer."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from exports.neo4j import push
from kg.graph import Graph
from kg.query import cookbook

pytestmark = pytest.mark.server

_spec = importlib.util.spec_from_file_location("tests_query_values", Path(__file__).parents[1] / "query" / "cookbook_values.py")
assert _spec is not None and _spec.loader is not None
_values = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_values)
TINY: dict[str, dict[str, object]] = _values.TINY


@pytest.fixture(scope="module")
def filled(neo4j_server: Any, tiny_graph: Graph) -> Any:
    """The session's Neo4j with the tiny graph."""
    neo4j_server.clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEO4J_USERNAME", neo4j_server.user)
        patch.setenv("NEO4J_PASSWORD", neo4j_server.password)
        push(tiny_graph, neo4j_server.uri)
    return neo4j_server


@pytest.mark.parametrize("name", cookbook.questions())
def test_neo4j_answers_as_the_embedded_engines_do(filled: Any, tiny_graph: Graph, name: str) -> None:
    asked = cookbook.question(name)
    values = cookbook.values(tiny_graph, asked, TINY[name])[0]
    records, _, columns = filled.driver.execute_query(asked.cypher, parameters_=values, database_="neo4j")
    table = cookbook.ask(tiny_graph, name, TINY[name], language="cypher")
    rows = [tuple(record.values()) for record in records]
    assert tuple(columns) == table.columns
    assert cookbook.in_order(asked, rows) == table.rows == cookbook.ask(tiny_graph, name, TINY[name]).rows
