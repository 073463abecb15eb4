"""Papers like a paper, from the analysis of what papers share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.analysis.arrays import arrays
from kg.analysis.similar import nearest, shared

if TYPE_CHECKING:
    from kg.site.corpus import Corpus

__all__ = ["similar_papers"]

#: Papers shown of those like one.
MOST = 8


def similar_papers(corpus: Corpus) -> Iterator[list[tuple[int, float, list[int]]]]:
    """For each paper in turn, up to `MOST` papers like it: number, cosine, and the concepts that both name, the rarest first."""
    made = arrays(corpus.graph)
    ours = [corpus.number[i] for i in made.concepts]
    for paper, others, cosines in nearest(made, MOST):
        yield [
            (other, cosine, [ours[c] for c in shared(made, paper, other)])
            for other, cosine in zip(others.tolist(), cosines.tolist(), strict=True)
        ]
