"""Counts what abbreviations mean, and which words stand in papers that name a meaning: see `kg.linking.senses`."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from scipy import sparse

from kg.catalog import EXACT_CASE, Catalog, same_writing
from kg.linking.candidates import doubtful, reductions
from kg.linking.senses import BANDS, LEAST_PAPERS, RATIO_LIMIT, RATIO_STEPS, Senses, single
from kg.model import Concept, Paper
from kg.recognize.grams import Grams, Words, grams_of, key, telling, words_of
from kg.recognize.things import abbreviations_of
from kg.text import fold, fold_word, words
from kg.training import Say, unheard
from kg.training.statistics import BATCH, abstracts

FILE = "senses.npz"
#: Papers that a word must be in to be in profiles, and that must define an abbreviation by a long form that the catalog has not.
LEAST_WORD, LEAST_DEFINED = 30, 2
#: Papers added, of which a word is in as many as in the whole field: what few papers say of a rare word counts little.
SMOOTH = 0.5
#: How surprising the number of papers with a word must be to be kept: the deviance (half of G², natural logarithm) of a Poisson count.
LEAST_DEVIANCE = 3.0
#: The share of a word that must be alike at its beginning to be the same but for its ending.
COMMON = 0.55


def make(shared: Path, out: Path, catalog: Catalog | None = None, besides: Set[str] = frozenset(), say: Say = unheard) -> Senses:
    """Counts the abstracts in `shared/data` and writes `senses.npz` into the folder `out`.

    Args:
        catalog: whose names are looked for; left out, the catalog that ships.
        besides: folded titles of papers to leave out beside those of the gold.
    """
    senses = counted(shared, Catalog.load() if catalog is None else catalog, besides, say)
    out.mkdir(parents=True, exist_ok=True)
    senses.save(out / FILE)
    return senses


def counted(shared: Path, catalog: Catalog, besides: Set[str] = frozenset(), say: Say = unheard) -> Senses:
    """The senses of the abstracts in `shared/data`."""
    return count([paper for paper, _ in abstracts(shared, besides)], catalog, say)


@dataclass(slots=True)
class _Meaning:
    """A meaning with its text, the keys of its names, the strings by which case-sensitive ones are written, and its words."""

    text: str
    names: set[int] = field(default_factory=set)
    written: dict[int, set[str]] = field(default_factory=dict)
    own: set[int] = field(default_factory=set)


def count(papers: Sequence[Paper], catalog: Catalog, say: Say = unheard) -> Senses:
    """The senses of a collection of papers."""
    defined, given, longs = _definitions(papers)
    meanings: dict[int, _Meaning] = {}
    wanted = {name.concept for names in catalog.names.values() for name in names if doubtful(name)}
    by_key = {k: {n.concept for n in names if n.kind != "acronym"} for k, names in catalog.names.items()}
    # "Re-ID" is the abbreviation of the end of "person re-identification"
    ends: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for one in catalog.values():
        for acronym in one.acronyms:
            for name in (one.label, *one.aliases):
                ends[acronym].update({fold(name.split(" ", k)[k]): one.id for k in range(1, name.count(" ") + 1)})
    # what abbreviations mean that can lead to a concept of the catalog
    shorts: dict[str, Counter[int]] = {}
    acronyms = {a for c in catalog.values() for a in (*c.acronyms, *(n for n in (c.label, *c.aliases) if " " not in n))}
    for short in sorted(defined):
        rows: Counter[int] = Counter()
        relevant = short in acronyms
        for long, concept, papers_ in _joined(given[short], longs, by_key, ends.get(short, {})):
            if concept is not None:
                relevant = True
                wanted.add(concept)
                rows[key(fold(catalog[concept].label))] += papers_
            elif papers_ >= LEAST_DEFINED:
                rows[key(long)] += papers_
                meanings.setdefault(key(long), _Meaning(longs[long], {key(long)}, own=_word_keys(longs[long])))
        if relevant and rows:
            shorts[short] = rows
    for concept in sorted(wanted):
        at = key(fold(catalog[concept].label))
        meanings[at] = _described(catalog[concept], meanings.get(at))
    wanted_keys = {key(fold(catalog[c].label)) for c in wanted}
    meant = {m for rows in shorts.values() for m in rows}
    ordered = sorted(meant | wanted_keys)
    vocabulary, inside, named = _occurrences(papers, [meanings[k] for k in ordered], say)
    # a meaning that too few papers name says nothing, unless an abbreviation stands for it
    kept = [i for i, k in enumerate(ordered) if k in meant or named.indptr[i + 1] - named.indptr[i] >= LEAST_PAPERS]
    ordered, named = [ordered[i] for i in kept], named[kept]
    place = {k: i for i, k in enumerate(ordered)}
    listed = [meanings[k] for k in ordered]
    say(f"{len(papers):,} papers define {len(defined):,} abbreviations; {len(shorts):,} may mean a concept; {len(ordered):,} meanings")
    start, gap, ratio, others, band = _profiles(vocabulary, inside, named, listed)
    by_short = sorted((key(short), short) for short in shorts)
    rows_of = [sorted(((n, place[m]) for m, n in shorts[short].items()), key=lambda r: (-r[0], r[1])) for _, short in by_short]
    say(f"{len(gap):,} words in profiles")
    return Senses(
        vocabulary,
        np.array(ordered, np.uint64),
        start,
        gap,
        ratio,
        others,
        band,
        np.array([k for k, _ in by_short], np.uint64),
        np.cumsum([0, *(len(r) for r in rows_of)]).astype(np.uint32),
        np.array([m for r in rows_of for _, m in r], np.uint16),
        np.array([min(n, 65535) for r in rows_of for n, _ in r], np.uint16),
        np.array([min(defined[short], 65535) for _, short in by_short], np.uint16),
        np.frombuffer("\n".join(m.text for m in listed).encode(), np.uint8),
    )


def _definitions(papers: Iterable[Paper]) -> tuple[Counter[str], dict[str, Counter[str]], dict[str, str]]:
    """How many papers define an abbreviation; by which folded long forms; and how these are written most often."""
    defined: Counter[str] = Counter()
    given: defaultdict[str, Counter[str]] = defaultdict(Counter)
    written: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for paper in papers:
        pairs = {(single(p.short), fold(p.long), p.long) for p in abbreviations_of((paper.title, paper.abstract))}
        defined.update({short for short, _, _ in pairs})
        for short, long in {(short, long) for short, long, _ in pairs if long}:
            given[short][long] += 1
        for _, long, text in pairs:
            written[long][text] += 1
    return defined, given, {long: min(texts, key=lambda t: (-texts[t], t)) for long, texts in written.items()}


def _concept(long: str, by_key: dict[str, set[str]]) -> str | None:
    """The one concept that a long form names, as it stands or without generic nouns."""
    for text, step in reductions(long):
        if step != "variant" and len(found := by_key.get(fold(text), set())) == 1:
            return next(iter(found))
    return None


def _joined(
    given: Counter[str], written: dict[str, str], by_key: dict[str, set[str]], ends: dict[str, str]
) -> list[tuple[str, str | None, int]]:
    """The long forms of one abbreviation: folded, the concept each names or None, and how many papers give it. Long forms that are
    one but for the endings of their words ("differentially private", "differential privacy") are one.

    Args:
        ends: the concepts that list the abbreviation, by the ends of their names.
    """
    groups: list[tuple[str, str | None, int]] = []
    asked = [(long, _concept(written[long], by_key) or ends.get(long), papers) for long, papers in given.items()]
    for long, concept, papers in sorted(asked, key=lambda g: (g[1] is None, -g[2], g[0])):
        same = next((i for i, g in enumerate(groups) if concept in (None, g[1]) and same_stems(written[long], written[g[0]])), None)
        if same is None:
            groups.append((long, concept, papers))
        else:
            groups[same] = (*groups[same][:2], groups[same][2] + papers)
    return groups


def same_stems(one: str, other: str) -> bool:
    """Whether two long forms have the same words but for their endings.

    >>> same_stems("differentially private", "differential privacy"), same_stems("contrastive learning", "continual learning")
    (True, False)
    """
    a, b = ([fold_word(text[i:j]) for i, j in words(text)] for text in (one, other))
    return len(a) == len(b) and all(map(_alike, a, b))


def _alike(one: str, other: str) -> bool:
    length = max(len(one), len(other))
    return one[: math.ceil(COMMON * length)] == other[: math.ceil(COMMON * length)]


def _described(concept: Concept, before: _Meaning | None) -> _Meaning:
    meaning = before or _Meaning(concept.label)
    meaning.text = concept.label
    for name in (concept.label, *concept.aliases):
        if folded := fold(name):
            meaning.names.add(key(folded))
            if EXACT_CASE in concept.flags:
                meaning.written.setdefault(key(folded), set()).add(name)
    for name in concept.names:
        meaning.own |= _word_keys(name)
    return meaning


def _word_keys(text: str) -> set[int]:
    return {key(fold_word(text[a:b])) for a, b in words(text)}


def _occurrences(
    papers: Sequence[Paper], meanings: Sequence[_Meaning], say: Say
) -> tuple[np.ndarray, sparse.csr_matrix, sparse.csr_matrix]:
    """The vocabulary; how often its words are in each paper, shape (papers, words); and the meanings, shape (meanings, papers)."""
    names = sorted({n for m in meanings for n in m.names})
    keys = np.array(names, np.uint64)
    of_name: defaultdict[int, list[tuple[int, set[str] | None]]] = defaultdict(list)
    for number, meaning in enumerate(meanings):
        for name in meaning.names:
            of_name[name].append((number, meaning.written.get(name)))
    at_word: list[np.ndarray] = []
    at_paper: list[np.ndarray] = []
    times: list[np.ndarray] = []
    found: Counter[tuple[int, int]] = Counter()
    for low in range(0, len(papers), BATCH):
        w = words_of(papers[low : low + BATCH])
        good = telling(w)
        paper, word = w.paper[good].astype(np.int64), w.hash[good]
        order = np.lexsort((word, paper))
        paper, word = paper[order], word[order]
        first = np.flatnonzero(np.concatenate(([True], (paper[1:] != paper[:-1]) | (word[1:] != word[:-1]))))
        at_paper.append(paper[first] + low)
        at_word.append(word[first])
        times.append(np.diff(first, append=len(word)).astype(np.int32))
        g = grams_of(w)
        at = np.minimum(np.searchsorted(keys, g.key), len(keys) - 1)
        for gram in np.flatnonzero(keys[at] == g.key).tolist():
            for number, written in of_name[names[at[gram]]]:
                if written is None or _as_written(w, g, gram, written):
                    found[number, int(w.paper[g.first[gram]]) + low] += 1
        if low and low % 20_000 == 0:
            say(f"{low:,} papers looked at for meanings")
    every, place, df = np.unique(np.concatenate(at_word), return_inverse=True, return_counts=True)
    kept = np.flatnonzero(df >= LEAST_WORD)
    number_of = np.full(len(every), -1, np.int64)
    number_of[kept] = np.arange(len(kept))
    column = number_of[place]
    good = column >= 0
    shape = (len(papers), len(kept))
    inside = sparse.csr_matrix((np.concatenate(times)[good], (np.concatenate(at_paper)[good], column[good])), shape=shape)
    pairs = np.array(list(found), np.int64).reshape(-1, 2)
    named = sparse.csr_matrix((np.array(list(found.values()), np.int32), (pairs[:, 0], pairs[:, 1])), shape=(len(meanings), len(papers)))
    return every[kept], inside, named


def _as_written(words_: Words, grams: Grams, gram: int, written: set[str]) -> bool:
    text = words_.surface(int(grams.first[gram]), int(grams.last[gram]))
    return any(same_writing(name, text) for name in written)


def _profiles(
    vocabulary: np.ndarray, inside: sparse.csr_matrix, named: sparse.csr_matrix, meanings: Sequence[_Meaning]
) -> tuple[np.ndarray, ...]:
    """The profiles as `Senses` has them: start, gap, ratio, others, band."""
    has = inside.copy()
    has.data = np.ones_like(has.data)
    share = np.asarray(has.sum(axis=0)).ravel() / max(1, has.shape[0])
    who = named.copy()
    who.data = np.ones_like(who.data)
    together = (who @ has).tocsr()
    size = np.diff(named.indptr)
    column_of = {int(k): i for i, k in enumerate(vocabulary.tolist())}
    band = bands(share * has.shape[0])
    others = np.zeros((len(meanings), BANDS), np.int8)
    start, gap, ratio = [0], [], []
    for number, meaning in enumerate(meanings):
        papers = int(size[number])
        if papers >= LEAST_PAPERS:
            counts = np.zeros(len(vocabulary))
            low, high = together.indptr[number : number + 2]
            counts[together.indices[low:high]] = together.data[low:high]
            # words of the name itself count only where they stand apart from it
            low, high = named.indptr[number : number + 2]
            rows = inside[named.indices[low:high]]
            for own in sorted(column_of[k] for k in meaning.own if k in column_of):
                counts[own] = np.count_nonzero(rows[:, [own]].toarray().ravel() > named.data[low:high])
            expected = papers * share
            logs = np.log((counts + SMOOTH) / (expected + SMOOTH))
            kept = _deviance(counts, expected) >= LEAST_DEVIANCE
            some = np.flatnonzero(kept)
            gap.append(np.diff(some, prepend=0).astype(np.uint16))
            ratio.append(_steps(logs[some]))
            others[number] = _steps(_rest(logs, np.where(kept, 0.0, expected), band))
        start.append(start[-1] + (len(gap[-1]) if papers >= LEAST_PAPERS else 0))
    return (
        np.array(start, np.uint32),
        np.concatenate(gap) if gap else np.zeros(0, np.uint16),
        np.concatenate(ratio) if ratio else np.zeros(0, np.int8),
        others,
        band,
    )


def bands(df: np.ndarray) -> np.ndarray:
    """The band of words that are in so many papers: one for each doubling."""
    found: np.ndarray = np.clip(np.log2(np.maximum(df, 1) / LEAST_WORD), 0, BANDS - 1).astype(np.uint8)
    return found


def _rest(logs: np.ndarray, weight: np.ndarray, band: np.ndarray) -> np.ndarray:
    """The weighted mean of logarithms in each band, shape (BANDS,); 0 where nothing weighs."""
    total = np.bincount(band, weight, BANDS)
    mean: np.ndarray = np.divide(np.bincount(band, weight * logs, BANDS), total, out=np.zeros(BANDS), where=total > 0)
    return mean


def _steps(logs: np.ndarray) -> np.ndarray:
    steps: np.ndarray = np.clip(np.rint(RATIO_STEPS * logs), -RATIO_STEPS * RATIO_LIMIT, RATIO_STEPS * RATIO_LIMIT).astype(np.int8)
    return steps


def _deviance(counts: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Of each count c and its expectation e: c·ln(c/e) − (c − e), as for a Poisson distribution."""
    with np.errstate(divide="ignore", invalid="ignore"):
        there = np.where(counts > 0, counts * np.log(counts / expected), 0.0)
    found: np.ndarray = there - (counts - expected)
    return found
