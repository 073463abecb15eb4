"""Bursts of a concept: years in which it is named far more often than over the whole time.

The automaton of Kleinberg, "Bursty and hierarchical structure in streams", 2003, section 4 ("Enumerating bursts"): papers come in batches,
here a year each. In batch t, r_t of d_t papers are relevant. State 0 expects the share p0 = R / D of the whole time, state 1 the share
p1 = s · p0. A state costs what its share makes unlikely, the negative logarithm of the binomial probability; to enter state 1 costs
γ · ln n with n batches, to leave it nothing. The cheapest sequence of states (Viterbi) tells the bursts, and the weight of a burst is what
it saves against state 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: p1 is never above this, so that a concept of nearly all papers has two states as well.
MOST = 0.9999


def states(relevant: NDArray[np.int64], papers: NDArray[np.int64], s: float = 2.0, gamma: float = 1.0) -> NDArray[np.bool_]:
    """The state of each series in each batch: True in a burst.

    Args:
        relevant: papers of each series (row) in each batch (column), shape (series, batches).
        papers: all papers of each batch, shape (batches,), each above 0.
        s: how many times the share of the whole time a burst has, above 1.
        gamma: what it takes to enter a burst, 0 or more.

    Returns:
        shape (series, batches). Of two sequences that cost the same, the one without the burst is taken.

    Raises:
        UsageError: s or gamma out of its range.
    """
    import numpy as np

    saved = savings(relevant, papers, s)
    if gamma < 0:
        raise UsageError(f"gamma must be 0 or more, found {gamma:g}")
    series, batches = relevant.shape
    enter = gamma * np.log(batches)
    # costs against staying in state 0 all the time: state 0 costs nothing, state 1 what it does not save
    low, high = np.zeros(series), np.full(series, enter)
    from_high = np.zeros((series, batches), dtype=np.bool_)  # where state 0 is best reached from state 1
    stayed = np.zeros((series, batches), dtype=np.bool_)  # where state 1 is best reached from state 1
    for t in range(batches):
        if t == 0:
            high = enter - saved[:, 0]
            continue
        from_high[:, t] = high < low
        stayed[:, t] = high < low + enter
        low, high = np.minimum(low, high), np.minimum(low + enter, high) - saved[:, t]
    found = np.zeros((series, batches), dtype=np.bool_)
    now = high < low
    for t in range(batches - 1, -1, -1):
        found[:, t] = now
        now = np.where(now, stayed[:, t], from_high[:, t])
    return found


def savings(relevant: NDArray[np.int64], papers: NDArray[np.int64], s: float) -> NDArray[np.float64]:
    """How much cheaper state 1 is than state 0 in each batch, in nats: r ln(p1 / p0) + (d - r) ln((1 - p1) / (1 - p0)).

    The binomial coefficient is the same in both states and falls out. A series without a relevant paper saves nothing.

    Raises:
        UsageError: s is not above 1.
    """
    import numpy as np

    if not s > 1:
        raise UsageError(f"s must be above 1, found {s:g}")
    share = relevant.sum(axis=1) / papers.sum()
    # a share so near to 1 that no higher one exists has no second state, and a share of 0 no first
    usual = np.clip(share, 1e-12, MOST)
    more = np.minimum(usual * s, np.maximum(MOST, usual))
    up, down = np.log(more / usual), np.log((1 - more) / (1 - usual))
    saved: NDArray[np.float64] = relevant * up[:, None] + (papers[None, :] - relevant) * down[:, None]
    return np.where((share == 0)[:, None], 0.0, saved)


def runs(states_of_one: NDArray[np.bool_], saved: NDArray[np.float64]) -> list[tuple[int, int, float]]:
    """The bursts of one series as (first batch, last batch, weight), in order of time.

    >>> import numpy as np
    >>> runs(np.array([False, True, True, False, True]), np.array([0.0, 1.5, 2.0, -1.0, 3.0]))
    [(1, 2, 3.5), (4, 4, 3.0)]
    """
    found: list[tuple[int, int, float]] = []
    for t, burst in enumerate(states_of_one.tolist()):
        if not burst:
            continue
        gain = float(saved[t])
        if found and found[-1][1] == t - 1:
            found[-1] = (found[-1][0], t, found[-1][2] + gain)
        else:
            found.append((t, t, gain))
    return found
