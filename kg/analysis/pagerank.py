"""PageRank of any weighted directed graph, by power iteration on a scipy matrix.

Brin and Page, "The anatomy of a large-scale hypertextual web search engine", 1998; teleportation to chosen nodes alone after
Haveliwala, "Topic-sensitive PageRank", 2002.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    Floats = NDArray[np.float64]

#: The sum of changes in a round at which the iteration ends.
TOLERANCE = 1e-13


def pagerank(graph: csr_matrix, start: Floats, damping: float = 0.85) -> Floats:
    """The share of time that a random walk spends at each node; sums to 1.

    Args:
        graph: row → column, weights above 0; a row is left in proportion to its weights.
        start: where the walk begins, again and again with probability 1 - damping, and where nothing leads on; sums to 1.
        damping: probability of following an arc, between 0 and 1.
    """
    from math import ceil, log

    import numpy as np
    from scipy.sparse import csr_matrix, diags

    out = np.asarray(graph.sum(axis=1)).ravel()
    ends = out == 0
    # weights of less than a denormal number sum to 0 and lead nowhere
    step = csr_matrix((diags(np.divide(1.0, out, out=np.zeros(len(out)), where=~ends)) @ graph).T)
    score = start.astype(np.float64)
    # changes sum to 2 at first, and shrink by the damping in each round at least
    for _ in range(ceil(log(TOLERANCE / 2) / log(damping)) + 1):
        before = score
        score = damping * (step @ before + before[ends].sum() * start) + (1 - damping) * start
        if np.abs(score - before).sum() < TOLERANCE:
            break
    return score
