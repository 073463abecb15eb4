"""How near two concepts are that have no paper in common: scores of pairs in the network of what occurs together.

Concepts are joined where a paper is linked to both. Scores, after Liben-Nowell and Kleinberg, "The link-prediction problem for social
networks", 2007, with Γ(u) the neighbours of u:

- `common`: |Γ(u) ∩ Γ(v)|, common neighbours
- `adamic-adar`: Σ 1 / ln |Γ(z)| over the common neighbours z (Adamic and Adar, "Friends and neighbors on the web", 2003)
- `resource`: Σ 1 / |Γ(z)|, resource allocation (Zhou, Lü and Zhang, "Predicting missing links via local information", 2009)
- `katz`: Σ βᵏ · (walks of k steps from u to v), up to three steps (Katz, "A new status index derived from sociometric analysis", 1953)
- `factors`: the product of both in the space of the largest eigenvectors of the normalised network D^-1/2 W D^-1/2, W the papers that
  two concepts share and D its row sums (a truncated decomposition; Chung, "Spectral graph theory", 1997)
- `popularity`: |Γ(u)| · |Γ(v)|, preferential attachment; says nothing about the pair, and is what the others are measured against
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int64]

#: The weight of a step in `katz`: where concepts have about 200 neighbours, all walks of three steps weigh as much as those of two.
BETA = 0.005
#: Eigenvectors of `factors`.
FACTORS = 64
#: Rows that are scored at once.
BLOCK = 128


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """What occurs together: `shared` counts the papers of two concepts (symmetric, no diagonal), `joined` has 1 in the same places,
    `degree` the neighbours of each concept."""

    shared: csr_matrix
    joined: csr_matrix
    degree: Floats
    _factors: list[Floats] = field(default_factory=list, repr=False)

    def factors(self) -> Floats:
        """A row of `FACTORS` numbers (fewer in a small network) for each concept; made once."""
        if not self._factors:
            self._factors.append(_eigenvectors(self.shared))
        return self._factors[0]


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """Some concepts that others are scored with, instead of all: ascending `columns`, their rows of `Network.joined`, and its columns."""

    columns: Numbers
    rows: csr_matrix
    joined: csr_matrix

    @classmethod
    def of(cls, net: Network, columns: Numbers) -> Side:
        """The side of some concepts of a network."""
        rows = net.joined[columns]
        # the network is symmetric, and rows are found faster than columns
        return cls(columns, rows, rows.T.tocsr())


def network(incidence: csr_matrix) -> Network:
    """The network of a matrix of papers × concepts, 1 for each link."""
    import numpy as np

    shared = (incidence.T @ incidence).tocsr()
    shared.setdiag(0)
    shared.eliminate_zeros()
    shared.sort_indices()
    joined = shared.copy()
    joined.data = np.ones(len(joined.data))
    return Network(shared, joined, np.diff(joined.indptr).astype(np.float64))


def common(net: Network, rows: Numbers, side: Side | None = None) -> Floats:
    """Common neighbours of each concept of `rows` with each concept (or those of `side`); as all scores, of shape (rows, concepts)."""
    return _dense(net.joined[rows] @ (net if side is None else side).joined)


def adamic_adar(net: Network, rows: Numbers, side: Side | None = None) -> Floats:
    """Adamic–Adar of each concept of `rows` with each concept."""
    return _dense(weighed(net, rows, adamic_adar_weights(net), side))


def adamic_adar_weights(net: Network) -> Floats:
    """What each concept gives as a common neighbour, by Adamic–Adar."""
    import numpy as np

    # a common neighbour of two has at least two neighbours
    result: Floats = 1 / np.log(np.maximum(net.degree, 2))
    return result


def resource(net: Network, rows: Numbers, side: Side | None = None) -> Floats:
    """Resource allocation of each concept of `rows` to each concept."""
    return _dense(weighed(net, rows, resource_weights(net), side))


def resource_weights(net: Network) -> Floats:
    """What each concept gives as a common neighbour, by resource allocation."""
    import numpy as np

    result: Floats = 1 / np.maximum(net.degree, 1)
    return result


def katz(net: Network, rows: Numbers, side: Side | None = None) -> Floats:
    """Katz's index of each concept of `rows` with each concept, by walks of up to three steps."""
    one = net.joined[rows]
    two = _dense(one @ net.joined)
    first, second, last = _dense(one), two, net.joined
    if side is not None:
        first, second, last = first[:, side.columns], two[:, side.columns], side.rows
    result: Floats = BETA * first + BETA**2 * second + BETA**3 * (last @ two.T).T
    return result


