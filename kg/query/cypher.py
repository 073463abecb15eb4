"""Cypher over a graph, with the embedded engine Ladybug (the successor of Kùzu).

Nodes are `:Paper` and `:Concept` (its type is the property `type`); relationships are named after the relations, `PROPOSES`,
`EVALUATES_ON`, `KIND_OF` … What properties they have is in docs/how-to/queries.md, and in `NODES` and `EDGES` here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exports.iris import Iris
from kg.errors import UsageError, did_you_mean
from kg.graph import Graph
from kg.model import ConceptRelation, Relation
from kg.query.store import opened
from kg.table import Table, unique

if TYPE_CHECKING:
    import pyarrow as pa

#: Grows when what the store holds changes.
LAYOUT = 1
#: Room of addresses that the engine reserves; its own default of 8 TiB fails where a shell or container limits them.
_ADDRESSES = 1 << 38

_PAPER = (
    "STRING id, STRING uri, STRING title, STRING abstract, STRING[] authors, INT64 year, STRING venue, STRING doi, STRING arxiv, "
    "STRING[] urls"
)
_CONCEPT = (
    "STRING id, STRING uri, STRING name, STRING type, STRING[] aliases, STRING[] acronyms, STRING[] names, STRING[] identifiers, "
    "BOOL known, INT64 papers"
)
_LINK = (
    "STRING from, STRING to, STRING uri, STRING relation, DOUBLE confidence, STRING variant, INT64 support, STRING sentence, "
    "STRING[] sentences"
)
_STATEMENT = "STRING from, STRING to, STRING uri, STRING relation, STRING origin, STRING paper, DOUBLE confidence, STRING sentence"


def _columns(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, kind) for kind, name in (part.split(" ") for part in text.split(", ")))


def relationship(relation: Relation | ConceptRelation) -> str:
    """The name of a relation in Cypher.

    >>> relationship(Relation.EVALUATES_ON)
    'EVALUATES_ON'
    """
    return relation.name


#: Node tables with their properties as (name, type); the first is the key.
NODES: dict[str, tuple[tuple[str, str], ...]] = {"Paper": _columns(_PAPER), "Concept": _columns(_CONCEPT)}
#: Relationship tables: where they begin and end, and their properties.
EDGES: dict[str, tuple[str, str, tuple[tuple[str, str], ...]]] = {
    **{relationship(r): ("Paper", "Concept", _columns(_LINK)[2:]) for r in Relation},
    **{relationship(r): ("Concept", "Concept", _columns(_STATEMENT)[2:]) for r in ConceptRelation},
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
    # Neo4j's type(r) is this engine's label(r)
    made = query
    for token, following in reversed(list(pairwise(tokens))):
        if token[0].lower() == "type" and following[0] == "(":
            made = made[: token.start()] + "label" + made[token.end() :]
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
        names = {name for columns in (*NODES.values(), *(e[2] for e in EDGES.values())) for name, _ in columns}
        hint = f" {did_you_mean(unknown[1], names)}"
    return f"Cypher{where}: {first}{hint}{line}"


# --- values -----------------------------------------------------------------------------------------------------------

_INNER = frozenset(("_ID", "_SRC", "_DST", "_LABEL"))


def _value(value: Any) -> Any:
    """A value of the engine as plain Python; nodes and relationships become dicts with their `label` and properties."""
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
            return {"label": value["_LABEL"], **own}
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
            for name, columns in NODES.items():
                told = ", ".join(f"{n} {kind}" for n, kind in columns)
                connection.execute(f"CREATE NODE TABLE {name} ({told}, PRIMARY KEY (id))")
            for name, (start, end, columns) in EDGES.items():
                told = ", ".join(f"{n} {kind}" for n, kind in columns)
                connection.execute(f"CREATE REL TABLE {name} (FROM {start} TO {end}, {told})")
            for name, file in _tables(graph, folder):
                # the engine's strings know backslashes
                quoted = str(file).replace("\\", "\\\\").replace("'", "\\'")
                connection.execute(f"COPY {name} FROM '{quoted}'")
                file.unlink()
        finally:
            connection.close()


def _tables(graph: Graph, folder: Path) -> Iterator[tuple[str, Path]]:
    """The rows of each table as a Parquet file, nodes first; tables without rows are left out."""
    iris = Iris()
    for name, rows in (("Paper", _papers(graph, iris)), ("Concept", _concepts(graph, iris))):
        yield from _write(folder, rows, {name: NODES[name]})
    link, statement = _columns(_LINK), _columns(_STATEMENT)
    yield from _write(folder, _links(graph, iris), {relationship(r): link for r in Relation})
    yield from _write(folder, _statements(graph, iris), {relationship(r): statement for r in ConceptRelation})


Rows = Iterator[tuple[str, tuple[Any, ...]]]


def _write(folder: Path, rows: Rows, tables: Mapping[str, tuple[tuple[str, str], ...]], size: int = 5000) -> Iterator[tuple[str, Path]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schemas = {name: pa.schema([pa.field(n, _arrow(kind)) for n, kind in columns]) for name, columns in tables.items()}
    writers: dict[str, Any] = {}
    waiting: dict[str, list[tuple[Any, ...]]] = {}

    def flush(name: str) -> None:
        if name not in writers:
            writers[name] = pq.ParquetWriter(folder / f"{name}.parquet", schemas[name])
        columns = [pa.array(column, field.type) for column, field in zip(zip(*waiting[name], strict=True), schemas[name], strict=True)]
        writers[name].write_table(pa.table(columns, schema=schemas[name]))
        waiting[name] = []

    try:
        for name, row in rows:
            waiting.setdefault(name, []).append(row)
            if len(waiting[name]) >= size:
                flush(name)
        for name in [n for n, left in waiting.items() if left]:
            flush(name)
    finally:
        for writer in writers.values():
            writer.close()
    for name in sorted(writers):
        yield name, folder / f"{name}.parquet"


def _arrow(kind: str) -> pa.DataType:
    import pyarrow as pa

    simple = {"STRING": pa.string(), "INT64": pa.int64(), "DOUBLE": pa.float64(), "BOOL": pa.bool_()}
    return pa.list_(simple[kind[:-2]]) if kind.endswith("[]") else simple[kind]


def _papers(graph: Graph, iris: Iris) -> Rows:
    for p in graph.papers():
        yield "Paper", (p.id, iris.paper(p.id), p.title, p.abstract, list(p.authors), p.year, p.venue, p.doi, p.arxiv, list(p.urls))


def _concepts(graph: Graph, iris: Iris) -> Rows:
    counts = graph.paper_counts()
    for c in graph.concepts():
        yield "Concept", (
            c.id, iris.concept(c), c.label, c.type.value, list(c.aliases), list(c.acronyms), list(c.names), list(c.identifiers), c.known,
            counts[c.id],
        )  # fmt: skip


def _links(graph: Graph, iris: Iris) -> Rows:
    papers = graph.papers()
    paper = None
    for link in graph.links():
        # both come sorted by the paper's id
        while paper is None or paper.id != link.paper:
            paper = next(papers)
        sentences = list(dict.fromkeys(paper.text(e.mention.field)[e.sentence_start : e.sentence_end] for e in link.evidence))
        yield relationship(link.relation), (
            link.paper, link.concept, iris.link(link), link.relation.value, link.confidence, link.variant or None, len(link.evidence),
            sentences[0] if sentences else None, sentences,
        )  # fmt: skip


def _statements(graph: Graph, iris: Iris) -> Rows:
    papers = graph.papers()
    paper = None
    for link in sorted(graph.concept_links(), key=lambda s: s.paper):
        sentence = None
        if link.field:
            while paper is None or paper.id != link.paper:
                paper = next(papers)
            sentence = paper.text(link.field)[link.start : link.end]
        yield relationship(link.relation), (
            link.head, link.tail, iris.concept_link(link), link.relation.value, "text" if link.paper else "catalog", link.paper or None,
            link.confidence, sentence,
        )  # fmt: skip
