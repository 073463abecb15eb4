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
from kg.errors import DataError
from kg.graph import Graph
from kg.triples import find_base, read_triples
from ontology.terms import BASE

if TYPE_CHECKING:
    from exports.triples import Node

__all__ = ["opened"]

_RUN = 200_000


@contextmanager
def opened(source: Graph | Path | str, base: str | None) -> Iterator[tuple[Iterator[Node], str]]:
    """The nodes of a source, and the namespace of our terms there.

    Raises:
        UsageError: a file of a suffix that is not known, or the base is no web address.
        GraphError, DataError: it cannot be read, or has nothing of ours.
    """
    if isinstance(source, Graph) or Path(source).is_dir():
        graph = source if isinstance(source, Graph) else Graph.open(source)
        with sorted_nodes(graph, base or BASE) as (nodes, _):
            yield nodes, Iris(base or BASE).ontology
        return
    path = Path(source)
    if not path.is_file():
        raise DataError(f"{path}: no graph and no file; give the folder of a graph, or a file such as graph.nt")
    own = Iris(base or find_base(path)).ontology
    with tempfile.TemporaryDirectory(prefix="paperkg-") as scratch:
        said = ((subject, [f"{predicate} {object_}"]) for subject, predicate, object_ in read_triples(path))
        yield in_sequence(said, Path(scratch), _RUN), own
