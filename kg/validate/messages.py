"""What a finding says: by its shape and constraint alone, so that all engines say the same."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from ontology.description import DESCRIPTION
from ontology.shacl import property_name, rule_name
from ontology.shapes import SHAPES, AnyTerm, Property, Shape, shape_name

if TYPE_CHECKING:
    from kg.validate import Finding

__all__ = ["finding", "message_of"]


def finding(node: str, shape: str, constraint: str, value: str = "") -> Finding:
    """A finding, with what its shape says of it; a value that is the node itself is none."""
    from kg.validate import Finding

    severity = _severities().get(shape.partition("-")[0], "Violation")
    return Finding(node, shape, constraint, "" if value == node else value, severity, message_of(shape, constraint))


_ALL = (*SHAPES, *DESCRIPTION)


@cache
def _severities() -> dict[str, str]:
    return {shape_name(shape): shape.severity for shape in _ALL}


@cache
def _parts() -> tuple[dict[str, Shape], dict[str, Property], dict[str, str]]:
    shapes = {shape_name(shape): shape for shape in _ALL}
    properties = {property_name(shape, p.path): p for shape in _ALL for p in shape.properties}
    rules = {rule_name(shape, rule.name): rule.message for shape in _ALL for rule in shape.rules}
    return shapes, properties, rules


@cache
def message_of(shape: str, constraint: str) -> str:
    """What is expected where a constraint of a shape is broken.

    >>> message_of("LinkShape-confidence", "MaxInclusive")
    'kg:confidence is 1 at most.'
    >>> message_of("PaperShape", "Xone")
    'It is of exactly one of fabio:ConferencePaper, fabio:JournalArticle, fabio:Preprint, fabio:ResearchPaper.'
    """
    shapes, properties, rules = _parts()
    if shape in rules:
        return rules[shape]
    if shape in shapes:
        return "It has an IRI." if constraint == "NodeKind" else f"It is of exactly one of {_list(shapes[shape].one_of)}."
    p = properties[shape]
    number = {1: "one value", 2: "two values"}
    said = {
        "MinCount": f"has {number.get(p.least, str(p.least))} at least",
        "MaxCount": f"has {number.get(p.most or 0, str(p.most))} at most",
        "Datatype": f"is {'a text with a language' if p.datatype == 'langString' else f'an xsd:{p.datatype}'}",
        "NodeKind": "is an IRI",
        "MinLength": "is no empty text",
        "MinInclusive": f"is {p.low} at least",
        "MaxInclusive": f"is {p.high} at most",
        "Class": f"is a {_list(p.classes)}",
        "Or": f"is of one of {_list(p.classes)}",
        "In": f"is one of {_list(p.among)}",
        "LessThan": f"is less than {_name(p.below)}",
        "Equals": f"is the same as {_name(p.equals)}",
        "Disjoint": f"is no {_name(p.disjoint)}",
        "UniqueLang": "has one value in each language",
    }
    return f"{_name(p.path)} {said[constraint]}."


def _name(term: AnyTerm | None) -> str:
    return str(term) if term and ":" in term else f"kg:{term}"


def _list(terms: tuple[AnyTerm, ...]) -> str:
    return ", ".join(map(_name, terms))
