"""Models of folds that are kept: found again for the same, never for anything else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kg.reader import data_folder
from kg.recognize.decide import Model
from kg.training import fit, kept
from kg.training.fit import Job, models
from kg.training.kept import KeptModels
from kg.training.silver import NONE
from kg.training.train import material

TRAIN = np.array([0, 2, 3])


@pytest.fixture(scope="module")
def job(mine: Path) -> Job:
    return replace(material(gold=[mine]).job(), silver=NONE)


@pytest.fixture(scope="module")
def model() -> Model:
    return Model.load(data_folder())


def saved(model: Model, folder: Path) -> dict[str, bytes]:
    model.save(folder)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_what_was_kept_is_not_fitted_again(job: Job, model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fitted: list[list[int]] = []

    class Counting:
        def __init__(self, job: Job) -> None: ...

        def __call__(self, train: np.ndarray, say: Callable[[str], None]) -> Model:
            fitted.append(train.tolist())
            return model

    monkeypatch.setattr(fit, "_Fitter", Counting)
    said: list[str] = []
    for trains in ([TRAIN], [TRAIN, TRAIN[:2]]):
        found = models(job, trains, say=said.append, kept=KeptModels(tmp_path / "kept", job))
        assert len(found) == len(trains)
        assert all(saved(one, tmp_path / f"{len(trains)}{n}") == saved(model, tmp_path / "given") for n, one in enumerate(found))
    assert fitted == [[0, 2, 3], [0, 2]]
    assert said == ["1 of 1 models fitted", "1 of 2 models were kept", "2 of 2 models fitted"]


def test_nothing_is_found_for_anything_else(job: Job, model: Model, tmp_path: Path) -> None:
    KeptModels(tmp_path, job).keep(TRAIN, model)
    assert KeptModels(tmp_path, replace(job)).load(TRAIN) is not None
    assert KeptModels(tmp_path, job).load(TRAIN[:2]) is None
    first, *rest = job.papers
    abstract = replace(first.paper, abstract=first.paper.abstract + " More.")
    entities = [first.entities[0] | {"required": False}, *first.entities[1:]]
    other_statistics = replace(job.statistics, table=job.statistics.table[::-1].copy())
    for other in (
        replace(job, papers=[replace(first, paper=abstract), *rest]),
        replace(job, papers=[replace(first, entities=entities), *rest]),
        replace(job, papers=rest),
        replace(job, seeds=(2,)),
        replace(job, encoder=True),
        replace(job, statistics=other_statistics),
        replace(job, silver=replace(NONE, papers=[first.paper])),
        replace(job, silver=replace(NONE, before=model.network)),
    ):
        assert KeptModels(tmp_path, other).load(TRAIN) is None


def test_a_change_of_code_is_another_model(job: Job, model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for pattern in kept._CODE:
        assert list(Path(kept.__file__).parent.parent.glob(pattern)), pattern
    KeptModels(tmp_path, job).keep(TRAIN, model)
    monkeypatch.setattr(kept, "_CODE", kept._CODE[1:])
    assert KeptModels(tmp_path, job).load(TRAIN) is None
