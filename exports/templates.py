"""Nodes of RDF that differ only in some places, as bytes: the node is told once, and later only those places are filled in.

What is said stays told in one place, `exports.rdf_nodes`: a template is made of a node of records whose values are marks, and each
mark becomes a hole. A triple then costs a tenth of what it costs to put it together, to sort it among its node's and to encode it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING

from exports.triples import Node

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["ColumnTemplate", "Fill", "mark", "template"]

#: Takes a value for each hole, in the order that `template` was given, and gives the lines of the nodes.
Fill = Callable[[tuple[bytes, ...]], bytes]


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
    whole: Mapping[str, str] | None = None,
) -> Fill:
    """The lines of nodes in the order of N-Triples, with holes.

    Args:
        nodes: in the order of their IRIs; properties are put in order here.
        holes: names, in the order in which values will be given.
        end: what ends a line: ` .` and a line feed, or a graph before it, which may be a mark.
        marks: text → hole, for texts that `mark` did not make: a whole literal, or an IRI, be it with a fragment behind it.
        whole: `<iri>` of a predicate → hole for all its lines together, line ends included, so that there may be none or many.

    >>> fill = template([("<x:s>", ["<x:p> <x:hole-o-hole>", "<x:q> <x:1>"])], ["o", "q"], " .\\n", whole={"<x:q>": "q"})
    >>> fill((b"one", b""))
    b'<x:s> <x:p> <x:one> .\\n'
    """
    parts = _parts(nodes, holes, end, marks or {}, whole or {})
    order = {name: n for n, name in enumerate(holes)}
    constants = tuple(part for part in parts if isinstance(part, bytes))
    number = iter(range(len(order), len(order) + len(constants)))
    pick = itemgetter(*(next(number) if isinstance(part, bytes) else order[part] for part in parts))
    join = b"".join

    def fill(values: tuple[bytes, ...]) -> bytes:
        return join(pick(values + constants))

    return fill


class ColumnTemplate:
    """The same for many nodes at once: takes a column for each hole, by its name, and gives the lines of each row; a null is an empty text.

    >>> import pyarrow as pa
    >>> fill = ColumnTemplate([("<x:s>", ["<x:p> <x:hole-o-hole>", "<x:q> <x:1>"])], ["o", "q"], " .\\n", whole={"<x:q>": "q"})
    >>> columns = {"o": pa.array(["one", "two"], pa.large_string()), "q": pa.array([None, "q\\n"], pa.large_string())}
    >>> fill(columns).to_pylist(), fill.lines
    (['<x:s> <x:p> <x:one> .\\n', '<x:s> <x:p> <x:two> .\\nq\\n'], 1)
    """

    def __init__(
        self,
        nodes: Iterable[Node],
        holes: Sequence[str],
        end: str,
        *,
        marks: Mapping[str, str] | None = None,
        whole: Mapping[str, str] | None = None,
    ) -> None:
        import pyarrow as pa

        parts = _parts(nodes, holes, end, marks or {}, whole or {})
        #: Lines of a row, without those of `whole`.
        self.lines = sum(part.count(b"\n") for part in parts if isinstance(part, bytes))
        self._parts = [part if isinstance(part, str) else pa.scalar(part.decode(), pa.large_string()) for part in parts]
        self._between = pa.scalar("", pa.large_string())

    def __call__(self, columns: Mapping[str, pa.Array]) -> pa.Array:
        import pyarrow.compute as pc

        values = (columns[part] if isinstance(part, str) else part for part in self._parts)
        return pc.binary_join_element_wise(*values, self._between, null_handling="skip")


def _parts(nodes: Iterable[Node], holes: Sequence[str], end: str, marks: Mapping[str, str], whole: Mapping[str, str]) -> list[bytes | str]:
    """Constants, as bytes, and names of holes."""
    known = {**{mark(name): name for name in holes}, **marks}
    # whole values alone, since the base of IRIs may hold any number or word; a text that holds another one first
    whole_values = [rf'(?<=[<"]){re.escape(text)}(?=[">#])' for text in sorted(marks, key=lambda text: (-len(text), text))]
    cut = re.compile("|".join([*whole_values, *(re.escape(mark(name)) for name in holes)]))
    found: list[bytes | str] = []

    def constant(text: str) -> None:
        last = found[-1] if found else None
        if isinstance(last, bytes):
            found[-1] = last + text.encode()
        elif text:
            found.append(text.encode())

    for subject, said in nodes:
        done = set[str]()
        for one in sorted(set(said)):
            name = whole.get(one.partition(" ")[0])
            if name is None:
                text, at = f"{subject} {one}{end}", 0
                for match in cut.finditer(text):
                    constant(text[at : match.start()])
                    found.append(known[match.group()])
                    at = match.end()
                constant(text[at:])
            elif name not in done:
                done.add(name)
                found.append(name)
    return found
