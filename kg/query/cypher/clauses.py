"""Clauses made into a pipeline of frames: MATCH and UNWIND extend them, WITH and RETURN make new ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from kg.query.cypher import syntax as s
from kg.query.cypher.aggregates import AGGREGATES, Aggregate, CountRows, Distinct
from kg.query.cypher.compile import Rows, Scope
from kg.query.cypher.match import Matching
from kg.query.cypher.predicates import Frame, Run
from kg.query.cypher.rewrite import aggregates, insensitive, rewritten, substituted
from kg.query.cypher.store import TYPES
from kg.query.cypher.values import fail, key, order

Frames = Iterator[Frame]
Stage = Callable[[Frames], Frames]
Clauses = tuple[s.Clause, ...]
#: For a part of a UNION its scope, its clauses, and what makes its first frame of the one around it.
Begin = Callable[[Clauses], tuple[Scope, Clauses, Callable[[Frame], Frame]]]


class Engine(Matching):
    """Compiles whole queries."""

    def whole(self, query: s.Query) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
        """The columns and the rows of a query."""
        rows, columns = self._union(query, lambda clauses: (Scope(), clauses, list))
        return columns, rows([])

    def subquery(self, query: s.Query, scope: Scope, *, once: bool) -> tuple[Rows, list[str]]:
        """A query within an expression: it sees all variables, and works in the same frame up to its first WITH."""
        clause = query.parts[0][0]
        if len(query.parts) == 1 and len(query.parts[0]) == 1 and isinstance(clause, s.Match):
            return self.match(clause.patterns, clause.where, scope, once=once)[0], []

        def begin(clauses: Clauses) -> tuple[Scope, Clauses, Callable[[Frame], Frame]]:
            inner = scope.inner()
            inner.constants = {name for name in scope.names if not name.startswith(" ")}
            return inner, clauses, lambda f: f

        return self._union(query, begin)

    def _union(self, query: s.Query, begin: Begin) -> tuple[Rows, list[str]]:
        """Rows as tuples in the order of the columns; the frame they are given holds what is known at the beginning."""
        made = []
        columns: list[str] = []
        for number, clauses in enumerate(query.parts):
            scope, clauses, start = begin(clauses)
            stage, own, after = self._part(clauses, scope)
            if number and sorted(own) != sorted(columns):
                raise self.wrong(
                    f"the parts of a UNION have the same columns, found {', '.join(own)} beside {', '.join(columns)}", query.at
                )
            columns = columns or own
            made.append((stage, start, scope.room, [after.names[name] for name in columns]))

        def rows(f: Frame) -> Iterator[tuple[Any, ...]]:
            for stage, start, room, places in made:
                g = start(f)
                g.extend([None] * (room[0] - len(g)))
                for h in stage(iter((g,))):
                    yield tuple(h[place] for place in places)

        if len(made) == 1 or query.all:
            return rows, columns
        return lambda f: _distinct(rows(f), lambda row: tuple(map(key, row))), columns

    def _part(self, clauses: Clauses, scope: Scope) -> tuple[Stage, list[str], Scope]:
        stages: list[Stage] = []
        columns: list[str] = []
        for number, clause in enumerate(clauses):
            if isinstance(clause, s.Match):
                stage, scope = self._match(clause, scope, insensitive(clauses[number + 1 :]))
            elif isinstance(clause, s.Unwind):
                stage, scope = self._unwind(clause, scope)
            elif isinstance(clause, s.Projection):
                stage, scope, columns = self._projection(clause, scope)
            elif isinstance(clause, s.CallQuery):
                stage, scope = self._call_query(clause, scope)
            else:
                stage, scope, columns = self._procedure(clause, scope)
            stages.append(stage)

        def run(frames: Frames) -> Frames:
            for stage in stages:
                frames = stage(frames)
            return frames

        last = clauses[-1]
        returns = (isinstance(last, s.Projection) and last.last) or isinstance(last, s.CallProcedure)
        return run, columns if returns else [], scope

    # --- clauses that extend a frame ------------------------------------------------------------------------------------

    def _match(self, clause: s.Match, scope: Scope, once: bool) -> tuple[Stage, Scope]:
        rows, inner = self.match(clause.patterns, clause.where, scope, once=once)
        added = [place for name, place in inner.names.items() if name not in scope.names]
        # what the pattern calls by no name is of no use to the next clause
        after = Scope({n: p for n, p in inner.names.items() if n in scope.names or not n.startswith(" ")}, scope.room)
        after.constants = scope.constants
        tick = self.clock.tick

        def stage(frames: Frames) -> Frames:
            for f in frames:
                for _ in rows(f):
                    tick()
                    yield f

        def optional(frames: Frames) -> Frames:
            for f in frames:
                found = False
                for _ in rows(f):
                    tick()
                    found = True
                    yield f
                if not found:
                    for place in added:
                        f[place] = None
                    yield f

        return optional if clause.optional else stage, after

    def _unwind(self, clause: s.Unwind, scope: Scope) -> tuple[Stage, Scope]:
        source = self.expr(clause.source, scope)
        after = scope.inner()
        place = self._new(after, clause.var, clause.at)

        def stage(frames: Frames) -> Frames:
            for f in frames:
                found = source(f)
                for item in found if type(found) is list else () if found is None else (found,):
                    self.clock.tick()
                    f[place] = item
                    yield f

        return stage, after

    def _new(self, scope: Scope, name: str, at: int) -> int:
        if name in scope.names:
            raise self.wrong(f"{name} is defined already", at)
        return scope.new(name)

    def _call_query(self, clause: s.CallQuery, scope: Scope) -> tuple[Stage, Scope]:
        def begin(clauses: Clauses) -> tuple[Scope, Clauses, Callable[[Frame], Frame]]:
            names, rest = self._imports(clause, clauses, scope)
            inner = Scope()
            for name in names:
                inner.new(name)
            if clause.imports is not None:
                inner.constants = {*names}
            given = [scope.names[name] for name in names]
            return inner, rest, lambda f: [f[place] for place in given]

        rows, columns = self._union(clause.query, begin)
        after = scope.inner()
        places = [self._new(after, name, clause.at) for name in columns]

        def stage(frames: Frames) -> Frames:
            for f in frames:
                empty = True
                for row in rows(f):
                    empty = False
                    for place, value in zip(places, row, strict=True):
                        f[place] = value
                    yield f
                if empty and clause.optional:
                    for place in places:
                        f[place] = None
                    yield f

        return stage, after

    def _imports(self, clause: s.CallQuery, clauses: Clauses, scope: Scope) -> tuple[list[str], Clauses]:
        visible = [name for name in scope.names if not name.startswith(" ")]
        if clause.imports is not None:
            names = visible if "*" in clause.imports else [*clause.imports]
        else:
            first = clauses[0]
            if not (isinstance(first, s.Projection) and not first.last):
                return [], clauses
            if not visible and not first.star:
                # nothing can be imported: an ordinary WITH
                return [], clauses
            plain = all(isinstance(item.expr, s.Var) and item.name == item.expr.name for item in first.items)
            extra = first.distinct or first.order or first.skip is not None or first.limit is not None or first.where is not None
            if not plain or extra:
                if any(s.names_in(item.expr) & {*visible} for item in first.items):
                    raise self.wrong(
                        "the WITH that begins a CALL { … } only names variables: WITH a, b; a second one may do more", first.at
                    )
                return [], clauses
            names = visible if first.star else [item.name for item in first.items]
            clauses = clauses[1:]
        for name in names:
            if name not in scope.names:
                raise self.wrong(f"the variable {name} is not defined", clause.at)
        return names, clauses

    def _procedure(self, clause: s.CallProcedure, scope: Scope) -> tuple[Stage, Scope, list[str]]:
        known: dict[str, tuple[str, Callable[[], Iterable[str]]]] = {
            "db.labels": ("label", lambda: sorted({label for one in self.store.labels for label in one})),
            "db.relationshiptypes": ("relationshipType", lambda: [t for t, n in zip(TYPES, self.store.counts, strict=True) if n]),
            "db.propertykeys": ("propertyKey", self._property_keys),
        }
        if clause.name.lower() not in known:
            raise self.wrong(
                f"CALL is open to db.labels, db.relationshipTypes and db.propertyKeys, found {clause.name}; for names use "
                "toLower(c.name) CONTAINS, for measures of the graph `kg analyze`, or ask a server",
                clause.at,
            )
        column, values = known[clause.name.lower()]
        yields = ((column, column),) if clause.yields in (None, (("*", "*"),)) else clause.yields
        assert yields is not None
        if [one for one, _ in yields] != [column]:
            raise self.wrong(f"{clause.name} yields {column}", clause.at)
        after = scope.inner()
        name = yields[0][1]
        place = self._new(after, name, clause.at)
        where = self.test(clause.where, after) if clause.where is not None else None

        def stage(frames: Frames) -> Frames:
            for f in frames:
                for value in values():
                    f[place] = value
                    if where is None or where(f):
                        yield f

        return stage, after, [name]

    def _property_keys(self) -> list[str]:
        tables = [*self.store.tables.values(), self.store.edges]
        return sorted({name for table in tables for name in table.names() if (column := table.get(name)) and column.filled()})

    # --- WITH and RETURN ------------------------------------------------------------------------------------------------

    def _projection(self, p: s.Projection, scope: Scope) -> tuple[Stage, Scope, list[str]]:
        items = self._items(p, scope)
        after = Scope()
        places = [self._new_column(after, item.name, p.at) for item in items]
        gathers = any(aggregates(item.expr) for item in items)
        closed = gathers or p.distinct
        by_name = {item.name: item.expr for item in items}
        runs: list[tuple[int, Run]] = []
        if gathers:
            make = self._groups(items, places, scope, after)
        else:
            runs = [(place, self.expr(item.expr, scope)) for place, item in zip(places, items, strict=True)]
            make = _project(runs, after.room)

        def later(e: s.Expr, test: bool = False) -> Run:
            """ORDER BY and WHERE see the columns, and the variables before where rows still are what they were."""
            named = rewritten(e, lambda part: next((s.Var(n, at=part.at) for n, x in by_name.items() if x == part), None))
            if s.names_in(named) <= {*by_name} | scope.constants | _local_names(named) or closed:
                return (self.test if test else self.expr)(named, after)
            place = after.hidden()
            runs.append((place, (self.test if test else self.expr)(substituted(e, by_name), scope)))
            return lambda f: f[place]

        for name in () if gathers else scope.constants - {*by_name}:
            runs.append((after.new(name), self.expr(s.Var(name), scope)))
        after.constants = scope.constants & {*after.names}
        keys = [(later(e), down) for e, down in p.order]
        where = later(p.where, True) if p.where is not None else None
        skip, limit = self._bound(p.skip, "SKIP"), self._bound(p.limit, "LIMIT")

        def stage(frames: Frames) -> Frames:
            found: Frames = make(frames)
            if p.distinct:
                found = _distinct(found, lambda f: tuple(key(f[place]) for place in places))
            if keys:
                rows = [*found]
                for run, down in reversed(keys):
                    rows.sort(key=lambda f, run=run: order(run(f)), reverse=down)  # type: ignore[misc]
                found = iter(rows)
            if skip or limit is not None:
                found = islice(found, skip or 0, None if limit is None else (skip or 0) + limit)
            return found if where is None else (f for f in found if where(f))

        return stage, after, [item.name for item in items]

    def _items(self, p: s.Projection, scope: Scope) -> list[s.Item]:
        items = [*p.items]
        if p.star:
            names = sorted(n for n in scope.names if not n.startswith(" ") and n not in scope.constants)
            if not names and p.last:
                raise self.wrong("RETURN * has nothing to return: there are no variables", p.at)
            items = [s.Item(s.Var(n, at=p.at), n, False) for n in names] + items
        return items

    def _new_column(self, scope: Scope, name: str, at: int) -> int:
        if name in scope.names:
            raise self.wrong(f"two columns are called {name}; give one of them another name by AS", at)
        return scope.new(name)

    def _bound(self, e: s.Expr | None, what: str) -> int | None:
        if e is None:
            return None
        if s.names_in(e):
            raise self.wrong(f"{what} takes a number that does not depend on the rows", e.at)
        found = self.expr(e, Scope())([])
        if type(found) is not int or found < 0:
            raise fail(f"{what} takes a whole number that is not negative, found {found!r}")
        return found

    def _groups(self, items: list[s.Item], places: list[int], scope: Scope, after: Scope) -> Stage:
        keys = [item.expr for item in items if not aggregates(item.expr)]
        group = Scope()
        key_places = [group.new(f" key{n}") for n in range(len(keys))]
        makers: list[tuple[Callable[[], Aggregate], Run | None]] = []
        calls: list[s.Call] = []

        def change(part: s.Expr) -> s.Expr | None:
            if part in keys:
                return s.Var(f" key{keys.index(part)}", at=part.at)
            if isinstance(part, s.Call) and part.name in AGGREGATES:
                if part not in calls:
                    calls.append(part)
                    makers.append(self._aggregate(part, scope))
                    group.new(f" agg{len(calls) - 1}")
                return s.Var(f" agg{calls.index(part)}", at=part.at)
            return None

        changed = [rewritten(item.expr, change) for item in items]
        for one in changed:
            free = {n for n in s.names_in(one) if n in scope.names} - _local_names(one)
            if free:
                raise self.wrong(
                    f"{', '.join(sorted(free))} stands beside an aggregating function, but is no column of its own to group by; pass it on "
                    "by WITH first",
                    one.at,
                )
        outs = [(place, self.expr(one, group)) for place, one in zip(places, changed, strict=True)]
        agg_places = [group.names[f" agg{n}"] for n in range(len(calls))]
        key_runs = [self.expr(e, scope) for e in keys]
        room, group_room = after.room, group.room

        def stage(frames: Frames) -> Frames:
            groups: dict[Any, tuple[list[Any], list[Aggregate]]] = {}
            for f in frames:
                values = [run(f) for run in key_runs]
                mark = key(values[0]) if len(values) == 1 else tuple(map(key, values))
                found = groups.get(mark)
                if found is None:
                    found = groups[mark] = (values, [make() for make, _ in makers])
                for aggregate, (_, run) in zip(found[1], makers, strict=True):
                    aggregate.add(run(f) if run is not None else None)
            if not groups and not keys:
                groups[()] = [], [make() for make, _ in makers]
            for values, gathered in groups.values():
                g: Frame = [None] * group_room[0]
                for place, value in zip(key_places, values, strict=True):
                    g[place] = value
                for place, aggregate in zip(agg_places, gathered, strict=True):
                    g[place] = aggregate.result()
                h: Frame = [None] * room[0]
                for place, run in outs:
                    h[place] = run(g)
                yield h

        return stage

    def _aggregate(self, call: s.Call, scope: Scope) -> tuple[Callable[[], Aggregate], Run | None]:
        if call.star:
            return CountRows, None
        make, wanted = AGGREGATES[call.name]
        if len(call.args) != wanted:
            raise self.wrong(f"{call.name}() takes {wanted} value{'s' * (wanted > 1)}, found {len(call.args)}", call.at)
        if any(map(aggregates, call.args)):
            raise self.wrong("one aggregating function does not hold another; pass the inner one on by WITH", call.at)
        runs = [self.expr(arg, scope) for arg in call.args]
        run = runs[0] if wanted == 1 else lambda f: (runs[0](f), runs[1](f))
        return (lambda: Distinct(make())) if call.distinct else make, run


def _project(runs: list[tuple[int, Run]], room: list[int]) -> Stage:
    def stage(frames: Frames) -> Frames:
        for f in frames:
            g: Frame = [None] * room[0]
            for place, run in runs:
                g[place] = run(f)
            yield g

    return stage


def _distinct(rows: Iterator[Any], mark: Callable[[Any], Any]) -> Iterator[Any]:
    seen = set()
    for row in rows:
        found = mark(row)
        if found not in seen:
            seen.add(found)
            yield row


def _local_names(e: Any) -> set[str]:
    """Names that an expression makes for itself: those of comprehensions, and of patterns in it."""
    found: set[str] = set()
    for part in s.inside(e):
        if isinstance(part, s.Comprehension):
            found.add(part.var)
        elif isinstance(part, s.Reduce):
            found |= {part.var, part.total}
        elif isinstance(part, s.Unwind):
            found.add(part.var)
        elif isinstance(part, s.Item):
            found.add(part.name)
    return found
