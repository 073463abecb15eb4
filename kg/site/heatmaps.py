"""Heat maps: tasks by methods, by architectures and by datasets; a cell counts the papers that are linked to both, and leads to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import Markup

from kg.model import ConceptType
from kg.site.words import PLURAL, count

if TYPE_CHECKING:
    from kg.site.counts import Links
    from kg.site.pages import Pages

__all__ = ["HeatMap", "arranged", "make", "write"]

#: The maps, by what their columns are; rows are always tasks.
COLUMNS = (ConceptType.METHOD, ConceptType.DATASET, ConceptType.ARCHITECTURE, ConceptType.METRIC)
#: Rows and columns at most, and shades of a cell.
SIZE, SHADES = 32, 7
#: An empty cell tells something where chance alone would have put so many papers there.
EXPECTED = 1.5
GAPS = 12


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Rows (tasks) and columns by number, papers in each cell, and the empty cells where chance would have put papers."""

    type: ConceptType
    rows: list[int]
    columns: list[int]
    cells: Any
    expected: Any

    @property
    def name(self) -> str:
        """The name of its files, without a suffix."""
        return f"task-{self.type.value.lower()}"

    def shade(self, row: int, column: int) -> int:
        """0 for an empty cell, to `SHADES` for the fullest, by the logarithm."""
        value, most = int(self.cells[row, column]), int(self.cells.max())
        return 0 if not value else 1 + round((SHADES - 1) * np.log(value) / np.log(most)) if most > 1 else 1

    def telling(self, row: int, column: int) -> bool:
        """Whether a cell is empty though chance alone would have put papers there."""
        return not self.cells[row, column] and self.expected[row, column] >= EXPECTED

    def mini(self) -> Markup:
        """The map as a small picture without words."""
        step = 4
        rects = "".join(
            f'<rect class="q{self.shade(r, c)}" x="{c * step}" y="{r * step}" width="3.4" height="3.4"/>'
            for r in range(len(self.rows))
            for c in range(len(self.columns))
            if self.cells[r, c]
        )
        box = f"0 0 {len(self.columns) * step} {len(self.rows) * step}"
        return Markup(f'<svg class="mini" viewBox="{box}" aria-hidden="true">{rects}</svg>')  # noqa: S704 - numbers alone

    def gaps(self) -> list[tuple[int, int, float]]:
        """The empty cells that tell most: row, column, and papers by chance."""
        found = [
            (r, c, float(self.expected[r, c])) for r in range(len(self.rows)) for c in range(len(self.columns)) if self.telling(r, c)
        ]  # fmt: skip
        return sorted(found, key=lambda g: (-g[2], self.rows[g[0]], self.columns[g[1]]))[:GAPS]


def make(links: Links, type_: ConceptType) -> HeatMap | None:
    """The map of tasks by concepts of a type, those with most papers that have any with the other side; None where no paper has both."""
    corpus = links.corpus
    all_ = links.matrix()
    tasks = [n for n, c in enumerate(corpus.concepts) if c.type is ConceptType.TASK and corpus.papers_of[n]][: 3 * SIZE]
    others = [n for n, c in enumerate(corpus.concepts) if c.type is type_ and corpus.papers_of[n]][: 3 * SIZE]
    both = (all_[:, tasks].T @ all_[:, others]).toarray() if tasks and others else np.zeros((0, 0))
    if not both.sum():
        return None
    # most papers with anything on the other side, the more frequent first of equal ones
    keep_rows = sorted(np.argsort(-both.sum(axis=1), kind="stable")[:SIZE])
    both = both[keep_rows]
    keep_columns = sorted(np.argsort(-both.sum(axis=0), kind="stable")[:SIZE])
    both = both[:, keep_columns]
    keep_rows = [keep_rows[n] for n in range(len(keep_rows)) if both[n].any()]
    both = both[both.any(axis=1)]
    keep_columns = [keep_columns[n] for n in range(len(keep_columns)) if both[:, n].any()]
    both = both[:, both.any(axis=0)]
    down, across = arranged(both), arranged(both.T)
    rows = [tasks[keep_rows[n]] for n in down]
    columns = [others[keep_columns[n]] for n in across]
    own, other = (np.array([corpus.papers_of[n] for n in side], dtype=float) for side in (rows, columns))
    return HeatMap(type_, rows, columns, both[np.ix_(down, across)].astype(int), np.outer(own, other) / max(1, len(set(corpus.of_paper))))


def arranged(counts: Any) -> list[int]:
    """An order of the rows in which those that are filled alike are neighbours: average linkage of cosine distances between the
    logarithms of the counts, leaves ordered so that neighbours are nearest (Bar-Joseph, Gifford and Jaakkola, 2001).

    >>> arranged(np.array([[9, 0], [0, 9], [8, 1]]))
    [1, 2, 0]
    """
    from scipy.cluster.hierarchy import leaves_list, linkage
    from scipy.spatial.distance import pdist

    if len(counts) < 3:
        return list(range(len(counts)))
    distances = np.nan_to_num(pdist(np.log1p(counts.astype(float)), "cosine"), nan=1.0).clip(0.0, 2.0).round(9)
    return [int(n) for n in leaves_list(linkage(distances, "average", optimal_ordering=True))]


def write(pages: Pages, links: Links) -> list[HeatMap]:
    """Writes the maps, and a page for each of their rows with the papers of its cells."""
    maps = [found for type_ in COLUMNS if (found := make(links, type_)) is not None]
    names: Sequence[tuple[str, str]] = [(m.name, f"Tasks × {PLURAL[m.type.value].lower()}") for m in maps]
    page, cell = pages.template("heatmap"), pages.template("heatmap-row")
    pages.write("heat map", "heatmaps/index.html", pages.template("heatmaps"), maps=maps, names=names)
    for found, (name, heading) in zip(maps, names, strict=True):
        pages.write("heat map", f"heatmaps/{name}.html", page, map=found, heading=heading, names=names, says=_says(pages, found))
        for at, row in enumerate(found.rows):
            cells = [(c, links.both(row, c)) for n, c in enumerate(found.columns) if found.cells[at, n]]
            pages.write(
                "row of a heat map", f"heatmaps/{name}_{pages.corpus.files[row]}.html", cell, row=row, name=name, heading=heading,
                cells=sorted(cells, key=lambda item: (-len(item[1]), item[0])),
            )  # fmt: skip
    return maps


def _says(pages: Pages, found: HeatMap) -> str:
    corpus = pages.corpus
    tasks = sum(c.type is ConceptType.TASK for c in corpus.concepts)
    others = sum(c.type is found.type for c in corpus.concepts)
    what = PLURAL[found.type.value].lower()
    cut = len(found.rows) < tasks or len(found.columns) < others
    shown = f"{len(found.rows)} of {count(tasks, 'task')} and {len(found.columns)} of {others:,} {what}"
    return f"{shown}: those that share most papers with the other side" if cut else f"all {count(tasks, 'task')} and {what}"
