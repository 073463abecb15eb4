"""The network of `kg.recognize.network`, evaluated by the compiled kernels: the same numbers."""

from __future__ import annotations

from collections.abc import Sequence
from ctypes import CDLL
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kg.native import BEST, address, checked
from kg.recognize.columns import Groups
from kg.recognize.grams import Grams, Words

if TYPE_CHECKING:
    from kg.recognize.network import Layer, Network

Int16 = NDArray[np.int16]
_TILE = 16  # outputs that a kernel computes together, see kg/native/products.h
_WIDEST = 64  # activations of a word, at most


def packed(weight: NDArray[np.int8]) -> Int16:
    """A matrix of shape (inputs, outputs), as the kernels read it: by tiles of outputs, then pairs of inputs, then outputs, then the
    two of the pair. Outputs are padded with zeros to whole tiles.
    """
    inputs, outputs = weight.shape
    whole = np.zeros((inputs, -(-outputs // _TILE) * _TILE), np.int16)
    whole[:, :outputs] = weight
    return whole.reshape(inputs // 2, 2, -1, _TILE).transpose(2, 0, 3, 1).reshape(-1)


class Reading:
    """A network with its matrices packed."""

    def __init__(self, network: Network, reaches: Sequence[int], steps: int, stride: int) -> None:
        layers = network.convolutions
        self._network = network
        self._vocabulary, self._word = np.ascontiguousarray(network.vocabulary), np.ascontiguousarray(network.word)
        tables = (network.bits, network.place, network.cue, network.before, network.after, network.gap)
        self._tables, self._stride = np.concatenate(tables), stride
        self._row = np.cumsum([0, *map(len, tables)], dtype=np.int64)
        self._layers = np.concatenate([packed(layer.weight) for layer in layers])
        gated = [layer.gated for layer in layers]
        self._factor, self._shift = (np.concatenate([part for one in gated for part in one[which]]) for which in (0, 1))
        self._reaches = np.array(reaches, np.int64)
        self._context = packed(network.context.weight)
        self._scale = network.context.scale / np.float32(steps)
        last: tuple[Layer, ...] = (network.span, network.inner, network.out)
        self._last = np.concatenate([packed(layer.weight) for layer in last])
        self._last_scale = np.concatenate([layer.scale / np.float32(steps) for layer in last])
        self._last_bias = np.concatenate([layer.bias for layer in last])
        self._width = np.ascontiguousarray(network.width, np.float32)

    @staticmethod
    def fits(network: Network) -> bool:
        """Whether the kernels can evaluate a network of this size."""
        d = network.word.shape[1]
        whole = len(network.word) == len(network.vocabulary) + 1
        return bool(whole and d % _TILE == 0 and d <= _WIDEST and network.out.weight.shape[1] <= _WIDEST)

    def read(self, library: CDLL, words: Words, papers: int) -> tuple[Int16, Int16]:
        """Activations of all words and of all papers, in steps."""
        d = self._word.shape[1]
        begin = np.searchsorted(words.paper, np.arange(papers + 1)).astype(np.int64)
        work = np.empty(2 * d * int(np.diff(begin).max(initial=0)), np.int16)
        x, about = np.empty((len(words), d), np.int16), np.empty((papers, d), np.int16)
        checked(
            library.kg_read_words(
                *(len(words), papers, d, address(begin, np.int64)),
                *(address(words.hash, np.uint64), address(words.flags, np.uint16), address(words.ending, np.uint32)),
                *(address(one, np.uint8) for one in (words.field, words.cue, words.before, words.after, words.gap)),
                *(len(self._vocabulary), address(self._vocabulary, np.uint64), address(self._word, np.int8)),
                *(address(self._tables, np.int8), address(self._row, np.int64), self._stride),
                *(address(self._layers, np.int16), len(self._layers)),
                *(address(self._factor, np.float32), address(self._shift, np.float32), address(self._reaches, np.int64)),
                *(address(self._context, np.int16), len(self._context)),
                *(address(self._scale, np.float32), address(self._network.context.bias, np.float32)),
                *(address(work, np.int16), len(work), BEST, address(x, np.int16), address(about, np.int16)),
            )
        )
        return x, about

    def decide(self, library: CDLL, x: Int16, about: Int16, grams: Grams, groups: Groups, chosen: NDArray[np.int64], out: Any) -> None:
        """Log-odds of some groups into `out`, shape (groups, outputs)."""
        member, count = groups.members(chosen)
        first, last = (end.take(member).astype(np.int64) for end in (grams.first, grams.last))
        start = np.concatenate(([0], np.cumsum(count)))
        paper = groups.paper.take(chosen).astype(np.int64)
        work = np.empty((len(member), x.shape[1]), np.int16)
        checked(
            library.kg_decide_groups(
                *(*(len(x), len(about), x.shape[1], address(x, np.int16), address(about, np.int16)), len(member)),
                *(address(first, np.int64), address(last, np.int64), len(chosen), address(start, np.int64), address(paper, np.int64)),
                *(address(self._last, np.int16), len(self._last), address(self._last_scale, np.float32)),
                *(address(self._last_bias, np.float32), address(self._width, np.float32), out.shape[1]),
                *(address(work, np.int16), work.size, BEST, address(out, np.float32)),
            )
        )
