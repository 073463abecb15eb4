"""Terms of VoID, DCAT and SPDX that a graph's RDF is described with. No graph holds them, so that they are not in the schema."""

from __future__ import annotations

from typing import Final, Literal, get_args

from ontology.terms import PREFIXES

__all__ = ["DESCRIBED", "SPACES", "DescriptionTerm", "expand_description"]

DescriptionTerm = Literal[
    "dcat:Distribution",
    "dcat:byteSize",
    "dcat:distribution",
    "dcat:mediaType",
    "dcterms:license",
    "spdx:Checksum",
    "spdx:algorithm",
    "spdx:checksum",
    "spdx:checksumValue",
    "void:Dataset",
    "void:Linkset",
    "void:class",
    "void:classPartition",
    "void:classes",
    "void:distinctSubjects",
    "void:documents",
    "void:entities",
    "void:exampleResource",
    "void:linkPredicate",
    "void:objectsTarget",
    "void:properties",
    "void:property",
    "void:propertyPartition",
    "void:subjectsTarget",
    "void:subset",
    "void:triples",
    "void:uriSpace",
    "void:vocabulary",
]
#: All of them.
DESCRIBED: Final[tuple[DescriptionTerm, ...]] = get_args(DescriptionTerm)
#: Namespaces that nothing else uses.
SPACES: Final = {"spdx": "http://spdx.org/rdf/terms#", "void": "http://rdfs.org/ns/void#"}


def expand_description(name: str) -> str:
    """The IRI of a term of a description, or of another of others.

    >>> expand_description("void:triples")
    'http://rdfs.org/ns/void#triples'
    """
    prefix, local = name.split(":", 1)
    return (SPACES.get(prefix) or PREFIXES[prefix]) + local
