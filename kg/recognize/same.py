"""Which things of one paper are one concept under two names: a trained decision over pairs whose names have something in common.

A paper calls its subject *semantic parsing* and *neural semantic parsing*, its model *Text2Graph* and *Text-to-Graph Neural Network*, and
means one thing each time; *linear bandit* and *contextual bandit* are two. What tells is how the names hold each other, how established
each is in the field by itself, of which types and relations both are, and how they stand to each other in the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from operator import mul
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.linking.linker import Candidate
from kg.model import Relation
from kg.recognize.sight import Sight
from kg.recognize.things import Thing
from kg.text import BETWEEN, WORD, folded_words

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


#: Where the columns of the first and of the second thing begin, and of those that the trained decisions see of the strings.
_SHORT, _LONG = COLUMNS.index("short_words"), COLUMNS.index("long_words")
_OWN_SEEN = _OWN.index(_SEEN[0])


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of things of one paper, by their numbers, and what is seen of them: shape (pairs, len(COLUMNS))."""

    first: list[int]
    second: list[int]
    matrix: NDArray[np.float32]


class _Name(NamedTuple):
    """A string as folded words, as a set of them, the first, without marks, and their initials."""

    words: tuple[str, ...]
    different: frozenset[str]
    head: str
    letters: str
    initials: str


def pairs_of(sight: Sight, linked: Sequence[Linked], broader: Mapping[str, Sequence[str]]) -> Pairs:
    """The pairs of things of one paper whose names share a word, or of which one may abbreviate the other.

    Args:
        broader: for the ids of known concepts those of broader ones.
    """
    return pairs_of_papers(sight, [linked], broader)[0]


def pairs_of_papers(sight: Sight, linked: Sequence[Sequence[Linked]], broader: Mapping[str, Sequence[str]]) -> list[Pairs]:
    """The same for some papers at once, which takes less time."""
    found = list[tuple[list[int], list[int]]]()
    rows, short, long = list[list[float]](), list[int](), list[int]()
    begin = 0
    for mine in linked:
        first, second = list[int](), list[int]()
        for a, b, one, other in _alike(mine):
            if (len(one.words), len(one.letters)) > (len(other.words), len(other.letters)):
                a, b, one, other = b, a, other, one
            first.append(a)
            second.append(b)
            rows.append(_row(sight, mine[a], mine[b], one, other, broader))
        short += [begin + a for a in first]
        long += [begin + b for b in second]
        begin += len(mine)
        found.append((first, second))
    matrix = np.empty((len(rows), len(COLUMNS)), np.float32)
    if rows:
        own = _own(sight, [one for mine in linked for one in mine])
        given = np.array(rows, np.float32)
        matrix[:, :_SHORT] = given[:, :_SHORT]
        for n, (side, things) in enumerate(((_SHORT, short), (_LONG, long))):
            matrix[:, side] = given[:, _SHORT + n]
            matrix[:, side + 1 : side + len(_OWN)] = own[things]
    ends = accumulate(len(first) for first, _ in found)
    return [Pairs(first, second, matrix[end - len(first) : end]) for (first, second), end in zip(found, ends, strict=True)]


def _own(sight: Sight, linked: Sequence[Linked]) -> NDArray[np.float32]:
    """The columns of each thing by itself without the first, the words of its name."""
    own = np.empty((len(linked), len(_OWN) - 1), np.float32)
    best = [thing.groups[0] for thing, _, _ in linked]
    own[:, : _OWN_SEEN - 1] = [
        (len(thing.mentions), one.probability, chosen is not None, one.relations[_PROPOSES])
        for one, (thing, chosen, _) in zip(best, linked, strict=True)
    ]
    sight.seen.floats(np.array([one.group for one in best], np.int64), _columns(sight.columns), out=own[:, _OWN_SEEN - 1 :].T)
    return own


def _alike(linked: Sequence[Linked]) -> Iterator[tuple[int, int, _Name, _Name]]:
    """The pairs of things that are looked at, each with the names of both that have most in common."""
    if len(linked) < 2:
        return
    names = [_names(thing) for thing, _, _ in linked]
    words_of = [own[0].different if len(own) == 1 else frozenset(word for name in own for word in name.words) for own in names]
    starts = [{name.letters[:1] for name in own} for own in names]
    for a, mine in enumerate(names):
        for b in range(a + 1, len(names)):
            theirs = names[b]
            if words_of[a].isdisjoint(words_of[b]) and (starts[a].isdisjoint(starts[b]) or not _some_abbreviates(mine, theirs)):
                continue
            if len(mine) == len(theirs) == 1:
                yield a, b, mine[0], theirs[0]
            else:
                yield a, b, *max(((x, y) for x in mine for y in theirs), key=lambda pair: _overlap(*pair))


def _names(thing: Thing) -> list[_Name]:
    """The most frequent strings of a thing, and those that the paper defines for it."""
    texts = thing.texts
    if thing.long or thing.short:
        return [_name(text) for text in dict.fromkeys((*texts[:3], *thing.long, *thing.short))]
    return [_name(text) for text in texts[:3]]


@lru_cache(maxsize=50_000)
def _name(text: str) -> _Name:
    folded = folded_words(text)
    initials = "".join([w[0].casefold() for w in WORD.findall(text) if w.casefold() not in BETWEEN])
    return _Name(folded, frozenset(folded), folded[0] if folded else "", "".join(folded), initials)


def _overlap(a: _Name, b: _Name) -> tuple[float, int]:
    shared = len(a.different & b.different)
    return (2 * shared / max(len(a.words) + len(b.words), 1) + 0.5 * _abbreviates(a, b) + 0.5 * _abbreviates(b, a), -len(b.letters))


def _abbreviates(short: _Name, long: _Name) -> bool:
    """Whether the first word of one begins with the initials of the words that the other has beyond those that both have."""
    head, initials = short.head, long.initials
    return (
        2 <= len(head) <= 8
        and (initials.startswith(head) or head.startswith(initials))
        and 2 <= len(long.words) >= len(short.words)
        and long.different.issuperset(short.words[1:])
    )


def _some_abbreviates(some: Sequence[_Name], others: Sequence[_Name]) -> bool:
    """Whether one of some names abbreviates one of others, or is abbreviated by it."""
    for one in some:
        for other in others:
            if _abbreviates(one, other) or _abbreviates(other, one):
                return True
    return False


def _row(sight: Sight, short: Linked, long: Linked, a: _Name, b: _Name, broader: Mapping[str, Sequence[str]]) -> list[float]:
    """The columns of both things together, then how many words the name of each has."""
    (one, known, _), (other, also, _) = short, long
    shared = len(a.different & b.different)
    n, m = len(a.words), len(b.words)
    p, q = one.groups[0], other.groups[0]
    sentences, gap, marks = _apart(sight, one, other)
    return [
        shared, shared / max(n, 1), shared / max(m, 1),
        a.words[:1] == b.words[:1], a.words[-1:] == b.words[-1:], b.words[:n] == a.words, b.words[m - n :] == a.words,
        b.initials == a.letters, _abbreviates(a, b),
        sum(map(mul, p.types, q.types)), sum(map(mul, p.relations, q.relations)),
        known is not None and also is not None,
        known is not None and also is not None and _broader(known.concept, also.concept, broader),
        sentences, gap, marks,
        n, m,
    ]  # fmt: skip


def _broader(a: str, b: str, broader: Mapping[str, Sequence[str]]) -> bool:
    return a in broader.get(b, ()) or b in broader.get(a, ())


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
