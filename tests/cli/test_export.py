from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import exports
from kg.graph import Graph

Run = Callable[..., Any]


@pytest.mark.parametrize("name", list(exports.FORMATS), ids=lambda found: found.name)
def test_every_format_is_what_the_library_writes(kg: Run, tiny_graph: Graph, tmp_path: Path, name: exports.Format) -> None:
    exports.export(tiny_graph, name.name, tmp_path / "library")
    ran = kg("export", tiny_graph.path, name.name, "-o", tmp_path / "command")
    assert (ran.code, ran.out) == (0, "")
    assert f"wrote {tmp_path / 'command'}" in ran.err
    one, two = (
        {path.relative_to(base): path.read_bytes() for path in ([base] if base.is_file() else sorted(base.rglob("*"))) if path.is_file()}
        for base in (tmp_path / "library", tmp_path / "command")
    )
    assert one == two
    assert one


def test_replacing_needs_overwrite(kg: Run, tiny_graph: Graph, tmp_path: Path) -> None:
    target = tmp_path / "links.jsonl"
    target.write_text("mine")
    for more in ((), ("--dry-run",)):
        ran = kg("export", tiny_graph.path, "jsonl", "-o", target, *more)
        assert ran.code == 2
        assert "--overwrite" in ran.err
        assert target.read_text() == "mine"
    assert kg("export", tiny_graph.path, "jsonl", "-o", target, "--overwrite").code == 0
    assert len(target.read_text().splitlines()) == tiny_graph.counts()["links"]


def test_a_dry_run_writes_nothing(kg: Run, tiny_graph: Graph, tmp_path: Path) -> None:
    ran = kg("export", tiny_graph.path, "csv", "-o", tmp_path / "tables", "--dry-run")
    assert (ran.code, ran.out) == (0, "")
    assert "would write csv" in ran.err
    assert list(tmp_path.iterdir()) == []


def test_standard_output_gets_the_file_and_nothing_else(kg: Run, tiny_graph: Graph, tmp_path: Path) -> None:
    kg("export", tiny_graph.path, "ntriples", "-o", tmp_path / "g.nt", "--base", "https://data.example.org/")
    ran = kg("export", tiny_graph.path, "ntriples", "-o", "-", "--base", "https://data.example.org/")
    assert ran.code == 0
    assert ran.out == (tmp_path / "g.nt").read_text(encoding="utf-8")
    assert "<https://data.example.org/" in ran.out
    for arguments in (["csv", "-o", "-"], ["jsonl", "-o", "-", "--json"]):
        assert kg("export", tiny_graph.path, *arguments).code == 2


def test_options_of_a_format(kg: Run, tiny_graph: Graph, tmp_path: Path) -> None:
    ran = kg("export", tiny_graph.path, "relations-jsonl", "-o", "-", "--set", "aliases=yes")
    assert "head_aliases" in json.loads(ran.out.splitlines()[0])
    assert "head_aliases" not in kg("export", tiny_graph.path, "relations-jsonl", "-o", "-").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["html", "--set", "tpo=3"], "the export html has no option 'tpo'; did you mean top?"),
        (["html", "--set", "top=three"], "top is 'three'; give a whole number"),
        (["html", "--set", "papers=maybe"], "papers is 'maybe'; give true or false"),
        (["jsonl", "--set", "top=3"], "the export jsonl has no option 'top'; it has none"),
        (["jsonl", "--base", "https://example.org/"], "the export jsonl has no option 'base'"),
        (["turtle", "--base", "no address"], "no address"),
    ],
)
def test_wrong_options(kg: Run, tiny_graph: Graph, tmp_path: Path, arguments: list[str], said: str) -> None:
    ran = kg("export", tiny_graph.path, *arguments, "-o", tmp_path / "out")
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert list(tmp_path.iterdir()) == []


def test_the_list_has_every_format_with_its_options(kg: Run) -> None:
    ran = kg("export", "--list")
    assert (ran.code, ran.err) == (0, "")
    assert [line.split()[0] for line in ran.out.splitlines() if not line.startswith(" ")] == [found.name for found in exports.FORMATS]
    assert "options: engine=explorer top=… min_papers=1 " in ran.out
    assert ran.out.count("--properties\n") == 5 and "options: --properties\n" in ran.out


def test_properties_go_with_an_option_of_their_own(kg: Run, tiny_graph: Graph, tmp_path: Path) -> None:
    kg("analyze", tiny_graph.path, "rank", "--save", tmp_path / "ranks.json")
    kg("analyze", tiny_graph.path, "communities", "--save", tmp_path / "a,b.json")
    given = ("--properties", tmp_path / "ranks.json", "--properties", tmp_path / "a,b.json")
    assert kg("export", tiny_graph.path, "csv", "-o", tmp_path / "csv", *given).code == 0
    header = (tmp_path / "csv" / "concepts.csv").read_text("utf-8").partition("\n")[0]
    assert {"pagerank", "community_name"} <= set(header.split(","))
    ran = kg("export", tiny_graph.path, "turtle", "-o", tmp_path / "t.ttl", *given)
    assert ran.code == 2 and "the export turtle takes no --properties; these do: " in ran.err and "graphml" in ran.err
    ran = kg("export", tiny_graph.path, "csv", "-o", tmp_path / "x", "--set", "properties=ranks.json")
    assert ran.code == 2 and "give --properties FILE, once for each file" in ran.err
    ran = kg("export", tiny_graph.path, "csv", "-o", tmp_path / "x", "--properties", tmp_path / "none.json")
    assert ran.code == 1 and "no such file; write it with kg analyze" in ran.err
    assert not (tmp_path / "x").exists() and not (tmp_path / "t.ttl").exists()


def test_the_report_as_json(kg: Run, tiny_graph: Graph, tmp_path: Path) -> None:
    report = kg("export", tiny_graph.path, "jsonl", "-o", tmp_path / "l.jsonl", "--json").json()
    assert report["paths"] == [str(tmp_path / "l.jsonl")]
    assert report["counts"]["links"] == tiny_graph.counts()["links"]
