from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from kg.analysis.shares import smoothed, trend, two_shares, wilson

RNG = np.random.default_rng(7)


def test_wilson_is_scipys() -> None:
    some, all_ = np.array([0, 1, 5, 19, 20]), np.array([7, 10, 5, 40, 900])
    low, high = wilson(some.astype(float), all_.astype(float))
    for n, (k, m) in enumerate(zip(some, all_, strict=True)):
        interval = stats.binomtest(int(k), int(m)).proportion_ci(0.95, method="wilson")
        assert (low[n], high[n]) == (pytest.approx(interval.low, abs=1e-12), pytest.approx(interval.high, abs=1e-12))


def test_nothing_of_nothing_can_be_anything() -> None:
    low, high = wilson(np.array([0.0]), np.array([0.0]))
    assert (low[0], high[0]) == (0.0, 1.0)


def test_armitages_worked_example() -> None:
    # Armitage 1955: children who carry Streptococcus pyogenes by the size of their tonsils; 19 of 516, 29 of 589, 24 of 293.
    # The trend has chi-squared 7.19 of 7.88 with two degrees of freedom, so 0.69 is left about it
    z, p, dispersion = trend(np.array([[19, 29, 24]]), np.array([516, 589, 293]), np.array([0, 1, 2]))
    assert z[0] ** 2 == pytest.approx(7.19, abs=0.01)
    assert dispersion[0] == pytest.approx(0.69, abs=0.01)
    assert p[0] == pytest.approx(stats.chi2.sf(7.19, 1), abs=1e-4)


def test_a_trend_is_a_correlation() -> None:
    # z² / N is the squared correlation of "is relevant" with the year over all papers
    papers, counts, years = np.array([8, 5, 9, 4]), np.array([[1, 2, 6, 3]]), np.array([2000, 2001, 2004, 2005])
    year = np.repeat(years, papers)
    relevant = np.concatenate([[1] * k + [0] * (n - k) for k, n in zip(counts[0], papers, strict=True)])
    z, _, dispersion = trend(counts, papers, years)
    assert dispersion[0] < 1
    assert z[0] == pytest.approx(np.corrcoef(year, relevant)[0, 1] * np.sqrt(len(year)))


def test_what_scatters_is_not_taken_for_a_rise() -> None:
    papers, years = np.full(6, 1000), np.arange(6)
    calm, wild = [10, 12, 14, 16, 18, 20], [2, 40, 3, 5, 38, 26]
    z, p, dispersion = trend(np.array([calm, wild]), papers, years)
    assert dispersion[0] < 1 < dispersion[1]
    assert p[0] < 0.05 < p[1]
    assert z[1] > 0


def test_chance_passes_as_often_as_the_level_says() -> None:
    papers, years = np.array([300, 500, 400, 600, 800]), np.arange(5)
    _, p, _ = trend(RNG.binomial(papers, 0.05, size=(4000, 5)), papers, years)
    assert 0.02 < (p < 0.05).mean() < 0.06


@pytest.mark.parametrize("counts", [[0, 0, 0], [4, 5, 6]])
def test_no_trend_without_variation(counts: list[int]) -> None:
    z, p, _ = trend(np.array([counts]), np.array([4, 5, 6]), np.array([1, 2, 3]))
    assert (z[0], p[0]) == (0.0, 1.0)


def test_one_and_two_years() -> None:
    z, p, _ = trend(np.array([[3]]), np.array([10]), np.array([2000]))
    assert (z[0], p[0]) == (0.0, 1.0)
    z, p, _ = trend(np.array([[3, 6]]), np.array([10, 10]), np.array([2000, 2001]))
    expected, p_expected = two_shares(np.array([3]), 10, np.array([6]), 10)
    assert (z[0], p[0]) == (pytest.approx(expected[0]), pytest.approx(p_expected[0]))


def test_two_shares_is_chi_squared() -> None:
    z, p = two_shares(np.array([12, 0]), 100, np.array([30, 0]), 150)
    expected = stats.chi2_contingency([[12, 88], [30, 120]], correction=False)
    assert z[0] ** 2 == pytest.approx(expected.statistic) and p[0] == pytest.approx(expected.pvalue)
    assert (z[1], p[1]) == (0.0, 1.0)


def test_smoothing_takes_neighbours_at_half_and_never_as_larger_than_the_year() -> None:
    counts, papers, years = np.array([[0, 10, 490]]), np.array([10, 10, 980]), np.array([1, 2, 3])
    # of year 2: half of 10 papers without, 10 with, and half of 980 papers, half of them with, taken as 10
    assert smoothed(counts, papers, years, 1)[0] == pytest.approx([(0 + 5) / 15, (0 + 10 + 2.5) / 20, (490 + 5) / 985])
    assert smoothed(counts, papers, years, 0).tolist() == [[0.0, 1.0, 0.5]]
    # years that are missing are as far away as they are
    assert smoothed(counts, papers, np.array([1, 5, 9]), 1).tolist() == [[0.0, 1.0, 0.5]]
