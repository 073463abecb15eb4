"""Which concepts occur together more often than chance has it.

Two measures over the papers that have links, N of them; n(a), n(b) and n(a, b) are the papers linked to a, to b and to both:

- the log-likelihood ratio G² of the 2 × 2 table (Dunning, "Accurate methods for the statistics of surprise and coincidence",
  1993): how sure it is that the two are not independent. Above 10.8 chance alone gives it once in a thousand pairs.
- normalised pointwise mutual information (Bouma, "Normalized (pointwise) mutual information in collocation extraction", 2009):
  how strong the tie is; 1 where neither occurs without the other, 0 where they are independent, below where they avoid each
  other. Rare pairs easily reach 1, so `least` says how many papers a pair must share.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import Any, ClassVar

from kg.analysis.config import Config, option
from kg.analysis.linked import by_paper, concepts_of, one
from kg.analysis.result import Result
from kg.graph import Graph
from kg.model import ConceptType
from kg.table import Table

MEASURES = ("llr", "npmi", "together")


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedConfig(Config):
    """Settings of `related`."""

    EXAMPLES: ClassVar[tuple[str, ...]] = ("kg analyze graph related Transformer --by npmi --type Dataset",)

    concept: str | None = option(None, "only pairs with this one, by id or any name", positional=True)
    by: str = option("llr", "the measure that sorts", choices=MEASURES)
    type: ConceptType | None = option(None, "the other concept (without CONCEPT: both) is of this type")
    least: int = option(2, "papers that a pair shares at least", above=0)
    top: int | None = option(50, "rows at most", above=0, all=0)


def related(graph: Graph, config: RelatedConfig | str | None = None, **options: Any) -> Result:
    """Pairs of concepts that share more papers than expected, strongest first; all pairs, or those with one concept.

    Returns:
        concept, name, other, other_name, other_type, together (papers that share both), papers, other_papers, expected
        (papers that would share both by chance), llr, npmi. Of a pair the concept asked for, otherwise the smaller id, comes first.

    Raises:
        UsageError: no such concept, or an option that does not exist or does not fit.
    """
    config = RelatedConfig.of(config, options)
    wanted, least, by = config.type, config.least, config.by
    notes: tuple[str, ...] = ()
    asked = ""
    if config.concept is not None:
        found, notes = one(graph, config.concept)
        asked = found.id
    concepts = concepts_of(graph)
    counts, shared, papers = count(graph, asked, {i for i, c in concepts.items() if wanted in (None, c.type)})
    rows: list[tuple[Any, ...]] = []
    for (a, b), both in shared.items():
        expected = counts[a] * counts[b] / papers
        if both < least or both <= expected:
            continue
        first, other = (b, a) if b == asked else (a, b)
        rows.append(
            (
                first, concepts[first].label, other, concepts[other].label, concepts[other].type.value, both, counts[first], counts[other],
                round(expected, 6), round(llr(both, counts[a], counts[b], papers), 6), round(npmi(both, counts[a], counts[b], papers), 6),
            )
        )  # fmt: skip
    columns = (
        "concept", "name", "other", "other_name", "other_type", "together", "papers", "other_papers", "expected", "llr", "npmi",
    )  # fmt: skip
    order = [columns.index(by), *(columns.index(m) for m in MEASURES if m != by)]
    rows.sort(key=lambda r: (*(-r[i] for i in order), r[0], r[2]))
    about = f"{len(rows):,} pairs share {least} or more of {papers:,} papers, and more than expected by chance"
    return Result("related", config, Table(columns, rows[: config.top]), notes=(*notes, about), graph=graph.fingerprint)


def count(graph: Graph, asked: str, others: set[str]) -> tuple[Counter[str], Counter[tuple[str, str]], int]:
    """Papers of each concept, papers of each pair (the smaller id first), and papers with links."""
    counts: Counter[str] = Counter()
    shared: Counter[tuple[str, str]] = Counter()
    papers = 0
    for _, links in by_paper(graph):
        papers += 1
        own = [link["concept"] for link in links]
        counts.update(own)
        if asked:
            if asked in own:
                shared.update((min(asked, o), max(asked, o)) for o in own if o != asked and o in others)
            continue
        own = [o for o in own if o in others]
        shared.update((a, b) for n, a in enumerate(own) for b in own[n + 1 :])
    return counts, shared, papers


def llr(both: int, a: int, b: int, papers: int) -> float:
    """The log-likelihood ratio G² of co-occurrence against independence, in nats, times two.

    >>> round(llr(2, 2, 2, 4), 6), llr(1, 2, 2, 4)
    (5.545177, 0.0)
    """
    cells = (both, a - both, b - both, papers - a - b + both)
    margins = ((a, b), (a, papers - b), (papers - a, b), (papers - a, papers - b))
    total = sum(n * math.log(n * papers / (row * column)) for n, (row, column) in zip(cells, margins, strict=True) if n)
    return max(0.0, 2 * total)


def npmi(both: int, a: int, b: int, papers: int) -> float:
    """Normalised pointwise mutual information, -1 to 1.

    >>> npmi(2, 2, 2, 4), npmi(1, 2, 2, 4), npmi(0, 2, 2, 4), npmi(4, 4, 4, 4)
    (1.0, 0.0, -1.0, 1.0)
    """
    if not both:
        return -1.0
    if both == papers:
        return 1.0
    return math.log(both * papers / (a * b)) / -math.log(both / papers)
