"""Two kinds of concepts against each other: how many papers name both, and where there is none though chance alone would have put some."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from kg.analysis.arrays import TYPES, Arrays, arrays
from kg.analysis.config import Config, option
from kg.analysis.linked import one
from kg.analysis.result import Result
from kg.errors import UsageError
from kg.graph import Graph
from kg.model import ConceptType
from kg.table import Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: Rows or columns whose leaves are ordered at most: it takes time with the cube of their number.
ORDERED = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class CrosstabConfig(Config):
    """Settings of `crosstab`."""

    EXAMPLES: ClassVar[tuple[str, ...]] = (
        "kg analyze graph crosstab --rows Method --columns Dataset",
        'kg analyze graph crosstab "question answering" --table empty',
    )

    concept: str | None = option(None, "only papers that name this one, by id or name", positional=True)
    rows: ConceptType = option(ConceptType.TASK, "the type of the rows, as Task")
    columns: ConceptType = option(ConceptType.DATASET, "the type of the columns, as Dataset")
    top: int | None = option(20, "rows and columns at most, those with most papers", above=0, all=0)
    least: float = option(1.5, "papers that chance alone puts in an empty cell at least, for it to be listed", least=0)


def crosstab(graph: Graph, config: CrosstabConfig | None = None, **options: Any) -> Result:
    """How many papers name a concept of one type and one of another.

    Returns:
        row, row_name, column, column_name, papers (that name both), expected (papers that would by chance, were the two independent), by
        papers. Tables: rows and columns (concept, name, papers: among those counted), in an order in which what is filled alike stands
        together; empty: row, row_name, column, column_name, expected, of cells without a paper.

    Raises:
        UsageError: no such concept or type, or an option that does not exist or does not fit.
    """
    import numpy as np

    config = CrosstabConfig.of(config, options)
    if config.rows is config.columns:
        raise UsageError(f"rows and columns are both {config.rows.value}; give two types, or see `related` for pairs of one type")
    found = arrays(graph)
    incidence, about, papers = found.incidence(), tuple[str, ...](), found.papers_with_links()
    if config.concept is not None:
        concept, about = one(graph, config.concept)
        place = found.place(concept.id)
        incidence = incidence[found.link_paper[found.links_of(place)]]
        papers = incidence.shape[0]
    counts = np.asarray(incidence.sum(axis=0)).ravel().astype(np.int64)
    if config.concept is not None:
        # it is in all of these papers, and would say nothing
        counts[place] = 0
    sides = [_most(found, counts, kind, config.top) for kind in (config.rows, config.columns)]
    both = (incidence[:, sides[0]].T @ incidence[:, sides[1]]).toarray().astype(np.int64)
    down, across = _kept(both, config.top)
    order = [_arranged(m) for m in (both[np.ix_(down, across)], both[np.ix_(down, across)].T)]
    down, across = down[order[0]], across[order[1]]
    rows, columns = sides[0][down], sides[1][across]
    cells = both[np.ix_(down, across)]
    expected = np.outer(counts[rows], counts[columns]) / max(1, papers)
    full = [
        (*_named(found, rows[r]), *_named(found, columns[c]), int(cells[r, c]), round(float(expected[r, c]), 6))
        for r, c in zip(*np.nonzero(cells), strict=True)
    ]
    full.sort(key=lambda row: (-row[4], row[0], row[2]))
    empty = [
        (*_named(found, rows[r]), *_named(found, columns[c]), round(float(expected[r, c]), 6))
        for r, c in zip(*np.nonzero((cells == 0) & (expected >= config.least)), strict=True)
    ]
    empty.sort(key=lambda row: (-row[4], row[0], row[2]))
    named = ("row", "row_name", "column", "column_name")
    side = ("concept", "name", "papers")
    tables = {
        "rows": Table(side, [(*_named(found, n), int(counts[n])) for n in rows]),
        "columns": Table(side, [(*_named(found, n), int(counts[n])) for n in columns]),
        "empty": Table((*named, "expected"), empty),
    }
    kinds = [int(((found.types == TYPES.index(kind)) & (counts > 0)).sum()) for kind in (config.rows, config.columns)]
    cut = kinds[0] > len(rows) or kinds[1] > len(columns)
    of = f"{papers:,} papers that name {concept.label}" if config.concept is not None else f"{papers:,} papers with a link"
    parts = [f"{len(side):,} of {kind:,} {type_.value} concepts" for side, kind, type_ in (
        (rows, kinds[0], config.rows), (columns, kinds[1], config.columns),
    )]  # fmt: skip
    note = f"{of}; {' by '.join(parts)}"
    return Result(
        "crosstab", config, Table((*named, "papers", "expected"), full, cut=cut), tables, notes=(*about, note), graph=graph.fingerprint
    )


def _named(found: Arrays, number: int) -> tuple[str, str]:
    return found.concepts[int(number)], found.labels[int(number)]


def _most(found: Arrays, counts: NDArray[np.int64], kind: ConceptType, top: int | None) -> NDArray[np.int64]:
    """The concepts of a type that most papers name; more than are shown, as some may have nothing on the other side."""
    import numpy as np

    own = np.flatnonzero((found.types == TYPES.index(kind)) & (counts > 0))
    order: NDArray[np.int64] = own[np.argsort(-counts[own], kind="stable")]
    return order if top is None else order[: 3 * top]


def _kept(both: NDArray[np.int64], top: int | None) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which rows and columns to show: those with most papers on the other side, without empty ones."""
    import numpy as np

    def best(sums: NDArray[np.int64]) -> NDArray[np.int64]:
        order = np.argsort(-sums, kind="stable")
        return np.sort(order[sums[order] > 0][:top])

    down = best(both.sum(axis=1))
    across = best(both[down].sum(axis=0))
    # columns that were left out may have been all that a row had
    down = down[both[np.ix_(down, across)].any(axis=1)]
    return down, across


def _arranged(cells: NDArray[np.int64]) -> NDArray[np.int64]:
    """An order of rows in which those that are filled alike are neighbours: average linkage of cosine distances between logarithms of the
    counts, leaves of up to `ORDERED` rows ordered so that neighbours are nearest (Bar-Joseph, Gifford and Jaakkola 2001)."""
    import numpy as np
    from scipy.cluster.hierarchy import leaves_list, linkage
    from scipy.sparse import csr_matrix
    from scipy.spatial.distance import squareform

    if len(cells) < 3:
        return np.arange(len(cells))
    # few cells are filled, and no row is empty
    filled = csr_matrix(np.log1p(cells))
    length = np.sqrt(np.asarray(filled.multiply(filled).sum(axis=1)))
    unit = csr_matrix(filled.multiply(1 / length))
    distances = (1 - (unit @ unit.T).toarray()).clip(0.0, 1.0).round(9)
    order: NDArray[np.int64] = leaves_list(
        linkage(squareform(distances, checks=False), "average", optimal_ordering=len(cells) <= ORDERED)
    ).astype(np.int64)
    return order
