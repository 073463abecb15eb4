"""A score of pairs that learns from a graph's own past what foretells its future.

A logistic regression on a few figures of a pair: how near its ends are (Adamic–Adar, resource allocation, the cosine of their factors)
and how much they are used, in all and lately. It is fitted on a split in time (`kg.analysis.holdout`): the network before some year, the
pairs that papers of the years right after joined first, and twice as many that stayed apart, drawn evenly. Nothing later is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.analysis import proximity
from kg.analysis.arrays import NO_YEAR
from kg.analysis.holdout import Split, linking, split, uniform
from kg.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kg.analysis.arrays import Arrays
    from kg.analysis.proximity import Network

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int64]

#: Years that the pairs to learn from were joined in.
SPAN = 3
#: Pairs that are learnt from at most.
MOST = 15_000
#: What the weights belong to, in their order; the last four are sums over both ends.
FEATURES = (
    "ln adamic-adar", "ln resource", "cosine of factors", "ln neighbours", "ln papers", "ln papers of three years", "ln papers of a year",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """Weights of the standardised features, and an intercept at their end."""

    mean: Floats
    spread: Floats
    weights: Floats

    def score(self, activity: Floats) -> proximity.Score:
        """The score for a network whose concepts have this `activity`: between 0 and 1, no calibrated probability."""
        import numpy as np
        from scipy.special import expit

        slope = self.weights[:-1] / self.spread
        offset = float(self.weights[-1] - slope @ self.mean)

        def learned(net: Network, rows: Numbers, side: proximity.Side | None = None) -> Floats:
            # what is summed over both ends is summed once for each concept
            alone = slope[-4:] @ np.concatenate([np.log1p(net.degree)[None, :], activity])
            other = alone if side is None else alone[side.columns]
            near = sum(weight * value for weight, value in zip(slope, _near(net, rows, side), strict=False))
            result: Floats = expit(near + (alone[rows] + offset)[:, None] + other[None, :])
            return result

        return learned


def learn(a: Arrays, year: int, what: str, least: int, seed: int = 1) -> Learned:
    """What the `SPAN` years before `year` teach.

    Args:
        what, least: as for `kg.analysis.holdout.split`.

    Raises:
        UsageError: there are no papers in these years or before them, or no pair was first joined in them.
    """
    import numpy as np

    try:
        past = split(a, year - SPAN, what, least, until=year - 1)
    except UsageError as error:
        raise UsageError(f"the score 'learned' needs a past to learn from: {error}, or choose another score, as adamic-adar") from error
    rng = np.random.default_rng(seed)
    u, v = past.u, past.v
    if len(u) > MOST:
        drawn = np.sort(rng.choice(len(u), MOST, replace=False))
        u, v = u[drawn], v[drawn]
    apart = uniform(past, 2 * len(u), rng)
    if not len(apart[0]):
        raise UsageError(
            "the score 'learned' finds no pair of concepts that stays apart to learn from; choose another score, as adamic-adar"
        )
    one, other = np.concatenate([u, apart[0]]), np.concatenate([v, apart[1]])
    values = _of_pairs(past, activity(a, past.concepts, year - SPAN), one, other)
    mean, spread = values.mean(axis=0), values.std(axis=0) + 1e-9
    wanted = np.concatenate([np.ones(len(u)), np.zeros(len(apart[0]))])
    return Learned(mean, spread, fit((values - mean) / spread, wanted))


def activity(a: Arrays, concepts: Numbers, year: int) -> Floats:
    """Of some concepts ln(1 + papers) before a year: in all, in three years, in the last one; shape (3, concepts).

    Papers without a year are left out, as `split` does: they may be later ones.
    """
    import numpy as np

    years = a.years[a.link_paper]
    links = linking(a) & (years != NO_YEAR) & (years < year)
    counts = [np.bincount(a.link_concept[links & (years >= since)], minlength=len(a.concepts)) for since in (0, year - 3, year - 1)]
    result: Floats = np.log1p(np.stack(counts)[:, concepts])
    return result


def features(net: Network, activity: Floats, rows: Numbers) -> list[Floats]:
    """The figures of each concept of `rows` with each concept, in the order of `FEATURES`."""
    import numpy as np

    used = np.concatenate([np.log1p(net.degree)[None, :], activity])
    return [*_near(net, rows), *(each[rows][:, None] + each[None, :] for each in used)]


def _near(net: Network, rows: Numbers, side: proximity.Side | None = None) -> list[Floats]:
    import numpy as np

    own = net.factors()
    unit = own / np.maximum(np.linalg.norm(own, axis=1, keepdims=True), 1e-9)
    # both sums in one product, and logarithms of what is above 0 alone
    weight = proximity.adamic_adar_weights(net) + 1j * proximity.resource_weights(net)
    sums = proximity.weighed(net, rows, weight, side)
    at = (np.repeat(np.arange(len(rows)), np.diff(sums.indptr)), sums.indices)
    adamic_adar, resource = np.zeros(sums.shape), np.full(sums.shape, np.log(1e-4))
    adamic_adar[at] = np.log1p(sums.data.real)
    resource[at] = np.log(sums.data.imag + 1e-4)
    return [adamic_adar, resource, unit[rows] @ (unit if side is None else unit[side.columns]).T]


def fit(values: Floats, wanted: Floats, penalty: float = 1.0) -> Floats:
    """The weights of a logistic regression with an L2 penalty on all but the intercept, which comes last; by Newton's method."""
    import numpy as np
    from scipy.special import expit

    design = np.column_stack([values, np.ones(len(values))])
    shrink = np.append(np.full(values.shape[1], penalty), 0.0)
    weights = np.zeros(design.shape[1])
    for _ in range(50):
        chance = expit(design @ weights)
        slope = design.T @ (wanted - chance) - shrink * weights
        curve = (design * (chance * (1 - chance))[:, None]).T @ design + np.diag(shrink + 1e-9)
        step = np.linalg.solve(curve, slope)
        weights = weights + step
        if np.abs(step).max() < 1e-9:
            break
    return weights


def _of_pairs(s: Split, activity: Floats, u: Numbers, v: Numbers) -> Floats:
    import numpy as np

    found = np.zeros((len(u), len(FEATURES)))
    used = np.concatenate([np.log1p(s.net.degree)[None, :], activity])
    found[:, -len(used) :] = (used[:, u] + used[:, v]).T
    side = proximity.Side.of(s.net, np.unique(v))
    column = np.searchsorted(side.columns, v)
    asked = np.unique(u)
    for start in range(0, len(asked), proximity.BLOCK):
        part = asked[start : start + proximity.BLOCK]
        taken = np.flatnonzero((u >= part[0]) & (u <= part[-1]))
        place = np.searchsorted(part, u[taken])
        for n, value in enumerate(_near(s.net, part, side)):
            found[taken, n] = value[place, column[taken]]
    return found
