"""The schema is OWL 2 DL: in its profile, consistent, without a class that nothing can be in; and so is a graph together with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import ontology
from exports import export
from kg.graph import Graph

Reason = Callable[[str], list[str]]
TASK = "<https://example.org/kg/concept/machine-translation>"


def test_the_schema_is_sound(reason: Reason) -> None:
    (counted,) = reason(ontology.text("schema.ttl"))
    assert int(re.findall(r"\d+", counted)[0]) > 100


def test_a_graph_is_sound_together_with_the_schema(reason: Reason, tiny_graph: Graph, tmp_path: Path) -> None:
    export(tiny_graph, "ntriples", tmp_path / "tiny.nt")
    lines = (tmp_path / "tiny.nt").read_text("utf-8").splitlines()
    # the reification of RDF is reserved in OWL 2 DL: a reasoner reads the rest
    data = [line for line in lines if not re.search(r"rdf-syntax-ns#(subject|predicate|object|Statement)>", line)]
    assert 0 < len(lines) - len(data) == 4 * 48
    (counted,) = reason("\n".join([ontology.text("schema.ttl"), *data]))
    axioms, individuals = map(int, re.findall(r"\d+", counted))
    assert axioms > 1500 and individuals > 300


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (f"{TASK} a kg:Task, kg:Metric .", "inconsistent"),
        (f"{TASK} a kg:Task ; kg:confidence 0.5 .", "inconsistent"),
        (f"{TASK} a kg:Task . kg:proposes rdfs:range kg:Paper . <x:p> kg:proposes {TASK} .", "inconsistent"),
        (f"{TASK} kg:known true, false .", "inconsistent"),
        ("kg:Both a owl:Class ; rdfs:subClassOf kg:Link, kg:Paper .", "unsatisfiable"),
        ("kg:Paper rdfs:subClassOf rdf:Statement .", "profile"),
        ("kg:proposes a owl:DatatypeProperty .", "profile"),
    ],
)
def test_what_is_broken_is_found(reason: Reason, more: str, expected: str) -> None:
    assert reason(ontology.text("schema.ttl") + more)[0].startswith(expected)
