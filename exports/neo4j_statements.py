"""What is sent to a Neo4j: rows of papers, concepts, links and relations, and the statements that write them.

A row is a list, and a statement names its places: that is half of the bytes of a map, less work to pack, and the server is quicker with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from exports.cypher import node_query
from exports.property_graph import (
    CONCEPT,
    LINK,
    LINK_TYPES,
    PAPER,
    RELATION,
    RELATION_TYPES,
    RESOURCE,
    TYPE_LABELS,
    Property,
    concepts,
    links,
    papers,
    relations,
)

if TYPE_CHECKING:
    from exports.iris import Iris
    from kg.graph import Graph

__all__ = ["KINDS", "Kind", "Row", "pruning", "rows_of", "statement"]


class Kind(NamedTuple):
    """Papers, concepts, links or relations: how they are found on the server, and what they have."""

    name: str
    found: str
    labels: tuple[str, ...]
    properties: tuple[Property, ...]

    @property
    def nodes(self) -> bool:
        return self.name in ("papers", "concepts")

    @property
    def start(self) -> str:
        """The label that its relationships begin at."""
        return "Paper" if self.name == "links" else "Concept"


KINDS = (
    Kind("papers", "(x:Paper)", ("Paper",), PAPER),
    Kind("concepts", "(x:Concept)", TYPE_LABELS, CONCEPT),
    Kind("links", f"(a:Paper)-[x:{'|'.join(LINK_TYPES)}]->(b:Concept)", LINK_TYPES, LINK),
    Kind("relations", f"(a:Concept)-[x:{'|'.join(RELATION_TYPES)}]->(b:Concept)", RELATION_TYPES, RELATION),
)


@dataclass(slots=True)
class Row:
    """What is sent of a node or relationship, and the label or type that its statement has.

    `values` are a node's properties, or the ids of a relationship's ends and then its properties; in the order of `Kind.properties`.
    """

    of: str
    values: list[Any]
    hash: int


def rows_of(kind: Kind, graph: Graph, iris: Iris) -> Iterator[Row]:
    """The rows of a kind, in the order of `exports.property_graph`; streamed."""
    if kind.nodes:
        for node in (papers if kind.name == "papers" else concepts)(graph, iris):
            hash_: Any = node.values[-1]
            yield Row("Paper" if kind.name == "papers" else node.labels[1], [*node.values], hash_)
    else:
        for edge in (links if kind.name == "links" else relations)(graph, iris):
            hash_ = edge.values[-1]
            yield Row(edge.type, [edge.start, edge.end, *edge.values], hash_)


def statement(kind: Kind, of: str, *, fresh: bool = False) -> str:
    """What writes rows of one label or type. `fresh` leaves out the search for a node that is there, or for what a relationship takes the
    place of.

    >>> print(statement(KINDS[3], "USED_FOR"))
    UNWIND $rows AS row
    MATCH (a:Concept {id: row[0]})
    MATCH (b:Concept {id: row[1]})
    FOREACH (old IN [(a)-[r:USED_FOR]->(b) WHERE r.uri = row[2] AND r.contentHash IS NOT NULL | r] | DELETE old)
    CREATE (a)-[x:USED_FOR]->(b)
    SET x.uri = row[2], x.confidence = row[3], x.catalog = row[4], x.paper = row[5], x.field = row[6], x.start = row[7], x.end = row[8], \
x.sentence = row[9], x.contentHash = row[10]
    """
    each = "UNWIND $rows AS row\n"
    if kind.nodes:
        labels = ("Paper", RESOURCE) if kind.name == "papers" else ("Concept", of, RESOURCE)
        if fresh:
            return f"{each}CREATE (x:{':'.join(labels)})\n{_set(kind, 0)}"
        return each + node_query(labels, kind.properties, [f"row[{place}]" for place, _ in enumerate(kind.properties)])
    # what this row takes the place of: a paper has one link to a concept; a place in a text, one relation of a kind
    former = f"[r:{'|'.join(LINK_TYPES)}]->(b) WHERE" if kind.name == "links" else f"[r:{of}]->(b) WHERE r.uri = row[2] AND"
    lines = [
        f"MATCH (a:{kind.start} {{id: row[0]}})",
        "MATCH (b:Concept {id: row[1]})",
        *([] if fresh else [f"FOREACH (old IN [(a)-{former} r.contentHash IS NOT NULL | r] | DELETE old)"]),
        f"CREATE (a)-[x:{of}]->(b)",
        _set(kind, 2),
    ]
    return each + "\n".join(lines)


def _set(kind: Kind, first: int) -> str:
    # one by one: the server takes that quicker than a map, sent or made there
    return "SET " + ", ".join(f"x.{p.name} = row[{place}]" for place, p in enumerate(kind.properties, first))


def pruning(kind: Kind) -> str:
    """What deletes those of a kind that have one of `$hashes`; nodes only where nothing hangs on them."""
    free = " AND NOT (x)--()" if kind.nodes else ""
    return f"MATCH {kind.found} WHERE x.contentHash IN $hashes{free} DELETE x"
