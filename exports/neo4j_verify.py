"""Whether a Neo4j holds what the graph says, property by property: finds what others changed, which a push does not look for.

A push trusts `contentHash`: what has it is taken to be as it was written. Here everything that has it is read, its hash is made anew, and
compared with the one that it has and with the graph. So the whole graph goes over the wire once.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from exports.iris import Iris
from exports.neo4j import BATCH, check_batch, push
from exports.neo4j_connection import connected
from exports.neo4j_differences import Difference, Problem, Verified, quoted
from exports.neo4j_server import Server, among
from exports.neo4j_statements import KINDS, Kind, Row, rows_of
from exports.property_graph import RESOURCE, TYPE_LABELS, content_hash
from kg.batched import batched
from kg.batches import collecting_seldom
from ontology.terms import BASE

if TYPE_CHECKING:
    import neo4j

    from exports.neo4j_server import Hashes
    from kg.graph import Graph

__all__ = ["verify"]

#: How many records are compared at a time.
_CHUNK = 5_000
#: The hash of what is to be sent again: no content has it, short of a chance of 1 in 2⁶⁴.
_CHANGED = 0
_EACH = "UNWIND $rows AS row MATCH {} WHERE elementId(x) = row[0]"
# ids and IRIs are unique: all wrong ones go before the right ones come, should two have changed places
_MARK_NODES = f"{_EACH} REMOVE x.id, x.uri WITH collect([x, row[1]]) AS all UNWIND all AS one WITH one[0] AS x, one[1] AS id SET x.id = id"


def verify(
    graph: Graph,
    address: str,
    *,
    database: str = "neo4j",
    base: str = BASE,
    batch: int = BATCH,
    repair: bool = False,
    prune: bool = False,
    ask: Callable[[str], str] | None = None,
    report: Callable[[str, int], None] | None = None,
) -> Verified:
    """Compares everything that paperkg wrote into a database with the graph.

    Properties and labels that others added are theirs, and no difference. Something whose `contentHash` was taken away counts as theirs
    too, and is missing here. In memory are the concepts, 16 bytes for each node and relationship, and what differs.

    Args:
        repair: marks what differs and then pushes, which sends it again. Stopped in between, the next push mends it.
        batch, prune: of that push.
        ask: called with a question where the password is not in the environment; without it that is an error.
        report: called with what was compared ("papers", "concepts", "links", "relations") and how many so far; then as by `push`.

    Raises:
        UsageError: the address or a number does not fit.
        EnvironmentError_: no password, the server does not answer, it refuses or fails, or a push was not whole in the end.
    """
    # before anything is marked
    check_batch(batch)
    iris = Iris(base)
    result = Verified()
    with connected(address, database, ask) as driver, driver.session(database=database, fetch_size=2_000) as session, collecting_seldom():
        server = Server(driver, database) if repair else None
        for kind in KINDS:
            _Comparison(kind, graph, iris, session, result).run(server, report)
    if repair and (result.number or prune):
        result.repaired = push(graph, address, database=database, base=base, batch=batch, prune=prune, ask=ask, report=report)
    return result


@dataclass(slots=True)
class _Found:
    """Something of ours that is not what the graph says: the server's id of it, its `contentHash`, what it says, in the order of
    `Row.values`, and its labels or its type.
    """

    place: str
    hash: int
    values: list[Any]
    labels: tuple[str, ...]
    as_written: bool


class _Comparison:
    """All of a kind, on the server and in the graph."""

    def __init__(self, kind: Kind, graph: Graph, iris: Iris, session: neo4j.Session, result: Verified) -> None:
        self.kind = kind
        self._graph, self._iris, self._session, self._result = graph, iris, session, result

    def run(self, server: Server | None, report: Callable[[str, int], None] | None) -> None:
        """Adds what differs to the result, and marks it where there is a server to mark it on."""
        wanted = np.unique(np.fromiter((row.hash for row in self._rows()), dtype=np.int64))
        right, wrong = self._read(wanted, report)
        self._result.compared[self.kind.name] = len(wanted)
        seen, times = np.unique(right, return_counts=True)
        if len(seen) == len(wanted) and not wrong and not (times > 1).any():
            return
        twice = set(seen[times > 1].tolist())
        # by what it was (of copies, the one that is where it was), or else by its place among others
        by_hash = {found.hash: found for found in wrong}
        by_key = {self._key(found.values): found for found in wrong}
        met: dict[str, tuple[_Found, Row]] = {}
        missing: list[list[Any]] = []
        for row, there in _with_whether(self._rows(), seen):
            if there:
                if row.hash in twice:
                    self._add(row.values, self._labels(row), "twice")
                continue
            found = by_key.get(self._key(row.values))
            if found is None or found.hash != row.hash:
                found = by_hash.get(row.hash, found)
            if found is None or found.place in met:
                if self.kind.nodes:
                    missing.append(row.values[:2])
                self._add(row.values, self._labels(row), "missing")
            else:
                met[found.place] = found, row
                self._changed(found, row)
        others = [found for found in wrong if found.place not in met]
        unknown = [found for found in others if not found.as_written]
        for found in unknown:
            self._add(found.values, found.labels, "unknown")
        self._result.left += len(others) - len(unknown)
        if server is not None:
            self._mark(server, [*met.values()], missing, unknown)

    def _rows(self) -> Iterator[Row]:
        return rows_of(self.kind, self._graph, self._iris)

    def _read(self, wanted: Hashes, report: Callable[[str, int], None] | None) -> tuple[Hashes, list[_Found]]:
        """The hashes of what is as it should be, and all else."""
        kind = self.kind
        properties = ", ".join(f"x.{p.name}" for p in kind.properties)
        about = "[], labels(x)" if kind.nodes else "[a.id, b.id], [type(x)]"
        query = f"MATCH {kind.found} WHERE x.contentHash IS NOT NULL RETURN elementId(x), {about}, [{properties}]"
        right = array("q")
        wrong: list[_Found] = []
        done = 0
        for chunk in batched(self._session.run(query), _CHUNK):
            made = [_content_hash(self._own(labels), ends, values) for _, ends, labels, values in chunk]
            known = among(np.array(made, dtype=np.int64), wanted)
            for (place, ends, labels, values), hash_, good in zip(chunk, made, known, strict=True):
                if good:
                    right.append(hash_)
                else:
                    before = values[-1] if isinstance(values[-1], int) else _CHANGED
                    wrong.append(_Found(place, before, [*ends, *values], self._own(labels), hash_ != _CHANGED))
            done += len(chunk)
            if report is not None:
                report(kind.name, done)
        return np.array(right, dtype=np.int64), wrong

    def _own(self, labels: list[str]) -> tuple[str, ...]:
        """Of the labels that a node has, those that are ours, in our order; the type of a relationship."""
        if not self.kind.nodes:
            return (labels[0],)
        known = ("Paper", RESOURCE) if self.kind.name == "papers" else ("Concept", *TYPE_LABELS, RESOURCE)
        return tuple(one for one in known if one in labels)

    def _labels(self, row: Row) -> tuple[str, ...]:
        if not self.kind.nodes:
            return (row.of,)
        return ("Paper", RESOURCE) if self.kind.name == "papers" else ("Concept", row.of, RESOURCE)

    def _key(self, values: list[Any]) -> str:
        # nodes have an id; links, a paper and a concept; relations, an IRI too. As text: others may have written anything
        return quoted(values[:1] if self.kind.nodes else values[:2] if self.kind.name == "links" else values[:3])

    def _what(self, values: list[Any], labels: tuple[str, ...]) -> str:
        if self.kind.nodes:
            return f"(:{labels[0]} {{id: {quoted(values[0])}}})"
        text = f"(:{self.kind.start} {{id: {quoted(values[0])}}})-[:{labels[0]}]->(:Concept {{id: {quoted(values[1])}}})"
        # several may say the same of two concepts
        return text if self.kind.name == "links" else f"{text} at {quoted(values[2])}"

    def _add(self, values: list[Any], labels: tuple[str, ...], problem: Problem) -> None:
        self._result.add(Difference(self.kind.name, self._what(values, labels), problem))

    def _changed(self, found: _Found, row: Row) -> None:
        labels = self._labels(row)
        names = [p.name for p in self.kind.properties]
        pairs: list[tuple[str, Any, Any]]
        if self.kind.nodes:
            pairs = [("labels", [*found.labels], [*labels])]
        else:
            pairs, names = [("type", found.labels[0], labels[0])], ["start", "end", *names]
        pairs += zip(names, found.values, row.values, strict=True)
        for name, one, two in pairs:
            # as text, since 2019.0 is 2019 for Python
            if quoted(one) != quoted(two):
                self._result.add(Difference(self.kind.name, self._what(row.values, labels), "changed", name, one, two))

    def _mark(self, server: Server, met: list[tuple[_Found, Row]], missing: list[list[Any]], unknown: list[_Found]) -> None:
        """Takes the hashes away from what is to be sent again, and brings back by what the push will find it."""
        found, mark = self.kind.found, f"SET x.contentHash = {_CHANGED}"
        server.run(f"{_EACH.format(found)} {mark}", rows=[[f.place] for f in unknown])
        if self.kind.nodes:
            server.run(f"{_MARK_NODES.format(found)} {mark}", rows=[[f.place, r.values[0]] for f, r in met])
            # one that lost its first label is none of its kind any more, but still has its IRI
            label = found.removeprefix("(x:").removesuffix(")")
            back = f"UNWIND $rows AS row MATCH (x:{RESOURCE} {{uri: row[1]}}) WHERE NOT x:{label} SET x:{label}, x.id = row[0]"
            server.run(f"{back} {mark}", rows=missing)
            return
        stays = {f.place for f, r in met if [*f.values[:2], *f.labels] == [*r.values[:2], r.of]}
        server.run(f"{_EACH.format(found)} DELETE x", rows=[[f.place] for f, _ in met if f.place not in stays])
        server.run(f"{_EACH.format(found)} {mark}, x.uri = row[1]", rows=[[f.place, r.values[2]] for f, r in met if f.place in stays])


def _with_whether(rows: Iterator[Row], there: Hashes) -> Iterator[tuple[Row, bool]]:
    """Rows, and whether their hashes are among some, which are sorted."""
    for chunk in batched(rows, _CHUNK):
        yield from zip(chunk, among(np.array([row.hash for row in chunk], dtype=np.int64), there).tolist(), strict=True)


def _content_hash(labels: tuple[str, ...], ends: list[Any], values: list[Any]) -> int:
    """The hash of what the server has, or `_CHANGED` where it is not the one that it says."""
    content = tuple(values[:-1])
    try:
        made = content_hash(labels[0], *ends, content) if ends else content_hash(labels, content)
    except TypeError:
        # a date or a point: nothing that we write
        return _CHANGED
    return made if made == values[-1] else _CHANGED
