"""Sentences with marked places, counted as browsers count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Quote", "merged", "quote", "utf16"]


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
    return Quote(sentence, tuple((utf16(sentence, a), utf16(sentence, b)) for a, b in merged(sentence, marks)))


def merged(text: str, marks: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Places in a text, in code points, in order and without overlaps: what is outside of the text is cut off, what overlaps is one.

    >>> merged("BERT beats BERT", [(11, 17), (0, 4), (1, 3), (5, 5)])
    [(0, 4), (11, 15)]
    """
    found: list[tuple[int, int]] = []
    for start, end in sorted({(max(0, a), min(len(text), b)) for a, b in marks}):
        if start >= end:
            continue
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def utf16(text: str, offset: int) -> int:
    """An offset of code points as one of UTF-16 units.

    >>> utf16("😀 BERT", 2)
    3
    """
    if text.isascii() or max(text) <= "\uffff":
        return offset
    return offset + sum(c > "\uffff" for c in text[:offset])
