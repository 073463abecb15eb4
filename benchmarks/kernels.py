"""What the compiled kernels save: reading with the library and without, in turns, and the parts that have a kernel.

usage: python benchmarks/kernels.py PAPERS [--papers N] [--repeat N]

PAPERS is any input that `kg build` reads; papers without an abstract are left out. All times are of the processor, by a warm reader, the
best of the repetitions. Prints Markdown.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import loaders
from kg import native
from kg.batches import BATCH
from kg.catalog import Catalog
from kg.model import Paper
from kg.reader import Reader
from kg.recognize import context, kernel_network, sight
from kg.recognize.forest import Forest
from kg.recognize.network import Network
from kg.relate import papers

#: What has a kernel: how it is called in the table, where it is, and its name there. None of them runs inside another.
PARTS: tuple[tuple[str, Any, str], ...] = (
    ("trees, all decisions", Forest, "scores"),
    ("network", Network, "scores"),
    ("words", sight, "words_of"),
    ("grams", sight, "grams_of"),
    ("grams of one key together", sight, "group"),
    ("columns, with look-ups of keys", sight, "features"),
    ("columns of the second look", context, "context"),
    ("cues of mentions", papers, "_cues"),
)
#: The ways, each with `PAPERKG_NATIVE` and the best instructions that the network may use.
WAYS = {"numpy": ("0", 0), "compiled, instructions of every machine": ("1", 0), "compiled": ("1", native.BEST)}


def watched(function: Callable[..., Any], spent: dict[str, float], name: str) -> Callable[..., Any]:
    """The function, with the processor time of its calls added up."""

    def call(*arguments: Any, **named: Any) -> Any:
        start = time.process_time()
        try:
            return function(*arguments, **named)
        finally:
            spent[name] += time.process_time() - start

    return call


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("input", type=Path)
    parser.add_argument("--papers", type=int, default=1000)
    parser.add_argument("--repeat", type=int, default=3)
    given = parser.parse_args()
    if native.library() is None:
        print(native.missing(), file=sys.stderr)
        return 1
    found = (item for item in loaders.read(given.input) if isinstance(item, Paper) and item.abstract)
    abstracts = list(islice(found, given.papers))
    spent: dict[str, float] = defaultdict(float)
    for name, owner, function in PARTS:
        setattr(owner, function, watched(getattr(owner, function), spent, name))
    reader = Reader(Catalog.load())
    best: dict[tuple[str, str], float] = {}
    for turn in range(-1, given.repeat):
        for way, (switch, kernel_network.BEST) in WAYS.items():
            os.environ["PAPERKG_NATIVE"] = switch
            spent.clear()
            start = time.process_time()
            for low in range(0, len(abstracts) if turn >= 0 else BATCH, BATCH):  # the turn before the first is not counted
                reader.read(abstracts[low : low + BATCH])
            spent["reading"] = time.process_time() - start
            if turn >= 0:
                for name, seconds in spent.items():
                    best[name, way] = min(seconds, best.get((name, way), seconds))
    print(
        f"{len(abstracts):,} abstracts, microseconds of the processor for one:\n\n| part | {' | '.join(WAYS)} |\n|---|{'---:|' * len(WAYS)}"
    )
    for name in (*(part for part, _, _ in PARTS), "reading"):
        print(f"| {name} | " + " | ".join(f"{best[name, way] / len(abstracts) * 1e6:,.0f}" for way in WAYS) + " |")
    rates = [f"{len(abstracts) / best['reading', way]:,.0f}" for way in WAYS]
    print(f"| abstracts a second | {' | '.join(rates)} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
