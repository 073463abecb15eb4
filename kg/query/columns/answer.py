"""Answers a query from columns, or says that it is not sure to give what the engine gives.

Evaluates as SPARQL 1.1, section 18, has it: each group by itself, from within. Joins begin with the part that gives fewest rows. Where
the engine departs from the letter, or may be thought to, and where a variable that decides may be unbound, the query is left to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pyoxigraph as ox

from kg.query import sorting
from kg.query.columns import rows as r
from kg.query.columns import syntax
from kg.query.columns.expressions import Asked
from kg.query.columns.files import Columns, Ids, Pairs
from kg.query.columns.rows import Places, Rows
from kg.query.columns.syntax import TYPE, Aggregate, Bind, Filter, Group, Minus, Optional, Query, Select, Triple, Union, Unsure, Values, Var

#: A column with the numbers of the rows that an OPTIONAL goes through; no variable is called so.
_OUTER = " outer"
#: Rows whose terms are made at once.
_AT_ONCE = 20_000
#: A path from these values: the rows, and where it leads from each.
_Follow = tuple[Places, Ids]


class Answer:
    """The rows of a SELECT: `columns`, their number, and the rows as terms, made when they are asked for."""

    def __init__(self, columns: tuple[str, ...], rows: Rows, terms: Callable[[Ids], list[Any]]) -> None:
        self.columns = columns
        self._rows = rows
        self._terms = terms

    def __len__(self) -> int:
        return self._rows.size

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        for start in range(0, len(self), _AT_ONCE):
            columns = [self._rows.of[name][start : start + _AT_ONCE] for name in self.columns]
            yield from zip(*(_spread_out(column, self._terms) for column in columns), strict=True)

    def ordered(self, keys: Sequence[tuple[str, bool]]) -> Answer | None:
        """The same in an order (`kg.query.sorting`); None where it is the engine's to say."""
        try:
            order = np.lexsort([_ranked(self._rows, key, self._terms) for key in reversed(keys)])
        except Unsure:
            return None
        return Answer(self.columns, self._rows.take(order), self._terms)


def answer(columns: Columns, query: Query, prefixes: dict[str, str]) -> Answer | None:
    """The answer to a query; None where it is the engine's to give.

    Args:
        query: one that the engine's parser has taken, too.
        prefixes: prefix → namespace, of those that it need not declare.
    """
    work = _Work(columns, query.prologue, prefixes)
    try:
        return Answer(query.select.names, work.select(query.select, False), work.terms)
    except (Unsure, MemoryError):
        return None


