"""GraphML, CSV and Parquet, read back by other programs."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import networkx as nx
import pyarrow.parquet as pq
import pytest

from exports import csv_tables, graphml, parquet
from exports.flat_tables import TABLES, tables
from kg.graph import Graph

LISTS = ("authors", "urls", "aliases", "acronyms", "sentences", "evidence", "broader", "identifiers", "also", "flags", "other_ids")


def xml(value: Any) -> Any:
    """A value as XML can hold it."""
    return json.loads(json.dumps(value).replace("\\u0001", "\\ufffd"))


def plain(data: dict[str, Any]) -> dict[str, Any]:
    kept = {k: v for k, v in data.items() if v is not None}
    return {k: json.loads(v) if k in LISTS and isinstance(v, str) else v for k, v in kept.items()}


@pytest.mark.parametrize("name", ["tiny_graph", "awkward_graph"])
def test_networkx_reads_the_graphml_as_the_graph_itself(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    graph: Graph = request.getfixturevalue(name)
    written = graphml.write(graph, tmp_path / "graph.graphml")
    read = nx.read_graphml(tmp_path / "graph.graphml", force_multigraph=True)
    ours = graph.to_networkx()
    assert isinstance(read, nx.MultiDiGraph)
    assert written.counts["nodes"] == len(read) == len(ours) and written.counts["edges"] == read.size() == ours.size()
    assert {n: plain(d) for n, d in read.nodes(data=True)} == {n: xml(plain(d)) for n, d in ours.nodes(data=True)}

    def edges(of: nx.MultiDiGraph[str]) -> dict[tuple[Any, ...], dict[str, Any]]:
        return {(u, v, d["relation"], d.get("paper"), d.get("start")): plain(d) for u, v, d in of.edges(data=True)}

    assert edges(read) == {key: xml(data) for key, data in edges(ours).items()}
    assert written.notes == (("1 characters that XML cannot hold were replaced by U+FFFD",) if name == "awkward_graph" else ())


@pytest.mark.parametrize("name", ["tiny_graph", "awkward_graph"])
def test_csv_files_hold_the_tables(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    graph: Graph = request.getfixturevalue(name)
    written = csv_tables.write(graph, tmp_path / "csv")
    for table, rows in tables(graph):
        with (tmp_path / "csv" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            header, *found = csv.reader(file)
        assert header == [column for column, _, _ in TABLES[table]]
        kinds = [kind for _, kind, _ in TABLES[table]]
        read = [tuple(map(value, row, kinds)) for row in found]
        # an empty field is both, no text and an empty one
        assert read == [tuple(None if cell == "" else cell for cell in row) for row in rows]
        assert written.counts[table] == len(read)


def value(cell: str, kind: str) -> Any:
    if cell == "":
        return None
    readers: dict[str, Any] = {"int32": int, "double": float, "bool": lambda c: {"true": True, "false": False}[c]}
    return tuple(json.loads(cell)) if kind.startswith("list") else readers.get(kind, str)(cell)


@pytest.mark.parametrize("name", ["tiny_graph", "awkward_graph"])
def test_parquet_files_hold_the_tables(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    graph: Graph = request.getfixturevalue(name)
    written = parquet.write(graph, tmp_path / "parquet", rows_at_once=2)
    for table, rows in tables(graph):
        read = pq.read_table(tmp_path / "parquet" / f"{table}.parquet")
        assert read.column_names == [column for column, _, _ in TABLES[table]]
        found = [tuple(tuple(c) if isinstance(c, list) else c for c in row.values()) for row in read.to_pylist()]
        assert found == list(rows)
        assert written.counts[table] == len(found)


def test_the_tables_count_what_the_graph_counts(tiny_graph: Graph) -> None:
    counts = tiny_graph.counts()
    found = {table: len(list(rows)) for table, rows in tables(tiny_graph)}
    assert (found["papers"], found["concepts"], found["links"]) == (counts["papers"], counts["concepts"], counts["links"])
    assert found["relations"] == counts["concept_links"] and found["mentions"] == sum(len(k.evidence) for k in tiny_graph.links())


def test_a_mention_stands_where_its_row_says(tiny_graph: Graph) -> None:
    papers = {p.id: p for p in tiny_graph.papers()}
    rows = dict(tables(tiny_graph))["mentions"]
    for paper, _, _, field, start, end, text, sentence, _ in rows:
        assert papers[paper].text(field)[start:end] == text and text in sentence


def test_a_relation_of_the_catalog_has_no_paper(tiny_graph: Graph) -> None:
    rows = list(dict(tables(tiny_graph))["relations"])
    catalog = [row for row in rows if row[5] == "catalog"]
    assert ("bert", "BERT", "kindOf", "transformer", "Transformer") in [row[:5] for row in catalog]
    assert all(row[6:10] == (None,) * 4 and row[11] is None for row in catalog)
    assert all(row[6] and row[11] for row in rows if row[5] == "text") and len(catalog) < len(rows)


def test_the_reference_names_every_column() -> None:
    text = (Path(__file__).parents[2] / "docs/reference/tables.md").read_text("utf-8")
    for table, columns in TABLES.items():
        part = text.partition(f"### `{table}`\n")[2].partition("\n### ")[0]
        rows = [f"| `{name}` | {kind} | {about} |" for name, kind, about in columns]
        assert [line for line in part.splitlines() if line.startswith("| `")] == rows
