"""Files of JSON Lines that are scored: gold links, gold relations, and what the exports of these names write."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kg.errors import DataError


def gold_kind(gold: Path | str) -> str:
    """`links` or `relations`: what a gold file is about, told by its first line.

    Raises:
        DataError: it is neither.
    """
    first = next(iter(read_objects(gold, ("title",))), {})
    for kind, key in (("links", "entities"), ("relations", "relations")):
        if key in first:
            return kind
    raise DataError(f"{gold}: no gold file; every line has a title with entities (links) or relations (relations between concepts)")


def read_objects(path: Path | str, keys: tuple[str, ...], inner: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """The lines of a JSON Lines file, each an object with these keys; the last is a list of objects with the `inner` ones, if any."""
    rows = []
    for number, row in numbered_objects(path, keys):
        if inner and not all(isinstance(one, dict) and all(key in one for key in inner) for one in row[keys[-1]]):
            raise DataError(f"{path}:{number}: one of the {keys[-1]} lacks one of {', '.join(inner)}; mend the file")
        rows.append(row)
    return rows


def numbered_objects(path: Path | str, keys: tuple[str, ...], *, complete: bool = True) -> Iterator[tuple[int, dict[str, Any]]]:
    """The lines of a JSON Lines file with their numbers, each an object with these keys; some may lack where it need not be `complete`.

    Raises:
        DataError: it cannot be read, or a line is not what it should be.
    """
    number = 0
    try:
        with Path(path).open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if not line.strip():
                    continue
                row = json.loads(line)
                if not isinstance(row, dict) or (complete and not all(key in row for key in keys)):
                    raise DataError(f"{path}:{number}: found {line.strip()[:60]!r}; expected an object with {', '.join(keys)}")
                yield number, row
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}); give a file of JSON Lines") from None
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not UTF-8 ({error.reason} at byte {error.start}); give a file of JSON Lines") from None
    except json.JSONDecodeError as error:
        raise DataError(f"{path}:{number}: not JSON ({error.msg}); give a file of JSON Lines, one object a line") from None
