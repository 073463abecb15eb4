"""The graph into any SPARQL server, by the SPARQL 1.1 Graph Store HTTP Protocol: one PUT for each named graph.

What was sent is written down on the server, in the graph `graph/pushed`: for each graph the SHA-256 of its N-Triples. A push that was
stopped goes on where it was, and one of a graph that grew sends only what changed. In the end the server counts its triples.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import os
import re
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode, urlsplit

from exports import Written
from exports.iris import Iris
from exports.rdf_sorted import named_lines
from kg.errors import EnvironmentError_, UsageError
from ontology.terms import BASE

if TYPE_CHECKING:
    from kg.graph import Graph

__all__ = ["SCHEMES", "GraphStore", "push", "requests"]

SCHEMES = ("http", "https")
#: After how many graphs the server is told which ones it has; as many at most are sent again after a push was stopped.
NOTE_EVERY = 200
_NTRIPLES = "application/n-triples; charset=utf-8"
_COUNT = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
_NOTE = re.compile(r"<([^>]*)> <[^>]*> \"([0-9a-f]{64})\" \.")
# where servers answer queries, by where they take graphs: Fuseki; RDF4J and GraphDB
_QUERY_OF = ((re.compile(r"/data$"), "/sparql"), (re.compile(r"/rdf-graphs/service$"), ""))


def push(
    graph: Graph,
    address: str,
    *,
    query: str = "",
    base: str = BASE,
    prune: bool = False,
    timeout: float = 300.0,
    report: Callable[[str, int], None] | None = None,
) -> Written:
    """Puts every named graph that the server lacks, or has otherwise, and counts afterwards.

    `address` is that of the Graph Store (`http://localhost:3030/ds/data`), `query` that of the server's queries; left out, it is
    known for Fuseki, RDF4J and GraphDB, and otherwise each graph is fetched to be counted. With `prune`, graphs that an earlier push
    sent and the graph no longer has are deleted. User and password come from SPARQL_USERNAME and SPARQL_PASSWORD. `timeout`
    (seconds) is that of each request. In memory are a hash and a count for each paper, and the triples of one graph, of which that of the
    concepts is the largest.

    Raises:
        UsageError: no web address, or one with a password in it.
        EnvironmentError_: nothing answers, or not as the protocol says; or the counts are not those of the graph.
    """
    iris = Iris(base)
    store = GraphStore(address, query, timeout)
    try:
        pushed = f"{iris.base}graph/pushed"
        noted, counted = store.notes(pushed), store.counts()
        digests: dict[str, str] = {}
        sizes: dict[str, int] = {}
        fresh: list[str] = []
        sent = 0
        for name, body in named_lines(graph, base):
            digests[name], sizes[name] = hashlib.sha256(body).hexdigest(), body.count(b"\n")
            there = noted.get(name) == {digests[name]} and (counted is None or counted.get(name) == sizes[name])
            if not there:
                store.put(name, body)
                sent += 1
                fresh.append(name)
            if len(fresh) >= NOTE_EVERY:
                store.post(pushed, _notes({n: digests[n] for n in fresh}, iris))
                fresh.clear()
            if report is not None:
                report("papers", max(0, len(digests) - 1))
        gone = sorted(noted.keys() - digests.keys())
        for name in gone if prune else ():
            store.delete(name)
        kept = {} if prune else {name: min(noted[name]) for name in gone if len(noted[name]) == 1}
        store.put(pushed, _notes({**kept, **digests}, iris))
        _verify(store, sizes)
    finally:
        store.close()
    counts = {
        "graphs": len(digests),
        "triples": sum(sizes.values()),
        "graphs sent": sent,
        "graphs already there": len(digests) - sent,
        "graphs deleted": len(gone) if prune else 0,
    }
    notes = [f"{store.address} has every graph with as many triples as were sent"]
    if gone and not prune:
        notes.append(f"{len(gone)} graphs of an earlier push are no longer in the graph; --prune deletes them")
    return Written("graph-store", (), counts, tuple(notes))


def requests(graph: Graph, base: str = BASE) -> Iterator[str]:
    """What a push into an empty server would send, a line a request."""
    for name, body in named_lines(graph, base):
        triples = body.count(b"\n")
        yield f"PUT {name} ({triples} triples)"


def _notes(digests: Mapping[str, str], iris: Iris) -> bytes:
    return "".join(f'<{name}> <{iris.term("sha256")}> "{digest}" .\n' for name, digest in sorted(digests.items())).encode()


def _verify(store: GraphStore, sizes: Mapping[str, int]) -> None:
    counted = store.counts()
    for name, expected in sizes.items():
        found = counted.get(name, 0) if counted is not None else store.get(name).count(b"\n")
        if found != expected:
            raise EnvironmentError_(f"{store.address}: the graph {name} has {found} triples, and {expected} were sent; push again")


@dataclass(slots=True)
class GraphStore:
    """One Graph Store with its query address; a connection is kept open and made again where the server closed it."""

    address: str
    query: str = ""
    timeout: float = 300.0
    _connections: dict[str, http.client.HTTPConnection] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for address in filter(None, (self.address, self.query)):
            parts = urlsplit(address)
            if parts.username is not None or parts.password is not None:
                # not repeated: it holds a password
                raise UsageError("the address holds a user or password; give them as SPARQL_USERNAME and SPARQL_PASSWORD instead")
            if parts.scheme not in SCHEMES or not parts.hostname:
                raise UsageError(f"the address {address!r} is no http address; give one such as http://localhost:3030/ds/data")
        if not self.query:
            found = [pattern.sub(end, self.address) for pattern, end in _QUERY_OF if pattern.search(self.address)]
            self.query = found[0] if found else ""

    def put(self, name: str, triples: bytes) -> None:
        """Puts N-Triples in place of a named graph."""
        self._ask("PUT", self._of(name), triples, {"Content-Type": _NTRIPLES})

    def post(self, name: str, triples: bytes) -> None:
        """Adds N-Triples to a named graph."""
        self._ask("POST", self._of(name), triples, {"Content-Type": _NTRIPLES})

    def delete(self, name: str) -> None:
        """Deletes a named graph, if it is there."""
        self._ask("DELETE", self._of(name), b"", {}, missing=True)

    def get(self, name: str) -> bytes:
        """The N-Triples of a named graph; nothing where it is not there."""
        return self._ask("GET", self._of(name), b"", {"Accept": "application/n-triples"}, missing=True)

    def notes(self, name: str) -> dict[str, set[str]]:
        """What earlier pushes wrote down: graph → digests; several where a push was stopped and the graph changed since."""
        found: dict[str, set[str]] = {}
        for subject, digest in _NOTE.findall(self.get(name).decode("utf-8", "replace")):
            found.setdefault(subject, set()).add(digest)
        return found

    def counts(self) -> dict[str, int] | None:
        """Graph → number of triples, as the server counts them; None where its query address is not known."""
        if not self.query:
            return None
        body = urlencode({"query": _COUNT}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/sparql-results+json"}
        answer = self._ask("POST", self.query, body, headers)
        try:
            # an empty store may answer with one row without a graph
            rows = [row for row in json.loads(answer)["results"]["bindings"] if "g" in row]
            return {row["g"]["value"]: int(row["n"]["value"]) for row in rows}
        except (ValueError, KeyError, TypeError):
            raise EnvironmentError_(f"{self.query}: the answer to a query is no SPARQL JSON; give another with --query") from None

    def close(self) -> None:
        """Closes the connections."""
        for connection in self._connections.values():
            connection.close()

    def _of(self, name: str) -> str:
        mark = "&" if urlsplit(self.address).query else "?"
        return f"{self.address}{mark}graph={quote(name, safe='')}"

    def _ask(self, method: str, address: str, body: bytes, headers: Mapping[str, str], *, missing: bool = False) -> bytes:
        parts = urlsplit(address)
        place = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        for again in (False, True):
            connection = self._connection(f"{parts.scheme}://{parts.netloc}")
            try:
                connection.request(method, place, body=body if method in ("PUT", "POST") else None, headers={**headers, **_credentials()})
                answer = connection.getresponse()
                said = answer.read()
                break
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError) as error:
                # the server ends a connection that was idle; every request of ours can be made twice
                connection.close()
                if again:
                    raise EnvironmentError_(
                        f"{self.address}: the server ended the connection ({error}); is it running? Push again"
                    ) from None
            except TimeoutError:
                connection.close()
                raise EnvironmentError_(f"{self.address}: no answer within {self.timeout:g} s; push again, it goes on from here") from None
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                raise EnvironmentError_(f"{self.address}: nothing answers there ({error}); start the server or check the address") from None
        if answer.status < 300 or (missing and answer.status == 404):
            return said if answer.status < 300 else b""
        raise _refused(self.address, method, answer.status, said)

    def _connection(self, origin: str) -> http.client.HTTPConnection:
        if origin not in self._connections:
            parts = urlsplit(origin)
            assert parts.hostname
            if parts.scheme == "https":
                self._connections[origin] = http.client.HTTPSConnection(
                    parts.hostname, parts.port, timeout=self.timeout, context=ssl.create_default_context()
                )
            else:
                self._connections[origin] = http.client.HTTPConnection(parts.hostname, parts.port, timeout=self.timeout)
        return self._connections[origin]


def _credentials() -> dict[str, str]:
    user, password = os.environ.get("SPARQL_USERNAME", ""), os.environ.get("SPARQL_PASSWORD", "")
    if not user and not password:
        return {}
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def _refused(address: str, method: str, status: int, said: bytes) -> EnvironmentError_:
    hints = {
        401: "set SPARQL_USERNAME and SPARQL_PASSWORD",
        403: "the user may not write there; set SPARQL_USERNAME and SPARQL_PASSWORD, or let the server take updates (Fuseki: --update)",
        404: "no Graph Store is there; give its address, such as http://localhost:3030/ds/data",
        405: "that address takes no graphs; give the one of the Graph Store, such as http://localhost:3030/ds/data",
        507: "the server's disk is full; free some room and push again",
    }
    text = " ".join(said.decode("utf-8", "replace").split())[:200]
    hint = hints.get(status) or ("give the address it redirects to" if 300 <= status < 400 else "see the log of the server")
    return EnvironmentError_(f"{address}: {method} was answered with {status}{f' ({text})' if text else ''}; {hint}")
