"""The awkward graph as files of all RDF formats that can hold its controls, written once."""

from __future__ import annotations

from pathlib import Path

import pytest

from exports import export
from kg.graph import Graph

SUFFIXES = {"ntriples": "nt", "turtle": "ttl", "jsonld": "jsonld", "nquads": "nq", "trig": "trig"}


@pytest.fixture(scope="session")
def rdf_files(awkward_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Format → file."""
    folder = tmp_path_factory.mktemp("rdf")
    files = {name: folder / f"graph.{suffix}" for name, suffix in SUFFIXES.items()}
    for name, path in files.items():
        export(awkward_graph, name, path)
    return files
