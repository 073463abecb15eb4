"""Fits which relations between concepts a text states, on curated relations."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kg.model import ConceptRelation, ConceptType, Finding, Relation
from kg.reader import Reader
from kg.recognize.decide import Decided
from kg.recognize.forest import Forest
from kg.recognize.sight import Sight
from kg.recognize.things import Places, Thing
from kg.relate.about import Hierarchy
from kg.relate.concepts import NONE
from kg.relate.pairs import COLUMNS, Pairs, pairs_of
from kg.text import fold
from kg.training.boost import boosted
from kg.training.gold import LISTING, OTHERS, Curated, Row, entity_keys

STATEMENTS = (NONE, *(r.value for r in ConceptRelation))
#: Small trees of few columns each, cut at random places: some 330 papers are few for what there is to see.
PARAMETERS: dict[str, Any] = {"learning_rate": 0.12, "num_leaves": 8, "min_data_in_leaf": 8, "max_bin": 31, "feature_fraction": 0.3,
                              "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 5.0, "extra_trees": True}  # fmt: skip
ROUNDS = 80
#: What one curator of two lists, or finds peripheral, weighs as much as this; what neither lists, and what both require, 1.
OPTIONAL = 0.5
#: Relations of 300 papers of other venues, under the same guidelines (names only; see docs/decisions/0009): `relations` are learned from;
#: `again` is a second reading, made without knowledge of the first (docs/decisions/0034).
FURTHER = Path(__file__).parent / "relations.jsonl"


@dataclass(frozen=True, slots=True)
class PairRows:
    """Pairs of things of one paper with what the curators say of them: an index into `STATEMENTS` and a weight."""

    matrix: np.ndarray
    label: np.ndarray
    weight: np.ndarray


def pair_rows(reader: Reader, item: Curated, relations: Sequence[Row], known: Hierarchy) -> list[PairRows]:
    """Pairs of one paper, labelled by the curated relations: of the things that a reader sees, and of those that the curators
    list, which are more."""
    sight, named, findings = reader.seen(item.paper)
    listed = listed_things(sight, item)
    mine = reader.findings(sight, 0, listed)
    rows = [
        _labelled(item, relations, found, pairs_of(sight, [(things, found)], known))
        for things, found in ((named, findings), (listed, mine))
    ]
    # how sure a reader is of what it was told says nothing
    rows[1].matrix[:, [COLUMNS.index("head_p"), COLUMNS.index("tail_p")]] = np.nan
    return rows


def listed_things(sight: Sight, item: Curated) -> list[Thing]:
    """The curated entities of the one paper of a sight as things, of their curated types and relations."""
    return [thing for _, thing in listed(sight, item)]


def listed(sight: Sight, item: Curated) -> list[tuple[Row, Thing]]:
    """The same with the entities; one that stands nowhere in the text is not among them."""
    places = Places(sight, 0)
    found = []
    for entity in item.entities:
        groups = sorted({g for k in entity_keys(entity) if (g := places.group(k)) >= 0})
        grams = sorted({m for g in groups for m in places.grams(g)}, key=lambda m: int(sight.grams.first[m]))
        if grams:
            types = tuple(float(t == entity["type"]) for t in ConceptType)
            one = Decided(groups[0], 0.9, types, tuple(float(r == entity["relation"]) for r in Relation), tuple(grams))
            found.append((entity, Thing([one], [places.mention(g) for g in grams])))
    return found


def _labelled(item: Curated, relations: Sequence[Row], findings: Sequence[Finding], pairs: Pairs) -> PairRows:
    of_name = {e["name"]: {fold(n) for n in (e["name"], *e["aliases"], *e["mentions"])} for e in item.entities}
    names = [{fold(n) for n in (f.label, *f.aliases, *f.acronyms)} | {fold(e.mention.text) for e in f.evidence} for f in findings]
    said: dict[tuple[int, int], tuple[int, float]] = {}
    # where two relations name one pair, the required one counts
    for relation in sorted(relations, key=lambda r: not r["required"]):
        heads, tails = (
            [n for n, own in enumerate(names) if own & of_name.get(relation[end], {fold(relation[end])})] for end in ("head", "tail")
        )
        for pair in ((h, t) for h in heads for t in tails if h != t):
            said.setdefault(pair, (STATEMENTS.index(relation["relation"]), 1.0 if relation["required"] else OPTIONAL))
    rows = [said.get(pair, (0, 1.0)) for pair in zip(pairs.head.tolist(), pairs.tail.tolist(), strict=True)]
    return PairRows(pairs.matrix, np.array([r[0] for r in rows], np.int64), np.array([r[1] for r in rows], np.float64))


def fit_statements(rows: Sequence[PairRows], seeds: Sequence[int] = (1,)) -> Forest:
    """Fits the decision on relations between concepts."""
    x, y, w = (np.concatenate([getattr(r, name) for r in rows]) for name in ("matrix", "label", "weight"))
    return boosted(x, y, w, PARAMETERS, ROUNDS, COLUMNS, STATEMENTS, seeds)


def nothing() -> Forest:
    """A forest that states no relation between concepts: what a model has until one is fitted."""
    return Forest.constant(COLUMNS, STATEMENTS, [20] + [0] * (len(STATEMENTS) - 1))


def twice_read() -> list[Row]:
    """The lines of `FURTHER` with what both readings list: a relation is required where both found it central, the others are not."""
    lines = []
    for row in map(json.loads, FURTHER.read_text(encoding="utf-8").splitlines()):
        first, again = ({(r["head"], r["tail"], r["relation"]): r["required"] for r in row[key]} for key in ("relations", "again"))
        both = [
            {"head": head, "relation": relation, "tail": tail, "required": bool(first.get(key) and again.get(key))}
            for key in {**first, **again}
            for head, tail, relation in (key,)
        ]
        lines.append({"title": row["title"], "relations": both})
    return lines


def curated_relations(shared: Path) -> dict[tuple[str, str], list[Row]]:
    """Relations by part of the gold and folded title: of the listing by two curators, of other venues by one (`FURTHER`)."""
    found: dict[tuple[str, str], list[Row]] = {}
    for part, path in ((LISTING, shared / "gold/relations.dev.jsonl"), (OTHERS, FURTHER)):
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            found[part, fold(row["title"])] = row["relations"]
    return found


def labelled_pairs(papers: Sequence[Curated], readers: Sequence[Reader], fold_of: np.ndarray, shared: Path) -> dict[int, list[PairRows]]:
    """Pairs of all papers that have curated relations, as a reader sees them that was not trained on the paper."""
    relations, known = curated_relations(shared), readers[0].hierarchy
    found = {}
    for n, item in enumerate(papers):
        if (item.part, fold(item.paper.title)) in relations:
            found[n] = pair_rows(readers[fold_of[n]], item, relations[item.part, fold(item.paper.title)], known)
    return found
