"""What may stand between what: for each relation the pairs of types that it usually holds between.

Every relation holds from a paper or a concept to a concept, whatever the types; anything else is an error. Within that, the types of
head and tail are expected, not demanded: texts say that a model is used for a dataset, and curators agree. The pairs below hold for
99 of 100 curated links and relations (a test counts them), where a concept counts as its main type and as each acceptable one. What
is outside is a warning: often a mistake of reading, sometimes the truth.

The SHACL shapes (`ontology.shapes`) and the checks of `kg validate` are made from this table.
"""

from __future__ import annotations

from itertools import product
from typing import Final

from ontology.names import PATTERNS, ClassName, PropertyName

__all__ = ["SIGNATURES", "TYPES", "restricted"]

#: The types of concepts, of which each concept has one main type.
TYPES: Final[tuple[ClassName, ...]] = ("Task", "Dataset", "Architecture", "Method", "Metric")
Pairs = frozenset[tuple[ClassName, ClassName]]

_MODELS: Final[tuple[ClassName, ...]] = ("Architecture", "Method")


def _every(heads: tuple[ClassName, ...], tails: tuple[ClassName, ...]) -> Pairs:
    return frozenset(product(heads, tails))


_ALIKE: Final[Pairs] = frozenset((kind, kind) for kind in TYPES)

#: Relation → the expected pairs (type of the subject, type of the object).
SIGNATURES: Final[dict[PropertyName, Pairs]] = {
    "proposes": _every(("Paper",), TYPES),
    "comparesWith": _every(("Paper",), TYPES),
    "evaluatesOn": _every(("Paper",), ("Dataset",)),
    "addresses": _every(("Paper",), ("Task", "Method")),
    "measures": _every(("Paper",), ("Metric",)),
    "uses": _every(("Paper",), TYPES),
    "mentions": _every(("Paper",), TYPES),
    "kindOf": _ALIKE | _every(_MODELS, _MODELS),
    "basedOn": _ALIKE | _every((*_MODELS, "Dataset"), (*_MODELS, "Dataset")) | _every(("Task", "Metric"), ("Method",)),
    "partOf": _ALIKE | _every(_MODELS, (*_MODELS, "Task", "Dataset")) | _every(("Task",), ("Method",)),
    "usedFor": _every((*_MODELS, "Dataset", "Task"), (*_MODELS, "Task")),
    "evaluatedOn": _every((*_MODELS, "Task"), ("Dataset",)),
    "trainedOn": _every(_MODELS, ("Dataset",)),
    "measuredBy": _every((*_MODELS, "Task", "Dataset"), ("Metric",)),
    "comparedWith": _ALIKE | _every(_MODELS, _MODELS),
}


def restricted() -> dict[PropertyName, Pairs]:
    """The relations that do not hold between all types, with their pairs.

    >>> sorted(restricted()["evaluatedOn"])
    [('Architecture', 'Dataset'), ('Method', 'Dataset'), ('Task', 'Dataset')]
    """
    heads = {"Paper": ("Paper",), "Concept": TYPES}
    return {name: pairs for name, pairs in SIGNATURES.items() if len(pairs) < len(heads[PATTERNS[name][0]]) * len(TYPES)}
