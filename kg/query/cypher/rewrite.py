"""Expressions taken apart: which aggregate, and the same with parts put in place of others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from kg.query.cypher import syntax as s
from kg.query.cypher.aggregates import AGGREGATES

_OF_THEIR_OWN = s.Subquery | s.PatternComprehension | s.ShortestPath


def aggregates(e: Any) -> bool:
    """Whether an expression has an aggregating function; what a subquery gathers is its own affair."""
    if isinstance(e, s.Call) and e.name in AGGREGATES:
        return True
    return not isinstance(e, _OF_THEIR_OWN) and any(map(aggregates, s.parts(e)))


def rewritten(e: Any, change: Callable[[Any], Any]) -> Any:
    """The same with `change(part)` in place of each part where that is not None, from the outside in."""
    if isinstance(e, tuple):
        return tuple(rewritten(part, change) for part in e)
    if not isinstance(e, s.Part):
        return e
    if isinstance(e, s.Expr) and (other := change(e)) is not None:
        return other
    made = {}
    for one in fields(e):
        value = getattr(e, one.name)
        if isinstance(value, tuple | s.Part):
            made[one.name] = rewritten(value, change)
    # a map projection stands on a variable
    if isinstance(e, s.Projected) and not isinstance(made["subject"], s.Var):
        return e
    return replace(e, **made) if made else e


def substituted(e: s.Expr, by_name: dict[str, s.Expr]) -> s.Expr:
    """The same with expressions in place of variables."""
    made: s.Expr = rewritten(e, lambda part: by_name.get(part.name) if isinstance(part, s.Var) else None)
    return made


def insensitive(clauses: tuple[s.Clause, ...]) -> bool:
    """Whether what follows a MATCH gives the same for rows that come once or several times."""
    for clause in clauses:
        if isinstance(clause, s.Match):
            continue
        if not isinstance(clause, s.Projection) or clause.star:
            return False
        found = [call for item in clause.items for call in _calls(item.expr)]
        if not found:
            return clause.distinct
        return all(call.distinct or call.name in ("min", "max") for call in found)
    return False


def _calls(e: Any) -> list[s.Call]:
    if isinstance(e, s.Call) and e.name in AGGREGATES:
        return [e]
    return [] if isinstance(e, _OF_THEIR_OWN) else [call for part in s.parts(e) for call in _calls(part)]
