"""One SPARQL query over a store, within bounds: rows for Python, or bytes in a format of the W3C.

Imports little, so that the processes of `kg.query.worker` start fast.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import IO, TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.errors import UsageError, did_you_mean
from kg.query import sorting
from kg.query.columns import Beside
from kg.query.columns.reader import read
from kg.query.guard import Guarded, Kind, guard, tokens_of
from kg.query.limits import Count, NoFormat, Thing, cut_note
from kg.query.results import GRAPHS, ROWS, distinct, write_boolean, write_graph, write_rows
from kg.table import Table, cell
from ontology.terms import BASE, CLASSES, ONTOLOGY, PREFIX, PREFIXES, PROPERTIES

if TYPE_CHECKING:
    from kg.query.columns.answer import Answer

#: One of the things that the engine's parser expected: a word in quotes, a set of characters, a keyword, or a sentence.
_EXPECTED = re.compile(r'"(?:[^"\\]|\\.)*"|\[(?:\'[^\']+\'|[^\'\]])*\]|[^\s,"\[][^,"\[]*')
#: Of a line that an error message shows, so many characters around the place.
SHOWN = 160
#: A store without triples, which says whether a query is one.
_NOTHING = ox.Store()


@dataclass(frozen=True, slots=True)
class Dataset:
    """The graphs that a query is asked of, in place of those that it names itself; None is all that the store holds."""

    default: tuple[str, ...] | None = None
    named: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: rows of a SELECT, the truth of an ASK, or the triples of a graph; `cut` where there were more."""

    kind: Kind
    format: str
    rows: int
    cut: bool


def prefixes() -> dict[str, str]:
    """Prefix → namespace, as queries may use them undeclared."""
    return {**PREFIXES, PREFIX: BASE + ONTOLOGY}


def table(store: ox.Store, query: str, limit: int | None = None, dataset: Dataset | None = None, columns: Beside | None = None) -> Table:
    """The answer as plain Python values; see `kg.query.sparql.select`. `columns` are those beside the store, if there are any.

    Raises:
        UsageError: what `guard` or the engine does not take.
    """
    guarded = guard(query)
    count = Count(limit)
    if guarded.kind == "rows":
        names, solutions = _solutions(store, guarded, query, dataset, columns, limit)
        rows = [tuple(map(_value, solution)) for solution in count(solutions)]
        if not guarded.ordered:
            rows.sort(key=_order)
        return _cut(names, rows, count, () if rows else _unknown_terms(query))
    answer = _ask(store, guarded.text, query, dataset)
    if isinstance(answer, ox.QueryBoolean):
        return Table(("answer",), [(bool(answer),)])
    triples = [tuple(map(_value, triple)) for triple in count(_told(distinct(answer)))]
    return _cut(("subject", "predicate", "object"), sorted(triples, key=_order), count)


def write(
    store: ox.Store,
    query: str,
    out: IO[bytes],
    *,
    rows: str | None,
    graph: str | None,
    limit: int | None = None,
    refuse: bool = False,
    settle: bool = False,
    dataset: Dataset | None = None,
    columns: Beside | None = None,
) -> Written:
    """Writes the answer.

    Args:
        rows: name of the format for SELECT and ASK; None where none will do.
        graph: the same for CONSTRUCT and DESCRIBE.
        limit: rows or triples at most.
        refuse: whether a longer answer is an error; otherwise it is cut.
        settle: whether rows without ORDER BY, and triples, are sorted.
        dataset: the graphs to ask.
        columns: those beside the store, if there are any.

    Raises:
        UsageError: what `guard` or the engine does not take, or a graph that is not there.
        NoFormat: there is none for this form of query.
        TooMuch: more rows than the limit, with `refuse`.
        DataError: a character that the format cannot hold.
    """
    guarded = guard(query)
    format_ = graph if guarded.kind == "graph" else rows
    if format_ is None:
        known = GRAPHS if guarded.kind == "graph" else ROWS
        raise NoFormat(f"SPARQL: the answer to {guarded.form} comes as {', '.join(f'{f.name} ({f.media_type})' for f in known)}")
    count = Count(limit, refuse)
    if guarded.kind == "rows":
        names, found = _solutions(store, guarded, query, dataset, columns, limit)
        solutions: Iterable[sorting.Row] = count(found)
        if settle and not guarded.ordered:
            solutions = sorted(solutions, key=lambda row: tuple(map(str, row)))
        write_rows(out, format_, names, solutions)
        return Written(guarded.kind, format_, count.given, count.more)
    answer = _ask(store, guarded.text, query, dataset)
    if isinstance(answer, ox.QueryBoolean):
        write_boolean(out, format_, bool(answer))
        return Written(guarded.kind, format_, 1, False)
    triples: Iterable[ox.Triple] = count(_told(distinct(answer)))
    write_graph(out, format_, sorted(triples, key=str) if settle else triples, prefixes())
    return Written(guarded.kind, format_, count.given, count.more)


def _solutions(
    store: ox.Store, guarded: Guarded, query: str, dataset: Dataset | None, columns: Beside | None, limit: int | None
) -> tuple[tuple[str, ...], Iterable[sorting.Row]]:
    """The columns and the rows of a SELECT in their order."""
    apart = sorting.split(guarded.text)
    if columns is not None and dataset in (None, Dataset()) and (found := _from_columns(columns, guarded, apart, query, limit)) is not None:
        return found.columns, found
    if apart is not None:
        unsorted, keys = apart
        answer = _ask(store, unsorted, query, dataset)
        names = tuple(variable.value for variable in answer.variables)
        if all(name in names for name, _ in keys):
            rows = [*map(tuple, islice(_told(answer), sorting.MOST + 1))]
            made = sorting.ordered(rows, [(names.index(name), down) for name, down in keys]) if len(rows) <= sorting.MOST else None
            if made is not None:
                return names, made
    answer = _ask(store, guarded.text, query, dataset)
    return tuple(variable.value for variable in answer.variables), map(tuple, _told(answer))


