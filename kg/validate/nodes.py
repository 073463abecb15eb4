"""The nodes of a graph or of an RDF file, each with all that is said of it, in order of their IRIs, streamed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from exports.iris import Iris
from exports.rdf import sorted_nodes
from exports.sequence import in_sequence
from exports.triples import RDF_TYPE
from kg.errors import DataError
from kg.graph import Graph
from kg.triples import find_base, read_triples
from ontology.terms import BASE
from ontology.void import expand_description

if TYPE_CHECKING:
    from exports.triples import Node

__all__ = ["opened"]

_RUN = 200_000
_WHOLE = f"<{expand_description('void:Dataset')}>"


@contextmanager
def opened(source: Graph | Path | str, base: str | None) -> Iterator[tuple[Iterator[Node], str, bool]]:
    """The nodes of a source, the namespace of our terms there, and whether it is a description (`exports.void`) and no graph.

    Raises:
        UsageError: a file of a suffix that is not known, or the base is no web address.
        GraphError, DataError: it cannot be read, or has nothing of ours.
    """
    if isinstance(source, Graph) or Path(source).is_dir():
        graph = source if isinstance(source, Graph) else Graph.open(source)
        with sorted_nodes(graph, base or BASE) as (nodes, _):
            yield nodes, Iris(base or BASE).ontology, False
        return
    path = Path(source)
    if not path.is_file():
        raise DataError(f"{path}: no graph and no file; give the folder of a graph, or a file such as graph.nt")
    described: str | None = None
    try:
        found = find_base(path)
    except DataError:
        # it has none of our terms: one that describes a graph, or nothing that is known here
        described = _described(path)
        if base is None and described is None:
            raise
        found = described or ""
    own = Iris(base or found).ontology
    with tempfile.TemporaryDirectory(prefix="paperkg-") as scratch:
        said = ((subject, [f"{predicate} {object_}"]) for subject, predicate, object_ in read_triples(path))
        yield in_sequence(said, Path(scratch), _RUN), own, described is not None


def _described(path: Path) -> str | None:
    """The base of the IRIs in a description; None where a file is none."""
    for subject, predicate, object_ in read_triples(path):
        if predicate == RDF_TYPE and object_ == _WHOLE and subject.endswith("/description>"):
            return subject[1:].removesuffix("description>")
    return None
