"""Nodes of RDF that differ only in some places: the node is told once, and later only those places are filled in.

What is said stays told in one place, `exports.rdf_nodes`: a template is made of a node of records whose values are marks, and each
mark becomes a hole. `exports.lines` fills many rows of a template from columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from exports.triples import Node

__all__ = ["Each", "Hole", "Part", "Unless", "holes_of", "mark", "template"]


@dataclass(frozen=True, slots=True)
class Hole:
    """A place for the value of a row in the column `name`; `inner`: of the row of a list that is being gone through."""

    name: str
    inner: bool = False


@dataclass(frozen=True, slots=True)
class Unless:
    """Parts that are left out where the column `name` has no value."""

    name: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Each:
    """Parts that are repeated for each row of a list in the column `name`, with a text `between`; `sort`: lines sorted, each once."""

    name: str
    parts: tuple[Part, ...]
    between: bytes = b""
    sort: bool = False


Part: TypeAlias = bytes | Hole | Unless | Each


def mark(name: str) -> str:
    """A value that stands for a hole; as an id and as a literal it is written as it is.

    >>> mark("concept")
    'hole-concept-hole'
    """
    return f"hole-{name}-hole"


def template(
    nodes: Iterable[Node],
    holes: Sequence[str],
    end: str,
    *,
    marks: Mapping[str, str] | None = None,
    optional: Mapping[str, str] | None = None,
    each: Mapping[str, tuple[str, str]] | None = None,
) -> tuple[Part, ...]:
    """The lines of nodes in the order of N-Triples, with holes.

    Args:
        nodes: in the order of their IRIs; properties are put in order here.
        holes: names of what `mark` made.
        end: what ends a line: ` .` and a line feed, or a graph before it, which may be a mark.
        marks: text → hole, for texts that `mark` did not make: a whole literal, or an IRI, be it with a fragment behind it.
        optional: `<iri>` of a predicate → column without which its line is left out.
        each: `<iri>` of a predicate → list of rows for each of which there is a line, and the hole in it that is of such a row. Lines
            of a row are sorted, each once.

    >>> parts = template([("<x:s>", ["<x:p> <x:hole-o-hole>", '<x:q> "1"'])], ["o"], " .\\n", optional={"<x:q>": "l"})
    >>> parts[:2], parts[2:]
    ((b'<x:s> <x:p> <x:', Hole(name='o', inner=False)), (b'> .\\n', Unless(name='l', parts=(b'<x:s> <x:q> "1" .\\n',))))
    """
    optional, each = optional or {}, each or {}
    marks = marks or {}
    known = {**{mark(name): name for name in holes}, **marks}
    # whole values alone, since the base of IRIs may hold any number or word; a text that holds another one first
    whole_values = [rf'(?<=[<"]){re.escape(text)}(?=[">#])' for text in sorted(marks, key=lambda text: (-len(text), text))]
    cut = re.compile("|".join([*whole_values, *(re.escape(mark(name)) for name in holes)]) or "(?!)")
    found: list[Part] = []

    def parts_of(text: str, inner: str = "") -> list[Part]:
        parts: list[Part] = []
        at = 0
        for match in cut.finditer(text):
            name = known[match.group()]
            parts += [text[at : match.start()].encode(), Hole(name, name == inner)]
            at = match.end()
        return [*parts, text[at:].encode()]

    for subject, said in nodes:
        for one in sorted(set(said)):
            predicate, line = one.partition(" ")[0], f"{subject} {one}{end}"
            if predicate in optional:
                found.append(Unless(optional[predicate], _merged(parts_of(line))))
            elif predicate in each:
                rows, inner = each[predicate]
                found.append(Each(rows, _merged(parts_of(line, inner)), sort=True))
            else:
                found += parts_of(line)
    return _merged(found)


def _merged(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Without empty constants, and without one behind another."""
    found: list[Part] = []
    for part in parts:
        last = found[-1] if found else None
        if isinstance(part, bytes) and isinstance(last, bytes):
            found[-1] = last + part
        elif part != b"":
            found.append(part)
    return tuple(found)


def holes_of(parts: Iterable[Part]) -> list[str]:
    """The names of all columns that a template asks for, sorted.

    >>> holes_of((b"a", Unless("b", (Hole("c"),))))
    ['b', 'c']
    """
    found = set[str]()
    for part in parts:
        if not isinstance(part, bytes):
            found.add(part.name)
        if isinstance(part, Unless | Each):
            found.update(holes_of(part.parts))
    return sorted(found)
