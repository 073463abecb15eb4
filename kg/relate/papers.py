"""How a paper stands to a concept, with the sentence that shows it.

The relation is a trained decision over all places of the concept; here the place is chosen that shows it best.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.model import FIELDS, ConceptType, Evidence, Mention, Relation
from kg.recognize.lexicon import CUE_NAMES
from kg.recognize.sight import Sight
from kg.recognize.things import Thing

_RELATIONS = tuple(Relation)
#: Cue classes that show a relation, the plainest first.
_SHOWN_BY: dict[Relation, tuple[str, ...]] = {
    Relation.PROPOSES: ("propose", "name"),
    Relation.COMPARES_WITH: ("compare", "existing"),
    Relation.EVALUATES_ON: ("evaluate", "on", "dataset", "train"),
    Relation.ADDRESSES: ("address", "for", "task"),
    Relation.MEASURES: ("metric", "achieve", "evaluate"),
    Relation.USES: ("use", "base", "with", "train"),
    Relation.MENTIONS: (),
}
#: "We propose X, a …": what stands in the sentence before such an X, and what behind it. A name that has become a common word
#: looks to the trained decision like something that is used, also in the paper that brought it; this form cannot mean that.
#: Without the comma, or with "a" before X, it can.
_OFFERED = re.compile(
    r"\b(?:[Ww]e|[Tt]his (?:paper|work))(?: then| also| therefore| first)? (?:propose|introduce|present|describe)s? "
    r"(?:the |our )?(?:(?:new|novel|simple) )*$"
)
_EXPLAINED = re.compile(r"(?: ?\([^()]{1,40}\))?(?:, (?:an?|the|our|which|whose|where|in which)\b|:)")


#: Words beyond which a cue shows nothing; it also bounds the work on texts without full stops.
REACH = 60
#: Relations that only concepts of one type stand in: papers evaluate on datasets and measure by metrics.
ONLY: dict[Relation, ConceptType] = {Relation.EVALUATES_ON: ConceptType.DATASET, Relation.MEASURES: ConceptType.METRIC}


def relation_of(sight: Sight, thing: Thing, scores: Sequence[float], type_: ConceptType) -> tuple[Relation, tuple[Evidence, ...]]:
    """The likeliest relation that fits the type, and all mentions as evidence, the decisive one first."""
    fitting = [r for r in _RELATIONS if ONLY.get(r, type_) is type_]
    relation = max(fitting, key=lambda r: (scores[_RELATIONS.index(r)], -_RELATIONS.index(r)))
    if any(_offered(sight, mention, first) for mention, first, _ in thing.mentions):
        relation = Relation.PROPOSES
    rows = []
    for rank, (mention, first, last) in enumerate(thing.mentions):
        s = int(sight.words.sentence[first])
        _, _, start, end = (int(v) for v in sight.words.sentence_bounds[s])
        cue, strength = _cue(sight, relation, s, first, last)
        rows.append(((-strength, FIELDS.index(mention.field) == 0, rank), Evidence(mention, start, end, cue)))
    rows.sort(key=lambda r: r[0])
    return relation, tuple(e for _, e in rows)


def _offered(sight: Sight, mention: Mention, first: int) -> bool:
    """Whether a mention stands as X in "we propose X, a …"."""
    w = sight.words
    text = sight.papers[int(w.paper[first])].text(mention.field)
    begin = int(w.sentence_bounds[int(w.sentence[first])][2])
    return bool(_EXPLAINED.match(text, mention.end)) and bool(_OFFERED.search(text[begin : mention.start]))


def _cue(sight: Sight, relation: Relation, sentence: int, first: int, last: int) -> tuple[str, float]:
    """The word of the sentence that shows the relation best, and how plainly: its class's rank and its nearness."""
    w = sight.words
    best, strength = "", 0.0
    classes = _SHOWN_BY[relation]
    low = first
    while low > 0 and first - low < REACH and w.sentence[low - 1] == sentence:
        low -= 1
    at = low
    while at < len(w) and at - last <= REACH and w.sentence[at] == sentence:
        name = CUE_NAMES[int(w.cue[at])]
        if name in classes and not first <= at <= last:
            distance = first - at if at < first else (at - last) * 2
            value = 10.0 - 2 * classes.index(name) - min(distance, 30) / 10
            if value > strength:
                best, strength = w.surface(at, at), value
        at += 1
    return best, strength
