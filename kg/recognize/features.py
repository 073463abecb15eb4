"""What is seen of every gram of a batch: shape, frequency, context, statistics; one row a gram and paper.

The columns (`NAMES`) are what the decision reads; each is a plain number with a name, so that `--explain` can show it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.model import Paper
from kg.recognize.grams import (
    ALLCAP,
    CAP,
    DIGIT,
    FIRST,
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
from kg.recognize.statistics import COLUMNS, Statistics
from kg.text import abbreviations, fold

Float = NDArray[np.float32]
Index = NDArray[np.int64]
Bool = NDArray[np.bool_]

_CUES = len(CUE_NAMES)
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


@dataclass(frozen=True, slots=True)
class Groups:
    """Grams of one paper with one key, taken together.

    `order` sorts grams by (group, position); group g has the grams `order[start[g]:start[g+1]]`, the first in the text first.
    """

    order: Index
    start: Index
    paper: Index
    key: NDArray[np.uint64]

    def __len__(self) -> int:
        return len(self.paper)

    @property
    def first(self) -> Index:
        """The first gram of every group."""
        return self.order[self.start[:-1]]


def group(words: Words, grams: Grams) -> Groups:
    """Groups in the order (paper, key); within a group, grams by position."""
    paper = words.paper[grams.first].astype(np.int64)
    order = np.lexsort((grams.first, grams.key, paper))
    p, k = paper[order], grams.key[order]
    new = np.ones(len(order), bool)
    if len(order):
        new[1:] = (p[1:] != p[:-1]) | (k[1:] != k[:-1])
    start = np.flatnonzero(new)
    return Groups(order, np.append(start, len(order)), p[start], k[start])


class _Columns:
    """Collects named columns."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.values: list[Float] = []

    def add(self, name: str, value: NDArray[Any]) -> None:
        self.names.append(name)
        self.values.append(value.astype(np.float32))


