"""What the network learns from: abstracts that trees, then an encoder too, have labelled, and the curated papers."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kg.model import Paper
from kg.reader import data_folder
from kg.recognize.decide import Model, weigh
from kg.recognize.forest import sigmoid
from kg.recognize.known import CatalogIndex
from kg.recognize.network import Network
from kg.recognize.sight import Sight, look
from kg.recognize.statistics import Statistics
from kg.text import fold
from kg.training import Say, unheard
from kg.training.gold import RELATIONS, TYPES, Curated, wanted
from kg.training.network import (
    AGAIN,
    GOLD,
    SILVER,
    Examples,
    Params,
    examples,
    joined,
    network,
    params_of,
    run,
    start,
    vectors,
    vocabulary,
)

#: Groups below this at the first look are hardly ever concepts: few of them are learned from.
WORTH, RANDOM = 0.01, 0.05
#: Abstracts shorter than this (characters) say too little.
LEAST = 300
#: Where the abstracts are, and how many are taken.
ABSTRACTS, NUMBER = Path("data/acl-anthology/data/xml"), 20_000
#: Abstracts that the encoder teaches the network: others than those it learned from itself, which stand before them.
TAUGHT = slice(3_000, 6_000)
_CHUNK = 250


@dataclass(frozen=True, slots=True)
class Silver:
    """Abstracts for the trees to label; and a network to go on from where there are none."""

    papers: Sequence[Paper] = ()
    before: Network | None = None


NONE = Silver()


def silver_of(shared: Path | None, papers: Sequence[Curated]) -> Silver:
    """The abstracts of the shared folder that are none of the curated papers; or else the network that ships."""
    folder = None if shared is None else shared / ABSTRACTS
    if folder is None or not folder.is_dir():
        return Silver(before=Model.load(data_folder()).network)
    return Silver(abstracts(folder, {fold(item.paper.title) for item in papers}, NUMBER))


def abstracts(folder: Path, without: Collection[str], number: int) -> list[Paper]:
    """Papers of a folder with abstracts, in an order that does not depend on that of the files.

    Args:
        folder: files that a loader reads.
        without: folded titles that are left out: those of curated papers.
        number: how many at most.
    """
    import loaders

    found = [p for p in loaders.read(folder) if isinstance(p, Paper) and len(p.abstract) >= LEAST and fold(p.title) not in without]
    return sorted(found, key=lambda p: hashlib.blake2b(p.id.encode(), digest_size=8).digest())[:number]


def labelled(papers: Sequence[Paper], model: Model, statistics: Statistics, index: CatalogIndex, say: Say = unheard) -> Examples:
    """Abstracts with what a model says about them."""
    rng = np.random.default_rng(11)
    parts = []
    for low in range(0, len(papers), _CHUNK):
        sight = look(papers[low : low + _CHUNK], statistics, index)
        seen = weigh(sight, model)
        first, chosen = seen.trees.first, seen.trees.chosen
        y = first.copy()
        y[chosen] = seen.score
        types, relations = np.zeros((len(y), len(TYPES))), np.zeros((len(y), len(RELATIONS)))
        sure = seen.score > 0.1
        types[chosen[sure]], relations[chosen[sure]] = seen.kinds(model, sure)
        keep = (first > WORTH) | (rng.random(len(y)) < RANDOM)
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
    types, relations = np.zeros((len(there), len(TYPES))), np.zeros((len(there), len(RELATIONS)))
    for group in np.flatnonzero(there).tolist():
        entity = papers[sight.groups.paper[group]].entities[labels.entity[group]]
        types[group, TYPES.index(entity["type"])] = 1
        relations[group, RELATIONS.index(entity["relation"])] = 1
    first = sigmoid(model.first.scores(sight.seen))[:, 0]
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


@dataclass(frozen=True, slots=True)
class Lessons:
    """What the network and the encoder of one model learn from.

    `sight` is that of all curated `papers`, `train` are the indices of those that are learned from. `silver` is where the abstracts are
    that parts of the model label, which reads with `statistics` and `index`; `say` is told how far it has come.
    """

    sight: Sight
    papers: Sequence[Curated]
    train: np.ndarray
    silver: Silver
    statistics: Statistics
    index: CatalogIndex
    say: Say = unheard

    def labelled(self, some: Sequence[Paper], model: Model) -> Examples:
        """Abstracts with what a model says about them."""
        return labelled(some, model, self.statistics, self.index, self.say)

    def gold(self, model: Model) -> Examples:
        """All curated papers."""
        return gold(self.sight, self.papers, model)


def fit_network(of: Lessons, model: Model) -> Network | None:
    """Trains the network that decides with the trees of a model.

    Without abstracts training goes on from the network that is given in their place; without both there is none.

    Args:
        model: trees that were fitted on the same papers; they label the abstracts.
    """
    if of.silver.papers:
        given = of.labelled(of.silver.papers, model)
        known = vocabulary(given)
        begin = start(1, len(known), words=vectors(given, known))
        params = run(begin, given, range(len(given)), known, SILVER, 1, say=of.say)
    elif of.silver.before is not None:
        known, params = of.silver.before.vocabulary, params_of(of.silver.before)
    else:
        return None
    return _finished(of, model, params, known)


def fit_again(of: Lessons, model: Model) -> Network | None:
    """Trains a network further on abstracts that all parts of a model have labelled, the encoder too, then on curated papers again.

    The network cannot read what the encoder reads, but learns to decide as both do (distillation: Hinton, Vinyals and Dean, 2015).
    Without abstracts or an encoder it stays as it is.
    """
    some = of.silver.papers[TAUGHT]
    if model.network is None or model.encoder is None or not some:
        return model.network
    given, known = of.labelled(some, model), model.network.vocabulary
    params = run(params_of(model.network), given, range(len(given)), known, AGAIN, 1, say=of.say)
    return _finished(of, model, params, known)


def _finished(of: Lessons, model: Model, params: Params, known: np.ndarray) -> Network:
    """The network after its last lesson, the curated papers."""
    return network(run(params, of.gold(model), of.train.tolist(), known, GOLD, 2, say=of.say), known)
