"""Expressions of Cypher, parsed by recursive descent; precedence is that of Neo4j's grammar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from kg.errors import UsageError
from kg.query.cypher import syntax as s
from kg.query.cypher.lexer import Token, problem, tokens

T = TypeVar("T")

_COMPARED = frozenset(("=", "<>", "<", ">", "<=", ">="))
_QUANTIFIERS = frozenset(("ALL", "ANY", "NONE", "SINGLE"))


class Wrong(UsageError):
    """A mistake in the query; where several readings are tried, the one that got furthest is told."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


class Cursor:
    """The tokens of a query, and what one asks of them."""

    def __init__(self, query: str) -> None:
        self.query = query
        self.tokens = tokens(query)
        self.place = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.place]

    def word(self, ahead: int = 0) -> str:
        place = self.place + ahead
        return self.tokens[place].word if place < len(self.tokens) else ""

    def sees(self, *words: str) -> bool:
        """Whether the next tokens are these words or signs."""
        return all(self.word(n) == word and self.tokens[self.place + n].kind in ("name", "op") for n, word in enumerate(words))

    def take(self, *words: str) -> bool:
        """Goes past these words or signs where they are next."""
        if not self.sees(*words):
            return False
        self.place += len(words)
        return True

    def expect(self, word: str, what: str = "") -> None:
        if not self.take(word):
            raise self.wrong(f"expected {what or word}, found {self.found()}")

    def name(self, what: str) -> str:
        token = self.token
        if token.kind not in ("name", "quoted"):
            raise self.wrong(f"expected {what}, found {self.found()}")
        self.place += 1
        return str(token.value)

    def found(self) -> str:
        return self.token.text if self.token.kind == "end" else repr(self.token.text[:40])

    def wrong(self, message: str, at: int | None = None) -> Wrong:
        at = self.token.start if at is None else at
        return Wrong(str(problem(self.query, at, message)), at)

    def attempt(self, read: Callable[[], T]) -> T | Wrong:
        """What `read` gives, or its error, with the cursor where it was."""
        place = self.place
        try:
            return read()
        except Wrong as error:
            self.place = place
            return error


