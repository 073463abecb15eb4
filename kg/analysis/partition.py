"""Communities of the concepts of papers as arrays: two levels, the papers of each, and what is characteristic of each."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int32]

#: The most characteristic concepts that are kept of a community.
CHARACTERISTIC = 10
#: Communities of fewer concepts are one part.
DIVIDED = 4
#: Concepts by number, with their scores.
Ranked = list[tuple[int, float]]


@dataclass(frozen=True, slots=True, eq=False)
class Partition:
    """Communities as arrays.

    Attributes:
        joined: the graph that was divided, concepts × concepts.
        group, part: of each concept its community and the part of it, from 0, the larger first; -1 where it has none.
        paper: of each paper the community that most of its concepts are of, -1 where it has none of any.
        share: of each paper, which share of its concepts are of that community.
        inside: communities × concepts: papers of the community that are linked to the concept.
        characteristic: of each community, its most characteristic concepts beside the other communities, with their scores.
        parts: the same of each part of each community, beside the other parts of it.
    """

    joined: csr_matrix
    group: Numbers
    part: Numbers
    paper: Numbers
    share: Floats
    inside: csr_matrix
    characteristic: list[Ranked]
    parts: list[list[Ranked]]


def divide(incidence: csr_matrix, resolution: float = 1.0, seed: int = 1) -> Partition:
    """The communities of the columns of papers × concepts, in two levels, with what is characteristic of each.

    Args:
        incidence: ones; a concept that shall not take part has none.
        resolution, seed: of Leiden, on both levels.
    """
    import numpy as np
    from scipy.sparse import csr_matrix

    from kg.analysis.leiden import partition, together

    joined = together(incidence)
    group = partition(joined, resolution, seed)
    count = int(group.max(initial=-1)) + 1
    order = np.argsort(group, kind="stable")
    ends = np.searchsorted(group[order], np.arange(count + 1))
    part = np.where(group >= 0, 0, -1).astype(np.int32)
    for number in range(count):
        own = order[ends[number] : ends[number + 1]]
        if len(own) >= DIVIDED:
            # Leiden's communities are connected: each member has an edge within
            part[own] = partition(joined[own][:, own].tocsr(), resolution, seed)
    paper, share = assign(incidence, group)
    found = characteristic(_only(incidence, paper >= 0), paper, group, np.zeros(count, dtype=np.int32))
    # parts by one number, the first of each community behind the last of the one before; beside the other parts of their community alone
    sizes = np.array([part[order[ends[n] : ends[n + 1]]].max(initial=-1) + 1 for n in range(count)], dtype=np.int32)
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1])).astype(np.int32) if count else sizes
    of_part = np.where(group >= 0, starts[group] + part if count else -1, -1).astype(np.int32)
    of = np.repeat(np.arange(count, dtype=np.int32), sizes)
    entries = incidence.tocoo()
    within = group[entries.col] == paper[entries.row]
    own_entries = csr_matrix((entries.data[within], (entries.row[within], entries.col[within])), shape=incidence.shape)
    parts = characteristic(own_entries, assign(own_entries, of_part)[0], of_part, of)
    to = _indicator(paper, max(count, 1)).T
    return Partition(
        joined, group, part, paper, share, (to @ incidence).tocsr(), found,
        [parts[start : start + size] for start, size in zip(starts.tolist(), sizes.tolist(), strict=True)],
    )  # fmt: skip


def assign(incidence: csr_matrix, group: Numbers) -> tuple[Numbers, Floats]:
    """The group of each paper: the one that most of its concepts are of, of equal ones the first; -1 where it has none of any.

    Returns:
        the group of each paper, and the share of its concepts that are of it.
    """
    import numpy as np

    paper, most = np.full(incidence.shape[0], -1, dtype=np.int32), np.zeros(incidence.shape[0])
    found = (incidence @ _indicator(group, max(int(group.max(initial=-1)) + 1, 1))).tocoo()
    order = np.lexsort((found.col, -found.data, found.row))
    rows, best = np.unique(found.row[order], return_index=True)
    paper[rows], most[rows] = found.col[order][best], found.data[order][best]
    return paper, most / np.maximum(np.diff(incidence.indptr), 1)


def characteristic(incidence: csr_matrix, paper: Numbers, group: Numbers, of: Numbers) -> list[Ranked]:
    """The members of each group that are most characteristic of its papers, with their scores; `CHARACTERISTIC` of each.

    Args:
        incidence: papers × concepts, of what is compared.
        paper, group: the group of each paper and each concept, -1 for none.
        of: of each group, the number of the set of groups that it is compared with.
    """
    import numpy as np

    from kg.analysis.keyness import log_odds

    count = len(of)
    members = np.flatnonzero(group >= 0)
    own = group[members]
    everywhere = np.asarray(incidence.sum(axis=0)).ravel()
    entries = incidence.tocoo()
    there = paper[entries.row]
    mine = (there == group[entries.col]) & (there >= 0)
    inside = np.bincount(entries.col[mine], minlength=len(group))
    size = np.bincount(there[there >= 0], minlength=count)
    total = np.bincount(of[there[there >= 0]], minlength=len(of))
    # the prior weighs as much as a group of average size
    prior = total[of] / np.maximum(np.bincount(of, minlength=len(of))[of], 1)
    scores = np.round(log_odds(inside[members], everywhere[members], size[own], total[of[own]], prior[own]), 9)
    order = np.lexsort((members, -scores, own))
    ends = np.searchsorted(own[order], np.arange(count + 1)).tolist()
    best = [order[low : min(high, low + CHARACTERISTIC)] for low, high in pairwise(ends)]
    return [list(zip(members[some].tolist(), scores[some].tolist(), strict=True)) for some in best]


def _indicator(group: Numbers, count: int) -> csr_matrix:
    """Things × groups: 1 where the thing is of the group."""
    import numpy as np
    from scipy.sparse import csr_matrix

    of = np.flatnonzero(group >= 0)
    return csr_matrix((np.ones(len(of)), (of, group[of])), shape=(len(group), count))


def _only(incidence: csr_matrix, taken: NDArray[np.bool_]) -> csr_matrix:
    """The same with some rows emptied."""
    import numpy as np
    from scipy.sparse import csr_matrix, diags

    found = csr_matrix(diags(taken.astype(np.float64)) @ incidence)
    found.eliminate_zeros()
    return found
