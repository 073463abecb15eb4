"""What a Cypher query is made of, as the parser gives it. Places (`at`) do not count when two expressions are compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any
from typing import Literal as Choice


def _at() -> Any:
    return field(default=0, compare=False, kw_only=True)


class Expr:
    """An expression."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Literal(Expr):
    value: Any
    at: int = _at()


@dataclass(frozen=True, slots=True)
class Param(Expr):
    name: str
    at: int = _at()


@dataclass(frozen=True, slots=True)
class Var(Expr):
    name: str
    at: int = _at()


@dataclass(frozen=True, slots=True)
class Prop(Expr):
    subject: Expr
    key: str
    at: int = _at()


@dataclass(frozen=True, slots=True)
class Index(Expr):
    subject: Expr
    index: Expr
    at: int = _at()


@dataclass(frozen=True, slots=True)
class Slice(Expr):
    subject: Expr
    low: Expr | None
    high: Expr | None
    at: int = _at()


@dataclass(frozen=True, slots=True)
class Unary(Expr):
    """`NOT`, `-`, `+`, `IS NULL` or `IS NOT NULL`."""

    op: str
    operand: Expr
    at: int = _at()


@dataclass(frozen=True, slots=True)
class Binary(Expr):
    op: str
    left: Expr
    right: Expr
    at: int = _at()


@dataclass(frozen=True, slots=True)
class Labels:
    """A label expression: `name`, `any` (%), `not`, `and`, `or`; with a name or with parts."""

    kind: str
    name: str = ""
    parts: tuple[Labels, ...] = ()
    at: int = _at()

    def names(self) -> Iterator[Labels]:
        """All labels that it names."""
        if self.kind == "name":
            yield self
        for part in self.parts:
            yield from part.names()


@dataclass(frozen=True, slots=True)
class HasLabels(Expr):
    subject: Expr
    labels: Labels
    at: int = _at()


@dataclass(frozen=True, slots=True)
class Call(Expr):
    """A function; names in lower case. `count(*)` has `star`."""

    name: str
    args: tuple[Expr, ...]
    distinct: bool = False
    star: bool = False
    at: int = _at()


@dataclass(frozen=True, slots=True)
class Case(Expr):
    subject: Expr | None
    whens: tuple[tuple[Expr, Expr], ...]
    default: Expr | None
    at: int = _at()


@dataclass(frozen=True, slots=True)
class ListOf(Expr):
    items: tuple[Expr, ...]
    at: int = _at()


@dataclass(frozen=True, slots=True)
class MapOf(Expr):
    items: tuple[tuple[str, Expr], ...]
    at: int = _at()


@dataclass(frozen=True, slots=True)
class Projected(Expr):
    """A map projection; each item is a key with its expression, or None and `.*`."""

    subject: Var
    items: tuple[tuple[str, Expr | None], ...]
    at: int = _at()


@dataclass(frozen=True, slots=True)
class Comprehension(Expr):
    """`[x IN list WHERE … | …]`, and, by `kind`, `all`, `any`, `none`, `single` of the same."""

    kind: str
    var: str
    source: Expr
    where: Expr | None
    value: Expr | None
    at: int = _at()


@dataclass(frozen=True, slots=True)
class Reduce(Expr):
    total: str
    start: Expr
    var: str
    source: Expr
    value: Expr
    at: int = _at()


@dataclass(frozen=True, slots=True)
class NodePattern:
    var: str | None
    labels: Labels | None
    props: Expr | None
    where: Expr | None
    at: int = _at()


@dataclass(frozen=True, slots=True)
class RelPattern:
    """`low` is None for a single relationship, `high` None for no upper bound."""

    var: str | None
    types: Labels | None
    direction: Choice["out", "in", "both"]
    low: int | None
    high: int | None
    props: Expr | None
    where: Expr | None
    at: int = _at()


@dataclass(frozen=True, slots=True)
class PathPattern:
    """Nodes, and one relationship fewer; `shortest` is '', 'one' or 'all'."""

    var: str | None
    nodes: tuple[NodePattern, ...]
    rels: tuple[RelPattern, ...]
    shortest: str = ""
    at: int = _at()


@dataclass(frozen=True, slots=True)
class PatternComprehension(Expr):
    pattern: PathPattern
    where: Expr | None
    value: Expr
    at: int = _at()


@dataclass(frozen=True, slots=True)
class ShortestPath(Expr):
    pattern: PathPattern
    at: int = _at()


@dataclass(frozen=True, slots=True)
class Subquery(Expr):
    """`EXISTS { … }`, `COUNT { … }`, `COLLECT { … }`; a pattern as a predicate is an `exists` too."""

    kind: str
    query: Query
    at: int = _at()


# --- clauses ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Match:
    optional: bool
    patterns: tuple[PathPattern, ...]
    where: Expr | None
    at: int = _at()


@dataclass(frozen=True, slots=True)
class Unwind:
    source: Expr
    var: str
    at: int = _at()


@dataclass(frozen=True, slots=True)
class Item:
    """A column: its expression and its name; `given` where the query has AS."""

    expr: Expr
    name: str
    given: bool = field(compare=False)


@dataclass(frozen=True, slots=True)
class Projection:
    """WITH, or RETURN at the end."""

    last: bool
    distinct: bool
    star: bool
    items: tuple[Item, ...]
    order: tuple[tuple[Expr, bool], ...]
    skip: Expr | None
    limit: Expr | None
    where: Expr | None
    at: int = _at()


@dataclass(frozen=True, slots=True)
class CallQuery:
    """`CALL { … }`; `imports` are the names of `CALL (x, y) { … }`, None for the older form, ("*",) for all."""

    query: Query
    imports: tuple[str, ...] | None
    optional: bool
    at: int = _at()


@dataclass(frozen=True, slots=True)
class CallProcedure:
    name: str
    args: tuple[Expr, ...]
    yields: tuple[tuple[str, str], ...] | None
    where: Expr | None
    at: int = _at()


Clause = Match | Unwind | Projection | CallQuery | CallProcedure


@dataclass(frozen=True, slots=True)
class Query:
    """One or several lists of clauses; several are joined by UNION, which is ALL or not."""

    parts: tuple[tuple[Clause, ...], ...]
    all: bool = False
    at: int = _at()


def inside(part: Any) -> Iterator[Any]:
    """A part of a query and all that is in it."""
    if isinstance(part, tuple):
        for one in part:
            yield from inside(one)
    elif hasattr(part, "__dataclass_fields__"):
        yield part
        for one in fields(part):
            value = getattr(part, one.name)
            if isinstance(value, tuple) or hasattr(value, "__dataclass_fields__"):
                yield from inside(value)


def names_in(part: Any) -> set[str]:
    """Names of variables that a part of a query mentions, be they its own or not."""
    found = set()
    for one in inside(part):
        if isinstance(one, Var):
            found.add(one.name)
        elif isinstance(one, NodePattern | RelPattern | PathPattern) and one.var is not None:
            found.add(one.var)
    return found
