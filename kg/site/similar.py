"""Papers like a paper, from the analysis of what papers share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.analysis.arrays import arrays
from kg.analysis.similar import nearest

if TYPE_CHECKING:
    from kg.site.corpus import Corpus

__all__ = ["similar_papers"]

#: Papers shown of those like one.
MOST = 8


def similar_papers(corpus: Corpus) -> Iterator[list[tuple[int, float, list[int]]]]:
    """For each paper in turn, up to `MOST` papers like it: number, cosine, and the concepts that both name, the rarest first."""
    concepts: list[list[int]] = [[] for _ in corpus.ids]
    for paper, concept in zip(corpus.of_paper, corpus.of_concept, strict=True):
        concepts[paper].append(concept)
    for paper, others, cosines in nearest(arrays(corpus.graph), MOST):
        own = set(concepts[paper])
        yield [
            (other, cosine, sorted(own.intersection(concepts[other]), key=lambda c: (corpus.papers_of[c], c)))
            for other, cosine in zip(others.tolist(), cosines.tolist(), strict=True)
        ]
