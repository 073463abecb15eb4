"""Which concepts and papers are nodes, and the links of the graph in columns."""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.model import Relation

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kg.graph import Graph
    from kg.model import Concept

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The nodes of a page, and all links of the graph to its concepts.

    Concepts are numbered by importance (papers, then relations, then id), papers by id over the whole graph. `years` has a year for
    each paper, 0 where there is none. The columns `paper`, `concept`, `relation` (place in `kg.model.Relation`), `confidence` and `row`
    (in the table `links`) have an entry for each link. `nodes` are the papers that are nodes.
    """

    concepts: list[Concept]
    papers_of: list[int]
    eligible: int
    paper_ids: Any
    years: Ints
    paper: Ints
    concept: Ints
    relation: Ints
    confidence: Floats
    row: Ints
    nodes: Ints


def choose(graph: Graph, *, top: int, min_papers: int, papers: bool) -> Chosen:
    """The `top` concepts that most papers name; of equal ones those in most relations, then by id. With `papers`, the `top` papers with
    most links to these are nodes, too."""
    import numpy as np

    counts = graph.paper_counts()
    related = graph.columns("concept_relations", ["head", "tail"])
    named: Counter[str] = Counter(related["head"].to_pylist())
    named.update(related["tail"].to_pylist())
    eligible = [c for c in graph.concepts() if counts[c.id] >= min_papers]
    concepts = heapq.nsmallest(top, eligible, key=lambda c: (-counts[c.id], -named[c.id], c.id))

    about = graph.columns("papers", ["id", "year"])
    links = graph.columns("links", ["paper", "concept", "relation", "confidence"])
    concept = places(links["concept"], [c.id for c in concepts])
    row = np.flatnonzero(concept >= 0)
    paper = places(links["paper"], about["id"])[row]
    nodes = np.zeros(0, dtype=np.int64)
    if papers:
        had = np.bincount(paper, minlength=len(about))
        nodes = np.sort(np.lexsort((np.arange(len(had)), -had))[: min(top, int((had > 0).sum()))])
    return Chosen(
        concepts=concepts,
        papers_of=[counts[c.id] for c in concepts],
        eligible=len(eligible),
        paper_ids=about["id"],
        years=about["year"].fill_null(0).to_numpy().astype(np.int64),
        paper=paper,
        concept=concept[row],
        relation=places(links["relation"], [r.value for r in Relation])[row],
        confidence=links["confidence"].to_numpy()[row],
        row=row,
        nodes=nodes,
    )


def places(column: Any, values: Any) -> Ints:
    """The place of each text of an Arrow column among `values` (a list or a column), -1 for one that is not there."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    known = pa.array(values, pa.string()) if isinstance(values, list) else values.combine_chunks()
    found = pc.index_in(column, value_set=known).fill_null(-1)
    numbers: Ints = found.to_numpy().astype(np.int64)
    return numbers


def strongest(group: Ints, order: tuple[Any, ...], most: int | Ints) -> NDArray[np.bool_]:
    """Marks the first `most` entries of each group (one number, or one for each group), by the columns of `order` (as `numpy.lexsort` has
    them: the last counts most)."""
    import numpy as np

    if not len(group):
        return np.zeros(0, dtype=bool)
    sorted_ = np.lexsort((*order, group))
    ranked = group[sorted_]
    first = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]])
    place = np.arange(len(group)) - np.repeat(first, np.diff(np.r_[first, len(group)]))
    marked = np.zeros(len(group), dtype=bool)
    marked[sorted_[place < (most if isinstance(most, int) else most[ranked])]] = True
    return marked


def cap(sizes: Ints, budget: int, most: int) -> int:
    """The largest cut from 1 to `most` at which groups of these sizes have at most `budget` entries in all (1 where none does).

    >>> import numpy as np
    >>> cap(np.array([10, 3, 1]), 9, 200)
    5
    """
    import numpy as np

    low, high = 1, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if int(np.minimum(sizes, middle).sum()) <= budget else (low, middle - 1)
    return low
