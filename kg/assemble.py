"""From the entries of papers to the tables of a graph: resolve, link, count, write in sorted order."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from kg.aside import Aside
from kg.catalog import Catalog
from kg.corrections import Correction, Outcome
from kg.errors import DataError
from kg.manifest import write_manifest
from kg.model import Concept, ConceptLink, ConceptRelation, ConceptType, Note, Rejected, Relation
from kg.resolve import Conflict, Resolution, Resolver
from kg.rows import catalog_row, concept_row, rejected_row, relation_row
from kg.spool import Entry, SortedRows, Spool
from kg.tables import Row, TableWriter, table_writers
from kg.text import fold

_STRENGTH = {relation.value: rank for rank, relation in enumerate(Relation)}
_COUNTED = (
    "papers",
    "records",
    "findings",
    "mentions",
    "statements",
    "links",
    "concepts",
    "names",
    "other_ids",
    "conflicts",
    "corrections",
)
_REJECTED = ("kind", "source", "line", "reason", "found", "hint", "fatal", "digest")


class Draft:
    """The entries of a graph in the making: takes them in any order, writes the tables in one.

    In memory: a place for each paper, the names of the new concepts, and the readings of papers that `corrections` change.
    """

    def __init__(self, work: Aside, catalog: Catalog, corrections: Iterable[Correction] = ()) -> None:
        self._work = work
        self._catalog = catalog
        self._lines = tuple(corrections)
        #: What came of the corrections, once all is written.
        self.outcomes: tuple[Outcome, ...] = ()
        self._resolver = Resolver(catalog)
        self._spool = Spool(work.scratch / "entries")
        self._rejected = SortedRows(work.scratch, "rejected", lambda r: tuple(r[k] for k in _REJECTED), 20_000)
        self._relations = SortedRows(work.scratch, "relations", relation_key)
        self._inputs: Counter[tuple[str, str]] = Counter()
        self._papers: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._spool)

    def __contains__(self, paper: str) -> bool:
        return paper in self._spool

    def add(self, entry: Entry) -> None:
        """Takes a paper in.

        Raises:
            DataError: a second paper of the same id, or a finding whose concept is not in the catalog.
        """
        if entry.id in self._spool:
            raise DataError(f"the paper {entry.id!r} comes twice; make one of its records with kg.merge before writing")
        for row in entry.findings:
            if row["concept"] and row["concept"] not in self._catalog:
                raise DataError(
                    f"{entry.id}: finding {row['finding']} ({row['label']!r}) is about {row['concept']!r}, which is not in the "
                    "catalog; write the graph with the catalog the papers were read with"
                )
        for row in entry.sources:
            self._inputs[row["source"], row["digest"]] += 1
        self._resolver.add(entry.id, entry.found())
        self._spool[entry.id] = entry.dump()

    def reject(self, item: Rejected | Note, digest: str = "") -> None:
        """Takes in what was not taken of an input."""
        self.reject_row(rejected_row(item, digest))

    def reject_row(self, row: Row) -> None:
        """The same, as a row of the table `rejected`."""
        self._inputs[row["source"], row["digest"]] += 0
        self._rejected.add(row)

    def close(self) -> None:
        """Closes the temporary files."""
        self._spool.close()

    def write(self, settings: Mapping[str, Any], reader: str) -> dict[str, Any]:
        """Writes all tables and the manifest into `work.new`; returns the manifest."""
        with table_writers(self._work.new) as tables:
            counts = self._write(tables)
        inputs = [{"name": name, "sha256": digest, "records": count} for (name, digest), count in sorted(self._inputs.items()) if name]
        about = {"settings": dict(settings), "reader": reader, "inputs": inputs, "counts": counts}
        return write_manifest(self._work, tables, about)

    def _write(self, tables: Mapping[str, TableWriter]) -> dict[str, int]:
        resolution, catalog, made = self._resolver.resolve(), self._catalog, None
        if self._lines:
            # every command that opens a graph imports this module, and few correct one
            from kg.corrections.plan import Corrections

            made = Corrections(catalog, self._spool, resolution, self._lines)
            resolution, catalog, self.outcomes = made.resolution, made.catalog, tuple(made.outcomes)
        loops = 0
        kinds: Counter[str] = Counter()
        for key in self._spool:
            entry = Entry.load(self._spool[key])
            reading = made.reading(entry) if made else None
            if reading is not None:
                tables["uncorrected"].write(uncorrected_row(entry))
                entry.take(reading)
            loops += self._write_paper(entry, resolution, tables, kinds)
        for outcome in self.outcomes:
            tables["corrections"].write(correction_row(outcome))
        present = self._present(resolution, catalog)
        write_concepts(tables, present.values(), self._papers)
        for concept in present.values():
            if concept.known:
                for parent in concept.broader:
                    self._relations.add(relation_row(ConceptLink(concept.id, ConceptRelation.KIND_OF, parent, 1.0)))
        for other, owner in resolution.others.items():
            if owner in present and other not in present:
                tables["other_ids"].write({"id": other, "concept": owner})
        for conflict in resolution.conflicts:
            tables["conflicts"].write(conflict_row(conflict))
        for concept in self._catalog.values():
            tables["catalog"].write(catalog_row(concept))
        for row in _unique(self._relations):
            tables["concept_relations"].write(row)
            kinds[row["origin"]] += 1
        for row in self._rejected:
            tables["rejected"].write(row)
            kinds[row["kind"]] += 1
        return counts_of(tables, present.values(), kinds, loops)

    def _write_paper(self, entry: Entry, resolution: Resolution, tables: Mapping[str, TableWriter], kinds: Counter[str]) -> int:
        """The rows of one paper; returns how many of its statements fell away because head and tail are one concept."""
        tables["papers"].write(entry.paper)
        for row in entry.records:
            tables["records"].write({"paper": entry.id, **row})
        named = [resolution.of(row["label"], row["concept"], row["variant"]) for row in entry.findings]
        ids, sizes = [concept for concept, _ in named], [size for _, size in named]
        for row, resolved in zip(entry.findings, ids, strict=True):
            row["resolved"] = resolved
            tables["findings"].write(row)
        for row in entry.mentions:
            row["concept"] = ids[row["finding"]]
            tables["mentions"].write(row)
        for row in links_of(entry, ids, sizes):
            tables["links"].write(row)
            self._papers[row["concept"]] += 1
            kinds["corrected"] += bool(row["correction"])
        loops = 0
        for row in entry.statements:
            tables["statements"].write(row)
            head, tail = row["head_finding"], row["tail_finding"]
            if ids[head] == ids[tail]:
                loops += 1
                continue
            link = ConceptLink(
                ids[head], ConceptRelation(row["relation"]), ids[tail], row["confidence"], entry.id, row["field"], row["start"], row["end"]
            )
            self._relations.add(relation_row(link, head, tail))
        return loops

    def _present(self, resolution: Resolution, catalog: Catalog) -> dict[str, Concept]:
        """The linked concepts and the ancestors of the known ones, sorted by id, with broader ids that exist."""
        found: dict[str, Concept] = {}
        for concept_id in self._papers:
            if concept_id in resolution.concepts:
                found[concept_id] = resolution.concepts[concept_id]
                continue
            for known in (concept_id, *catalog.ancestors(concept_id)):
                concept = catalog[known]
                there = tuple(b for b in concept.broader if b in catalog)
                found[known] = concept if there == concept.broader else replace(concept, broader=there)
        return dict(sorted(found.items()))


def uncorrected_row(entry: Entry) -> Row:
    """The row of a paper as it was read, before corrections."""
    said = {name: json.dumps(getattr(entry, name), ensure_ascii=False) for name in ("findings", "mentions", "statements")}
    return {"paper": entry.id, **said}


def correction_row(outcome: Outcome) -> Row:
    """The row of a correction and what came of it."""
    c = outcome.correction
    assert c is not None  # lines that are none are not kept
    return {
        "source": c.source,
        "line": c.line,
        "correction": c.kind.value,
        "paper": c.paper,
        "concept": c.concept,
        "status": outcome.status.value,
        "reason": outcome.reason,
        "hint": outcome.hint,
        "content": c.content,
    }


def conflict_row(conflict: Conflict) -> Row:
    """The row of a conflict."""
    return {
        "kind": conflict.kind,
        "name": conflict.name,
        "concepts": [owner for owner, _ in conflict.senses],
        "papers": [papers for _, papers in conflict.senses],
        "alone": conflict.alone,
        "taken": conflict.taken,
    }


def links_of(entry: Entry, ids: list[str], variants: list[str]) -> Iterator[Row]:
    """The rows of `links` of one paper, by concept: of the findings that came out as one concept the strongest relation
    counts (the order of `kg.model.Relation`), then the confidence; the link is as sure as the surest of them.

    `ids` and `variants` are those of the findings, in their order.
    """
    together: dict[str, list[Row]] = {}
    for row, concept in zip(entry.findings, ids, strict=True):
        together.setdefault(concept, []).append(row)
    for concept in sorted(together):
        rows = sorted(together[concept], key=lambda r: (_STRENGTH[r["relation"]], -r["confidence"], r["finding"]))
        yield {
            "paper": entry.id,
            "concept": concept,
            "relation": rows[0]["relation"],
            "confidence": max(r["confidence"] for r in rows),
            "variant": ", ".join(dict.fromkeys(variants[r["finding"]] for r in rows if variants[r["finding"]])),
            "findings": [r["finding"] for r in rows],
            "correction": ", ".join(sorted({kind for r in rows if r["correction"] for kind in r["correction"].split(", ")})),
        }


def relation_key(row: Row) -> tuple[Any, ...]:
    """What rows of `concept_relations` are sorted by; the first seven tell apart what is said at different places."""
    place = (row["head"], row["relation"], row["tail"], row["paper"], row["field"], row["start"], row["end"])
    return (*place, -row["confidence"], row["head_finding"], row["tail_finding"])


def _unique(rows: Iterable[Row]) -> Iterator[Row]:
    """Of relations that say the same at one place, the surest."""
    last: tuple[Any, ...] | None = None
    for row in rows:
        place = relation_key(row)[:7]
        if place != last:
            yield row
        last = place


def write_concepts(tables: Mapping[str, TableWriter], concepts: Collection[Concept], papers: Counter[str]) -> None:
    """Writes the tables `concepts` and `names` of concepts sorted by id; `papers` are the numbers of papers linked to them."""
    names = set[tuple[str, str, str, str, str]]()
    for c in concepts:
        tables["concepts"].write(concept_row(c, papers[c.id]))
        origin = "catalog" if c.known else "text"
        for kind, known in (("label", (c.label,)), ("alias", c.aliases), ("acronym", c.acronyms)):
            names.update((fold(name), name, c.id, kind, origin) for name in known)
    for row in sorted(names):
        tables["names"].write(dict(zip(("key", "name", "concept", "kind", "origin"), row, strict=True)))


def counts_of(tables: Mapping[str, TableWriter], concepts: Collection[Concept], kinds: Counter[str], loops: int = 0) -> dict[str, int]:
    """The counts of the manifest, once all tables are written.

    `kinds` has the numbers of relations by their origin (text, catalog), of links that were corrected, and of what was rejected or noted;
    `loops` is how many statements fell away because head and tail are one concept.
    """
    types = Counter(c.type for c in concepts)
    return {
        **{name: tables[name].rows for name in _COUNTED},
        "known_concepts": sum(c.known for c in concepts),
        "new_concepts": sum(not c.known for c in concepts),
        **{f"concepts.{t.value}": types[t] for t in ConceptType},
        "concept_links": tables["concept_relations"].rows,
        "concept_links.text": kinds["text"],
        "concept_links.catalog": kinds["catalog"],
        "self_loops": loops,
        "corrected_links": kinds["corrected"],
        "rejected": kinds["rejected"],
        "notes": kinds["note"],
    }
