"""Cross-validated figures: every paper is read by trained decisions that have not seen it.

The curated papers are split into folds; each is read by a reader fitted on the others, and the readings of each source become a
graph, as `kg build` makes it. The counts of word sequences leave the curated papers out, and the catalog was written without
them. Relations between concepts are fitted and scored in the same way on the papers that have them.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from kg.catalog import Catalog
from kg.evaluate import Evaluation, score_links, score_relations
from kg.graph import write_graph
from kg.model import Reading
from kg.reader import Reader
from kg.recognize.statistics import Statistics
from kg.training import Say, unheard
from kg.training.errors import classes, table
from kg.training.fit import PairRows, fit_statements, held_out, labelled_pairs
from kg.training.folds import PAPER, folds
from kg.training.gold import LISTING, OTHERS, OWN, Curated

#: How the parts of the gold are called in what is printed.
NAMES = {LISTING: "listing", OTHERS: "other venues", OWN: "own"}
SHOWN = (
    "precision", "recall", "f1", "type_accuracy", "relation_accuracy", "label_accuracy", "same_concept_same_id", "ids_merging_concepts",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class HeldOut:
    """`readers[fold[n]]` was fitted without paper n; `pairs` are the labelled pairs of the papers that have curated relations."""

    papers: Sequence[Curated]
    fold: np.ndarray
    readers: Sequence[Reader]
    pairs: dict[int, list[PairRows]]

    def read(self) -> list[Reading]:
        """A reading of every paper by the reader of its fold."""
        found: dict[int, Reading] = {}
        for number, reader in enumerate(self.readers):
            mine = np.flatnonzero(self.fold == number).tolist()
            found.update(zip(mine, reader.read([self.papers[n].paper for n in mine]), strict=True))
        return [found[n] for n in range(len(self.papers))]


def hold_out(
    papers: Sequence[Curated], catalog: Catalog, statistics: Statistics, shared: Path | None, *,
    by: str = PAPER, seeds: Sequence[int] = (1,), say: Say = unheard,
) -> HeldOut:  # fmt: skip
    """Fits a reader for every fold on the papers of the others.

    Args:
        shared: the folder with the curated relations; without it, or without one of them, no relation between concepts is read.
    """
    fold = folds(papers, by)
    readers = held_out(papers, catalog, statistics, fold, seeds, say)
    pairs = {} if shared is None else labelled_pairs(papers, readers, fold, shared)
    whole = []
    for number, reader in enumerate(readers):
        rows = [some for n, of_paper in pairs.items() if fold[n] != number for some in of_paper]
        # by venue all papers that have relations are in one fold: nothing is left to fit the relations of that fold on
        model = replace(reader.model, statements=fit_statements(rows, seeds)) if rows else reader.model
        whole.append(Reader(catalog, model=model, statistics=statistics))
    return HeldOut(papers, fold, whole, pairs)


def score(held: HeldOut, catalog: Catalog, statistics: Statistics, shared: Path | None) -> tuple[dict[str, Any], dict[str, Evaluation]]:
    """The figures of every part of the gold, by its name; and the links' errors."""
    read = held.read()
    figures: dict[str, Any] = {"concepts in the catalog": len(catalog)}
    errors: dict[str, Counter[str]] = {}
    found: dict[str, Evaluation] = {}
    for part in dict.fromkeys(item.part for item in held.papers):
        mine = [(item, reading) for item, reading in zip(held.papers, read, strict=True) if item.part == part]
        name = f"{NAMES[part]} ({len(mine)} papers)"
        with tempfile.TemporaryDirectory(prefix="paperkg-") as folder:
            graph = write_graph(Path(folder) / "graph", [(item.paper, reading) for item, reading in mine], catalog)
            found[name] = score_links([{"title": item.paper.title, "entities": item.entities} for item, _ in mine], graph)
            figures[name] = found[name].figures
            errors[name] = classes([item for item, _ in mine], graph, statistics)
            if part == LISTING and shared is not None:
                gold = shared / "gold"
                relations = score_relations(gold / "relations.dev.jsonl", gold / "links.dev.jsonl", graph, aliases=True)
                figures["relations between concepts (34 papers of the listing)"] = relations.figures
    figures["errors"] = errors
    return figures, found


def report(figures: dict[str, Any]) -> list[str]:
    """The figures as Markdown."""
    names = list(figures["errors"])
    lines = [f"| cross-validated | {' | '.join(names)} |", "|---|" + "---:|" * len(names)]
    lines += [f"| {key} | {' | '.join(f'{figures[name][key]:.3f}' for name in names)} |" for key in SHOWN]
    lines.append("")
    lines += [f"{name}: {value}" for name, value in figures.items() if name not in (*names, "errors")]
    return [*lines, "", table(figures["errors"])]
