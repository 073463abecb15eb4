"""Cypher over a graph, with the embedded engine Ladybug (the successor of Kùzu).

Nodes are `:Paper` and `:Concept` (its type is the property `type`); relationships are named after the relations, `PROPOSES`,
`EVALUATES_ON`, `KIND_OF` … They are those of the Neo4j exports, with their properties (`exports.property_graph`), so that a query
works on both; only that concepts have no second label here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exports.iris import Iris
from exports.property_graph import (
    CONCEPT,
    LINK,
    LINK_TYPES,
    PAPER,
    RELATION,
    RELATION_TYPES,
    Property,
    Value,
    batches,
    concepts,
    links,
    papers,
    relations,
)
from kg.errors import UsageError, did_you_mean
from kg.graph import Graph
from kg.query.store import opened
from kg.table import Table, unique

if TYPE_CHECKING:
    import pyarrow as pa

#: Grows when what the store holds changes.
LAYOUT = 2
#: Room of addresses that the engine reserves; its own default of 8 TiB fails where a shell or container limits them.
_ADDRESSES = 1 << 38
_KINDS = {"string": "STRING", "long": "INT64", "double": "DOUBLE", "boolean": "BOOL"}

#: Node tables with their properties; the first is the key.
NODES: dict[str, tuple[Property, ...]] = {"Paper": PAPER, "Concept": CONCEPT}
#: Relationship tables: where they begin and end, and their properties.
EDGES: dict[str, tuple[str, str, tuple[Property, ...]]] = {
    **dict.fromkeys(LINK_TYPES, ("Paper", "Concept", LINK)),
    **dict.fromkeys(RELATION_TYPES, ("Concept", "Concept", RELATION)),
}


def select(graph: Graph, query: str, params: Mapping[str, Any] | None = None) -> Table:
    """The answer to a Cypher query that reads; rows come in one order, but only ORDER BY says in which.

    Args:
        graph: its store is made on first use (`kg.query.store`).
        query: one statement. `type(r)` is understood as Neo4j has it.
        params: values for `$name`.

    Raises:
        UsageError: the query would write or reach a file, or the engine does not take it; with line and column.
        EnvironmentError_: the store cannot be made.

    Note that a pattern of this engine is a walk, where Neo4j's is a trail: one relationship can be matched twice.
    """
    import ladybug

    text = readable(query)
    given = dict(params or {})
    _check_params(text, given)

    def open_(folder: Path) -> ladybug.Database:
        # one thread: rows without ORDER BY come in the same order every time
        return ladybug.Database(folder / "graph.lbug", read_only=True, max_num_threads=1, max_db_size=_ADDRESSES)

    with opened(graph, "cypher", f"{ladybug.__version__} {LAYOUT}", lambda folder: make(graph, folder), open_) as database:
        connection = ladybug.Connection(database, num_threads=1)
        try:
            answer = connection.execute(text, given)
            if isinstance(answer, list):
                raise UsageError("Cypher: one statement at a time; ask them one after the other")
            columns = unique(answer.get_column_names())
            return Table(columns, [tuple(map(_value, row)) for row in answer.get_all()])
        except RuntimeError as error:
            raise UsageError(_explain(str(error), query)) from None
        finally:
            connection.close()


# --- what is let through ----------------------------------------------------------------------------------------------

_TOKEN = re.compile(r"//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|`[^`]*`|[$.:]\s*\w+|\w+|\S", re.DOTALL)
_FIRST = frozenset(("MATCH", "OPTIONAL", "UNWIND", "WITH", "RETURN", "CALL"))
_WRITES = frozenset(
    ("CREATE", "MERGE", "SET", "DELETE", "DETACH", "REMOVE", "DROP", "ALTER", "COPY", "EXPORT", "IMPORT", "INSTALL", "UNINSTALL", "ATTACH",
     "UPDATE", "CHECKPOINT", "COMMENT", "ANALYZE", "BEGIN", "COMMIT", "ROLLBACK", "USE", "FORCE", "FOREACH")
)  # fmt: skip
#: Properties whose names are words of this engine's language, and of Neo4j's are not.
_RESERVED = frozenset(("end", "starts", "ends"))
#: What CALL may be used for: the rest of the engine's table functions read files or change the connection.
_CALLS = frozenset(("SHOW_TABLES", "TABLE_INFO", "SHOW_FUNCTIONS", "DB_VERSION", "SHOW_INDEXES", "STATS_INFO"))


def readable(query: str) -> str:
    """The query for the engine, after a look at whether it only reads.

    The store is opened read-only, but the engine's COPY, EXPORT, LOAD, INSTALL and ATTACH reach beyond the store, to files and
    to the network, and are refused here.

    Raises:
        UsageError: it does more than read, or there are several statements.
    """
    tokens = [t for t in _TOKEN.finditer(query) if not t[0].startswith(("//", "/*"))]
    while tokens and tokens[-1][0] == ";":
        tokens.pop()
    if not tokens:
        raise UsageError("Cypher: the query is empty; give one such as 'MATCH (p:Paper) RETURN p.title LIMIT 5'")
    words = [t[0].upper() for t in tokens]
    start = 0
    while words[start] in ("EXPLAIN", "PROFILE") and start + 1 < len(words):
        start += 1
    for place, word in enumerate(words):
        following = words[place + 1] if place + 1 < len(words) else ""
        if word == ";":
            raise UsageError(f"Cypher, {_place(query, tokens[place].start())}: one statement at a time; ask them one after the other")
        # after these words, and before a bracket or comma, such a word is somebody's variable; as the first word it is a clause
        clause = place == start or (following[:1].isalnum() or following[:1] in ("(", "'", '"', "`", "_"))
        if word in _WRITES and clause:
            raise _refused(query, tokens[place])
        if word == "LOAD" and (place == start or following in ("FROM", "WITH", "EXTENSION")):
            raise _refused(query, tokens[place])
        if word == "CALL" and following not in _CALLS and following != "{":
            allowed = ", ".join(sorted(_CALLS))
            raise UsageError(
                f"Cypher, {_place(query, tokens[place].start())}: CALL is open to {allowed} alone, found {following or 'nothing'}"
            )
    if words[start] not in _FIRST:
        found = tokens[start][0]
        raise UsageError(
            f"Cypher, {_place(query, tokens[start].start())}: a query begins with MATCH, OPTIONAL MATCH, UNWIND, WITH, RETURN or CALL, "
            f"found {found[:40]!r}"
        )
    end = tokens[-1].end()
    return _as_engine(query[:end], tokens)


def _as_engine(query: str, tokens: list[re.Match[str]]) -> str:
    made = query
    texts = ["", *(t[0] for t in tokens), ""]
    for number, token in reversed([*enumerate(tokens)]):
        before, text, following = texts[number : number + 3]
        mark = text[0] if text.startswith(".") else ""
        name = text[len(mark) :].strip()
        if text.lower() == "type" and following == "(":
            # Neo4j's type(r) is this engine's label(r)
            made = made[: token.start()] + "label" + made[token.end() :]
        elif name in _RESERVED and (mark or (before in ("{", ",") and following.startswith(":"))):
            # r.end, and a map's {end: 1}
            made = f"{made[: token.start()]}{mark}`{name}`{made[token.end() :]}"
    return made


def _check_params(query: str, given: Mapping[str, Any]) -> None:
    # the engine takes a missing parameter for null, and so finds nothing
    wanted = {t[0][1:].strip() for t in _TOKEN.finditer(query) if t[0].startswith("$")}
    if missing := sorted(wanted - given.keys()):
        raise UsageError(f"Cypher: no value for the parameter {', '.join('$' + m for m in missing)}; give {missing[0]}=VALUE")
    if spare := sorted(given.keys() - wanted):
        raise UsageError(f"Cypher: the query has no parameter {', '.join('$' + s for s in spare)}; {_known(wanted)}")


def _known(wanted: Iterable[str]) -> str:
    names = sorted(wanted)
    return f"it has {', '.join('$' + n for n in names)}" if names else "it has none"


def _refused(query: str, token: re.Match[str]) -> UsageError:
    return UsageError(
        f"Cypher, {_place(query, token.start())}: {token[0].upper()} is refused, stores are read-only and made from the graph; "
        "change the papers or the catalog and build again (a name like this is written in backticks)"
    )


def _place(query: str, offset: int) -> str:
    line = query.count("\n", 0, offset)
    return f"line {line + 1}, column {offset - (query.rfind(chr(10), 0, offset) + 1) + 1}"


def _explain(message: str, query: str) -> str:
    """The engine's message with our way of telling the place, and what might have been meant."""
    text = re.sub(r"^(?:Parser|Binder|Catalog|Runtime|Connection) exception: ", "", message).strip()
    where, line = "", ""
    if place := re.search(r"\s*\(line: (\d+), offset: (\d+)\)", text):
        # behind the place stands the line with a mark under it; the name of the parser's rule says nothing to a reader
        number, column = int(place[1]), int(place[2])
        text = re.sub(r": expected rule oC_\w+$", "", text[: place.start()])
        where = f", line {number}, column {column + 1}"
        lines = query.splitlines()
        line = f"\n{lines[number - 1]}\n{' ' * column}^" if number <= len(lines) else ""
    first = " ".join(text.split())
    hint = ""
    if unknown := re.search(r"Table (\w+) does not exist", first):
        hint = f" {did_you_mean(unknown[1], [*NODES, *EDGES])}"
    elif unknown := re.search(r"Cannot find property (\w+) for", first):
        names = {p.name for properties in (*NODES.values(), *(e[2] for e in EDGES.values())) for p in properties}
        hint = f" {did_you_mean(unknown[1], names)}"
    return f"Cypher{where}: {first}{hint}{line}"


