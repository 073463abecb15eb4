"""Which concepts matter: PageRank, hubs and authorities, betweenness, and the number of neighbours.

Three graphs can be ranked on:

- `papers`, the walk of a reader, who opens any paper, goes on to one of the concepts it is linked to (by the links' confidence), and
  from there along the relations between concepts, from head to tail (BERT *is based on* the Transformer, *is a kind of* language model);
- `relations`, these relations alone;
- `together`, concepts that occur in the same papers (`kg.analysis.leiden.together`), which has no directions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from kg.analysis.arrays import CONCEPT_RELATIONS, LEAST, NO_PAPER, NO_YEAR, RELATIONS, TYPES, Arrays, arrays
from kg.analysis.config import Config, option
from kg.analysis.result import Result
from kg.errors import UsageError
from kg.graph import Graph
from kg.model import ConceptType
from kg.properties import Properties
from kg.table import Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int32]

MEASURES = ("pagerank", "authority", "hub", "betweenness", "degree")
GRAPHS = ("papers", "relations", "together")
#: Graphs of so many nodes get their exact betweenness, whatever the samples.
EXACT = 2_000
#: Significant digits of scores, those of HITS behind the point; equal ones that differ in the last bit are equal.
DIGITS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class RankConfig(Config):
    """Settings of `rank`."""

    EXAMPLES: ClassVar[tuple[str, ...]] = (
        "kg analyze graph rank --type Dataset --top 20",
        "kg analyze graph rank --by betweenness --by pagerank --over together",
        "kg analyze graph rank --paper acl:N19-1423 --paper acl:N18-1202",
    )
    TABLES: ClassVar[tuple[str, ...]] = ("relations", "concept_relations", "years")

    by: tuple[str, ...] = option(("pagerank",), "a measure, may be repeated; the first one sorts", choices=MEASURES)
    over: str = option("papers", "the graph that is ranked on", choices=GRAPHS)
    type: ConceptType | None = option(None, "only concepts of this type, as Dataset; scores are those among all")
    least: int = option(
        0, "only concepts that so many papers name; 1 leaves out wider ones that only concepts of the papers lead to", least=0
    )
    top: int | None = option(50, "rows at most", above=0, all=0)
    paper: tuple[str, ...] = option((), "a paper by its id, may be repeated: PageRank as seen from these papers", metavar="ID")
    damping: float = option(0.85, "PageRank's damping factor", above=0, below=1)
    samples: int = option(256, f"sources that betweenness is estimated from, in graphs of more than {EXACT:,} nodes; 0 for all", least=0)
    seed: int = option(1, "of the draw of these sources", least=0)


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A graph to rank on: arcs as a matrix, whose first rows are all concepts; behind them come these papers, by number."""

    arcs: csr_matrix
    papers: Numbers
    _found: list[tuple[Floats, Floats]] = field(default_factory=list)

    def hits(self) -> tuple[Floats, Floats]:
        """Hubs and authorities of all nodes, found once."""
        from kg.analysis.hits import hits

        if not self._found:
            self._found.append(hits(self.arcs))
        return self._found[0]


