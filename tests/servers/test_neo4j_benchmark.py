"""The benchmark of ways into Neo4j runs, and counts what is lost; its figures are not tested."""

from __future__ import annotations

import importlib.util
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from kg.graph import Graph

pytestmark = pytest.mark.server
SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "neo4j_push.py"


def load(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(f"benchmarks_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_way_is_measured_and_compared_link_by_link(neo4j_login: Any, awkward_graph: Graph, content: Any) -> None:
    benchmark = load(SCRIPT)
    ways = benchmark.over_bolt(neo4j_login, awkward_graph, 3, [2, 50])
    loop, bare, small, large, *pushes = ways
    counts = awkward_graph.counts()
    assert (loop["relationships"], bare["relationships"], len(pushes)) == (3, 1, 4)
    assert (loop["lost"], bare["lost"], bare["wrong"]) == (0, 0, 0)
    assert {way["relationships"] for way in ways[2:]} == {counts["links"] + counts["concept_links"]}
    assert [(way["lost"], way["wrong"]) for way in pushes] == [(0, 0)] * 4
    # what the recipe loses are statements that say of two concepts what another one says too
    same = Counter((r.head, r.relation, r.tail) for r in awkward_graph.concept_links())
    assert small["lost"] == large["lost"] == sum(n - 1 for n in same.values()) > 0
    floor = load(SCRIPT.with_name("neo4j_floor.py")).measure(neo4j_login, awkward_graph, partial(benchmark.Clock, neo4j_login.pid), 3)
    assert len(floor) == 9 and {step["relationships"] for step in floor} == {counts["links"]}
    content.check(neo4j_login, awkward_graph)
    found = {"graph": {"papers": 1, "concept_links": 2}, "cores": 2, "load": 1.0, "ways": ways, "floor": floor}
    assert benchmark.markdown(found).count("\n| ") == len(ways) + len(floor) + 2
