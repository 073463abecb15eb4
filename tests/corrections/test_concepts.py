"""Corrections of what concepts are: two are one, one is two, another label, another type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kg.graph import Graph
from kg.model import ConceptType

Correct = Callable[..., Any]


def test_two_new_concepts_are_one(correct: Correct, tiny_graph: Graph) -> None:
    made = correct({"correction": "merge", "concept": "prism attention", "to": "prismnet"})
    graph = made.graph
    concept = graph.concept("prismnet")
    assert (concept.label, concept.type) == ("PrismNet", ConceptType.ARCHITECTURE)
    assert "prism attention" in [name.lower() for name in concept.aliases]
    # the other id still leads there
    assert graph.concept("prism-attention") == concept
    papers = {k.paper for k in tiny_graph.links() if k.concept in ("prismnet", "prism-attention")}
    assert {k.paper for k in graph.links() if k.concept == "prismnet"} == papers
    assert graph.counts()["concepts"] == tiny_graph.counts()["concepts"] - 1


@pytest.mark.parametrize(("one", "other"), [("prismnet", "transformer"), ("Transformer", "PrismNet")])
def test_a_new_concept_is_one_of_the_catalog_whatever_is_named_first(correct: Correct, one: str, other: str) -> None:
    graph = correct({"correction": "merge", "concept": one, "to": other}).graph
    assert "prismnet" not in graph.paper_counts()
    assert {k.paper for k in graph.links() if k.concept == "transformer"} >= {"arxiv:2401.00001", "title:prism-attention-revisited"}


def test_two_concepts_of_the_catalog_are_one(correct: Correct) -> None:
    graph = correct({"correction": "merge", "concept": "transformer", "to": "neural-network"}).graph
    concept = graph.concept("transformer")
    assert (concept.id, "Transformer" in concept.aliases) == ("neural-network", True)
    # what was a kind of it is one of the other
    assert graph.concept("bert").broader == ("neural-network",)
    assert ("bert", "neural-network") in {(r.head, r.tail) for r in graph.concept_links() if not r.paper}
    assert "arxiv:2401.00001" in {k.paper for k in graph.links() if k.concept == "neural-network"}
    # the catalog that papers are read with stays as it was
    assert "transformer" in graph.catalog()


def test_the_catalog_stays_a_hierarchy(correct: Correct) -> None:
    made = correct({"correction": "merge", "concept": "bert", "to": "neural-network"})
    assert [o.status for o in made.outcomes] == ["failed"]
    assert "would be a kind of itself" in made.outcomes[0].reason


def test_a_name_stands_for_a_concept_of_its_own(correct: Correct, tiny_graph: Graph) -> None:
    before = tiny_graph.concept("large-language-model")
    assert "LLM" in before.names
    made = correct({"correction": "separate", "concept": "large-language-model", "name": "LLM", "type": "Method"})
    graph = made.graph
    assert made.said() == [("applied", "'LLM' is no longer large-language-model in 2 papers")]
    own, other = graph.concept("llm"), graph.concept("large-language-model")
    assert (own.label, own.type, own.known) == ("LLM", ConceptType.METHOD, False)
    assert "LLM" not in other.names
    texts = {e.mention.text for k in graph.links() if k.concept == "llm" for e in k.evidence}
    assert texts == {"LLM", "LLMs"}
    assert not texts & {e.mention.text for k in graph.links() if k.concept == other.id for e in k.evidence}


def test_a_name_of_the_catalog_is_none(correct: Correct) -> None:
    graph = correct({"correction": "separate", "concept": "low-rank-adaptation", "name": "LoRA"}).graph
    assert graph.concept("low-rank-adaptation").acronyms == ()
    assert [c.id for c in graph.find("LoRA")] == ["lora"]
    assert {k.correction for k in graph.links() if k.concept == "lora"} == {"separate"}


def test_a_label_is_shown_and_the_id_stays(correct: Correct) -> None:
    graph = correct(
        {"correction": "label", "concept": "prism-attention", "to": "Prism routing"},
        {"correction": "label", "concept": "Transformer", "to": "Transformer model"},
        {"correction": "type", "concept": "prism-attention", "to": "Architecture"},
        {"correction": "type", "concept": "dropout", "to": "Architecture"},
    ).graph
    concept = graph.concept("prism-attention")
    assert (concept.label, concept.type) == ("Prism routing", ConceptType.ARCHITECTURE)
    assert [c.id for c in graph.find("prism attention")] == [c.id for c in graph.find("Prism routing")] == ["prism-attention"]
    assert (graph.concept("transformer").label, "Transformer" in graph.concept("transformer").aliases) == ("Transformer model", True)
    assert graph.concept("dropout").type is ConceptType.ARCHITECTURE


def test_what_is_said_of_papers_is_about_the_corrected_concepts(correct: Correct) -> None:
    made = correct(
        {"correction": "remove", "paper": "title:prism-attention-revisited", "concept": "Prism routing"},
        {"correction": "label", "concept": "prism-attention", "to": "Prism routing"},
        # the id of before, and the concept that it is now
        {"correction": "merge", "concept": "prismnet", "to": "transformer"},
        {"correction": "remove", "paper": "arxiv:2401.00001", "concept": "prismnet"},
    )
    assert [o.status for o in made.outcomes] == ["applied"] * 4
    assert made.link("title:prism-attention-revisited", "prism-attention") is None
    assert made.link("arxiv:2401.00001", "transformer") is None


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ({"correction": "merge", "concept": "no such", "to": "bert"}, "no concept 'no such'"),
        ({"correction": "label", "concept": "prismnet", "to": "BERT"}, "'BERT' is the name of BERT (bert, Architecture)"),
        ({"correction": "separate", "concept": "prismnet", "name": "PrismNet"}, "has no other name than 'PrismNet'"),
        ({"correction": "separate", "concept": "bert", "name": "BERT"}, "'BERT' is the label of BERT"),
    ],
)
def test_what_cannot_be(correct: Correct, line: dict[str, str], reason: str) -> None:
    (outcome,) = correct(line).outcomes
    assert (outcome.status, bool(outcome.hint)) == ("failed", True)
    assert reason in outcome.reason


@pytest.mark.parametrize(
    "pair",
    [
        ({"correction": "label", "concept": "prismnet", "to": "A"}, {"correction": "label", "concept": "PrismNet", "to": "B"}),
        ({"correction": "type", "concept": "prismnet", "to": "Task"}, {"correction": "type", "concept": "prismnet", "to": "Metric"}),
        ({"correction": "merge", "concept": "bleu", "to": "accuracy"}, {"correction": "merge", "concept": "accuracy", "to": "bleu"}),
        (
            {"correction": "separate", "concept": "large-language-model", "name": "LLM", "type": "Task"},
            {"correction": "separate", "concept": "large-language-model", "name": "LLMs", "type": "Method"},
        ),
    ],
)
def test_contradictions(correct: Correct, pair: tuple[dict[str, str], dict[str, str]]) -> None:
    made = correct(*pair)
    assert [o.reason.partition(" (")[0] for o in made.outcomes] == ["contradicts c.jsonl:2", "contradicts c.jsonl:1"]


def test_several_lines_against_one(correct: Correct) -> None:
    made = correct(
        {"correction": "type", "concept": "prismnet", "to": "Task"},
        {"correction": "type", "concept": "PrismNet", "to": "Task"},
        {"correction": "type", "concept": "prismnet", "to": "Metric"},
    )
    assert [o.reason.partition(" (")[0] for o in made.outcomes] == [f"contradicts c.jsonl:{n}" for n in (3, 3, 1)]
    assert made.graph.concept("prismnet").type is ConceptType.ARCHITECTURE


def test_a_concept_that_became_one_in_two_steps_is_called_as_the_first(correct: Correct) -> None:
    made = correct(
        {"correction": "merge", "concept": "prism attention", "to": "prismnet"},
        {"correction": "merge", "concept": "prismnet", "to": "dropout"},
        {"correction": "label", "concept": "dropout", "to": "Prism attention"},
    )
    assert [o.status for o in made.outcomes] == ["applied"] * 3
    assert made.graph.concept("dropout").label == "Prism attention"


def test_a_type_is_that_of_the_line_that_says_one(correct: Correct) -> None:
    made = correct(
        {"correction": "separate", "concept": "large-language-model", "name": "LLM", "type": "Method"},
        {"correction": "separate", "concept": "large-language-model", "name": "LLM"},
    )
    assert made.graph.concept("llm").type is ConceptType.METHOD
