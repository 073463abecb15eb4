"""A small graph whose ids and texts hold everything that formats trip over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg.catalog import Catalog
from kg.graph import Graph, write_graph
from kg.model import Concept, ConceptRelation, ConceptType, Evidence, Finding, Mention, Paper, Reading, Relation, Statement
from kg.model import Field as FieldName

AWKWARD_CATALOG = (
    Concept("image-classification", ConceptType.TASK, "image classification", ("object classification",), broader=("3d-vision",)),
    Concept("3d-vision", ConceptType.TASK, "computer vision", acronyms=("CV",), identifiers=("wikidata:Q844240", "cso:computer_vision")),
    Concept(
        "odd id/é 😀?",
        ConceptType.DATASET,
        'The "Odd" set \\ n',
        ("odd set",),
        ("OS",),
        also=(ConceptType.METRIC,),
        flags=frozenset({"exact-case"}),
    ),
    Concept("c++", ConceptType.METHOD, "C++ <search>", identifiers=("mlso:ml_algorithm/search", "pwc:c-plus-plus", "odd thing")),
    Concept("accuracy", ConceptType.METRIC, "accuracy"),
    Concept("unused", ConceptType.METRIC, "never named"),
)  # fmt: skip

AWKWARD_PAPERS = (
    Paper(
        "arxiv:2401.00001",
        'A "quoted" search: C++ <search> for image classification',
        "Backslash \\ and tab\tand 😀 stand before C++ <search>. We test on the odd set. Accuracy, no less, is measured.\u2028End.",
        ("Ada \\ Löv", 'Bo "B" Ng'),
        2024,
        "Journal of Odd \x01 Things",
        ("https://arxiv.org/abs/2401.00001", "http://x.org/a b|c", "see the page"),
        "10.48550/arxiv.2401.00001",
        "2401.00001",
        "in put.jsonl",
        3,
    ),
    Paper(
        "title:same words", "Second look at image classification", "FooNet is a kind of C++ <search>. FooNet wins.", source="in put.jsonl"
    ),
    Paper("acl:2020.acl-main.1", "No concept here", "", venue="ACL"),
    Paper(
        "doi:10.1/x(y)<z>", "FooNet again, and image classification", "FooNet and image classification; FooNet for image classification."
    ),
)

#: What the manifest says of how the graph was made.
MADE: dict[str, Any] = {"reader": "by hand", "settings": {"threshold": 0.5, "odd": 'é " \\'}, "inputs": [("in put.jsonl", "c" * 64)]}


def _evidence(paper: Paper, field: FieldName, text: str, nth: int = 0, cue: str = "") -> Evidence:
    whole = paper.text(field)
    start = -1
    for _ in range(nth + 1):
        start = whole.index(text, start + 1)
    before = whole.rfind(". ", 0, start)
    after = whole.find(". ", start)
    sentence = (before + 2 if before >= 0 else 0, after + 1 if after >= 0 else len(whole))
    return Evidence(Mention(field, start, start + len(text), text), *sentence, cue)


def _finding(
    label: str, type_: ConceptType, relation: Relation, confidence: float, *evidence: Evidence, concept: str = "", variant: str = ""
) -> Finding:
    scores = tuple(1.0 if t is type_ else 0.0 for t in ConceptType)
    return Finding(label, (), (), type_, scores, relation, confidence, evidence, concept, variant)


def awkward_pairs() -> list[tuple[Paper, Reading]]:
    """Papers with readings made by hand."""
    one, two, none, three = AWKWARD_PAPERS
    search = ("C++ <search>", ConceptType.METHOD, Relation.PROPOSES)
    task = ("image classification", ConceptType.TASK, Relation.ADDRESSES)
    return [
        (
            one,
            Reading(
                one.id,
                (
                    _finding(
                        *search, 0.987654321, _evidence(one, "title", "C++ <search>"), _evidence(one, "abstract", "C++ <search>"),
                        concept="c++", variant='20 "b"',
                    ),
                    _finding(*task, 0.5, _evidence(one, "title", "image classification"), concept="image-classification"),
                    _finding(
                        "odd set", ConceptType.DATASET, Relation.EVALUATES_ON, 1.0,
                        _evidence(one, "abstract", "odd set", cue="test on"), concept="odd id/é 😀?",
                    ),
                    _finding(
                        "accuracy", ConceptType.METRIC, Relation.MEASURES, 0.0, _evidence(one, "abstract", "Accuracy"), concept="accuracy"
                    ),
                ),
                (
                    Statement(0, ConceptRelation.USED_FOR, 1, 0.75, "title", 18, len(one.title)),
                    Statement(0, ConceptRelation.EVALUATED_ON, 2, 0.8, "abstract", 53, 76),
                ),
            ),
        ),
        (
            two,
            Reading(
                two.id,
                (
                    _finding(*task, 0.9, _evidence(two, "title", "image classification"), concept="image-classification"),
                    _finding("FooNet", ConceptType.ARCHITECTURE, Relation.PROPOSES, 0.6, _evidence(two, "abstract", "FooNet")),
                    _finding(*search, 0.7, _evidence(two, "abstract", "C++ <search>"), concept="c++"),
                ),
                (Statement(1, ConceptRelation.KIND_OF, 2, 0.6, "abstract", 0, 33),),
            ),
        ),
        (none, Reading(none.id, (), ())),
        (
            three,
            Reading(
                three.id,
                (
                    _finding("FooNet", ConceptType.ARCHITECTURE, Relation.USES, 0.4, _evidence(three, "abstract", "FooNet", 1)),
                    _finding(*task, 0.3, _evidence(three, "title", "image classification"), concept="image-classification"),
                    _finding("FooNets", ConceptType.ARCHITECTURE, Relation.MENTIONS, 0.2, _evidence(three, "abstract", "FooNet")),
                ),
                (
                    Statement(0, ConceptRelation.USED_FOR, 1, 0.4, "abstract", 0, 31),
                    Statement(0, ConceptRelation.USED_FOR, 1, 0.9, "abstract", 33, len(three.abstract)),
                    Statement(2, ConceptRelation.USED_FOR, 1, 0.5, "abstract", 33, len(three.abstract)),
                    Statement(0, ConceptRelation.KIND_OF, 2, 0.5, "abstract", 0, 31),
                ),
            ),
        ),
    ]  # fmt: skip


@pytest.fixture(scope="session")
def awkward_graph(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """Four papers, one of them without links; quotes, backslashes, emoji, controls and spaces in ids and texts."""
    return write_graph(tmp_path_factory.mktemp("awkward") / "graph", awkward_pairs(), Catalog(AWKWARD_CATALOG), **MADE)


@pytest.fixture(scope="session")
def awkward_again(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Graph]:
    """Makes the same graph once more, its papers in another order."""

    def make() -> Graph:
        folder: Path = tmp_path_factory.mktemp("again") / "graph"
        return write_graph(folder, reversed(awkward_pairs()), Catalog(AWKWARD_CATALOG), **MADE)

    return make
