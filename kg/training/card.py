"""The model card: what a model was made from, as `model.json` for programs and `MODEL_CARD.md` for people."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.reader import MANIFEST
from kg.recognize.decide import Model

if TYPE_CHECKING:
    from kg.training.train import Material

FORMAT = 1
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
    return {
        "format": FORMAT,
        "columns": columns_digest(model),
        "seeds": list(seeds),
        "papers": dict(sorted(parts.items())),
        "entities": sum(len(item.entities) for item in given.papers),
        "catalog": {"concepts": len(given.catalog), "names": given.catalog.stats()["all"]["names"]},
        "inputs": inputs_digest(given.shared),
        "made with": {name: version(name) for name in ("lightgbm", "numpy")},
        "files": {p.name: {"bytes": p.stat().st_size, "sha256": digest(p)} for p in sorted(folder.glob("*.npz"))},
        "figures": figures or {},
    }


def write_card(folder: Path, model: Model, given: Material, seeds: Sequence[int], figures: dict[str, Any] | None) -> None:
    """Writes both files beside the forests."""
    found = manifest(folder, model, given, seeds, figures)
    (folder / MANIFEST).write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
