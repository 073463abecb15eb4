"""What a concept builds on, and what builds on it, as trees over the arcs of `kg.analysis.lineage`."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from kg.analysis.arcs import KINDS
from kg.analysis.arrays import NO_PAPER, arrays
from kg.analysis.lineage import LineageIndex
from kg.model import ConceptRelation

if TYPE_CHECKING:
    from kg.site.corpus import Corpus, Said

__all__ = ["Arc", "Branch", "Lineage"]

#: Branches under one node, at each depth; what is beyond is counted.
WIDTHS = (10, 4, 3)
#: Papers shown behind an arc that no relation in a text states.
PAPERS = 3
#: How the far end of an arc stands to the near one: what a concept builds on, and what builds on it.
WORDS = {
    "basedOn": ("its base", "based on it"),
    "kindOf": ("more general", "a kind of it"),
    "partOf": ("a part of it", "has it as a part"),
    "proposes, uses": ("used where it is proposed", "proposed in a paper that uses it"),
    "proposes, comparesWith": ("compared with where it is proposed", "proposed in a paper that compares with it"),
}
assert set(WORDS) == set(KINDS)
_RELATIONS = {"basedOn": ConceptRelation.BASED_ON, "kindOf": ConceptRelation.KIND_OF, "partOf": ConceptRelation.PART_OF}


@dataclass(frozen=True, slots=True)
class Arc:
    """Why one concept is said to build on another: in which ways (strongest first), by which statements of texts or papers."""

    kinds: tuple[str, ...]
    said: tuple[Said, ...]
    papers: tuple[int, ...]

    @property
    def catalog(self) -> bool:
        """Whether the catalog's hierarchy says so."""
        return any(s.catalog for s in self.said)


@dataclass(slots=True)
class Branch:
    """A concept in a tree, the words for how it stands to the one above it, and its own branches."""

    concept: int
    words: str
    arc: Arc
    branches: list[Branch] = field(default_factory=list)
    more: int = 0


class Lineage:
    """All trees of a graph."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._index = LineageIndex.of(corpus.graph)
        ids = arrays(corpus.graph).concepts
        # the analysis numbers concepts by id, the pages by number of papers
        self._ours = [corpus.number[i] for i in ids]
        self._theirs = [0] * len(ids)
        for theirs, ours in enumerate(self._ours):
            self._theirs[ours] = theirs
        self._said = {(s.head, s.relation, s.tail): s for s in corpus.said}
        self._arc = lru_cache(maxsize=200_000)(self._make)

    def builds_on(self, concept: int) -> tuple[list[Branch], int]:
        """What a concept builds on, and in turn what that does; and how many roots are left out."""
        return self._grow(concept, True, 0, {concept})

    def built_on(self, concept: int) -> tuple[list[Branch], int]:
        """What builds on a concept, and in turn on that; and how many roots are left out."""
        return self._grow(concept, False, 0, {concept})

    def _grow(self, concept: int, older: bool, depth: int, seen: set[int]) -> tuple[list[Branch], int]:
        ends = self._index.arcs.older if older else self._index.arcs.newer
        found = [(int(arc), self._ours[ends[arc]]) for arc in self._index.near(self._theirs[concept], older=older)]
        new = [(arc, other) for arc, other in found if other not in seen]
        kept = new[: WIDTHS[depth]]
        # each concept stands in a tree once, where it is nearest to the root
        seen |= {other for _, other in kept}
        branches = []
        for number, other in kept:
            arc = self._arc(number)
            branches.append(Branch(other, WORDS[arc.kinds[0]][0 if older else 1], arc))
        if depth + 1 < len(WIDTHS):
            for branch in branches:
                branch.branches, branch.more = self._grow(branch.concept, older, depth + 1, seen)
        return branches, len(new) - len(kept)

    def _make(self, number: int) -> Arc:
        arcs = self._index.arcs
        newer, older = self._ours[arcs.newer[number]], self._ours[arcs.older[number]]
        kinds: dict[str, None] = {}
        papers: dict[int, None] = {}
        for kind, paper, _, other, _ in arcs.saying(number):
            kinds.setdefault(KINDS[kind])
            if other >= 0 and paper != NO_PAPER:
                papers.setdefault(paper)
        ordered = tuple(k for k in KINDS if k in kinds)
        said = []
        for name in ordered:
            if name in _RELATIONS:
                head, tail = (older, newer) if name == "partOf" else (newer, older)
                said.append(self._said[head, _RELATIONS[name], tail])
        return Arc(ordered, tuple(said), tuple(papers))
