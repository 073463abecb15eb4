"""Curated links as training data: papers with their texts, and what is wanted of each gram."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kg.clean import clean
from kg.errors import DataError
from kg.gold_files import numbered_objects
from kg.model import ConceptType, Paper, Relation
from kg.recognize.grams import key
from kg.recognize.sight import Sight
from kg.text import fold

Row = dict[str, Any]
LISTING, OTHERS, OWN = "dev", "train", "own"
TYPES = tuple(t.value for t in ConceptType)
RELATIONS = tuple(r.value for r in Relation)


@dataclass(frozen=True, slots=True)
class Curated:
    """A paper with the entities that its curators list.

    `part` is the gold it comes from (`LISTING`, `OTHERS` or `OWN`), `venue` where it was published, or empty; folds by venue use it.
    """

    paper: Paper
    entities: list[Row]
    part: str
    venue: str = ""


def curated(shared: Path) -> list[Curated]:
    """The development papers (70, two curators) and the training papers (300, one curator) of `shared/gold`.

    Raises:
        DataError: a file is missing, or a line is not what it should be.
    """
    import loaders

    gold = shared / "gold"
    listing = {fold(p.title): p for p in loaders.read(shared / "corpus/trending-papers.txt") if isinstance(p, Paper)}
    found = [Curated(p, entities, LISTING, "listing") for p, entities, _ in _joined(gold / "links.dev.jsonl", listing)]
    texts = texts_of(gold / "papers.train.jsonl")
    return found + [Curated(p, entities, OTHERS, p.venue or "") for p, entities, _ in _joined(gold / "links.train.jsonl", texts)]


def own(gold: Path, papers: Path | None = None) -> list[Curated]:
    """Papers that a user curated.

    Args:
        gold: JSON Lines as in `docs/reference/training.md`.
        papers: their texts, in any form that `kg build` reads; left out, the lines of `gold` have them as `abstract`.

    Raises:
        DataError: a file is missing, or a line is not what it should be; the message names file, line and key.
    """
    texts = {} if papers is None else texts_of(papers)
    return [Curated(p, entities, OWN, str(row.get("venue") or p.venue or "")) for p, entities, row in _joined(gold, texts)]


def texts_of(path: Path) -> dict[str, Paper]:
    """Papers by folded title.

    Raises:
        DataError: nothing can be read, or a record is rejected.
    """
    import loaders
    from kg.model import Rejected

    found: dict[str, Paper] = {}
    for item in loaders.read(path):
        if isinstance(item, Rejected):
            raise DataError(str(item))
        if isinstance(item, Paper):
            found.setdefault(fold(item.title), item)
    return found


def _joined(path: Path, texts: Mapping[str, Paper]) -> Iterator[tuple[Paper, list[Row], Row]]:
    """Every paper of a gold file with its entities and the line."""
    seen: dict[str, int] = {}
    for number, row in numbered_objects(path, ("title", "entities"), complete=False):
        where = f"{path}:{number}"
        title = row.get("title")
        if not isinstance(title, str) or not (folded := fold(clean(title))):
            raise DataError(f"{where}: title is {title!r}; expected the title of a paper")
        if folded in seen:
            raise DataError(f"{where}: {title!r} is on line {seen[folded]} too; put the entities of a paper on one line")
        seen[folded] = number
        paper = texts.get(folded)
        if paper is None and isinstance(row.get("abstract"), str):
            paper = Paper(f"title:{folded}", clean(title), clean(row["abstract"]))
        if paper is None:
            raise DataError(f'{where}: no text of {title!r}; give it with the papers (--papers), or as "abstract" on the line')
        if not isinstance(row.get("entities"), list):
            raise DataError(f"{where}: entities is {row.get('entities')!r}; expected a list of objects")
        yield paper, [_entity(one, f"{where}: entity {n}") for n, one in enumerate(row["entities"], 1)], row


def _entity(one: Any, where: str) -> Row:
    """An entity with everything that may be left out."""
    if not isinstance(one, dict):
        raise DataError(f"{where} is {one!r}; expected an object with name, type, relation and mentions")
    name = one.get("name")
    if not isinstance(name, str) or not name.strip():
        raise DataError(f"{where}: name is {name!r}; expected the concept's name")
    where = f"{where} ({name})"
    for field, known in (("type", TYPES), ("relation", RELATIONS)):
        if one.get(field) not in known:
            raise DataError(f"{where}: {field} is {one.get(field)!r}; expected one of {', '.join(known)}")
    found = {"aliases": [], "mentions": [], "also": [], "relations": [one["relation"]], "required": True, **one}
    for field in ("aliases", "mentions", "also", "relations"):
        if not isinstance(found[field], list) or not all(isinstance(text, str) for text in found[field]):
            raise DataError(f"{where}: {field} is {found[field]!r}; expected a list of strings")
    if not isinstance(found["required"], bool):
        raise DataError(f"{where}: required is {found['required']!r}; expected true or false")
    return found


def unseen(papers: Sequence[Curated]) -> list[tuple[Paper, str]]:
    """Required entities of which no name, alias or mention stands in the paper's text: they teach nothing."""
    found = []
    for item in papers:
        text = fold(f"{item.paper.title} {item.paper.abstract}")
        for entity in item.entities:
            names = (entity["name"], *entity["aliases"], *entity["mentions"])
            if entity["required"] and not any((folded := fold(clean(n))) and folded in text for n in names):
                found.append((item.paper, str(entity["name"])))
    return found


def entity_keys(entity: Row) -> set[int]:
    """Keys of all strings by which an entity goes."""
    return {key(f) for s in (entity["name"], *entity["aliases"], *entity["mentions"]) if (f := fold(clean(s)))}


def group_keys(sight: Sight) -> list[set[int]]:
    """For every paper of a sight the keys of all word sequences that are looked at."""
    found: list[set[int]] = [set() for _ in sight.papers]
    for paper, k in zip(sight.groups.paper.tolist(), sight.groups.key.tolist(), strict=True):
        found[paper].add(k)
    return found


def gold_lines(papers: Sequence[Curated]) -> list[Row]:
    """The papers as the lines of a gold file, which `kg.evaluate` scores by."""
    return [{"title": item.paper.title, "entities": item.entities} for item in papers]


@dataclass(frozen=True, slots=True)
class Wanted:
    """For every group of a sight: which entity of its paper it names (-1: none) and whether that is required."""

    entity: np.ndarray
    required: np.ndarray


def wanted(sight: Sight, papers: Sequence[Curated]) -> Wanted:
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
