"""The query half of the SPARQL 1.1 Protocol: what its text and the W3C's tests of it ask for, in our own requests."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import rdflib

from kg.graph import Graph

FORM = "application/x-www-form-urlencoded"
JSON = "application/sparql-results+json"
PAPERS = "SELECT ?id { ?p a kg:Paper ; kg:id ?id }"
Served = Any


# --- the three ways to ask --------------------------------------------------------------------------------------------


def test_get_and_both_posts_give_the_same(served: Served) -> None:
    got = served.get(PAPERS)
    assert (got.status, got.type) == (200, JSON)
    assert len(json.loads(got.body)["results"]["bindings"]) == 8
    for answer in (
        served.post(urlencode({"query": PAPERS}), FORM),
        served.post(urlencode({"query": PAPERS}), FORM + "; charset=UTF-8"),
        served.post(PAPERS),
        served.post(PAPERS, "application/sparql-query; charset=utf-8"),
        served.post(PAPERS, "Application/SPARQL-Query"),
        served.get(PAPERS, unknown="parameters are not minded"),
    ):
        assert (answer.status, answer.body) == (200, got.body)


def test_letters_beyond_ascii_arrive(served: Served) -> None:
    query = "SELECT ?x { VALUES ?x { '模型 😀 é' } }"
    for answer in (
        served.get(query, "text/csv"),
        served.post(query, Accept="text/csv"),
        served.post("query=" + quote(query), FORM, Accept="text/csv"),
    ):
        assert answer.text == "x\r\n模型 😀 é\r\n"


def test_head_and_options(served: Served) -> None:
    head = served.ask("HEAD", "/sparql?" + urlencode({"query": "ASK { }"}))
    assert (head.status, head.body, head.headers["Content-Type"]) == (200, b"", JSON)
    assert int(head.headers["Content-Length"]) == len(served.get("ASK { }").body)
    options = served.ask("OPTIONS")
    assert (options.status, options.headers["Allow"]) == (204, "GET, HEAD, POST, OPTIONS")


# --- formats ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "accept", "type_"),
    [
        (PAPERS, "", JSON),
        (PAPERS, "*/*", JSON),
        (PAPERS, "application/json", JSON),
        (PAPERS, "application/sparql-results+xml", "application/sparql-results+xml"),
        (PAPERS, "application/xml", "application/sparql-results+xml"),
        (PAPERS, "text/csv", "text/csv"),
        (PAPERS, "text/tab-separated-values", "text/tab-separated-values"),
        (PAPERS, f"{JSON};q=0.3, text/csv;q=0.5", "text/csv"),
        (PAPERS, f"{JSON};q=0, */*;q=0.1", "application/sparql-results+xml"),
        (PAPERS, "text/turtle, text/csv;q=0.2", "text/csv"),
        (PAPERS, "TEXT/CSV", "text/csv"),
        ("ASK { }", "application/sparql-results+xml", "application/sparql-results+xml"),
        ("ASK { }", "", JSON),
        ("CONSTRUCT WHERE { ?s kg:uses ?o }", "", "text/turtle"),
        ("CONSTRUCT WHERE { ?s kg:uses ?o }", f"{JSON}, application/n-triples;q=0.5", "application/n-triples"),
        ("CONSTRUCT WHERE { ?s kg:uses ?o }", "application/ld+json", "application/ld+json"),
        ("DESCRIBE ?c { ?c kg:id 'bert' }", "application/rdf+xml", "application/rdf+xml"),
        (PAPERS, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("DESCRIBE ?c { ?c kg:id 'bert' }", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
    ],
)
def test_content_negotiation(served: Served, query: str, accept: str, type_: str) -> None:
    answer = served.get(query, accept)
    assert (answer.status, answer.type, answer.headers["Vary"]) == (200, type_, "Accept")
    assert answer.body


def test_graphs_are_the_same_in_all_formats(served: Served) -> None:
    query = "CONSTRUCT WHERE { ?s kg:uses ?o }"
    found = {
        theirs: set(rdflib.Graph().parse(data=served.get(query, type_).body, format=theirs))
        for type_, theirs in (("text/turtle", "turtle"), ("application/n-triples", "nt"), ("application/rdf+xml", "xml"))
    }
    assert len(found["nt"]) > 5
    assert found["turtle"] == found["nt"] == found["xml"]


def test_a_format_by_name_for_links(served: Served) -> None:
    assert served.get(PAPERS, "text/html", format="csv").type == "text/csv"
    # other clients send names of their own, which do not hinder
    assert served.get(PAPERS, JSON, format="json", output="json", results="json").type == JSON


@pytest.mark.parametrize(("query", "accept"), [(PAPERS, "image/png"), (PAPERS, "text/turtle"), ("DESCRIBE <a:b>", JSON)])
def test_a_format_that_there_is_not(served: Served, query: str, accept: str) -> None:
    answer = served.get(query, accept)
    assert answer.status == 406
    assert "comes as" in answer.text


# --- what is no request -----------------------------------------------------------------------------------------------


def test_bad_requests(served: Served) -> None:
    both = urlencode([("query", "ASK { }"), ("query", PAPERS)])
    for answer, status, said in (
        (served.ask("GET", "/sparql?" + both), 400, "there are 2 parameters query"),
        (served.post(both, FORM), 400, "there are 2 parameters query"),
        (served.post("", FORM), 400, "there are 0 parameters query"),
        (served.post("query=ASK{}", FORM, target="/sparql?query=ASK{}"), 400, "in the URL"),
        (served.post("ASK { }", target="/sparql?query=ASK{}"), 400, "beside that in the body"),
        (served.post(""), 400, "the query is empty"),
        (served.get(""), 400, "the query is empty"),
        (served.get("SELECT ?x\n{ ?x ?y }"), 400, "SPARQL, line 2, column 10: expected "),
        (served.get("FIND PAPERS"), 400, "a query begins with SELECT"),
        (served.post("ASK { }", "text/plain"), 415, "'text/plain'; send a query as application/sparql-query"),
        (served.post("query=ASK{}", ""), 415, "no Content-Type"),
        (served.post("ASK { }".encode("utf-16"), "application/sparql-query; charset=UTF-16"), 415, "charset is 'UTF-16'"),
        (served.post("ASK { }", **{"Content-Encoding": "gzip"}), 415, "compressed"),
        (served.post(b"ASK { ?a ?b '\xff' }"), 400, "not UTF-8"),
        (served.post(b"query=ASK%7B%3Fa+%3Fb+%22%FF%22%7D", FORM), 400, "no UTF-8"),
        (served.ask("GET", "/sparql?query=%C3%28"), 400, "no UTF-8"),
    ):
        assert (answer.status, answer.type) == (status, "text/plain"), answer.text
        assert said in answer.text, answer.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_other_methods(served: Served, method: str) -> None:
    answer = served.ask(method, "/sparql?query=ASK{}")
    assert answer.status == 405
    assert set(answer.headers["Allow"].replace(" ", "").split(",")) == {"GET", "HEAD", "POST", "OPTIONS"}


def test_what_is_refused(served: Served) -> None:
    for answer, said in (
        (served.post("INSERT DATA { <a:b> <a:c> 1 }", "application/sparql-update"), "read-only"),
        (served.post(urlencode({"update": "CLEAR ALL"}), FORM), "read-only"),
        (served.ask("GET", "/sparql?update=CLEAR+ALL"), "read-only"),
        (served.get("INSERT DATA { <a:b> <a:c> 1 }"), "INSERT is refused"),
        (served.get("SELECT * { SERVICE <http://127.0.0.1:1/> { } }"), "SERVICE is refused"),
    ):
        assert answer.status == 500
        assert said in answer.text


# --- datasets ---------------------------------------------------------------------------------------------------------


def test_graphs_that_are_not_there_are_not_empty(served: Served) -> None:
    for name in ("default-graph-uri", "named-graph-uri"):
        for answer in (
            served.get(PAPERS, **{name: "http://e.example/g"}),
            served.post(PAPERS, target=f"/sparql?{name}=http://e.example/g"),
        ):
            assert answer.status == 400
            assert "there is no graph 'http://e.example/g' here" in answer.text
    assert "no IRI" in served.get(PAPERS, **{"default-graph-uri": "no iri"}).text


# --- the description --------------------------------------------------------------------------------------------------


def test_service_description(served: Served) -> None:
    answer = served.ask("GET")
    assert answer.type == "text/turtle"
    graph = rdflib.Graph().parse(data=answer.body, format="turtle")
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    (service,) = graph.subjects(rdflib.RDF.type, sd.Service)
    assert str(graph.value(service, sd.endpoint)) == served.url
    assert graph.value(service, sd.supportedLanguage) == sd.SPARQL11Query
    assert len(list(graph.objects(service, sd.resultFormat))) == 8
    assert not any(isinstance(node, rdflib.BNode) for triple in graph for node in triple)
    as_xml = served.ask("GET", headers={"Accept": "application/rdf+xml"})
    assert set(rdflib.Graph().parse(data=as_xml.body, format="xml")) == set(graph)
    assert served.ask("GET", headers={"Accept": "image/png"}).status == 406


# --- pages of others --------------------------------------------------------------------------------------------------


def test_cors_is_off_unless_asked_for(served: Served, strict: Served) -> None:
    ask = {"Origin": "https://pages.example", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    for headers in (ask, {"Origin": "https://pages.example"}):
        for server, origin, allowed in (
            (served, "https://pages.example", None),
            (strict, "https://pages.example", "https://pages.example"),
            (strict, "https://elsewhere.example", None),
        ):
            method = "OPTIONS" if len(headers) > 1 else "GET"
            answer = server.ask(method, "/sparql?query=ASK{}", headers={**headers, "Origin": origin})
            assert answer.headers["Access-Control-Allow-Origin"] == allowed


def test_it_answers_to_its_own_names_alone(served: Served, start: Callable[..., Served], tiny_graph: Graph) -> None:
    assert served.ask("GET", "/sparql?query=ASK{}", headers={"Host": "localhost:1"}).status == 200
    answer = served.ask("GET", "/sparql?query=ASK{}", headers={"Host": "rebound.example"})
    assert answer.status == 421
    assert "ask it as 127.0.0.1, [::1], localhost" in answer.text
    other = start(tiny_graph.path, "--host", "127.0.0.2", "--timeout", "1e11")
    assert other.get("ASK { }").status == 200
    assert other.ask("GET", headers={"Host": "rebound.example"}).status == 421
