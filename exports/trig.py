"""RDF as TriG: the blocks of Turtle in a named graph for each paper, and in one for what is not of one paper."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from exports import Written
from exports.files import replacing
from exports.rdf import named_graphs
from exports.rdf_sorted import write_graphs
from exports.turtle import blocks, header, prefixes_of, shortener
from exports.turtle_blocks import TurtleBlocks
from kg.native import library
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
    if (kernels := library()) is not None:
        with replacing(path, overwrite, binary=True) as out:
            out.writelines(line.encode() for line in header(prefixes))
            turtle = TurtleBlocks(kernels, out, prefixes)

            def begin(name: str) -> None:
                out.write(f"\n<{name}> {{\n".encode())

            def end() -> None:
                turtle.end()
                out.write(b"}\n")

            counts = write_graphs(graph, turtle, base, begin, end)
    else:
        short = shortener(prefixes)
        with named_graphs(graph, base) as (graphs, counts), replacing(path, overwrite) as file:
            file.writelines(header(prefixes))
            for name, nodes in graphs:
                file.write(f"\n{name} {{\n")
                file.writelines(blocks(nodes, short))
                file.write("}\n")
    # one of what is not of one paper
    return Written("trig", (Path(path),), {"graphs": 1 + counts.by_kind.get("papers", 0), **counts.as_dict()})
