"""The built graph: a folder of Parquet tables with a manifest. What the tables hold is in `kg.schema` and docs/reference/graph.md."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.aside import aside
from kg.assemble import Draft
from kg.batches import Reads as Reads
from kg.catalog import Catalog
from kg.corrections.record import Correction, Outcome, Status, parse
from kg.entries import Entry
from kg.errors import DataError, GraphError, did_you_mean
from kg.manifest import AGAIN, LAYOUTS, MANIFEST, file_digest, is_graph, read_manifest
from kg.model import Concept, ConceptLink, Evidence, Link, Mention, Note, Paper, Reading, Rejected, Relation
from kg.resolve import Conflict, hash_of_id, hashed, keys_hashed
from kg.rows import paper_row, row_catalog, row_concept, row_evidence, row_paper, row_rejected, row_relation
from kg.schema import TABLES, schema
from kg.spool import record_key, unwritable
from kg.tables import ByPaper, Row, Slices, find_rows, read_columns, read_rows, read_tables
from kg.text import fold, slug

if TYPE_CHECKING:
    import networkx as nx
    import pyarrow as pa

    from kg.change import Change, Progress
    from kg.notebook import View
    from kg.shown import Shown

#: Names that are looked up in the tables before all names are read: a command asks for one or two, and reading all takes seconds.
_SEEKS = 20


class Graph:
    """A built graph. In memory it holds its concepts, once they are asked for; rows are streamed from the tables of its folder.

    Open one with `Graph.open`, make one with `kg.build` or `write_graph`.
    """

    def __init__(self, path: Path, manifest: Mapping[str, Any]) -> None:
        self.path = path
        self.manifest = manifest
        self._index: dict[str, Any] = {}
        self._seeks = 0

    @classmethod
    def open(cls, path: Path | str, *, verify: bool = False) -> Graph:
        """The graph in a folder. `verify` reads all tables and compares their checksums.

        Raises:
            GraphError: there is no graph, or it is damaged, or a paperkg of another schema wrote it.
        """
        path = Path(path)
        manifest = read_manifest(path)
        for name, about in manifest["tables"].items():
            file = path / f"{name}.parquet"
            if not file.is_file():
                raise GraphError(f"{path}: damaged, the table {file.name} is missing; {AGAIN}")
            size = file.stat().st_size
            if size != about["bytes"]:
                raise GraphError(f"{path}: damaged, {file.name} has {size} bytes where the manifest says {about['bytes']}; {AGAIN}")
            if verify and file_digest(file) != about["sha256"]:
                raise GraphError(f"{path}: damaged, the checksum of {file.name} is not the manifest's; {AGAIN}")
        return cls(path, manifest)

    # --- rows ---------------------------------------------------------------------------------------------------------

    def rows(self, table: str, columns: list[str] | None = None) -> Iterator[Row]:
        """The rows of a table of `kg.schema.TABLES` in its order, streamed; all columns or some.

        Raises:
            GraphError: no such table or column; or the folder was replaced since this graph was opened.
        """
        self._check(table, columns or ())
        return read_rows(self.path / f"{table}.parquet", columns) if table in self.manifest["tables"] else iter(())

    def _check(self, table: str, columns: Iterable[str]) -> None:
        if table not in TABLES:
            raise GraphError(f"no table {table!r}; {did_you_mean(table, TABLES)}")
        known = [name for name, _, _ in TABLES[table]]
        for column in columns:
            if column not in known:
                raise GraphError(f"the table {table} has no column {column!r}; {did_you_mean(column, known)}")
        if read_manifest(self.path)["tables"] != self.manifest["tables"]:
            raise GraphError(f"{self.path}: the graph was replaced since it was opened; open it again")

    def columns(self, table: str, columns: list[str]) -> pa.Table:
        """Columns of a table as an Arrow table, all of them in memory: for what goes over the whole graph at once.

        Raises:
            GraphError: as `rows` does, and where the file is damaged.
        """
        self._check(table, columns)
        if table not in self.manifest["tables"]:
            return schema(table).empty_table().select(columns)
        return read_columns(self.path / f"{table}.parquet", columns)

    def tables(self, table: str, columns: list[str], size: int = 1024) -> Iterator[pa.Table]:
        """Columns of a table as Arrow tables of `size` rows at most; raises what `rows` does."""
        self._check(table, columns)
        return (rows for rows in read_tables(self.path / f"{table}.parquet", columns, size) if len(rows))

    def slices(self, table: str, by: str, columns: list[str]) -> Slices:
        """The rows of a table sorted by a column, some of its values at a time (`kg.tables.Slices`); raises what `rows` does."""
        self._check(table, [by, *columns])
        return Slices(self.path / f"{table}.parquet", by, columns)

    def papers(self) -> Iterator[Paper]:
        """All papers, sorted by id."""
        return map(row_paper, self.rows("papers"))

    def concepts(self) -> Iterator[Concept]:
        """The concepts that papers are linked to, and the ancestors of those in the catalog, sorted by id."""
        return iter(self._concepts.values())

    def links(self, *, paper: str | None = None, concept: str | None = None) -> Iterator[Link]:
        """One link for each pair of paper and concept, sorted by (paper, concept).

        Args:
            paper: only the links of the paper of this id.
            concept: only the links to the concept of this id.

        Raises:
            GraphError: no such paper or concept; the message names near ids.
        """
        if paper is None and concept is None:
            mentions = ByPaper(self.rows("mentions"))
            for id_, group in groupby(self.rows("links"), key=itemgetter("paper")):
                yield from _links(group, mentions.of(id_))
            return
        self._check("links", ())
        column, value = ("concept", self.concept(concept or "").id) if paper is None else ("paper", self.paper(paper).id)
        rows = find_rows(self.path / "links.parquet", column, value)
        if paper is not None and concept is not None:
            kept = self.concept(concept).id
            rows = [row for row in rows if row["concept"] == kept]
        if rows:
            some = ByPaper(find_rows(self.path / "mentions.parquet", "paper", *{row["paper"] for row in rows}))
            for id_, group in groupby(rows, key=itemgetter("paper")):
                yield from _links(group, some.of(id_))

    def concept_links(self) -> Iterator[ConceptLink]:
        """Relations between concepts, sorted by (head, relation, tail, paper, field, start, end); `paper` is empty where the
        catalog's hierarchy says so."""
        return map(row_relation, self.rows("concept_relations"))

    def rejected(self) -> Iterator[Rejected]:
        """What could not be read of the inputs, or could not be read as a paper."""
        return (row_rejected(r) for r in self.rows("rejected") if r["kind"] == "rejected")

    def notes(self) -> Iterator[Rejected]:
        """What loaders left out on purpose."""
        return (row_rejected(r) for r in self.rows("rejected") if r["kind"] == "note")

    def readings(self) -> Iterator[tuple[Paper, Reading]]:
        """Papers with their readings, as they were before the concepts of the corpus were resolved; sorted by paper id."""
        return ((row_paper(e.paper), e.reading()) for e in self.entries())

    def entries(self) -> Iterator[Entry]:
        """All that is stored of each paper, sorted by id; what `append` and `remove` start from."""
        names = ("records", "findings", "mentions", "statements")
        parts = [ByPaper(self.rows(name)) for name in names]
        uncorrected = ByPaper(self.rows("uncorrected"))
        for row in self.rows("papers"):
            records, findings, mentions, statements = (part.of(row["id"]) for part in parts)
            for as_read in uncorrected.of(row["id"]):
                findings, mentions, statements = (json.loads(as_read[name]) for name in names[1:])
            for record in records:
                del record["paper"]
            for finding in findings:
                finding["resolved"] = ""
            for mention in mentions:
                mention["concept"] = ""
            yield Entry(row, records, findings, mentions, statements)

    # --- one at a time ------------------------------------------------------------------------------------------------

    def paper(self, paper_id: str) -> Paper:
        """The paper of an id.

        Raises:
            GraphError: no such paper; the message names near ids.
        """
        for row in find_rows(self.path / "papers.parquet", "id", paper_id):
            return row_paper(row)
        near = did_you_mean(paper_id, (r["id"] for r in self.rows("papers", ["id"])))
        raise GraphError(f"{self.path}: no paper {paper_id!r}; {near}")

    def has_paper(self, paper_id: str) -> bool:
        """Whether there is a paper of that id."""
        self._check("papers", ())
        return bool(find_rows(self.path / "papers.parquet", "id", paper_id, columns=["id"]))

    def concept(self, concept_id: str) -> Concept:
        """The concept of an id, be it one that the concept had in a graph of fewer papers or with a smaller catalog.

        Raises:
            GraphError: no such concept; the message names near ids.
        """
        found = self._concepts.get(concept_id) or self._concepts.get(self.present_id(concept_id))
        if found is None:
            raise GraphError(f"{self.path}: no concept {concept_id!r}; {did_you_mean(concept_id, self._concepts)}")
        return found

    def other_ids(self) -> dict[str, str]:
        """Ids that concepts have in a graph of fewer papers or with a smaller catalog → the ids they have here, sorted."""
        return dict(self.cached("other ids", lambda: {r["id"]: r["concept"] for r in self.rows("other_ids")}))

    def present_id(self, other: str) -> str:
        """The id here of a concept that had another one, or an empty string."""
        others = self.other_ids()
        if other in others:
            return others[other]
        # an id with a hash stands for one name of the concept, whatever it is called now
        if not (mark := hash_of_id(other)):
            return ""
        base = other[: -len(mark) - 1]
        marks = self.cached("hashes of names", lambda: sorted((hashed(key), key) for key in self._names))
        owners = {owner for key in keys_hashed(marks, mark) for owner in self._names[key]}
        fits = [o for o in sorted(owners) if base in ("concept", o, *map(slug, self._concepts[o].names)) or others.get(base) == o]
        return fits[0] if len(fits) == 1 else ""

    def corrections(self) -> Iterator[Outcome]:
        """The corrections that the graph was made with, and what came of each; sorted by file and line."""
        for r in self.rows("corrections"):
            line = parse(json.loads(r["content"]), r["source"], r["line"])
            yield Outcome(Status(r["status"]), r["reason"], r["hint"], line, r["source"], r["line"])

    def conflicts(self) -> Iterator[Conflict]:
        """What papers do not agree about: abbreviations of several meanings, names that several papers introduce."""
        for r in self.rows("conflicts"):
            yield Conflict(r["name"], r["kind"], tuple(zip(r["concepts"], r["papers"], strict=True)), r["alone"], r["taken"])

    def find(self, name: str) -> list[Concept]:
        """Concepts by id (see `concept`) or by any of their names, in any case, hyphenation and number; those with most papers first."""
        if "names" not in self._index and self._seeks < _SEEKS:
            self._seeks += 1
            self._check("names", ())
            wanted = {row["concept"] for row in find_rows(self.path / "names.parquet", "key", fold(name))} | {name}
            rows = find_rows(self.path / "concepts.parquet", "id", *wanted)
            if rows:
                return [row_concept(r) for r in sorted(rows, key=lambda r: (r["id"] != name, -r["papers"], r["id"]))]
        ids = [*self._names.get(fold(name), ()), *([name] if name in self._concepts else ())]
        ids = ids or [i for i in (self.present_id(name),) if i]
        counts = self._paper_counts
        return [self._concepts[i] for i in sorted(set(ids), key=lambda i: (i != name, -counts[i], i))]

    def paper_counts(self) -> dict[str, int]:
        """Concept id → number of papers linked to it; 0 for concepts that are there as ancestors."""
        return dict(self._paper_counts)

    @property
    def _paper_counts(self) -> dict[str, int]:
        found: dict[str, int] = self.cached("papers", lambda: {r["id"]: r["papers"] for r in self.rows("concepts", ["id", "papers"])})
        return found

    def counts(self) -> dict[str, int]:
        """How many papers, concepts, links, mentions … the graph has; the keys are in docs/reference/graph.md."""
        return dict(self.manifest["counts"])

    def catalog(self) -> Catalog:
        """The catalog that the graph was built with."""
        catalog: Catalog = self.cached("catalog", lambda: Catalog(map(row_catalog, self.rows("catalog"))))
        return catalog

    @property
    def fingerprint(self) -> str:
        """A hash of the content: equal for two graphs exactly where all their tables are."""
        sums = json.dumps(sorted((name, about["sha256"]) for name, about in self.manifest["tables"].items()))
        return hashlib.sha256(f"{self.manifest['schema_version']} {sums}".encode()).hexdigest()

    def cached(self, name: str, make: Callable[[], Any]) -> Any:
        """What `make` gives, made once and kept for as long as this graph shows the same folder; `name` tells it from other such things."""
        if name not in self._index:
            self._index[name] = make()
        return self._index[name]

    @property
    def _concepts(self) -> dict[str, Concept]:
        found: dict[str, Concept] = self.cached("concepts", lambda: {r["id"]: row_concept(r) for r in self.rows("concepts")})
        return found

    @property
    def _names(self) -> dict[str, list[str]]:
        def make() -> dict[str, list[str]]:
            found: dict[str, list[str]] = {}
            for row in self.rows("names", ["key", "concept"]):
                found.setdefault(row["key"], []).append(row["concept"])
            return found

        names: dict[str, list[str]] = self.cached("names", make)
        return names

    # --- changes ------------------------------------------------------------------------------------------------------

    def append(
        self,
        papers: Iterable[Paper | Rejected | Note],
        *,
        reader: Reads | None = None,
        inputs: Iterable[tuple[str, str]] = (),
        workers: int = 1,
        progress: Progress | None = None,
    ) -> Change:
        """Reads papers and adds them; see `kg.change.append`. The folder is replaced, and this graph shows the new one."""
        from kg.change import append

        return append(self, papers, reader=reader, inputs=inputs, workers=workers, progress=progress)

    def remove(
        self,
        papers: Iterable[str | Paper] = (),
        *,
        inputs: Iterable[str] = (),
        reader: Reads | None = None,
        workers: int = 1,
        progress: Progress | None = None,
    ) -> Change:
        """Takes papers, single records of them, or whole inputs out; see `kg.change.remove`. The folder is replaced."""
        from kg.change import remove

        return remove(self, papers, inputs=inputs, reader=reader, workers=workers, progress=progress)

    def correct(self, files: Iterable[Path | str], *, replace: bool = False) -> Change:
        """Applies files of corrections without reading a paper again; see `kg.change.correct`. The folder is replaced."""
        from kg.change import correct

        return correct(self, files, replace=replace)

    def save(self, path: Path | str, *, overwrite: bool = False) -> Graph:
        """Copies the graph to another folder; returns the graph there."""
        path = Path(path)
        if path.resolve() == self.path.resolve():
            return self
        with aside(path, overwrite=overwrite, ours=is_graph) as work:
            layouts = sorted(p.name for p in self.path.glob(LAYOUTS))
            for name in (MANIFEST, *(f"{t}.parquet" for t in self.manifest["tables"]), *layouts):
                shutil.copyfile(self.path / name, work.new / name)
        return Graph.open(path)

    def refresh(self) -> Graph:
        """Looks at the folder again, after something replaced it; returns itself."""
        self.manifest = Graph.open(self.path).manifest
        self._index = {}
        self._seeks = 0
        return self

    # --- other shapes -------------------------------------------------------------------------------------------------

    def to_networkx(self) -> nx.MultiDiGraph[str]:
        """The graph in memory as a networkx MultiDiGraph; see `kg.shapes.to_networkx` for the attributes."""
        from kg.shapes import to_networkx

        return to_networkx(self)

    # --- for notebooks ------------------------------------------------------------------------------------------------

    def show(self, what: Link | ConceptLink | Paper | Concept | str) -> Shown:
        """The sentences behind a link, a paper, a concept or a relation, with the mentions marked; see `kg.shown.show`."""
        from kg.shown import show

        return show(self, what)

    def view(self, *, height: int = 640, **options: Any) -> View:
        """The explorer page in the cell of a notebook, or as HTML; see `kg.notebook.view` for the options."""
        from kg.notebook import view

        return view(self, height=height, **options)

    def _repr_html_(self) -> str:
        from kg.shapes import card

        return card(self)

    def __repr__(self) -> str:
        counts = self.manifest["counts"]
        return f"<Graph {self.path.name!r}: {counts['papers']} papers, {counts['concepts']} concepts, {counts['links']} links>"


