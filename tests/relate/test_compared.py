"""What a paper plainly compares with is said to be compared with, and what it only uses is not."""

from __future__ import annotations

import pytest

from kg.model import Relation
from kg.relate.compared import compared
from tests.relate.forms import finding, relation


@pytest.mark.parametrize(
    "sentence",
    [
        "The new classifier outperforms X.",
        "It clearly surpasses a standard X, by two points.",
        "It is twice as fast and needs fewer labels than the original X.",
        "Its accuracy is higher than that of X.",
        "Compared to X, it needs half of the memory.",
        "We compare the grading of wool against other baselines such as A-Net, B-Net, and X on three farms.",
        "We compare our trees to two widely used methods—A-Net and X—on three farms.",
        "It beats A-Net, B-Net and X.",
        "It beats A-Net, X (of 2020) and B-Net.",
        "We report large gains over X.",
        "On small farms it is on par with X.",
        "Training takes an hour, in contrast to X.",
    ],
)
def test_what_is_plainly_compared_with(sentence: str) -> None:
    before, behind = sentence.split("X")
    assert compared(before, "X", behind)


@pytest.mark.parametrize(
    "sentence",
    [
        "We fine-tune X on pictures of wool.",
        "X outperforms all others.",
        "It outperforms existing X methods.",
        "It is better than other recent X-based approaches.",
        "Compared to nets such as A-Net and B-Net, X is small.",
        "Farmers compare wool by hand, and X does it by itself.",
        "It is more than a year since X appeared.",
        "We improve X over time.",
        "It outperforms the state of the art on wool, and we use X for it.",
    ],
)
def test_what_is_not(sentence: str) -> None:
    before, behind = sentence.split("X")
    assert not compared(before, "X", behind)


def test_the_kind_may_be_a_part_of_the_name() -> None:
    assert not compared("It outperforms previous ", "kernel methods", ".")
    assert compared("It outperforms ", "kernel methods", ".")


@pytest.mark.parametrize("word", ["a ", "a, ", "the ", "such as ", "better than ", "compared to a ", "a and "])
def test_texts_without_an_end_do_not_hang(word: str) -> None:
    # what is looked at has a bound, and its words can be split in few ways
    assert not compared(word * 5_000 + ";", "X", " of")
    assert not compared("outperforms " + word * 40 + "; ", "X", " of")


def test_a_reader_says_it_and_shows_the_sentence() -> None:
    text = "We sort wool by texture with a small decision tree. It needs no labels. It outperforms a standard random forest by two points."
    found = finding(text, "random forest")
    assert found.relation is Relation.COMPARES_WITH
    evidence = found.evidence[0]
    assert text[evidence.sentence_start : evidence.sentence_end].startswith("It outperforms")


def test_a_dataset_beside_such_words_is_not_compared_with() -> None:
    text = "We sort pictures with a small decision tree. It outperforms all models on ImageNet and on CIFAR-10."
    assert relation(text, "ImageNet") is Relation.EVALUATES_ON
