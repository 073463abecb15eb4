"""Folds of curated papers."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from kg.errors import UsageError
from kg.model import Paper
from kg.training.folds import described, folds
from kg.training.gold import LISTING, OTHERS, OWN, Curated


def papers(**venues: int) -> list[Curated]:
    return [
        Curated(Paper(f"{venue}:{n}", f"{venue} {n}"), [], LISTING if venue == "listing" else OTHERS, venue)
        for venue, count in venues.items()
        for n in range(count)
    ]


def test_by_paper_five_of_equal_size() -> None:
    fold = folds(papers(listing=13, ICML=20))
    assert sorted(Counter(fold.tolist()).values()) == [6, 6, 7, 7, 7]
    assert (fold == folds(papers(listing=13, ICML=20))).all()


def test_by_venue_none_is_in_two() -> None:
    some = papers(listing=10, ACL=50, ICML=12, ICLR=12, NIPS=3, NeurIPS=9, AAAI=10, UAI=9, COLT=8)
    fold = folds(some, "venue")
    venue = np.array(["NeurIPS" if item.venue == "NIPS" else item.venue for item in some])
    assert all(len(set(fold[venue == name])) == 1 for name in set(venue))
    assert set(fold) == set(range(6))
    assert set(venue[fold == 5]) == {"listing"}
    sizes = Counter(fold.tolist())
    assert sizes[int(fold[venue == "ACL"][0])] == 50
    assert max(size for number, size in sizes.items() if number < 5 and size != 50) <= 21
    assert described(some, fold)[5] == "listing 10"


def test_few_venues_make_few_folds() -> None:
    assert set(folds(papers(listing=3, ICML=4), "venue")) == {0, 1}
    with pytest.raises(UsageError, match="are of 1 venues"):
        folds(papers(ICML=4), "venue")
    with pytest.raises(UsageError, match="known: paper, venue"):
        folds(papers(ICML=4), "year")
    with pytest.raises(UsageError, match="1 curated papers"):
        folds([Curated(Paper("a", "A"), [], OWN)])