def features(words: Words, grams: Grams, groups: Groups, pairs: Defined, statistics: Statistics) -> tuple[list[str], Float]:
    """The names of the columns and the matrix, shape (len(groups), len(names))."""
    out = _Columns()
    n = len(words)
    first, last = grams.first.astype(np.int64), grams.last.astype(np.int64)
    size = last - first + 1
    order, starts = groups.order, groups.start[:-1]

    def most(value: NDArray[Any]) -> NDArray[Any]:
        return np.maximum.reduceat(value[order], starts) if len(order) else value[:0]

    def total(value: NDArray[Any]) -> NDArray[Any]:
        return np.add.reduceat(value[order], starts) if len(order) else value[:0]

    at_first = groups.first

    # --- shape -------------------------------------------------------------------------------------------------------
    flags = words.flags
    cap = (flags & (CAP | ALLCAP | INNERCAP)) > 0

    def count_in(mask: Bool) -> Index:
        sums = np.concatenate(([0], np.cumsum(mask)))
        return sums[last + 1] - sums[first]

    content = (flags & (HARD | SOFT)) == 0
    out.add("words", size[at_first])
    out.add("characters", (words.end[last] - words.start[first])[at_first])
    hyphen = words.gap == GAP_HYPHEN
    tight = words.gap == GAP_TIGHT
    inner_hyphens = np.concatenate(([0], np.cumsum(hyphen)))
    out.add("hyphens", (inner_hyphens[last] - inner_hyphens[first])[at_first])
    inner_tight = np.concatenate(([0], np.cumsum(tight)))
    out.add("tight", (inner_tight[last] - inner_tight[first])[at_first])
    out.add("functions", grams.functions[at_first])
    out.add("soft", most(grams.soft.astype(np.int8)))
    out.add("allcap", most(count_in((flags & ALLCAP) > 0)))
    out.add("innercap", most(count_in((flags & INNERCAP) > 0)))
    out.add("digit", most(count_in((flags & DIGIT) > 0)))
    abstract = words.field[first] == 1
    inside = abstract & ((flags[first] & FIRST) == 0)
    caps = count_in(cap & content)
    contents = count_in(content)
    all_caps = (caps == contents) & (contents > 0)
    out.add("capital_inside", most((inside & cap[first]).astype(np.int8)))
    out.add("all_capital_inside", most((inside & all_caps).astype(np.int8)))
    out.add("lower_inside", most((inside & ~cap[first]).astype(np.int8)))
    ending = words.ending[last[at_first]]
    for bit, suffix in enumerate(SUFFIXES):
        out.add(f"ends_{suffix}", (ending >> np.uint32(bit)) & np.uint32(1))
    out.add("ends_place", (ending & np.uint32(PLACE)) > 0)
    out.add("starts_place", (words.ending[first[at_first]] & np.uint32(PLACE)) > 0)

    # --- frequency and place -----------------------------------------------------------------------------------------
    ones = np.ones(len(grams), np.int16)
    out.add("count", total(ones))
    out.add("in_title", total((words.field[first] == 0).astype(np.int16)))
    out.add("in_abstract", total(abstract.astype(np.int16)))
    sentence = words.sentence[first]
    bounds = words.sentence_bounds
    paper_of_sentence = bounds[:, 0].astype(np.int64)
    first_abstract = np.full(len(words.texts), -1, np.int64)
    is_abstract = np.flatnonzero(bounds[:, 1] == 1)
    first_abstract[paper_of_sentence[is_abstract[::-1]]] = is_abstract[::-1]
    last_sentence = np.zeros_like(first_abstract)
    last_sentence[paper_of_sentence] = np.arange(len(bounds))
    # a paper without an abstract has no sentence there, wherever it stands in the batch
    first_abstract = np.where(first_abstract < 0, last_sentence + 1, first_abstract)
    of = words.paper[first]
    position = np.where(abstract, sentence - first_abstract[of], -1)
    spread = np.maximum(1, last_sentence[of] - first_abstract[of])
    out.add("first_position", -most(-(np.where(abstract, position / spread, -0.2)).astype(np.float32)))
    out.add("last_position", most(np.where(abstract, position / spread, -0.2).astype(np.float32)))
    out.add("first_sentence", most((position == 0).astype(np.int8)))
    out.add("sentences", last_sentence[of][at_first] - first_abstract[of][at_first] + 1)
    at_start = (flags[first] & FIRST) > 0
    mark_after = words.after[last]
    mark_before = words.before[first]
    out.add("title_prefix", most(((words.field[first] == 0) & at_start & (mark_after == MARK[":"])).astype(np.int8)))
    out.add("title_whole_run", most(((words.field[first] == 0) & at_start & (words.gap[last] == 3)).astype(np.int8)))

    # --- context -----------------------------------------------------------------------------------------------------
    before = np.maximum(first - 1, 0)
    after = np.minimum(last + 1, max(n - 1, 0))
    has_before = ~at_start
    has_after = (last + 1 < n) & (words.sentence[after] == words.sentence[last])
    cue_before = np.where(has_before, words.cue[before], 0)
    cue_after = np.where(has_after, words.cue[after], 0)
    cue_before2 = np.where(has_before & ((flags[before] & FIRST) == 0), words.cue[np.maximum(before - 1, 0)], 0)
    same_run_before = has_before & (words.run[before] == words.run[first])
    same_run_after = has_after & (words.run[after] == words.run[last])
    edgy = (flags & (HARD | SOFT)) > 0
    left_closed = ~same_run_before | edgy[before]
    right_closed = ~same_run_after | edgy[after]
    out.add("closed_left", total(left_closed.astype(np.int16)) / total(ones))
    out.add("closed_right", total(right_closed.astype(np.int16)) / total(ones))
    out.add("closed", most((left_closed & right_closed).astype(np.int8)))
    out.add("hyphen_left", total((same_run_before & (words.gap[before] == GAP_HYPHEN)).astype(np.int16)) / total(ones))
    out.add("hyphen_right", total((same_run_after & (words.gap[last] == GAP_HYPHEN)).astype(np.int16)) / total(ones))
    for name, cue in CUE.items():
        if cue:
            out.add(f"before_{name}", most((cue_before == cue).astype(np.int8)))
            out.add(f"after_{name}", most((cue_after == cue).astype(np.int8)))
    out.add("before2_propose", most(((cue_before2 == CUE["propose"]) | (cue_before2 == CUE["name"])).astype(np.int8)))
    for mark, name in (("(", "open"), (",", "comma"), (":", "colon"), (".", "stop"), ('"', "quote")):
        out.add(f"mark_after_{name}", most((mark_after == MARK[mark]).astype(np.int8)))
    for mark, name in ((")", "close"), ("(", "open"), (",", "comma"), ('"', "quote")):
        out.add(f"mark_before_{name}", most((mark_before == MARK[mark]).astype(np.int8)))
    # classes of words in the sentence, and before the gram in its sentence
    seen = np.zeros((len(bounds), _CUES), bool)
    seen[words.sentence, words.cue] = True
    for name in ("propose", "own", "use", "evaluate", "compare", "address", "existing", "achieve", "dataset", "task", "name"):
        out.add(f"sentence_{name}", total((seen[sentence, CUE[name]] & abstract).astype(np.int16)) / total(ones))
    for name in ("propose", "use", "evaluate", "compare", "address", "such", "on", "existing"):
        place = np.where(words.cue == CUE[name], np.arange(n), -1_000_000)
        nearest = np.maximum.accumulate(place) if n else place
        near = np.where(has_before, nearest[before], -1_000_000)
        # words between the cue and the gram; 30 where there is none in the sentence
        distance = np.where(near >= 0, first - near, 30)
        same = (near >= 0) & (words.sentence[np.maximum(near, 0)] == sentence)
        out.add(f"since_{name}", -most(-np.where(same, np.minimum(distance, 30), 30).astype(np.float32)))

    # --- abbreviations -----------------------------------------------------------------------------------------------
    mine = mix(groups.paper, groups.key)
    out.add("is_short", np.isin(mine, mix(pairs.paper, pairs.short)))
    out.add("is_long", np.isin(mine, mix(pairs.paper, pairs.long)))

    # --- statistics --------------------------------------------------------------------------------------------------
    stats = statistics.look_up(groups.key)
    for name in COLUMNS:
        out.add(f"n_{name}", stats[:, STAT[name]])
    df = stats[:, STAT["df"]]
    for name in ("title", "kwhit", "kwl", "intro", "acr", "long", "cap", "bound"):
        base = stats[:, STAT["kwdf"]] if name == "kwhit" else df
        out.add(f"share_{name}", stats[:, STAT[name]] - base)
    wfirst = statistics.look_up_words(words.hash[first[at_first]])
    wlast = statistics.look_up_words(words.hash[last[at_first]])
    sfirst = statistics.look_up(words.hash[first[at_first]])
    slast = statistics.look_up(words.hash[last[at_first]])
    out.add("head_keywords", wlast[:, 1])
    out.add("head_share", wlast[:, 1] - slast[:, STAT["df"]])
    out.add("start_keywords", wfirst[:, 0])
    out.add("start_share", wfirst[:, 0] - sfirst[:, STAT["df"]])
    out.add("head_df", slast[:, STAT["df"]])
    out.add("start_df", sfirst[:, STAT["df"]])

    # --- what contains it, what it contains --------------------------------------------------------------------------
    gram_df = np.zeros(len(grams), np.float32)
    gram_kw = np.zeros(len(grams), np.float32)
    counts = np.diff(groups.start)
    gram_df[order] = np.repeat(df, counts)
    gram_kw[order] = np.repeat(np.maximum(stats[:, STAT["kwl"]], stats[:, STAT["kwhit"]]), counts)
    table = np.full((n + MAX_WORDS + 1, MAX_WORDS + 1), -1, np.int64)
    table[first, size] = np.arange(len(grams))

    def neighbour(from_first: Index, of_size: Index) -> Index:
        good = (from_first >= 0) & (of_size >= 1) & (of_size <= MAX_WORDS)
        return np.where(good, table[np.maximum(from_first, 0), np.clip(of_size, 0, MAX_WORDS)], -1)

    def value(index: Index, values: Float, missing: float) -> Float:
        return np.where(index >= 0, values[np.maximum(index, 0)], np.float32(missing)) if len(values) else values

    for name, index in (
        ("longer_right", neighbour(first, size + 1)),
        ("longer_left", neighbour(first - 1, size + 1)),
        ("shorter_right", neighbour(first, size - 1)),
        ("shorter_left", neighbour(first + 1, size - 1)),
    ):
        out.add(f"df_{name}", most(value(index, gram_df, -1.0) - gram_df))
        out.add(f"kw_{name}", most(value(index, gram_kw, -1.0)))
    # the best keyword among all grams of up to seven words that contain this one, and among those inside it
    best_over = np.full(len(grams), -1.0, np.float32)
    best_under = np.full(len(grams), -1.0, np.float32)
    for left in range(4):
        for right in range(4):
            if left + right == 0:
                continue
            over = neighbour(first - left, size + left + right)
            best_over = np.maximum(best_over, value(over, gram_kw, -1.0))
            under = neighbour(first + left, size - left - right)
            best_under = np.maximum(best_under, value(under, gram_kw, -1.0))
    out.add("kw_over", most(best_over))
    out.add("kw_over_all", -most(-best_over))
    out.add("kw_under", most(best_under))
    return out.names, np.stack(out.values, axis=1) if out.values else np.zeros((0, 0), np.float32)
