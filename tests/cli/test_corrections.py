"""`kg build --corrections` and `kg corrections`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.jsonl"
    right = {"correction": "remove", "paper": "arxiv:2401.00001", "concept": "imagenet"}
    wrong = {"correction": "remove", "paper": "arxiv:1", "concept": "imagenet"}
    path.write_text(f"{json.dumps(right)}\n{json.dumps(wrong)}\n", encoding="utf-8")
    return path


def test_a_graph_is_checked_and_corrected(kg: Run, tiny_graph: Any, file: Path, tmp_path: Path) -> None:
    graph = tiny_graph.save(tmp_path / "graph")
    checked = kg("corrections", "check", graph.path, file, "--format", "json")
    assert checked.code == 1
    first, second = checked.json()
    assert (first["line"], first["status"], first["correction"]) == ("mine.jsonl:1", "applies", "remove")
    assert (second["status"], second["what"]) == ("fails", "no paper 'arxiv:1' in the graph")
    ran = kg("corrections", "apply", graph.path, file)
    assert ran.code == 1
    assert "corrections: 1 applied, 1 failed\n" in ran.err
    assert "not corrected: mine.jsonl:2: remove: no paper 'arxiv:1' in the graph" in ran.err
    assert "imagenet" not in {k.concept for k in graph.refresh().links(paper="arxiv:2401.00001")}
    assert kg("corrections", "check", graph.path, file, "--format", "json").json()[0]["status"] == "holds"
    assert kg("corrections", "apply", graph.path, "--replace", tmp_path / "none.jsonl").code == 1


def test_a_build_tells_what_came_of_each_line(kg: Run, two_papers: Path, file: Path, tmp_path: Path) -> None:
    ran = kg("build", two_papers, "-o", tmp_path / "g", "--corrections", file, "--json")
    assert ran.code == 1
    assert "not corrected: mine.jsonl:2" in ran.err
    said = ran.json()["corrections"]
    assert [(o["line"], o["status"]) for o in said] == [(1, "failed"), (2, "failed")]
    assert said[0]["hint"]


def test_a_file_of_corrections_that_is_not_there(kg: Run, two_papers: Path, tmp_path: Path) -> None:
    ran = kg("build", two_papers, "-o", tmp_path / "g", "--corrections", tmp_path / "none.jsonl")
    assert ran.code == 1
    assert "none.jsonl: No such file" in ran.err
    assert not (tmp_path / "g").exists()
