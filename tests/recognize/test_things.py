"""From decided groups to named things: one thing for the strings a paper uses for it, and its canonical names."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kg.model import ConceptType, Paper
from kg.recognize.decide import Decided
from kg.recognize.sight import Sight
from kg.recognize.things import Thing, abbreviations_of, label_of, things

See = Callable[..., Sight]
Choose = Callable[..., list[Decided]]


@pytest.fixture
def named(see: See, choose: Choose) -> Callable[..., list[tuple[str, tuple[str, ...], tuple[str, ...]]]]:
    """Label, aliases and acronyms of the things made of some strings of an abstract."""

    def named(abstract: str, *strings: str, title: str = "") -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
        sight = see(abstract, title)
        decided = choose(sight, {s: 0.9 - i / 100 for i, s in enumerate(strings)})
        return [label_of(sight, t) for t in things(sight, 0, decided)]

    return named


Named = Callable[..., list[tuple[str, tuple[str, ...], tuple[str, ...]]]]


def _things(see: See, choose: Choose, abstract: str, *strings: str, title: str = "") -> list[Thing]:
    sight = see(abstract, title)
    return things(sight, 0, choose(sight, {s: 0.9 - i / 100 for i, s in enumerate(strings)}))


def _where(thing: Thing) -> list[tuple[str, str]]:
    return [(m.field, m.text) for m, _, _ in thing.mentions]


def test_an_abbreviation_is_one_thing_with_its_long_form(see: See, choose: Choose) -> None:
    text = "We prune large language models (LLMs). An LLM is costly."
    for strings in (("large language models", "LLMs"), ("LLMs", "large language models")):
        (thing,) = _things(see, choose, text, *strings)
        assert [t for _, t in _where(thing)] == ["large language models", "LLMs", "LLM"]
        assert (thing.short, thing.long) == (["LLMs"], ["large language models"])


@pytest.mark.parametrize("decided", ["large language models", "LLMs"])
def test_the_other_form_comes_along_even_if_it_was_not_decided(see: See, choose: Choose, decided: str) -> None:
    (thing,) = _things(see, choose, "We prune large language models (LLMs). An LLM is costly.", decided)
    assert [t for _, t in _where(thing)] == ["large language models", "LLMs", "LLM"]


def test_a_place_that_belongs_to_another_thing_is_left_to_it(see: See, choose: Choose) -> None:
    text = "Language models (LM) are large. LM pruning is small."
    found = _things(see, choose, text, "LM pruning", "language models")
    assert [[t for _, t in _where(thing)] for thing in found] == [["Language models", "LM"], ["LM pruning"]]


def test_a_generic_noun_makes_no_other_thing(see: See, choose: Choose, named: Named) -> None:
    text = "We use the ImageNet dataset. On ImageNet it works."
    (thing,) = _things(see, choose, text, "ImageNet dataset", "ImageNet")
    assert [t for _, t in _where(thing)] == ["ImageNet dataset", "ImageNet"]
    assert named(text, "ImageNet dataset", "ImageNet") == [("ImageNet dataset", ("ImageNet",), ())]


def test_different_names_are_different_things_in_order_of_the_text(see: See, choose: Choose) -> None:
    found = _things(see, choose, "On ImageNet and CIFAR-10, BERT fails.", "BERT", "CIFAR-10", "ImageNet")
    assert [t.texts for t in found] == [("ImageNet",), ("CIFAR-10",), ("BERT",)]


def test_the_commonest_string_first(see: See, choose: Choose) -> None:
    (thing,) = _things(see, choose, "Multi-task nets, multitask nets and multitask nets.", "multitask nets")
    assert thing.texts == ("multitask nets", "Multi-task nets")


@pytest.mark.parametrize(
    ("noun", "expected"),
    [
        ("dataset", ConceptType.DATASET),
        ("model", ConceptType.ARCHITECTURE),
        ("algorithm", ConceptType.METHOD),
        ("task", ConceptType.TASK),
        ("score", ConceptType.METRIC),
        ("party", None),
        (", dataset", None),
    ],
)
def test_the_noun_behind_a_name_tells_its_type(see: See, choose: Choose, noun: str, expected: ConceptType | None) -> None:
    (thing,) = _things(see, choose, f"We like the Quill {noun} here.", "Quill")
    assert thing.type_word is expected


# --- labels -----------------------------------------------------------------------------------------------------------


def test_the_long_form_is_the_label_and_the_short_one_the_acronym(named: Named) -> None:
    expected = [("large language model", (), ("LLM",))]
    assert named("We prune large language models (LLMs).", "large language models", "LLMs") == expected


def test_words_that_belong_to_no_name_are_not_in_the_label(named: Named) -> None:
    assert named("We show a novel clean unlearning (CUL) step. CUL works.", "CUL")[0][0] == "clean unlearning"


@pytest.mark.parametrize(
    ("long", "short"),
    [("out-of-vocabulary words", "OOV"), ("new prism reading", "NPR"), ("in-context routing", "ICR"), ("after-step log", "AL")],
)
def test_words_that_the_abbreviation_or_a_hyphen_ties_to_the_name_stay(named: Named, long: str, short: str) -> None:
    assert named(f"We show {long} ({short}). {short} works.", short)[0][0].split()[0] == long.split()[0]


def test_an_acronym_alone_is_the_label(named: Named) -> None:
    assert named("The LLMs are large.", "LLMs") == [("LLM", (), ())]


@pytest.mark.parametrize(
    ("title", "abstract", "string", "label"),
    [
        ("On Graph Neural Networks", "", "Graph Neural Networks", "graph neural network"),
        ("On Graph Neural Networks", "Graph neural networks win.", "Graph Neural Networks", "graph neural network"),
        ("", "Graph neural networks win.", "Graph neural networks", "graph neural network"),
        ("", "We use Gaussian processes.", "Gaussian processes", "Gaussian process"),
        ("", "Gaussian Processes win.", "Gaussian Processes", "Gaussian Process"),
        ("About Llama 2 and More", "", "Llama 2", "Llama 2"),
        ("On PrismNet", "", "PrismNet", "PrismNet"),
        ("", "BERT wins.", "BERT", "BERT"),
        ("Multi-Task Learning", "", "Multi-Task Learning", "multi-task learning"),
    ],
)
def test_labels_are_singular_without_the_capitals_of_titles(named: Named, title: str, abstract: str, string: str, label: str) -> None:
    assert named(abstract, string, title=title)[0][0] == label


def test_abbreviations_of_both_fields_each_once() -> None:
    pairs = abbreviations_of(["Clean Unlearning (CUL)", "We do clean unlearning (CUL) and graph networks (GN)."])
    assert [(p.long, p.short) for p in pairs] == [("Clean Unlearning", "CUL"), ("graph networks", "GN")]


def test_mentions_are_exact(see: See, choose: Choose, tiny_papers: list[Paper]) -> None:
    paper = Paper("p", "😀 LoRA Tricks", "שלום LoRA, \u202eLoRA and “LoRA”-like 𝛼 LoRAs.")
    sight = see([paper])
    (thing,) = things(sight, 0, choose(sight, {"LoRA": 0.9}))
    assert len(thing.mentions) == 5
    for mention, first, last in thing.mentions:
        assert paper.text(mention.field)[mention.start : mention.end] == mention.text == sight.words.surface(first, last)
