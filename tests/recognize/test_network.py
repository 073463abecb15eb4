"""The network: its sums are exact, and what it says of a paper depends on that paper alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kg.catalog import Catalog
from kg.errors import DataError
from kg.model import Paper
from kg.reader import STATISTICS, data_folder
from kg.recognize.known import CatalogIndex
from kg.recognize.network import APART, DILATIONS, LIMIT, OUTPUTS, STEPS, WEIGHT, Layer, Network, rows_of, steps_of
from kg.recognize.sight import Sight, look
from kg.recognize.statistics import Statistics

pytestmark = pytest.mark.usefixtures("way")

PAPERS = [
    Paper(
        "a", "LeafNet: Leaf Counting with Small Networks", "We propose LeafNet. It counts leaves (of any plant) and is tested on LeafSet."
    ),
    Paper("b", "", "Without a title, this paper prunes trees."),
    Paper("c", "A Title Alone", ""),
    Paper("d", "On Moss", "Moss grows. " * 400),
]


@pytest.fixture(scope="module")
def statistics() -> Statistics:
    return Statistics.load(data_folder() / STATISTICS)


@pytest.fixture(scope="module")
def network() -> Network:
    return Network.load(data_folder() / "network.npz")


def seen(papers: list[Paper], statistics: Statistics) -> Sight:
    return look(papers, statistics, CatalogIndex(Catalog([])))


def scores(network: Network, sight: Sight) -> np.ndarray:
    everything = np.arange(len(sight.groups))
    return network.scores(sight.words, sight.grams, sight.groups, len(sight.papers), everything)


def test_a_paper_is_read_alike_alone_and_with_others(network: Network, statistics: Statistics) -> None:
    together = scores(network, seen(PAPERS, statistics))
    apart = np.concatenate([scores(network, seen([paper], statistics)) for paper in PAPERS])
    assert together.shape[1] == OUTPUTS
    assert together.std() > 0.1
    assert (together == apart).all()


def test_some_groups_are_scored_as_among_all(network: Network, statistics: Statistics) -> None:
    sight = seen(PAPERS, statistics)
    whole = scores(network, sight)
    some = np.arange(0, len(sight.groups), 3)
    assert (network.scores(sight.words, sight.grams, sight.groups, len(PAPERS), some) == whole[some]).all()
    assert network.scores(sight.words, sight.grams, sight.groups, len(PAPERS), some[:0]).shape == (0, OUTPUTS)


def test_sums_are_exact_whatever_their_order(network: Network) -> None:
    """Greatest activations and weights: float32 gives what whole numbers give."""
    rng = np.random.default_rng(3)
    for layer in (*network.convolutions, network.context, network.span, network.inner, network.out):
        assert np.abs(layer.weight).max() <= WEIGHT
        assert LIMIT * np.abs(layer.weight.astype(int)).sum(axis=0).max() < 2**24
        steps = rng.choice([-LIMIT, LIMIT], (50, len(layer.weight)))
        exact = steps @ layer.weight.astype(np.int64)
        order = rng.permutation(len(layer.weight))
        assert (steps.astype(np.float32) @ layer.numbers == exact).all()
        assert (steps[:, order].astype(np.float32) @ layer.numbers[order] == exact).all()


def test_a_layer_is_linear() -> None:
    layer = Layer(np.array([[1, -2], [3, 0]], np.int8), np.array([0.5, 2], np.float32), np.array([1, 0], np.float32))
    assert layer(np.array([[STEPS, 2 * STEPS]], np.float32)).tolist() == [[(1 + 6) * 0.5 + 1, -4.0]]


def test_activations_keep_within_their_limits() -> None:
    assert steps_of(np.array([-1e9, -1.0, 0.004, 0.01, 1e9], np.float32)).tolist() == [-LIMIT, -STEPS, 0, 1, LIMIT]
    assert steps_of(np.array([-1.0, 1.0], np.float32), 0).tolist() == [0, STEPS]


def test_unknown_words_are_one_word(network: Network, statistics: Statistics) -> None:
    one, other = (seen([Paper("p", "On Qwertyx Trees", f"The {word} of trees.")], statistics) for word in ("zzxqw", "qqzxw"))
    assert (network.ids(one.words) == 0).any()
    assert np.array_equal(*(np.sort(scores(network, sight)[:, 0]) for sight in (one, other)))


def test_what_is_known_of_words_is_the_sum_of_their_tables(network: Network, statistics: Statistics) -> None:
    words = seen(PAPERS, statistics).words
    rows = rows_of(words, len(PAPERS))
    whole = rows.bits @ network.bits.astype(np.float32) + network.word[network.ids(words)]
    for table, of in (("place", rows.place), ("cue", rows.cue), ("before", rows.before), ("after", rows.after), ("gap", rows.gap)):
        whole += getattr(network, table)[of]
    (string, by_string), (beside, by_place) = network._known(words)
    assert (string[by_string] + beside[by_place] == whole).all()
    assert len(string) < len(words), "words that come again are summed once"


def test_papers_are_apart_by_rows_of_zeros(statistics: Statistics) -> None:
    sight = seen(PAPERS, statistics)
    rows = rows_of(sight.words, len(PAPERS))
    steps = np.diff(rows.of_word)
    assert (steps == np.where(np.diff(sight.words.paper) > 0, 1 + APART, 1)).all()
    assert rows.of_word[0] == APART
    assert rows.size == rows.of_word[-1] + 1 + APART
    assert (steps > max(DILATIONS)).sum() == len(PAPERS) - 1


def test_what_is_written_is_read(network: Network, tmp_path: Path) -> None:
    network.save(tmp_path / "network.npz")
    again = Network.load(tmp_path / "network.npz")
    assert {k: v.tolist() for k, v in again.arrays().items()} == {k: v.tolist() for k, v in network.arrays().items()}


@pytest.mark.parametrize("content", [b"", b"no network"])
def test_what_is_no_network_is_said(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "network.npz"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"network\.npz: not a part of a model"):
        Network.load(path)


def test_a_part_that_is_missing_is_said(network: Network, tmp_path: Path) -> None:
    arrays = network.arrays()
    del arrays["span.scale"]
    np.savez_compressed(tmp_path / "network.npz", **arrays)
    with pytest.raises(DataError, match=r"span\.scale"):
        Network.load(tmp_path / "network.npz")


def test_weights_matter(network: Network, statistics: Statistics) -> None:
    sight = seen(PAPERS[:1], statistics)
    other = replace(network, out=Layer(-network.out.weight, network.out.scale, -network.out.bias))
    assert np.allclose(scores(other, sight), -scores(network, sight), atol=1e-4)
