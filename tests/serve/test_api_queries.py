"""Queries and the cookbook over the API: the answers of the engines, their bounds, and what nobody should ask."""

from __future__ import annotations

import json
import threading
import time
from typing import Any
from urllib.parse import urlencode

import pytest

from kg.errors import DataError
from kg.graph import Graph
from kg.query import cypher, sparql
from kg.query.cookbook import LANGUAGES, questions, values

Served = Any
PRODUCT = "UNWIND range(1, 1000) AS a UNWIND range(1, 1000) AS b UNWIND range(1, 1000) AS c RETURN count(a + b + c) AS n"


def post(served: Served, language: str, body: Any, type_: str = "application/json", target: str = "") -> Any:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return served.ask("POST", f"/api/{language}{target}", data, {"Content-Type": type_} if type_ else {})


def rows(served: Served, language: str, query: str, **more: Any) -> Any:
    answer = post(served, language, {"query": query, **more})
    assert (answer.status, answer.type) == (200, "application/json"), answer.text
    return json.loads(answer.body)


@pytest.mark.parametrize("name", [*questions()])
def test_questions_filled_in_answer_as_the_cookbook_does(served: Served, tiny_graph: Graph, name: str) -> None:
    listed = {q["name"]: q for q in json.loads(served.ask("GET", "/api/questions").body)["items"]}
    assert [*listed] == [*questions()]
    known = {"concept": "Transformer", "paper": "doi:10.1000/tiny.4", "type": "Task"}
    # from one concept to itself the languages lead in different ways
    param = [f"{p['name']}={'BERT' if p['name'] == 'y' else known.get(p['kind'], p['default'])}" for p in listed[name]["params"]]
    answer = served.ask("GET", f"/api/question?{urlencode({'name': name, 'param': param}, doseq=True)}")
    assert answer.status == 200, answer.text
    found = json.loads(answer.body)
    given = dict(pair.split("=") for pair in param)
    assert (found["values"], found["notes"]) == values(tiny_graph, questions()[name], given)
    tables = [rows(served, "sparql", found["sparql"]), rows(served, "cypher", found["cypher"], params=found["values"])]
    engines = [sparql.select(tiny_graph, found["sparql"]), cypher.select(tiny_graph, found["cypher"], found["values"])]
    for table, engine in zip(tables, engines, strict=True):
        assert table["columns"] == list(engine.columns)
        assert sorted(map(str, table["rows"])) == sorted(str([*row]) for row in engine.rows)
    assert sorted(map(str, tables[0]["rows"])) == sorted(map(str, tables[1]["rows"])) and len(LANGUAGES) == 2


def test_names_are_taken_for_what_the_graph_takes_them_for(served: Served, tiny_graph: Graph) -> None:
    question = questions()["papers-using"]
    for name in ("lora", "LLM", "Large Language Models", "imagenet-1K", "no such thing"):
        answer = served.ask("GET", f"/api/question?{urlencode({'name': '1', 'param': f'x={name}'})}")
        try:
            known, notes = values(tiny_graph, question, {"x": name})
        except DataError as error:
            assert answer.status == 404 and str(error).partition(";")[0] in json.loads(answer.body)["detail"]
        else:
            assert (json.loads(answer.body)["values"], json.loads(answer.body)["notes"]) == (known, notes)


@pytest.mark.parametrize(
    ("parameters", "status", "said"),
    [
        ({"name": "nothing"}, 404, "no question 'nothing' in the cookbook"),
        ({}, 422, "the parameter name is missing"),
        ({"name": "1", "param": "x"}, 422, "is no NAME=VALUE"),
        ({"name": "1", "param": ["x=bert", "x=llama"]}, 422, "gives x a second time"),
        ({"name": "1", "param": "y=bert"}, 422, "has no parameter 'y'"),
        ({"name": "most-named", "param": "type=Thing"}, 422, "is a type of concepts, found 'Thing'"),
        ({"name": "most-named", "param": "least=many"}, 422, "is a whole number, found 'many'"),
        ({"name": "most-named", "param": "least=" + "9" * 5000}, 422, "times at most"),
        ({"name": "unsure-links", "param": "below=inf"}, 422, "infinite"),
    ],
)
def test_wrong_questions(served: Served, parameters: dict[str, Any], status: int, said: str) -> None:
    answer = served.ask("GET", f"/api/question?{urlencode(parameters, doseq=True)}")
    assert answer.status == status and said in json.loads(answer.body)["detail"], answer.text


def test_values_of_all_kinds(served: Served) -> None:
    table = rows(served, "cypher", "MATCH p = (a:Paper)-[r:PROPOSES]->(c:Concept) RETURN c, r, p, [1, null, {a: 0.5}] AS list LIMIT 1")
    node, rel, path, list_ = table["rows"][0]
    assert node["_labels"][0] == "Concept" and rel["_type"] == "PROPOSES" and len(path["nodes"]) == 2 and list_ == [1, None, {"a": 0.5}]
    assert rows(served, "cypher", "RETURN 0.0 / 0.0 AS none, 1.0 / 0.0 AS much")["rows"] == [[None, None]]
    triples = rows(served, "sparql", "DESCRIBE <https://example.org/kg/concept/bert>")
    assert triples["columns"] == ["subject", "predicate", "object"] and len(triples["rows"]) > 5
    assert rows(served, "sparql", "ASK { }")["rows"] == [[True]]


