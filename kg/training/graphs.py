"""Readings of curated papers as a graph, as `kg build` writes it, to be scored."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from kg.catalog import Catalog
from kg.graph import Graph, write_graph
from kg.model import Reading
from kg.training.gold import Curated


@contextmanager
def graph_of(papers: Sequence[Curated], readings: Sequence[Reading], catalog: Catalog) -> Iterator[Graph]:
    """The graph of papers and their readings, in the same order; it is gone after the `with`."""
    with tempfile.TemporaryDirectory(prefix="paperkg-") as folder:
        pairs = [(item.paper, reading) for item, reading in zip(papers, readings, strict=True)]
        yield write_graph(Path(folder) / "graph", pairs, catalog)
