"""The lines of concepts, as bytes: see `exports.rdf_bytes`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from exports.rdf_columns import bytes_of, joined, offsets_of
from exports.rdf_fills import CONCEPT_SLOTS
from exports.rdf_words import Words
from exports.triples import literal
from kg.rows import row_concept
from kg.schema import TABLES
from kg.tables import ByKey

if TYPE_CHECKING:
    import pyarrow as pa

    from kg.model import Concept
    from kg.tables import Run

__all__ = ["Concepts"]

#: Concepts whose lines are made at once.
_AT_ONCE = 4096


class Concepts(Words):
    """Tells concepts."""

    def concepts(self, statements: Callable[[list[bytes]], None]) -> Iterator[bytes]:
        """The lines of each concept, sorted by id, with the plain triples of relations between concepts: all of them, or those of the
        catalog where papers are told `apart`.

        What the catalog's relations say as statements goes to `statements`, a block for each.
        """
        self._name = self.iris.general_graph.encode()
        if self.named:
            self._end = b" <" + self._name + b"> .\n"
        replaced: dict[str, list[bytes]] = {}
        for other, owner in self.graph.other_ids().items():
            replaced.setdefault(owner, []).append(b"<%b>" % self.iris.concept(other).encode())
        relations = ByKey(self.graph.runs("concept_relations", "head", ["relation", "tail", "paper", "confidence"]))
        present = self._parents()
        names = [name for name, _, _ in TABLES["concepts"]]
        for batch in self.graph.batches("concepts", names, _AT_ONCE):
            found: list[bytes] = [b""] * len(batch["id"])
            slots: dict[str, dict[int, bytes]] = {name: {} for name in CONCEPT_SLOTS}
            by_type: dict[str, list[int]] = {}
            for n, id_ in enumerate(batch["id"]):
                said = relations.of(id_)
                between = self._between(id_, said, statements) if said else {}
                others = sorted(replaced[id_]) if id_ in replaced else []
                if self._odd(batch, n):
                    concept = row_concept({name: batch[name][n] for name in names})
                    found[n] = self._told(concept, batch["papers"][n], others, between, present)
                    continue
                by_type.setdefault(batch["type"][n], []).append(n)
                self._fill(batch, n, slots, others, between)
            for kind, rows in by_type.items():
                lines = self._lines(batch, rows, kind, slots)
                data, offsets = bytes_of(lines), offsets_of(lines).tolist()
                for place, n in enumerate(rows):
                    found[n] = bytes(data[offsets[place] : offsets[place + 1]])
            yield from found

    @staticmethod
    def _odd(batch: dict[str, list[Any]], n: int) -> bool:
        """Whether a concept has identifiers, parents, or lists that triples alone do not give back."""
        aliases, acronyms, label = batch["aliases"][n], batch["acronyms"][n], batch["label"][n]
        if batch["also"][n] or batch["flags"][n] or batch["identifiers"][n] or batch["broader"][n]:
            return True
        if not aliases and not acronyms:
            return False
        listed = _increasing(aliases) and _increasing(acronyms) and label not in aliases and label not in acronyms
        return not listed or not set(aliases).isdisjoint(acronyms)

    def _fill(
        self, batch: dict[str, list[Any]], n: int, slots: dict[str, dict[int, bytes]], others: list[bytes], between: dict[str, bytes]
    ) -> None:
        """Lines of what a concept may have none or many of."""
        own = self._concept(batch["id"][n])[1]
        said: dict[str, list[bytes]] = {}
        if batch["aliases"][n] or batch["acronyms"][n]:
            short = sorted([literal(name, "en").encode() for name in batch["acronyms"][n]])
            said["acronym"] = short
            said["skos:altLabel"] = sorted([*short, *(literal(name, "en").encode() for name in batch["aliases"][n])])
        if others:
            said["dcterms:replaces"] = others
        for name, objects in said.items():
            slots[name][n] = b"".join([b"<%b%b%b%b" % (own, self._predicates[name], one, self._end) for one in objects])
        for name, lines in between.items():
            slots[name][n] = lines

    def _lines(self, batch: dict[str, list[Any]], rows: list[int], kind: str, slots: dict[str, dict[int, bytes]]) -> pa.Array:
        """The lines of concepts of a type."""
        import pyarrow as pa
        import pyarrow.compute as pc

        type_ = pa.large_string()

        def texts(name: str) -> pa.Array:
            return pa.array([literal(batch[name][n])[1:-1] if batch[name][n] else None for n in rows], type_)

        iri = pa.array([self._concept(batch["id"][n])[1] for n in rows], type_)
        columns = {
            "iri": iri,
            "id": texts("id"),
            "label": texts("label"),
            "known": pa.array(["true" if batch["known"][n] else "false" for n in rows], type_),
            "papers": pc.cast(pa.array([batch["papers"][n] for n in rows], pa.int64()), type_),
            "graph": pa.array([self._name.decode()] * len(rows), type_),
        }
        for name, lines_of in slots.items():
            columns[name] = pa.array([lines_of.get(n) for n in rows], type_) if lines_of else pa.nulls(len(rows), type_)
        columns["origin"] = joined("<", iri, self._predicates["origin"].decode() + '"', texts("source"), '"' + self._end.decode())
        return self.fills.concept[kind](columns)

    def _parents(self) -> set[str]:
        """Those concepts of the graph that another one names as broader."""
        import pyarrow.compute as pc

        columns = self.graph.columns("concepts", ["id", "broader"])
        parents = pc.unique(pc.list_flatten(columns.column("broader")))
        return set(columns.column("id").filter(pc.is_in(columns.column("id"), parents)).to_pylist())

    def _between(self, head_id: str, run: Run, statements: Callable[[list[bytes]], None]) -> dict[str, bytes]:
        columns, first, last = run
        head_name, head = self._concept(head_id)
        blocks: list[bytes] = []
        plain: dict[str, set[bytes]] = {}
        for relation, tail_id, paper, confidence in zip(
            *(columns[name][first:last] for name in ("relation", "tail", "paper", "confidence")), strict=True
        ):
            if paper and self.apart:
                continue
            tail_name, tail = self._concept(tail_id)
            plain.setdefault(relation, set()).add(tail)
            if not paper:
                rel, relation_iri = self._relations[relation]
                iri = b"%b%b/%b/%b" % (self._bases["relation"], head_name, rel, tail_name)
                number = self.decimal(confidence).encode()
                blocks.append(self.fills.catalog_relation((iri, head, relation_iri, tail, number, self._name)))
        if blocks:
            statements(blocks)
        found = {}
        for relation, tails in plain.items():
            predicate = self._predicates[relation]
            found[relation] = b"".join(sorted([b"<%b%b<%b>%b" % (head, predicate, tail, self._end) for tail in tails]))
        return found

    def _told(self, concept: Concept, papers: int, replaced: list[bytes], relations: dict[str, bytes], present: set[str]) -> bytes:
        """A concept as `exports.rdf_nodes` tells it."""
        subject, said = self.terms.concept(concept, papers, present)
        before, end = f"{subject} ".encode(), self._end
        lines = {b"%b%b%b" % (before, one.encode(), end) for one in said}
        lines.update(b"%b%b %b%b" % (before, self.terms.term("dcterms:replaces").encode(), other, end) for other in replaced)
        return b"".join(sorted(lines.union(*(told.splitlines(keepends=True) for told in relations.values()))))


def _increasing(values: Sequence[str]) -> bool:
    return len(values) < 2 or all(a < b for a, b in pairwise(values))
