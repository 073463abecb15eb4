"""What a description of a graph's RDF must keep to (`kg export GRAPH void`), as `ontology.shapes` has it for the graph.

The shapes stand in a file of their own, `description.ttl`: a graph's datasets are `dcat:Dataset` too, and need not be described so.
"""

from __future__ import annotations

from typing import Final

from ontology.shapes import Property, Shape
from ontology.void import DescriptionTerm

__all__ = ["DESCRIPTION"]


def _number(path: DescriptionTerm, low: int = 1, equals: DescriptionTerm | None = None) -> Property:
    return Property(path, 1, 1, "integer", low=low, equals=equals)


#: All shapes of a description.
DESCRIPTION: Final[tuple[Shape, ...]] = (
    Shape(
        "dcat:Dataset",
        (
            Property("dcterms:title", 1, 1, "langString"),
            Property("dcterms:license", 0, 1, iri=True),
            Property("void:exampleResource", 0, 1, iri=True),
            Property("void:uriSpace", 1, 1, "string", length=1),
            Property("void:vocabulary", 1, iri=True),
            _number("void:triples"),
            _number("void:entities"),
            _number("void:distinctSubjects", equals="void:entities"),
            _number("void:classes"),
            _number("void:properties"),
            _number("void:documents", low=0),
            Property("void:classPartition", 1, classes=("void:Dataset",)),
            Property("void:propertyPartition", 1, classes=("void:Dataset",)),
            Property("void:subset", classes=("void:Linkset",)),
            Property("dcat:distribution", classes=("dcat:Distribution",)),
        ),
    ),
    # of what links lead to
    Shape("void:uriSpace", (Property("void:uriSpace", 1, 1, "string", length=1),), subjects_of=True),
    Shape("void:class", (Property("void:class", 1, 1, iri=True), _number("void:entities")), subjects_of=True),
    Shape("void:property", (Property("void:property", 1, 1, iri=True), _number("void:triples")), subjects_of=True),
    Shape(
        "void:Linkset",
        (
            Property("void:linkPredicate", 1, 1, among=("skos:exactMatch", "owl:sameAs")),
            Property("void:subjectsTarget", 1, 1, classes=("dcat:Dataset",)),
            Property("void:objectsTarget", 1, 1, classes=("void:Dataset",)),
            _number("void:triples"),
        ),
    ),
    Shape(
        "dcat:Distribution",
        (
            Property("dcterms:title", 1, 1, "string", length=1),
            Property("dcat:mediaType", 1, 1, iri=True),
            Property("dcat:byteSize", 1, 1, "nonNegativeInteger"),
            Property("spdx:checksum", 1, 1, classes=("spdx:Checksum",)),
        ),
    ),
    Shape(
        "spdx:Checksum",
        (Property("spdx:algorithm", 1, 1, iri=True), Property("spdx:checksumValue", 1, 1, "hexBinary", length=64)),
    ),
)
