"""ORDER BY done by us gives the order that the engine gives."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.query import evaluate, sorting
from kg.query.guard import guard

IRI = "http://a.example/"
#: Values of one kind each, out of order; None is an unbound variable.
COLUMNS = {
    "texts": ['"b"', '"a"', None, '"é"', '"B"', '""', '"😀"', '"\uffee"', '"ab"'],
    "names": ['"b"@en', '"a"@en', None, '"Z"@en', '"a b"@en'],
    "addresses": [f"<{IRI}b>", f"<{IRI}a>", f"<{IRI}B>", None],
    "whole": ["10", "9", "-1", None, "0", "100"],
    "decimals": ["1.5", "-0.25", "10.0", None, "0.3", "0.1", "0.123456789012345", "0.123456789012346"],
    "broken": ["1e1", "9.5e0", "-1e0", None, "1e-3", '"INF"^^xsd:double', '"-INF"^^xsd:double'],
    "truth": ["true", "false", None, "true"],
    "years": ['"2019"^^xsd:gYear', '"0987"^^xsd:gYear', None, '"2001"^^xsd:gYear'],
}
MIXED = {
    "languages": ['"b"@en', '"a"@de'],
    "kinds": ['"b"', '"a"@en', f"<{IRI}a>", "1"],
    "numbers": ["1", "2.5", "1e1"],
    "long years": ['"12019"^^xsd:gYear', '"2001"^^xsd:gYear'],
    "no whole numbers": ['"seven"^^xsd:integer', '"1_0"^^xsd:integer', "2"],
    "large numbers": ["123456789012345678901", "2"],
    "no numbers": ['"x"^^xsd:double', "1e0"],
    "no truth": ['"yes"^^xsd:boolean', "true"],
    "dates": ['"2001-02-03"^^xsd:date', '"2000-02-03"^^xsd:date'],
}


def _rows(values: list[str | None], ties: int) -> str:
    return " ".join(f"({value or 'UNDEF'} {n % ties})" for n, value in enumerate(values))


@pytest.mark.parametrize("order", ["?v", "DESC(?v)", "ASC(?v) ?n", "DESC( ?n ) desc(?v)", "?n ?v"])
@pytest.mark.parametrize("column", [*COLUMNS])
def test_as_the_engine_does(column: str, order: str, monkeypatch: pytest.MonkeyPatch) -> None:
    values = COLUMNS[column]
    query = f"SELECT ?v ?n {{ VALUES (?v ?n) {{ {_rows(values, 2 if '?n' in order else 1)} }} }} ORDER BY {order}"
    store = ox.Store()
    ours = evaluate.table(store, query)
    assert sorting.split(query) is not None
    monkeypatch.setattr(sorting, "split", lambda query: None)
    assert ours == evaluate.table(store, query) and len(ours) == len(values)


@pytest.mark.parametrize("column", [*MIXED])
def test_unlike_values_are_left_to_the_engine(column: str, monkeypatch: pytest.MonkeyPatch) -> None:
    query = f"SELECT ?v ?n {{ VALUES (?v ?n) {{ {_rows(MIXED[column], 1)} }} }} ORDER BY ?v"
    store = ox.Store()
    rows = [tuple(solution) for solution in store.query(query.partition("ORDER")[0], prefixes=evaluate.prefixes())]  # type: ignore[union-attr]
    assert sorting.ordered(rows, [(0, False)]) is None
    ours = evaluate.table(store, query)
    monkeypatch.setattr(sorting, "split", lambda query: None)
    assert ours == evaluate.table(store, query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?a { ?a ?b ?c } ORDER BY STR(?a)",
        "SELECT ?a { ?a ?b ?c } ORDER BY ?a LIMIT 3",
        "SELECT ?a { ?a ?b ?c } ORDER BY ?a VALUES ?b { 1 }",
        "SELECT ?a { { SELECT ?a { ?a ?b ?c } ORDER BY ?a } }",
        "SELECT ?a { ?a ?b '} ORDER BY ?a' }",
        "SELECT ?a { ?a ?b ?c } HAVING(?a > 1) ORDER BY ?a",
        "SELECT ?a { ?a ?b ?c }",
        "SELECT ?a { ?a ?b ?c } ORDER BY DESC(?a) # or { } ORDER BY ?a",
        "SELECT ?a ?b { ?a ?b ?c } LIMIT 3 # } ORDER BY\n",
        "SELECT ?a ?b { ?a ?b ?c } ORDER BY ?b # } ORDER BY\n?a",
    ],
)
def test_what_stays_in_the_query(query: str) -> None:
    assert sorting.split(query) is None


def test_what_is_taken_out() -> None:
    grouped = "SELECT ?a (COUNT(*) AS ?n) { ?a ?b ?c } GROUP BY ?a ORDER  BY DESC(?n) asc( ?a )\n"
    assert sorting.split(grouped) == ("SELECT ?a (COUNT(*) AS ?n) { ?a ?b ?c } GROUP BY ?a", [("n", True), ("a", False)])


def test_a_comment_may_stand_before_it() -> None:
    begin = "SELECT ?a { ?a <http://b.example/#b> ?c } # of { those }"
    assert sorting.split(f"{begin}\nORDER BY ?a") == (begin, [("a", False)])


def test_what_is_no_column_and_what_is_long_is_sorted_by_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    store = ox.Store()
    values = "VALUES (?v ?w) { (1 3) (2 2) (3 1) }"
    assert evaluate.table(store, f"SELECT ?v {{ {values} }} ORDER BY ?w").rows == [(3,), (2,), (1,)]
    monkeypatch.setattr(sorting, "MOST", 2)
    monkeypatch.setattr(sorting, "ordered", lambda rows, keys: pytest.fail("too many"))
    assert evaluate.table(store, f"SELECT ?v {{ {values} }} ORDER BY DESC(?v)").rows == [(3,), (2,), (1,)]


@pytest.mark.parametrize(("order", "expected"), [("?v", [None, "NaN", "-INF", "1"]), ("DESC(?v)", ["1", "-INF", "NaN", None])])
def test_what_is_not_a_number_is_less_than_any(order: str, expected: list[str | None]) -> None:
    """The engine has no order for it, and ends the process where it sorts as many."""
    values = ["1e0", '"NaN"^^xsd:double', "UNDEF", '"-INF"^^xsd:double'] * 30
    *_, solutions = evaluate._solutions(
        ox.Store(), guard(query := f"SELECT ?v {{ VALUES ?v {{ {' '.join(values)} }} }} ORDER BY {order}"), query, None, None, None
    )
    assert [row[0] and row[0].value for row in solutions] == [value for value in expected for _ in range(30)]


def test_a_limit_cuts_after_the_rows_are_sorted() -> None:
    found = evaluate.table(ox.Store(), "SELECT ?v { VALUES ?v { 3 1 2 } } ORDER BY ?v", limit=2)
    assert (found.rows, found.cut) == ([(1,), (2,)], True)
