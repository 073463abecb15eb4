"""The tiny corpus, and what people might correct in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg.catalog import Catalog
from kg.corrections import Outcome, read_corrections
from kg.graph import Graph, write_graph
from kg.model import Link, Paper, Reading

Line = dict[str, Any]
PRISM, LORA, QUESTION, PROBE, REVISITED = (
    "arxiv:2401.00001",
    "arxiv:2402.00002",
    "acl:2023.tiny-main.3",
    "title:emoji-probe",
    "title:prism-attention-revisited",
)


def write_lines(path: Path, *lines: Line | str) -> Path:
    """A file of corrections."""
    path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture
def lines() -> Callable[..., Path]:
    """Writes lines to a file of corrections."""
    return write_lines


class Corrected:
    """A graph with corrections, and what came of them."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.outcomes: list[Outcome] = list(graph.corrections())

    def link(self, paper: str, concept: str) -> Link | None:
        return next((k for k in self.graph.links() if (k.paper, k.concept) == (paper, concept)), None)

    def said(self) -> list[tuple[str, str]]:
        return [(o.status.value, o.reason) for o in self.outcomes]


@pytest.fixture
def correct(tmp_path: Path, tiny_readings: list[tuple[Paper, Reading]], tiny_catalog: Catalog) -> Callable[..., Corrected]:
    """The tiny graph, written with corrections."""

    def run(*given: Line) -> Corrected:
        found, failed = read_corrections([write_lines(tmp_path / "c.jsonl", *given)])
        assert not failed
        return Corrected(write_graph(tmp_path / "graph", tiny_readings, tiny_catalog, corrections=found, overwrite=True))

    return run
