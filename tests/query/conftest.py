"""A small graph that has an answer to every question of the cookbook."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.catalog import Catalog
from kg.graph import Graph, write_graph
from kg.model import Concept, ConceptRelation, ConceptType, Evidence, Finding, Mention, Paper, Reading, Relation, Statement

T = ConceptType
R = Relation
C = ConceptRelation

CATALOG = Catalog(
    (
        Concept("language-model", T.ARCHITECTURE, "language model", ("language modeling network",), ("LM",)),
        Concept("masked-language-model", T.ARCHITECTURE, "masked language model", (), ("MLM",), ("language-model",)),
        Concept(
            "bert", T.ARCHITECTURE, "BERT", ("bidirectional encoder representations from transformers",), (), ("masked-language-model",)
        ),
        Concept("transformer", T.ARCHITECTURE, "Transformer", ("transformer network",)),
        Concept("attention", T.METHOD, "attention", ("attention mechanism",)),
        Concept("question-answering", T.TASK, "question answering", (), ("QA",)),
        Concept("parsing", T.TASK, "parsing"),
        Concept("squad", T.DATASET, "SQuAD", ("Stanford Question Answering Dataset",)),
        Concept("trivia-qa", T.DATASET, "TriviaQA"),
        Concept("f1", T.METRIC, "F1 score", ("F-measure",)),
        Concept("exact-match", T.METRIC, "exact match", (), ("EM",)),
        Concept("unused", T.METRIC, "never named"),
    )
)

#: A paper is its id, title, year, then sentences, each with the name it holds, the concept ("" where new), type and relation.
PAPERS = (
    (
        "arxiv:0001.00001", "BERT reads “paragraphs” 😀", 2019,
        (
            ("We use BERT \\ for reading.", "BERT", "bert", T.ARCHITECTURE, R.USES),
            ("The task is question answering.", "question answering", "question-answering", T.TASK, R.ADDRESSES),
            ("Tests are run on SQuAD.", "SQuAD", "squad", T.DATASET, R.EVALUATES_ON),
            ("We also report on TriviaQA.", "TriviaQA", "trivia-qa", T.DATASET, R.EVALUATES_ON),
            ("Its F-measure is high.", "F-measure", "f1", T.METRIC, R.MEASURES),
            ("BERT rests on the Transformer.", "Transformer", "transformer", T.ARCHITECTURE, R.MENTIONS),
        ),
        ((0, C.BASED_ON, 5, "BERT rests on the Transformer"),),
    ),
    (
        "arxiv:0002.00002", "Zed: a \"quick\" reader's <b>friend</b>", 2021,
        (
            ("We propose ZedNet, a new reader.", "ZedNet", "", T.METHOD, R.PROPOSES),
            ("ZedNet answers questions better than BERT does.", "BERT", "bert", T.ARCHITECTURE, R.COMPARES_WITH),
            ("We study QA in the open.", "QA", "question-answering", T.TASK, R.ADDRESSES),
            ("SQuAD is our benchmark.", "SQuAD", "squad", T.DATASET, R.EVALUATES_ON),
            ("Exact match rises by two points.", "Exact match", "exact-match", T.METRIC, R.MEASURES),
        ),
        ((0, C.BASED_ON, 1, "ZedNet answers questions better than BERT does"), (0, C.COMPARED_WITH, 1, "ZedNet answers questions")),
    ),
    (
        "title:parsing without data", "Parsing without data", None,
        (
            ("Parsing is what we are after.", "Parsing", "parsing", T.TASK, R.ADDRESSES),
            ("Here ZedNet is used as it is.", "ZedNet", "", T.METHOD, R.USES),
            ("The Transformer is built on attention.", "attention", "attention", T.METHOD, R.MENTIONS),
            ("A Transformer does the rest.", "Transformer", "transformer", T.ARCHITECTURE, R.USES),
        ),
        ((3, C.BASED_ON, 2, "The Transformer is built on attention"),),
    ),
    (
        "acl:X-1", "Café models 模型", 2020,
        (
            ("BERT is put to work.", "BERT", "bert", T.ARCHITECTURE, R.USES),
            ("LacSet is our new set.", "LacSet", "", T.DATASET, R.PROPOSES),
        ),
        (),
    ),
)  # fmt: skip


def pairs() -> list[tuple[Paper, Reading]]:
    """The papers with readings made by hand."""
    made = []
    for paper_id, title, year, told, statements in PAPERS:
        findings, abstract = [], ""
        for number, (sentence, name, concept, type_, relation) in enumerate(told):
            start = len(abstract) + sentence.index(name)
            evidence = Evidence(Mention("abstract", start, start + len(name), name), len(abstract), len(abstract) + len(sentence))
            scores = tuple(float(t is type_) for t in T)
            findings.append(Finding(name, (), (), type_, scores, relation, round(0.95 - number / 20, 2), (evidence,), concept))
            abstract += sentence + " "
        abstract = abstract.rstrip()
        found = [
            Statement(head, relation, tail, 0.7, "abstract", abstract.index(clause), abstract.index(clause) + len(clause))
            for head, relation, tail, clause in statements
        ]
        made.append((Paper(paper_id, title, abstract, ("Ada Löv",), year), Reading(paper_id, tuple(findings), tuple(found))))
    return made


@pytest.fixture
def make_graph(tmp_path: Path) -> object:
    """Writes the graph anew; a number of papers may be left out."""

    def make(name: str = "graph", papers: int = len(PAPERS), overwrite: bool = False) -> Graph:
        return write_graph(tmp_path / name, pairs()[:papers], CATALOG, overwrite=overwrite)

    return make


@pytest.fixture(scope="session")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """Four papers, of which the cookbook's questions all have an answer."""
    return write_graph(tmp_path_factory.mktemp("asked") / "graph it's", pairs(), CATALOG)
