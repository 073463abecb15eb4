"""Nodes of RDF that differ only in some places, as bytes: the node is told once, and later only those places are filled in.

What is said stays told in one place, `exports.rdf_nodes`: a template is made of a node of records whose values are marks, and each
mark becomes a hole. A triple then costs a tenth of what it costs to put it together, to sort it among its node's and to encode it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter

from exports.triples import Node

__all__ = ["Fill", "mark", "template"]

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
    holes: Iterable[str],
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
        marks: text → hole, for texts that `mark` did not make.
        whole: `<iri>` of a predicate → hole for all its lines together, line ends included, so that there may be none or many.

    >>> fill = template([("<x:s>", ["<x:p> <x:hole-o-hole>", "<x:q> <x:1>"])], ["o", "q"], " .\\n", whole={"<x:q>": "q"})
    >>> fill((b"one", b""))
    b'<x:s> <x:p> <x:one> .\\n'
    """
    order = {name: n for n, name in enumerate(holes)}
    known = {**{mark(name): name for name in order}, **(marks or {})}
    # a text that holds another one first
    cut = re.compile("|".join(map(re.escape, sorted(known, key=lambda text: (-len(text), text)))))
    constants: list[bytes] = []
    picked: list[int] = []

    def add(text: str) -> None:
        at = 0
        for found in cut.finditer(text):
            constant(text[at : found.start()])
            picked.append(order[known[found.group()]])
            at = found.end()
        constant(text[at:])

    def constant(text: str) -> None:
        if picked and picked[-1] < 0 and text:
            constants[-1] += text.encode()
        elif text:
            constants.append(text.encode())
            picked.append(-len(constants))

    for subject, said in nodes:
        done = set[str]()
        for one in sorted(set(said)):
            predicate = one.partition(" ")[0]
            name = (whole or {}).get(predicate)
            if name is None:
                add(f"{subject} {one}{end}")
            elif name not in done:
                done.add(name)
                picked.append(order[name])
    parts = tuple(constants)
    number = len(order)
    pick = itemgetter(*(n if n >= 0 else number - n - 1 for n in picked))
    join = b"".join

    def fill(values: tuple[bytes, ...]) -> bytes:
        return join(pick(values + parts))

    return fill
