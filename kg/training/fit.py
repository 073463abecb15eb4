"""Fits which grams are concepts, their types, and the relations to them; and the relations between concepts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kg.catalog import Catalog
from kg.model import ConceptRelation, ConceptType, Finding, Relation
from kg.reader import Reader
from kg.recognize.context import COLUMNS as AROUND
from kg.recognize.decide import Decided, Model, second_look
from kg.recognize.forest import SCALE, Forest, sigmoid
from kg.recognize.known import CatalogIndex
from kg.recognize.sight import Sight, look
from kg.recognize.statistics import Statistics
from kg.recognize.things import Places, Thing
from kg.relate.pairs import COLUMNS as PAIR_COLUMNS
from kg.relate.pairs import pairs_of
from kg.text import fold as fold_
from kg.training import Say, unheard
from kg.training.boost import boosted
from kg.training.gold import LISTING, Curated, Row, entity_keys, wanted

TYPES = tuple(t.value for t in ConceptType)
RELATIONS = tuple(r.value for r in Relation)
FIRST: dict[str, Any] = {"learning_rate": 0.06, "num_leaves": 15, "min_data_in_leaf": 20, "feature_fraction": 0.3, "bagging_fraction": 0.8,
                         "bagging_freq": 1, "lambda_l2": 2.0}  # fmt: skip
SECOND = FIRST | {"learning_rate": 0.05, "min_data_in_leaf": 10, "feature_fraction": 0.4}
MANY = SECOND | {"num_leaves": 10}
PAIRS = {
    "learning_rate": 0.05,
    "num_leaves": 6,
    "min_data_in_leaf": 8,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
}
PAIR_ROUNDS = 100
STATEMENTS = ("none", *(r.value for r in ConceptRelation))


@dataclass(frozen=True, slots=True)
class Effort:
    """Rounds of each forest, by how much the learning rate is raised for having fewer, and folds of the first look."""

    first: int = 300
    second: int = 150
    many: int = 120
    rate: float = 1.0
    inner: int = 4


FULL = Effort()
#: A third of the work, and about 0.01 less F1: enough to see whether a change does harm.
QUICK = Effort(120, 60, 40, 2.2, 2)


def fit(sight: Sight, papers: Sequence[Curated], train: np.ndarray, seeds: Sequence[int] = (1,), effort: Effort = FULL) -> Model:
    """Fits the four forests of single things on the papers whose index is in `train`.

    The second look is trained on scores of first looks that had not seen the paper (folds within `train`), as it will meet them.
    """

    def rated(params: dict[str, Any]) -> dict[str, Any]:
        return params | {"learning_rate": round(params["learning_rate"] * effort.rate, 4)}

    labels = wanted(sight, list(papers))
    paper = sight.groups.paper
    positive = labels.required & (labels.entity >= 0)
    optional = (labels.entity >= 0) & ~labels.required
    usable = np.isin(paper, train) & ~optional
    weight = np.ones(len(paper))
    columns = sight.columns

    def first_look(rows: np.ndarray, some: Sequence[int]) -> Forest:
        return boosted(sight.matrix[rows], positive[rows].astype(int), weight[rows], rated(FIRST), effort.first, columns, seeds=some)

    unseen = np.zeros(len(paper))
    folds = np.random.default_rng(0).permutation(len(train)) % effort.inner
    for fold in range(effort.inner):
        held = np.isin(paper, train[folds == fold])
        forest = first_look(np.flatnonzero(usable & ~held), seeds[:1])
        unseen[held] = sigmoid(forest.scores(sight.matrix[held]))[:, 0]
    first = first_look(np.flatnonzero(usable), seeds)
    chosen, matrix = second_look(sight, unseen)
    wide = (*columns, *AROUND)
    mine = usable[chosen]
    second = boosted(
        matrix[mine], positive[chosen][mine].astype(int), weight[chosen][mine], rated(SECOND), effort.second, wide, seeds=seeds
    )
    score = np.round((sigmoid(second.scores(matrix))[:, 0] + unseen[chosen]) / 2, 4)
    # types and relations learn from optional entities too, with half the weight
    labelled = (labels.entity[chosen] >= 0) & np.isin(paper[chosen], train)
    x = np.concatenate([matrix, score[:, None].astype(np.float32)], axis=1)[labelled]
    rows = chosen[labelled]
    entities = [papers[paper[g]].entities[labels.entity[g]] for g in rows]
    w = np.where(labels.required[rows], 1.0, 0.5)
    final = (*wide, "score")
    types = boosted(x, np.array([TYPES.index(e["type"]) for e in entities]), w, rated(MANY), effort.many, final, TYPES, seeds)
    relations = boosted(
        x, np.array([RELATIONS.index(e["relation"]) for e in entities]), w, rated(MANY), effort.many, final, RELATIONS, seeds
    )
    return Model(first, second, types, relations, nothing())


def nothing() -> Forest:
    """A forest that states no relation between concepts: what the reader starts with until one is trained."""
    none = np.zeros(0, np.int32)
    base = np.array([20 * SCALE] + [0] * (len(STATEMENTS) - 1), np.int32)
    return Forest(
        PAIR_COLUMNS, STATEMENTS, none.astype(np.int16), none.astype(np.float32), none, none, none, none.reshape(0, len(STATEMENTS)), base
    )


def held_out(
    papers: Sequence[Curated], catalog: Catalog, statistics: Statistics, fold: np.ndarray, seeds: Sequence[int] = (1,), say: Say = unheard
) -> list[Reader]:
    """A reader for each fold, trained on the papers of the others. `fold` is that of every paper, numbers from 0 on."""
    sight = look([c.paper for c in papers], statistics, CatalogIndex(catalog))
    readers = []
    folds = int(fold.max()) + 1
    for number in range(folds):
        model = fit(sight, papers, np.flatnonzero(fold != number), seeds)
        readers.append(Reader(catalog, model=model, statistics=statistics))
        say(f"fold {number + 1} of {folds} fitted")
    return readers


@dataclass(frozen=True, slots=True)
class PairRows:
    """Pairs of things of one paper with what the curators say of them: an index into `STATEMENTS` and a weight."""

    matrix: np.ndarray
    label: np.ndarray
    weight: np.ndarray


def pair_rows(reader: Reader, item: Curated, relations: list[Row]) -> list[PairRows]:
    """Pairs of one paper, labelled by the curated relations: of the things that a reader sees, and of those that the curators
    list, which are more."""
    sight, named, findings = reader.seen(item.paper)
    listed = listed_things(sight, item)
    both = [(named, findings), (listed, [reader.finding(sight, thing) for thing in listed])]
    return [_labelled(sight, things, found, item, relations, reader.catalog) for things, found in both]


def listed_things(sight: Sight, item: Curated) -> list[Thing]:
    """The curated entities of the one paper of a sight as things."""
    places = Places(sight, 0)
    found = []
    for entity in item.entities:
        groups = sorted({g for k in entity_keys(entity) if (g := places.group(k)) >= 0})
        grams = sorted({m for g in groups for m in places.grams(g)}, key=lambda m: int(sight.grams.first[m]))
        if grams:
            types = tuple(float(t == entity["type"]) for t in TYPES)
            one = Decided(groups[0], 0.9, types, tuple(float(r == entity["relation"]) for r in RELATIONS), tuple(grams))
            found.append(Thing([one], [places.mention(g) for g in grams]))
    return found


def _labelled(
    sight: Sight, things: list[Thing], findings: list[Finding], item: Curated, relations: list[Row], catalog: Catalog
) -> PairRows:
    pairs = pairs_of(sight, things, findings, {c: catalog.ancestors(c) for c in catalog})
    of_name = {e["name"]: {fold_(n) for n in (e["name"], *e["aliases"], *e["mentions"])} for e in item.entities}
    names = [{fold_(n) for n in (f.label, *f.aliases, *f.acronyms)} | {fold_(e.mention.text) for e in f.evidence} for f in findings]
    said: dict[tuple[int, int], tuple[int, float]] = {}
    for relation in relations:
        heads, tails = (
            [n for n, own in enumerate(names) if own & of_name.get(relation[end], {fold_(relation[end])})] for end in ("head", "tail")
        )
        for pair in ((h, t) for h in heads for t in tails if h != t):
            said.setdefault(pair, (STATEMENTS.index(relation["relation"]), 1.0 if relation["required"] else 0.6))
    rows = [said.get(pair, (0, 1.0)) for pair in zip(pairs.heads, pairs.tails, strict=True)]
    return PairRows(pairs.matrix, np.array([r[0] for r in rows], np.int64), np.array([r[1] for r in rows], np.float64))


def fit_statements(rows: Sequence[PairRows], seeds: Sequence[int] = (1,)) -> Forest:
    """Fits the decision on relations between concepts."""
    x, y, w = (np.concatenate([getattr(r, name) for r in rows]) for name in ("matrix", "label", "weight"))
    return boosted(x, y, w, PAIRS, PAIR_ROUNDS, PAIR_COLUMNS, STATEMENTS, seeds)


def curated_relations(shared: Path) -> dict[str, list[Row]]:
    """Relations by folded title."""
    lines = (shared / "gold/relations.dev.jsonl").read_text(encoding="utf-8").splitlines()
    return {fold_(r["title"]): r["relations"] for r in map(json.loads, lines)}


def labelled_pairs(papers: Sequence[Curated], readers: Sequence[Reader], fold: np.ndarray, shared: Path) -> dict[int, list[PairRows]]:
    """Pairs of all papers that have curated relations, as a reader sees them that was not trained on the paper."""
    relations = curated_relations(shared)
    found = {}
    for n, item in enumerate(papers):
        if item.part == LISTING and fold_(item.paper.title) in relations:
            reader = readers[fold[n]]
            found[n] = pair_rows(reader, item, relations[fold_(item.paper.title)])
    return found
