"""`/api/search`: names that begin as what is typed."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from kg.serve.api.answers import Found, SearchAnswer
from kg.serve.api.parameters import Search
from kg.serve.api.refs import concept_ref, year
from kg.serve.index import Index
from kg.serve.index.make import NAMES
from kg.text import WORD, fold

_FITS = ("whole", "begins", "within", "words", "near")
#: Labels that are compared with what nothing goes by, and how alike they are at least, of 100.
_NEAR, _ALIKE = 400, 80


def search(index: Index, asked: Search) -> SearchAnswer:
    """Concepts and papers by any of their names; of what fits equally well concepts come first, then the more important ones."""
    types = [t for t in asked.type if t != "Paper"]
    tiers, found = [], []
    if types or not asked.type:
        allowed = index.types_mask(types)
        owners, tier, kinds = index.concept_words.find(asked.q, allowed)
        if not len(owners):
            owners = _near(index, asked.q, allowed)
            tier, kinds = np.full(len(owners), len(_FITS) - 1), np.zeros(len(owners), dtype=np.uint8)
        tiers.append(2 * tier)
        found.append((owners, tier, kinds))
    if "Paper" in asked.type or not asked.type:
        owners, tier, kinds = index.paper_words.find(asked.q)
        tiers.append(2 * tier + 1)
        found.append((owners, tier, kinds))
    order = np.argsort(np.concatenate(tiers), kind="stable")
    shown = order[asked.offset : asked.offset + asked.limit].tolist()
    first = len(found[0][0])
    rows = [(0, n) if n < first else (1, n - first) for n in shown]
    items: list[Found] = []
    for part, row in rows:
        owners, tier, kinds = found[part]
        fit: Any = _FITS[tier[row]]
        by: Any = NAMES[kinds[row]]
        if tiers[part][row] % 2:
            record = index.paper_record(int(index.paper_by_rank[owners[row]]))
            name = record["title"] if by == "title" else _fitting([record["id"], *([record["doi"]] if record["doi"] else [])], asked.q)
            about: dict[str, Any] = {"kind": "paper", "id": record["id"], "label": record["title"], "type": "Paper", "papers": None}
            items.append({**about, "year": record["year"], "name": name, "by": by, "fit": fit})  # type: ignore[typeddict-item]
        else:
            number = int(owners[row])
            about = {"kind": "concept", **concept_ref(index, number), "year": year(index.first[number])}
            items.append({**about, "name": _name(index, number, by, asked.q), "by": by, "fit": fit})  # type: ignore[typeddict-item]
    return {"total": len(order), "offset": asked.offset, "limit": asked.limit, "items": items}


def _name(index: Index, number: int, by: str, query: str) -> str:
    """The name of a concept that a query found, of the kind that is known."""
    if by == "label":
        return index.labels[number]
    record = index.concept_record(number)
    ids = [record["id"], *record["other_ids"], *record["identifiers"]]
    names: list[str] = {"alias": record["aliases"], "acronym": record["acronyms"], "id": ids}[by]
    return _fitting(names, query)


def _fitting(names: list[str], query: str) -> str:
    """Of several names the one that fits best: that begins with what was typed, or holds it; of equal ones the shortest."""
    keys = (fold(query), "".join(WORD.findall(query)).casefold())

    def fit(name: str) -> tuple[bool, bool, int]:
        folded = fold(name)
        # words in another order may be in none as they stand
        return not folded.startswith(keys), not any(key in folded for key in keys), len(name)

    return min(names, key=fit)


def _near(index: Index, query: str, allowed: NDArray[np.bool_] | None) -> NDArray[Any]:
    """Concepts whose label is nearly what was typed, the nearest first: for a letter that is wrong, missing or too many."""
    key = fold(query)
    if len(key) < 4:
        return np.zeros(0, dtype=np.int64)
    numbers = [n for n in index.concept_words.near(query, _NEAR) if allowed is None or allowed[n]]
    found = process.extract(key, [fold(index.labels[n]) for n in numbers], scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=10)
    return np.array([numbers[place] for *_, place in found], dtype=np.int64)
