"""Patterns made into generators: where to begin, which relationship to follow next, and when each condition is tested.

Nodes that a value picks out (an id, a name) come first; from what is bound the relationship with the fewest ways on is followed.
Within one MATCH no relationship is used twice: what it finds are trails, as in Neo4j.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from kg.errors import UsageError
from kg.query.cypher import syntax as s
from kg.query.cypher.compile import Compiler, Rows, Scope
from kg.query.cypher.hops import TURNED
from kg.query.cypher.predicates import Frame, Run
from kg.query.cypher.steps import Condition, NodeSpec, PathSpec, RelSpec, Steps

#: Nodes picked by a value, up to this many, are bound before any relationship is followed.
_FEW = 4


class Planner(Steps):
    """One MATCH on its way to a generator."""

    def __init__(self, compiler: Matching, patterns: tuple[s.PathPattern, ...], where: s.Expr | None, scope: Scope, once: bool) -> None:
        self.c = compiler
        self.store = compiler.store
        self.scope = scope.inner()
        self.once = once
        self.nodes = {}
        self.rels = []
        self.paths = []
        self.conditions = []
        inline: list[s.Expr] = []
        for pattern in patterns:
            self._pattern(pattern, inline)
        self.own = self.scope.names.keys() - scope.names.keys()
        for expr in [*inline, *_parts(where)]:
            self.conditions.append(Condition(expr, s.names_in(expr) & self.own))
        self.bound = {n.name for n in self.nodes.values() if n.bound}
        self.makers = []

    # --- what the pattern says ------------------------------------------------------------------------------------------

    def _pattern(self, pattern: s.PathPattern, inline: list[s.Expr]) -> None:
        names = [self._node(node, inline) for node in pattern.nodes]
        rels = [
            self._rel(rel, source, target, pattern.shortest, inline)
            for rel, source, target in zip(pattern.rels, names, names[1:], strict=False)
        ]
        if pattern.var is not None:
            if pattern.var in self.scope.names:
                raise self.c.wrong(f"{pattern.var} is defined already", pattern.at)
            self.paths.append(PathSpec(pattern.var, self.scope.new(pattern.var), names, rels))

    def _hidden(self) -> str:
        return f" {self.scope.room[0]}"

    def _node(self, node: s.NodePattern, inline: list[s.Expr]) -> str:
        name = node.var or self._hidden()
        spec = self.nodes.get(name)
        if spec is None:
            if any(name in (p.name, *(r.pattern.var for r in p.rels)) for p in self.paths) or any(r.pattern.var == name for r in self.rels):
                raise self.c.wrong(f"{name} is a path or a relationship, and cannot be a node too", node.at)
            bound = name in self.scope.names
            place = self.scope.names[name] if bound else self.scope.new(name)
            spec = self.nodes[name] = NodeSpec(name, place, bound)
        if node.labels is not None:
            mask = self.c.kinds_with(node.labels)
            spec.mask = mask if spec.mask is None else bytes(a & b for a, b in zip(spec.mask, mask, strict=True))
        self._inline(name, node.props, node.where, inline)
        return name

    def _inline(self, name: str, props: s.Expr | None, where: s.Expr | None, inline: list[s.Expr]) -> None:
        if isinstance(props, s.MapOf):
            inline += [s.Binary("=", s.Prop(s.Var(name), key), value) for key, value in props.items]
        if where is not None:
            inline += _parts(where)

    def _rel(self, rel: s.RelPattern, source: str, target: str, short: str, inline: list[s.Expr]) -> RelSpec:
        given = rel.var is not None and rel.var in self.scope.names
        if given and (rel.low is not None or any(r.pattern.var == rel.var for r in self.rels)):
            raise self.c.wrong(f"the relationship {rel.var} is there already; give this one another name and compare the two", rel.at)
        if rel.low is not None and rel.where is not None:
            raise self.c.wrong("a repeated relationship takes no WHERE of its own, in Neo4j neither; write {property: value}", rel.at)
        props = rel.props.items if isinstance(rel.props, s.MapOf) else ()
        name = rel.var
        if name is None and rel.low is None and (props or rel.where is not None):
            name = self._hidden()
        place = None if name is None else self.scope.names[name] if given else self.scope.new(name)
        spec = RelSpec(source, target, rel, self.c.types_with(rel.types), self.scope.hidden(), place, given, short)
        if rel.low is None:
            if name is not None:
                self._inline(name, rel.props, rel.where, inline)
        else:
            spec.tests = list(props)
        if short and rel.low not in (None, 0, 1):
            raise self.c.wrong("a shortest path begins with 0 or 1 steps, in Neo4j too; test length(p) for more", rel.at)
        self.rels.append(spec)
        return spec

    # --- the plan -------------------------------------------------------------------------------------------------------

    def plan(self) -> tuple[Rows, Scope]:
        """The generator, and the scope with the names of the pattern."""
        for spec in self.nodes.values():
            if spec.bound:
                self.makers.append(self._check_bound(spec))
        self._masks()
        self._ready()
        for spec in [*self.nodes.values()]:
            if not spec.bound and (found := self._constant_seek(spec)) is not None and len(found) <= _FEW:
                self._scan(spec, found)
        while True:
            open_ = [r for r in self.rels if not r.bound]
            reachable = [r for r in open_ if self._reachable(r)]
            if reachable:
                self._follow(min(reachable, key=self._cost))
            elif unbound := [n for n in self.nodes.values() if n.name not in self.bound]:
                # conditions on values that are known by now may pick a node out
                self._begin(unbound)
            else:
                break
        self._ready(last=True)
        run: Rows | None = None
        for maker in reversed(self.makers):
            run = maker(run)
        return run if run is not None else _single, self.scope

    def _reachable(self, rel: RelSpec) -> bool:
        ends = rel.source in self.bound, rel.target in self.bound
        return rel.given or (all(ends) if rel.shortest else any(ends))

    def _cost(self, rel: RelSpec) -> float:
        if rel.given:
            return 0
        if rel.source in self.bound and rel.target in self.bound:
            return 1 if not rel.repeated else 50
        forward = rel.source in self.bound
        degrees = self.store.degrees(_direction(rel.pattern.direction, forward), rel.types)
        ways = float(degrees.sum()) / max(1, int((degrees > 0).sum()))
        return 2 + ways * (8 if rel.repeated else 1)

    def _begin(self, unbound: list[NodeSpec]) -> None:
        def found_by(spec: NodeSpec) -> list[int] | Run:
            if (later := self._seek(spec)) is not None:
                return later
            return self._all(spec) if (constant := self._constant_seek(spec)) is None else constant

        ways = [(spec, found_by(spec)) for spec in unbound]
        self._scan(*min(ways, key=lambda way: 2 if callable(way[1]) else len(way[1])))

    def _all(self, spec: NodeSpec) -> list[int]:
        """Numbers of all nodes that have a fitting label and the relationships that the pattern wants of them."""
        store = self.store
        fit = np.ones(store.size, dtype=bool)
        if spec.mask is not None:
            fit &= np.frombuffer(spec.mask, dtype=np.uint8)[store.kind_array].astype(bool) if store.size else fit
        for rel in self.rels:
            if rel.fewest < 1 or rel.given:
                continue
            for name, forward in ((rel.source, True), (rel.target, False)):
                if name == spec.name:
                    direction = _direction(rel.pattern.direction, forward)
                    fit &= self._touched(rel, direction) if rel.mask is not None else store.degrees(direction, rel.types) > 0
        numbers: list[int] = np.flatnonzero(fit).tolist()
        return numbers

    def _touched(self, rel: RelSpec, direction: str) -> Any:
        assert rel.mask is not None
        rels = np.flatnonzero(np.frombuffer(rel.mask, dtype=bool))
        found = np.zeros(self.store.size, dtype=bool)
        for side, ends in (("out", self.store.start), ("in", self.store.end)):
            if direction in (side, "both") and len(rels):
                found[np.frombuffer(ends, dtype=np.int32)[rels]] = True
        return found

    def _masks(self) -> None:
        """Conditions that compare a number of a relationship with a value are answered for all relationships at once."""
        for condition in self.conditions:
            e = condition.expr
            if not isinstance(e, s.Binary) or e.op not in _MIRRORED:
                continue
            for one, other, op in ((e.left, e.right, e.op), (e.right, e.left, _MIRRORED[e.op])):
                if not (isinstance(one, s.Prop) and isinstance(one.subject, s.Var)):
                    continue
                value = self._constant(other)
                column = self.store.edges.get(one.key)
                for rel in self.rels:
                    if rel.pattern.var == one.subject.name and not rel.repeated and not rel.given and column is not None and value:
                        if type(value[0]) not in (int, float) or value[0] != value[0]:
                            continue
                        found = column.compare(op, value[0])
                        if found is not None:
                            both = found if rel.mask is None else found & np.frombuffer(rel.mask, dtype=bool)
                            rel.mask = both.tobytes()

    # --- seeks ----------------------------------------------------------------------------------------------------------

    def _constant(self, e: s.Expr) -> tuple[Any, ...]:
        """The value of an expression without variables as a tuple of one, otherwise an empty tuple."""
        if any(isinstance(part, s.Var | s.Subquery | s.PatternComprehension | s.ShortestPath) for part in s.inside(e)):
            return ()
        try:
            return (self.c.expr(e, Scope())([]),)
        except UsageError:
            # it is told when the condition is tested
            return ()

    def _wanted(self, spec: NodeSpec, e: s.Expr) -> list[tuple[str, s.Expr, bool]] | None:
        """(property, expression, whether that gives a list) of values one of which a node must have for a condition to hold."""
        if not isinstance(e, s.Binary):
            return None
        if e.op == "OR":
            a, b = self._wanted(spec, e.left), self._wanted(spec, e.right)
            return None if a is None or b is None else a + b
        if e.op == "=":
            for one, other in ((e.left, e.right), (e.right, e.left)):
                if _property_of(one, spec.name) and isinstance(one, s.Prop):
                    return [(one.key, other, False)]
        if e.op == "IN" and _property_of(e.left, spec.name) and isinstance(e.left, s.Prop):
            return [(e.left.key, e.right, True)]
        if e.op == "IN" and _property_of(e.right, spec.name) and isinstance(e.right, s.Prop):
            return [(e.right.key, e.left, False)]
        return None

    def _constant_seek(self, spec: NodeSpec) -> list[int] | None:
        best: list[int] | None = None
        for condition in self.conditions:
            if spec.name not in condition.needs or (wanted := self._wanted(spec, condition.expr)) is None:
                continue
            values: list[tuple[str, Any]] = []
            for name, e, many in wanted:
                self.c.check_property(name)
                value = self._constant(e)
                if not value or not (found := _each(value[0], many)) or any(type(v) not in (str, int, float) for v in found):
                    break
                values += [(name, v) for v in found]
            else:
                rows = self._fitting(spec, sorted({n for name, value in values for n in self.store.seek(name, value)}))
                best = rows if best is None or len(rows) < len(best) else best
        return best

    def _seek(self, spec: NodeSpec) -> Run | None:
        """A function that finds nodes by values which are known when a row is there."""
        for condition in self.conditions:
            wanted = self._wanted(spec, condition.expr) if spec.name in condition.needs else None
            if wanted is None or any(s.names_in(e) & self.own - self.bound for _, e, _ in wanted):
                continue
            if all(self._constant(e) for _, e, _ in wanted):
                continue
            runs = [(name, self.c.expr(e, self.scope), many) for name, e, many in wanted]

            def find(f: Frame, runs: list[tuple[str, Run, bool]] = runs) -> list[int]:
                values = [(name, v) for name, run, many in runs for v in _each(run(f), many)]
                if any(type(v) is bool for _, v in values):
                    return self._all(spec)
                return self._fitting(spec, sorted({n for name, v in values for n in self.store.seek(name, v)}))

            return find
        return None

    def _fitting(self, spec: NodeSpec, numbers: list[int]) -> list[int]:
        mask, kinds = spec.mask, self.store.kinds
        return numbers if mask is None else [n for n in numbers if mask[kinds[n]]]


class Matching(Compiler):
    """Compiles patterns."""

    def match(self, patterns: tuple[s.PathPattern, ...], where: s.Expr | None, scope: Scope, *, once: bool) -> tuple[Rows, Scope]:
        """A generator that binds the pattern's variables in a frame, once for each way it fits; and the scope that has them.

        Args:
            once: whether each combination of the named nodes need come only once.
        """
        return Planner(self, patterns, where, scope, once).plan()


_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _single(f: Frame) -> Iterator[Any]:
    yield True


def _parts(where: s.Expr | None) -> list[s.Expr]:
    """The conditions that AND joins."""
    if where is None:
        return []
    if isinstance(where, s.Binary) and where.op == "AND":
        return _parts(where.left) + _parts(where.right)
    return [where]


def _property_of(e: s.Expr, name: str) -> bool:
    return isinstance(e, s.Prop) and isinstance(e.subject, s.Var) and e.subject.name == name


def _each(value: Any, many: bool) -> list[Any]:
    return (value if type(value) is list else []) if many else [value]


def _direction(direction: str, forward: bool) -> str:
    return direction if forward else TURNED[direction]
