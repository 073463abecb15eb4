"""The words of the site for types and relations."""

from __future__ import annotations

from kg.model import ConceptRelation, ConceptType, Relation

PLURAL = {"Task": "Tasks", "Dataset": "Datasets", "Architecture": "Architectures", "Method": "Methods", "Metric": "Metrics"}
assert set(PLURAL) == {t.value for t in ConceptType}

#: What a paper does with a concept.
PAPER_WORDS: dict[Relation, str] = {
    Relation.PROPOSES: "proposes",
    Relation.COMPARES_WITH: "compares with",
    Relation.EVALUATES_ON: "evaluates on",
    Relation.ADDRESSES: "addresses",
    Relation.MEASURES: "measures",
    Relation.USES: "uses",
    Relation.MENTIONS: "mentions",
}
#: A relation between concepts, read from head to tail and back.
CONCEPT_WORDS: dict[ConceptRelation, tuple[str, str]] = {
    ConceptRelation.KIND_OF: ("is a kind of", "has the kind"),
    ConceptRelation.BASED_ON: ("is based on", "is the base of"),
    ConceptRelation.PART_OF: ("is part of", "has the part"),
    ConceptRelation.USED_FOR: ("is used for", "is done with"),
    ConceptRelation.EVALUATED_ON: ("is evaluated on", "is used to evaluate"),
    ConceptRelation.TRAINED_ON: ("is trained on", "is used to train"),
    ConceptRelation.MEASURED_BY: ("is measured by", "measures"),
    ConceptRelation.COMPARED_WITH: ("is compared with", "is compared with"),
}


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun.

    >>> count(1, "paper"), count(1200, "paper")
    ('1 paper', '1,200 papers')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def percent(share: float) -> str:
    """A share as a percentage of two digits that count.

    >>> percent(0.1234), percent(0.0123), percent(0.0004), percent(0.0), percent(1.0)
    ('12 %', '1.2 %', '0.04 %', '0 %', '100 %')
    """
    value = 100 * share
    for least, digits in ((10, 0), (1, 1), (0.1, 2)):
        if value >= least:
            return f"{value:.{digits}f} %"
    return f"{value:.2g} %" if value else "0 %"
