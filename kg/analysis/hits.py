"""Hubs and authorities of any weighted directed graph. Kleinberg, "Authoritative sources in a hyperlinked environment", 1999."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.errors import PaperkgError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    Floats = NDArray[np.float64]

#: Of Lanczos: vectors kept, restarts, and the residual, beside the eigenvalue, at which the vector is good.
STEPS, RESTARTS, TOLERANCE = 24, 2_000, 1e-12


def hits(graph: csr_matrix) -> tuple[Floats, Floats]:
    """How good a hub and an authority each node is; each sums to 1, or is 0 everywhere in a graph without arcs.

    The authorities are the principal eigenvector of AᵀA, the hubs that of AAᵀ. Where several parts of the graph are equally strong, they
    are what Kleinberg's iteration ends with when it begins with equal values: the projection of these.

    Args:
        graph: A, row → column, weights above 0.

    Raises:
        PaperkgError: the iteration does not converge.
    """
    import numpy as np

    size = graph.shape[0]
    if not graph.nnz:
        return np.zeros(size), np.zeros(size)
    # the vectors do not depend on the scale, but their precision does
    scaled = graph / graph.data.max()
    authority = np.abs(_principal(scaled, scaled.T.tocsr()))
    hub = scaled @ authority
    return hub / hub.sum(), authority / authority.sum()


def _principal(graph: csr_matrix, turned: csr_matrix) -> Floats:
    """The principal eigenvector of AᵀA by Lanczos, restarted with the best vector found so far.

    ARPACK goes on with a random vector where the space spanned from the first one is used up, which is just when the vector is found,
    and comes back with any vector of a multiple eigenvalue. This one never leaves the space of the first.
    """
    import numpy as np
    from scipy.linalg import eigh_tridiagonal

    best: Floats = np.full(graph.shape[0], graph.shape[0] ** -0.5)
    for _ in range(RESTARTS):
        basis, diagonal, beside = best[None], list[float](), list[float]()
        while True:
            new = turned @ (graph @ basis[-1])
            diagonal.append(float(new @ basis[-1]))
            # twice is enough (Parlett, "The symmetric eigenvalue problem", 1980)
            for _ in range(2):
                new = new - basis.T @ (basis @ new)
            left = float(np.linalg.norm(new))
            if len(basis) == STEPS or left <= TOLERANCE * max(diagonal):
                break
            beside.append(left)
            basis = np.vstack((basis, new / left))
        values, vectors = eigh_tridiagonal(diagonal, beside)
        best = vectors[:, -1] @ basis
        best = best / np.linalg.norm(best)
        if left * abs(vectors[-1, -1]) <= TOLERANCE * values[-1]:
            return best
    raise PaperkgError("HITS did not converge on this graph; rank it by PageRank")
