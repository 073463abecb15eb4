"""One correction, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from kg.errors import did_you_mean
from kg.model import ConceptRelation, ConceptType, Relation


class Kind(StrEnum):
    """What is wrong, and so what is done."""

    REMOVE = "remove"  # the paper has nothing to do with the concept
    RELINK = "relink"  # it is another concept
    RELATION = "relation"  # the paper stands to it in another way
    ADD = "add"  # a link is missing
    CONFIRM = "confirm"  # the link is right
    MERGE = "merge"  # two concepts are one
    SEPARATE = "separate"  # a name is not one of this concept, but of one of its own
    LABEL = "label"  # the concept has another label
    TYPE = "type"  # the concept is of another type


#: Of each kind the keys that a line must have and those that it may have, beside `_NOTES`.
KEYS: dict[Kind, tuple[tuple[str, ...], tuple[str, ...]]] = {
    Kind.REMOVE: (("paper",), ("concept", "quote", "tail", "relation", "sentence")),
    Kind.RELINK: (("paper", "to"), ("concept", "quote", "sentence", "relation", "type")),
    Kind.RELATION: (("paper", "concept", "to"), ("quote", "sentence")),
    Kind.ADD: (("paper", "concept", "quote", "relation"), ("sentence", "type")),
    Kind.CONFIRM: (("paper", "concept"), ("relation", "quote", "sentence")),
    Kind.MERGE: (("concept", "to"), ()),
    Kind.SEPARATE: (("concept", "name"), ("type",)),
    Kind.LABEL: (("concept", "to"), ()),
    Kind.TYPE: (("concept", "to"), ()),
}
#: Keys for whoever reads the file; they change nothing.
NOTES = ("note", "by", "date", "label", "title")
_LONG = 400  # characters of a reason


@dataclass(frozen=True, slots=True)
class Correction:
    """One line of a file of corrections; what is not said is empty. The keys of the line are these, with `correction` for `kind`.

    Args:
        kind: what is wrong.
        paper: the id of the paper, or of one of the records it was made of.
        concept: the id of a concept, or one of its names.
        quote: what the paper calls it, word for word; without `concept`, the link is known by it.
        sentence: where several places have the quote, the sentence with the one that is meant.
        tail: the other concept, where a relation between two concepts is wrong.
        relation: how the paper stands to the concept; with `tail`, how the concepts stand to each other.
        to: what is right: a concept (relink, merge), a relation, a label or a type.
        type: the type of a concept that is new by this line.
        name: a name that the concept does not have (separate).
        source: the name of the file.
        line: the line there, from 1.
    """

    kind: Kind
    paper: str = ""
    concept: str = ""
    quote: str = ""
    sentence: str = ""
    tail: str = ""
    relation: str = ""
    to: str = ""
    type: str = ""
    name: str = ""
    source: str = ""
    line: int = 0

    @property
    def place(self) -> str:
        """The file and the line."""
        return f"{self.source}:{self.line}" if self.line else self.source

    @property
    def content(self) -> str:
        """What the line says, as JSON: equal for two lines that say the same, whatever their order of keys and their notes."""
        said = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("kind", "source", "line")}
        kept = {"correction": self.kind.value, **{name: value for name, value in said.items() if value}}
        return json.dumps(kept, ensure_ascii=False, sort_keys=True)


class Status(StrEnum):
    """What came of a correction."""

    APPLIED = "applied"
    HOLDS = "holds"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a line: `reason` says what was done, found, or wrong, and `hint` what to do where it failed.

    `correction` is None where the line is none.
    """

    status: Status
    reason: str
    hint: str = ""
    correction: Correction | None = None
    source: str = ""
    line: int = 0

    @property
    def place(self) -> str:
        """The file and the line."""
        return f"{self.source}:{self.line}" if self.line else self.source

    def __str__(self) -> str:
        kind = f"{self.correction.kind.value}: " if self.correction else ""
        return f"{self.place}: {kind}{self.reason}" + (f"; {self.hint}" if self.hint else "")


