"""RDF as Turtle: a block for each subject, sorted as the lines of N-Triples are, with prefixes for the terms."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from exports import Written
from exports.files import replacing
from exports.iris import Iris
from exports.rdf import sorted_nodes
from exports.rdf_sorted import write_sorted
from exports.triples import RDF_TYPE
from exports.turtle_blocks import TurtleBlocks
from kg.native import library
from ontology.terms import BASE, FOREIGN, PREFIX, PREFIXES

if TYPE_CHECKING:
    from exports.triples import Node
    from kg.graph import Graph

__all__ = ["blocks", "document", "header", "prefixes_of", "shortener", "write"]

#: What is sure to be a local name in every reader; anything else stays a whole IRI.
_LOCAL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
_BARE = {
    "integer": re.compile(r"[+-]?[0-9]+"),
    "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    "boolean": re.compile(r"true|false"),
}


def write(graph: Graph, path: Path | str, *, overwrite: bool = False, base: str = BASE) -> Written:
    """Writes the graph as Turtle in UTF-8; memory does not grow with the papers.

    `base` is the web address under which all IRIs of ours are made.

    Raises:
        UsageError: the file exists and `overwrite` is false, or the base is no web address.
        EnvironmentError_: it cannot be written.
    """
    prefixes, kernels = prefixes_of(base), library()
    if kernels is None:
        with sorted_nodes(graph, base) as (nodes, counts), replacing(path, overwrite) as file:
            file.writelines(document(nodes, prefixes))
    else:
        with replacing(path, overwrite, binary=True) as out:
            out.writelines(line.encode() for line in header(prefixes))
            turtle = TurtleBlocks(kernels, out, prefixes)
            counts = write_sorted(graph, turtle, base)
            turtle.end()
    return Written("turtle", (Path(path),), counts.as_dict())


def prefixes_of(base: str) -> dict[str, str]:
    """The prefixes of a file, those of others that are used and our own."""
    used = sorted({name.partition(":")[0] for name in FOREIGN} | {"xsd"})
    return {PREFIX: Iris(base).ontology, "concept": f"{Iris(base).base}concept/", **{prefix: PREFIXES[prefix] for prefix in used}}


def document(nodes: Iterable[Node], prefixes: Mapping[str, str]) -> Iterator[str]:
    """A whole file: the prefixes, and a block for each node."""
    yield from header(prefixes)
    yield from blocks(nodes, shortener(prefixes))


def header(prefixes: Mapping[str, str]) -> Iterator[str]:
    """The lines that declare prefixes."""
    return (f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in sorted(prefixes.items()))


def blocks(nodes: Iterable[Node], short: Callable[[str], str]) -> Iterator[str]:
    """The nodes as blocks, each with an empty line before it; `short` is what `shortener` makes."""
    return (f"\n{short(subject)} {_block(properties, short)} .\n" for subject, properties in nodes)


def _block(properties: list[str], short: Callable[[str], str]) -> str:
    """Predicates with their objects; the type comes first, as everyone expects."""
    pairs = [said.split(" ", 1) for said in properties]
    lines: list[str] = []
    for predicate, group in groupby(pairs, key=lambda pair: pair[0]):
        objects = ", ".join(short(object_) for _, object_ in group)
        if predicate == RDF_TYPE:
            lines.insert(0, f"a {objects}")
        else:
            lines.append(f"{short(predicate)} {objects}")
    return " ;\n    ".join(lines)


def shortener(prefixes: Mapping[str, str]) -> Callable[[str], str]:
    """Makes a function that writes a term of N-Triples as Turtle may write it shorter, and remembers what it did for IRIs."""
    by_namespace = {iri: prefix for prefix, iri in prefixes.items()}
    known: dict[str, str] = {}

    def name(term: str) -> str:
        iri = term[1:-1]
        cut = max(iri.rfind("/"), iri.rfind("#")) + 1
        prefix = by_namespace.get(iri[:cut])
        return f"{prefix}:{iri[cut:]}" if prefix and _LOCAL.fullmatch(iri[cut:]) else term

    def short(term: str) -> str:
        if term[0] == "<":
            if len(known) > 50_000:
                known.clear()
            if term not in known:
                known[term] = name(term)
            return known[term]
        if term[-1] != ">":
            return term
        value, _, datatype = term.rpartition("^^")
        written = name(datatype)
        bare = _BARE.get(written.removeprefix("xsd:"))
        return value[1:-1] if bare and bare.fullmatch(value[1:-1]) else f"{value}^^{written}"

    return short
