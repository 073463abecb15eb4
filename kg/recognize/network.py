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
from functools import cached_property
from pathlib import Path
from typing import Any, cast
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from kg import native
from kg.errors import DataError
from kg.model import ConceptType, Relation
from kg.recognize.columns import Groups
from kg.recognize.grams import FIRST, MAX_WORDS, Grams, Words
from kg.recognize.kernel_network import Reading

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
#: The bit of the first word of a sentence, the only flag that is not of the word itself.
FIRST_BIT = FIRST.bit_length() - 1
#: Where in its field a word stands: one place for every `_STRIDE` words.
PLACES, _STRIDE = 12, 24
#: Words, and groups, that are worked on at a time; the result does not depend on it.
_WORDS, _GROUPS = 1_500, 1_000
OUTPUTS = 1 + len(ConceptType) + len(Relation)

Float = NDArray[np.float32]
Int8 = NDArray[np.int8]
Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rows:
    """The words of a batch as rows, papers apart by rows of zeros.

    `of_word` is the row of every word, `size` the number of rows. Of the words: `bits` of shape (words, BITS), `place`, `cue`,
    `before`, `after` and `gap` as in `Words`.
    """

    of_word: Index
    size: int
    bits: Float
    place: Index
    cue: Index
    before: Index
    after: Index
    gap: Index


def rows_of(words: Words, papers: int) -> Rows:
    """The rows of a batch of `papers` papers."""
    of_word, size = placed(words, papers)
    bits = np.concatenate((_own_bits(words.flags, words.ending), (words.field == 0)[:, None].astype(np.float32)), axis=1)
    return Rows(of_word, size, bits, places_of(words), *(a.astype(np.int64) for a in (words.cue, words.before, words.after, words.gap)))


def placed(words: Words, papers: int) -> tuple[Index, int]:
    """The row of every word of a batch of `papers` papers, and the number of rows."""
    return np.arange(len(words)) + APART * (words.paper.astype(np.int64) + 1), len(words) + APART * (papers + 1)


def _own_bits(flags: NDArray[np.uint16], ending: NDArray[np.uint32]) -> Float:
    """The flags and suffixes of words, a number each: all of `BITS` but the last."""
    bits = np.empty((len(flags), BITS - 1), np.float32)
    bits[:, :_FLAGS] = (flags[:, None] >> np.arange(_FLAGS, dtype=np.uint16)) & 1
    bits[:, _FLAGS:] = (ending[:, None] >> np.arange(_ENDINGS, dtype=np.uint32)) & 1
    return bits


