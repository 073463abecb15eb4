"""Cross-validated figures: every paper is read by trained decisions that have not seen it.

usage: python training/crossvalidate.py SHARED [--errors N] [--seeds N] [--json]

The 370 curated papers (70 development papers of the listing and 300 of other venues) are split into five parts; each part is
read by a reader fitted on the other four, and the readings of each source become a graph, as `kg build` makes it. The
counts of word sequences leave the curated papers out, and the catalog was written without them. Relations between concepts
are trained and scored in the same way on the 34 development papers that have them.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from errors import classes, table
from fit import fit_statements, held_out, labelled_pairs
from gold import Curated, curated

from kg.catalog import Catalog
from kg.evaluate import error_lines, score_links, score_relations
from kg.graph import write_graph
from kg.model import Reading
from kg.reader import Reader
from kg.recognize.statistics import Statistics

NAMES = {"dev": "listing (70 papers)", "train": "other venues (300 papers)"}
SHOWN = (
    "precision", "recall", "f1", "type_accuracy", "relation_accuracy", "label_accuracy", "same_concept_same_id", "ids_merging_concepts",
)  # fmt: skip


def readings(papers: Sequence[Curated], catalog: Catalog, statistics: Statistics, seeds: Sequence[int], shared: Path) -> list[Reading]:
    """A reading of every paper by a reader that was not trained on it."""
    readers, fold = held_out(papers, catalog, statistics, seeds)
    pairs = labelled_pairs(papers, readers, fold, shared)
    found: dict[int, Reading] = {}
    for number, reader in enumerate(readers):
        statements = fit_statements([rows for n, some in pairs.items() if fold[n] != number for rows in some], seeds)
        whole = Reader(catalog, model=replace(reader.model, statements=statements), statistics=statistics)
        mine = np.flatnonzero(fold == number).tolist()
        found.update(zip(mine, whole.read([papers[n].paper for n in mine]), strict=True))
    return [found[n] for n in range(len(papers))]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("shared", type=Path)
    parser.add_argument("--statistics", type=Path, default=Path("kg/recognize/data/statistics.npz"))
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--errors", type=int, default=0, help="print the most frequent errors of each kind")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    papers = curated(args.shared)
    catalog, statistics = Catalog.load(), Statistics.load(args.statistics)
    read = readings(papers, catalog, statistics, tuple(range(1, args.seeds + 1)), args.shared)
    figures: dict[str, Any] = {"concepts in the catalog": len(catalog)}
    errors: dict[str, Counter[str]] = {}
    gold = args.shared / "gold"
    for part, name in NAMES.items():
        with tempfile.TemporaryDirectory() as folder:
            some = [(c.paper, r) for c, r in zip(papers, read, strict=True) if c.part == part]
            graph = write_graph(Path(folder) / "graph", some, catalog)
            found = score_links(gold / f"links.{part}.jsonl", graph)
            figures[name] = found.figures
            errors[name] = classes([c for c in papers if c.part == part], graph, statistics)
            if args.errors:
                print(f"{name}:", *error_lines(found, args.errors), sep="\n  ", file=sys.stderr)
            if part == "dev":
                relations = score_relations(gold / "relations.dev.jsonl", gold / "links.dev.jsonl", graph, aliases=True)
                figures["relations between concepts (34 papers of the listing)"] = relations.figures
    figures["errors"] = errors
    if args.json:
        print(json.dumps(figures, indent=2))
        return 0
    print("| cross-validated |", " | ".join(NAMES.values()), "|\n|---|---:|---:|")
    for key in SHOWN:
        print(f"| {key} |", " | ".join(f"{figures[name][key]:.3f}" for name in NAMES.values()), "|")
    for name, value in figures.items():
        if name not in (*NAMES.values(), "errors"):
            print(f"{name}: {json.dumps(value)}")
    print(f"\n{table(errors)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
