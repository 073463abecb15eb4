"""The graph into a running Neo4j, over Bolt: the statements of the Cypher script, with the rows as parameters.

Name and password come from the environment (NEO4J_USERNAME, NEO4J_PASSWORD) or from the caller's prompt; never from an address,
an option or a file. Nothing else of paperkg opens an outside connection.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from exports import Written
from exports.cypher import edge_query, node_query
from exports.iris import Iris
from exports.property_graph import (
    CONCEPT,
    CONSTRAINTS,
    LINK,
    LINK_TYPES,
    PAPER,
    RELATION,
    RELATION_TYPES,
    RESOURCE,
    TYPE_LABELS,
    Property,
    Value,
    batches,
    concepts,
    links,
    papers,
    relations,
)
from kg.errors import EnvironmentError_, UsageError
from ontology.terms import BASE

if TYPE_CHECKING:
    import neo4j

    from kg.graph import Graph

__all__ = ["credentials", "push"]

_SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")


def push(
    graph: Graph,
    address: str,
    *,
    database: str = "neo4j",
    base: str = BASE,
    batch: int = 1000,
    ask: Callable[[str], str] | None = None,
    report: Callable[[str, int], None] | None = None,
) -> Written:
    """Writes the graph into a running server; the same nodes and relationships as the exports `neo4j-csv` and `cypher`.

    Can be run again, and goes on where it was interrupted: what is there is updated, nothing is doubled (see
    `exports.cypher.write` for what that leaves alone). Memory does not grow with the papers.

    Args:
        address: such as `bolt://localhost:7687` or `neo4j+s://host`.
        batch: rows in one transaction.
        ask: called with a question where the password is not in the environment; without it that is an error.
        report: called with what was written ("papers", "concepts", "links", "relations") and how many so far.

    Raises:
        UsageError: the address or a number does not fit.
        EnvironmentError_: no password, the server does not answer, or it refuses.
    """
    import neo4j
    from neo4j import exceptions as wrong

    if batch < 1:
        raise UsageError(f"batch is {batch}; a transaction needs at least one row, 1000 is usual")
    _check(address)
    iris = Iris(base)
    login = credentials(ask)
    try:
        with neo4j.GraphDatabase.driver(address, auth=login) as driver:
            driver.verify_connectivity()
            counts = _fill(driver, graph, iris, database, batch, report)
    except wrong.AuthError as error:
        raise EnvironmentError_(
            f"{address}: the server refuses the login of {login[0]!r} ({error.message}); set NEO4J_USERNAME and NEO4J_PASSWORD"
        ) from None
    except (wrong.ServiceUnavailable, wrong.SessionExpired) as error:
        raise EnvironmentError_(
            f"{address}: no Neo4j answers there ({_short(error)}); start it, look at server.bolt.listen_address in its neo4j.conf, "
            "and take bolt:// for a single server behind a tunnel or in a container"
        ) from None
    except wrong.ConfigurationError as error:
        raise UsageError(f"{address}: {_short(error)}; give an address such as bolt://localhost:7687") from None
    except wrong.Neo4jError as error:
        raise EnvironmentError_(f"{address}: the server said {error.code}: {_short(error)}") from None
    except wrong.DriverError as error:
        raise EnvironmentError_(f"{address}: {type(error).__name__}: {_short(error)}") from None
    return Written("neo4j", (), counts, (f"written to {database} at {address}",))


def credentials(ask: Callable[[str], str] | None = None) -> tuple[str, str]:
    """User name and password, from the environment or by asking.

    Raises:
        EnvironmentError_: there is no password, and nobody to ask.
    """
    user = os.environ.get("NEO4J_USERNAME") or "neo4j"
    password = os.environ.get("NEO4J_PASSWORD")
    if password is None:
        if ask is None:
            raise EnvironmentError_(f"no password for the Neo4j user {user!r}; set NEO4J_PASSWORD (and NEO4J_USERNAME for another user)")
        password = ask(f"Password of the Neo4j user {user}: ")
    return user, password


def _fill(
    driver: neo4j.Driver, graph: Graph, iris: Iris, database: str, batch: int, report: Callable[[str, int], None] | None
) -> dict[str, int]:
    counts = {"papers": 0, "concepts": 0, "links": 0, "relations": 0}
    with driver.session(database=database) as session:

        def put(what: str, query: str, rows: list[dict[str, Any]]) -> None:
            session.execute_write(lambda tx: tx.run(query, rows=rows).consume())
            counts[what] += len(rows)
            if report is not None:
                report(what, counts[what])

        for constraint in CONSTRAINTS:
            session.run(constraint).consume()
        # the script's statement for each kind of row, made once
        head = "UNWIND $rows AS row\n"
        queries = {("papers", "Paper"): head + node_query("row", ("Paper", RESOURCE), PAPER)}
        queries |= {("concepts", t): head + node_query("row", ("Concept", t, RESOURCE), CONCEPT) for t in TYPE_LABELS}
        queries |= {("links", t): head + edge_query("row", "links", t, LINK) for t in LINK_TYPES}
        queries |= {("relations", t): head + edge_query("row", "relations", t, RELATION) for t in RELATION_TYPES}
        sources: tuple[tuple[str, Iterator[tuple[str, dict[str, Any]]]], ...] = (
            ("papers", ((n.labels[0], _row(PAPER, n.values)) for n in papers(graph, iris))),
            ("concepts", ((n.labels[1], _row(CONCEPT, n.values)) for n in concepts(graph, iris))),
            ("links", ((e.type, _row(LINK, e.values, _start=e.start, _end=e.end)) for e in links(graph, iris))),
            ("relations", ((e.type, _row(RELATION, e.values, _start=e.start, _end=e.end)) for e in relations(graph, iris))),
        )
        for what, rows in sources:
            for kind, some in batches(rows, batch, lambda pair: pair[0]):
                put(what, queries[what, kind], [row for _, row in some])
    return {**counts, "nodes": counts["papers"] + counts["concepts"], "relationships": counts["links"] + counts["relations"]}


def _row(properties: tuple[Property, ...], values: tuple[Value, ...], **more: str) -> dict[str, Any]:
    return {**more, **{p.name: value for p, value in zip(properties, values, strict=True)}}


def _check(address: str) -> None:
    if "@" in address:
        # and not repeated in the message, which may end up in a log
        raise UsageError("the address holds a user name or password; take it out and set NEO4J_USERNAME and NEO4J_PASSWORD")
    found = re.fullmatch(r"([a-z0-9+]+)://[^\s/?#]+/?(\?\S*)?", address)
    if found is None or found[1] not in _SCHEMES:
        raise UsageError(f"{address!r} is no address of a Neo4j server; give one such as bolt://localhost:7687 ({', '.join(_SCHEMES)})")


def _short(error: BaseException) -> str:
    return " ".join(str(error).split())[:300]
