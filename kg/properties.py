"""Values that an analysis found for concepts and papers, on their way into exports and pages.

A file of them is what `Result.to_json` writes (`kg analyze … --save FILE`): a JSON object with `graph`, the fingerprint of the graph that
was analysed, and `properties`, `{"concepts": {id: {name: value}}, "papers": {…}}`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from kg.errors import DataError, UsageError

if TYPE_CHECKING:
    from kg.graph import Graph

Value = bool | int | float | str
#: Of concepts or papers: id → name → value.
Values = Mapping[str, Mapping[str, Value]]

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SURROGATE = re.compile("[\ud800-\udfff]")
_HELD = "text, true or false, a whole number of 64 bits, or a finite one"


@dataclass(frozen=True, slots=True)
class Properties:
    """What is known of single concepts and papers: id → name → value. Names are of lower-case letters, digits and `_`.

    >>> both = Properties({"bert": {"pagerank": 0.2}}).merge(Properties({"bert": {"community": 1}}))
    >>> both.concepts["bert"], both.names("concepts")
    ({'pagerank': 0.2, 'community': 1}, {'pagerank': <class 'float'>, 'community': <class 'int'>})
    """

    concepts: Values = field(default_factory=dict)
    papers: Values = field(default_factory=dict)

    def names(self, of: str) -> dict[str, type]:
        """The names that concepts or papers ("concepts", "papers") have values of, in the order they come in, with their types.

        Raises:
            DataError: values of one name have several types (whole and other numbers are both numbers), or a name or a value is none that
                all formats can hold.
        """
        found: dict[str, type] = {}
        values: Values = getattr(self, of)
        for id_, values_of_one in values.items():
            for name, value in values_of_one.items():
                kind = type(value)
                if not _held(value):
                    raise DataError(f"the property {name!r} of {id_!r} has a value that not all formats can hold; give {_HELD}")
                known = found.setdefault(name, kind)
                if {known, kind} == {int, float}:
                    found[name] = float
                elif known is not kind:
                    raise DataError(f"the property {name!r} of {of} has values of types {known.__name__} and {kind.__name__}; give one")
        for name in found:
            if not _NAME.fullmatch(name):
                raise DataError(f"the property {name!r} of {of} has a name that not all formats can hold; use a-z, 0-9 and _")
        return found

    def columns(self, of: str, taken: Collection[str]) -> dict[str, type]:
        """The same names, as columns beside others.

        Args:
            taken: names that a format has already.

        Raises:
            DataError: as `names` does, and where a name is taken.
        """
        found = self.names(of)
        for name in found:
            if name in taken:
                raise DataError(f"the property {name!r} of {of} is called as something that the format has already; give it another name")
        return found

    def merge(self, other: Properties) -> Properties:
        """Both together.

        Raises:
            UsageError: both have values of one name.
        """
        for of in ("concepts", "papers"):
            if twice := self.names(of).keys() & other.names(of).keys():
                raise UsageError(f"two analyses have the property {min(twice)!r} of {of}; give one of them")
        return Properties(_merged(self.concepts, other.concepts), _merged(self.papers, other.papers))

    def to_dict(self) -> dict[str, dict[str, dict[str, Value]]]:
        """The same as plain dicts, sorted by id."""
        return {of: {i: dict(values) for i, values in sorted(getattr(self, of).items())} for of in ("concepts", "papers")}


#: No properties at all.
NONE = Properties()


class Analysed(Protocol):
    """What has properties of a graph, as every `kg.analysis.Result` does."""

    @property
    def properties(self) -> Properties:
        """Values for single concepts and papers."""

    @property
    def graph(self) -> str:
        """The fingerprint of the graph that was analysed."""


#: How properties are handed over, to exports and pages alike: files (one text may name several, with commas between), results, or both.
Given = str | Path | Properties | Analysed | Iterable[str | Path | Properties | Analysed]


def _merged(one: Values, other: Values) -> Values:
    return {i: {**one.get(i, {}), **other.get(i, {})} for i in sorted({*one, *other})}


def read(given: Given, graph: Graph) -> Properties:
    """The properties of files that `kg analyze … --save` wrote, of results, or as they are; of several, all together.

    Raises:
        DataError: a file cannot be read or is none of these, or something was made of a graph with other content.
        UsageError: two have the same property.
    """
    if isinstance(given, str):
        parts: Iterable[str | Path | Properties | Analysed] = [p.strip() for p in given.split(",") if p.strip()]
    elif isinstance(given, Iterable):
        parts = given
    else:
        parts = [given]
    found = Properties()
    for part in parts:
        if isinstance(part, str | Path):
            own = _file(Path(part), graph)
        elif isinstance(part, Properties):
            own = part
        else:
            own = part.properties
            if part.graph != graph.fingerprint:
                raise DataError(f"the result was made of a graph with other content than {graph.path}; analyse this one")
        # one alone is taken as it is: large ones are not copied
        found = found.merge(own) if found.concepts or found.papers else own
    return found


def _file(path: Path, graph: Graph) -> Properties:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError(f"{path}: no such file; write it with kg analyze GRAPH … --save {path}") from None
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: cannot be read as JSON ({error}); write it again with kg analyze GRAPH … --save") from None
    values = held.get("properties") if isinstance(held, dict) else None
    if not isinstance(values, dict) or not all(_fits(values.get(of, {})) for of in ("concepts", "papers")):
        raise DataError(f'{path}: no "properties" of concepts and papers in it; write it with kg analyze GRAPH … --save')
    if held.get("graph") != graph.fingerprint:
        raise DataError(f"{path}: made of a graph with other content than {graph.path}; analyse this one: kg analyze {graph.path} …")
    return Properties(values.get("concepts", {}), values.get("papers", {}))


def _held(value: object) -> bool:
    """Whether all formats can hold a value; JSON files of Python may have NaN, whole numbers of any length, and lone surrogates."""
    if isinstance(value, str):
        return value.isascii() or not _SURROGATE.search(value)
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    return isinstance(value, float) and math.isfinite(value)


def _fits(values: object) -> bool:
    return isinstance(values, dict) and all(
        isinstance(own, dict) and all(isinstance(v, bool | int | float | str) for v in own.values()) for own in values.values()
    )