def _links(rows: Iterable[Row], mentions: Iterable[Row]) -> Iterator[Link]:
    """The links of one paper, of its rows in the tables links and mentions."""
    found: dict[int, list[Row]] = {}
    for mention in mentions:
        found.setdefault(mention["finding"], []).append(mention)
    for row in rows:
        evidence: dict[Mention, Evidence] = {}
        for one in (row_evidence(m) for n in row["findings"] for m in found.get(n, ())):
            # where findings that came out as one concept share a place, it is one piece of evidence
            evidence.setdefault(one.mention, one)
        told = Relation(row["relation"]), row["confidence"], tuple(evidence.values())
        yield Link(row["paper"], row["concept"], *told, row["variant"], row["correction"])


def open_graph(path: Path | str, *, verify: bool = False) -> Graph:
    """The graph in a folder; `kg.open` is this. See `Graph.open`."""
    return Graph.open(path, verify=verify)


def write_graph(
    folder: Path | str,
    papers_and_readings: Iterable[tuple[Paper, Reading]],
    catalog: Catalog,
    *,
    records: Iterable[tuple[str, Paper]] = (),
    rejected: Iterable[Rejected | Note] = (),
    settings: Mapping[str, Any] | None = None,
    reader: str = "",
    inputs: Iterable[tuple[str, str]] = (),
    corrections: Iterable[Correction] = (),
    overwrite: bool = False,
) -> Graph:
    """Writes a graph of papers that have been read, in any order.

    `records` are pairs of paper id and record, for papers made of several records. `inputs` are pairs of the name of an input
    (what `Paper.source` says) and its SHA-256. `settings` (JSON values) and `reader` (a fingerprint) are kept in the manifest.
    `corrections` are applied, and kept with what came of them (`Graph.corrections`).

    Raises:
        GraphError: the folder is in the way.
        DataError: a reading does not fit its paper or the catalog, or a paper comes twice.
    """
    digests = dict(inputs)
    parts: dict[str, list[Row]] = {}
    for paper_id, record in records:
        parts.setdefault(paper_id, []).append(paper_row(record, digests.get(record.source, "")))
    folder = Path(folder)
    with aside(folder, overwrite=overwrite, ours=is_graph) as work:
        draft = Draft(work, catalog, corrections)
        try:
            for paper, reading in papers_and_readings:
                if wrong := unwritable(paper):
                    raise DataError(f"{paper.id!r}: {wrong}; clean the text first")
                own = sorted(parts.get(paper.id, ()), key=record_key)
                draft.add(Entry.of(paper, reading, digest=digests.get(paper.source, ""), records=own))
            for item in rejected:
                draft.reject(item, digests.get(item.source, ""))
            draft.write(settings or {}, reader)
        finally:
            draft.close()
    return Graph.open(folder)
