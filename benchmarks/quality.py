"""How good the links of the listing are, beside those of a PhraseMatcher with the same catalog.

usage: python benchmarks/quality.py --shared ../shared [--crossvalidated FILE] [--json]

The trained decisions that ship have seen the curated papers, so what `kg build` makes of these papers is no measure of what it
makes of others: that column says so. The honest one comes from `kg train ../shared --crossvalidate --json > FILE`.
The PhraseMatcher is not trained on anything: every match is a link, with the catalog's type and the relation `mentions`.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from baseline import Phrases

from kg.build import build
from kg.errors import PaperkgError
from kg.evaluate import evaluate_links, evaluate_relations

SHOWN = (
    "precision", "recall", "f1", "type_accuracy", "relation_accuracy", "label_accuracy", "same_concept_same_id", "ids_merging_concepts",
)  # fmt: skip
TRAINED, CROSS, BASELINE = "trained on these papers", "cross-validated", "PhraseMatcher"
#: What kg train --crossvalidate calls the papers that are scored here.
PART = "listing (70 papers)"
Figures = dict[str, Any]


def measure(papers: Path, gold: Path, relations: Path | None = None) -> dict[str, Figures]:
    """The figures of a graph built from the papers and of the PhraseMatcher, both by `kg.evaluate`."""
    with tempfile.TemporaryDirectory(prefix="paperkg-quality-") as folder:
        graph = build(papers, Path(folder) / "graph").graph
        found = {TRAINED: evaluate_links(gold, graph)}
        if relations is not None:
            # as exported: labels alone
            found[TRAINED]["relations_f1"] = evaluate_relations(relations, gold, graph)["labelled"]["f1"]
        found[BASELINE] = evaluate_links(gold, list(Phrases(graph.catalog()).links(graph.papers())))
    return found


def crossvalidated(file: Path) -> Figures:
    """The figures of the same papers in the JSON that `kg train --crossvalidate --json` prints."""
    try:
        found: Figures = json.loads(file.read_text(encoding="utf-8"))[PART]
    except (OSError, ValueError, KeyError) as error:
        raise SystemExit(f"{file}: not what kg train --crossvalidate --json prints ({error!r}); make it again") from None
    return found


def table(found: dict[str, Figures]) -> list[str]:
    """The figures as Markdown, a column for each way of linking."""
    rows = [name for name in SHOWN if any(name in figures for figures in found.values())]
    lines = ["| | " + " | ".join(found) + " |", "|---|" + "---:|" * len(found)]
    for name in rows:
        lines.append(f"| {name} | " + " | ".join(f"{figures[name]:.3f}" if name in figures else "" for figures in found.values()) + " |")
    return lines


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--shared", type=Path, required=True, help="the folder with corpus/ and gold/")
    parser.add_argument("--crossvalidated", type=Path, help="JSON of kg train --crossvalidate, shown as a column of its own")
    parser.add_argument("--json", action="store_true", help="print JSON, with everything that was measured")
    args = parser.parse_args(argv)
    gold = args.shared / "gold"
    try:
        found = measure(args.shared / "corpus" / "trending-papers.txt", gold / "links.dev.jsonl", gold / "relations.dev.jsonl")
    except PaperkgError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    if args.crossvalidated is not None:
        found = {CROSS: crossvalidated(args.crossvalidated), **found}
    if args.json:
        print(json.dumps(found, indent=2))
        return 0
    print(*table(found), sep="\n")
    print(f"\nRelations between concepts, {TRAINED}: F1 {found[TRAINED]['relations_f1']:.3f}.")
    print(f"The column “{TRAINED}” does not tell how papers are linked that were not trained on.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
