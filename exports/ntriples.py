"""RDF as N-Triples: one triple a line, the lines sorted by code point, each once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from exports import Written
from exports.files import replacing
from exports.rdf_sorted import write_sorted
from ontology.terms import BASE

if TYPE_CHECKING:
    from kg.graph import Graph

__all__ = ["write"]


def write(graph: Graph, path: Path | str, *, overwrite: bool = False, base: str = BASE) -> Written:
    """Writes the graph as N-Triples in UTF-8, sorted as `LC_ALL=C sort` would; memory does not grow with the papers.

    `base` is the web address under which all IRIs of ours are made.

    Raises:
        UsageError: the file exists and `overwrite` is false, or the base is no web address.
        EnvironmentError_: it cannot be written.
    """
    with replacing(path, overwrite, binary=True) as file:
        counts = write_sorted(graph, file, base)
    return Written("ntriples", (Path(path),), counts.as_dict())
