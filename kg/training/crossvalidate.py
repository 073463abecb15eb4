"""Cross-validated figures: every paper is read by trained decisions that have not seen it.

The curated papers are split into folds; each is read by a reader fitted on the others, and the readings of each source become a
graph, as `kg build` makes it. The counts of word sequences leave the curated papers out, and the catalog was written without
them. Relations between concepts are fitted and scored in the same way on the papers that have them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from kg.catalog import Catalog
from kg.evaluate import Evaluation, score_links
from kg.model import Reading
from kg.reader import ACCURATE, Reader
from kg.recognize.calibration import BALANCED, FAVOURS
from kg.recognize.decide import Model
from kg.recognize.known import CatalogIndex
from kg.recognize.sight import look
from kg.recognize.statistics import Statistics
from kg.training import Say, unheard
from kg.training.calibrate import Scored, calibrated, calibration, loose, measured, scored
from kg.training.errors import classes, table
from kg.training.fit import Job, models
from kg.training.folds import PAPER, described, folds
from kg.training.gold import LISTING, OTHERS, OWN, Curated, entity_keys, gold_lines, group_keys
from kg.training.graphs import graph_of
from kg.training.kept import KeptModels
from kg.training.same import SameRows, fit_same, same_rows
from kg.training.stated import CLASSES, GIVEN, TEXT, of_curated
from kg.training.stated import measured as measured_relations
from kg.training.statements import PairRows, fit_statements, labelled_pairs

#: How the parts of the gold are called in what is printed.
NAMES = {LISTING: "listing", OTHERS: "other venues", OWN: "own"}
#: What is read by the trees without network and encoder, beside what is read where one figure or another is favoured.
TREES = "trees alone"
ALONE = ("f1", "type_accuracy", "relation_accuracy")
PRECISION_RECALL = ("precision", "recall", "f1")
SHOWN = (
    *PRECISION_RECALL, "type_accuracy", "relation_accuracy", "label_accuracy", "same_concept_same_id", "ids_merging_concepts",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class HeldOut:
    """`readers[fold[n]]` was fitted without paper n; `pairs` are the labelled pairs of the papers that have curated relations,
    `same` those of things that may be one concept, of every paper. `everyone` was fitted on all papers, if that was asked for."""

    papers: Sequence[Curated]
    fold: np.ndarray
    readers: Sequence[Reader]
    pairs: dict[int, list[PairRows]]
    same: Sequence[SameRows] = ()
    everyone: Model | None = None

    def read(self, adapt: Callable[[Reader, int], Reader] = lambda reader, fold: reader) -> list[Reading]:
        """A reading of every paper by the reader of its fold, which `adapt` may change for the occasion."""
        found: dict[int, Reading] = {}
        for number, reader in enumerate(adapt(reader, number) for number, reader in enumerate(self.readers)):
            mine = np.flatnonzero(self.fold == number).tolist()
            found.update(zip(mine, reader.read([self.papers[n].paper for n in mine]), strict=True))
        return [found[n] for n in range(len(self.papers))]

    def scored(self) -> Scored:
        """The links that the readers find where they take nearly everything, and whether they are right."""
        return scored(self.papers, self.read(lambda reader, _: loose(reader)), self.fold, self.readers[0].catalog)

    def without(self, *parts: str) -> HeldOut:
        """The same, deciding without some parts of the model (`network`, `encoder`)."""
        return replace(self, readers=_without(self.readers, *parts))

    def calibrated(self, found: Scored) -> HeldOut:
        """The same with confidences and thresholds; those of each reader rest on the papers of the other folds."""
        others = [calibration(found.some(self.fold != number)) for number in range(len(self.readers))]
        return replace(self, readers=[calibrated(reader, other) for reader, other in zip(self.readers, others, strict=True)])


def _without(readers: Iterable[Reader], *parts: str) -> list[Reader]:
    left: dict[str, Any] = dict.fromkeys(parts)
    return [reader.tuned(model=replace(reader.model, **left)) for reader in readers]


def hold_out(
    job: Job,
    shared: Path | None,
    *,
    by: str = PAPER,
    workers: int = 1,
    everyone: bool = False,
    keep: Path | None = None,
    say: Say = unheard,
) -> HeldOut:
    """Fits a reader for every fold on the papers of the others.

    Args:
        shared: the folder with the curated relations; without it, or without one of them, no relation between concepts is read.
        workers: processes that fit; the result does not depend on it.
        everyone: fit a model on all papers as well, as it takes no longer beside the others.
        keep: a folder for the fitted models, from which those are taken that were fitted on the same before.
    """
    fold = folds(job.papers, by)
    trains = [np.flatnonzero(fold != number) for number in range(int(fold.max()) + 1)]
    *made, last = models(job, [*trains, *([np.arange(len(job.papers))] if everyone else ())], workers, say, KeptModels.of(keep, job))
    if not everyone:
        made.append(last)
    readers = [Reader(job.catalog, model=model, statistics=job.statistics) for model in made]
    held = completed(job.papers, fold, readers, shared, job.seeds)
    return replace(held, everyone=last) if everyone else held


def completed(
    papers: Sequence[Curated], fold: np.ndarray, readers: Sequence[Reader], shared: Path | None, seeds: Sequence[int] = (1,)
) -> HeldOut:
    """The same readers with what is fitted on things that held-out readers see: which are one concept, and how two stand to each other.

    Args:
        fold: that of every paper; `readers[fold[n]]` does not know paper n.
    """

    def others(number: int, of: Sequence[Any]) -> list[Any]:
        return [one for n, one in enumerate(of) if fold[n] != number]

    same = same_rows(papers, [loose(reader) for reader in readers], fold)
    readers = [r.tuned(model=replace(r.model, same=fit_same(others(n, same), seeds))) for n, r in enumerate(readers)]
    # pairs as the profile `fast` sees them, which most people use: those that are seen with an encoder teach it less
    pairs = {} if shared is None else labelled_pairs(papers, _without(readers, "encoder"), fold, shared)
    whole = []
    for number, reader in enumerate(readers):
        rows = [some for of_paper in others(number, [pairs.get(n, ()) for n in range(len(papers))]) for some in of_paper]
        # own curated papers have no relations: nothing is left to fit them on
        whole.append(reader.tuned(model=replace(reader.model, statements=fit_statements(rows, seeds))) if rows else reader)
    return HeldOut(papers, fold, whole, pairs, same)


def score(held: HeldOut, catalog: Catalog, statistics: Statistics, shared: Path | None) -> tuple[dict[str, Any], dict[str, Evaluation]]:
    """The figures of every part of the gold, by its name; and the links' errors.

    Thresholds and confidences of each fold rest on the other folds, as its trees do.
    """
    found = held.scored()
    held = held.calibrated(found)
    read = {favour: held.read(lambda reader, _, f=favour: reader.tuned(favour=f)) for favour in FAVOURS}  # type: ignore[misc]
    if any(reader.model.network or reader.model.encoder for reader in held.readers):
        trees = held.without("network", "encoder")
        read[TREES] = trees.calibrated(trees.scored()).read()
    keys = group_keys(look([item.paper for item in held.papers], statistics, CatalogIndex(catalog)))
    seen = candidates(keys, held.papers)
    figures: dict[str, Any] = {
        "concepts in the catalog": len(catalog),
        "folds": described(held.papers, held.fold),
        "calibration": measured(found, np.ones(len(held.papers), bool)),
    }
    if held.pairs:
        figures["relations"] = {}
    listed = of_curated(held.papers, held.readers, held.fold, held.pairs)
    errors: dict[str, Counter[str]] = {}
    evaluations: dict[str, Evaluation] = {}
    for part in dict.fromkeys(item.part for item in held.papers):
        mine = np.flatnonzero([item.part == part for item in held.papers]).tolist()
        papers = [held.papers[n] for n in mine]
        name = f"{NAMES[part]} ({len(mine)} papers)"
        ways: dict[str, Evaluation] = {}
        for way, readings in read.items():
            with graph_of(papers, [readings[n] for n in mine], catalog) as graph:
                ways[way] = score_links(gold_lines(papers), graph)
                if way != BALANCED:
                    continue
                errors[name] = classes(papers, graph, [keys[n] for n in mine])
                if part in (LISTING, OTHERS) and shared is not None and held.pairs:
                    given = [row for n in mine if n in listed for row in listed[n]]
                    relations = measured_relations(shared, part, papers, graph, given)
                    figures["relations"][f"{NAMES[part]} ({relations['papers']} papers)"] = relations
        evaluations[name] = ways[BALANCED]
        alone = ways.get(TREES, ways[BALANCED]).figures  # where there is nothing else, trees decide anyway
        figures[name] = {
            TREES: {key: alone[key] for key in ALONE},
            **ways[BALANCED].figures,
            "candidates": round(seen[mine].sum(axis=0)[0] / max(seen[mine].sum(axis=0)[1], 1), 4),
            "favour": {favour: {key: ways[favour].figures[key] for key in PRECISION_RECALL} for favour in FAVOURS},
            "calibration": measured(found, np.isin(np.arange(len(held.papers)), mine)),
        }
    figures["errors"] = errors
    return figures, evaluations


def candidates(keys: Sequence[Set[int]], papers: Sequence[Curated]) -> np.ndarray:
    """Of every paper how many required concepts are named by a word sequence that is looked at, and how many there are; shape
    (papers, 2). What is not looked at cannot be found. `keys` are those of `kg.training.gold.group_keys`.
    """
    rows = [[bool(entity_keys(e) & own) for e in item.entities if e["required"]] for item, own in zip(papers, keys, strict=True)]
    return np.array([(sum(row), len(row)) for row in rows], np.int64).reshape(-1, 2)


def report(figures: dict[str, Any]) -> list[str]:
    """The figures as Markdown."""
    names = list(figures["errors"])

    def row(label: str, values: list[str]) -> str:
        return f"| {label} | {' | '.join(values)} |"

    lines = [row("cross-validated", names), "|---|" + "---:|" * len(names)]
    lines += [row(key, [f"{figures[name][key]:.3f}" for name in names]) for key in (*SHOWN, "candidates")]
    lines += [row(f"{TREES}: {key}", [f"{figures[name][TREES][key]:.3f}" for name in names]) for key in ALONE]
    for favour in FAVOURS:
        some = [figures[name]["favour"][favour] for name in names]
        lines.append(row(f"--favour {favour}: P / R / F1", [" / ".join(f"{one[key]:.3f}" for key in PRECISION_RECALL) for one in some]))
    lines.append(
        row("expected calibration error", [f"{figures[name]['calibration']['taken']['expected_calibration_error']:.3f}" for name in names])
    )
    lines.append("")
    lines += [*relation_tables(figures), ""] if "relations" in figures else []
    lines += [*reliability_table(figures), "", table(figures["errors"])]
    return [*lines, "", f"With the encoder (profile `{ACCURATE}`):", "", *report(figures[ACCURATE])] if ACCURATE in figures else lines


def relation_tables(figures: dict[str, Any]) -> list[str]:
    """How relations between concepts are read, and what is wrong, as Markdown."""
    parts: dict[str, Any] = figures["relations"]

    def row(label: str, values: Iterable[str]) -> str:
        return f"| {label} | {' | '.join(values)} |"

    lines = [row("relations between concepts: P / R / F1", parts), "|---|" + "---:|" * len(parts)]
    for way in (TEXT, GIVEN):
        for kind in ("labelled", "unlabelled", "undirected"):
            cells = (" / ".join(f"{one[way][kind][key]:.3f}" for key in PRECISION_RECALL) for one in parts.values())
            lines.append(row(f"{way}, {kind}", cells))
    lines += ["", row("class of error, from the text", parts), "|---|" + "---:|" * len(parts)]
    return lines + [
        row(f"{name} ({about})", (str(one["errors"].get(name, 0)) for one in parts.values())) for name, about in CLASSES.items()
    ]


def reliability_table(figures: dict[str, Any]) -> list[str]:
    """How many links of each confidence are right, as Markdown."""
    lines = ["| confidence | links | mean confidence | right |", "|---|---:|---:|---:|"]
    for one in figures["calibration"]["all that are looked at"]["table"]:
        lines.append(f"| {one['from']:.1f} to {one['to']:.1f} | {one['links']:,} | {one['confidence']:.3f} | {one['right']:.3f} |")
    errors = {name: part["expected_calibration_error"] for name, part in figures["calibration"].items()}
    return [*lines, "", "Expected calibration error: " + ", ".join(f"{error:.3f} ({name})" for name, error in errors.items()) + "."]
