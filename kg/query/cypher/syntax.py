"""What a Cypher query is made of, as the parser gives it. Places (`at`) do not count when two expressions are compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any
from typing import Literal as Choice


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a query, and its place there."""

    at: int = field(default=0, compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Expr(Part):
    """An expression."""


@dataclass(frozen=True, slots=True)
class Literal(Expr):
    value: Any


@dataclass(frozen=True, slots=True)
class Param(Expr):
    name: str


@dataclass(frozen=True, slots=True)
class Var(Expr):
    name: str


@dataclass(frozen=True, slots=True)
class Prop(Expr):
    subject: Expr
    key: str


@dataclass(frozen=True, slots=True)
class Index(Expr):
    subject: Expr
    index: Expr


@dataclass(frozen=True, slots=True)
class Slice(Expr):
    subject: Expr
    low: Expr | None
    high: Expr | None


@dataclass(frozen=True, slots=True)
class Unary(Expr):
    """`NOT`, `-`, `+`, `IS NULL` or `IS NOT NULL`."""

    op: str
    operand: Expr


@dataclass(frozen=True, slots=True)
class Binary(Expr):
    op: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Labels(Part):
    """A label expression: `name`, `any` (%), `not`, `and`, `or`; with a name or with parts."""

    kind: str
    name: str = ""
    parts: tuple[Labels, ...] = ()

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


@dataclass(frozen=True, slots=True)
class Call(Expr):
    """A function; names in lower case. `count(*)` has `star`."""

    name: str
    args: tuple[Expr, ...]
    distinct: bool = False
    star: bool = False


@dataclass(frozen=True, slots=True)
class Case(Expr):
    subject: Expr | None
    whens: tuple[tuple[Expr, Expr], ...]
    default: Expr | None


@dataclass(frozen=True, slots=True)
class ListOf(Expr):
    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class MapOf(Expr):
    items: tuple[tuple[str, Expr], ...]


@dataclass(frozen=True, slots=True)
class Projected(Expr):
    """A map projection; each item is a key with its expression, or None and `.*`."""

    subject: Var
    items: tuple[tuple[str, Expr | None], ...]


@dataclass(frozen=True, slots=True)
class Comprehension(Expr):
    """`[x IN list WHERE … | …]`, and, by `kind`, `all`, `any`, `none`, `single` of the same."""

    kind: str
    var: str
    source: Expr
    where: Expr | None
    value: Expr | None


@dataclass(frozen=True, slots=True)
class Reduce(Expr):
    total: str
    start: Expr
    var: str
    source: Expr
    value: Expr


@dataclass(frozen=True, slots=True)
class NodePattern(Part):
    var: str | None
    labels: Labels | None
    props: Expr | None
    where: Expr | None


@dataclass(frozen=True, slots=True)
class RelPattern(Part):
    """`low` is None for a single relationship, `high` None for no upper bound."""

    var: str | None
    types: Labels | None
    direction: Choice["out", "in", "both"]
    low: int | None
    high: int | None
    props: Expr | None
    where: Expr | None


@dataclass(frozen=True, slots=True)
class PathPattern(Part):
    """Nodes, and one relationship fewer; `shortest` is '', 'one' or 'all'."""

    var: str | None
    nodes: tuple[NodePattern, ...]
    rels: tuple[RelPattern, ...]
    shortest: str = ""


@dataclass(frozen=True, slots=True)
class PatternComprehension(Expr):
    pattern: PathPattern
    where: Expr | None
    value: Expr


@dataclass(frozen=True, slots=True)
class ShortestPath(Expr):
    pattern: PathPattern


@dataclass(frozen=True, slots=True)
class Subquery(Expr):
    """`EXISTS { … }`, `COUNT { … }`, `COLLECT { … }`; a pattern as a predicate is an `exists` too."""

    kind: str
    query: Query


# --- clauses ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Match(Part):
    optional: bool
    patterns: tuple[PathPattern, ...]
    where: Expr | None


@dataclass(frozen=True, slots=True)
class Unwind(Part):
    source: Expr
    var: str


@dataclass(frozen=True, slots=True)
class Item(Part):
    """A column: its expression and its name; `given` where the query has AS."""

    expr: Expr
    name: str
    given: bool = field(compare=False)


@dataclass(frozen=True, slots=True)
class Projection(Part):
    """WITH, or RETURN at the end."""

    last: bool
    distinct: bool
    star: bool
    items: tuple[Item, ...]
    order: tuple[tuple[Expr, bool], ...]
    skip: Expr | None
    limit: Expr | None
    where: Expr | None


@dataclass(frozen=True, slots=True)
class CallQuery(Part):
    """`CALL { … }`; `imports` are the names of `CALL (x, y) { … }`, None for the older form, ("*",) for all."""

    query: Query
    imports: tuple[str, ...] | None
    optional: bool


@dataclass(frozen=True, slots=True)
class CallProcedure(Part):
    name: str
    args: tuple[Expr, ...]
    yields: tuple[tuple[str, str], ...] | None
    where: Expr | None


Clause = Match | Unwind | Projection | CallQuery | CallProcedure


@dataclass(frozen=True, slots=True)
class Query(Part):
    """One or several lists of clauses; several are joined by UNION, which is ALL or not."""

    parts: tuple[tuple[Clause, ...], ...]
    all: bool = False


def parts(part: Any) -> Iterator[Part]:
    """The parts that a part, or a tuple, is made of."""
    values = part if isinstance(part, tuple) else (getattr(part, one.name) for one in fields(part)) if isinstance(part, Part) else ()
    for value in values:
        if isinstance(value, tuple):
            yield from parts(value)
        elif isinstance(value, Part):
            yield value


def inside(part: Any) -> Iterator[Part]:
    """A part of a query and all that is in it."""
    if isinstance(part, Part):
        yield part
    for one in parts(part):
        yield from inside(one)


def names_in(part: Any) -> set[str]:
    """Names of variables that a part of a query mentions, be they its own or not."""
    found = set()
    for one in inside(part):
        if isinstance(one, Var):
            found.add(one.name)
        elif isinstance(one, NodePattern | RelPattern | PathPattern) and one.var is not None:
            found.add(one.var)
    return found
