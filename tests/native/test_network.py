"""The network by the compiled kernels: the bits that numpy gives, whatever instructions the machine has."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import native
from kg.catalog import Catalog
from kg.model import Paper
from kg.reader import STATISTICS, data_folder
from kg.recognize import kernel_network
from kg.recognize.kernel_network import Reading, packed
from kg.recognize.known import CatalogIndex
from kg.recognize.network import BITS, LIMIT, OUTPUTS, PLACES, WEIGHT, Layer, Network
from kg.recognize.sight import Sight, look
from kg.recognize.statistics import Statistics

PAPERS = [
    Paper(
        "a", "LeafNet: Leaf Counting with Small Networks", "We propose LeafNet. It counts leaves (of any plant), and is tested on LeafSet."
    ),
    Paper("b", "", "Without a title, this paper prunes trees."),
    Paper("c", "A Title Alone", ""),
    Paper("d", "", ""),
    Paper("e", "Moss", "Moss"),
    Paper("f", "On Moss", "Moss grows on old trees. " * 60),
]


pytestmark = pytest.mark.usefixtures("kernels")


@pytest.fixture(scope="module")
def sight() -> Sight:
    return look(PAPERS, Statistics.load(data_folder() / STATISTICS), CatalogIndex(Catalog([])))


@pytest.fixture
def patch() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as found:
        yield found


def _layer(rng: np.random.Generator, inputs: int, outputs: int) -> Layer:
    # scales that are powers of two, and shifts of halves: sums often lie half-way between two steps
    scale = np.float32(2.0) ** rng.integers(-9, -3, outputs).astype(np.float32)
    weight = rng.choice(np.array([-WEIGHT, -3, -1, 0, 0, 1, 2, WEIGHT], np.int8), (inputs, outputs))
    return Layer(weight, scale, rng.integers(-8, 9, outputs).astype(np.float32) / 128)


def _network(seed: int, d: int, sight: Sight) -> Network:
    rng = np.random.default_rng(seed)

    def table(rows: int) -> np.ndarray:
        return rng.choice(np.array([-127, -40, -1, 0, 1, 5, 127], np.int8), (rows, d))

    words = sight.words
    most = [int(column.max()) + 1 for column in (words.cue, words.before, words.after, words.gap)]
    return Network(
        np.unique(words.hash)[::2],
        table((len(np.unique(words.hash)) + 1) // 2 + 1),
        table(BITS),
        table(PLACES),
        *(table(rows) for rows in most),
        tuple(_layer(rng, 3 * d, 2 * d) for _ in range(3)),
        _layer(rng, 2 * d, d),
        _layer(rng, 3 * d, d),
        rng.integers(-64, 65, (8, d)).astype(np.float32) / 64,
        _layer(rng, 3 * d, d),
        _layer(rng, d, OUTPUTS),
    )


def _scores(network: Network, sight: Sight, chosen: np.ndarray) -> np.ndarray:
    return network.scores(sight.words, sight.grams, sight.groups, len(sight.papers), chosen)


@given(st.integers(0, 2**32 - 1), st.sampled_from([16, 32, 64]), st.sampled_from([0, 1, 2]))
def test_the_same_bits(sight: Sight, seed: int, d: int, best: int) -> None:
    network = _network(seed, d, sight)
    chosen = np.random.default_rng(seed).permutation(len(sight.groups))[: seed % 90]
    assert network._kernels is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel_network, "BEST", best)
        ours = _scores(network, sight, chosen)
        patch.setenv("PAPERKG_NATIVE", "0")
        theirs = _scores(network, sight, chosen)
    assert np.array_equal(ours.view(np.uint32), theirs.view(np.uint32))


def test_the_shipped_network_too(sight: Sight, patch: pytest.MonkeyPatch, kernels: native.Kernel) -> None:
    network, everything = Network.load(data_folder() / "network.npz"), np.arange(len(sight.groups))
    ours = _scores(network, sight, everything)
    library = native.library()
    assert library is not None
    assert 0 <= library.kg_level(native.BEST) <= 2 and library.kg_level(0) == 0
    assert library is kernels
    patch.setenv("PAPERKG_NATIVE", "0")
    assert np.array_equal(ours.view(np.uint32), _scores(network, sight, everything).view(np.uint32))


def test_a_network_of_another_width_is_left_to_numpy(sight: Sight) -> None:
    for d in (8, 24, 80):
        network = _network(1, d, sight)
        assert not Reading.fits(network)
        assert network._kernels is None
        assert _scores(network, sight, np.arange(3)).shape == (3, OUTPUTS)


def test_matrices_are_packed_by_tiles_and_pairs() -> None:
    weight = np.arange(4 * 20, dtype=np.int8).reshape(4, 20)
    tiles = packed(weight).reshape(2, 2, 16, 2)
    for row in range(4):
        for column in range(32):
            assert tiles[column // 16, row // 2, column % 16, row % 2] == (weight[row, column] if column < 20 else 0)


#: Which argument, and what it is instead; of arrays, the last number is.
READ_WRONG = [
    *((2, 24), (2, 80), (3, 1), (8, 2), (9, 1), (10, 1), (11, 1), (12, -1), (16, 47), (17, 0), (19, 9), (22, 0), (24, 3), (28, 1)),
]
DECIDE_WRONG = [(0, 1), (1, 0), (2, 24), (5, 4), (6, -1), (7, 9), (9, 1), (10, 5), (12, 3), (16, 80), (18, 1)]


def _read_words() -> list[object]:
    """Two words of one paper, and a network of zeros, which knows them by their cue."""
    d, none, weights = 16, np.float32, 3 * 16 * 2 * 16
    tables = np.zeros((BITS + 2 + 2 + 3, d), np.int8)
    return [
        *(2, 1, d, np.array([0, 2]), np.zeros(2, np.uint64), np.zeros(2, np.uint16), np.zeros(2, np.uint32)),
        *(np.array([column, 0], np.uint8) for column in (1, 1, 0, 0, 0)),
        *(0, np.zeros(1, np.uint64), np.zeros((1, d), np.int8), tables, np.cumsum([0, BITS, 2, 2, 1, 1, 1]), 24),
        *(np.zeros(3 * weights, np.int16), 3 * weights, np.zeros(6 * d, none), np.zeros(6 * d, none), np.array([1, 2, 4])),
        *(np.zeros(2 * d * d, np.int16), 2 * d * d, np.zeros(d, none), np.zeros(d, none), np.zeros(4 * d, np.int16), 4 * d, 9),
        *(np.zeros((2, d), np.int16), np.zeros((1, d), np.int16)),
    ]


def _decide_groups() -> list[object]:
    d, none = 16, np.float32
    size = 7 * d * d
    return [
        *(3, 1, d, np.zeros((3, d), np.int16), np.zeros((1, d), np.int16), 2, np.array([0, 1]), np.array([1, 2]), 1),
        *(np.array([0, 2]), np.zeros(1, np.int64), np.zeros(size, np.int16), size),
        *(np.zeros(2 * d + 16, none), np.zeros(2 * d + 16, none), np.zeros((8, d), none), 13),
        *(np.zeros((2, d), np.int16), 2 * d, 9, np.zeros((1, 13), none)),
    ]


def _status(kernel: str, given: list[object]) -> int:
    return int(getattr(native.library(), kernel)(*(one.ctypes.data if isinstance(one, np.ndarray) else one for one in given)))


@pytest.mark.parametrize(("kernel", "place", "value"), [
    *(("kg_read_words", *wrong) for wrong in [(-1, 0), *READ_WRONG]),
    *(("kg_decide_groups", *wrong) for wrong in [(-1, 0), *DECIDE_WRONG]),
])  # fmt: skip
def test_sizes_that_do_not_fit_are_refused(kernel: str, place: int, value: int) -> None:
    given = _read_words() if kernel == "kg_read_words" else _decide_groups()
    assert len(given) == len(native.KERNELS[kernel].replace(" ", ""))
    if place >= 0:
        of = given[place]
        if isinstance(of, np.ndarray):
            of[-1] = value
        else:
            given[place] = value
    assert (_status(kernel, given) == 0) == (place < 0)


def test_activations_at_their_limits() -> None:
    """Sums that are cut off, on both sides: all bits of a word are set, and weigh as much as they can."""
    given = _read_words()
    given[5], given[6] = np.full(2, 511, np.uint16), np.full(2, 2**32 - 1, np.uint32)
    for weight in (127, -127):
        given[15] = np.full_like(given[15], weight)  # type: ignore[call-overload]
        assert _status("kg_read_words", given) == 0
        assert np.unique(given[-2]).tolist() == [LIMIT if weight > 0 else -LIMIT]  # type: ignore[call-overload]
