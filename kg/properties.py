"""Values that an analysis found for concepts and papers, on their way into exports and pages.

A file of them is what `Result.to_json` writes (`kg analyze … --save FILE`): a JSON object with `graph`, the fingerprint of the graph that
was analysed, and `properties`, `{"concepts": {id: {name: value}}, "papers": {…}}`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import DataError, UsageError

if TYPE_CHECKING:
    from kg.graph import Graph

Value = bool | int | float | str
#: Of concepts or papers: id → name → value.
Values = Mapping[str, Mapping[str, Value]]

_NAME = re.compile(r"[a-z][a-z0-9_]*")


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
            DataError: values of one name have several types (whole and other numbers are both numbers), or a name cannot be one.
        """
        found: dict[str, type] = {}
        values: Values = getattr(self, of)
        for values_of_one in values.values():
            for name, value in values_of_one.items():
                kind = type(value)
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


def _merged(one: Values, other: Values) -> Values:
    return {i: {**one.get(i, {}), **other.get(i, {})} for i in sorted({*one, *other})}


def read(paths: str | Iterable[str | Path], graph: Graph) -> Properties:
    """The properties of one or more files; a string may name several, with commas between, or none.

    Raises:
        DataError: a file cannot be read, is none of these, or was made of a graph with other content.
        UsageError: two files have the same property.
    """
    found = Properties()
    for path in [p.strip() for p in paths.split(",") if p.strip()] if isinstance(paths, str) else paths:
        found = found.merge(_file(Path(path), graph))
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


def _fits(values: object) -> bool:
    return isinstance(values, dict) and all(
        isinstance(own, dict) and all(isinstance(v, bool | int | float | str) for v in own.values()) for own in values.values()
    )
