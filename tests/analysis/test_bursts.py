from __future__ import annotations

from itertools import product
from math import comb, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.analysis.bursts import runs, savings, states
from kg.errors import UsageError


def cost(sequence: tuple[int, ...], relevant: list[int], papers: list[int], s: float, gamma: float) -> float:
    """The cost of a sequence of states as section 4 of Kleinberg's paper writes it, binomial coefficient and all."""
    p0 = sum(relevant) / sum(papers)
    share = (p0, min(p0 * s, 0.9999))
    total, before = 0.0, 0
    for state, r, d in zip(sequence, relevant, papers, strict=True):
        total += gamma * log(len(papers)) if state > before else 0.0
        total -= log(comb(d, r) * share[state] ** r * (1 - share[state]) ** (d - r))
        before = state
    return total


def test_worked_by_hand() -> None:
    # six years of 100 papers; 2, 2, 10, 12, 2, 2 of them are relevant, so p0 = 30/600 = 0.05 and p1 = 0.1
    relevant, papers = np.array([[2, 2, 10, 12, 2, 2]]), np.full(6, 100)
    saved = savings(relevant, papers, 2.0)
    # a relevant paper saves ln 2 = 0.6931, another one costs ln(0.95 / 0.9) = 0.0541:
    # 10 · 0.6931 - 90 · 0.0541 = 2.0654, 12 · 0.6931 - 88 · 0.0541 = 3.5598, 2 · 0.6931 - 98 · 0.0541 = -3.9123
    assert saved[0] == pytest.approx([-3.9123, -3.9123, 2.0654, 3.5598, -3.9123, -3.9123], abs=2e-4)
    # to enter costs ln 6 = 1.7918 and two years save 5.6253, so they are a burst; with γ = 4 (7.1670) they are none
    assert states(relevant, papers)[0].tolist() == [False, False, True, True, False, False]
    assert runs(states(relevant, papers)[0], saved[0]) == [(2, 3, pytest.approx(5.6253, abs=1e-4))]
    assert not states(relevant, papers, gamma=4.0).any()


@given(
    st.lists(st.tuples(st.integers(1, 12), st.integers(0, 12)), min_size=1, max_size=6).map(lambda b: [(d, min(r, d)) for d, r in b]),
    st.sampled_from([1.5, 2.0, 3.0]),
    st.sampled_from([0.0, 0.5, 1.0, 2.0]),
)
def test_no_sequence_of_states_is_cheaper(batches: list[tuple[int, int]], s: float, gamma: float) -> None:
    papers, relevant = [d for d, _ in batches], [r for _, r in batches]
    if not 0 < sum(relevant) < sum(papers):
        return
    found = states(np.array([relevant]), np.array(papers), s, gamma)[0]
    best = min(cost(one, relevant, papers, s, gamma) for one in product((0, 1), repeat=len(papers)))
    assert cost(tuple(int(x) for x in found), relevant, papers, s, gamma) == pytest.approx(best, abs=1e-9)


def test_series_do_not_see_each_other() -> None:
    papers = np.array([50, 60, 40, 80, 50])
    one, other = [0, 1, 9, 20, 0], [30, 3, 2, 1, 4]
    together = states(np.array([one, other, [0] * 5, papers.tolist()]), papers)
    assert together[0].tolist() == states(np.array([one]), papers)[0].tolist() == [False, False, True, True, False]
    assert together[1].tolist() == [True, False, False, False, False]
    # what is never there, or in every paper, has no burst
    assert not together[2:].any()


def test_two_bursts_of_one_series() -> None:
    relevant, papers = np.array([[10, 0, 0, 0, 9, 9]]), np.full(6, 100)
    found = runs(states(relevant, papers)[0], savings(relevant, papers, 2.0)[0])
    assert [(a, b) for a, b, _ in found] == [(0, 0), (4, 5)]


@pytest.mark.parametrize(("s", "gamma", "message"), [(1.0, 1.0, "s must be above 1"), (2.0, -1.0, "gamma must be 0 or more")])
def test_settings_out_of_range(s: float, gamma: float, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        states(np.array([[1]]), np.array([2]), s, gamma)
