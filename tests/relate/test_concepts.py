"""Relations between concepts that one text states: pairs seen, types that fit, and the clause that shows it."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from kg.catalog import Catalog
from kg.model import ConceptRelation, ConceptType, Paper, Reading, Statement
from kg.reader import Reader
from kg.recognize.forest import SCALE, Forest
from kg.relate.concepts import FITTING, NONE, THRESHOLD, ConceptRelations, _unimplied, clause, hierarchy
from kg.relate.pairs import COLUMNS

TASK, DATASET, ARCHITECTURE, METHOD, METRIC = ConceptType
PAPER = Paper(
    "p",
    "PrismNet",
    "We propose PrismNet, a Transformer for image classification. On ImageNet, PrismNet beats BERT; accuracy is measured. Dropout is used.",
)


@pytest.fixture(scope="module")
def reader(tiny_catalog: Catalog) -> Reader:
    return Reader(tiny_catalog, threshold=0.2)


def _always(relation: ConceptRelation, second: ConceptRelation | None = None) -> Forest:
    """A forest that reads one relation in every pair, and another a little less."""
    outputs = (NONE, *(r.value for r in ConceptRelation))
    base = [4 * SCALE if o == relation.value else 63 * SCALE // 16 if second and o == second.value else 0 for o in outputs]
    leaf = np.zeros(1, np.int32)
    return Forest(
        COLUMNS, outputs, np.full(1, -1, np.int16), np.zeros(1, np.float32), leaf, leaf, leaf,
        np.zeros((1, len(outputs)), np.int32), np.array(base, np.int32),
    )  # fmt: skip


def _stated(reader: Reader, catalog: Catalog, forest: Forest, paper: Paper = PAPER) -> tuple[list[str], list[Statement]]:
    """The labels of the findings, and what the forest states of them."""
    sight, named, findings = reader.seen(paper)
    return [f.label for f in findings], ConceptRelations(hierarchy(catalog), forest).statements(sight, [(named, findings)])[0]


def test_types_fit(reader: Reader, tiny_catalog: Catalog) -> None:
    _, _, findings = reader.seen(PAPER)
    assert {f.type for f in findings} >= {TASK, DATASET, ARCHITECTURE}
    for relation, (heads, tails) in FITTING.items():
        _, statements = _stated(reader, tiny_catalog, _always(relation))
        assert statements
        for s in statements:
            assert s.relation is relation
            assert findings[s.head].type in heads
            assert findings[s.tail].type in tails


def test_what_does_not_fit_gives_way_to_what_does(reader: Reader, tiny_catalog: Catalog) -> None:
    # neither of two that are nearly as likely has one half, but that there is none is hardly likely
    _, statements = _stated(reader, tiny_catalog, _always(ConceptRelation.MEASURED_BY, ConceptRelation.USED_FOR))
    assert {s.relation for s in statements} == {ConceptRelation.MEASURED_BY, ConceptRelation.USED_FOR}


def test_one_statement_a_pair_in_order(reader: Reader, tiny_catalog: Catalog) -> None:
    labels, statements = _stated(reader, tiny_catalog, _always(ConceptRelation.COMPARED_WITH))
    pairs = [(min(s.head, s.tail), max(s.head, s.tail)) for s in statements]
    assert pairs == sorted(set(pairs))
    assert all(a != b for a, b in pairs)
    assert all(s.confidence >= THRESHOLD for s in statements)
    main = labels.index("PrismNet")
    with_main = {b if a == main else a for a, b in pairs if main in (a, b)}
    assert with_main == set(range(len(labels))) - {main}, "what the paper is about is paired with everything"


def test_nothing_is_stated_where_nothing_is_read(reader: Reader, tiny_catalog: Catalog) -> None:
    none = _always(ConceptRelation.KIND_OF)
    quiet = Forest(
        none.columns, none.outputs, none.feature, none.threshold, none.left, none.right, none.value, none.roots,
        np.array([9 * SCALE] + [0] * len(ConceptRelation), np.int32),
    )  # fmt: skip
    assert _stated(reader, tiny_catalog, quiet)[1] == []
    for text in ("", "?!", "BERT."):
        assert _stated(reader, tiny_catalog, none, Paper("p", "", text))[1] == []


def test_what_follows_from_surer_statements_is_left_out() -> None:
    def said(head: int, relation: ConceptRelation, tail: int, confidence: float) -> Statement:
        return Statement(head, relation, tail, confidence, "abstract", 0, 1)

    used, kind, compared = ConceptRelation.USED_FOR, ConceptRelation.KIND_OF, ConceptRelation.COMPARED_WITH
    first, second, third = said(0, used, 1, 0.8), said(1, kind, 2, 0.7), said(0, used, 2, 0.5)
    assert _unimplied([first, second, third]) == [first, second]
    assert _unimplied([second, third]) == [second, third]
    surest = said(0, used, 2, 0.75)
    assert _unimplied([first, second, surest]) == [first, second, surest], "what is surer than its grounds stays"
    other = said(0, compared, 2, 0.5)
    assert _unimplied([first, second, other]) == [first, second, other], "another relation does not follow"
    part, task, whole = said(0, ConceptRelation.PART_OF, 1, 0.8), said(1, used, 2, 0.7), said(0, used, 2, 0.5)
    assert _unimplied([part, task, whole]) == [part, task], "what the whole is used for, its part is"


def test_clauses_end_at_marks(reader: Reader) -> None:
    sight, _, _ = reader.seen(PAPER)
    words = [sight.words.surface(i, i) for i in range(len(sight.words))]

    def between(a: str, b: str) -> str:
        first = words.index(a, 1)
        start, end = clause(sight, first, words.index(b, first))
        return PAPER.abstract[start:end]

    assert between("beats", "BERT") == "PrismNet beats BERT"
    assert between("ImageNet", "BERT") == "On ImageNet, PrismNet beats BERT"
    assert between("Transformer", "classification") == "a Transformer for image classification."
    assert between("Dropout", "used") == "Dropout is used."


def _sound(paper: Paper, reading: Reading) -> None:
    """The clause holds a mention of head and tail; where it holds but one, the other is what the paper is about most: one thing."""
    absent: set[int] = set()
    for s in reading.statements:
        clause = paper.text(s.field)[s.start : s.end]
        assert clause == clause.strip() != ""
        held = {
            number
            for number in (s.head, s.tail)
            for e in reading.findings[number].evidence
            if e.mention.field == s.field and s.start <= e.mention.start and e.mention.end <= s.end
        }
        assert held
        absent |= {s.head, s.tail} - held
        heads, tails = FITTING.get(s.relation, (set(ConceptType), set(ConceptType)))
        assert reading.findings[s.head].type in heads
        assert reading.findings[s.tail].type in tails
    assert len(absent) <= 1


def test_statements_of_readings_rest_on_their_clause(tiny_catalog: Catalog, tiny_papers: list[Paper]) -> None:
    papers = [*tiny_papers, PAPER]
    for paper, reading in zip(papers, Reader(tiny_catalog).read(papers), strict=True):
        _sound(paper, reading)


def test_a_plain_statement_is_read() -> None:
    paper = Paper(
        "p",
        "QuillNet: A Sparse Transformer for Image Classification",
        "We propose QuillNet, a sparse Transformer for image classification. QuillNet is evaluated on CIFAR-10 and ImageNet.",
    )
    (reading,) = Reader().read([paper])
    _sound(paper, reading)
    labels = [f.label for f in reading.findings]
    stated = {(labels[s.head], s.relation, labels[s.tail]) for s in reading.statements}
    assert ("QuillNet", ConceptRelation.USED_FOR, "image classification") in stated


@pytest.mark.corpus
def test_statements_of_the_listing(shared: Path) -> None:
    import loaders

    papers = [p for p in itertools.islice(loaders.read(shared / "corpus" / "trending-papers.txt"), 40) if isinstance(p, Paper)]
    readings = Reader().read(papers)
    assert sum(len(r.statements) for r in readings) > 20
    for paper, reading in zip(papers, readings, strict=True):
        _sound(paper, reading)
