"""kg validate and kg catalog export."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exports import export, formats
from kg.graph import Graph
from kg.validate import validate

Run = Callable[..., Any]


@pytest.fixture
def broken(tiny_graph: Graph, tmp_path: Path) -> Path:
    path = tmp_path / "broken.nt"
    export(tiny_graph, "ntriples", path)
    path.write_text(path.read_text("utf-8").replace('/ontology#confidence> "0.93"', '/ontology#confidence> "1.93"'), encoding="utf-8")
    return path


def test_a_graph_that_keeps_to_its_shapes(kg: Run, tiny_graph: Graph) -> None:
    ran = kg("validate", tiny_graph.path, "--engine", "streaming")
    assert ran.code == 0
    # two papers address what is an architecture: that is odd, not wrong
    assert "every shape is kept, 2 warnings" in ran.err and ran.out.count("addressesShape-signature") == 2


def test_one_that_does_not(kg: Run, broken: Path) -> None:
    ran = kg("validate", broken, "--format", "json", "--engine", "streaming")
    assert ran.code == 4
    told = ran.json()
    first = told["findings"][0]
    assert (told["violations"], first["severity"], first["shape"], first["value"]) == (1, "Violation", "LinkShape-confidence", "1.93")
    assert first["node"] == "https://example.org/kg/link/arxiv:2402.00002/uses/llama"
    assert first["message"] == "kg:confidence is 1 at most."
    table = kg("validate", broken, "--limit", 1, "--engine", "streaming")
    assert table.code == 4 and "LinkShape-confidence: 1 violation" in table.err and "2 more; --limit 3" in table.err
    assert "https://example.org/kg/link/arxiv:2402.00002/uses/llama" in table.out and "1.93" in table.out


@pytest.mark.parametrize("format_", ["ntriples", "turtle", "jsonld", "nquads", "trig", "rdfxml"])
def test_any_file_that_export_writes_under_any_base(tiny_graph: Graph, tmp_path: Path, format_: str) -> None:
    path = tmp_path / f"graph{formats()[format_].suffix}"
    written = export(tiny_graph, format_, path, base="https://kg.test/")
    report = validate(path, engine="streaming")
    assert (report.violations, report.triples, len(report.findings)) == (0, written.counts["triples"], 2)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("none.nt", None, "no graph and no file"),
        ("graph.docx", "x", "no RDF by its suffix; give a file that ends with .nt, .ttl"),
        ("other.nt", "<http://a.test/s> <http://a.test/p> <http://a.test/o> .\n", "holds no term of a paperkg graph"),
        ("bad.nt", "<http://a.test/s> <http://a.test/p> .\n", "damaged (Parser error at line 1"),
    ],
)
def test_what_cannot_be_checked(kg: Run, tmp_path: Path, name: str, text: str | None, message: str) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    ran = kg("validate", tmp_path / name)
    assert ran.code in (1, 2) and message in ran.err


def test_options_that_do_not_exist(kg: Run, tiny_graph: Graph) -> None:
    assert "did you mean streaming?" in kg("validate", tiny_graph.path, "--engine", "stream").err
    assert "did you mean json?" in kg("validate", tiny_graph.path, "--format", "jsn").err


def test_without_pyshacl(kg: Run, tiny_graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.validate.find_spec", lambda name: None)
    ran = kg("validate", tiny_graph.path, "--engine", "pyshacl")
    assert ran.code == 3 and "pip install 'paperkg[shacl]'" in ran.err
    assert "by streaming" in kg("validate", tiny_graph.path).err


def test_auto_goes_on_by_streaming_where_there_is_much(tiny_graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = validate(tiny_graph, engine="streaming")
    monkeypatch.setattr("kg.validate.PYSHACL_UP_TO", 100)
    assert validate(tiny_graph) == whole


def test_the_catalog_as_a_file(kg: Run, tmp_path: Path) -> None:
    path = tmp_path / "catalog.ttl"
    assert kg("catalog", "export", "-o", path).code == 0
    ran = kg("validate", path)
    assert (ran.code, ran.out) == (0, "") and "by streaming: every shape is kept, 0 warnings" in ran.err
    assert kg("catalog", "export", "-o", path).code == 2
    assert kg("catalog", "export", "-o", path, "--overwrite", "--base", "https://kg.test/").code == 0
    assert "@prefix kg: <https://kg.test/ontology#>" in path.read_text("utf-8")
