"""Questions that are asked of every graph, each in SPARQL and in Cypher with equal answers.

A question is two files in `kg/query/cookbook/`, `NN-name.rq` and `NN-name.cypher`. Both begin with comments: the question, then
its parameters, one a line:

    # Which papers use X, for which task, on which dataset?
    # @param x concept "BERT": id or any name of a concept

Both files run as they stand, elsewhere too: the SPARQL has the defaults in lines
`VALUES ?x { "BERT" "BERT"@en }`, the Cypher takes `$x`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, Protocol

from kg.errors import DataError, UsageError, did_you_mean
from kg.graph import Graph
from kg.model import ConceptType
from kg.table import Table

Language = Literal["sparql", "cypher"]
LANGUAGES: tuple[Language, ...] = ("sparql", "cypher")
_ENDINGS: dict[str, Language] = {".rq": "sparql", ".cypher": "cypher"}
_NUMBERS: dict[str, tuple[Callable[[Any], float], str]] = {"integer": (int, "a whole number"), "number": (float, "a number")}
_PARAM = re.compile(r"@param (\w+) (concept|paper|type|integer|number) \"(.*)\": (.+)")


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter: a concept (by id or any name), a paper (by id or title), a type of concepts, a whole number or any number."""

    name: str
    kind: str
    default: str
    about: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its two texts; `number` counts from 1."""

    number: int
    name: str
    title: str
    params: tuple[Param, ...]
    sparql: str
    cypher: str

    def text(self, language: Language, values: Mapping[str, str | float] | None = None) -> str:
        """The query; in SPARQL with values in place of the defaults, in Cypher with its `$name` as they are."""
        if language == "cypher":
            return self.cypher
        made = self.sparql
        for name, value in (values or {}).items():
            made = _with_value(made, name, value)
        return made


@cache
def questions() -> dict[str, Question]:
    """All questions by name, in the order of their numbers."""
    texts: dict[str, dict[str, str]] = {}
    for file in files("kg.query").joinpath("cookbook").iterdir():
        stem, dot, ending = file.name.rpartition(".")
        if dot + ending in _ENDINGS:
            texts.setdefault(stem, {})[_ENDINGS[dot + ending]] = file.read_text(encoding="utf-8")
    found = {}
    for stem in sorted(texts):
        number, _, name = stem.partition("-")
        title, params = _head(texts[stem]["sparql"])
        found[name] = Question(int(number), name, title, params, texts[stem]["sparql"], texts[stem]["cypher"])
    return found


def question(name: str) -> Question:
    """The question of a name or number.

    Raises:
        UsageError: there is none; the message names near ones.
    """
    known = questions()
    for found in known.values():
        if name in (found.name, str(found.number)):
            return found
    raise UsageError(f"no question {name!r} in the cookbook; {did_you_mean(name, known)}")


def ask(
    graph: Graph,
    name: str,
    params: Mapping[str, Any] | None = None,
    *,
    language: str = "sparql",
    timeout: float | None = None,
    limit: int | None = None,
) -> Table:
    """The answer to a question of the cookbook.

    Args:
        name: of the question, or its number.
        params: values by name; the rest takes its default. A concept goes by its id or any of its names, in any case,
            hyphenation and number; where a name has several concepts, the one with most papers is taken and a note says so.
        language: sparql or cypher; the answers are equal.
        timeout: seconds, as in `kg.query.sparql.select`.
        limit: rows at most; a table with fewer rows than there are is `cut`, and a note says so.

    Raises:
        QueryStopped: the time is over, or the memory used up.
        UsageError: no such question, parameter or language, or a value that does not fit.
        DataError: no concept of the graph has that name.
    """
    from kg.query import child, cypher, sparql

    asked = question(name)
    if language not in LANGUAGES:
        raise UsageError(f"no query language {language!r}; {did_you_mean(language, LANGUAGES)}")
    found, notes = values(graph, asked, params)
    if language == "sparql":
        table = sparql.select(graph, asked.text("sparql", found), timeout=timeout, limit=limit)
    elif timeout is None:
        table = cypher.select(graph, asked.text("cypher"), found, limit=limit)
    else:
        table = child.cypher(graph, asked.text("cypher"), found, timeout=timeout, limit=limit)
    return Table(table.columns, in_order(asked, table.rows), (*notes, *table.notes), table.cut)


class Names(Protocol):
    """What is asked to find the concepts and papers that parameters name."""

    def concepts(self, name: str) -> Sequence[tuple[str, str]]:
        """Id and type of the concepts of an id or a name, the likeliest first."""

    def near_concepts(self, name: str) -> str:
        """What to say of a name that there is not: names like it."""

    def paper(self, name: str) -> str | None:
        """The id of the paper of an id or a title in any case."""

    def near_papers(self, name: str) -> str:
        """What to say of a paper that there is not."""


class OfGraph:
    """The names of a graph."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def concepts(self, name: str) -> Sequence[tuple[str, str]]:
        return [(c.id, c.type.value) for c in self._graph.find(name)]

    def near_concepts(self, name: str) -> str:
        names = {n for c in self._graph.concepts() for n in (c.id, *c.names)}
        return did_you_mean(name, names) if names else "the graph has no concepts"

    def paper(self, name: str) -> str | None:
        if self._graph.has_paper(name):
            return name

        def first_by_title() -> dict[str, str]:
            table = self._graph.columns("papers", ["id", "title"])
            found: dict[str, str] = {}
            for id_, title in zip(table["id"].to_pylist(), table["title"].to_pylist(), strict=True):
                found.setdefault(title.casefold(), id_)
            return found

        titles: dict[str, str] = self._graph.cached("papers by title", first_by_title)
        return titles.get(" ".join(name.split()).casefold())

    def near_papers(self, name: str) -> str:
        rows = self._graph.rows("papers", ["id", "title"])
        return did_you_mean(name, {n for row in rows for n in (row["id"], row["title"].casefold())})


