"""Writes cypher.md, what works of Cypher, from the queries in tests/query/cypher: `python docs/reference/cypher.py`."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

TARGET = Path(__file__).with_suffix(".md")
QUERIES = Path(__file__).resolve().parents[2] / "tests" / "query" / "cypher"

HEAD = """\
<!-- written by docs/reference/cypher.py; change that, or the queries in tests/query/cypher, not this -->

# Cypher without a server: what works

`kg query GRAPH --cypher QUERY` and `kg.query.cypher.select` run Cypher on the graph that the Neo4j exports write: the same labels,
types and [properties](neo4j.md). The language is that of Neo4j 5, the part of it that reads.

Each query below runs in the tests on the embedded engine and on a real Neo4j 5.26, and columns and rows are compared. Without
`ORDER BY` rows come in no order that is promised, here as there. `id()` and `elementId()` tell nodes apart, but are other values
than the server's. Sums of broken numbers may differ in their last digits.
"""


def page() -> str:
    """The whole page."""
    groups = [tomllib.loads((QUERIES / f"{name}.toml").read_text(encoding="utf-8")) for name in _names()]
    return "\n".join([HEAD, *map(_section, groups)])


def _names() -> list[str]:
    first = ["patterns", "clauses", "expressions", "functions", "refused"]
    return [*first, *sorted({p.stem for p in QUERIES.glob("*.toml")} - {*first})]


def _section(group: dict[str, Any]) -> str:
    if group.get("refused"):
        rows = [f"| {_cell(one['what'])} | {_cell(one['way'])} |" for one in group["query"]]
        return "\n".join((f"## {group['title']}\n", "| what | the way round |", "|---|---|", *rows, ""))
    rows = [f"| {_cell(one['what'])} | {_code(one['text'])} |" for one in group["query"]]
    return "\n".join((f"## {group['title']}\n", "| what | for instance |", "|---|---|", *rows, ""))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _code(query: str) -> str:
    text = _cell(" ".join(query.split()))
    fence = "``" if "`" in text else "`"
    space = " " if "`" in text else ""
    return f"{fence}{space}{text}{space}{fence}"


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
