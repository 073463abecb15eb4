"""What is no mention is rejected with its reason."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from kg.model import ConceptType, Mention, Paper, Rejected
from kg.recognizers import Recognition, Recognized
from kg.recognizers import verify as v

PAPER = Paper("p", "Glass", "We use PrismNet on glass.")
GOOD = Recognized(Mention("abstract", 7, 15, "PrismNet"), 0.5)


def _at(field: Any, start: Any, end: Any, text: Any) -> Recognized:
    return replace(GOOD, mention=Mention(field, start, end, text))


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (_at("abstract", 7, 15, "Prismnet"), v.NOT_VERBATIM),
        (_at("abstract", 8, 16, "PrismNet"), v.NOT_VERBATIM),
        (_at("title", 7, 15, "PrismNet"), v.OUTSIDE),
        (_at("venue", 0, 1, "x"), v.OUTSIDE),
        (_at("abstract", -18, -10, "PrismNet"), v.OUTSIDE),
        (_at("abstract", 7, 7, ""), v.OUTSIDE),
        (_at("abstract", 7.0, 15.0, "PrismNet"), v.OUTSIDE),
        (_at("abstract", False, True, "W"), v.OUTSIDE),
        (replace(GOOD, confidence=1.01), v.NO_CONFIDENCE),
        (replace(GOOD, confidence=-0.1), v.NO_CONFIDENCE),
        (replace(GOOD, confidence=math.nan), v.NO_CONFIDENCE),
        (replace(GOOD, confidence="high"), v.NO_CONFIDENCE),
        (replace(GOOD, type="Method"), v.NO_TYPE),
        (replace(GOOD, relation="uses"), v.NO_RELATION),
        ("PrismNet", v.NO_MENTION),
    ],
)
def test_each_fault_has_its_reason(found: Any, reason: str) -> None:
    good, rejected = v.verified(PAPER, Recognition((found, GOOD)))
    assert good == [GOOD]
    assert [(r.source, r.reason) for r in rejected] == [("p", reason)]
    assert rejected[0].found or found.mention.text == ""


def test_good_ones_come_once_in_the_order_of_the_text() -> None:
    title = Recognized(Mention("title", 0, 5, "Glass"), 1, ConceptType.DATASET)
    surer = replace(GOOD, confidence=0.9)
    good, rejected = v.verified(PAPER, Recognition((GOOD, title, surer, GOOD)))
    assert good == [title, surer, GOOD]
    assert rejected == []


def test_what_the_recogniser_rejects_itself_stays() -> None:
    own = Rejected("p", 0, "made up", "GlassNet")
    assert v.verified(PAPER, Recognition((GOOD,), (own,))) == ([GOOD], [own])
