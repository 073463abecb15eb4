"""Counts how often word sequences occur, and how, in a large collection of titles and abstracts.

Only counts leave the collection: a row is the 64-bit key of a folded word sequence and, for each column, the number of papers, as
round(8·log2(1+n)). Papers with curated links are left out, so that no paper is scored with statistics of itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence, Set
from pathlib import Path

import numpy as np

from kg.clean import clean
from kg.model import Paper
from kg.recognize.features import defined, group, mix
from kg.recognize.grams import ALLCAP, CAP, FIRST, INNERCAP, MARK, grams_of, key, words_of
from kg.recognize.lexicon import CUE
from kg.recognize.statistics import COLUMNS, Statistics, pack
from kg.text import fold, fold_word, words
from kg.training import Say, unheard

BATCH = 1000
#: Papers that a sequence must be in.
LEAST = 5
INDEX = {name: i for i, name in enumerate(COLUMNS)}


def counted(shared: Path, besides: Set[str] = frozenset(), say: Say = unheard) -> Statistics:
    """Statistics of the abstracts and author keywords in `shared/data`.

    Args:
        besides: folded titles of further papers to leave out.
    """
    with (shared / "data/ml-abstracts/author-keywords.jsonl").open(encoding="utf-8") as lines:
        extra = [tuple(json.loads(line)["keywords"]) for line in lines]
    return count(abstracts(shared, besides), extra, say=say)


def abstracts(shared: Path, besides: Set[str] = frozenset()) -> Iterator[tuple[Paper, tuple[str, ...]]]:
    """Papers with their author keywords, those of the ACL Anthology after the others; each title once."""
    seen = gold_titles(shared) | besides
    with (shared / "data/ml-abstracts/ml-abstracts.jsonl").open(encoding="utf-8") as handle:
        for line in handle:
            row = json.loads(line)
            title = clean(row["title"])
            if fold(title) in seen or not row.get("abstract"):
                continue
            seen.add(fold(title))
            yield Paper(row["id"], title, clean(row["abstract"])), tuple(row.get("keywords") or ())
    import loaders

    for item in loaders.read(shared / "data/acl-anthology/data/xml"):
        if isinstance(item, Paper) and item.abstract and fold(item.title) not in seen:
            seen.add(fold(item.title))
            yield item, ()


def gold_titles(shared: Path) -> set[str]:
    """Folded titles of all papers that have gold links or are in the listing that is scored."""
    found = set()
    for name in ("links.dev.jsonl", "links.train.jsonl", "papers.train.jsonl"):
        for line in (shared / "gold" / name).read_text(encoding="utf-8").splitlines():
            found.add(fold(clean(json.loads(line)["title"])))
    import loaders

    for item in loaders.read(shared / "corpus/trending-papers.txt"):
        if isinstance(item, Paper):
            found.add(fold(item.title))
    return found


def rows_of(papers: Sequence[Paper], keywords: Sequence[tuple[str, ...]]) -> tuple[np.ndarray, np.ndarray]:
    """Keys and 0/1 columns, a row for each gram of each paper."""
    w = words_of(papers)
    g = grams_of(w)
    groups = group(w, g)
    first, last = g.first.astype(np.int64), g.last.astype(np.int64)
    order, starts = groups.order, groups.start[:-1]

    def most(value: np.ndarray) -> np.ndarray:
        return np.maximum.reduceat(value[order].astype(np.uint8), starts)

    title = w.field[first] == 0
    at_start = (w.flags[first] & FIRST) > 0
    cap = (w.flags & (CAP | ALLCAP | INNERCAP)) > 0
    before = np.maximum(first - 1, 0)
    after = np.minimum(last + 1, len(w) - 1)
    cue_before = np.where(at_start, 0, w.cue[before])
    intro = (title & at_start & (w.after[last] == MARK[":"])) | (cue_before == CUE["name"]) | (cue_before == CUE["propose"])
    edge = (w.flags & 3) > 0  # HARD or SOFT
    left = at_start | (w.run[before] != w.run[first]) | edge[before]
    same = (last + 1 < len(w)) & (w.run[after] == w.run[last])
    right = ~same | edge[after]
    mine = mix(groups.paper, groups.key)
    pairs = defined(papers)
    has = np.array([bool(k) for k in keywords])
    listed = np.array(sorted({(i, key(fold(k))) for i, ks in enumerate(keywords) for k in ks if fold(k)}), dtype=object).reshape(-1, 2)
    hits = mix(listed[:, 0].astype(np.int64), listed[:, 1].astype(np.uint64)) if len(listed) else np.zeros(0, np.uint64)
    out = np.zeros((len(groups), len(COLUMNS)), np.int32)
    out[:, INDEX["df"]] = 1
    out[:, INDEX["title"]] = most(title)
    out[:, INDEX["kwdf"]] = has[groups.paper]
    out[:, INDEX["kwhit"]] = np.isin(mine, hits)
    out[:, INDEX["intro"]] = most(intro)
    out[:, INDEX["acr"]] = np.isin(mine, mix(pairs.paper, pairs.short))
    out[:, INDEX["long"]] = np.isin(mine, mix(pairs.paper, pairs.long))
    out[:, INDEX["cap"]] = most((~title) & ~at_start & cap[first])
    out[:, INDEX["bound"]] = most(left & right)
    return groups.key, out


def summed(parts: Iterable[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    """One row a key, the columns added up."""
    keys = np.concatenate([k for k, _ in parts])
    values = np.concatenate([v for _, v in parts])
    order = np.argsort(keys, kind="stable")
    keys, values = keys[order], values[order]
    starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    return keys[starts], np.add.reduceat(values, starts, axis=0)


def count(
    papers: Iterable[tuple[Paper, tuple[str, ...]]], extra: Iterable[tuple[str, ...]], least: int = LEAST, say: Say = unheard
) -> Statistics:
    """Statistics of a collection.

    Args:
        extra: lists of author keywords of papers without abstracts.
        least: a sequence stays when it is in so many papers, or is an author keyword of two, or of one and in two papers.
    """
    held: list[tuple[np.ndarray, np.ndarray]] = []
    total: list[tuple[np.ndarray, np.ndarray]] = []
    batch: list[tuple[Paper, tuple[str, ...]]] = []
    lists: list[tuple[str, ...]] = []
    done = 0

    def flush() -> None:
        nonlocal held, total, done
        if not batch:
            return
        held.append(rows_of([p for p, _ in batch], [k for _, k in batch]))
        done += len(batch)
        batch.clear()
        if len(held) >= 10:
            part = summed(held)
            held = []
            total.append(part)
            if len(total) >= 3:
                total = [summed(total)]
            say(f"{done:,} papers counted: {len(total[-1][0]):,} sequences")

    for paper, keywords in papers:
        batch.append((paper, keywords))
        if keywords:
            lists.append(keywords)
        if len(batch) >= BATCH:
            flush()
    flush()
    lists.extend(extra)
    kw_keys = np.array([k for ks in lists for k in sorted({key(fold(x)) for x in ks if fold(x)})], np.uint64)
    listed, times = np.unique(kw_keys, return_counts=True)
    rows = np.zeros((len(listed), len(COLUMNS)), np.int32)
    rows[:, INDEX["kwl"]] = times
    keys, values = summed([*total, *held, (listed, rows)])
    df, kwl = values[:, INDEX["df"]], values[:, INDEX["kwl"]]
    keep = (df >= least) | (kwl >= 2) | ((kwl >= 1) & (df >= 2))
    say(f"{done:,} papers counted: {len(keys):,} sequences, {int(keep.sum()):,} kept")
    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    for ks in lists:
        begin, finish = set(), set()
        for name in ks:
            spans = list(words(name))
            if spans:
                begin.add(key(fold_word(name[slice(*spans[0])])))
                finish.add(key(fold_word(name[slice(*spans[-1])])))
        for k in begin:
            starts[k] = starts.get(k, 0) + 1
        for k in finish:
            ends[k] = ends.get(k, 0) + 1
    word_keys = sorted(k for k in {*starts, *ends} if starts.get(k, 0) + ends.get(k, 0) >= 2)
    word_table = np.array([(starts.get(k, 0), ends.get(k, 0)) for k in word_keys], np.int64).reshape(-1, 2)
    return Statistics(keys[keep], pack(values[keep]), np.array(word_keys, np.uint64), pack(word_table))