def rank(graph: Graph, config: RankConfig | None = None, **options: Any) -> Result:
    """Concepts that matter: PageRank, HITS, betweenness, degree.

    Returns:
        rank (from 1, among the rows shown), concept, name, type, a column for each measure asked for, papers. pagerank sums to 1 over all
        concepts, authority and hub over all nodes; betweenness is the share of pairs of nodes whose shortest paths lead through;
        degree counts neighbours.
        Tables of the concepts shown: `relations`: concept, name, papers, then how many papers propose it, use it, …;
        `concept_relations`: concept, name, relation, as_head and as_tail (other concepts so related), papers (that say so);
        `years`: concept, name, year, papers, share (of the papers of that year).
        Properties of concepts: the measures; of papers, where they are in the graph: hub, betweenness.

    Raises:
        UsageError: no such paper, or an option that does not exist or does not fit.
    """
    import numpy as np

    config = RankConfig.of(config, options)
    measures = tuple(dict.fromkeys(config.by))
    if not measures:
        raise UsageError(f"by must name a measure; known: {', '.join(MEASURES)}")
    if config.paper and measures != ("pagerank",):
        raise UsageError("paper goes with the measure pagerank alone; leave by out, or paper")
    made = arrays(graph)
    size = len(made.concepts)
    columns = ("rank", "concept", "name", "type", *measures, "papers")
    if not len(made.link_paper):
        return Result("rank", config, Table(columns, []), notes=("no paper of the graph has a link",), graph=graph.fingerprint)
    network = network_of(made, config.over)
    notes: list[str] = []
    scores = {name: _scores(made, network, name, config, notes) for name in measures}
    counts = made.paper_counts()
    shown = ((counts > 0) | (scores[measures[0]][:size] > 0)) & (counts >= config.least)
    if config.type is not None:
        shown &= made.types == TYPES.index(config.type)
    taken = np.flatnonzero(shown)
    order = taken[np.lexsort((taken, *(-scores[name][taken] for name in reversed(measures))))]
    best = order[: config.top].tolist()
    rows: list[tuple[Any, ...]] = [
        (
            n,
            made.concepts[c],
            made.labels[c],
            TYPES[made.types[c]].value,
            *(_plain(name, scores[name][c]) for name in measures),
            int(counts[c]),
        )
        for n, c in enumerate(best, 1)
    ]
    values = {name: scores[name].tolist() for name in measures}
    concepts = {made.concepts[c]: {name: _plain(name, values[name][c]) for name in measures} for c in range(size)}
    of_papers = [name for name in measures if name in ("hub", "betweenness")]
    papers = {
        made.papers[p]: {name: _plain(name, values[name][size + n]) for name in of_papers}
        for n, p in enumerate(network.papers.tolist() if of_papers else ())
    }
    about = f"{', '.join(measures)} over {config.over}: {network.arcs.shape[0]:,} nodes, {network.arcs.nnz:,} arcs; {len(order):,} concepts"
    tables = {
        "relations": _relations(made, best),
        "concept_relations": _concept_relations(made, best),
        "years": _years(made, best),
    }
    table = Table(columns, rows, cut=len(order) > len(rows))
    return Result("rank", config, table, tables, Properties(concepts, papers), (about, *notes), graph.fingerprint)


def network_of(made: Arrays, over: str) -> Network:
    """One of the graphs to rank on, `GRAPHS`."""
    import numpy as np
    from scipy.sparse import block_array, csr_matrix

    from kg.analysis.leiden import together

    none = np.zeros(0, dtype=np.int32)
    if over == "together":
        return Network(together(made.incidence()), none)
    relations = made.adjacency()
    if over == "relations":
        return Network(relations, none)
    papers = np.unique(made.link_paper)
    links = made.incidence(weighted=True)[papers]
    arcs = block_array([[relations, None], [links, csr_matrix((len(papers), len(papers)))]], format="csr")
    return Network(csr_matrix(arcs), papers)


def _scores(made: Arrays, network: Network, measure: str, config: RankConfig, notes: list[str]) -> Floats:
    """The scores of all nodes of the graph by one measure; remarks are added to the notes."""
    import numpy as np

    if measure == "pagerank":
        from kg.analysis.pagerank import pagerank

        found = pagerank(network.arcs, start(made, network, config.paper), config.damping)
        return _rounded(found / found[: len(made.concepts)].sum())
    if measure in ("authority", "hub"):
        hub, authority = network.hits()
        # an eigenvector is as sure in its small places as in its large ones: what is smaller still is 0
        return np.round(authority if measure == "authority" else hub, DIGITS)
    both = _undirected(network.arcs)
    if measure == "degree":
        degree: Floats = np.diff(both.indptr).astype(np.float64)
        return degree
    return _rounded(_betweenness(both, config, notes))


def start(made: Arrays, network: Network, papers: tuple[str, ...]) -> Floats:
    """Where the reader begins: any paper, or one of those named; in a graph without papers any concept, or one of theirs, by confidence.

    Raises:
        UsageError: no such paper, or none of them has a link.
    """
    import numpy as np

    size, nodes = len(made.concepts), network.arcs.shape[0]
    found: Floats = np.zeros(nodes)
    chosen = np.array(sorted({made.paper_place(p) for p in papers}), dtype=np.int32)
    if len(network.papers):
        which = np.isin(network.papers, chosen) if papers else np.ones(len(network.papers), dtype=bool)
        found[size:] = which
    elif papers:
        own = np.isin(made.link_paper, chosen)
        found += np.bincount(made.link_concept[own], np.maximum(made.link_confidence[own], LEAST), nodes)
    else:
        found += 1
    if not found.sum():
        raise UsageError(
            f"{'none of these papers has' if len(papers) > 1 else f'the paper {papers[0]!r} does not have'} a link to a concept"
        )
    found /= found.sum()
    return found


