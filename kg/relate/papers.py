"""How a paper stands to a concept, with the sentence that shows it.

The relation is a trained decision over all places of the concept; here the place is chosen that shows it best.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from operator import itemgetter

import numpy as np

from kg import native
from kg.model import FIELDS, ConceptType, Evidence, Mention, Relation
from kg.native import address, checked
from kg.recognize.grams import Plain, Words
from kg.recognize.lexicon import CUE
from kg.recognize.sight import Sight
from kg.recognize.things import Thing
from kg.relate.compared import compared
from kg.relate.proposed import proposed

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
#: The same as a table by the number of the relation, -1 for classes that do not show it.
_RANK_TABLE = np.array([[_RANKS[relation].get(cue, -1) for cue in range(256)] for relation in _RELATIONS], np.int8)
_PROPOSES, _COMPARES = _RELATIONS.index(Relation.PROPOSES), _RELATIONS.index(Relation.COMPARES_WITH)
#: Relations that a plain comparison overrules, and the types of what papers compare with: a task or a dataset beside such words is what the
#: comparison is made on.
_OVERRULED = frozenset(_RELATIONS.index(relation) for relation in (Relation.USES, Relation.MENTIONS))
_COMPARABLE = frozenset((ConceptType.ARCHITECTURE, ConceptType.METHOD))
_COMPARING, _OFFERING, _NAMING = CUE["compare"], CUE["propose"], CUE["name"]
#: Words beyond which a cue shows nothing; it also bounds the work on texts without full stops.
REACH = 60
#: Relations that only concepts of one type stand in: papers evaluate on datasets and measure by metrics.
ONLY: dict[Relation, ConceptType] = {Relation.EVALUATES_ON: ConceptType.DATASET, Relation.MEASURES: ConceptType.METRIC}
#: By type the numbers of the relations that fit it.
_FITTING = {type_: [n for n, r in enumerate(_RELATIONS) if ONLY.get(r, type_) is type_] for type_ in ConceptType}


def relation_of(sight: Sight, thing: Thing, scores: Sequence[float], type_: ConceptType) -> tuple[Relation, tuple[Evidence, ...]]:
    """The likeliest relation that fits the type, and all mentions as evidence, the decisive one first."""
    return relations_of(sight, [(thing, scores, type_)])[0]


def relations_of(sight: Sight, asked: Sequence[tuple[Thing, Sequence[float], ConceptType]]) -> list[tuple[Relation, tuple[Evidence, ...]]]:
    """The same for many things of a sight, each with the scores of its relations and its type."""
    plain = sight.words.plain
    # of equal ones the first
    numbers = [_in_form(plain, thing, type_, max(_FITTING[type_], key=scores.__getitem__)) for thing, scores, type_ in asked]
    places = [(first, last, number) for (thing, _, _), number in zip(asked, numbers, strict=True) for _, first, last in thing.mentions]
    shown = iter(_cues(sight.words, places))
    sentences, bounds = plain.sentence, plain.bounds
    found = []
    for (thing, _, _), number in zip(asked, numbers, strict=True):
        rows = []
        for mention, first, _ in thing.mentions:
            _, _, start, end = bounds[sentences[first]]
            cue, strength = next(shown)
            rows.append((-strength, mention.field == FIELDS[0], Evidence(mention, start, end, cue)))
        if len(rows) > 1:
            # of equal ones in the order of the text
            rows.sort(key=itemgetter(0, 1))
        found.append((_RELATIONS[number], tuple([row[2] for row in rows])))
    return found


def _cues(words: Words, places: Sequence[tuple[int, int, int]]) -> list[tuple[str, float]]:
    """For mentions (first word, last word, number of a relation) the words that show the relations best, and how plainly."""
    plain = words.plain
    library = native.library()
    if library is None or not places:
        return [_cue(plain, _RANKS[_RELATIONS[number]], plain.sentence[first], first, last) for first, last, number in places]
    first, last, relation = np.array(places, np.int32).T
    first, last, numbers = np.ascontiguousarray(first), np.ascontiguousarray(last), relation.astype(np.uint8)
    best, strength = np.empty(len(places), np.int32), np.empty(len(places))
    given = len(words), address(words.cue, np.uint8), address(words.sentence, np.int32)
    asked = len(places), address(first, np.int32), address(last, np.int32), address(numbers, np.uint8)
    out = address(best, np.int32), address(strength, np.float64)
    checked(library.kg_cues(*given, *asked, len(_RANK_TABLE), address(_RANK_TABLE, np.int8), REACH, *out))
    text, start, end = plain.text, plain.start, plain.end
    return [(text[at][start[at] : end[at]] if at >= 0 else "", value) for at, value in zip(best.tolist(), strength.tolist(), strict=True)]


def _in_form(plain: Plain, thing: Thing, type_: ConceptType, number: int) -> int:
    """The number of a thing's relation: that which the form of a sentence means, or else the one that was decided."""
    if number != _PROPOSES and any(_plainly_proposed(plain, mention, first) for mention, first, _ in thing.mentions):
        return _PROPOSES
    overruled = number in _OVERRULED and type_ in _COMPARABLE
    if overruled and any(_plainly_compared(plain, mention, first) for mention, first, _ in thing.mentions):
        return _COMPARES
    return number


def _plainly_proposed(plain: Plain, mention: Mention, first: int) -> bool:
    """Whether a mention stands as X in "we propose X, a …"."""
    begin = plain.bounds[plain.sentence[first]][2]
    cues = _cues_before(plain, first)
    return proposed(plain.text[first], begin, mention.start, mention.end, offers=_OFFERING in cues, names=_NAMING in cues)


def _plainly_compared(plain: Plain, mention: Mention, first: int) -> bool:
    """Whether a mention stands as X in "outperforms X"."""
    # most sentences compare nothing
    if _COMPARING not in _cues_before(plain, first):
        return False
    text, (_, _, begin, end) = plain.text[first], plain.bounds[plain.sentence[first]]
    return compared(text[begin : mention.start], mention.text, text[mention.end : end])


def _cues_before(plain: Plain, first: int) -> list[int]:
    """The cues in the sentence of a word that stand before it."""
    cues, cued, sentence = plain.cue, plain.cued, plain.sentence[first]
    low = plain.cued_at[sentence]
    return [cues[at] for at in cued[low : bisect_left(cued, first, low, plain.cued_at[sentence + 1])]]


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
