"""Expressions made into functions of a frame: a list that holds the values of all variables, each at its own place."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from kg.errors import QueryStopped, did_you_mean
from kg.query.cypher import syntax as s
from kg.query.cypher.aggregates import AGGREGATES
from kg.query.cypher.expressions import Wrong
from kg.query.cypher.functions import ABSENT, FUNCTIONS, properties
from kg.query.cypher.lexer import problem
from kg.query.cypher.predicates import LONGEST, STRINGS, Frame, Run, as_list, first, fits, logic, matches, quantifier, truth, within
from kg.query.cypher.store import NODES, TYPES, Store
from kg.query.cypher.values import ORDERS, Node, Rel, add, arithmetic, equal, fail, joined, kind, number, ordered

Rows = Callable[[Frame], Iterator[Any]]
#: Steps between two looks at the clock.
_STEPS = 20_000


class Scope:
    """Names and their places in the frame; `room` grows as long as the query is compiled, and is shared by inner scopes."""

    def __init__(self, names: Mapping[str, int] | None = None, room: list[int] | None = None) -> None:
        self.names = dict(names or {})
        self.room = room if room is not None else [0]
        #: Names of the query around a subquery, which WITH does not end.
        self.constants: set[str] = set()

    def inner(self) -> Scope:
        made = Scope(self.names, self.room)
        made.constants = self.constants
        return made

    def new(self, name: str) -> int:
        place = self.hidden()
        self.names[name] = place
        return place

    def hidden(self) -> int:
        self.room[0] += 1
        return self.room[0] - 1


class Clock:
    """Ends a query that takes too long."""

    def __init__(self, seconds: float | None) -> None:
        self.seconds = seconds
        self.end = None if seconds is None else time.monotonic() + seconds
        self.left = _STEPS

    def tick(self) -> None:
        """One step of work was done.

        Raises:
            QueryStopped: the time is over.
        """
        self.left -= 1
        if self.left < 0:
            self.left = _STEPS
            if self.end is not None and time.monotonic() > self.end:
                raise QueryStopped(
                    f"the query was stopped after {self.seconds:g} s; narrow it (bind a node by its name, give -[*]- an upper bound), "
                    "or give it more time"
                )


class Compiler:
    """What all parts of the compilation share; patterns and clauses are in the classes made of it."""

    def __init__(self, store: Store, query: str, params: Mapping[str, Any], seconds: float | None = None) -> None:
        self.store = store
        self.query = query
        self.params = params
        self.clock = Clock(seconds)
        #: By what they are about and its name, so that each is told once.
        self.notes: dict[tuple[str, str], str] = {}

    # made in kg.query.cypher.match and kg.query.cypher.clauses

    def match(self, patterns: tuple[s.PathPattern, ...], where: s.Expr | None, scope: Scope, *, once: bool) -> tuple[Rows, Scope]:
        raise NotImplementedError

    def subquery(self, query: s.Query, scope: Scope, *, once: bool) -> tuple[Rows, list[str]]:
        raise NotImplementedError

    def wrong(self, message: str, at: int) -> Wrong:
        return Wrong(str(problem(self.query, at, message)), at)

    def note(self, what: str, name: str, known: Any) -> None:
        """Tells of a name that the graph does not know: Neo4j finds nothing there either, and warns."""
        if (what, name) not in self.notes:
            self.notes[what, name] = f"the graph knows no {what} {name}; {did_you_mean(name, known)}"

    # --- expressions ----------------------------------------------------------------------------------------------------

    def expr(self, e: s.Expr, scope: Scope) -> Run:
        """The function that computes an expression.

        Raises:
            UsageError: a name, function or parameter that is not there.
        """
        made: Run = getattr(self, f"_{type(e).__name__.lower()}")(e, scope)
        return made

    def test(self, e: s.Expr, scope: Scope) -> Run:
        """The same of a predicate: true counts, false and null do not, and nothing else is let through."""
        run = self.expr(e, scope)

        return lambda f: truth(run(f)) is True

    def _literal(self, e: s.Literal, scope: Scope) -> Run:
        value = e.value
        return lambda f: value

    def _param(self, e: s.Param, scope: Scope) -> Run:
        value = self.params[e.name]
        return lambda f: value

    def _var(self, e: s.Var, scope: Scope) -> Run:
        if e.name not in scope.names:
            known = [name for name in scope.names if not name.startswith(" ")]
            raise self.wrong(f"the variable {e.name} is not defined; {did_you_mean(e.name, known)}", e.at)
        place = scope.names[e.name]
        return lambda f: f[place]

    def _prop(self, e: s.Prop, scope: Scope) -> Run:
        key = e.key
        subject = self.expr(e.subject, scope)

        def get(f: Frame) -> Any:
            owner = subject(f)
            t = type(owner)
            if t is Node or t is Rel:
                column = owner.columns.get(key)
                if column is None:
                    self.check_property(key)
                    return None
                return column[owner.row]
            if t is dict:
                return owner.get(key)
            if owner is None:
                return None
            raise fail(f"{kind(owner)} has no property {key}")

        return get

    def check_property(self, key: str) -> None:
        """Tells of a property that no node and no relationship has."""
        if key not in self._properties:
            self.note("property", key, self._properties)

    @cached_property
    def _properties(self) -> frozenset[str]:
        return frozenset((*(p.name for kinds in NODES.values() for p in kinds), *self.store.edges.names()))

    def _index(self, e: s.Index, scope: Scope) -> Run:
        subject, index = self.expr(e.subject, scope), self.expr(e.index, scope)

        def get(f: Frame) -> Any:
            owner, at = subject(f), index(f)
            if owner is None or at is None:
                return None
            if type(owner) is list:
                if type(at) is not int:
                    raise fail(f"a place in a list is an Integer, found {kind(at)}")
                return owner[at] if -len(owner) <= at < len(owner) else None
            if type(at) is str and type(owner) in (dict, Node, Rel):
                return owner.get(at)
            raise fail(f"{kind(owner)} has no place {at!r}")

        return get

    def _slice(self, e: s.Slice, scope: Scope) -> Run:
        subject = self.expr(e.subject, scope)
        low = self.expr(e.low, scope) if e.low is not None else None
        high = self.expr(e.high, scope) if e.high is not None else None

        def cut(f: Frame) -> Any:
            owner = subject(f)
            start, end = (low(f) if low else 0), (high(f) if high else LONGEST)
            if owner is None or start is None or end is None:
                return None
            if type(owner) is not list or type(start) is not int or type(end) is not int:
                raise fail(f"[a..b] cuts a list at whole numbers, found {kind(owner)}")
            return owner[start:end]

        return cut

    def _unary(self, e: s.Unary, scope: Scope) -> Run:
        run = self.expr(e.operand, scope)
        if e.op == "IS NULL":
            return lambda f: run(f) is None
        if e.op == "IS NOT NULL":
            return lambda f: run(f) is not None
        if e.op == "NOT":
            return lambda f: None if (x := truth(run(f))) is None else not x

        def signed(f: Frame) -> Any:
            found = run(f)
            if found is not None and not number(found):
                raise fail(f"{e.op} is for numbers, found {kind(found)}")
            return found if e.op == "+" else arithmetic("-", 0, found) if type(found) is not float else -found

        return signed

    def _binary(self, e: s.Binary, scope: Scope) -> Run:
        a, b, op = self.expr(e.left, scope), self.expr(e.right, scope), e.op
        if op == "=":

            def same(f: Frame) -> Any:
                x, y = a(f), b(f)
                return x == y if type(x) is str and type(y) is str else equal(x, y)

            return same
        if op == "<>":
            return lambda f: None if (x := equal(a(f), b(f))) is None else not x
        if op in ORDERS:
            holds = ORDERS[op]
            return lambda f: ordered(holds, a(f), b(f))
        if op in ("AND", "OR", "XOR"):
            return logic(op, a, b)
        if op == "+":
            return lambda f: add(a(f), b(f))
        if op == "||":
            return lambda f: joined(a(f), b(f))
        if op == "IN":
            return within(a, b)
        if op == "=~":
            return lambda f: matches(a(f), b(f))
        if op in STRINGS:
            compare = STRINGS[op]

            def part(f: Frame) -> Any:
                x, y = a(f), b(f)
                return compare(x, y) if type(x) is str and type(y) is str else None

            return part
        return lambda f: arithmetic(op, a(f), b(f))

    def label_names(self, labels: s.Labels, known: Any, what: str) -> None:
        for one in labels.names():
            if one.name not in known:
                self.note(what, one.name, known)

    def kinds_with(self, labels: s.Labels) -> bytes:
        """For each set of labels whether nodes of that kind fit, as a byte."""
        self.label_names(labels, {label for one in self.store.labels for label in one} | {*NODES}, "label")
        return bytes(fits(labels, {*one}) for one in self.store.labels)

    def types_with(self, types: s.Labels | None) -> tuple[int, ...]:
        """Numbers of the types of relationships that fit; the one that stands for all where there is no condition."""
        if types is None:
            return (Store.every,)
        self.label_names(types, TYPES, "type of relationship")
        return tuple(n for n, name in enumerate(TYPES) if fits(types, {name}))

    def _haslabels(self, e: s.HasLabels, scope: Scope) -> Run:
        subject = self.expr(e.subject, scope)
        mask, kinds = self.kinds_with(e.labels) if not {o.name for o in e.labels.names()} <= {*TYPES} else b"", self.store.kinds

        def has(f: Frame) -> Any:
            owner = subject(f)
            if type(owner) is Node:
                return bool(mask and mask[kinds[owner.number]])
            if type(owner) is Rel:
                return fits(e.labels, {owner.type})
            if owner is None:
                return None
            raise fail(f"{kind(owner)} has no labels")

        return has

    def _call(self, e: s.Call, scope: Scope) -> Run:
        if e.name in AGGREGATES:
            raise self.wrong(f"{e.name}() stands in WITH and RETURN alone; pass it on by WITH, then test it by WHERE", e.at)
        if e.distinct:
            raise self.wrong(f"DISTINCT is for aggregating functions, which {e.name}() is not", e.at)
        args = [self.expr(arg, scope) for arg in e.args]
        if e.name == "coalesce":
            return lambda f: next((found for arg in args if (found := arg(f)) is not None), None)
        if e.name == "labels":
            self._count_args(e, 1, 1)
            return lambda f: self._labels(args[0](f))
        if e.name not in FUNCTIONS:
            raise self._no_function(e)
        of, fewest, most = FUNCTIONS[e.name]
        self._count_args(e, fewest, most)
        if len(args) == 1:
            (one,) = args
            return lambda f: None if (x := one(f)) is None else of(x)

        def call(f: Frame) -> Any:
            given = [arg(f) for arg in args]
            return None if None in given else of(*given)

        return call

    def _count_args(self, e: s.Call, fewest: int, most: int) -> None:
        if not fewest <= len(e.args) <= most:
            wanted = f"{fewest}" if fewest == most else f"{fewest} to {most}"
            raise self.wrong(f"{e.name}() takes {wanted} values, found {len(e.args)}", e.at)

    def _no_function(self, e: s.Call) -> Wrong:
        for start, instead in ABSENT.items():
            if e.name.startswith(start):
                return self.wrong(f"{e.name}() is not here: {instead}", e.at)
        return self.wrong(f"there is no function {e.name}(); {did_you_mean(e.name, [*FUNCTIONS, *AGGREGATES, 'coalesce', 'labels'])}", e.at)

    def _labels(self, value: Any) -> Any:
        if value is None:
            return None
        if type(value) is not Node:
            raise fail(f"labels() takes a Node, found {kind(value)}")
        return [*self.store.labels_of(value)]

    def _case(self, e: s.Case, scope: Scope) -> Run:
        default = self.expr(e.default, scope) if e.default is not None else lambda f: None
        values = [self.expr(value, scope) for _, value in e.whens]
        if e.subject is None:
            tests = [self.expr(test, scope) for test, _ in e.whens]
            pairs = [*zip(tests, values, strict=True)]
            return lambda f: first(pairs, default, f)
        subject = self.expr(e.subject, scope)
        tests = [self.expr(test, scope) for test, _ in e.whens]

        def choose(f: Frame) -> Any:
            found = subject(f)
            for test, value in zip(tests, values, strict=True):
                other = test(f)
                if equal(found, other) is True:
                    return value(f)
            return default(f)

        return choose

    def _listof(self, e: s.ListOf, scope: Scope) -> Run:
        items = [self.expr(item, scope) for item in e.items]
        return lambda f: [item(f) for item in items]

    def _mapof(self, e: s.MapOf, scope: Scope) -> Run:
        items = [(key, self.expr(value, scope)) for key, value in e.items]
        return lambda f: {key: value(f) for key, value in items}

    def _projected(self, e: s.Projected, scope: Scope) -> Run:
        subject = self.expr(e.subject, scope)
        items = [(key, None if value is None else self.expr(value, scope)) for key, value in e.items]

        def project(f: Frame) -> Any:
            owner = subject(f)
            if owner is None:
                return None
            found: dict[str, Any] = {}
            for key, value in items:
                if value is None:
                    found |= properties(owner)
                else:
                    found[key] = value(f)
            return found

        return project

    def _comprehension(self, e: s.Comprehension, scope: Scope) -> Run:
        source = self.expr(e.source, scope)
        inner = scope.inner()
        place = inner.new(e.var)
        where = self.expr(e.where, inner) if e.where is not None else None
        value = self.expr(e.value, inner) if e.value is not None else None
        if e.kind != "list":
            if where is None:
                raise self.wrong(f"{e.kind}() goes on with WHERE", e.at)
            return quantifier(e.kind, source, place, where)

        def every(f: Frame) -> Any:
            items = as_list(source(f))
            if items is None:
                return None
            found = []
            for item in items:
                f[place] = item
                if where is None or truth(where(f)) is True:
                    found.append(item if value is None else value(f))
            return found

        return every

    def _reduce(self, e: s.Reduce, scope: Scope) -> Run:
        start, source = self.expr(e.start, scope), self.expr(e.source, scope)
        inner = scope.inner()
        total, place = inner.new(e.total), inner.new(e.var)
        value = self.expr(e.value, inner)

        def fold(f: Frame) -> Any:
            items = as_list(source(f))
            if items is None:
                return None
            found = start(f)
            for item in items:
                f[total], f[place] = found, item
                found = value(f)
            return found

        return fold

    def _patterncomprehension(self, e: s.PatternComprehension, scope: Scope) -> Run:
        rows, inner = self.match((e.pattern,), e.where, scope, once=False)
        value = self.expr(e.value, inner)
        return lambda f: [value(f) for _ in rows(f)]

    def _shortestpath(self, e: s.ShortestPath, scope: Scope) -> Run:
        name = " path"
        pattern = s.PathPattern(name, e.pattern.nodes, e.pattern.rels, e.pattern.shortest, at=e.at)
        rows, inner = self.match((pattern,), None, scope, once=False)
        place = inner.names[name]
        if e.pattern.shortest == "all":
            return lambda f: [f[place] for _ in rows(f)]
        return lambda f: next((f[place] for _ in rows(f)), None)

    def _subquery(self, e: s.Subquery, scope: Scope) -> Run:
        rows, columns = self.subquery(e.query, scope, once=e.kind == "exists")
        if e.kind == "exists":
            return lambda f: any(True for _ in rows(f))
        if e.kind == "count":
            return lambda f: sum(1 for _ in rows(f))
        if len(columns) != 1:
            raise self.wrong("COLLECT { … } returns one column", e.at)
        return lambda f: [row[0] for row in rows(f)]
