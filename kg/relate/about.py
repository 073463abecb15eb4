"""What is seen of each thing of a batch by itself: its type, where it stands, and which name holds which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kg.model import ConceptType, Finding, Relation
from kg.recognize.things import Thing
from kg.relate.lexicon import CODE
from kg.relate.places import BESIDE, EDGE, Int, Places, Text
from kg.text import WORD, fold_word

_TYPES = tuple(ConceptType)
_TYPE_AT = {t: n for n, t in enumerate(_TYPES)}
_RELATIONS = tuple(Relation)
_RELATION_AT = {r: n for n, r in enumerate(_RELATIONS)}
#: Classes of the word right behind a mention.
NOUNS = ("none", "dataset", "model", "method", "task", "metric", "kind", "base", "train")
#: By which words a thing stands anywhere in the paper.
_ANYWHERE = ("for", "on", "in", "with", "via", "using", "to", "from", "of", "than", "like", "propose", "name", "use", "combine", "base",
             "consist", "evaluate", "compare", "address", "study", "improve", "achieve", "edge", "comma")  # fmt: skip
THING = (
    *(t.value for t in _TYPES), *(r.value for r in _RELATIONS), "title", "title_start", "count", "p", "main", "rank", "name",
    "own_near", "predicate",
    *(f"any_{c}" for c in _ANYWHERE), *(f"noun_{c}" for c in NOUNS),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Things:
    """All things of a batch: the paper of each, its columns (`THING`); of each paper the first thing, the
    one that it is about most (-1 where it has none), how many it proposes, and the type of the main one (from 1 on)."""

    paper: Int
    begin: Int
    main: Int
    columns: NDArray[np.float32]
    proposals: Int
    main_kind: Int


def things_of(text: Text, where: Places, named: Sequence[tuple[Sequence[Thing], Sequence[Finding]]]) -> Things:
    """The things of a batch: `named` has for every paper its things and the findings made of them."""
    sizes = [len(found) for _, found in named]
    begin = np.concatenate(([0], np.cumsum(sizes)))
    number = int(begin[-1])
    columns = np.zeros((number, len(THING)), np.float32)
    at = {name: i for i, name in enumerate(THING)}
    every = [f for _, found in named for f in found]
    rows = np.arange(number)
    columns[rows, [_TYPE_AT[f.type] for f in every]] = 1
    relation = np.array([_RELATION_AT[f.relation] for f in every])
    columns[rows, len(_TYPES) + relation] = 1
    columns[:, at["p"]] = [t.groups[0].probability for there, _ in named for t in there]
    columns[:, at["name"]] = [_is_name(f.label) for f in every]
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
        8.0 * (relation == _RELATION_AT[Relation.PROPOSES]) + 4.0 * columns[:, at["title_start"]] + 2.0 * columns[:, at["title"]]
        + 1.0 * columns[:, at["name"]] + 0.5 * columns[:, at["count"]] + columns[:, at["p"]]
        - 4.0 * ((columns[:, _TYPE_AT[ConceptType.METRIC]] > 0) | (columns[:, _TYPE_AT[ConceptType.TASK]] > 0))
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
    proposals = np.bincount(paper, relation == _RELATION_AT[Relation.PROPOSES], len(named)).astype(np.int64)
    kind = np.zeros(len(named), np.int64)
    kind[papers] = [_TYPE_AT[every[m].type] + 1 for m in main[papers]]
    return Things(paper, begin, main, columns, proposals, kind)


def _is_name(label: str) -> bool:
    """Whether a label looks like a proper name: a capital behind the first letter, or a digit."""
    return any(map(str.isupper, label[1:])) or any(map(str.isdigit, label))


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


@lru_cache(maxsize=100_000)
def _parts(name: str) -> tuple[str, ...]:
    return tuple(map(fold_word, WORD.findall(name)))


def names_of(findings: Sequence[Finding], begin: Int, ancestors: Mapping[str, Sequence[str]]) -> dict[tuple[int, int], int]:
    """For (head, tail) a bit each: 1 a name of the head ends as one of the tail, 2 it holds one elsewhere, 4 the catalog calls the
    tail broader."""
    found: dict[tuple[int, int], int] = {}
    for low, high in zip(begin[:-1].tolist(), begin[1:].tolist(), strict=True):
        whole: dict[tuple[str, ...], int] = {}
        split = [{_parts(n) for n in (f.label, *f.aliases, *f.acronyms)} for f in findings[low:high]]
        ids: dict[str, int] = {}
        for number, names in enumerate(split, low):
            for parts in names:
                whole.setdefault(parts, number)
            if findings[number].concept:
                ids[findings[number].concept] = number
        for number, names in enumerate(split, low):
            for parts in names:
                for a in range(len(parts)):
                    for b in range(a + 1, len(parts) + 1):
                        if b - a < len(parts) and (other := whole.get(parts[a:b], number)) != number:
                            found[number, other] = found.get((number, other), 0) | (1 if b == len(parts) else 2)
            for broader in ancestors.get(findings[number].concept, ()):
                if (other := ids.get(broader, number)) != number:
                    found[number, other] = found.get((number, other), 0) | 4
    return found
