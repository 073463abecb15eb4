"""SPARQL 1.1 over a graph, with the embedded engine Oxigraph.

The store holds the triples of `kg export GRAPH ntriples` (docs/reference/rdf.md). Prefixes of `ontology.terms` and `kg:` for our own
terms need not be declared.
"""

from __future__ import annotations

from pathlib import Path

import pyoxigraph

from kg.errors import UsageError, did_you_mean
from kg.graph import Graph
from kg.query import child, evaluate
from kg.query.columns import NAME, Beside, beside
from kg.query.evaluate import Written, prefixes
from kg.query.results import GRAPHS, ROWS
from kg.query.store import Kept, opened
from kg.table import Table

__all__ = ["FORMATS", "make", "prefixes", "ready", "select", "write"]

#: Grows when what the store holds, or how, changes.
LAYOUT = 3
#: Triples from which on there are columns beside the store: a smaller one has answered before numpy is loaded.
LEAST = 1_000_000
#: What `write` writes: the first ones for SELECT and ASK, the others for CONSTRUCT and DESCRIBE.
FORMATS: tuple[str, ...] = tuple(f.name for f in (*ROWS, *GRAPHS))
_KEPT = Kept(lambda folder: (pyoxigraph.Store.read_only(str(folder)), beside(folder)))


def select(graph: Graph, query: str, *, timeout: float | None = None, limit: int | None = None) -> Table:
    """The answer to a SPARQL query.

    SELECT gives its variables as columns, ASK one column `answer`, CONSTRUCT and DESCRIBE the triples as subject, predicate,
    object. Numbers, booleans and years come as Python's, other literals and IRIs as strings, what is unbound as None. Without
    ORDER BY the rows are sorted, so that they always come in one order.

    Args:
        graph: its store is made on first use (`kg.query.store`).
        query: SELECT, ASK, CONSTRUCT or DESCRIBE.
        timeout: seconds after which the query is stopped. With a time-out it runs in a process of its own, which an interrupt
            ends too; `math.inf` is a process of its own without an end.
        limit: rows at most; a table with fewer rows than there are is `cut`, and a note says so.

    Raises:
        UsageError: an update, a SERVICE, or what the engine does not take; with line and column.
        QueryStopped: the time is over, or the memory used up.
        EnvironmentError_: the store cannot be made.
    """
    if timeout is None:
        store, columns = _opened(graph)
        return evaluate.table(store, query, limit, columns=columns)
    return child.table({"engine": "sparql", "store": str(ready(graph)), "query": query, "limit": limit}, timeout)


def write(graph: Graph, query: str, target: Path, format: str, *, timeout: float | None = None, limit: int | None = None) -> Written:  # noqa: A002
    """Writes the answer to a SPARQL query to a file, in a format of the W3C (`FORMATS`), terms with their datatypes and languages.

    Triples are sorted, and so are rows without ORDER BY. The other arguments are those of `select`, and so are the errors.

    Raises:
        UsageError: there is no such format, or it is none for this form of query.
        DataError: the format cannot hold a character of the answer (XML and control characters).
    """
    if format not in FORMATS:
        raise UsageError(f"no format {format!r} of answers; {did_you_mean(format, FORMATS)}")
    kind = "rows" if format in {f.name for f in ROWS} else "graph"
    wanted = {"rows": None, "graph": None, kind: format}
    if timeout is None:
        store, columns = _opened(graph)
        with target.open("wb") as out:
            return evaluate.write(store, query, out, rows=wanted["rows"], graph=wanted["graph"], limit=limit, settle=True, columns=columns)
    request = {"engine": "sparql", "as": "file", "store": str(ready(graph)), "query": query, "limit": limit, "settle": True, **wanted}
    reply = child.ask({**request, "out": str(target)}, timeout)
    return Written(reply["kind"], reply["format"], reply["rows"], reply["cut"])


def ready(graph: Graph) -> Path:
    """The folder of the graph's store, made if need be; raises EnvironmentError_ where it cannot be made."""

    return _found(graph)[0]


def _opened(graph: Graph) -> tuple[pyoxigraph.Store, Beside | None]:
    return _found(graph)[1]


def _found(graph: Graph) -> tuple[Path, tuple[pyoxigraph.Store, Beside | None]]:
    version = f"{pyoxigraph.__version__} {LAYOUT}"
    return opened(graph, "sparql", version, lambda folder: make(graph, folder), lambda f: (f, _KEPT.of(f)))


def close() -> None:
    """Lets go of the stores that are open."""
    _KEPT.close()


def make(graph: Graph, folder: Path) -> None:
    """Writes the store of a graph into an empty folder."""
    from exports.ntriples import write as write_ntriples

    triples = folder.with_name(folder.name + ".nt.part")
    try:
        written = write_ntriples(graph, triples)
        store = pyoxigraph.Store(str(folder))
        store.bulk_load(path=str(triples), format=pyoxigraph.RdfFormat.N_TRIPLES)
        # what was loaded in many pieces is read from few: a question then takes a third to a half of the time
        store.optimize()
        store.flush()
        # the files are complete when the last handle is gone
        del store
        if written.counts["triples"] >= LEAST:
            from kg.query.columns.files import make as make_columns

            with triples.open("rb") as lines:
                make_columns(lines, folder / NAME)
    finally:
        triples.unlink(missing_ok=True)
