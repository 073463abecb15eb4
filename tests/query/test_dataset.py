"""Graphs that a protocol names, in place of those that the query names: SPARQL 1.1 Protocol, section 2.1.4."""

from __future__ import annotations

import io

import pyoxigraph as ox
import pytest

from kg.errors import UsageError
from kg.query.evaluate import Dataset, table, write

G1, G2 = "http://e.example/g1", "http://e.example/g2"
DEFAULT = "SELECT ?o { ?s ?p ?o }"
NAMED = "SELECT ?g ?o { GRAPH ?g { ?s ?p ?o } }"


@pytest.fixture(scope="module")
def store() -> ox.Store:
    made = ox.Store()
    s, p = ox.NamedNode("a:s"), ox.NamedNode("a:p")
    made.add(ox.Quad(s, p, ox.Literal(0)))
    made.add(ox.Quad(s, p, ox.Literal(1), ox.NamedNode(G1)))
    made.add(ox.Quad(s, p, ox.Literal(2), ox.NamedNode(G2)))
    return made


@pytest.mark.parametrize(
    ("query", "dataset", "rows"),
    [
        (DEFAULT, None, [(0,)]),
        (DEFAULT, Dataset((G1,), ()), [(1,)]),
        (DEFAULT, Dataset((G1, G2), ()), [(1,), (2,)]),
        (DEFAULT, Dataset((), (G1,)), []),
        (DEFAULT.replace("{", f"FROM <{G2}> {{", 1), Dataset((G1,), ()), [(1,)]),
        (NAMED, None, [(G1, 1), (G2, 2)]),
        (NAMED, Dataset((), (G2,)), [(G2, 2)]),
        (NAMED, Dataset((), (G1, G2)), [(G1, 1), (G2, 2)]),
        (NAMED, Dataset((G1,), ()), []),
        (NAMED.replace("{", f"FROM NAMED <{G1}> {{", 1), Dataset((G1,), (G2,)), [(G2, 2)]),
        ("SELECT ?d ?g ?o { ?s ?p ?d GRAPH ?g { ?s ?p ?o } }", Dataset((G1,), (G2,)), [(1, G2, 2)]),
    ],
)
def test_the_graphs_asked(store: ox.Store, query: str, dataset: Dataset | None, rows: list[tuple[object, ...]]) -> None:
    assert table(store, query, dataset=dataset).rows == rows
    out = io.BytesIO()
    assert write(store, query, out, rows="csv", graph=None, dataset=dataset).rows == len(rows)
    assert sorted(out.getvalue().decode().split()[1:]) == [",".join(map(str, row)) for row in rows]


def test_graphs_that_are_not_there(store: ox.Store) -> None:
    for dataset in (Dataset(("http://e.example/g3",), ()), Dataset((), (G1, "http://e.example/g3"))):
        with pytest.raises(UsageError, match=r"there is no graph 'http://e\.example/g3' here"):
            table(store, DEFAULT, dataset=dataset)
    with pytest.raises(UsageError, match="is no IRI of a graph"):
        table(store, DEFAULT, dataset=Dataset(("no iri",), ()))
