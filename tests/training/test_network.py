"""The training of the network: what it learns is what runs."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kg.catalog import Catalog
from kg.errors import EnvironmentError_
from kg.model import Paper
from kg.reader import STATISTICS, data_folder
from kg.recognize.decide import Model, weigh
from kg.recognize.forest import SCALE, sigmoid
from kg.recognize.grams import key
from kg.recognize.known import CatalogIndex
from kg.recognize.network import Network
from kg.recognize.sight import Sight, look
from kg.recognize.statistics import Statistics
from kg.text import fold
from kg.training import silver
from kg.training.gold import Curated, own
from kg.training.network import (
    Examples,
    Stage,
    _forward,
    _loss,
    batch,
    examples,
    jax,
    joined,
    network,
    params_of,
    run,
    start,
    vectors,
    vocabulary,
)
from kg.training.silver import NONE, Lessons, Silver, abstracts, fit_again, fit_network, gold, labelled

COLOURS, SHAPES = ("red", "blue", "green", "black"), ("square", "circle", "oval", "star")


@pytest.fixture(scope="module")
def statistics() -> Statistics:
    return Statistics.load(data_folder() / STATISTICS)


@pytest.fixture(scope="module")
def index() -> CatalogIndex:
    return CatalogIndex(Catalog([]))


@pytest.fixture(scope="module")
def papers(mine: Path) -> list[Curated]:
    return own(mine, None)


@pytest.fixture(scope="module")
def sight(papers: Sequence[Curated], statistics: Statistics, index: CatalogIndex) -> Sight:
    return look([item.paper for item in papers], statistics, index)


@pytest.fixture(scope="module")
def given(sight: Sight, papers: Sequence[Curated]) -> Examples:
    return gold(sight, papers, Model.load(data_folder()))


def test_what_was_trained_is_what_runs(sight: Sight, given: Examples) -> None:
    """The network of whole numbers says what the weights said in training, up to rounding."""
    rng = np.random.default_rng(1)
    known = np.unique(given.hash)
    params = start(2, len(known), 32)
    params = {k: [{n: v + 0.1 * rng.normal(size=v.shape).astype(np.float32) for n, v in one.items()} for one in part]
              if isinstance(part, list) else part for k, part in params.items()}  # fmt: skip
    everything = np.ones(len(sight.groups), bool)
    zero = np.zeros(len(everything))
    wanted = {"y": zero, "w": zero, "tw": zero, "types": np.zeros((len(zero), 5)), "relations": np.zeros((len(zero), 7))}
    whole = examples(sight, everything, wanted)
    b = batch(whole, range(len(whole)), known)
    trained = np.asarray(_forward(params, b, len(whole), None, 0))[: len(zero)]
    runs = network(params, known).scores(sight.words, sight.grams, sight.groups, len(sight.papers), np.arange(len(zero)))
    assert trained.std() > 0.2
    assert np.abs(trained - runs).max() < 0.05 * trained.std() + 0.05


def test_it_learns_the_curated_papers(sight: Sight, papers: Sequence[Curated], given: Examples) -> None:
    known = vocabulary(given)
    params = run(start(1, len(known)), given, range(10), known, Stage(30, 3e-3, 5), 1, drop=0.05)
    found = network(params, known).scores(sight.words, sight.grams, sight.groups, len(papers), np.arange(len(sight.groups)))
    score = {(int(p), int(k)): row for p, k, row in zip(sight.groups.paper, sight.groups.key, found, strict=True)}
    # of papers that were learned, and of the last two, that were not
    for number in (0, 5, 10, 11):
        name = papers[number].entities[0]["name"]
        row = score[number, key(fold(name))]
        assert row[0] > 0, name
        assert row[0] > score[number, key(fold("compared"))][0] if (number, key(fold("compared"))) in score else True
        assert row[1:6].argmax() == 2, f"{name} is an architecture"
        assert row[6:].argmax() == 0, f"{name} is proposed"


def test_the_same_training_gives_the_same_bytes(given: Examples, tmp_path: Path) -> None:
    known = vocabulary(given)
    for name in ("one", "two"):
        params = run(start(1, len(known)), given, range(12), known, Stage(1, 1e-3, 4), 1)
        network(params, known).save(tmp_path / f"{name}.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()


def test_training_goes_on_from_what_was_trained(given: Examples) -> None:
    shipped = Network.load(data_folder() / "network.npz")
    params = params_of(shipped)
    again = network(params, shipped.vocabulary)
    assert {k: v.tolist() for k, v in again.arrays().items()} == {k: v.tolist() for k, v in shipped.arrays().items()}


def test_what_fills_a_batch_up_counts_nothing(given: Examples) -> None:
    known = vocabulary(given)
    params = start(1, len(known), 16)
    alone = np.asarray(_forward(params, batch(given, [3], known), 1, None, 0))
    among = np.asarray(_forward(params, batch(given, [7, 3, 1], known), 3, None, 0))
    n, before = (int(given.groups[4] - given.groups[3]), int(given.groups[8] - given.groups[7]))
    assert np.abs(alone[:n] - among[before : before + n]).max() < 1e-4
    b = batch(given, [3], known)
    assert (b["w"][n:] == 0).all()
    assert (b["tw"][n:] == 0).all()
    more = {
        k: np.concatenate([v, np.zeros_like(v[:64])]) if k in ("y", "w", "tw", "types", "relations", "about") else v for k, v in b.items()
    }
    random = jax().random.PRNGKey(0)
    assert abs(float(_loss(params, b, 1, random, 0.0)) - float(_loss(params, more, 1, random, 0.0))) < 1e-4


def test_examples_are_joined(given: Examples, sight: Sight, papers: Sequence[Curated]) -> None:
    both = joined([given, given])
    assert len(both) == 2 * len(given)
    known = vocabulary(given)
    one, other = batch(given, [2], known), batch(both, [2 + len(given)], known)
    assert all((one[name] == other[name]).all() for name in one)


def test_words_with_the_same_neighbours_are_alike(statistics: Statistics, index: CatalogIndex) -> None:
    rng = np.random.default_rng(5)
    texts = [" ".join(f"the {rng.choice(COLOURS)} paint and a {rng.choice(SHAPES)} drawn." for _ in range(12)) for _ in range(60)]
    sight = look([Paper(str(n), "", text) for n, text in enumerate(texts)], statistics, index)
    size = len(sight.groups)
    wanted = {
        "y": np.zeros(size),
        "w": np.zeros(size),
        "tw": np.zeros(size),
        "types": np.zeros((size, 5)),
        "relations": np.zeros((size, 7)),
    }
    of = examples(sight, np.zeros(size, bool), wanted)
    known = vocabulary(of)
    found = vectors(of, known, 4)
    place = {word: int(np.searchsorted(known, np.uint64(key(fold(word))))) for word in (*COLOURS, *SHAPES)}
    unit = found / np.linalg.norm(found, axis=1, keepdims=True)

    def alike(a: str, b: str) -> float:
        return float(unit[place[a]] @ unit[place[b]])

    assert min(alike("red", c) for c in COLOURS) > max(alike("red", s) for s in SHAPES)


def test_trees_label_abstracts(statistics: Statistics, index: CatalogIndex) -> None:
    model = Model.load(data_folder())
    text = "We propose LeafNet, a convolutional neural network, and evaluate it on LeafSet. It is better than other networks."
    found = labelled([Paper("p", "LeafNet: Counting Leaves", text)], model, statistics, index)
    assert len(found) == 1
    assert found.y.max() > 0.6
    assert found.types[found.y.argmax()].sum() == pytest.approx(1, abs=0.01)
    assert (found.tw <= found.y + 1e-6).all()


def test_abstracts_come_in_one_order(tmp_path: Path) -> None:
    long = "An abstract that says enough. " * 20
    rows = [f'{{"id": "p{n}", "title": "Paper {n}", "abstract": "{long if n else "short"}"}}' for n in range(8)]
    (tmp_path / "papers.jsonl").write_text("\n".join(rows), encoding="utf-8")
    found = abstracts(tmp_path / "papers.jsonl", {fold("Paper 3")}, 5)
    (tmp_path / "papers.jsonl").write_text("\n".join(reversed(rows)), encoding="utf-8")
    again = abstracts(tmp_path / "papers.jsonl", {fold("Paper 3")}, 5)
    assert [p.title for p in found] == [p.title for p in again]
    assert len(found) == 5
    assert not {"Paper 0", "Paper 3"} & {p.title for p in found}


def test_without_abstracts_and_network_there_is_none(
    sight: Sight, papers: Sequence[Curated], statistics: Statistics, index: CatalogIndex
) -> None:
    model = Model.load(data_folder())
    everyone = np.arange(len(papers))
    assert fit_network(Lessons(sight, papers, everyone, NONE, statistics, index), model) is None
    tuned = fit_network(Lessons(sight, papers, everyone, Silver(before=model.network), statistics, index), model)
    assert tuned is not None
    assert model.network is not None
    assert (tuned.vocabulary == model.network.vocabulary).all()
    assert (tuned.out.weight != model.network.out.weight).any()


def test_an_encoder_teaches_the_network(
    sight: Sight, papers: Sequence[Curated], statistics: Statistics, index: CatalogIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(silver, "TAUGHT", slice(8, 72))
    some = [Paper(f"p{n}", item.paper.title, item.paper.abstract) for n in range(6) for item in papers]
    model = Model.load(data_folder(), accurate=True)
    nobody = np.arange(0)  # so that what is seen comes from the abstracts alone
    lessons = Lessons(sight, papers, nobody, Silver(some), statistics, index)
    found, again = fit_again(lessons, model), fit_again(lessons, model)
    assert found is not None
    assert again is not None
    assert all((a == b).all() for a, b in zip(found.arrays().values(), again.arrays().values(), strict=True))

    seen = look(some[8:72], statistics, index)
    wanted = weigh(seen, model)

    def away(of: Network | None) -> float:
        assert of is not None
        said = of.scores(seen.words, seen.grams, seen.groups, len(seen.papers), wanted.trees.chosen)
        return float(np.abs(sigmoid(said[:, 0].astype(np.float64) * SCALE) - wanted.score).mean())

    assert away(found) < away(model.network)


def test_without_an_encoder_there_is_no_second_lesson(
    sight: Sight, papers: Sequence[Curated], statistics: Statistics, index: CatalogIndex
) -> None:
    model, everyone = Model.load(data_folder()), np.arange(len(papers))
    some = Silver([item.paper for item in papers] * 600)
    assert fit_again(Lessons(sight, papers, everyone, some, statistics, index), model) is model.network


def test_trees_decide_alone_where_there_is_no_network(sight: Sight) -> None:
    from kg.recognize.decide import decide

    model = Model.load(data_folder())
    both, alone = decide(sight, model), decide(sight, replace(model, network=None))
    assert [len(some) for some in alone] != []
    assert both != alone


def test_without_jax_the_install_line_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jax", None)
    with pytest.raises(EnvironmentError_, match=r'pip install "paperkg\[train\]"'):
        jax()
