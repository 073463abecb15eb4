"""Predictions put to the test by time: what was joined before a year predicts what is joined first from that year on.

Known are the papers before the year, and the concepts they name. A pair of these counts as *new* where papers from the year on join it,
and none before; all others that are not joined before are candidates too. A score is judged by

- the area under the ROC curve: the probability that a new pair scores above one that stays apart, ties half, against two samples of the
  latter: `uniform`, drawn from all of them; and `matched`, where one end of a new pair is kept and the other replaced by a concept of
  the same type with about as many papers. Against uniform ones a score does well that only tells frequent concepts from rare ones;
  matched ones ask whether it knows anything about the pair.
- hits at 10: for each new pair, whether its other end is among the ten best of all candidates of the first end, other new ones left
  out ("filtered", Bordes et al., "Translating embeddings for modeling multi-relational data", 2013), ties at their middle place. No
  sample of candidates is drawn.

What concepts are one, and of which type they are, was found out over the whole corpus; in this the past knows more than it could.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.analysis.arrays import NO_YEAR, RELATIONS, TYPES, Arrays
from kg.analysis.proximity import Network, Score, blocks, network, of_pairs
from kg.errors import UsageError
from kg.model import ConceptType, Relation

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int64]

#: What is predicted: types of the first end and of the other; none for any.
PAIRS: dict[str, tuple[tuple[ConceptType, ...], tuple[ConceptType, ...]]] = {
    "co-use": ((), ()),
    "method-task": ((ConceptType.METHOD, ConceptType.ARCHITECTURE), (ConceptType.TASK,)),
    "task-dataset": ((ConceptType.TASK,), (ConceptType.DATASET,)),
}


#: Draws of pairs after which no more are looked for.
ROUNDS = 50


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """A graph before and after a year.

    Attributes:
        concepts: the concepts that are known before, by number in the arrays; all that follows counts in places of this.
        net: what is joined before.
        types, papers: of each concept its type and its papers before.
        first, other: which concepts can be the first and the other end.
        u, v: the new pairs, u a first end and v an other; where both can be both, u < v.
        old, new: papers before, and from the year on.
    """

    concepts: Numbers
    net: Network
    types: NDArray[np.int8]
    papers: Numbers
    first: NDArray[np.bool_]
    other: NDArray[np.bool_]
    u: Numbers
    v: Numbers
    old: int
    new: int


def linking(a: Arrays) -> NDArray[np.bool_]:
    """The links that join concepts: all but `mentions`, which name something in passing."""
    result: NDArray[np.bool_] = a.link_relation != RELATIONS.index(Relation.MENTIONS)
    return result


def ends(types: NDArray[np.int8], what: str) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which concepts can be the first and the other end of a pair."""
    import numpy as np

    first, other = (
        np.isin(types, [TYPES.index(t) for t in wanted]) if wanted else np.ones(len(types), dtype=np.bool_) for wanted in PAIRS[what]
    )
    return first, other


def incidence(a: Arrays, links: NDArray[np.bool_], concepts: Numbers) -> csr_matrix:
    """Papers × some concepts: 1 for each of some links."""
    import numpy as np
    from scipy.sparse import csr_matrix

    place = np.full(len(a.concepts), -1)
    place[concepts] = np.arange(len(concepts))
    taken = links & (place[a.link_concept] >= 0)
    shape = (len(a.papers), len(concepts))
    return csr_matrix((np.ones(int(taken.sum())), (a.link_paper[taken], place[a.link_concept[taken]])), shape=shape)


def split(a: Arrays, year: int, what: str = "co-use", least: int = 1, until: int = 9999) -> Split:
    """The split at a year; papers without one are left out.

    Args:
        what: of `PAIRS`.
        least: papers before the year that a concept has at least.
        until: the last year of what is to be predicted.

    Raises:
        UsageError: no papers on one side, or no new pairs.
    """
    import numpy as np

    dated = (a.years != NO_YEAR) & (a.years <= until)
    before = dated & (a.years < year)
    after = dated & (a.years >= year)
    if not before.any() or not after.any():
        found = a.years[a.years != NO_YEAR]
        if not len(found):
            raise UsageError("no paper has a year; build the graph from records with years (docs/reference/loaders.md)")
        side = "before it" if not before.any() else "from it on"
        raise UsageError(f"the year {year} leaves no papers {side}; its papers are from {found.min()} to {found.max()}")
    links = linking(a)
    counts = np.bincount(a.link_concept[links & before[a.link_paper]], minlength=len(a.concepts))
    concepts = np.flatnonzero(counts >= least)
    net = network(incidence(a, links & before[a.link_paper], concepts))
    later = network(incidence(a, links & after[a.link_paper], concepts))
    first, other = ends(a.types[concepts], what)
    fresh = (later.joined - later.joined.multiply(net.joined)).tocoo()
    u, v = fresh.row[fresh.data > 0].astype(np.int64), fresh.col[fresh.data > 0].astype(np.int64)
    both = first[u] & other[v] & first[v] & other[u]
    taken = first[u] & other[v] & (~both | (u < v))
    order = np.lexsort((v[taken], u[taken]))
    if not len(order):
        raise UsageError(f"no {what} pair of concepts known before {year} is first joined from it on; choose an earlier year")
    return Split(
        concepts, net, a.types[concepts], counts[concepts].astype(np.int64), first, other, u[taken][order], v[taken][order],
        int(before.sum()), int(after.sum()),
    )  # fmt: skip


