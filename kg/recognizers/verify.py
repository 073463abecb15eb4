"""Whether mentions are what they claim to be. What is not is rejected with a reason, never dropped in silence."""

from __future__ import annotations

import math
from collections.abc import Iterator

from kg.model import FIELDS, ConceptType, Mention, Paper, Rejected, Relation
from kg.recognizers.protocol import Recognition, Recognized

NOT_VERBATIM = "not what stands there in the text"
OUTSIDE = "outside the text"
NO_CONFIDENCE = "confidence is no number from 0 to 1"
NO_TYPE = "not one of the types"
NO_RELATION = "not one of the relations"
NO_MENTION = "no mention"


def reject(paper: Paper, reason: str, found: str = "", hint: str = "", *, fatal: bool = False) -> Rejected:
    """A rejection of something that was said of a paper; `found` is cut to 80 characters."""
    return Rejected(paper.id, 0, reason, found[:80], hint, fatal)


def verified(paper: Paper, recognition: Recognition) -> tuple[list[Recognized], list[Rejected]]:
    """The mentions that stand verbatim where they say, in the order of the text, each once; and all that is rejected."""
    good: dict[Recognized, None] = {}
    rejected = list(recognition.rejected)
    for found in recognition.mentions:
        wrong = next(_wrong(paper, found), None)
        if wrong is None:
            good[found] = None
        else:
            text = found.mention.text if isinstance(getattr(found, "mention", None), Mention) else repr(found)
            rejected.append(reject(paper, wrong, str(text)))
    return sorted(good, key=_place), rejected


def _place(found: Recognized) -> tuple[int, int, int, float, str, str]:
    m = found.mention
    return FIELDS.index(m.field), m.start, m.end, -found.confidence, found.type or "", found.relation or ""


def _wrong(paper: Paper, found: Recognized) -> Iterator[str]:
    """Why a mention cannot be taken; nothing where it can."""
    if not isinstance(found, Recognized) or not isinstance(found.mention, Mention):
        yield NO_MENTION
        return
    m = found.mention
    if m.field not in FIELDS or not _whole(m.start) or not _whole(m.end):
        yield OUTSIDE
        return
    text = paper.text(m.field)
    if not 0 <= m.start < m.end <= len(text):
        yield OUTSIDE
    elif text[m.start : m.end] != m.text:
        yield NOT_VERBATIM
    if not isinstance(found.confidence, int | float) or not math.isfinite(found.confidence) or not 0 <= found.confidence <= 1:
        yield NO_CONFIDENCE
    if found.type is not None and not isinstance(found.type, ConceptType):
        yield NO_TYPE
    if found.relation is not None and not isinstance(found.relation, Relation):
        yield NO_RELATION


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
