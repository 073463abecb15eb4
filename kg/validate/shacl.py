"""The shapes by pySHACL: what any SHACL tool would say, in our words."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from kg.validate.messages import finding

if TYPE_CHECKING:
    from exports.triples import Node
    from kg.validate import Finding

_SH = "http://www.w3.org/ns/shacl#"
_BOUNDS = ("MinInclusive", "MaxInclusive")


def check(nodes: Iterable[Node], own: str, file: str = "shapes.ttl") -> Iterator[Finding]:
    """What pySHACL finds wrong with nodes by a file of shapes; `own` is the namespace of our terms."""
    import pyshacl
    import rdflib

    import ontology
    from ontology.terms import ONTOLOGY

    text = "".join(f"{subject} {said} .\n" for subject, properties in nodes for said in properties)
    shapes = rdflib.Graph().parse(data=ontology.text(file, own.removesuffix(ONTOLOGY)), format="turtle")
    with _quiet():
        data = rdflib.Graph().parse(data=text, format="nt")
        _, report, _ = pyshacl.validate(data, shacl_graph=shapes, allow_warnings=True)
    sh = rdflib.Namespace(_SH)

    def one(result: Any, what: str) -> str:
        found = report.value(result, sh[what])
        return "" if found is None else str(found)

    found = []
    for result in report.subjects(rdflib.RDF.type, sh.ValidationResult):
        constraint = one(result, "sourceConstraintComponent").removeprefix(_SH).removesuffix("ConstraintComponent")
        # a rule has a name of its own; a constraint of core SHACL stands in its shape
        shape = one(result, "sourceConstraint" if constraint == "SPARQL" else "sourceShape").removeprefix(own)
        found.append(finding(one(result, "focusNode"), shape, constraint, one(result, "value")))
        if found[-1].severity != one(result, "resultSeverity").removeprefix(_SH):
            raise ValueError(f"{shape}: its severity in {file} is not that of ontology.shapes")
    # what is no number has no bounds, and how rdflib orders it against them is its own affair
    ill = {(f.node, f.shape, f.value) for f in found if f.constraint == "Datatype"}
    yield from (f for f in found if not (f.constraint in _BOUNDS and (f.node, f.shape, f.value) in ill))


@contextmanager
def _quiet() -> Iterator[None]:
    """Without what rdflib says on its own of literals that are ill-formed: the report has them."""
    log = logging.getLogger("rdflib.term")
    before = log.disabled
    log.disabled = True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        log.disabled = before
