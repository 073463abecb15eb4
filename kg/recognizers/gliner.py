"""GLiNER (Zaratiana et al., NAACL 2024): entities by labels in plain words, with a model that the user has."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kg.errors import EnvironmentError_, PaperkgError, UsageError
from kg.model import FIELDS, Mention, Paper
from kg.recognizers.files import digest
from kg.recognizers.options import fraction, types, whole
from kg.recognizers.pieces import pieces
from kg.recognizers.protocol import Recognition, Recognized

INSTALL = 'pip install "paperkg[gliner]"'
#: The labels that the model is asked for, and what they mean.
LABELS = {
    "task": "Task",
    "dataset or benchmark": "Dataset",
    "model or model architecture": "Architecture",
    "method or algorithm": "Method",
    "evaluation metric": "Metric",
}


class Gliner:
    """Takes what a GLiNER model finds for mentions; title and abstract are read apart, long texts in pieces of whole sentences.

    Args:
        model: folder of a model, with its tokenizer. Nothing is downloaded.
        labels: for each label to ask for the name of one of our types, or "" where paperkg shall decide the type.
        threshold: the model's score from which a string counts, 0 to 1.
        piece: characters that are given to the model at a time; the usual models read 384 words and leave out the rest.
        device: where the model runs, as PyTorch names it.

    Raises:
        EnvironmentError_: the package `gliner` is missing, or the model cannot be loaded.
        UsageError: an option that does not fit.
    """

    main = "model"

    def __init__(
        self,
        model: str | Path,
        labels: Mapping[str, str] | None = None,
        threshold: float = 0.5,
        piece: int = 1200,
        device: str = "cpu",
    ) -> None:
        self._threshold = fraction("threshold", threshold)
        self._piece = whole("piece", piece, 50)
        self._labels = types("labels", LABELS if labels is None else labels)
        if not self._labels:
            raise UsageError("labels is empty; name at least one label to ask for")
        self._device = device
        folder = Path(model)
        if not str(model) or not folder.is_dir():
            raise UsageError(f"gliner: no folder {str(model)!r}; give the folder of a GLiNER model that you have, nothing is downloaded")
        self._model, self._version = _loaded(folder, device)
        self._files = digest(folder)

    @property
    def fingerprint(self) -> str:
        """A hash of the model's files, of GLiNER's version and of the options."""
        labels = {k: v.value if v else "" for k, v in self._labels.items()}
        said = [self._version, self._files, list(labels.items()), self._threshold, self._piece, self._device]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()

    def recognize(self, papers: Sequence[Paper]) -> list[Recognition]:
        """What the model finds in every paper.

        Raises:
            PaperkgError: the model answers in another form than GLiNER's.
        """
        return [Recognition(tuple(self._mentions(paper))) for paper in papers]

    def _mentions(self, paper: Paper) -> Iterator[Recognized]:
        asked = list(self._labels)
        for field in FIELDS:
            text = paper.text(field)
            for start, end in pieces(text, self._piece):
                for found in self._model.predict_entities(text[start:end], asked, flat_ner=True, threshold=self._threshold):
                    try:
                        mention = Mention(field, start + int(found["start"]), start + int(found["end"]), str(found["text"]))
                        yield Recognized(mention, round(float(found["score"]), 4), self._labels[found["label"]])
                    except (KeyError, TypeError, ValueError) as error:
                        raise PaperkgError(
                            f"GLiNER {self._version} answered {found!r}; start, end, text, score and one of the labels expected"
                        ) from error


def _loaded(folder: Path, device: str) -> tuple[Any, str]:
    """The model and the version of GLiNER."""
    with _offline():
        try:
            from gliner import GLiNER
        except ImportError as error:
            raise EnvironmentError_(f"the package gliner is missing ({error}); {INSTALL}") from error
        try:
            model = GLiNER.from_pretrained(str(folder), local_files_only=True, map_location=device)
        except Exception as error:
            first = " ".join(str(error).split())[:300]
            raise EnvironmentError_(f"{folder}: no GLiNER model that can be loaded from here ({type(error).__name__}: {first})") from error
    from importlib.metadata import PackageNotFoundError, version

    try:
        return model, version("gliner")
    except PackageNotFoundError:
        return model, "unknown"


@contextmanager
def _offline() -> Iterator[None]:
    """Keeps the libraries below GLiNER from asking the network for parts that a model's folder lacks."""
    names = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
