"""Files of RDF read as a stream of triples, their terms as our exports write them."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from exports.triples import RDF_TYPE, literal
from kg.errors import DataError, EnvironmentError_, GraphError, UsageError
from ontology.terms import CLASSES, ONTOLOGY, PREFIXES, PROPERTIES

__all__ = ["find_base", "read_triples"]

_SUFFIXES = (".nt", ".ttl", ".jsonld", ".nq", ".trig", ".rdf")
_STRING = f"{PREFIXES['xsd']}string"
_TERMS = frozenset((*CLASSES, *PROPERTIES))
_OURS = "give a file as `kg export` wrote it"

#: Subject, predicate and object as N-Triples writes them.
Triple = tuple[str, str, str]


def read_triples(path: Path) -> Iterator[Triple]:
    """The triples of a file, in its order, without the names of their graphs; the same triple may come more than once.

    The suffix tells the format; `.gz` behind it is taken off.

    Raises:
        UsageError: no format has this suffix.
        GraphError: there is no such file.
        DataError: the file is damaged (with the line).
        EnvironmentError_: it cannot be read.
    """
    import pyoxigraph as ox

    packed = path.suffix == ".gz"
    kind = ox.RdfFormat.from_extension(Path(path.stem if packed else path.name).suffix[1:])
    if kind is None:
        raise UsageError(f"{path}: no RDF by its suffix; give a file that ends with {', '.join(_SUFFIXES)}")
    if not path.is_file():
        raise GraphError(f"{path}: no such file; give one that `kg export` wrote")

    def written(term: Any) -> str:
        if not isinstance(term, ox.Literal):
            return str(term)
        text = literal(term.value, term.language or "")
        return text if term.language or term.datatype.value == _STRING else f"{text}^^{term.datatype}"

    opened: Any = gzip.open if packed else open
    try:
        with opened(path, "rb") as file:
            if kind == ox.RdfFormat.JSON_LD and _streams(file.read(1 << 16)):
                kind = ox.RdfFormat.STREAMING_JSON_LD
            file.seek(0)
            # whole IRIs only: what we write needs no base
            for quad in ox.parse(file, kind):
                yield written(quad.subject), written(quad.predicate), written(quad.object)
    except (SyntaxError, ValueError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(f"{path}: damaged ({' '.join(str(error).split())[:300]}); {_OURS}") from None
    except OSError as error:
        raise EnvironmentError_(f"{path}: cannot be read ({error}); check the path and its permissions") from None


def _streams(head: bytes) -> bool:
    """Whether JSON-LD has its keys in our order, in which the file need not be held; what another tool wrote may have any."""
    return head.startswith(b'{"@context": ') and b'"@graph": [\n{"@type"' in head


def find_base(path: Path) -> str:
    """The base of the IRIs in a file of ours: what stands before `ontology#` in the first property or class of ours that it uses.

    Raises:
        DataError: no term of ours is in the file; and what `read_triples` raises.
    """
    for _, predicate, object_ in read_triples(path):
        base, _, name = (object_ if predicate == RDF_TYPE else predicate)[1:-1].rpartition(ONTOLOGY)
        if name in _TERMS and base.startswith("http"):
            return base
    raise DataError(f"{path}: holds no term of a paperkg graph; {_OURS}")
