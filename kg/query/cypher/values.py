"""Cypher's values and how they compare: null spreads, 1 = 1.0, true is not 1, and every value has its place in an order.

Values are Python's None, bool, int, float, str, list and dict, and `Node`, `Rel` and `Path`.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.query.cypher.store import Columns

LARGEST = (1 << 63) - 1


class Element:
    """A node or a relationship; `row` is its place in the columns of its kind."""

    __slots__ = ("columns", "row")
    columns: Columns
    row: int

    def get(self, key: str) -> Any:
        """A property, or None."""
        column = self.columns.get(key)
        return None if column is None else column[self.row]


class Node(Element):
    """A node; there is one object for each, so that identity is equality."""

    __slots__ = ("number",)

    def __init__(self, number: int, row: int, columns: Columns) -> None:
        self.number = number
        self.row = row
        self.columns = columns


class Rel(Element):
    """A relationship; `row` is its number, too."""

    __slots__ = ("end", "start", "type")

    def __init__(self, row: int, type_: str, start: Node, end: Node, columns: Columns) -> None:
        self.row = row
        self.type = type_
        self.start = start
        self.end = end
        self.columns = columns

    def __eq__(self, other: object) -> bool:
        return type(other) is Rel and other.row == self.row

    def __hash__(self) -> int:
        return hash(("Rel", self.row))


class Path:
    """A path: its nodes, and its relationships, one fewer."""

    __slots__ = ("nodes", "rels")

    def __init__(self, nodes: tuple[Node, ...], rels: tuple[Rel, ...]) -> None:
        self.nodes = nodes
        self.rels = rels

    def __eq__(self, other: object) -> bool:
        return type(other) is Path and other.nodes == self.nodes and other.rels == self.rels

    def __hash__(self) -> int:
        return hash((self.nodes, self.rels))


def fail(message: str) -> UsageError:
    """An error that shows when a query runs."""
    return UsageError(f"Cypher: {message}")


#: Types by the names that they have in messages.
KINDS: dict[type, str] = {
    bool: "Boolean", int: "Integer", float: "Float", str: "String", list: "List", dict: "Map", Node: "Node", Rel: "Relationship",
    Path: "Path", type(None): "null",
}  # fmt: skip


def kind(value: Any) -> str:
    """The name of a value's type, for messages."""
    return KINDS.get(type(value), type(value).__name__)


def number(value: Any) -> bool:
    """Whether a value is an Integer or a Float."""
    return type(value) is int or type(value) is float


# --- equality ---------------------------------------------------------------------------------------------------------


def equal(a: Any, b: Any) -> bool | None:
    """`a = b`: None where null makes it unknown; values of unlike types are not equal."""
    if a is None or b is None:
        return None
    kinds = type(a), type(b)
    if kinds[0] is list and kinds[1] is list:
        return _all_equal(zip(a, b, strict=False)) if len(a) == len(b) else False
    if kinds[0] is dict and kinds[1] is dict:
        return _all_equal((a[k], b[k]) for k in a) if a.keys() == b.keys() else False
    if kinds[0] is kinds[1] or (number(a) and number(b)):
        return bool(a == b)
    return False


def _all_equal(pairs: Any) -> bool | None:
    unknown = False
    for a, b in pairs:
        same = equal(a, b)
        if same is False:
            return False
        unknown = unknown or same is None
    return None if unknown else True


def key(value: Any) -> Any:
    """Something that is hashed and compared where rows are grouped or made distinct: there null is null and NaN is NaN."""
    t = type(value)
    if t is str or t is int or t is Node or value is None:
        return value
    if t is bool:
        return ("Boolean", value)
    if t is float:
        # as a number it is equal to an Integer of the same value
        return ("NaN",) if math.isnan(value) else value
    if t is list:
        return ("List", *map(key, value))
    if t is dict:
        return ("Map", frozenset((k, key(v)) for k, v in value.items()))
    return value


# --- order ------------------------------------------------------------------------------------------------------------


