"""Texts with the places marked that name concepts; whatever a text holds, it comes out escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape

from exports.quotes import merged

__all__ = ["Segment", "marked", "segments"]


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a text and the numbers of the mentions that cover it, the shortest first; none where no concept is named."""

    text: str
    mentions: tuple[int, ...]


def marked(sentence: str, marks: Iterable[tuple[int, int]]) -> Markup:
    """A sentence as HTML, its marks as `mark` elements; marks that overlap become one.

    >>> marked("a <b> BERT", [(6, 10)])
    Markup('a &lt;b&gt; <mark>BERT</mark>')
    """
    parts: list[str] = []
    at = 0
    for start, end in merged(sentence, marks):
        parts += [escape(sentence[at:start]), "<mark>", escape(sentence[start:end]), "</mark>"]
        at = end
    parts.append(escape(sentence[at:]))
    return Markup("".join(parts))  # noqa: S704 - made of escaped pieces


def segments(text: str, places: Sequence[tuple[int, int]]) -> list[Segment]:
    """A text cut wherever a place begins or ends, so that places that overlap can all be shown.

    >>> [(s.text, s.mentions) for s in segments("BERT-based parsing of text", [(0, 18), (0, 4)])]
    [('BERT', (1, 0)), ('-based parsing', (0,)), (' of text', ())]
    """
    cuts = sorted({0, len(text), *(min(max(0, c), len(text)) for place in places for c in place)})
    found = []
    for start, end in pairwise(cuts):
        over = [n for n, (a, b) in enumerate(places) if a <= start and end <= b]
        over.sort(key=lambda n: (places[n][1] - places[n][0], n))
        found.append(Segment(text[start:end], tuple(over)))
    return found
