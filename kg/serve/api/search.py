"""`/api/search`: names that begin as what is typed."""

from __future__ import annotations

from typing import Any

import numpy as np

from kg.serve.api.answers import Found, SearchAnswer
from kg.serve.api.parameters import Search
from kg.serve.api.refs import concept_ref, year
from kg.serve.index import Index
from kg.serve.index.make import NAMES
from kg.text import WORD, fold

_FITS = ("whole", "begins", "within", "words")


def search(index: Index, asked: Search) -> SearchAnswer:
    """Concepts and papers by any of their names; of what fits equally well concepts come first, then the more important ones."""
    types = [t for t in asked.type if t != "Paper"]
    tiers, found = [], []
    if types or not asked.type:
        owners, tier, kinds = index.concept_words.find(asked.q, index.types_mask(types))
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
            name = record[by]
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
    names: list[str] = {"alias": record["aliases"], "acronym": record["acronyms"], "id": [record["id"], *record["other_ids"]]}[by]
    keys = [fold(query), "".join(WORD.findall(query)).casefold()]
    # of several the shortest that holds it; words in another order may be in none as they stand
    fits = [name for name in names if any(key in fold(name) for key in keys)]
    return min(fits or names, key=len)
