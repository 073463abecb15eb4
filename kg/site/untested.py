"""What is usual for a task, datasets and metrics, and the papers on it that leave that out: the analysis of `kg.analysis.gaps`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.analysis.arrays import arrays
from kg.analysis.gaps import usual
from kg.analysis.predict import PredictConfig
from kg.model import ConceptType

if TYPE_CHECKING:
    from kg.site.corpus import Corpus

__all__ = ["Missing", "untested"]

#: Papers shown of those that leave one usual dataset or metric out.
MOST = 8


@dataclass(frozen=True, slots=True)
class Missing:
    """A usual dataset or metric of a task: in how many papers, of how many, and why that is usual; `papers` are some of `total` that leave
    it out, those that name another one first (with these), then the latest; `silent` of them name none. Numbers are those of the corpus."""

    concept: int
    kind: ConceptType
    both: int
    share: float
    expected: float
    llr: float
    total: int
    silent: int
    papers: list[tuple[int, list[int]]]


def untested(corpus: Corpus) -> dict[int, list[Missing]]:
    """Task → what is usual for it, datasets first; with the counts of `kg analyze … predict TASK --what untested`."""
    import numpy as np

    made = arrays(corpus.graph)
    ours = [corpus.number[i] for i in made.concepts]
    paper = {i: n for n, i in enumerate(corpus.ids)}
    found: dict[int, list[Missing]] = {}
    for kind in (ConceptType.DATASET, ConceptType.METRIC):
        for u in usual(made, kind, task=None, least=PredictConfig().least):
            silent = u.others == 0
            order = np.lexsort((u.left, -made.years[u.left], silent))[:MOST]
            papers = []
            for p in u.left[order].tolist():
                named = [ours[c] for c in made.link_concept[made.links_from(p)].tolist()]
                papers.append((paper[made.papers[p]], [c for c in named if corpus.concepts[c].type is kind]))
            found.setdefault(ours[u.task], []).append(
                Missing(ours[u.concept], kind, len(u.both), u.share, u.expected, u.llr, len(u.left), int(silent.sum()), papers)
            )
    return found
