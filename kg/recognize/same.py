"""Which things of one paper are one concept under two names: a trained decision over pairs whose names have something in common.

A paper calls its subject *semantic parsing* and *neural semantic parsing*, its model *Text2Graph* and *Text-to-Graph Neural Network*, and
means one thing each time; *linear bandit* and *contextual bandit* are two. What tells is how the names hold each other, how established
each is in the field by itself, of which types and relations both are, and how they stand to each other in the text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kg.linking.linker import Candidate
from kg.model import Relation
from kg.recognize.sight import Sight
from kg.recognize.things import Thing
from kg.text import BETWEEN, fold_word, words

#: What the trained decisions see of the strings themselves; of both things.
_SEEN = ("n_df", "n_kwdf", "n_intro", "n_acr", "share_kwhit", "share_intro", "kw_longer_right", "kw_longer_left", "kw_shorter_right",
         "kw_shorter_left", "capital_inside", "innercap", "allcap", "hyphens", "in_title", "title_prefix")  # fmt: skip
_PROPOSES = tuple(Relation).index(Relation.PROPOSES)
_OWN = ("words", "mentions", "score", "known", "proposes", *_SEEN)
COLUMNS: tuple[str, ...] = (
    "shared", "share_short", "share_long", "starts_alike", "ends_alike", "starts_with", "ends_with", "initials", "initials_before",
    "types", "relations", "both_known", "broader", "sentences", "gap", "between_marks",
    *(f"{side}_{name}" for side in ("short", "long") for name in _OWN),
)  # fmt: skip
#: Probability from which two things are one.
THRESHOLD = 0.5
_FAR = 50

Linked = tuple[Thing, Candidate | None, list[Candidate]]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of things of one paper, by their numbers, and what is seen of them: shape (pairs, len(COLUMNS))."""

    first: list[int]
    second: list[int]
    matrix: NDArray[np.float32]


_NONE = Pairs([], [], np.zeros((0, len(COLUMNS)), np.float32))


@dataclass(frozen=True, slots=True)
class _Name:
    """A string as folded words, and without marks."""

    words: tuple[str, ...]
    letters: str
    initials: str


def seen_of(sight: Sight, linked: Sequence[Sequence[Linked]]) -> dict[int, list[float]]:
    """What is seen of the surest group of each thing of some papers, by group."""
    groups = sorted({thing.groups[0].group for mine in linked for thing, _, _ in mine})
    return dict(zip(groups, sight.seen.floats(np.array(groups, np.int64), _columns(sight.columns)).tolist(), strict=True))


def pairs_of(
    sight: Sight, linked: Sequence[Linked], broader: Mapping[str, Sequence[str]], seen: Mapping[int, Sequence[float]] | None = None
) -> Pairs:
    """The pairs of things of one paper whose names share a word, or of which one may abbreviate the other.

    Args:
        broader: for the ids of known concepts those of broader ones.
        seen: `seen_of` for the things of this paper and others; left out, it is made for these alone.
    """
    if len(linked) < 2:
        return _NONE
    seen = seen_of(sight, [linked]) if seen is None else seen
    names = [[_name(text) for text in dict.fromkeys((*thing.texts[:3], *thing.long, *thing.short))] for thing, _, _ in linked]
    words_of = [frozenset(word for name in own for word in name.words) for own in names]
    starts = [frozenset(name.letters[:1] for name in own) for own in names]
    first, second, rows = [], [], []
    for a in range(len(linked)):
        for b in range(a + 1, len(linked)):
            if words_of[a].isdisjoint(words_of[b]) and not (
                starts[a] & starts[b] and any(_abbreviates(x, y) or _abbreviates(y, x) for x in names[a] for y in names[b])
            ):
                continue
            one, other = max(((x, y) for x in names[a] for y in names[b]), key=lambda pair: _overlap(*pair))
            short, long = (a, one), (b, other)
            if (len(one.words), len(one.letters)) > (len(other.words), len(other.letters)):
                short, long = long, short
            first.append(short[0])
            second.append(long[0])
            rows.append(_row(sight, linked[short[0]], linked[long[0]], short[1], long[1], broader, seen))
    return Pairs(first, second, np.array(rows, np.float32).reshape(-1, len(COLUMNS)))


@lru_cache(maxsize=20_000)
def _name(text: str) -> _Name:
    found = [text[a:b] for a, b in words(text)]
    folded = tuple(fold_word(word) for word in found)
    return _Name(folded, "".join(folded), "".join(w[0].casefold() for w in found if w.casefold() not in BETWEEN))


