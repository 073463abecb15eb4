"""The base, the prefixes, and the terms of the graph: our own, and those of others that we write.

`ontology.names` is made from `ontology/schema.ttl`, which defines each term.
"""

from __future__ import annotations

from ontology.names import CLASSES, FOREIGN, PATTERNS, PROPERTIES, ClassName, ForeignName, PropertyName, Term

__all__ = [
    "BASE",
    "CLASSES",
    "ELSEWHERE",
    "FOREIGN",
    "ONTOLOGY",
    "PATTERNS",
    "PREFIX",
    "PREFIXES",
    "PROPERTIES",
    "TYPED_AS",
    "ClassName",
    "ForeignName",
    "PropertyName",
    "Term",
    "expand",
]

#: The base under which everything of ours lives unless an export says otherwise. Data are in `BASE` itself, terms in `BASE + ONTOLOGY`.
BASE = "https://example.org/kg/"
ONTOLOGY = "ontology#"
#: The prefix of our own terms in Turtle, JSON-LD and the files of this folder.
PREFIX = "kg"

#: Namespaces of others by prefix; the prefix of our own is `PREFIX` and depends on the base.
PREFIXES: dict[str, str] = {
    "bibo": "http://purl.org/ontology/bibo/",
    "cskg": "http://scholkg.kmi.open.ac.uk/cskg/ontology#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "fabio": "http://purl.org/spar/fabio/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "lpwc": "https://linkedpaperswithcode.com/property/",
    "lpwcclass": "https://linkedpaperswithcode.com/class/",
    "mls": "http://www.w3.org/ns/mls#",
    "mlso": "http://w3id.org/mlso/",
    "oa": "http://www.w3.org/ns/oa#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

#: Classes of others that a concept of a type is also given.
TYPED_AS: dict[str, tuple[ForeignName, ...]] = {
    "Task": ("mls:Task",),
    "Dataset": ("mls:Dataset", "dcat:Dataset"),
    "Architecture": (),
    "Method": ("mls:Algorithm",),
    "Metric": ("mls:EvaluationMeasure",),
}

#: Namespaces of identifiers elsewhere that are concepts of others, as a catalog writes them: `wikidata:Q844240`.
ELSEWHERE: dict[str, str] = {
    "cso": "https://cso.kmi.open.ac.uk/topics/",
    "lpwc": "https://linkedpaperswithcode.com/",
    "mlso": "http://w3id.org/mlso/vocab/",
    "wikidata": "http://www.wikidata.org/entity/",
}


def expand(name: ForeignName) -> str:
    """The IRI of a term of others.

    >>> expand("skos:prefLabel")
    'http://www.w3.org/2004/02/skos/core#prefLabel'
    """
    prefix, local = name.split(":", 1)
    return PREFIXES[prefix] + local
