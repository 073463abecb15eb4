"""Aggregating functions: each makes an object that is given values one by one, and tells its result at the end. Null is skipped."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Protocol

from kg.query.cypher.values import fail, key, kind, number, order


class Aggregate(Protocol):
    """Gathers values."""

    def add(self, value: Any) -> None: ...

    def result(self) -> Any: ...


class Count:
    __slots__ = ("n",)

    def __init__(self) -> None:
        self.n = 0

    def add(self, value: Any) -> None:
        if value is not None:
            self.n += 1

    def result(self) -> int:
        return self.n


class CountRows(Count):
    __slots__ = ()

    def add(self, value: Any) -> None:
        self.n += 1


class Collect:
    __slots__ = ("values",)

    def __init__(self) -> None:
        self.values: list[Any] = []

    def add(self, value: Any) -> None:
        if value is not None:
            self.values.append(value)

    def result(self) -> Any:
        return self.values


class _Numbers(Collect):
    __slots__ = ()
    name = ""

    def add(self, value: Any) -> None:
        if value is None:
            return
        if not number(value):
            raise fail(f"{self.name}() is for numbers, found {kind(value)}")
        self.values.append(value)


class Sum(_Numbers):
    __slots__ = ()
    name = "sum"

    def result(self) -> Any:
        return sum(self.values)


class Avg(_Numbers):
    __slots__ = ()
    name = "avg"

    def result(self) -> Any:
        return float(sum(self.values)) / len(self.values) if self.values else None


class Stdev(_Numbers):
    __slots__ = ()
    name = "stdev"
    less = 1

    def result(self) -> Any:
        n = len(self.values)
        if n <= self.less:
            return 0.0
        mean = math.fsum(self.values) / n
        return math.sqrt(math.fsum((v - mean) ** 2 for v in self.values) / (n - self.less))


class StdevP(Stdev):
    __slots__ = ()
    name = "stdevp"
    less = 0


class Least:
    __slots__ = ("found", "place")
    sign = 1

    def __init__(self) -> None:
        self.found: Any = None
        self.place: Any = None

    def add(self, value: Any) -> None:
        if value is None:
            return
        place = order(value)
        if self.found is None or (place < self.place if self.sign > 0 else place > self.place):
            self.found, self.place = value, place

    def result(self) -> Any:
        return self.found


class Greatest(Least):
    __slots__ = ()
    sign = -1


class Distinct:
    """Hands each value on once."""

    __slots__ = ("inner", "seen")

    def __init__(self, inner: Aggregate) -> None:
        self.inner = inner
        self.seen: set[Any] = set()

    def add(self, value: Any) -> None:
        mark = key(value)
        if mark not in self.seen:
            self.seen.add(mark)
            self.inner.add(value)

    def result(self) -> Any:
        return self.inner.result()


class Percentile:
    """`percentileCont` and `percentileDisc`; values come as pairs of the number and the percentile."""

    __slots__ = ("continuous", "share", "values")

    def __init__(self, continuous: bool) -> None:
        self.values: list[Any] = []
        self.share: Any = 0
        self.continuous = continuous

    def add(self, value: Any) -> None:
        one, share = value
        if one is None:
            return
        if not number(one) or not number(share) or not 0 <= share <= 1:
            raise fail("percentiles are of numbers, at a number from 0 to 1")
        self.share = share
        self.values.append(one)

    def result(self) -> Any:
        if not self.values:
            return None
        values = sorted(self.values)
        if not self.continuous:
            return values[max(0, math.ceil(self.share * len(values)) - 1)]
        at = self.share * (len(values) - 1)
        low, high = math.floor(at), math.ceil(at)
        return float(values[low] if low == high else values[low] * (high - at) + values[high] * (at - low))


#: By name in lower case, with the number of arguments.
AGGREGATES: dict[str, tuple[Callable[[], Aggregate], int]] = {
    "count": (Count, 1),
    "collect": (Collect, 1),
    "sum": (Sum, 1),
    "avg": (Avg, 1),
    "min": (Least, 1),
    "max": (Greatest, 1),
    "stdev": (Stdev, 1),
    "stdevp": (StdevP, 1),
    "percentilecont": (lambda: Percentile(True), 2),
    "percentiledisc": (lambda: Percentile(False), 2),
}
