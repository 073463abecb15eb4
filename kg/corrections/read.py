"""Files of corrections: JSON Lines, one correction a line; empty lines and lines that begin with # are passed over."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from kg.corrections.record import Correction, Outcome, Status, Wrong, parse
from kg.errors import DataError, UsageError


def read_corrections(paths: Iterable[Path | str]) -> tuple[list[Correction], list[Outcome]]:
    """The corrections of files, and what of their lines is none.

    Raises:
        DataError: a file cannot be read.
        UsageError: two files have one name, by which a graph keeps what came of their lines.
    """
    found: list[Correction] = []
    failed: list[Outcome] = []
    given: dict[str, Path] = {}
    for path in map(Path, paths):
        if (other := given.setdefault(path.name, path)) is not path:
            raise UsageError(f"{other} and {path}: two files of corrections of one name; a graph keeps them by it, so give another to one")
        try:
            lines = path.read_text(encoding="utf-8-sig").split("\n")
        except OSError as error:
            raise DataError(f"{path}: {error.strerror or error}; give a file of corrections, JSON Lines") from None
        except UnicodeDecodeError as error:
            raise DataError(f"{path}: not UTF-8 at byte {error.start}; save the corrections as UTF-8") from None
        for number, text in enumerate(lines, 1):
            if not text.strip() or text.lstrip().startswith("#"):
                continue
            try:
                found.append(parse(_object(text), path.name, number))
            except Wrong as wrong:
                failed.append(Outcome(Status.FAILED, wrong.reason, wrong.hint, None, path.name, number))
    return found, failed


def _object(text: str) -> dict[str, object]:
    try:
        row = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Wrong(f"no JSON ({error}): {text.strip()[:60]!r}", "write one JSON object a line") from None
    if not isinstance(row, dict):
        raise Wrong(f"no object: {text.strip()[:60]!r}", "write one JSON object a line")
    try:
        json.dumps(row, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise Wrong("a text with half a character (U+D800 to U+DFFF)", "write the whole character") from None
    return row
