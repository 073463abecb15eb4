"""Related concepts of every concept, from the analysis of what occurs together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kg.analysis.arrays import arrays
from kg.analysis.related import associations
from kg.site.concepts import Related

if TYPE_CHECKING:
    from kg.graph import Graph
    from kg.site.corpus import Corpus

__all__ = ["related"]

#: Related concepts kept of one, the papers that it shares with them at least, and how sure that is beyond chance.
MOST, LEAST, LEVEL = 10, 2, 0.05


def related(graph: Graph, corpus: Corpus) -> dict[int, list[Related]]:
    """Concept → those that share more papers with it than chance would have it, the surest first.

    Pairs that share `LEAST` papers are tested by their log-likelihood ratio, at a false discovery rate of `LEVEL` (Benjamini and Hochberg).
    """
    made = arrays(graph)
    pairs = associations(made, None, np.ones(len(made.concepts), dtype=np.bool_), LEAST, "bh")
    pairs = pairs.take(pairs.q <= LEVEL)
    # the surest first; the numbers of the analysis go by id
    pairs = pairs.take(np.lexsort((pairs.other, pairs.one, -pairs.both, -np.round(pairs.llr, 9))))
    ours = [corpus.number[i] for i in made.concepts]
    found: dict[int, list[Related]] = {}
    columns = (pairs.one, pairs.other, pairs.both, pairs.expected, pairs.llr)
    for one, other, both, expected, ratio in zip(*(column.tolist() for column in columns), strict=True):
        for a, b in ((ours[one], ours[other]), (ours[other], ours[one])):
            own = found.setdefault(a, [])
            if len(own) < MOST:
                own.append(Related(b, both, expected, ratio))
    return found
