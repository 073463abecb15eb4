"""Keys of folded names: 64-bit hashes of their characters, so that names are found by number."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kg import native
from kg.native import address, checked

_BASE = 0x9E3779B97F4A7C15 | 1
_MASK = (1 << 64) - 1


@lru_cache(maxsize=100_000)
def key(folded: str) -> int:
    """The 64-bit key of a folded name; equal to the key of the gram whose words fold to it."""
    value = 0
    for byte in folded.encode():
        value = (value * _BASE + byte + 1) & _MASK
    return value


def hashes(folded: Sequence[str]) -> NDArray[np.uint64]:
    """The hashes of many strings of folded characters, as `key` gives them one by one."""
    return hashes_and_powers(folded)[0]


def hashes_and_powers(folded: Sequence[str]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Hashes of strings of folded characters, and the powers by which a hash is multiplied when they come behind others."""
    joined = "".join(folded).encode()
    size = np.fromiter(map(len, folded), np.int64, len(folded))
    if len(joined) != size.sum():  # there are characters beyond ASCII
        size = np.array([len(text.encode()) for text in folded], np.int64)
    letters, end = np.frombuffer(joined, np.uint8), np.cumsum(size)
    value, power = np.zeros(len(size), np.uint64), np.ones(len(size), np.uint64)
    if (library := native.library()) is not None:
        given = len(size), address(end, np.int64), len(letters), address(letters, np.uint8), _BASE - (1 << 64)
        checked(library.kg_hashes(*given, address(value, np.uint64), address(power, np.uint64)))
        return value, power
    # by length, so that those that still go on at a letter stand together
    order = np.argsort(-size, kind="stable")
    begin = (end - size)[order]
    going = np.searchsorted(-size[order], -np.arange(size.max(initial=0)))
    for at, count in enumerate(going.tolist()):
        value[:count] *= np.uint64(_BASE)
        value[:count] += letters[begin[:count] + at]
        value[:count] += np.uint64(1)
        power[:count] *= np.uint64(_BASE)
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    return value[back], power[back]


def grouped(paper: NDArray[np.int32], keys: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The order by (paper, key, place), and where those of one paper and one key begin in it, with their number behind.

    Args:
        paper: the paper of each key; it does not fall.
    """
    size = len(keys)
    if (library := native.library()) is not None:
        order, start, found = np.empty(size, np.int64), np.empty(size + 1, np.int64), np.zeros(1, np.int64)
        room = np.empty(size, np.int64)
        given = size, address(paper, np.int32), address(keys, np.uint64)
        checked(library.kg_groups(*given, *(address(one, np.int64) for one in (order, start, room, found))))
        return order, start[: int(found[0]) + 1].copy()
    # papers of a batch are few: the second sort is by counting
    order = np.argsort(keys, kind="stable")
    narrow = paper.astype(np.uint16) if not size or paper[-1] < 1 << 16 else paper
    order = order[np.argsort(narrow[order], kind="stable")]
    p, k = paper[order], keys[order]
    new = np.ones(size, bool)
    new[1:] = (p[1:] != p[:-1]) | (k[1:] != k[:-1])
    return order, np.append(np.flatnonzero(new), size)


class SortedKeys:
    """Finds the places of many keys among sorted ones. Keys are hashes, spread evenly: the first bits of one tell nearly where it is, and
    most of those that are not there are found out at once.
    """

    def __init__(self, keys: NDArray[np.uint64]) -> None:
        bits = max(1, len(keys).bit_length())
        self._keys = np.append(keys, keys[-1:] if len(keys) else np.zeros(1, np.uint64))
        self._number = len(keys)
        self._shift = np.uint64(64 - bits)
        counts = np.bincount((keys >> self._shift).astype(np.int64), minlength=1 << bits)
        self._begin = np.zeros((1 << bits) + 1, np.int32)
        np.cumsum(counts, out=self._begin[1:])

    def find(self, wanted: NDArray[np.uint64]) -> NDArray[np.int64]:
        """The place of each key; -1 for those that are not there."""
        wanted = np.ascontiguousarray(wanted)
        if (library := native.library()) is not None:
            found = np.empty(len(wanted), np.int64)
            checked(library.kg_find(len(wanted), address(wanted, np.uint64), *self._given(), address(found, np.int64)))
            return found
        bucket = (wanted >> self._shift).astype(np.int64)
        at = self._begin[bucket].astype(np.int64)
        there = self._keys[at]
        found = np.where(there == wanted, at, -1)
        # the few whose bucket begins with a smaller key are sought further
        further = np.flatnonzero(there < wanted)
        at, end, wanted = at[further] + 1, self._begin[1:][bucket[further]], wanted[further]
        while len(further):
            open_ = np.flatnonzero(at < end)
            further, at, end, wanted = further[open_], at[open_], end[open_], wanted[open_]
            there = self._keys[at]
            same = there == wanted
            found[further[same]] = at[same]
            open_ = np.flatnonzero(there < wanted)
            further, at, end, wanted = further[open_], at[open_] + 1, end[open_], wanted[open_]
        found[found >= self._number] = -1
        return found

    def rows(self, wanted: NDArray[np.uint64], table: NDArray[np.uint8]) -> NDArray[np.int16]:
        """The rows of a table, one for each of the sorted keys, that belong to some keys, columns contiguous; zeros for those that are not
        there."""
        wanted = np.ascontiguousarray(wanted)
        out = np.zeros((table.shape[1], len(wanted)), np.int16)
        if (library := native.library()) is not None and len(table) == self._number:
            given = (len(wanted), address(wanted, np.uint64), *self._given())
            checked(library.kg_look_up(*given, table.shape[1], address(table, np.uint8), address(out, np.int16)))
            return out.T
        at = self.find(wanted)
        there = np.flatnonzero(at >= 0)
        out[:, there] = table[at[there]].T
        return out.T

    def _given(self) -> tuple[int, ...]:
        """What kernels are given of the keys."""
        begin = self._begin
        return self._number, address(self._keys, np.uint64), len(begin), address(begin, np.int32), int(self._shift)
