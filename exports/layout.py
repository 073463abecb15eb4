"""Places for the nodes of a drawn graph, computed once, here, so that the page stands still.

Leiden communities keep what belongs together apart from the rest; forces after ForceAtlas2 (Jacomy, Venturini, Heymann and
Bastian, "ForceAtlas2, a continuous graph layout algorithm for handy network visualization", PLoS ONE 2014) give the places;
each community then gets a disc of its own, and a last step pushes overlapping nodes apart. Repulsion is summed on a grid by a
fast Fourier transform, as Linderman et al. do it in "Fast interpolation-based t-SNE" (Nature Methods 2019), so that its cost
grows with the number of nodes, not its square.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

#: Grows when the same arguments give other places.
VERSION = 4
#: Cells along one side of the grid that repulsion is summed on.
GRID = 128
#: Up to so many nodes, each pair of them is faster than the grid.
EXACT = 400
#: Edges between communities pull this much of what edges within one do.
ACROSS = 0.12
#: Part of a community's disc that its nodes with their margins cover, and the room around it as a part of its radius.
DENSITY, MARGIN = 0.45, 0.18
#: Communities of fewer nodes lie around the others; those of at least so many are laid out once more by themselves.
SMALL, REFINED = 3, 30
#: An overlap of margins that is left alone: less than what rounding to whole numbers does.
TOUCH = 0.5
#: How far places are moved towards an even spread over their disc (1: all the way).
EVEN = 0.7
_GOLDEN_ANGLE = 2.399963229728653


@dataclass(frozen=True, slots=True)
class Layout:
    """Whole-number coordinates and the community of every node; communities are numbered by falling size."""

    x: tuple[int, ...]
    y: tuple[int, ...]
    community: tuple[int, ...]


def arrange(
    radii: Sequence[float],
    edges: Sequence[tuple[int, int, float]] | tuple[Ints, Ints, Floats],
    *,
    seed: int = 1,
    steps: int = 260,
    gap: float = 5.0,
) -> Layout:
    """Places nodes with the given radii so that linked ones are near, communities apart and none on another.

    The result depends on the arguments alone (for one platform and one set of package versions).

    Args:
        radii: one radius a node, in the units of the coordinates.
        edges: pairs of node numbers with a weight above 0, as triples or as three arrays; direction and repetition do not matter.
        seed: for Leiden and the first places.
        steps: rounds of the force layout.
        gap: free room kept between two nodes.

    Raises:
        UsageError: an edge names a node that is not there, or a radius or weight is not positive.
    """
    import numpy as np

    count = len(radii)
    if not count:
        return Layout((), (), ())
    size = np.asarray(radii, dtype=np.float64)
    if not np.all(size > 0):
        raise UsageError("layout: every radius must be above 0")
    head, tail, weight = _columns(edges)
    if len(head) and not (min(head.min(), tail.min()) >= 0 and max(head.max(), tail.max()) < count and np.all(weight > 0)):
        raise UsageError(f"layout: an edge must join two of the {count} nodes with a weight above 0")
    head, tail, weight = _merged(head, tail, weight, count)
    group = communities(count, list(zip(head.tolist(), tail.tolist(), strict=True)), weight.tolist(), seed)
    rng = np.random.default_rng(seed)
    place = _start(size, group, head, tail, weight, rng)
    place = _forces(place, group, head, tail, weight, steps)
    place = _packed(place, size, group, head, tail, weight, gap)
    place = _apart(place, size, gap)
    whole = np.rint(place).astype(np.int64)
    return Layout(tuple(whole[:, 0].tolist()), tuple(whole[:, 1].tolist()), tuple(group.tolist()))


def _columns(edges: Sequence[tuple[int, int, float]] | tuple[Ints, Ints, Floats]) -> tuple[Ints, Ints, Floats]:
    import numpy as np

    columns = len(edges) == 3 and isinstance(edges[0], np.ndarray)
    head, tail, weight = edges if columns else zip(*edges, strict=True) if len(edges) else ((), (), ())
    return np.asarray(head, dtype=np.int64), np.asarray(tail, dtype=np.int64), np.asarray(weight, dtype=np.float64)


def _merged(head: Ints, tail: Ints, weight: Floats, count: int) -> tuple[Ints, Ints, Floats]:
    """Each pair once, the smaller end first, with its weights summed; sorted, and no node with itself."""
    import numpy as np

    other = head != tail
    pair, inverse = np.unique(np.minimum(head, tail)[other] * count + np.maximum(head, tail)[other], return_inverse=True)
    summed: Floats = np.bincount(inverse, weight[other], len(pair)).astype(np.float64)
    return pair // count, pair % count, summed


def communities(count: int, pairs: Sequence[tuple[int, int]], weights: Sequence[float], seed: int) -> Ints:
    """The Leiden community of every node, numbered by falling size, then by the smallest member.

    Nodes without an edge are a community each. Leiden: Traag, Waltman and van Eck, "From Louvain to Leiden", 2019.
    """
    import graspologic_native
    import numpy as np

    found: dict[str, int] = {}
    if pairs:
        edges = [(f"{a:09d}", f"{b:09d}", float(w)) for (a, b), w in zip(pairs, weights, strict=True)]
        found = graspologic_native.leiden(edges, resolution=1.0, randomness=0.001, iterations=3, use_modularity=True, seed=seed)[1]
    members: dict[Any, list[int]] = {}
    for node in range(count):
        members.setdefault(found.get(f"{node:09d}", ("alone", node)), []).append(node)
    result = np.zeros(count, dtype=np.int64)
    for number, nodes in enumerate(sorted(members.values(), key=lambda m: (-len(m), m[0]))):
        result[nodes] = number
    return result


def _spiral(numbers: Floats, step: float) -> Floats:
    """Points of a sunflower spiral: even density, about one point a `step`² of area."""
    import numpy as np

    distance = step * np.sqrt(numbers)
    angle = numbers * _GOLDEN_ANGLE
    return np.column_stack((distance * np.cos(angle), distance * np.sin(angle)))


def _start(size: Floats, group: Ints, head: Ints, tail: Ints, weight: Floats, rng: np.random.Generator) -> Floats:
    """First places: the communities laid out as if each were one node, their members in a disc around its centre."""
    import numpy as np

    groups = int(group.max()) + 1
    members = np.bincount(group, minlength=groups)
    centre = _spiral(np.arange(groups, dtype=np.float64), 60.0)
    between = group[head] != group[tail]
    if groups > 2 and between.any():
        a, b = group[head][between], group[tail][between]
        low, high = np.minimum(a, b), np.maximum(a, b)
        keys, inverse = np.unique(low * groups + high, return_inverse=True)
        summed = np.bincount(inverse.ravel(), weight[between])
        load = np.sqrt(members[keys // groups] * members[keys % groups])
        centre = _forces(
            centre, np.zeros(groups, dtype=np.int64), keys // groups, keys % groups, 20 * summed / load, 150, members.astype(np.float64)
        )
    centre = _apart(centre, 6.0 * np.sqrt(members.astype(np.float64)), 8.0)
    order = np.argsort(-size, kind="stable")
    rank = np.empty(len(size), dtype=np.float64)
    seen = np.zeros(groups, dtype=np.int64)
    for node in order.tolist():
        rank[node] = seen[group[node]]
        seen[group[node]] += 1
    jitter = rng.random((len(size), 2)) - 0.5
    places: Floats = centre[group] + _spiral(rank, 5.0) + jitter
    return places


def _forces(
    place: Floats,
    group: Ints,
    head: Ints,
    tail: Ints,
    weight: Floats,
    steps: int,
    mass: Floats | None = None,
    drawn: Floats | None = None,
) -> Floats:
    """The force layout: repulsion between all nodes by mass, a pull along edges, a weak pull to the middle; `drawn` is a constant force."""
    import numpy as np

    count = len(place)
    degree = np.bincount(head, weight, count) + np.bincount(tail, weight, count)
    weights: Floats = np.asarray(1.0 + degree if mass is None else mass, dtype=np.float64)
    pull = np.where(group[head] == group[tail], 1.0, ACROSS) * weight
    place = place.copy()
    before = np.zeros_like(place)
    for step in range(steps):
        force = 12.0 * weights[:, None] * _repulsion(place, weights)
        between = place[tail] - place[head]
        along = between * pull[:, None]
        for axis in (0, 1):
            force[:, axis] += np.bincount(head, along[:, axis], count) - np.bincount(tail, along[:, axis], count)
        if drawn is not None:
            force += drawn
        reach = np.sqrt((place * place).sum(axis=1, keepdims=True)) + 1.0
        force -= 1.2 * weights[:, None] * place / np.sqrt(reach)
        # nodes that swing back and forth are held back (the local speed of ForceAtlas2), all of them more as time passes
        swing = np.sqrt(((force - before) ** 2).sum(axis=1, keepdims=True))
        length = np.sqrt((force * force).sum(axis=1, keepdims=True)) + 1e-9
        speed = 1.0 / (1.0 + np.sqrt(swing))
        limit = 40.0 * (1.0 - step / steps) + 0.5
        place += force * np.minimum(speed, limit / length)
        before = force
    return place - np.median(place, axis=0)


def _repulsion(place: Floats, mass: Floats) -> Floats:
    """The sum of mass · (x - y) / |x - y|² over all other nodes, for every node: of few nodes as it is, of many on a grid.

    Masses are spread over the four nearest grid points (cloud in cell) and the field is read back in the same way, so that a
    node does not push itself.
    """
    import numpy as np

    if len(place) <= EXACT:
        x, y = (place[:, axis, None] - place[None, :, axis] for axis in (0, 1))
        square = x * x + y * y
        # a node does not push itself, nor one on its own spot
        share = np.divide(mass[None, :], square, out=np.zeros_like(square), where=square > 0)
        return np.column_stack(((share * x).sum(axis=1), (share * y).sum(axis=1)))
    low = place.min(axis=0)
    span = float((place.max(axis=0) - low).max())
    cell = max(span / (GRID - 2), 1e-6)
    spot = (place - low) / cell
    base = np.minimum(spot.astype(np.int64), GRID - 2)
    part = spot - base
    corners = []
    density = np.zeros(GRID * GRID)
    for dx in (0, 1):
        for dy in (0, 1):
            share = (part[:, 0] if dx else 1 - part[:, 0]) * (part[:, 1] if dy else 1 - part[:, 1])
            index = (base[:, 0] + dx) * GRID + base[:, 1] + dy
            density += np.bincount(index, share * mass, GRID * GRID)
            corners.append((index, share))
    grid = np.zeros((2 * GRID, 2 * GRID))
    grid[:GRID, :GRID] = density.reshape(GRID, GRID)
    wave = np.fft.rfft2(grid)
    result = np.zeros_like(place)
    for axis, kernel in enumerate(_kernels()):
        field = np.fft.irfft2(wave * kernel, s=(2 * GRID, 2 * GRID))[:GRID, :GRID].ravel()
        for index, share in corners:
            result[:, axis] += share * field[index]
    return result / cell


def _kernels() -> tuple[NDArray[np.complex128], NDArray[np.complex128]]:
    """The transformed kernels x / r² and y / r² on the doubled grid, which makes the convolution free of wrap-around."""
    import numpy as np

    if not _KERNELS:
        steps = np.concatenate((np.arange(GRID), np.arange(-GRID, 0))).astype(np.float64)
        x, y = steps[:, None], steps[None, :]
        square = x * x + y * y
        square[0, 0] = 1.0
        _KERNELS.extend((np.fft.rfft2(x / square), np.fft.rfft2(y / square)))
    return _KERNELS[0], _KERNELS[1]


_KERNELS: list[NDArray[np.complex128]] = []


def _packed(place: Floats, size: Floats, group: Ints, head: Ints, tail: Ints, weight: Floats, gap: float) -> Floats:
    """Gives each community a disc of its own, as large as its nodes need, near where the forces brought it.

    Communities of fewer than `SMALL` nodes, which hardly anything holds, lie around all others.
    """
    import numpy as np

    members = np.bincount(group)
    area = np.bincount(group, (size + gap / 2) ** 2)
    radius = np.sqrt(area / DENSITY)
    large = int((members >= SMALL).sum())
    # communities are numbered by falling size
    inside = np.flatnonzero(group < large)
    if not large:
        return _spiral(np.arange(len(place), dtype=np.float64), 2 * float(size.max()) + gap)
    centre = np.column_stack([np.bincount(group[inside], place[inside, axis], large) / members[:large] for axis in (0, 1)])
    centre = _discs(centre, radius[:large])
    result = np.zeros_like(place)
    order = np.argsort(group, kind="stable")
    first = np.concatenate(([0], np.cumsum(members)))
    between = group[head] != group[tail]
    for community in range(large):
        nodes = order[first[community] : first[community + 1]]
        here = _inner(place, nodes, community, group, centre, head, tail, weight, between)
        result[nodes] = centre[community] + _filled(here, size[nodes], radius[community])
    rest = np.flatnonzero(group >= large)
    if len(rest):
        result[rest] = _around(centre, radius[:large], len(rest), 2 * float(size[rest].max()) + gap)
    return result


def _around(centre: Floats, radius: Floats, count: int, step: float) -> Floats:
    """Places for `count` nodes along the outline of discs, in as many rows as it takes, `step` apart."""
    import numpy as np

    angle = np.arange(count) * _GOLDEN_ANGLE
    unit = np.column_stack((np.cos(angle), np.sin(angle)))
    # how far the discs reach along each ray from the middle
    along = unit @ centre.T
    aside = unit[:, :1] * centre[None, :, 1] - unit[:, 1:] * centre[None, :, 0]
    # the margin of a large disc would be a gap between it and the row
    wide = radius + np.minimum(radius * MARGIN, step)
    reach = (along + np.sqrt(np.maximum(wide**2 - aside**2, 0))).max(axis=1, where=np.abs(aside) < wide, initial=0.0)
    row = np.arange(count) // max(int(2 * np.pi * float(reach.mean()) / step), 1) + 1
    places: Floats = unit * (reach + row * step)[:, None]
    return places


def _discs(centre: Floats, radius: Floats, rounds: int = 300) -> Floats:
    """Packs discs close together, with a margin, each near the place it had."""
    import numpy as np

    wide = radius * (1 + MARGIN)
    reach = np.sqrt((centre * centre).sum(axis=1))
    centre = centre * (np.sqrt(float((wide * wide).sum()) / 0.6) / max(float(reach.max()), 1e-6))
    for step in range(rounds):
        # the pull to the middle ends before the last rounds, which only part what touches
        centre = _apart(centre * (0.985 if step < rounds * 0.8 else 1.0), wide, 0.0, rounds=2)
    return _apart(centre, wide, 0.0, rounds=400)


def _inner(
    place: Floats,
    nodes: Ints,
    community: int,
    group: Ints,
    centre: Floats,
    head: Ints,
    tail: Ints,
    weight: Floats,
    between: NDArray[np.bool_],
) -> Floats:
    """Places of the nodes of one community around its middle: forces once more, on its own edges, where it has more than a few nodes."""
    import numpy as np

    here: Floats = place[nodes] - place[nodes].mean(axis=0)
    if len(nodes) < REFINED:
        return here
    number = np.full(len(place), -1, dtype=np.int64)
    number[nodes] = np.arange(len(nodes))
    own = (group[head] == community) & ~between
    # neighbours elsewhere draw a node towards their side
    out = between & ((group[head] == community) | (group[tail] == community))
    ours = np.where(group[head[out]] == community, head[out], tail[out])
    theirs = np.where(group[head[out]] == community, tail[out], head[out])
    known = group[theirs] < len(centre)
    ours, theirs, pull = number[ours[known]], group[theirs[known]], weight[out][known]
    way = centre[theirs] - centre[community]
    way /= np.maximum(np.sqrt((way * way).sum(axis=1, keepdims=True)), 1e-9)
    reach = 2 * float(np.sqrt((here * here).sum(axis=1)).max())
    sides = [np.bincount(ours, ACROSS * pull * reach * way[:, axis], len(nodes)) for axis in (0, 1)]
    drawn: Floats = np.column_stack(sides).astype(np.float64)
    alone = np.zeros(len(nodes), dtype=np.int64)
    return _forces(here, alone, number[head[own]], number[tail[own]], weight[own], 100, drawn=drawn)


def _filled(here: Floats, size: Floats, radius: float) -> Floats:
    """Spreads places over a disc, denser in the middle than an even spread and sparser than the forces leave it."""
    import numpy as np

    here = here - here.mean(axis=0)
    distance = np.sqrt((here * here).sum(axis=1))
    order = np.argsort(distance, kind="stable")
    even = np.empty(len(here))
    even[order] = np.sqrt((np.cumsum((size * size)[order]) - 0.5 * (size * size)[order]) / float((size * size).sum()))
    own = distance / max(float(distance.max()), 1e-9)
    wanted = radius * (EVEN * even + (1 - EVEN) * own)
    filled: Floats = here * (wanted / np.maximum(distance, 1e-9))[:, None]
    return filled


def _apart(place: Floats, size: Floats, gap: float, rounds: int = 120) -> Floats:
    """Pushes overlapping nodes apart, half the overlap each and round, until none is left or `rounds` are over."""
    import numpy as np
    from scipy.spatial import cKDTree

    place = place.copy()
    if len(place) < 2:
        return place
    # most nodes are small: only what is near a large one is looked for further away
    usual = float(np.quantile(size, 0.9))
    large = np.flatnonzero(size > usual)
    for _ in range(rounds):
        tree = cKDTree(place)
        pairs = tree.query_pairs(2 * usual + gap, output_type="ndarray")
        keys = pairs[:, 0] * len(place) + pairs[:, 1]
        if len(large):
            reach = size[large] + float(size.max()) + gap
            found = tree.query_ball_point(place[large], reach)
            one = np.repeat(large, [len(f) for f in found])
            other = np.fromiter((n for f in found for n in f), dtype=np.int64, count=len(one))
            keys = np.concatenate((keys, (np.minimum(one, other) * len(place) + np.maximum(one, other))[one != other]))
        # sorted: the order of the sums below, and so the last bit of each, must not hang on the tree
        keys = np.unique(keys)
        if not len(keys):
            break
        a, b = keys // len(place), keys % len(place)
        between = place[b] - place[a]
        distance = np.sqrt((between * between).sum(axis=1))
        overlap = size[a] + size[b] + gap - distance
        near = overlap > TOUCH
        if not near.any():
            break
        a, b, between, distance, overlap = a[near], b[near], between[near], distance[near], overlap[near]
        # two nodes on one spot part along the x axis
        unit = np.where(distance[:, None] > 1e-9, between / np.maximum(distance, 1e-9)[:, None], np.array([1.0, 0.0]))
        share = (size[b] / (size[a] + size[b]))[:, None]
        push = unit * overlap[:, None] * 0.6
        for axis in (0, 1):
            place[:, axis] += np.bincount(b, (push * (1 - share))[:, axis], len(place)) - np.bincount(
                a, (push * share)[:, axis], len(place)
            )
    return place
