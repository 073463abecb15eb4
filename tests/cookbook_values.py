"""Values for the questions of the cookbook, shared by tests."""

from __future__ import annotations

import pytest

#: Values that have an answer in the graph that all rooms share.
TINY: dict[str, dict[str, object]] = {
    "papers-using": {"x": "Transformer"},
    "datasets-for-task": {"task": "image categorization"},
    "metrics-for-task": {"task": "image classification"},
    "proposed": {"type": "Architecture"},
    "compared-with": {"x": "BERT"},
    "based-on": {"x": "PrismNet"},
    "kinds-of": {"x": "neural networks"},
    "occurs-with": {"x": "LoRA"},
    "new-concepts": {"least": 1},
    "tasks-without-dataset": {},
    "between": {"x": "PrismNet", "y": "neural network"},
    "papers-on-task": {"task": "image classification"},
    "built-on": {"x": "dropout"},
    "compared-concepts": {"x": "BERT"},
    "metrics-for-dataset": {"dataset": "CIFAR-10"},
    "used-for-task": {"task": "machine translation"},
    "never-on-task": {"task": "sentiment analysis", "least": 1},
    "similar-papers": {"paper": "arxiv:2401.00001"},
    "first-seen": {"year": 2024},
    "evidence": {"paper": "Small Updates Suffice: Low-Rank Adaptation of Large Language Models", "x": "LLMs"},
    "unsure-links": {"below": 0.7},
    "concepts-of-paper": {"paper": "title:emoji-probe"},
    "tasks-of": {"x": "Transformer"},
    "datasets-of": {"x": "Transformer"},
    "by-year": {"x": "large language model"},
    "introduced-by": {"x": "PrismNet"},
    "not-evaluated-on": {"task": "image classification", "dataset": "SST-2"},
    "relations-of": {"x": "Transformer"},
    "papers-with-both": {"x": "accuracy", "y": "CIFAR-10"},
    "most-named": {"type": "dataset"},
    "pairs": {"type": "Dataset"},
    "wider-concepts": {"x": "BERT"},
    "authors-on": {"x": "Transformer"},
    "unlinked-papers": {},
}


@pytest.fixture(scope="session")
def cookbook_values() -> dict[str, dict[str, object]]:
    """Values for every question, by its name."""
    return TINY
