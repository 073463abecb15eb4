"""SPARQL 1.1 over a graph, with the embedded engine Oxigraph.

The store holds the triples of `kg export GRAPH ntriples` (docs/reference/rdf.md). Prefixes of `ontology.terms` and `kg:` for our own
terms need not be declared.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exports.ntriples import write
from kg.errors import UsageError, did_you_mean
from kg.graph import Graph
from kg.query.store import opened
from kg.table import Table, cell
from ontology.terms import BASE, CLASSES, ONTOLOGY, PREFIX, PREFIXES, PROPERTIES

if TYPE_CHECKING:
    import pyoxigraph

#: Grows when what the store holds changes.
LAYOUT = 1


def prefixes() -> dict[str, str]:
    """Prefix → namespace, as queries may use them undeclared."""
    return {**PREFIXES, PREFIX: BASE + ONTOLOGY}


def select(graph: Graph, query: str) -> Table:
    """The answer to a SPARQL query.

    SELECT gives its variables as columns, ASK one column `answer`, CONSTRUCT and DESCRIBE the triples as subject, predicate,
    object. Numbers, booleans and years come as Python's, other literals and IRIs as strings, what is unbound as None. Without
    ORDER BY the rows are sorted, so that they always come in one order.

    Args:
        graph: its store is made on first use (`kg.query.store`).
        query: SELECT, ASK, CONSTRUCT or DESCRIBE.

    Raises:
        UsageError: an update, a SERVICE, or what the engine does not take; with line and column.
        EnvironmentError_: the store cannot be made.
    """
    import pyoxigraph

    words = _check(query)
    store = opened(graph, "sparql", f"{pyoxigraph.__version__} {LAYOUT}", lambda folder: make(graph, folder), _open)
    try:
        answer = store.query(query, prefixes=prefixes())
        if isinstance(answer, pyoxigraph.QueryBoolean):
            return Table(("answer",), [(bool(answer),)])
        if isinstance(answer, pyoxigraph.QueryTriples):
            triples = {tuple(map(_value, triple)) for triple in answer}
            return Table(("subject", "predicate", "object"), sorted(triples, key=_order))
        columns = tuple(variable.value for variable in answer.variables)
        rows = [tuple(_value(solution[c]) for c in columns) for solution in answer]
    except SyntaxError as error:
        raise UsageError(_explain(str(error), query)) from None
    except (OSError, RuntimeError, ValueError) as error:
        raise UsageError(f"SPARQL: {error}") from None
    if "ORDER" not in words:
        rows.sort(key=_order)
    return Table(columns, rows, () if rows else _unknown_terms(query))


def _open(folder: Path) -> pyoxigraph.Store:
    import pyoxigraph

    return pyoxigraph.Store.read_only(str(folder))


def make(graph: Graph, folder: Path) -> None:
    """Writes the store of a graph into an empty folder."""
    import pyoxigraph

    triples = folder.with_name(folder.name + ".nt.part")
    try:
        write(graph, triples)
        store = pyoxigraph.Store(str(folder))
        store.bulk_load(path=str(triples), format=pyoxigraph.RdfFormat.N_TRIPLES)
        store.flush()
        # the files are complete when the last handle is gone
        del store
    finally:
        triples.unlink(missing_ok=True)


# --- what is let through ----------------------------------------------------------------------------------------------

_TOKEN = re.compile(
    r"#[^\n]*|<[^<>\"{}|^`\\\s]*>|'''.*?'''|\"\"\".*?\"\"\"|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"|[?$]\w+|@\w+|[\w.-]*:[^\s(){}\[\],;<>\"'|^/*+?]*|\w+|\S",
    re.DOTALL,
)
_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_UPDATES = frozenset(("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"))


def _check(query: str) -> frozenset[str]:
    """The words of a query in capitals, once it is known to be one that reads from the store alone."""
    tokens = [t for t in _TOKEN.finditer(query) if not t[0].startswith("#")]
    at = 0
    while at < len(tokens) and (word := tokens[at][0].upper()) in ("PREFIX", "BASE"):
        at += 3 if word == "PREFIX" else 2
    if at >= len(tokens):
        raise UsageError(
            "SPARQL: the query is empty; give one such as 'SELECT ?title { ?paper a kg:Paper ; dcterms:title ?title } LIMIT 5'"
        )
    first = tokens[at][0].upper()
    if first in _UPDATES:
        raise UsageError(
            f"SPARQL, {_place(query, tokens[at].start())}: {first} is refused, stores are read-only and made from the graph; "
            "change the papers or the catalog and build again"
        )
    if first not in _FORMS:
        raise UsageError(
            f"SPARQL, {_place(query, tokens[at].start())}: a query begins with SELECT, ASK, CONSTRUCT or DESCRIBE, "
            f"found {tokens[at][0][:40]!r}"
        )
    for token in tokens:
        if token[0].upper() == "SERVICE":
            raise UsageError(f"SPARQL, {_place(query, token.start())}: SERVICE is refused, queries do not reach the network")
    return frozenset(t[0].upper() for t in tokens)


def _place(query: str, offset: int) -> str:
    line = query.count("\n", 0, offset)
    return f"line {line + 1}, column {offset - (query.rfind(chr(10), 0, offset) + 1) + 1}"


def _explain(message: str, query: str) -> str:
    place = re.match(r"error at (\d+):(\d+): (.*)", message, re.DOTALL)
    if not place:
        return f"SPARQL: {message}"
    line, column = int(place[1]), int(place[2])
    lines = query.splitlines()
    shown = f"\n{lines[line - 1]}\n{' ' * (column - 1)}^" if 0 < line <= len(lines) else ""
    told = re.sub(r"\bexpected one of ", "expected ", place[3].strip())
    return f"SPARQL, line {line}, column {column}: {told}{shown}"


def _unknown_terms(query: str) -> tuple[str, ...]:
    """Notes on terms of ours that do not exist: a misspelt one finds nothing, and the engine does not mind."""
    known = {*CLASSES, *PROPERTIES}
    own = prefixes()[PREFIX]
    told = []
    for token in _TOKEN.finditer(query):
        for start in (f"{PREFIX}:", f"<{own}"):
            name = token[0].removeprefix(start).rstrip(">.")
            if token[0].startswith(start) and name and name not in known:
                told.append(f"the graph knows no {PREFIX}:{name}; {did_you_mean(name, known)}")
    return tuple(dict.fromkeys(told))


# --- values -----------------------------------------------------------------------------------------------------------

_XSD = PREFIXES["xsd"]
_WHOLE = frozenset(
    f"{_XSD}{name}" for name in ("integer", "int", "long", "short", "nonNegativeInteger", "positiveInteger", "unsignedInt", "gYear")
)
_BROKEN = frozenset(f"{_XSD}{name}" for name in ("decimal", "double", "float"))


def _value(term: Any) -> Any:
    import pyoxigraph

    if term is None:
        return None
    if isinstance(term, pyoxigraph.Literal):
        kind = term.datatype.value
        try:
            if kind in _WHOLE:
                return int(term.value)
            if kind in _BROKEN:
                return float(term.value)
        except ValueError:
            # an ill-typed literal is what it says
            return term.value
        return term.value == "true" if kind == f"{_XSD}boolean" else term.value
    return term.value if isinstance(term, pyoxigraph.NamedNode) else str(term)


def _order(row: tuple[Any, ...]) -> tuple[tuple[int, float, str], ...]:
    # None first, then numbers, then the rest as text: values of unlike types have no order of their own
    return tuple((0, 0.0, "") if v is None else (1, float(v), "") if isinstance(v, int | float) else (2, 0.0, cell(v)) for v in row)
