"""What a database and a graph do not agree about, told in lines."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from exports import Written

__all__ = ["KEPT", "Difference", "Problem", "Verified", "quoted"]

#: Differences that are kept with both values; all others are counted.
KEPT = 1_000
#: How much of a long value a line shows.
_SHOWN = 60
Problem = Literal["missing", "changed", "twice", "unknown"]
_SAID = {"missing": "is missing", "twice": "is there twice", "unknown": "was changed, and the graph has nothing like it"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that the database and the graph do not agree about.

    `what` tells the node or relationship in Cypher's way. It is `missing`, there `twice`, `changed` (then `property` names what differs,
    a property, `labels`, `type`, `start` or `end`, with what was found and what the graph says), or `unknown`: ours, changed, and not in
    the graph.
    """

    kind: str
    what: str
    problem: Problem
    property: str = ""
    found: Any = None
    expected: Any = None

    def __str__(self) -> str:
        if self.problem != "changed":
            return f"{self.what} {_SAID[self.problem]}"
        return f"{self.what}: {self.property} is {_beside(self.found, self.expected)}, should be {_beside(self.expected, self.found)}"

    def record(self) -> dict[str, Any]:
        """The same for JSON; both values whole."""
        told = {"kind": self.kind, "what": self.what, "problem": self.problem}
        if self.problem == "changed":
            # what others wrote may be of a type that JSON does not have
            told |= {"property": self.property, "found": json.loads(quoted(self.found)), "expected": self.expected}
        return told


@dataclass(slots=True)
class Verified:
    """What was compared, by kind; how many differences there are, and the first `KEPT` of them.

    `left` are nodes and relationships of earlier graphs that are as they were written; `repaired` is what the push wrote that mended the
    rest, where it was asked for and needed.
    """

    compared: dict[str, int] = field(default_factory=dict)
    number: int = 0
    differences: list[Difference] = field(default_factory=list)
    left: int = 0
    repaired: Written | None = None

    def add(self, difference: Difference) -> None:
        self.number += 1
        if len(self.differences) < KEPT:
            self.differences.append(difference)


def quoted(value: Any) -> str:
    """A value as JSON; one that JSON does not have, by its name in Python.

    >>> quoted(["a", 1]), quoted(1j)
    ('["a", 1]', '"1j"')
    """
    return json.dumps(value, ensure_ascii=False, default=repr)


def _beside(value: Any, other: Any) -> str:
    """A value as JSON; a long one is cut around the first place where it is not like the other one.

    >>> _beside("x" * 100 + "abc", "x" * 100 + "a-c")
    '…xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxabc"'
    """
    if value is None:
        return "not there"
    text, beside = quoted(value), quoted(other)
    if len(text) <= _SHOWN:
        return text
    differs = next((n for n, (a, b) in enumerate(zip(text, beside, strict=False)) if a != b), min(len(text), len(beside)))
    start = max(0, min(differs - _SHOWN // 3, len(text) - _SHOWN))
    return ("…" if start else "") + text[start : start + _SHOWN] + ("…" if start + _SHOWN < len(text) else "")
