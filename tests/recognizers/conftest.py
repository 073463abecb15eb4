"""Recognisers to be tested: a pipeline on disk, and small ones made of a list of mentions."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import spacy

from kg.model import FIELDS, ConceptType, Mention, Paper, Relation
from kg.recognizers import Recognition, Recognized

# `example_plugin` and `fake_gliner` are modules beside this one
sys.path.insert(0, str(Path(__file__).parent))

PATTERNS = [
    {"label": "Architecture", "pattern": "PrismNet"},
    {"label": "Dataset", "pattern": [{"LOWER": "glass"}, {"LOWER": "corpus"}]},
    {"label": "ENTITY", "pattern": "light folding"},
    {"label": "PERSON", "pattern": "Ada"},
]


class Says:
    """A recogniser that names given strings wherever they stand: text → (confidence, type, relation)."""

    def __init__(self, **said: tuple[float, ConceptType | None, Relation | None]) -> None:
        self.said = {text.replace("_", " "): rest for text, rest in said.items()}
        self.fingerprint = f"says {self.said}"

    def recognize(self, papers: Sequence[Paper]) -> list[Recognition]:
        return [
            Recognition(
                tuple(
                    Recognized(Mention(field, m.start(), m.end(), m.group()), *rest)
                    for text, rest in self.said.items()
                    for field in FIELDS
                    for m in re.finditer(re.escape(text), paper.text(field))
                )
            )
            for paper in papers
        ]


@pytest.fixture
def says() -> Callable[..., Says]:
    """A function that makes a recogniser: `says(PrismNet=(0.9, None, None))`; `_` stands for a blank."""
    return Says


@pytest.fixture(scope="session")
def example() -> Paper:
    """A paper in which all recognisers under test find something."""
    return Paper(
        "example",
        "PrismNet: Light Folding for Image Classification",
        "We propose PrismNet, a convolutional neural network for image classification. It learns by light folding. "
        "PrismNet is evaluated on the Glass Corpus and on CIFAR-10, where it outperforms ResNet in accuracy. Ada wrote the code.",
    )


@pytest.fixture(scope="session")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A spaCy pipeline without a trained part, saved to disk: no model can be downloaded for tests."""
    nlp = spacy.blank("en")
    nlp.add_pipe("entity_ruler").add_patterns(PATTERNS)  # type: ignore[attr-defined]
    folder = tmp_path_factory.mktemp("spacy") / "ruler"
    nlp.to_disk(folder)
    return folder
