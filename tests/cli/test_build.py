from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg.catalog import COLUMNS
from kg.graph import Graph

Run = Callable[..., Any]
BROKEN = '{"title": "One Whole Paper", "abstract": "We use BERT."}\n{"abstract": "no title"}\n{"title": "cut off\n'


def test_it_says_what_the_input_was_taken_for_and_what_came_out(kg: Run, two_papers: Path, tmp_path: Path) -> None:
    ran = kg("build", two_papers, "-o", tmp_path / "graph")
    assert (ran.code, ran.out) == (0, "")
    assert f"{two_papers}: taken for jsonl (its first line is a JSON object): 2 records\n" in ran.err
    counts = Graph.open(tmp_path / "graph").counts()
    assert f"{tmp_path / 'graph'}: 2 papers, {counts['concepts']} concepts, {counts['links']} links, " in ran.err
    assert f" {counts['concept_links']} relations between concepts; 0 rejected" in ran.err
    assert "\x1b" not in ran.err


def test_the_report_as_json(kg: Run, two_papers: Path, tmp_path: Path) -> None:
    ran = kg("build", two_papers, "-o", tmp_path / "graph", "--json", "--quiet")
    assert (ran.code, ran.err) == (0, "")
    report = ran.json()
    assert report["graph"] == str(tmp_path / "graph")
    assert report["inputs"][0]["loader"] == "jsonl"
    assert report["counts"]["papers"] == report["counts"]["read"] == 2
    assert (report["merged"], report["rejected"]) == ([], [])


def test_what_was_rejected_is_named_and_the_graph_is_written(kg: Run, tmp_path: Path) -> None:
    (tmp_path / "broken.jsonl").write_text(BROKEN)
    ran = kg("build", tmp_path / "broken.jsonl", "-o", tmp_path / "graph", "--json")
    assert ran.code == 1
    assert "rejected: broken.jsonl:2: missing title" in ran.err
    assert "rejected: broken.jsonl:3: " in ran.err
    assert "2 rejected" in ran.err
    assert [(item["source"], item["line"]) for item in ran.json()["rejected"]] == [("broken.jsonl", 2), ("broken.jsonl", 3)]
    assert [paper.title for paper in Graph.open(tmp_path / "graph").papers()] == ["One Whole Paper"]


def test_strict_stops_at_the_first_and_writes_nothing(kg: Run, tmp_path: Path) -> None:
    (tmp_path / "broken.jsonl").write_text(BROKEN)
    ran = kg("build", tmp_path / "broken.jsonl", "-o", tmp_path / "graph", "--strict")
    assert (ran.code, ran.out) == (1, "")
    assert "broken.jsonl:2: missing title" in ran.err
    assert "broken.jsonl:3" not in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["broken.jsonl"]


def test_replacing_needs_overwrite(kg: Run, built: Path, two_papers: Path, write_tiny: Callable[..., Graph], tmp_path: Path) -> None:
    old = write_tiny(tmp_path / "graph").fingerprint
    ran = kg("build", two_papers, "-o", tmp_path / "graph")
    assert ran.code == 1
    assert "--overwrite" in ran.err
    assert Graph.open(tmp_path / "graph").fingerprint == old
    assert kg("build", two_papers, "-o", tmp_path / "graph", "--overwrite").code == 0
    assert Graph.open(tmp_path / "graph").fingerprint == Graph.open(built).fingerprint


