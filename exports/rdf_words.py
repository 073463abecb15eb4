"""What papers and concepts have in common when they are told as bytes: templates, and IRIs, numbers and texts that occur often."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from exports.iris import Iris, segment
from exports.rdf_fills import CONCEPT_SLOTS, PAPER_SLOTS, Fills
from exports.rdf_nodes import Terms, g_year
from exports.triples import decimal, literal, typed
from kg.model import ConceptRelation, Relation

if TYPE_CHECKING:
    from kg.graph import Graph
    from kg.tables import Run

__all__ = ["Runs", "Words"]

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
        self._bases = {kind: base + kind.encode() + b"/" for kind in ("author", "evidence", "field", "link", "paper", "relation")}
        self._predicates: dict[str, bytes] = {name: f"> {self.terms.term(name)} ".encode() for name in (*CONCEPT_SLOTS, *PAPER_SLOTS)}
        self._relations = {r.value: (r.value.encode(), iris.term(r.value).encode()) for r in (*Relation, *ConceptRelation)}
        self._known: dict[str, tuple[bytes, bytes]] = {}
        self._numbers: dict[float, str] = {}
        self._sources: dict[str, tuple[bytes, bytes]] = {}
        self._literals: dict[str, bytes] = {}
        self._name = b""
        self._end = b" .\n"

    def _concept(self, id_: str) -> tuple[bytes, bytes]:
        """The last part of a concept's IRI, and the IRI."""
        found = self._known.get(id_)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            name = segment(id_).encode()
            found = self._known[id_] = (name, self._base + b"concept/" + name)
        return found

    def concept_name(self, id_: str) -> str:
        """The last part of a concept's IRI."""
        return self._concept(id_)[0].decode()

    def decimal(self, number: float) -> str:
        """A number as xsd:decimal."""
        found = self._numbers.get(number)
        if found is None:
            if len(self._numbers) >= _REMEMBERED:
                self._numbers.clear()
            found = self._numbers[number] = decimal(number)
        return found

    def text(self, text: str) -> str:
        """A text that many nodes have, as it stands within quotes."""
        return self._literal(text).decode()

    def _literal(self, text: str) -> bytes:
        """A text that many nodes have, as it stands within quotes."""
        found = self._literals.get(text)
        if found is None:
            if len(self._literals) >= _REMEMBERED:
                self._literals.clear()
            found = self._literals[text] = literal(text)[1:-1].encode()
        return found

    def _source(self, source: str) -> tuple[bytes, bytes]:
        found = self._sources.get(source)
        if found is None:
            if len(self._sources) >= _REMEMBERED:
                self._sources.clear()
            found = self._sources[source] = (literal(source).encode(), f"<{self.iris.input(source)}>".encode())
        return found

    def _year(self, year: int) -> bytes:
        return typed(g_year(year), "gYear").encode()


class Runs:
    """What a table says of each paper (or other thing): things must be asked for in sorted order."""

    def __init__(self, runs: Iterator[tuple[str, Run]]) -> None:
        self._runs = runs
        self._next: str | None = ""
        self._run: Run | None = None
        self._take()

    def of(self, key: str) -> Run | None:
        """The rows of a key, or None where there are none."""
        while self._next is not None and self._next < key:
            self._take()
        if self._next != key:
            return None
        found = self._run
        self._take()
        return found

    def _take(self) -> None:
        self._next, self._run = next(self._runs, (None, None))
