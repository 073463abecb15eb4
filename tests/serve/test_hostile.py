"""Requests that nobody should send, and queries that nobody should wait for."""

from __future__ import annotations

import errno
import socket
import threading
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

Served = Any
QUICK = "SELECT (COUNT(*) AS ?n) { ?p a kg:Paper }"


def raw(served: Served, data: bytes) -> bytes:
    """What comes back to these bytes, until the server closes the connection."""
    where = urlsplit(served.url)
    with socket.create_connection((where.hostname, where.port), timeout=60) as connection:
        found = b""
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            while part := connection.recv(1 << 16):
                found += part
        except OSError as error:
            # a server may close the connection before it has read all
            if not isinstance(error, ConnectionError) and error.errno != errno.ENOTCONN:
                raise
    return found


def alive(served: Served) -> bool:
    answer = served.get(QUICK, "text/csv")
    return bool((answer.status, answer.text) == (200, "n\r\n8\r\n"))


def test_huge_queries(served: Served) -> None:
    large = "ASK { } #" + "x" * (1 << 20)
    for type_, body in (("application/sparql-query", large), ("application/x-www-form-urlencoded", urlencode({"query": large}))):
        answer = served.post(body, type_)
        assert (answer.status, answer.text) == (413, "the query has more than 1,048,576 bytes, the most that are taken here\n")
    chunked = b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert raw(served, chunked + b"100000\r\n" + b" " * 0x100000 + b"\r\n1\r\n \r\n0\r\n\r\n").startswith(b"HTTP/1.1 413 ")
    # as large as may be, and still a query
    assert served.post(f"ASK {{ }} #{'x' * 1_000_000}").status == 200
    assert alive(served)


def test_queries_that_break_the_engine(served: Served) -> None:
    for query, status in (
        ("ASK " + "{" * 100_000, 500),
        ("ASK { FILTER(" + "!" * 300_000 + "true) }", 500),
        ("ASK { " + "OPTIONAL { ?a ?b ?c } " * 40_000 + "}", 500),
        ("SELECT ?x { ?x <x:" + "y" * 100_000 + "> 'z }", 400),
        ("\x00" * 1000, 400),
        ("SELECT * { ?s ?p '" + "\ud7ff\U0010ffff" * 100 + "' }", 200),
    ):
        assert served.post(query).status == status, query[:60]
        assert alive(served)


@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
        b"GET /sparql?" + b"a=1&" * 50_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /sparql\xff HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nASK{}",
        b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\n\r\n",
        b"GET /sparql?" + b"&".join(b"a=1" for _ in range(1500)) + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ],
)
def test_what_is_no_http(served: Served, data: bytes) -> None:
    assert raw(served, data)[:13] in (b"HTTP/1.1 400 ", b"")
    assert alive(served)


@pytest.mark.parametrize(
    "target",
    ["/../../etc/passwd", "/sparql/../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "/sparql/", "/manifest.json", "/.."],
)
def test_no_file_is_read(served: Served, target: str) -> None:
    answer = served.ask("GET", target)
    assert answer.status in (307, 404)
    assert b"root:" not in answer.body
    for query in ("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", "SELECT * { GRAPH <file:///etc/passwd> { ?s ?p ?o } }"):
        assert served.get(query.replace("*", "?s", 1), "text/csv").text == "s\r\n"


def test_texts_are_escaped_in_the_page(served: Served) -> None:
    evil = "</textarea></title><script>alert(1)</script><img src=x onerror=alert(1)>\"'"
    for answer in (
        served.get(evil, "text/html"),
        served.get(
            "SELECT ?x ?y { VALUES (?x ?y) { ('''" + evil.replace("'", "\\'") + "''' <http://e.example/%3Cscript%3E>) } }", "text/html"
        ),
    ):
        assert answer.type == "text/html"
        assert "<script" not in answer.text
        assert "<img" not in answer.text
        assert answer.text.count("</textarea>") == 1
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "script-src" not in policy
        assert "unsafe" not in policy
    assert "http" not in served.ask("GET", headers={"Accept": "text/html"}).text.replace("https%3A", "").replace("http%3A", "")


def test_the_page_says_what_it_leaves_out(served: Served) -> None:
    answer = served.get("SELECT ?a ?b { ?a ?b ?c . ?d ?e ?f }", "text/html")
    assert "only the first 1,000 rows: the query has more" in answer.text
    assert answer.text.count("<tr>") == 1001
    named = served.get("SELECT ?subject ?predicate ?object { ?subject ?predicate ?object } LIMIT 1", "text/html").text
    assert "format=csv" in named
    assert "format=turtle" not in named
    assert "format=turtle" in served.get("DESCRIBE ?c { ?c kg:id 'bert' }", "text/html").text
    linked = served.get("SELECT ?c { ?c kg:id 'bert' }", "text/html").text
    assert 'href="/sparql?query=DESCRIBE+%3Chttps%3A%2F%2Fexample.org%2Fkg%2Fconcept%2Fbert%3E"' in linked


def test_a_runaway_query_holds_up_nobody(served: Served, endless: str) -> None:
    target = "/sparql?" + urlencode({"query": endless})
    first, second = served.connect(), served.connect()
    first.request("GET", target)
    for _ in range(5):
        assert alive(served)
    # both processes are busy now, and queries would wait ten minutes for their turn
    second.request("GET", target)
    quick: list[bool] = []
    waiting = threading.Thread(target=lambda: quick.append(alive(served)), daemon=True)
    waiting.start()
    # unless somebody goes away: his query is ended
    first.close()
    waiting.join(timeout=60)
    assert quick == [True]
    second.close()
    assert alive(served)


def test_time_and_rows(strict: Served, endless: str) -> None:
    stopped = strict.get(endless)
    assert stopped.status == 503
    assert "stopped after 1 s" in stopped.text
    whole = strict.get("SELECT * { ?s ?p ?o } LIMIT 20", "text/csv")
    assert (whole.status, len(whole.text.splitlines())) == (200, 21)
    for query in ("SELECT * { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }"):
        answer = strict.get(query)
        assert answer.status == 500
        assert "more than 20 rows" in answer.text
    assert alive(strict)
    answers: list[int] = []
    many = [threading.Thread(target=lambda: answers.append(strict.get(QUICK).status)) for _ in range(30)]
    for thread in many:
        thread.start()
    for thread in many:
        thread.join()
    assert answers == [200] * 30
