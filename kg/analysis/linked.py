"""The concept that a name stands for."""

from __future__ import annotations

from kg.errors import UsageError, did_you_mean
from kg.graph import Graph
from kg.model import Concept


def one(graph: Graph, name: str) -> tuple[Concept, tuple[str, ...]]:
    """The concept of an id or name, and a note where the name has others too.

    Raises:
        UsageError: no such concept; the message names near ones.
    """
    found = graph.find(name)
    if not found:
        names = {n for c in graph.concepts() for n in (c.id, *c.names)}
        raise UsageError(f"no concept in the graph is called {name!r}; {did_you_mean(name, names)[:300]}")
    others = ", ".join(f"{c.id} ({c.type.value})" for c in found[1:6])
    return found[0], (f"{name!r} is taken for {found[0].id} ({found[0].type.value}); it may also mean {others}",) if others else ()
