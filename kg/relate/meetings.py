"""Where two things of a paper stand together, and by which construction they are connected there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.recognize.grams import GAP_HYPHEN
from kg.relate.about import THING, Things
from kg.relate.lexicon import CODE
from kg.relate.patterns import MOST, PATTERNS, SIGNS, construction, written
from kg.relate.places import Int, Places, Text

#: Words between two mentions beyond which they are not taken to say something of each other.
FAR = 40
#: Words that connect together with the preposition behind them.
_PAIRED = [CODE[c] for c in ("base", "like", "compare", "evaluate", "use", "combine", "be", "name", "aim", "consist")]


@dataclass(frozen=True, slots=True)
class Meetings:
    """Unordered pairs of things (`low` < `high`), with the mentions at which they stand nearest (`a` of low, `b` of high), the
    number of sentences they share, and a bit for each way in which they are ever connected directly (`ever`)."""

    low: Int
    high: Int
    a: Int
    b: Int
    shared: Int
    titled: Int
    ever: NDArray[np.float32]


def mark_predicates(things: Things, met: Meetings) -> None:
    """Marks what the paper calls its main thing ("X: a Y", "X, a Y"): what is said of such a Y is meant of X."""
    columns = [PATTERNS.index(c) - 1 for c in ("colon", "is", "kind", "apposed", "named")]
    called = met.ever[:, columns]
    for main, other, sign in ((met.low, met.high, 1), (met.high, met.low, -1)):
        hit = (things.main[things.paper[main]] == main) & ((called[:, :3] * sign > 0).any(axis=1) | (called[:, 3:] != 0).any(axis=1))
        things.columns[other[hit], THING.index("predicate")] = 1


def between(where: Places, i: Int, j: Int) -> tuple[Int, Int]:
    """The first and one past the last word between mention i and a later mention j, outside the lists of both."""
    same = where.listed[i] == where.listed[j]
    low = np.where(same, where.last[i], where.stop[i]) + 1
    high = np.where(same, where.first[j], where.start[j])
    # a mention inside a list that another begins within
    low = np.where(low > where.first[j], where.last[i] + 1, low)
    high = np.where(high < low, where.first[j], high)
    return low, np.maximum(high, low)


def connector(text: Text, low: Int, high: Int) -> NDArray[np.uint8]:
    """The word or mark that alone connects what stands before word `low` to what begins with word `high` (see `between`), 0 where
    there is none or another comes between."""
    left, at_left = text.before(high)
    right, at_right = text.behind(low - 1)
    single = (at_left == at_right) & (at_left >= low - 1) & (at_left < high)
    # "based on", "such as", "trained on", "built upon": two words that connect as one
    double = (at_left == at_right + 1) & (at_right >= low - 1) & (at_left < high)
    paired = double & np.isin(right, _PAIRED)
    return np.where(single, left, np.where(paired, right, 0)).astype(np.uint8)


def meetings(text: Text, where: Places, things: Things) -> Meetings:
    """All pairs of things with mentions in one sentence, at the place where they are nearest; and those of what the paper is about
    most with every other thing."""
    ii: list[Int] = []
    jj: list[Int] = []
    n = len(where)
    for ahead in range(1, n):
        i = np.arange(n - ahead)
        j = i + ahead
        good = where.sentence[i] == where.sentence[j]
        if not good.any():
            break
        good &= (where.thing[i] != where.thing[j]) & (where.first[j] - where.last[i] <= FAR)
        ii.append(i[good])
        jj.append(j[good])
    i = np.concatenate(ii) if ii else np.zeros(0, np.int64)
    j = np.concatenate(jj) if jj else np.zeros(0, np.int64)
    low_word, high_word = between(where, i, j)
    connecting = connector(text, low_word, high_word)
    same = where.listed[i] == where.listed[j]
    # nearest outside lists; being listed together says the least
    letters, at = written(text)
    near = ~same & (high_word - low_word <= MOST) & (where.first[j] > where.last[i])
    patterns = np.zeros(len(i), np.int64)
    patterns[near] = [
        construction("-" * tied + letters[a:b])
        for a, b, tied in zip(
            (at[low_word[near]] - text.shown[low_word[near] - 1]).tolist(),
            at[high_word[near]].tolist(),
            (text.words.gap[low_word[near] - 1] == GAP_HYPHEN).tolist(),
            strict=True,
        )
    ]
    cost = (high_word - low_word) + 30 * same + 2.0 * (connecting == 0) - 4.0 * (patterns > 0)
    swap = where.thing[i] > where.thing[j]
    low, high = np.where(swap, where.thing[j], where.thing[i]), np.where(swap, where.thing[i], where.thing[j])
    a, b = np.where(swap, j, i), np.where(swap, i, j)
    size = len(things.paper) + 1
    code = low * size + high
    order = np.lexsort((i, cost, code))
    code, low, high, a, b, patterns = (x[order] for x in (code, low, high, a, b, patterns))
    new = np.ones(len(code), bool)
    new[1:] = code[1:] != code[:-1]
    starts = np.flatnonzero(new)
    sign = np.where(swap[order], -1, 1) * SIGNS[patterns]
    ever = np.zeros((len(starts), len(PATTERNS) - 1), np.float32)
    shared = np.zeros(len(starts), np.int64)
    titled = np.zeros(len(starts), np.int64)
    if len(starts):
        title = text.words.field[where.first[a]] == 0
        titled = np.maximum.reduceat(title.astype(np.int64), starts)
        group = np.cumsum(new) - 1
        pairs_ = np.unique(group * np.int64(len(text.words.sentence_bounds) + 1) + where.sentence[a])
        shared = np.bincount(pairs_ // (len(text.words.sentence_bounds) + 1), minlength=len(starts))
        hit = np.flatnonzero(patterns)[::-1]  # the nearest last, so that it stays
        ever[group[hit], patterns[hit] - 1] = sign[hit]
    low, high, a, b, code = low[starts], high[starts], a[starts], b[starts], code[starts]
    # what the paper is about most with everything else: what a sentence says of "our method" is said of it
    main = things.main[things.paper]
    other = np.flatnonzero(main != np.arange(len(main)))
    main = main[other]
    x, y = np.minimum(main, other), np.maximum(main, other)
    apart = ~np.isin(x * size + y, code)
    x, y, other, main = x[apart], y[apart], other[apart], main[apart]
    place = _best_place(text, where, len(things.paper))
    low, high = np.concatenate((low, x)), np.concatenate((high, y))
    a, b = np.concatenate((a, place[x])), np.concatenate((b, place[y]))
    none = np.zeros(len(x), np.int64)
    shared, titled = np.concatenate((shared, none)), np.concatenate((titled, none))
    ever = np.concatenate((ever, np.zeros((len(x), len(PATTERNS) - 1), np.float32)))
    order = np.lexsort((high, low))
    return Meetings(low[order], high[order], a[order], b[order], shared[order], titled[order], ever[order])


def _best_place(text: Text, where: Places, number: int) -> Int:
    """For every thing the mention at which the paper speaks of itself: in a sentence of the abstract with "we" or "our", the first."""
    own = text.counts[text.end[where.first], CODE["own"]] - text.counts[text.begin[where.first], CODE["own"]] > 0
    rank = np.where(text.words.field[where.first] == 0, 1, np.where(own, 0, 2))
    order = np.lexsort((where.first, rank, where.thing))
    found = np.zeros(number, np.int64)
    found[where.thing[order[::-1]]] = order[::-1]
    return found