def factors(net: Network, rows: Numbers, side: Side | None = None) -> Floats:
    """The products of the factors of each concept of `rows` with those of each concept."""
    found = net.factors()
    result: Floats = found[rows] @ (found if side is None else found[side.columns]).T
    return result


def popularity(net: Network, rows: Numbers, side: Side | None = None) -> Floats:
    """Preferential attachment of each concept of `rows` and each concept."""
    import numpy as np

    return np.outer(net.degree[rows], net.degree if side is None else net.degree[side.columns])


#: What gives the scores of some concepts (numbers) with all: shape (rows, concepts); or, with a `Side`, with those of that.
Score = Callable[..., Any]
#: All scores by name.
SCORES: dict[str, Score] = {
    "common": common,
    "adamic-adar": adamic_adar,
    "resource": resource,
    "katz": katz,
    "factors": factors,
    "popularity": popularity,
}


def blocks(net: Network, score: Score, rows: Numbers) -> Iterator[tuple[Numbers, Floats]]:
    """The scores of many rows, `BLOCK` at a time: the rows, and their scores with all concepts."""
    for start in range(0, len(rows), BLOCK):
        part = rows[start : start + BLOCK]
        yield part, score(net, part)


def of_pairs(net: Network, score: Score, u: Numbers, v: Numbers) -> Floats:
    """The scores of pairs."""
    import numpy as np

    found = np.zeros(len(u))
    for part, values in blocks(net, score, np.unique(u)):
        taken = np.flatnonzero((u >= part[0]) & (u <= part[-1]))
        found[taken] = values[np.searchsorted(part, u[taken]), v[taken]]
    return found


def weighed(net: Network, rows: Numbers, weight: NDArray[Any], side: Side | None = None) -> csr_matrix:
    """The sums of a weight over the common neighbours of each concept of `rows` with each concept, as a sparse matrix.

    A weight that is complex sums two at once, its real and its imaginary part.
    """
    one = net.joined[rows].astype(weight.dtype)
    one.data = weight[one.indices]
    return one @ (net if side is None else side).joined


def _dense(matrix: csr_matrix) -> Floats:
    result: Floats = matrix.toarray()
    return result


def _eigenvectors(shared: csr_matrix) -> Floats:
    import numpy as np
    from scipy.sparse import diags
    from scipy.sparse.linalg import eigsh

    size = shared.shape[0]
    if not shared.nnz:
        return np.zeros((size, 1))
    degree = np.asarray(shared.sum(axis=0)).ravel()
    root = diags(1 / np.sqrt(np.maximum(degree, 1)))
    matrix = root @ shared @ root
    if size <= 4 * FACTORS:
        values, vectors = np.linalg.eigh(matrix.toarray())
        values, vectors = values[-FACTORS:], vectors[:, -FACTORS:]
    else:
        # all that is drawn by chance within is seeded, where this scipy lets us; the start is fixed in any case
        seeded: dict[str, Any] = {"rng": np.random.default_rng(1)} if "rng" in inspect.signature(eigsh).parameters else {}
        values, vectors = eigsh(matrix, k=FACTORS, v0=np.ones(size), which="LA", tol=1e-6, **seeded)
    kept = values > 1e-9
    result: Floats = vectors[:, kept] * np.sqrt(values[kept])
    return result
