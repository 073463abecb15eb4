"""The nodes of a graph or of an RDF file, each with all that is said of it, in order of their IRIs, streamed.

A node is its subject and its properties as "<predicate> object", all as N-Triples writes them.
"""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import DataError, UsageError
from ontology.terms import BASE, CLASSES, ONTOLOGY

if TYPE_CHECKING:
    from kg.graph import Graph

__all__ = ["Node", "opened"]

Node = tuple[str, list[str]]
_RUN = 200_000
_SUFFIXES = (".nt", ".ttl", ".nq", ".trig", ".jsonld", ".rdf")


@contextmanager
def opened(source: Graph | Path | str, base: str | None) -> Iterator[tuple[Iterator[Node], str]]:
    """The nodes of a source, and the namespace of our terms there.

    Raises:
        UsageError: a file of a suffix that is not known.
        GraphError, DataError: it cannot be read, or has nothing of ours.
    """
    from kg.graph import Graph

    if isinstance(source, Graph) or Path(source).is_dir():
        from exports.rdf import sorted_nodes

        graph = source if isinstance(source, Graph) else Graph.open(source)
        with sorted_nodes(graph, base or BASE) as (nodes, _):
            yield nodes, _namespace(base or BASE)
        return
    path = Path(source)
    if not path.is_file():
        raise DataError(f"{path}: no graph and no file; give the folder of a graph, or a file such as graph.nt")
    own = _namespace(base) if base else _found(path)
    with tempfile.TemporaryDirectory(prefix="paperkg-") as scratch:
        yield _joined(_sorted(_lines(path), Path(scratch))), own


def _namespace(base: str) -> str:
    return f"{base if base.endswith('/') else base + '/'}{ONTOLOGY}"


def _found(path: Path) -> str:
    """The namespace of our terms in a file: that of the first class of ours in it."""
    names = tuple(f"{ONTOLOGY}{name}>" for name in CLASSES)
    for _, predicate, object_ in _triples(path):
        if predicate.endswith("#type>") and object_.endswith(names):
            return object_[1 : object_.rindex("#") + 1]
    raise DataError(f"{path}: no paper, concept or link of ours in it; give its base (--base), or a file that kg export wrote")


def _lines(path: Path) -> Iterator[str]:
    # neither tab nor line feed stands unescaped in N-Triples
    return (f"{subject}\t{predicate} {object_}\n" for subject, predicate, object_ in _triples(path))


def _triples(path: Path) -> Iterator[tuple[str, str, str]]:
    """The triples of a file, as N-Triples writes their terms; those of all named graphs."""
    import gzip

    import pyoxigraph

    from exports.triples import literal

    name = path.name.removesuffix(".gz")
    kind = pyoxigraph.RdfFormat.from_extension(name.rpartition(".")[2]) if "." in name else None
    if kind is None:
        raise UsageError(f"{path}: no format of RDF is known by this suffix; known: {', '.join(_SUFFIXES)}")

    def written(term: Any) -> str:
        if not isinstance(term, pyoxigraph.Literal):
            return str(term)
        text = literal(term.value, term.language or "")
        plain = term.language or term.datatype.value == "http://www.w3.org/2001/XMLSchema#string"
        return text if plain else f"{text}^^{term.datatype}"

    packed: Any = gzip.open if path.suffix == ".gz" else open
    with packed(path, "rb") as file:
        try:
            for quad in pyoxigraph.parse(file, kind):
                yield str(quad.subject), str(quad.predicate), written(quad.object)
        except (SyntaxError, ValueError, EOFError, OSError) as error:
            raise DataError(f"{path}: not read as {kind.name}: {error}; mend it, or export the graph again") from None


def _sorted(lines: Iterable[str], scratch: Path) -> Iterator[str]:
    runs: list[Path] = []
    buffer: list[str] = []
    for line in lines:
        buffer.append(line)
        if len(buffer) >= _RUN:
            runs.append(scratch / f"{len(runs)}.run")
            with runs[-1].open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(sorted(buffer))
            buffer.clear()
    buffer.sort()
    return heapq.merge(*map(_read, runs), buffer)


def _read(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="\n") as file:
        yield from file


def _joined(lines: Iterable[str]) -> Iterator[Node]:
    cut = (line[:-1].split("\t", 1) for line in lines)
    for subject, said in groupby(cut, key=lambda pair: pair[0]):
        # lines are sorted: what is said twice stands side by side, in another named graph perhaps
        yield subject, [text for text, _ in groupby(pair[1] for pair in said)]
