"""Descriptions in VoID and DCAT keep to their shapes; broken ones are found by both engines alike, each constraint of each property."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib
from rdflib import RDF, XSD, Literal, URIRef

from exports import export
from kg.errors import DataError
from kg.graph import Graph
from kg.validate import Finding, validate
from kg.validate.messages import message_of
from ontology.description import DESCRIPTION
from ontology.shacl import property_name
from ontology.shapes import SHAPES, Property, Shape, shape_name
from ontology.void import DESCRIBED, expand_description

ELSEWHERE = URIRef("https://example.org/elsewhere")


def iri(term: str) -> URIRef:
    return URIRef(expand_description(term))


@pytest.fixture(scope="module", params=["tiny_graph", "awkward_graph"])
def described(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A description with all that one can have."""
    graph: Graph = request.getfixturevalue(request.param)
    folder = tmp_path_factory.mktemp("described")
    export(graph, "ntriples", folder / "graph.nt")
    export(graph, "void", folder / "void.ttl", files=str(folder / "graph.nt"), license="https://example.org/licence")
    return folder / "void.ttl"


@pytest.fixture
def data(described: Path) -> rdflib.Graph:
    return rdflib.Graph().parse(str(described), format="turtle")


def both(data: rdflib.Graph, folder: Path) -> set[tuple[str, str, str]]:
    path = folder / "void.nt"
    data.serialize(str(path), format="nt", encoding="utf-8")
    one, two = (validate(path, engine=engine) for engine in ("streaming", "pyshacl"))
    assert (one.engine, two.engine) == ("streaming", "pyshacl") and one.triples == two.triples == len(data)
    assert [*one.findings] == [*two.findings]
    return {(f.node, f.shape, f.constraint) for f in one.findings}


@pytest.mark.parametrize("engine", ["streaming", "pyshacl"])
def test_what_is_written_keeps_to_its_shapes(engine: str, described: Path) -> None:
    report = validate(described, engine=engine)  # type: ignore[arg-type]
    assert report.findings == () and report.triples > 100
    # under another base, told or found out
    assert validate(described, engine=engine, base="https://example.org/kg/").findings == ()  # type: ignore[arg-type]


def test_shapes_speak_of_every_property_and_class_that_is_written(data: rdflib.Graph) -> None:
    spoken = {iri(p.path) for shape in DESCRIPTION for p in shape.properties}
    kinds = {iri(kind) for shape in DESCRIPTION for kind in (shape.target, *(c for p in shape.properties for c in p.classes))}
    assert set(data.predicates()) - {RDF.type} == spoken
    assert set(data.objects(None, RDF.type)) == kinds - {iri(s.target) for s in DESCRIPTION if s.subjects_of}
    assert {str(iri(term)) for term in DESCRIBED} <= {*map(str, spoken), *map(str, kinds)}
    # a name of a shape has one meaning
    assert len({shape_name(s) for s in (*SHAPES, *DESCRIPTION)}) == len(SHAPES) + len(DESCRIPTION)


def broken(data: rdflib.Graph, shape: Shape, p: Property) -> Iterator[tuple[str, rdflib.Graph, str]]:
    """(node, data, constraint): the first node of a shape with a property, spoilt in each way that breaks what holds of it."""
    path, target = iri(p.path), iri(shape.target)
    nodes = data.subjects(target) if shape.subjects_of else data.subjects(RDF.type, target)
    node = min(n for n in nodes if (n, path, None) in data)

    def with_(*values: rdflib.term.Node) -> rdflib.Graph:
        copy = rdflib.Graph() + data
        copy.remove((node, path, None))
        for value in values:
            copy.add((node, path, value))
        return copy

    kept = min(data.objects(node, path))
    if p.least and path != target:
        yield str(node), with_(), "MinCount"
    if p.most:
        yield str(node), with_(kept, ELSEWHERE), "MaxCount"
    if p.datatype:
        yield str(node), with_(ELSEWHERE), "Datatype"
    if p.datatype == "hexBinary":
        yield str(node), with_(Literal("no digits", datatype=XSD.hexBinary, normalize=False)), "Datatype"
    if p.iri:
        yield str(node), with_(Literal("a text")), "NodeKind"
    if p.length:
        yield str(node), with_(Literal("", datatype=XSD.string)), "MinLength"
    if p.low is not None:
        yield str(node), with_(Literal(str(p.low - 1), datatype=XSD.integer)), "MinInclusive"
    if p.classes:
        yield str(node), with_(ELSEWHERE), "Class"
    if p.among:
        yield str(node), with_(ELSEWHERE), "In"
    if p.equals:
        yield str(node), with_(Literal("77", datatype=XSD.integer)), "Equals"


@pytest.mark.parametrize("shape", DESCRIPTION, ids=shape_name)
def test_each_property_broken_by_each_constraint(shape: Shape, data: rdflib.Graph, tmp_path: Path) -> None:
    for p in shape.properties:
        tried = 0
        for node, spoilt, constraint in broken(data, shape, p):
            assert (node, property_name(shape, p.path), constraint) in both(spoilt, tmp_path), (p.path, constraint)
            assert message_of(property_name(shape, p.path), constraint).startswith(p.path)
            tried += 1
        assert tried


def test_a_blank_node_is_no_dataset(data: rdflib.Graph, tmp_path: Path) -> None:
    data.add((rdflib.BNode(), RDF.type, iri("void:Linkset")))
    path = tmp_path / "void.nt"
    data.serialize(str(path), format="nt", encoding="utf-8")
    for engine in ("streaming", "pyshacl"):
        found: tuple[Finding, ...] = validate(path, engine=engine).findings  # type: ignore[arg-type]
        assert ("LinksetShape", "NodeKind") in {(f.shape, f.constraint) for f in found}


def test_a_graph_with_its_description_is_a_graph(described: Path, tmp_path: Path) -> None:
    data = rdflib.Graph().parse(str(described), format="turtle")
    data.parse(str(described.with_name("graph.nt")), format="nt")
    path = tmp_path / "both.nt"
    data.serialize(str(path), format="nt", encoding="utf-8")
    # its datasets are dcat:Dataset too, and nobody has to count their triples
    assert not validate(path, engine="streaming").violations


def test_a_description_of_something_else_is_nothing_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "void.nt"
    path.write_text(f"<https://example.org/data> <{RDF.type}> <{iri('void:Dataset')}> .\n", encoding="utf-8")
    with pytest.raises(DataError, match="holds no term of a paperkg graph"):
        validate(path)
