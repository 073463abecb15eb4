"""The graph into a running Neo4j, over Bolt: only what is not there yet, as it is.

Every node and relationship has a hash of its content (`contentHash`). A push reads the hashes that the server has, sends what
lacks, and has the server add them up to see that all is there. So a push that was killed goes on where it stopped, a second push sends
nothing, and a grown graph sends what grew.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from exports import Written
from exports.iris import Iris
from exports.neo4j_connection import connected
from exports.neo4j_server import Server, among, sums_of
from exports.neo4j_statements import KINDS, Kind, Row, pruning, rows_of, statement
from exports.neo4j_writers import Writers
from exports.property_graph import CONSTRAINTS, INDEXES, batches, with_totals
from kg.batched import batched
from kg.batches import collecting_seldom
from kg.errors import EnvironmentError_, UsageError
from ontology.terms import BASE

if TYPE_CHECKING:
    from exports.neo4j_server import Hashes
    from kg.graph import Graph

__all__ = ["BATCH", "check_batch", "push", "script"]

#: Rows in one transaction.
BATCH = 5_000
#: How many rows are compared with the server's at a time.
_CHUNK = 5_000


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
    changed is made anew. What others changed in our own properties is not noticed; `exports.neo4j_verify.verify` looks for that. In memory
    are the concepts, and 16 bytes for each node and relationship.

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
    check_batch(batch)
    iris = Iris(base)
    with connected(address, database, ask) as driver, Writers() as writers, collecting_seldom():
        server = Server(driver, database)
        server.define(CONSTRAINTS)
        # read while rows are made
        there = {kind.name: writers.ask(partial(server.hashes, kind)) for kind in KINDS}
        wanted = {}
        for kind in KINDS:
            if kind.name == "links":
                # both ends have to be there
                writers.finish()
            wanted[kind.name] = _send(kind, rows_of(kind, graph, iris), there.pop(kind.name).result(), server, writers, batch, report)
        writers.finish()
        # after the data: one pass over it is quicker than a step for each row
        server.define(INDEXES)
        if prune:
            # relationships first: a node goes when nothing hangs on it any more
            for kind in reversed(KINDS):
                server.prune(kind, wanted[kind.name])
        sums = [writers.ask(partial(server.sums, kind)) for kind in KINDS]
        kept = sum(_verified(kind, wanted[kind.name], sum_.result(), server, address) for kind, sum_ in zip(KINDS, sums, strict=True))
    counts = with_totals({kind.name: len(wanted[kind.name]) for kind in KINDS})
    notes = [f"{database} at {address} holds all of the graph, compared by count and content"]
    if kept and prune:
        notes.append(f"{kept} nodes of earlier graphs stay: relationships that paperkg did not write hang on them")
    elif kept:
        notes.append(f"it also holds {kept} nodes and relationships of earlier graphs or other ones; prune removes them")
    return Written("neo4j", (), {**counts, "sent": server.sent, **dict(sorted(server.counted.items())), "left": kept}, tuple(notes))


def check_batch(batch: int) -> None:
    """Whether a transaction can have so many rows.

    Raises:
        UsageError: it cannot.
    """
    if batch < 1:
        raise UsageError(f"batch is {batch}; a transaction needs at least one row, {BATCH} is usual")


def script(graph: Graph, *, base: str = BASE, batch: int = BATCH, prune: bool = False) -> Iterator[str]:
    """What a push into an empty database would run, statement by statement, each with a comment that tells its rows; nothing is sent.

    `$rows` are lists: of a node its properties in the order of the text, of a relationship the ids of its ends and then its properties.

    Raises:
        UsageError: a number does not fit.
    """
    check_batch(batch)
    iris = Iris(base)
    yield from (f"{one};" for one in CONSTRAINTS)
    for kind in KINDS:
        sizes: dict[str, list[int]] = {}
        for of, rows in batches(rows_of(kind, graph, iris), batch, lambda row: row.of):
            sizes.setdefault(of, []).append(len(rows))
        for of, found in sizes.items():
            times = f", in {len(found)} transactions" if len(found) > 1 else ""
            yield f"// {kind.name}: {sum(found)} rows{times}\n{statement(kind, of)};"
    yield from (f"{one};" for one in INDEXES)
    if prune:
        for kind in reversed(KINDS):
            yield f"// $hashes: those that the server has and the graph has not\n{pruning(kind)};"


def _send(
    kind: Kind,
    rows: Iterable[Row],
    there: Hashes,
    server: Server,
    writers: Writers,
    batch: int,
    report: Callable[[str, int], None] | None,
) -> Hashes:
    """Gives the writers what the server lacks of a kind, by the hashes that are there; returns the hashes of all of it, sorted."""
    present, times = np.unique(there, return_counts=True)
    if not kind.nodes and (times > 1).any():
        server.single(kind, present[times > 1])
    fresh = server.is_fresh(kind, present)
    wanted = array("q")
    done = 0

    def finished(rows: int) -> None:
        nonlocal done
        done += rows
        if report is not None:
            report(kind.name, done)

    for of, some in batches(_lacking(rows, present, wanted), batch, lambda row: row.of):
        writers.put(partial(server.write, kind, of, some, fresh=fresh), finished)
    return np.unique(np.array(wanted, dtype=np.int64))


def _lacking(rows: Iterable[Row], present: Hashes, wanted: array[int]) -> Iterator[Row]:
    for chunk in batched(rows, _CHUNK):
        hashes = np.array([row.hash for row in chunk], dtype=np.int64)
        wanted.extend(hashes.tolist())
        for row, there in zip(chunk, among(hashes, present), strict=True):
            if not there:
                yield row


def _verified(kind: Kind, wanted: Hashes, sums: tuple[int, ...], server: Server, address: str) -> int:
    """Compares what should be there with what is, by its sums; returns how many more are there.

    Raises:
        EnvironmentError_: something is missing, or there twice.
    """
    # sums that agree leave nothing to read; else the hashes tell what it is
    if sums == sums_of(wanted):
        return 0
    there = server.hashes(kind)
    present, times = np.unique(there, return_counts=True)
    missing = len(wanted) - int(among(wanted, present).sum())
    twice = int((times > 1).sum())
    if missing or twice:
        wrong = f"{missing} of {len(wanted)} {kind.name} are missing" if missing else f"{twice} {kind.name} are there twice"
        raise EnvironmentError_(f"{address}: {wrong} after writing; did another program write there? Run this again")
    return len(present) - len(wanted)
