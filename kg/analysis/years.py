"""Years of papers, and ranges of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kg.analysis.arrays import NO_YEAR, Arrays
from kg.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_RANGE = re.compile(r"(\d{4})?(-)?(\d{4})?")


def year_range(text: str) -> tuple[int, int]:
    """The first and last year of a range; an end left open is 0 or 9999.

    Raises:
        UsageError: no range of years.

    >>> year_range("2015-2017"), year_range("2015"), year_range("2015-"), year_range("-1999")
    ((2015, 2017), (2015, 2015), (2015, 9999), (0, 1999))
    """
    found = _RANGE.fullmatch(text.strip().replace("–", "-"))
    if found is None or not (found[1] or found[3]) or (found[3] and not found[2]):
        raise UsageError(f"{text!r} is no range of years; write it as 2015-2017, 2015-, -2017 or 2015")
    first = int(found[1] or 0)
    last = int(found[3] or (9999 if found[2] else first))
    if first > last:
        raise UsageError(f"the range of years {text!r} ends before it begins; write it as {last}-{first}")
    return first, last


def batches(a: Arrays, within: tuple[int, int] = (0, 9999)) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The years with papers, ascending, and how many papers each has; those with and without links alike.

    Raises:
        UsageError: no paper of the graph has a year, or none one of the range; the message tells the years there are.
    """
    import numpy as np

    years, papers = np.unique(a.years[a.years != NO_YEAR], return_counts=True)
    if not len(years):
        raise UsageError("no paper of the graph has a year; build it from records with years (docs/reference/loaders.md)")
    taken = (years >= within[0]) & (years <= within[1])
    if not taken.any():
        shown = "-".join(str(y) if 0 < y < 9999 else "" for y in within)
        raise UsageError(f"no paper of the graph is from {shown}; its papers are from {years[0]} to {years[-1]}")
    return years[taken].astype(np.int64), papers[taken].astype(np.int64)


def counts_by_year(a: Arrays, years: NDArray[np.int64]) -> NDArray[np.int64]:
    """Concepts × years: the papers of a year that are linked to a concept."""
    import numpy as np

    of = a.years[a.link_paper]
    place = np.searchsorted(years, of)
    taken = np.isin(of, years)
    flat = a.link_concept[taken].astype(np.int64) * len(years) + place[taken]
    return np.bincount(flat, minlength=len(a.concepts) * len(years)).reshape(len(a.concepts), len(years)).astype(np.int64)
