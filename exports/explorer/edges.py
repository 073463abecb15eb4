"""The edges of the page, without their sentences: which concepts are joined, how strongly, since when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from exports.explorer.choose import Chosen, places, strongest
from exports.explorer.words import CATALOG, LINK, TEXT, TOGETHER
from kg.model import ConceptRelation

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kg.graph import Graph

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

#: Edges to those concepts that it shares papers with, for one concept.
NEIGHBOURS = 5
#: How much an edge pulls its ends together; edges of shared papers pull by their share.
PULL = {TEXT: 1.0, CATALOG: 0.8, LINK: 0.5}


@dataclass(frozen=True, slots=True)
class Stated:
    """Rows of `concept_relations` between concepts of the page, in columns; `paper` is -1 where the catalog says so."""

    head: Ints
    tail: Ints
    relation: Ints
    paper: Ints
    row: Ints


@dataclass(frozen=True, slots=True)
class Edges:
    """Edges in columns: ends are numbers of concepts, or the number of concepts + place in `Chosen.nodes`; `first` is a year or 0.

    Those of shared papers come first, as they are beneath all others, then links, the catalog's, and the texts'.
    """

    kind: Ints
    head: Ints
    tail: Ints
    papers: Ints
    first: Ints
    pull: Floats
    #: Pairs that share a paper, also those that are no edges.
    together: int


def stated(graph: Graph, chosen: Chosen) -> Stated:
    """The relations between the concepts of the page."""
    import numpy as np

    table = graph.columns("concept_relations", ["head", "relation", "tail", "paper"])
    ids = [c.id for c in chosen.concepts]
    head, tail = places(table["head"], ids), places(table["tail"], ids)
    row = np.flatnonzero((head >= 0) & (tail >= 0))
    return Stated(
        head[row],
        tail[row],
        places(table["relation"], [r.value for r in ConceptRelation])[row],
        places(table["paper"], chosen.paper_ids)[row],
        row,
    )


def join(chosen: Chosen, said: Stated) -> Edges:
    """All edges of the page."""
    import numpy as np

    a, b, both, first, pairs = _together(chosen)
    counts = np.maximum(np.asarray(chosen.papers_of, dtype=np.float64), 1)
    parts = [(TOGETHER, a, b, both, first, both / np.sqrt(counts[a] * counts[b]))]

    inside = np.isin(chosen.paper, chosen.nodes)
    at = np.searchsorted(chosen.nodes, chosen.paper[inside])
    year = chosen.years[chosen.paper[inside]]
    ones = np.ones(len(at), dtype=np.int64)
    parts.append((LINK, len(chosen.concepts) + at, chosen.concept[inside], ones, year, ones * PULL[LINK]))

    count = max(len(chosen.concepts), 1)
    for kind, rows in ((CATALOG, said.paper < 0), (TEXT, said.paper >= 0)):
        key = said.head[rows] * count + said.tail[rows]
        pair, inverse = np.unique(key, return_inverse=True)
        papers, since = np.zeros(len(pair), dtype=np.int64), np.zeros(len(pair), dtype=np.int64)
        if kind == TEXT:
            distinct = np.unique(inverse * len(chosen.years) + said.paper[rows])
            of, paper = distinct // len(chosen.years), distinct % len(chosen.years)
            papers, since = np.bincount(of, minlength=len(pair)), earliest(of, chosen.years[paper], len(pair))
        parts.append((kind, pair // count, pair % count, papers, since, np.full(len(pair), PULL[kind])))
    kinds = np.concatenate([np.full(len(p[1]), p[0], dtype=np.int64) for p in parts])
    heads, tails, papers, years, pulls = (np.concatenate([p[n] for p in parts]) for n in range(1, 6))
    return Edges(kinds, heads, tails, papers, years, pulls, pairs)


def earliest(group: Ints, years: Ints, groups: int) -> Ints:
    """The earliest year of each group; 0 where none of its years is known (0)."""
    import numpy as np

    found = np.full(groups, np.iinfo(np.int64).max)
    np.minimum.at(found, group[years > 0], years[years > 0])
    found[found == np.iinfo(np.int64).max] = 0
    return found


def _together(chosen: Chosen) -> tuple[Ints, Ints, Ints, Ints, int]:
    """Of the pairs of concepts that share papers, those that are among the strongest of one of the two by Salton's cosine: the ends, the
    papers, the first year; and how many pairs there are in all."""
    import numpy as np

    order = np.lexsort((chosen.concept, chosen.paper))
    paper, concept = chosen.paper[order], chosen.concept[order]
    count = max(len(chosen.concepts), 1)
    # every link with each later one of its paper
    end = np.searchsorted(paper, paper, side="right")
    later = end - np.arange(len(paper)) - 1
    left = np.repeat(np.arange(len(paper)), later)
    right = left + 1 + np.arange(len(left)) - np.repeat(np.cumsum(later) - later, later)
    pair, inverse, both = np.unique(concept[left] * count + concept[right], return_inverse=True, return_counts=True)
    a, b = pair // count, pair % count
    first = earliest(inverse, chosen.years[paper[left]], len(pair))
    papers = np.asarray(chosen.papers_of, dtype=np.float64)
    near = both / np.sqrt(papers[a] * papers[b])

    one, other = np.concatenate((a, b)), np.concatenate((b, a))
    marked = strongest(one, (other, -np.concatenate((near, near))), NEIGHBOURS)
    kept = marked[: len(a)] | marked[len(a) :]
    return a[kept], b[kept], both[kept], first[kept], len(pair)
