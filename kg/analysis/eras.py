"""Two ranges of years of one graph, compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.analysis.arrays import CONCEPT_RELATIONS, NO_PAPER, NO_YEAR, TYPES, Arrays, arrays
from kg.analysis.changes import Change, shares
from kg.analysis.holdout import incidence, linking
from kg.analysis.years import batches
from kg.graph import Graph
from kg.table import Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    Numbers = NDArray[np.int64]


def between_years(
    graph: Graph, first: tuple[int, int], second: tuple[int, int], least: int, level: float
) -> tuple[list[Change], Table, tuple[str, ...]]:
    """What changed from the papers of one range of years to those of another.

    A concept came (went) where `least` or more papers of the second (first) range name it, and none of the other; a pair, where as many
    papers name both, not just in passing, none of the other range does, and both concepts are named in both ranges; a relation between such
    concepts, where a paper of one range states it and none of the other.

    Raises:
        UsageError: a range holds no papers.
    """
    import numpy as np

    a = arrays(graph)
    for one in (first, second):
        batches(a, one)
    sides = [(a.years != NO_YEAR) & (a.years >= low) & (a.years <= high) for low, high in (first, second)]
    counts = [np.bincount(a.link_concept[side[a.link_paper]], minlength=len(a.concepts)) for side in sides]
    sizes = [int(side.sum()) for side in sides]
    changes: list[Change] = []
    for change, here, there in (("came", counts[1], counts[0]), ("went", counts[0], counts[1])):
        new = np.flatnonzero((here >= least) & (there == 0))
        for n in new[np.lexsort((new, -here[new]))].tolist():
            values = (0, int(here[n])) if change == "came" else (int(here[n]), 0)
            changes.append(Change("concept", change, a.concepts[n], a.labels[n], None, *values))
    both = (counts[0] > 0) & (counts[1] > 0)
    changes += _relations(a, sides, both)
    changes += _pairs(a, sides, both, least)
    known = np.flatnonzero((counts[0] >= least) | (counts[1] >= least))
    named = [(a.concepts[n], a.labels[n], TYPES[a.types[n]].value) for n in known.tolist()]
    more, table = shares(named, counts[0][known], sizes[0], counts[1][known], sizes[1], level)
    undated = int((a.years == NO_YEAR).sum())
    notes = (
        f"{sizes[0]:,} papers before, {sizes[1]:,} after; {len(named):,} concepts of {least} or more papers are tested",
        *((f"{undated:,} papers without a year are left out",) if undated else ()),
    )
    return [*changes, *more], table, notes


def _pairs(a: Arrays, sides: list[NDArray[np.bool_]], both: NDArray[np.bool_], least: int) -> list[Change]:
    import numpy as np
    from scipy.sparse import triu

    def shared(links: NDArray[np.bool_]) -> csr_matrix:
        matrix = incidence(a, links & both[a.link_concept], np.arange(len(a.concepts)))
        return triu(matrix.T @ matrix, 1).tocsr()

    of = [side[a.link_paper] for side in sides]
    joined = [shared(own & linking(a)) for own in of]
    # none of the other range may name both, not even in passing
    named = [shared(own) > 0 for own in of]
    changes: list[Change] = []
    for change, here, there in (("came", joined[1], named[0]), ("went", joined[0], named[1])):
        new = (here - here.multiply(there)).tocoo()
        taken = np.flatnonzero(new.data >= least)
        for n in taken[np.lexsort((new.col[taken], new.row[taken], -new.data[taken]))].tolist():
            u, v, many = int(new.row[n]), int(new.col[n]), int(new.data[n])
            values = (0, many) if change == "came" else (many, 0)
            changes.append(Change("pair", change, a.concepts[u], f"{a.labels[u]}, {a.labels[v]}", a.concepts[v], *values))
    return changes


def _relations(a: Arrays, sides: list[NDArray[np.bool_]], both: NDArray[np.bool_]) -> list[Change]:
    import numpy as np

    kinds = len(CONCEPT_RELATIONS)
    size = len(a.concepts)
    said = (a.rel_paper != NO_PAPER) & both[a.rel_head] & both[a.rel_tail]
    found: list[tuple[Numbers, Numbers]] = []
    for side in sides:
        rows = np.flatnonzero(said)
        rows = rows[side[a.rel_paper[rows]]]
        key = (a.rel_head[rows].astype(np.int64) * size + a.rel_tail[rows]) * kinds + a.rel_relation[rows]
        # a paper counts once, however often it says so
        paper = np.unique(np.stack([key, a.rel_paper[rows].astype(np.int64)]), axis=1)[0]
        found.append(np.unique(paper, return_counts=True))
    changes: list[Change] = []
    for change, (here, many), (there, _) in (("came", found[1], found[0]), ("went", found[0], found[1])):
        new = np.flatnonzero(~np.isin(here, there))
        for n in new[np.lexsort((here[new], -many[new]))].tolist():
            pair, kind = divmod(int(here[n]), kinds)
            head, tail = divmod(pair, size)
            name = f"{a.labels[head]} {CONCEPT_RELATIONS[kind].value} {a.labels[tail]}"
            values = (0, int(many[n])) if change == "came" else (int(many[n]), 0)
            changes.append(Change("relation", change, a.concepts[head], name, a.concepts[tail], *values))
    return changes
