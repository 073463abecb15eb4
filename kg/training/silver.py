"""What the network learns from: abstracts that trees have labelled, and the curated papers."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from kg.model import Paper
from kg.recognize.decide import Model, second_look
from kg.recognize.forest import sigmoid, softmax
from kg.recognize.known import CatalogIndex
from kg.recognize.sight import Sight, look
from kg.recognize.statistics import Statistics
from kg.text import fold
from kg.training import Say, unheard
from kg.training.gold import Curated, wanted
from kg.training.network import RELATIONS, TYPES, Examples, examples, joined

#: Groups below this at the first look are hardly ever concepts: few of them are learned from.
WORTH, RANDOM = 0.01, 0.05
#: Abstracts shorter than this (characters) say too little.
LEAST = 300
_CHUNK = 250


def abstracts(folder: Path, without: Collection[str], number: int) -> list[Paper]:
    """Papers of a folder with abstracts, in an order that does not depend on that of the files.

    Args:
        folder: files that a loader reads.
        without: folded titles that are left out: those of curated papers.
        number: how many at most.
    """
    import loaders

    found = [
        p for p in loaders.read(folder) if isinstance(p, Paper) and len(p.abstract) >= LEAST and fold(p.title) not in without
    ]
    return sorted(found, key=lambda p: hashlib.blake2b(p.id.encode(), digest_size=8).digest())[:number]


def labelled(papers: Sequence[Paper], model: Model, statistics: Statistics, index: CatalogIndex, say: Say = unheard) -> Examples:
    """Abstracts with what the trees of a model say about them."""
    rng = np.random.default_rng(11)
    parts = []
    for low in range(0, len(papers), _CHUNK):
        sight = look(papers[low : low + _CHUNK], statistics, index)
        first = sigmoid(model.first.scores(sight.matrix))[:, 0]
        chosen, matrix = second_look(sight, first)
        score = np.round((sigmoid(model.second.scores(matrix))[:, 0] + first[chosen]) / 2, 4)
        columns = np.concatenate([matrix, score[:, None].astype(np.float32)], axis=1)
        y = first.copy()
        y[chosen] = score
        types, relations = np.zeros((len(y), TYPES)), np.zeros((len(y), RELATIONS))
        sure = score > 0.1
        types[chosen[sure]] = softmax(model.types.scores(columns[sure]))
        relations[chosen[sure]] = softmax(model.relations.scores(columns[sure]))
        keep = (first > WORTH) | (rng.random(len(first)) < RANDOM)
        parts.append(
            examples(sight, keep, {"y": y, "w": np.ones(len(y)), "types": types, "relations": relations, "tw": y * (types.sum(axis=1) > 0)})
        )
        if (low // _CHUNK) % 20 == 19:
            say(f"{low + _CHUNK:,} abstracts labelled")
    return joined(parts)


def gold(sight: Sight, papers: Sequence[Curated], model: Model) -> Examples:
    """Curated papers; optional entities count for types and relations with half the weight, and not for being a concept."""
    labels = wanted(sight, list(papers))
    there = labels.entity >= 0
    optional = there & ~labels.required
    types, relations = np.zeros((len(there), TYPES)), np.zeros((len(there), RELATIONS))
    from kg.training.fit import RELATIONS as RELATION_NAMES
    from kg.training.fit import TYPES as TYPE_NAMES

    for group in np.flatnonzero(there).tolist():
        entity = papers[sight.groups.paper[group]].entities[labels.entity[group]]
        types[group, TYPE_NAMES.index(entity["type"])] = 1
        relations[group, RELATION_NAMES.index(entity["relation"])] = 1
    first = sigmoid(model.first.scores(sight.matrix))[:, 0]
    keep = (first > WORTH / 2) | (np.random.default_rng(12).random(len(first)) < RANDOM)
    return examples(
        sight,
        keep,
        {
            "y": (there & labels.required).astype(float),
            "w": (~optional).astype(float),
            "types": types,
            "relations": relations,
            "tw": np.where(labels.required, 1.0, 0.5) * there,
        },
    )
