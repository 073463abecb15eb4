"""The terms of `schema.ttl`, written by `python -m ontology.generate`: change the schema, not this.

A term of ours is its local name, one of others `prefix:local`. `KG.proposes` and `DCTERMS.title` are such strings: a misspelt one is no
attribute, and a misspelt string is no `Term` for a type checker.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

ClassName = Literal[
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
]
PropertyName = Literal[
    "proposes",
    "comparesWith",
    "evaluatesOn",
    "addresses",
    "measures",
    "uses",
    "mentions",
    "kindOf",
    "basedOn",
    "partOf",
    "usedFor",
    "evaluatedOn",
    "trainedOn",
    "measuredBy",
    "comparedWith",
    "evidence",
    "decisiveEvidence",
    "confidence",
    "support",
    "variant",
    "correction",
    "sentence",
    "sentenceStart",
    "sentenceEnd",
    "cue",
    "id",
    "venue",
    "sourceFile",
    "sourceLine",
    "position",
    "inOrder",
    "flag",
    "sha256",
    "reader",
    "settings",
    "acronym",
    "alsoType",
    "known",
    "origin",
    "paperCount",
]
ForeignName = Literal[
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
    "prov:Activity",
    "prov:Entity",
    "prov:SoftwareAgent",
    "prov:used",
    "prov:wasAssociatedWith",
    "prov:wasDerivedFrom",
    "prov:wasGeneratedBy",
    "prov:wasInfluencedBy",
    "rdf:Statement",
    "rdf:object",
    "rdf:predicate",
    "rdf:subject",
    "rdf:type",
    "schema:ScholarlyArticle",
    "schema:isPartOf",
    "schema:softwareVersion",
    "schema:text",
    "schema:url",
    "skos:Concept",
    "skos:ConceptScheme",
    "skos:altLabel",
    "skos:broader",
    "skos:exactMatch",
    "skos:inScheme",
    "skos:prefLabel",
    "skos:topConceptOf",
]
Term = Literal[ClassName, PropertyName, ForeignName]

#: Our classes.
CLASSES: Final[tuple[ClassName, ...]] = get_args(ClassName)
#: Our properties.
PROPERTIES: Final[tuple[PropertyName, ...]] = get_args(PropertyName)
#: Terms of others that an export may hold; nothing else of others is written.
FOREIGN: Final[tuple[ForeignName, ...]] = get_args(ForeignName)
#: Relations of papers to concepts and of concepts to each other: local name → (class of the subject, class of the object).
PATTERNS: Final[dict[PropertyName, tuple[ClassName, ClassName]]] = {
    "proposes": ("Paper", "Concept"),
    "comparesWith": ("Paper", "Concept"),
    "evaluatesOn": ("Paper", "Concept"),
    "addresses": ("Paper", "Concept"),
    "measures": ("Paper", "Concept"),
    "uses": ("Paper", "Concept"),
    "mentions": ("Paper", "Concept"),
    "kindOf": ("Concept", "Concept"),
    "basedOn": ("Concept", "Concept"),
    "partOf": ("Concept", "Concept"),
    "usedFor": ("Concept", "Concept"),
    "evaluatedOn": ("Concept", "Concept"),
    "trainedOn": ("Concept", "Concept"),
    "measuredBy": ("Concept", "Concept"),
    "comparedWith": ("Concept", "Concept"),
}


class KG:
    """Our terms."""

    Paper: Final = "Paper"
    Field: Final = "Field"
    Concept: Final = "Concept"
    Task: Final = "Task"
    Dataset: Final = "Dataset"
    Architecture: Final = "Architecture"
    Method: Final = "Method"
    Metric: Final = "Metric"
    Statement: Final = "Statement"
    Link: Final = "Link"
    ConceptRelation: Final = "ConceptRelation"
    Evidence: Final = "Evidence"
    proposes: Final = "proposes"
    comparesWith: Final = "comparesWith"
    evaluatesOn: Final = "evaluatesOn"
    addresses: Final = "addresses"
    measures: Final = "measures"
    uses: Final = "uses"
    mentions: Final = "mentions"
    kindOf: Final = "kindOf"
    basedOn: Final = "basedOn"
    partOf: Final = "partOf"
    usedFor: Final = "usedFor"
    evaluatedOn: Final = "evaluatedOn"
    trainedOn: Final = "trainedOn"
    measuredBy: Final = "measuredBy"
    comparedWith: Final = "comparedWith"
    evidence: Final = "evidence"
    decisiveEvidence: Final = "decisiveEvidence"
    confidence: Final = "confidence"
    support: Final = "support"
    variant: Final = "variant"
    correction: Final = "correction"
    sentence: Final = "sentence"
    sentenceStart: Final = "sentenceStart"
    sentenceEnd: Final = "sentenceEnd"
    cue: Final = "cue"
    id: Final = "id"
    venue: Final = "venue"
    sourceFile: Final = "sourceFile"
    sourceLine: Final = "sourceLine"
    position: Final = "position"
    inOrder: Final = "inOrder"
    flag: Final = "flag"
    sha256: Final = "sha256"
    reader: Final = "reader"
    settings: Final = "settings"
    acronym: Final = "acronym"
    alsoType: Final = "alsoType"
    known: Final = "known"
    origin: Final = "origin"
    paperCount: Final = "paperCount"


class BIBO:
    """Terms of `bibo:`."""

    doi: Final = "bibo:doi"


class DCAT:
    """Terms of `dcat:`."""

    Dataset: Final = "dcat:Dataset"


class DCTERMS:
    """Terms of `dcterms:`."""

    abstract: Final = "dcterms:abstract"
    creator: Final = "dcterms:creator"
    identifier: Final = "dcterms:identifier"
    issued: Final = "dcterms:issued"
    replaces: Final = "dcterms:replaces"
    title: Final = "dcterms:title"


class FABIO:
    """Terms of `fabio:`."""

    ConferencePaper: Final = "fabio:ConferencePaper"
    JournalArticle: Final = "fabio:JournalArticle"
    Preprint: Final = "fabio:Preprint"
    ResearchPaper: Final = "fabio:ResearchPaper"
    hasArXivId: Final = "fabio:hasArXivId"


class FOAF:
    """Terms of `foaf:`."""

    Person: Final = "foaf:Person"
    name: Final = "foaf:name"


class MLS:
    """Terms of `mls:`."""

    Algorithm: Final = "mls:Algorithm"
    Dataset: Final = "mls:Dataset"
    EvaluationMeasure: Final = "mls:EvaluationMeasure"
    Task: Final = "mls:Task"


class OA:
    """Terms of `oa:`."""

    Annotation: Final = "oa:Annotation"
    SpecificResource: Final = "oa:SpecificResource"
    TextPositionSelector: Final = "oa:TextPositionSelector"
    TextQuoteSelector: Final = "oa:TextQuoteSelector"
    describing: Final = "oa:describing"
    end: Final = "oa:end"
    exact: Final = "oa:exact"
    hasBody: Final = "oa:hasBody"
    hasSelector: Final = "oa:hasSelector"
    hasSource: Final = "oa:hasSource"
    hasTarget: Final = "oa:hasTarget"
    identifying: Final = "oa:identifying"
    motivatedBy: Final = "oa:motivatedBy"
    prefix: Final = "oa:prefix"
    start: Final = "oa:start"
    suffix: Final = "oa:suffix"


class OWL:
    """Terms of `owl:`."""

    sameAs: Final = "owl:sameAs"


class PROV:
    """Terms of `prov:`."""

    Activity: Final = "prov:Activity"
    Entity: Final = "prov:Entity"
    SoftwareAgent: Final = "prov:SoftwareAgent"
    used: Final = "prov:used"
    wasAssociatedWith: Final = "prov:wasAssociatedWith"
    wasDerivedFrom: Final = "prov:wasDerivedFrom"
    wasGeneratedBy: Final = "prov:wasGeneratedBy"
    wasInfluencedBy: Final = "prov:wasInfluencedBy"


class RDF:
    """Terms of `rdf:`."""

    Statement: Final = "rdf:Statement"
    object: Final = "rdf:object"
    predicate: Final = "rdf:predicate"
    subject: Final = "rdf:subject"
    type: Final = "rdf:type"


class SCHEMA:
    """Terms of `schema:`."""

    ScholarlyArticle: Final = "schema:ScholarlyArticle"
    isPartOf: Final = "schema:isPartOf"
    softwareVersion: Final = "schema:softwareVersion"
    text: Final = "schema:text"
    url: Final = "schema:url"


class SKOS:
    """Terms of `skos:`."""

    Concept: Final = "skos:Concept"
    ConceptScheme: Final = "skos:ConceptScheme"
    altLabel: Final = "skos:altLabel"
    broader: Final = "skos:broader"
    exactMatch: Final = "skos:exactMatch"
    inScheme: Final = "skos:inScheme"
    prefLabel: Final = "skos:prefLabel"
    topConceptOf: Final = "skos:topConceptOf"
