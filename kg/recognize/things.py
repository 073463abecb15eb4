"""From the decided groups of a paper to the things it names: one thing for all strings that the paper uses for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from kg.linking.candidates import without_noun
from kg.model import FIELDS, ConceptType, Mention
from kg.recognize.decide import Decided
from kg.recognize.grams import CAP, FIRST, INNERCAP, key
from kg.recognize.lexicon import CUE, HARD_EDGES
from kg.recognize.sight import Sight
from kg.text import WORD, abbreviations, fold, singular, words

#: Words that begin no name.
EDGES = HARD_EDGES | frozenset(("new", "novel", "proposed", "existing"))
# Of these, the ones that give no letter to an abbreviation either.
_LETTERLESS = frozenset(("a", "an", "the", "and", "or", "our", "their", "its", "this", "these"))
_PIECES = re.compile(r"([ \-–])")
_TYPE_WORDS = {
    CUE["dataset"]: ConceptType.DATASET,
    CUE["model"]: ConceptType.ARCHITECTURE,
    CUE["method"]: ConceptType.METHOD,
    CUE["task"]: ConceptType.TASK,
    CUE["metric"]: ConceptType.METRIC,
}


@dataclass(slots=True)
class Thing:
    """What one paper names by several strings.

    `groups` are the decided groups, the surest first; `mentions` all places with their word numbers (first, last);
    `short` and `long` the abbreviation and its long form where the paper defines them.
    """

    groups: list[Decided]
    mentions: list[tuple[Mention, int, int]]
    short: list[str] = field(default_factory=list)
    long: list[str] = field(default_factory=list)
    type_word: ConceptType | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        """The different strings, the most frequent first."""
        if len(self.mentions) == 1:
            return (self.mentions[0][0].text,)
        counts: dict[str, int] = {}
        for mention, _, _ in self.mentions:
            counts[mention.text] = counts.get(mention.text, 0) + 1
        if len(counts) == 1:
            return (*counts,)
        return tuple(sorted(counts, key=lambda t: (-counts[t], t)))


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """A pair that the paper defines, with the keys of both forms."""

    long: str
    short: str
    long_key: int
    short_key: int


def abbreviations_of(texts: Iterable[str]) -> list[Abbreviation]:
    """The abbreviations that the fields of one paper define, each pair once."""
    found: dict[tuple[int, int], Abbreviation] = {}
    for text in texts:
        if "(" in text or "[" in text:
            for (a, b), (c, d) in abbreviations(text):
                one = Abbreviation(text[a:b], text[c:d], key(fold(text[a:b])), key(fold(text[c:d])))
                found.setdefault((one.long_key, one.short_key), one)
    return list(found.values())


class Places:
    """The grams of one paper by key, as mentions."""

    def __init__(self, sight: Sight, paper: int) -> None:
        self._sight = sight
        self._paper = paper

    def group(self, gram_key: int) -> int:
        """The group of a key, or -1."""
        groups = self._sight.groups
        low, high = np.searchsorted(groups.paper, [self._paper, self._paper + 1]).tolist()
        # keys rise within a paper
        at = low + int(np.searchsorted(groups.key[low:high], np.uint64(gram_key)))
        return at if at < high and int(groups.key[at]) == gram_key else -1

    def grams(self, group: int) -> list[int]:
        """The grams of a group by position."""
        groups = self._sight.groups
        grams: list[int] = groups.order[groups.start[group] : groups.start[group + 1]].tolist()
        return grams

    def mention(self, gram: int) -> tuple[Mention, int, int]:
        """The mention of a gram with its first and last word."""
        return self.mentions([gram])[0]

    def mentions(self, grams: Sequence[int]) -> list[tuple[Mention, int, int]]:
        """The mentions of some grams, each with its first and last word."""
        plain, of = self._sight.words.plain, self._sight.grams
        fields, texts, starts, ends = plain.field, plain.text, plain.start, plain.end
        found = []
        for first, last in zip(of.first[grams].tolist(), of.last[grams].tolist(), strict=True):
            start, end = starts[first], ends[last]
            found.append((Mention(FIELDS[fields[first]], start, end, texts[first][start:end]), first, last))
        return found


def things(sight: Sight, paper: int, decided: Sequence[Decided]) -> list[Thing]:
    """The things of one paper, by the place of their first mention."""
    if not decided:
        return []
    places = Places(sight, paper)
    text = sight.papers[paper]
    pairs = abbreviations_of((text.title, text.abstract))
    keys = {gram_key: n for n, gram_key in enumerate(sight.groups.key[[d.group for d in decided]].tolist())}
    parent = list(range(len(decided)))

    def root(n: int) -> int:
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    def join(a: int, b: int) -> None:
        a, b = root(a), root(b)
        parent[max(a, b)] = min(a, b)

    for pair in pairs:
        if pair.long_key in keys and pair.short_key in keys:
            join(keys[pair.long_key], keys[pair.short_key])
    # all of the paper at once: to read one number of an array takes far longer
    mentions = places.mentions([gram for one in decided for gram in one.places])
    own, at = [], 0
    for n, one in enumerate(decided):
        own.append(mentions[at : at + len(one.places)])
        at += len(one.places)
        surface = own[n][0][0].text
        reduced = without_noun(surface)
        other = keys.get(key(fold(reduced))) if reduced != surface else None
        if other is not None:
            join(n, other)
    found: dict[int, Thing] = {}
    for n, one in enumerate(decided):
        if (thing := found.get(first := root(n))) is None:
            found[first] = Thing([one], own[n])
        else:
            thing.groups.append(one)
            thing.mentions.extend(own[n])
    covered = {w for t in found.values() for _, a, b in t.mentions for w in range(a, b + 1)} if pairs else set()
    for pair in pairs:
        for mine, other in ((pair.long_key, pair.short_key), (pair.short_key, pair.long_key)):
            if mine not in keys:
                continue
            thing = found[root(keys[mine])]
            if pair.short not in thing.short:
                thing.short.append(pair.short)
            if pair.long not in thing.long:
                thing.long.append(pair.long)
            # the other form was not decided by itself, but is defined as the same thing
            if other not in keys and (group := places.group(other)) >= 0:
                extra = places.mentions(places.grams(group))
                thing.mentions.extend(m for m in extra if covered.isdisjoint(range(m[1], m[2] + 1)) and m not in thing.mentions)
    for thing in found.values():
        if len(thing.groups) > 1:
            thing.groups.sort(key=lambda d: (-d.probability, d.group))
        if len(thing.mentions) > 1:
            thing.mentions.sort(key=_first_word)
        thing.type_word = _type_word(sight, thing)
    return sorted(found.values(), key=_place)


def _first_word(mention: tuple[Mention, int, int]) -> int:
    return mention[1]


def _place(thing: Thing) -> tuple[int, int]:
    """The words of the first mention."""
    return thing.mentions[0][1:]


def _type_word(sight: Sight, thing: Thing) -> ConceptType | None:
    """The type that a noun right behind a mention shows ("the SST-2 dataset")."""
    plain = sight.words.plain
    run, cue = plain.run, plain.cue
    for _, _, last in thing.mentions:
        after = last + 1
        if after < len(run) and cue[after] in _TYPE_WORDS and run[after] == run[last]:
            return _TYPE_WORDS[cue[after]]
    return None


def label_of(sight: Sight, thing: Thing) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Canonical label, aliases and acronyms of a thing: the long form before its abbreviation, singular, without capitals that
    only a title or the beginning of a sentence gave it.
    """
    flags = sight.words.plain.flags
    if len(thing.mentions) == 1 and not thing.long and not thing.short:  # most things
        ((mention, first, last),) = thing.mentions
        return _lowered(flags, mention, first, last, _single(mention.text)), (), ()
    shorts = {fold(s) for s in thing.short}
    best: dict[str, tuple[tuple[int, int, int], str]] = {}
    order: dict[str, int] = {}
    settled: set[str] = set()
    for rank, (mention, first, last) in enumerate(thing.mentions):
        if mention.text in settled:
            continue
        text = _single(mention.text)
        folded = fold(text)
        lowered = _lowered(flags, mention, first, last, text)
        # written inside a sentence of the abstract first
        quality = (int(mention.field == "abstract" and not flags[first] & FIRST), int(lowered == text), -rank)
        if folded not in best or quality > best[folded][0]:
            best[folded] = (quality, lowered)
            if quality[:2] == (1, 1):  # no later one is better
                settled.add(mention.text)
        order.setdefault(folded, rank)
    longs = [_core(long, thing.short) for long in thing.long]
    for long in longs:
        best.setdefault(fold(long), ((0, 0, 0), _single(_plain(long))))
        order.setdefault(fold(long), len(order))
    long_keys = [fold(x) for x in longs if fold(x) in best]
    surest = fold(_single(places_text(sight, thing.groups[0])))
    if long_keys:
        first_key = long_keys[0]
    elif surest in best and surest not in shorts:
        first_key = surest
    else:
        first_key = min(order, key=lambda k: (k in shorts, order[k]))
    label = best[first_key][1]
    acronyms = tuple(dict.fromkeys(_single(s) for s in thing.short if fold(s) != first_key))
    aliases = tuple(best[k][1] for k in order if k != first_key and k not in shorts)
    return label, aliases, acronyms


