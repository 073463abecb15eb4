"""Pairs of things that one paper names together, and what is seen of them: one row a pair, head → tail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.model import ConceptType, Finding, Relation
from kg.recognize.grams import FIRST, GAP_BREAK, MARK
from kg.recognize.lexicon import CUE, CUE_NAMES
from kg.recognize.sight import Sight
from kg.recognize.things import Thing
from kg.text import fold_word, words

_TYPES = tuple(ConceptType)
_RELATIONS = tuple(Relation)
_CUES = len(CUE_NAMES)
#: Words between two mentions beyond which they are not taken to say something of each other.
FAR = 40
#: Cues that are counted before the first mention, between the two, and behind the second.
_OUTSIDE = ("propose", "use", "base", "evaluate", "compare", "address", "such", "train", "achieve", "for", "on", "name", "existing", "own")

COLUMNS: tuple[str, ...] = (
    "head_first", "distance", "things_between", "commas_between", "breaks_between", "title", "nested", "same_last_word", "sentences",
    "position", "shared", "ancestor", "head_title", "tail_title", "head_count", "tail_count", "head_main", "tail_main", "head_start",
    "colon", "open", "apart", "head_p", "tail_p",
    *(f"head_{t.value}" for t in _TYPES), *(f"tail_{t.value}" for t in _TYPES),
    *(f"head_{r.value}" for r in _RELATIONS), *(f"tail_{r.value}" for r in _RELATIONS),
    *(f"between_{c}" for c in CUE_NAMES[1:]), *(f"before_{c}" for c in _OUTSIDE), *(f"behind_{c}" for c in _OUTSIDE),
    *(f"next_head_{c}" for c in CUE_NAMES[1:]), *(f"next_tail_{c}" for c in CUE_NAMES[1:]),
)  # fmt: skip
_AT = {name: i for i, name in enumerate(COLUMNS)}
_BETWEEN, _BEFORE, _BEHIND = _AT[f"between_{CUE_NAMES[1]}"], _AT[f"before_{_OUTSIDE[0]}"], _AT[f"behind_{_OUTSIDE[0]}"]
_NEXT_HEAD, _NEXT_TAIL = _AT[f"next_head_{CUE_NAMES[1]}"], _AT[f"next_tail_{CUE_NAMES[1]}"]
_OUT_CUES = np.array([CUE[c] for c in _OUTSIDE])


@dataclass(frozen=True, slots=True)
class Pairs:
    """Ordered pairs of findings of one paper; `first` and `last` are the words that the pair's evidence spans."""

    heads: list[int]
    tails: list[int]
    spans: list[tuple[int, int]]
    matrix: NDArray[np.float32]


Place = tuple[int, int]  # first and last word of a mention, both inclusive


@dataclass(frozen=True, slots=True)
class _Meeting:
    """Where two things stand together: their mentions, the words between them, and in how many sentences they meet."""

    a: Place
    b: Place
    distance: int
    shared: int

    @property
    def apart(self) -> bool:
        return self.shared == 0


