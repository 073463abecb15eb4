"""Walking over relationships: one step, many steps, the shortest way. Nodes and relationships are numbers here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from kg.query.cypher.store import Store

Pair = tuple[int, int]  # a relationship, and the node at its other end
Allowed = Callable[[int], bool]
#: Directions as they are from the other end.
TURNED = {"out": "in", "in": "out", "both": "both"}


class Hop:
    """The relationships of a node that have one of some types, in one direction or both."""

    def __init__(self, store: Store, types: tuple[int, ...], direction: str, mask: bytes | None = None) -> None:
        self.store = store
        self.types = types
        self.direction = direction
        self.mask = mask
        self._sides = [(store.out, t * store.out.width) for t in types] if direction != "in" else []
        self._back = [(store.into, t * store.into.width) for t in types] if direction != "out" else []

    def turned(self) -> Hop:
        """The same from the other end."""
        return Hop(self.store, self.types, TURNED[self.direction], self.mask)

    def count(self, node: int) -> int:
        """How many there are, at most."""
        return sum(side.bounds[base + node + 1] - side.bounds[base + node] for side, base in (*self._sides, *self._back))

    def pairs(self, node: int) -> Iterable[Pair]:
        """The relationships, each with the node at its other end."""
        found: Iterable[Pair]
        if len(self._sides) + len(self._back) == 1:
            side, base = (self._sides or self._back)[0]
            a, b = side.bounds[base + node], side.bounds[base + node + 1]
            found = zip(side.rels[a:b], side.others[a:b], strict=False)
        else:
            found = self._several(node)
        mask = self.mask
        return found if mask is None else ((e, o) for e, o in found if mask[e])

    def _several(self, node: int) -> Iterator[Pair]:
        both = bool(self._sides) and bool(self._back)
        for sides, second in ((self._sides, False), (self._back, both)):
            for side, base in sides:
                a, b = side.bounds[base + node], side.bounds[base + node + 1]
                for e, o in zip(side.rels[a:b], side.others[a:b], strict=False):
                    # a relationship from a node to itself was given by the first side
                    if not (second and o == node):
                        yield e, o


def trails(
    hop: Hop, start: int, low: int, high: int | None, used: Collection[int], allowed: Allowed | None, tick: Callable[[], None]
) -> Iterator[tuple[tuple[int, ...], int]]:
    """All trails (no relationship twice) of `low` to `high` steps, each as its relationships and its last node."""
    if low == 0:
        yield (), start
    if high == 0:
        return
    path: list[int] = []
    taken = set(used)
    stack = [iter(hop.pairs(start))]
    while stack:
        tick()
        for e, o in stack[-1]:
            if e in taken or (allowed is not None and not allowed(e)):
                continue
            path.append(e)
            if len(path) >= low:
                yield tuple(path), o
            if high is None or len(path) < high:
                taken.add(e)
                stack.append(iter(hop.pairs(o)))
                break
            path.pop()
        else:
            stack.pop()
            if path:
                taken.discard(path.pop())


def reached(
    hop: Hop, start: int, low: int, high: int | None, allowed: Allowed | None, tick: Callable[[], None]
) -> Iterator[tuple[tuple[int, ...], int]]:
    """The ends of such trails, each once; for relationships in one direction and `low` of 0 or 1, where walks reach no more."""
    seen = set()
    if low == 0:
        seen.add(start)
        yield (), start
    front, depth = [start], 0
    while front and (high is None or depth < high):
        depth += 1
        following = []
        for node in front:
            tick()
            for e, o in hop.pairs(node):
                if o not in seen and (allowed is None or allowed(e)):
                    seen.add(o)
                    following.append(o)
                    yield (), o
        front = following


def shortest(
    hop: Hop, start: int, end: int, high: int | None, node_ok: Allowed | None, rel_ok: Allowed | None, tick: Callable[[], None]
) -> Iterator[tuple[int, ...]]:
    """All shortest paths between two nodes, as their relationships; by breadth-first search from both ends."""
    if node_ok is not None and not (node_ok(start) and node_ok(end)):
        return
    back = hop.turned()
    # step 0 is the node itself; each level maps a node to the pairs that lead on to the level before
    sides: list[tuple[Hop, list[dict[int, list[Pair]]]]] = [(hop, [{start: []}]), (back, [{end: []}])]
    seen = [{start}, {end}]
    while high is None or sum(len(levels) - 1 for _, levels in sides) < high:
        which = 0 if len(sides[0][1][-1]) <= len(sides[1][1][-1]) else 1
        way, levels = sides[which]
        following: dict[int, list[Pair]] = {}
        for node in levels[-1]:
            tick()
            for e, o in way.pairs(node):
                if o in seen[which] or (rel_ok is not None and not rel_ok(e)) or (node_ok is not None and not node_ok(o)):
                    continue
                following.setdefault(o, []).append((e, node))
        if not following:
            return
        seen[which].update(following)
        levels.append(following)
        meeting = sorted(following.keys() & sides[1 - which][1][-1].keys())
        if meeting:
            for node in meeting:
                for first in _back_to_start(sides[0][1], node):
                    for last in _back_to_start(sides[1][1], node):
                        yield (*reversed(first), *last)
            return


def _back_to_start(levels: list[dict[int, list[Pair]]], node: int) -> Iterator[tuple[int, ...]]:
    def back(depth: int, node: int) -> Iterator[tuple[int, ...]]:
        if depth == 0:
            yield ()
            return
        for e, before in levels[depth][node]:
            for rest in back(depth - 1, before):
                yield (e, *rest)

    return back(len(levels) - 1, node)


def by_length(hop: Hop, start: int, end: int, high: int | None, tick: Callable[[], None]) -> Iterator[tuple[int, ...]]:
    """All trails between two nodes, the shorter ones first; for conditions that only the whole path can answer."""
    front: list[tuple[tuple[int, ...], int]] = [((), start)]
    depth = 0
    while front and (high is None or depth < high):
        depth += 1
        following = []
        for path, node in front:
            for e, o in hop.pairs(node):
                tick()
                if e not in path:
                    following.append(((*path, e), o))
        yield from (path for path, node in following if node == end)
        front = following


def other_end(store: Store, rel: int, node: int) -> int:
    """The node at the other end of a relationship."""
    start: int = store.start[rel]
    return int(store.end[rel]) if start == node else start


def nodes_along(store: Store, start: int, rels: Iterable[int]) -> list[int]:
    """The nodes of a path, the first one among them."""
    found = [start]
    for e in rels:
        found.append(other_end(store, e, found[-1]))
    return found