def places_text(sight: Sight, one: Decided) -> str:
    """The first string by which a decided group stands in its paper."""
    gram = one.places[0]
    return sight.words.surface(sight.grams.first.item(gram), sight.grams.last.item(gram))


@lru_cache(maxsize=50_000)
def _single(text: str) -> str:
    """The last word in the singular."""
    found = WORD.findall(text)
    if not found:
        return text
    # behind the last word there are no letters
    a = text.rindex(found[-1])
    return text[:a] + singular(found[-1]) + text[a + len(found[-1]) :]


def _core(long: str, shorts: Iterable[str] = ()) -> str:
    """A long form without the words at its edges that belong to no name ("a novel … and").

    A word whose first letter the abbreviation begins with belongs to the name, and so does one that a hyphen ties to the next.

    >>> _core("a novel mask network", ["MN"]), _core("new mask training", ["NMT"]), _core("out-of-vocabulary", ["OOV"])
    ('mask network', 'new mask training', 'out-of-vocabulary')
    """
    spans = list(words(long))
    first, last = 0, len(spans)
    letters = {s[0].casefold() for s in shorts if s}
    while first < last and _loose(long, spans, first, first + 1):
        word = long[spans[first][0] : spans[first][1]].casefold()
        if word[0] in letters and word not in _LETTERLESS:
            break
        first += 1
    while first < last - 1 and _loose(long, spans, last - 1, last - 1):
        last -= 1
    return long[spans[first][0] : spans[last - 1][1]] if first < last and (first, last) != (0, len(spans)) else long


