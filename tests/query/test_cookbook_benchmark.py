from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from kg.graph import Graph
from kg.query.cookbook import questions

ROOT = Path(__file__).parents[2]


def test_every_question_is_measured_beside_rdflib_with_as_many_rows(tiny_graph: Graph) -> None:
    command = [sys.executable, "benchmarks/cookbook.py", str(tiny_graph.path), "--rdflib", "--repeat", "1", "--most", "30", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert [row["question"] for row in found["questions"]] == [*questions()]
    assert all(row["ms"][name] > 0 for row in found["questions"] for name in ("sparql", "cypher", "rdflib"))
    assert set(found["median"]) == {"sparql", "cypher", "rdflib"} and any(row["rows"]["cypher"] for row in found["questions"])
    assert found["differing"] == []


def test_what_bounds_sparql_is_measured_step_by_step(tiny_graph: Graph) -> None:
    command = [sys.executable, "benchmarks/sparql_costs.py", str(tiny_graph.path), "--repeat", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == f"| {tiny_graph.counts()['papers']} papers | µs a row |"
    micros = [float(line.split("|")[2]) for line in lines[2:]]
    assert len(micros) == 7 and micros[0] > 0
