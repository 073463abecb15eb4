"""Answers to SPARQL queries in the formats of the W3C.

SELECT and ASK: SPARQL 1.1 Query Results JSON Format, XML Format, CSV and TSV Formats, with triple terms as SPARQL 1.2 has them.
CONSTRUCT and DESCRIBE: Turtle, N-Triples, JSON-LD, RDF/XML.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import IO, Any

import pyoxigraph as ox

from kg.errors import DataError
from ontology.terms import PREFIXES

Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its name here, its media type, and other media types that stand for it."""

    name: str
    media_type: str
    aliases: tuple[str, ...] = ()


#: Of SELECT and ASK; the first is what is sent where nothing is asked for.
ROWS = (
    Format("sparql-json", "application/sparql-results+json", ("application/json",)),
    Format("sparql-xml", "application/sparql-results+xml", ("application/xml", "text/xml")),
    Format("csv", "text/csv"),
    Format("tsv", "text/tab-separated-values"),
)
#: Of CONSTRUCT and DESCRIBE.
GRAPHS = (
    Format("turtle", "text/turtle", ("application/x-turtle",)),
    Format("ntriples", "application/n-triples", ("text/plain",)),
    Format("jsonld", "application/ld+json", ("application/json",)),
    Format("rdfxml", "application/rdf+xml", ("application/xml", "text/xml")),
)
_RDF = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
_RESULTS = "http://www.w3.org/2005/sparql-results#"
_XSD = PREFIXES["xsd"]
_STRING = f"{_XSD}string"
#: Numbers that Turtle and TSV write without quotes.
_BARE = {
    f"{_XSD}{name}": re.compile(pattern)
    for name, pattern in (
        ("integer", r"[+-]?[0-9]+"),
        ("decimal", r"[+-]?[0-9]*\.[0-9]+"),
        ("double", r"[+-]?[0-9]+(\.[0-9]*)?[eE][+-]?[0-9]+"),
    )
}
#: What XML 1.0 has no way to write.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def write_rows(out: IO[bytes], format_: str, variables: Sequence[str], rows: Iterable[Row]) -> None:
    """Writes the rows of a SELECT, each a sequence of terms (None where unbound) in the order of the variables.

    Raises:
        DataError: a character that the format cannot hold.
    """
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    try:
        _ROW_WRITERS[format_](text, variables, rows)
        text.flush()
    finally:
        text.detach()


def write_boolean(out: IO[bytes], format_: str, answer: bool) -> None:
    """Writes the answer to an ASK; CSV and TSV, which know none, get the word alone."""
    word = "true" if answer else "false"
    texts = {
        "sparql-json": f'{{"head":{{}},"boolean":{word}}}\n',
        "sparql-xml": f'<?xml version="1.0"?>\n<sparql xmlns="{_RESULTS}"><head/><boolean>{word}</boolean></sparql>\n',
    }
    out.write(texts.get(format_, word + "\n").encode())


def write_graph(out: IO[bytes], format_: str, triples: Iterable[ox.Triple], prefixes: dict[str, str]) -> None:
    """Writes the triples of a CONSTRUCT or DESCRIBE.

    Raises:
        DataError: a term that the format cannot hold.
    """
    try:
        ox.serialize(triples, out, format=_RDF[format_], prefixes=prefixes)
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise DataError(f"SPARQL: {format_} cannot hold this answer ({error}); ask for ntriples") from None


# --- rows -------------------------------------------------------------------------------------------------------------


def _write_json(out: IO[str], variables: Sequence[str], rows: Iterable[Row]) -> None:
    out.write(f'{{"head":{json.dumps({"vars": list(variables)}, separators=(",", ":"))},"results":{{"bindings":[')
    before = "\n"
    for row in rows:
        bound = {name: _json_term(term) for name, term in zip(variables, row, strict=True) if term is not None}
        out.write(before + json.dumps(bound, ensure_ascii=False, separators=(",", ":")))
        before = ",\n"
    out.write("\n]}}\n")


