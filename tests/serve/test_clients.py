"""What people ask an endpoint with: rdflib's SPARQLStore and SPARQLWrapper."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, POST, POSTDIRECTLY, RDFXML, TURTLE, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import EndPointInternalError, QueryBadFormed

from kg.graph import Graph
from kg.query import cookbook, sparql

Served = Any
KG = rdflib.Namespace("https://example.org/kg/ontology#")
_NUMBERS = {rdflib.XSD[name] for name in ("integer", "decimal", "double", "boolean")}
PAPERS = "PREFIX kg: <https://example.org/kg/ontology#> SELECT ?id { ?p a kg:Paper ; kg:id ?id }"


@pytest.fixture(scope="module", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PAPERKG_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("format_", ["xml", "json", "csv", "tsv"])
def test_rdflib_queries(served: Served, tiny_graph: Graph, method: Any, format_: str) -> None:
    store = SPARQLStore(served.url, method=method, returnFormat=format_)
    graph = rdflib.Graph(store)
    assert {str(row[0]) for row in graph.query(PAPERS)} == {p.id for p in tiny_graph.papers()}
    if format_ in ("xml", "json"):
        assert graph.query("ASK { ?s ?p ?o }").askAnswer is True


def test_rdflib_reads_it_as_a_graph(served: Served) -> None:
    graph = rdflib.Graph(SPARQLStore(served.url))
    bert = rdflib.URIRef("https://example.org/kg/concept/bert")
    assert graph.value(bert, KG.id) == rdflib.Literal("bert")
    assert len(list(graph.subjects(KG.comparesWith, bert))) == 2
    assert (bert, rdflib.RDF.type, KG.Concept) in graph
    built = graph.query("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o FILTER(?s = <https://example.org/kg/concept/bert>) }").graph
    assert built is not None
    assert set(built) == set(graph.triples((bert, None, None)))


@pytest.mark.parametrize("method", ["GET", POST])
@pytest.mark.parametrize("directly", [False, True])
def test_sparqlwrapper(served: Served, tiny_graph: Graph, method: str, directly: bool) -> None:
    client = SPARQLWrapper(served.url)
    client.setMethod(method)
    if directly and method == POST:
        client.setRequestMethod(POSTDIRECTLY)
    client.setQuery(PAPERS)
    ids = {p.id for p in tiny_graph.papers()}
    client.setReturnFormat(JSON)
    assert {row["id"]["value"] for row in client.queryAndConvert()["results"]["bindings"]} == ids
    client.setReturnFormat(XML)
    found = client.queryAndConvert()
    assert {node.firstChild.data for node in found.getElementsByTagName("literal")} == ids
    client.setReturnFormat(CSV)
    assert set(client.queryAndConvert().decode().splitlines()[1:]) == ids


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
def test_sparqlwrapper_graphs_and_errors(served: Served) -> None:
    client = SPARQLWrapper(served.url)
    client.setQuery("CONSTRUCT WHERE { ?s <https://example.org/kg/ontology#uses> ?o }")
    counts = set()
    for format_ in (TURTLE, RDFXML):
        client.setReturnFormat(format_)
        data = client.queryAndConvert()
        graph = data if isinstance(data, rdflib.Graph) else rdflib.Graph().parse(data=data, format="turtle")
        counts.add(len(graph))
    assert len(counts) == 1
    assert counts.pop() > 5
    client.setReturnFormat(JSON)
    client.setQuery("SELECT ?x { ?x }")
    with pytest.raises(QueryBadFormed, match="line 1, column 17"):
        client.query()
    client.setQuery("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }")
    with pytest.raises(EndPointInternalError, match="SERVICE is refused"):
        client.query()


def test_every_question_of_the_cookbook(served: Served, tiny_graph: Graph) -> None:
    """The rows that the embedded store gives come over HTTP as well."""
    store = SPARQLStore(served.url, returnFormat="json")
    answered = 0
    for question in cookbook.questions().values():
        text = question.text("sparql")
        theirs = [tuple(map(_word, row)) for row in rdflib.Graph(store).query(text)]
        ours = sparql.select(tiny_graph, text)
        assert sorted(map(str, theirs)) == sorted(str(tuple(map(_word, row))) for row in ours)
        answered += bool(ours)
    assert answered > 4


def _word(value: Any) -> str | None:
    """A term of theirs, or a value of ours, as the same word: 1.0 and "1"^^xsd:decimal are one number."""
    plain = value.toPython() if isinstance(value, rdflib.Literal) and value.datatype in _NUMBERS else value
    if isinstance(plain, bool):
        return str(plain).lower()
    return f"{float(plain):.10g}" if isinstance(plain, int | float | Decimal) else None if plain is None else str(plain)
