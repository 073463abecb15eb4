"""Graphs broken on purpose, once for each constraint of each shape: both engines find the same, and find it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import OWL, PROV, RDF, SKOS, XSD, Literal, URIRef

from exports import export
from kg.graph import Graph
from kg.validate import Finding, validate
from kg.validate.messages import message_of
from ontology.shacl import property_name, rule_name
from ontology.shapes import SHAPES, Property, Shape, shape_name
from ontology.terms import BASE, ONTOLOGY, PREFIXES, expand

KG = rdflib.Namespace(BASE + ONTOLOGY)
Broken = set[tuple[str, str]]
Spoil = Callable[[rdflib.Graph, URIRef, Property], bool]
SCHEME = URIRef("https://example.org/kg/scheme/concepts")
CATALOG = URIRef("https://example.org/kg/scheme/catalog")
LONG_AGO = URIRef("https://example.org/kg/concept/nowhere")


def iri(term: str) -> URIRef:
    return URIRef(expand(term)) if ":" in term else KG[term]  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def lines(awkward_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("validate") / "graph.nt"
    export(awkward_graph, "ntriples", path)
    return path.read_text("utf-8")


@pytest.fixture
def data(lines: str) -> rdflib.Graph:
    """A small graph, with every property that a shape speaks of."""
    graph = rdflib.Graph().parse(data=lines, format="nt")
    concept = min(graph.subjects(RDF.type, KG.Method))
    paper = min(graph.subjects(RDF.type, KG.Paper))
    link = min(graph.subjects(RDF.type, KG.Link))
    for shape in SHAPES:
        if shape.target == "Concept":
            node, others = (
                concept,
                {
                    "dcterms:replaces": LONG_AGO,
                    "skos:exactMatch": LONG_AGO,
                    "skos:topConceptOf": SCHEME,
                    "acronym": Literal("CS", lang="en"),
                },
            )
        elif shape.target == "Paper":
            node, others = paper, {"bibo:doi": Literal("10.1/x"), "venue": Literal("Letters")}
        elif shape.target == "Link":
            node, others = link, {"correction": Literal("confirm"), "prov:wasInfluencedBy": CATALOG, "variant": Literal("v2")}
        else:
            continue
        for p in shape.properties:
            if not any((s, RDF.type, iri(shape.target)) in graph for s in graph.subjects(iri(p.path))):
                graph.add((node, iri(p.path), others.get(p.path, concept)))
    return graph


def both(data: rdflib.Graph, folder: Path) -> set[Finding]:
    """What both engines find; they must not differ."""
    path = folder / "graph.nt"
    data.serialize(str(path), format="nt", encoding="utf-8")
    one, two = (validate(path, engine=engine) for engine in ("streaming", "pyshacl"))
    assert (one.engine, two.engine) == ("streaming", "pyshacl")
    assert one.triples == two.triples == len(data)
    assert [*one.findings] == [*two.findings]
    return {*one.findings}


def test_whole_graphs_break_nothing(data: rdflib.Graph, tiny_graph: Graph, awkward_graph: Graph, tmp_path: Path) -> None:
    assert validate(awkward_graph, engine="streaming").findings == ()
    # the second holds warnings
    assert [f.severity for f in validate(tiny_graph, engine="streaming").findings] == ["Warning"] * 2
    for graph in (data,):
        assert [f for f in both(graph, tmp_path) if f.severity != "Warning"] == []


# --- one constraint after the other -----------------------------------------------------------------------------------------


def none_left(data: rdflib.Graph, node: URIRef, p: Property) -> bool:
    data.remove((node, iri(p.path), None))
    return p.least > 0


def one_more(data: rdflib.Graph, node: URIRef, p: Property) -> bool:
    # as many as are too many, each with what the others do not say
    for n in range((p.most or 0) + 1):
        data.add((node, iri(p.path), Literal(str(n + 10_000), datatype=XSD.integer) if p.datatype == "integer" else Literal(f"more {n}")))
    return p.most is not None


def another_datatype(data: rdflib.Graph, node: URIRef, p: Property) -> bool:
    data.set((node, iri(p.path), Literal("2024-11-29", datatype=XSD.date)))
    return bool(p.datatype)


def ill_formed(data: rdflib.Graph, node: URIRef, p: Property) -> bool:
    # rdflib takes any boolean and any year for a good one: see below
    if p.datatype in ("integer", "decimal", "nonNegativeInteger"):
        data.set((node, iri(p.path), Literal("many", datatype=XSD[p.datatype], normalize=False)))
    return p.datatype in ("integer", "decimal", "nonNegativeInteger")


def text_for_iri(data: rdflib.Graph, node: URIRef, p: Property) -> bool:
    data.set((node, iri(p.path), Literal("see the page")))
    return p.iri


def empty_text(data: rdflib.Graph, node: URIRef, p: Property) -> bool:
    data.set((node, iri(p.path), Literal("")))
    return p.length > 0


def too_low(data: rdflib.Graph, node: URIRef, p: Property) -> bool:
    if p.low is not None:
        data.set((node, iri(p.path), Literal("-1.5" if p.datatype == "decimal" else "-1", datatype=XSD[p.datatype])))
    return p.low is not None


def too_high(data: rdflib.Graph, node: URIRef, p: Property) -> bool:
    data.set((node, iri(p.path), Literal("1.000001", datatype=XSD.decimal)))
    return p.high is not None


def of_no_class(data: rdflib.Graph, node: URIRef, p: Property) -> bool:
    data.add((node, iri(p.path), LONG_AGO))
    return len(p.classes) == 1


def of_no_class_of_several(data: rdflib.Graph, node: URIRef, p: Property) -> bool:
    data.add((node, iri(p.path), LONG_AGO))
    return len(p.classes) > 1


def not_among(data: rdflib.Graph, node: URIRef, p: Property) -> bool:
    data.set((node, iri(p.path), KG.likes))
    return bool(p.among)


def not_less(data: rdflib.Graph, node: URIRef, p: Property) -> bool:
    if p.below and len(data):
        data.set((node, iri(p.path), data.value(node, iri(p.below))))  # type: ignore[arg-type]
    return p.below is not None


def not_the_same(data: rdflib.Graph, node: URIRef, p: Property) -> bool:
    if p.equals and len(data):
        data.set((node, iri(p.path), max(data.subjects(RDF.type, KG.Paper))))
    return p.equals is not None


def in_both(data: rdflib.Graph, node: URIRef, p: Property) -> bool:
    if p.disjoint and len(data):
        data.add((node, iri(p.disjoint), data.value(node, iri(p.path))))  # type: ignore[arg-type]
    return p.disjoint is not None


def twice_in_a_language(data: rdflib.Graph, node: URIRef, p: Property) -> bool:
    if p.unique_language:
        data.add((node, iri(p.path), Literal("one more name", lang="en")))
    return p.unique_language


CONSTRAINTS: dict[str, tuple[str, Spoil]] = {
    "none left": ("MinCount", none_left),
    "one more": ("MaxCount", one_more),
    "another datatype": ("Datatype", another_datatype),
    "ill-formed": ("Datatype", ill_formed),
    "text for an IRI": ("NodeKind", text_for_iri),
    "empty text": ("MinLength", empty_text),
    "too low": ("MinInclusive", too_low),
    "too high": ("MaxInclusive", too_high),
    "of no class": ("Class", of_no_class),
    "of no class of several": ("Or", of_no_class_of_several),
    "not among": ("In", not_among),
    "not less": ("LessThan", not_less),
    "not the same": ("Equals", not_the_same),
    "in both": ("Disjoint", in_both),
    "twice in a language": ("UniqueLang", twice_in_a_language),
}


def parts() -> Iterator[tuple[Shape, Property]]:
    yield from ((shape, p) for shape in SHAPES for p in shape.properties)


@pytest.mark.parametrize("what", CONSTRAINTS)
def test_each_property_broken_by_each_constraint(what: str, data: rdflib.Graph, tmp_path: Path) -> None:
    constraint, spoil = CONSTRAINTS[what]
    expected: Broken = set()
    clean = rdflib.Graph() + data
    for shape, p in parts():
        # a trial, so that only what such a constraint is about is spoilt
        if spoil(rdflib.Graph(), LONG_AGO, p):
            node = min(s for s in clean.subjects(iri(p.path)) if (s, RDF.type, iri(shape.target)) in clean)
            spoil(data, node, p)
            expected.add((property_name(shape, p.path), constraint))
    assert expected
    assert expected - {(f.shape, f.constraint) for f in both(data, tmp_path)} == set()


def test_every_constraint_of_every_shape_is_broken_above() -> None:
    tried = {constraint for constraint, _ in CONSTRAINTS.values()} | {"Xone", "NodeKind"}
    text = Path(__file__).resolve().parents[2].joinpath("ontology", "shapes.ttl").read_text("utf-8")
    other = "targetClass targetSubjectsOf severity property sparql path message prefixes select declare prefix namespace"
    used = set(re.findall(r"sh:([a-z]\w*) ", text)) - set(other.split())
    assert {word.lower() for word in tried} == {word.lower() for word in used}
    for shape, p in parts():
        assert message_of(property_name(shape, p.path), "MinCount")


# --- whole nodes, and rules ---------------------------------------------------------------------------------------------------


def two_types(data: rdflib.Graph) -> Broken:
    data.add((min(data.subjects(RDF.type, KG.Task)), RDF.type, KG.Metric))
    return {("ConceptShape", "Xone")}


def no_type(data: rdflib.Graph) -> Broken:
    data.remove((min(data.subjects(RDF.type, KG.Task)), RDF.type, KG.Task))
    paper = min(data.subjects(RDF.type, KG.Paper))
    data.remove((paper, RDF.type, None))
    data.add((paper, RDF.type, KG.Paper))
    return {("ConceptShape", "Xone"), ("PaperShape", "Xone")}


def same_ids(data: rdflib.Graph) -> Broken:
    broken: Broken = set()
    for kind in (KG.Paper, KG.Concept):
        first, second, *_ = sorted(data.subjects(RDF.type, kind))
        data.set((first, KG.id, data.value(second, KG.id)))  # type: ignore[arg-type]
        broken.add((f"{str(kind).removeprefix(str(KG))}Shape-key", "SPARQL"))
    return broken


def no_triple(data: rdflib.Graph) -> Broken:
    for kind in (KG.Link, KG.ConceptRelation):
        statement = min(data.subjects(RDF.type, kind))
        data.remove((data.value(statement, RDF.subject), data.value(statement, RDF.predicate), None))
    return {("LinkShape-triple", "SPARQL"), ("ConceptRelationShape-triple", "SPARQL")}


def decisive_is_no_evidence(data: rdflib.Graph) -> Broken:
    for kind in (KG.Link, KG.ConceptRelation):
        statement = min(s for s in data.subjects(RDF.type, kind) if data.value(s, KG.evidence))
        data.remove((statement, KG.evidence, data.value(statement, KG.decisiveEvidence)))
    return {("LinkShape-decisive", "SPARQL"), ("ConceptRelationShape-decisive", "SPARQL")}


def read_nowhere(data: rdflib.Graph) -> Broken:
    read = min(s for s in data.subjects(RDF.type, KG.ConceptRelation) if data.value(s, KG.evidence))
    data.remove((read, KG.decisiveEvidence, None))
    return {("ConceptRelationShape-read", "SPARQL")}


def catalog_with_evidence(data: rdflib.Graph) -> Broken:
    unread = min(s for s in data.subjects(RDF.type, KG.ConceptRelation) if not data.value(s, KG.evidence))
    data.add((unread, KG.evidence, min(data.subjects(RDF.type, KG.Evidence))))
    return {("ConceptRelationShape-unread", "SPARQL")}


def wrong_offsets(data: rdflib.Graph) -> Broken:
    place = min(data.subjects(RDF.type, iri("oa:TextPositionSelector")))
    start = int(str(data.value(place, iri("oa:start"))))
    data.set((place, iri("oa:start"), Literal(str(start + 1), datatype=XSD.nonNegativeInteger)))
    return {("SpecificResourceShape-verbatim", "SPARQL")}


def other_words(data: rdflib.Graph) -> Broken:
    data.set((max(data.subjects(RDF.type, iri("oa:TextQuoteSelector"))), iri("oa:exact"), Literal('a "quote" \\ and a\nline')))
    return {("SpecificResourceShape-verbatim", "SPARQL")}


def odd_pairs(data: rdflib.Graph) -> Broken:
    broken: Broken = set()
    task, metric = min(data.subjects(RDF.type, KG.Task)), min(data.subjects(RDF.type, KG.Metric))
    for shape in SHAPES:
        if shape.subjects_of:
            paper = shape.target in ("evaluatesOn", "addresses", "measures")
            head = min(data.subjects(RDF.type, KG.Paper)) if paper else metric
            data.add((head, KG[shape.target], metric if shape.target == "addresses" else task))
            broken.add((rule_name(shape, "signature"), "SPARQL"))
    return broken


RULES = (
    two_types, no_type, same_ids, no_triple, decisive_is_no_evidence, read_nowhere, catalog_with_evidence, wrong_offsets, other_words,
    odd_pairs,
)  # fmt: skip


@pytest.mark.parametrize("spoil", RULES)
def test_what_spans_several_nodes(spoil: Callable[[rdflib.Graph], Broken], data: rdflib.Graph, tmp_path: Path) -> None:
    expected = spoil(data)
    assert expected - {(f.shape, f.constraint) for f in both(data, tmp_path)} == set()


def test_every_rule_is_broken_above(data: rdflib.Graph) -> None:
    broken = {name for spoil in RULES for name, constraint in spoil(rdflib.Graph() + data) if constraint == "SPARQL"}
    assert broken == {rule_name(shape, rule.name) for shape in SHAPES for rule in shape.rules}


def test_an_acceptable_type_is_as_good_as_the_main_one(data: rdflib.Graph, tmp_path: Path) -> None:
    paper, metric = min(data.subjects(RDF.type, KG.Paper)), min(data.subjects(RDF.type, KG.Metric))
    data.add((paper, KG.addresses, metric))
    assert {f.shape for f in both(data, tmp_path) if f.value == str(metric)} == {"addressesShape-signature"}
    data.add((metric, KG.alsoType, KG.Method))
    assert not [f for f in both(data, tmp_path) if f.value == str(metric)]


def test_ill_formed_years_and_booleans_are_found_by_the_streaming_engine(lines: str, tmp_path: Path) -> None:
    path = tmp_path / "graph.nt"
    path.write_text(re.sub(r'"(2024|true)"\^\^', '"often"^^', lines), encoding="utf-8")
    found = {(f.shape, f.constraint, f.value) for f in validate(path, engine="streaming").findings}
    assert found == {("PaperShape-issued", "Datatype", "often"), ("ConceptShape-known", "Datatype", "often")}


def test_a_blank_node_is_no_paper(data: rdflib.Graph, tmp_path: Path) -> None:
    data.add((rdflib.BNode(), RDF.type, KG.Paper))
    path = tmp_path / "blank.nt"
    data.serialize(str(path), format="nt", encoding="utf-8")
    for engine in ("streaming", "pyshacl"):
        assert ("PaperShape", "NodeKind") in {(f.shape, f.constraint) for f in validate(path, engine=engine).findings}


# --- anything ---------------------------------------------------------------------------------------------------------------


VALUES = st.one_of(
    st.sampled_from([KG.Paper, KG.Metric, KG.uses, LONG_AGO, URIRef("https://example.org/kg/concept/bert")]),
    st.text(st.characters(blacklist_categories=("Cs",)), max_size=4).map(Literal),
    st.text("ab", max_size=2).map(lambda text: Literal(text, lang="en")),
    st.integers(-2, 200).map(lambda n: Literal(str(n), datatype=XSD.nonNegativeInteger)),
    st.sampled_from([Literal("0.5", datatype=XSD.decimal), Literal("true", datatype=XSD.boolean)]),
)


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.floats(0, 0.999), st.sampled_from(["gone", "changed", "moved"]), VALUES), min_size=5, max_size=40))
def test_both_find_the_same_whatever_is_broken(
    lines: str, tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[float, str, rdflib.term.Node]]
) -> None:
    data = rdflib.Graph().parse(data=lines, format="nt")
    triples = sorted(data)
    for where, what, value in changes:
        s, p, o = triples[int(where * len(triples))]
        data.remove((s, p, o))
        if what == "changed":
            data.add((s, p, value))
        elif what == "moved":
            data.add((triples[int(where * 7 * len(triples)) % len(triples)][0], p, o))
    both(data, tmp_path_factory.mktemp("any"))


def test_names_of_vocabularies_are_those_of_the_exports() -> None:
    assert {str(OWL), str(PROV), str(SKOS)} <= set(PREFIXES.values())
    assert len({shape_name(shape) for shape in SHAPES}) == len(SHAPES)
