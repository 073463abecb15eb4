"""What columns answer is what the engine answers, and what they are not sure of is left to it."""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import UsageError
from kg.graph import Graph
from kg.query import cookbook, evaluate, sorting, sparql, worker
from kg.query.columns import ABOUT, NAME, Beside, beside, files
from kg.query.columns import answer as answers
from kg.query.columns import rows as solutions
from kg.query.columns.reader import LONGEST, read
from kg.query.guard import guard
from ontology.terms import PROPERTIES
from tests.query import generated

KG = generated.BASE + generated.ONTOLOGY
PREFIXES = evaluate.prefixes()


def _both(lines: list[bytes], folder: Path) -> tuple[ox.Store, files.Columns]:
    store = ox.Store()
    store.load(b"".join(lines), format=ox.RdfFormat.N_TRIPLES)
    files.make(lines, folder)
    return store, Beside(folder).columns


def _ask(columns: files.Columns, text: str) -> answers.Answer | None:
    query = read(text, tuple(PREFIXES.items()))
    return None if query is None else answers.answer(columns, query, PREFIXES)


@pytest.mark.parametrize("seed", range(8))
def test_queries_by_chance_have_the_engines_rows(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    answered = 0
    for n in range(5):
        store, columns = _both(generated.graph(rng), tmp_path / str(n))
        for _ in range(60):
            text = generated.query(rng)
            try:
                found = store.query(text, prefixes=PREFIXES)
            except SyntaxError:
                continue
            made = _ask(columns, text)
            if made is not None:
                rows = Counter(map(tuple, found))
                assert (made.columns, Counter(made), len(made)) == (tuple(v.value for v in found.variables), rows, rows.total()), text
                answered += bool(rows)
    # most others are cut short by what columns leave alone
    assert answered >= 40


LINES = sorted(
    line.encode()
    for line in (
        *(f"<{p}> <{KG}uses> <{c}> .\n" for p, c in zip(generated.PAPERS, generated.CONCEPTS, strict=True)),
        f"<{generated.PAPERS[0]}> <{KG}uses> <{generated.CONCEPTS[1]}> .\n",
        f"<{generated.PAPERS[0]}> <{KG}mentions> <{generated.CONCEPTS[1]}> .\n",
        *(f'<{c}> <{KG}id> "{n}" .\n' for n, c in enumerate(generated.CONCEPTS)),
        *(f'<{c}> <{KG}paperCount> "{n // 2}"^^<{generated.PREFIXES["xsd"]}integer> .\n' for n, c in enumerate(generated.CONCEPTS)),
        f'<{generated.LINKS[0]}> <{KG}sentence> "One." .\n',
        f'<{generated.EVIDENCE[0]}> <{KG}sentence> "Two." .\n',
        f"<{generated.EVIDENCE[0]}> <{generated.PREFIXES['rdf']}type> <{KG}Evidence> .\n",
        f"<{generated.PAPERS[0]}> <{generated.PREFIXES['rdf']}type> <{KG}Paper> .\n",
        f"<{generated.LINKS[0]}> <{generated.PREFIXES['rdf']}subject> <{generated.PAPERS[0]}> .\n",
    )
)
ONE = "VALUES ?p { <https://example.org/kg/paper/p0> }"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[ox.Store, files.Columns]:
    return _both(LINES, tmp_path_factory.mktemp("columns") / "made")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?p ?c { ?p kg:uses ?c }",
        "PREFIX k: <https://example.org/kg/ontology#> SELECT ?p { ?p k:uses/k:id '1' } # a comment",
        "SELECT ?p ?id { ?p kg:uses ?c OPTIONAL { ?c kg:id ?id FILTER(?id > '2') } }",
        "SELECT DISTINCT ?c { ?p kg:uses|kg:mentions ?c }",
        "SELECT ?c (COUNT(DISTINCT ?p) AS ?n) { ?p kg:uses|kg:mentions ?c } GROUP BY ?c",
        "SELECT ?n (COUNT(*) AS ?m) (MAX(?id) AS ?most) { ?c kg:paperCount ?n ; kg:id ?id } GROUP BY ?n",
        "SELECT ?c { ?c kg:paperCount ?n FILTER(?n >= 1 && ?n < 2.5) }",
        "SELECT ?r ?c { VALUES ?r { kg:uses kg:mentions } <https://example.org/kg/paper/p0> ?r ?c }",
        "SELECT ?c { ?p ?r ?c FILTER(?r IN (kg:uses, kg:mentions)) }",
        "SELECT ?p { ?p a kg:Paper MINUS { ?p kg:uses <https://example.org/kg/concept/c9> } }",
        "SELECT ?n ?c { ?c kg:paperCount ?n } ORDER BY DESC(?n) ?c LIMIT 3",
        "SELECT ?n { ?c kg:paperCount ?n } ORDER BY DESC(?n) LIMIT 2",
        "SELECT ?link ?s { ?link rdf:subject ?p ; kg:sentence ?s }",
        "SELECT ?a ?b { ?p kg:uses ?a, ?b FILTER(STR(?a) < STR(?b)) }",
        "SELECT ?v { { BIND(1 AS ?v) } UNION { BIND('x'@en AS ?v) } }",
        "SELECT (STRAFTER(STR(?p), '/p') AS ?n) { ?p a kg:Paper }",
        "SELECT ?p { ?p <https://example.org/kg/ontology#mentions> ?c . { SELECT ?c { ?p kg:uses ?c } } }",
    ],
)
def test_what_is_answered(small: tuple[ox.Store, files.Columns], text: str) -> None:
    store, columns = small
    made, found = _ask(columns, text), [*map(tuple, store.query(text, prefixes=PREFIXES))]  # type: ignore[arg-type]
    assert made is not None and found
    assert Counter(made) == Counter(found)
    assert "LIMIT" not in text or [*made] == found


