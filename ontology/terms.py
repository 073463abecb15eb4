"""The terms of the graph as Python constants: our own, and those of others that we write.

A test holds `CLASSES`, `PROPERTIES`, `FOREIGN` and the patterns equal to `ontology/schema.ttl`, which defines each of them.
"""

from __future__ import annotations

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

#: Our classes.
CLASSES: tuple[str, ...] = (
    "Paper",
    "Field",
    "Concept",
    "Task",
    "Dataset",
    "Architecture",
    "Method",
    "Metric",
    "Statement",
    "Link",
    "ConceptRelation",
    "Evidence",
)

#: Relations of papers to concepts and of concepts to each other: local name → (class of the subject, class of the object).
PATTERNS: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("proposes", "comparesWith", "evaluatesOn", "addresses", "measures", "uses", "mentions"), ("Paper", "Concept")),
    **dict.fromkeys(
        ("kindOf", "basedOn", "partOf", "usedFor", "evaluatedOn", "trainedOn", "measuredBy", "comparedWith"), ("Concept", "Concept")
    ),
}

#: Our properties.
PROPERTIES: tuple[str, ...] = (
    *PATTERNS,
    "acronym",
    "alsoType",
    "confidence",
    "cue",
    "decisiveEvidence",
    "evidence",
    "id",
    "known",
    "origin",
    "paperCount",
    "sentence",
    "sentenceEnd",
    "sentenceStart",
    "sourceFile",
    "sourceLine",
    "support",
    "variant",
    "venue",
)

#: Classes of others that a concept of a type is also given.
TYPED_AS: dict[str, tuple[str, ...]] = {
    "Task": ("mls:Task",),
    "Dataset": ("mls:Dataset", "dcat:Dataset"),
    "Architecture": (),
    "Method": ("mls:Algorithm",),
    "Metric": ("mls:EvaluationMeasure",),
}

#: Terms of others that an export may hold; nothing else of others is written.
FOREIGN: tuple[str, ...] = (
    "bibo:doi",
    "dcat:Dataset",
    "dcterms:abstract",
    "dcterms:creator",
    "dcterms:identifier",
    "dcterms:issued",
    "dcterms:replaces",
    "dcterms:title",
    "fabio:ConferencePaper",
    "fabio:JournalArticle",
    "fabio:Preprint",
    "fabio:ResearchPaper",
    "fabio:hasArXivId",
    "foaf:Person",
    "foaf:name",
    "mls:Algorithm",
    "mls:Dataset",
    "mls:EvaluationMeasure",
    "mls:Task",
    "oa:Annotation",
    "oa:SpecificResource",
    "oa:TextPositionSelector",
    "oa:TextQuoteSelector",
    "oa:describing",
    "oa:end",
    "oa:exact",
    "oa:hasBody",
    "oa:hasSelector",
    "oa:hasSource",
    "oa:hasTarget",
    "oa:identifying",
    "oa:motivatedBy",
    "oa:prefix",
    "oa:start",
    "oa:suffix",
    "owl:sameAs",
    "prov:Entity",
    "prov:wasDerivedFrom",
    "rdf:Statement",
    "rdf:object",
    "rdf:predicate",
    "rdf:subject",
    "rdf:type",
    "schema:ScholarlyArticle",
    "schema:isPartOf",
    "schema:text",
    "schema:url",
    "skos:Concept",
    "skos:ConceptScheme",
    "skos:altLabel",
    "skos:broader",
    "skos:exactMatch",
    "skos:inScheme",
    "skos:prefLabel",
)

#: Namespaces of identifiers elsewhere that are concepts of others, as a catalog writes them: `wikidata:Q844240`.
ELSEWHERE: dict[str, str] = {
    "cso": "https://cso.kmi.open.ac.uk/topics/",
    "lpwc": "https://linkedpaperswithcode.com/",
    "mlso": "http://w3id.org/mlso/vocab/",
    "wikidata": "http://www.wikidata.org/entity/",
}


def expand(name: str) -> str:
    """The IRI of a term of others.

    >>> expand("skos:prefLabel")
    'http://www.w3.org/2004/02/skos/core#prefLabel'
    """
    prefix, local = name.split(":", 1)
    return PREFIXES[prefix] + local
