"""The page of the ontology: up to date, complete, and without anything from the network."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
import rdflib
from rdflib import RDFS, SKOS

import ontology
from ontology.names import CLASSES, FOREIGN, PROPERTIES
from ontology.page import page
from ontology.terms import BASE, ONTOLOGY

FILE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "ontology.html"
KG = rdflib.Namespace(BASE + ONTOLOGY)


class Reader(HTMLParser):
    """The text of each section by its id, the targets of links, and what would be fetched."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sections: dict[str, str] = {}
        self.links: set[str] = set()
        self.fetched: list[str] = []
        self._at = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "section":
            self._at = given["id"] or ""
            assert self._at not in self.sections
            self.sections[self._at] = ""
        if tag == "a":
            self.links.add(given["href"] or "")
        self.fetched += [value or "" for name, value in attrs if name in ("src", "srcset", "data", "action") or tag in ("link", "script")]

    def handle_endtag(self, tag: str) -> None:
        self._at = "" if tag == "section" else self._at

    def handle_data(self, data: str) -> None:
        if self._at:
            self.sections[self._at] += data


@pytest.fixture(scope="module")
def read() -> Reader:
    return Reader(FILE.read_text(encoding="utf-8"))


def test_the_page_is_up_to_date() -> None:
    assert FILE.read_text(encoding="utf-8") == page(), "run: python -m ontology.page -o docs/reference/ontology.html"


def test_every_term_is_there_with_all_that_the_schema_says_of_it(read: Reader) -> None:
    schema = rdflib.Graph().parse(data=ontology.text("schema.ttl"), format="turtle")
    assert [*read.sections] == sorted(read.sections, key=[*CLASSES, *PROPERTIES].index)
    assert set(read.sections) == {*CLASSES, *PROPERTIES}
    for name, text in read.sections.items():
        for predicate in (RDFS.label, SKOS.definition, SKOS.example):
            assert str(schema.value(KG[name], predicate)) in text, name
        for predicate in (RDFS.domain, RDFS.range, RDFS.subClassOf, RDFS.subPropertyOf, SKOS.closeMatch, SKOS.broadMatch, RDFS.seeAlso):
            for value in schema.objects(KG[name], predicate):
                if isinstance(value, rdflib.URIRef):
                    assert schema.namespace_manager.curie(value) in text, (name, predicate)
    assert "Paper, kg:Concept" in read.sections["id"] or "kg:Concept, kg:Paper" in read.sections["id"]


def test_links_lead_to_terms_and_nothing_is_fetched(read: Reader) -> None:
    assert read.links == {f"#{name}" for name in (*CLASSES, *PROPERTIES)}
    assert read.fetched == []
    html = FILE.read_text(encoding="utf-8")
    assert "url(" not in html and "@import" not in html
    assert all(f"<code>{name}</code>" in html for name in FOREIGN)


def test_expected_types_are_shown(read: Reader) -> None:
    assert re.search(r"Expected types\s*Paper → Dataset\s*Example", read.sections["evaluatesOn"])
    assert re.search(r"Expected types\s*any\s*Example", read.sections["uses"])