def _undirected(arcs: csr_matrix) -> csr_matrix:
    from scipy.sparse import csr_matrix

    both = csr_matrix(arcs + arcs.T)
    both.setdiag(0)
    both.eliminate_zeros()
    both.sort_indices()
    return both


def _betweenness(both: csr_matrix, config: RankConfig, notes: list[str]) -> Floats:
    import numpy as np

    from kg.analysis.betweenness import betweenness

    # nodes without a neighbour are on no path, and no end of one
    joined = np.flatnonzero(np.diff(both.indptr))
    samples = None if len(joined) <= EXACT or not config.samples else config.samples
    if samples is not None and samples < len(joined):
        notes.append(
            f"betweenness is estimated from {samples:,} of {len(joined):,} nodes (seed {config.seed}); --samples 0 for all of them"
        )
    found: Floats = np.zeros(both.shape[0])
    found[joined] = betweenness(both[joined][:, joined].tocsr(), samples, config.seed)
    return found


def _rounded(scores: Floats) -> Floats:
    """To `DIGITS` significant digits."""
    import numpy as np

    size = np.floor(np.log10(np.where(scores > 0, scores, 1.0)))
    scale = 10.0 ** (DIGITS - 1 - size)
    found: Floats = np.rint(scores * scale) / scale
    return found


def _plain(measure: str, score: Any) -> int | float:
    """A degree as the whole number that it is."""
    return int(score) if measure == "degree" else float(score)


def _relations(made: Arrays, shown: list[int]) -> Table:
    import numpy as np

    size = len(RELATIONS)
    counts = np.bincount(made.link_concept.astype(np.int64) * size + made.link_relation, minlength=len(made.concepts) * size)
    table = counts.reshape(-1, size)[shown].tolist()
    rows: list[tuple[Any, ...]] = [(made.concepts[c], made.labels[c], sum(own), *own) for c, own in zip(shown, table, strict=True)]
    return Table(("concept", "name", "papers", *(r.value for r in RELATIONS)), rows)


def _concept_relations(made: Arrays, shown: list[int]) -> Table:
    import numpy as np

    size, kinds = len(made.concepts), len(CONCEPT_RELATIONS)
    whole = max(size, len(made.papers))

    def distinct(concept: Numbers, relation: NDArray[np.int8], other: Numbers) -> NDArray[np.int64]:
        """Concepts × relations: with how many different others."""
        found = np.unique((concept.astype(np.int64) * kinds + relation) * whole + other)
        return np.bincount(found // whole, minlength=size * kinds).reshape(size, kinds)

    as_head = distinct(made.rel_head, made.rel_relation, made.rel_tail)
    as_tail = distinct(made.rel_tail, made.rel_relation, made.rel_head)
    read = np.flatnonzero(made.rel_paper != NO_PAPER)
    both, papers_twice = np.concatenate((made.rel_head[read], made.rel_tail[read])), np.tile(made.rel_paper[read], 2)
    papers = distinct(both, np.tile(made.rel_relation[read], 2), papers_twice)
    rows: list[tuple[Any, ...]] = [
        (
            made.concepts[c], made.labels[c], CONCEPT_RELATIONS[n].value, int(as_head[c, n]), int(as_tail[c, n]), int(papers[c, n]),
        )
        for c in shown
        for n in np.flatnonzero(as_head[c] + as_tail[c]).tolist()
    ]  # fmt: skip
    return Table(("concept", "name", "relation", "as_head", "as_tail", "papers"), rows)


def _years(made: Arrays, shown: list[int]) -> Table:
    import numpy as np

    whole = dict(zip(*(x.tolist() for x in np.unique(made.years, return_counts=True)), strict=True))
    rows: list[tuple[Any, ...]] = []
    undated = 0
    for concept in shown:
        years, counts = np.unique(made.years[made.link_paper[made.links_of(concept)]], return_counts=True)
        for year, count in zip(years.tolist(), counts.tolist(), strict=True):
            if year == NO_YEAR:
                undated += count
            else:
                rows.append((made.concepts[concept], made.labels[concept], year, count, round(count / whole[year], 9)))
    notes = (f"{undated:,} links of papers without a year are not counted",) if undated else ()
    return Table(("concept", "name", "year", "papers", "share"), rows, notes)