def pairs_of(sight: Sight, named: Sequence[Thing], findings: Sequence[Finding], ancestors: Mapping[str, Sequence[str]]) -> Pairs:
    """All ordered pairs of things with mentions in one sentence, each at the place where they are nearest; and those of the
    thing that the paper is about most with every other, at the place that decided the other's relation.

    Args:
        ancestors: for catalog ids the ids of their broader concepts.
    """
    by_sentence: dict[int, list[tuple[int, int, int]]] = {}
    for number, thing in enumerate(named):
        for _, first, last in thing.mentions:
            by_sentence.setdefault(int(sight.words.sentence[first]), []).append((first, last, number))
    for there in by_sentence.values():
        there.sort()
    main = _main(findings)
    meetings = _meetings(by_sentence)
    for number, finding in enumerate(findings):
        both = (min(main, number), max(main, number))
        if main >= 0 and number != main and both not in meetings:
            # what a sentence says of "our method" is said of what the paper proposes
            places = _decisive(named[main], findings[main]), _decisive(named[number], finding)
            meetings[both] = _Meeting(*(places if main < number else places[::-1]), FAR, 0)
    if not meetings:
        return Pairs([], [], [], np.zeros((0, len(COLUMNS)), np.float32))
    facts = [_facts(thing, finding) for thing, finding in zip(named, findings, strict=True)]
    heads: list[int] = []
    tails: list[int] = []
    spans: list[Place] = []
    rows = iter(matrix := np.zeros((2 * len(meetings), len(COLUMNS)), np.float32))
    for (a, b), met in sorted(meetings.items(), key=lambda m: m[0]):
        if met.apart:
            # the sentence of the other thing, from its beginning to the mention
            span = met.b if a == main else met.a
            begin = int(np.searchsorted(sight.words.sentence, sight.words.sentence[span[0]], "left"))
            place = _place(sight, by_sentence, FAR, (begin, begin - 1), span)
        else:
            span = (min(met.a[0], met.b[0]), max(met.a[1], met.b[1]))
            place = _place(sight, by_sentence, met.distance, met.a, met.b)
        place[_AT["apart"]] = met.apart
        place[_AT["shared"]] = met.shared
        for head, tail, h, t in ((a, b, met.a, met.b), (b, a, met.b, met.a)):
            row = next(rows)
            row[:] = place
            _fill(row, sight, h, t, facts[head], facts[tail])
            row[_AT["head_main"]] = head == main
            row[_AT["tail_main"]] = tail == main
            broader = findings[tail].concept
            row[_AT["ancestor"]] = bool(broader) and broader in ancestors.get(findings[head].concept, ())
            heads.append(head)
            tails.append(tail)
            spans.append(span)
    return Pairs(heads, tails, spans, matrix)


def _meetings(by_sentence: Mapping[int, Sequence[tuple[int, int, int]]]) -> dict[tuple[int, int], _Meeting]:
    """For every two things (the smaller number first) the place where they are nearest in one sentence."""
    nearest: dict[tuple[int, int], tuple[int, Place, Place]] = {}
    shared: dict[tuple[int, int], set[int]] = {}
    for sentence, there in by_sentence.items():
        for i, (a1, a2, a) in enumerate(there):
            for b1, b2, b in there[i + 1 :]:
                if a == b or b1 - a2 > FAR:
                    continue
                both = (min(a, b), max(a, b))
                shared.setdefault(both, set()).add(sentence)
                distance = max(0, b1 - a2 - 1)
                found = (distance, (a1, a2), (b1, b2)) if a < b else (distance, (b1, b2), (a1, a2))
                if both not in nearest or found < nearest[both]:
                    nearest[both] = found
    return {both: _Meeting(a, b, distance, len(shared[both])) for both, (distance, a, b) in nearest.items()}


def _fill(row: NDArray[np.float32], sight: Sight, head: Place, tail: Place, of_head: _Facts, of_tail: _Facts) -> None:
    """The columns that depend on which of the two is the head."""
    row[_AT["head_first"]] = head[0] < tail[0]
    row[_AT["head_start"]] = bool(sight.words.flags[head[0]] & FIRST)
    row[_AT["nested"]] = (head[0] <= tail[0] and tail[1] <= head[1]) - (tail[0] <= head[0] and head[1] <= tail[1])
    row[_AT["same_last_word"]] = of_head.last_word == of_tail.last_word
    for fact, side in ((of_head, "head"), (of_tail, "tail")):
        row[_AT[f"{side}_title"]] = fact.in_title
        row[_AT[f"{side}_count"]] = fact.count
        row[_AT[f"{side}_p"]] = fact.probability
        row[_AT[f"{side}_{_TYPES[0].value}"] + fact.type] = 1
        row[_AT[f"{side}_{_RELATIONS[0].value}"] + fact.relation] = 1
    for place, base in ((head, _NEXT_HEAD), (tail, _NEXT_TAIL)):
        before, after = _beside(sight, *place)
        if before:
            row[base + before - 1] = 1
        if after:
            row[base + after - 1] += 2