def places_of(words: Words) -> Index:
    """Where in its field each word stands."""
    n, paper = len(words), words.paper
    # the first word of every field
    new = (
        np.flatnonzero(np.concatenate(([True], (paper[1:] != paper[:-1]) | (words.field[1:] != words.field[:-1]))))
        if n
        else np.zeros(0, int)
    )
    since = np.arange(n) - np.repeat(new, np.diff(np.append(new, n)))
    return np.where(words.field == 0, 0, np.minimum(1 + since // _STRIDE, PLACES - 1))


def examples_of(codes: NDArray[np.integer], most: int) -> tuple[Index, Index]:
    """For codes below `most` one example of each different code, as an index, and for every code the number of its example."""
    last = np.zeros(most, np.int64)
    at = np.arange(len(codes))
    last[codes] = at
    example = last[codes]
    some = np.flatnonzero(example == at)
    number = np.empty(len(codes), np.int64)
    number[some] = np.arange(len(some))
    return some, number[example]


def numbered(vocabulary: NDArray[np.uint64], hashes: NDArray[np.uint64]) -> Index:
    """The place of each hash in a sorted vocabulary, from 1 on; 0 where it is not there."""
    at = np.minimum(np.searchsorted(vocabulary, hashes), len(vocabulary) - 1)
    return np.where(vocabulary[at] == hashes, at + 1, 0)


@dataclass(frozen=True)
class Layer:
    """One linear layer: integer weights of shape (inputs, outputs), the scale and the bias of every output."""

    weight: Int8
    scale: Float
    bias: Float

    @cached_property
    def numbers(self) -> Float:
        """The weights as float32, in which products are fast and, of such integers, exact."""
        return self.weight.astype(np.float32)

    def of_sums(self, total: Float) -> Float:
        """From sums of products with the weights to the outputs, in place."""
        total *= self.scale / np.float32(STEPS)
        total += self.bias
        return total

    @cached_property
    def halves(self) -> tuple[Float, Float]:
        """The weights of the first half of the outputs and of the second, each contiguous."""
        first, second = np.split(self.numbers, 2, axis=1)
        return np.ascontiguousarray(first), np.ascontiguousarray(second)

    @cached_property
    def gated(self) -> tuple[tuple[Float, Float], tuple[Float, Float]]:
        """Factors and shifts from sums to a change in steps (the first half of the outputs) and to its gate, still without its half.

        The same as `of_sums` and then times `STEPS` and a quarter: products with powers of two are exact.
        """
        half = len(self.scale) // 2
        times = np.repeat(np.array([STEPS, 0.25], np.float32), half)
        factor, shift = self.scale / np.float32(STEPS) * times, self.bias * times
        return (factor[:half], factor[half:]), (shift[:half], shift[half:])

    def __call__(self, steps: Float) -> Float:
        """From activations in steps, shape (rows, inputs), to numbers, shape (rows, outputs)."""
        return self.of_sums(steps @ self.numbers)


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
        return numbered(self.vocabulary, words.hash)

    def scores(self, words: Words, grams: Grams, groups: Groups, papers: int, chosen: Index) -> Float:
        """Log-odds of the chosen groups, shape (len(chosen), OUTPUTS): concept or not, then types, then relations."""
        out = np.zeros((len(chosen), OUTPUTS), np.float32)
        if (library := native.library()) is not None and self._kernels is not None:
            activations = self._kernels.read(library, words, papers)
            for low in range(0, len(chosen), _GROUPS):
                high = low + _GROUPS
                self._kernels.decide(library, *activations, grams, groups, chosen[low:high], out[low:high])
            return out
        rows, size = placed(words, papers)
        x, about = self._read(words, rows, size, papers)
        for low in range(0, len(chosen), _GROUPS):
            some = chosen[low : low + _GROUPS]
            out[low : low + _GROUPS] = self._decide(x, about[groups.paper[some]], rows, grams, groups, some)
        return out

    def _decide(self, x: Float, about: Float, rows: Index, grams: Grams, groups: Groups, chosen: Index) -> Float:
        """Log-odds of some groups, with what their papers are about."""
        member, count = groups.members(chosen)
        begin = np.cumsum(count) - count
        first, last = rows[grams.first[member]], rows[grams.last[member]]
        d, size = x.shape[1], last - first + 1
        ends = np.empty((len(member), 3 * d), np.float32)
        ends[:, :d], ends[:, d : 2 * d] = x[first], x[last]
        total = ends[:, :d].copy()
        for place in range(1, MAX_WORDS):
            further = np.flatnonzero(size > place)
            total[further] += x[first[further] + place]
        np.rint(total / size[:, None].astype(np.float32), out=ends[:, 2 * d :])
        span = self.span(ends)
        span += self.width[np.minimum(size, MAX_WORDS)]
        span = steps_of(span, 0)
        inside = np.empty((len(chosen), 3 * d), np.float32)
        inside[:, :d] = inside[:, d : 2 * d] = span[begin]
        # most groups have one gram, whose values are both its greatest and its mean ones
        several = np.flatnonzero(count > 1)
        if len(several):
            of_several, many = span[np.repeat(count > 1, count)], count[several]
            starts = np.cumsum(many) - many
            inside[several, :d] = np.maximum.reduceat(of_several, starts)
            inside[several, d : 2 * d] = np.rint(np.add.reduceat(of_several, starts) / many[:, None].astype(np.float32))
        inside[:, 2 * d :] = about
        return self.out(steps_of(self.inner(inside), 0))

    @cached_property
    def _kernels(self) -> Reading | None:
        return Reading(self, DILATIONS, STEPS, _STRIDE) if Reading.fits(self) else None

    def _known(self, words: Words) -> tuple[tuple[Float, Index], tuple[Float, Index]]:
        """What is known of words before they are read, as the sum of two tables, each with the row of every word: one of their strings and
        one of where they stand. Both come again and again, so that few different sums are made.
        """
        bits = self.bits.astype(np.float32)
        some, by_string = examples_of(words.distinct, int(words.distinct.max(initial=0)) + 1)
        string = _own_bits(words.flags[some] & ~np.uint16(FIRST), words.ending[some]) @ bits[:-1]
        string += self.word[numbered(self.vocabulary, words.hash[some])]
        string += self.cue[words.cue[some]]
        place, first = places_of(words), (words.flags & FIRST) > 0
        code, most = place, PLACES
        for column, values in ((first, 2), (words.gap, len(self.gap)), (words.before, len(self.before)), (words.after, len(self.after))):
            code, most = code * values + column, most * values
        some, by_place = examples_of(code, most)
        beside = self.place[place[some]].astype(np.float32)
        for table, of in ((self.before, words.before), (self.after, words.after), (self.gap, words.gap)):
            beside += table[of[some]]
        beside += first[some, None] * bits[FIRST_BIT] + (words.field[some, None] == 0) * bits[-1]
        return (string, by_string), (beside, by_place)

    def _read(self, words: Words, rows: Index, size: int, papers: int) -> tuple[Float, Float]:
        """Activations of all rows and of all papers, some papers at a time, so that what is worked on stays in the cache."""
        d = self.word.shape[1]
        (string, by_string), (beside, by_place) = self._known(words)
        x, about = np.zeros((size, d), np.float32), np.zeros((papers, d), np.float32)
        begin = np.searchsorted(words.paper, np.arange(papers + 1))
        low = 0
        while low < papers:
            high = max(low + 1, int(np.searchsorted(begin, begin[low] + _WORDS, "right")) - 1)
            mine = slice(int(begin[low]), int(begin[high]))
            seen = string.take(by_string[mine], axis=0)
            seen += beside.take(by_place[mine], axis=0)
            # with the rows of zeros before and behind
            block = slice(mine.start + APART * low, mine.stop + APART * (high + 1))
            at = rows[mine] - block.start
            read = self._convolved(np.clip(seen, -LIMIT, LIMIT, out=seen), at, block.stop - block.start)[at]
            about[low:high] = steps_of(self.context(_means(read, words, mine, low, high)), 0)
            read += about.take(words.paper[mine], axis=0)
            x[rows[mine]] = np.clip(read, -LIMIT, LIMIT, out=read)
            low = high
        return x, about

    def _convolved(self, seen: Float, at: Index, size: int) -> Float:
        """Activations of `size` rows; `seen` stands at the rows `at`, and the others stay zero."""
        d = seen.shape[1]
        x = np.zeros((size, d), np.float32)
        x[at] = seen
        between = np.ones(size, bool)
        between[at] = False
        apart = np.flatnonzero(between)
        # the row before, the row itself, and the row behind; what this leaves at the edges concerns rows of zeros alone
        beside = np.zeros((size, 3 * d), np.float32)
        for layer, reach in zip(self.convolutions, DILATIONS, strict=True):
            beside[reach:, :d] = x[:-reach]
            beside[:, d : 2 * d] = x
            beside[:-reach, 2 * d :] = x[reach:]
            change, gate = (beside @ numbers for numbers in layer.halves)
            for half, factor, shift in zip((change, gate), *layer.gated, strict=True):
                half *= factor
                half += shift
            gate += np.float32(0.5)
            change *= np.clip(gate, 0, 1, out=gate)
            x += np.rint(change, out=change)
            np.clip(x, -LIMIT, LIMIT, out=x)
            x[apart] = 0
        return x

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
        np.savez_compressed(path, **cast(dict[str, Any], self.arrays()))

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
                parts: dict[str, Any] = {f.name: data[f.name] for f in fields(cls) if f.name in data}
                parts |= {name: layer(name) for name in ("context", "span", "inner", "out")}
                return cls(**parts, convolutions=convolutions)
        except (OSError, EOFError, ValueError, KeyError, TypeError, BadZipFile) as error:
            raise DataError(f"{path}: not a part of a model ({error}); make the model again with `kg train`") from None


def _means(read: Float, words: Words, mine: slice, low: int, high: int) -> Float:
    """Mean activations of the words, and of the words of the titles, of the papers from `low` to `high`; shape (papers, 2 × dim)."""
    d = read.shape[1]
    out = np.zeros((high - low, 2 * d), np.float32)
    # up to this many words float32 holds the sums exactly
    whole: NDArray[Any] = read if len(read) < (1 << 24) // LIMIT else read.astype(np.int32)
    wanted: tuple[slice | Index, ...] = (slice(None), np.flatnonzero(words.field[mine] == 0))
    for half, which in enumerate(wanted):
        paper = words.paper[mine][which] - low
        if len(paper):
            begin = np.flatnonzero(np.append(True, paper[1:] != paper[:-1]))
            count = np.diff(np.append(begin, len(paper)))[:, None]
            out[paper[begin], half * d : (half + 1) * d] = np.rint(np.add.reduceat(whole[which], begin).astype(np.float64) / count)
    return out


def _layers(name: str, value: object) -> Sequence[tuple[str, Layer]]:
    if isinstance(value, Layer):
        return [(name, value)]
    return [(f"{name}.{n}", layer) for n, layer in enumerate(value)] if isinstance(value, tuple) else []