def _json_term(term: Any) -> dict[str, Any]:
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, ox.Triple):
        parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
        return {"type": "triple", "value": {name: _json_term(part) for name, part in parts.items()}}
    made = {"type": "literal", "value": term.value}
    if term.language:
        made["xml:lang"] = term.language
        if term.direction is not None:
            made["its:dir"] = term.direction.value
    elif term.datatype.value != _STRING:
        made["datatype"] = term.datatype.value
    return made


def _write_xml(out: IO[str], variables: Sequence[str], rows: Iterable[Row]) -> None:
    head = "".join(f'<variable name="{escape(name)}"/>' for name in variables)
    out.write(f'<?xml version="1.0"?>\n<sparql xmlns="{_RESULTS}"><head>{head}</head><results>\n')
    for row in rows:
        bound = (
            f'<binding name="{escape(name)}">{_xml_term(term)}</binding>'
            for name, term in zip(variables, row, strict=True)
            if term is not None
        )
        out.write(f"<result>{''.join(bound)}</result>\n")
    out.write("</results></sparql>\n")


def _xml_term(term: Any) -> str:
    if isinstance(term, ox.NamedNode):
        return f"<uri>{_xml(term.value)}</uri>"
    if isinstance(term, ox.BlankNode):
        return f"<bnode>{_xml(term.value)}</bnode>"
    if isinstance(term, ox.Triple):
        parts = (("subject", term.subject), ("predicate", term.predicate), ("object", term.object))
        return f"<triple>{''.join(f'<{name}>{_xml_term(part)}</{name}>' for name, part in parts)}</triple>"
    about = ""
    if term.language:
        about = f' xml:lang="{escape(term.language)}"'
        if term.direction is not None:
            about += f' xmlns:its="http://www.w3.org/2005/11/its" its:dir="{term.direction.value}"'
    elif term.datatype.value != _STRING:
        about = f' datatype="{escape(term.datatype.value)}"'
    return f"<literal{about}>{_xml(term.value)}</literal>"


def _xml(text: str) -> str:
    if found := _NO_XML.search(text):
        raise DataError(f"SPARQL: XML cannot hold the character U+{ord(found[0]):04X} in {text[:60]!r}; ask for sparql-json, csv or tsv")
    # a reader of XML takes a bare carriage return for a line feed
    return escape(text, quote=False).replace("\r", "&#13;")


def _write_csv(out: IO[str], variables: Sequence[str], rows: Iterable[Row]) -> None:
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(variables)
    writer.writerows([_csv_term(term) for term in row] for row in rows)


def _csv_term(term: Any) -> str:
    if term is None:
        return ""
    return str(term.value) if isinstance(term, ox.NamedNode | ox.Literal) else _tsv_term(term)


def _write_tsv(out: IO[str], variables: Sequence[str], rows: Iterable[Row]) -> None:
    out.write("\t".join(f"?{name}" for name in variables) + "\n")
    for row in rows:
        out.write("\t".join("" if term is None else _tsv_term(term) for term in row) + "\n")


def _tsv_term(term: Any) -> str:
    """A term as Turtle writes it; tabs and line ends within a literal are escapes."""
    if isinstance(term, ox.Triple):
        return f"<<( {_tsv_term(term.subject)} {_tsv_term(term.predicate)} {_tsv_term(term.object)} )>>"
    if isinstance(term, ox.Literal):
        if (bare := _BARE.get(term.datatype.value)) and bare.fullmatch(term.value):
            return str(term.value)
        return str(term).replace("\t", "\\t")
    return str(term)


_ROW_WRITERS: dict[str, Callable[[IO[str], Sequence[str], Iterable[Row]], None]] = {
    "sparql-json": _write_json,
    "sparql-xml": _write_xml,
    "csv": _write_csv,
    "tsv": _write_tsv,
}


def distinct(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """The triples, each once: the engine gives one for each solution it comes from."""
    seen: set[ox.Triple] = set()
    for triple in triples:
        if triple not in seen:
            seen.add(triple)
            yield triple
