"""What a graph must keep to: the one table that `shapes.ttl` (SHACL), the streaming checks of `kg validate` and the constraints of
Neo4j are made from.

A `Shape` is about all nodes of a class. Its `Property` records are core SHACL; a `Rule` spans several nodes and is a query.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from ontology.names import PATTERNS, ClassName, PropertyName, Term
from ontology.signatures import TYPES, restricted
from ontology.void import DescriptionTerm

__all__ = ["KEYS", "SHAPES", "AnyTerm", "Property", "Rule", "Severity", "Shape", "shape_name", "uniqueness"]

Severity = Literal["Violation", "Warning"]
Datatype = Literal["", "string", "langString", "integer", "nonNegativeInteger", "decimal", "boolean", "gYear", "hexBinary"]
#: What a shape speaks of.
AnyTerm = Term | DescriptionTerm


@dataclass(frozen=True, slots=True)
class Property:
    """What holds of the values of one property of a node.

    `least` and `most` count values; `length` is that of the shortest text; `low` and `high` bound a number, inclusively. A value is
    of one of `classes`, one of `among`, an IRI where `iri`; smaller than each value of `below`; the values are those of `equals`,
    and none of those of `disjoint`.
    """

    path: AnyTerm
    least: int = 0
    most: int | None = None
    datatype: Datatype = ""
    iri: bool = False
    length: int = 0
    low: int | None = None
    high: int | None = None
    classes: tuple[AnyTerm, ...] = ()
    among: tuple[AnyTerm, ...] = ()
    below: AnyTerm | None = None
    equals: AnyTerm | None = None
    disjoint: AnyTerm | None = None
    unique_language: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """What no property says alone. `select` finds the nodes that break it; `kg.validate.joins` has the same in SQL, by `name`."""

    name: str
    message: str
    select: str


@dataclass(frozen=True, slots=True)
class Shape:
    """What holds of the nodes of a class; or, with `subjects_of`, of those that have a property.

    `one_of`: a node is of exactly one of these classes.
    """

    target: AnyTerm
    properties: tuple[Property, ...] = ()
    rules: tuple[Rule, ...] = ()
    one_of: tuple[AnyTerm, ...] = ()
    subjects_of: bool = False
    severity: Severity = "Violation"


def shape_name(shape: Shape) -> str:
    """The local name of a shape.

    >>> shape_name(SHAPES[0]), shape_name(SHAPES[-1])
    ('PaperShape', 'comparedWithShape')
    """
    return f"{shape.target.rpartition(':')[2]}Shape"


def _text(path: Term, least: int = 0, most: int | None = 1) -> Property:
    return Property(path, least, most, "string", length=1)


def _relations(subject: ClassName) -> tuple[PropertyName, ...]:
    return tuple(name for name, (head, _) in PATTERNS.items() if head == subject)


def _to_concepts(subject: ClassName) -> tuple[Property, ...]:
    return tuple(Property(name, classes=("Concept",)) for name in _relations(subject))


def _statement(subject: ClassName) -> tuple[Property, ...]:
    return (
        Property("rdf:subject", 1, 1, classes=(subject,)),
        Property("rdf:predicate", 1, 1, among=_relations(subject)),
        Property("rdf:object", 1, 1, classes=("Concept",)),
        Property("confidence", 1, 1, "decimal", low=0, high=1),
    )


def _key(kind: ClassName) -> Rule:
    select = f"SELECT $this ?value WHERE {{ $this kg:id ?value . ?other kg:id ?value ; a kg:{kind} . FILTER (?other != $this) }}"
    return Rule("key", "Another has the same id.", select)


_TRIPLE: Final = Rule(
    "triple",
    "The plain triple of this statement is missing.",
    "SELECT $this WHERE { $this rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o . "
    f"FILTER (?p IN ({', '.join(f'kg:{name}' for name in PATTERNS)})) FILTER NOT EXISTS {{ ?s ?p ?o }} }}",
)
_DECISIVE: Final = Rule(
    "decisive",
    "The decisive evidence is none of the evidence.",
    "SELECT $this ?value WHERE { $this kg:decisiveEvidence ?value . FILTER NOT EXISTS { $this kg:evidence ?value } }",
)
_READ: Final = Rule(
    "read",
    "It is derived from a paper, but no place of the text is decisive.",
    "SELECT $this WHERE { $this prov:wasDerivedFrom ?paper . ?paper a kg:Paper . FILTER NOT EXISTS { $this kg:decisiveEvidence ?place } }",
)
_UNREAD: Final = Rule(
    "unread",
    "It is derived from no paper, and yet has evidence.",
    "SELECT $this ?value WHERE { $this prov:wasDerivedFrom ?source ; kg:evidence ?value . FILTER NOT EXISTS { ?source a kg:Paper } }",
)
_VERBATIM: Final = Rule(
    "verbatim",
    "The text of the field at these offsets is not the quoted text.",
    "SELECT $this ?value WHERE { $this oa:hasSource/schema:text ?text ; oa:hasSelector ?position, ?quote . "
    "?position oa:start ?start ; oa:end ?end . ?quote oa:exact ?value . "
    "FILTER (IF(REGEX(CONCAT(STR(?start), STR(?end)), '^[0-9]+$'), SUBSTR(?text, ?start + 1, ?end - ?start) != ?value, false)) }",
)


def _signature(name: PropertyName) -> Shape:
    pairs = restricted()[name]
    papers = PATTERNS[name][0] == "Paper"
    if papers:
        said = " || ".join(f"?tail = kg:{tail}" for _, tail in sorted(pairs))
        fits = f"?value rdf:type|kg:alsoType ?tail . FILTER ({said})"
    else:
        said = " || ".join(f"?head = kg:{head} && ?tail = kg:{tail}" for head, tail in sorted(pairs))
        fits = f"$this rdf:type|kg:alsoType ?head . ?value rdf:type|kg:alsoType ?tail . FILTER ({said})"
    rule = Rule(
        "signature",
        f"{name} is not expected between these types.",
        f"SELECT $this ?value WHERE {{ $this kg:{name} ?value . FILTER NOT EXISTS {{ {fits} }} }}",
    )
    return Shape(name, rules=(rule,), subjects_of=True, severity="Warning")


#: All shapes; those of expected types come last.
SHAPES: Final[tuple[Shape, ...]] = (
    Shape(
        "Paper",
        (
            _text("id", 1),
            _text("dcterms:title", 1),
            Property("dcterms:abstract", 0, 1, "string"),
            Property("dcterms:issued", 0, 1, "gYear"),
            Property("dcterms:creator", classes=("foaf:Person",)),
            Property("schema:url", iri=True),
            Property("owl:sameAs", iri=True),
            Property("fabio:hasArXivId", 0, 1, "string"),
            Property("bibo:doi", 0, 1, "string"),
            Property("venue", 0, 1, "string"),
            _text("sourceFile"),
            Property("sourceLine", 0, 1, "integer", low=1),
            *_to_concepts("Paper"),
        ),
        (_key("Paper"),),
        ("fabio:ConferencePaper", "fabio:JournalArticle", "fabio:Preprint", "fabio:ResearchPaper"),
    ),
    Shape(
        "Field",
        (Property("schema:isPartOf", 1, 1, classes=("Paper",)), _text("schema:text", 1)),
    ),
    Shape("foaf:Person", (Property("foaf:name", 1, 1, "string"),)),
    Shape(
        "Concept",
        (
            _text("id", 1),
            Property("skos:prefLabel", 1, None, "langString", disjoint="skos:altLabel", unique_language=True),
            Property("skos:altLabel", datatype="langString"),
            Property("acronym", datatype="langString"),
            Property("skos:inScheme", 1, 1, classes=("skos:ConceptScheme",)),
            Property("skos:broader", classes=("Concept",)),
            Property("skos:topConceptOf", classes=("skos:ConceptScheme",)),
            Property("skos:exactMatch", iri=True),
            Property("dcterms:replaces", iri=True),
            Property("known", 1, 1, "boolean"),
            _text("origin"),
            Property("paperCount", 0, 1, "integer", low=0),
            Property("alsoType", among=TYPES),
            *_to_concepts("Concept"),
        ),
        (_key("Concept"),),
        TYPES,
    ),
    Shape("skos:ConceptScheme", (Property("dcterms:title", 1, 1, "langString"),)),
    # where statements come from: inputs and the catalog, the run that read papers, and with what
    Shape("prov:Entity", (Property("dcterms:title", 0, 1), _text("sha256"))),
    Shape(
        "prov:Activity",
        (
            Property("prov:used", 1, classes=("prov:Entity",)),
            Property("prov:wasAssociatedWith", 1, 1, classes=("prov:SoftwareAgent",)),
            _text("reader"),
            Property("settings", 0, 1, "string"),
        ),
    ),
    Shape("prov:SoftwareAgent", (_text("schema:softwareVersion", 1),)),
    Shape(
        "Link",
        (
            *_statement("Paper"),
            Property("prov:wasDerivedFrom", 1, 1, classes=("Paper",), equals="rdf:subject"),
            Property("evidence", 1, classes=("Evidence",)),
            Property("decisiveEvidence", 1, 1, classes=("Evidence",)),
            _text("sentence", 1),
            Property("support", 1, 1, "integer", low=1),
            _text("variant"),
            _text("correction", most=None),
            Property("prov:wasInfluencedBy", 0, 1, classes=("prov:Entity",)),
            Property("prov:wasGeneratedBy", 0, 1, classes=("prov:Activity",)),
        ),
        (_TRIPLE, _DECISIVE),
    ),
    Shape(
        "ConceptRelation",
        (
            *_statement("Concept"),
            Property("prov:wasDerivedFrom", 1, 1, classes=("Paper", "prov:Entity")),
            Property("evidence", classes=("Evidence",)),
            Property("decisiveEvidence", 0, 1, classes=("Evidence",)),
            _text("sentence"),
            Property("support", 0, 1, "integer", low=1),
            Property("prov:wasGeneratedBy", 0, 1, classes=("prov:Activity",)),
        ),
        (_TRIPLE, _DECISIVE, _READ, _UNREAD),
    ),
    Shape(
        "Evidence",
        (
            Property("oa:hasBody", 1, 1, classes=("Concept", "ConceptRelation")),
            Property("oa:motivatedBy", 1, 1, among=("oa:identifying", "oa:describing")),
            Property("oa:hasTarget", 1, 1, classes=("oa:SpecificResource",)),
            _text("sentence"),
            Property("sentenceStart", 0, 1, "nonNegativeInteger", below="sentenceEnd"),
            Property("sentenceEnd", 0, 1, "nonNegativeInteger"),
            _text("cue"),
        ),
    ),
    Shape(
        "oa:SpecificResource",
        (
            Property("oa:hasSource", 1, 1, classes=("Field",)),
            Property("oa:hasSelector", 2, 2, classes=("oa:TextPositionSelector", "oa:TextQuoteSelector")),
        ),
        (_VERBATIM,),
    ),
    Shape(
        "oa:TextPositionSelector",
        (
            Property("oa:start", 1, 1, "nonNegativeInteger", below="oa:end"),
            Property("oa:end", 1, 1, "nonNegativeInteger"),
        ),
    ),
    Shape(
        "oa:TextQuoteSelector",
        (_text("oa:exact", 1), Property("oa:prefix", 0, 1, "string"), Property("oa:suffix", 0, 1, "string")),
    ),
    *(_signature(name) for name in restricted()),
)

#: Class → the property that no two of its nodes share.
KEYS: Final[dict[AnyTerm, PropertyName]] = {shape.target: "id" for shape in SHAPES if any(rule.name == "key" for rule in shape.rules)}


def uniqueness(label: str, key: str) -> str:
    """The constraint of Neo4j that says of nodes with a label what `KEYS` says of a class.

    >>> uniqueness("Paper", "id")
    'CREATE CONSTRAINT paperkg_paper_id IF NOT EXISTS FOR (n:Paper) REQUIRE n.id IS UNIQUE'
    """
    return f"CREATE CONSTRAINT paperkg_{label.lower()}_{key} IF NOT EXISTS FOR (n:{label}) REQUIRE n.{key} IS UNIQUE"
