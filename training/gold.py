"""The curated links as training data: papers with their texts, and what is wanted of each gram."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kg.clean import clean
from kg.model import Paper
from kg.recognize.grams import key
from kg.recognize.sight import Sight
from kg.text import fold

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Curated:
    """A paper with the entities that its curators list."""

    paper: Paper
    entities: list[Row]
    part: str


def curated(shared: Path) -> list[Curated]:
    """The development papers (70, two curators) and the training papers (300, one curator)."""
    import loaders

    listing = {fold(p.title): p for p in loaders.read(shared / "corpus/trending-papers.txt") if isinstance(p, Paper)}
    found = []
    for row in _rows(shared / "gold/links.dev.jsonl"):
        found.append(Curated(listing[fold(clean(row["title"]))], row["entities"], "dev"))
    texts = {fold(r["title"]): r for r in _rows(shared / "gold/papers.train.jsonl")}
    for row in _rows(shared / "gold/links.train.jsonl"):
        text = texts[fold(row["title"])]
        paper = Paper(text["id"], clean(text["title"]), clean(text["abstract"]), year=text.get("year"))
        found.append(Curated(paper, row["entities"], "train"))
    return found


def _rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def entity_keys(entity: Row) -> set[int]:
    """Keys of all strings by which an entity goes."""
    return {key(f) for s in (entity["name"], *entity["aliases"], *entity["mentions"]) if (f := fold(clean(s)))}


@dataclass(frozen=True, slots=True)
class Wanted:
    """For every group of a sight: which entity of its paper it names (-1: none) and whether that is required."""

    entity: np.ndarray
    required: np.ndarray


def wanted(sight: Sight, papers: list[Curated]) -> Wanted:
    """Labels of the groups of `sight`, whose papers are `papers` in the same order."""
    entity = np.full(len(sight.groups), -1, np.int64)
    required = np.zeros(len(sight.groups), bool)
    tables: list[dict[int, tuple[int, bool]]] = []
    for item in papers:
        table: dict[int, tuple[int, bool]] = {}
        # an entity's own name counts before a mention of another, a required one before an optional
        for number, one in sorted(enumerate(item.entities), key=lambda e: not e[1]["required"]):
            for k in entity_keys(one):
                table.setdefault(k, (number, bool(one["required"])))
        for number, one in enumerate(item.entities):
            table[key(fold(clean(one["name"])))] = (number, bool(one["required"]))
        tables.append(table)
    for g, (paper, k) in enumerate(zip(sight.groups.paper.tolist(), sight.groups.key.tolist(), strict=True)):
        hit = tables[paper].get(k)
        if hit:
            entity[g], required[g] = hit
    return Wanted(entity, required)
