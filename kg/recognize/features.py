"""What is seen of every gram of a batch: shape, frequency, context, statistics; one row a gram and paper.

The columns (`NAMES`) are what the decision reads; each is a plain number with a name, so that `--explain` can show it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg import native
from kg.keys import grouped
from kg.model import Paper
from kg.native import address, checked
from kg.recognize.columns import Bool, Columns, Groups, Index, Members
from kg.recognize.grams import (
    ALLCAP,
    CAP,
    DIGIT,
    FIRST,
    GAP_BREAK,
    GAP_HYPHEN,
    GAP_TIGHT,
    HARD,
    INNERCAP,
    MARK,
    MAX_WORDS,
    PLACE,
    SOFT,
    Grams,
    Words,
    key,
)
from kg.recognize.lexicon import CUE, CUE_NAMES, SUFFIXES
from kg.recognize.statistics import COLUMNS, STEPS, Statistics
from kg.text import abbreviations, fold

Int16 = NDArray[np.int16]
Int32 = NDArray[np.int32]

_CUES = len(CUE_NAMES)
_HALF = 32  # where the bits of what stands on the other side begin
_PROPOSED = 63
_REACH = 3  # words by which a gram is compared with longer and shorter ones, on either side
#: Classes of words that are seen anywhere in the sentence of a gram, and those whose distance before it counts.
_SENTENCE = ("propose", "own", "use", "evaluate", "compare", "address", "existing", "achieve", "dataset", "task", "name")
_SINCE = ("propose", "use", "evaluate", "compare", "address", "such", "on", "existing")
_SINCE_NUMBER = np.full(256, -1, np.int8)
_SINCE_NUMBER[[CUE[name] for name in _SINCE]] = range(len(_SINCE))
_FAR = 30  # words from which on it does not matter how many there are
#: Marks that are seen beside a gram, with their bits: those behind it in the lower half, those before it in the upper.
_MARKS = {
    "before2_propose": _PROPOSED,
    **{f"mark_after_{name}": MARK[mark] for mark, name in (("(", "open"), (",", "comma"), (":", "colon"), (".", "stop"), ('"', "quote"))},
    **{f"mark_before_{name}": MARK[mark] + _HALF for mark, name in ((")", "close"), ("(", "open"), (",", "comma"), ('"', "quote"))},
}
STAT = {name: i for i, name in enumerate(COLUMNS)}


@dataclass(frozen=True, slots=True)
class Defined:
    """Abbreviations that the papers of a batch define: (paper, key of the long form, key of the short form) rows."""

    paper: NDArray[np.int64]
    long: NDArray[np.uint64]
    short: NDArray[np.uint64]


def defined(papers: Sequence[Paper]) -> Defined:
    """The abbreviation pairs of every paper, by key."""
    rows: list[tuple[int, int, int]] = []
    for i, paper in enumerate(papers):
        for text in (paper.title, paper.abstract):
            if "(" in text or "[" in text:
                rows.extend((i, key(fold(text[a:b])), key(fold(text[c:d]))) for (a, b), (c, d) in abbreviations(text))
    rows = sorted(set(rows))
    return Defined(
        np.array([r[0] for r in rows], np.int64), np.array([r[1] for r in rows], np.uint64), np.array([r[2] for r in rows], np.uint64)
    )


def mix(paper: NDArray[np.integer], keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """One key for a pair of paper and gram."""
    return (keys * np.uint64(0x9E3779B97F4A7C15)) ^ ((paper.astype(np.uint64) + np.uint64(1)) * np.uint64(0xD6E8FEB86659FD93))


def _marked(groups: Groups, paper: Index, key: NDArray[np.uint64]) -> Bool:
    """Which groups are of a paper and a key of a few."""
    found = np.zeros(len(groups), bool)
    if len(groups):
        # keys rise within a paper: all are sought by halves at once
        low, end = (np.searchsorted(groups.paper, paper, side) for side in ("left", "right"))
        high = end
        while (open_ := low < high).any():
            middle = (low + high) // 2
            less = open_ & (groups.key[np.minimum(middle, len(groups) - 1)] < key)
            low, high = np.where(less, middle + 1, low), np.where(open_ & ~less, middle, high)
        there = np.minimum(low, len(groups) - 1)
        found[there[(low < end) & (groups.key[there] == key)]] = True
    return found


def group(words: Words, grams: Grams) -> Groups:
    """Groups in the order (paper, key); within a group, grams by position."""
    paper = words.paper[grams.first]
    order, start = grouped(paper, grams.key)
    firsts = order[start[:-1]]
    return Groups(order, start, paper[firsts].astype(np.int64), grams.key[firsts])


def features(out: Columns, words: Words, grams: Grams, groups: Groups, pairs: Defined, statistics: Statistics) -> None:
    """Adds the columns of all groups."""
    members = Members(groups, grams.first, grams.last)
    first, last = grams.first.astype(np.int64), grams.last.astype(np.int64)
    _shape(out, members, words, grams, first, last)
    _frequency(out, members, words, first, last)
    _context(out, members, words)
    out.add("is_short", _marked(groups, pairs.paper, pairs.short))
    out.add("is_long", _marked(groups, pairs.paper, pairs.long))
    df, keyword = _counted(out, members, words, first, last, groups, statistics)
    _containing(out, members, groups, len(words), first, last, df, keyword)


def _shape(out: Columns, members: Members, words: Words, grams: Grams, first: Index, last: Index) -> None:
    flags = words.flags
    at_first = members.first
    first_of, last_of = first[at_first], last[at_first]

    def sums_of(mask: Bool) -> Int32:
        sums = np.zeros(len(mask) + 1, np.int32)
        np.cumsum(mask, out=sums[1:])
        return sums

    def count_in(mask: Bool) -> Int32:
        sums = sums_of(mask)
        behind = sums[1:]
        return behind[last] - sums[first]

    def inner(mask: Bool) -> Int32:
        sums = sums_of(mask)
        return sums[last_of] - sums[first_of]

    out.add("words", last_of - first_of + 1)
    out.add("characters", words.end[last_of] - words.start[first_of])
    out.add("hyphens", inner(words.gap == GAP_HYPHEN))
    out.add("tight", inner(words.gap == GAP_TIGHT))
    out.add("functions", grams.functions[at_first])
    cap = (flags & (CAP | ALLCAP | INNERCAP)) > 0
    content = (flags & (HARD | SOFT)) == 0
    inside = ((words.field == 1) & ((flags & FIRST) == 0))[first]
    capital = cap[first]
    contents = count_in(content)
    all_caps = (count_in(cap & content) == contents) & (contents > 0)
    soft, capital_inside, all_inside, lower_inside = members.any_of(grams.soft, inside & capital, inside & all_caps, inside & ~capital)
    out.add("soft", soft)
    out.add("allcap", members.most(count_in((flags & ALLCAP) > 0)))
    out.add("innercap", members.most(count_in((flags & INNERCAP) > 0)))
    out.add("digit", members.most(count_in((flags & DIGIT) > 0)))
    out.add("capital_inside", capital_inside)
    out.add("all_capital_inside", all_inside)
    out.add("lower_inside", lower_inside)
    ending = words.ending[last_of]
    for bit, suffix in enumerate(SUFFIXES):
        out.add(f"ends_{suffix}", (ending & np.uint32(1 << bit)) != 0)
    out.add("ends_place", (ending & np.uint32(PLACE)) != 0)
    out.add("starts_place", (words.ending[first_of] & np.uint32(PLACE)) != 0)


def _frequency(out: Columns, members: Members, words: Words, first: Index, last: Index) -> None:
    at_first = members.first
    abstract = (words.field == 1)[first]
    in_abstract = members.total(abstract)
    out.add("count", members.count)
    out.add("in_title", members.count - in_abstract)
    out.add("in_abstract", in_abstract)
    bounds = words.sentence_bounds
    paper_of_sentence = bounds[:, 0].astype(np.int64)
    first_abstract = np.full(len(words.texts), -1, np.int64)
    is_abstract = np.flatnonzero(bounds[:, 1] == 1)
    first_abstract[paper_of_sentence[is_abstract[::-1]]] = is_abstract[::-1]
    last_sentence = np.zeros_like(first_abstract)
    last_sentence[paper_of_sentence] = np.arange(len(bounds))
    # a paper without an abstract has no sentence there, wherever it stands in the batch
    first_abstract = np.where(first_abstract < 0, last_sentence + 1, first_abstract)
    # all that depends on the place of a sentence is made once for each sentence
    position = np.where(bounds[:, 1] == 1, np.arange(len(bounds)) - first_abstract[paper_of_sentence], -1)
    spread = np.maximum(1, last_sentence - first_abstract)[paper_of_sentence]
    place = np.where(bounds[:, 1] == 1, position / spread, -0.2).astype(np.float32)
    of_sentence = words.sentence[first]
    where = place[of_sentence]
    out.add("first_position", members.least(where))
    out.add("last_position", members.most(where))
    title_start = ((words.field == 0) & ((words.flags & FIRST) > 0))[first]
    first_sentence, prefix, whole = members.any_of(
        (position == 0)[of_sentence],
        title_start & (words.after == MARK[":"])[last],
        title_start & (words.gap == GAP_BREAK)[last],
    )
    out.add("first_sentence", first_sentence)
    out.add("sentences", (last_sentence - first_abstract + 1)[words.paper[first[at_first]]])
    out.add("title_prefix", prefix)
    out.add("title_whole_run", whole)


def _context(out: Columns, members: Members, words: Words) -> None:
    # what stands beside a gram is a matter of its first and last word: made once for each word, a bit for each thing that can be said
    n = len(words)
    number = np.arange(n)
    flags, cue = words.flags, words.cue
    before, behind = np.maximum(number - 1, 0), np.minimum(number + 1, n - 1)
    has_before = (flags & FIRST) == 0
    has_after = (number + 1 < n) & (words.sentence[behind] == words.sentence)
    edgy = (flags & (HARD | SOFT)) > 0
    run_before = has_before & (words.run[before] == words.run)
    run_after = has_after & (words.run[behind] == words.run)
    open_left, open_right = run_before & ~edgy[before], run_after & ~edgy[behind]
    hyphen = words.gap == GAP_HYPHEN
    # classes of words in the sentence
    seen = np.zeros((_CUES, len(words.sentence_bounds)), bool)
    seen[cue, words.sentence] = True
    seen &= words.sentence_bounds[:, 1] == 1
    left = _bits({0: ~open_left, 2: open_left, 3: run_before & hyphen[before]}, n)
    left |= _bits({5 + bit: seen[CUE[name]] for bit, name in enumerate(_SENTENCE)}, len(words.sentence_bounds))[words.sentence]
    right = _bits({1: ~open_right, 2: open_right, 4: run_after & hyphen}, n)
    closed_left, closed_right, ajar, *others = members.shares(left, right, range(5 + len(_SENTENCE)))
    out.add("closed_left", closed_left)
    out.add("closed_right", closed_right)
    # one that is open on neither side
    out.add("closed", ajar < 1)
    out.add("hyphen_left", others[0])
    out.add("hyphen_right", others[1])
    # one bit for each class of words, cues before the gram in the lower half and behind it in the upper
    cue_before = np.where(has_before, cue[before], 0)
    cue_before2 = np.where(has_before & has_before[before], cue[np.maximum(number - 2, 0)], 0)
    one = np.uint64(1)
    left = one << cue_before.astype(np.uint64)
    right = one << (np.where(has_after, cue[behind], 0).astype(np.uint64) + np.uint64(_HALF))
    beside = iter(members.flags(left, right, [bit for c in CUE.values() if c for bit in (c, c + _HALF)]))
    for name, c in CUE.items():
        if c:
            out.add(f"before_{name}", next(beside))
            out.add(f"after_{name}", next(beside))
    right = one << words.after.astype(np.uint64)
    left = one << (words.before.astype(np.uint64) + np.uint64(_HALF))
    left |= np.isin(cue_before2, (CUE["propose"], CUE["name"])).astype(np.uint64) << np.uint64(_PROPOSED)
    for name, seen_beside in zip(_MARKS, members.flags(left, right, [*_MARKS.values()]), strict=True):
        out.add(name, seen_beside)
    for name, share in zip(_SENTENCE, others[2:], strict=True):
        out.add(f"sentence_{name}", share)
    since = _since(words)
    for name, least in zip(_SINCE, members.least_of_first(since), strict=True):
        out.add(f"since_{name}", least)


def _since(words: Words) -> Int16:
    """For each class of `_SINCE` and each word how many words before it the nearest of the class stands in its sentence, shape (classes,
    words)."""
    n = len(words)
    since = np.empty((len(_SINCE), n), np.int16)
    if (library := native.library()) is not None:
        begins = ((words.flags & FIRST) > 0).view(np.uint8)
        given = n, address(words.cue, np.uint8), address(begins, np.uint8), len(_SINCE), address(_SINCE_NUMBER, np.int8)
        checked(library.kg_since(*given, _FAR, address(since, np.int16)))
        return since
    number = np.arange(n)
    before, has_before = np.maximum(number - 1, 0), (words.flags & FIRST) == 0
    sentence_begin = words.sentence_begin[words.sentence]
    for row, name in zip(since, _SINCE, strict=True):
        nearest = np.maximum.accumulate(np.where(words.cue == CUE[name], number, -1))
        near = np.where(has_before, nearest[before], -1)
        row[:] = np.where(near >= sentence_begin, np.minimum(number - near, _FAR), _FAR)
    return since


def _bits(masks: Mapping[int, Bool], size: int) -> NDArray[np.uint64]:
    """Numbers with the bits of some masks."""
    bits = np.zeros(size, np.uint64)
    for bit, mask in masks.items():
        bits |= mask.astype(np.uint64) << np.uint64(bit)
    return bits


def _counted(
    out: Columns, members: Members, words: Words, first: Index, last: Index, groups: Groups, statistics: Statistics
) -> tuple[Int16, Int16]:
    """Columns of the statistics; returns how many papers have each group, and how many have it as a keyword, as `Statistics` has it."""
    stats = statistics.look_up(groups.key).T
    for name, value in zip(COLUMNS, stats, strict=True):
        out.add(f"n_{name}", value, STEPS)
    df = stats[STAT["df"]]
    for name in ("title", "kwhit", "kwl", "intro", "acr", "long", "cap", "bound"):
        base = stats[STAT["kwdf"]] if name == "kwhit" else df
        out.add(f"share_{name}", stats[STAT[name]] - base, STEPS)
    word_df = statistics.look_up(words.hash)[:, STAT["df"]]
    begins, ends = statistics.look_up_words(words.hash).T
    start, head = first[members.first], last[members.first]
    out.add("head_keywords", ends[head], STEPS)
    out.add("head_share", (ends - word_df)[head], STEPS)
    out.add("start_keywords", begins[start], STEPS)
    out.add("start_share", (begins - word_df)[start], STEPS)
    out.add("head_df", word_df[head], STEPS)
    out.add("start_df", word_df[start], STEPS)
    return df, np.maximum(stats[STAT["kwl"]], stats[STAT["kwhit"]])


def _containing(out: Columns, members: Members, groups: Groups, n: int, first: Index, last: Index, df: Int16, keyword: Int16) -> None:
    """What contains a gram, what it contains: the grams of its run that begin or end elsewhere."""
    columns = _beside(members, groups, n, first, last, df, keyword)
    for name in ("longer_right", "longer_left", "shorter_right", "shorter_left"):
        out.add(f"df_{name}", next(columns), STEPS)
        out.add(f"kw_{name}", next(columns), STEPS)
    # the best keyword among all grams of up to seven words that contain this one, and among those inside it
    for name in ("kw_over", "kw_over_all", "kw_under"):
        out.add(name, next(columns), STEPS)


def _beside(members: Members, groups: Groups, n: int, first: Index, last: Index, df: Int16, keyword: Int16) -> Iterator[Int16]:
    """The columns of `_containing`."""
    if (library := native.library()) is not None:
        found, room = np.empty((11, len(groups)), np.int16), np.empty(2 * MAX_WORDS * n, np.int16)
        given = *members.given(), address(df, np.int16), address(keyword, np.int16), -STEPS
        checked(library.kg_containing(n, *given, address(room, np.int16), address(found, np.int16)))
        yield from found
        return
    size = last - first + 1
    # values by first word and size, with room for what begins before the first word or is too long or too short: -1 there
    reach = 2 * _REACH
    width = MAX_WORDS + 2 * reach + 1
    place = (first + _REACH) * width + size + reach
    none = np.int16(-STEPS)
    of_df, of_kw = np.full((2, (n + 2 * _REACH) * width), none)
    in_order = place[groups.order]
    of_df[in_order] = np.repeat(df, members.count)
    of_kw[in_order] = np.repeat(keyword, members.count)
    own = of_df[place]
    for step in (1, 1 - width, -1, width - 1):
        yield members.most(of_df[place + step] - own)
        yield members.most(of_kw[place + step])
    over = _best(of_kw, 1, 1 - width, none)[place]
    yield members.most(over)
    yield members.least(over)
    yield members.most(_best(of_kw, -1, width - 1, none)[place])


def _best(value: Int16, right: int, left: int, none: np.int16) -> Int16:
    """For every place the greatest value up to `_REACH` steps to the right and as many to the left, without its own. What the steps leave
    at the edges concerns room alone, of the value `none`."""
    beside = _furthest(value, right, none)
    return np.maximum(beside, _furthest(np.maximum(beside, value), left, none))


def _furthest(value: Int16, step: int, none: np.int16) -> Int16:
    """For every place the greatest value one to `_REACH` steps on."""
    best = np.full(len(value), none)
    for ahead in range(step, (_REACH + 1) * step, step):
        mine, theirs = (best[:-ahead], value[ahead:]) if ahead > 0 else (best[-ahead:], value[:ahead])
        np.maximum(mine, theirs, out=mine)
    return best
