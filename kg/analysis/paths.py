"""Why two concepts that have no paper in common may belong together: the ways from one to the other, and the papers on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy.sparse import csc_matrix

    from kg.analysis.arrays import Arrays
    from kg.analysis.proximity import Network

    Numbers = NDArray[np.int64]

#: Papers that are named for one step of a way.
PAPERS = 3


@dataclass(frozen=True, slots=True)
class Way:
    """A way between two concepts: the concepts `via`, one or two, and what share of the score it gives (None where the score is not a sum
    over ways)."""

    via: tuple[int, ...]
    share: float | None


def ways(net: Network, weight: NDArray[np.float64], u: int, v: int, most: int) -> tuple[list[Way], int]:
    """The ways over one common neighbour that tell most; where there is none, over two concepts that are joined.

    What a common neighbour gives to the score is one thing (`Way.share`), how well papers bear it out another: ways come in the order of
    the weight times ln(1 + papers) of each step, so that a neighbour that one paper names does not hide one that dozens name.

    Args:
        weight: what each concept gives as a common neighbour.
        most: ways that are returned at most.

    Returns:
        The ways, and how many there are in all.
    """
    import numpy as np

    left, right = _neighbours(net, u), _neighbours(net, v)
    both = np.intersect1d(left, right)
    if len(both):
        borne = np.log1p(_papers(net, u, both)) * np.log1p(_papers(net, v, both))
        order = both[np.lexsort((both, -np.round(weight[both] * borne, 12)))][:most]
        total = weight[both].sum()
        return [Way((int(z),), float(weight[z] / total)) for z in order], len(both)
    if not len(left) or not len(right):
        return [], 0
    steps = net.joined[left][:, right].tocoo()
    one, two = left[steps.row], right[steps.col]
    heavy = weight[one] * weight[two] * np.log1p(_papers(net, u, one)) * np.log1p(_papers(net, v, two))
    order = np.lexsort((two, one, -np.round(heavy, 12)))[:most]
    return [Way((int(one[n]), int(two[n])), None) for n in order], len(heavy)


def _neighbours(net: Network, node: int) -> Numbers:
    found: Numbers = net.joined.indices[net.joined.indptr[node] : net.joined.indptr[node + 1]].astype("int64")
    return found


def _papers(net: Network, node: int, others: Numbers) -> NDArray[np.float64]:
    """How many papers a concept shares with some others."""
    import numpy as np

    return np.asarray(net.shared[[node]][:, others].todense(), dtype=np.float64).ravel()


class Shared:
    """The papers that concepts share, by number in the arrays."""

    def __init__(self, arrays: Arrays, links: NDArray[np.bool_]) -> None:
        import numpy as np
        from scipy.sparse import csc_matrix

        taken = np.flatnonzero(links)
        shape = (len(arrays.papers), len(arrays.concepts))
        self._arrays = arrays
        self._papers: csc_matrix = csc_matrix((np.ones(len(taken)), (arrays.link_paper[taken], arrays.link_concept[taken])), shape=shape)

    def of(self, concept: int) -> Numbers:
        """The papers of a concept, ascending."""
        found: Numbers = self._papers.indices[self._papers.indptr[concept] : self._papers.indptr[concept + 1]].astype("int64")
        return found

    def between(self, one: int, other: int) -> Numbers:
        """The papers of both, the latest first, then by id."""
        import numpy as np

        both = np.intersect1d(self.of(one), self.of(other), assume_unique=True)
        return both[np.lexsort((both, -self._arrays.years[both]))]

    def named(self, one: int, other: int) -> tuple[list[str], int]:
        """The ids of the latest `PAPERS` papers of both, and how many there are."""
        both = self.between(one, other)
        return [self._arrays.papers[int(p)] for p in both[:PAPERS]], len(both)
