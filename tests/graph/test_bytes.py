"""Same input, same bytes: whatever the hash seed, the number of processes and the order of papers."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg.build import build
from kg.errors import EnvironmentError_
from kg.graph import Graph, write_graph
from kg.model import Paper, Reading

Bytes = Callable[[Path], dict[str, bytes]]
Run = Callable[..., subprocess.CompletedProcess[str]]

SCRIPT = """
import pickle, sys
from pathlib import Path
from fake_reader import FakeReader
from kg.build import build

if __name__ == "__main__":
    papers, catalog = pickle.loads(Path(sys.argv[2]).read_bytes())
    result = build(papers=papers, out=sys.argv[1], reader=FakeReader(catalog, *sys.argv[4:]), workers=int(sys.argv[3]))
    assert result.graph.to_networkx().number_of_nodes() > 20
"""


@pytest.fixture
def script(tmp_path: Path, tiny_papers: list[Paper], tiny_catalog: Any) -> list[str]:
    """A script that builds the tiny graph in its own process, and the file with what it reads."""
    import pickle

    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "build_tiny.py").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "work" / "papers").write_bytes(pickle.dumps((tiny_papers, tiny_catalog)))
    return [str(tmp_path / "work" / "build_tiny.py"), str(tmp_path / "work" / "papers")]


def test_hash_seed_and_processes_do_not_show(tmp_path: Path, script: list[str], run_python: Run, bytes_of: Bytes) -> None:
    graphs = []
    for seed, workers in (("1", "1"), ("2", "1"), ("3", "2")):
        done = run_python(script[0], str(tmp_path / seed), script[1], workers, seed=seed)
        assert done.returncode == 0, done.stderr
        graphs.append(bytes_of(tmp_path / seed))
    assert graphs[0] == graphs[1], "another PYTHONHASHSEED"
    assert graphs[0] == graphs[2], "two processes"


def test_a_process_that_dies_is_an_error_and_no_graph(tmp_path: Path, script: list[str], run_python: Run) -> None:
    done = run_python(script[0], str(tmp_path / "g"), script[1], "2", "No Abstract")
    assert done.returncode == 1
    assert EnvironmentError_.__name__ in done.stderr
    assert "ended before its work did" in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["work"]


def test_the_order_of_papers_does_not_show(
    tmp_path: Path, tiny_papers: list[Paper], tiny_readings: list[tuple[Paper, Reading]], fake_reader: Any, bytes_of: Bytes, write_tiny: Any
) -> None:
    first = bytes_of(build(papers=tiny_papers, out=tmp_path / "first", reader=fake_reader).graph.path)
    written = bytes_of(write_tiny(tmp_path / "written").path)
    for seed in range(3):
        mixed = random.Random(seed).sample(tiny_papers, len(tiny_papers))
        assert bytes_of(build(papers=mixed, out=tmp_path / f"{seed}", reader=fake_reader).graph.path) == first
        pairs = random.Random(seed).sample(tiny_readings, len(tiny_readings))
        assert bytes_of(write_tiny(tmp_path / f"w{seed}", pairs).path).keys() == written.keys()
        assert Graph.open(tmp_path / f"w{seed}").fingerprint == write_tiny(tmp_path / f"v{seed}", pairs[::-1]).fingerprint


def test_small_batches_and_runs_do_not_show(
    tmp_path: Path, tiny_catalog: Any, tiny_papers: list[Paper], fake_reader: Any, bytes_of: Bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    import kg.assemble
    from kg.spool import SortedRows

    first = bytes_of(build(papers=tiny_papers, out=tmp_path / "first", reader=fake_reader).graph.path)

    def small(folder: Path, name: str, key: Any, size: int = 0) -> SortedRows:
        return SortedRows(folder, name, key, 2)

    monkeypatch.setattr(kg.assemble, "SortedRows", small)
    monkeypatch.setattr("kg.build.BATCH", 3)
    assert bytes_of(build(papers=tiny_papers, out=tmp_path / "second", reader=fake_reader).graph.path) == first


def test_what_was_written_comes_back(
    tmp_path: Path, tiny_graph: Graph, tiny_readings: list[tuple[Paper, Reading]], tiny_catalog: Any
) -> None:
    assert list(tiny_graph.readings()) == tiny_readings
    assert list(tiny_graph.papers()) == [paper for paper, _ in tiny_readings]
    assert dict(tiny_graph.catalog()) == dict(tiny_catalog)
    again = write_graph(tmp_path / "again", tiny_graph.readings(), tiny_graph.catalog())
    assert list(again.links()) == list(tiny_graph.links())
    assert list(again.concept_links()) == list(tiny_graph.concept_links())
