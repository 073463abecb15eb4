"""The parts of triples as N-Triples writes them, so that all formats say the same; a property is `"<predicate> object"`."""

from __future__ import annotations

import re
from decimal import Decimal

from ontology.terms import PREFIXES, expand

__all__ = ["LITERAL", "RDF_TYPE", "Node", "decimal", "literal", "plain", "plainly", "typed"]

#: A subject `<iri>`, and its properties as "<predicate> object".
Node = tuple[str, list[str]]

RDF_TYPE = f"<{expand('rdf:type')}>"

#: A literal as `literal` and `typed` write it: the text with its escapes, the language, the datatype.
LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"(?:@([A-Za-z0-9-]+)|\^\^<([^>]*)>)?')

_ESCAPED = re.compile('[\x00-\x1f"\\\\\x7f-\x9f\u2028\u2029\ufdd0-\ufdef\ufffe\uffff]')
_SHORT = {"\t": "\\t", "\b": "\\b", "\n": "\\n", "\r": "\\r", "\f": "\\f", '"': '\\"', "\\": "\\\\"}
_ESCAPE = re.compile(r"\\(?:u([0-9A-F]{4})|(.))")
_LONG = {short[1]: long for long, short in _SHORT.items()}
_XSD = PREFIXES["xsd"]


def literal(text: str, language: str = "") -> str:
    """A string as N-Triples writes it; controls and line ends are escaped.

    >>> print(literal('a "b" \\\\ \\n é'), literal("LoRA", "en"))
    "a \\"b\\" \\\\ \\n é" "LoRA"@en
    """
    escaped = text if plainly(text) else _ESCAPED.sub(_escape, text)
    return f'"{escaped}"@{language}' if language else f'"{escaped}"'


def plainly(text: str) -> bool:
    """Whether a text is sure to need no escapes; far faster than looking for what does.

    >>> plainly("né 模型"), plainly('a "b"'), plainly("a\\n")
    (True, False, False)
    """
    # what is escaped is not printable, but for two characters
    return text.isprintable() and '"' not in text and "\\" not in text


def _escape(match: re.Match[str]) -> str:
    return _SHORT.get(match.group()) or f"\\u{ord(match.group()):04X}"


def plain(escaped: str) -> str:
    """The text of a literal without the escapes that `literal` writes.

    >>> plain(literal('a "b" \\n')[1:-1])
    'a "b" \\n'
    """
    if "\\" not in escaped:
        return escaped
    return _ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else _LONG[m[2]], escaped)


def typed(value: str, datatype: str) -> str:
    """A value of a type of XML Schema.

    >>> typed("2017", "gYear")
    '"2017"^^<http://www.w3.org/2001/XMLSchema#gYear>'
    """
    return f'"{value}"^^<{_XSD}{datatype}>'


def decimal(value: float) -> str:
    """A number in the canonical form of xsd:decimal: the fewest places from which the same number is read again.

    >>> decimal(1.0), decimal(0.1234), decimal(0.1 + 0.2), decimal(1e-7)
    ('1.0', '0.1234', '0.30000000000000004', '0.0000001')
    """
    short = repr(float(value))
    if "e" not in short:
        return short
    whole, _, places = f"{Decimal(short):f}".partition(".")
    return f"{whole}.{places or '0'}"
