"""What was not tried where it suggests itself: papers on a task that leave its usual dataset out, and methods of related tasks.

The graph knows titles and abstracts. That a paper was not tested on a dataset means that neither names it.
"""

from __future__ import annotations

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

#: Log-likelihood from which a dataset is usual for a task: chance alone gives it once in a thousand pairs.
SURE = 10.8
#: Usual datasets of a task that are looked at, the surest.
USUAL = 3
#: Tasks that are compared with all others at once.
BLOCK = 256
#: Papers that are named as evidence for a usual dataset.
SHOWN = 10


def untested(graph: Graph, a: Arrays, *, task: int | None, least: int, top: int | None) -> Answer:
    """Papers that address a task, name another dataset or none, and not the usual one; tables: see `kg.analysis.predict.predict`.

    A dataset is usual for a task where at least `least` papers have both, and G² (Dunning) is `SURE`; of these the `USUAL` surest. Papers
    from before the first paper that has both are left out, and so are papers that name a kind of the dataset or what it is a kind of.
    """
    import numpy as np

    links = linking(a) & (
        (a.types != TYPES.index(ConceptType.TASK))[a.link_concept] | (a.link_relation == RELATIONS.index(Relation.ADDRESSES))
    )
    papers = Shared(a, links)
    every = Shared(a, np.ones(len(a.link_paper), dtype=np.bool_))
    is_dataset = a.types == TYPES.index(ConceptType.DATASET)
    datasets = np.bincount(a.link_paper[is_dataset[a.link_concept]], minlength=len(a.papers))
    usual = _usual(a, links, papers, task, least)
    kin = _kin(a)
    reasons: list[tuple[Any, ...]] = []
    found: list[tuple[Numbers, Numbers]] = []
    for n, (sure, t, d, both) in enumerate(usual):
        own, other = papers.of(t), papers.of(d)
        reasons.append(
            (
                a.concepts[t], a.labels[t], a.concepts[d], a.labels[d], len(both), len(own), len(other),
                round(len(own) * len(other) / len(a.papers), 6), round(sure, 6),
                round(float(association.npmi(len(both), len(own), len(other), len(a.papers))), 6),
                round(len(both) / int((datasets[own] > 0).sum()), 6), [a.papers[p] for p in both[:SHOWN].tolist()],
            )
        )  # fmt: skip
        known = a.years[both][a.years[both] != NO_YEAR]
        since = int(known.min()) if len(known) else NO_YEAR
        tested = np.isin(own, np.concatenate([every.of(x) for x in sorted({d, *kin.get(d, ())})]))
        left = own[~tested & ((a.years[own] == NO_YEAR) | (a.years[own] >= since))]
        found.append((np.full(len(left), n), left))
    pair, paper = (np.concatenate([column[n] for column in found]) if found else np.empty(0, dtype=np.int64) for n in (0, 1))
    # papers that name what they were tested on say more; then the surest usual dataset, the latest paper
    silent = datasets[paper] == 0
    order = np.lexsort((paper, -a.years[paper], pair, silent))[:top]
    titles = graph.columns("papers", ["title"])["title"].take(paper[order]).to_pylist()
    rows: list[tuple[Any, ...]] = []
    for n, title in zip(order.tolist(), titles, strict=True):
        sure, t, d, _ = usual[int(pair[n])]
        p = int(paper[n])
        named = [a.concepts[x] for x in a.link_concept[a.links_from(p)].tolist() if is_dataset[x]]
        year = int(a.years[p]) or None
        rows.append((a.concepts[t], a.concepts[d], a.papers[p], title, year, named, round(sure, 6), reasons[int(pair[n])][10]))
    about = (
        f"{len(usual):,} usual datasets (G² of {SURE} and more, {least} or more papers, at most {USUAL} of a task), {len(pair):,} gaps; "
        f"in {int(silent.sum()):,} of them title and abstract name no dataset at all, so that the paper may have been tested on any"
    )
    columns = ("task", "dataset", "paper", "title", "year", "tested_on", "llr", "share")
    told = (
        "task", "name", "dataset", "dataset_name", "papers", "task_papers", "dataset_papers", "expected", "llr", "npmi", "share",
        "examples",
    )  # fmt: skip
    return Table(columns, rows, cut=len(pair) > len(rows)), {"usual": Table(told, reasons)}, (about,)


def _usual(a: Arrays, links: Flags, papers: Shared, task: int | None, least: int) -> list[tuple[float, int, int, Numbers]]:
    """(G², task, dataset, papers of both), surest first."""
    import numpy as np

    counts, tasks, datasets = _together(a, links, (ConceptType.TASK,), (ConceptType.DATASET,))
    pairs = counts.tocoo()
    size = np.bincount(a.link_concept[links], minlength=len(a.concepts))
    t, d = tasks[pairs.row], datasets[pairs.col]
    sure = np.round(association.llr(pairs.data, size[t], size[d], len(a.papers)), 9)
    taken = (pairs.data >= least) & (sure >= SURE) & (pairs.data > size[t] * size[d] / len(a.papers))
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
