"""A change, and which shares of papers changed for sure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.analysis import association
from kg.analysis.shares import two_shares
from kg.table import Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

COLUMNS = (
    "concept", "name", "type", "papers_before", "papers_after", "share_before", "share_after", "rank_before", "rank_after", "z", "q",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One change.

    `what` changed (paper, concept, link, relation, pair, share), how (`change`: came, went, renamed, merged, changed, rises, falls), of
    which `id` and `name`; `other` is the id afterwards or the other end; `before` and `after` are values, None where there was nothing.
    """

    what: str
    change: str
    id: str
    name: str
    other: str | None = None
    before: Any = None
    after: Any = None


def shares(
    named: list[tuple[str, str, str]], before: Numbers, of_before: int, after: Numbers, of_after: int, level: float
) -> tuple[list[Change], Table]:
    """The concepts whose share of papers rises or falls: a z test of two proportions for each, false discovery rates over all.

    Args:
        named: id, name and type of each concept.
        before, after: its papers; of_before, of_after: all papers.

    Returns:
        The changes, the surest first, rises before falls; and the table of them. Ranks are by share, equal shares have the same rank.
    """
    import numpy as np
    from scipy.stats import rankdata

    if not len(named) or not of_before or not of_after:
        return [], Table(COLUMNS, [])
    z, p = two_shares(before, of_before, after, of_after)
    q = association.adjusted(p, len(p), "bh")
    ranks = [rankdata(-count, method="min").astype(int) for count in (before, after)]
    taken = np.flatnonzero((q <= level) & (z != 0))
    order = taken[np.lexsort((taken, -np.round(np.abs(z[taken]), 9), z[taken] < 0))]
    changes: list[Change] = []
    rows: list[tuple[Any, ...]] = []
    for n in order.tolist():
        one, other = round(float(before[n] / of_before), 9), round(float(after[n] / of_after), 9)
        changes.append(Change("share", "rises" if z[n] > 0 else "falls", named[n][0], named[n][1], None, one, other))
        rows.append(
            (
                *named[n], int(before[n]), int(after[n]), one, other, int(ranks[0][n]), int(ranks[1][n]), round(float(z[n]), 6),
                float(f"{q[n]:.4g}"),
            )
        )  # fmt: skip
    return changes, Table(COLUMNS, rows)