class _Work:
    """One query on its way."""

    def __init__(self, columns: Columns, prologue: str, prefixes: dict[str, str]) -> None:
        self._columns = columns
        # terms that the query makes or names, and the columns have not, get the numbers behind theirs
        self._own: dict[Any, int] = {}
        self._terms_own: list[Any] = []
        self._asked = Asked(prologue, prefixes, self.terms, self._id)

    # --- terms --------------------------------------------------------------------------------------------------------

    def _id(self, term: Any) -> int:
        found = self._own.get(term)
        if found is None:
            found = self._columns.id(term) if isinstance(term, ox.NamedNode | ox.Literal) else None
            if found is None:
                found = self._columns.size + len(self._terms_own)
                self._terms_own.append(term)
            self._own[term] = found
        return found

    def terms(self, ids: Ids) -> list[Any]:
        """The terms of some numbers, None for what is unbound."""
        made: list[Any] = [None] * len(ids)
        size = self._columns.size
        stored = np.flatnonzero((ids >= 0) & (ids < size))
        for place, term in zip(stored.tolist(), self._columns.terms(ids[stored]), strict=True):
            made[place] = term
        for place in np.flatnonzero(ids >= size).tolist():
            made[place] = self._terms_own[int(ids[place]) - size]
        return made

    # --- queries ------------------------------------------------------------------------------------------------------

    def select(self, query: Select, as_set: bool) -> Rows:
        """The solutions of a query; with `as_set` it does not matter how often one comes."""
        aggregates = [column for column in query.columns if isinstance(column, Aggregate)]
        grouped = bool(aggregates or query.keys)
        if grouped:
            as_set = all(a.distinct or a.of in ("MIN", "MAX") for a in aggregates)
        else:
            as_set = query.distinct or (as_set and query.limit is None)
        rows = self.group(query.body, as_set)
        if grouped:
            rows = self._grouped(rows, query.keys or (), aggregates)
        for column in query.columns:
            if isinstance(column, Bind):
                if grouped:
                    raise Unsure("an expression over groups")
                rows = Rows(rows.size, {**rows.of, column.name: self._asked.values(column.expression, rows)})
        if query.limit is not None and (query.distinct or not query.order):
            raise Unsure("it is open which rows a LIMIT leaves")
        if query.limit is not None:
            rows = self._cut(rows, query)
        rows = rows.only(query.names)
        return r.distinct(rows) if query.distinct else rows

    def _cut(self, rows: Rows, query: Select) -> Rows:
        """The first rows in order, unless the cut goes through rows that tie and are not the same."""
        limit = query.limit or 0
        for at in range(1, len(query.order) + 1):
            ranks = [_ranked(rows, key, self.terms) for key in query.order[:at]]
            order = np.lexsort(ranks[::-1])
            if 0 < limit < rows.size:
                # what is behind the cut by its first keys need not be sorted by the others
                last = order[limit - 1]
                order = order[: int(np.flatnonzero(np.all([rank[order] == rank[last] for rank in ranks], axis=0))[-1]) + 1]
            rows = rows.take(order)
        if rows.size > limit and limit and not {*query.names} <= {name for name, _ in query.order}:
            raise Unsure("rows tie where LIMIT cuts")
        return rows.take(np.arange(min(limit, rows.size)))

    def _grouped(self, rows: Rows, keys: Sequence[str], aggregates: Sequence[Aggregate]) -> Rows:
        if not rows.size or any(name not in rows.of for name in (*keys, *(a.argument for a in aggregates if a.argument))):
            raise Unsure("groups of nothing")
        _, first, group = np.unique(r.codes([rows.of[name] for name in keys], rows.size), return_index=True, return_inverse=True)
        made = {name: rows.of[name][first] for name in keys}
        for a in aggregates:
            made[a.name] = self._aggregated(a, rows, group, len(first))
        return Rows(len(first), made)

    def _aggregated(self, a: Aggregate, rows: Rows, group: Places, size: int) -> Ids:
        if a.argument is None:
            return self._numbers(np.bincount(group, minlength=size))
        values = rows.of[a.argument]
        if a.of == "COUNT":
            there = values >= 0
            group, values = group[there], values[there]
            if a.distinct:
                group = np.unique(group * (self._columns.size + len(self._terms_own)) + values) // (
                    self._columns.size + len(self._terms_own)
                )
            return self._numbers(np.bincount(group, minlength=size))
        if not rows.bound([a.argument]):
            raise Unsure("the least of what may be unbound")
        order = np.lexsort((_ranks(values, self.terms) * (-1 if a.of == "MAX" else 1), group))
        return values[order[np.searchsorted(group[order], np.arange(size))]]

    def _numbers(self, counts: Places) -> Ids:
        known, of = np.unique(counts, return_inverse=True)
        return np.array([self._id(ox.Literal(int(count))) for count in known], np.int32)[of]

    # --- groups -------------------------------------------------------------------------------------------------------

    def group(self, group: Group, as_set: bool) -> Rows:
        """The solutions of a group."""
        rows, waiting = r.one(), [part for part in group.parts if isinstance(part, Filter)]
        choices = {part.choice.names[0]: part.choice for part in waiting if part.choice is not None}
        pool: list[Any] = []
        for part in group.parts:
            if isinstance(part, Triple) and isinstance(part.path, Var) and part.path.name in choices:
                pool.append(choices.pop(part.path.name))
            if isinstance(part, Triple | Values):
                pool.append(part)
            elif isinstance(part, Select):
                pool.append(self.select(part, as_set))
            elif isinstance(part, Group):
                pool.append(self.group(part, as_set))
            elif isinstance(part, Union):
                pool.append(r.stacked([self.group(alternative, as_set) for alternative in part.parts]))
            elif not isinstance(part, Filter):
                rows, pool = self._joined(rows, pool, as_set), []
                rows, waiting = self._filtered(rows, waiting)
                if isinstance(part, Bind):
                    if part.name in rows.of:
                        raise Unsure("it is bound already")
                    rows = Rows(rows.size, {**rows.of, part.name: self._asked.values(part.expression, rows)})
                elif isinstance(part, Minus):
                    rows = r.without(rows, self.group(part.body, True))
                else:
                    rows = self._optional(rows, part, as_set)
        rows = self._joined(rows, pool, as_set)
        rows, waiting = self._filtered(rows, waiting)
        for filter_ in waiting:
            rows = rows.take(self._asked.holds(filter_.expression, rows))
        return rows

    def _filtered(self, rows: Rows, filters: Sequence[Filter]) -> tuple[Rows, list[Filter]]:
        """The rows that pass those filters whose variables are bound: nothing that follows changes what they say. And the other filters."""
        waiting = []
        for filter_ in filters:
            if rows.bound(filter_.expression.names):
                rows = rows.take(self._asked.holds(filter_.expression, rows))
            else:
                waiting.append(filter_)
        return rows, waiting

    def _optional(self, rows: Rows, part: Optional, as_set: bool) -> Rows:
        if not all(isinstance(inner, Triple | Filter) for inner in part.body.parts):
            raise Unsure("an OPTIONAL of more than patterns")
        outer = Rows(rows.size, {**rows.of, _OUTER: np.arange(rows.size, dtype=np.int32)})
        found = self._joined(outer, [inner for inner in part.body.parts if isinstance(inner, Triple)], as_set)
        for filter_ in part.body.parts:
            if isinstance(filter_, Filter):
                found = found.take(self._asked.holds(filter_.expression, found))
        alone = np.ones(rows.size, np.bool_)
        alone[found.of[_OUTER]] = False
        made = r.stacked([found, rows.take(alone)])
        del made.of[_OUTER]
        return made

    def _joined(self, rows: Rows, pool: Sequence[Any], as_set: bool) -> Rows:
        """The rows joined with patterns, inline data and other rows, at each step with what gives fewest."""
        left = [self._inline(part) if isinstance(part, Values) else part for part in pool]
        while left:
            costs = [self._cost(rows, part) for part in left]
            best = min(range(len(left)), key=costs.__getitem__)
            if costs[best] == float("inf"):
                raise Unsure("a predicate that nothing binds")
            part = left.pop(best)
            rows = r.join(rows, part) if isinstance(part, Rows) else self._matched(rows, part, as_set)
        return rows

    def _inline(self, values: Values) -> Rows:
        made = np.array([[self._id(term) for term in row] for row in values.rows], np.int32).reshape(len(values.rows), len(values.names))
        return Rows(len(made), {name: made[:, n] for n, name in enumerate(values.names)})

    # --- patterns -----------------------------------------------------------------------------------------------------

    def _cost(self, rows: Rows, part: Rows | Triple) -> float:
        """About how many rows there will be."""
        if isinstance(part, Rows):
            shares = any(name in rows.of for name in part.of)
            return max(rows.size, part.size) if shares else rows.size * part.size * (1 if min(rows.size, part.size) < 2 else 1000)
        subject, object_ = (not isinstance(node, Var) or node.name in rows.of for node in (part.subject, part.object))
        if isinstance(part.path, Var):
            return (
                rows.size * (4 if subject and object_ else 16 if subject or object_ else 1e9) if part.path.name in rows.of else float("inf")
            )
        total = 0.0
        for path in part.path:
            all_ = [self._held(name) for name, _ in path]
            if subject and object_:
                total += 0.5
            elif subject:
                total += float(
                    np.prod([pairs.size / (pairs.objects if back else pairs.subjects) for pairs, (_, back) in zip(all_, path, strict=True)])
                )
            elif object_:
                total += float(
                    np.prod([pairs.size / (pairs.subjects if back else pairs.objects) for pairs, (_, back) in zip(all_, path, strict=True)])
                )
            else:
                total += all_[0].size * (1 if rows.size < 2 else 1000)
        return rows.size * total

    def _held(self, predicate: str) -> Pairs:
        found = self._columns.pairs(predicate)
        if found is None:
            raise Unsure("a predicate that is not held")
        return found

    def _matched(self, rows: Rows, part: Triple, as_set: bool) -> Rows:
        """The rows joined with one pattern."""
        if isinstance(part.path, Var):
            return self._any(rows, part, part.path, as_set)
        subject, object_ = self._values(rows, part.subject), self._values(rows, part.object)
        if isinstance(part.subject, Var) and part.subject == part.object:
            raise Unsure("one variable at both ends")
        places, starts, ends = [], [], []
        for path in part.path:
            if subject is not None and object_ is not None and len(path) == 1:
                of = self._there(subject, object_, path[0])
                start, end = subject[of], object_[of]
            elif subject is not None:
                of, end = self._followed(subject, path)
                start = subject[of]
                if object_ is not None:
                    fits = end == object_[of]
                    of, start, end = of[fits], start[fits], end[fits]
            elif object_ is not None:
                of, start = self._followed(object_, tuple((name, not back) for name, back in reversed(path)))
                end = object_[of]
            else:
                of, start, end = self._between(rows.size, path)
            places.append(of)
            starts.append(start)
            ends.append(end)
        of, start, end = np.concatenate(places), np.concatenate(starts), np.concatenate(ends)
        if len(part.path) > 1 or len(part.path[0]) > 1:
            # the engine gives some ways twice that lead to the same, and some once
            once = np.unique(r.codes([of, start, end], len(of)), return_index=True)[1]
            if len(once) < len(of):
                if not as_set:
                    raise Unsure("several ways lead to the same")
                of, start, end = of[once], start[once], end[once]
        made = rows.take(of)
        for node, column in ((part.subject, start), (part.object, end)):
            if isinstance(node, Var):
                made.of[node.name] = column
        return made

    def _any(self, rows: Rows, part: Triple, predicate: Var, as_set: bool) -> Rows:
        """The same where the predicate is a variable that is bound."""
        if predicate in (part.subject, part.object) or not rows.bound([predicate.name]):
            raise Unsure("a predicate that nothing binds")
        column, made = rows.of[predicate.name], []
        known = np.unique(column)
        for id_, term in zip(known.tolist(), self.terms(known), strict=True):
            if not isinstance(term, ox.NamedNode):
                raise Unsure("a predicate that is none")
            made.append(self._matched(rows.take(column == id_), Triple(part.subject, (((term.value, False),),), part.object), as_set))
        if not made:
            raise Unsure("a predicate that nothing binds")
        return r.stacked(made)

    def _values(self, rows: Rows, node: Any) -> Ids | None:
        """What a variable is bound to, or the constant, for each row; None where it is bound to nothing."""
        if not isinstance(node, Var):
            return np.full(rows.size, self._id(node), np.int32)
        if node.name not in rows.of:
            return None
        if not rows.bound([node.name]):
            raise Unsure("a variable that may be unbound")
        return rows.of[node.name]

    def _there(self, subjects: Ids, objects: Ids, step: syntax.Step) -> Places:
        """The places where a step leads from the one to the other."""
        predicate, back = step
        pairs = self._held(predicate)
        subjects, objects = (objects, subjects) if back else (subjects, objects)
        if not self._known(predicate, pairs, subjects, False) and not self._known(predicate, pairs, objects, True):
            raise Unsure("not all triples of a predicate are held")
        return np.flatnonzero(pairs.has(subjects, objects))

    def _followed(self, values: Ids, path: Sequence[syntax.Step]) -> _Follow:
        of: Places = np.arange(len(values))
        for predicate, back in path:
            pairs = self._held(predicate)
            if not self._known(predicate, pairs, values, back):
                raise Unsure("not all triples of a predicate are held")
            keys, targets = (pairs.by_o, pairs.of_o) if back else (pairs.s, pairs.o)
            once, inverse = np.unique(values, return_inverse=True)
            low, high = np.searchsorted(keys, once), np.searchsorted(keys, once, "right")
            places, found = r.spread(low[inverse], high[inverse])
            of, values = of[places], targets[found]
        return of, values

    def _known(self, predicate: str, pairs: Pairs, values: Ids, back: bool) -> bool:
        """Whether all triples of a predicate are held that have these subjects (`back`: these objects)."""
        if pairs.whole:
            return True
        if not bool((values < self._columns.size).all()):
            return False
        if back:
            return predicate == TYPE and not self._columns.left_classes & {*np.unique(values).tolist()}
        return bool(self._columns.held[values].all())

    def _between(self, size: int, path: Sequence[syntax.Step]) -> tuple[Places, Ids, Ids]:
        (predicate, back), *others = path
        pairs = self._held(predicate)
        if not pairs.whole:
            raise Unsure("not all triples of a predicate are held")
        start, end = (pairs.by_o, pairs.of_o) if back else (pairs.s, pairs.o)
        of, start, end = self._repeated(size, start, end)
        if others:
            places, end = self._followed(end, others)
            of, start = of[places], start[places]
        return of, start, end

    @staticmethod
    def _repeated(size: int, start: Ids, end: Ids) -> tuple[Places, Ids, Ids]:
        of, places = r.spread(np.zeros(size, np.int64), np.full(size, len(start)))
        return of, start[places], end[places]


def _spread_out(ids: Ids, terms: Callable[[Ids], list[Any]]) -> list[Any]:
    """The terms of a column, each made once."""
    known, of = np.unique(ids, return_inverse=True)
    made = np.empty(len(known), object)
    made[:] = terms(known)
    found: list[Any] = made[of].tolist()
    return found


def _ranks(ids: Ids, terms: Callable[[Ids], list[Any]]) -> Places:
    """Numbers in the order of the terms, what is unbound before all; raises Unsure where their order is the engine's own."""
    known, of = np.unique(ids, return_inverse=True)
    ranks = sorting.ranks(terms(known))
    if ranks is None:
        raise Unsure("terms of several kinds")
    return np.array(ranks, np.int64)[of]


def _ranked(rows: Rows, key: tuple[str, bool], terms: Callable[[Ids], list[Any]]) -> Places:
    name, down = key
    if name not in rows.of:
        raise Unsure("it sorts by what is not there")
    return _ranks(rows.of[name], terms) * (-1 if down else 1)
