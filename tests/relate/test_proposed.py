"""What a paper plainly offers is proposed, however common its name has become since."""

from __future__ import annotations

import pytest

from kg.model import Relation
from kg.relate.proposed import proposed
from tests.relate.forms import relation


@pytest.mark.parametrize(
    ("sentence", "label"),
    [
        ("We propose the Transformer, an architecture for machine translation that relies on attention.", "Transformer"),
        ("We introduce BERT, which reads text in both directions for question answering.", "BERT"),
        ("This paper presents the graph attention network (GAT), a graph neural network for node classification.", "GAT"),
        ("We propose dropout, a regularization method for neural networks.", "dropout"),
    ],
)
def test_a_name_that_is_offered_and_explained_is_proposed(sentence: str, label: str) -> None:
    assert relation(sentence + " It works well on many datasets.", label) is Relation.PROPOSES


@pytest.mark.parametrize(
    ("sentence", "label"),
    [
        ("We use BERT, a Transformer, for question answering on SQuAD.", "BERT"),
        ("Devlin et al. built BERT, a Transformer, and we fine-tune BERT for question answering on SQuAD.", "BERT"),
        ("We propose BERT adapters, small modules for question answering on SQuAD.", "BERT"),
    ],
)
def test_what_is_used_is_not(sentence: str, label: str) -> None:
    assert relation(sentence + " The gains are consistent.", label) is not Relation.PROPOSES


def _stands(sentence: str) -> bool:
    """Whether what is between brackets is proposed."""
    text = "Names matter. " + sentence.replace("[", "").replace("]", "")
    start = len("Names matter. ") + sentence.index("[")
    return proposed(text, len("Names matter. "), start, start + sentence.index("]") - sentence.index("[") - 1, offers=True, names=True)


@pytest.mark.parametrize(
    "sentence",
    [
        "We propose a tagger named [Fir].",
        "This paper presents a fast cut of trees, called “[the plane]” (TP), that works well.",
        "We then develop a smoothing-based method referred to as [Birch] for noisy labels.",
        "In this work, we introduce two measures of width, namely [girth] and reach.",
        "It rests on a small loss, which we call the [leaf loss], and on labels.",
        "We name the resulting model [Ash].",
        "We present a novel tagger, [FirTag], for long words.",
        "Our system, [ElmNet] (EN), is fast.",
        "Our new method [OAK] outperforms others.",
    ],
)
def test_names_that_the_paper_gives(sentence: str) -> None:
    assert _stands(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "We build a tagger with a language model called [Fir].",
        "We present a tagger that rests on trees named [Fir].",
        "Names are learned by a network called [Fir].",
        "We propose a tagger named [Fir] trees.",
        "We propose a model named [Fir]-Tag.",
        "We name the augmented [tagger]-based model Fir.",
        "We dub our [tagging] scheme Fir.",
        "We present a simple, [convolutional tagger] for long words.",
        "Our baseline model, [FIR], is slow.",
        "Our experiments on a benchmark [FIRs] are new.",
        "Our model [FIR] trees is fast.",
        "Our method, [FIR] and Elm are compared.",
    ],
)
def test_names_of_other_things_are_not(sentence: str) -> None:
    assert not _stands(sentence)


def test_a_name_that_the_paper_gives_is_proposed() -> None:
    text = "We develop a sparse model of noisy text named additive tree machine (ATM), a kind of support vector machine. ATM is fast."
    assert relation(text, "additive tree machine") is Relation.PROPOSES