def test_a_folder_that_is_no_graph_is_never_replaced(kg: Run, two_papers: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    ran = kg("build", two_papers, "-o", tmp_path / "mine", "--overwrite")
    assert ran.code == 1
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


def test_a_dry_run_loads_and_writes_nothing(kg: Run, two_papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*_: object) -> None:
        raise AssertionError("a dry run reads no text")

    monkeypatch.setattr("kg.reader.Reader.read", read)
    ran = kg("build", two_papers, "-o", tmp_path / "graph", "--dry-run", "--json")
    assert ran.code == 0
    assert "dry run: 2 papers, 0 rejected; nothing was written" in ran.err
    assert ran.json()["graph"] is None
    assert list(tmp_path.iterdir()) == []


def test_standard_input_mapping_and_loader(kg: Run, tmp_path: Path) -> None:
    table = b"Heading,Summary\nA Paper of a Table,We use BERT.\n"
    ran = kg("build", "-", "-o", tmp_path / "g", "--map", "title=Heading", "--map", "abstract=Summary", stdin=gzip.compress(table))
    assert ran.code == 0
    assert "-: taken for csv (" in ran.err
    assert [(p.title, p.abstract) for p in Graph.open(tmp_path / "g").papers()] == [("A Paper of a Table", "We use BERT.")]
    ran = kg("build", "-", "-o", tmp_path / "h", "--loader", "tvs", stdin=table)
    assert ran.code == 2
    assert "no loader 'tvs'; did you mean tsv" in ran.err


def test_one_paper_of_two_inputs_is_reported_as_merged(kg: Run, tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_text(json.dumps({"title": "One Paper", "doi": "10.1000/one", "abstract": f"As {name} has it."}) + "\n")
    ran = kg("build", tmp_path / "a.jsonl", tmp_path / "b.jsonl", "-o", tmp_path / "g", "--json")
    assert ran.json()["merged"] == ["doi:10.1000/one"]
    assert "merged: several records are one paper, doi:10.1000/one\n" in ran.err


def test_an_own_catalog(kg: Run, tmp_path: Path) -> None:
    row = ["farmbench", "Dataset", "FarmBench", "", "", "", "", "", "", "mine"]
    (tmp_path / "mine.tsv").write_text("\t".join(COLUMNS) + "\n" + "\t".join(row) + "\n")
    (tmp_path / "p.jsonl").write_text('{"title": "A Study", "abstract": "We evaluate BERT on FarmBench and ImageNet."}\n')
    assert kg("build", tmp_path / "p.jsonl", "-o", tmp_path / "g", "--catalog", tmp_path / "mine.tsv").code == 0
    assert Graph.open(tmp_path / "g").concept("farmbench").known
    ran = kg("build", tmp_path / "p.jsonl", "-o", tmp_path / "h", "--catalog", tmp_path / "none.tsv")
    assert ran.code == 1
    assert "none.tsv: no catalog there" in ran.err


def test_the_bytes_do_not_depend_on_workers(kg: Run, built: Path, two_papers: Path, tmp_path: Path) -> None:
    assert kg("build", two_papers, "-o", tmp_path / "g", "--workers", 2).code == 0
    files = sorted(path.name for path in built.iterdir())
    assert files == sorted(path.name for path in (tmp_path / "g").iterdir())
    assert all((built / name).read_bytes() == (tmp_path / "g" / name).read_bytes() for name in files)


def test_an_input_that_is_not_there(kg: Run, tmp_path: Path) -> None:
    ran = kg("build", tmp_path / "none.jsonl", "-o", tmp_path / "g")
    assert (ran.code, ran.out) == (1, "")
    assert "none.jsonl: no such file" in ran.err
    assert list(tmp_path.iterdir()) == []


def test_a_run_file_says_when_it_was_built(kg: Run, two_papers: Path, tmp_path: Path) -> None:
    assert kg("build", two_papers, "-o", tmp_path / "graph", "--run-file", tmp_path / "run.ttl").code == 0
    text = (tmp_path / "run.ttl").read_text("utf-8")
    assert "prov:startedAtTime" in text and "prov:endedAtTime" in text
    assert Graph.open(tmp_path / "graph").fingerprint in text
    ran = kg("build", two_papers, "-o", tmp_path / "other", "--run-file", tmp_path / "run.ttl")
    assert ran.code == 2 and "--overwrite" in ran.err and not (tmp_path / "other").exists()
