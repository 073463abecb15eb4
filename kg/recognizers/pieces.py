"""Long texts in pieces, for recognisers that only take short ones."""

from __future__ import annotations

from kg.text import sentences


def pieces(text: str, most: int) -> list[tuple[int, int]]:
    """Bounds of pieces of at most `most` characters that end where sentences do; a longer sentence is cut at a blank.

    Pieces without a letter or digit are left out: some models find something in marks alone.

    >>> text = "One two. Three four. Five six."
    >>> [text[a:b] for a, b in pieces(text, 20)]
    ['One two. Three four.', 'Five six.']
    """
    found: list[tuple[int, int]] = []
    for start, end in sentences(text):
        if found and end - found[-1][0] <= most:
            found[-1] = (found[-1][0], end)
            continue
        while end - start > most:
            cut = text.rfind(" ", start + most // 2, start + most)
            cut = cut if cut > start else start + most
            found.append((start, cut))
            start = cut
        found.append((start, end))
    return [(a, b) for a, b in found if any(c.isalnum() for c in text[a:b])]
