"""`kg load`: there and back, and one message for what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exports import export
from kg.equality import differences
from kg.graph import Graph

Run = Callable[..., Any]


def test_a_file_comes_back(kg: Run, tiny_graph: Graph, tmp_path: Path) -> None:
    export(tiny_graph, "trig", tmp_path / "graph.trig")
    ran = kg("load", tmp_path / "graph.trig", "-o", tmp_path / "again", "--json")
    assert ran.code == 0
    assert "8 papers, 22 concepts, 32 links" in ran.err
    assert ran.json()["counts"] == Graph.open(tmp_path / "again").counts()
    assert differences(tiny_graph, Graph.open(tmp_path / "again")) == []


def test_a_damaged_file_gives_one_message(kg: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.nt").write_text("<http://a/b> <http://a/c> .\n")
    ran = kg("load", tmp_path / "bad.nt", "-o", tmp_path / "again")
    assert ran.code == 1
    assert ran.err.startswith(f"kg: {tmp_path / 'bad.nt'}: damaged (") and "line 1" in ran.err and ran.err.count("\n") == 1
    assert not (tmp_path / "again").exists()
    assert kg("load", tmp_path / "papers.csv", "-o", tmp_path / "again").code == 2


def test_an_address_is_a_neo4j(kg: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEO4J_PASSWORD", raising=False)
    ran = kg("load", "bolt://127.0.0.1:1", "-o", tmp_path / "again")
    assert ran.code == 3 and "no password, and no terminal to ask for it" in ran.err
    monkeypatch.setenv("NEO4J_PASSWORD", "sesame")
    ran = kg("load", "bolt://127.0.0.1:1", "-o", tmp_path / "again")
    assert ran.code == 3 and "no Neo4j answers there" in ran.err and "sesame" not in ran.err
    ran = kg("load", "ftp://127.0.0.1/x", "-o", tmp_path / "again")
    assert ran.code == 2 and "is no address of a Neo4j server" in ran.err
    assert not (tmp_path / "again").exists()