@pytest.mark.parametrize(
    ("text", "readable"),
    [
        ("SELECT * { ?p kg:uses ?c }", False),
        ("ASK { ?p kg:uses ?c }", False),
        ("BASE <http://a.example/> SELECT ?p { ?p kg:uses ?c }", False),
        ("SELECT ?p FROM <http://a.example/> { ?p kg:uses ?c }", False),
        ("SELECT ?c { GRAPH ?p { ?p kg:uses ?c } }", False),
        ("SELECT ?c { ?p kg:uses ?c FILTER EXISTS { ?c kg:id ?id } }", False),
        ("SELECT ?c { ?p kg:uses ?c FILTER(NOT EXISTS { ?c kg:id ?id }) }", False),
        ("SELECT ?c (RAND() AS ?n) { ?p kg:uses ?c }", False),
        ("SELECT ?c { ?p kg:uses+ ?c }", False),
        ("SELECT ?c { ?p !kg:uses ?c }", False),
        ("SELECT ?c { [] kg:uses ?c }", False),
        ("SELECT ?c { _:b kg:uses ?c }", False),
        ("SELECT ?c { VALUES ?c { UNDEF } ?p kg:uses ?c }", False),
        ("SELECT ?c { ?c kg:id 'a\\u0062' }", False),
        ("SELECT ?c { ?c kg:id '''1''' }", False),
        ("SELECT ?c { ?c kg:id '1'@EN }", False),
        ("SELECT ?c { ?c kg:paperCount 01 }", False),
        ("SELECT ?c { ?c kg:paperCount 1.0 }", False),
        ("SELECT ?c { ?c kg:paperCount '1'^^xsd:integer }", False),
        ("SELECT ?n { VALUES ?n { 1 .5 } }", False),
        ("SELECT ?c { ?c kg:id ?n } LIMIT 1000000000000000000", False),
        (f"SELECT ?n {{ ?p {'(' * 21}kg:uses{')' * 21} ?c . ?c kg:id ?n }}", False),
        (f"SELECT ?n {{ ?p {'/'.join(['(kg:uses|kg:kindOf)'] * 40)} ?n }}", False),
        ("SELECT ?c { ?c kg:paperCount ?n } ORDER BY ?n", False),
        ("SELECT ?c { ?c kg:id ?n } OFFSET 1", False),
        ("SELECT ?c (COUNT(*) AS ?n) { ?p kg:uses ?c } GROUP BY ?c HAVING(COUNT(*) > 1)", False),
        ("SELECT ?c (SUM(?n) AS ?m) { ?c kg:paperCount ?n } GROUP BY ?c", False),
        ("SELECT ?c { ?c kg:id ?n } VALUES ?n { '1' }", False),
        # no predicate that is held, or not all of it
        ("SELECT ?c { ?c kg:support ?n }", True),
        ("SELECT ?s { ?x kg:sentence ?s }", True),
        ("SELECT ?x { ?x kg:sentence 'One.' }", True),
        ("SELECT ?x { ?x a kg:Evidence }", True),
        ("SELECT ?x ?k { ?x a ?k }", True),
        (f"SELECT ?s {{ VALUES ?x {{ <{generated.EVIDENCE[0]}> }} ?x kg:sentence ?s }}", True),
        (f"SELECT ?k {{ <{generated.EVIDENCE[0]}> a ?k }}", True),
        # the engine's say
        ("SELECT ?c { ?p kg:uses ?c } LIMIT 2", True),
        ("SELECT ?c { ?c kg:paperCount ?n } ORDER BY ?n LIMIT 1", True),
        ("SELECT (MAX(?v) AS ?most) { VALUES ?t { '1' 'NaN' } BIND(xsd:double(?t) AS ?v) }", True),
        ("SELECT (MIN(?v) AS ?least) { VALUES ?t { '0' '-0' } BIND(xsd:double(?t) AS ?v) }", True),
        ("SELECT ?c { ?p kg:uses|kg:mentions ?c }", True),
        ("SELECT (COUNT(*) AS ?n) { ?p kg:uses <https://example.org/kg/concept/c9> }", True),
        ("SELECT ?c ?id { ?p kg:uses ?c OPTIONAL { ?c kg:kindOf ?d } OPTIONAL { ?d kg:id ?id } }", True),
        ("SELECT ?c { ?p kg:uses ?c OPTIONAL { ?c kg:kindOf ?d } ?d kg:id ?id }", True),
        ("SELECT ?d { ?p kg:uses ?c OPTIONAL { ?c kg:kindOf ?d } OPTIONAL { ?c kg:id ?i } ?x kg:uses ?d FILTER(BOUND(?d)) }", True),
        ("SELECT ?c { ?p kg:uses ?c FILTER(?other > 1) }", True),
        ("SELECT ?p { ?p kg:uses ?p }", True),
        ("SELECT ?o { ?p ?r ?o }", True),
    ],
)
def test_what_is_left_to_the_engine(small: tuple[ox.Store, files.Columns], text: str, readable: bool) -> None:
    store, columns = small
    store.query(text, prefixes=PREFIXES)
    assert (read(text, tuple(PREFIXES.items())) is not None) == readable
    assert _ask(columns, text) is None


