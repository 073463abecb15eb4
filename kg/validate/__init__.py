"""Whether a graph keeps to its shapes: `validate(graph)` or `validate("graph.nt")`, as `kg validate` calls it.

Two engines answer the same question from one table (`ontology.shapes`). pySHACL reads `ontology/shapes.ttl` as any SHACL tool would,
and holds all triples in memory; the streaming engine reads the nodes one after the other and keeps what it must compare on disk. A
test holds their reports equal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from kg.errors import EnvironmentError_, UsageError, did_you_mean

if TYPE_CHECKING:
    from exports.triples import Node
    from kg.graph import Graph

__all__ = ["ENGINES", "PYSHACL_UP_TO", "Finding", "Report", "validate"]

Engine = Literal["auto", "pyshacl", "streaming"]
ENGINES: tuple[Engine, ...] = ("auto", "pyshacl", "streaming")
#: Triples up to which `auto` takes pySHACL, which needs seconds for every few thousand and holds them all in memory.
PYSHACL_UP_TO = 5_000


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that does not keep to a shape.

    `node` and `value` are IRIs, or the text of a literal; `value` is empty where no one value is wrong (one is missing, say). `shape` is
    the name of the shape or of its part in `ontology/shapes.ttl`; `constraint` is SHACL's name of what is broken (`MinCount`).
    """

    node: str
    shape: str
    constraint: str
    value: str
    severity: str
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was found, sorted by node; which engine looked, and at how many triples."""

    findings: tuple[Finding, ...]
    engine: str
    triples: int

    @property
    def violations(self) -> int:
        """How many findings break a shape; the others are warnings."""
        return sum(f.severity == "Violation" for f in self.findings)

    def by_shape(self) -> dict[tuple[str, str], int]:
        """(severity, shape) → number of findings, violations first, then by name."""
        return dict(sorted(Counter((f.severity, f.shape) for f in self.findings).items()))


def validate(source: Graph | Path | str, *, base: str | None = None, engine: Engine = "auto") -> Report:
    """Checks a graph, or an RDF file of ours, against the shapes.

    Args:
        source: a graph, its folder, or a file (N-Triples, Turtle, N-Quads, TriG, JSON-LD, RDF/XML; by its suffix, also
            with .gz). A description of a graph (`kg export GRAPH void`) is checked by shapes of its own, `ontology/description.ttl`.
        base: what our IRIs begin with; a file says it itself, where it has any node of ours.
        engine: `pyshacl` needs the package pyshacl; `auto` takes it where it is there and the graph is small (`PYSHACL_UP_TO`).

    Raises:
        UsageError: no such engine, or a file of a suffix that is not known.
        GraphError, DataError: the graph or the file cannot be read, or has nothing of ours.
        EnvironmentError_: pyshacl is asked for, and not installed.
    """
    from kg.validate.nodes import opened

    if engine not in ENGINES:
        raise UsageError(f"no engine {engine!r}; {did_you_mean(engine, ENGINES)}")
    there = find_spec("pyshacl") is not None
    if engine == "pyshacl" and not there:
        raise EnvironmentError_("pyshacl is not installed; pip install 'paperkg[shacl]', or use --engine streaming")
    with opened(source, base) as (nodes, own, described):
        if engine == "streaming" or not there:
            return _streamed(nodes, own, described)
        first: list[Node] = []
        triples = 0
        for node in nodes:
            first.append(node)
            triples += len(node[1])
            if engine == "auto" and triples > PYSHACL_UP_TO:
                return _streamed(chain(first, nodes), own, described)
        from kg.validate.shacl import check

        file = "description.ttl" if described else "shapes.ttl"
        return Report(tuple(sorted(set(check(first, own, file)))), "pyshacl", triples)


def _streamed(nodes: Iterable[Node], own: str, described: bool) -> Report:
    from kg.validate.streaming import check
    from ontology.description import DESCRIPTION
    from ontology.shapes import SHAPES

    triples = 0

    def counted() -> Iterator[Node]:
        nonlocal triples
        for node in nodes:
            triples += len(node[1])
            yield node

    findings = tuple(sorted(set(check(counted(), own, DESCRIPTION if described else SHAPES))))
    return Report(findings, "streaming", triples)
