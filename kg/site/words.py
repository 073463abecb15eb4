"""The words of the site for types and relations."""

from __future__ import annotations

from exports.explorer.words import CONCEPT_RELATIONS, RELATIONS, TYPES
from exports.explorer.words import numbered as count

__all__ = ["CONCEPT_WORDS", "PAPER_WORDS", "PLURAL", "count", "percent"]

PLURAL = TYPES
#: What a paper does with a concept.
PAPER_WORDS = {relation: forward for relation, (forward, _) in RELATIONS.items()}
#: A relation between concepts, read from head to tail and back.
CONCEPT_WORDS = CONCEPT_RELATIONS


def percent(share: float) -> str:
    """A share as a percentage of two digits that count.

    >>> percent(0.1234), percent(0.0123), percent(0.0004), percent(0.0), percent(1.0)
    ('12 %', '1.2 %', '0.04 %', '0 %', '100 %')
    """
    value = 100 * share
    for least, digits in ((10, 0), (1, 1), (0.1, 2)):
        if value >= least:
            return f"{value:.{digits}f} %"
    return f"{value:.2g} %" if value else "0 %"
