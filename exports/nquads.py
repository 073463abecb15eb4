"""RDF as N-Quads: a named graph for each paper, and one for what is not of one paper."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from exports import Written
from exports.files import replacing
from exports.rdf_sorted import write_quads
from ontology.terms import BASE

if TYPE_CHECKING:
    from kg.graph import Graph

__all__ = ["write"]


def write(graph: Graph, path: Path | str, *, overwrite: bool = False, base: str = BASE) -> Written:
    """Writes the graph as N-Quads in UTF-8; memory does not grow with the papers.

    `base` is the web address under which all IRIs of ours are made. Graphs come in the order of `exports.rdf.named_graphs`, the lines
    of each are sorted by code point.

    Raises:
        UsageError: the file exists and `overwrite` is false, or the base is no web address.
        EnvironmentError_: it cannot be written.
    """
    with replacing(path, overwrite, binary=True) as file:
        counts = write_quads(graph, file, base)
    number = 1 + counts.by_kind.get("papers", 0)
    return Written("nquads", (Path(path),), {"graphs": number, **counts.as_dict()})