def test_what_is_held_are_terms_of_ours_or_of_others() -> None:
    ours = {name.removeprefix(KG) for name in files.PREDICATES if name.startswith(KG)}
    assert ours < {*PROPERTIES} and len(ours) < len(files.PREDICATES)


def test_long_queries_are_not_kept(small: tuple[ox.Store, files.Columns]) -> None:
    text = "SELECT ?p ?c { ?p kg:uses ?c }"
    assert _ask(small[1], text.ljust(LONGEST)) is not None and _ask(small[1], text.ljust(LONGEST + 1)) is None


def test_a_step_of_many_rows_is_left_to_the_engine(small: tuple[ox.Store, files.Columns], monkeypatch: pytest.MonkeyPatch) -> None:
    text = "SELECT ?p ?q { ?p kg:uses ?c . ?q kg:uses ?d }"
    assert len(_ask(small[1], text) or ()) == 36
    monkeypatch.setattr(solutions, "MOST", 35)
    assert _ask(small[1], text) is None


def test_terms_come_back_as_the_engine_has_them(tmp_path: Path) -> None:
    xsd = generated.PREFIXES["xsd"]
    texts = [
        '"é😀\\n\\"\\\\"',
        '"x"@en-gb',
        f'"007"^^<{xsd}integer>',
        f'"1.50"^^<{xsd}decimal>',
        f'"seven"^^<{xsd}integer>',
        '""',
        "<http://a.example/%20é>",
    ]
    lines = [f"<{generated.PAPERS[0]}> <{KG}id> {text} .\n".encode() for text in texts]
    store, columns = _both(lines, tmp_path / "made")
    found = [row[0] for row in _ask(columns, "SELECT ?v { ?p kg:id ?v }") or ()]
    assert sorted(map(str, found)) == sorted(str(row[0]) for row in store.query("SELECT ?v { ?p ?q ?v }"))  # type: ignore[union-attr]
    assert all(term == next(columns.terms(files.np.array([columns.id(term)]))) for term in found)
    assert columns.id(ox.Literal("nowhere")) is None


