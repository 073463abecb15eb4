"""What a SPARQL query may do: read from the store, and nothing else.

The engine would follow SERVICE to any address, so what is let through must not hang on whether this module reads a text as the
engine's parser does. Where the letters of SERVICE stand in a comment they are cut, and where they stand in a string or an IRI
they are written as `\\u0053ervice`: both mean the same to the engine if they are what they seem, and are a syntax error, not a
request, if they are not. Everything else that holds these letters must be a variable, or the local part of a prefixed name: there
the engine's parser takes every letter it can get (`service:x`, where the prefix has them, it may read as SERVICE and `:x`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from kg.errors import UsageError

Form = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]
#: What SELECT gives, ASK, and both of CONSTRUCT and DESCRIBE.
Kind = Literal["rows", "boolean", "graph"]
FORMS: tuple[Form, ...] = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
#: Brackets within brackets; the engine's parser overflows its stack at some thousands, and takes the process with it.
DEPTH = 256
#: Terms of SPARQL 1.1, section 19.8. A long string may hold quotes and escapes.
_TOKEN = re.compile(
    r"(?P<comment>#[^\n\r]*)"
    r"|(?P<iri><[^<>\"{}|^`\\\x00-\x20]*(?:\\[uU][0-9A-Fa-f]+[^<>\"{}|^`\\\x00-\x20]*)*>)"
    r"|(?P<string>'''(?:'{0,2}(?:[^'\\]|\\.))*'''|\"\"\"(?:\"{0,2}(?:[^\"\\]|\\.))*\"\"\""
    r"|'(?:\\.|[^'\\\n\r])*'|\"(?:\\.|[^\"\\\n\r])*\")"
    r"|(?P<variable>[?$]\w+)"
    r"|(?P<language>@[A-Za-z-]+)"
    r"|(?P<name>(?:[^\W\d_][\w.-]*|_)?:(?:[\w:.-]|%[0-9A-Fa-f]{2}|\\[_~.!$&'()*+,;=/?#@%-])*)"
    r"|(?P<word>\w+)"
    r"|\S",
    re.DOTALL,
)
_UPDATES = frozenset(("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"))
_SERVICE = re.compile("service", re.IGNORECASE)
_HARMLESS = re.compile(r"[?$]\w+|(?!\w*service)[A-Za-z]\w*:\w[\w-]*", re.IGNORECASE | re.ASCII)


class Refused(UsageError):
    """The query is one, but asks for what is not done here."""


@dataclass(frozen=True, slots=True)
class Guarded:
    """A query that reads from the store alone: the text for the engine, its form, and whether it says an order of rows."""

    text: str
    form: Form
    ordered: bool

    @property
    def kind(self) -> Kind:
        """What it is answered with."""
        return "rows" if self.form == "SELECT" else "boolean" if self.form == "ASK" else "graph"


def guard(query: str) -> Guarded:
    """The query for the engine, with every line where it was.

    Raises:
        Refused: it holds a SERVICE, is an update, or is nested too deeply.
        UsageError: it is no query.
    """
    tokens = [t for t in _TOKEN.finditer(query) if t.lastgroup != "comment"]
    at = 0
    while at < len(tokens) and (word := tokens[at][0].upper()) in ("PREFIX", "BASE"):
        at += 3 if word == "PREFIX" else 2
    if at >= len(tokens):
        raise UsageError(
            "SPARQL: the query is empty; give one such as 'SELECT ?title { ?paper a kg:Paper ; dcterms:title ?title } LIMIT 5'"
        )
    first = tokens[at][0].upper()
    if first in _UPDATES:
        raise Refused(
            f"SPARQL, {place(query, tokens[at].start())}: {first} is refused, stores are read-only and made from the graph; "
            "change the papers or the catalog and build again"
        )
    form = next((f for f in FORMS if f == first), None)
    if form is None:
        raise UsageError(
            f"SPARQL, {place(query, tokens[at].start())}: a query begins with SELECT, ASK, CONSTRUCT or DESCRIBE, "
            f"found {tokens[at][0][:40]!r}"
        )
    depth = 0
    for token in tokens:
        depth += (token[0] in ("(", "{", "[")) - (token[0] in (")", "}", "]"))
        if depth > DEPTH:
            raise Refused(f"SPARQL, {place(query, token.start())}: more than {DEPTH} brackets within each other; write it flatter")
    ordered = any(t.lastgroup == "word" and t[0].upper() == "ORDER" for t in tokens)
    return Guarded(_without_service(query) if _SERVICE.search(query) else query, form, ordered)


def token_matches(query: str) -> Iterator[re.Match[str]]:
    """The terms of a query with their places, and with their kind as the name of their last group (`comment`, `iri`, `string`, `variable`,
    `language`, `name`, `word`; None for one other character).
    """
    return _TOKEN.finditer(query)


def tokens_of(query: str) -> list[str]:
    """The terms of a query, without its comments."""
    return [t[0] for t in _TOKEN.finditer(query) if t.lastgroup != "comment"]


def in_comment(query: str, offset: int) -> bool:
    """Whether the character at an offset belongs to a comment.

    >>> [in_comment("ASK { } # why", n) for n in (7, 8)]
    [False, True]
    """
    return any(t.lastgroup == "comment" and t.start() <= offset < t.end() for t in _TOKEN.finditer(query))


def place(query: str, offset: int) -> str:
    """Where an offset is, for a message.

    >>> place("ASK\\n{ }", 6)
    'line 2, column 3'
    """
    line = query.count("\n", 0, offset)
    return f"line {line + 1}, column {offset - (query.rfind(chr(10), 0, offset) + 1) + 1}"


def _without_service(query: str) -> str:
    made: list[str] = []
    end = 0
    for token in _TOKEN.finditer(query):
        made.append(query[end : token.start()])
        end = token.end()
        text, kind = token[0], token.lastgroup
        if _SERVICE.search(text):
            if kind == "comment":
                text = "#"
            elif kind in ("string", "iri"):
                text = _SERVICE.sub(lambda m: f"\\u{ord(m[0][0]):04X}{m[0][1:]}", text)
            elif not _HARMLESS.fullmatch(text):
                raise Refused(f"SPARQL, {place(query, token.start())}: SERVICE is refused, queries do not reach the network")
        made.append(text)
    return "".join([*made, query[end:]])
