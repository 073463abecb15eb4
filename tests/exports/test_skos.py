"""The catalog as a SKOS concept scheme."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import rdflib
from rdflib import DCTERMS, RDF, SKOS

from exports.iris import Iris
from exports.skos import write
from kg.catalog import Catalog
from kg.errors import UsageError
from kg.model import Concept, ConceptType
from kg.validate import validate
from ontology.terms import BASE, ELSEWHERE, ONTOLOGY

KG = rdflib.Namespace(BASE + ONTOLOGY)
ODD = Concept(
    'a "b" / é', ConceptType.DATASET, 'The "Odd" \\ set\n', ("odd; set", "odd set ."), ("OS",), ("parent",),
    ("wikidata:Q1", "cso:a b", "pwc:odd"), (ConceptType.METRIC,), frozenset({"exact-case"}), "by 'hand'",
)  # fmt: skip


@pytest.fixture
def odd() -> Catalog:
    return Catalog([ODD, Concept("parent", ConceptType.DATASET, "parent", ("The parent",))])


def test_all_that_the_catalog_knows_is_there(odd: Catalog, tmp_path: Path) -> None:
    written = write(odd, tmp_path / "catalog.ttl")
    graph = rdflib.Graph().parse(str(tmp_path / "catalog.ttl"))
    assert written.counts == {"triples": len(graph), "concepts": 2}
    node, parent = (rdflib.URIRef(Iris().concept(c)) for c in (ODD, "parent"))
    assert {str(o) for o in graph.objects(node, SKOS.prefLabel)} == {ODD.label}
    assert {str(o) for o in graph.objects(node, SKOS.altLabel)} == {*ODD.aliases, *ODD.acronyms}
    assert [*graph.objects(node, SKOS.broader)] == [parent]
    assert {str(o) for o in graph.objects(node, SKOS.exactMatch)} == {ELSEWHERE["wikidata"] + "Q1", ELSEWHERE["cso"] + "a%20b"}
    assert {str(o) for o in graph.objects(node, DCTERMS.identifier)} == {ODD.id, "pwc:odd"}
    assert (str(graph.value(node, KG.origin)), graph.value(node, KG.alsoType)) == (ODD.source, KG.Metric)
    scheme = rdflib.URIRef(Iris().scheme)
    assert (scheme, RDF.type, SKOS.ConceptScheme) in graph
    assert ([*graph.subjects(SKOS.topConceptOf, scheme)], {*graph.subjects(SKOS.inScheme, scheme)}) == ([parent], {node, parent})


def test_it_keeps_to_the_shapes_of_a_graph(odd: Catalog, tmp_path: Path) -> None:
    write(odd, tmp_path / "catalog.ttl", base="https://kg.test/")
    for engine in ("streaming", "pyshacl"):
        assert validate(tmp_path / "catalog.ttl", engine=engine).findings == ()
    assert "example.org" not in (tmp_path / "catalog.ttl").read_text("utf-8")


def test_the_shipped_catalog_is_whole_and_sound(tmp_path: Path) -> None:
    catalog = Catalog.load()
    written = write(catalog, tmp_path / "catalog.ttl")
    report = validate(tmp_path / "catalog.ttl", engine="streaming")
    assert (report.findings, report.triples) == ((), written.counts["triples"])
    assert written.counts["concepts"] == len(catalog) > 10_000


def test_nothing_is_replaced_unasked(odd: Catalog, tmp_path: Path) -> None:
    write(odd, tmp_path / "catalog.ttl")
    with pytest.raises(UsageError, match="exists already"):
        write(odd, tmp_path / "catalog.ttl")


def test_the_same_bytes_under_any_hash_seed(tmp_path: Path) -> None:
    code = "import sys; from exports.skos import write; from kg.catalog import Catalog; write(Catalog.load(), sys.argv[1])"
    texts = set()
    for seed in ("1", "2"):
        path = tmp_path / f"{seed}.ttl"
        subprocess.run([sys.executable, "-c", code, str(path)], check=True, env={**os.environ, "PYTHONHASHSEED": seed})
        texts.add(path.read_bytes())
    assert len(texts) == 1
