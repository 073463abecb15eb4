"""Keys of folded names: 64-bit hashes of their characters, so that names are found by number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_BASE = 0x9E3779B97F4A7C15 | 1
_MASK = (1 << 64) - 1


def key(folded: str) -> int:
    """The 64-bit key of a folded name; equal to the key of the gram whose words fold to it."""
    return hash_parts(folded)[0]


def hash_parts(folded: str) -> tuple[int, int]:
    """Hash of some folded characters, and the power by which a hash is multiplied when they come behind others."""
    value, power = 0, 1
    for byte in folded.encode():
        value = (value * _BASE + byte + 1) & _MASK
        power = (power * _BASE) & _MASK
    return value, power


def hashes(folded: Sequence[str]) -> NDArray[np.uint64]:
    """The hashes of many strings of folded characters, as `hash_parts` gives them one by one."""
    data = [text.encode() for text in folded]
    size = np.array([len(part) for part in data], np.int64)
    letters = np.frombuffer(b"".join(data), np.uint8)
    # by length, so that those that still go on at a letter stand together
    order = np.argsort(-size, kind="stable")
    begin = (np.cumsum(size) - size)[order]
    going = np.searchsorted(-size[order], -np.arange(size.max(initial=0)))
    value = np.zeros(len(data), np.uint64)
    for at, count in enumerate(going.tolist()):
        value[:count] *= np.uint64(_BASE)
        value[:count] += letters[begin[:count] + at]
        value[:count] += np.uint64(1)
    found = np.empty_like(value)
    found[order] = value
    return found
