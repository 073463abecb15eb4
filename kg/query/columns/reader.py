"""Reads those SELECT queries that columns can answer, and no others.

A strict reader of a part of SPARQL 1.1: what it has the least doubt of, it does not take. It is given only texts that the engine's parser
takes too, so it need not find errors.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NoReturn

import pyoxigraph as ox

from kg.query.columns.syntax import (
    TYPE,
    Aggregate,
    Bind,
    Expression,
    Filter,
    Group,
    Minus,
    Node,
    Optional,
    Query,
    Select,
    Step,
    Triple,
    Union,
    Unsure,
    Values,
    Var,
)
from kg.query.guard import token_matches
from ontology.terms import PREFIXES

#: Characters of a query at most, as those read last are kept.
LONGEST = 100_000
#: Groups within groups, and brackets of paths; queries are nested less deeply.
_DEPTH = 20
#: Sequences that a path stands for.
_WAYS = 64
_IRI = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:[\w./:#%~+,;=@!()*'-]*>", re.ASCII)
_NAME = re.compile(r"([A-Za-z][\w-]*):([A-Za-z_](?:[\w-]*\w)?)", re.ASCII)
_VARIABLE = re.compile(r"[?$][A-Za-z_]\w*", re.ASCII)
_TEXT = re.compile(r"\"[^\"\\\n\r]*\"|'[^'\\\n\r]*'")
_LANGUAGE = re.compile(r"@[a-z]+(?:-[a-z0-9]+)*")
#: Functions and words of expressions that always say the same of the same values.
_FUNCTIONS = frozenset(
    (
        *(
            "STR",
            "STRAFTER",
            "STRBEFORE",
            "STRSTARTS",
            "STRENDS",
            "STRLEN",
            "STRDT",
            "STRLANG",
            "SUBSTR",
            "CONTAINS",
            "CONCAT",
            "UCASE",
            "LCASE",
        ),
        *("REPLACE", "REGEX", "LANG", "DATATYPE", "COALESCE", "IF", "IN", "NOT", "BOUND", "SAMETERM", "ISIRI", "ISLITERAL", "ISNUMERIC"),
        *("ABS", "CEIL", "FLOOR", "ROUND", "YEAR", "TRUE", "FALSE"),
    )
)
_MARKS = frozenset("(),=!<>&|+-*/^.")
_AGGREGATES = frozenset(("COUNT", "MIN", "MAX"))
_CHOICE = re.compile(r"\(\s*[?$](\w+)\s+IN\s*\(([^()]*)\)\s*\)", re.IGNORECASE | re.ASCII)


@lru_cache(64)
def read(text: str, prefixes: tuple[tuple[str, str], ...]) -> Query | None:
    """The query that a text is; None where it is none of those that columns can answer.

    Args:
        prefixes: prefix and namespace, of those that it need not declare.
    """
    if len(text) > LONGEST:
        return None
    try:
        return _Reader(text, dict(prefixes)).query()
    except (Unsure, ValueError):
        # an address or a language that is none is an error of the engine's parser too
        return None


class _Reader:
    def __init__(self, text: str, prefixes: dict[str, str]) -> None:
        self._text = text
        self._prefixes = prefixes
        self._tokens = [t for t in token_matches(text) if t.lastgroup != "comment"]
        self._at = 0
        self._depth = 0

    # --- tokens -------------------------------------------------------------------------------------------------------

    def _peek(self, ahead: int = 0) -> str:
        at = self._at + ahead
        return self._tokens[at][0] if at < len(self._tokens) else ""

    def _word(self, ahead: int = 0) -> str:
        """The word that comes, in capitals; nothing where it is none."""
        at = self._at + ahead
        return self._tokens[at][0].upper() if at < len(self._tokens) and self._tokens[at].lastgroup == "word" else ""

    def _next(self) -> str:
        if self._at >= len(self._tokens):
            self._stop()
        self._at += 1
        return self._tokens[self._at - 1][0]

    def _take(self, wanted: str) -> bool:
        if (self._word() or self._peek()) != wanted:
            return False
        self._at += 1
        return True

    def _need(self, wanted: str) -> None:
        if not self._take(wanted):
            self._stop()

    def _stop(self) -> NoReturn:
        raise Unsure(f"at {self._peek()[:40]!r}")

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > _DEPTH:
            self._stop()

    # --- terms --------------------------------------------------------------------------------------------------------

    def _variable(self) -> str:
        token = self._next()
        if not _VARIABLE.fullmatch(token):
            self._stop()
        return token[1:]

    def _iri(self) -> str:
        token = self._next()
        if _IRI.fullmatch(token):
            return token[1:-1]
        found = _NAME.fullmatch(token)
        if found is None or found[1] not in self._prefixes:
            self._stop()
        return self._prefixes[found[1]] + found[2]

    def _term(self) -> Any:
        """An address, a text, a whole number or a truth."""
        token = self._peek()
        if _TEXT.fullmatch(token):
            self._at += 1
            if self._peek().startswith("@"):
                language = self._next()
                if not _LANGUAGE.fullmatch(language):
                    self._stop()
                return ox.Literal(token[1:-1], language=language[1:])
            if self._peek() == "^":
                self._stop()
            return ox.Literal(token[1:-1])
        if re.fullmatch(r"0|[1-9][0-9]{0,14}", token, re.ASCII) and self._word():
            self._at += 1
            if self._peek() == "." and re.fullmatch(r"[0-9]+", self._peek(1), re.ASCII):
                return self._decimal(token)
            return ox.Literal(int(token))
        if self._word() in ("TRUE", "FALSE"):
            return ox.Literal(self._next().lower() == "true")
        return ox.NamedNode(self._iri())

    def _decimal(self, whole: str) -> Any:
        """A number such as 0.6, of which no digit is to spare: the engine writes others in its own way."""
        self._at += 1
        places = self._next()
        start, end = self._tokens[self._at - 3].start(), self._tokens[self._at - 1].end()
        # `1 .5` are two numbers
        if self._text[start:end] != f"{whole}.{places}" or len(places) > 9 or places.endswith("0"):
            self._stop()
        return ox.Literal(f"{whole}.{places}", datatype=ox.NamedNode(f"{PREFIXES['xsd']}decimal"))

    def _node(self) -> Node:
        return Var(self._variable()) if self._peek()[:1] in ("?", "$") else self._term()

    # --- queries ------------------------------------------------------------------------------------------------------

    def query(self) -> Query:
        start = self._at
        while self._word() == "PREFIX":
            self._at += 1
            name = self._next()
            if not re.fullmatch(r"[A-Za-z][\w-]*:", name, re.ASCII):
                self._stop()
            self._prefixes[name[:-1]] = self._iri()
        end = self._tokens[self._at].start() if self._at < len(self._tokens) else 0
        prologue = self._text[self._tokens[start].start() : end] if self._at > start else ""
        made = self._select()
        if self._at < len(self._tokens):
            self._stop()
        return Query(prologue, made)

    def _select(self) -> Select:
        self._need("SELECT")
        distinct = self._take("DISTINCT")
        columns: list[Any] = []
        while self._peek()[:1] in ("?", "$", "("):
            columns.append(self._column() if self._peek() == "(" else self._variable())
        if not columns:
            self._stop()
        self._take("WHERE")
        body = self._group()
        keys: list[str] = []
        if self._take("GROUP"):
            self._need("BY")
            while self._peek()[:1] in ("?", "$"):
                keys.append(self._variable())
            if not keys:
                self._stop()
        order = []
        if self._take("ORDER"):
            self._need("BY")
            while self._peek()[:1] in ("?", "$") or self._word() in ("ASC", "DESC"):
                order.append(self._condition())
            if not order:
                self._stop()
        limit = None
        if self._take("LIMIT"):
            if not re.fullmatch("[0-9]{1,18}", self._peek(), re.ASCII):
                self._stop()
            limit = int(self._next())
        if limit is None and order:
            self._stop()
        return Select(tuple(columns), distinct, body, tuple(keys) or None, tuple(order), limit)

    def _condition(self) -> tuple[str, bool]:
        if self._peek()[:1] in ("?", "$"):
            return self._variable(), False
        down = self._next().upper() == "DESC"
        self._need("(")
        name = self._variable()
        self._need(")")
        return name, down

    def _column(self) -> Bind | Aggregate:
        self._need("(")
        if self._word() not in _AGGREGATES:
            expression = self._expression("AS")
            name = self._variable()
            self._need(")")
            return Bind(expression, name)
        of = self._next().upper()
        self._need("(")
        distinct = self._take("DISTINCT")
        argument = None if of == "COUNT" and not distinct and self._take("*") else self._variable()
        self._need(")")
        self._need("AS")
        name = self._variable()
        self._need(")")
        return Aggregate(of, distinct, argument, name)

    # --- groups -------------------------------------------------------------------------------------------------------

    def _group(self) -> Group:
        self._need("{")
        self._deeper()
        parts: list[Any] = []
        if self._word() == "SELECT":
            parts.append(self._select())
        else:
            while self._peek() != "}":
                if not self._take("."):
                    parts += self._part()
        self._need("}")
        self._depth -= 1
        return Group(tuple(parts))

    def _part(self) -> list[Any]:
        word = self._word()
        if self._peek() == "{":
            alternatives = [self._group()]
            while self._take("UNION"):
                alternatives.append(self._group())
            return alternatives if len(alternatives) == 1 else [Union(tuple(alternatives))]
        if word == "OPTIONAL":
            self._at += 1
            return [Optional(self._group())]
        if word == "MINUS":
            self._at += 1
            return [Minus(self._group())]
        if word == "VALUES":
            return [self._values()]
        if word == "FILTER":
            return [self._filter()]
        if word == "BIND":
            self._at += 1
            self._need("(")
            expression = self._expression("AS")
            name = self._variable()
            self._need(")")
            return [Bind(expression, name)]
        return self._triples()

    def _values(self) -> Values:
        self._at += 1
        if self._peek()[:1] in ("?", "$"):
            names = (self._variable(),)
            self._need("{")
            single = []
            while not self._take("}"):
                single.append((self._term(),))
            return Values(names, tuple(single))
        self._need("(")
        found = []
        while not self._take(")"):
            found.append(self._variable())
        self._need("{")
        rows = []
        while not self._take("}"):
            self._need("(")
            row = []
            while not self._take(")"):
                row.append(self._term())
            rows.append(tuple(row))
        if not found or len({*found}) < len(found) or any(len(row) != len(found) for row in rows):
            self._stop()
        return Values(tuple(found), tuple(rows))

    def _filter(self) -> Filter:
        self._at += 1
        first = self._at
        self._need("(")
        expression = self._expression(")")
        return Filter(expression, self._choice(first))

    def _choice(self, first: int) -> Values | None:
        """What a FILTER says that began there, if it is that a variable is one of some addresses."""
        last = self._at
        text = self._text[self._tokens[first].start() : self._tokens[last - 1].end()]
        if not _CHOICE.fullmatch(text) or self._tokens[first + 2][0].upper() != "IN":
            return None
        name = self._tokens[first + 1][0][1:]
        self._at = first + 4
        chosen = []
        try:
            while not self._take(")"):
                chosen.append((ox.NamedNode(self._iri()),))
                self._take(",")
        except Unsure:
            return None
        finally:
            self._at = last
        return Values((name,), tuple(dict.fromkeys(chosen)))

    def _expression(self, end: str) -> Expression:
        """The text up to a word or bracket that ends it, which is taken too."""
        first, depth = self._at, 0
        names: list[str] = []
        while depth or (self._word() or self._peek()) != end:
            if self._at >= len(self._tokens):
                self._stop()
            group, token = self._tokens[self._at].lastgroup, self._peek()
            depth += (token in ("(",)) - (token in (")",))
            if group == "variable":
                if not _VARIABLE.fullmatch(token):
                    self._stop()
                names.append(token[1:])
            elif group == "name":
                found = _NAME.fullmatch(token)
                if found is None or found[1] not in self._prefixes:
                    self._stop()
            elif group == "word":
                if token.upper() not in _FUNCTIONS and not re.fullmatch("[0-9]+", token, re.ASCII):
                    self._stop()
            elif group == "string":
                if token.startswith(('"""', "'''")):
                    self._stop()
            elif group == "iri":
                if not _IRI.fullmatch(token):
                    self._stop()
            elif group is None and token not in _MARKS:
                self._stop()
            self._at += 1
        if depth < 0 or first == self._at:
            self._stop()
        text = self._text[self._tokens[first].start() : self._tokens[self._at - 1].end()]
        self._at += 1
        # a comment would hide what follows it in another text
        if "#" in text and any(t.lastgroup == "comment" for t in token_matches(text)):
            self._stop()
        return Expression(text, tuple(dict.fromkeys(names)))

    def _triples(self) -> list[Any]:
        subject = self._node()
        made: list[Any] = []
        while True:
            path: Any
            path = Var(self._variable()) if self._peek()[:1] in ("?", "$") else self._alternatives()
            made.append(Triple(subject, path, self._node()))
            while self._take(","):
                made.append(Triple(subject, path, self._node()))
            if not self._take(";"):
                return made
            # `;` may end a list
            if self._peek() in (".", "}"):
                return made

    # --- paths --------------------------------------------------------------------------------------------------------

    def _alternatives(self) -> tuple[tuple[Step, ...], ...]:
        found = [*self._sequences()]
        while self._take("|"):
            found += self._sequences()
        return tuple(found)

    def _sequences(self) -> list[tuple[Step, ...]]:
        found = self._steps()
        while self._take("/"):
            then = self._steps()
            found = [(*before, *after) for before in found for after in then]
            if len(found) > _WAYS:
                self._stop()
        return found

    def _steps(self) -> list[tuple[Step, ...]]:
        if self._take("("):
            self._deeper()
            found = [*self._alternatives()]
            self._need(")")
            self._depth -= 1
        elif self._take("^"):
            return [((self._predicate(), True),)]
        else:
            found = [((self._predicate(), False),)]
        if self._peek() in ("+", "*", "?"):
            self._stop()
        return found

    def _predicate(self) -> str:
        if self._peek() == "a":
            self._at += 1
            return TYPE
        return self._iri()
