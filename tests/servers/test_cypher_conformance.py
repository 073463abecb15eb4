"""The queries of tests/query/cypher on a real Neo4j and on the embedded engine: the same columns, the same rows."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import neo4j
import pytest

from kg.graph import Graph
from kg.query import cypher

pytestmark = pytest.mark.server

GROUPS = {
    p.stem: tomllib.loads(p.read_text(encoding="utf-8")) for p in sorted((Path(__file__).parents[1] / "query" / "cypher").glob("*.toml"))
}
SAME = [
    pytest.param(one, id=f"{name}-{n}")
    for name, g in GROUPS.items()
    if not g.get("refused") and not g.get("fails")
    for n, one in enumerate(g["query"], 1)
]
FAILS = [pytest.param(one, id=f"{name}-{n}") for name, g in GROUPS.items() if g.get("fails") for n, one in enumerate(g["query"], 1)]


def plain(value: Any) -> Any:
    """A value of the driver as the embedded engine gives it; floats to twelve digits, since sums may run in another order."""
    if isinstance(value, neo4j.graph.Node):
        return {"_labels": sorted(value.labels), **{k: plain(v) for k, v in value.items()}}
    if isinstance(value, neo4j.graph.Relationship):
        return {"_type": value.type, **{k: plain(v) for k, v in value.items()}}
    if isinstance(value, neo4j.graph.Path):
        return {"nodes": [plain(n) for n in value.nodes], "relationships": [plain(r) for r in value.relationships]}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, dict):
        return {k: sorted(v) if k == "_labels" else plain(v) for k, v in value.items()}
    return float(f"{value:.12g}") if isinstance(value, float) else value


def lines(rows: Any, *, ordered: bool) -> list[str]:
    found = [json.dumps(plain(list(row)), sort_keys=True, ensure_ascii=False) for row in rows]
    return found if ordered else sorted(found)


@pytest.mark.parametrize("one", SAME)
def test_both_engines_give_the_same_rows(filled_neo4j: Any, tiny_graph: Graph, one: dict[str, Any]) -> None:
    params = one.get("params", {})
    records, _, columns = filled_neo4j.driver.execute_query(one["text"], parameters_=params, database_="neo4j")
    ours = cypher.select(tiny_graph, one["text"], params)
    assert list(ours.columns) == list(columns)
    # the rows of a query come in an order where its last clause says so
    ordered = "ORDER BY" in one["text"].upper().rpartition("RETURN")[2]
    assert lines(ours.rows, ordered=ordered) == lines([r.values() for r in records], ordered=ordered)


@pytest.mark.parametrize("one", FAILS)
def test_both_engines_refuse_a_mistake(filled_neo4j: Any, one: dict[str, Any]) -> None:
    with pytest.raises(neo4j.exceptions.Neo4jError):
        filled_neo4j.driver.execute_query(one["text"], parameters_=one.get("params", {}), database_="neo4j")
