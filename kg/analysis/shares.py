"""Shares of papers: how sure they are, how they run over the years, and whether they rise or fall.

A share of few papers says little, and years have different numbers of papers; so a share comes with its interval (Wilson, "Probable
inference, the law of succession, and statistical inference", 1927), and a rise is what a test says it is (Cochran 1954 and Armitage 1955:
a linear trend in proportions), not two counts that differ. What papers name goes by venues and years more than coins do: where shares
scatter more about their trend than a binomial would, the test is weakened by that factor (the dispersion of McCullagh and Nelder,
"Generalized linear models", 1989).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: The 97.5 % point of the normal distribution: two-sided intervals of 95 %.
Z = 1.959963984540054


def wilson(some: NDArray[np.float64], all_: NDArray[np.float64], z: float = Z) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The Wilson interval of `some` of `all_`, elementwise: its lower and its upper end; (0, 1) where there is nothing.

    >>> import numpy as np
    >>> low, high = wilson(np.array([1.0]), np.array([10.0]))
    >>> round(float(low[0]), 4), round(float(high[0]), 4)
    (0.0179, 0.4042)
    """
    import numpy as np

    n = np.where(all_ == 0, 1.0, all_)
    share = some / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    nothing = all_ == 0
    return np.where(nothing, 0.0, np.maximum(middle - half, 0.0)), np.where(nothing, 1.0, np.minimum(middle + half, 1.0))


def smoothed(counts: NDArray[np.int64], papers: NDArray[np.int64], years: NDArray[np.int64], reach: int) -> NDArray[np.float64]:
    """Shares of the papers of a year and of those up to `reach` years away, counted together.

    A year at distance d counts 1 - d / (reach + 1) times, and never as more papers than the year in the middle has, so that a year of few
    papers does not become its neighbour.

    Args:
        counts: shape (series, years); papers: shape (years,); years: the years themselves, ascending, gaps allowed.

    >>> import numpy as np
    >>> smoothed(np.array([[1, 0, 9]]), np.array([10, 2, 10]), np.array([2000, 2001, 2003]), 1).round(3).tolist()
    [[0.091, 0.033, 0.9]]
    """
    import numpy as np

    near = np.maximum(1 - np.abs(years[:, None] - years[None, :]) / (reach + 1), 0.0)
    weight = (near * np.minimum(papers[:, None], papers[None, :]) / papers[None, :]).T
    result: NDArray[np.float64] = (counts @ weight) / (papers @ weight)
    return result


def trend(
    counts: NDArray[np.int64], papers: NDArray[np.int64], years: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """The Cochran–Armitage test of a linear trend in the share, for each series.

    Args:
        counts: shape (series, years); papers: shape (years,), above 0; years: the scores, ascending.

    Returns:
        z: the statistic, above 0 for a rise, divided by the root of the dispersion where that is above 1.
        p: two-sided; by the normal distribution, or Student's with (years - 2) degrees of freedom where z was divided.
        dispersion: Pearson's chi-squared about the trend over its degrees of freedom; 1 with fewer than three years.
        A series of no or of all papers has z 0 and p 1.
    """
    import numpy as np
    from scipy import stats

    total = float(papers.sum())
    share = counts.sum(axis=1) / total
    centred = years - (papers * years).sum() / total
    spread = float((papers * centred**2).sum())
    noise = share * (1 - share)
    plain = noise > 0
    known = plain & (spread > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.where(known, (counts * centred).sum(axis=1) / spread, 0.0)
        z = np.where(known, slope * np.sqrt(spread / noise), 0.0)
        whole = np.where(plain, (((counts - share[:, None] * papers) ** 2) / papers).sum(axis=1) / noise, 0.0)
    freedom = len(years) - 2
    if freedom < 1:
        return z, np.where(known, 2 * stats.norm.sf(np.abs(z)), 1.0), np.ones(len(z))
    dispersion = np.maximum(whole - z**2, 0.0) / freedom
    wide = dispersion > 1
    z = z / np.sqrt(np.where(wide, dispersion, 1.0))
    p = 2 * np.where(wide, stats.t.sf(np.abs(z), freedom), stats.norm.sf(np.abs(z)))
    return z, np.where(known, p, 1.0), dispersion


def two_shares(a: NDArray[np.int64], of_a: int, b: NDArray[np.int64], of_b: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The z test of two proportions with a pooled variance, elementwise: z (above 0 where b's share is larger) and two-sided p."""
    import numpy as np
    from scipy import stats

    pooled = (a + b) / (of_a + of_b)
    noise = pooled * (1 - pooled) * (1 / of_a + 1 / of_b)
    z = np.where(noise > 0, (b / of_b - a / of_a) / np.sqrt(np.where(noise > 0, noise, 1.0)), 0.0)
    return z, 2 * stats.norm.sf(np.abs(z))
