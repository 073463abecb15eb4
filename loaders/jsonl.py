"""JSON Lines: one object a line, one paper an object."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from kg.model import Paper, Rejected
from loaders.fields import to_paper
from loaders.registry import Item, Loader
from loaders.source import HEAD, Input, broken, lines, shown

_AROUND = re.compile(r'"\s*:\s*\[\s*\{\s*"[^\[\]{}]{0,2000}"title', re.I)


def sniff(text: str, mapping: Mapping[str, str]) -> str:
    """Its first line is a whole JSON object; where that is the only line, one with a title."""
    found = [line for line in text.splitlines() if line.strip()]
    if not found or not found[0].lstrip().startswith("{"):
        return ""
    try:
        value = json.loads(found[0])
    except RecursionError:
        return ""
    except ValueError:
        if len(found) == 1:
            # a line longer than the beginning that was read; an object around a list of papers is for the other loader
            return "" if len(text) < HEAD // 2 or _AROUND.search(text) else "a long line that begins like a JSON object"
        # a damaged line before good ones
        whole = [line for line in found[1:] if line.startswith("{") and line.rstrip().endswith("}")]
        return "lines that are JSON objects" if 2 * len(whole) >= len(found) - 1 else ""
    if not isinstance(value, dict):
        return ""
    if len(found) == 1 and isinstance(to_paper(value, "", 0, mapping, ""), Rejected):
        return ""
    return "its first line is a JSON object"


def read(source: Input, mapping: Mapping[str, str]) -> Iterator[Item]:
    """A paper or a rejection for each line that is not blank."""
    for number, line in lines(source.stream):
        if not line.strip():
            continue
        yield record(line, source, number, mapping)


def record(line: str, source: Input, number: int, mapping: Mapping[str, str]) -> Paper | Rejected:
    """The paper of one line."""
    try:
        value: Any = json.loads(line)
    except RecursionError:
        return Rejected(source.name, number, "JSON nested too deeply", shown(line), "give papers as flat objects")
    except json.JSONDecodeError as error:
        if where := broken(line):
            return Rejected(source.name, number, "broken encoding: no UTF-8", f"{where}: {shown(line, 60)}", "save the file as UTF-8")
        return Rejected(
            source.name, number, f"no valid JSON: {error.msg} at column {error.colno}", shown(line), "write one JSON object a line"
        )
    except ValueError as error:
        return Rejected(source.name, number, f"no valid JSON: {shown(str(error), 60)}", shown(line), "write one JSON object a line")
    if not isinstance(value, dict):
        return Rejected(source.name, number, "no JSON object", shown(line), "write one JSON object a line")
    return to_paper(value, source.name, number, mapping, source.stem)


LOADERS = (Loader("jsonl", "JSON Lines: one object a line", (".jsonl", ".ndjson", ".jsonlines"), sniff, read),)
