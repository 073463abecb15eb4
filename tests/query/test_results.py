"""What is written in the formats of the W3C is what other readers of them find."""

from __future__ import annotations

import csv
import io
from typing import Any
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import DataError
from kg.query.results import GRAPHS, ROWS, write_boolean, write_graph, write_rows

ODD = "tab\t line\nquote\" 'apostrophe' back\\slash <b>&amp; \r\u2028 é 模型 😀"
TERMS = (
    ox.NamedNode("http://e.example/ü?a=1&b=2"),
    ox.BlankNode("b1"),
    ox.Literal(ODD),
    ox.Literal(ODD, language="en"),
    ox.Literal("x", language="ar", direction=ox.BaseDirection.RTL),
    ox.Literal(7),
    ox.Literal("007", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")),
    ox.Literal("1.50", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")),
    ox.Literal(1e-300),
    ox.Literal("no number", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#double")),
    ox.Literal("2020", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#gYear")),
    ox.Literal(True),
    ox.Triple(ox.NamedNode("a:s"), ox.NamedNode("a:p"), ox.Literal("o\tp", language="en")),
    None,
)
RESULTS = "{http://www.w3.org/2005/sparql-results#}"
FULL = {"sparql-json": ox.QueryResultsFormat.JSON, "sparql-xml": ox.QueryResultsFormat.XML, "tsv": ox.QueryResultsFormat.TSV}


def written(format_: str, variables: list[str], rows: list[Any]) -> bytes:
    out = io.BytesIO()
    write_rows(out, format_, variables, rows)
    return out.getvalue()


def read(format_: str, data: bytes) -> tuple[list[str], list[tuple[Any, ...]]]:
    found = ox.parse_query_results(data, format=FULL[format_])
    assert isinstance(found, ox.QuerySolutions)
    return [v.value for v in found.variables], [tuple(solution) for solution in found]


@pytest.mark.parametrize("format_", FULL)
def test_every_kind_of_term_comes_back(format_: str) -> None:
    rows = [(term, None) for term in TERMS] + [(None, None)]
    variables, back = read(format_, written(format_, ["a", "b"], rows))
    assert variables == ["a", "b"]
    named = [[str(t).replace("_:b1", "_:b") if isinstance(t, ox.BlankNode) else t for t in row] for row in rows]
    assert [["_:b" if isinstance(t, ox.BlankNode) else t for t in row] for row in back] == named


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=20)


@pytest.mark.parametrize("format_", FULL)
@given(texts=st.lists(TEXTS, min_size=1, max_size=4))
def test_any_text_comes_back(format_: str, texts: list[str]) -> None:
    row = tuple(ox.Literal(text, language="en") for text in texts)
    data = written(format_, [f"v{n}" for n in range(len(row))], [row])
    if format_ == "sparql-xml":
        # the engine's own reader takes spaces at the ends of a text away
        assert [node.text or "" for node in ElementTree.fromstring(data).iter(RESULTS + "literal")] == texts
    else:
        assert read(format_, data)[1] == [row]


def test_csv_is_that_of_the_rfc() -> None:
    rows = [(ox.NamedNode("a:b"), ox.Literal('x,"y"\n', language="en")), (None, ox.Literal(3))]
    data = written("csv", ["a", "b"], rows).decode()
    assert data == 'a,b\r\na:b,"x,""y""\n"\r\n,3\r\n'
    assert list(csv.reader(io.StringIO(data, newline=""))) == [["a", "b"], ["a:b", 'x,"y"\n'], ["", "3"]]


def test_no_rows_and_no_variables() -> None:
    for format_ in FULL:
        assert read(format_, written(format_, ["a"], [])) == (["a"], [])
    assert written("csv", ["a"], []) == b"a\r\n"


@pytest.mark.parametrize("format_", ["sparql-json", "sparql-xml"])
@pytest.mark.parametrize("answer", [True, False])
def test_booleans(format_: str, answer: bool) -> None:
    out = io.BytesIO()
    write_boolean(out, format_, answer)
    found = ox.parse_query_results(out.getvalue(), format=FULL[format_])
    assert isinstance(found, ox.QueryBoolean)
    assert bool(found) is answer


def test_xml_refuses_what_it_cannot_hold() -> None:
    with pytest.raises(DataError, match=r"XML cannot hold the character U\+0001 in 'a\\x01'; ask for sparql-json"):
        written("sparql-xml", ["a"], [(ox.Literal("a\x01"),)])
    assert read("sparql-json", written("sparql-json", ["a"], [(ox.Literal("a\x01"),)]))[1] == [(ox.Literal("a\x01"),)]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
@pytest.mark.parametrize(("format_", "theirs"), [("turtle", "turtle"), ("ntriples", "nt"), ("jsonld", "json-ld"), ("rdfxml", "xml")])
def test_graphs_are_read_by_others(format_: str, theirs: str) -> None:
    triples = [
        ox.Triple(ox.NamedNode("http://e.example/s"), ox.NamedNode("http://e.example/p"), o)
        for o in (ox.Literal('tab\t "quote" \\ <b>&amp; é 😀', language="en"), ox.Literal(7), ox.NamedNode("http://e.example/o"))
    ]
    out = io.BytesIO()
    write_graph(out, format_, triples, {"e": "http://e.example/"})
    found = rdflib.Graph().parse(data=out.getvalue(), format=theirs)
    expected = rdflib.Graph().parse(data="".join(f"{t} .\n" for t in triples), format="nt")
    assert set(found) == set(expected)
    assert {f.name for f in GRAPHS} == {"turtle", "ntriples", "jsonld", "rdfxml"}
    assert len({f.media_type for f in (*ROWS, *GRAPHS)}) == 8
