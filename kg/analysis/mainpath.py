"""Main path analysis: the line of a literature along which most of its paths run.

A network of what builds on what is made acyclic (`acyclic`); each of its arcs is weighed by its search path count, the number of ways from
any source to any sink that use it (`search_path_counts`); the main path is the way from a source to a sink whose arcs count most in
all (`main_path`, the "global" search).

Hummon and Doreian, "Connectivity in a citation network: The development of DNA theory", 1989; Batagelj, "Efficient algorithms for
citation network analysis", 2003 (the search path count); Liu and Lu, "An integrated approach for main path analysis", 2012 (the
global search). Arcs run from the older to the newer, as knowledge does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kg.errors import DataError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def acyclic(size: int, older: NDArray[np.int64], newer: NDArray[np.int64], weight: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which arcs stay so that no cycle is left: in each strongly connected part, from the heaviest on, those that close none.

    Args:
        size: number of nodes; `older` and `newer` hold the ends of each arc, 0 … size - 1.
        weight: of each arc; of equal ones the earlier in the arrays goes first.

    Returns:
        True for each arc that stays. Arcs between parts always stay, arcs from a node to itself never.
    """
    import numpy as np
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    stay: NDArray[np.bool_] = older != newer
    if not len(older):
        return stay
    matrix = csr_matrix((np.ones(len(older), dtype=np.int8), (older, newer)), shape=(size, size))
    _, part = connected_components(matrix, connection="strong")
    inside = np.flatnonzero((part[older] == part[newer]) & stay)
    stay[inside] = False
    follows: dict[int, list[int]] = {}
    for arc in inside[np.argsort(-weight[inside], kind="stable")].tolist():
        a, b = int(older[arc]), int(newer[arc])
        if _reaches(follows, b, a):
            continue
        follows.setdefault(a, []).append(b)
        stay[arc] = True
    return stay


def _reaches(follows: dict[int, list[int]], start: int, goal: int) -> bool:
    seen = {start}
    stack = [start]
    while stack:
        node = stack.pop()
        if node == goal:
            return True
        for other in follows.get(node, ()):
            if other not in seen:
                seen.add(other)
                stack.append(other)
    return False


def search_path_counts(older: Sequence[int], newer: Sequence[int]) -> list[int]:
    """The search path count of each arc: ways from a source to its older end, times ways from its newer end to a sink.

    Counts are exact whole numbers of any size. Several arcs between the same two nodes are several ways.

    Raises:
        DataError: the arcs have a cycle.

    >>> search_path_counts([0, 0, 1, 2], [1, 2, 3, 3])  # two ways from 0 to 3
    [1, 1, 1, 1]
    """
    into, out, order = _arcs(older, newer)
    before: dict[int, int] = {}
    for node in order:
        before[node] = sum(before[older[arc]] for arc in into.get(node, ())) or 1
    after: dict[int, int] = {}
    for node in reversed(order):
        after[node] = sum(after[newer[arc]] for arc in out.get(node, ())) or 1
    return [before[a] * after[b] for a, b in zip(older, newer, strict=True)]


def main_path(older: Sequence[int], newer: Sequence[int], counts: Sequence[int] | None = None) -> list[int]:
    """The arcs (by their place) of the way from a source to a sink whose search path counts sum to most, from the oldest on.

    Of ways with the same sum, the one with the smallest arc numbers, read from its end, is taken.

    Raises:
        DataError: the arcs have a cycle.

    >>> main_path([0, 0, 1, 2, 3, 3], [1, 2, 3, 3, 4, 5])
    [0, 2, 4]
    """
    if counts is None:
        counts = search_path_counts(older, newer)
    into, _, order = _arcs(older, newer)
    best: dict[int, int] = {}
    via: dict[int, int] = {}
    for node in order:
        best[node] = 0
        for arc in into.get(node, ()):
            total = best[older[arc]] + counts[arc]
            if node not in via or total > best[node]:
                best[node], via[node] = total, arc
    if not best:
        return []
    most = max(best.values())
    ends = [node for node in via if best[node] == most]
    node = min(ends, key=lambda n: via[n])
    path: list[int] = []
    while node in via:
        path.append(via[node])
        node = older[via[node]]
    return path[::-1]


def _arcs(older: Sequence[int], newer: Sequence[int]) -> tuple[dict[int, list[int]], dict[int, list[int]], list[int]]:
    """Arcs into each node, arcs out of it, and the nodes, each behind all that lead to it (Kahn's algorithm)."""
    into: dict[int, list[int]] = {}
    out: dict[int, list[int]] = {}
    for arc, (a, b) in enumerate(zip(older, newer, strict=True)):
        into.setdefault(b, []).append(arc)
        out.setdefault(a, []).append(arc)
    waiting = {node: len(arcs) for node, arcs in into.items()}
    order = sorted(out.keys() - into.keys())
    for node in order:  # grows while it is walked
        for arc in out.get(node, ()):
            waiting[newer[arc]] -= 1
            if not waiting[newer[arc]]:
                order.append(newer[arc])
    if len(order) != len(into.keys() | out.keys()):
        raise DataError("a main path needs arcs without a cycle; leave out what `acyclic` leaves out")
    return into, out, order
