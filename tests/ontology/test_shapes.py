"""The table of shapes against the schema, the curated links and relations, and the constraints of Neo4j."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
import rdflib
from rdflib import OWL, RDF, RDFS

import ontology
from exports.property_graph import CONSTRAINTS, LINK_TYPES, RELATION_TYPES, TYPE_LABELS
from kg.model import ConceptRelation, ConceptType, Relation
from ontology.names import CLASSES, PATTERNS, PROPERTIES
from ontology.shapes import KEYS, SHAPES
from ontology.signatures import SIGNATURES, TYPES, restricted
from ontology.terms import BASE, ONTOLOGY

KG = rdflib.Namespace(BASE + ONTOLOGY)
RELATIONS = {r.value: r for r in (*Relation, *ConceptRelation)}


@pytest.fixture(scope="module")
def schema() -> rdflib.Graph:
    return rdflib.Graph().parse(data=ontology.text("schema.ttl"), format="turtle")


def test_every_class_has_a_shape() -> None:
    shaped = {shape.target for shape in SHAPES} | {kind for shape in SHAPES for kind in shape.one_of}
    # each statement is a link or a relation
    assert set(CLASSES) - shaped == {"Statement"}
    assert len({shape.target for shape in SHAPES}) == len(SHAPES)


def test_shapes_do_not_contradict_the_schema(schema: rdflib.Graph) -> None:
    for shape in SHAPES:
        for p in shape.properties:
            if p.path in PROPERTIES:
                term = KG[p.path]
                assert (p.datatype != "") == ((term, RDF.type, OWL.DatatypeProperty) in schema), p.path
                if p.datatype:
                    assert str(schema.value(term, RDFS.range)).endswith(f"#{p.datatype}"), p.path
                if (term, RDF.type, OWL.FunctionalProperty) in schema:
                    assert p.most == 1, p.path


def test_signatures_are_of_the_relations_and_types_there_are() -> None:
    assert set(SIGNATURES) == set(PATTERNS) == set(RELATIONS)
    assert set(TYPES) == {t.value for t in ConceptType}
    for name, pairs in SIGNATURES.items():
        heads = {"Paper"} if PATTERNS[name][0] == "Paper" else set(TYPES)
        assert pairs and all(head in heads and tail in TYPES for head, tail in pairs)
    assert {shape.target for shape in SHAPES if shape.subjects_of} == set(restricted())


@pytest.mark.corpus
def test_nearly_all_that_curators_say_is_expected(shared: Path) -> None:
    told: Counter[str] = Counter()
    fits: Counter[str] = Counter()
    named: dict[tuple[str, str], set[str]] = {}

    def say(relation: str, heads: set[str], tails: set[str]) -> None:
        told[relation] += 1
        fits[relation] += any((head, tail) in SIGNATURES[relation] for head in heads for tail in tails)  # type: ignore[index,comparison-overlap]

    def records(name: str) -> list[dict[str, list[dict[str, str]]]]:
        return [json.loads(line) for line in (shared / "gold" / name).read_text("utf-8").splitlines()]

    for file in ("links.train.jsonl", "links.dev.jsonl"):
        for paper in records(file):
            for entity in paper["entities"]:
                types = {entity["type"], *entity["also"]}
                say(entity["relation"], {"Paper"}, types)
                named |= {(str(paper["title"]), name): types for name in (entity["name"], *entity["aliases"])}
    for paper in records("relations.dev.jsonl"):
        for relation in paper["relations"]:
            head, tail = (named[str(paper["title"]), relation[end]] for end in ("head", "tail"))
            say(relation["relation"], head, tail)
    assert set(told) == set(SIGNATURES)
    assert all(fits[relation] / told[relation] > 0.97 for relation in told), {r: (fits[r], told[r]) for r in told}
    narrow = [relation for relation in told if relation in restricted()]
    assert sum(fits[r] for r in narrow) / sum(told[r] for r in narrow) > 0.99


def test_neo4j_has_the_same_keys_types_and_labels() -> None:
    unique = [line for line in CONSTRAINTS if "IS UNIQUE" in line]
    for kind, key in KEYS.items():
        assert [line for line in unique if f":{kind})" in line and f".{key} IS UNIQUE" in line], kind
    assert {RELATIONS[name].name for name in SIGNATURES} == {*LINK_TYPES, *RELATION_TYPES}
    assert set(TYPE_LABELS) == set(TYPES)
