"""docs/reference/graph.md says what the code does."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from kg.graph import Graph
from kg.schema import COUNTS

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "graph.md"


def test_the_page_is_up_to_date() -> None:
    spec = importlib.util.spec_from_file_location("graph_reference", ROOT / "docs" / "reference" / "graph.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert PAGE.read_text(encoding="utf-8") == module.page(), "run: python docs/reference/graph.py"


def test_counts_and_manifest_are_those_of_the_page(tiny_graph: Graph) -> None:
    assert set(tiny_graph.counts()) == set(COUNTS)
    section = PAGE.read_text(encoding="utf-8").split("## manifest.json")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)`", section, re.MULTILINE)) == {*tiny_graph.manifest, "loaded"}


def test_the_attributes_are_those_of_the_page(tiny_graph: Graph) -> None:
    made = tiny_graph.to_networkx()
    section = PAGE.read_text(encoding="utf-8").split("## In memory")[1]
    rows = dict(re.findall(r"^\| (\w+ \S+(?: \w+)?) \| (`kind`.*) \|$", section, re.MULTILINE))
    said = {name: set(re.findall(r"`(\w+)`", text)) for name, text in rows.items()}
    for _, data in made.nodes(data=True):
        assert set(data) == said[f"{data['kind']} node"]
    for _, _, data in made.edges(data=True):
        assert set(data) == said["paper → concept" if data["kind"] == "link" else "concept → concept"]


def test_the_examples_run(tiny_graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "graph").symlink_to(tiny_graph.path)
    monkeypatch.chdir(tmp_path)
    examples = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(examples) == 2
    for example in examples:
        names: dict[str, object] = {}
        exec(compile(example, str(PAGE), "exec"), names)
        assert names["links" if "links" in names else "sentence"]
