"""The queries of tests/query/cypher on the embedded engine; tests/servers compares their rows with a real Neo4j's."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from kg.errors import UsageError
from kg.graph import Graph
from kg.query import cypher

FOLDER = Path(__file__).with_name("cypher")
GROUPS = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))}
CASES = [pytest.param(group, one, id=f"{name}-{n}") for name, group in GROUPS.items() for n, one in enumerate(group["query"], 1)]
#: Queries whose answer is that there is nothing.
EMPTY = {"labels and types that are not in the graph find nothing", "groups of nothing"}


@pytest.mark.parametrize(("group", "one"), CASES)
def test_every_query_has_an_answer_or_a_reason(tiny_graph: Graph, group: dict[str, Any], one: dict[str, Any]) -> None:
    params = one.get("params", {})
    if group.get("fails") or group.get("refused"):
        with pytest.raises(UsageError, match=re.escape(one.get("message", "Cypher"))):
            cypher.select(tiny_graph, one["text"], params)
    else:
        assert (len(cypher.select(tiny_graph, one["text"], params)) == 0) == (one["what"] in EMPTY)


def test_there_are_many_and_each_is_there_once() -> None:
    texts = [one["text"] for group in GROUPS.values() for one in group["query"]]
    assert len(texts) == len({*texts}) > 150


def test_the_page_is_what_the_queries_say() -> None:
    source = Path(__file__).parents[2] / "docs" / "reference" / "cypher.py"
    spec = importlib.util.spec_from_file_location("docs_cypher", source)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert source.with_suffix(".md").read_text(encoding="utf-8") == module.page(), "run: python docs/reference/cypher.py"
