"""The lines of concepts, from columns: see `exports.rdf_bytes`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from exports.lines import Column, Filler, Ints, Numbers, Ranges, Tasks, Texts
from exports.rdf_columns import RELATIONS, Kind, column_of, flattened, positions, unless_empty
from exports.rdf_nodes import mappings
from exports.rdf_words import Words
from exports.text_columns import segments
from exports.unordered import in_order, sorted_concept_lists
from kg.model import Concept, ConceptType
from kg.schema import TABLES

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Concepts"]

#: Concepts that are told at once.
_AT_ONCE = 4096
_TYPES = [kind.value for kind in ConceptType]


class Concepts(Words):
    """Tells concepts."""

    def concepts(self, statements: Callable[[Kind], None]) -> Iterator[Kind]:
        """Concepts, sorted by id, some thousand at a time, with the plain triples of relations between concepts: all of them, or those
        of the catalog where papers are told `apart`.

        What the catalog's relations say as statements goes to `statements`, in the order of their heads.
        """
        import pyarrow as pa

        others = self.graph.columns("other_ids", ["id", "concept"])
        relations = self.graph.slices("concept_relations", "head", ["relation", "tail", "paper", "confidence"])
        parents = self._parents()
        present = set(parents.to_pylist())
        self._catalog_iri = Filler([[self.fills.iris["catalog"]]])
        for batch in self.graph.tables("concepts", [name for name, _, _ in TABLES["concepts"]], _AT_ONCE):
            ids = column_of(batch, "id")
            names = segments(ids)
            said = relations.of(ids.to_pylist())
            tails = column_of(said, "tail").dictionary_encode()
            tail_names = segments(tails.dictionary)
            at, relation = said.column("at").to_numpy().astype(np.int64), positions(column_of(said, "relation"), RELATIONS)
            tail = tails.indices.to_numpy().astype(np.int64)
            of_catalog = np.flatnonzero(column_of(said, "paper").to_numpy(zero_copy_only=False) == "")
            if len(of_catalog):
                own = (at[of_catalog], relation[of_catalog], tail[of_catalog])
                statements(self._statements(names, tail_names, *own, said.column("confidence").to_numpy()[of_catalog]))
            if self.apart:
                at, relation, tail = at[of_catalog], relation[of_catalog], tail[of_catalog]
            columns = self._columns(batch, names, others, parents, present)
            columns |= self._between(len(ids), tail_names, at, relation, tail)
            which = positions(column_of(batch, "type"), _TYPES).astype(np.int32)
            columns["iri"] = Texts(pa.array([f"{self.iris.base}concept/{name}" for name in names.to_pylist()], pa.large_string()))
            yield Kind(columns, Tasks.of(np.arange(len(ids)), which), np.arange(len(ids) + 1))

    def _parents(self) -> pa.Array:
        """Those concepts of the graph that another one names as broader."""
        import pyarrow.compute as pc

        columns = self.graph.columns("concepts", ["id", "broader"])
        parents = pc.unique(pc.list_flatten(columns.column("broader")))
        return columns.column("id").filter(pc.is_in(columns.column("id"), parents)).combine_chunks()

    def _statements(self, names: pa.Array, tails: pa.Array, at: Ints, relation: Ints, tail: Ints, confidence: Any) -> Kind:
        """What relations of the catalog say."""
        import pyarrow as pa

        columns: dict[str, Column] = {"head": Texts(names, at), "tail": Texts(tails, tail)}
        columns["relation"] = Texts(pa.array(RELATIONS, pa.large_string()), relation)
        iris = self._catalog_iri.texts(columns, len(at))
        columns["relation"] = Texts(pa.array([self.iris.term(name) for name in RELATIONS], pa.large_string()), relation)
        columns |= {"iri": Texts(iris), "confidence": self.decimals(confidence)}
        return Kind(columns, Tasks.of(np.arange(len(at))), np.arange(len(at) + 1))

    @staticmethod
    def _between(number: int, tails: pa.Array, at: Ints, relation: Ints, tail: Ints) -> dict[str, Column]:
        """The plain triples of relations, a list for each."""
        rows = np.unique(np.stack([relation, at, tail]), axis=1)
        keys = rows[0] * number + rows[1]
        own = Texts(tails, np.ascontiguousarray(rows[2]))
        found: dict[str, Column] = dict.fromkeys(RELATIONS, own)
        for n, name in enumerate(RELATIONS):
            wanted = n * number + np.arange(number)
            found[f"to {name}"] = Ranges(np.searchsorted(keys, wanted, "left"), np.searchsorted(keys, wanted, "right"))
        return found

    @staticmethod
    def _columns(batch: pa.Table, names: pa.Array, others: pa.Table, parents: pa.Array, present: set[str]) -> dict[str, Column]:
        """All but relations."""
        import pyarrow as pa
        import pyarrow.compute as pc

        ids, label, number = column_of(batch, "id"), column_of(batch, "label"), len(batch)
        known = column_of(batch, "known").to_numpy(zero_copy_only=False)
        columns: dict[str, Column] = {
            "id": Texts(ids, None, True),
            "label": Texts(label, None, True),
            "known": Texts(pa.array(["false", "true"], pa.large_string()), known.astype(np.int64)),
            "papers": Numbers(batch.column("papers").to_numpy().astype(np.int64)),
            "source": unless_empty(column_of(batch, "source")),
        }
        flat = {name: flattened(column_of(batch, name))[:2] for name in ("aliases", "acronyms", "broader", "also", "flags")}
        columns |= _listed("acronyms", "acronym", *flat["acronyms"], number, True)
        columns |= _listed("flags", "flag", *flat["flags"], number, True)
        columns |= _listed("types", "also", *flat["also"], number)
        # SKOS: what is the preferred label is no alternative one
        texts = pa.concat_arrays([flat["aliases"][0], flat["acronyms"][0]])
        row = np.concatenate([flat["aliases"][1], flat["acronyms"][1]])
        beyond = pc.not_equal(texts, label.take(pa.array(row))).to_numpy(zero_copy_only=False)
        columns |= _listed("aliases", "alias", texts.filter(pa.array(beyond)), row[beyond], number, True)
        # the taxonomy only; what a text calls a kind of something is kindOf
        texts, row = flat["broader"]
        there = known[row] & pc.is_in(texts, parents).to_numpy(zero_copy_only=False)
        columns |= _listed("parents", "broader", segments(texts.filter(pa.array(there))), row[there], number)
        owners = pc.index_in(others.column("concept").combine_chunks(), value_set=ids)
        mine = owners.is_valid()
        replaced = owners.filter(mine).to_numpy().astype(np.int64)
        columns |= _listed("replaced", "other", segments(others.column("id").combine_chunks().filter(mine)), replaced, number)
        return columns | _odd(batch, present)


def _odd(batch: pa.Table, present: set[str]) -> dict[str, Column]:
    """Identifiers, and those lists that triples alone do not give back."""
    import pyarrow as pa
    import pyarrow.compute as pc

    names = ("aliases", "acronyms", "broader", "identifiers", "also")
    some = sum(pc.list_value_length(column_of(batch, name)).to_numpy().astype(np.int64) for name in names)
    rows = np.flatnonzero(some)
    listed = batch.select(["id", "label", "known", *names]).take(pa.array(rows)).to_pydict()
    matches: list[tuple[int, str]] = []
    others: list[tuple[int, str]] = []
    kept = [""] * len(batch)
    for n, id_, label, known, *lists in zip(rows.tolist(), *listed.values(), strict=True):
        aliases, acronyms, broader, identifiers, also = lists
        elsewhere, rest = mappings(Concept(id_, ConceptType.TASK, label, identifiers=tuple(identifiers))) if identifiers else ([], [])
        matches += [(n, iri) for iri in elsewhere]
        others += [(n, identifier) for identifier in rest]
        whole = not broader or (known and _increasing(broader) and present.issuperset(broader))
        if whole and not identifiers and not also and _plainly(label, aliases, acronyms):
            continue
        beyond = [name for name in dict.fromkeys((*aliases, *acronyms)) if name != label]
        told = [b for b in broader if b in present] if known else []
        back = sorted_concept_lists(id_, beyond, acronyms, told, also, elsewhere, rest)
        kept[n] = in_order(dict(zip(names, lists, strict=True)), back)
    number = len(batch)
    columns = _listed("matches", "match", *_paired(matches), number)
    texts, row = _paired(others)
    ids = column_of(batch, "id").cast(pa.large_string())
    columns |= _listed("identifiers", "identifier", pa.concat_arrays([ids, texts]), np.concatenate([np.arange(number), row]), number, True)
    return columns | {"order": unless_empty(pa.array(kept, pa.large_string()))}


def _plainly(label: str, aliases: Sequence[str], acronyms: Sequence[str]) -> bool:
    """Whether other names come back as they are from triples."""
    if not aliases and not acronyms:
        return True
    listed = _increasing(aliases) and _increasing(acronyms) and label not in aliases and label not in acronyms
    return listed and set(aliases).isdisjoint(acronyms)


def _paired(pairs: Sequence[tuple[int, str]]) -> tuple[pa.Array, Ints]:
    import pyarrow as pa

    return pa.array([text for _, text in pairs], pa.large_string()), np.array([row for row, _ in pairs], np.int64)


def _listed(name: str, inner: str, texts: pa.Array, row: Ints, number: int, literal: bool = False) -> dict[str, Column]:
    """Texts of rows as a list of each row."""
    counts = np.bincount(row, minlength=number)
    ends = np.cumsum(counts)
    return {name: Ranges(ends - counts, ends), inner: Texts(texts, np.argsort(row, kind="stable"), literal)}


def _increasing(values: Sequence[str]) -> bool:
    return len(values) < 2 or all(a < b for a, b in pairwise(values))
