"""The steps of a MATCH as generators: look at nodes, follow a relationship once or several times, find the shortest way, test."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from kg.query.cypher import syntax as s
from kg.query.cypher.compile import Compiler, Rows, Scope
from kg.query.cypher.hops import Hop, by_length, nodes_along, reached, shortest, trails
from kg.query.cypher.predicates import Frame, Run
from kg.query.cypher.store import Store
from kg.query.cypher.values import Node, Path, Rel, fail, kind

Maker = Callable[[Rows | None], Rows]
Used = Callable[[Frame], Collection[int]]


@dataclass(slots=True)
class NodeSpec:
    """A node of the pattern; `mask` tells which kinds fit."""

    name: str
    place: int
    bound: bool
    mask: bytes | None = None


@dataclass(slots=True)
class RelSpec:
    """A relationship of the pattern; `ids` is the place of its number, or of its numbers where it is repeated."""

    source: str
    target: str
    pattern: s.RelPattern
    types: tuple[int, ...]
    ids: int
    place: int | None
    given: bool
    shortest: str
    bound: bool = False
    mask: bytes | None = None
    tests: list[tuple[str, s.Expr]] = field(default_factory=list)

    @property
    def repeated(self) -> bool:
        return self.pattern.low is not None

    @property
    def fewest(self) -> int:
        return 1 if self.pattern.low is None else self.pattern.low


@dataclass(slots=True)
class PathSpec:
    name: str
    place: int
    nodes: list[str]
    rels: list[RelSpec]


@dataclass(slots=True)
class Condition:
    """One of the conditions joined by AND, and the names of the pattern that it needs."""

    expr: s.Expr
    needs: set[str]


class Steps:
    """Makes the steps of one MATCH, and tests each condition as soon as it can be."""

    c: Compiler
    store: Store
    scope: Scope
    once: bool
    nodes: dict[str, NodeSpec]
    rels: list[RelSpec]
    paths: list[PathSpec]
    conditions: list[Condition]
    own: set[str]
    bound: set[str]
    makers: list[Maker]

    def _ready(self, last: bool = False) -> None:
        """Builds the paths and tests the conditions that can be by now."""
        for path in [*self.paths]:
            if {*path.nodes} <= self.bound and all(r.bound for r in path.rels):
                self.paths.remove(path)
                self.makers.append(self._build(path))
                self.bound.add(path.name)
        now = [c for c in self.conditions if c.needs <= self.bound or last]
        self.conditions = [c for c in self.conditions if c not in now]
        for condition in now:
            self.makers.append(_filter(self.c.test(condition.expr, self.scope)))

    def _check_bound(self, spec: NodeSpec) -> Maker:
        place, mask, kinds, name = spec.place, spec.mask, self.store.kinds, spec.name

        def holds(f: Frame) -> bool:
            node = f[place]
            if type(node) is not Node:
                if node is None:
                    return False
                raise fail(f"{name} is a {kind(node)}, not a Node")
            return mask is None or bool(mask[kinds[node.number]])

        return _filter(holds)

    def _scan(self, spec: NodeSpec, found: list[int] | Run) -> None:
        place, store, tick = spec.place, self.store, self.c.clock.tick

        def maker(then: Rows | None) -> Rows:
            def scan(f: Frame) -> Iterator[Any]:
                for number in found(f) if callable(found) else found:
                    tick()
                    f[place] = store.node(number)
                    if then is None:
                        yield True
                    else:
                        yield from then(f)

            return scan

        self.makers.append(maker)
        self.bound.add(spec.name)
        self._ready()

    def _follow(self, rel: RelSpec) -> None:
        used = _used([r for r in self.rels if r.bound and _overlap(r.types, rel.types)])
        if rel.given:
            self.makers.append(self._given(rel, used))
        else:
            hop = Hop(self.store, rel.types, rel.pattern.direction, rel.mask)
            forward = rel.source in self.bound
            if not forward:
                hop = hop.turned()
            here = self.nodes[rel.source if forward else rel.target]
            there = self.nodes[rel.target if forward else rel.source]
            known = there.name in self.bound
            if rel.shortest:
                self.makers.append(self._shortest(rel, hop, here, there))
            elif rel.repeated:
                self.makers.append(self._repeat(rel, hop, here, there, known, forward, used))
            else:
                self.makers.append(self._step(rel, hop, here, there, known, used))
        rel.bound = True
        self.bound |= {rel.source, rel.target}
        if rel.place is not None:
            self.bound |= {name for name, place in self.scope.names.items() if place == rel.place}
        self._ready()

    def _step(self, rel: RelSpec, hop: Hop, here: NodeSpec, there: NodeSpec, known: bool, used: Used) -> Maker:
        store, tick = self.store, self.c.clock.tick
        start, end, ids, place, mask, kinds = here.place, there.place, rel.ids, rel.place, there.mask, store.kinds
        back = hop.turned()
        pairs, node_of, rel_of = hop.pairs, store.node, store.rel

        def maker(then: Rows | None) -> Rows:
            def step(f: Frame) -> Iterator[Any]:
                tick()
                at, taken = f[start].number, used(f)
                goal = f[end].number if known else -1
                ways: Iterable[tuple[int, int]]
                fewer = known and back.count(goal) < hop.count(at)
                ways = ((e, goal) for e, o in back.pairs(goal) if o == at) if fewer else pairs(at)
                for e, o in ways:
                    if known:
                        if o != goal:
                            continue
                    elif mask is not None and not mask[kinds[o]]:
                        continue
                    else:
                        f[end] = node_of(o)
                    if e in taken:
                        continue
                    f[ids] = e
                    if place is not None:
                        f[place] = rel_of(e)
                    if then is None:
                        yield True
                    else:
                        yield from then(f)

            return step

        return maker

    def _given(self, rel: RelSpec, used: Used) -> Maker:
        """A relationship that an earlier clause has found."""
        assert rel.place is not None
        place, ids, store = rel.place, rel.ids, self.store
        source, target = self.nodes[rel.source], self.nodes[rel.target]
        known = rel.source in self.bound, rel.target in self.bound
        names = None if rel.pattern.types is None else rel.types
        direction, name = rel.pattern.direction, rel.pattern.var

        def maker(then: Rows | None) -> Rows:
            def step(f: Frame) -> Iterator[Any]:
                found = f[place]
                if found is None:
                    return
                if type(found) is not Rel:
                    raise fail(f"{name} is a {kind(found)}, not a Relationship")
                e = found.row
                if names is not None and store.types[e] not in names:
                    return
                if e in used(f):
                    return
                f[ids] = e
                forth, back = (found.start, found.end), (found.end, found.start)
                for one, other in (forth,) if direction == "out" else (back,) if direction == "in" else dict.fromkeys((forth, back)):
                    if all(
                        f[spec.place] is node if there else spec.mask is None or spec.mask[store.kinds[node.number]]
                        for spec, node, there in ((source, one, known[0]), (target, other, known[1]))
                    ) and (source.place != target.place or one is other):
                        f[source.place], f[target.place] = one, other
                        yield from then(f) if then is not None else (True,)

            return step

        return maker

    def _allowed(self, rel: RelSpec) -> Callable[[Frame], Callable[[int], bool] | None]:
        """For a row, what tells whether a relationship has the properties that a repeated one shall have."""
        if not rel.tests:
            return lambda f: None
        inner = self.scope.inner()
        place = inner.new(" one")
        for _, value in rel.tests:
            if s.names_in(value) & self.own - self.bound:
                raise self.c.wrong("the properties of a repeated relationship are compared with what is known before it", rel.pattern.at)
        tests = [self.c.test(s.Binary("=", s.Prop(s.Var(" one"), key), value), inner) for key, value in rel.tests]

        def of(f: Frame) -> Callable[[int], bool]:
            def allowed(e: int) -> bool:
                f[place] = self.store.rel(e)
                return all(test(f) for test in tests)

            return allowed

        return of

    def _repeat(self, rel: RelSpec, hop: Hop, here: NodeSpec, there: NodeSpec, known: bool, forward: bool, used: Used) -> Maker:
        store, tick, low, high = self.store, self.c.clock.tick, rel.fewest, rel.pattern.high
        start, end, ids, place, mask, kinds = here.place, there.place, rel.ids, rel.place, there.mask, store.kinds
        allowed_of = self._allowed(rel)
        in_path = any(r is rel for path in self.paths for r in path.rels)
        alone = not any(r is not rel and _overlap(r.types, rel.types) for r in self.rels)
        ends_only = self.once and place is None and not in_path and alone and hop.direction != "both" and low <= 1

        def maker(then: Rows | None) -> Rows:
            def repeat(f: Frame) -> Iterator[Any]:
                at, goal, allowed = f[start].number, f[end] if known else None, allowed_of(f)
                ways = reached(hop, at, low, high, allowed, tick) if ends_only else trails(hop, at, low, high, used(f), allowed, tick)
                for path, o in ways:
                    if goal is not None:
                        if o != goal.number:
                            continue
                    elif mask is not None and not mask[kinds[o]]:
                        continue
                    else:
                        f[end] = store.node(o)
                    rels = path if forward else path[::-1]
                    f[ids] = rels
                    if place is not None:
                        f[place] = [store.rel(e) for e in rels]
                    if then is None:
                        yield True
                    else:
                        yield from then(f)

            return repeat

        return maker

    def _shortest(self, rel: RelSpec, hop: Hop, here: NodeSpec, there: NodeSpec) -> Maker:
        path = next((p for p in self.paths if p.rels and p.rels[0] is rel), None)
        names = {path.name} if path else set()
        names |= {rel.pattern.var} if rel.pattern.var else set()
        whole: list[Condition] = []
        node_tests: list[tuple[int, Run]] = []
        rel_tests: list[tuple[int, Run]] = []
        for condition in [c for c in self.conditions if c.needs & names]:
            element = self._element(condition.expr, path, rel)
            if element is not None and condition.needs <= names | self.bound:
                part, slot, test = element
                (node_tests if part == "nodes" else rel_tests).append((slot, test))
                self.conditions.remove(condition)
            elif path is None or not _is_upper_bound(condition.expr, path.name):
                whole.append(condition)
        most: int | None = 1 if rel.pattern.low is None else rel.pattern.high
        allowed_of, every, store, tick = self._allowed(rel), rel.shortest == "all", self.store, self.c.clock.tick
        ids, place, start, end = rel.ids, rel.place, here.place, there.place
        checks = self._whole_path(whole, path)

        def maker(then: Rows | None) -> Rows:
            def search(f: Frame) -> Iterator[Any]:
                one, other = f[start], f[end]
                if one is other:
                    raise fail("a shortest path is between two nodes, and both ends are the same here; add WHERE a <> b")
                allowed = allowed_of(f)

                def node_ok(n: int) -> bool:
                    return all(_with(f, slot, store.node(n), test) for slot, test in node_tests)

                def rel_ok(e: int) -> bool:
                    return (allowed is None or allowed(e)) and all(_with(f, slot, store.rel(e), test) for slot, test in rel_tests)

                if whole:
                    ways: Iterable[tuple[int, ...]] = by_length(hop, one.number, other.number, most, tick)
                else:
                    ways = shortest(
                        hop, one.number, other.number, most, node_ok if node_tests else None, rel_ok if rel_tests or allowed else None, tick
                    )
                length = None
                for rels in ways:
                    if length is not None and (not every or len(rels) > length):
                        return
                    if whole and not (
                        all(map(rel_ok, rels)) and (not node_tests or all(map(node_ok, nodes_along(store, one.number, rels))))
                    ):
                        continue
                    f[ids] = rels
                    if place is not None:
                        f[place] = [store.rel(e) for e in rels]
                    if checks is not None and not checks(f):
                        continue
                    length = len(rels)
                    yield from then(f) if then is not None else (True,)

            return search

        return maker

    def _whole_path(self, conditions: list[Condition], path: PathSpec | None) -> Run | None:
        """A test of conditions that speak of the path as a whole."""
        if not conditions:
            return None
        for condition in conditions:
            names = {path.name} if path else set()
            if condition.needs - names - self.bound - {name for name in self.scope.names if name not in self.nodes}:
                raise self.c.wrong("a condition on a shortest path speaks of what is known before it", 0)
        runs = [self.c.test(c.expr, self.scope) for c in conditions]
        build = None if path is None else self._path_of(path)

        def holds(f: Frame) -> bool:
            if build is not None and path is not None:
                f[path.place] = build(f)
            return all(run(f) for run in runs)

        return holds

    def _element(self, e: s.Expr, path: PathSpec | None, rel: RelSpec) -> tuple[str, int, Run] | None:
        """Of `all(x IN nodes(p) WHERE …)` and the like: of what, and the test of each element."""
        if not isinstance(e, s.Comprehension) or e.kind not in ("all", "none") or e.where is None:
            return None
        source, part = e.source, ""
        if isinstance(source, s.Call) and len(source.args) == 1 and path is not None and source.args[0] == s.Var(path.name):
            part = source.name
        elif isinstance(source, s.Var) and source.name == rel.pattern.var:
            part = "relationships"
        if part not in ("nodes", "relationships") or (path is not None and path.name in s.names_in(e.where)):
            return None
        inner = self.scope.inner()
        place = inner.new(e.var)
        where = self.c.expr(e.where, inner)
        wanted = e.kind == "all"
        return part, place, lambda f: where(f) is wanted

    def _path_of(self, path: PathSpec) -> Run:
        store, first = self.store, self.nodes[path.nodes[0]].place
        parts = [(rel.ids, rel.repeated or bool(rel.shortest)) for rel in path.rels]

        def build(f: Frame) -> Path:
            rels: list[int] = []
            for place, many in parts:
                if many:
                    rels += f[place]
                else:
                    rels.append(f[place])
            nodes = nodes_along(store, f[first].number, rels)
            return Path(tuple(map(store.node, nodes)), tuple(map(store.rel, rels)))

        return build

    def _build(self, path: PathSpec) -> Maker:
        place, build = path.place, self._path_of(path)

        def sets(f: Frame) -> bool:
            f[place] = build(f)
            return True

        return _filter(sets)


def _filter(test: Run) -> Maker:
    def maker(then: Rows | None) -> Rows:
        def check(f: Frame) -> Iterator[Any]:
            if test(f):
                if then is None:
                    yield True
                else:
                    yield from then(f)

        return check

    return maker


def _with(f: Frame, place: int, value: Any, test: Run) -> bool:
    f[place] = value
    return bool(test(f))


def _used(rels: list[RelSpec]) -> Used:
    """What gives the relationships that a row has for those of the pattern, as numbers."""
    singles = [rel.ids for rel in rels if not rel.repeated]
    lists = [rel.ids for rel in rels if rel.repeated]
    if not rels:
        return lambda f: ()
    return lambda f: {f[i] for i in singles}.union(*(f[i] for i in lists))


def _overlap(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    return Store.every in a or Store.every in b or not {*a}.isdisjoint(b)


def _is_upper_bound(e: s.Expr, path: str) -> bool:
    """`length(p) < 5`: where the shortest path is too long, every other is too."""
    length = s.Call("length", (s.Var(path),))
    if not isinstance(e, s.Binary):
        return False
    return (e.op in ("<", "<=") and e.left == length and path not in s.names_in(e.right)) or (
        e.op in (">", ">=") and e.right == length and path not in s.names_in(e.left)
    )
