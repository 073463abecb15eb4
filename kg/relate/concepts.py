"""Which of the things that a paper names together stand in a relation, and in which: a trained decision over pairs."""

from __future__ import annotations

from collections.abc import Sequence

from kg.catalog import Catalog
from kg.model import FIELDS, ConceptRelation, ConceptType, Finding, Statement
from kg.recognize.forest import Forest, softmax
from kg.recognize.sight import Sight
from kg.recognize.things import Thing
from kg.relate.pairs import pairs_of

#: A relation is stated from this probability on: what a graph asserts should rather be missing than wrong.
THRESHOLD = 0.25
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


class ConceptRelations:
    """Reads relations between concepts. `forest` has the outputs none and the eight relations."""

    def __init__(self, catalog: Catalog, forest: Forest, threshold: float = THRESHOLD) -> None:
        self._forest = forest
        self._threshold = threshold
        self._relations = [None if o == NONE else ConceptRelation(o) for o in forest.outputs]
        self.ancestors = {c: catalog.ancestors(c) for c, concept in catalog.items() if concept.broader}

    def statements(self, sight: Sight, named: Sequence[Thing], findings: Sequence[Finding]) -> list[Statement]:
        """The relations that one paper states, at most one for each pair of things, in the order of the findings."""
        pairs = pairs_of(sight, named, findings, self.ancestors)
        if not pairs.heads:
            return []
        probabilities = softmax(self._forest.scores(pairs.matrix))
        best: dict[tuple[int, int], tuple[float, Statement]] = {}
        for row, (head, tail, (first, last)) in enumerate(zip(pairs.heads, pairs.tails, pairs.spans, strict=True)):
            options = sorted(
                (
                    (float(probabilities[row, k]), r)
                    for k, r in enumerate(self._relations)
                    if r is not None and _fits(r, findings, head, tail)
                ),
                key=lambda o: (-o[0], o[1].value),
            )
            if not options or options[0][0] < self._threshold:
                continue
            value, relation = options[0]
            w = sight.words
            sentence = w.sentence_bounds[int(w.sentence[first])]
            start, end = clause(sight, first, last)
            statement = Statement(head, relation, tail, round(value, 4), FIELDS[int(sentence[1])], start, end)
            both = (min(head, tail), max(head, tail))
            if both not in best or value > best[both][0]:
                best[both] = (value, statement)
        return [best[both][1] for both in sorted(best)]


def _fits(relation: ConceptRelation, findings: Sequence[Finding], head: int, tail: int) -> bool:
    types = FITTING.get(relation)
    return types is None or (findings[head].type in types[0] and findings[tail].type in types[1])


def clause(sight: Sight, first: int, last: int) -> tuple[int, int]:
    """The part of the sentence that holds both mentions: from the mark before them to the mark behind them."""
    w = sight.words
    _, _, low, high = (int(v) for v in w.sentence_bounds[int(w.sentence[first])])
    text = sight.papers[int(w.paper[first])].text(FIELDS[int(w.field[first])])
    start, end = int(w.start[first]), int(w.end[last])
    before = max(text.rfind(mark, low, start) for mark in ",;:")
    after = min((at for mark in ",;" if (at := text.find(mark, end, high)) >= 0), default=high)
    # a clause that begins with the mention itself lacks its verb only where the verb stands between the two
    start = before + 1 if before >= 0 else low
    while start < end and text[start].isspace():
        start += 1
    return start, after
