"""Terms as N-Triples writes them: their kind, their datatype and their text."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from exports.triples import LITERAL, plain
from ontology.terms import PREFIXES

__all__ = ["Value", "bare", "value_of"]

_XSD, _RDF = PREFIXES["xsd"], PREFIXES["rdf"]
_STRING = f"{_XSD}string"
#: Datatype → its lexical space (XML Schema, part 2).
_LEXICAL = {
    f"{_XSD}integer": re.compile(r"[+-]?[0-9]+"),
    f"{_XSD}nonNegativeInteger": re.compile(r"\+?[0-9]+|-0+"),
    f"{_XSD}decimal": re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"),
    f"{_XSD}hexBinary": re.compile(r"([0-9A-Fa-f]{2})*"),
    f"{_XSD}boolean": re.compile(r"true|false|1|0"),
    f"{_XSD}gYear": re.compile(r"-?([1-9][0-9]{3,}|0[0-9]{3})(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"),
}


class Value(NamedTuple):
    """A term: its text (an IRI without brackets), its datatype ("" where it is no literal), and its language."""

    text: str
    datatype: str
    language: str

    @property
    def number(self) -> float | None:
        """The number that it is, if any."""
        return float(self.text) if self.datatype in _NUMBERS and _LEXICAL[self.datatype].fullmatch(self.text) else None

    def is_a(self, datatype: str) -> bool:
        """Whether it is a literal of a datatype, and well-formed."""
        lexical = _LEXICAL.get(datatype)
        return self.datatype == datatype and (lexical is None or lexical.fullmatch(self.text) is not None)


_NUMBERS = frozenset(f"{_XSD}{name}" for name in ("integer", "nonNegativeInteger", "decimal"))


@lru_cache(maxsize=1024)
def value_of(term: str) -> Value:
    """What a term of N-Triples is.

    >>> value_of('"2017"^^<http://www.w3.org/2001/XMLSchema#integer>').number
    2017.0
    >>> value_of('<https://example.org/kg/concept/bert>').text
    'https://example.org/kg/concept/bert'
    """
    if term[0] != '"':
        return Value(bare(term), "", "")
    match = LITERAL.fullmatch(term)
    if match is None:
        raise ValueError(f"not a literal of N-Triples: {term!r}")
    return Value(plain(match[1]), f"{_RDF}langString" if match[2] else match[3] or _STRING, (match[2] or "").lower())


def bare(term: str) -> str:
    """An IRI without its brackets; a blank node as it is."""
    return term[1:-1] if term[0] == "<" else term
