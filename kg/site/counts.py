"""Counts over the links of a corpus, as sparse matrices: which concepts stand together in papers, and how."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from kg.model import ConceptType, Relation
from kg.site.corpus import RELATIONS

if TYPE_CHECKING:
    from kg.site.corpus import Corpus

__all__ = ["Links", "best"]


class Links:
    """The links as arrays: `papers` of each concept, and matrices of papers × concepts."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self.paper = np.frombuffer(corpus.of_paper, dtype=np.int32) if corpus.of_paper else np.zeros(0, np.int32)
        self.concept = np.frombuffer(corpus.of_concept, dtype=np.int32) if corpus.of_concept else np.zeros(0, np.int32)
        self.relation = np.frombuffer(corpus.relation, dtype=np.int8) if corpus.relation else np.zeros(0, np.int8)
        types = list(ConceptType)
        self.type = np.array([types.index(c.type) for c in corpus.concepts], dtype=np.int8)
        order = np.argsort(self.concept, kind="stable")
        self._sorted = self.paper[order]
        self._from = np.searchsorted(self.concept[order], np.arange(len(corpus.concepts) + 1))

    def papers(self, concept: int) -> Any:
        """Numbers of the papers linked to a concept, ascending."""
        return self._sorted[self._from[concept] : self._from[concept + 1]]

    def both(self, one: int, other: int) -> list[int]:
        """Numbers of the papers linked to both of two concepts, ascending."""
        found: list[int] = np.intersect1d(self.papers(one), self.papers(other), assume_unique=True).tolist()
        return found

    def matrix(self, relations: Iterable[Relation] | None = None, type_: ConceptType | None = None) -> Any:
        """Papers × concepts, 1 where a link is of these relations to a concept of this type."""
        from scipy.sparse import csr_matrix

        taken = np.ones(len(self.paper), dtype=bool)
        if relations is not None:
            taken &= np.isin(self.relation, [RELATIONS.index(r) for r in relations])
        if type_ is not None:
            taken &= self.type[self.concept] == list(ConceptType).index(type_)
        shape = (len(self.corpus.ids), len(self.corpus.concepts))
        return csr_matrix((np.ones(taken.sum(), dtype=np.int32), (self.paper[taken], self.concept[taken])), shape=shape)

    def together(self, left: Iterable[Relation], right: Relation, type_: ConceptType) -> Any:
        """Concepts × concepts: papers that stand in one of `left` to the first, and in `right` to the second, which is of a type."""
        return (self.matrix(left).T @ self.matrix([right], type_)).tocsr()


def best(matrix: Any, row: int, most: int) -> tuple[list[tuple[int, int]], int]:
    """The largest cells of a row as (column, value), the smaller column first of equal ones, and how many there are in all."""
    start, end = matrix.indptr[row], matrix.indptr[row + 1]
    cells = [(int(c), int(v)) for c, v in zip(matrix.indices[start:end], matrix.data[start:end], strict=True) if c != row]
    cells.sort(key=lambda cell: (-cell[1], cell[0]))
    return cells[:most], len(cells)
