"""What any client must at least cost a Neo4j: the links of a graph, made again with less and less of what a push does.

Part of benchmarks/neo4j_push.py (`--floor`). The server holds the graph, and is warm. Each step is done twice, and the second one counts;
what it made is taken out again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.graph import Graph

#: A relationship of this type is none of a graph's.
_MADE = "MADE_AGAIN"
_ENDS = "MATCH (a:Paper {id: row[0]}) MATCH (b:Concept {id: row[1]})"
#: Of what is there already: nothing goes over the wire, and no end is searched for.
_THERE = "MATCH (a:Paper)-[r]->(b:Concept) CALL (a, r, b) {{ CREATE (a)-[x:{made}]->(b) {set} }} IN TRANSACTIONS OF {batch} ROWS"
Step = tuple[str, Callable[[], None]]


def measure(server: Any, graph: Graph, clock: Callable[[], Any], batch: int = 5_000) -> list[dict[str, Any]]:
    """Each step with its relationships, seconds, and seconds of the processor of both sides."""
    number = graph.counts()["links"]
    found = []
    with server.driver.session(database="neo4j") as session:
        for name, run in _steps(session, graph, batch):
            for _ in range(2):
                session.run(f"MATCH ()-[x:{_MADE}]->() CALL (x) {{ DELETE x }} IN TRANSACTIONS OF 20000 ROWS").consume()
                timed = clock()
                run()
                seconds, cpu, server_cpu = timed.read()
            found.append({"way": name, "relationships": number, "seconds": seconds, "cpu": cpu, "server_cpu": server_cpu})
        session.run(f"MATCH ()-[x:{_MADE}]->() CALL (x) {{ DELETE x }} IN TRANSACTIONS OF 20000 ROWS").consume()
    return found


def _steps(session: Any, graph: Graph, batch: int) -> Iterator[Step]:
    from exports.property_graph import LINK

    def there(set_: str) -> None:
        session.run(_THERE.format(made=_MADE, set=set_, batch=batch)).consume()

    yield "made of what the server has: no property", partial(there, "")
    yield "made of what the server has: one property, the hash", partial(there, "SET x.contentHash = r.contentHash")
    yield "made of what the server has: all properties", partial(there, "SET x = properties(r)")
    # the last ones are spellings of the one before them
    places = [*enumerate(LINK, 2)]
    made = f"{_ENDS} CREATE (a)-[x:{_MADE}]->(b)"
    as_map = "{" + ", ".join(f"{p.name}: row[{place}]" for place, p in places) + "}"
    for name, what in (
        ("sent by us, and counted", "RETURN count(row)"),
        ("sent by us, both ends found", f"{_ENDS} RETURN count(row)"),
        ("sent by us, both ends found, made without a property", made),
        (
            "sent by us, both ends found, made with all properties",
            f"{made} SET {', '.join(f'x.{p.name} = row[{place}]' for place, p in places)}",
        ),
        ("the same, properties as a map", f"{made} SET x = {as_map}"),
        ("the same, by `MERGE`", f"{_ENDS} MERGE (a)-[x:{_MADE}]->(b) SET x = {as_map}"),
    ):
        yield name, partial(_sent, session, graph, batch, f"UNWIND $rows AS row {what}")


def _sent(session: Any, graph: Graph, batch: int, query: str) -> None:
    from exports.iris import Iris
    from exports.neo4j_statements import KINDS, rows_of
    from exports.property_graph import batches

    [kind] = (one for one in KINDS if one.name == "links")
    for _, some in batches(rows_of(kind, graph, Iris()), batch, lambda row: row.of):
        session.execute_write(_run, query, [row.values for row in some])


def _run(transaction: Any, query: str, rows: list[list[Any]]) -> None:
    transaction.run(query, rows=rows).consume()