class Wrong(Exception):
    """Why a correction cannot be applied, and what to do; becomes an `Outcome` and never leaves this package."""

    def __init__(self, reason: str, hint: str) -> None:
        if len(reason) > _LONG:
            # of a quote that goes on and on, the beginning; what is wrong with it stands behind it
            reason = f"{reason[: _LONG // 2]} … {reason[-_LONG // 2 :]}"
        super().__init__(reason)
        self.reason, self.hint = reason, hint


def outcome(correction: Correction, status: Status, reason: str, hint: str = "") -> Outcome:
    """What came of a correction."""
    return Outcome(status, reason, hint, correction, correction.source, correction.line)


def failed(correction: Correction, wrong: Wrong) -> Outcome:
    """The outcome of a correction that cannot be applied."""
    return outcome(correction, Status.FAILED, wrong.reason, wrong.hint)


def contradiction(other: Correction) -> Wrong:
    """Why neither of two lines is applied."""
    return Wrong(f"contradicts {other.place} ({other.kind.value})", "neither is applied; keep the one that is right")


def oppose(found: dict[str, Correction], sides: Sequence[Sequence[Correction]]) -> None:
    """Of lines of which each side says another thing, puts down the first line against each, by the content of the one."""
    for number, side in enumerate(sides):
        others = [c for other in (*sides[:number], *sides[number + 1 :]) for c in other]
        for mine in side if others else ():
            found.setdefault(mine.content, min(others, key=order))


def order(c: Correction) -> tuple[str, int, str]:
    """What corrections are sorted by."""
    return c.source, c.line, c.content


def parse(row: Mapping[str, Any], source: str = "", line: int = 0) -> Correction:
    """The correction that an object says.

    Raises:
        Wrong: it says none, or says it in a way that cannot be understood.
    """
    for name, value in row.items():
        if not isinstance(value, str):
            raise Wrong(f"{name!r} is {json.dumps(value, ensure_ascii=False)[:60]}", "every value is a text in quotes")
    said = {name: value.strip() for name, value in row.items()}
    named = said.pop("correction", "")
    if not named:
        raise Wrong("the line does not say what is wrong", f'give "correction", one of {", ".join(Kind)}')
    if named not in tuple(Kind):
        raise Wrong(f"'correction' is {named!r}", did_you_mean(named, Kind))
    kind = Kind(named)
    for note in NOTES:
        said.pop(note, None)
    needed, allowed = KEYS[kind]
    for name in said:
        if name not in (*needed, *allowed):
            raise Wrong(f"'{kind}' has no {name!r}", did_you_mean(name, (*needed, *allowed, *NOTES)))
    said = {name: value for name, value in said.items() if value}
    if missing := [name for name in needed if name not in said]:
        raise Wrong(f"'{kind}' without {' and '.join(map(repr, missing))}", "add it to the line")
    if kind in (Kind.REMOVE, Kind.RELINK) and not said.keys() & {"concept", "quote"}:
        raise Wrong(f"'{kind}' names no link", "give the concept, or the quote by which the paper names it")
    if "tail" in said and not {"concept", "relation"} <= said.keys():
        raise Wrong("'tail' without the rest of the relation", "give the concept that is the head, and the relation")
    made = Correction(kind, source=source, line=line, **said)
    _check_values(made)
    return made


def _check_values(made: Correction) -> None:
    relations = tuple(ConceptRelation) if made.tail else tuple(Relation)
    for name, value, known in (
        ("relation", made.relation, relations),
        ("to", made.to if made.kind is Kind.RELATION else "", tuple(Relation)),
        ("to", made.to if made.kind is Kind.TYPE else "", tuple(ConceptType)),
        ("type", made.type, tuple(ConceptType)),
    ):
        if value and value not in known:
            raise Wrong(f"{name!r} is {value!r}", did_you_mean(value, known))