class Expressions(Cursor):
    """Reads expressions; patterns and queries inside of them are left to the parser."""

    #: Whether `|` ends a label expression, as in a list comprehension.
    bar_ends = False

    @contextmanager
    def bars(self, *, end: bool) -> Iterator[None]:
        """Sets `bar_ends` for what is read meanwhile."""
        kept, self.bar_ends = self.bar_ends, end
        try:
            yield
        finally:
            self.bar_ends = kept

    def path(self, *, named: bool = True) -> s.PathPattern:
        raise NotImplementedError

    def subquery(self) -> s.Query:
        raise NotImplementedError

    def labels(self) -> s.Labels:
        raise NotImplementedError

    def expression(self) -> s.Expr:
        return self._left(("OR",), lambda: self._left(("XOR",), lambda: self._left(("AND",), self._not)))

    def _left(self, words: tuple[str, ...], below: Callable[[], s.Expr]) -> s.Expr:
        found = below()
        while self.token.kind in ("name", "op") and self.word() in words:
            at, op = self.token.start, self.word()
            self.place += 1
            found = s.Binary(op, found, below(), at=at)
        return found

    def _not(self) -> s.Expr:
        at = self.token.start
        if self.take("NOT"):
            return s.Unary("NOT", self._not(), at=at)
        return self._comparison()

    def _comparison(self) -> s.Expr:
        left = self._predicate()
        found: s.Expr | None = None
        while self.token.kind == "op" and self.word() in _COMPARED:
            at, op = self.token.start, self.word()
            self.place += 1
            if op == "=" and self.sees("="):
                raise self.wrong("Cypher compares with = and <>")
            right = self._predicate()
            # a < b < c is a < b AND b < c
            one = s.Binary(op, left, right, at=at)
            found = one if found is None else s.Binary("AND", found, one, at=at)
            left = right
        if self.sees("!", "="):
            raise self.wrong("Cypher compares with = and <>")
        return left if found is None else found

    def _predicate(self) -> s.Expr:
        found = self._sum()
        while True:
            at = self.token.start
            if self.take("=~"):
                found = s.Binary("=~", found, self._sum(), at=at)
            elif self.take("STARTS", "WITH"):
                found = s.Binary("STARTS WITH", found, self._sum(), at=at)
            elif self.take("ENDS", "WITH"):
                found = s.Binary("ENDS WITH", found, self._sum(), at=at)
            elif self.take("CONTAINS"):
                found = s.Binary("CONTAINS", found, self._sum(), at=at)
            elif self.take("IN"):
                found = s.Binary("IN", found, self._sum(), at=at)
            elif self.take("IS", "NULL"):
                found = s.Unary("IS NULL", found, at=at)
            elif self.take("IS", "NOT", "NULL"):
                found = s.Unary("IS NOT NULL", found, at=at)
            elif self.sees("IS") or self.sees("::"):
                raise self.wrong("only IS NULL and IS NOT NULL are here, predicates on types are not; test the value itself")
            else:
                return found

    def _sum(self) -> s.Expr:
        return self._left(("+", "-", "||"), lambda: self._left(("*", "/", "%"), lambda: self._left(("^",), self._sign)))

    def _sign(self) -> s.Expr:
        at = self.token.start
        for sign in ("-", "+"):
            if self.take(sign):
                operand = self._sign()
                if isinstance(operand, s.Literal) and type(operand.value) in (int, float):
                    return s.Literal(-operand.value if sign == "-" else operand.value, at=at)
                return s.Unary(sign, operand, at=at)
        return self._postfix()

    def _postfix(self) -> s.Expr:
        found = self._atom()
        while True:
            at = self.token.start
            if self.take("."):
                found = s.Prop(found, self.name("the name of a property"), at=at)
            elif self.sees(":") and self.tokens[self.place + 1].kind in ("name", "quoted", "op") and isinstance(found, s.Var | s.Prop):
                found = s.HasLabels(found, self.labels(), at=at)
            elif self.take("["):
                found = self._bracket(found, at)
            else:
                return found

    def _bracket(self, subject: s.Expr, at: int) -> s.Expr:
        low = None if self.sees("..") else self.expression()
        if self.take(".."):
            high = None if self.sees("]") else self.expression()
            self.expect("]")
            return s.Slice(subject, low, high, at=at)
        self.expect("]")
        assert low is not None
        return s.Index(subject, low, at=at)

    # --- atoms ----------------------------------------------------------------------------------------------------------

    def _atom(self) -> s.Expr:
        token = self.token
        at = token.start
        if token.kind in ("number", "string"):
            self.place += 1
            return s.Literal(token.value, at=at)
        if token.kind == "param":
            self.place += 1
            return s.Param(token.value, at=at)
        if token.kind == "op":
            return self._sign_atom(at)
        if token.kind == "end":
            raise self.wrong("expected an expression, found the end of the query")
        if token.kind == "name" and (special := self._keyword(token.word, at)) is not None:
            return special
        # a name with dots before a bracket is a function, and a name alone a variable
        ahead = 1
        while self.word(ahead) == "." and self.tokens[self.place + ahead + 1].kind in ("name", "quoted"):
            ahead += 2
        if self.tokens[self.place + ahead].text == "(":
            name = "".join(str(t.value) for t in self.tokens[self.place : self.place + ahead])
            self.place += ahead
            return self._call(name.lower(), at)
        self.place += 1
        if self.sees("{") and token.kind in ("name", "quoted"):
            return self._projected(s.Var(str(token.value), at=at), at)
        return s.Var(str(token.value), at=at)

    def _sign_atom(self, at: int) -> s.Expr:
        if self.sees("("):
            found = self.attempt(self._pattern_predicate)
            if not isinstance(found, Wrong):
                return found
            self.place += 1
            with self.bars(end=False):
                inner = self.attempt(self._closed)
            if isinstance(inner, Wrong):
                raise inner if inner.at >= found.at else found
            return inner
        if self.sees("["):
            return self._list(at)
        if self.take("{"):
            return self._map(at)
        if self.sees("*"):
            raise self.wrong("* stands alone: RETURN *, WITH * or count(*)")
        raise self.wrong(f"expected an expression, found {self.found()}")

    def _closed(self) -> s.Expr:
        found = self.expression()
        self.expect(")")
        return found

    def _pattern_predicate(self) -> s.Expr:
        at = self.token.start
        pattern = self.path(named=False)
        if not pattern.rels:
            raise self.wrong("a pattern has a relationship")
        return _exists(pattern, at)

    def _keyword(self, word: str, at: int) -> s.Expr | None:
        following = self.word(1)
        if word in ("TRUE", "FALSE", "NULL") and following != "(":
            self.place += 1
            return s.Literal({"TRUE": True, "FALSE": False, "NULL": None}[word], at=at)
        if word == "CASE":
            self.place += 1
            return self._case(at)
        if word in ("EXISTS", "COUNT", "COLLECT") and following == "{":
            self.place += 2
            query = self.subquery()
            self.expect("}")
            return s.Subquery(word.lower(), query, at=at)
        if following != "(":
            return None
        if word == "EXISTS":
            self.place += 2
            if self.token.kind != "op":
                raise self.wrong("exists() is for patterns; write n.property IS NOT NULL", at)
            pattern = self.path(named=False)
            self.expect(")")
            return _exists(pattern, at)
        if word in ("SHORTESTPATH", "ALLSHORTESTPATHS"):
            return s.ShortestPath(self.path(named=False), at=at)
        if word in _QUANTIFIERS and self.tokens[self.place + 2].kind in ("name", "quoted") and self.word(3) == "IN":
            self.place += 2
            return self._over(word.lower(), at, ")")
        if word == "REDUCE":
            self.place += 2
            total = self.name("a name for the result")
            self.expect("=")
            start = self.expression()
            self.expect(",")
            var = self.name("a name for the element")
            self.expect("IN")
            source = self._before_bar()
            self.expect("|")
            value = self.expression()
            self.expect(")")
            return s.Reduce(total, start, var, source, value, at=at)
        return None

    def _before_bar(self) -> s.Expr:
        with self.bars(end=True):
            return self.expression()

    def _over(self, kind: str, at: int, end: str) -> s.Expr:
        var = self.name("a name for the element")
        self.expect("IN")
        source = self._before_bar()
        where = self._before_bar() if self.take("WHERE") else None
        value = self.expression() if kind == "list" and self.take("|") else None
        self.expect(end)
        return s.Comprehension(kind, var, source, where, value, at=at)

    def _call(self, name: str, at: int) -> s.Expr:
        self.expect("(")
        if name == "count" and self.take("*"):
            self.expect(")")
            return s.Call("count", (), star=True, at=at)
        distinct = self.take("DISTINCT")
        args = self._several(")")
        self.expect(")", "a comma or )")
        return s.Call(name, args, distinct, at=at)

    def _several(self, end: str) -> tuple[s.Expr, ...]:
        """Expressions with commas between them, or none before what ends them."""
        if self.sees(end):
            return ()
        with self.bars(end=False):
            found = [self.expression()]
            while self.take(","):
                found.append(self.expression())
        return tuple(found)

    def _case(self, at: int) -> s.Expr:
        subject = None if self.sees("WHEN") else self.expression()
        whens = []
        while self.take("WHEN"):
            tests = [self.expression()]
            while subject is not None and self.take(","):
                tests.append(self.expression())
            self.expect("THEN")
            value = self.expression()
            whens += [(test, value) for test in tests]
        if not whens:
            raise self.wrong(f"CASE goes on with WHEN, found {self.found()}")
        default = self.expression() if self.take("ELSE") else None
        self.expect("END")
        return s.Case(subject, tuple(whens), default, at=at)

    def _list(self, at: int) -> s.Expr:
        if self.tokens[self.place + 1].kind in ("name", "quoted") and self.word(2) == "IN":
            here = self.place
            self.place += 1
            found = self.attempt(lambda: self._over("list", at, "]"))
            if not isinstance(found, Wrong):
                return found
            if found.at > self.token.end + 4 and "]" not in str(found).partition("\n")[0]:
                raise found
            self.place = here
        pattern = self.attempt(lambda: self._pattern_comprehension(at))
        if not isinstance(pattern, Wrong):
            return pattern
        self.expect("[")
        items = self._several("]")
        self.expect("]", "a comma or ]")
        return s.ListOf(items, at=at)

    def _pattern_comprehension(self, at: int) -> s.Expr:
        self.expect("[")
        pattern = self.path()
        if not pattern.rels:
            raise self.wrong("a pattern has a relationship")
        where = self._before_bar() if self.take("WHERE") else None
        self.expect("|")
        value = self.expression()
        self.expect("]")
        return s.PatternComprehension(pattern, where, value, at=at)

    def _map(self, at: int) -> s.Expr:
        items: list[tuple[str, s.Expr]] = []
        while not self.take("}"):
            if items:
                self.expect(",", "a comma or }")
            key = self.name("a key")
            self.expect(":")
            items.append((key, self.expression()))
        return s.MapOf(tuple(items), at=at)

    def _projected(self, subject: s.Var, at: int) -> s.Expr:
        self.expect("{")
        items: list[tuple[str, s.Expr | None]] = []
        while not self.take("}"):
            if items:
                self.expect(",", "a comma or }")
            here = self.token.start
            if self.take(".", "*"):
                items.append(("*", None))
            elif self.take("."):
                key = self.name("the name of a property")
                items.append((key, s.Prop(subject, key, at=here)))
            else:
                key = self.name("a key")
                items.append((key, self.expression() if self.take(":") else s.Var(key, at=here)))
        return s.Projected(subject, tuple(items), at=at)


def _exists(pattern: s.PathPattern, at: int) -> s.Subquery:
    return s.Subquery("exists", s.Query(((s.Match(False, (pattern,), None, at=at),),), at=at), at=at)
