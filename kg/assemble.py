"""From the entries of papers to the tables of a graph: resolve, link, count, write in sorted order."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import accumulate, chain, repeat
from typing import TYPE_CHECKING, Any

from kg.aside import Aside
from kg.batched import batched
from kg.catalog import Catalog
from kg.corrections import Correction, Outcome
from kg.entries import Entries, Entry, Run
from kg.errors import DataError
from kg.manifest import write_manifest
from kg.model import Concept, ConceptLink, ConceptRelation, ConceptType, Note, Rejected, Relation
from kg.resolve import Conflict, Resolution, Resolver
from kg.rows import catalog_columns, concept_columns, rejected_row, relation_row
from kg.spool import SortedRows
from kg.tables import Row, TableWriter, batch_of_columns, table_writers
from kg.text import fold

if TYPE_CHECKING:
    import pyarrow as pa

    from kg.corrections.plan import Corrections

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
#: What of findings is looked at for links.
_OF_LINKS = ("label", "concept", "variant", "relation", "confidence", "correction")
_REJECTED = ("kind", "source", "line", "reason", "found", "hint", "fatal", "digest")
#: Concepts whose columns are in memory together.
_AT_ONCE = 5_000


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
        self._entries = Entries(work.scratch / "entries")
        self._rejected = SortedRows(work.scratch, "rejected", lambda r: tuple(r[k] for k in _REJECTED), 20_000)
        self._relations = SortedRows(work.scratch, "relations", relation_key)
        self._inputs: Counter[tuple[str, str]] = Counter()
        self._papers: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, paper: str) -> bool:
        return paper in self._entries

    def add(self, entry: Entry) -> None:
        """Takes a paper in.

        Raises:
            DataError: a second paper of the same id, or a finding whose concept is not in the catalog.
        """
        if entry.id in self._entries:
            raise DataError(f"the paper {entry.id!r} comes twice; make one of its records with kg.merge before writing")
        found = entry.found()
        for number, finding in enumerate(found):
            if finding.concept and finding.concept not in self._catalog:
                raise DataError(
                    f"{entry.id}: finding {number} ({finding.label!r}) is about {finding.concept!r}, which is not in the "
                    "catalog; write the graph with the catalog the papers were read with"
                )
        for row in entry.sources:
            self._inputs[row["source"], row["digest"]] += 1
        self._resolver.add(entry.id, found)
        self._entries.add(entry)

    def reject(self, item: Rejected | Note, digest: str = "") -> None:
        """Takes in what was not taken of an input."""
        self.reject_row(rejected_row(item, digest))

    def reject_row(self, row: Row) -> None:
        """The same, as a row of the table `rejected`."""
        self._inputs[row["source"], row["digest"]] += 0
        self._rejected.add(row)

    def close(self) -> None:
        """Closes the temporary files."""
        self._entries.close()

    def write(self, settings: Mapping[str, Any], reader: str) -> dict[str, Any]:
        """Writes all tables and the manifest into `work.new`; returns the manifest."""
        with table_writers(self._work.new) as tables:
            counts = self._write(tables)
        inputs = [{"name": name, "sha256": digest, "records": count} for (name, digest), count in sorted(self._inputs.items()) if name]
        about = {"settings": dict(settings), "reader": reader, "inputs": inputs, "counts": counts}
        return write_manifest(self._work, tables, about)

    def _write(self, tables: Mapping[str, TableWriter]) -> dict[str, int]:
        resolution, catalog = self._resolver.resolve(), self._catalog
        made: Corrections | None = None
        if self._lines:
            # every command that opens a graph imports this module, and few correct one
            from kg.corrections import plan

            made = plan.Corrections(catalog, self._entries, resolution, self._lines)
            resolution, catalog, self.outcomes = made.resolution, made.catalog, tuple(made.outcomes)
        loops = 0
        kinds: Counter[str] = Counter()
        for run in self._entries.runs():
            if made is not None:
                run = _corrected(run, made, tables["uncorrected"])
            loops += self._write_run(run, resolution, tables, kinds)
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
        write_catalog(tables, self._catalog.values())
        for row in _unique(self._relations):
            tables["concept_relations"].write(row)
            kinds[row["origin"]] += 1
        for row in self._rejected:
            tables["rejected"].write(row)
            kinds[row["kind"]] += 1
        return counts_of(tables, present.values(), kinds, loops)

    def _write_run(self, run: Run, resolution: Resolution, tables: Mapping[str, TableWriter], kinds: Counter[str]) -> int:
        """The rows of some papers; returns how many of their statements fell away because head and tail are one concept."""
        said = {name: run.tables["findings"].column(name).to_pylist() for name in _OF_LINKS}
        named = list(map(resolution.of, said["label"], said["concept"], said["variant"]))
        ids, said["variant"] = [concept for concept, _ in named], [size for _, size in named]
        counts = run.counts["findings"]
        first = [end - count for end, count in zip(accumulate(counts), counts, strict=True)]  # of the findings of each paper
        numbers = run.tables["mentions"].column("finding").to_pylist()
        about = [ids[begin + n] for begin, n in zip(_each(first, run.counts["mentions"]), numbers, strict=True)]
        run.tables["findings"] = _with(run.tables["findings"], "resolved", ids)
        run.tables["mentions"] = _with(run.tables["mentions"], "concept", about)
        for name, table in run.tables.items():
            tables[name].append(table)
        papers = run.tables["papers"].column("id").to_pylist()
        linked: list[tuple[Any, ...]] = []
        for paper, begin, count in zip(papers, first, counts, strict=True):
            linked += links_of(paper, ids[begin : begin + count], *(said[name][begin : begin + count] for name in _OF_LINKS[2:]))
        for link in linked:
            tables["links"].put(link)
        self._papers.update([link[1] for link in linked])
        kinds["corrected"] += sum(bool(link[-1]) for link in linked)
        loops = 0
        statements = run.tables["statements"].to_pylist()
        for begin, row in zip(_each(first, run.counts["statements"]), statements, strict=True):
            head, tail = row["head_finding"], row["tail_finding"]
            if ids[begin + head] == ids[begin + tail]:
                loops += 1
                continue
            relation = ConceptRelation(row["relation"])
            place = row["paper"], row["field"], row["start"], row["end"]
            stated = ConceptLink(ids[begin + head], relation, ids[begin + tail], row["confidence"], *place)
            self._relations.add(relation_row(stated, head, tail))
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


def links_of(
    paper: str, ids: list[str], variants: list[str], relations: list[str], confidences: list[float], corrections: list[str]
) -> Iterator[tuple[Any, ...]]:
    """The rows of `links` of one paper, by concept, in the order of their columns: of the findings that came out as one concept the
    strongest relation counts (the order of `kg.model.Relation`), then the confidence; the link is as sure as the surest of them.

    Args:
        paper: its id.
        ids: of each of its findings the concept; the other lists have its size or release, relation, confidence and corrections.
    """
    together: dict[str, list[int]] = {}
    for number, concept in enumerate(ids):
        together.setdefault(concept, []).append(number)
    for concept in sorted(together):
        numbers = together[concept]
        if len(numbers) > 1:
            numbers.sort(key=lambda n: (_STRENGTH[relations[n]], -confidences[n], n))
        yield (
            paper,
            concept,
            relations[numbers[0]],
            max(confidences[n] for n in numbers),
            ", ".join(dict.fromkeys(variants[n] for n in numbers if variants[n])),
            numbers,
            ", ".join(sorted({kind for n in numbers if corrections[n] for kind in corrections[n].split(", ")})),
        )


def _corrected(run: Run, made: Corrections, uncorrected: TableWriter) -> Run:
    """The entries as they are corrected; as they were read, those that this changes go to the table for them."""
    entries, changed = run.entries(), False
    for entry in entries:
        reading = made.reading(entry)
        if reading is not None:
            uncorrected.write(uncorrected_row(entry))
            entry.take(reading)
            changed = True
    return Run.of(entries) if changed else run


def _each(values: Iterable[int], times: Iterable[int]) -> Iterator[int]:
    """Each value some times."""
    return chain.from_iterable(map(repeat, values, times))


def _with(rows: pa.RecordBatch, name: str, values: list[str]) -> pa.RecordBatch:
    """The rows with other texts in one column."""
    import pyarrow as pa

    columns = [pa.array(values, f.type) if f.name == name else rows.column(n) for n, f in enumerate(rows.schema)]
    return pa.RecordBatch.from_arrays(columns, schema=rows.schema)


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
    for some in batched(concepts, _AT_ONCE):
        tables["concepts"].append(batch_of_columns("concepts", concept_columns(some, papers)))
    for c in concepts:
        origin = "catalog" if c.known else "text"
        for kind, known in (("label", (c.label,)), ("alias", c.aliases), ("acronym", c.acronyms)):
            names.update((fold(name), name, c.id, kind, origin) for name in known)
    for row in sorted(names):
        tables["names"].put(row)


def write_catalog(tables: Mapping[str, TableWriter], concepts: Iterable[Concept]) -> None:
    """Writes the table `catalog`."""
    for some in batched(concepts, _AT_ONCE):
        tables["catalog"].append(batch_of_columns("catalog", catalog_columns(some)))


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
