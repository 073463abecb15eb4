"""Options of recognisers: read from a command line or a TOML file, and checked."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kg.errors import DataError, UsageError, did_you_mean
from kg.model import ConceptType

Options = dict[str, Any]


def parsed(config: str, main: str = "") -> Options:
    """The options that a text stands for: a TOML file (`x.toml`), `KEY=VALUE,…`, or the value of the option `main`.

    Values are numbers, booleans, lists and quoted strings as TOML has them; anything else is a string. `a.b=c` is the entry b
    of the table a.

    >>> parsed("threshold=0.6,labels.NORP=Task"), parsed("my/model", "model")
    ({'threshold': 0.6, 'labels': {'NORP': 'Task'}}, {'model': 'my/model'})

    Raises:
        DataError: the file cannot be read, or is no TOML.
        UsageError: a piece without a key where there is no main option, or a key given twice.
    """
    config = config.strip()
    if not config:
        return {}
    if config.endswith(".toml"):
        return _file(Path(config))
    found: Options = {}
    for number, piece in enumerate(_split(config)):
        key, equals, value = piece.partition("=")
        if not equals:
            if not main or number:
                raise UsageError(f"{piece!r} is no KEY=VALUE; write the options as key=value,key=value, or name a .toml file")
            key, value = main, piece
        _put(found, key.strip(), _value(value.strip()))
    return found


def _split(config: str) -> list[str]:
    """The pieces between commas that are not within quotes or brackets."""
    found, depth, quote, begin = [], 0, "", 0
    for at, c in enumerate(config):
        if quote:
            quote = "" if c == quote else quote
        elif c in "\"'":
            quote = c
        elif c in "[{":
            depth += 1
        elif c in "]}":
            depth -= 1
        elif c == "," and depth <= 0:
            found.append(config[begin:at])
            begin = at + 1
    return [piece.strip() for piece in (*found, config[begin:]) if piece.strip()]


def _put(options: Options, key: str, value: Any) -> None:
    *tables, last = key.split(".")
    table = options
    for name in tables:
        table = table.setdefault(name, {})
        if not isinstance(table, dict):
            raise UsageError(f"the option {name!r} is a value and a table; give it once")
    if not last or last in table:
        raise UsageError(f"the option {key!r} is given twice; give it once" if last else f"{key!r} is no name of an option")
    table[last] = value


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"v = {text}")["v"]
    except tomllib.TOMLDecodeError:
        return text


def _file(path: Path) -> Options:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise DataError(f"{path}: no such file; give the options of the recogniser as key=value, or name a TOML file") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataError(f"{path}: cannot be read as TOML ({error}); mend it") from error


# --- checks -----------------------------------------------------------------------------------------------------------


def fraction(name: str, value: object) -> float:
    """A number from 0 to 1.

    Raises:
        UsageError: it is none.
    """
    return number(name, value, 0, 1)


def number(name: str, value: object, least: float = 0, most: float = math.inf) -> float:
    """A number within bounds, both included.

    Raises:
        UsageError: it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        bounds = f"from {least:g} to {most:g}" if math.isfinite(most) else f"from {least:g} on"
        raise UsageError(f"{name} is {value!r}; give a number {bounds}")
    return value


def whole(name: str, value: object, least: int = 0) -> int:
    """A whole number from `least` on.

    Raises:
        UsageError: it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise UsageError(f"{name} is {value!r}; give a whole number from {least} on")
    return value


def types(name: str, given: object) -> dict[str, ConceptType | None]:
    """What labels of another tool mean: the name of a type each, or "" for a concept whose type paperkg shall decide.

    Raises:
        UsageError: it is no table of strings, or names a type that does not exist.
    """
    if not isinstance(given, Mapping) or not all(isinstance(k, str) and isinstance(v, str) for k, v in given.items()):
        raise UsageError(f"{name} is {given!r}; give a table of label = type")
    found: dict[str, ConceptType | None] = {}
    for label, wanted in given.items():
        try:
            found[label] = ConceptType(wanted) if wanted else None
        except ValueError:
            raise UsageError(f"{name}.{label} is {wanted!r}; {did_you_mean(wanted, [t.value for t in ConceptType])}") from None
    return found
