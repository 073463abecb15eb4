"""What people decided is told in every format, and comes back from those that are read."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exports import csv_tables, graphml, links_jsonl, ntriples, property_graph
from exports.iris import Iris
from kg.equality import differences
from kg.graph import Graph
from kg.load.networkx import load as from_networkx
from kg.load.rdf import load_rdf as from_rdf
from kg.validate import validate

PRISM, LORA = "arxiv:2401.00001", "arxiv:2402.00002"


@pytest.fixture
def graph(correct: Callable[..., Any]) -> Graph:
    made = correct(
        {"correction": "relink", "paper": PRISM, "concept": "transformer", "to": "neural-network"},
        {"correction": "relation", "paper": PRISM, "concept": "neural-network", "to": "mentions"},
        {"correction": "confirm", "paper": LORA, "concept": "dropout"},
    )
    found: Graph = made.graph
    return found


def test_networkx(graph: Graph, tmp_path: Path) -> None:
    made = graph.to_networkx()
    assert made.edges[f"paper:{LORA}", "concept:dropout", "uses"]["correction"] == "confirm"
    assert not differences(graph, from_networkx(made, tmp_path / "back"))


def test_rdf(graph: Graph, tmp_path: Path) -> None:
    ntriples.write(graph, tmp_path / "g.nt")
    text = (tmp_path / "g.nt").read_text(encoding="utf-8")
    link = f"<{Iris().base}link/arxiv:2401.00001/mentions/neural-network>"
    for kind in ("relation", "relink"):
        assert f'{link} <{Iris().base}ontology#correction> "{kind}" .\n' in text
    assert f"{link} <http://www.w3.org/ns/prov#wasInfluencedBy> <{Iris().corrections}> .\n" in text
    assert text.count("wasInfluencedBy") == 2
    back = from_rdf(tmp_path / "g.nt", tmp_path / "back").graph
    assert not differences(graph, back)
    assert back.counts()["corrected_links"] == 2
    assert validate(tmp_path / "g.nt", engine="streaming").violations == 0


def test_a_graph_without_corrections_says_nothing_of_them(tiny_graph: Graph, tmp_path: Path) -> None:
    ntriples.write(tiny_graph, tmp_path / "g.nt")
    assert "orrection" not in (tmp_path / "g.nt").read_text(encoding="utf-8")


def test_neo4j(graph: Graph) -> None:
    place = [p.name for p in property_graph.LINK].index("correction")
    said = {(e.start, e.end): e.values[place] for e in property_graph.links(graph, Iris())}
    assert said[PRISM, "neural-network"] == "relation, relink"
    assert said[LORA, "dropout"] == "confirm"
    assert {v for v in said.values() if v} == {"relation, relink", "confirm"}


def test_tables_and_lines(graph: Graph, tmp_path: Path) -> None:
    csv_tables.write(graph, tmp_path / "csv")
    with (tmp_path / "csv" / "links.csv").open(encoding="utf-8", newline="") as file:
        rows = {(r["paper"], r["concept"]): r for r in csv.DictReader(file)}
    assert (rows[LORA, "dropout"]["correction"], rows[LORA, "dropout"]["confidence"]) == ("confirm", "1.0")
    assert rows[LORA, "sst-2"]["correction"] == ""
    links_jsonl.write(graph, tmp_path / "links.jsonl")
    records = [json.loads(line) for line in (tmp_path / "links.jsonl").read_text(encoding="utf-8").splitlines()]
    said = {(r["paper"], r["concept"]): r.get("correction") for r in records}
    assert (said[LORA, "dropout"], said[LORA, "sst-2"]) == ("confirm", None)
    graphml.write(graph, tmp_path / "g.graphml")
    assert ">relation, relink</data>" in (tmp_path / "g.graphml").read_text(encoding="utf-8")


def test_notebooks(graph: Graph) -> None:
    link = next(k for k in graph.links(paper=LORA) if k.concept == "dropout")
    assert "corrected (confirm)" in link._repr_html_()
    assert "corrected (confirm)" in repr(graph.show(link))
