"""The graph into a running Neo4j, over Bolt: only what is not there yet, as it is.

Every node and relationship has a hash of its content (`contentHash`). A push reads the hashes that the server has, sends what
lacks, and has the server add them up to see that all is there. So a push that was killed goes on where it stopped, a second push sends
nothing, and a grown graph sends what grew.
"""

from __future__ import annotations

from array import array
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from exports import Written
from exports.cypher import node_query
from exports.iris import Iris
from exports.neo4j_connection import connected
from exports.property_graph import (
    CONCEPT,
    CONSTRAINTS,
    INDEXES,
    LINK,
    LINK_TYPES,
    PAPER,
    RELATION,
    RELATION_TYPES,
    RESOURCE,
    TYPE_LABELS,
    Property,
    batches,
    concepts,
    links,
    papers,
    relations,
    with_totals,
)
from kg.errors import EnvironmentError_, UsageError
from ontology.terms import BASE

if TYPE_CHECKING:
    import neo4j
    import numpy.typing as npt

    from kg.graph import Graph

    Hashes = npt.NDArray[np.int64]

__all__ = ["BATCH", "push", "script"]

#: Rows in one transaction.
BATCH = 5_000
#: How many rows are compared with the server's at a time, and how many hashes are deleted by one statement.
_CHUNK, _DELETED = 5_000, 20_000
#: Lists in which hashes are read.
_PARTS = 64
#: Primes just below 2³² and 2³¹; sums of remainders of a thousand million hashes fit into the server's integers.
_MODULI = (4_294_967_291, 4_294_967_279, 2_147_483_647)
_OURS = "MATCH {} WHERE x.contentHash IS NOT NULL WITH x.contentHash AS hash"
_SPARE = "WITH x.contentHash AS hash, collect(x) AS all WITH all[1..] AS spare UNWIND spare AS x DELETE x"


class _Kind(NamedTuple):
    """Papers, concepts, links or relations: how they are found on the server, and what they have."""

    name: str
    found: str
    labels: tuple[str, ...]
    properties: tuple[Property, ...]

    @property
    def nodes(self) -> bool:
        return self.name in ("papers", "concepts")


_KINDS = (
    _Kind("papers", "(x:Paper)", ("Paper",), PAPER),
    _Kind("concepts", "(x:Concept)", TYPE_LABELS, CONCEPT),
    _Kind("links", f"(:Paper)-[x:{'|'.join(LINK_TYPES)}]->(:Concept)", LINK_TYPES, LINK),
    _Kind("relations", f"(:Concept)-[x:{'|'.join(RELATION_TYPES)}]->(:Concept)", RELATION_TYPES, RELATION),
)


def push(
    graph: Graph,
    address: str,
    *,
    database: str = "neo4j",
    base: str = BASE,
    batch: int = BATCH,
    prune: bool = False,
    ask: Callable[[str], str] | None = None,
    report: Callable[[str, int], None] | None = None,
) -> Written:
    """Makes a database hold the graph; the same nodes and relationships as the exports `neo4j-csv` and `cypher`.

    What others wrote stays: their nodes, their relationships, and their properties on our nodes. A relationship of ours whose content
    changed is made anew. What others changed in our own properties is not noticed. In memory are the concepts, and 16 bytes for each
    node and relationship.

    Args:
        address: such as `bolt://localhost:7687` or `neo4j+s://host`.
        batch: rows in one transaction.
        prune: removes what an earlier push or import wrote and the graph no longer has.
        ask: called with a question where the password is not in the environment; without it that is an error.
        report: called with what was written ("papers", "concepts", "links", "relations") and how many so far.

    Returns:
        Written: `counts` has what the graph holds (`papers`, `concepts`, `links`, `relations`, `nodes`, `relationships`), how many rows
            were `sent`, what the server counted (`nodes_created`, `relationships_created`, `relationships_deleted`, `properties_set`, …
            those that are not 0), and under `left` what it holds of earlier graphs.

    Raises:
        UsageError: the address or a number does not fit.
        EnvironmentError_: no password, the server does not answer, it refuses or fails, or not all was there in the end.
    """
    if batch < 1:
        raise UsageError(f"batch is {batch}; a transaction needs at least one row, {BATCH} is usual")
    iris = Iris(base)
    with connected(address, database, ask) as driver, driver.session(database=database) as session:
        server = _Server(session)
        server.define(CONSTRAINTS)
        wanted = {kind.name: _send(kind, graph, iris, server, batch, report) for kind in _KINDS}
        # after the data: one pass over it is quicker than a step for each row
        server.define(INDEXES)
        if prune:
            # relationships first: a node goes when nothing hangs on it any more
            for kind in reversed(_KINDS):
                server.prune(kind, wanted[kind.name])
        kept = sum(_verified(kind, wanted[kind.name], server, address) for kind in _KINDS)
    counts = with_totals({kind.name: len(wanted[kind.name]) for kind in _KINDS})
    notes = [f"{database} at {address} holds all of the graph, compared by count and content"]
    if kept and prune:
        notes.append(f"{kept} nodes of earlier graphs stay: relationships that paperkg did not write hang on them")
    elif kept:
        notes.append(f"it also holds {kept} nodes and relationships of earlier graphs or other ones; prune removes them")
    return Written("neo4j", (), {**counts, "sent": server.sent, **dict(sorted(server.counted.items())), "left": kept}, tuple(notes))