def test_limits_are_told(served: Served) -> None:
    table = rows(served, "cypher", "UNWIND range(1, 50) AS n RETURN n", limit=10)
    assert (len(table["rows"]), table["cut"]) == (10, True) and "only the first 10 rows" in table["notes"][0]
    whole = post(served, "sparql", {"query": "SELECT ?p { ?p a kg:Paper } ORDER BY ?p", "format": "csv"})
    assert (whole.status, whole.type) == (200, "text/csv") and whole.text.startswith(
        "p\nhttps://example.org/kg/paper/acl:2023.tiny-main.3\n"
    )
    cut = post(served, "sparql", {"query": "SELECT ?p { ?p a kg:Paper }", "format": "csv", "limit": 3})
    assert cut.status == 422 and "more than 3 rows; give a larger limit" in json.loads(cut.body)["detail"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("body", "type_", "status", "said"),
    [
        ({"query": "hello"}, "application/json", 400, "line 1, column 1"),
        ({"query": ""}, "application/json", 422, "the parameter query is a text that is not empty, found ''"),
        ({}, "application/json", 422, "the parameter query is missing"),
        ({"query": "RETURN 1", "rows": 5}, "application/json", 400, "no parameter 'rows'"),
        ({"query": ["RETURN 1"]}, "application/json", 422, "the parameter query is"),
        ({"query": "RETURN 1", "limit": "5"}, "application/json", 422, "a whole number from 1 to 100,000, found '5'"),
        ({"query": "RETURN 1", "limit": 1e9}, "application/json", 422, "a whole number from 1 to 100,000"),
        ({"query": "RETURN 1", "params": [1]}, "application/json", 422, "the parameter params is an object"),
        (b"[]", "application/json", 422, "the body is a list"),
        (b"{", "application/json", 400, "the body is not JSON"),
        (b'{"query": "RETURN 1", "limit": NaN}', "application/json", 400, "NaN is no number of JSON"),
        (b'{"query": "\xff"}', "application/json", 400, "the body is not UTF-8"),
        (b"[" * 100_000, "application/json", 400, "the body is"),
        (b"query=ASK{}", "application/x-www-form-urlencoded", 415, "send application/json"),
        (b"{}", "", 415, "the body has no Content-Type"),
        ({"query": "ASK { } #" + "x" * (1 << 20)}, "application/json", 413, "more than 1,048,576 bytes"),
        (b" " * (1 << 21) + b"{}", "application/json", 413, "more than"),
    ],
)
def test_wrong_bodies(served: Served, language: str, body: Any, type_: str, status: int, said: str) -> None:
    answer = post(served, language, body, type_)
    assert (answer.status, answer.type) == (status, "application/problem+json"), answer.text
    assert said in json.loads(answer.body)["detail"]


@pytest.mark.parametrize(
    ("language", "query"),
    [
        ("cypher", "LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line"),
        ("cypher", "CALL apoc.load.json('file:///etc/passwd') YIELD value RETURN value"),
        ("cypher", "MATCH (n) DETACH DELETE n"),
        ("cypher", "CREATE (n) RETURN n"),
        ("cypher", "RETURN 1 AS a; RETURN 2 AS b"),
        ("cypher", "RETURN $missing AS m"),
        ("cypher", "\x00"),
        ("sparql", "LOAD <file:///etc/passwd>"),
        ("sparql", "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"),
        ("sparql", "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }"),
        ("sparql", "INSERT DATA { <a:a> <a:a> <a:a> }"),
        ("sparql", "\x00"),
    ],
)
def test_nothing_but_the_graph_is_read_and_nothing_is_written(served: Served, language: str, query: str) -> None:
    answer = post(served, language, {"query": query})
    if answer.status == 200:
        # a graph that is not there has no triples
        assert json.loads(answer.body)["rows"] == []
    else:
        assert answer.status == 400 and "root:" not in answer.text, answer.text
    assert rows(served, "cypher", "MATCH (p:Paper) RETURN count(p) AS n")["rows"] == [[8]]


def test_parameters_go_to_cypher_alone(served: Served) -> None:
    assert rows(served, "cypher", "RETURN $a AS a", params={"a": [1, {"b": "ü"}]})["rows"] == [[[1, {"b": "ü"}]]]
    answer = post(served, "sparql", {"query": "ASK { }", "params": {"a": 1}})
    assert answer.status == 422 and "VALUES" in json.loads(answer.body)["detail"]
    assert post(served, "cypher", {"query": "RETURN 1 AS a"}, target="?limit=1").status == 400
    get = served.ask("GET", "/api/cypher")
    assert (get.status, get.headers["Allow"]) == (405, "POST")


def test_a_query_that_does_not_end_is_stopped_and_others_go_on(strict: Served, served: Served) -> None:
    # the store is there before the time of a query counts
    rows(served, "cypher", "RETURN 1 AS one")

    def again() -> bool:
        # on a machine with much to do, the start of a process alone may take the second that a query has here
        return any(post(strict, "cypher", {"query": "RETURN 1 AS one"}).status == 200 for _ in range(60))

    assert again()
    begin = time.monotonic()
    answer = post(strict, "cypher", {"query": PRODUCT})
    assert answer.status == 503 and "stopped after 1 s" in json.loads(answer.body)["detail"], answer.text
    assert time.monotonic() - begin < 60
    assert again()


def test_the_api_answers_while_queries_take_every_process(served: Served, endless: str) -> None:
    busy = [served.connect() for _ in range(2)]
    for connection, query in zip(busy, (endless, endless), strict=True):
        connection.request("POST", "/sparql", query, {"Content-Type": "application/sparql-query"})
    try:
        answers: list[int] = []
        threads = [threading.Thread(target=lambda: answers.append(served.ask("GET", "/api/search?q=bert").status)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert answers == [200] * 8
    finally:
        for connection in busy:
            connection.close()
