"""What was not tried where it suggests itself: papers on a task that leave its usual dataset out, and methods of related tasks.

The graph knows titles and abstracts. That a paper was not tested on a dataset means that neither names it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.analysis import association
from kg.analysis.arrays import CONCEPT_RELATIONS, NO_YEAR, RELATIONS, TYPES, Arrays
from kg.analysis.holdout import incidence, linking
from kg.analysis.pairs import Answer
from kg.analysis.paths import Shared
from kg.graph import Graph
from kg.model import ConceptRelation, ConceptType, Relation
from kg.table import Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    Numbers = NDArray[np.int64]
    Flags = NDArray[np.bool_]

#: Log-likelihood from which a dataset or metric is usual for a task: chance alone gives it once in a thousand pairs.
SURE = 10.8
#: Usual datasets (or metrics) of a task that are looked at, the surest.
USUAL = 3
#: Tasks that are compared with all others at once.
BLOCK = 256
#: Papers that are named as evidence for a usual dataset.
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Usual:
    """A dataset or metric that is usual for a task, and the papers that leave it out; numbers are those of the arrays.

    Attributes:
        task: the task.
        concept: what is usual for it.
        both: papers that address the task and have it, the latest first.
        own: papers that address the task.
        other: papers that have the concept.
        expected: papers that would have both by chance.
        llr: G² (Dunning).
        npmi: normalised pointwise mutual information.
        share: of the papers on the task that name any concept of this type, how many name this one.
        left: papers on the task that do not name it, ascending; those from before the first paper that has both are no gap.
        others: of each of these, how many other concepts of the type it names.
    """

    task: int
    concept: int
    both: Numbers
    own: int
    other: int
    expected: float
    llr: float
    npmi: float
    share: float
    left: Numbers
    others: Numbers


def usual(a: Arrays, kind: ConceptType, *, task: int | None, least: int) -> list[Usual]:
    """What is usual for a task, or for each, the surest first.

    A concept of the type is usual for a task where at least `least` papers have both, and G² (Dunning) is `SURE`; of these the `USUAL`
    surest. Papers that name a kind of it or what it is a kind of do not leave it out.
    """
    import numpy as np

    links = linking(a) & (
        (a.types != TYPES.index(ConceptType.TASK))[a.link_concept] | (a.link_relation == RELATIONS.index(Relation.ADDRESSES))
    )
    papers = Shared(a, links)
    every = Shared(a, np.ones(len(a.link_paper), dtype=np.bool_))
    named = np.bincount(a.link_paper[(a.types == TYPES.index(kind))[a.link_concept]], minlength=len(a.papers))
    kin, total = _kin(a), a.papers_with_links()
    found = []
    for sure, t, d, both in _usual(a, links, papers, kind, task, least):
        own, other = papers.of(t), papers.of(d)
        known = a.years[both][a.years[both] != NO_YEAR]
        since = int(known.min()) if len(known) else NO_YEAR
        tested = np.isin(own, np.concatenate([every.of(x) for x in sorted({d, *kin.get(d, ())})]))
        left = own[~tested & ((a.years[own] == NO_YEAR) | (a.years[own] >= since))]
        found.append(
            Usual(
                t, d, both, len(own), len(other), len(own) * len(other) / total, sure,
                float(association.npmi(len(both), len(own), len(other), total)),
                len(both) / int((named[own] > 0).sum()), left, named[left],
            )
        )  # fmt: skip
    return found


def untested(graph: Graph, a: Arrays, kind: ConceptType, *, task: int | None, least: int, top: int | None) -> Answer:
    """Papers that address a task, name another dataset (or metric, by `kind`) or none, and not the usual one (`usual`); tables: see
    `kg.analysis.predict.predict`."""
    import numpy as np

    found = usual(a, kind, task=task, least=least)
    one, many = kind.value.lower(), f"{kind.value.lower()}s"
    reasons = [
        (
            a.concepts[u.task], a.labels[u.task], a.concepts[u.concept], a.labels[u.concept], len(u.both), u.own, u.other,
            round(u.expected, 6), round(u.llr, 6), round(u.npmi, 6), round(u.share, 6), [a.papers[p] for p in u.both[:SHOWN].tolist()],
        )
        for u in found
    ]  # fmt: skip
    empty = np.empty(0, dtype=np.int64)
    pair = np.repeat(np.arange(len(found)), [len(u.left) for u in found])
    paper, others = (np.concatenate(c) if c else empty for c in ([u.left for u in found], [u.others for u in found]))
    # papers that name what they were tested on say more; then what is usual most surely, the latest paper
    silent = others == 0
    order = np.lexsort((paper, -a.years[paper], pair, silent))[:top]
    titles = graph.columns("papers", ["title"])["title"].take(paper[order]).to_pylist()
    is_kind = a.types == TYPES.index(kind)
    rows: list[tuple[Any, ...]] = []
    for n, title in zip(order.tolist(), titles, strict=True):
        u, p = found[int(pair[n])], int(paper[n])
        names = [a.concepts[x] for x in a.link_concept[a.links_from(p)].tolist() if is_kind[x]]
        year = int(a.years[p]) or None
        rows.append((a.concepts[u.task], a.concepts[u.concept], a.papers[p], title, year, names, round(u.llr, 6), round(u.share, 6)))
    about = (
        f"{len(found):,} usual {many} (G² of {SURE} and more, {least} or more papers, at most {USUAL} of a task), {len(pair):,} gaps; "
        f"in {int(silent.sum()):,} of them title and abstract name no {one} at all, so that the paper may have been tested on any"
    )
    columns = ("task", one, "paper", "title", "year", "tested_on", "llr", "share")
    told = (
        "task", "name", one, f"{one}_name", "papers", "task_papers", f"{one}_papers", "expected", "llr", "npmi", "share", "examples",
    )  # fmt: skip
    return Table(columns, rows, cut=len(pair) > len(rows)), {"usual": Table(told, reasons)}, (about,)


def _usual(
    a: Arrays, links: Flags, papers: Shared, kind: ConceptType, task: int | None, least: int
) -> list[tuple[float, int, int, Numbers]]:
    """(G², task, concept, papers of both), surest first."""
    import numpy as np

    counts, tasks, others = _together(a, links, (ConceptType.TASK,), (kind,))
    pairs = counts.tocoo()
    size = np.bincount(a.link_concept[links], minlength=len(a.concepts))
    t, d = tasks[pairs.row], others[pairs.col]
    total = max(1, a.papers_with_links())
    sure = np.round(association.llr(pairs.data, size[t], size[d], total), 9)
    taken = (pairs.data >= least) & (sure >= SURE) & (pairs.data > size[t] * size[d] / total)
    if task is not None:
        taken &= t == task
    found: dict[int, list[tuple[float, int, int]]] = {}
    for one in np.flatnonzero(taken).tolist():
        found.setdefault(int(t[one]), []).append((-float(sure[one]), int(t[one]), int(d[one])))
    best = sorted(x for own in found.values() for x in sorted(own)[:USUAL])
    return [(-minus, x, y, papers.between(x, y)) for minus, x, y in best]


def untried(a: Arrays, *, task: int | None, least: int, related: int, several: int, top: int | None) -> Answer:
    """Methods and architectures used on `several` of the tasks nearest to a task, and in no paper on it.

    Tasks are near where they are addressed with the same methods: the cosine of their methods, each weighed by the papers that have
    both, in logarithm, and by how few tasks it is used on. A method's score is the sum of the similarities of those of the `related`
    nearest tasks that it is used on.
    """
    import numpy as np

    made = (ConceptType.METHOD, ConceptType.ARCHITECTURE)
    counts, tasks, methods = _together(a, linking(a), (ConceptType.TASK,), made)
    named, *_ = _together(a, np.ones(len(a.link_paper), dtype=np.bool_), (ConceptType.TASK,), made)
    papers = Shared(a, linking(a))
    size = np.bincount(a.link_concept[linking(a)], minlength=len(a.concepts))[tasks]
    enough = size >= least
    asked = np.flatnonzero(enough if task is None else (tasks == task))
    near = _nearest(counts, asked, enough, related)
    # what is used on fewer tasks than that cannot be used on so many near ones
    column = np.flatnonzero(np.diff(counts.tocsc().indptr) >= several)
    counts = counts[:, column]
    uses, joined = counts.copy(), near.copy()
    uses.data, joined.data = np.ones(len(uses.data)), np.ones(len(joined.data))
    tried = named[asked][:, column]
    tried.data = np.ones(len(tried.data))
    many = joined @ uses
    many = (many - many.multiply(tried)).tocoo()
    taken = many.data >= several
    row, m = many.row[taken].astype(np.int64), many.col[taken].astype(np.int64)
    score = np.round(_at(near @ uses, row, m), 9)
    total = _at(joined @ counts, row, m).astype(np.int64)
    order = np.lexsort((m, row, -total, -score))
    shown = order[:top]
    table: list[tuple[Any, ...]] = []
    reasons: list[tuple[Any, ...]] = []
    for n in shown.tolist():
        t, method = int(tasks[asked[row[n]]]), int(methods[column[m[n]]])
        own = near[[int(row[n])]]
        on = [(float(like), int(x)) for like, x in zip(own.data, own.indices, strict=True) if uses[int(x), int(m[n])]]
        on.sort(key=lambda pair: (-round(pair[0], 12), pair[1]))
        table.append(
            (
                a.concepts[t], a.concepts[method], a.labels[method], TYPES[a.types[method]].value, float(score[n]), len(on), own.nnz,
                int(total[n]), [a.concepts[int(tasks[x])] for _, x in on],
            )
        )  # fmt: skip
        for like, x in on:
            other = int(tasks[x])
            ids, shared = papers.named(other, method)
            reasons.append((a.concepts[t], a.concepts[method], a.concepts[other], a.labels[other], round(like, 6), shared, ids))
    of = f"{len(asked):,} tasks" if task is None else a.concepts[task]
    notes = (f"{len(order):,} methods used on {several} or more of the {related} tasks nearest to a task and never on it, for {of}",)
    columns = ("task", "method", "name", "type", "score", "tasks", "of", "papers", "used_on")
    told = ("task", "method", "related", "related_name", "similarity", "papers", "examples")
    return Table(columns, table, cut=len(order) > len(shown)), {"evidence": Table(told, reasons)}, notes


def _at(matrix: csr_matrix, rows: Numbers, columns: Numbers) -> NDArray[np.float64]:
    """Single values of a matrix."""
    import numpy as np

    # with no place asked for, scipy answers with a matrix
    return np.asarray(matrix[rows, columns], dtype=np.float64).ravel() if len(rows) else np.empty(0)


def _nearest(counts: csr_matrix, asked: Numbers, enough: Flags, most: int) -> csr_matrix:
    """The cosines of the rows `asked` with their `most` nearest other rows that are `enough`; shape (asked, rows)."""
    import numpy as np
    from scipy.sparse import csr_matrix, diags

    weighed = counts.astype(np.float64)
    weighed.data = np.log1p(weighed.data)
    used = np.maximum(np.diff(counts.tocsc().indptr), 1)
    weighed = weighed @ diags(np.log(1 + counts.shape[0] / used))
    norm = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    weighed = (diags(1 / np.where(norm > 0, norm, 1)) @ weighed).tocsr()
    others = weighed.T.tocsr()
    parts: list[tuple[Numbers, Numbers, NDArray[np.float64]]] = []
    for start in range(0, len(asked), BLOCK):
        part = asked[start : start + BLOCK]
        like = np.round((weighed[part] @ others).toarray(), 12)
        like[:, ~enough] = 0
        like[np.arange(len(part)), part] = 0
        # a stable sort: of equal ones the first
        best = np.argsort(-like, axis=1, kind="stable")[:, :most]
        values = np.take_along_axis(like, best, axis=1)
        rows = np.repeat(np.arange(start, start + len(part)), best.shape[1])
        parts.append((rows, best.ravel(), values.ravel()))
    if not parts:
        return csr_matrix((0, counts.shape[0]))
    row, other, value = (np.concatenate(column) for column in zip(*parts, strict=True))
    kept = value > 0
    return csr_matrix((value[kept], (row[kept], other[kept])), shape=(len(asked), counts.shape[0]))


def _together(
    a: Arrays, links: Flags, first: tuple[ConceptType, ...], other: tuple[ConceptType, ...]
) -> tuple[csr_matrix, Numbers, Numbers]:
    """Papers that concepts of some types share with those of others by some links, with the concepts of rows and columns."""
    import numpy as np

    rows, columns = (np.flatnonzero(np.isin(a.types, [TYPES.index(t) for t in types])) for types in (first, other))
    return (incidence(a, links, rows).T @ incidence(a, links, columns)).tocsr(), rows, columns


def _kin(a: Arrays) -> dict[int, set[int]]:
    """Of each concept those that it is a kind or a part of, and those that are so of it."""
    import numpy as np

    found: dict[int, set[int]] = {}
    kinds = [CONCEPT_RELATIONS.index(r) for r in (ConceptRelation.KIND_OF, ConceptRelation.PART_OF)]
    rows = np.flatnonzero(np.isin(a.rel_relation, kinds))
    for head, tail in zip(a.rel_head[rows].tolist(), a.rel_tail[rows].tolist(), strict=True):
        found.setdefault(head, set()).add(tail)
        found.setdefault(tail, set()).add(head)
    return found
