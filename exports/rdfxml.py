"""RDF/XML: one rdf:Description a node, its properties as elements."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from exports import Written
from exports.files import replacing
from exports.rdf import sorted_nodes
from exports.triples import LITERAL, plain
from exports.turtle import prefixes_of
from kg.errors import DataError
from ontology.terms import BASE

if TYPE_CHECKING:
    from kg.graph import Graph

__all__ = ["write"]

#: What XML 1.0 has no way to write, not even escaped.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# a carriage return, and the next two by readers of XML 1.1, would be taken for line feeds
_ESCAPED = re.compile("[&<>\r\x85\u2028]")
_LOCAL = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def write(graph: Graph, path: Path | str, *, overwrite: bool = False, base: str = BASE) -> Written:
    """Writes the graph as RDF/XML in UTF-8, sorted by subject; memory does not grow with the papers.

    `base` is the web address under which all IRIs of ours are made.

    Raises:
        UsageError: the file exists and `overwrite` is false, or the base is no web address.
        DataError: a text holds a control character, which XML cannot write.
        EnvironmentError_: it cannot be written.
    """
    prefixes = prefixes_of(base)
    name = _Names(prefixes)
    with sorted_nodes(graph, base) as (nodes, counts), replacing(path, overwrite) as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF')
        file.writelines(f'\n    xmlns:{prefix}="{_text(iri)}"' for prefix, iri in sorted(prefixes.items()))
        file.write(">\n")
        for subject, properties in nodes:
            file.write(f'<rdf:Description rdf:about="{_text(subject[1:-1])}">\n')
            for said in properties:
                predicate, _, object_ = said.partition(" ")
                file.write(_element(name[predicate], object_, subject))
            file.write("</rdf:Description>\n")
        file.write("</rdf:RDF>\n")
    return Written("rdfxml", (Path(path),), counts.as_dict())


class _Names(dict[str, str]):
    """`<iri>` of a predicate → its qualified name."""

    def __init__(self, prefixes: dict[str, str]) -> None:
        super().__init__()
        self._prefixes = {iri: prefix for prefix, iri in prefixes.items()}

    def __missing__(self, predicate: str) -> str:
        iri = predicate[1:-1]
        cut = max(iri.rfind("/"), iri.rfind("#")) + 1
        if iri[:cut] not in self._prefixes or not _LOCAL.fullmatch(iri[cut:]):
            raise DataError(f"{predicate} cannot be written as the name of an XML element; use another format, such as turtle")
        self[predicate] = found = f"{self._prefixes[iri[:cut]]}:{iri[cut:]}"
        return found


def _element(name: str, object_: str, subject: str) -> str:
    if object_[0] == "<":
        return f'  <{name} rdf:resource="{_text(object_[1:-1])}"/>\n'
    match = LITERAL.fullmatch(object_)
    assert match is not None, object_
    text = plain(match[1])
    if found := _FORBIDDEN.search(text):
        raise DataError(
            f"{subject}: {name} holds U+{ord(found.group()):04X} at character {found.start()}, which XML cannot write; "
            "use another format, such as turtle"
        )
    about = f' xml:lang="{match[2]}"' if match[2] else f' rdf:datatype="{_text(match[3])}"' if match[3] else ""
    return f"  <{name}{about}>{_text(text)}</{name}>\n"


def _text(text: str) -> str:
    """Text as XML writes it, within elements and within double quotes alike (IRIs hold none)."""
    return _ESCAPED.sub(lambda m: f"&#{ord(m.group())};", text)
