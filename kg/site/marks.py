"""Texts with the places marked that name concepts; whatever a text holds, it comes out escaped."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape

from exports.quotes import merged

__all__ = ["marked"]


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