def _loose(text: str, spans: list[tuple[int, int]], word: int, gap: int) -> bool:
    """Whether a word of a text is one that begins no name, with a blank between it and its neighbour (`gap`: the word after the gap)."""
    start, end = spans[word]
    tied = 0 < gap < len(spans) and not text[spans[gap - 1][1] : spans[gap][0]].isspace()
    return not tied and text[start:end].casefold() in EDGES


def _plain(text: str) -> str:
    """A title-cased phrase in lower case; names, and what has a number, keep their capitals.

    >>> [_plain(t) for t in ("Multi-Task Learning", "Llama 2", "Graph BERT", "Seg-Former")]
    ['multi-task learning', 'Llama 2', 'Graph BERT', 'Seg-Former']
    """
    if " " not in text or any(map(str.isdigit, text)):
        return text
    parts = _PIECES.split(text)
    if not all(p.isalpha() and p[0].isupper() and p[1:].islower() for p in parts if len(p) > 3):
        return text
    return "".join(p if p.isupper() and len(p) > 1 else p.lower() for p in parts)


def _lowered(flags: Sequence[int], mention: Mention, first: int, last: int, text: str) -> str:
    if mention.field == "title" and last > first:
        return _plain(text)
    # the capital of a sentence's first word says nothing, unless the word has others or is a name all through
    if flags[first] & FIRST and last > first and flags[first] & CAP and not flags[first] & INNERCAP and text[1:2].islower():
        rest = text[1:]
        if rest == rest.lower():
            return text[:1].lower() + rest
    return text
