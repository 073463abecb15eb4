"""A small convolutional network over the words of a paper: what the trees cannot read from the columns of a gram.

The trees see what is counted about a gram; the network sees the words around it, in their order, and what the rest of the
paper is about. It is trained on many abstracts that the trees have labelled, then on the curated papers
(`kg.training.network`).

All sums are sums of integers, so that a build gives the same bytes on every machine: activations are multiples of
1 / `STEPS` up to `LIMIT`, weights are integers of 7 bits with one scale for each output, and a sum of their products stays
below 2²⁴, up to which float32 holds every integer. Whatever the order in which a library adds them, the sum is the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from kg.errors import DataError
from kg.model import ConceptType, Relation
from kg.recognize.columns import Groups
from kg.recognize.grams import MAX_WORDS, Grams, Words

#: Steps of an activation to 1.
STEPS = 64
#: The greatest activation, in steps.
LIMIT = 511
#: The greatest weight, in units of its scale.
WEIGHT = 63
#: Rows of zeros between two papers: as far as the widest convolution reaches.
APART = 4
DILATIONS = (1, 2, 4)
#: Flags, then suffixes of a word, a bit each.
_FLAGS, _ENDINGS = 9, 32
BITS = _FLAGS + _ENDINGS + 1
#: Where in its field a word stands: one place for every `_STRIDE` words.
PLACES, _STRIDE = 12, 24
OUTPUTS = 1 + len(ConceptType) + len(Relation)

Float = NDArray[np.float32]
Int8 = NDArray[np.int8]
Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rows:
    """The words of a batch as rows, papers apart by rows of zeros.

    `of_word` is the row of every word, `paper` the paper of every row (-1 between papers). Of the words: `bits` of shape
    (words, BITS), `place`, `cue`, `before`, `after` and `gap` as in `Words`.
    """

    of_word: Index
    paper: Index
    bits: Float
    place: Index
    cue: Index
    before: Index
    after: Index
    gap: Index


def rows_of(words: Words, papers: int) -> Rows:
    """The rows of a batch of `papers` papers."""
    n = len(words)
    paper = words.paper.astype(np.int64)
    of_word = np.arange(n) + APART * (paper + 1)
    of_row = np.full(n + APART * (papers + 1), -1, np.int64)
    of_row[of_word] = paper
    bits = np.empty((n, BITS), np.float32)
    bits[:, :_FLAGS] = (words.flags[:, None] >> np.arange(_FLAGS, dtype=np.uint16)) & 1
    bits[:, _FLAGS:-1] = (words.ending[:, None] >> np.arange(_ENDINGS, dtype=np.uint32)) & 1
    bits[:, -1] = words.field == 0
    # the first word of every field
    new = np.flatnonzero(np.concatenate(([True], (paper[1:] != paper[:-1]) | (words.field[1:] != words.field[:-1])))) if n else np.zeros(0, int)
    since = np.arange(n) - np.repeat(new, np.diff(np.append(new, n)))
    place = np.where(words.field == 0, 0, np.minimum(1 + since // _STRIDE, PLACES - 1))
    return Rows(of_word, of_row, bits, place, *(a.astype(np.int64) for a in (words.cue, words.before, words.after, words.gap)))


@dataclass(frozen=True, slots=True)
class Layer:
    """One linear layer: integer weights of shape (inputs, outputs), the scale and the bias of every output."""

    weight: Int8
    scale: Float
    bias: Float

    def __call__(self, steps: Float) -> Float:
        """From activations in steps, shape (rows, inputs), to numbers, shape (rows, outputs)."""
        total: Float = steps @ self.weight.astype(np.float32)
        total *= self.scale / np.float32(STEPS)
        total += self.bias
        return total


def steps_of(value: Float, least: int = -LIMIT) -> Float:
    """Numbers as activations: the nearest step within the limits."""
    steps: Float = np.rint(value * np.float32(STEPS))
    return np.clip(steps, least, LIMIT, out=steps)


@dataclass(frozen=True)
class Network:
    """The trained network.

    `vocabulary` are the sorted hashes of the words it knows; `word` has a row for each of them, behind that of unknown words. The
    other tables have a row for each value of the columns of `Rows`; all of them are activations in steps.
    """

    vocabulary: NDArray[np.uint64]
    word: Int8
    bits: Int8
    place: Int8
    cue: Int8
    before: Int8
    after: Int8
    gap: Int8
    convolutions: tuple[Layer, ...]
    context: Layer
    span: Layer
    width: Float
    inner: Layer
    out: Layer

    def ids(self, words: Words) -> Index:
        """The row of `word` for every word."""
        at = np.minimum(np.searchsorted(self.vocabulary, words.hash), len(self.vocabulary) - 1)
        return np.where(self.vocabulary[at] == words.hash, at + 1, 0)

    def scores(self, words: Words, grams: Grams, groups: Groups, papers: int, chosen: Index) -> Float:
        """Log-odds of the chosen groups, shape (len(chosen), OUTPUTS): concept or not, then types, then relations."""
        if not len(chosen):
            return np.zeros((0, OUTPUTS), np.float32)
        rows = rows_of(words, papers)
        x, about = self._read(words, rows, papers)
        member = np.repeat(groups.start[:-1][chosen], np.diff(groups.start)[chosen])
        count = np.diff(groups.start)[chosen]
        begin = np.cumsum(count) - count
        member = groups.order[member + np.arange(len(member)) - np.repeat(begin, count)]
        first, last = rows.of_word[grams.first[member]], rows.of_word[grams.last[member]]
        sums = np.concatenate([np.zeros((1, x.shape[1]), np.int32), np.cumsum(x, axis=0, dtype=np.int32)])
        size = (last - first + 1)[:, None]
        mean = np.rint((sums[last + 1] - sums[first]).astype(np.float32) / size.astype(np.float32))
        span = self.span(np.concatenate([x[first], x[last], mean], axis=1))
        span += self.width[np.minimum(size[:, 0], MAX_WORDS)]
        span = steps_of(span, 0)
        most = np.maximum.reduceat(span, begin)
        mean = np.rint(np.add.reduceat(span, begin) / count[:, None].astype(np.float32))
        inner = self.inner(np.concatenate([most, mean, about[groups.paper[chosen]]], axis=1))
        return self.out(steps_of(inner, 0))

    def _read(self, words: Words, rows: Rows, papers: int) -> tuple[Float, Float]:
        """Activations of all rows and of all papers."""
        tables = (
            (self.word, self.ids(words)),
            (self.place, rows.place),
            (self.cue, rows.cue),
            (self.before, rows.before),
            (self.after, rows.after),
            (self.gap, rows.gap),
        )
        seen = rows.bits @ self.bits.astype(np.float32)
        for table, index in tables:
            seen += table[index]
        x = np.zeros((len(rows.paper), seen.shape[1]), np.float32)
        x[rows.of_word] = np.clip(seen, -LIMIT, LIMIT)
        between = rows.paper < 0
        for layer, reach in zip(self.convolutions, DILATIONS, strict=True):
            wide = np.zeros((len(x), 3 * x.shape[1]), np.float32)
            d = x.shape[1]
            wide[reach:, :d] = x[:-reach]
            wide[:, d : 2 * d] = x
            wide[:-reach, 2 * d :] = x[reach:]
            y = layer(wide)
            gate = np.clip(y[:, d:] * np.float32(0.25) + np.float32(0.5), 0, 1)
            x = np.clip(x + np.rint(y[:, :d] * gate * np.float32(STEPS)), -LIMIT, LIMIT)
            x[between] = 0
        about = steps_of(self.context(self._means(x, words, rows, papers)), 0)
        x[rows.of_word] = np.clip(x[rows.of_word] + about[words.paper], -LIMIT, LIMIT)
        return x, about

    @staticmethod
    def _means(x: Float, words: Words, rows: Rows, papers: int) -> Float:
        """Mean activations of every paper's words and of its title's."""
        out = np.zeros((papers, 2 * x.shape[1]), np.float32)
        read = x[rows.of_word].astype(np.int64)
        for half, which in enumerate((np.arange(len(words)), np.flatnonzero(words.field == 0))):
            if len(which):
                paper = words.paper[which]
                begin = np.flatnonzero(np.append(True, paper[1:] != paper[:-1]))
                count = np.diff(np.append(begin, len(which)))[:, None]
                means = np.rint(np.add.reduceat(read[which], begin) / count)
                out[paper[begin], half * x.shape[1] : (half + 1) * x.shape[1]] = means
        return out

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Everything that was trained, by name."""
        found: dict[str, NDArray[Any]] = {}
        for part in fields(self):
            value = getattr(self, part.name)
            for name, layer in _layers(part.name, value):
                found |= {f"{name}.{f.name}": getattr(layer, f.name) for f in fields(Layer)}
            if isinstance(value, np.ndarray):
                found[part.name] = value
        return found

    def save(self, path: Path) -> None:
        """Writes the network as one compressed file of arrays."""
        np.savez_compressed(path, **self.arrays())

    @classmethod
    def load(cls, path: Path) -> Network:
        """Reads what `save` wrote.

        Raises:
            DataError: it is not there, or not a network.
        """
        try:
            with np.load(path) as data:

                def layer(name: str) -> Layer:
                    return Layer(*(data[f"{name}.{f.name}"] for f in fields(Layer)))

                convolutions = tuple(layer(f"convolutions.{n}") for n in range(len(DILATIONS)))
                plain = {f.name: data[f.name] for f in fields(cls) if f.name in data}
                return cls(**plain, convolutions=convolutions, **{name: layer(name) for name in ("context", "span", "inner", "out")})
        except (OSError, ValueError, KeyError, TypeError, BadZipFile) as error:
            raise DataError(f"{path}: not a part of a model ({error}); make the model again with `kg train`") from None


def _layers(name: str, value: object) -> Sequence[tuple[str, Layer]]:
    if isinstance(value, Layer):
        return [(name, value)]
    return [(f"{name}.{n}", layer) for n, layer in enumerate(value)] if isinstance(value, tuple) else []


def probabilities(scores: Float) -> NDArray[np.float64]:
    """Probabilities of log-odds, shape (rows, 1), or of scores of several outcomes, shape (rows, outcomes); rounded so that the last
    bits of `exp` on different machines do not show.
    """
    wide = scores.astype(np.float64)
    if wide.shape[1] == 1:
        return np.round(1.0 / (1.0 + np.exp(-wide)), 4)
    powers = np.exp(wide - wide.max(axis=1, keepdims=True))
    rounded: NDArray[np.float64] = np.round(powers / powers.sum(axis=1, keepdims=True), 4)
    return rounded
