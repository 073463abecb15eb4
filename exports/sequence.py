"""Nodes and lines in sorted order, more of them than memory holds."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from exports.triples import Node

__all__ = ["in_sequence", "sorted_lines"]


def in_sequence(unsorted: Iterable[Node], scratch: Path, run_size: int = 50_000) -> Iterator[Node]:
    """Nodes sorted by subject, each once, their properties sorted; those beyond `run_size` go through files in `scratch`."""
    # tab and line feed are free to separate, as neither stands unescaped in N-Triples
    return _joined(sorted_lines(("\t".join((subject, *said)) + "\n" for subject, said in unsorted), scratch, run_size))


def sorted_lines(lines: Iterable[str], scratch: Path, run_size: int) -> Iterator[str]:
    """Lines, each with its line feed, sorted by code point; those beyond `run_size` go through files in `scratch`."""
    runs: list[Path] = []
    buffer: list[str] = []
    for line in lines:
        buffer.append(line)
        if len(buffer) >= run_size:
            runs.append(scratch / f"{len(runs)}.run")
            buffer.sort()
            with runs[-1].open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(buffer)
            buffer = []
    buffer.sort()
    return heapq.merge(*map(_lines, runs), buffer)


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="\n") as file:
        yield from file


def _joined(lines: Iterable[str]) -> Iterator[Node]:
    cut = (line[:-1].split("\t") for line in lines)
    for subject, parts in groupby(cut, key=itemgetter(0)):
        yield subject, sorted({said for part in parts for said in part[1:]})
