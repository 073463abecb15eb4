"""The parts of those SELECT queries that columns can answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ontology.terms import PREFIXES

#: What `a` stands for.
TYPE = f"{PREFIXES['rdf']}type"


class Unsure(Exception):
    """The answer is the engine's: it is not sure to be the same here."""


@dataclass(frozen=True, slots=True)
class Var:
    """A variable."""

    name: str


#: A variable or a term.
Node = Any
#: A predicate, and whether it is followed from object to subject.
Step = tuple[str, bool]


@dataclass(frozen=True, slots=True)
class Triple:
    """A pattern; its path is a variable, or alternatives, each a sequence of steps."""

    subject: Node
    path: Var | tuple[tuple[Step, ...], ...]
    object: Node


@dataclass(frozen=True, slots=True)
class Values:
    """Inline data, without UNDEF."""

    names: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression as it is written, and the variables in it."""

    text: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """A FILTER; `choice` where it says that a variable is one of some addresses."""

    expression: Expression
    choice: Values | None


@dataclass(frozen=True, slots=True)
class Bind:
    """BIND, or an expression in a SELECT."""

    expression: Expression
    name: str


@dataclass(frozen=True, slots=True)
class Group:
    """A group of patterns in their order."""

    parts: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Union:
    """Alternatives: groups or subqueries."""

    parts: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Optional:
    """OPTIONAL with a group of patterns and filters."""

    body: Group


@dataclass(frozen=True, slots=True)
class Minus:
    """MINUS."""

    body: Any


@dataclass(frozen=True, slots=True)
class Aggregate:
    """COUNT, MIN or MAX of a variable; COUNT of None counts rows."""

    of: str
    distinct: bool
    argument: str | None
    name: str


@dataclass(frozen=True, slots=True)
class Select:
    """A query or subquery; `columns` are names, `Bind`s and `Aggregate`s, `keys` those of GROUP BY."""

    columns: tuple[Any, ...]
    distinct: bool
    body: Group
    keys: tuple[str, ...] | None
    order: tuple[tuple[str, bool], ...]
    limit: int | None

    @property
    def names(self) -> tuple[str, ...]:
        """The variables that it gives."""
        return tuple(column if isinstance(column, str) else column.name for column in self.columns)


@dataclass(frozen=True, slots=True)
class Query:
    """A whole query; `prologue` are its prefixes as it writes them."""

    prologue: str
    select: Select
