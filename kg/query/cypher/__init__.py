"""Cypher over a graph, without a server: an engine of our own for the part of the language that reads.

The graph is that of the Neo4j exports (`exports.property_graph`), with the same labels, types and properties, and a query gives
the rows that Neo4j 5 gives; `tests/query/cypher` holds both to it. What is not here is refused with the way round.
docs/reference/cypher.md says what works.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from kg.errors import UsageError
from kg.graph import Graph
from kg.query.cypher import syntax as s
from kg.query.cypher.clauses import Engine
from kg.query.cypher.functions import properties
from kg.query.cypher.parser import parse
from kg.query.cypher.store import LAYOUT, Store, make
from kg.query.cypher.values import Node, Rel
from kg.query.cypher.values import Path as GraphPath
from kg.query.limits import Count, cut_note
from kg.query.store import Kept, opened
from kg.table import Table


def select(
    graph: Graph, query: str, params: Mapping[str, Any] | None = None, *, timeout: float | None = None, limit: int | None = None
) -> Table:
    """The answer to a Cypher query that reads; rows come in one order, but only ORDER BY says in which.

    Nodes become dicts of `_labels` and their properties, relationships of `_type` and theirs, paths dicts of `nodes` and
    `relationships`. Labels, types and properties that the graph does not know find nothing, as in Neo4j, and are told in the notes.

    Args:
        graph: its store is made on first use (`kg.query.store`).
        query: one statement.
        params: values for `$name`.
        timeout: seconds after which the query is stopped.
        limit: rows at most, after which the query is stopped; a table with fewer rows than there are is `cut`, and a note says so.

    Raises:
        UsageError: the query would write, or is no Cypher, or a part of Cypher that is not here; with line and column.
        QueryStopped: it took longer than it may.
        EnvironmentError_: the store cannot be made.
    """
    # what is no query needs no store
    tree, given = _read(query, params)
    return _answer(_found(graph)[1], query, tree, given, timeout, limit)


def select_in(
    folder: Path, query: str, params: Mapping[str, Any] | None = None, *, timeout: float | None = None, limit: int | None = None
) -> Table:
    """The answer from a store that is there (`ready`), or a copy of one; the rest as in `select`."""
    return _answer(_KEPT.of(folder), query, *_read(query, params), timeout, limit)


def ready(graph: Graph) -> Path:
    """The folder of the graph's store, made if need be; raises EnvironmentError_ where it cannot be made."""
    return _found(graph)[0]


def _found(graph: Graph) -> tuple[Path, Store]:
    return opened(graph, "cypher", f"{LAYOUT}", lambda folder: make(graph, folder), lambda folder: (folder, _KEPT.of(folder)))


def _read(query: str, params: Mapping[str, Any] | None) -> tuple[s.Query, dict[str, Any]]:
    tree, given = parse(query), dict(params or {})
    _check_params(tree, given)
    return tree, given


def _answer(store: Store, query: str, tree: s.Query, given: dict[str, Any], timeout: float | None, limit: int | None) -> Table:
    engine = Engine(store, query, given, timeout)
    count = Count(limit)
    try:
        columns, rows = engine.whole(tree)
        # rows come as they are found: what is not asked for is not looked for, unless they are sorted or gathered
        found = [tuple(_plain_value(value, store) for value in row) for row in count(rows)]
    except RecursionError:
        raise UsageError("Cypher: the query is nested too deeply") from None
    notes = (*engine.notes.values(), *((cut_note(count.given),) if count.more else ()))
    return Table(tuple(columns), found, notes, count.more)


def _open(folder: Path) -> Store:
    import pyarrow as pa

    try:
        return Store(folder)
    except (pa.ArrowException, ValueError, KeyError, TypeError) as error:
        raise RuntimeError(str(error)) from error


_KEPT = Kept(_open)


def close() -> None:
    """Lets go of the stores that are open."""
    _KEPT.close()


def evaluate(query: str) -> Table:
    """The answer to a query of values alone, without a graph.

    >>> evaluate("UNWIND range(1, 3) AS n RETURN n, n * n AS square").rows
    [(1, 1), (2, 4), (3, 9)]
    """
    engine = Engine(Store.empty(), query, {})
    columns, rows = engine.whole(parse(query))
    return Table(tuple(columns), [*rows], tuple(engine.notes.values()))


def _check_params(tree: s.Query, given: Mapping[str, Any]) -> None:
    wanted = {part.name for part in s.inside(tree) if isinstance(part, s.Param)}
    if missing := sorted(wanted - given.keys()):
        raise UsageError(f"Cypher: no value for the parameter {', '.join('$' + m for m in missing)}; give {missing[0]}=VALUE")
    if spare := sorted(given.keys() - wanted):
        raise UsageError(f"Cypher: the query has no parameter {', '.join('$' + one for one in spare)}; {_known(wanted)}")


def _known(wanted: Iterable[str]) -> str:
    names = sorted(wanted)
    return f"it has {', '.join('$' + n for n in names)}" if names else "it has none"


def _plain_value(value: Any, store: Store) -> Any:
    if type(value) is Node:
        return {"_labels": [*store.labels_of(value)], **properties(value)}
    if type(value) is Rel:
        return {"_type": value.type, **properties(value)}
    if type(value) is GraphPath:
        return {"nodes": [_plain_value(n, store) for n in value.nodes], "relationships": [_plain_value(r, store) for r in value.rels]}
    if type(value) is list:
        return [_plain_value(v, store) for v in value]
    if type(value) is dict:
        return {k: _plain_value(v, store) for k, v in value.items()}
    return value
