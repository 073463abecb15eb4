"""The shapes of `ontology.shapes` as SHACL, in Turtle. Every shape and constraint has an IRI, so that a report can name it."""

from __future__ import annotations

from collections.abc import Sequence

from ontology.description import DESCRIPTION
from ontology.shapes import SHAPES, AnyTerm, Property, Shape, shape_name
from ontology.terms import PREFIXES
from ontology.void import SPACES

__all__ = ["described", "property_name", "rule_name", "turtle"]

_HEAD = """\
# What every graph keeps to, as SHACL: pyshacl --allow-warnings -s shapes.ttl graph.nt
# Written by `python -m ontology.generate` from ontology/shapes.py: change that, not this. The base is that of schema.ttl.
# Types of head and tail that are not expected are warnings: see ontology/signatures.py.

"""
_DESCRIPTION_HEAD = """\
# What a description of a graph's RDF (kg export GRAPH void) keeps to, as SHACL: pyshacl -s description.ttl void.ttl
# Written by `python -m ontology.generate` from ontology/description.py: change that, not this. The base is that of schema.ttl.

"""
_OTHERS = ("bibo", "dcterms", "fabio", "foaf", "oa", "owl", "prov", "rdf", "schema", "skos", "xsd")
_PREFIXES = {**{prefix: PREFIXES[prefix] for prefix in _OTHERS}, "sh": "http://www.w3.org/ns/shacl#"}
#: Prefixes that queries of rules use.
_IN_QUERIES = ("oa", "prov", "rdf", "schema")


def property_name(shape: Shape, path: AnyTerm) -> str:
    """The local name of what a shape says of a property: `PaperShape-title`."""
    return f"{shape_name(shape)}-{path.rpartition(':')[2]}"


def rule_name(shape: Shape, rule: str) -> str:
    """The local name of a rule of a shape: `LinkShape-triple`."""
    return f"{shape_name(shape)}-{rule}"


def turtle(base: str) -> str:
    """`shapes.ttl`, with our terms under a base."""
    own = f"{base}ontology#"
    declared = {"kg": own, **{prefix: _PREFIXES[prefix] for prefix in _IN_QUERIES}}
    lines = [_HEAD + f"@prefix kg: <{own}> .", *(f"@prefix {prefix}: <{iri}> ." for prefix, iri in _PREFIXES.items()), "", "kg:prefixes"]
    lines.append(
        " ;\n".join(f'    sh:declare [ sh:prefix "{p}" ; sh:namespace "{iri}"^^xsd:anyURI ]' for p, iri in declared.items()) + " ."
    )
    return "\n".join(lines) + "\n" + _shapes(SHAPES)


def described(base: str) -> str:
    """`description.ttl`, with our terms under a base."""
    used = ("dcat", "dcterms", "owl", "skos", "xsd")
    spaces = {"kg": f"{base}ontology#", **{p: PREFIXES[p] for p in used}, "rdf": PREFIXES["rdf"], **SPACES, "sh": _PREFIXES["sh"]}
    return _DESCRIPTION_HEAD + "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in spaces.items()) + _shapes(DESCRIPTION)


def _shapes(shapes: Sequence[Shape]) -> str:
    return "".join(map(_shape, shapes))


def _shape(shape: Shape) -> str:
    target = "sh:targetSubjectsOf" if shape.subjects_of else "sh:targetClass"
    said = [f"kg:{shape_name(shape)} a sh:NodeShape", f"{target} {_term(shape.target)}"]
    if shape.severity != "Violation":
        said.append(f"sh:severity sh:{shape.severity}")
    if not shape.subjects_of:
        said.append("sh:nodeKind sh:IRI")
    if shape.one_of:
        said.append(f"sh:xone ( {' '.join(f'[ sh:class {_term(kind)} ]' for kind in shape.one_of)} )")
    said += [f"sh:property kg:{property_name(shape, p.path)}" for p in shape.properties]
    said += [f"sh:sparql kg:{rule_name(shape, rule.name)}" for rule in shape.rules]
    blocks = [" ;\n    ".join(said)]
    blocks += [f"kg:{property_name(shape, p.path)} {' ; '.join(_property(p))}" for p in shape.properties]
    for rule in shape.rules:
        about = (f'sh:message "{rule.message}"', "sh:prefixes kg:prefixes", f'sh:select """{rule.select}"""')
        blocks.append(f"kg:{rule_name(shape, rule.name)} {' ; '.join(about[:2])} ;\n    {about[2]}")
    return "".join(f"\n{block} .\n" if n == 0 else f"{block} .\n" for n, block in enumerate(blocks))


def _property(p: Property) -> list[str]:
    said = [f"sh:path {_term(p.path)}"]
    if p.least:
        said.append(f"sh:minCount {p.least}")
    if p.most is not None:
        said.append(f"sh:maxCount {p.most}")
    if p.datatype:
        said.append(f"sh:datatype {'rdf' if p.datatype == 'langString' else 'xsd'}:{p.datatype}")
    if p.iri:
        said.append("sh:nodeKind sh:IRI")
    if p.length:
        said.append(f"sh:minLength {p.length}")
    said += [f"sh:{bound}Inclusive {value}" for bound, value in (("min", p.low), ("max", p.high)) if value is not None]
    if len(p.classes) == 1:
        said.append(f"sh:class {_term(p.classes[0])}")
    elif p.classes:
        said.append(f"sh:or ( {' '.join(f'[ sh:class {_term(kind)} ]' for kind in p.classes)} )")
    if p.among:
        said.append(f"sh:in ( {' '.join(map(_term, p.among))} )")
    said += [
        f"sh:{name} {_term(other)}" for name, other in (("lessThan", p.below), ("equals", p.equals), ("disjoint", p.disjoint)) if other
    ]
    if p.unique_language:
        said.append("sh:uniqueLang true")
    return said


def _term(name: AnyTerm) -> str:
    return name if ":" in name else f"kg:{name}"
