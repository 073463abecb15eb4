"""The VoID description counts what the files hold; the SSSOM file says what the catalog maps."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from exports import export
from exports.iris import Iris
from exports.sssom import COLUMNS
from exports.void import PIECE
from kg.errors import UsageError
from kg.graph import Graph
from kg.load.records import write_records
from kg.model import Concept, ConceptType

VOID = rdflib.Namespace("http://rdfs.org/ns/void#")
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
SPDX = rdflib.Namespace("http://spdx.org/rdf/terms#")
SHACL_BASE = "https://example.org/kg/"


@pytest.fixture(scope="module", params=["tiny_graph", "awkward_graph"])
def graph(request: pytest.FixtureRequest) -> Graph:
    found: Graph = request.getfixturevalue(request.param)
    return found


@pytest.mark.parametrize("piece", [30, PIECE])
def test_every_count_is_that_of_the_file(graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int) -> None:
    monkeypatch.setattr("exports.void.PIECE", piece)
    export(graph, "ntriples", tmp_path / "graph.nt")
    export(graph, "turtle", tmp_path / "graph.ttl")
    files = f"{tmp_path / 'graph.nt'}, {tmp_path / 'graph.ttl'}"
    export(graph, "void", tmp_path / "void.ttl", files=files, license="https://example.org/licence")
    found = rdflib.Graph().parse(str(tmp_path / "void.ttl"), format="turtle")
    assert not any(isinstance(term, rdflib.BNode) for triple in found for term in triple)
    data = {q.triple for q in ox.parse(path=str(tmp_path / "graph.nt"), format=ox.RdfFormat.N_TRIPLES)}
    [whole] = found.subjects(rdflib.RDF.type, DCAT.Dataset)
    assert str(whole) == SHACL_BASE + "description"

    def number(node: rdflib.term.Node, name: str) -> int:
        return int(str(found.value(node, VOID[name], any=False)))

    subjects = {t.subject for t in data}
    assert number(whole, "triples") == len(data)
    assert number(whole, "entities") == number(whole, "distinctSubjects") == len(subjects)
    properties = Counter(t.predicate.value for t in data)
    told = {str(found.value(p, VOID.property)): number(p, "triples") for p in found.objects(whole, VOID.propertyPartition)}
    assert told == dict(properties) and number(whole, "properties") == len(properties)
    classes = Counter(t.object.value for t in data if t.predicate.value == str(rdflib.RDF.type) and isinstance(t.object, ox.NamedNode))
    told = {str(found.value(c, VOID["class"])): number(c, "entities") for c in found.objects(whole, VOID.classPartition)}
    assert told == dict(classes) and number(whole, "classes") == len(classes)
    sets = list(found.objects(whole, VOID.subset))
    for linkset in sets:
        space = str(found.value(found.value(linkset, VOID.objectsTarget), VOID.uriSpace))
        link = str(found.value(linkset, VOID.linkPredicate))
        these = [t for t in data if t.predicate.value == link and isinstance(t.object, ox.NamedNode) and t.object.value.startswith(space)]
        assert number(linkset, "triples") == len(these) > 0
    mapped = properties["http://www.w3.org/2004/02/skos/core#exactMatch"] + properties["http://www.w3.org/2002/07/owl#sameAs"]
    assert sum(number(linkset, "triples") for linkset in sets) == mapped > 0
    example = str(found.value(whole, VOID.exampleResource))
    assert ox.NamedNode(example) in subjects
    for file in found.objects(whole, DCAT.distribution):
        path = tmp_path / str(found.value(file, rdflib.DCTERMS.title))
        assert int(str(found.value(file, DCAT.byteSize))) == path.stat().st_size
        digest = found.value(found.value(file, SPDX.checksum), SPDX.checksumValue)
        assert isinstance(digest, rdflib.Literal) and str(digest).lower() == hashlib.sha256(path.read_bytes()).hexdigest()
    assert number(whole, "documents") == len(list(found.objects(whole, DCAT.distribution))) == 2


def test_a_file_that_is_not_there_is_told(tiny_graph: Graph, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no file of RDF there"):
        export(tiny_graph, "void", tmp_path / "void.ttl", files="none.nt")
    assert list(tmp_path.iterdir()) == []


def test_what_would_make_no_description_is_refused(tiny_graph: Graph, tmp_path: Path) -> None:
    files = [tmp_path / folder / "graph.nt" for folder in ("one", "two")]
    for file in files:
        file.parent.mkdir()
        file.touch()
    with pytest.raises(UsageError, match=r"several files are called graph\.nt"):
        export(tiny_graph, "void", tmp_path / "void.ttl", files=",".join(map(str, files)))
    for licence in ("MIT", "https://example.org/a b", "https://example.org/<"):
        with pytest.raises(UsageError, match="give the address of one"):
            export(tiny_graph, "void", tmp_path / "void.ttl", license=licence)
    assert not (tmp_path / "void.ttl").exists()


def test_mappings_are_those_of_the_triples(graph: Graph, tmp_path: Path) -> None:
    written = export(graph, "sssom", tmp_path / "map.sssom.tsv")
    export(graph, "ntriples", tmp_path / "graph.nt")
    lines = (tmp_path / "map.sssom.tsv").read_text("utf-8").splitlines(keepends=True)
    head = [line for line in lines if line.startswith("#")]
    # what SSSOM requires of a set: an id and a licence, both IRIs; and a prefix for every CURIE
    for slot in ("mapping_set_id", "license"):
        assert any(re.fullmatch(rf"# {slot}: https?://\S+\n", line) for line in head), slot
    spaces = dict(re.fullmatch(r"#   (\w+): (\S+)\n", line).groups() for line in head[head.index("# curie_map:\n") + 1 :])  # type: ignore[union-attr]
    rows = list(csv.DictReader(io.StringIO("".join(lines[len(head) :])), delimiter="\t"))
    assert len(rows) == written.counts["mappings"] > 0
    assert list(rows[0]) == list(COLUMNS)

    def whole(curie: str) -> str:
        prefix, _, local = curie.partition(":")
        return spaces[prefix] + local

    labels = {Iris().concept(c): c.label for c in graph.concepts()}
    said = set()
    for row in rows:
        assert all(row.values()) and whole(row["mapping_justification"]).startswith("https://w3id.org/semapv/vocab/")
        assert row["subject_label"] == labels[whole(row["subject_id"])]
        said.add((whole(row["subject_id"]), whole(row["predicate_id"]), whole(row["object_id"])))
    data = {q.triple for q in ox.parse(path=str(tmp_path / "graph.nt"), format=ox.RdfFormat.N_TRIPLES)}
    assert said == {
        (t.subject.value, t.predicate.value, t.object.value)  # type: ignore[union-attr]
        for t in data
        if t.predicate.value == "http://www.w3.org/2004/02/skos/core#exactMatch"
    }
    assert [tuple(row.values()) for row in rows] == sorted(tuple(row.values()) for row in rows)


def test_catalogs_of_data_are_near_and_what_has_no_address_is_counted(tmp_path: Path) -> None:
    named = ("hf:imdb", "tfds:imdb_reviews", "hf-evaluate:bleu", "mlso:ml_task_type/X", "hf:a b", "odd thing", "hf-task:parsing")
    concept = Concept("imdb", ConceptType.DATASET, "IMDb", identifiers=named)
    graph = write_records(tmp_path / "graph", papers=(), concepts=[concept], links=(), relations=(), loaded={"from": "here"})
    written = export(graph, "sssom", tmp_path / "map.sssom.tsv")
    text = (tmp_path / "map.sssom.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line.startswith("concept:")]
    assert [(row[2], row[3]) for row in rows] == [
        ("skos:closeMatch", "hf-evaluate:bleu"),
        ("skos:closeMatch", "hf:imdb"),
        ("skos:closeMatch", "tfds:imdb_reviews"),
        ("skos:exactMatch", "mlso:ml_task_type/X"),
    ]
    assert "#   tfds: https://www.tensorflow.org/datasets/catalog/\n" in text and written.counts == {"mappings": 4}
    assert written.notes == ("3 identifiers have no known address and are left out",)
