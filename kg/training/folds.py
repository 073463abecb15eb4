"""Folds of curated papers: by paper, and by venue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from kg.errors import UsageError
from kg.training.gold import LISTING, Curated

PAPER, VENUE = "paper", "venue"
BY = (PAPER, VENUE)
FOLDS = {PAPER: 5, VENUE: 6}
#: Venues that changed their name.
_RENAMED = {"NIPS": "NeurIPS"}


def folds(papers: Sequence[Curated], by: str = PAPER) -> np.ndarray:
    """The fold of every paper, numbers from 0 on, shape (papers,).

    By paper: five of equal size, whatever the venue. By venue: about six; no venue is in two of them, the listing is one of its own
    (the last), and the largest venues are spread first, so that the others have about equal size.

    Raises:
        UsageError: no such way, or fewer papers or venues than it takes to leave some out.
    """
    if by not in BY:
        raise UsageError(f"folds by {by!r}; known: {', '.join(BY)}")
    if by == PAPER:
        if len(papers) < 2:
            raise UsageError(f"{len(papers)} curated papers; cross-validation takes two or more")
        return np.random.default_rng(7).permutation(len(papers)) % min(FOLDS[PAPER], len(papers))
    venues = [_venue(item) for item in papers]
    counts = Counter(venue for venue, item in zip(venues, papers, strict=True) if item.part != LISTING)
    alone = any(item.part == LISTING for item in papers)
    number = min(FOLDS[VENUE] - alone, len(counts))
    if number + alone < 2:
        raise UsageError(f"the curated papers are of {number + alone} venues; folds by venue take two or more (give each paper its venue)")
    sizes = [0] * number
    place: dict[str, int] = {}
    for venue, size in sorted(counts.items(), key=lambda c: (-c[1], c[0])):
        place[venue] = sizes.index(min(sizes))
        sizes[place[venue]] += size
    return np.array([number if item.part == LISTING else place[venue] for venue, item in zip(venues, papers, strict=True)])


def described(papers: Sequence[Curated], fold: np.ndarray) -> list[str]:
    """For every fold how many papers it has of which venues."""
    lines = []
    for number in range(int(fold.max()) + 1):
        counts = Counter(_venue(papers[n]) for n in np.flatnonzero(fold == number).tolist())
        lines.append(", ".join(f"{venue or 'no venue'} {count}" for venue, count in sorted(counts.items(), key=lambda c: (-c[1], c[0]))))
    return lines


def _venue(item: Curated) -> str:
    return _RENAMED.get(item.venue, item.venue)
