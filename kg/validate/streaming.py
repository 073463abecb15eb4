"""The shapes over nodes that come one after the other: what one node says is checked at once, the rest by `kg.validate.joins`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from kg.validate.joins import Joins
from kg.validate.messages import finding
from kg.validate.terms import Value, bare, value_of
from ontology.names import CLASSES, FOREIGN, PROPERTIES
from ontology.shacl import property_name, rule_name
from ontology.shapes import KEYS, SHAPES, AnyTerm, Property, Shape, shape_name
from ontology.terms import PREFIXES, expand
from ontology.void import DESCRIBED, expand_description

if TYPE_CHECKING:
    from exports.triples import Node
    from kg.validate import Finding

__all__ = ["check"]


def check(nodes: Iterable[Node], own: str, shapes: Sequence[Shape] = SHAPES) -> Iterator[Finding]:
    """What is wrong with nodes by some shapes, in no order; `own` is the namespace of our terms.

    Memory does not grow with the number of nodes: what must be compared lies in a temporary file.
    """
    terms: dict[AnyTerm, str] = {term: f"<{expand(term)}>" for term in FOREIGN}
    terms |= {term: f"<{expand_description(term)}>" for term in DESCRIBED}
    terms |= {term: f"<{own}{term}>" for term in (*CLASSES, *PROPERTIES)}
    with Joins(terms) as joins:
        look = _Look(terms, joins, shapes)
        for subject, said in nodes:
            yield from look.node(subject, said)
        yield from joins.findings()


@dataclass(frozen=True, slots=True)
class _Part:
    """A property of a shape, ready to be checked."""

    name: str
    path: str
    rule: Property
    datatype: str
    classes: int
    among: frozenset[str]


class _Look:
    def __init__(self, terms: dict[AnyTerm, str], joins: Joins, shapes: Sequence[Shape]) -> None:
        self.terms = terms
        self.joins = joins
        self.shapes: dict[str, list[tuple[Shape, tuple[_Part, ...]]]] = {}
        self.of_subjects: dict[str, list[tuple[Shape, tuple[_Part, ...]]]] = {}
        for shape in shapes:
            # rules of subjects are those of `Joins`
            if shape.properties or not shape.subjects_of:
                parts = tuple(self._part(shape, p) for p in shape.properties)
                (self.of_subjects if shape.subjects_of else self.shapes).setdefault(terms[shape.target], []).append((shape, parts))
        self.keys = {terms[kind]: rule_name(shape, "key") for shape in shapes for kind in KEYS if shape.target == kind}

    def _part(self, shape: Shape, p: Property) -> _Part:
        space = PREFIXES["rdf" if p.datatype == "langString" else "xsd"]
        return _Part(
            property_name(shape, p.path),
            self.terms[p.path],
            p,
            space + p.datatype if p.datatype else "",
            self.joins.mask(self.terms[c] for c in p.classes),
            frozenset(self.terms[t] for t in p.among),
        )

    def node(self, subject: str, said: list[str]) -> Iterator[Finding]:
        """What is wrong with a node by itself; the rest is handed on."""
        values: dict[str, list[str]] = {}
        for predicate, group in groupby((text.split(" ", 1) for text in said), key=lambda pair: pair[0]):
            values.setdefault(predicate, []).extend(object_ for _, object_ in group)
        kinds = values.get(self.terms["rdf:type"], [])
        self.joins.node(subject, kinds, values)
        node = bare(subject)
        for kind in kinds:
            for shape, parts in self.shapes.get(kind, ()):
                yield from self._shape(subject, node, shape, parts, kinds, values)
        for predicate in self.of_subjects.keys() & values.keys():
            for shape, parts in self.of_subjects[predicate]:
                yield from self._shape(subject, node, shape, parts, kinds, values)

    def _shape(
        self, subject: str, node: str, shape: Shape, parts: tuple[_Part, ...], kinds: list[str], values: dict[str, list[str]]
    ) -> Iterator[Finding]:
        name = shape_name(shape)
        if subject[0] != "<" and not shape.subjects_of:
            yield finding(node, name, "NodeKind")
        if shape.one_of and sum(self.terms[kind] in kinds for kind in shape.one_of) != 1:
            yield finding(node, name, "Xone")
        for part in parts:
            found = values.get(part.path, [])
            for constraint, value in _property(part, found, values, self.terms):
                yield finding(node, part.name, constraint, value)
            if part.classes:
                constraint = "Class" if len(part.rule.classes) == 1 else "Or"
                for term in found:
                    self.joins.ask(node, part.name, constraint, term, part.classes, value_of(term).text)
        for rule in shape.rules:
            if find := _RULES.get(rule.name):
                for value in find(self, subject, rule_name(shape, rule.name), values):
                    yield finding(node, rule_name(shape, rule.name), "SPARQL", value)

    # --- rules, beyond those that `Joins` knows by what it was told of the node ------------------------------------------

    def _key(self, subject: str, name: str, values: dict[str, list[str]]) -> Iterator[str]:
        for term in values.get(self.terms["id"], ()):
            self.joins.key(name, term, subject)
        yield from ()

    def _triple(self, subject: str, name: str, values: dict[str, list[str]]) -> Iterator[str]:
        subjects, predicates, objects = (values.get(self.terms[part], []) for part in ("rdf:subject", "rdf:predicate", "rdf:object"))
        for s in subjects:
            for p in predicates:
                for o in objects:
                    self.joins.statement(bare(subject), name, s, p, o)
        yield from ()

    def _decisive(self, subject: str, name: str, values: dict[str, list[str]]) -> Iterator[str]:
        evidence = values.get(self.terms["evidence"], [])
        yield from (value_of(term).text for term in values.get(self.terms["decisiveEvidence"], ()) if term not in evidence)

    def _read(self, subject: str, name: str, values: dict[str, list[str]]) -> Iterator[str]:
        if not values.get(self.terms["decisiveEvidence"]):
            for source in values.get(self.terms["prov:wasDerivedFrom"], ()):
                self.joins.ask(bare(subject), name, "SPARQL", source, self.joins.mask([self.terms["Paper"]]), "", wanted=False)
        yield from ()

    def _unread(self, subject: str, name: str, values: dict[str, list[str]]) -> Iterator[str]:
        for source in values.get(self.terms["prov:wasDerivedFrom"], ()):
            for term in values.get(self.terms["evidence"], ()):
                self.joins.ask(bare(subject), name, "SPARQL", source, self.joins.mask([self.terms["Paper"]]), value_of(term).text)
        yield from ()


_RULES: dict[str, Callable[[_Look, str, str, dict[str, list[str]]], Iterator[str]]] = {
    "key": _Look._key,
    "triple": _Look._triple,
    "decisive": _Look._decisive,
    "read": _Look._read,
    "unread": _Look._unread,
}


def _property(part: _Part, found: list[str], values: dict[str, list[str]], terms: dict[AnyTerm, str]) -> Iterator[tuple[str, str]]:
    """(constraint, value) of what is wrong with the values of one property, but for their classes.

    Bounds are those of numbers: what is none is wrong by its datatype already.
    """
    p = part.rule
    if len(found) < p.least:
        yield "MinCount", ""
    if p.most is not None and len(found) > p.most:
        yield "MaxCount", ""
    for term in found:
        value = value_of(term)
        typed = not part.datatype or value.is_a(part.datatype)
        if not typed:
            yield "Datatype", value.text
        if p.iri and term[0] != "<":
            yield "NodeKind", value.text
        if p.length and (term[0] == "_" or len(value.text) < p.length):
            yield "MinLength", value.text
        number = value.number if typed else None
        if number is not None and p.low is not None and number < p.low:
            yield "MinInclusive", value.text
        if number is not None and p.high is not None and number > p.high:
            yield "MaxInclusive", value.text
        if part.among and term not in part.among:
            yield "In", value.text
    if p.below and found:
        yield from (("LessThan", v.text) for v, _ in _not_less(found, values.get(terms[p.below], [])))
    if p.equals:
        others = values.get(terms[p.equals], [])
        yield from (("Equals", value_of(term).text) for term in {*found} ^ {*others})
    if p.disjoint:
        yield from (("Disjoint", value_of(term).text) for term in {*found} & {*values.get(terms[p.disjoint], ())})
    if p.unique_language:
        languages = [value_of(term).language for term in found if value_of(term).language]
        if len(languages) > len(set(languages)):
            yield "UniqueLang", ""


def _not_less(found: list[str], others: list[str]) -> Iterator[tuple[Value, Value]]:
    for one in map(value_of, found):
        for other in map(value_of, others):
            if one.number is None or other.number is None or not one.number < other.number:
                yield one, other
