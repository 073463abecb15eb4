"""Circles packed so that none lies on another: places for pictures of a few dozen circles."""

from __future__ import annotations

import math
from collections.abc import Sequence

__all__ = ["enclosing", "packed"]

Circle = tuple[float, float, float]
_TIGHT = 1e-6


def packed(radii: Sequence[float], *, gap: float = 2.0, flat: float = 1.0) -> list[tuple[float, float]]:
    """Centres for circles, in their order: each as near to the middle as it fits, touching two that are there; `flat` above 1 makes
    the whole wider than high. The cost grows with the third power of their number.

    >>> [(round(x, 3), round(y, 3)) for x, y in packed([1, 1, 1], gap=0)]
    [(0.0, 0.0), (2.0, 0.0), (1.0, -1.732)]
    """
    placed: list[Circle] = []
    for radius in radii:
        r = radius + gap / 2
        placed.append((*_spot(placed, r, flat), r))
    return [(x, y) for x, y, _ in placed]


def _spot(placed: list[Circle], r: float, flat: float) -> tuple[float, float]:
    if not placed:
        return 0.0, 0.0
    if len(placed) == 1:
        return placed[0][2] + r, 0.0
    best, at = math.inf, (0.0, 0.0)
    for n, a in enumerate(placed):
        for b in placed[n + 1 :]:
            for x, y in _touching(a, b, r):
                # whole pixels of distance decide, so that rounding does not
                far = round((x / flat) ** 2 + y * y, 6)
                if far < best and all((x - c[0]) ** 2 + (y - c[1]) ** 2 >= (r + c[2]) ** 2 - _TIGHT for c in placed):
                    best, at = far, (x, y)
    return at


def _touching(a: Circle, b: Circle, r: float) -> list[tuple[float, float]]:
    """The two centres of circles of radius r that touch both circles, if there are any."""
    (ax, ay, ar), (bx, by, br) = a, b
    one, two = ar + r, br + r
    apart = math.hypot(bx - ax, by - ay)
    if not 0 < apart <= one + two:
        return []
    along = (one * one - two * two + apart * apart) / (2 * apart)
    high = one * one - along * along
    if high < 0:
        return []
    off = math.sqrt(high)
    ux, uy = (bx - ax) / apart, (by - ay) / apart
    return [(ax + along * ux + s * off * uy, ay + along * uy - s * off * ux) for s in (1, -1)]


def enclosing(circles: Sequence[Circle]) -> Circle:
    """A circle around circles, nearly the smallest (Bădoiu and Clarkson 2003: steps towards the farthest one).

    >>> x, y, r = enclosing([(0, 0, 1), (4, 0, 1)])
    >>> abs(x - 2) < 0.02 and y == 0 and abs(r - 3) < 0.02
    True
    """
    x = sum(c[0] for c in circles) / len(circles)
    y = sum(c[1] for c in circles) / len(circles)
    for step in range(1, 301):
        far = max(circles, key=lambda c: math.hypot(c[0] - x, c[1] - y) + c[2])
        x += (far[0] - x) / (step + 1)
        y += (far[1] - y) / (step + 1)
    return x, y, max(math.hypot(c[0] - x, c[1] - y) + c[2] for c in circles)
