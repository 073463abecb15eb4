"""Curated papers made up for these tests: enough to fit trees, few enough to be quick."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

NAMES = ("Leaf", "Root", "Stem", "Bark", "Seed", "Moss", "Fern", "Vine", "Thorn", "Petal", "Twig", "Cone")
ABSTRACT = (
    "We propose {0}Net, a convolutional neural network for {1} segmentation. It is trained with {0} distillation on {0}Set, and "
    "compared with {2}Net. On {2}Set its accuracy is higher. Earlier work has looked at {1} only in passing, and needs more data."
)


def curated(number: int) -> dict[str, Any]:
    """A line of curated links, its text with it."""
    name, other = NAMES[number], NAMES[(number + 1) % len(NAMES)]
    rows = [
        (f"{name}Net", "Architecture", "proposes"),
        ("convolutional neural network", "Architecture", "uses"),
        (f"{name.lower()} segmentation", "Task", "addresses"),
        (f"{name} distillation", "Method", "uses"),
        (f"{name}Set", "Dataset", "evaluatesOn"),
        (f"{other}Net", "Architecture", "comparesWith"),
        ("accuracy", "Metric", "measures"),
    ]
    return {
        "title": f"{name}Net: Small Nets for {name} Images",
        "abstract": ABSTRACT.format(name, name.lower(), other),
        "venue": f"Workshop {number % 3}",
        "entities": [{"name": n, "type": t, "relation": r, "mentions": [n], "required": n != "accuracy"} for n, t, r in rows],
    }


@pytest.fixture(scope="session")
def mine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of twelve curated papers."""
    path = tmp_path_factory.mktemp("gold") / "mine.jsonl"
    path.write_text("".join(json.dumps(curated(n)) + "\n" for n in range(len(NAMES))), encoding="utf-8")
    return path