def script(graph: Graph, *, base: str = BASE, batch: int = BATCH, prune: bool = False) -> Iterator[str]:
    """What a push into an empty database would run, statement by statement, each with a comment that tells its rows; nothing is sent.

    `$rows` are lists: of a node its properties in the order of the text, of a relationship the ids of its ends and a map of its
    properties.
    """
    iris = Iris(base)
    yield from (f"{statement};" for statement in CONSTRAINTS)
    for kind in _KINDS:
        sizes: dict[str, list[int]] = {}
        for of, rows in batches(_rows(kind, graph, iris), batch, lambda row: row.of):
            sizes.setdefault(of, []).append(len(rows))
        for of, found in sizes.items():
            times = f", in {len(found)} transactions" if len(found) > 1 else ""
            yield f"// {kind.name}: {sum(found)} rows{times}\n{_statement(kind, of)};"
    yield from (f"{statement};" for statement in INDEXES)
    if prune:
        for kind in reversed(_KINDS):
            yield f"// $hashes: those that the server has and the graph has not\n{_pruning(kind)};"


@dataclass(slots=True)
class _Row:
    """What is sent of a node or relationship, and the label or type that its statement has."""

    of: str
    values: list[Any]
    hash: int


def _rows(kind: _Kind, graph: Graph, iris: Iris) -> Iterator[_Row]:
    if kind.name == "papers":
        return (_Row("Paper", [*n.values], n.values[-1]) for n in papers(graph, iris))  # type: ignore[arg-type]
    if kind.name == "concepts":
        return (_Row(n.labels[1], [*n.values], n.values[-1]) for n in concepts(graph, iris))  # type: ignore[arg-type]
    edges = links(graph, iris) if kind.name == "links" else relations(graph, iris)
    names = [p.name for p in kind.properties]
    # a map in one piece: the server takes that quicker than thirteen values, each by its place
    return (
        _Row(e.type, [e.start, e.end, {n: v for n, v in zip(names, e.values, strict=True) if v is not None}], e.values[-1])  # type: ignore[arg-type]
        for e in edges
    )


def _send(kind: _Kind, graph: Graph, iris: Iris, server: _Server, batch: int, report: Callable[[str, int], None] | None) -> Hashes:
    """Sends what the server lacks of a kind; returns the hashes of all of it, sorted."""
    present, times = np.unique(server.hashes(kind), return_counts=True)
    if not kind.nodes and (times > 1).any():
        server.single(kind, present[times > 1])
    wanted = array("q")
    done = 0
    with _InTurn() as turn:

        def finished(rows: int) -> None:
            nonlocal done
            done += rows
            if report is not None:
                report(kind.name, done)

        for of, some in batches(_lacking(_rows(kind, graph, iris), present, wanted), batch, lambda row: row.of):
            turn.put(partial(server.write, kind, of, some, fresh=not len(present)), finished)
    return np.unique(np.array(wanted, dtype=np.int64))


