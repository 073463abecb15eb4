"""What is seen of each thing of a batch by itself: its type, where it stands, and which name holds which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from kg.model import ConceptType, Finding, Relation
from kg.recognize.grams import key
from kg.recognize.things import Thing
from kg.relate.lexicon import CODE, classes
from kg.relate.places import BESIDE, EDGE, Int, Places, Text
from kg.text import folded_words

_TYPES = tuple(ConceptType)
_TYPE_AT = {t: n for n, t in enumerate(_TYPES)}
_RELATIONS = tuple(Relation)
_RELATION_AT = {r: n for n, r in enumerate(_RELATIONS)}
#: Sentences behind the last mention of the main thing beyond which it does not matter how many there are.
LONG = 9
#: Classes of the word right behind a mention.
NOUNS = ("none", "dataset", "model", "method", "task", "metric", "kind", "base", "train")
#: By which words a thing stands anywhere in the paper.
_ANYWHERE = ("for", "on", "in", "with", "via", "using", "to", "from", "of", "than", "like", "propose", "name", "use", "combine", "base",
             "consist", "evaluate", "compare", "address", "study", "improve", "achieve", "edge", "comma")  # fmt: skip
#: Classes of the last word of a name, by which it says itself what it names.
LAST = ("model", "method", "task", "dataset", "metric", "train", "address", "evaluate")
THING = (
    *(t.value for t in _TYPES), *(r.value for r in _RELATIONS), "title", "title_start", "count", "p", "main", "rank", "name",
    "own_near", "predicate", "known", "of_type", "rank_of_type", "since_main", "length", "narrower",
    *(f"last_{c}" for c in LAST),
    *(f"any_{c}" for c in _ANYWHERE), *(f"noun_{c}" for c in NOUNS),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """For catalog ids the ids of all their broader concepts, nearest first, and of how many each is a broader one."""

    broader: Mapping[str, Sequence[str]]
    narrower: Mapping[str, int]

    @classmethod
    def of(cls, broader: Mapping[str, Sequence[str]]) -> Hierarchy:
        """The hierarchy of these broader concepts."""
        return cls(broader, Counter(one for all_ in broader.values() for one in all_))


@dataclass(frozen=True, slots=True)
class Things:
    """All things of a batch: the paper of each, its columns (`THING`); of each paper the first thing, the
    one that it is about most (-1 where it has none), how many it proposes, the type of the main one (from 1 on), and how surely it
    proposes that; of each thing the number of its type and of its relation."""

    paper: Int
    begin: Int
    main: Int
    columns: NDArray[np.float32]
    proposals: Int
    main_kind: Int
    main_proposed: NDArray[np.float32]
    type: Int
    relation: Int


def things_of(text: Text, where: Places, named: Sequence[tuple[Sequence[Thing], Sequence[Finding]]], narrower: Mapping[str, int]) -> Things:
    """The things of a batch: `named` has for every paper its things and the findings made of them, `narrower` says of how many concepts
    of the catalog one is a broader one."""
    sizes = [len(found) for _, found in named]
    begin = np.concatenate(([0], np.cumsum(sizes)))
    number = int(begin[-1])
    columns = np.zeros((number, len(THING)), np.float32)
    at = {name: i for i, name in enumerate(THING)}
    every = [f for _, found in named for f in found]
    rows = np.arange(number)
    columns[rows, [_TYPE_AT[f.type] for f in every]] = 1
    relation = np.array([_RELATION_AT[f.relation] for f in every])
    # how sure it is how the paper stands to each says more than what is likeliest
    columns[:, len(_TYPES) : len(_TYPES) + len(_RELATIONS)] = [t.groups[0].relations for there, _ in named for t in there]
    proposes = len(_TYPES) + _RELATION_AT[Relation.PROPOSES]
    offered = relation == _RELATION_AT[Relation.PROPOSES]
    columns[:, proposes] = np.maximum(columns[:, proposes], 0.5 * offered)
    columns[:, at["p"]] = [t.groups[0].probability for there, _ in named for t in there]
    columns[:, at["known"]] = [bool(f.concept) for f in every]
    columns[:, at["narrower"]] = [narrower.get(f.concept, 0).bit_length() for f in every]
    proper, length, lasts = zip(*(_label(f.label) for f in every), strict=True) if every else ((), (), ())
    columns[:, at["name"]], columns[:, at["length"]] = proper, length
    last = classes(np.array(lasts, np.uint64))
    for c in LAST:
        columns[:, at[f"last_{c}"]] = last == CODE[c]
    w = text.words
    title = w.field[where.first] == 0
    opening = title & (where.first == text.begin[where.first]) & ~where.inside
    for name, values in (("title", title), ("title_start", opening)):
        columns[:, at[name]] = np.bincount(where.thing, values, number) > 0
    columns[:, at["count"]] = np.minimum(np.bincount(where.thing, minlength=number), 6)
    first = np.full(number, len(w))
    np.minimum.at(first, where.thing, where.first)
    left, _ = text.before(where.start)
    for n, c in enumerate(_ANYWHERE):
        hit = left == BESIDE.index(c)
        columns[:, at["any_for"] + n] = np.bincount(where.thing, hit, number) > 0
    own = text.counts[where.first, CODE["own"]] - text.counts[text.begin[where.first], CODE["own"]] > 0
    columns[:, at["own_near"]] = np.bincount(where.thing, own, number) > 0
    behind = noun_behind(text, where)
    for c in NOUNS:
        columns[:, at[f"noun_{c}"]] = np.bincount(where.thing, behind == CODE[c], number) > 0
    paper = np.repeat(np.arange(len(named)), sizes)
    # what the paper is about most: proposed, named where the title begins, in the title, often
    about = (
        12.0 * columns[:, proposes] + 2.0 * offered + 2.0 * columns[:, at["title_start"]] + 1.0 * columns[:, at["title"]]
        + 1.0 * columns[:, at["name"]] + 0.3 * np.minimum(columns[:, at["count"]], 3) + columns[:, at["p"]]
        - 2.0 * columns[:, _TYPE_AT[ConceptType.METRIC]] - 1.0 * columns[:, _TYPE_AT[ConceptType.TASK]]
    )  # fmt: skip
    order = np.lexsort((rows, -about, paper))
    main = np.full(len(named), -1)
    papers, places_ = np.unique(paper[order], return_index=True)
    main[papers] = order[places_]
    columns[main[papers], at["main"]] = 1
    rank = np.empty(number)
    by_place = np.lexsort((first, paper))
    rank[by_place] = np.arange(number) - begin[paper[by_place]]
    columns[:, at["rank"]] = rank
    kinds = columns[:, : len(_TYPES)].argmax(axis=1)
    of_type, rank_of_type = _among(paper * len(_TYPES) + kinds, about)
    columns[:, at["of_type"]], columns[:, at["rank_of_type"]] = np.minimum(of_type, 6), np.minimum(rank_of_type, 5)
    columns[:, at["since_main"]] = _since_main(where, paper, main)
    proposals = np.bincount(paper, relation == _RELATION_AT[Relation.PROPOSES], len(named)).astype(np.int64)
    kind = np.zeros(len(named), np.int64)
    kind[papers] = [_TYPE_AT[every[m].type] + 1 for m in main[papers]]
    proposed = np.zeros(len(named), np.float32)
    proposed[papers] = columns[main[papers], proposes]
    return Things(paper, begin, main, columns, proposals, kind, proposed, kinds, relation)


def _among(group: Int, value: NDArray[np.float32]) -> tuple[Int, Int]:
    """The size of the group of each thing, and how many of it come before it by falling value."""
    order = np.lexsort((np.arange(len(group)), -value, group))
    _, begins, of, sizes = np.unique(group[order], return_index=True, return_inverse=True, return_counts=True)
    size, rank = np.empty(len(group), np.int64), np.empty(len(group), np.int64)
    size[order], rank[order] = sizes[of], np.arange(len(group)) - begins[of]
    return size, rank


def _since_main(where: Places, paper: Int, main: Int) -> Int:
    """For every thing the fewest sentences that any mention of it stands behind one of the main thing, at most `LONG`."""
    of = paper[where.thing]
    at = np.maximum.accumulate(np.where(where.thing == main[of], np.arange(len(where)), -1))
    since = np.where((at >= 0) & (of[at] == of), where.sentence - where.sentence[at], LONG)
    found = np.full(len(paper), LONG)
    np.minimum.at(found, where.thing, np.minimum(since, LONG))
    return found


@lru_cache(maxsize=100_000)
def _label(label: str) -> tuple[bool, int, int]:
    """Whether a label looks like a proper name (a capital behind the first letter, or a digit), how many words it has, at most six, and
    the key of the last; 0 where there is none."""
    words = folded_words(label)
    proper = any(map(str.isupper, label[1:])) or any(map(str.isdigit, label))
    return proper, min(len(words), 6), key(words[-1]) if words else 0


def noun_behind(text: Text, where: Places) -> NDArray[np.uint8]:
    """The class of the word right behind every mention, `EDGE` where a mark or nothing stands there."""
    behind = np.minimum(where.last + 1, len(text.code) - 1)
    clear = (text.mark[where.last] == 0) & (text.words.sentence[behind] == where.sentence) & (behind > where.last)
    found: NDArray[np.uint8] = np.where(clear, text.code[behind], EDGE).astype(np.uint8)
    return found


def word_before(text: Text, where: Places) -> NDArray[np.uint8]:
    """The class of the word right before every mention or its list, 0 at the edge of a sentence."""
    begins = where.start == text.begin[where.start]
    found: NDArray[np.uint8] = np.where(begins, 0, text.code[np.maximum(where.start - 1, 0)]).astype(np.uint8)
    return found


def names_of(findings: Sequence[Finding], begin: Int, broader: Mapping[str, Sequence[str]]) -> dict[tuple[int, int], int]:
    """For (head, tail) a bit each: 1 a name of the head ends as one of the tail, 2 it holds one elsewhere, 4 the catalog calls the
    tail broader, 8 the tail is the nearest of the broader ones that the paper names, 16 both are of one nearest kind."""
    found: dict[tuple[int, int], int] = {}
    for low, high in zip(begin[:-1].tolist(), begin[1:].tolist(), strict=True):
        whole: dict[tuple[str, ...], int] = {}
        split = [{folded_words(n) for n in (f.label, *f.aliases, *f.acronyms)} for f in findings[low:high]]
        ids: dict[str, int] = {}
        for number, names in enumerate(split, low):
            for parts in names:
                whole.setdefault(parts, number)
            if findings[number].concept:
                ids[findings[number].concept] = number
        # of most words no name begins
        begins: dict[str, set[int]] = {}
        for parts in whole:
            if parts:
                begins.setdefault(parts[0], set()).add(len(parts))
        for number, names in enumerate(split, low):
            for parts in names:
                size = len(parts)
                for a, word in enumerate(parts):
                    for length in begins.get(word, ()):
                        if length < size and a + length <= size and (other := whole.get(parts[a : a + length], number)) != number:
                            found[number, other] = found.get((number, other), 0) | (1 if a + length == size else 2)
            nearest = 8
            for one in broader.get(findings[number].concept, ()):
                if (other := ids.get(one, number)) != number:
                    found[number, other] = found.get((number, other), 0) | 4 | nearest
                    nearest = 0
        siblings: dict[str, list[int]] = {}
        for identity, number in ids.items():
            if above := broader.get(identity):
                siblings.setdefault(above[0], []).append(number)
        for together in siblings.values():
            for a, b in permutations(together, 2):
                found[a, b] = found.get((a, b), 0) | 16
    return found
