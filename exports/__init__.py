"""Ways out of the graph: one module a target, each with `write(graph, path, …) -> Written`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from kg.graph import Graph

__all__ = ["FORMATS", "Format", "Written", "formats", "writer"]


@dataclass(frozen=True, slots=True)
class Written:
    """What an export wrote: the files, how many of what, and what the user should know or do next."""

    format: str
    paths: tuple[Path, ...]
    counts: dict[str, int]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Format:
    """A target: where its `write` is, whether it writes a folder, and what it is in a line."""

    name: str
    module: str
    suffix: str
    about: str

    @property
    def folder(self) -> bool:
        """Whether the target is a folder of files."""
        return self.suffix == ""


#: The targets that ship with paperkg, in the order in which they are shown.
FORMATS: tuple[Format, ...] = (
    Format("jsonl", "exports.links_jsonl", ".jsonl", "links, one a line, with mentions and sentences"),
    Format("relations-jsonl", "exports.relations_jsonl", ".jsonl", "relations between concepts read in the texts, one a line"),
    Format("turtle", "exports.turtle", ".ttl", "RDF as Turtle, sorted"),
    Format("ntriples", "exports.ntriples", ".nt", "RDF as N-Triples, sorted"),
    Format("nquads", "exports.nquads", ".nq", "RDF as N-Quads, a named graph for each paper"),
    Format("trig", "exports.trig", ".trig", "RDF as TriG, a named graph for each paper"),
    Format("rdfxml", "exports.rdfxml", ".rdf", "RDF/XML, sorted"),
    Format("jsonld", "exports.jsonld", ".jsonld", "RDF as JSON-LD with its context"),
    Format("void", "exports.void", ".ttl", "a description of the RDF in VoID and DCAT, with counts"),
    Format("sssom", "exports.sssom", ".sssom.tsv", "mappings of concepts to other vocabularies as SSSOM"),
    Format("neo4j-csv", "exports.neo4j_csv", "", "CSV files and the command for neo4j-admin database import full"),
    Format("cypher", "exports.cypher", ".cypher", "a Cypher script that can be run again without doubling anything"),
    Format("graphml", "exports.graphml", ".graphml", "GraphML for Gephi, yEd, igraph, networkx"),
    Format("csv", "exports.csv_tables", "", "papers, concepts, links and relations as CSV files"),
    Format("parquet", "exports.parquet", "", "the same tables as Parquet files"),
    Format("html", "exports.html", ".html", "one interactive page that needs no network"),
)


def formats() -> dict[str, Format]:
    """All targets by name: those that ship, then those of plug-ins (entry-point group `paperkg.exports`, value `module`)."""
    known = {f.name: f for f in FORMATS}
    for point in sorted(entry_points(group="paperkg.exports"), key=lambda p: p.name):
        known.setdefault(point.name, Format(point.name, point.value, "", f"plug-in {point.value}"))
    return known


def writer(name: str) -> Callable[..., Written]:
    """The `write` function of a target.

    Raises:
        UsageError: no such target; the message names the nearest ones.
    """
    known = formats()
    if name not in known:
        raise UsageError(f"no export format {name!r}; {did_you_mean(name, known)}")
    write: Any = import_module(known[name].module).write
    return write  # type: ignore[no-any-return]


def export(graph: Graph, name: str, path: Path | str, **options: Any) -> Written:
    """Writes a graph to a target by name; the same as `kg export`."""
    return writer(name)(graph, Path(path), **options)