def _lacking(rows: Iterable[_Row], present: Hashes, wanted: array[int]) -> Iterator[_Row]:
    source = iter(rows)
    while chunk := [*islice(source, _CHUNK)]:
        hashes = np.array([row.hash for row in chunk], dtype=np.int64)
        wanted.extend(hashes.tolist())
        for row, there in zip(chunk, _in(hashes, present), strict=True):
            if not there:
                yield row


def _in(some: Hashes, all_: Hashes) -> npt.NDArray[np.bool_]:
    """Which of some numbers are among others, which are sorted."""
    if not len(all_):
        return np.zeros(len(some), dtype=np.bool_)
    places = np.minimum(np.searchsorted(all_, some), len(all_) - 1)
    found: npt.NDArray[np.bool_] = all_[places] == some
    return found


def _sums(hashes: Hashes) -> tuple[int, ...]:
    """How many hashes there are, and sums of their remainders: other hashes would not agree in all of these, short of a chance like that of
    two equal hashes. Remainders have the sign of the hash, as in Cypher.
    """
    return len(hashes), *(int(np.fmod(hashes, modulus).sum()) for modulus in _MODULI)


def _verified(kind: _Kind, wanted: Hashes, server: _Server, address: str) -> int:
    """Compares what should be there with what is; returns how many more are there.

    Raises:
        EnvironmentError_: something is missing, or there twice.
    """
    # sums that agree leave nothing to read; else the hashes tell what it is
    if server.sums(kind) == _sums(wanted):
        return 0
    there = server.hashes(kind)
    present, times = np.unique(there, return_counts=True)
    missing = len(wanted) - int(_in(wanted, present).sum())
    twice = int((times > 1).sum())
    if missing or twice:
        wrong = f"{missing} of {len(wanted)} {kind.name} are missing" if missing else f"{twice} {kind.name} are there twice"
        raise EnvironmentError_(f"{address}: {wrong} after writing; did another program write there? Run this again")
    return len(present) - len(wanted)


