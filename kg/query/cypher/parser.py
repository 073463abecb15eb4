"""Clauses and patterns of Cypher: the part of the language that reads, and what is refused of the rest, with the way round.

The grammar is that of Neo4j 5 (openCypher 9 with EXISTS, COUNT, COLLECT and CALL subqueries, label expressions, and quantified
relationships).
"""

from __future__ import annotations

from itertools import pairwise

from kg.errors import UsageError
from kg.query.cypher import syntax as s
from kg.query.cypher.expressions import Expressions
from kg.query.cypher.lexer import place

_WRITES = frozenset(
    ("CREATE", "MERGE", "SET", "DELETE", "DETACH", "NODETACH", "REMOVE", "DROP", "ALTER", "FOREACH", "LOAD", "COPY", "EXPORT", "IMPORT",
     "INSTALL", "UNINSTALL", "ATTACH", "UPDATE", "CHECKPOINT", "COMMENT", "ANALYZE", "BEGIN", "COMMIT", "ROLLBACK", "USE", "FORCE", "GRANT",
     "DENY", "REVOKE", "START", "STOP", "TERMINATE", "RENAME", "DRYRUN", "ENABLE", "INSERT")
)  # fmt: skip
_CLAUSES = ("MATCH", "OPTIONAL", "UNWIND", "WITH", "RETURN", "CALL")
_SERVER = {
    "EXPLAIN": "there are no plans to show here; ask the server for them",
    "PROFILE": "there are no plans to show here; ask the server for them",
    "SHOW": "it asks a server about itself; CALL db.labels(), db.relationshipTypes() and db.propertyKeys() work here",
    "CYPHER": "there are no options of planners and runtimes here; leave them out",
    "FILTER": "write WITH * WHERE …",
    "LET": "write WITH *, … AS …",
    "FOR": "write UNWIND … AS …",
}


def parse(query: str) -> s.Query:
    """The query as a tree.

    Raises:
        UsageError: with line and column: it is not Cypher, it would write, or it is a part of the language that is not here.
    """
    return Parser(query).whole()


