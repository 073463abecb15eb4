"""The concept that a name stands for."""

from __future__ import annotations

from kg.errors import UsageError, did_you_mean
from kg.graph import Graph
from kg.model import Concept
from kg.rows import row_concept
from kg.tables import find_rows
from kg.text import fold


def one(graph: Graph, name: str) -> tuple[Concept, tuple[str, ...]]:
    """The concept of an id or name, and a note where the name has others too.

    Raises:
        UsageError: no such concept; the message names near ones.
    """
    found = _asked(graph, name) or graph.find(name)
    if not found:
        names = {n for c in graph.concepts() for n in (c.id, *c.names)}
        raise UsageError(f"no concept in the graph is called {name!r}; {did_you_mean(name, names)}")
    others = ", ".join(f"{c.id} ({c.type.value})" for c in found[1:6])
    return found[0], (f"{name!r} is taken for {found[0].id} ({found[0].type.value}); it may also mean {others}",) if others else ()


def _asked(graph: Graph, name: str) -> list[Concept]:
    """What `Graph.find` gives, from the rows of the tables that have the name: without all concepts and names in memory."""
    ids = {r["concept"] for r in find_rows(graph.path / "names.parquet", "key", fold(name))} | {name}
    rows = [row for i in sorted(ids) for row in find_rows(graph.path / "concepts.parquet", "id", i)]
    return [row_concept(row) for row in sorted(rows, key=lambda r: (r["id"] != name, -r["papers"], r["id"]))]
