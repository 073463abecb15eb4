"""Pairs of things that one paper names together, and what is seen of them: one row a pair, head → tail.

All papers of a batch at once, as arrays. What a row sees is where head and tail stand nearest to each other, the words that
govern each of them there and anywhere, their types, and whether one name holds the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.model import ConceptType, Finding, Relation
from kg.recognize.grams import GAP_HYPHEN
from kg.recognize.sight import Sight
from kg.recognize.things import Thing
from kg.relate.about import NOUNS, THING, Hierarchy, Things, names_of, noun_behind, things_of, word_before
from kg.relate.lexicon import CODE, GOVERNORS, NAMES
from kg.relate.meetings import FAR, Meetings, between, connector, mark_predicates, meetings
from kg.relate.patterns import PATTERNS
from kg.relate.places import BESIDE, Int, Places, Text, places, read

_SIDE = ("for", "on", "in", "with", "via", "using", "to", "from", "of", "as", "than", "like", "and", "own", "propose", "name", "use",
         "combine", "base", "consist", "evaluate", "compare", "address", "study", "improve", "achieve", "be",
         "which", "not", "aim")  # fmt: skip
_MARKS = ("comma", "open", "colon", "edge")
_LEFT = (*_SIDE, *_MARKS)
#: Classes of the word right before a mention.
_WORDS = ("train", "a", "the", "own", "existing", "using", "propose", "base", "name", "of", "for")
_BEFORE = ("own", "propose", "use", "combine", "base", "consist", "evaluate", "compare", "address", "study", "improve", "achieve",
           "train", "existing", "which", "not", "aim", "like")  # fmt: skip
_BEHIND = ("propose", "use", "evaluate", "compare", "improve", "achieve", "be", "for", "on")
_ONLY = tuple(n for n in NAMES if n in GOVERNORS)
COLUMNS: tuple[str, ...] = (
    "head_first", "distance", "things_between", "marks_between", "in_title", "nested", "listed", "shared", "apart",
    "position", "sentence_words",
    "tied", "hyphen_based",
    "head_ends_as_tail", "tail_ends_as_head", "head_holds_tail", "tail_holds_head", "broader", "narrower", "title_between",
    "nearest_broader", "nearest_narrower", "siblings",
    "main_kind", "proposals", "main_proposed",
    *(f"pattern_{c}" for c in PATTERNS[1:]),
    *(f"only_{c}" for c in (*_ONLY, *_MARKS[:3])), *(f"between_{c}" for c in NAMES[1:]),
    *(f"before_{c}" for c in _BEFORE), *(f"behind_{c}" for c in _BEHIND),
    *(f"{side}_left_{c}" for side in ("head", "tail") for c in _LEFT), *(f"{side}_right_{c}" for side in ("head", "tail") for c in _LEFT),
    *(f"{side}_noun_{c}" for side in ("head", "tail") for c in NOUNS), *(f"{side}_word_{c}" for side in ("head", "tail") for c in _WORDS),
    *(f"types_{a.value}_{b.value}" for a in ConceptType for b in ConceptType),
    *(f"relations_{a.value}_{b.value}" for a in Relation for b in Relation),
    *(f"{side}_{c}" for side in ("head", "tail") for c in THING),
)  # fmt: skip
_AT = {name: i for i, name in enumerate(COLUMNS)}
#: Where the columns begin that say of which types both are, and how the paper stands to both.
_TYPES_AT, _RELATIONS_AT = (COLUMNS.index(next(c for c in COLUMNS if c.startswith(name))) for name in ("types_", "relations_"))
_CODES = {"left": _LEFT, "right": _LEFT, "noun": NOUNS, "word": _WORDS, "only": (*_ONLY, *_MARKS[:3])}
#: The columns that say what stands beside a mention, an index of `BESIDE`.
_TABLES = {kind: np.array([[b == c for b in BESIDE] for c in codes], np.float32) for kind, codes in _CODES.items()}


@dataclass(frozen=True, slots=True)
class Pairs:
    """Ordered pairs of findings of a batch: `paper` is the number of the paper, `head` and `tail` number its findings, `first` and
    `last` are the words that the evidence spans. Sorted by paper, then both numbers, each pair in both directions.

    `ways` are the columns of all pairs in the one direction and in the other, shape (len(COLUMNS), 2, pairs / 2).
    """

    paper: Int
    head: Int
    tail: Int
    first: Int
    last: Int
    ways: NDArray[np.float32]

    @property
    def matrix(self) -> NDArray[np.float32]:
        """One row for each ordered pair; made when asked for."""
        return self.ordered(self.ways.reshape(len(COLUMNS), len(self.paper)).T)

    @staticmethod
    def ordered(values: NDArray[Any]) -> NDArray[Any]:
        """Rows of pairs in one direction and then in the other, as each pair in both directions."""
        found: NDArray[Any] = values.reshape(2, len(values) // 2, values.shape[1]).swapaxes(0, 1).reshape(values.shape)
        return found


def pairs_of(sight: Sight, named: Sequence[tuple[Sequence[Thing], Sequence[Finding]]], hierarchy: Hierarchy) -> Pairs:
    """All ordered pairs of things with mentions in one sentence, at the place where they are nearest; and those of what the
    paper is about most with every other thing, at the place of the other.

    Args:
        named: for every paper of the sight its things and the findings made of them.
        hierarchy: which concepts of the catalog are broader than which.
    """
    findings = [f for _, found in named for f in found]
    if len(findings) < 2:
        return _nothing()
    text = read(sight.words)
    where = places(text, [things for things, _ in named], [f.type for f in findings])
    things = things_of(text, where, named, hierarchy.narrower)
    met = meetings(text, where, things)
    if not len(met.low):
        return _nothing()
    mark_predicates(things, met)
    names = names_of(findings, things.begin, hierarchy.broader)
    return _rows(text, where, things, met, names)


def _nothing() -> Pairs:
    none = np.zeros(0, np.int64)
    return Pairs(none, none, none, none, none, np.zeros((len(COLUMNS), 2, 0), np.float32))


def _rows(text: Text, where: Places, things: Things, met: Meetings, names: Mapping[tuple[int, int], int]) -> Pairs:
    n = len(met.low)
    w = text.words
    apart = met.shared == 0
    main = things.main[things.paper[met.low]]
    # apart, only the other thing's place is seen
    a = np.where(apart & (main == met.low), met.b, met.a)
    b = np.where(apart & (main == met.high), met.a, met.b)
    forward = where.first[met.a] < where.first[met.b]
    forward |= (where.first[met.a] == where.first[met.b]) & (where.last[met.a] > where.last[met.b])
    i, j = np.where(forward, a, b), np.where(forward, b, a)
    low_word, high_word = between(where, i, j)
    connecting = np.where(apart, 0, connector(text, low_word, high_word))
    high_word = np.where(apart, low_word, high_word)
    begin, end = text.begin[where.first[i]], text.end[where.first[i]]
    # columns contiguous, as the trees read them: those of all pairs in one direction, then those in the other
    ways = np.zeros((len(COLUMNS), 2, n), np.float32)

    def put(name: str, values: NDArray[np.generic]) -> None:
        ways[_AT[name]] = values

    def put_seen(side: str, names: Sequence[str], low: Int, high: Int) -> None:
        low = np.minimum(low, high)
        for name in names:
            counts = text.counts[:, CODE[name]]
            ways[_AT[f"{side}_{name}"]] = counts.take(high) > counts.take(low)

    put("distance", np.where(apart, FAR, high_word - low_word))
    put("things_between", np.where(apart, 0, _things_between(where, low_word, high_word)))
    put("marks_between", np.where(apart, 0, _marks_between(text, low_word, high_word)))
    put("in_title", w.field[where.first[j]] == 0)
    put("listed", (where.listed[i] == where.listed[j]) & ~apart)
    put("shared", met.shared)
    put("apart", apart)
    first_sentence = np.searchsorted(w.sentence_bounds[:, 0], w.paper[where.first[j]])
    put("position", where.sentence[j] - first_sentence)
    put("sentence_words", end - begin)
    put("title_between", met.titled)
    put("main_kind", things.main_kind[things.paper[met.low]])
    put("main_proposed", things.main_proposed[things.paper[met.low]])
    put("proposals", things.proposals[things.paper[met.low]])
    put("tied", (where.last[i] + 1 == where.first[j]) & (w.gap[where.last[i]] == GAP_HYPHEN) & ~apart)
    noun = noun_behind(text, where)
    put("hyphen_based", (w.gap[where.last[i]] == GAP_HYPHEN) & (noun[i] == CODE["base"]) & ~apart)
    put_seen("between", NAMES[1:], low_word, high_word)
    put_seen("before", _BEFORE, begin, where.start[i])
    put_seen("behind", _BEHIND, where.stop[j] + 1, end)
    inside = (where.first[j] <= where.last[i]) & ~apart
    sides = {
        "left": text.before(where.start)[0],
        "right": text.behind(where.stop)[0],
        "noun": noun,
        "word": word_before(text, where),
    }
    bits = _bits_of(names, met.low, met.high), _bits_of(names, met.high, met.low)
    only, of_things = _TABLES["only"].take(connecting, axis=1), np.ascontiguousarray(things.columns.T)
    for way, (head, tail, at_head, at_tail, sign, mine, other) in enumerate(
        (
            (met.low, met.high, a, b, np.where(forward, 1, -1), *bits),
            (met.high, met.low, b, a, np.where(forward, -1, 1), *reversed(bits)),
        )
    ):
        rows = ways[:, way]
        rows[_AT["head_first"]] = sign
        rows[_AT["nested"]] = inside * sign
        for name, bit, value in (
            ("head_ends_as_tail", 1, mine), ("tail_ends_as_head", 1, other), ("head_holds_tail", 2, mine), ("tail_holds_head", 2, other),
            ("broader", 4, mine), ("narrower", 4, other), ("nearest_broader", 8, mine), ("nearest_narrower", 8, other),
            ("siblings", 16, mine),
        ):  # fmt: skip
            rows[_AT[name]] = (value & bit) > 0
        base = _AT[f"only_{_ONLY[0]}"]
        rows[base : base + len(only)] = only * sign
        base = _AT[f"pattern_{PATTERNS[1]}"]
        rows[base : base + len(PATTERNS) - 1] = -met.ever.T if way else met.ever.T
        for side, at in (("head", at_head), ("tail", at_tail)):
            for kind, beside in sides.items():
                base = _AT[f"{side}_{kind}_{_CODES[kind][0]}"]
                rows[base : base + len(_CODES[kind])] = _TABLES[kind].take(beside[at], axis=1)
        for side, thing in (("head", head), ("tail", tail)):
            base = _AT[f"{side}_{THING[0]}"]
            rows[base : base + len(THING)] = of_things.take(thing, axis=1)
        at_row = np.arange(n)
        for base, number, of in ((_TYPES_AT, len(ConceptType), things.type), (_RELATIONS_AT, len(Relation), things.relation)):
            rows[base + of[head] * number + of[tail], at_row] = 1
    paper = things.paper[met.low]
    begin_ = things.begin[paper]
    x, y = met.low - begin_, met.high - begin_
    other = np.where(main == met.low, met.b, met.a)
    first = np.where(apart, where.first[other], np.minimum(where.first[met.a], where.first[met.b]))
    last = np.where(apart, where.last[other], np.maximum(where.last[met.a], where.last[met.b]))
    return Pairs(
        np.repeat(paper, 2),
        np.stack((x, y), 1).reshape(-1),
        np.stack((y, x), 1).reshape(-1),
        np.repeat(first, 2),
        np.repeat(last, 2),
        ways,
    )


def _bits_of(names: Mapping[tuple[int, int], int], head: Int, tail: Int) -> Int:
    """What `names` says of some pairs, 0 where it says nothing."""
    if not names:
        return np.zeros(len(head), np.int64)
    size = 1 << 32  # more than there are things
    known = np.array([*names]) @ np.array([size, 1])
    order = np.argsort(known)
    wanted = head * size + tail
    at = order[np.minimum(np.searchsorted(known, wanted, sorter=order), len(known) - 1)]
    return np.where(known[at] == wanted, np.array([*names.values()])[at], 0)


def _things_between(where: Places, low: Int, high: Int) -> Int:
    """How many lists or mentions begin between two words."""
    starts = np.unique(where.start[~where.inside])
    found: Int = np.searchsorted(starts, high) - np.searchsorted(starts, low)
    return np.maximum(found, 0)


def _marks_between(text: Text, low: Int, high: Int) -> Int:
    """How many marks stand between the word before `low` and `high`."""
    marks = np.concatenate(([0], np.cumsum(text.mark > 0)))
    found: Int = np.maximum(marks[high] - marks[np.maximum(low - 1, 0)], 0)
    return found
