"""JSON Lines: one object a line, one paper an object."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from kg.model import Paper, Rejected
from loaders.fields import to_paper
from loaders.registry import Item, Loader
from loaders.source import Input, broken, lines, shown


def sniff(text: str, mapping: Mapping[str, str]) -> str:
    """The first line is a whole JSON object."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    if not first.lstrip().startswith("{"):
        return ""
    try:
        value = json.loads(first)
    except ValueError:
        # a line longer than the beginning that was read, or a damaged first line before good ones
        rest = [line for line in text.splitlines()[1:] if line.strip()]
        whole = [line for line in rest if line.startswith("{") and line.rstrip().endswith("}")]
        long = not rest and len(first) > 1000
        return "lines that are JSON objects" if (rest and 2 * len(whole) >= len(rest)) or long else ""
    except RecursionError:
        return ""
    return "its first line is a JSON object" if isinstance(value, dict) else ""


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
