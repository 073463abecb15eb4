"""RDF as TriG: the blocks of Turtle in a named graph for each paper, and in one for what is not of one paper."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from exports import Written
from exports.files import replacing
from exports.rdf import named_graphs
from exports.turtle import blocks, header, prefixes_of, shortener
from ontology.terms import BASE

if TYPE_CHECKING:
    from kg.graph import Graph

__all__ = ["write"]


def write(graph: Graph, path: Path | str, *, overwrite: bool = False, base: str = BASE) -> Written:
    """Writes the graph as TriG in UTF-8; memory does not grow with the papers.

    `base` is the web address under which all IRIs of ours are made. Graphs come in the order of `exports.rdf.named_graphs`.

    Raises:
        UsageError: the file exists and `overwrite` is false, or the base is no web address.
        EnvironmentError_: it cannot be written.
    """
    prefixes = prefixes_of(base)
    short = shortener(prefixes)
    number = 0
    with named_graphs(graph, base) as (graphs, counts), replacing(path, overwrite) as file:
        file.writelines(header(prefixes))
        for name, nodes in graphs:
            number += 1
            file.write(f"\n{name} {{\n")
            file.writelines(blocks(nodes, short))
            file.write("}\n")
    return Written("trig", (Path(path),), {"graphs": number, **counts.as_dict()})