def uniform(s: Split, size: int, rng: np.random.Generator) -> tuple[Numbers, Numbers]:
    """Pairs drawn evenly from those that stay apart, as many as `size`; fewer, or none, where hardly any stays apart."""
    import numpy as np

    firsts, others = np.flatnonzero(s.first), np.flatnonzero(s.other)
    u, v = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    for _ in range(ROUNDS):
        if len(u) >= size:
            break
        a, b = rng.choice(firsts, 2 * size), rng.choice(others, 2 * size)
        free = _apart(s, a, b)
        u, v = np.concatenate([u, a[free]])[:size], np.concatenate([v, b[free]])[:size]
    return u, v


def matched(s: Split, u: Numbers, v: Numbers, rng: np.random.Generator, tries: int = 20) -> tuple[Numbers, Numbers]:
    """For each pair one that stays apart, with one end (by lot) replaced by a concept of its type with about as many papers.

    Pairs for which none was found in `tries` are left out.
    """
    import numpy as np

    # concepts by type, then papers: those near in this order are alike
    order = np.lexsort((np.arange(len(s.papers)), s.papers, s.types))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    swap = rng.random(len(u)) < 0.5
    kept, lost = np.where(swap, v, u), np.where(swap, u, v)
    found = np.full(len(u), -1)
    for _ in range(tries):
        open_ = np.flatnonzero(found < 0)
        if not len(open_):
            break
        near = np.clip(place[lost[open_]] + rng.integers(-10, 11, len(open_)), 0, len(order) - 1)
        drawn = order[near]
        first, other = np.where(swap[open_], drawn, kept[open_]), np.where(swap[open_], kept[open_], drawn)
        fits = (s.types[drawn] == s.types[lost[open_]]) & _apart(s, first, other)
        found[open_[fits]] = drawn[fits]
    done = found >= 0
    return np.where(swap, found, kept)[done], np.where(swap, kept, found)[done]


def _apart(s: Split, u: Numbers, v: Numbers) -> NDArray[np.bool_]:
    """Which pairs are joined neither before nor after."""
    import numpy as np

    size = len(s.concepts)
    new = np.concatenate([s.u * size + s.v, s.v * size + s.u])
    joined = np.asarray(s.net.joined[u, v]).ravel() > 0 if len(u) else np.empty(0, dtype=np.bool_)
    apart: NDArray[np.bool_] = (u != v) & ~np.isin(u * size + v, new) & ~joined
    return apart


def auc(positive: Floats, negative: Floats) -> float:
    """The area under the ROC curve: how often one of the first is above one of the second, ties half; NaN where one has none.

    >>> import numpy as np
    >>> auc(np.array([3.0, 1.0]), np.array([0.0, 1.0]))
    0.875
    """
    import numpy as np
    from scipy.stats import rankdata

    if not len(positive) or not len(negative):
        return float("nan")
    ranks = rankdata(np.concatenate([positive, negative]))
    size = len(positive)
    return float((ranks[:size].sum() - size * (size + 1) / 2) / (size * len(negative)))


def hits(s: Split, score: Score, at: int = 10, most: int = 2000, rng: np.random.Generator | None = None) -> tuple[float, int]:
    """The share of new pairs whose other end is among the `at` best candidates of the first, and how many pairs were asked.

    Args:
        most: first ends that are asked at most, drawn by `rng` where there are more.
    """
    import numpy as np

    asked = np.unique(s.u)
    if len(asked) > most and rng is not None:
        asked = np.sort(rng.choice(asked, most, replace=False))
    good, total = 0.0, 0
    for rows, scores in blocks(s.net, score, asked):
        scores = np.where(s.other[None, :], scores, -np.inf)
        for n, row in enumerate(rows.tolist()):
            values = scores[n]
            values[s.net.joined.indices[s.net.joined.indptr[row] : s.net.joined.indptr[row + 1]]] = -np.inf
            values[row] = -np.inf
            mine = np.concatenate([s.v[s.u == row], s.u[s.v == row][s.other[s.u[s.v == row]]]])
            true = values[mine]
            values[mine] = -np.inf
            rest = np.sort(values)
            wanted = s.v[s.u == row]
            for one in true[: len(wanted)].tolist():
                above = len(rest) - np.searchsorted(rest, one, "right")
                ties = np.searchsorted(rest, one, "right") - np.searchsorted(rest, one, "left")
                # of places above + 1 … above + ties + 1, all as likely, those up to `at` count
                good += min(max((at - above) / (ties + 1), 0.0), 1.0)
                total += 1
    return (good / total if total else 0.0), total


def judge(s: Split, scores: dict[str, Score], seed: int = 1, most: int = 20_000, asked: int = 1000) -> list[dict[str, Any]]:
    """The figures of each score, and of chance, on one split: name, auc_uniform, auc_matched, hits (at 10).

    Args:
        most: new pairs that the areas rest on at most, drawn evenly.
        asked: first ends that hits are counted for at most.
    """
    import numpy as np

    rng = np.random.default_rng(seed)
    u, v = s.u, s.v
    if len(u) > most:
        drawn = np.sort(rng.choice(len(u), most, replace=False))
        u, v = u[drawn], v[drawn]
    far, alike = uniform(s, len(u), rng), matched(s, u, v, rng)
    state = rng.integers(2**32)
    found: list[dict[str, Any]] = []
    for name, score in scores.items():
        values = of_pairs(s.net, score, *(np.concatenate([a, b, c]) for a, b, c in zip((u, v), far, alike, strict=True)))
        positive, apart, near = np.split(values, [len(u), len(u) + len(far[0])])
        share, total = hits(s, score, most=asked, rng=np.random.default_rng(state))
        found.append({"name": name, "auc_uniform": auc(positive, apart), "auc_matched": auc(positive, near), "hits": share, "asked": total})
    return found
