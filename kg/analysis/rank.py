"""Which concepts the papers of a graph rest on: PageRank.

The walk: a reader opens any paper, goes on to one of the concepts it is linked to, and from there along the relations between
concepts, from head to tail (BERT *is based on* the Transformer, *is a kind of* language model). With probability
1 - damping, and where nothing leads on, the reader opens another paper. A concept's score is the share of time spent there,
among concepts.

Brin and Page, "The anatomy of a large-scale hypertextual web search engine", 1998; teleportation to chosen nodes alone after
Haveliwala, "Topic-sensitive PageRank", 2002.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from kg.analysis.config import Config, option
from kg.analysis.linked import by_paper
from kg.analysis.result import Result
from kg.graph import Graph
from kg.model import ConceptType
from kg.properties import Properties
from kg.table import Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: Rounds after which the iteration ends in any case; with damping 0.85 the error is then below 1e-20.
ROUNDS = 300
TOLERANCE = 1e-13


@dataclass(frozen=True, slots=True, kw_only=True)
class RankConfig(Config):
    """Settings of `rank`."""

    EXAMPLES: ClassVar[tuple[str, ...]] = ("kg analyze graph rank --type Dataset --top 20",)

    type: ConceptType | None = option(None, "only concepts of this type, as Dataset; scores are those among all")
    top: int | None = option(50, "rows at most", above=0, all=0)
    damping: float = option(0.85, "PageRank's damping factor, between 0 and 1", above=0, below=1)


def rank(graph: Graph, config: RankConfig | None = None, **options: Any) -> Result:
    """Concepts by PageRank, highest first.

    Returns:
        rank (from 1, among the rows shown), concept, name, type, score (sums to 1 over all concepts), papers.
        Properties of concepts: pagerank.

    Raises:
        UsageError: an option that does not exist or does not fit.
    """
    import numpy as np

    config = RankConfig.of(config, options)
    wanted, damping = config.type, config.damping
    concepts = {c.id: c for c in graph.concepts()}
    place = {concept: n for n, concept in enumerate(concepts)}
    # an arc is (from, to, weight); papers come behind the concepts
    arcs: list[tuple[int, int, float]] = []
    papers = 0
    for _, links in by_paper(graph):
        # a link of confidence 0 is still a link
        arcs.extend((len(place) + papers, place[link["concept"]], max(link["confidence"], 1e-6)) for link in links)
        papers += 1
    arcs.extend((place[c.head], place[c.tail], max(c.confidence, 1e-6)) for c in graph.concept_links())
    columns = ("rank", "concept", "name", "type", "score", "papers")
    if not papers:
        return Result("rank", config, Table(columns, []), notes=("no paper of the graph has a link",), graph=graph.fingerprint)
    start = np.zeros(len(place) + papers)
    start[len(place) :] = 1 / papers
    score = walk(arcs, start, damping)[: len(place)]
    score /= score.sum()
    counts = graph.paper_counts()
    shown = [c for c in concepts.values() if wanted in (None, c.type) and (counts[c.id] or score[place[c.id]] > 0)]
    # equal scores that differ in the last bit are equal
    shown.sort(key=lambda c: (-round(float(score[place[c.id]]), 12), c.id))
    rows: list[tuple[Any, ...]] = [
        (n, c.id, c.label, c.type.value, float(score[place[c.id]]), counts[c.id]) for n, c in enumerate(shown[: config.top], 1)
    ]
    notes = (f"PageRank, damping {damping:g}, {papers:,} papers, {len(shown):,} concepts",)
    properties = Properties({c: {"pagerank": float(score[n])} for c, n in place.items()})
    return Result("rank", config, Table(columns, rows), {}, properties, notes, graph.fingerprint)


def walk(arcs: list[tuple[int, int, float]], start: NDArray[np.float64], damping: float) -> NDArray[np.float64]:
    """PageRank by power iteration.

    Args:
        arcs: (from, to, weight), weights above 0; several arcs between two nodes add up.
        start: where the walk begins, again and again; sums to 1. Nodes without an arc lead there as well.
        damping: probability of following an arc.

    Returns:
        The probability of each node; sums to 1.
    """
    import numpy as np
    from scipy.sparse import csr_matrix

    size = len(start)
    source = np.array([a[0] for a in arcs], dtype=np.int64)
    target = np.array([a[1] for a in arcs], dtype=np.int64)
    weight = np.array([a[2] for a in arcs], dtype=np.float64)
    out = np.bincount(source, weight, size)
    step = csr_matrix((weight / out[source], (target, source)), shape=(size, size))
    ends = out == 0
    score = start.copy()
    for _ in range(ROUNDS):
        before = score
        score = damping * (step @ before + before[ends].sum() * start) + (1 - damping) * start
        if np.abs(score - before).sum() < TOLERANCE:
            break
    result: NDArray[np.float64] = score
    return result
