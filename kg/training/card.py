"""The model card: what a model was made from, as `model.json` for programs and `MODEL_CARD.md` for people."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.reader import MANIFEST
from kg.recognize.calibration import FAVOURS
from kg.recognize.decide import ENCODER, Model

if TYPE_CHECKING:
    from kg.training.train import Material

FORMAT = 1
CARD = "MODEL_CARD.md"
MADE_WITH, ENCODER_WITH = ("jax", "lightgbm", "numpy"), ("torch",)
#: Files of the shared folder whose content decides what is learned; the counts have their own file and hash.
INPUTS = (
    "corpus/trending-papers.txt",
    "gold/links.dev.jsonl",
    "gold/links.train.jsonl",
    "gold/papers.train.jsonl",
    "gold/relations.dev.jsonl",
)


def digest(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def columns_digest(model: Model) -> str:
    """A hash of the columns and outputs of all forests, which the code that reads papers must have too."""
    forests = {name: getattr(model, name) for name in model.FORESTS}
    return hashlib.sha256(json.dumps({n: [f.columns, f.outputs] for n, f in forests.items()}).encode()).hexdigest()


def inputs_digest(shared: Path | None) -> dict[str, str]:
    """The hashes of the curated files that are there."""
    return {} if shared is None else {name: digest(shared / name) for name in INPUTS if (shared / name).is_file()}


def manifest(folder: Path, model: Model, given: Material, seeds: Sequence[int], figures: dict[str, Any] | None) -> dict[str, Any]:
    """What `model.json` holds; `folder` has the other files already."""
    from importlib.metadata import version

    parts = Counter(item.part for item in given.papers)
    used = [name for name in MADE_WITH if model.network or name != "jax"] + list(ENCODER_WITH if (folder / ENCODER).is_file() else ())
    return {
        "format": FORMAT,
        "columns": columns_digest(model),
        "seeds": list(seeds),
        "papers": dict(sorted(parts.items())),
        "entities": sum(len(item.entities) for item in given.papers),
        "catalog": {"concepts": len(given.catalog), "names": given.catalog.stats()["all"]["names"]},
        "inputs": inputs_digest(given.shared),
        "made with": {name: version(name) for name in used},
        "files": {p.name: {"bytes": p.stat().st_size, "sha256": digest(p)} for p in sorted(folder.glob("*.npz"))},
        "figures": figures or {},
    }


def write_card(folder: Path, model: Model, given: Material, seeds: Sequence[int], figures: dict[str, Any] | None) -> None:
    """Writes both files beside the forests."""
    found = manifest(folder, model, given, seeds, figures)
    _write(folder, found, model)


def with_figures(folder: Path, figures: dict[str, Any]) -> None:
    """Writes both files again, with other figures."""
    found = json.loads((folder / MANIFEST).read_text(encoding="utf-8")) | {"figures": figures}
    _write(folder, found, Model.load(folder))


def _write(folder: Path, found: dict[str, Any], model: Model) -> None:
    (folder / MANIFEST).write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (folder / CARD).write_text(text(found, model), encoding="utf-8")


def text(found: dict[str, Any], model: Model) -> str:
    """The card for people."""
    parts = [f"{count:,} {PARTS[part]}" for part, count in found["papers"].items()]
    size = sum(one["bytes"] for one in found["files"].values())
    files = [f"| `{name}` | {one['bytes'] / 1e6:.2f} | {_CONTENT.get(name, '')} |" for name, one in found["files"].items()]
    cuts = [f"| {favour} | {model.calibration.thresholds(favour)[0]:.2f} |" for favour in FAVOURS]
    catalog = found["catalog"]
    made = ", ".join(f"{name} {version}" for name, version in found["made with"].items())
    return _TEXT.format(
        parts=", ".join(parts), entities=found["entities"], size=size / 1e6, files="\n".join(files), cuts="\n".join(cuts), made=made,
        seeds=", ".join(map(str, found["seeds"])), concepts=catalog["concepts"], names=catalog["names"],
        shared=_SHARED if found["inputs"] else _OWN, figures=_figures(found["figures"]),
    )  # fmt: skip


def _figures(figures: dict[str, Any]) -> str:
    if not figures:
        return "None were measured when this model was made; `kg train … --crossvalidate -o FOLDER` puts them here."
    from kg.training.crossvalidate import report

    return "\n".join(report(figures))


PARTS = {
    "dev": "of a listing of current papers (two curators each)",
    "train": "of other venues, 2005 to 2024 (one curator each)",
    "own": "of your own",
}
_CONTENT = {
    "first.npz": "trees: which word sequences are concepts, each by itself",
    "second.npz": "trees: the same, with the sequences around",
    "types.npz": "trees: task, dataset, architecture, method or metric",
    "relations.npz": "trees: how the paper stands to the concept",
    "statements.npz": "trees: how two concepts stand to each other",
    "same.npz": "trees: which names of a paper are one concept",
    "network.npz": "network: the same as the trees, from the words around",
    "calibration.npz": "scores to confidences, and thresholds",
    "encoder.npz": "profile `accurate`: a transformer, the same from the whole text",
    "calibration-accurate.npz": "the same as the other calibration, for the profile `accurate`",
    "statistics.npz": "counts of word sequences",
    "senses.npz": "counts of what names mean",
}
_SHARED = """\
- Counts of word sequences: titles, abstracts and author keywords of some 47,000 papers of machine-learning venues, 1987 to 2025 (no licence
  stated; only counts of sequences that occur in five papers or more, under 64-bit keys, no text), and 54,000 abstracts of the ACL Anthology
  (Anthology materials: CC BY 4.0 from 2016 on, CC BY-NC-SA 3.0 before; its data: Apache-2.0; facts and counts, with attribution).
