"""Which of the things that a paper names together stand in a relation, and in which: a trained decision over pairs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kg.catalog import Catalog
from kg.model import FIELDS, ConceptRelation, ConceptType, Finding, Statement
from kg.recognize.forest import Forest, softmax
from kg.recognize.sight import Sight
from kg.recognize.things import Thing
from kg.relate.about import Hierarchy
from kg.relate.pairs import pairs_of

#: A relation is stated from this probability on: what a graph asserts should rather be missing than wrong (see docs/decisions/0009).
THRESHOLD = 0.5
#: … or from this one on where it is hardly likely that there is none: then it is only open which one it is.
LIKELIEST, HARDLY = 0.4, 0.3
NONE = "none"
#: Types that head and tail of a relation can have; what the text seems to say otherwise is misread.
FITTING: dict[ConceptRelation, tuple[frozenset[ConceptType], frozenset[ConceptType]]] = {
    ConceptRelation.EVALUATED_ON: (frozenset(ConceptType) - {ConceptType.METRIC}, frozenset({ConceptType.DATASET, ConceptType.TASK})),
    ConceptRelation.TRAINED_ON: (
        frozenset({ConceptType.ARCHITECTURE, ConceptType.METHOD, ConceptType.TASK}),
        frozenset({ConceptType.DATASET}),
    ),
    ConceptRelation.MEASURED_BY: (frozenset(ConceptType), frozenset({ConceptType.METRIC})),
}

#: Of A in one of these to B, what is said of B holds of A as well.
_HANDING_ON = frozenset({ConceptRelation.KIND_OF, ConceptRelation.PART_OF, ConceptRelation.USED_FOR})


class ConceptRelations:
    """Reads relations between concepts. `known` is what the catalog says of kinds of kinds; `forest` has the outputs none and the eight
    relations.
    """

    def __init__(self, known: Hierarchy, forest: Forest, threshold: float = THRESHOLD) -> None:
        self._forest = forest
        self._threshold, self._likeliest = threshold, min(threshold, LIKELIEST)
        self._none = forest.outputs.index(NONE)
        self._relations = [None if o == NONE else ConceptRelation(o) for o in forest.outputs]
        # by the types of head and tail the outputs that fit them
        self._fitting = {
            (head, tail): [(k, r) for k, r in enumerate(self._relations) if r is not None and _fits(r, head, tail)]
            for head in ConceptType
            for tail in ConceptType
        }
        self._hierarchy = known

    def statements(self, sight: Sight, named: Sequence[tuple[Sequence[Thing], Sequence[Finding]]]) -> list[list[Statement]]:
        """The relations that each paper of a sight states, at most one for each pair of things, in the order of the findings.

        Args:
            named: for every paper its things and the findings made of them.
        """
        found: list[list[Statement]] = [[] for _ in named]
        if not len(self._forest.roots) and self._forest.base[0] >= self._forest.base.max():
            return found  # a model that was fitted without curated relations
        pairs = pairs_of(sight, named, self._hierarchy)
        # all pairs of all papers at once: a call for every paper would cost more than the scores
        probabilities = pairs.ordered(softmax(self._forest.scores(pairs.ways.reshape(len(pairs.ways), len(pairs.paper)).T)))
        bounds = np.searchsorted(pairs.paper, np.arange(len(named) + 1))
        surest = [k for k, r in enumerate(self._relations) if r is not None]
        hopeful = np.flatnonzero((probabilities[:, surest] >= self._likeliest).any(axis=1))
        of_paper = np.searchsorted(hopeful, bounds).tolist()
        # in lists: to read one number of an array takes far longer
        columns = (pairs.head, pairs.tail, pairs.first, pairs.last, probabilities)
        rows = list(zip(*(column[hopeful].tolist() for column in columns), strict=True))
        for number, (_, findings) in enumerate(named):
            if of_paper[number] < of_paper[number + 1]:
                found[number] = self._stated(sight, findings, rows[of_paper[number] : of_paper[number + 1]])
        return found

    def _stated(
        self, sight: Sight, findings: Sequence[Finding], rows: Sequence[tuple[int, int, int, int, Sequence[float]]]
    ) -> list[Statement]:
        """The statements of one paper; of pairs that may stand in a relation are given head, tail, first and last word, probabilities."""
        best: dict[tuple[int, int], Statement] = {}
        for head, tail, first, last, shares in rows:
            # of equal ones the first
            k, relation = max(self._fitting[findings[head].type, findings[tail].type], key=lambda o: shares[o[0]])
            value = round(shares[k], 4)
            both = (min(head, tail), max(head, tail))
            least = self._threshold if shares[self._none] > HARDLY else self._likeliest
            if value < least or (both in best and value <= best[both].confidence):
                continue
            start, end = clause(sight, first, last)
            field = FIELDS[sight.words.plain.field[first]]
            best[both] = Statement(head, relation, tail, value, field, start, end)
        return _unimplied([best[both] for both in sorted(best)])


def hierarchy(catalog: Catalog) -> Hierarchy:
    """What the catalog says of kinds of kinds."""
    return Hierarchy.of({c.id: catalog.ancestors(c.id) for c in catalog.values() if c.broader})


def _unimplied(statements: Sequence[Statement]) -> list[Statement]:
    """The statements without those that merely follow from two surer ones: of A usedFor B, B kindOf C and A usedFor C the last."""
    stated = {(s.head, s.tail): s for s in statements}
    tails: dict[int, list[Statement]] = {}
    for s in statements:
        tails.setdefault(s.head, []).append(s)

    def follows(s: Statement) -> bool:
        for first in tails[s.head]:
            second = stated.get((first.tail, s.tail))
            if second is not None and min(first.confidence, second.confidence) > s.confidence:
                handed_on = first.relation in _HANDING_ON and second.relation is s.relation
                if handed_on or (first.relation is s.relation and second.relation is ConceptRelation.KIND_OF):
                    return True
        return False

    return [s for s in statements if not follows(s)]


def _fits(relation: ConceptRelation, head: ConceptType, tail: ConceptType) -> bool:
    types = FITTING.get(relation)
    return types is None or (head in types[0] and tail in types[1])


def clause(sight: Sight, first: int, last: int) -> tuple[int, int]:
    """The part of the sentence that holds both mentions: from the mark before them to the mark behind them."""
    plain = sight.words.plain
    _, _, low, high = plain.bounds[plain.sentence[first]]
    text, start, end = plain.text[first], plain.start[first], plain.end[last]
    before = max(text.rfind(mark, low, start) for mark in ",;:")
    after = min((at for mark in ",;" if (at := text.find(mark, end, high)) >= 0), default=high)
    start = before + 1 if before >= 0 else low
    while start < end and text[start].isspace():
        start += 1
    return start, after
