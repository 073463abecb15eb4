"""A model fitted to a user's own papers: made, made again, used."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from kg.cli import main
from kg.errors import DataError, EnvironmentError_, GraphError, UsageError
from kg.model import Paper
from kg.reader import Reader, data_folder
from kg.recognize.decide import Model
from kg.training.boost import lightgbm
from kg.training.train import Material, Trained, material, train

UNSEEN = Paper("p", "BudNet: Small Nets for Bud Images", "We propose BudNet, a convolutional neural network for bud segmentation.")


@pytest.fixture(scope="session")
def given(mine: Path) -> Material:
    return material(gold=[mine])


@pytest.fixture(scope="session")
def trained(given: Material, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    return train(given, tmp_path_factory.mktemp("models") / "one", seeds=(1,))


def test_the_folder_is_a_model_that_reads(trained: Trained) -> None:
    assert {path.name for path in trained.path.iterdir()} >= {"first.npz", "model.json"}
    reader = Reader(model=trained.path)
    labels = {finding.label for finding in reader.read([UNSEEN])[0].findings}
    assert {"BudNet", "convolutional neural network"} <= labels
    assert reader.fingerprint != Reader().fingerprint
    assert reader.fingerprint == Reader(model=trained.model).fingerprint


def test_what_cannot_be_learned_from_them_is_kept(trained: Trained) -> None:
    """The papers have no curated relations, and no collection to count."""
    assert (trained.path / "statements.npz").read_bytes() == (data_folder() / "statements.npz").read_bytes()
    assert not (trained.path / "statistics.npz").exists()


@pytest.mark.slow
def test_the_same_material_gives_the_same_bytes(trained: Trained, given: Material, tmp_path: Path) -> None:
    again = train(given, tmp_path / "two", seeds=(1,), workers=2)
    assert {p.name: p.read_bytes() for p in again.path.iterdir()} == {p.name: p.read_bytes() for p in trained.path.iterdir()}


def test_the_card_says_what_it_was_made_from(trained: Trained) -> None:
    card = json.loads((trained.path / "model.json").read_text())
    assert (card["papers"], card["entities"], card["seeds"]) == ({"own": 12}, 84, [1])
    assert card["files"]["first.npz"]["bytes"] == (trained.path / "first.npz").stat().st_size


def test_nothing_is_replaced_unasked(trained: Trained, given: Material, tmp_path: Path) -> None:
    with pytest.raises(GraphError, match="a model is there already; pass overwrite=True"):
        train(given, trained.path)
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(GraphError, match="holds other things than a model"):
        train(given, tmp_path, overwrite=True)


def test_few_papers_are_refused(mine: Path, tmp_path: Path) -> None:
    few = tmp_path / "few.jsonl"
    few.write_text("".join(mine.read_text().splitlines(keepends=True)[:9]))
    with pytest.raises(UsageError, match="9 curated papers; 10 are the least"):
        material(gold=[few])


def test_without_lightgbm_the_message_names_the_install(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    with pytest.raises(EnvironmentError_, match=r'pip install "paperkg\[train\]"'):
        lightgbm()
    assert main(["train", "--gold", "mine.jsonl", "-o", "model"]) == 3
    assert 'pip install "paperkg[train]"' in capsys.readouterr().err
    assert Reader().read([UNSEEN])[0].findings


def test_a_folder_that_is_no_model(trained: Trained, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no model there"):
        Reader(model=tmp_path)
    for path in trained.path.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "types.npz").write_bytes(b"PK")
    with pytest.raises(DataError, match=r"types\.npz: not a part of a model"):
        Reader(model=tmp_path)
    (tmp_path / "types.npz").unlink()
    with pytest.raises(DataError, match=r"types\.npz: not a part of a model"):
        Model.load(tmp_path)


def test_a_model_of_other_columns_is_refused(trained: Trained) -> None:
    from dataclasses import replace

    first = replace(trained.model.first, columns=trained.model.first.columns[:-1])
    with pytest.raises(DataError, match="fitted on other columns"):
        Reader(model=replace(trained.model, first=first)).read([UNSEEN])


@pytest.mark.slow
def test_the_command(mine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "model"
    asked = ["train", "--gold", str(mine), "--crossvalidate", "--by", "venue", "--json", "--seeds", "1", "--keep", str(tmp_path / "folds")]
    assert main([*asked, "-o", str(out)]) == 0
    said = capsys.readouterr()
    assert main([*asked, "-o", str(tmp_path / "again")]) == 0
    again = capsys.readouterr()
    assert again.out == said.out
    assert "3 of 3 models were kept" in again.err and "6 of 6 models were kept" in again.err and "fitted" not in again.err
    assert {p.name: p.read_bytes() for p in (tmp_path / "again").iterdir()} == {p.name: p.read_bytes() for p in out.iterdir()}
    figures = json.loads(said.out)
    assert figures["own (12 papers)"]["f1"] > 0.5
    assert "3 of 3 models fitted" in said.err
    assert json.loads((out / "model.json").read_text())["figures"] == figures
    text = f"{UNSEEN.title}. {UNSEEN.abstract}"
    assert main(["link", text, "--model", str(out), "--json"]) == 0
    assert "BudNet" in {row["name"] for row in json.loads(capsys.readouterr().out)}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-o", "model"], "nothing to train on"),
        (["--gold", "mine.jsonl"], "no place for the model"),
        (["shared", "--papers", "x", "-o", "model"], "--papers are the texts of --gold"),
        (["shared", "--crossvalidate", "--by", "year"], "--by is 'year'; give one of paper, venue"),
        (["shared", "--crossvalidate", "--seeds", "0"], "--seeds is a number from 1 on"),
    ],
)
def test_arguments_that_do_not_fit(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", *arguments]) == 2
    assert said in capsys.readouterr().err
