"""What the analyses start from: the concepts that each paper is linked to."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from kg.errors import UsageError, did_you_mean
from kg.graph import Graph
from kg.model import Concept, ConceptType


def by_paper(graph: Graph) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Papers that have links, with the rows of these (concept, relation, confidence), sorted by paper, then concept."""
    rows = graph.rows("links", ["paper", "concept", "relation", "confidence"])
    return ((paper, list(own)) for paper, own in groupby(rows, key=lambda r: r["paper"]))


def concepts_of(graph: Graph, type_: ConceptType | None = None) -> dict[str, Concept]:
    """The concepts that papers are linked to, by id, sorted; all or those of a type."""
    counts = graph.paper_counts()
    return {c.id: c for c in graph.concepts() if counts[c.id] and type_ in (None, c.type)}


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