- 20,000 abstracts of the ACL Anthology, labelled by the trees, from which the network learned first (same licence and attribution).
- For the profile `accurate`: all-MiniLM-L6-v2 (Apache-2.0), trained further on some of these abstracts, labelled by trees and network.
  Others of them, labelled by all three, then taught the network more.
- Curated papers are not among those that were counted or labelled, so that no paper is scored with counts of itself.
- The names of the catalog that ships (`ontology/catalog`, with its sources)."""
_OWN = "- Counts of word sequences and relations between concepts: those of the model that ships with paperkg.\n- The names of the catalog."
_TEXT = """\
<!-- written by kg train -->

# Model card

What kg decides by: which word sequences of a title and an abstract are concepts of machine learning, of which type, how the paper
stands to each, how they stand to each other, and how sure that is. {size:.1f} MB.

| file | MB | what |
|---|---:|---|
{files}

## Made from

- Curated links: papers {parts}; {entities:,} entities.
{shared}

{concepts:,} concepts with {names:,} names were in the catalog. Seeds {seeds}; {made}. The same inputs give the same bytes.

## Licence

The model is licensed as paperkg is, Apache-2.0. It holds trees over counts and marks of writing, the weights of a small network with
hashes of frequent words, where it has an encoder those of a transformer with pieces of words, and no text of any paper.

## Thresholds

| --favour | confidence from which a string is linked |
|---|---:|
{cuts}

## Figures

{figures}

## What it is for, and what it is bad at

Made for English titles and abstracts of machine learning and its applications; two curators agree at F1 0.91 to 0.93 on the task.

- Other fields: their terms look like terms, but what is central was never taught; confidences were not measured there. Fit it:
  `kg train --gold`.
- Full texts and other languages: not seen in training.
- Long descriptive phrases: their bounds are a matter of judgement.
- Names that are everyday words, written like such.
- Central or in passing: what is only named in passing is often linked.
- *proposes* or *uses*: a paper that brings a name that is famous today reads much like one that builds on it.
- Relations between concepts: learned from 34 papers by two curators and 300 by one; most are missed, and of those stated many are wrong.
- What an abstract does not spell out ("several benchmarks") is not linked.
"""
