"""A Neo4j that is written to: what it has by hashes of content, and the sum of what it says it changed."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from exports.neo4j_statements import pruning, statement
from kg.errors import EnvironmentError_

if TYPE_CHECKING:
    import neo4j
    import numpy.typing as npt

    from exports.neo4j_statements import Kind, Row

    Hashes = npt.NDArray[np.int64]

__all__ = ["Server", "among", "sums_of"]

#: How many hashes or ids are sent in one statement that deletes or marks.
_AT_ONCE = 20_000
#: Lists in which hashes are read.
_PARTS = 64
#: Primes just below 2³² and 2³¹; sums of remainders of a thousand million hashes fit into the server's integers.
_MODULI = (4_294_967_291, 4_294_967_279, 2_147_483_647)
_OURS = "MATCH {} WHERE x.contentHash IS NOT NULL WITH x.contentHash AS hash"
_SPARE = "WITH x.contentHash AS hash, collect(x) AS all WITH all[1..] AS spare UNWIND spare AS x DELETE x"


class _Rows(list[Any]):
    """What is sent in a statement. The driver makes a text of it for its log, whether anybody reads that or not; so it is a short one."""

    def __repr__(self) -> str:
        return f"<{len(self)} rows>"


class Server:
    """The statements that are run, and the sum of what the server says it changed. Any thread may call it."""

    def __init__(self, driver: neo4j.Driver, database: str) -> None:
        from neo4j import GraphDatabase

        # a session is of one thread; by the bookmarks each sees what the others wrote, on any server of a cluster
        self._open = partial(driver.session, database=database, bookmark_manager=GraphDatabase.bookmark_manager())
        self._lock = Lock()
        self.counted: Counter[str] = Counter()
        self.sent = 0

    def define(self, statements: Iterable[str]) -> None:
        """Makes constraints or indexes, those that are not there yet."""
        with self._open() as session:
            there = {name for [name] in session.run("SHOW INDEXES YIELD name")}
            for one in statements:
                # CREATE CONSTRAINT name …, CREATE FULLTEXT INDEX name …; a constraint has an index of its name
                if not there & set(one.partition(" IF NOT EXISTS")[0].split()):
                    self._count(session.run(one).consume())

    def hashes(self, kind: Kind) -> Hashes:
        """The hashes of what paperkg wrote, sorted."""
        # lists: a row for each hash takes the driver several times as long
        query = f"{_OURS.format(kind.found)} RETURN hash % {_PARTS} AS part, collect(hash) AS hashes"

        def read(tx: neo4j.ManagedTransaction) -> Hashes:
            found = array("q")
            for record in tx.run(query):
                found.extend(record["hashes"])
            return np.sort(np.array(found, dtype=np.int64))

        with self._open() as session:
            return session.execute_read(read)

    def sums(self, kind: Kind) -> tuple[int, ...]:
        """The same as `sums_of` of what paperkg wrote, added up by the server."""
        terms = ", ".join(f"sum(hash % {modulus})" for modulus in _MODULI)
        query = f"{_OURS.format(kind.found)} RETURN count(hash), {terms}"
        with self._open() as session:
            return session.execute_read(lambda tx: tuple(tx.run(query).single(strict=True)))

    def is_fresh(self, kind: Kind, present: Hashes) -> bool:
        """Whether nothing that rows of a kind could take the place of is there; `present` are the hashes of it."""
        if len(present) or not kind.nodes:
            return not len(present)
        # a node of others may have the id of one of ours, and is taken over
        with self._open() as session:
            return not session.run(f"MATCH {kind.found} RETURN count(*)").single(strict=True)[0]

    def write(self, kind: Kind, of: str, rows: list[Row], *, fresh: bool) -> int:
        """Sends rows of one label or type; returns how many. Where nothing of the kind was there (`fresh`), nothing is looked for.

        Raises:
            EnvironmentError_: an end of a relationship is not there.
        """
        values = _Rows(row.values for row in rows)
        tries = 0

        def run(tx: neo4j.ManagedTransaction) -> neo4j.ResultSummary:
            nonlocal tries
            tries += 1
            # a connection that broke in a commit leaves open whether that came through: a second try replaces what the first wrote
            summary = tx.run(statement(kind, of, fresh=fresh and tries == 1), rows=values).consume()
            if not kind.nodes and summary.counters.relationships_created != len(rows):
                lacking = len(rows) - summary.counters.relationships_created
                raise EnvironmentError_(f"the ends of {lacking} {kind.name} were taken out while they were written; run this again")
            return summary

        from neo4j.exceptions import ConstraintError

        try:
            self._write(run)
        except ConstraintError:
            if not (fresh and kind.nodes):
                raise
            # somebody made nodes of these ids meanwhile, or there is one of this IRI under another label: by the way that looks for them
            self._write(run)
        with self._lock:
            self.sent += len(rows)
        return len(rows)

    def prune(self, kind: Kind, wanted: Hashes) -> None:
        """Removes what paperkg wrote and is not wanted."""
        there = self.hashes(kind)
        self.run(pruning(kind), hashes=there[~among(there, wanted)].tolist())

    def single(self, kind: Kind, twice: Hashes) -> None:
        """Of relationships that two pushes at the same time wrote twice, leaves one."""
        self.run(f"MATCH {kind.found} WHERE x.contentHash IN $hashes {_SPARE}", hashes=twice.tolist())

    def run(self, one: str, **values: list[Any]) -> None:
        """Runs a statement that has a list as its parameter, part by part."""
        [(name, all_)] = values.items()
        for start in range(0, len(all_), _AT_ONCE):
            some = {name: _Rows(all_[start : start + _AT_ONCE])}

            def run(tx: neo4j.ManagedTransaction, some: dict[str, _Rows] = some) -> neo4j.ResultSummary:
                return tx.run(one, some).consume()

            self._write(run)

    def _write(self, run: Callable[[neo4j.ManagedTransaction], neo4j.ResultSummary]) -> None:
        with self._open() as session:
            self._count(session.execute_write(run))

    def _count(self, summary: neo4j.ResultSummary) -> None:
        with self._lock:
            for name, value in vars(summary.counters).items():
                if isinstance(value, int) and not isinstance(value, bool) and value:
                    self.counted[name] += value


def among(some: Hashes, all_: Hashes) -> npt.NDArray[np.bool_]:
    """Which of some numbers are among others, which are sorted."""
    if not len(all_):
        return np.zeros(len(some), dtype=np.bool_)
    places = np.minimum(np.searchsorted(all_, some), len(all_) - 1)
    found: npt.NDArray[np.bool_] = all_[places] == some
    return found


def sums_of(hashes: Hashes) -> tuple[int, ...]:
    """How many hashes there are, and sums of their remainders: other hashes would not agree in all of these, short of a chance like that of
    two equal hashes. Remainders have the sign of the hash, as in Cypher.
    """
    return len(hashes), *(int(np.fmod(hashes, modulus).sum()) for modulus in _MODULI)
