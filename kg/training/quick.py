"""A quick measurement that repeats itself exactly: fitted in seconds on some venues, scored on others.

Its figures are a little below those of a full training. It is not for quoting; it shows whether a change of the code or of the catalog
makes links worse, and the tests hold it to what was recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from kg.catalog import Catalog
from kg.evaluate import score_links
from kg.reader import Reader
from kg.recognize.known import CatalogIndex
from kg.recognize.network import Network
from kg.recognize.sight import look
from kg.recognize.statistics import Statistics
from kg.training import Say, unheard
from kg.training.calibrate import loose
from kg.training.crossvalidate import candidates
from kg.training.fit import QUICK, fit
from kg.training.folds import VENUE, folds
from kg.training.gold import LISTING, Curated, gold_lines, group_keys
from kg.training.graphs import graph_of
from kg.training.same import fit_same, same_rows
from kg.training.silver import Lessons, Silver, fit_network

#: Figures that are recorded, and by how much each may get worse.
HELD = {
    "f1": 0.01, "candidates": 0.005, "type_accuracy": 0.02, "relation_accuracy": 0.02, "label_accuracy": 0.02,
    "same_concept_same_id": 0.05, "ids_merging_concepts": 0.02,
}  # fmt: skip
#: Of these less is better.
FALLING = frozenset({"ids_merging_concepts"})


def quick(
    papers: Sequence[Curated], catalog: Catalog, statistics: Statistics, network: Network | None = None, say: Say = unheard
) -> dict[str, dict[str, float]]:
    """Figures of the listing, read by decisions fitted on the other venues, and of one fold of venues, read by trees fitted on the
    rest.

    Args:
        network: decides with the trees on the listing; it must not have been trained on that (`without_listing`).
    """
    sight = look([item.paper for item in papers], statistics, CatalogIndex(catalog))
    seen = candidates(group_keys(sight), papers)
    fold = folds(papers, VENUE)
    listing = int(fold[next(n for n, item in enumerate(papers) if item.part == LISTING)])
    found = {}
    for name, number in (("listing", listing), ("venues", 1)):
        model = fit(sight, papers, np.flatnonzero(fold != number), effort=QUICK)
        model = replace(model, network=network if name == "listing" else None)
        others = [item for item, of in zip(papers, fold.tolist(), strict=True) if of != number]
        # the trees know these papers, which is quicker than further folds
        reader = Reader(catalog, model=model, statistics=statistics)
        rows = same_rows(others, [loose(reader)], np.zeros(len(others), int))
        reader = reader.tuned(model=replace(model, same=fit_same(rows)))
        mine = np.flatnonzero(fold == number).tolist()
        some = [papers[n] for n in mine]
        with graph_of(some, reader.read([item.paper for item in some]), catalog) as graph:
            figures: dict[str, Any] = score_links(gold_lines(some), graph).figures
        seen_here, required = seen[mine].sum(axis=0).tolist()
        figures["candidates"] = round(seen_here / required, 4)
        found[name] = {key: float(figures[key]) for key in ("precision", "recall", *HELD)}
        say(f"{name}: F1 {found[name]['f1']:.4f}")
    return found


def without_listing(
    papers: Sequence[Curated], catalog: Catalog, statistics: Statistics, silver: Silver, say: Say = unheard
) -> Network | None:
    """A network that was trained on the other venues alone. Some minutes of a processor: it is kept, not made anew by each test."""
    index = CatalogIndex(catalog)
    sight = look([item.paper for item in papers], statistics, index)
    others = np.flatnonzero([item.part != LISTING for item in papers])
    return fit_network(Lessons(sight, papers, others, silver, statistics, index, say), fit(sight, papers, others))


def worse(now: dict[str, dict[str, float]], recorded: dict[str, dict[str, float]]) -> list[str]:
    """What is worse than recorded by more than it may be, a line each."""
    lines = []
    for name, figures in recorded.items():
        for key, margin in HELD.items():
            loss = (now[name][key] - figures[key]) * (1 if key in FALLING else -1)
            if loss > margin + 1e-9:
                lines.append(f"{name}: {key} is {now[name][key]:.4f}, recorded {figures[key]:.4f}")
    return lines
