"""A transformer that reads a paper as a whole: what the profile `accurate` decides with beside the trees and the network.

It is all-MiniLM-L6-v2 (Wang et al., NeurIPS 2020), trained further (`kg.training.encoder`), with the pieces that papers use, and its
weights as whole numbers of few bits, so that it fits into the package. onnxruntime multiplies them, by one thread and a paper at a
time: what is read does not depend on the batch, though between kinds of processors its last digits may differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any, cast
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from kg.errors import DataError
from kg.extras import needed
from kg.recognize.columns import Groups
from kg.recognize.grams import MAX_WORDS, Grams, Words
from kg.recognize.network import OUTPUTS
from kg.recognize.pieces import CLS, SEP, Pieces

#: Pieces that are read at a time; longer papers are read in several windows.
LENGTH = 512

Float = NDArray[np.float32]
Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Packed:
    """Numbers as integers and scales: their product, whose shapes broadcast."""

    numbers: NDArray[np.int8]
    scale: Float

    @classmethod
    def of(cls, value: Float, greatest: int, axis: int, part: int = 0) -> Packed:
        """Rounds to integers up to `greatest`.

        Args:
            axis: along which all have one scale …
            part: … or so many of the last axis.
        """
        if part:
            value = value.reshape(*value.shape[:-1], -1, part)
        scale = np.maximum(np.abs(value).max(axis=axis, keepdims=True) / greatest, np.float32(1e-9)).astype(np.float32)
        return cls(np.rint(value / scale).astype(np.int8), scale)

    def floats(self, rows: Index | slice = slice(None)) -> Float:
        """The numbers of some rows, as a matrix."""
        scale = self.scale[rows] if len(self.scale) > 1 else self.scale
        whole: Float = self.numbers[rows] * scale
        return whole.reshape(len(whole), -1)


@dataclass(frozen=True)
class Encoder:
    """The trained encoder.

    `vocabulary` are the pieces that it reads. `packed` are matrices and `plain` vectors, by name: `word` has a vector for each piece,
    `place` one for each place, `width` one for each number of words of a gram; those of the layers are the values that `graph`, an ONNX
    model without any, is given.
    """

    vocabulary: tuple[str, ...]
    graph: bytes
    packed: Mapping[str, Packed]
    plain: Mapping[str, Float]

    def __getstate__(self) -> dict[str, Any]:
        # what runs the graph cannot go to another process, and is made there anew
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @cached_property
    def pieces(self) -> Pieces:
        """What cuts words into pieces."""
        return Pieces(self.vocabulary)

    @cached_property
    def _session(self) -> Any:
        runtime: Any = needed("onnxruntime", "encoder")
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        given = {name: value.floats() for name, value in self.packed.items() if of_graph(name)}
        given |= {name: value for name, value in self.plain.items() if of_graph(name)}
        values = [runtime.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(value)) for value in given.values()]
        options.add_external_initializers(list(given), values)
        return runtime.InferenceSession(self.graph, options, providers=["CPUExecutionProvider"])

    @cached_property
    def _head(self) -> dict[str, Float]:
        return {name: self.packed[name].floats() for name in ("place", "span.w", "inner.w", "out.w")}

    def start(self) -> None:
        """Makes ready for the first paper.

        Raises:
            EnvironmentError_: onnxruntime or tokenizers is not there.
        """
        _ = self.pieces, self._session

    def scores(self, words: Words, grams: Grams, groups: Groups, papers: int, chosen: Index) -> Float:
        """Log-odds of the chosen groups, shape (len(chosen), OUTPUTS): concept or not, then types, then relations.

        Raises:
            EnvironmentError_: onnxruntime or tokenizers is not there.
        """
        out = np.zeros((len(chosen), OUTPUTS), np.float32)
        tokens = self.pieces.cut(words, papers)
        of_paper = groups.paper[chosen]
        for paper in np.unique(of_paper).tolist():
            rows = np.flatnonzero(of_paper == paper)
            read = self.read(tokens.ids[tokens.begin[paper] : tokens.begin[paper + 1]])
            out[rows] = self._decide(read, tokens.first, tokens.last, grams, groups, chosen[rows])
        return out

    def read(self, ids: NDArray[np.int32]) -> Float:
        """What the encoder makes of every piece of a paper; shape (pieces, dim)."""
        if len(ids) <= LENGTH:
            return self._window(ids)
        inner, parts = ids[1:-1], []
        for low in range(0, len(inner), LENGTH - 2):
            some = np.concatenate([[CLS], inner[low : low + LENGTH - 2], [SEP]])
            seen = self._window(some)
            parts.append(seen[(low > 0) : -1])
        return np.concatenate([*parts, seen[-1:]])

    def _window(self, ids: NDArray[np.int32]) -> Float:
        given = self.packed["word"].floats(ids.astype(np.int64)) + self._head["place"][: len(ids)]
        out: Float = self._session.run(None, {"given": given[None]})[0][0]
        return out

    def _decide(self, read: Float, first: Index, last: Index, grams: Grams, groups: Groups, chosen: Index) -> Float:
        """Log-odds of some groups of one paper."""
        member, count = groups.members(chosen)
        begin = np.cumsum(count) - count
        low, high = first[grams.first[member]], last[grams.last[member]]
        sums = np.concatenate([np.zeros((1, read.shape[1]), np.float32), np.cumsum(read, axis=0)])
        middle = (sums[high + 1] - sums[low]) / (high - low + 1)[:, None].astype(np.float32)
        head, plain = self._head, self.plain
        span = np.concatenate([read[low], read[high], middle], axis=1) @ head["span.w"] + plain["span.b"]
        span += plain["width"][np.minimum(grams.last[member] - grams.first[member] + 1, MAX_WORDS)]
        span = _gelu(span)
        mean = np.add.reduceat(span, begin) / count[:, None].astype(np.float32)
        about = np.broadcast_to(read[0], (len(chosen), read.shape[1]))
        inside = np.concatenate([np.maximum.reduceat(span, begin), mean, about], axis=1)
        out: Float = _gelu(inside @ head["inner.w"] + plain["inner.b"]) @ head["out.w"] + plain["out.b"]
        return out

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Everything that was trained, by name."""
        found: dict[str, NDArray[Any]] = {"vocabulary": _bytes("\n".join(self.vocabulary).encode()), "graph": _bytes(self.graph)}
        found |= {f"plain:{name}": value for name, value in self.plain.items()}
        for name, value in self.packed.items():
            found |= {f"numbers:{name}": value.numbers, f"scale:{name}": value.scale.astype(np.float16)}
        return found

    def save(self, path: Path) -> None:
        """Writes the encoder as one compressed file of arrays."""
        np.savez_compressed(path, **cast(dict[str, Any], self.arrays()))

    @classmethod
    def load(cls, path: Path) -> Encoder:
        """Reads what `save` wrote.

        Raises:
            DataError: it is not there, or not an encoder.
        """
        try:
            with np.load(path) as data:
                vocabulary = tuple(data["vocabulary"].tobytes().decode().split("\n"))
                names = [name.partition(":")[2] for name in data.files if name.startswith("numbers:")]
                packed = {name: Packed(data[f"numbers:{name}"], data[f"scale:{name}"].astype(np.float32)) for name in names}
                plain = {name.partition(":")[2]: data[name] for name in data.files if name.startswith("plain:")}
                return cls(vocabulary, data["graph"].tobytes(), packed, plain)
        except (OSError, EOFError, ValueError, KeyError, TypeError, BadZipFile) as error:
            raise DataError(f"{path}: not a part of a model ({error}); make the model again with `kg train --encoder`") from None


def of_graph(name: str) -> bool:
    """Whether a part is one of the layers that onnxruntime works out: those of the encoder have a number, or are its first norm."""
    return name[0].isdigit() or name.startswith("norm.")


def _bytes(of: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(of, np.uint8)


def _gelu(x: Float) -> Float:
    """x Φ(x) (Hendrycks and Gimpel, 2016)."""
    from scipy.special import erf

    y: Float = x * np.float32(0.5) * (1 + erf(x * np.float32(2**-0.5)))
    return y
