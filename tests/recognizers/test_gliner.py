"""The adapter for GLiNER, on a stand-in (`fake_gliner`) in place of the package, whose weights cannot be had here."""

from __future__ import annotations

import importlib.util
import inspect
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from kg.errors import EnvironmentError_, PaperkgError, UsageError
from kg.model import ConceptType, Paper
from kg.recognizers import from_text
from kg.recognizers.gliner import LABELS, Gliner

HERE = Path(__file__).parent


@pytest.fixture
def package(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The stand-in, importable as `gliner`."""
    spec = importlib.util.spec_from_file_location("gliner", HERE / "fake_gliner.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setitem(sys.modules, "gliner", module)
    return module


@pytest.fixture
def model(tmp_path: Path) -> Path:
    (tmp_path / "words.json").write_text(json.dumps({"PrismNet": "model or model architecture", "Glass Corpus": "dataset or benchmark"}))
    return tmp_path


def test_what_the_model_finds_becomes_mentions(package: ModuleType, model: Path, example: Paper) -> None:
    (found,) = from_text(f"gliner={model}").recognize([example])
    assert [(m.mention.field, m.mention.text, m.type, m.confidence) for m in found.mentions] == [
        ("title", "PrismNet", ConceptType.ARCHITECTURE, 0.875),
        ("abstract", "PrismNet", ConceptType.ARCHITECTURE, 0.875),
        ("abstract", "PrismNet", ConceptType.ARCHITECTURE, 0.875),
        ("abstract", "Glass Corpus", ConceptType.DATASET, 0.875),
    ]


def test_labels_and_threshold_are_asked_for(package: ModuleType, model: Path, example: Paper) -> None:
    made = Gliner(model, labels={"dataset or benchmark": ""})
    (found,) = made.recognize([example])
    assert [(m.mention.text, m.type) for m in found.mentions] == [("Glass Corpus", None)]
    assert {asked for _, asked in made._model.asked} == {("dataset or benchmark",)}
    assert Gliner(model, threshold=0.9).recognize([example])[0].mentions == ()


def test_long_texts_are_given_in_pieces_that_the_model_reads_whole(package: ModuleType, model: Path) -> None:
    made = Gliner(model)
    paper = Paper("p", "", "Some words stand here and more. " * 200 + "It ends with PrismNet.")
    (found,) = made.recognize([paper])
    assert [m.mention.start for m in found.mentions] == [paper.abstract.index("PrismNet")]
    assert max(len(text) for text, _ in made._model.asked) <= 1200


def test_an_answer_of_another_form_is_said(package: ModuleType, model: Path, example: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Gliner(model)
    for answer in ([{"begin": 0}], [{"start": 0, "end": 1, "text": "x", "score": 0.5, "label": "other"}], ["x"]):
        monkeypatch.setattr(made._model, "predict_entities", lambda *a, answer=answer, **k: answer)
        with pytest.raises(PaperkgError, match="start, end, text, score and one of the labels expected"):
            made.recognize([example])


def test_without_the_package_or_the_model_it_says_what_to_do(model: Path, package: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="no folder 'urchade/gliner_small'; give the folder of a GLiNER model that you have"):
        Gliner("urchade/gliner_small")
    with pytest.raises(UsageError, match="labels is empty"):
        Gliner(model, labels={})
    (model / "words.json").unlink()
    with pytest.raises(EnvironmentError_, match="no GLiNER model that can be loaded"):
        Gliner(model)
    monkeypatch.setitem(sys.modules, "gliner", None)
    with pytest.raises(EnvironmentError_, match=r'pip install "paperkg\[gliner\]"'):
        Gliner(model)


def test_the_network_is_shut_while_the_model_is_loaded_and_only_then(package: Any, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    seen: list[str | None] = []
    load = package.GLiNER.from_pretrained

    def spy(*given: Any, **options: Any) -> Any:
        seen.append(os.environ.get("HF_HUB_OFFLINE"))
        return load(*given, **options)

    monkeypatch.setattr(package.GLiNER, "from_pretrained", spy)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    Gliner(model)
    assert seen == ["1"]
    assert "HF_HUB_OFFLINE" not in os.environ


def test_the_fingerprint(package: ModuleType, model: Path) -> None:
    first = Gliner(model).fingerprint
    assert Gliner(model).fingerprint == first
    others = [Gliner(model, threshold=0.6), Gliner(model, labels=dict(reversed(LABELS.items()))), Gliner(model, piece=900)]
    (model / "words.json").write_text("{}")
    others.append(Gliner(model))
    assert len({first, *(o.fingerprint for o in others)}) == 5


# the package brings PyTorch, too much for every run of the tests: its interface is compared where somebody has it
if importlib.util.find_spec("gliner") is not None:

    def test_the_real_package_has_the_interface_of_the_stand_in() -> None:
        from gliner import GLiNER
        from gliner.model import BaseEncoderGLiNER

        inspect.signature(GLiNER.from_pretrained).bind("folder", local_files_only=True, map_location="cpu")
        inspect.signature(BaseEncoderGLiNER.predict_entities).bind(None, "text", ["label"], flat_ner=True, threshold=0.5)
