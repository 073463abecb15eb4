"""The arcs of a lineage: which concept builds on which, by which rows of the graph."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.analysis.arrays import CONCEPT_RELATIONS, NO_PAPER, NO_YEAR, RELATIONS, TYPES, Arrays
from kg.analysis.mainpath import acyclic
from kg.errors import UsageError, did_you_mean
from kg.model import ConceptRelation, ConceptType, Relation

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    Floats = NDArray[np.float64]

#: What an arc is read from, strongest first, and what its confidence is multiplied with. A paper that proposes A and uses B
#: does not say that A needs B.
WEIGHTS = {"basedOn": 1.0, "kindOf": 1.0, "partOf": 0.8, "proposes, uses": 0.5, "proposes, comparesWith": 0.25}
KINDS = tuple(WEIGHTS)
#: Years from the first one a concept is seen in, in which a paper that proposes it counts as where it comes from.
YOUNG = 2
_MADE = (ConceptType.DATASET, ConceptType.ARCHITECTURE, ConceptType.METHOD)
#: What a text takes for a kind or part of another is like it: architectures and methods are alike, other types only like themselves.
_ALIKE = {ConceptType.TASK: 0, ConceptType.METRIC: 1, ConceptType.DATASET: 2, ConceptType.ARCHITECTURE: 3, ConceptType.METHOD: 3}


@dataclass(frozen=True, slots=True, eq=False)
class Arcs:
    """Arcs without a cycle, sorted by (newer, older), with the rows that say so.

    Attributes:
        newer, older: numbers of concepts; the newer builds on the older.
        confidence: of each arc: 1 - Π (1 - c) over the papers that say so, each with its surest row.
        row_arc: of each row the number of its arc, ascending; within an arc the surest row comes first.
        row_kind: place in `KINDS`. row_paper: number of the paper, `NO_PAPER` for the catalog. row_confidence: weighed.
        row_source: place in the arrays of relations or, where a paper proposes one and uses the other, in those of links.
        row_other: -1, or in the second case the place of the link to the older concept.
        first: of each concept the year it is first seen in, `NO_YEAR` where unknown.
        rows: rows that say so. unlike: rows that were left out because a text takes a task for a kind of method, or the like. against_time:
            rows that were left out for the years of their concepts. undated: rows of which a concept has no year. cut: arcs that were left
            out because they close a cycle.
    """

    newer: Numbers
    older: Numbers
    confidence: Floats
    row_arc: Numbers
    row_kind: Numbers
    row_paper: Numbers
    row_source: Numbers
    row_other: Numbers
    row_confidence: Floats
    first: Numbers
    rows: int
    unlike: int
    against_time: int
    undated: int
    cut: int

    def saying(self, arc: int) -> Iterator[tuple[int, int, int, int, float]]:
        """The rows of an arc as (kind, paper, source, other, confidence)."""
        import numpy as np

        low, high = np.searchsorted(self.row_arc, [arc, arc + 1])
        for n in range(low, high):
            yield (
                int(self.row_kind[n]), int(self.row_paper[n]), int(self.row_source[n]), int(self.row_other[n]),
                float(self.row_confidence[n]),
            )  # fmt: skip


def first_years(a: Arrays) -> Numbers:
    """Of each concept the earliest year of a paper linked to it, `NO_YEAR` where none has one."""
    import numpy as np

    years = a.years[a.link_paper].astype(np.int64)
    found = np.full(len(a.concepts), np.iinfo(np.int64).max)
    np.minimum.at(found, a.link_concept[years != NO_YEAR], years[years != NO_YEAR])
    found[found == np.iinfo(np.int64).max] = NO_YEAR
    return found


def arcs(a: Arrays, kinds: Sequence[str] = ()) -> Arcs:
    """The arcs of a graph; `kinds` of `KINDS`, all where none is given.

    Raises:
        UsageError: no such kind.
    """
    import numpy as np

    for kind in kinds:
        if kind not in KINDS:
            raise UsageError(f"no kind {kind!r} of lineage; {did_you_mean(kind, KINDS)}")
    first = first_years(a)
    read: Any = [np.concatenate(c) for c in zip(_of_relations(a), _of_papers(a, first), strict=True)]
    newer, older, kind_, paper, source, other, confidence = read
    confidence = confidence * np.array([*WEIGHTS.values()])[kind_]
    wanted = np.isin(kind_, [KINDS.index(k) for k in kinds or KINDS]) & (newer != older)
    unlike = wanted & _unlike(a, newer, older, kind_, paper)
    wanted &= ~unlike
    dated = (first[newer] != NO_YEAR) & (first[older] != NO_YEAR)
    late = dated & (first[older] > first[newer])
    taken = np.flatnonzero(wanted & ~late)
    order = taken[np.lexsort((source[taken], paper[taken], kind_[taken], -confidence[taken], older[taken], newer[taken]))]
    newer, older, kind_, paper, source, other, confidence = (column[order] for column in [*read[:6], confidence])
    new = np.ones(len(newer), dtype=np.bool_)
    new[1:] = (newer[1:] != newer[:-1]) | (older[1:] != older[:-1])
    arc = np.cumsum(new) - 1
    # of several rows of one paper the surest counts; rows of an arc are sorted so that it comes first
    by_paper = np.lexsort((-confidence, paper, arc))
    single = np.ones(len(arc), dtype=np.bool_)
    single[1:] = (arc[by_paper][1:] != arc[by_paper][:-1]) | (paper[by_paper][1:] != paper[by_paper][:-1])
    best = by_paper[single]
    size = int(new.sum())
    doubt = np.bincount(arc[best], np.log1p(-np.minimum(confidence[best], 1 - 1e-9)), size)
    sure = -np.expm1(doubt)
    heads, tails = newer[new], older[new]
    stay = acyclic(len(a.concepts), tails, heads, sure)
    number = np.cumsum(stay) - 1
    kept = stay[arc]
    return Arcs(
        newer=heads[stay], older=tails[stay], confidence=sure[stay],
        row_arc=number[arc[kept]], row_kind=kind_[kept], row_paper=paper[kept], row_source=source[kept], row_other=other[kept],
        row_confidence=confidence[kept], first=first, rows=int(kept.sum()), unlike=int(unlike.sum()),
        against_time=int((wanted & late).sum()), undated=int((wanted & ~dated).sum()), cut=int(size - stay.sum()),
    )  # fmt: skip


def _unlike(a: Arrays, newer: Numbers, older: Numbers, kind: Numbers, paper: Numbers) -> NDArray[np.bool_]:
    """Rows read in texts whose ends cannot stand to each other as they say. What a dataset is based on may be a method, and the reverse."""
    import numpy as np

    alike = np.array([_ALIKE[t] for t in TYPES])
    one, other = alike[a.types[newer]], alike[a.types[older]]
    loose = kind == KINDS.index("basedOn")
    fits = (one == other) | (loose & (np.minimum(one, other) >= _ALIKE[ConceptType.DATASET]))
    read = (paper != NO_PAPER) & (kind <= KINDS.index("partOf"))
    result: NDArray[np.bool_] = read & ~fits
    return result


def _of_relations(a: Arrays) -> tuple[NDArray[Any], ...]:
    import numpy as np

    codes = {relation: CONCEPT_RELATIONS.index(relation) for relation in ConceptRelation}
    parts: list[tuple[NDArray[Any], ...]] = []
    for relation, newer, older in (
        (ConceptRelation.BASED_ON, a.rel_head, a.rel_tail),
        (ConceptRelation.KIND_OF, a.rel_head, a.rel_tail),
        (ConceptRelation.PART_OF, a.rel_tail, a.rel_head),
    ):
        rows = np.flatnonzero(a.rel_relation == codes[relation])
        kind = np.full(len(rows), KINDS.index(relation.value))
        none = np.full(len(rows), -1)
        parts.append((newer[rows], older[rows], kind, a.rel_paper[rows], rows, none, a.rel_confidence[rows]))
    return tuple(np.concatenate(column).astype(np.float64 if n == 6 else np.int64) for n, column in enumerate(zip(*parts, strict=True)))


def _of_papers(a: Arrays, first: Numbers) -> tuple[NDArray[Any], ...]:
    """A row for each pair of a link that proposes and one that uses or compares, of one paper."""
    import numpy as np

    made = np.isin(a.types, [TYPES.index(t) for t in _MADE])[a.link_concept]
    years = a.years[a.link_paper].astype(np.int64)
    born = first[a.link_concept]
    young = (years == NO_YEAR) | (years < born + YOUNG)
    proposes = np.flatnonzero((a.link_relation == RELATIONS.index(Relation.PROPOSES)) & made & young)
    parts: list[tuple[NDArray[Any], ...]] = []
    for relation, kind in ((Relation.USES, "proposes, uses"), (Relation.COMPARES_WITH, "proposes, comparesWith")):
        others = np.flatnonzero((a.link_relation == RELATIONS.index(relation)) & made)
        # links are sorted by paper: the others of each proposal's paper are a range
        low = np.searchsorted(a.link_paper[others], a.link_paper[proposes], "left")
        many = np.searchsorted(a.link_paper[others], a.link_paper[proposes], "right") - low
        head = np.repeat(proposes, many)
        tail = others[np.repeat(low - np.cumsum(many) + many, many) + np.arange(many.sum())]
        sure = a.link_confidence[head] * a.link_confidence[tail]
        same = np.full(len(head), KINDS.index(kind))
        parts.append((a.link_concept[head], a.link_concept[tail], same, a.link_paper[head], head, tail, sure))
    return tuple(np.concatenate(column).astype(np.float64 if n == 6 else np.int64) for n, column in enumerate(zip(*parts, strict=True)))
