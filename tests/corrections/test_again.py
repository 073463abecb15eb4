"""Corrections stay: over rebuilds, papers that come and go, and graphs of the version before."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from kg.build import build
from kg.catalog import Catalog
from kg.change import check
from kg.corrections import read_corrections
from kg.errors import GraphError
from kg.graph import Graph, write_graph
from kg.load.networkx import load as from_networkx
from kg.model import Paper, Reading

Lines = Callable[..., Path]
PRISM, LORA = "arxiv:2401.00001", "arxiv:2402.00002"
SEVERAL = (
    {"correction": "remove", "paper": PRISM, "concept": "imagenet"},
    {"correction": "relink", "paper": LORA, "concept": "llama", "to": "alpaca", "type": "Architecture"},
    {"correction": "merge", "concept": "prismnet", "to": "transformer"},
    {"correction": "separate", "concept": "large-language-model", "name": "LLM"},
    {"correction": "label", "concept": "bleu", "to": "BLEU score"},
)


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir())}


@pytest.fixture
def fake(tiny_catalog: Catalog) -> Any:
    import importlib.util

    place = Path(__file__).parent.parent / "graph" / "fake_reader.py"
    spec = importlib.util.spec_from_file_location("fake_reader", place)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.FakeReader(tiny_catalog)


@pytest.fixture
def file(lines: Lines, tmp_path: Path) -> Path:
    return lines(tmp_path / "c.jsonl", *SEVERAL)


def test_a_build_one_by_one_and_a_correction_afterwards_are_the_same(
    tmp_path: Path, tiny_papers: list[Paper], fake: Any, file: Path
) -> None:
    build(papers=tiny_papers, out=tmp_path / "all", reader=fake, corrections=[file])
    graph = build(papers=tiny_papers[:1], out=tmp_path / "one", reader=fake, corrections=[file]).graph
    assert [o.status for o in graph.corrections()].count("failed") > 1, "most papers are still to come"
    for paper in reversed(tiny_papers[1:]):
        graph.append([paper], reader=fake)
    assert bytes_of(graph.path) == bytes_of(tmp_path / "all")
    later = build(papers=tiny_papers, out=tmp_path / "later", reader=fake).graph
    calls = fake.calls
    change = later.correct([file])
    assert fake.calls == calls, "no paper is read again"
    assert [o.status for o in change.corrections].count("applied") >= 4
    assert not [str(o) for o in change.corrections if o.status == "failed"]
    assert bytes_of(later.path) == bytes_of(tmp_path / "all")


def test_the_order_of_papers_and_files_does_not_matter(
    tmp_path: Path, tiny_readings: list[tuple[Paper, Reading]], tiny_catalog: Catalog, file: Path
) -> None:
    found, _ = read_corrections([file])
    one = write_graph(tmp_path / "one", tiny_readings, tiny_catalog, corrections=found)
    other = write_graph(tmp_path / "other", reversed(tiny_readings), tiny_catalog, corrections=reversed(found))
    assert bytes_of(one.path) == bytes_of(other.path)


def test_without_corrections_again(tmp_path: Path, tiny_papers: list[Paper], fake: Any, file: Path, lines: Lines) -> None:
    graph = build(papers=tiny_papers, out=tmp_path / "g", reader=fake).graph
    before = bytes_of(graph.path)
    readings = list(graph.readings())
    graph.correct([file])
    assert list(graph.readings()) == readings, "what was read is kept"
    more = lines(tmp_path / "more.jsonl", {"correction": "confirm", "paper": LORA, "concept": "dropout"})
    graph.correct([more])
    assert {o.source for o in graph.corrections()} == {"c.jsonl", "more.jsonl"}
    # a file takes the place of one of its name
    graph.correct([lines(file)])
    assert {o.source for o in graph.corrections()} == {"more.jsonl"}
    graph.correct([], replace=True)
    assert bytes_of(graph.path) == before


def test_a_paper_that_goes_and_comes_back(tmp_path: Path, tiny_papers: list[Paper], fake: Any, file: Path) -> None:
    graph = build(papers=tiny_papers, out=tmp_path / "g", reader=fake, corrections=[file]).graph
    before = bytes_of(graph.path)
    change = graph.remove([PRISM])
    assert "c.jsonl:1: remove: no paper 'arxiv:2401.00001' in the graph" in str(change.corrections[0])
    graph.append([next(p for p in tiny_papers if p.id == PRISM)], reader=fake)
    assert bytes_of(graph.path) == before


def test_a_correction_of_a_record_is_one_of_the_paper(tmp_path: Path, tiny_papers: list[Paper], fake: Any, lines: Lines) -> None:
    from dataclasses import replace

    first = next(p for p in tiny_papers if p.id == PRISM)
    record = replace(first, id="doi:10.1/prism", doi="10.1/prism", source="other.bib")
    file = lines(tmp_path / "c.jsonl", {"correction": "remove", "paper": "doi:10.1/prism", "concept": "imagenet"})
    graph = build(papers=[*tiny_papers, record], out=tmp_path / "g", reader=fake, corrections=[file]).graph
    assert [o.status for o in graph.corrections()] == ["applied"]


def test_what_would_come_of_lines(tmp_path: Path, tiny_graph: Graph, file: Path, lines: Lines) -> None:
    shutil.copytree(tiny_graph.path, tmp_path / "g")
    graph = Graph.open(tmp_path / "g")
    before = bytes_of(graph.path)
    lines(file, *SEVERAL, {"correction": "remove", "paper": "none", "concept": "bert"}, "oops")
    assert [o.status for o in check(graph, [file])] == [*["applied"] * 5, "failed", "failed"]
    assert bytes_of(graph.path) == before
    graph.correct([file])
    assert [o.status for o in check(graph, [file])] == [*["holds"] * 5, "failed", "failed"]
    assert bytes_of(graph.correct([file]).graph.path) == bytes_of(graph.path)


def test_a_graph_that_was_loaded_cannot_be_corrected(tmp_path: Path, tiny_graph: Graph, file: Path) -> None:
    loaded = from_networkx(tiny_graph.to_networkx(), tmp_path / "back")
    for run in (lambda: loaded.correct([file]), lambda: check(loaded, [file])):
        with pytest.raises(GraphError, match="nor links corrected"):
            run()


def test_a_graph_of_the_version_before(tmp_path: Path, tiny_graph: Graph, file: Path) -> None:
    """It lacks the columns and the tables of corrections, and gets them with the first change."""
    old = tmp_path / "old"
    shutil.copytree(tiny_graph.path, old)
    manifest = json.loads((old / "manifest.json").read_text(encoding="utf-8"))
    for name in ("corrections", "uncorrected"):
        (old / f"{name}.parquet").unlink()
        del manifest["tables"][name]
    for name in ("links", "findings"):
        path = old / f"{name}.parquet"
        pq.write_table(pq.read_table(path).drop_columns(["correction"]), path, store_schema=False)
        manifest["tables"][name]["bytes"] = path.stat().st_size
    for count in ("corrections", "corrected_links"):
        del manifest["counts"][count]
    (old / "manifest.json").write_text(json.dumps({**manifest, "schema_version": 2}), encoding="utf-8")
    graph = Graph.open(old)
    assert list(graph.links()) == list(tiny_graph.links())
    assert list(graph.links(paper=LORA)) == list(tiny_graph.links(paper=LORA))
    assert set(graph.columns("links", ["paper", "correction"])["correction"].to_pylist()) == {""}
    assert graph.columns("corrections", ["line"]).num_rows == 0
    assert list(graph.corrections()) == []
    graph.correct([file])
    assert Graph.open(old).manifest["schema_version"] > 2
    assert graph.counts()["corrected_links"] > 0
