"""Many texts in one file, and numbers in others, all mapped into memory: what is not asked for is not read."""

from __future__ import annotations

import json
import mmap
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Texts:
    """Texts by number, from 0: a file of their bytes, and one of where each begins."""

    def __init__(self, folder: Path, name: str) -> None:
        """Opens what `TextsWriter` wrote.

        Raises:
            OSError: a file is missing.
            ValueError: a file is not whole.
        """
        self._starts = load(folder, f"{name}.starts")
        self._bytes = mapped(folder / f"{name}.texts")
        if len(self._bytes) != int(self._starts[-1]):
            raise ValueError(f"{name}.texts is not whole")

    def __len__(self) -> int:
        return len(self._starts) - 1

    def raw(self, number: int) -> bytes:
        """The bytes of a text."""
        return self._bytes[int(self._starts[number]) : int(self._starts[number + 1])]

    def __getitem__(self, number: int) -> str:
        # a lone surrogate of a careless source is kept as it is
        return self.raw(number).decode("utf-8", "surrogatepass")

    def record(self, number: int) -> Any:
        """A text that is JSON, read."""
        return json.loads(self.raw(number))


class Keys:
    """Texts that are sorted, so that the number of one can be found."""

    def __init__(self, folder: Path, name: str) -> None:
        self._texts = Texts(folder, name)
        self._order = _Sorted(self._texts)
        self._numbers = load(folder, f"{name}.numbers")

    def find(self, wanted: str) -> int | None:
        """The number that belongs to a text, or None."""
        key = wanted.encode("utf-8", "surrogatepass")
        at = bisect_left(self._order, key)
        return int(self._numbers[at]) if at < len(self._texts) and self._texts.raw(at) == key else None

    def begins(self, wanted: str) -> set[int]:
        """The numbers of all texts that begin so."""
        key = wanted.encode("utf-8", "surrogatepass")
        found = set[int]()
        for at in range(bisect_left(self._order, key), len(self._texts)):
            if not self._texts.raw(at).startswith(key):
                break
            found.add(int(self._numbers[at]))
        return found


class _Sorted(Sequence[bytes]):
    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def __len__(self) -> int:
        return len(self._texts)

    def __getitem__(self, at: Any) -> Any:
        return self._texts.raw(at)


class TextsWriter:
    """Writes texts one after the other."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._file = (folder / f"{name}.texts").open("wb")
        self._starts = array("q", [0])

    def add(self, text: str) -> None:
        """One more text."""
        data = text.encode("utf-8", "surrogatepass")
        self._file.write(data)
        self._starts.append(self._starts[-1] + len(data))

    def add_record(self, value: Any) -> None:
        """One more text, which is JSON."""
        # ASCII, so that a lone surrogate can be read back
        self.add(json.dumps(value, separators=(",", ":")))

    def close(self) -> None:
        self._file.close()
        save(self._folder, f"{self._name}.starts", np.array(self._starts, dtype=np.int64))

    def __enter__(self) -> TextsWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def write_keys(folder: Path, name: str, numbers: dict[str, int]) -> None:
    """Writes what `Keys` opens."""
    coded = sorted((text.encode("utf-8", "surrogatepass"), number) for text, number in numbers.items())
    with TextsWriter(folder, name) as out:
        for key, _ in coded:
            out.add(key.decode("utf-8", "surrogatepass"))
    save(folder, f"{name}.numbers", np.array([number for _, number in coded], dtype=np.int32))


def save(folder: Path, name: str, values: NDArray[Any]) -> None:
    """Writes an array."""
    np.save(folder / f"{name}.npy", values, allow_pickle=False)


def load(folder: Path, name: str) -> NDArray[Any]:
    """An array, mapped into memory."""
    found: NDArray[Any] = np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
    # a plain array over the same memory: indexing one of numpy's `memmap` costs many times as much
    return found.view(np.ndarray)


def mapped(file: Path) -> mmap.mmap | bytes:
    """The bytes of a file, mapped into memory."""
    with file.open("rb") as handle:
        if file.stat().st_size == 0:
            return b""
        return mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ)
