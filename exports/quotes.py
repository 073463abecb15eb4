"""Sentences with marked places, counted as browsers count."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Quote", "quote"]


@dataclass(slots=True)
class Quote:
    """A sentence and the mentions in it, as offsets of UTF-16 units, which is how browsers count."""

    sentence: str
    marks: tuple[tuple[int, int], ...]


def quote(sentence: str, marks: list[tuple[int, int]]) -> Quote:
    """A sentence with places in it, counted in UTF-16 units, in order and without overlaps.

    >>> quote("😀 BERT beats BERT", [(13, 17), (2, 6), (3, 5)])
    Quote(sentence='😀 BERT beats BERT', marks=((3, 7), (14, 18)))
    """
    merged: list[tuple[int, int]] = []
    for start, end in sorted({(max(0, a), min(len(sentence), b)) for a, b in marks}):
        if start >= end:
            continue
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    if max(sentence, default="") > "\uffff":
        merged = [(_units(sentence[:a]), _units(sentence[:b])) for a, b in merged]
    return Quote(sentence, tuple(merged))


def _units(text: str) -> int:
    return len(text) + sum(c > "\uffff" for c in text)
