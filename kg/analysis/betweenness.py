"""Betweenness centrality of any undirected graph, exact or estimated from some sources.

Brandes, "A faster algorithm for betweenness centrality", 2001; the estimate after Brandes and Pich, "Centrality estimation in large
networks", 2007: shortest paths from sources drawn evenly, without replacement, scaled up. It is unbiased.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int64]


def betweenness(graph: csr_matrix, samples: int | None = None, seed: int = 1) -> Floats:
    """For each node the share of all pairs of other nodes whose shortest paths lead through it (each path counting its part).

    Args:
        graph: symmetric, without a diagonal; weights do not matter.
        samples: sources to estimate it from; None, or as many as there are nodes, for the exact values.
        seed: of the draw of sources.

    Returns:
        Values from 0 to 1, normalised by (n - 1)(n - 2) / 2 pairs as networkx does it.
    """
    import numpy as np

    size = graph.shape[0]
    if size < 3:
        return np.zeros(size)
    sources = np.arange(size)
    if samples is not None and samples < size:
        sources = np.sort(np.random.default_rng(seed).choice(size, samples, replace=False))
    total = np.zeros(size)
    walk = _Walk(graph)
    for source in sources.tolist():
        total += walk.dependencies(source)
    # each pair is found from both of its ends
    found: Floats = total * (size / len(sources)) / ((size - 1) * (size - 2))
    return found


class _Walk:
    """Breadth-first walks over one graph, level by level, with numpy."""

    def __init__(self, graph: csr_matrix) -> None:
        import numpy as np

        self.starts = graph.indptr.astype(np.int64)
        self.ends = graph.indices.astype(np.int64)
        self.degree = np.diff(self.starts)
        self.size = graph.shape[0]

    def dependencies(self, source: int) -> Floats:
        """Of each node, the summed parts of shortest paths from the source to all others that lead through it."""
        import numpy as np

        level = np.full(self.size, -1, dtype=np.int64)
        paths = np.zeros(self.size)
        level[source], paths[source] = 0, 1.0
        front = np.array([source], dtype=np.int64)
        marks = np.empty(self.size, dtype=np.int64)
        steps: list[tuple[Numbers, Numbers]] = []
        while len(front):
            heads, tails = self._edges(front)
            new = level[tails] < 0
            heads, tails = heads[new], tails[new]
            if not len(tails):
                break
            np.add.at(paths, tails, paths[heads])
            # each node once: the last edge that reaches it keeps its mark
            marks[tails] = np.arange(len(tails))
            front = tails[marks[tails] == np.arange(len(tails))]
            level[front] = len(steps) + 1
            steps.append((heads, tails))
        found = np.zeros(self.size)
        for heads, tails in reversed(steps):
            np.add.at(found, heads, paths[heads] / paths[tails] * (1 + found[tails]))
        found[source] = 0.0
        return found

    def _edges(self, nodes: Numbers) -> tuple[Numbers, Numbers]:
        """All edges out of some nodes, as (from, to)."""
        import numpy as np

        counts = self.degree[nodes]
        heads = np.repeat(nodes, counts)
        # the places of each node's edges, one range after the other
        offset = np.repeat(self.starts[nodes] - np.concatenate(([0], np.cumsum(counts)[:-1])), counts)
        return heads, self.ends[offset + np.arange(len(heads))]
