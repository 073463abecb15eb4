"""No query reaches the network, however its SERVICE is written, and what only looks like one is answered."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from kg.errors import UsageError
from kg.query.guard import DEPTH, Refused, guard

CALL = "SERVICE <{url}> {{ ?s ?p ?o }}"


@pytest.fixture(scope="module")
def listener() -> Iterator[tuple[str, list[str]]]:
    """The address of a server, and the requests that reached it."""
    reached: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            reached.append(self.path)
            self.send_error(500)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/x", reached
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def store() -> ox.Store:
    made = ox.Store()
    made.add(ox.Quad(ox.NamedNode("a:s"), ox.NamedNode("a:service"), ox.Literal("Service")))
    return made


def test_the_engine_would_go_there(listener: tuple[str, list[str]], store: ox.Store) -> None:
    url, reached = listener
    with pytest.raises((OSError, RuntimeError)):
        list(store.query(f"SELECT * {{ {CALL.format(url=url)} }}"))
    assert reached
    reached.clear()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * {{ " + CALL + " }}",
        "SELECT * {{ service silent <{url}> {{ ?s ?p ?o }} }}",
        # tokens need no space between them
        "SELECT * {{ ?a ?b 1" + CALL + " }}",
        "SELECT * {{ ?a ?b true" + CALL + " }}",
        "SELECT * {{ ?a ?b 1." + CALL + " }}",
        "SELECT * {{ ?a ?b ?c." + CALL + " }}",
        "SELECT * {{ ?a ?b 'x'@en." + CALL + " }}",
        "SELECT * {{ ?a ?b <x:y>" + CALL + " }}",
        "PREFIX a: <a:> SELECT * {{ ?a ?b a:." + CALL + " }}",
        "PREFIX : <{url}> SELECT * {{ service:x {{ ?s ?p ?o }} }}",
        "PREFIX : <{url}> SELECT * {{ {{}} seRvice:x {{ ?s ?p ?o }} }}",
        # where one reader sees a string or a comment, and another does not
        "SELECT * {{ FILTER('x'!='''\\'''') " + CALL + " #'\n}}",
        'SELECT * {{ FILTER("x"!="""\\"""") ' + CALL + ' #"\n}}',
        "SELECT * {{ ?a ?b '''x''''" + CALL + " #'\n}}",
        "SELECT * {{ ?a ?b '\\x' " + CALL + " #'\n}}",
        "SELECT * {{ BIND(<http://a\u00a0#> AS ?x) " + CALL + " }}",
        "SELECT * {{ BIND(<http://a\u3000#> AS ?x) " + CALL + " }}",
        "SELECT * {{ ?a ?b ?c FILTER(?a<?b) " + CALL + " FILTER(?a>?b) }}",
        "SELECT * {{ ?a ?b ?c .#\r" + CALL + " }}",
        "SELECT * {{ ?a ?b ?c .#<\n" + CALL + " }}",
        # escapes and letters beyond ASCII
        "SELECT * {{ \\u0053ERVICE <{url}> {{ ?s ?p ?o }} }}",
        "SELECT * {{ ?a ?b ?x\u00b2" + CALL + " }}",
        "SELECT * {{ ?a ?b ?x\u200c" + CALL + " }}",
        "PREFIX a: <a:> SELECT * {{ ?a ?b a:x\u00b2" + CALL + " }}",
        "PREFIX a: <a:> SELECT * {{ ?a ?b a:\\," + CALL + " }}",
        "PREFIX a: <a:> SELECT * {{ ?a ?b a:%20" + CALL + " }}",
    ],
)
def test_no_query_goes_there(listener: tuple[str, list[str]], store: ox.Store, query: str) -> None:
    url, reached = listener
    with pytest.raises((Refused, SyntaxError)):
        list(store.query(guard(query.format(url=url)).text))
    assert reached == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("SELECT ?service { ?s <a:service> ?service } # SERVICE", {"Service"}),
        ("PREFIX a: <a:> SELECT ?x { ?s a:service ?x FILTER(?x = 'Service') }", {"Service"}),
        ("SELECT ?x { VALUES ?x { 'SERVICE <x>' '''a'service\\'''' \"\\\\service\" <x:service> } }",
         {"SERVICE <x>", "a'service'", "\\service", "x:service"}),
        ("# a service\nSELECT ?x { VALUES ?x { 1 } }", {"1"}),
    ],
)  # fmt: skip
def test_the_word_elsewhere_means_what_it_says(store: ox.Store, query: str, found: set[str]) -> None:
    assert {solution[0].value for solution in store.query(guard(query).text)} == found


def test_a_query_without_the_word_is_as_it_was() -> None:
    query = "SELECT ?x # of all\n{ ?x ?y 'ORDER' }"
    assert guard(query).text == query
    assert not guard(query).ordered
    assert guard(query + " ORDER BY ?x").ordered


def test_deep_queries_are_refused_before_they_break_the_parser() -> None:
    assert guard("ASK { FILTER" + "(" * (DEPTH - 1) + "1" + ")" * (DEPTH - 1) + " }").form == "ASK"
    with pytest.raises(Refused, match=f"line 1, column {DEPTH + 5}: more than {DEPTH} brackets"):
        guard("ASK " + "{" * 100_000)


def test_forms() -> None:
    assert guard("BASE <a:> PREFIX x: <y> construct { } { }").form == "CONSTRUCT"
    with pytest.raises(UsageError, match="found 'EXPLAIN'"):
        guard("EXPLAIN SELECT * { }")