@pytest.fixture
def with_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_graph: Callable[..., Graph]) -> Graph:
    monkeypatch.setenv("PAPERKG_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(sparql, "LEAST", 0)
    return make_graph()


def test_all_questions_of_the_cookbook(
    tiny_graph: Graph, cookbook_values: dict[str, dict[str, object]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = {name: cookbook.ask(tiny_graph, name, cookbook_values[name]) for name in cookbook.questions()}
    monkeypatch.setenv("PAPERKG_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(sparql, "LEAST", 0)
    asked: list[bool] = []
    of = evaluate._from_columns
    monkeypatch.setattr(evaluate, "_from_columns", lambda *args: (found := of(*args), asked.append(found is not None))[0])
    assert {name: cookbook.ask(tiny_graph, name, cookbook_values[name]) for name in plain} == plain
    # paths of any length, ORDER BY over expressions, evidence, and LIMITs through ties are the engine's
    assert len(asked) == len(plain) and asked.count(True) >= 26


def test_small_stores_have_none(make_graph: Callable[..., Graph], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERKG_CACHE", str(tmp_path / "cache"))
    assert beside(sparql.ready(make_graph())) is None


def test_in_processes_and_files_too(with_columns: Graph, tmp_path: Path) -> None:
    assert (sparql.ready(with_columns) / NAME / ABOUT).exists()
    text = "SELECT ?p ?c { ?p kg:uses ?c } ORDER BY ?c ?p"
    here = sparql.select(with_columns, text)
    assert len(here) > 2 and here == sparql.select(with_columns, text, timeout=60)
    assert sparql.select(with_columns, text, limit=2).rows == here.rows[:2]
    sparql.write(with_columns, text, tmp_path / "here.csv", "csv")
    sparql.write(with_columns, text, tmp_path / "there.csv", "csv", timeout=60)
    assert (tmp_path / "here.csv").read_bytes() == (tmp_path / "there.csv").read_bytes()
    assert len((tmp_path / "here.csv").read_text().splitlines()) == len(here) + 1


def test_which_rows_a_limit_leaves_is_the_engines_say(with_columns: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    store = ox.Store.read_only(str(sparql.ready(with_columns)))
    text = "SELECT ?p ?c { ?p kg:uses ?c }"
    assert sparql.select(with_columns, text, limit=1) == evaluate.table(store, text, 1)


def test_a_subquery_that_sorts_is_the_engines(with_columns: Graph) -> None:
    columns = beside(sparql.ready(with_columns))
    text = "SELECT ?c ?name {{ {{ SELECT ?c ?n {{ ?c kg:paperCount ?n }} ORDER BY DESC(?n) ?c LIMIT 3 }} ?c skos:prefLabel ?name }} {}"
    answered = []
    for end in ("", "ORDER BY ?name", "ORDER BY ?name LIMIT 2"):
        guarded = guard(text.format(end))
        answered.append(evaluate._from_columns(columns, guarded, sorting.split(guarded.text), guarded.text, None) is not None)  # type: ignore[arg-type]
    assert answered == [False, True, True]


@pytest.mark.parametrize(
    "text", ["{ ?p kg:id ?id } LIMIT few", "{ ?p kg:id ?id } LIMIT -1", "{ ?p kg:id <http://a:b/> }", "{ ?p kg:id <a:%zz> }"]
)
def test_what_is_no_query_is_an_error(with_columns: Graph, text: str) -> None:
    with pytest.raises(UsageError, match="SPARQL, line 1, column"):
        sparql.select(with_columns, f"SELECT ?p {text}")


def test_processes_ask_the_columns_for_files_too(with_columns: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []
    of = evaluate._from_columns
    monkeypatch.setattr(evaluate, "_from_columns", lambda *args: (found := of(*args), asked.append(found is not None))[0])
    request = {"engine": "sparql", "store": str(sparql.ready(with_columns)), "query": "SELECT ?p ?c { ?p kg:uses ?c }"}
    for more in (
        {"as": "table"},
        {"as": "file", "rows": "csv", "graph": None},
        {"as": "file", "rows": "html", "graph": None, "shown": 100},
    ):
        assert worker._answer({**request, **more, "out": str(tmp_path / "out"), "dataset": [None, None]}, {}, sys.stdout)["rows"]
    assert asked == [True] * 3


@pytest.mark.parametrize("name", [ABOUT, "pairs", "values"])
def test_damaged_columns_are_made_again(with_columns: Graph, name: str) -> None:
    text = "SELECT ?c { ?c kg:id ?id }"
    rows = sparql.select(with_columns, text).rows
    file = sparql.ready(with_columns) / NAME / name
    sparql.close()
    whole = file.read_bytes()
    file.write_bytes(whole[:-4])
    assert sparql.select(with_columns, text).rows == rows
    assert file.read_bytes() == whole