@dataclass(frozen=True, slots=True)
class _Facts:
    in_title: bool
    count: int
    probability: float
    type: int
    relation: int
    last_word: str


def _facts(thing: Thing, finding: Finding) -> _Facts:
    spans = list(words(finding.label))
    last = fold_word(finding.label[slice(*spans[-1])]) if spans else ""
    return _Facts(
        any(m.field == "title" for m, _, _ in thing.mentions), len(thing.mentions), thing.groups[0].probability, _TYPES.index(finding.type),
        _RELATIONS.index(finding.relation), last,
    )  # fmt: skip


def _main(findings: Sequence[Finding]) -> int:
    """The thing that the paper is about most: the surest of those it proposes, or -1."""
    proposed = [(-f.confidence, n) for n, f in enumerate(findings) if f.relation is Relation.PROPOSES]
    return min(proposed)[1] if proposed else -1


def _decisive(thing: Thing, finding: Finding) -> tuple[int, int]:
    """The words of the mention that decided the relation."""
    wanted = finding.evidence[0].mention
    return next((first, last) for mention, first, last in thing.mentions if mention == wanted)


def _beside(sight: Sight, first: int, last: int) -> tuple[int, int]:
    """The cue classes of the words right before and right after a mention, 0 where the sentence ends."""
    w = sight.words
    before = 0 if w.flags[first] & FIRST else int(w.cue[first - 1])
    after = int(w.cue[last + 1]) if last + 1 < len(w) and w.sentence[last + 1] == w.sentence[last] else 0
    return before, after


def _place(
    sight: Sight, by_sentence: Mapping[int, Sequence[tuple[int, int, int]]], distance: int, a: Place, b: Place
) -> NDArray[np.float32]:
    """The columns that head and tail have in common."""
    w = sight.words
    (a1, a2), (b1, b2) = a, b
    row = np.zeros(len(COLUMNS), np.float32)
    sentence = int(w.sentence[b1])
    low, high = min(a2, b2) + 1, max(a1, b1)
    begin = int(np.searchsorted(w.sentence, sentence, "left"))
    end = int(np.searchsorted(w.sentence, sentence, "right"))
    row[_AT["distance"]] = distance
    row[_AT["things_between"]] = sum(low <= first < high for first, _, _ in by_sentence[sentence])
    if high >= low:
        after = w.after[low - 1 : high]
        row[_AT["commas_between"]] = np.count_nonzero(after == MARK[","])
        row[_AT["breaks_between"]] = np.count_nonzero(w.gap[low - 1 : high] == GAP_BREAK)
        row[_AT["colon"]] = np.count_nonzero(after == MARK[":"]) > 0
        row[_AT["open"]] = np.count_nonzero(after == MARK["("]) > 0
    row[_AT["title"]] = int(w.field[b1]) == 0
    row[_AT["position"]] = sentence - int(np.searchsorted(w.sentence_bounds[:, 0], w.paper[b1]))
    row[_AT["sentences"]] = end - begin
    between = np.bincount(w.cue[low:high], minlength=_CUES) if high > low else np.zeros(_CUES)
    row[_BETWEEN : _BETWEEN + _CUES - 1] = between[1:]
    before = np.bincount(w.cue[begin : min(a1, b1)], minlength=_CUES)
    behind = np.bincount(w.cue[max(a2, b2) + 1 : end], minlength=_CUES)
    row[_BEFORE : _BEFORE + len(_OUTSIDE)] = before[_OUT_CUES]
    row[_BEHIND : _BEHIND + len(_OUTSIDE)] = behind[_OUT_CUES]
    return row
