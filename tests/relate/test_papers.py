"""How a paper stands to a concept: a fitting relation, and the sentences that show it, the decisive one first."""

from __future__ import annotations

import pytest

from kg.catalog import Catalog
from kg.model import ConceptType, Finding, Paper, Relation
from kg.reader import Reader
from kg.recognize.sight import Sight
from kg.recognize.things import Thing
from kg.relate.papers import ONLY, relation_of

TASK, DATASET, ARCHITECTURE, METHOD, METRIC = ConceptType
RELATIONS = tuple(Relation)
PAPER = Paper(
    "p",
    "On ImageNet and Beyond",
    "ImageNet is large. Many papers mention it. We evaluate BERT on ImageNet with dropout. Dropout is old.",
)


@pytest.fixture(scope="module")
def reader(tiny_catalog: Catalog) -> Reader:
    return Reader(tiny_catalog, threshold=0.2)


@pytest.fixture(scope="module")
def seen(reader: Reader) -> tuple[Sight, dict[str, Thing]]:
    """The sight of the paper, and its things by concept."""
    sight, named, findings = reader.seen(PAPER)
    return sight, {f.concept: t for t, f in zip(named, findings, strict=True) if f.concept}


def _only(relation: Relation) -> list[float]:
    return [float(r is relation) for r in RELATIONS]


def _sentence(paper: Paper, finding: Finding) -> str:
    best = finding.evidence[0]
    return paper.text(best.mention.field)[best.sentence_start : best.sentence_end]


def test_the_decisive_sentence_goes_first(seen: tuple[Sight, dict[str, Thing]]) -> None:
    sight, named = seen
    relation, evidence = relation_of(sight, named["imagenet"], _only(Relation.EVALUATES_ON), DATASET)
    assert relation is Relation.EVALUATES_ON
    assert len(evidence) == 3
    best = evidence[0]
    assert PAPER.abstract[best.sentence_start : best.sentence_end] == "We evaluate BERT on ImageNet with dropout."
    assert best.cue == "evaluate"
    assert {(e.mention.field, e.mention.start) for e in evidence} == {("title", 3), ("abstract", 0), ("abstract", 63)}


def test_without_a_cue_the_abstract_goes_before_the_title(seen: tuple[Sight, dict[str, Thing]]) -> None:
    sight, named = seen
    relation, evidence = relation_of(sight, named["imagenet"], _only(Relation.MENTIONS), DATASET)
    assert relation is Relation.MENTIONS
    assert [(e.mention.field, e.mention.start, e.cue) for e in evidence] == [("abstract", 0, ""), ("abstract", 63, ""), ("title", 3, "")]


@pytest.mark.parametrize("kind", ConceptType)
def test_only_a_fitting_relation_is_read(seen: tuple[Sight, dict[str, Thing]], kind: ConceptType) -> None:
    sight, named = seen
    for wanted in (Relation.EVALUATES_ON, Relation.MEASURES):
        scores = [0.9 if r is wanted else 0.05 if r is Relation.USES else 0.01 for r in RELATIONS]
        relation, _ = relation_of(sight, named["imagenet"], scores, kind)
        assert relation is (wanted if ONLY[wanted] is kind else Relation.USES)


def test_of_equal_scores_the_stronger_relation(seen: tuple[Sight, dict[str, Thing]]) -> None:
    sight, named = seen
    assert relation_of(sight, named["imagenet"], [0.1] * len(RELATIONS), DATASET)[0] is Relation.PROPOSES
    assert RELATIONS[0] is Relation.PROPOSES


@pytest.mark.parametrize(
    ("text", "relation", "cue"),
    [
        ("We propose PrismNet, a new model. PrismNet wins on ImageNet.", Relation.PROPOSES, "propose"),
        ("PrismNet wins here. In this paper we introduce PrismNet, a neural network for ImageNet.", Relation.PROPOSES, "introduce"),
    ],
)
def test_what_a_paper_brings_is_proposed(reader: Reader, text: str, relation: Relation, cue: str) -> None:
    paper = Paper("p", "PrismNet: Small and Sharp", text)
    (found,) = [f for f in reader.read([paper])[0].findings if f.label == "PrismNet"]
    assert (found.relation, found.evidence[0].cue) == (relation, cue)
    assert cue in _sentence(paper, found)


def test_a_comparison_rests_on_the_sentence_that_compares(reader: Reader) -> None:
    paper = Paper("p", "PrismNet", "We propose PrismNet, a neural network. BERT is known. PrismNet outperforms BERT on ImageNet.")
    sight, named, findings = reader.seen(paper)
    (thing,) = [t for t, f in zip(named, findings, strict=True) if f.concept == "bert"]
    relation, evidence = relation_of(sight, thing, _only(Relation.COMPARES_WITH), ARCHITECTURE)
    assert relation is Relation.COMPARES_WITH
    best = evidence[0]
    assert paper.abstract[best.sentence_start : best.sentence_end] == "PrismNet outperforms BERT on ImageNet."
    assert best.cue == "outperforms"


def test_every_sentence_of_evidence_holds_its_mention(reader: Reader, tiny_papers: list[Paper]) -> None:
    for paper, reading in zip(tiny_papers, reader.read(tiny_papers), strict=True):
        for finding in reading.findings:
            for e in finding.evidence:
                sentence = paper.text(e.mention.field)[e.sentence_start : e.sentence_end]
                assert e.mention.text in sentence
                assert e.cue in sentence
