"""Cypher's tokens, and how a mistake is shown at its place."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from kg.errors import UsageError


class Token(NamedTuple):
    """A token: its kind (name, string, number, param, op or end), what it says, its value, and where it stands."""

    kind: str
    text: str
    value: Any
    start: int
    end: int

    @property
    def word(self) -> str:
        """In capitals where it may be a keyword, otherwise as it stands; a name in backticks is never a keyword."""
        return self.text.upper() if self.kind == "name" else self.text


_PARTS = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/)
    |(?P<string>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")
    |(?P<quoted>`(?:[^`]|``)*`)
    |(?P<param>\$\s*(?:\w+|`(?:[^`]|``)*`))
    |(?P<number>0[xX][0-9a-fA-F]+|0o[0-7]+|(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<name>[^\W\d]\w*)
    |(?P<op><>|<=|>=|=~|\.\.|\+=|::|\|\||[^\s\w])""",
    re.DOTALL | re.VERBOSE,
)
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "\\": "\\", "'": "'", '"': '"', "`": "`"}
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)


def tokens(query: str) -> list[Token]:
    """The tokens of a query, and one of kind `end`.

    Raises:
        UsageError: a string or a comment is not closed.
    """
    found: list[Token] = []
    at = 0
    while at < len(query):
        match = _PARTS.match(query, at)
        if match is None:  # pragma: no cover - every character is a space, of a word, or an operator
            raise problem(query, at, f"{query[at]!r} is not understood")
        kind, text = str(match.lastgroup), match[0]
        start, at = at, match.end()
        if kind == "space":
            continue
        if kind == "op" and (text in "'\"`" or query.startswith("/*", start)):
            what = {"'": "a string", '"': "a string", "`": "a name in backticks"}.get(text, "a comment")
            raise problem(query, start, f"{what} begins here and has no end")
        found.append(_token(query, kind, text, start, at))
    found.append(Token("end", "the end of the query", None, len(query), len(query)))
    return found


def _token(query: str, kind: str, text: str, start: int, end: int) -> Token:
    if kind == "string":
        return Token(kind, text, _ESCAPE.sub(lambda m: _escaped(query, start, m[1]), text[1:-1]), start, end)
    if kind == "quoted":
        return Token(kind, text, text[1:-1].replace("``", "`"), start, end)
    if kind == "param":
        name = text[1:].strip()
        return Token(kind, text, name[1:-1].replace("``", "`") if name.startswith("`") else name, start, end)
    if kind == "number":
        whole = text.isdigit() or text[:2].lower() in ("0x", "0o")
        value: int | float = int(text, 0 if text[:1] == "0" and not text.isdigit() else 10) if whole else float(text)
        if whole and value >= 1 << 63:
            raise problem(query, start, f"{text} is too large for a whole number of 64 bits")
        return Token(kind, text, value, start, end)
    return Token(kind, text, text, start, end)


def _escaped(query: str, start: int, mark: str) -> str:
    if mark[0] in "uU" and len(mark) > 1:
        return chr(int(mark[1:], 16))
    if mark not in _ESCAPES:
        raise problem(query, start, f"a string knows no \\{mark}; a backslash itself is written \\\\")
    return _ESCAPES[mark]


def place(query: str, offset: int) -> str:
    """Where an offset is, for people.

    >>> place("MATCH (n)\\nRETURN m", 17)
    'line 2, column 8'
    """
    line = query.count("\n", 0, offset)
    return f"line {line + 1}, column {offset - (query.rfind(chr(10), 0, offset) + 1) + 1}"


def problem(query: str, offset: int, message: str) -> UsageError:
    """The error with its place, and the line with a mark under it."""
    lines = query.split("\n")
    number = query.count("\n", 0, offset)
    column = offset - (query.rfind("\n", 0, offset) + 1)
    return UsageError(f"Cypher, {place(query, offset)}: {message}\n{lines[number]}\n{' ' * column}^")
