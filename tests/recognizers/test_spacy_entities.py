"""The entities of a spaCy pipeline: by its folder and as an object, labels with a meaning and without."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import spacy

from kg.errors import EnvironmentError_, UsageError
from kg.model import ConceptType, Paper
from kg.recognizers import Recognition
from kg.recognizers.spacy_entities import SpacyEntities


def _said(recognition: Recognition) -> list[tuple[str, str, ConceptType | None, float]]:
    return [(m.mention.field, m.mention.text, m.type, m.confidence) for m in recognition.mentions]


def test_entities_of_a_pipeline_on_disk(pipeline: Path, example: Paper) -> None:
    (found,) = SpacyEntities(pipeline).recognize([example])
    assert _said(found) == [
        ("title", "PrismNet", ConceptType.ARCHITECTURE, 0.75),
        ("abstract", "PrismNet", ConceptType.ARCHITECTURE, 0.75),
        ("abstract", "light folding", None, 0.75),
        ("abstract", "PrismNet", ConceptType.ARCHITECTURE, 0.75),
        ("abstract", "Glass Corpus", ConceptType.DATASET, 0.75),
    ]
    assert [(r.found, r.reason) for r in found.rejected] == [("Ada", "with the label PERSON, which means no type")]
    assert "labels.PERSON=" in found.rejected[0].hint


def test_labels_that_are_named_are_the_only_ones(pipeline: Path, example: Paper) -> None:
    (found,) = SpacyEntities(str(pipeline), labels={"PERSON": "", "Dataset": "Method"}, score=0.5).recognize([example])
    assert _said(found) == [("abstract", "Glass Corpus", ConceptType.METHOD, 0.5), ("abstract", "Ada", None, 0.5)]
    assert found.rejected == ()


def test_a_loaded_pipeline_does_as_its_folder(pipeline: Path, example: Paper) -> None:
    nlp = spacy.load(pipeline)
    by_object = SpacyEntities(nlp)
    before = by_object.fingerprint
    assert by_object.recognize([example]) == SpacyEntities(pipeline).recognize([example])
    assert SpacyEntities(nlp).fingerprint == before, "reading does not change a pipeline"


def test_spans_in_place_of_entities(example: Paper) -> None:
    nlp = spacy.blank("en")
    ruler: Any = nlp.add_pipe("span_ruler", config={"spans_key": "terms"})
    ruler.add_patterns([{"label": "METHOD", "pattern": "light folding"}])
    (found,) = SpacyEntities(nlp, spans="terms").recognize([example])
    assert _said(found) == [("abstract", "light folding", ConceptType.METHOD, 0.75)]
    with pytest.raises(UsageError, match="it makes: terms"):
        SpacyEntities(nlp, spans="others").recognize([example])


def test_the_fingerprint_is_that_of_the_files_and_options(pipeline: Path, tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "Method", "pattern": "glass"}])  # type: ignore[attr-defined]
    nlp.to_disk(tmp_path / "other")
    made = [
        SpacyEntities(pipeline),
        SpacyEntities(tmp_path / "other"),
        SpacyEntities(pipeline, score=0.8),
        SpacyEntities(pipeline, labels={"PERSON": "Task"}),
        SpacyEntities(pipeline, labels={"PERSON": ""}),
        SpacyEntities(nlp),
    ]
    assert len({m.fingerprint for m in made}) == len(made)


def test_the_fingerprint_is_the_same_in_another_process(pipeline: Path) -> None:
    code = (
        "import sys, spacy; from kg.recognizers.spacy_entities import SpacyEntities as S; "
        "print(S(sys.argv[1]).fingerprint, S(spacy.load(sys.argv[1])).fingerprint)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(pipeline)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [SpacyEntities(pipeline).fingerprint, SpacyEntities(spacy.load(pipeline)).fingerprint]


def test_what_cannot_be_loaded_is_said(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentError_, match="python -m spacy download no_such_pipeline"):
        SpacyEntities("no_such_pipeline")
    (tmp_path / "empty").mkdir()
    with pytest.raises(EnvironmentError_, match="no spaCy pipeline"):
        SpacyEntities(tmp_path / "empty")
    with pytest.raises(UsageError, match="no spaCy pipeline is named"):
        SpacyEntities("")
    with pytest.raises(UsageError, match="pipeline is int"):
        SpacyEntities(3)  # type: ignore[arg-type]


def test_a_pipeline_none_of_whose_labels_counts_is_refused(pipeline: Path) -> None:
    with pytest.raises(UsageError, match="Architecture, Dataset, ENTITY, PERSON; say what they mean"):
        SpacyEntities(pipeline, labels={"NORP": "Task"})