ORDERS: dict[str, Callable[[Any, Any], bool]] = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def ordered(holds: Callable[[Any, Any], bool], a: Any, b: Any) -> bool | None:
    """Whether one of the `ORDERS` holds; None where the two have no common order."""
    if type(a) is type(b) is str or (number(a) and number(b)) or type(a) is type(b) is bool:
        return holds(a, b)
    if type(a) is type(b) is list and not any(v is None for v in (*a, *b)):
        return holds(order(a), order(b))
    return None


def order(value: Any) -> tuple[Any, ...]:
    """A key for ORDER BY, min and max: maps, nodes, relationships, lists, paths, strings, booleans, numbers, null."""
    t = type(value)
    if t is str:
        return 5, value
    if t is int:
        return 7, value
    if t is float:
        return (7, math.inf, 1) if math.isnan(value) else (7, value)
    if value is None:
        return (9,)
    if t is bool:
        return 6, value
    if t is list:
        return 3, tuple(map(order, value))
    if t is dict:
        return 0, len(value), tuple(sorted(value)), tuple(order(value[k]) for k in sorted(value))
    if t is Node:
        return 1, value.number
    if t is Rel:
        return 2, value.row
    return 4, tuple(n.number for n in value.nodes), tuple(r.row for r in value.rels)


# --- arithmetic -------------------------------------------------------------------------------------------------------


def add(a: Any, b: Any) -> Any:
    """`+`: of numbers, strings, lists; a string takes a number, a list takes any value."""
    if type(a) is list:
        # null at the end of a list makes it unknown, as everywhere
        return None if b is None else a + b if type(b) is list else [*a, b]
    if type(b) is list:
        return None if a is None else [a, *b]
    if a is None or b is None:
        return None
    if number(a) and number(b):
        return _fits(a + b)
    if (type(a) is str and type(b) in (str, int, float)) or (type(b) is str and type(a) in (int, float)):
        return text(a) + text(b)
    raise fail(f"+ does not join {kind(a)} and {kind(b)}")


def joined(a: Any, b: Any) -> Any:
    """`||`: of two strings or two lists."""
    if a is None or b is None:
        return None
    if type(a) is type(b) and type(a) in (str, list):
        return a + b
    raise fail(f"|| joins two strings or two lists, not {kind(a)} and {kind(b)}")


def arithmetic(op: str, a: Any, b: Any) -> Any:
    """`-`, `*`, `/`, `%`, `^`. Whole numbers are divided to whole numbers, towards zero."""
    if a is None or b is None:
        return None
    if not (number(a) and number(b)):
        raise fail(f"{op} is for numbers, not for {kind(a)} and {kind(b)}")
    if op == "-":
        return _fits(a - b)
    if op == "*":
        return _fits(a * b)
    if op == "^":
        try:
            power = float(a) ** float(b)
        except (OverflowError, ZeroDivisionError):
            return math.inf
        return math.nan if isinstance(power, complex) else power
    whole = type(a) is int and type(b) is int
    if b == 0:
        if whole:
            raise fail("/ by zero")
        if op == "%" or a == 0 or a != a:
            return math.nan
        return math.copysign(math.inf, a) * math.copysign(1, b)
    if op == "%":
        return a - b * _toward_zero(a, b) if whole else math.fmod(a, b)
    return _toward_zero(a, b) if whole else a / b


def _toward_zero(a: int, b: int) -> int:
    found = abs(a) // abs(b)
    return found if (a < 0) == (b < 0) else -found


def _fits(value: Any) -> Any:
    if type(value) is int and not -LARGEST - 1 <= value <= LARGEST:
        raise fail("a whole number does not fit into 64 bits; use toFloat")
    return value


def text(value: Any) -> str:
    """A value as `toString` has it; Float as Java writes it.

    >>> text(1.0), text(1e21), text(0.00012), text(True)
    ('1.0', '1.0E21', '1.2E-4', 'true')
    """
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) is not float:
        return str(value)
    if math.isnan(value) or math.isinf(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(value)
    for places in range(17):
        digits, _, power = f"{value:.{places}e}".partition("e")
        if float(f"{digits}e{power}") == value:
            break
    return f"{digits if '.' in digits else digits + '.0'}E{int(power)}"