def _overlap(a: _Name, b: _Name) -> tuple[float, int]:
    shared = len({*a.words} & {*b.words})
    return (2 * shared / max(len(a.words) + len(b.words), 1) + 0.5 * _abbreviates(a, b) + 0.5 * _abbreviates(b, a), -len(b.letters))


def _abbreviates(short: _Name, long: _Name) -> bool:
    """Whether the first word of one begins with the initials of the words that the other has beyond those that both have."""
    if len(short.words) > len(long.words) or len(long.words) < 2:
        return False
    rest = [word for word in short.words[1:] if word not in long.words]
    head = short.words[0] if short.words else ""
    return not rest and 2 <= len(head) <= 8 and (long.initials.startswith(head) or head.startswith(long.initials))


def _row(
    sight: Sight, short: Linked, long: Linked, a: _Name, b: _Name, broader: Mapping[str, Sequence[str]], seen: Mapping[int, Sequence[float]]
) -> list[float]:
    (one, known, _), (other, also, _) = short, long
    shared = len({*a.words} & {*b.words})
    n, m = len(a.words), len(b.words)
    p, q = one.groups[0], other.groups[0]
    sentences, gap, marks = _apart(sight, one, other)
    return [
        shared, shared / max(n, 1), shared / max(m, 1),
        a.words[:1] == b.words[:1], a.words[-1:] == b.words[-1:], b.words[:n] == a.words, b.words[m - n :] == a.words,
        b.initials == a.letters, _abbreviates(a, b),
        sum(x * y for x, y in zip(p.types, q.types, strict=True)), sum(x * y for x, y in zip(p.relations, q.relations, strict=True)),
        known is not None and also is not None,
        known is not None and also is not None and _broader(known.concept, also.concept, broader),
        sentences, gap, marks,
        *_own(short, n, seen), *_own(long, m, seen),
    ]  # fmt: skip


def _broader(a: str, b: str, broader: Mapping[str, Sequence[str]]) -> bool:
    return a in broader.get(b, ()) or b in broader.get(a, ())


def _own(linked: Linked, count: int, seen: Mapping[int, Sequence[float]]) -> list[float]:
    thing, chosen, _ = linked
    best = thing.groups[0]
    return [count, len(thing.mentions), best.probability, chosen is not None, best.relations[_PROPOSES], *seen[best.group]]


@lru_cache(maxsize=4)
def _columns(columns: tuple[str, ...]) -> list[int]:
    return [columns.index(name) for name in _SEEN]


def _apart(sight: Sight, one: Thing, other: Thing) -> tuple[int, int, int]:
    """In how many sentences both stand, how many words lie between them where they are nearest in one, and whether only marks and
    coordinating words do."""
    plain = sight.words.plain
    of_sentence: dict[int, list[tuple[int, int]]] = {}
    for _, first, last in one.mentions:
        of_sentence.setdefault(plain.sentence[first], []).append((first, last))
    sentences, nearest, beside = set(), _FAR, 0
    for _, first, last in other.mentions:
        for low, high in of_sentence.get(plain.sentence[first], ()):
            sentences.add(plain.sentence[first])
            begin, end = (high + 1, first) if high < first else (last + 1, low)
            if end - begin < nearest:
                nearest = max(end - begin, 0)
            if 0 <= end - begin <= 1:
                text = plain.text[first][plain.end[begin - 1] : plain.start[end]].strip().casefold()
                beside |= text in (",", "and", "or", "vs", "vs.", ", and", ", or", "/", "and/or")
    return len(sentences), nearest, beside


def together(pairs: Pairs, score: NDArray[np.float64], count: int, threshold: float = THRESHOLD) -> list[int]:
    """For each of `count` things the number of the first one that it is one with; pairs are taken the surest first.

    Two sets of things become one only where no pair across them is less sure than half the threshold.
    """
    parent = list(range(count))
    if not pairs.first:
        return parent
    sure = {frozenset(pair): float(s) for *pair, s in zip(pairs.first, pairs.second, score.tolist(), strict=True)}
    for pair in sorted(sure, key=lambda p: (-sure[p], sorted(p))):
        if sure[pair] < threshold:
            break
        a, b = sorted(parent[n] for n in pair)
        if a == b:
            continue
        sets = [n for n in range(count) if parent[n] == a], [n for n in range(count) if parent[n] == b]
        if all(sure.get(frozenset((x, y)), 1.0) >= threshold / 2 for x in sets[0] for y in sets[1]):
            for n in sets[1]:
                parent[n] = a
    return parent
