"""The lines of concepts, as bytes: see `exports.rdf_bytes`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from exports.rdf_words import Runs, Words
from exports.triples import literal
from kg.model import ConceptRelation
from kg.rows import row_concept
from kg.schema import TABLES

if TYPE_CHECKING:
    from kg.tables import Row, Run
    from ontology.terms import Term

__all__ = ["Concepts"]

_RELATIONS = [relation.value for relation in ConceptRelation]


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
        relations = Runs(self.graph.runs("concept_relations", "head", ["relation", "tail", "paper", "confidence"]))
        present = self._parents()
        names = [name for name, _, _ in TABLES["concepts"]]
        for batch in self.graph.batches("concepts", names):
            for values in zip(*(batch[name] for name in names), strict=True):
                row = dict(zip(names, values, strict=True))
                said = relations.of(row["id"])
                between = self._between(row["id"], said, statements) if said else {}
                yield self._concept_node(row, sorted(replaced.get(row["id"], ())), between, present)

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
                number = self._numbers.get(confidence) or self._number(confidence)
                blocks.append(self.fills.catalog_relation((iri, head, relation_iri, tail, number, self._name)))
        if blocks:
            statements(blocks)
        found = {}
        for relation, tails in plain.items():
            predicate = self._predicates[relation]
            found[relation] = b"".join(sorted([b"<%b%b<%b>%b" % (head, predicate, tail, self._end) for tail in tails]))
        return found

    def _concept_node(self, row: Row, replaced: list[bytes], relations: dict[str, bytes], present: set[str]) -> bytes:
        id_, label, aliases, acronyms = row["id"], row["label"], row["aliases"], row["acronyms"]
        _, own = self._concept(id_)
        plainly_listed = _increasing(aliases) and _increasing(acronyms) and label not in aliases and label not in acronyms
        if (
            row["also"]
            or row["flags"]
            or row["identifiers"]
            or row["broader"]
            or not plainly_listed
            or not set(aliases).isdisjoint(acronyms)
        ):
            return self._odd_concept(row, replaced, relations, present)
        end, predicates = self._end, self._predicates

        def say(predicate: Term, *objects: bytes) -> bytes:
            before = predicates[predicate]
            return b"".join([b"<%b%b%b%b" % (own, before, one, end) for one in objects])

        short = [literal(name, "en").encode() for name in acronyms]
        name = literal(id_)[1:-1].encode()
        values = (
            own,
            name,
            literal(label)[1:-1].encode(),
            b'"true"' if row["known"] else b'"false"',
            b"%d" % row["papers"],
            say("dcterms:identifier", b'"%b"' % name),
            say("skos:altLabel", *sorted([*short, *(literal(name, "en").encode() for name in aliases)])) if aliases or short else b"",
            say("acronym", *sorted(short)) if short else b"",
            b"",
            b"",
            say("origin", b'"%b"' % self._literal(row["source"])) if row["source"] else b"",
            b"",
            b"",
            b"",
            say("dcterms:replaces", *replaced) if replaced else b"",
            *[relations.get(relation, b"") for relation in _RELATIONS],
            self._name,
        )
        return self.fills.concept[row["type"]](values)

    def _odd_concept(self, row: Row, replaced: list[bytes], relations: dict[str, bytes], present: set[str]) -> bytes:
        """A concept as `exports.rdf_nodes` tells it: one with identifiers, parents, or lists that triples alone do not give back."""
        subject, said = self.terms.concept(row_concept(row), row["papers"], present)
        before, end = f"{subject} ".encode(), self._end
        lines = {b"%b%b%b" % (before, one.encode(), end) for one in said}
        lines.update(b"%b%b %b%b" % (before, self.terms.term("dcterms:replaces").encode(), other, end) for other in replaced)
        return b"".join(sorted(lines.union(*(told.splitlines(keepends=True) for told in relations.values()))))


def _increasing(values: Sequence[str]) -> bool:
    return len(values) < 2 or all(a < b for a, b in pairwise(values))
