"""What papers and concepts have in common when their lines are made from columns: templates, and numbers as they are written."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from exports.iris import Iris
from exports.lines import Texts
from exports.rdf_fills import Fills, Template
from exports.rdf_nodes import Terms
from exports.triples import decimal

if TYPE_CHECKING:
    from kg.graph import Graph

__all__ = ["Words"]

#: How many numbers are kept at hand.
_REMEMBERED = 50_000


class Words:
    """Templates of all nodes under one base.

    With `apart`, what is of one paper is all in its parts, authors and plain triples between concepts too; without, these two are told
    by themselves, as the order of a sorted file needs. With `named` each line ends with its graph.
    """

    def __init__(self, graph: Graph, iris: Iris, *, apart: bool = False, named: bool = False) -> None:
        self.graph, self.iris, self.apart, self.named = graph, iris, apart, named
        self.terms = Terms.of(graph, iris)
        self.fills = Fills(self.terms, named)
        fills = self.fills
        #: Templates by kind of node; those of one kind take the same columns.
        self.sheets: dict[str, list[Template]] = {
            "author": [fills.author], "concept": [fills.plain], "evidence": [fills.evidence], "field": [fills.field], "link": [fills.link],
            "paper": fills.paper, "relation": [fills.relation], "concepts": fills.concept, "catalog": [fills.catalog_relation],
        }  # fmt: skip
        self._decimal: Callable[[float], str] = lru_cache(_REMEMBERED)(decimal)

    def decimals(self, numbers: NDArray[np.float64]) -> Texts:
        """Numbers as xsd:decimal."""
        import pyarrow as pa

        # by their bits: 0.0 and -0.0 are two
        bits, index = np.unique(np.ascontiguousarray(numbers, np.float64).view(np.int64), return_inverse=True)
        texts = [self._decimal(number) for number in bits.view(np.float64).tolist()]
        return Texts(pa.array(texts, pa.large_string()), index.astype(np.int64))
