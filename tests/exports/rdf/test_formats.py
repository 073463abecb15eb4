"""The RDF formats say the same, to two readers, in the same bytes each time."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from exports import export, jsonld, ntriples, rdf, turtle
from exports.iris import Iris
from exports.triples import decimal, literal
from kg.errors import UsageError
from kg.graph import Graph
from kg.model import ConceptLink, ConceptRelation, Link, Relation

OXIGRAPH = {
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "turtle": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.JSON_LD,
    "nquads": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
}
RDFLIB = {"ntriples": "nt", "turtle": "turtle", "jsonld": "json-ld", "nquads": "nquads", "trig": "trig"}
KG = "https://example.org/kg/ontology#"


def by_oxigraph(path: Path, name: str) -> set[str]:
    return {str(q.triple) for q in ox.parse(path=str(path), format=OXIGRAPH[name])}


def by_rdflib(path: Path, name: str) -> rdflib.Graph:
    with warnings.catch_warnings():
        # rdflib's own readers use what rdflib deprecates
        warnings.filterwarnings("ignore", r"ConjunctiveGraph is|Dataset\.", DeprecationWarning)
        if name not in ("nquads", "trig"):
            return rdflib.Graph().parse(str(path), format=RDFLIB[name])
        found = rdflib.Graph()
        for subject, predicate, object_, _ in rdflib.Dataset().parse(str(path), format=RDFLIB[name]).quads():
            found.add((subject, predicate, object_))
        return found


def written_alike(graph: rdflib.Graph) -> set[str]:
    """Triples of rdflib as pyoxigraph writes them."""
    return {str(q.triple) for q in ox.parse(graph.serialize(format="nt", encoding="utf-8"), format=ox.RdfFormat.N_TRIPLES)}


@pytest.mark.parametrize("name", sorted(OXIGRAPH))
def test_both_readers_read_the_lines_that_were_written(name: str, rdf_files: dict[str, Path]) -> None:
    expected = by_oxigraph(rdf_files["ntriples"], "ntriples")
    assert len(expected) == len(rdf_files["ntriples"].read_bytes().splitlines()) > 500
    assert by_oxigraph(rdf_files[name], name) == expected
    assert written_alike(by_rdflib(rdf_files[name], name)) == expected


@pytest.mark.parametrize("name", sorted(OXIGRAPH))
def test_no_blank_nodes_and_no_odd_iris(name: str, rdf_files: dict[str, Path]) -> None:
    for triple in by_rdflib(rdf_files[name], name):
        assert not any(isinstance(term, rdflib.BNode) for term in triple)
        for term in triple:
            if isinstance(term, rdflib.URIRef):
                assert re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", term), term


def test_lines_are_sorted_and_each_stands_once(rdf_files: dict[str, Path]) -> None:
    lines = rdf_files["ntriples"].read_bytes().split(b"\n")
    assert lines.pop() == b""
    assert lines == sorted(set(lines))


@pytest.mark.parametrize("name", sorted(OXIGRAPH))
def test_the_order_of_papers_does_not_change_a_byte(
    name: str, rdf_files: dict[str, Path], awkward_again: Callable[[], Graph], tmp_path: Path
) -> None:
    export(awkward_again(), name, tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == rdf_files[name].read_bytes()


def test_small_runs_through_files_change_nothing(awkward_graph: Graph) -> None:
    with rdf.sorted_nodes(awkward_graph) as (one, counts):
        whole = list(one)
    with rdf.sorted_nodes(awkward_graph, run_size=7) as (other, _):
        assert list(other) == whole
    assert counts.triples == sum(len(said) for _, said in whole) and counts.subjects == len(whole)


@pytest.mark.parametrize("module", [ntriples, turtle, jsonld])
def test_counts_are_those_of_the_graph(module: object, awkward_graph: Graph, rdf_files: dict[str, Path], tmp_path: Path) -> None:
    written = module.write(awkward_graph, tmp_path / "out")  # type: ignore[attr-defined]
    ours = awkward_graph.counts()
    assert written.counts["triples"] == len(by_oxigraph(rdf_files["ntriples"], "ntriples"))
    assert {k: written.counts[k] for k in ("papers", "concepts", "links")} == {k: ours[k] for k in ("papers", "concepts", "links")}
    assert written.counts["relations"] == ours["concept_links"]


@pytest.mark.parametrize("name", sorted(OXIGRAPH))
def test_another_base_moves_everything_of_ours(name: str, awkward_graph: Graph, rdf_files: dict[str, Path], tmp_path: Path) -> None:
    target = tmp_path / "moved"
    export(awkward_graph, name, target, base="http://kg.test/a")
    assert "https://example.org/" not in target.read_text("utf-8")
    moved = {line.replace("<http://kg.test/a/", "<https://example.org/kg/") for line in by_oxigraph(target, name)}
    assert moved == by_oxigraph(rdf_files[name], name)


@pytest.mark.parametrize("base", ["example.org", "https://a b/", "https://example.org/?x=", "ftp://example.org/", "https://example.org/<>"])
def test_a_base_that_is_no_address_is_refused(base: str, awkward_graph: Graph, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="base"):
        ntriples.write(awkward_graph, tmp_path / "out.nt", base=base)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("module", [ntriples, turtle, jsonld])
def test_an_existing_file_is_kept_unless_asked(module: object, awkward_graph: Graph, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("mine")
    with pytest.raises(UsageError, match="exists already"):
        module.write(awkward_graph, tmp_path / "there")  # type: ignore[attr-defined]
    assert (tmp_path / "there").read_text() == "mine"


def test_every_link_is_there_plainly_and_as_a_statement(awkward_graph: Graph, rdf_files: dict[str, Path]) -> None:
    found, iris = by_rdflib(rdf_files["turtle"], "turtle"), Iris()
    statements: list[tuple[str, str, Relation | ConceptRelation, str, float]] = []
    for link in awkward_graph.links():
        statements.append((iris.link(link), iris.paper(link.paper), link.relation, iris.concept(link.concept), link.confidence))
    for between in awkward_graph.concept_links():
        ends = iris.concept(between.head), iris.concept(between.tail)
        statements.append((iris.concept_link(between), ends[0], between.relation, ends[1], between.confidence))
    plain = set()
    for iri, subject, relation, object_, confidence in statements:
        node = rdflib.URIRef(iri)
        triple = (rdflib.URIRef(subject), rdflib.URIRef(KG + relation.value), rdflib.URIRef(object_))
        parts = (rdflib.RDF.subject, rdflib.RDF.predicate, rdflib.RDF.object)
        assert tuple(found.value(node, part) for part in parts) == triple
        assert float(str(found.value(node, rdflib.URIRef(KG + "confidence")))) == confidence
        plain.add(triple)
    relations = {rdflib.URIRef(KG + r.value) for r in (*Relation, *ConceptRelation)}
    assert plain == {t for t in found if t[1] in relations}
    assert len(set(found.subjects(rdflib.RDF.type, rdflib.RDF.Statement))) == len(statements) == 15


def test_taxonomy_and_text_are_told_apart(rdf_files: dict[str, Path]) -> None:
    found, iris = by_rdflib(rdf_files["ntriples"], "ntriples"), Iris()
    child, parent = rdflib.URIRef(iris.concept("image-classification")), rdflib.URIRef(iris.concept("3d-vision"))
    assert set(found.subject_objects(rdflib.SKOS.broader)) == {(child, parent)}
    kinds = set(found.subject_objects(rdflib.URIRef(KG + "kindOf")))
    assert kinds == {(child, parent), (rdflib.URIRef(iris.concept("foonet")), rdflib.URIRef(iris.concept("c++")))}
    by_catalog = ConceptLink("image-classification", ConceptRelation.KIND_OF, "3d-vision", 1.0)
    source = found.value(rdflib.URIRef(iris.concept_link(by_catalog)), rdflib.PROV.wasDerivedFrom)
    assert str(source) == iris.catalog


def test_evidence_leads_from_a_link_to_the_exact_text(awkward_graph: Graph, rdf_files: dict[str, Path]) -> None:
    found, iris = by_rdflib(rdf_files["ntriples"], "ntriples"), Iris()
    oa = rdflib.Namespace("http://www.w3.org/ns/oa#")
    seen = 0
    for link in awkward_graph.links():
        paper = awkward_graph.paper(link.paper)
        node = rdflib.URIRef(iris.link(link))
        first = link.evidence[0]
        assert (
            str(found.value(node, rdflib.URIRef(KG + "sentence")))
            == paper.text(first.mention.field)[first.sentence_start : first.sentence_end]
        )
        places = set()
        for evidence in found.objects(node, rdflib.URIRef(KG + "evidence")):
            target = found.value(evidence, oa.hasTarget)
            field = found.value(target, oa.hasSource)
            text = str(found.value(field, rdflib.URIRef("https://schema.org/text")))
            selectors = {str(found.value(s, rdflib.RDF.type)).rpartition("#")[2]: s for s in found.objects(target, oa.hasSelector)}
            start = int(str(found.value(selectors["TextPositionSelector"], oa.start)))
            end = int(str(found.value(selectors["TextPositionSelector"], oa.end)))
            quote = selectors["TextQuoteSelector"]
            assert text[start:end] == str(found.value(quote, oa.exact))
            around = [str(found.value(quote, part) or "") for part in (oa.prefix, oa.exact, oa.suffix)]
            assert "".join(around) in text
            places.add((start, end))
            seen += 1
        assert places == {(e.mention.start, e.mention.end) for e in link.evidence}
    assert seen == 11


def test_texts_come_back_as_they_were(awkward_graph: Graph, rdf_files: dict[str, Path]) -> None:
    found, iris = by_rdflib(rdf_files["jsonld"], "jsonld"), Iris()
    for paper in awkward_graph.papers():
        node = rdflib.URIRef(iris.paper(paper.id))
        assert str(found.value(node, rdflib.DCTERMS.title)) == paper.title
        assert str(found.value(node, rdflib.DCTERMS.abstract) or "") == paper.abstract
        assert str(found.value(node, rdflib.URIRef(KG + "venue")) or "") == (paper.venue or "")
        names = {str(found.value(a, rdflib.FOAF.name)) for a in found.objects(node, rdflib.DCTERMS.creator)}
        assert names == set(paper.authors)
    for concept in awkward_graph.concepts():
        node = rdflib.URIRef(iris.concept(concept))
        assert [str(v) for v in found.objects(node, rdflib.SKOS.prefLabel)] == [concept.label]
        assert {str(v) for v in found.objects(node, rdflib.SKOS.altLabel)} == {*concept.aliases, *concept.acronyms} - {concept.label}


def test_identifiers_elsewhere_become_mappings(rdf_files: dict[str, Path]) -> None:
    found, iris = by_rdflib(rdf_files["turtle"], "turtle"), Iris()
    matches = {str(o) for o in found.objects(rdflib.URIRef(iris.concept("3d-vision")), rdflib.SKOS.exactMatch)}
    assert matches == {"http://www.wikidata.org/entity/Q844240", "https://cso.kmi.open.ac.uk/topics/computer_vision"}
    kept = {str(o) for o in found.objects(rdflib.URIRef(iris.concept("c++")), rdflib.DCTERMS.identifier)}
    assert kept == {"c++", "pwc:c-plus-plus", "odd thing"}


def test_a_paper_is_the_same_as_its_pages_elsewhere(rdf_files: dict[str, Path]) -> None:
    found, iris = by_rdflib(rdf_files["turtle"], "turtle"), Iris()
    paper = rdflib.URIRef(iris.paper("arxiv:2401.00001"))
    same = {str(o) for o in found.objects(paper, rdflib.OWL.sameAs)}
    assert same == {"https://arxiv.org/abs/2401.00001", "https://doi.org/10.48550/arXiv.2401.00001"}
    urls = {str(o) for o in found.objects(paper, rdflib.URIRef("https://schema.org/url"))}
    assert urls == {"https://arxiv.org/abs/2401.00001", "http://x.org/a%20b%7Cc"}


def test_json_ld_carries_its_context_and_a_node_a_line(rdf_files: dict[str, Path]) -> None:
    text = rdf_files["jsonld"].read_text("utf-8")
    whole = json.loads(text)
    assert list(whole) == ["@context", "@graph"]
    assert len(text.splitlines()) == len(whole["@graph"]) + 3
    assert all(list(node)[:2] == ["@type", "@id"] and node["@type"] for node in whole["@graph"])
    # every property has a short key, no value needs a datatype beside it
    assert {key for node in whole["@graph"] for key in node} <= {"@id", "@type", *whole["@context"]}


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, "0.0"), (1, "1.0"), (0.1 + 0.2, "0.30000000000000004"), (1e-7, "0.0000001"), (0.987654321, "0.987654321"), (0.5, "0.5")],
)
def test_decimals_are_canonical(number: float, expected: str) -> None:
    assert decimal(number) == expected and float(expected) == number


@pytest.mark.parametrize(
    "text", ["", '"', "\\", "\\n", "a\nb\tc\r", "\x00\x1f\x7f\x85\u2028", "😀é", "\\u0041", "\ufffe\uffff\ufdd0", "^^<x>@en"]
)
def test_any_string_comes_back(text: str) -> None:
    line = f"<http://a/s> <http://a/p> {literal(text)} .\n"
    assert len(line.splitlines()) == 1
    [quad] = ox.parse(line.encode(), format=ox.RdfFormat.N_TRIPLES)
    assert isinstance(quad.object, ox.Literal) and quad.object.value == text
    [(_, _, value)] = rdflib.Graph().parse(data=line, format="nt")
    assert str(value) == text
    node = jsonld._noder(jsonld.context())("<http://a/s>", [f"<http://purl.org/dc/terms/title> {literal(text)}"])
    assert node["title"] == text


def test_links_that_differ_only_in_their_ends_have_two_iris() -> None:
    iris = Iris()
    one = Link("a/b", "c", Relation.USES, 1.0, ())
    two = Link("a", "b/c", Relation.USES, 1.0, ())
    assert iris.link(one) != iris.link(two)
