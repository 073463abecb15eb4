"""What a build did and when, as PROV in a file of its own: times would change the bytes of all other files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from exports.files import replacing
from exports.iris import Iris, segment
from exports.rdf_nodes import version_of
from exports.triples import RDF_TYPE, literal, typed
from exports.turtle import document, prefixes_of
from ontology.terms import BASE, PREFIXES

if TYPE_CHECKING:
    from exports.triples import Node
    from kg.graph import Graph

__all__ = ["write"]


def write(graph: Graph, path: Path | str, *, started: datetime, ended: datetime, overwrite: bool = False, base: str = BASE) -> None:
    """Writes as Turtle when a graph was built, of which inputs, by which version; its run is that of the RDF exports.

    `started` and `ended` are moments with a time zone. The graph is named by its fingerprint. The file may be loaded beside an export
    of the same base: nodes of both have the same IRIs.

    Raises:
        UsageError: the file exists and `overwrite` is false, or the base is no web address.
        EnvironmentError_: it cannot be written.
    """
    iris = Iris(base)
    begun, done = (moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") for moment in (started, ended))
    prov, dcterms = PREFIXES["prov"], PREFIXES["dcterms"]
    build = f"<{iris.base}build/{graph.fingerprint}/{segment(begun)}>"
    made = f"<{iris.base}build/{graph.fingerprint}>"
    software = f"<{iris.software(version_of(graph))}>"
    inputs = [f"<{iris.input(about['name'])}>" for about in graph.manifest["inputs"]]
    said = [
        f"{RDF_TYPE} <{prov}Activity>",
        f"<{prov}startedAtTime> {typed(begun, 'dateTime')}",
        f"<{prov}endedAtTime> {typed(done, 'dateTime')}",
        f"<{prov}wasAssociatedWith> {software}",
        *(f"<{prov}used> {used}" for used in (f"<{iris.catalog}>", *inputs)),
    ]
    if graph.manifest["reader"]:
        said.append(f"<{dcterms}hasPart> <{iris.run(graph.manifest['reader'])}>")
    nodes: list[Node] = [
        (build, sorted(set(said))),
        (
            made,
            sorted(
                [
                    f"{RDF_TYPE} <{prov}Entity>",
                    f"<{prov}wasGeneratedBy> {build}",
                    f"<{dcterms}identifier> {literal(graph.fingerprint)}",
                ]
            ),
        ),
        (software, [f"{RDF_TYPE} <{prov}SoftwareAgent>", f"<{PREFIXES['schema']}softwareVersion> {literal(version_of(graph))}"]),
    ]
    with replacing(path, overwrite) as file:
        file.writelines(document(nodes, prefixes_of(base)))
