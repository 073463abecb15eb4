"""The best pairs of concepts that no paper names together, with the ways that lead from one to the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg.analysis.arrays import TYPES, Arrays
from kg.analysis.holdout import PAIRS, ends, incidence, linking
from kg.analysis.paths import Shared, ways
from kg.analysis.proximity import BLOCK, SCORES, Network, Score, Side, network
from kg.errors import UsageError
from kg.model import ConceptType
from kg.table import Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int64]

#: Pairs that are listed at most, whatever is asked for: nearly all pairs of a large graph have some score.
MOST = 100_000
#: Rows that share what is prepared of the other end of their pairs.
GROUP = 8 * BLOCK
#: All scores of pairs: those of the network alone, and the one that is learnt.
BY = (*SCORES, "learned")
#: A table, further tables by name, notes.
Answer = tuple[Table, dict[str, Table], tuple[str, ...]]


def pairs(
    a: Arrays, what: str, by: str, *, concept: int | None, type_: ConceptType | None, least: int, paths: int, top: int | None
) -> Answer:
    """The pairs with the highest scores; see `kg.analysis.predict.predict` for the tables.

    Left out are pairs that some paper names together, be it in passing, and pairs of which a relation is stated.

    Raises:
        UsageError: the concept (a number of the arrays) has too few papers, or a type that `what` does not join.
    """
    import numpy as np

    links = linking(a)
    counts = np.bincount(a.link_concept[links], minlength=len(a.concepts))
    # a concept of one paper is a neighbour of its paper's concepts alone, and these are joined
    concepts = np.flatnonzero(counts >= min(2, least))
    net = network(incidence(a, links, concepts))
    first, other = ends(a.types[concepts], what)
    known = counts[concepts] >= least
    rows = np.flatnonzero(first & known)
    if concept is not None:
        if counts[concept] < least:
            raise UsageError(f"{a.concepts[concept]} is in {counts[concept]} papers, and pairs are of {least} and more; lower --least")
        place = int(np.searchsorted(concepts, concept))
        if not first[place]:
            if not other[place]:
                wanted = " or ".join(t.value for side in PAIRS[what] for t in side)
                raise UsageError(f"{a.concepts[concept]} is a {TYPES[a.types[concept]].value}; {what} joins {wanted}")
            other = first  # asked from the other side
        rows = np.array([place])
    free = other & known
    if type_ is not None:
        free = free & (a.types[concepts] == TYPES.index(type_))
    once = concept is None and what == "co-use"  # each pair can be asked from both sides
    score = SCORES[by] if by in SCORES else _learned(a, what, least, concepts)
    limit = MOST if top is None else min(top, MOST)
    u, v, values = best(net, score, rows, free, settled(a, concepts), once, limit + 1)
    cut = len(u) > limit
    shown = list(zip(u.tolist(), v.tolist(), values.tolist(), strict=True))[:limit]
    notes = [f"{by} over the {net.joined.nnz // 2:,} pairs of {len(concepts):,} concepts that papers name together"]
    if cut:
        notes.append(
            f"there are more; no more than {MOST:,} are listed" if limit == MOST else f"there are more than these {limit:,}; raise --top"
        )
    if not shown:
        notes.append("no pair without a common paper has a score above 0; lower --least, or give more papers")
    table, reasons = _tables(a, net, by, concepts, counts, shown, paths)
    return Table(table.columns, table.rows, cut=cut), {"paths": reasons}, tuple(notes)


def _learned(a: Arrays, what: str, least: int, concepts: Numbers) -> Score:
    """The score that the last years of the graph teach, for the network of all its papers."""
    from kg.analysis.learned import activity, learn

    now = int(a.years.max(initial=0)) + 1
    return learn(a, now, what, min(2, least)).score(activity(a, concepts, now))


def settled(a: Arrays, concepts: Numbers) -> csr_matrix:
    """The pairs of some concepts that need no prediction: a paper names both, or a relation between them is stated. Symmetric."""
    import numpy as np

    named = incidence(a, np.ones(len(a.link_paper), dtype=np.bool_), concepts)
    stated = a.adjacency()[concepts][:, concepts]
    return (named.T @ named + stated + stated.T).tocsr()


def best(
    net: Network, score: Score, rows: Numbers, free: NDArray[np.bool_], settled: csr_matrix, once: bool, most: int
) -> tuple[Numbers, Numbers, Floats]:
    """The pairs with the highest scores above 0: `rows` with what is `free` and not `settled`; highest first, then by number.

    Args:
        once: rows are free themselves, and a pair is wanted from its smaller number alone.
        most: pairs at most.
    """
    import numpy as np

    found: list[tuple[Numbers, Numbers, Floats]] = []
    held, lowest = 0, 0.0
    for start in range(0, len(rows), GROUP):
        group = rows[start : start + GROUP]
        # what cannot be the other end of these rows is not scored
        columns = np.flatnonzero(free)
        columns = columns[columns > group[0]] if once else columns
        if not len(columns):
            continue
        side, done = Side.of(net, columns), settled[columns].T.tocsr()
        for part in np.split(group, range(BLOCK, len(group), BLOCK)):
            # equal scores that differ in the last bit are equal
            scores: Floats = score(net, part, side).round(12)
            scores[done[part].nonzero()] = 0
            scores[columns[None, :] <= part[:, None] if once else columns[None, :] == part[:, None]] = 0
            u, v = np.nonzero((scores > 0) & (scores >= lowest))
            found.append((part[u], columns[v], scores[u, v]))
            held += len(u)
            if held > 2 * most:
                found = [_highest(found, most)]
                held, lowest = len(found[0][2]), float(found[0][2].min())
    if not found:
        nothing = np.empty(0, dtype=np.int64)
        return nothing, nothing, np.empty(0)
    u, v, values = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.lexsort((v, u, -values))[:most]
    return u[order], v[order], values[order]


def _highest(found: list[tuple[Numbers, Numbers, Floats]], most: int) -> tuple[Numbers, Numbers, Floats]:
    """Of pairs in parts the highest `most`, and those that equal the last of them."""
    import numpy as np

    u, v, values = (np.concatenate(column) for column in zip(*found, strict=True))
    kept = values >= np.partition(values, len(values) - most)[len(values) - most]
    return u[kept], v[kept], values[kept]


def _tables(
    a: Arrays, net: Network, by: str, concepts: Numbers, counts: Numbers, shown: list[tuple[int, int, float]], paths: int
) -> tuple[Table, Table]:
    import numpy as np

    degree = np.maximum(net.degree, 2)
    weight = {"common": np.ones(len(degree)), "adamic-adar": 1 / np.log(degree)}.get(by, 1 / degree)
    sums = by in ("common", "adamic-adar", "resource")
    papers = Shared(a, linking(a))
    rows: list[tuple[Any, ...]] = []
    reasons: list[tuple[Any, ...]] = []
    for n, (u, v, score) in enumerate(shown, 1):
        one, other = int(concepts[u]), int(concepts[v])
        found, _ = ways(net, weight, u, v, paths)
        common = len(np.intersect1d(*(net.joined.indices[net.joined.indptr[x] : net.joined.indptr[x + 1]] for x in (u, v))))
        rows.append(
            (n, *_named(a, one), *_named(a, other), round(score, 9), common, int(counts[one]), int(counts[other]))
        )  # fmt: skip
        for way in found:
            via = [int(concepts[z]) for z in way.via]
            steps = [papers.named(x, y) for x, y in zip([one, *via], [*via, other], strict=True)]
            reasons.append(
                (
                    n, a.concepts[one], a.concepts[other], [a.concepts[z] for z in via], [a.labels[z] for z in via],
                    round(way.share, 6) if sums and way.share is not None else None, [many for _, many in steps],
                    [ids for ids, _ in steps],
                )
            )  # fmt: skip
    columns = (
        "rank", "concept", "name", "type", "other", "other_name", "other_type", "score", "neighbours", "papers", "other_papers",
    )  # fmt: skip
    told = ("rank", "concept", "other", "via", "via_names", "share", "step_papers", "step_examples")
    return Table(columns, rows), Table(told, reasons)


def _named(a: Arrays, concept: int) -> tuple[str, str, str]:
    return a.concepts[concept], a.labels[concept], TYPES[a.types[concept]].value
