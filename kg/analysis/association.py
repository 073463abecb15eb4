"""How strongly, and how surely, two things occur together: measures of the 2 × 2 table of N papers, for single numbers and for arrays.

`both` papers have both things, `a` the one, `b` the other, of `papers` in all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CORRECTIONS = ("bh", "bonferroni", "none")


def llr(both: Any, a: Any, b: Any, papers: int) -> Floats:
    """The log-likelihood ratio G² against independence (Dunning, "Accurate methods for the statistics of surprise and coincidence", 1993).

    Dunning's own table 1, "the swiss": 110 times together, 2442 and 111 times without the other, 29114 times neither.

    >>> float(llr(110, 110 + 2442, 110 + 111, 110 + 2442 + 111 + 29114).round(2))
    270.72
    """
    import numpy as np
    from scipy.special import xlogy

    both, a, b = (np.asarray(n, dtype=np.float64) for n in (both, a, b))
    cells = (both, a - both, b - both, papers - a - b + both)
    margins = (a * b, a * (papers - b), (papers - a) * b, (papers - a) * (papers - b))
    total = np.zeros(np.broadcast(both, a, b).shape)
    for cell, margin in zip(cells, margins, strict=True):
        # a cell of an empty margin is 0 itself
        total += xlogy(cell, cell * papers / np.where(margin > 0, margin, 1.0))
    return np.maximum(0.0, 2 * total)


def npmi(both: Any, a: Any, b: Any, papers: int) -> Floats:
    """Normalised pointwise mutual information (Bouma, "Normalized (pointwise) mutual information in collocation extraction", 2009).

    1 where neither occurs without the other, 0 where they are independent, -1 where they never occur together.

    >>> [float(npmi(*n)) for n in ((2, 2, 2, 4), (1, 2, 2, 4), (0, 2, 2, 4), (4, 4, 4, 4))]
    [1.0, 0.0, -1.0, 1.0]
    """
    import numpy as np

    both, a, b = (np.asarray(n, dtype=np.float64) for n in (both, a, b))
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.log(both * papers / (a * b)) / -np.log(both / papers)
    return np.where(both == 0, -1.0, np.where(both == papers, 1.0, value))


def lift(both: Any, a: Any, b: Any, papers: int) -> Floats:
    """How many times more papers have both than would by chance (Brin, Motwani, Ullman and Tsur, 1997, who call it interest).

    >>> float(lift(2, 2, 2, 4))
    2.0
    """
    import numpy as np

    found: Floats = np.asarray(both, dtype=np.float64) * papers / (np.asarray(a, dtype=np.float64) * b)
    return found


def p_value(ratio: Floats) -> Floats:
    """Of a G² with more papers together than expected: the probability of as much by chance.

    One-sided: half the upper tail of χ² with one degree of freedom.

    >>> import numpy as np
    >>> p_value(np.array([2.7055, 10.8276])).round(5).tolist()
    [0.05, 0.0005]
    """
    import numpy as np
    from scipy.special import erfc

    found: Floats = erfc(np.sqrt(ratio / 2)) / 2
    return found


def adjusted(p: Floats, tests: int, correction: str) -> Floats:
    """p-values made larger for how many there were, so that they can be held against one level.

    Args:
        p: the smallest of the p-values of all tests; the rest are not smaller than any of these.
        tests: how many tests there were in all.
        correction: `bh`, the false discovery rate after Benjamini and Hochberg 1995; `bonferroni`, the chance of one false row or more;
            `none`.

    >>> import numpy as np
    >>> adjusted(np.array([0.01, 0.04, 0.02]), 5, "bh").round(6).tolist()
    [0.05, 0.066667, 0.05]
    >>> adjusted(np.array([0.01, 0.04, 0.3]), 5, "bonferroni").round(6).tolist()
    [0.05, 0.2, 1.0]
    """
    import numpy as np

    if correction == "none":
        return p
    if correction == "bonferroni":
        return np.minimum(1.0, p * tests)
    order = np.argsort(p, kind="stable")
    raw = p[order] * tests / np.arange(1, len(p) + 1)
    found = np.empty(len(p))
    found[order] = np.minimum(1.0, np.minimum.accumulate(raw[::-1])[::-1])
    return found