class _InTurn:
    """Runs one function after the other in a thread, so that the next rows are made while the server works; two wait at most."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1)
        self._waiting: deque[tuple[Future[int], Callable[[int], None]]] = deque()

    def put(self, run: Callable[[], int], then: Callable[[int], None]) -> None:
        while len(self._waiting) >= 2:
            self._next()
        self._waiting.append((self._pool.submit(run), then))

    def _next(self) -> None:
        future, then = self._waiting.popleft()
        then(future.result())

    def __enter__(self) -> _InTurn:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            while self._waiting and kind is None:
                self._next()
        finally:
            self._pool.shutdown(cancel_futures=True)


class _Server:
    """The statements that are run, and the sum of what the server says it changed."""

    def __init__(self, session: neo4j.Session) -> None:
        self._session = session
        self.counted: Counter[str] = Counter()
        self.sent = 0

    def define(self, statements: Iterable[str]) -> None:
        """Makes constraints or indexes, those that are not there yet."""
        there = {name for [name] in self._session.run("SHOW INDEXES YIELD name")}
        for statement in statements:
            # CREATE CONSTRAINT name …, CREATE FULLTEXT INDEX name …; a constraint has an index of its name
            if not there & set(statement.partition(" IF NOT EXISTS")[0].split()):
                self._count(self._session.run(statement).consume())

    def hashes(self, kind: _Kind) -> Hashes:
        """The hashes of what paperkg wrote, sorted."""
        # lists: a row for each hash takes the driver several times as long
        query = f"{_OURS.format(kind.found)} RETURN hash % {_PARTS} AS part, collect(hash) AS hashes"

        def read(tx: neo4j.ManagedTransaction) -> Hashes:
            found = array("q")
            for record in tx.run(query):
                found.extend(record["hashes"])
            return np.sort(np.array(found, dtype=np.int64))

        return self._session.execute_read(read)

    def sums(self, kind: _Kind) -> tuple[int, ...]:
        """The same as `_sums` of what paperkg wrote, added up by the server."""
        terms = ", ".join(f"sum(hash % {modulus})" for modulus in _MODULI)
        query = f"{_OURS.format(kind.found)} RETURN count(hash), {terms}"
        return self._session.execute_read(lambda tx: tuple(tx.run(query).single(strict=True)))

    def write(self, kind: _Kind, of: str, rows: list[_Row], *, fresh: bool) -> int:
        """Sends rows of one label or type; returns how many. Where nothing of the kind was there (`fresh`), nothing is replaced.

        Raises:
            EnvironmentError_: an end of a relationship is not there.
        """
        values = [row.values for row in rows]
        tries = 0

        def run(tx: neo4j.ManagedTransaction) -> neo4j.ResultSummary:
            nonlocal tries
            tries += 1
            # a connection that broke in a commit leaves open whether that came through: a second try replaces what the first wrote
            summary = tx.run(_statement(kind, of, fresh=fresh and tries == 1), rows=values).consume()
            if not kind.nodes and summary.counters.relationships_created != len(rows):
                lacking = len(rows) - summary.counters.relationships_created
                raise EnvironmentError_(f"the ends of {lacking} {kind.name} were taken out while they were written; run this again")
            return summary

        self._count(self._session.execute_write(run))
        self.sent += len(rows)
        return len(rows)

    def prune(self, kind: _Kind, wanted: Hashes) -> None:
        """Removes what paperkg wrote and is not wanted."""
        there = self.hashes(kind)
        gone = there[~_in(there, wanted)]
        self._run(_pruning(kind), gone)

    def single(self, kind: _Kind, twice: Hashes) -> None:
        """Of relationships that two pushes at the same time wrote twice, leaves one."""
        self._run(f"MATCH {kind.found} WHERE x.contentHash IN $hashes {_SPARE}", twice)

    def _run(self, statement: str, hashes: Hashes) -> None:
        for start in range(0, len(hashes), _DELETED):
            some = hashes[start : start + _DELETED].tolist()

            def run(tx: neo4j.ManagedTransaction, some: list[int] = some) -> neo4j.ResultSummary:
                return tx.run(statement, hashes=some).consume()

            self._count(self._session.execute_write(run))

    def _count(self, summary: neo4j.ResultSummary) -> None:
        for name, value in vars(summary.counters).items():
            if isinstance(value, int) and not isinstance(value, bool) and value:
                self.counted[name] += value


def _statement(kind: _Kind, of: str, *, fresh: bool = False) -> str:
    """What writes rows of one label or type. `fresh` leaves out the search for what a relationship takes the place of.

    >>> print(_statement(_KINDS[3], "USED_FOR"))
    UNWIND $rows AS row
    MATCH (a:Concept {id: row[0]})
    MATCH (b:Concept {id: row[1]})
    FOREACH (old IN [(a)-[r:USED_FOR]->(b) WHERE r.uri = row[2].uri AND r.contentHash IS NOT NULL | r] | DELETE old)
    CREATE (a)-[new:USED_FOR]->(b)
    SET new = row[2]
    """
    each = "UNWIND $rows AS row\n"
    if kind.nodes:
        labels = ("Paper", RESOURCE) if kind.name == "papers" else ("Concept", of, RESOURCE)
        return each + node_query(labels, kind.properties, [f"row[{place}]" for place, _ in enumerate(kind.properties)])
    start = "Paper" if kind.name == "links" else "Concept"
    # what this row takes the place of: a paper has one link to a concept; a place in a text, one relation of a kind
    former = f"[r:{'|'.join(LINK_TYPES)}]->(b) WHERE" if kind.name == "links" else f"[r:{of}]->(b) WHERE r.uri = row[2].uri AND"
    lines = [
        f"MATCH (a:{start} {{id: row[0]}})",
        "MATCH (b:Concept {id: row[1]})",
        *([] if fresh else [f"FOREACH (old IN [(a)-{former} r.contentHash IS NOT NULL | r] | DELETE old)"]),
        f"CREATE (a)-[new:{of}]->(b)",
        "SET new = row[2]",
    ]
    return each + "\n".join(lines)


def _pruning(kind: _Kind) -> str:
    free = " AND NOT (x)--()" if kind.nodes else ""
    return f"MATCH {kind.found} WHERE x.contentHash IN $hashes{free} DELETE x"