class Parser(Expressions):
    """Reads a query."""

    def whole(self) -> s.Query:
        if self.token.kind == "end" or self.sees(";"):
            raise UsageError("Cypher: the query is empty; give one such as 'MATCH (p:Paper) RETURN p.title LIMIT 5'")
        for mark, after in pairwise(self.tokens):
            if mark.text == ";" and mark.kind == "op" and after.kind != "end" and after.text != ";":
                raise UsageError(f"Cypher, {place(self.query, mark.start)}: one statement at a time; ask them one after the other")
        found = self.query_()
        while self.take(";"):
            pass
        if self.token.kind != "end":
            raise self._unexpected()
        return found

    def query_(self, *, inner: bool = False) -> s.Query:
        at = self.token.start
        parts = [self._clauses(inner)]
        every: set[bool] = set()
        while self.take("UNION"):
            every.add(self.take("ALL"))
            self.take("DISTINCT")
            parts.append(self._clauses(inner))
        if len(every) > 1:
            raise self.wrong("UNION and UNION ALL do not mix in one query")
        return s.Query(tuple(parts), True in every, at=at)

    def subquery(self) -> s.Query:
        """What stands in EXISTS { }, COUNT { } or COLLECT { }: a query, or patterns alone."""
        at = self.token.start
        with self.bars(end=False):
            if self.token.kind == "name" and self.word() in _CLAUSES and not (self.word(1) == "=" and self.word() != "MATCH"):
                return self.query_(inner=True)
            patterns = self._patterns()
            where = self.expression() if self.take("WHERE") else None
            return s.Query(((s.Match(False, patterns, where, at=at),),), at=at)

    def _clauses(self, inner: bool) -> tuple[s.Clause, ...]:
        found: list[s.Clause] = []
        while self.token.kind == "name" or not found:
            at = self.token.start
            if self.sees("UNION"):
                break
            if self.sees("MATCH") or self.sees("OPTIONAL", "MATCH"):
                optional = self.take("OPTIONAL")
                self.place += 1
                found.append(self._match(optional, at))
            elif self.take("UNWIND"):
                source = self.expression()
                self.expect("AS")
                found.append(s.Unwind(source, self.name("a name"), at=at))
            elif self.take("WITH"):
                found.append(self._projection(False, at))
            elif self.take("RETURN"):
                found.append(self._projection(True, at))
                break
            elif self.take("OPTIONAL", "CALL"):
                found.append(self._call_clause(True, at))
            elif self.take("CALL"):
                found.append(self._call_clause(False, at))
            elif self.take("WHERE"):
                raise self.wrong("WHERE belongs to MATCH, OPTIONAL MATCH, WITH or YIELD and comes behind it", at)
            else:
                raise self._unexpected(first=not found)
        last = found[-1]
        returns = isinstance(last, s.Projection) and last.last
        if not returns and not inner and not (isinstance(last, s.CallProcedure) and len(found) == 1):
            raise self.wrong("a query that reads ends with RETURN")
        return tuple(found)

    def _unexpected(self, first: bool = False) -> UsageError:
        at, word = self.token.start, self.word()
        where = f"Cypher, {place(self.query, at)}"
        if self.token.kind == "name" and word in _WRITES:
            return UsageError(
                f"{where}: {word} is refused, stores are read-only and made from the graph; "
                "change the papers or the catalog and build again (a name like this is written in backticks)"
            )
        if self.token.kind == "name" and word in _SERVER:
            return UsageError(f"{where}: {word} is not there: {_SERVER[word]}")
        if first:
            return UsageError(
                f"{where}: a query begins with MATCH, OPTIONAL MATCH, UNWIND, WITH, RETURN or CALL, found {self.token.text[:40]!r}"
            )
        return self.wrong(f"expected a clause such as MATCH, WITH or RETURN, found {self.found()}")

    # --- clauses --------------------------------------------------------------------------------------------------------

    def _match(self, optional: bool, at: int) -> s.Match:
        if self.sees("REPEATABLE") or self.sees("DIFFERENT"):
            raise self.wrong("match modes are not here: a relationship is never used twice in one MATCH; split it into two")
        patterns = self._patterns()
        if self.sees("USING") and self.word(1) in ("INDEX", "SCAN", "JOIN", "TEXT", "RANGE", "POINT"):
            raise self.wrong("there is no planner to advise here; leave USING out")
        where = self.expression() if self.take("WHERE") else None
        return s.Match(optional, patterns, where, at=at)

    def _patterns(self) -> tuple[s.PathPattern, ...]:
        found = [self.path()]
        while self.take(","):
            found.append(self.path())
        return tuple(found)

    def _projection(self, last: bool, at: int) -> s.Projection:
        distinct = self.take("DISTINCT")
        star, items = False, []
        if self.take("*"):
            star = True
        else:
            items.append(self._item(last))
        while self.take(","):
            items.append(self._item(last))
        order: list[tuple[s.Expr, bool]] = []
        if self.take("ORDER"):
            self.expect("BY")
            order.append(self._order())
            while self.take(","):
                order.append(self._order())
        skip = self.expression() if self.take("SKIP") or self.take("OFFSET") else None
        limit = self.expression() if self.take("LIMIT") else None
        where = self.expression() if not last and self.take("WHERE") else None
        return s.Projection(last, distinct, star, tuple(items), tuple(order), skip, limit, where, at=at)

    def _item(self, last: bool) -> s.Item:
        start = self.token.start
        expr = self.expression()
        text = self.query[start : self.tokens[self.place - 1].end]
        if self.take("AS"):
            return s.Item(expr, self.name("a name"), True)
        if isinstance(expr, s.Var):
            return s.Item(expr, expr.name, False)
        if not last:
            raise self.wrong(f"WITH names what it passes on: {text} AS …", start)
        return s.Item(expr, text, False)

    def _order(self) -> tuple[s.Expr, bool]:
        expr = self.expression()
        if self.take("DESC") or self.take("DESCENDING"):
            return expr, True
        if not self.take("ASC"):
            self.take("ASCENDING")
        return expr, False

    def _call_clause(self, optional: bool, at: int) -> s.Clause:
        imports: tuple[str, ...] | None = None
        if self.sees("("):
            self.place += 1
            names: list[str] = []
            while not self.take(")"):
                if names:
                    self.expect(",", "a comma or )")
                names.append("*" if self.take("*") else self.name("a variable"))
            imports = tuple(names)
        if imports is not None or self.sees("{"):
            self.expect("{")
            query = self.query_()
            self.expect("}")
            if self.sees("IN"):
                raise self.wrong("CALL { … } IN TRANSACTIONS is for writing")
            return s.CallQuery(query, imports, optional, at=at)
        name = self.name("the name of a procedure, or {")
        while self.take("."):
            name += "." + self.name("a name")
        args: list[s.Expr] = []
        if self.take("("):
            while not self.take(")"):
                if args:
                    self.expect(",", "a comma or )")
                args.append(self.expression())
        yields: list[tuple[str, str]] | None = None
        where = None
        if self.take("YIELD"):
            yields = []
            while True:
                column = "*" if self.take("*") else self.name("a column")
                yields.append((column, self.name("a name") if self.take("AS") else column))
                if not self.take(","):
                    break
            where = self.expression() if self.take("WHERE") else None
        return s.CallProcedure(name, tuple(args), None if yields is None else tuple(yields), where, at=at)

    # --- patterns -------------------------------------------------------------------------------------------------------

    def path(self, *, named: bool = True) -> s.PathPattern:
        at = self.token.start
        var = None
        if named and self.token.kind in ("name", "quoted") and self.word(1) == "=":
            var = self.name("a name")
            self.place += 1
        for word in ("SHORTEST", "ANY", "ALL"):
            if self.sees(word) and self.word(1) != "(":
                raise self.wrong(f"{word} before a pattern is not here; write shortestPath((a)-[*]-(b)) or allShortestPaths(…)")
        for word, shortest in (("SHORTESTPATH", "one"), ("ALLSHORTESTPATHS", "all")):
            if self.take(word, "("):
                found = self._chain(None, shortest, at)
                self.expect(")")
                if len(found.rels) != 1:
                    raise self.wrong("shortest paths are between two nodes, along one relationship such as -[:USES|BASED_ON*]-", at)
                return s.PathPattern(var, found.nodes, found.rels, shortest, at=at)
        return self._chain(var, "", at)

    def _chain(self, var: str | None, shortest: str, at: int) -> s.PathPattern:
        nodes, rels = [self._node()], []
        while self.sees("-") or self.sees("<", "-"):
            rels.append(self._rel())
            nodes.append(self._node())
        return s.PathPattern(var, tuple(nodes), tuple(rels), shortest, at=at)

    def _node(self) -> s.NodePattern:
        at = self.token.start
        self.expect("(", "a node in round brackets")
        if self.sees("("):
            raise self.wrong("quantified path patterns are not here; repeat one relationship, as in -[:KIND_OF*1..3]->, or use UNION", at)
        var = self.name("a name") if self.token.kind in ("name", "quoted") and not self._where() else None
        labels = self.labels() if self.sees(":") or self._is() else None
        props = self._props()
        where = self.expression() if self.take("WHERE") else None
        self.expect(")", ") or what a node may have: a name, :Label, {property: value}, WHERE")
        return s.NodePattern(var, labels, props, where, at=at)

    def _where(self) -> bool:
        return self.sees("WHERE") and self.word(1) not in (")", "]", ":", "{", "*")

    def _is(self) -> bool:
        return self.sees("IS") and self.tokens[self.place + 1].kind in ("name", "quoted", "op") and self.word(1) not in (")", "]", ":")

    def _props(self) -> s.Expr | None:
        if self.token.kind == "param":
            raise self.wrong("a parameter cannot stand for all properties of a pattern, nor can it in Neo4j; write {id: $id}")
        if self.sees("{"):
            return self._atom()
        return None

    def _rel(self) -> s.RelPattern:
        at = self.token.start
        left = self.take("<")
        self.expect("-")
        var = types = props = where = None
        low: int | None = None
        high: int | None = None
        if self.take("["):
            var = self.name("a name") if self.token.kind in ("name", "quoted") and not self._where() else None
            types = self.labels() if self.sees(":") or self._is() else None
            if self.take("*"):
                low, high = self._range()
            props = self._props()
            where = self.expression() if self.take("WHERE") else None
            self.expect("]", "] or what a relationship may have: a name, :TYPE, *1..3, {property: value}, WHERE")
        self.expect("-")
        right = self.take(">")
        if self.sees("+") or (self.sees("*") and low is None) or self.sees("{"):
            if low is not None:
                raise self.wrong("a relationship is repeated by * inside or by a quantifier behind it, not by both")
            low, high = self._quantifier()
        direction = "both" if left == right else ("in" if left else "out")
        return s.RelPattern(var, types, direction, low, high, props, where, at=at)  # type: ignore[arg-type]

    def _range(self) -> tuple[int, int | None]:
        low = self._whole()
        if not self.take(".."):
            return (1, None) if low is None else (low, low)
        return 1 if low is None else low, self._whole()

    def _quantifier(self) -> tuple[int, int | None]:
        if self.take("+"):
            return 1, None
        if self.take("*"):
            return 0, None
        self.expect("{")
        low = self._whole()
        if not self.take(","):
            if low is None:
                raise self.wrong("a quantifier is {2}, {1,3}, {1,} or {,3}")
            high: int | None = low
        else:
            low, high = low or 0, self._whole()
        self.expect("}")
        assert low is not None
        return low, high

    def _whole(self) -> int | None:
        if self.token.kind == "param":
            raise self.wrong("the bounds of a repeated relationship are numbers, not parameters, in Neo4j too")
        if self.token.kind != "number":
            return None
        value = self.token.value
        if not isinstance(value, int):
            raise self.wrong("the bounds of a repeated relationship are whole numbers")
        self.place += 1
        return value

    def labels(self) -> s.Labels:
        """`:A`, `:A:B`, `:A|B`, `:A&!B`, `:%`, `IS A`."""
        if not self.take("IS"):
            self.expect(":")
        return self._or()

    def _or(self) -> s.Labels:
        at = self.token.start
        parts = [self._and()]
        while not self.bar_ends and self.take("|"):
            self.take(":")
            parts.append(self._and())
        return parts[0] if len(parts) == 1 else s.Labels("or", parts=tuple(parts), at=at)

    def _and(self) -> s.Labels:
        at = self.token.start
        parts = [self._one_label()]
        while self.take("&") or self.take(":"):
            parts.append(self._one_label())
        return parts[0] if len(parts) == 1 else s.Labels("and", parts=tuple(parts), at=at)

    def _one_label(self) -> s.Labels:
        at = self.token.start
        if self.take("!"):
            return s.Labels("not", parts=(self._one_label(),), at=at)
        if self.take("%"):
            return s.Labels("any", at=at)
        if self.take("("):
            with self.bars(end=False):
                found = self._or()
            self.expect(")")
            return found
        if self.token.kind == "param" or self.sees("$"):
            raise self.wrong("labels and types are written out; for one that is a value use WHERE $label IN labels(n) or type(r) = $type")
        return s.Labels("name", self.name("a label or type"), at=at)
