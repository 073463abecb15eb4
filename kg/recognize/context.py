"""The second look: what the first decision says of the grams around a gram.

A gram that a surer gram contains is seldom a concept of its own; one whose abbreviation is sure nearly always is. Only groups
that the first decision does not rule out are looked at again.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kg import native
from kg.native import address, checked
from kg.recognize.columns import Groups
from kg.recognize.features import Defined, mix
from kg.recognize.grams import MAX_WORDS, Grams, Words

Float = NDArray[np.float32]
Index = NDArray[np.int64]
Int32 = NDArray[np.int32]
UInt64 = NDArray[np.uint64]

#: Columns of `context`, in this order.
COLUMNS: tuple[str, ...] = (
    "first_look",
    "over",
    "over_least",
    "under",
    "under_left",
    "under_right",
    "crossing",
    "partner",
    "same_head",
    "same_start",
    "sum_paper",
    "rank_paper",
    "best_left",
    "best_right",
    "over_count",
)


def context(words: Words, grams: Grams, groups: Groups, pairs: Defined, score: NDArray[np.float64], chosen: Index) -> Float:
    """Columns of the chosen groups, shape (len(chosen), len(COLUMNS)).

    Args:
        score: probability of the first look for every group; those not chosen count as 0.
        chosen: increasing indices of groups.
    """
    out = np.zeros((len(chosen), len(COLUMNS)), np.float32)
    if not len(chosen):
        return out
    members, counts = groups.members(chosen)
    starts = np.cumsum(counts) - counts
    p = score[chosen].astype(np.float32)
    first, last = grams.first[members], grams.last[members]
    columns = _around(words, first, last, np.append(starts, len(members)), p)
    columns["first_look"] = p
    columns["partner"] = _partner(groups, pairs, p, chosen)
    head, begin = words.hash[last[starts]], words.hash[first[starts]]
    paper = groups.paper[chosen]
    total = np.bincount(paper, p)
    columns["sum_paper"] = total[paper].astype(np.float32)
    columns["same_head"], columns["same_start"], columns["rank_paper"] = _among(paper, head, begin, p)
    for name, column in columns.items():
        out[:, COLUMNS.index(name)] = column
    # sums and exponentials differ in their last bits between machines; coarse steps do not
    return np.round(out, 3)


#: What the kernel gives, in this order.
_KERNEL = ("over", "under", "under_left", "under_right", "crossing", "over_count", "best_left", "best_right", "over_least")


def _around(words: Words, first: Int32, last: Int32, start: Index, p: Float) -> dict[str, Float]:
    """The columns that tell of grams over, under and beside.

    Args:
        first: the first words of the grams of all groups, one group behind the other; `last` are the last ones.
        start: where the grams of each group begin, with the number of all behind.
        p: the score of each group.
    """
    n = len(words)
    if (library := native.library()) is not None:
        found, table = np.empty((len(_KERNEL), len(p)), np.float32), np.zeros(n * MAX_WORDS, np.float32)
        given = n, address(words.paper, np.int32), len(first), address(first, np.int32), address(last, np.int32), len(p)
        checked(library.kg_around(*given, address(start, np.int64), *(address(one, np.float32) for one in (p, table, found))))
        return dict(zip(_KERNEL, found, strict=True))
    starts, counts = start[:-1], np.diff(start)
    first, last = first.astype(np.int64), last.astype(np.int64)
    size = last - first + 1
    # scores by first word and size, with room on all sides for grams that are not there: 0
    width = 4 * MAX_WORDS
    table = np.zeros((n + 3 * MAX_WORDS) * width, np.float32)
    place = (first + MAX_WORDS) * width + size + MAX_WORDS
    table[place] = np.repeat(p, counts)

    def at(begin: int, longer: int) -> Float:
        """Scores of the grams that begin so many words behind these, and are so many words longer."""
        scores: Float = table[place + (begin * width + longer)]
        return scores

    def per_group(value: Float, least: bool = False) -> Float:
        return (np.minimum if least else np.maximum).reduceat(value, starts)

    over, under, crossing, over_count, under_left, under_right = np.zeros((6, len(first)), np.float32)
    for left in range(MAX_WORDS):
        for right in range(MAX_WORDS - left):
            if left + right == 0:
                continue
            value = at(-left, left + right)
            np.maximum(over, value, out=over)
            over_count += value > 0.3
            inner = at(left, -left - right)
            np.maximum(under, inner, out=under)
            if left == 0:
                np.maximum(under_left, inner, out=under_left)
            if right == 0:
                np.maximum(under_right, inner, out=under_right)
    best_left, best_right = np.zeros((2, len(first)), np.float32)
    start_row, end_row = (first + MAX_WORDS) * width + MAX_WORDS, (last + MAX_WORDS) * width + MAX_WORDS
    # the words of a batch stand in one row: a neighbour must be of the same paper, or readings would depend on the batch
    own = words.paper[first]
    before, behind = words.paper[np.maximum(first - 1, 0)] == own, words.paper[np.minimum(last + 1, n - 1)] == own
    for length in range(1, MAX_WORDS + 1):
        for left in range(1, length):
            # begins `left` words before and ends inside; begins inside and ends behind
            crosses = length - left < size
            np.maximum(crossing, np.where(crosses, table[start_row - left * width + length], 0), out=crossing)
            np.maximum(crossing, np.where(crosses, table[end_row + (left - length + 1) * width + length], 0), out=crossing)
        np.maximum(best_left, np.where(before, table[start_row - length * width + length], 0), out=best_left)
        np.maximum(best_right, np.where(behind, table[end_row + width + length], 0), out=best_right)
    return {
        "over": per_group(over),
        "over_least": per_group(over, least=True),
        "under": per_group(under),
        "under_left": per_group(under_left),
        "under_right": per_group(under_right),
        "crossing": per_group(crossing),
        "over_count": per_group(over_count),
        "best_left": per_group(best_left),
        "best_right": per_group(best_right),
    }


def _among(paper: Index, head: UInt64, begin: UInt64, p: Float) -> Sequence[Float]:
    """For every row the best score of another row of its paper with the same head, or with the same first word, and its place by its score
    among the rows of its paper."""
    if (library := native.library()) is not None:
        found = np.empty((3, len(p)), np.float32)
        keys = address(head, np.uint64), address(begin, np.uint64)
        checked(library.kg_among(len(p), address(paper, np.int64), *keys, address(p, np.float32), address(found, np.float32)))
        return tuple(found)
    order = np.lexsort((-p, paper))
    rank = np.empty(len(p), np.float32)
    begins = np.searchsorted(paper[order], paper[order])
    rank[order] = np.arange(len(p)) - begins
    return _another(mix(paper, head), p), _another(mix(paper, begin), p), rank


def _partner(groups: Groups, pairs: Defined, p: Float, chosen: Index) -> Float:
    """The score of the other form of an abbreviation that the paper defines; -1 where there is none."""
    out = np.full(len(p), -1, np.float32)
    if not len(pairs.paper):
        return out
    mine = mix(groups.paper[chosen], groups.key[chosen])
    order = np.argsort(mine)
    ordered = mine[order]

    def find(keys: NDArray[np.uint64]) -> Index:
        at = np.minimum(np.searchsorted(ordered, keys), len(ordered) - 1)
        return np.where(ordered[at] == keys, order[at], -1)

    a, b = find(mix(pairs.paper, pairs.long)), find(mix(pairs.paper, pairs.short))
    for one, other in ((a, b), (b, a)):
        there = one >= 0
        value = np.where(other >= 0, p[np.maximum(other, 0)], np.float32(0))
        np.maximum.at(out, one[there], value[there])
    return out


def _another(keys: NDArray[np.uint64], p: Float) -> Float:
    """For every row the best score among the other rows of the same key; 0 where it is alone."""
    order = np.lexsort((-p, keys))
    k, q = keys[order], p[order]
    begin = np.searchsorted(k, k)
    place = np.arange(len(k))
    second = np.where((begin + 1 < len(k)), q[np.minimum(begin + 1, len(k) - 1)], 0)
    alone = np.ones(len(k), bool)
    alone[:-1] &= k[1:] != k[:-1]
    alone[1:] &= k[1:] != k[:-1]
    out = np.empty(len(p), np.float32)
    out[order] = np.where(alone, 0, np.where(place == begin, second, q[begin]))
    return out