def values(graph: Graph | Names, asked: Question, params: Mapping[str, Any] | None = None) -> tuple[dict[str, str | float], list[str]]:
    """What the parameters of a question stand for in a graph (ids for names), and notes on names that mean several things.

    Raises:
        UsageError: no such parameter, or a value that does not fit.
        DataError: no concept or paper of the graph has that name.
    """
    given = dict(params or {})
    known = [p.name for p in asked.params]
    for wrong in given.keys() - {*known}:
        tail = did_you_mean(wrong, known) if known else "it has none"
        raise UsageError(f"the question {asked.name} has no parameter {wrong!r}; {tail}")
    notes: list[str] = []
    names = OfGraph(graph) if isinstance(graph, Graph) else graph
    return {p.name: _read(names, p, given.get(p.name, p.default), notes) for p in asked.params}, notes


def in_order(asked: Question, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows as `ask` has them: those of a question that does not sort them itself are sorted."""
    return rows if "ORDER BY" in asked.cypher else sorted(rows, key=lambda row: tuple(map(str, row)))


def _read(names: Names, param: Param, value: Any, notes: list[str]) -> str | float:
    if param.kind in _NUMBERS:
        of, what = _NUMBERS[param.kind]
        try:
            return of(value)
        except (TypeError, ValueError):
            raise UsageError(f"the parameter {param.name} is {what}, found {value!r}") from None
    if param.kind == "paper":
        paper = names.paper(str(value))
        if paper is None:
            near = names.near_papers(str(value))
            raise DataError(f"no paper of the graph has the id or title {value!r}; {near}; give {param.name}=ID")
        return paper
    if param.kind == "type":
        for known in ConceptType:
            if known.value.casefold() == str(value).casefold():
                return known.value
        raise UsageError(f"the parameter {param.name} is a type of concepts, found {value!r}; {did_you_mean(str(value), ConceptType)}")
    found = names.concepts(str(value))
    if not found:
        raise DataError(f"no concept of the graph is called {value!r}; {names.near_concepts(str(value))}; give {param.name}=NAME")
    if len(found) > 1:
        others = ", ".join(f"{id_} ({type_})" for id_, type_ in found[1:6])
        notes.append(f"{value!r} is taken for {found[0][0]} ({found[0][1]}); it may also mean {others}")
    return found[0][0]


def _head(text: str) -> tuple[str, tuple[Param, ...]]:
    """The question and the parameters that the comments at the beginning of a file tell."""
    lines = []
    for line in text.splitlines():
        if not line.startswith(("# ", "// ")):
            break
        lines.append(line.lstrip("#/").strip())
    params = [Param(*m.groups()) for line in lines if (m := _PARAM.fullmatch(line))]
    return lines[0], tuple(params)


def _with_value(text: str, name: str, value: str | float) -> str:
    import pyoxigraph

    # ids are plain strings, names are in English; given as they are stored, the index finds them
    made = f"{pyoxigraph.Literal(value)} {pyoxigraph.Literal(value, language='en')}" if isinstance(value, str) else str(value)
    return re.sub(rf"VALUES \?{name} {{ .* }}", lambda _: f"VALUES ?{name} {{ {made} }}", text)


def shown(name: str) -> str:
    """Both texts of a question, as Markdown shows them, with what they are called and take.

    Raises:
        UsageError: there is no such question.
    """
    found = question(name)
    params = "".join(f"  {p.name}={p.default}  {p.about}\n" for p in found.params)
    texts = "".join(f"\n--- {language}\n{_body(found.text(language))}" for language in LANGUAGES)
    return f"{found.number}. {found.name}: {found.title}\n{params}{texts}"


def reference() -> str:
    """The questions as Markdown: docs/reference/cookbook.md, which a test holds equal to this."""
    parts = [
        (
            "# The cookbook\n\nWritten by `kg.query.cookbook.reference()` from the files in `kg/query/cookbook/`; how to ask them is in "
            "[queries](../how-to/queries.md).\n"
        )
    ]
    for found in questions().values():
        params = "".join(f"- `{p.name}` ({p.kind}, default `{p.default}`): {p.about}\n" for p in found.params)
        texts = "\n".join(f"```{language}\n{_body(found.text(language))}```\n" for language in LANGUAGES)
        parts.append(f"## {found.number}. {found.name}\n\n{found.title}\n\n{params}\n{texts}")
    return "\n".join(parts)


def _body(text: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(("# ", "// ")))
