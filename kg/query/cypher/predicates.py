"""Predicates: true, false, or null where it cannot be known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kg.query.cypher import syntax as s
from kg.query.cypher.functions import regular_expression
from kg.query.cypher.values import Node, equal, fail, kind

Frame = list[Any]
Run = Callable[[Frame], Any]
LONGEST = 1 << 62
STRINGS: dict[str, Callable[[str, str], bool]] = {
    "STARTS WITH": str.startswith,
    "ENDS WITH": str.endswith,
    "CONTAINS": lambda a, b: b in a,
}


def fits(labels: s.Labels, own: set[str]) -> bool:
    """Whether labels fulfil a label expression."""
    if labels.kind == "name":
        return labels.name in own
    if labels.kind == "any":
        return bool(own)
    if labels.kind == "not":
        return not fits(labels.parts[0], own)
    return (all if labels.kind == "and" else any)(fits(part, own) for part in labels.parts)


def truth(value: Any) -> bool | None:
    """A predicate's value."""
    if value is None or value is True or value is False:
        return value
    raise fail(f"a predicate is true or false, found {kind(value)}")


def first(pairs: list[tuple[Run, Run]], default: Run, f: Frame) -> Any:
    """The value of the first test that holds."""
    for test, value in pairs:
        if truth(test(f)) is True:
            return value(f)
    return default(f)


def logic(op: str, a: Run, b: Run) -> Run:
    """AND, OR, XOR of two predicates, which may be null."""
    if op == "XOR":

        def xor(f: Frame) -> bool | None:
            x, y = truth(a(f)), truth(b(f))
            return None if x is None or y is None else x is not y

        return xor
    ends = op == "OR"

    def both(f: Frame) -> bool | None:
        x = truth(a(f))
        if x is ends:
            return ends
        y = truth(b(f))
        if y is ends:
            return ends
        return None if x is None or y is None else not ends

    return both


def within(a: Run, b: Run) -> Run:
    """`a IN b`."""

    def among(f: Frame) -> bool | None:
        x, items = a(f), as_list(b(f))
        if items is None:
            return None
        if type(x) is Node:
            # nodes are compared by identity, which a list does quickly
            return True if x in items else None if None in items else False
        unknown = False
        for item in items:
            same = x == item if type(x) is str and type(item) is str else equal(x, item)
            if same:
                return True
            unknown = unknown or same is None
        return None if unknown else False

    return among


def matches(value: Any, pattern: Any) -> bool | None:
    """`value =~ pattern`."""
    if type(pattern) is not str or type(value) is not str:
        return None
    return regular_expression(pattern).fullmatch(value) is not None


def as_list(value: Any) -> list[Any] | None:
    """A list, or None."""
    if value is None or type(value) is list:
        return value
    raise fail(f"expected a List, found {kind(value)}")


def quantifier(name: str, source: Run, place: int, where: Run) -> Run:
    """all, any, none, single."""

    def holds(f: Frame) -> bool | None:
        items = as_list(source(f))
        if items is None:
            return None
        true = unknown = 0
        for item in items:
            f[place] = item
            found = truth(where(f))
            if found is None:
                unknown += 1
            elif found:
                true += 1
                if name in ("any", "none"):
                    return name == "any"
                if name == "single" and true > 1:
                    return False
            elif name == "all":
                return False
        if unknown:
            return None
        return true == 1 if name == "single" else name != "any"

    return holds
