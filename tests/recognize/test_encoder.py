"""The encoder: what it makes of pieces is what the layers say, and of a paper the same whatever stands beside it."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kg.errors import DataError, EnvironmentError_
from kg.model import Paper
from kg.recognize.encoder import LENGTH, OUTPUTS, Encoder, Packed
from kg.recognize.grams import words_of
from kg.recognize.pieces import CLS, SEP, UNKNOWN, Pieces
from kg.recognize.sight import Sight

onnx = pytest.importorskip("onnx", reason="writing the graph of an encoder takes onnx")
pytest.importorskip("onnxruntime", reason="reading with an encoder takes onnxruntime")
pytest.importorskip("tokenizers", reason="reading with an encoder takes tokenizers")

DIM, HEADS = 64, 4
PAPERS = [
    Paper("a", "LeafNet: Leaf Counting", "We propose LeafNet. It counts leaves (of any plant)."),
    Paper("b", "", "Without a title, this paper prunes trees."),
    Paper("c", "A Title Alone", ""),
    Paper("d", "On Moss", "Moss grows. " * 400),
]
Params = dict[str, np.ndarray]


@pytest.fixture(scope="module")
def pieces(tiny_vocabulary: tuple[str, ...]) -> Pieces:
    return Pieces(tiny_vocabulary)


@pytest.fixture(scope="module")
def made(tiny_encoder: Params, pieces: Pieces) -> Encoder:
    from kg.training.encoder import encoder

    return encoder(tiny_encoder, pieces, HEADS)


def everything(encoder: Encoder, sight: Sight) -> np.ndarray:
    return encoder.scores(sight.words, sight.grams, sight.groups, len(sight.papers), np.arange(len(sight.groups)))


def transformer(encoder: Encoder, ids: np.ndarray) -> np.ndarray:
    """BERT's layers (Devlin et al., 2019), written out with the weights as the encoder keeps them."""
    p = {name: value.floats() for name, value in encoder.packed.items()} | dict(encoder.plain)

    def norm(x: np.ndarray, name: str) -> np.ndarray:
        x = x - x.mean(axis=1, keepdims=True)
        return x / np.sqrt((x * x).mean(axis=1, keepdims=True) + 1e-12) * p[f"{name}.g"] + p[f"{name}.b"]

    from scipy.special import erf

    x = norm((p["word"][ids] + p["place"][: len(ids)]).astype(np.float64), "norm")
    for n in range(2):
        q, k, v = (a.reshape(-1, HEADS, DIM // HEADS).swapaxes(0, 1) for a in np.split(x @ p[f"{n}.look.w"] + p[f"{n}.look.b"], 3, axis=1))
        weight = np.exp(q @ k.swapaxes(1, 2) / np.sqrt(DIM // HEADS))
        seen = (weight / weight.sum(axis=2, keepdims=True) @ v).swapaxes(0, 1).reshape(-1, DIM)
        x = norm(x + seen @ p[f"{n}.join.w"] + p[f"{n}.join.b"], f"{n}.norm1")
        up = x @ p[f"{n}.up.w"] + p[f"{n}.up.b"]
        x = norm(x + (up * (1 + erf(up / np.sqrt(2))) / 2) @ p[f"{n}.down.w"] + p[f"{n}.down.b"], f"{n}.norm2")
    return x


def test_every_word_is_found_among_the_pieces(pieces: Pieces) -> None:
    words = words_of(PAPERS)
    tokens = pieces.cut(words, len(PAPERS))
    assert len(tokens.begin) == len(PAPERS) + 1
    for word in range(len(words)):
        ids = tokens.ids[tokens.begin[words.paper[word]] :][tokens.first[word] : tokens.last[word] + 1]
        joined = "".join(pieces.vocabulary[n].removeprefix("##") for n in ids)
        assert joined == words.surface(word, word).lower()
    for low, high in zip(tokens.begin[:-1], tokens.begin[1:], strict=True):
        assert tokens.ids[low] == CLS
        assert tokens.ids[high - 1] == SEP
        assert (tokens.ids[low:high] == SEP).sum() == 2


def test_what_stands_between_words_is_read_too(pieces: Pieces) -> None:
    ids = pieces.cut(words_of([Paper("p", "Leaf (moss)!", "")]), 1).ids
    assert [pieces.vocabulary[n] for n in ids] == ["[CLS]", "leaf", "(", "moss", ")", "[UNK]", "[SEP]", "[SEP]"]
    assert ids[5] == UNKNOWN


def test_the_layers_are_those_of_a_transformer(made: Encoder) -> None:
    tokens = made.pieces.cut(words_of(PAPERS[:2]), 2)
    for low, high in zip(tokens.begin[:-1], tokens.begin[1:], strict=True):
        ids = tokens.ids[low:high]
        assert np.allclose(made.read(ids), transformer(made, ids), atol=1e-3)


def test_a_paper_is_read_alike_alone_and_with_others(made: Encoder, see: Callable[..., Sight]) -> None:
    together = everything(made, see(PAPERS))
    apart = np.concatenate([everything(made, see([paper])) for paper in PAPERS])
    assert together.shape[1] == OUTPUTS
    assert together.std() > 0.1
    assert (together == apart).all()


def test_a_long_paper_is_read_to_its_end(made: Encoder) -> None:
    ids = made.pieces.cut(words_of([PAPERS[3]]), 1).ids
    assert len(ids) > 2 * LENGTH
    read = made.read(ids)
    assert read.shape == (len(ids), DIM)
    # the second window begins anew
    window = np.concatenate([[CLS], ids[LENGTH - 1 : 2 * LENGTH - 3], [SEP]])
    assert np.allclose(read[LENGTH - 1 : 2 * LENGTH - 3], transformer(made, window)[1:-1], atol=1e-3)


def test_what_is_saved_is_read_again(made: Encoder, see: Callable[..., Sight], tmp_path: Path) -> None:
    # scales are kept with half the bits
    made.save(tmp_path / "encoder.npz")
    again = Encoder.load(tmp_path / "encoder.npz")
    assert again.vocabulary == made.vocabulary
    assert np.allclose(everything(again, see(PAPERS[:2])), everything(made, see(PAPERS[:2])), atol=0.1)
    again.save(tmp_path / "twice.npz")
    assert (tmp_path / "twice.npz").read_bytes() == (tmp_path / "encoder.npz").read_bytes()


def test_one_that_has_read_goes_to_another_process(made: Encoder, see: Callable[..., Sight]) -> None:
    """As those of folds do, once they have labelled abstracts for the network."""
    sight = see([Paper("p", "Tiny Networks", "We prune tiny networks.")])
    chosen = np.arange(len(sight.groups))
    before = made.scores(sight.words, sight.grams, sight.groups, 1, chosen)
    again = pickle.loads(pickle.dumps(made))
    assert np.array_equal(again.scores(sight.words, sight.grams, sight.groups, 1, chosen), before)


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "encoder.npz"
    with pytest.raises(DataError, match=r"encoder\.npz: not a part of a model"):
        Encoder.load(path)
    path.write_bytes(b"nothing")
    with pytest.raises(DataError, match="make the model again"):
        Encoder.load(path)


@pytest.mark.parametrize("package", ["onnxruntime", "tokenizers"])
def test_what_is_missing_is_said_at_the_start(made: Encoder, monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(EnvironmentError_, match=r'pip install "paperkg\[encoder\]"'):
        replace(made).start()


def test_numbers_are_packed_within_half_a_step() -> None:
    value = np.random.default_rng(5).normal(0, 2, (7, 128)).astype(np.float32)
    for packed in (Packed.of(value, 31, 0), Packed.of(value, 7, 2, 64)):
        step = np.broadcast_to(packed.scale, packed.numbers.shape).reshape(value.shape)
        assert (np.abs(packed.floats() - value) <= step * 0.501).all()
        assert (packed.floats(np.array([4, 1])) == packed.floats()[[4, 1]]).all()
    assert Packed.of(np.zeros((2, 2), np.float32), 31, 0).floats().tolist() == [[0, 0], [0, 0]]
