"""What a paper plainly offers is proposed, however common its name has become since."""

from __future__ import annotations

import pytest

from kg.model import Relation
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
