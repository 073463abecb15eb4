"""Files of RDF read as a stream of triples, in the way our exports write terms."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from exports.triples import literal
from kg.errors import DataError, EnvironmentError_, GraphError, UsageError
from ontology.terms import ONTOLOGY

__all__ = ["FORMATS", "find_base", "read_triples"]

#: Suffix of a file → the format, as pyoxigraph names it.
FORMATS = {
    ".nt": "N_TRIPLES",
    ".ttl": "TURTLE",
    ".jsonld": "JSON_LD",
    ".nq": "N_QUADS",
    ".trig": "TRIG",
    ".rdf": "RDF_XML",
}
_STRING = "http://www.w3.org/2001/XMLSchema#string"

#: Subject, predicate and object as N-Triples writes them.
Triple = tuple[str, str, str]


def read_triples(path: Path) -> Iterator[Triple]:
    """The triples of a file, in its order, without the names of their graphs; the same triple may come more than once.

    Raises:
        UsageError: the suffix is none of `FORMATS`.
        GraphError: there is no such file.
        DataError: the file is damaged (with the line), or holds a blank node, which no export does.
    """
    import pyoxigraph as ox

    if path.suffix not in FORMATS:
        raise UsageError(f"{path}: no RDF by its suffix; give a file that ends with {', '.join(FORMATS)}")
    if not path.is_file():
        raise GraphError(f"{path}: no such file; give one that `kg export` wrote")
    try:
        # whole IRIs only: what we write needs no base
        for quad in ox.parse(path=str(path), format=getattr(ox.RdfFormat, _format(path))):
            subject, object_ = quad.subject, quad.object
            if not isinstance(subject, ox.NamedNode) or not isinstance(object_, ox.NamedNode | ox.Literal):
                raise DataError(f"{path}: {subject} {quad.predicate} {object_} has a node without an IRI, and ours all have one; {_OURS}")
            if isinstance(object_, ox.NamedNode):
                yield f"<{subject.value}>", f"<{quad.predicate.value}>", f"<{object_.value}>"
                continue
            said = literal(object_.value, object_.language or "")
            if not object_.language and (datatype := object_.datatype.value) != _STRING:
                said = f"{said}^^<{datatype}>"
            yield f"<{subject.value}>", f"<{quad.predicate.value}>", said
    except (SyntaxError, ValueError) as error:
        raise DataError(f"{path}: damaged ({' '.join(str(error).split())[:300]}); {_OURS}") from None
    except OSError as error:
        raise EnvironmentError_(f"{path}: cannot be read ({error}); check the path and its permissions") from None


def _format(path: Path) -> str:
    name = FORMATS[path.suffix]
    if name == "JSON_LD":
        with path.open("rb") as file:
            head = file.read(1 << 16)
        # ours has its keys in an order in which the file need not be held; one that another tool wrote may have any
        if head.startswith(b'{"@context": ') and b'"@graph": [\n{"@type"' in head:
            return f"STREAMING_{name}"
    return name


def find_base(path: Path) -> str:
    """The base of the IRIs in a file of ours: what stands before `ontology#` in the first term that says so.

    Raises:
        DataError: no term of ours is in the file; and what `read_triples` raises.
    """
    for _, predicate, object_ in read_triples(path):
        for term in (predicate, object_):
            base, found, _ = term.partition(ONTOLOGY)
            if found and base.startswith("<http"):
                return base[1:]
    raise DataError(f"{path}: holds no term of a paperkg graph; {_OURS}")


_OURS = "give a file as `kg export` wrote it"
