"""How a paper stands to a concept, with the sentence that shows it.

The relation is a trained decision over all places of the concept; here the place is chosen that shows it best.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from operator import itemgetter

from kg.model import FIELDS, ConceptType, Evidence, Mention, Relation
from kg.recognize.grams import Plain
from kg.recognize.lexicon import CUE
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
#: The same by cue class: its rank.
_RANKS = {relation: {CUE[name]: rank for rank, name in enumerate(names)} for relation, names in _SHOWN_BY.items()}
#: "We propose X, a …": what stands in the sentence before such an X, and what behind it. A name that has become a common word
#: looks to the trained decision like something that is used, also in the paper that brought it; this form cannot mean that.
#: Without the comma, or with "a" before X, it can.
_OFFERED = re.compile(
    r"\b(?:[Ww]e|[Tt]his (?:paper|work))(?: then| also| therefore| first)? (?:propose|introduce|present|describe)s? "
    r"(?:the |our )?(?:(?:new|novel|simple) )*$"
)
_EXPLAINED = re.compile(r"(?: ?\([^()]{1,40}\))?(?:, (?:an?|the|our|which|whose|where|in which)\b|:)")


#: What X is explained behind, beside a blank and a parenthesis.
_EXPLAINING = frozenset(("(", ",", ":"))
#: Words beyond which a cue shows nothing; it also bounds the work on texts without full stops.
REACH = 60
#: Relations that only concepts of one type stand in: papers evaluate on datasets and measure by metrics.
ONLY: dict[Relation, ConceptType] = {Relation.EVALUATES_ON: ConceptType.DATASET, Relation.MEASURES: ConceptType.METRIC}
#: By type the numbers of the relations that fit it.
_FITTING = {type_: [n for n, r in enumerate(_RELATIONS) if ONLY.get(r, type_) is type_] for type_ in ConceptType}


def relation_of(sight: Sight, thing: Thing, scores: Sequence[float], type_: ConceptType) -> tuple[Relation, tuple[Evidence, ...]]:
    """The likeliest relation that fits the type, and all mentions as evidence, the decisive one first."""
    # of equal ones the first
    relation = _RELATIONS[max(_FITTING[type_], key=scores.__getitem__)]
    mentions = thing.mentions
    plain = sight.words.plain
    if any(_offered(plain, mention, first) for mention, first, _ in mentions):
        relation = Relation.PROPOSES
    ranks = _RANKS[relation]
    rows = []
    for rank, (mention, first, last) in enumerate(mentions):
        sentence = plain.sentence[first]
        _, _, start, end = plain.bounds[sentence]
        cue, strength = _cue(plain, ranks, sentence, first, last) if ranks else ("", 0.0)
        rows.append(((-strength, mention.field == FIELDS[0], rank), Evidence(mention, start, end, cue)))
    if len(rows) > 1:
        rows.sort(key=itemgetter(0))
    return relation, tuple([e for _, e in rows])


def _offered(plain: Plain, mention: Mention, first: int) -> bool:
    """Whether a mention stands as X in "we propose X, a …"."""
    text, end = plain.text[first], mention.end
    # most mentions have a blank and a word behind them
    if text[end : end + 1] not in _EXPLAINING and text[end : end + 2] != " (":
        return False
    if not _EXPLAINED.match(text, end):
        return False
    begin = plain.bounds[plain.sentence[first]][2]
    return bool(_OFFERED.search(text[begin : mention.start]))


def _cue(plain: Plain, ranks: Mapping[int, int], sentence: int, first: int, last: int) -> tuple[str, float]:
    """The word of the sentence that shows a relation best, and how plainly: its class's rank and its nearness.

    Args:
        ranks: by cue class of those that show the relation their ranks.
        sentence: the one in which the mention of the words from `first` to `last` stands.
    """
    best, strength = -1, 0.0
    cues, cued = plain.cue, plain.cued
    low, high = plain.cued_at[sentence], plain.cued_at[sentence + 1]
    for at in cued[bisect_left(cued, first - REACH, low, high) : bisect_right(cued, last + REACH, low, high)]:
        rank = ranks.get(cues[at])
        if rank is not None and not first <= at <= last:
            distance = first - at if at < first else (at - last) * 2
            value = 10.0 - 2 * rank - min(distance, 30) / 10
            if value > strength:
                best, strength = at, value
    return (plain.text[best][plain.start[best] : plain.end[best]], strength) if strength else ("", 0.0)
