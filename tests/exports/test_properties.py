"""What analyses found goes along into tables, GraphML and the files for Neo4j, and changes nothing else there."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import pyarrow.parquet as pq
import pytest

from exports import csv_tables, graphml, neo4j_csv, parquet
from kg.analysis import communities, rank
from kg.analysis.config import Config
from kg.analysis.result import Result
from kg.errors import DataError
from kg.graph import Graph
from kg.properties import Properties
from kg.table import Table

WRITERS: dict[str, Callable[..., Any]] = {
    "csv": csv_tables.write, "parquet": parquet.write, "graphml": graphml.write, "neo4j-csv": neo4j_csv.write,
}  # fmt: skip


@pytest.fixture
def files(tiny_graph: Graph, tmp_path: Path) -> str:
    """The files of two analyses, as an option names them."""
    ranks = rank(tiny_graph, by=("pagerank", "degree", "hub")).save(tmp_path / "ranks.json")
    return f"{ranks},{communities(tiny_graph).save(tmp_path / 'communities.json')}"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def saved(graph: Graph, properties: Properties, path: Path) -> str:
    return str(Result("mine", Config(), Table((), []), {}, properties, (), graph.fingerprint).save(path))


def test_columns_of_the_tables(tiny_graph: Graph, files: str, tmp_path: Path) -> None:
    csv_tables.write(tiny_graph, tmp_path / "csv", properties=files)
    parquet.write(tiny_graph, tmp_path / "parquet", properties=files)
    csv_tables.write(tiny_graph, tmp_path / "without")
    values = rank(tiny_graph, by=("pagerank", "degree", "hub")).properties
    groups = communities(tiny_graph).properties
    found = rows(tmp_path / "csv" / "concepts.csv")
    for row, plain in zip(found, rows(tmp_path / "without" / "concepts.csv"), strict=True):
        assert {name: row[name] for name in plain} == plain
        assert float(row["pagerank"]) == values.concepts[row["id"]]["pagerank"]
        assert row["community"] == str(groups.concepts.get(row["id"], {}).get("community", ""))
    table = pq.read_table(tmp_path / "parquet" / "concepts.parquet")
    assert [str(table.schema.field(name).type) for name in ("pagerank", "degree", "community", "community_name")] == [
        "double", "int64", "int64", "string",
    ]  # fmt: skip
    assert {r["id"]: r["degree"] for r in table.to_pylist()} == {i: v["degree"] for i, v in values.concepts.items()}
    papers = {r["id"]: r for r in pq.read_table(tmp_path / "parquet" / "papers.parquet").to_pylist()}
    assert {i: v["hub"] for i, v in values.papers.items()} == {i: r["hub"] for i, r in papers.items() if r["hub"] is not None}
    assert any(r["community"] is not None for r in papers.values())
    for name in ("links", "mentions", "relations"):
        assert (tmp_path / "csv" / f"{name}.csv").read_bytes() == (tmp_path / "without" / f"{name}.csv").read_bytes()


def test_attributes_of_graphml(tiny_graph: Graph, files: str, tmp_path: Path) -> None:
    graphml.write(tiny_graph, tmp_path / "with.graphml", properties=files)
    graphml.write(tiny_graph, tmp_path / "without.graphml")
    read, plain = (nx.read_graphml(tmp_path / f"{name}.graphml", force_multigraph=True) for name in ("with", "without"))
    ranks, groups = rank(tiny_graph).properties.concepts, communities(tiny_graph).properties
    for node, data in plain.nodes(data=True):
        assert {name: read.nodes[node][name] for name in data} == data
        if data["kind"] == "concept":
            assert read.nodes[node]["pagerank"] == ranks[data["id"]]["pagerank"]
        group = (groups.concepts if data["kind"] == "concept" else groups.papers).get(data["id"], {}).get("community")
        assert read.nodes[node].get("community") == group
    assert list(read.edges(data=True)) == list(plain.edges(data=True))


def test_properties_of_nodes_in_neo4j(tiny_graph: Graph, files: str, tmp_path: Path) -> None:
    neo4j_csv.write(tiny_graph, tmp_path / "with", properties=files)
    neo4j_csv.write(tiny_graph, tmp_path / "without")
    header = (tmp_path / "with" / "concepts.csv").read_text(encoding="utf-8").split("\n")[0]
    assert header.endswith(
        "contentHash:long,pagerank:double,degree:long,hub:double,community:long,communityPart:long,communityName,"
        "communityStrength:double,:LABEL"
    )
    for name in ("papers", "concepts"):
        for row, plain in zip(rows(tmp_path / "with" / f"{name}.csv"), rows(tmp_path / "without" / f"{name}.csv"), strict=True):
            # the hash too: what an analysis found is no part of what the graph says
            assert {key: row[key] for key in plain} == plain
    for name in ("links.csv", "relations.csv", "constraints.cypher", "style.grass"):
        assert (tmp_path / "with" / name).read_bytes() == (tmp_path / "without" / name).read_bytes()


@pytest.mark.parametrize("format_", WRITERS)
def test_a_property_that_is_called_as_a_column_is_refused(format_: str, tiny_graph: Graph, tmp_path: Path) -> None:
    file = saved(tiny_graph, Properties({"bert": {"label": "mine"}}), tmp_path / "some.json")
    with pytest.raises(DataError, match="the property 'label' of concepts is called as something that the format has already"):
        WRITERS[format_](tiny_graph, tmp_path / "out", properties=file)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("format_", WRITERS)
def test_properties_of_another_graph_are_refused(format_: str, tiny_graph: Graph, awkward_graph: Graph, files: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="made of a graph with other content than"):
        WRITERS[format_](awkward_graph, tmp_path / "out", properties=files)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("format_", WRITERS)
def test_the_same_bytes_every_time(format_: str, tiny_graph: Graph, files: str, tmp_path: Path) -> None:
    for name in ("one", "two"):
        WRITERS[format_](tiny_graph, tmp_path / name, properties=files)
    one, two = (tmp_path / name for name in ("one", "two"))
    for path in [one] if one.is_file() else sorted(one.iterdir()):
        if path.name == "README.md":
            continue
        other = two if one.is_file() else two / path.name
        assert path.read_bytes() == other.read_bytes()


def test_text_that_is_hostile_stays_text(tiny_graph: Graph, tmp_path: Path) -> None:
    name = '</data><x a="1">\n,"\x01'
    file = saved(tiny_graph, Properties({"bert": {"community_name": name}}), tmp_path / "some.json")
    csv_tables.write(tiny_graph, tmp_path / "csv", properties=file)
    assert {r["id"]: r["community_name"] for r in rows(tmp_path / "csv" / "concepts.csv")}["bert"] == name
    neo4j_csv.write(tiny_graph, tmp_path / "neo4j", properties=file)
    assert {r["id:ID(Concept)"]: r["communityName"] for r in rows(tmp_path / "neo4j" / "concepts.csv")}["bert"] == name
    graphml.write(tiny_graph, tmp_path / "g.graphml", properties=file)
    read = nx.read_graphml(tmp_path / "g.graphml", force_multigraph=True)
    assert read.nodes["concept:bert"]["community_name"] == name.replace("\x01", "\ufffd")
