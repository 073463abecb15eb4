"""`/api/path`: the shortest paths between two concepts, with the evidence for each step.

A search over partial paths, shortest first (A*): the number of steps that are left at least comes from a breadth-first search from the
other end, so that only what can still become a path that is short enough is looked at. Of equally long paths those come first whose
steps most papers state. The search is given up after a time and a number of partial paths, and says so.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kg.serve.api.answers import Hop, PathAnswer
from kg.serve.api.edges import stated, statements, together
from kg.serve.api.parameters import Kind, Path, Units
from kg.serve.api.problems import Problem
from kg.serve.api.refs import concept_of, concept_ref
from kg.serve.index import Index

#: Seconds, and partial paths, after which a search is given up.
SECONDS, STEPS = 2.0, 50_000
#: Reasons that are given for each step.
REASONS = 3

__all__ = ["SECONDS", "path", "shortest"]


def path(index: Index, asked: Path) -> PathAnswer:
    """The shortest paths between two concepts."""
    head, tail = concept_of(index, "head", asked.head), concept_of(index, "tail", asked.tail)
    if head == tail:
        raise Problem(
            422, f"head and tail are one concept ({index.concept_ids[head]!r}); give two", parameter="tail", found=asked.tail[:200]
        )
    found, note = shortest(index, head, tail, asked.k, asked.depth, asked.kind)
    return {
        "head": concept_ref(index, head),
        "tail": concept_ref(index, tail),
        "depth": asked.depth,
        "complete": not note,
        "note": f"{note}; give a smaller depth or k" if note else "",
        "paths": [[_hop(index, a, b, asked.kind, asked.units) for a, b in pairwise(nodes)] for nodes in found],
    }


def shortest(
    index: Index, head: int, tail: int, k: int, depth: int, kinds: Sequence[Kind], seconds: float = SECONDS
) -> tuple[list[list[int]], str]:
    """At most k simple paths of at most `depth` steps, as lists of concepts, shortest first; and why there may be more, if so."""
    end = time.monotonic() + seconds
    left = _distances(index, tail, depth, kinds, end)
    if left is None:
        return [], f"the search was given up after {seconds:g} s"
    if left[head] > depth:
        return [], ""
    found: list[list[int]] = []
    # steps at least, weakness, number: of equal ones the first that was made
    waiting: list[tuple[int, float, int, tuple[int, ...]]] = [(int(left[head]), 0.0, 0, (head,))]
    made = 1
    while waiting and len(found) < k:
        if made > STEPS or time.monotonic() > end:
            return found, f"the search was given up after {made:,} partial paths"
        _, weakness, _, nodes = heapq.heappop(waiting)
        if nodes[-1] == tail:
            found.append([*nodes])
            continue
        for other, papers in _around(index, nodes[-1], kinds, left, depth - len(nodes)):
            if other not in nodes:
                heapq.heappush(waiting, (len(nodes) + int(left[other]), weakness + 1 / (1 + papers), made, (*nodes, other)))
                made += 1
    return found, ""


def _around(index: Index, node: int, kinds: Sequence[Kind], left: NDArray[np.uint8], most: int) -> Iterator[tuple[int, int]]:
    """Neighbours that are at most `most` steps from the end, with the papers that say so; the more important first."""
    best: dict[int, int] = {}
    pairs = index.pairs_of(node)
    others = np.where(index.pair_head[pairs] == node, index.pair_tail[pairs], index.pair_head[pairs])
    near = left[others] <= most
    for number, other in zip(pairs[near].tolist(), others[near].tolist(), strict=True):
        papers = int(index.pair_papers[number])
        if (papers and "text" in kinds) or (index.pair_catalog[number] and "catalog" in kinds):
            # what the catalog says needs no paper, and is worth as much as some
            best[other] = max(best.get(other, 0), papers, 3 if index.pair_catalog[number] and "catalog" in kinds else 0)
    if "together" in kinds:
        found, both = index.together(node)
        near = left[found] <= most
        for other, count in zip(found[near].tolist(), both[near].tolist(), strict=True):
            best.setdefault(other, count)
    yield from sorted(best.items())


def _distances(index: Index, tail: int, depth: int, kinds: Sequence[Kind], end: float) -> NDArray[np.uint8] | None:
    """Steps of every concept to one, 255 where they are more than some; None where the time was over."""
    left = np.full(len(index.concept_ids), 255, dtype=np.uint8)
    left[tail] = 0
    usable = np.zeros(len(index.pair_head), dtype=bool)
    if "text" in kinds:
        usable |= index.pair_papers > 0
    if "catalog" in kinds:
        usable |= index.pair_catalog > 0
    heads, tails = index.pair_head[usable], index.pair_tail[usable]
    papers = np.repeat(np.arange(len(index.years)), np.diff(index.paper_starts)) if "together" in kinds else None
    for steps in range(1, depth + 1):
        if time.monotonic() > end:
            return None
        front = left == steps - 1
        reached = np.zeros(len(left), dtype=bool)
        reached[tails[front[heads]]] = True
        reached[heads[front[tails]]] = True
        if papers is not None:
            naming = np.zeros(len(index.years), dtype=bool)
            naming[papers[front[index.paper_concepts]]] = True
            reached[index.paper_concepts[naming[papers]]] = True
        new = reached & (left == 255)
        if not new.any():
            break
        left[new] = steps
    return left


def _hop(index: Index, a: int, b: int, kinds: Sequence[Kind], units: Units) -> Hop:
    rows = [(c, row) for c, row in statements(index, a, b) if ("catalog" if c else "text") in kinds]
    papers = index.shared(a, b).tolist() if "together" in kinds else []
    first = [stated(index, row, units) for _, row in rows[:REASONS]]
    first += [together(index, a, b, paper, units) for paper in papers[: REASONS - len(first)]]
    return {"head": concept_ref(index, a), "tail": concept_ref(index, b), "total": len(rows) + len(papers), "evidence": first}
