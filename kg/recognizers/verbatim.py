"""Where a string stands in a text: for recognisers that name strings instead of places, as language models do."""

from __future__ import annotations

import re

_BEFORE, _BEHIND = r"(?<![^\W_])", r"(?![^\W_])"


def places(text: str, wanted: str) -> list[tuple[int, int]]:
    """All places where a string stands as it is, not within a longer word; empty where it does not.

    >>> places("BERT, RoBERTa and BERT", "BERT")
    [(0, 4), (18, 22)]
    """
    wanted = wanted.strip()
    return [m.span() for m in re.finditer(_edged(re.escape(wanted), wanted), text)] if wanted else []


def mended(texts: list[str], wanted: str) -> str:
    """The one writing in some texts that a string equals but for case and white space; empty where there is none, or several.

    >>> mended(["We use the  Tiny Corpus."], "tiny corpus"), mended(["US data helps us."], "Us")
    ('Tiny Corpus', '')
    """
    parts = wanted.split()
    if not parts:
        return ""
    pattern = re.compile(_edged(r"\s+".join(map(re.escape, parts)), wanted.strip()), re.IGNORECASE)
    found = {m.group() for text in texts for m in pattern.finditer(text)}
    return found.pop() if len(found) == 1 else ""


def _edged(pattern: str, wanted: str) -> str:
    # a mark at the edge ("C++") needs no word to end there
    before = _BEFORE if wanted[:1].isalnum() else ""
    return before + pattern + (_BEHIND if wanted[-1:].isalnum() else "")
