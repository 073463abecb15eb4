"""Writes what is made from other files of this folder: `python -m ontology.generate`.

`names.py` is made from `schema.ttl`, `shapes.ttl` from `ontology.shapes`, `description.ttl` from `ontology.description`. A test fails where
a file is not what would be written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import ontology

if TYPE_CHECKING:
    import rdflib

#: The base as it stands in the files of this folder; `ontology.terms` cannot be imported while its names are being made.
_BASE = "https://example.org/kg/"

_HEAD = '''\
"""The terms of `schema.ttl`, written by `python -m ontology.generate`: change the schema, not this.

A term of ours is its local name, one of others `prefix:local`. `KG.proposes` and `DCTERMS.title` are such strings: a misspelt one is no
attribute, and a misspelt string is no `Term` for a type checker.
"""

from __future__ import annotations

from typing import Final, Literal, get_args
'''
_TUPLES = """\
#: Our classes.
CLASSES: Final[tuple[ClassName, ...]] = get_args(ClassName)
#: Our properties.
PROPERTIES: Final[tuple[PropertyName, ...]] = get_args(PropertyName)
#: Terms of others that an export may hold; nothing else of others is written.
FOREIGN: Final[tuple[ForeignName, ...]] = get_args(ForeignName)"""
_PATTERNS = """\
#: Relations of papers to concepts and of concepts to each other: local name → (class of the subject, class of the object).
PATTERNS: Final[dict[PropertyName, tuple[ClassName, ClassName]]] = {
"""


def names() -> str:
    """`names.py`: every term of `schema.ttl` as a constant, and as a type of literal strings.

    Raises:
        ValueError: the schema declares a term of ours in a way that this cannot order.
    """
    import rdflib
    from rdflib import OWL, RDF, RDFS

    text = ontology.text("schema.ttl", _BASE)
    graph = rdflib.Graph().parse(data=text, format="turtle")
    own = f"{_BASE}ontology#"
    order = [own + local for local in re.findall(r"(?m)^kg:(\w+) a ", text)]
    kinds = {OWL.Class: "classes", OWL.ObjectProperty: "properties", OWL.DatatypeProperty: "properties"}
    found: dict[str, list[str]] = {"classes": [], "properties": []}
    for iri in order:
        kind = next(name for kind, name in kinds.items() if (rdflib.URIRef(iri), RDF.type, kind) in graph)
        found[kind].append(iri.removeprefix(own))
    declared = {str(s) for kind in kinds for s in graph.subjects(RDF.type, kind) if str(s).startswith(own)}
    if declared != set(order):
        raise ValueError(f"schema.ttl: begin a line with each of {sorted(declared ^ set(order))}, as `kg:term a …`")
    ends = {
        local: [_local(graph.value(rdflib.URIRef(own + local), end), own) for end in (RDFS.domain, RDFS.range)]
        for local in found["properties"]
    }
    patterns = {local: pair for local, pair in ends.items() if pair in (["Paper", "Concept"], ["Concept", "Concept"])}
    foreign = sorted(graph.namespace_manager.curie(s) for s in graph.subjects(RDFS.isDefinedBy) if isinstance(s, rdflib.URIRef))
    return _module(found["classes"], found["properties"], patterns, foreign)


def shapes() -> str:
    """`shapes.ttl`: the shapes of `ontology.shapes` as SHACL."""
    from ontology.shacl import turtle

    return turtle(_BASE)


def description() -> str:
    """`description.ttl`: the shapes of `ontology.description` as SHACL."""
    from ontology.shacl import described

    return described(_BASE)


def _local(term: rdflib.term.Node | None, own: str) -> str:
    return str(term).removeprefix(own)


def _module(classes: Sequence[str], properties: Sequence[str], patterns: dict[str, list[str]], foreign: Sequence[str]) -> str:
    spaces: dict[str, list[tuple[str, str]]] = {"KG": [(local, local) for local in (*classes, *properties)]}
    for name in foreign:
        prefix, _, local = name.partition(":")
        spaces.setdefault(prefix.upper(), []).append((local, name))
    parts = [
        _HEAD,
        _literal("ClassName", classes),
        _literal("PropertyName", properties),
        _literal("ForeignName", foreign),
        "Term = Literal[ClassName, PropertyName, ForeignName]\n",
        _TUPLES,
        _PATTERNS + "".join(f'    "{name}": ("{ends[0]}", "{ends[1]}"),\n' for name, ends in patterns.items()) + "}\n",
    ]
    for space, members in spaces.items():
        title = "Our terms." if space == "KG" else f"Terms of `{space.lower()}:`."
        parts.append(f'\nclass {space}:\n    """{title}"""\n\n' + "".join(f'    {local}: Final = "{name}"\n' for local, name in members))
    return "\n".join(parts)


def _literal(name: str, values: Iterable[str]) -> str:
    return f"{name} = Literal[\n" + "".join(f'    "{value}",\n' for value in values) + "]"


#: File of this folder → what makes its text.
MADE: dict[str, Callable[[], str]] = {"names.py": names, "shapes.ttl": shapes, "description.ttl": description}


def main() -> None:
    """Writes the files that are not what they would be."""
    for name, make in MADE.items():
        path: Path = ontology.folder() / name
        text = make()
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