def _from_columns(
    columns: Beside, guarded: Guarded, apart: tuple[str, list[sorting.Key]] | None, query: str, limit: int | None
) -> Answer | None:
    """The answer, where the columns give the one that the engine gives."""
    text, keys = apart or (guarded.text, [])
    readable = read(text, tuple(prefixes().items()))
    if readable is None or (guarded.ordered and not keys and not readable.select.order):
        # rows that a subquery sorts mostly keep its order in the engine, and people count on it
        return None
    # what the engine does not take is an error, whatever we could make of it
    _ask(_NOTHING, guarded.text, query)
    from kg.query.columns.answer import answer

    found = answer(columns.columns, readable, prefixes())
    if found is not None and keys:
        found = found.ordered(keys)
    # which rows are the first is the engine's to say, where the query does not
    return None if found is not None and not guarded.ordered and limit is not None and len(found) > limit else found


def _cut(columns: tuple[str, ...], rows: list[tuple[Any, ...]], count: Count, notes: tuple[str, ...] = ()) -> Table:
    return Table(columns, rows, (*notes, *((cut_note(count.given),) if count.more else ())), count.more)


def _ask(store: ox.Store, text: str, query: str, dataset: Dataset | None = None) -> Any:
    graphs: dict[str, Any] = {}
    if dataset is not None:
        if dataset.default is not None:
            graphs["default_graph"] = [_graph(store, iri) for iri in dataset.default]
        if dataset.named is not None:
            graphs["named_graphs"] = [_graph(store, iri) for iri in dataset.named]
    try:
        return store.query(text, prefixes=prefixes(), **graphs)
    except SyntaxError as error:
        raise UsageError(_explain(str(error), query)) from None
    except (OSError, RuntimeError, ValueError) as error:
        raise UsageError(f"SPARQL: {error}") from None


def _graph(store: ox.Store, iri: str) -> ox.NamedNode:
    try:
        named = ox.NamedNode(iri)
    except ValueError as error:
        raise UsageError(f"SPARQL: {iri[:200]!r} is no IRI of a graph ({error})") from None
    if not store.contains_named_graph(named):
        raise UsageError(f"SPARQL: there is no graph {iri[:200]!r} here; leave it out to ask the default graph, which holds all triples")
    return named


def _told(things: Iterable[Thing]) -> Iterator[Thing]:
    """The things, with the engine's errors as ours."""
    all_ = iter(things)
    while True:
        try:
            thing = next(all_)
        except StopIteration:
            return
        except (OSError, RuntimeError, ValueError) as error:
            raise UsageError(f"SPARQL: {error}") from None
        yield thing


def _explain(message: str, query: str) -> str:
    place = re.match(r"error at (\d+):(\d+): (.*)", message, re.DOTALL)
    if not place:
        return f"SPARQL: {message}"
    line, column = int(place[1]), int(place[2])
    lines = query.split("\n")
    start = max(0, column - 1 - SHOWN // 2)
    shown = f"\n{lines[line - 1][start : start + SHOWN]}\n{' ' * (column - 1 - start)}^" if 0 < line <= len(lines) else ""
    return f"SPARQL, line {line}, column {column}: {_expected(place[3].strip())}{shown}"


def _expected(told: str) -> str:
    """What the engine's parser says it expected, without its sets of characters; a sentence among the words says it all."""
    words = [
        word.strip()
        for word in _EXPECTED.findall(re.sub("^expected (one of )?", "", told).replace("['0'..='9']", "0…9"))
        if not word.startswith("[")
    ]
    if sentences := [word for word in words if not word.startswith('"') and " " in word]:
        return "; ".join(sentences)
    return f"expected {', '.join(words)}" if words else told


def _unknown_terms(query: str) -> tuple[str, ...]:
    """Notes on terms of ours that do not exist: a misspelt one finds nothing, and the engine does not mind."""
    known = {*CLASSES, *PROPERTIES}
    own = prefixes()[PREFIX]
    told = []
    for token in tokens_of(query):
        for start in (f"{PREFIX}:", f"<{own}"):
            name = token.removeprefix(start).rstrip(">.")
            if token.startswith(start) and name and name not in known:
                told.append(f"the graph knows no {PREFIX}:{name}; {did_you_mean(name, known)}")
    return tuple(dict.fromkeys(told))


# --- values -----------------------------------------------------------------------------------------------------------

_XSD = PREFIXES["xsd"]
_WHOLE = frozenset(
    f"{_XSD}{name}" for name in ("integer", "int", "long", "short", "nonNegativeInteger", "positiveInteger", "unsignedInt", "gYear")
)
_BROKEN = frozenset(f"{_XSD}{name}" for name in ("decimal", "double", "float"))


def _value(term: Any) -> Any:
    if term is None:
        return None
    if isinstance(term, ox.Literal):
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
    return term.value if isinstance(term, ox.NamedNode) else str(term)


def _order(row: tuple[Any, ...]) -> tuple[tuple[int, float, str], ...]:
    # None first, then numbers, then the rest as text: values of unlike types have no order of their own
    return tuple((0, 0.0, "") if v is None else (1, v, "") if isinstance(v, int | float) else (2, 0.0, cell(v)) for v in row)
