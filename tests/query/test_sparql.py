from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from exports.ntriples import write
from kg.errors import UsageError
from kg.graph import Graph
from kg.query import sparql, store

P = "PREFIX kg: <https://example.org/kg/ontology#>\n"


def test_the_store_holds_the_triples_of_the_export(asked: Graph, tmp_path: Path) -> None:
    written = write(asked, tmp_path / "graph.nt")
    assert sparql.select(asked, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").rows == [(written.counts["triples"],)]
    assert all(p.suffix == "" for p in store.stores_of(asked).iterdir())


def test_values_are_python(asked: Graph) -> None:
    (row,) = sparql.select(
        asked,
        """SELECT ?id ?title ?year ?known ?confidence ?nothing ?p {
          ?p kg:id ?id ; dcterms:title ?title ; dcterms:issued ?year ; kg:uses ?c . ?c kg:known ?known .
          ?link rdf:subject ?p ; rdf:object ?c ; kg:confidence ?confidence
          FILTER(?year < "2020"^^xsd:gYear)
        }""",
    ).rows
    title = "BERT reads “paragraphs” 😀"
    assert row == ("arxiv:0001.00001", title, 2019, True, 0.95, None, "https://example.org/kg/paper/arxiv:0001.00001")
    assert [type(v) for v in row[2:5]] == [int, bool, float]


def test_forms(asked: Graph) -> None:
    assert sparql.select(asked, "ASK { ?p a kg:Paper }") == sparql.Table(("answer",), [(True,)])
    built = sparql.select(asked, 'CONSTRUCT { ?p kg:uses ?c } { ?p kg:uses ?c ; kg:id "acl:X-1" }')
    assert built.columns == ("subject", "predicate", "object")
    assert built.rows == [
        ("https://example.org/kg/paper/acl:X-1", "https://example.org/kg/ontology#uses", "https://example.org/kg/concept/bert")
    ]
    described = sparql.select(asked, "DESCRIBE <https://example.org/kg/concept/bert>").rows
    assert (
        described == sorted(described)
        and ("https://example.org/kg/concept/bert", "https://example.org/kg/ontology#id", "bert") in described
    )


def test_rows_without_order_are_sorted(asked: Graph) -> None:
    rows = sparql.select(asked, "SELECT ?id ?year { ?p a kg:Paper ; kg:id ?id OPTIONAL { ?p dcterms:issued ?year } }").rows
    assert rows == sorted(rows, key=lambda r: r[0]) and len(rows) == 4
    down = sparql.select(asked, "SELECT ?id { ?p a kg:Paper ; kg:id ?id } ORDER BY DESC(?id)").rows
    assert down == sorted(down, reverse=True)


def test_own_prefixes_win(asked: Graph) -> None:
    assert sparql.select(asked, "PREFIX kg: <http://elsewhere.example/> SELECT ?p { ?p a kg:Paper }").rows == []
    assert len(sparql.select(asked, P + "SELECT ?p { ?p a kg:Paper }")) == 4


@pytest.mark.parametrize(
    "query",
    [
        "INSERT DATA { <a:b> <a:c> <a:d> }",
        "# SELECT\nPREFIX a: <b:> DELETE WHERE { ?s ?p ?o }",
        "CLEAR ALL",
        "DROP ALL",
        "LOAD <file:///etc/hostname>",
        "WITH <a:b> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    ],
)
def test_updates_are_refused(asked: Graph, query: str) -> None:
    with pytest.raises(UsageError, match=r"SPARQL, line \d, column \d+: [A-Z]+ is refused, stores are read-only"):
        sparql.select(asked, query)


def test_service_is_refused_but_its_name_is_not(asked: Graph) -> None:
    with pytest.raises(UsageError, match="line 1, column 12: SERVICE is refused, queries do not reach the network"):
        sparql.select(asked, "SELECT * { SERVICE <http://localhost:1/> { ?s ?p ?o } }")
    query = "SELECT ?service ('SERVICE <x>' AS ?b) { ?service a <http://e.example/#SERVICE> } # SERVICE"
    assert sparql.select(asked, query).rows == []


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT ?s\n{ ?s ?p ?o } LIMIT x", "SPARQL, line 2, column 20: expected "),
        ("SELECT ?s { ?s nope:x ?o }", "SPARQL, line 1, column 22: Prefix not found\n"),
        ("SELECT ?s { ?s a Paper }", 'SPARQL, line 1, column 23: expected ".", ":"\n'),
        ("ASK { } LIMIT x", "0…9"),
        ("  # nothing", "the query is empty"),
        ("MATCH (p:Paper) RETURN p", "a query begins with SELECT, ASK, CONSTRUCT or DESCRIBE, found 'MATCH'"),
        ("SELECT ?x ?x { }", "Duplicated variable"),
    ],
)
def test_wrong_queries_say_what_and_where(asked: Graph, query: str, message: str) -> None:
    with pytest.raises(UsageError) as error:
        sparql.select(asked, query)
    assert message in str(error.value)


def test_a_line_marks_the_place(asked: Graph) -> None:
    with pytest.raises(UsageError) as error:
        sparql.select(asked, "SELECT ?s\n{ ?s ?p ?o } LIMIT x")
    assert str(error.value).splitlines()[1:] == ["{ ?s ?p ?o } LIMIT x", "                   ^"]


def test_unknown_terms_are_told_where_nothing_is_found(asked: Graph) -> None:
    (note,) = sparql.select(asked, P + "SELECT ?p { ?p kg:propose ?c }").notes
    assert note.startswith("the graph knows no kg:propose; did you mean proposes")
    assert sparql.select(asked, "SELECT ?p { ?p kg:trainedOn ?c }").notes == ()


def test_a_graph_without_papers(make_graph: Callable[..., Graph]) -> None:
    assert sparql.select(make_graph("empty", papers=0), "SELECT ?p { ?p a kg:Paper }").rows == []


def test_two_stores_of_one_graph_stand_beside_each_other(make_graph: Callable[..., Graph]) -> None:
    from kg.query import cypher

    graph = make_graph("both")
    sparql.select(graph, "ASK { }")
    cypher.select(graph, "RETURN 1")
    assert {p.name.split("-")[0] for p in store.stores_of(graph).iterdir()} == {"sparql", "cypher"}
    folder = next(p for p in store.stores_of(graph).iterdir() if p.name.startswith("sparql"))
    (folder / "CURRENT").write_text("broken")
    assert sparql.select(graph, "ASK { ?p a kg:Paper }").rows == [(True,)]
