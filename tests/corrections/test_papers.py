"""Corrections of what one paper says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kg.graph import Graph
from kg.model import ConceptRelation, ConceptType, Relation

Correct = Callable[..., Any]
PRISM, LORA, PROBE = "arxiv:2401.00001", "arxiv:2402.00002", "title:emoji-probe"


def test_a_wrong_link_is_gone_with_what_was_said_of_it(correct: Correct, tiny_graph: Graph) -> None:
    made = correct({"correction": "remove", "paper": PRISM, "concept": "imagenet"})
    assert made.said() == [("applied", "no link with ImageNet (imagenet, Dataset) any more")]
    assert made.link(PRISM, "imagenet") is None
    before = {(r.head, r.tail) for r in tiny_graph.concept_links() if r.paper == PRISM}
    after = {(r.head, r.tail) for r in made.graph.concept_links() if r.paper == PRISM}
    assert ("prismnet", "imagenet") in before
    assert after == before - {("prismnet", "imagenet")}
    assert made.graph.paper_counts().get("imagenet", 0) == tiny_graph.paper_counts()["imagenet"] - 1
    assert all(row["concept"] != "imagenet" for row in made.graph.rows("mentions") if row["paper"] == PRISM)
    assert made.graph.counts()["links"] == tiny_graph.counts()["links"] - 1


def test_another_concept_of_the_catalog(correct: Correct) -> None:
    made = correct({"correction": "relink", "paper": PRISM, "concept": "Transformer", "to": "neural network"})
    assert made.link(PRISM, "transformer") is None
    link = made.link(PRISM, "neural-network")
    assert (link.relation, link.confidence, link.correction) == (Relation.USES, 1.0, "relink")
    assert [e.mention.text for e in link.evidence] == ["Transformer", "Transformer"]
    # what the text says of it goes along
    assert ("prismnet", ConceptRelation.BASED_ON, "neural-network") in {
        (r.head, r.relation, r.tail) for r in made.graph.concept_links() if r.paper == PRISM
    }


def test_another_concept_that_is_new(correct: Correct) -> None:
    made = correct(
        {"correction": "relink", "paper": PRISM, "concept": "transformer", "to": "patch router", "type": "Method", "relation": "proposes"},
        # a line about what another line makes
        {"correction": "add", "paper": LORA, "concept": "patch-router", "quote": "dropout", "relation": "mentions"},
    )
    assert [o.status for o in made.outcomes] == ["applied", "applied"]
    concept = made.graph.concept("patch-router")
    assert (concept.label, concept.type, concept.known, concept.source) == ("patch router", ConceptType.METHOD, False, "correction")
    assert made.link(PRISM, "patch-router").relation is Relation.PROPOSES
    assert made.graph.paper_counts()["patch-router"] == 2


def test_only_what_is_called_so(correct: Correct) -> None:
    """Without a concept, a quote stands for the places where it is written so."""
    made = correct(
        {"correction": "relink", "paper": LORA, "quote": "LoRA", "to": "dropout"},
        {"correction": "remove", "paper": LORA, "quote": "Large Language Models"},
    )
    assert [e.mention.text for e in made.link(LORA, "low-rank-adaptation").evidence] == ["Low-rank adaptation"]
    assert {e.mention.text for e in made.link(LORA, "dropout").evidence} == {"dropout", "LoRA"}
    assert [e.mention.text for e in made.link(LORA, "large-language-model").evidence] == ["large language models", "LLMs"]
    # the relation that was read between the two places stays with what was not moved
    assert {(r.head, r.tail) for r in made.graph.concept_links() if r.paper == LORA and r.relation is ConceptRelation.USED_FOR} == {
        ("low-rank-adaptation", "llama")
    }


def test_another_relation(correct: Correct) -> None:
    made = correct({"correction": "relation", "paper": LORA, "concept": "low-rank-adaptation", "to": "uses"})
    link = made.link(LORA, "low-rank-adaptation")
    assert (link.relation, link.confidence, link.correction) == (Relation.USES, 1.0, "relation")
    assert made.said() == [("applied", "the paper uses low-rank adaptation, no longer proposes")]


def test_a_missing_link(correct: Correct) -> None:
    made = correct({"correction": "add", "paper": LORA, "concept": "BERT", "quote": "large language models", "relation": "comparesWith"})
    link = made.link(LORA, "bert")
    assert (link.relation, link.confidence, link.correction) == (Relation.COMPARES_WITH, 1.0, "add")
    paper = made.graph.paper(LORA)
    (evidence,) = link.evidence
    sentence = paper.text("abstract")[evidence.sentence_start : evidence.sentence_end]
    assert sentence == "Fine-tuning large language models (LLMs) is costly."


def test_a_right_link_is_confirmed(correct: Correct) -> None:
    made = correct({"correction": "confirm", "paper": LORA, "concept": "dropout"})
    link = made.link(LORA, "dropout")
    assert (link.relation, link.confidence, link.correction) == (Relation.USES, 1.0, "confirm")
    assert made.graph.counts()["corrected_links"] == 1


def test_a_relation_between_concepts_that_no_text_states(correct: Correct) -> None:
    line = {"correction": "remove", "paper": LORA, "concept": "low-rank-adaptation", "relation": "usedFor", "tail": "llama"}
    made = correct(line)
    said = {(r.head, r.relation.value, r.tail) for r in made.graph.concept_links() if r.paper == LORA}
    assert said == {("llama", "kindOf", "large-language-model")}
    assert made.link(LORA, "llama") is not None


def test_several_kinds_on_one_link(correct: Correct) -> None:
    made = correct(
        {"correction": "relink", "paper": PRISM, "concept": "transformer", "to": "neural-network"},
        {"correction": "relation", "paper": PRISM, "concept": "neural-network", "to": "mentions"},
    )
    link = made.link(PRISM, "neural-network")
    assert (link.relation, link.correction) == (Relation.MENTIONS, "relation, relink")


def test_what_holds_already_is_no_error(correct: Correct) -> None:
    """As after a newer model, which reads by itself what was corrected."""
    made = correct(
        {"correction": "remove", "paper": LORA, "concept": "imagenet"},
        {"correction": "relink", "paper": PRISM, "concept": "bert", "to": "transformer", "quote": "Transformer"},
        {"correction": "relation", "paper": PRISM, "concept": "imagenet", "to": "evaluatesOn"},
        {"correction": "relation", "paper": PRISM, "to": "evaluatesOn", "concept": "imagenet"},
    )
    assert [o.status for o in made.outcomes] == ["holds"] * 4
    assert made.outcomes[3].reason == "says the same as c.jsonl:3"
    assert made.link(PRISM, "transformer").correction == "relink"


def test_a_newer_model_that_finds_neither(correct: Correct) -> None:
    line = {"correction": "relink", "paper": PROBE, "concept": "dropout", "to": "CIFAR-10", "quote": "images", "relation": "evaluatesOn"}
    assert correct(line).link(PROBE, "cifar-10").correction == "relink"
    made = correct({"correction": "relink", "paper": PROBE, "concept": "dropout", "to": "CIFAR-10"})
    assert made.said() == [("failed", "the paper has no link with 'dropout'")]
    assert made.outcomes[0].hint == "give the quote and relation too, so that a link can be made, or delete the line"


@pytest.mark.parametrize(
    ("line", "reason", "hint"),
    [
        (
            {"correction": "remove", "paper": "arxiv:2401.0001", "concept": "bert"},
            "no paper 'arxiv:2401.0001' in the graph",
            "did you mean",
        ),
        ({"correction": "remove", "paper": PRISM, "concept": "Trnsformer"}, "no concept 'Trnsformer'", "did you mean Transformer"),
        (
            {"correction": "add", "paper": PRISM, "concept": "bert", "quote": "BERT", "relation": "uses"},
            "'BERT' does not stand in title or abstract",
            "word for word",
        ),
        (
            {"correction": "add", "paper": PRISM, "concept": "bert", "quote": "ransform", "relation": "uses"},
            "'ransform' does not stand in title or abstract but inside of words",
            "word for word",
        ),
        (
            {"correction": "relink", "paper": PRISM, "concept": "imagenet", "to": "JFT"},
            "no concept 'JFT' in the graph or the catalog",
            'for a new concept, give its "type"',
        ),
        (
            {"correction": "relink", "paper": PRISM, "concept": "imagenet", "to": "BERT", "type": "Dataset"},
            "'BERT' is the name of BERT (bert, Architecture)",
            "give the new Dataset a name that tells it apart",
        ),
        ({"correction": "confirm", "paper": PROBE, "concept": "imagenet"}, "the paper has no link with 'imagenet'", "give the quote"),
    ],
)
def test_what_fits_nothing_is_reported_and_the_rest_is_applied(correct: Correct, line: dict[str, str], reason: str, hint: str) -> None:
    made = correct(line, {"correction": "confirm", "paper": LORA, "concept": "dropout"})
    failed, confirmed = made.outcomes
    assert (failed.status, failed.place, confirmed.status) == ("failed", "c.jsonl:1", "applied")
    assert reason in failed.reason
    assert hint in failed.hint


@pytest.mark.parametrize(
    "pair",
    [
        ({"correction": "remove", "concept": "imagenet"}, {"correction": "confirm", "concept": "ImageNet-1k"}),
        (
            {"correction": "relation", "concept": "imagenet", "to": "uses"},
            {"correction": "relation", "concept": "imagenet", "to": "mentions"},
        ),
        ({"correction": "relink", "concept": "imagenet", "to": "sst-2"}, {"correction": "relink", "quote": "ImageNet", "to": "cifar-10"}),
        ({"correction": "remove", "concept": "bert"}, {"correction": "relink", "concept": "imagenet", "to": "bert"}),
        ({"correction": "confirm", "concept": "imagenet"}, {"correction": "remove", "quote": "ImageNet"}),
        ({"correction": "relation", "concept": "imagenet", "to": "uses"}, {"correction": "relink", "quote": "ImageNet", "to": "sst-2"}),
    ],
)
def test_of_two_lines_that_contradict_each_other_neither_is_applied(
    correct: Correct, tiny_graph: Graph, pair: tuple[dict[str, str], dict[str, str]]
) -> None:
    made = correct(*({"paper": PRISM, **line} for line in pair))
    assert [(o.status, o.reason.partition(" (")[0]) for o in made.outcomes] == [
        ("failed", "contradicts c.jsonl:2"),
        ("failed", "contradicts c.jsonl:1"),
    ]
    assert list(made.graph.links()) == list(tiny_graph.links())


@pytest.mark.parametrize("turned", [False, True])
def test_what_is_added_has_its_relation_beside_what_is_moved_there(correct: Correct, turned: bool) -> None:
    pair = (
        {"correction": "add", "paper": PRISM, "concept": "neural-network", "quote": "attention", "relation": "comparesWith"},
        {"correction": "relink", "paper": PRISM, "concept": "transformer", "to": "neural-network"},
    )
    made = correct(*(pair[::-1] if turned else pair))
    assert [o.status for o in made.outcomes] == ["applied", "applied"]
    link = made.link(PRISM, "neural-network")
    assert (link.relation, link.correction) == (Relation.COMPARES_WITH, "add, relink")


def test_a_link_of_a_name_apart_says_all_that_decided_it(correct: Correct) -> None:
    made = correct(
        {"correction": "separate", "concept": "low-rank-adaptation", "name": "LoRA"},
        {"correction": "confirm", "paper": LORA, "concept": "lora"},
    )
    assert made.link(LORA, "lora").correction == "confirm, separate"


def test_a_link_that_loses_its_places_and_gets_others(correct: Correct) -> None:
    made = correct(
        {"correction": "remove", "paper": PRISM, "quote": "ImageNet"},
        {"correction": "add", "paper": PRISM, "concept": "imagenet", "quote": "accuracy", "relation": "uses"},
    )
    assert [o.status for o in made.outcomes] == ["applied", "applied"]
    assert [e.mention.text for e in made.link(PRISM, "imagenet").evidence] == ["accuracy"]
