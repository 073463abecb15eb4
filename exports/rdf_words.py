"""What papers and concepts have in common when they are told as bytes: templates, and IRIs, numbers and texts that occur often."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from exports.iris import Iris, segment
from exports.rdf_fills import CONCEPT_SLOTS, PAPER_SLOTS, Fills
from exports.rdf_nodes import Terms
from exports.triples import decimal, literal
from kg.model import ConceptRelation

if TYPE_CHECKING:
    from kg.graph import Graph

__all__ = ["Words"]

#: How many IRIs, numbers and texts are kept at hand.
_REMEMBERED = 50_000


class Words:
    """Bytes of terms, IRIs and texts under one base, with the templates of all nodes.

    With `apart`, what is of one paper is all in its parts, authors and plain triples between concepts too; without, these two are told
    by themselves, as the order of a sorted file needs. With `named` each line ends with its graph.
    """

    def __init__(self, graph: Graph, iris: Iris, *, apart: bool = False, named: bool = False) -> None:
        self.graph, self.iris, self.apart, self.named = graph, iris, apart, named
        self.terms = Terms.of(graph, iris)
        self.fills = Fills(self.terms, named)
        base = iris.base.encode()
        self._base = base
        self._bases = {kind: base + kind.encode() + b"/" for kind in ("author", "field", "paper", "relation")}
        self._predicates: dict[str, bytes] = {name: f"> {self.terms.term(name)} ".encode() for name in (*CONCEPT_SLOTS, *PAPER_SLOTS)}
        self._relations = {r.value: (r.value.encode(), iris.term(r.value).encode()) for r in ConceptRelation}
        self._name = b""
        self._end = b" .\n"

        def concept(id_: str) -> tuple[bytes, bytes]:
            name = segment(id_).encode()
            return name, base + b"concept/" + name

        def source(name: str) -> tuple[bytes, bytes]:
            return literal(name).encode(), f"<{iris.input(name)}>".encode()

        remembered = lru_cache(_REMEMBERED)
        #: A number as xsd:decimal.
        self.decimal: Callable[[float], str] = remembered(decimal)
        #: A text that many nodes have, as it stands within quotes.
        self.text: Callable[[str], str] = remembered(lambda text: literal(text)[1:-1])
        #: The last part of a concept's IRI, and the IRI.
        self._concept: Callable[[str], tuple[bytes, bytes]] = remembered(concept)
        #: The name of an input as a literal, and its IRI.
        self._source: Callable[[str], tuple[bytes, bytes]] = remembered(source)

    def concept_name(self, id_: str) -> str:
        """The last part of a concept's IRI."""
        return self._concept(id_)[0].decode()
