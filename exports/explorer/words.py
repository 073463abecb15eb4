"""How our pages call types, relations and kinds of edges."""

from __future__ import annotations

from kg.model import ConceptRelation, ConceptType, Relation

#: Types of nodes with their plurals, in the order of the legend; `Paper` only where papers are nodes.
TYPES = {**{t.value: f"{t.value}s" for t in ConceptType}, "Paper": "Papers"}
#: Relation of a paper to a concept → words from the paper on, and from the concept on.
RELATIONS = {
    Relation.PROPOSES: ("proposes", "is proposed by"),
    Relation.COMPARES_WITH: ("compares with", "is compared with by"),
    Relation.EVALUATES_ON: ("evaluates on", "is evaluated on by"),
    Relation.ADDRESSES: ("addresses", "is addressed by"),
    Relation.MEASURES: ("measures", "is measured by"),
    Relation.USES: ("uses", "is used by"),
    Relation.MENTIONS: ("mentions", "is mentioned by"),
}
#: Relation between concepts → words from head to tail, and back.
CONCEPT_RELATIONS = {
    ConceptRelation.KIND_OF: ("is a kind of", "has the kind"),
    ConceptRelation.BASED_ON: ("is based on", "is the base of"),
    ConceptRelation.PART_OF: ("is part of", "has the part"),
    ConceptRelation.USED_FOR: ("is used for", "is done with"),
    ConceptRelation.EVALUATED_ON: ("is evaluated on", "is used to evaluate"),
    ConceptRelation.TRAINED_ON: ("is trained on", "is used to train"),
    ConceptRelation.MEASURED_BY: ("is measured by", "measures"),
    ConceptRelation.COMPARED_WITH: ("is compared with", "is compared with"),
}
#: Kinds of edges: name, how the legend calls them, what they mean. An edge's `kind` is its place here.
KINDS = (
    ("text", "Relations read in texts", "A sentence of a paper states the relation"),
    ("catalog", "Kinds, from the catalog", "The catalog's hierarchy says that one is a kind of the other; no paper has to"),
    ("together", "Named in the same papers", "Papers name both; no relation is stated"),
    ("link", "Papers and their concepts", "What a paper says of a concept"),
)
TEXT, CATALOG, TOGETHER, LINK = range(4)


def numbered(number: int, one: str, many: str = "") -> str:
    """A number with its noun.

    >>> numbered(1, "paper"), numbered(1200, "paper"), numbered(0, "entry", "entries")
    ('1 paper', '1,200 papers', '0 entries')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"
