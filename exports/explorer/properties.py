"""What analyses found of concepts and papers, as pages hold it: a column for each property, of numbers or of classes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kg.properties import Properties, Value, Values

__all__ = ["Columns", "columns"]

#: How pages call what our own analyses find; others are called by their names.
LABELS = {
    "pagerank": "PageRank",
    "hub": "Hub (HITS)",
    "authority": "Authority (HITS)",
    "community": "Community (analysis)",
    "community_part": "Part of the community",
    "community_strength": "Strength in its community",
    "first_year": "First year",
    "last_year": "Last year",
}
#: Numbers that only tell classes apart, and have no names.
NUMBERED = frozenset({"community_part"})
#: What a page calls its own, and a property cannot.
TAKEN = {"concepts": ("type", "papers", "first", "map"), "papers": ()}


@dataclass(frozen=True, slots=True)
class _Column:
    """A property: its values by id, and the places of its classes if it has such."""

    name: str
    classes: dict[Value, int] | None


@dataclass(frozen=True, slots=True)
class Columns:
    """The properties of concepts or of papers as columns.

    Attributes:
        about: of each column `name`, `label`, and `kind`: "number" with `low` and `high`, or "class" with the names of `classes`, those of
            most members first. This is `PropertyOf` of exports/page/src/data.ts.
    """

    about: list[dict[str, Any]]
    _columns: tuple[_Column, ...]
    _values: Values

    def row(self, id_: str) -> list[float | int | None]:
        """The values of one, in the order of the columns: numbers, or places among `classes`; None where there is none."""
        own = self._values.get(id_, {})
        found: list[float | int | None] = []
        for column in self._columns:
            value = own.get(column.name)
            if value is None or column.classes is not None:
                found.append(None if value is None or column.classes is None else column.classes[value])
            else:
                assert not isinstance(value, str)
                found.append(value)
        return found

    def rows(self, ids: Iterable[str]) -> list[list[float | int | None]]:
        """The values of several."""
        return [self.row(i) for i in ids]

    def texts(self, id_: str) -> list[tuple[str, str]]:
        """Label and value of what is known of one, in words."""
        found = []
        for about, value in zip(self.about, self.row(id_), strict=True):
            if value is not None:
                told = about["classes"][value] if about["kind"] == "class" else figure(value, year=f"_{about['name']}".endswith("_year"))
                found.append((about["label"], told))
        return found

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.about)


def figure(value: float, *, year: bool = False) -> str:
    """A number in few digits; whole ones as they are, unless they are very large.

    >>> figure(0.0000123456), figure(12.345), figure(1234567), figure(0.0), figure(2017, year=True), figure(2017.5, year=True)
    ('0.0000123', '12.3', '1,234,567', '0', '2017', '2017.5')
    >>> figure(-1e300), figure(1e-30)
    ('-1.00e+300', '1.00e-30')
    """
    if year:
        return f"{value:.15g}"
    if abs(value) >= 1e15 or 0 < abs(value) < 1e-9:
        return f"{value:.2e}"
    if value == int(value):
        return f"{int(value):,}"
    rounded = Decimal(f"{value:.3g}")
    return f"{rounded:,f}"


def columns(properties: Properties, of: str) -> Columns:
    """The properties of concepts or papers ("concepts", "papers") as columns.

    Texts and truth values are classes. So are whole numbers beside a text that is called the same with `_name` behind it and names them:
    `community` and `community_name` are one column.

    Raises:
        DataError: as `Properties.columns` has it.
    """
    kinds = properties.columns(of, TAKEN[of])
    values: Values = getattr(properties, of)
    named = {
        name: by for name, kind in kinds.items() if kind is int and kinds.get(by := f"{name}_name") is str and _naming(values, name, by)
    }
    about: list[dict[str, Any]] = []
    found: list[_Column] = []
    for name, kind in kinds.items():
        if name in named.values():
            continue
        head = {"name": name, "label": LABELS.get(name, name.replace("_", " ").capitalize())}
        if kind in (str, bool) or name in named or name in NUMBERED:
            names = _classes(values, name, named.get(name))
            about.append({**head, "kind": "class", "classes": list(names.values())})
            found.append(_Column(name, {value: n for n, value in enumerate(names)}))
        else:
            held: Collection[Any] = [own[name] for own in values.values() if name in own]
            about.append({**head, "kind": "number", "low": min(held), "high": max(held)})
            found.append(_Column(name, None))
    return Columns(about, tuple(found), values)


def _naming(values: Values, number: str, text: str) -> bool:
    """Whether texts are names of numbers: none stands without one, and none has two."""
    found: dict[Value, Value] = {}
    return all(number in own and found.setdefault(own[number], own[text]) == own[text] for own in values.values() if text in own)


def _classes(values: Values, name: str, by: str | None) -> dict[Value, str]:
    """The values of a class with their names, those of most members first."""
    members: Counter[Value] = Counter()
    names: dict[Value, str] = {}
    for own in values.values():
        if name in own:
            value = own[name]
            members[value] += 1
            if by is not None and by in own:
                names[value] = str(own[by])
            else:
                names.setdefault(value, _word(value))
    # numbers by number: "2" comes before "10"
    order = sorted(members, key=lambda v: (-members[v], v if not isinstance(v, str) else 0, str(v)))
    return {value: names[value] for value in order}


def _word(value: Value) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