# --- values -----------------------------------------------------------------------------------------------------------

_INNER = frozenset(("_ID", "_SRC", "_DST", "_LABEL"))


def _value(value: Any) -> Any:
    """A value of the engine as plain Python; nodes and relationships become dicts of `_label` and their properties."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, dict):
        # the engine's two Python back ends write these in capitals or not
        if {k.lower() for k in value} == {"_nodes", "_rels"}:
            parts = {k.lower(): _value(v) for k, v in value.items()}
            return {"nodes": parts["_nodes"], "relationships": parts["_rels"]}
        if "_LABEL" in value:
            # a pattern without a label fills the properties of all tables in
            own = {k: _value(v) for k, v in value.items() if k not in _INNER and v is not None}
            return {"_label": value["_LABEL"], **own}
        return {str(k): _value(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_value(v) for v in value]
    return str(value)


# --- filling the store ------------------------------------------------------------------------------------------------


def make(graph: Graph, folder: Path) -> None:
    """Writes the store of a graph into an empty folder."""
    import ladybug

    with ladybug.Database(folder / "graph.lbug", max_num_threads=1, max_db_size=_ADDRESSES) as database:
        connection = ladybug.Connection(database, num_threads=1)
        try:
            for name, properties in NODES.items():
                connection.execute(f"CREATE NODE TABLE {name} ({_declared(properties)}, PRIMARY KEY ({properties[0].name}))")
            for name, (start, end, properties) in EDGES.items():
                connection.execute(f"CREATE REL TABLE {name} (FROM {start} TO {end}, {_declared(properties)})")
            for name, file in _files(graph, folder):
                # the engine's strings know backslashes
                quoted = str(file).replace("\\", "\\\\").replace("'", "\\'")
                connection.execute(f"COPY {name} FROM '{quoted}'")
                file.unlink()
        finally:
            connection.close()


def _declared(properties: Iterable[Property]) -> str:
    # some names are words of the engine's language
    return ", ".join(f"`{p.name}` {_kind(p)}" for p in properties)


def _kind(property_: Property) -> str:
    base = property_.kind.removesuffix("[]")
    return _KINDS[base] + property_.kind[len(base) :]


def _files(graph: Graph, folder: Path) -> Iterator[tuple[str, Path]]:
    """The rows of each table as a Parquet file, nodes first; tables without rows are left out."""
    iris = Iris()
    ends = (Property("from", "string", ""), Property("to", "string", ""))
    yield from _write(folder, (("Paper", n.values) for n in papers(graph, iris)), NODES)
    yield from _write(folder, (("Concept", n.values) for n in concepts(graph, iris)), NODES)
    columns = {name: (*ends, *properties) for name, (_, _, properties) in EDGES.items()}
    for edges in (links(graph, iris), relations(graph, iris)):
        yield from _write(folder, ((e.type, (e.start, e.end, *e.values)) for e in edges), columns)


def _write(
    folder: Path, rows: Iterable[tuple[str, tuple[Value, ...]]], tables: Mapping[str, tuple[Property, ...]]
) -> Iterator[tuple[str, Path]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    writers: dict[str, Any] = {}
    try:
        for name, some in batches(rows, 5000, lambda row: row[0]):
            schema = pa.schema([pa.field(p.name, _arrow(p)) for p in tables[name]])
            if name not in writers:
                writers[name] = pq.ParquetWriter(folder / f"{name}.parquet", schema)
            values = zip(*(row for _, row in some), strict=True)
            arrays = [pa.array(column, field.type) for column, field in zip(values, schema, strict=True)]
            writers[name].write_table(pa.table(arrays, schema=schema))
    finally:
        for writer in writers.values():
            writer.close()
    for name in sorted(writers):
        yield name, folder / f"{name}.parquet"


def _arrow(property_: Property) -> pa.DataType:
    import pyarrow as pa

    base = property_.kind.removesuffix("[]")
    simple: pa.DataType = {"string": pa.string(), "long": pa.int64(), "double": pa.float64(), "boolean": pa.bool_()}[base]
    return simple if base == property_.kind else pa.list_(simple)
