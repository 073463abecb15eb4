"""The demo's corpus is well-formed, and the graph made of it is worth looking at."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import kg
from kg import Graph
from kg.model import Relation

FILE = Path(__file__).resolve().parents[2] / "examples" / "papers.jsonl"
FIELDS = {"id", "title", "abstract", "authors", "year", "venue", "arxiv", "doi", "urls"}
_ARXIV = re.compile(r"\d{2}(0[1-9]|1[0-2])\.\d{4,5}")
_DOI = re.compile(r"10\.\d{4,}/\S+")


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    return [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    result = kg.build([FILE], tmp_path_factory.mktemp("examples") / "graph")
    assert result.rejected == ()
    return result.graph


def test_there_are_enough_papers_and_each_is_there_once(rows: list[dict[str, Any]]) -> None:
    assert len(rows) >= 60
    for field in ("id", "title", "abstract"):
        assert [value for value, count in Counter(row[field] for row in rows).items() if count > 1] == []


def test_fields_and_their_forms(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        assert set(row) <= FIELDS, row["id"]
        assert row["title"].strip() == row["title"] != ""
        assert row["venue"].strip() == row["venue"] != ""
        assert row["authors"], row["id"]
        assert all(re.fullmatch(r"\S+( \S+)+", author) for author in row["authors"]), row["id"]
        assert 1950 <= row["year"] <= 2026, row["id"]


def test_ids_are_identifiers_of_the_papers(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        if "arxiv" in row:
            assert _ARXIV.fullmatch(row["arxiv"]), row["id"]
            assert row["id"] == f"arxiv:{row['arxiv']}"
            assert row["urls"] == [f"https://arxiv.org/abs/{row['arxiv']}"]
            # a paper is never on arXiv later than the year it came out
            assert 2000 + int(row["arxiv"][:2]) <= row["year"]
        else:
            assert _DOI.fullmatch(row["doi"]), row["id"]
            assert row["id"] == f"doi:{row['doi']}"
            assert "urls" not in row


def test_summaries_are_of_the_length_of_an_abstract(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        assert 300 <= len(row["abstract"]) <= 1500, row["id"]
        assert row["abstract"].endswith("."), row["id"]


def test_every_paper_becomes_one_with_links_of_several_kinds(rows: list[dict[str, Any]], graph: Graph) -> None:
    assert {paper.id.casefold() for paper in graph.papers()} == {row["id"].casefold() for row in rows}
    concepts: dict[str, set[str]] = {paper.id: set() for paper in graph.papers()}
    relations: dict[str, set[Relation]] = {paper.id: set() for paper in graph.papers()}
    for link in graph.links():
        concepts[link.paper].add(link.concept)
        relations[link.paper].add(link.relation)
    assert [paper for paper, found in concepts.items() if len(found) < 4] == []
    assert [paper for paper, found in relations.items() if len(found) < 2] == []


def test_most_papers_propose_something(graph: Graph) -> None:
    papers = {paper.id for paper in graph.papers()}
    proposing = {link.paper for link in graph.links() if link.relation is Relation.PROPOSES}
    assert len(proposing) >= 0.8 * len(papers), sorted(papers - proposing)


@pytest.mark.parametrize(
    ("paper", "name"),
    [
        ("arxiv:1706.03762", "Transformer"),
        ("arxiv:1810.04805", "BERT"),
        ("arxiv:1512.03385", "ResNet"),
        ("arxiv:1406.2661", "GAN"),
        ("arxiv:2103.00020", "CLIP"),
        ("arxiv:2106.09685", "LoRA"),
        ("arxiv:2312.00752", "Mamba"),
        ("arxiv:2006.11239", "DDPM"),
        ("doi:10.1162/neco.1997.9.8.1735", "LSTM"),
    ],
)
def test_landmarks_propose_what_they_are_known_for(graph: Graph, paper: str, name: str) -> None:
    proposed = {link.concept for link in graph.links() if link.paper == paper and link.relation is Relation.PROPOSES}
    assert proposed & {concept.id for concept in graph.find(name)}


def test_papers_share_concepts(graph: Graph) -> None:
    counts = Counter(link.concept for link in graph.links())
    assert sum(count > 1 for count in counts.values()) >= 100
    often = [graph.concept(concept).label for concept, count in counts.items() if count >= 5]
    assert {"Transformer", "convolutional neural network", "ImageNet", "COCO", "image classification", "BERT", "BLEU"} <= set(often)


def test_concepts_are_related_by_what_the_papers_say(graph: Graph) -> None:
    said = Counter(link.relation for link in graph.concept_links() if link.paper)
    assert sum(said.values()) >= 100
    assert len(said) >= 5
