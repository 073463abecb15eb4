"""Leiden communities of a weighted graph, and how good they are; on scipy matrices, for any graph.

Traag, Waltman and van Eck, "From Louvain to Leiden: guaranteeing well-connected communities", 2019, in graspologic-native. Modularity after
Newman, "Analysis of weighted networks", 2004.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int32]

#: Of Leiden: how freely a node may go to a community that is not the best one, full cycles of a run (more bring less than a thousandth of
#: modularity on the graphs that were tried), and runs, the best of which is taken.
RANDOMNESS, ITERATIONS, TRIALS = 0.001, 5, 1


def together(incidence: csr_matrix) -> csr_matrix:
    """The graph of what occurs together: columns joined where a row has both.

    A row with k entries gives each of its pairs the weight 1 / (k - 1), so that each of its columns gets 1 from it and long rows do not
    outweigh short ones (Newman, "Scientific collaboration networks. II", 2001).

    Args:
        incidence: rows × columns, ones.

    Returns:
        columns × columns, symmetric, with an empty diagonal.
    """
    import numpy as np
    from scipy.sparse import diags

    length = np.diff(incidence.indptr)
    joined = (incidence.T @ diags(np.where(length > 1, 1 / np.maximum(length - 1, 1), 0.0)) @ incidence).tocsr()
    joined.setdiag(0)
    joined.eliminate_zeros()
    joined.sort_indices()
    found: csr_matrix = joined
    return found


def partition(graph: csr_matrix, resolution: float = 1.0, seed: int = 1) -> Numbers:
    """The community of each node, from 0, by falling size, then by the first member; -1 for nodes without an edge.

    Args:
        graph: symmetric, weights above 0, no diagonal.
        resolution: of modularity: above 1 for more and smaller communities.
        seed: one seed gives one partition.
    """
    import graspologic_native
    import numpy as np

    found = np.full(graph.shape[0], -1, dtype=np.int32)
    joined = np.flatnonzero(np.diff(graph.indptr))
    if not len(joined):
        return found
    part = graph if len(joined) == graph.shape[0] else graph[joined][:, joined]
    _, groups = graspologic_native.leiden_csr(
        part.indptr.astype(np.int64), part.indices.astype(np.int32), part.data.astype(np.float64), part.shape[0],
        resolution=resolution, randomness=RANDOMNESS, iterations=ITERATIONS, use_modularity=True, seed=seed, trials=TRIALS,
    )  # fmt: skip
    found[joined] = numbered(np.array([groups[node] for node in range(len(joined))]))
    return found


def numbered(groups: NDArray[Any]) -> Numbers:
    """Any labels as numbers from 0, by falling frequency, then by first place.

    >>> import numpy as np
    >>> numbered(np.array([7, 3, 3, 9])).tolist()
    [1, 0, 0, 2]
    """
    import numpy as np

    _, first, which, sizes = np.unique(groups, return_index=True, return_inverse=True, return_counts=True)
    order = np.lexsort((first, -sizes))
    number = np.empty(len(order), dtype=np.int32)
    number[order] = np.arange(len(order))
    result: Numbers = number[which]
    return result


def modularity(graph: csr_matrix, groups: Numbers) -> tuple[Floats, Floats]:
    """What each community adds to the modularity, and what share of its edges' weight stays inside.

    Q = Σ_c [ W_c / W − (S_c / 2W)² ], with W the weight of all edges, W_c of those within c, and S_c the summed weight of the edges at
    its members.

    Args:
        groups: as `partition` gives them.
    """
    import numpy as np

    count = int(groups.max(initial=-1)) + 1
    if not count:
        return np.zeros(0), np.zeros(0)
    joined = graph.tocoo()
    head, tail = groups[joined.row], groups[joined.col]
    # each edge stands in the matrix twice
    total = joined.data.sum()
    degrees = np.bincount(head, joined.data, count)
    within = np.bincount(head[head == tail], joined.data[head == tail], count)
    return within / total - (degrees / total) ** 2, within / degrees


def strength(graph: csr_matrix, groups: Numbers) -> tuple[Floats, Floats]:
    """Of each node, the weight of its edges within its community, and their share of all its edges' weight (0 without an edge)."""
    import numpy as np

    joined = graph.tocoo()
    same = groups[joined.row] == groups[joined.col]
    # of no edges at all, bincount gives whole numbers
    inside = np.bincount(joined.row[same], joined.data[same], graph.shape[0]).astype(np.float64)
    degree = np.bincount(joined.row, joined.data, graph.shape[0])
    return inside, np.divide(inside, degree, out=np.zeros_like(inside), where=degree > 0)
