"""A Cypher script: constraints, then nodes and relationships in batches, with MERGE, so that it can be run again.

A row is one string, its fields and lists split by characters that stand in no text of the graph. The server reads that
much quicker than maps written out as literals, whose every value it plans for.

Every statement ends with `;` at the end of a line, and no other line ends so, whatever the texts hold: line ends within strings
are escapes, and a string never ends a line without its quote and a bracket or comma. So `cypher-shell -f` reads the file, and so
does `statements` for a driver.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from exports import Written
from exports.files import replacing
from exports.iris import Iris
from exports.property_graph import (
    CONCEPT,
    CONSTRAINTS,
    INDEXES,
    LINK,
    LINK_TYPES,
    PAPER,
    RELATION,
    TYPE_LABELS,
    Property,
    Value,
    batches,
    concepts,
    links,
    papers,
    relations,
    separators,
    with_totals,
)
from kg.errors import UsageError
from ontology.terms import BASE

if TYPE_CHECKING:
    from kg.graph import Graph

__all__ = ["edge_query", "literal", "node_query", "statements", "write"]

_ENDS = (Property("_start", "string", "id of the node it begins at"), Property("_end", "string", "id of the node it ends at"))
# a field as a value of its kind; the mark {none} says that there is no value, where an empty text is one
_VALUES = {
    "string": "CASE {f} WHEN {none} THEN null ELSE {f} END",
    "string[]": "CASE {f} WHEN {none} THEN null ELSE split({f}, {item}) END",
    "long": "toInteger({f})",
    "long[]": "CASE {f} WHEN {none} THEN null ELSE [x IN split({f}, {item}) | toInteger(x)] END",
    "double": "toFloat({f})",
    "boolean": "toBoolean({f})",
}
_SPECIAL = re.compile(r"[\\'\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def write(graph: Graph, path: Path | str, *, overwrite: bool = False, base: str = BASE, batch: int = 500) -> Written:
    """Writes the script. Memory does not grow with the papers.

    Running it again changes nothing. Run after a newer export of the same papers, it brings what is there up to date: properties
    that are gone are taken away, a link whose relation changed is replaced, and what others wrote on the nodes stays. Papers and
    concepts that the newer graph no longer has are not removed.

    Args:
        base: what IRIs begin with, as in the RDF exports.
        batch: rows in one statement; each statement is one transaction.

    Raises:
        UsageError: the file exists and `overwrite` is false, the base is no web address, or `batch` is below 1.
        DataError: the texts leave no characters to separate fields with.
        EnvironmentError_: it cannot be written.
    """
    if batch < 1:
        raise UsageError(f"batch is {batch}; a statement needs at least one row, 500 is usual")
    iris = Iris(base)
    marks = separators(graph, 3)
    counts = {"papers": 0, "concepts": 0, "links": 0, "relations": 0, "statements": 0}
    with replacing(path, overwrite) as file:

        def put(what: str, statement: str, rows: int) -> None:
            file.write(statement + ";\n")
            counts["statements"] += 1
            if what:
                counts[what] += rows

        file.write("// paperkg: a graph of papers and concepts for Neo4j 5; can be run again without doubling anything\n")
        for constraint in (*CONSTRAINTS, *INDEXES):
            put("", constraint, 0)
        for what, nodes, known in (("papers", papers(graph, iris), PAPER), ("concepts", concepts(graph, iris), CONCEPT)):
            for _, some in batches(nodes, batch, lambda n: ":".join(n.labels)):
                rows = [n.values for n in some]
                put(what, _rows(rows, known, marks) + node_query(some[0].labels, known, [f"row.{p.name}" for p in known]), len(rows))
        for what, edges, about in (("links", links(graph, iris), LINK), ("relations", relations(graph, iris), RELATION)):
            for type_, found in batches(edges, batch, lambda e: e.type):
                ends = [(e.start, e.end, *e.values) for e in found]
                put(what, _rows(ends, (*_ENDS, *about), marks) + edge_query(what, type_, about), len(ends))
    return Written("cypher", (Path(path),), with_totals(counts), (f"run it: cypher-shell -f {Path(path).name}",))


def statements(script: Path | str) -> Iterator[str]:
    """The statements of a script that `write` wrote, without `;`, for a driver that takes one at a time."""
    lines: list[str] = []
    with Path(script).open(encoding="utf-8", newline="\n") as file:
        for line in file:
            if line.startswith("//") and not lines:
                continue
            lines.append(line)
            if line.endswith(";\n"):
                yield "".join(lines)[:-2]
                lines = []


def node_query(labels: tuple[str, ...], properties: tuple[Property, ...], values: Sequence[str]) -> str:
    """What makes or updates the node of one row; `values` are expressions for its properties, null where there is none.

    >>> print(node_query(("Concept", "Task", "Resource"), CONCEPT[:3], ["row.id", "row.uri", "row.name"]))
    MERGE (n:Concept {id: row.id})
    REMOVE n:Dataset:Architecture:Method:Metric
    SET n:Task:Resource, n.uri = row.uri, n.name = row.name
    """
    (key, id_), *others = zip(properties, values, strict=True)
    text = f"MERGE (n:{labels[0]} {{{key.name}: {id_}}})\n"
    if labels[0] == "Concept":
        # a concept whose type changed since the last run
        text += f"REMOVE n:{':'.join(t for t in TYPE_LABELS if t not in labels)}\n"
    return text + "SET " + ", ".join([f"n:{':'.join(labels[1:])}", *(f"n.{p.name} = {value}" for p, value in others)])


def edge_query(what: str, type_: str, properties: tuple[Property, ...]) -> str:
    """What makes or updates the relationship of one `row`, a map of all properties and of `_start` and `_end`, the ends' ids.

    `what` is "links" (from papers; their other links to the same concept are replaced) or "relations" (between concepts, where one
    says the same as another, and only `uri` tells them apart).
    """
    start = "Paper" if what == "links" else "Concept"
    text = f"MATCH (a:{start} {{id: row._start}})\nMATCH (b:Concept {{id: row._end}})\n"
    key = "" if what == "links" else " {uri: row.uri}"
    text += f"MERGE (a)-[r:{type_}{key}]->(b)\nSET {', '.join(f'r.{p.name} = row.{p.name}' for p in properties)}"
    if what == "links":
        # one link for each pair of paper and concept: of a link whose relation changed since the last run, the old one goes
        others = "|".join(t for t in LINK_TYPES if t != type_)
        text += f"\nWITH a, b\nMATCH (a)-[old:{others}]->(b)\nDELETE old"
    return text


def literal(text: str) -> str:
    r"""A text as a Cypher literal on one line.

    >>> print(literal("it's C:\\data, \\url and\n\x1f"))
    'it\'s C:\\data, \\' + 'url and\n\u001F'
    """
    return "'" + _SPECIAL.sub(_escape, text) + "'"


def _escape(found: re.Match[str]) -> str:
    if found[0] == "\\" and found.string.startswith("u", found.end()):
        # older parsers look for \u before they look at the backslash in front of it
        return "\\\\' + '"
    return _ESCAPES.get(found[0]) or f"\\u{ord(found[0]):04X}"


def _rows(rows: Iterable[tuple[Value, ...]], properties: tuple[Property, ...], marks: list[str]) -> str:
    """The beginning of a statement: makes a map `row` of each row, null where there is no value."""
    field, item, none = marks
    lines = ",\n".join(literal(field.join([_text(value, item, none) for value in row])) for row in rows)
    pairs = [f"{p.name}: {_VALUES[p.kind].format(f=f'f[{n}]', item=literal(item), none=literal(none))}" for n, p in enumerate(properties)]
    return f"UNWIND [\n{lines}\n] AS line\nWITH split(line, {literal(field)}) AS f\nWITH {{{', '.join(pairs)}}} AS row\n"


def _text(value: Value, item: str, none: str) -> str:
    if value is None:
        return none
    if isinstance(value, list):
        return item.join(map(str, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else repr(value)
