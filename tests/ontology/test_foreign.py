"""Terms of others exist: each stands in a list or file of its vocabulary."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import rdflib
from rdflib import DCAT, DCTERMS, FOAF, OWL, PROV, RDF, RDFS, SDO, SKOS

import ontology
from ontology.terms import PREFIX, PREFIXES

CLOSED = {"dcat": DCAT, "dcterms": DCTERMS, "foaf": FOAF, "owl": OWL, "prov": PROV, "rdf": RDF, "rdfs": RDFS, "schema": SDO, "skos": SKOS}
#: From the Web Annotation Vocabulary (https://www.w3.org/TR/annotation-vocab/) and the Bibliographic Ontology (https://bibliontology.com/):
#: those of their terms that are near to ours.
OA = """
    Annotation Choice CssSelector DataPositionSelector FragmentSelector Motivation RangeSelector ResourceSelection Selector
    SpecificResource State Style TextPositionSelector TextQuoteSelector TextualBody TimeState XPathSelector assessing bodyValue
    bookmarking cachedSource canonical classifying commenting describing editing end exact hasBody hasEndSelector hasPurpose hasScope
    hasSelector hasSource hasStartSelector hasState hasTarget highlighting identifying linking moderating motivatedBy prefix
    questioning refinedBy renderedVia replying sourceDate start styleClass styledBy suffix tagging via
"""
BIBO = "AcademicArticle Article Book Conference Document Issue Journal Proceedings Report Thesis abstract doi issn isbn pages"
LISTED = {"oa": set(OA.split()), "bibo": set(BIBO.split())}
#: Under ../shared/data/catalogs.
FILES = {
    "fabio": "spar-fabio/docs/current/fabio.ttl",
    "mls": "mlschema/MLSchema.ttl",
    "mlso": "mlso/ml-onto.ttl",
    "lpwc": "lpwc-ontology/ontologies/linkedpaperswithcode-ontology.ttl",
    "lpwcclass": "lpwc-ontology/ontologies/linkedpaperswithcode-ontology.ttl",
}
#: No file of theirs is at hand; what is used of them is a close or broader match alone, and never written into data.
UNSEEN = {"cskg": {"Material", "Method", "Metric", "Task"}}


def used() -> dict[str, set[str]]:
    """Prefix → local names of all terms of others in the files of the ontology, as subject, predicate, object or datatype."""
    found: dict[str, set[str]] = {}
    for name in ("schema.ttl", "shapes.ttl"):
        graph = rdflib.Graph().parse(data=ontology.text(name), format="turtle")
        terms = {str(t) for triple in graph for t in triple} | {str(t.datatype) for t in graph.objects() if isinstance(t, rdflib.Literal)}
        for prefix, namespace in PREFIXES.items():
            locals_ = {t.removeprefix(namespace) for t in terms if t.startswith(namespace) and t != namespace}
            found.setdefault(prefix, set()).update(t for t in locals_ if re.fullmatch(r"\w+", t))
    return found


@pytest.mark.parametrize("prefix", CLOSED)
def test_terms_stand_in_the_closed_lists_of_rdflib(prefix: str) -> None:
    assert str(CLOSED[prefix]) == PREFIXES[prefix]
    # a list of RDF is a sequence of rdf:first and rdf:rest
    assert used()[prefix] and not [t for t in used()[prefix] if CLOSED[prefix][t] not in CLOSED[prefix]]


@pytest.mark.parametrize("prefix", LISTED)
def test_terms_stand_in_the_lists_of_their_specifications(prefix: str) -> None:
    assert used()[prefix] and used()[prefix] - LISTED[prefix] == set()


def test_every_prefix_is_looked_at() -> None:
    assert set(PREFIXES) - {PREFIX} == {*CLOSED, *LISTED, *FILES, *UNSEEN, "xsd"}
    assert {prefix: used()[prefix] for prefix in UNSEEN} == UNSEEN
    assert used()["xsd"] <= {"anyURI", "boolean", "decimal", "gYear", "integer", "nonNegativeInteger", "string"}


@pytest.mark.corpus
@pytest.mark.parametrize("prefix", FILES)
def test_terms_stand_in_the_files_of_their_vocabularies(prefix: str, shared: Path) -> None:
    text = (shared / "data" / "catalogs" / FILES[prefix]).read_text("utf-8")
    declared = set(re.findall(r"<([^<>\s]+)>", text))
    for short, iri in re.findall(r"@prefix\s+([\w-]*):\s*<([^>]*)>", text):
        declared |= {iri + local for local in re.findall(rf"(?<![\w-]){re.escape(short)}:([\w-]+)", text)}
    assert used()[prefix] and {PREFIXES[prefix] + t for t in used()[prefix]} - declared == set()
