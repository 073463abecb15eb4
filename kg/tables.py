"""The tables of a graph folder: their columns, and records to rows and back.

`SCHEMA_VERSION` grows when a table is added, or a column is removed or changes its meaning; `kg.graph` refuses folders of another
version.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import GraphError
from kg.model import (
    Concept,
    ConceptLink,
    ConceptRelation,
    ConceptType,
    Evidence,
    Finding,
    Mention,
    Note,
    Paper,
    Rejected,
    Relation,
    Statement,
)

if TYPE_CHECKING:
    import pyarrow as pa

SCHEMA_VERSION = 2
Row = dict[str, Any]

#: What a row of each table is, and how the rows are sorted.
MEANINGS: dict[str, tuple[str, tuple[str, ...]]] = {
    "papers": ("a paper", ("id",)),
    "records": ("a record of an input that became part of a paper of several records", ("paper", "id", "source", "line")),
    "findings": ("what a paper says of one thing it names, before the corpus is resolved", ("paper", "finding")),
    "mentions": ("a place in a paper's text that names a concept", ("paper", "finding", "rank")),
    "statements": ("a relation between two findings of one paper, before the corpus is resolved", ("paper", "statement")),
    "links": ("paper → concept, one row for each pair", ("paper", "concept")),
    "concepts": ("a concept that papers are linked to, or an ancestor of one in the catalog", ("id",)),
    "catalog": ("a concept of the catalog the graph was built with, so that papers can be added and removed", ("id",)),
    "names": ("a name of a concept of this graph", ("key", "name", "concept", "kind")),
    "other_ids": ("a further id of a concept, which it has in a graph of fewer papers or with a smaller catalog", ("id",)),
    "conflicts": ("a name that papers use for several things", ("kind", "name")),
    "concept_relations": ("concept → concept", ("head", "relation", "tail", "paper", "field", "start", "end")),
    "rejected": ("what of an input was not taken", ("kind", "source", "line", "reason", "found", "hint", "digest")),
}

#: What `Graph.counts` gives.
COUNTS: dict[str, str] = {
    "papers": "papers",
    "records": "records of papers that are made of several",
    "findings": "things that papers name, before the corpus is resolved",
    "mentions": "places in texts that name a concept",
    "statements": "relations read in texts, before the corpus is resolved",
    "links": "pairs of a paper and a concept",
    "concepts": "concepts, ancestors included",
    "names": "names of those concepts",
    "other_ids": "further ids of those concepts, by which they can be found",
    "conflicts": "names that papers use for several things",
    "known_concepts": "concepts of the catalog among them",
    "new_concepts": "concepts that the catalog does not have",
    "concepts.Task": "concepts of this type",
    "concepts.Dataset": "concepts of this type",
    "concepts.Architecture": "concepts of this type",
    "concepts.Method": "concepts of this type",
    "concepts.Metric": "concepts of this type",
    "concept_links": "rows of concept_relations",
    "concept_links.text": "of these, those read in texts",
    "concept_links.catalog": "of these, those of the catalog's hierarchy",
    "self_loops": "statements left out because head and tail came out as one concept",
    "rejected": "records and inputs that were not taken",
    "notes": "what loaders left out on purpose",
}

# what a paper and a record that became part of one have in common
_OF_RECORD = (
    ("title", "string", "cleaned title"),
    ("abstract", "string", "cleaned abstract, may be empty"),
    ("authors", "list<string>", "names in order"),
    ("year", "int32", "year of publication, or null"),
    ("venue", "string", "journal, conference or volume, or null"),
    ("urls", "list<string>", "web addresses"),
    ("doi", "string", "DOI in lower case, or null"),
    ("arxiv", "string", "arXiv id without version, or null"),
    ("source", "string", "file name of the input"),
    ("line", "int32", "1-based line in it, 0 where lines mean nothing"),
    ("digest", "string", "SHA-256 of that input, empty where it is not known"),
)

#: Columns of every table as (name, type, meaning). `docs/reference/graph.md` is written from this.
TABLES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "papers": (
        ("id", "string", "identifier of the source, or made from the title"),
        *_OF_RECORD,
    ),
    "records": (
        ("paper", "string", "the paper that this record became part of"),
        ("id", "string", "the record's own id"),
        *_OF_RECORD,
    ),
    "findings": (
        ("paper", "string", "id of the paper"),
        ("finding", "int32", "number of the finding in its paper, from 0"),
        ("resolved", "string", "id of the concept in this graph"),
        ("concept", "string", "id in the catalog, empty for a new concept"),
        ("label", "string", "name as this paper gives it, in canonical form"),
        ("aliases", "list<string>", "other names this paper gives"),
        ("acronyms", "list<string>", "acronyms this paper gives"),
        ("type", "string", "type read in this paper"),
        ("type_scores", "list<double>", "probability of each type, in the order Task, Dataset, Architecture, Method, Metric"),
        ("relation", "string", "how the paper stands to it"),
        ("confidence", "double", "0 to 1"),
        ("variant", "string", "size or version beyond the concept's name"),
        ("candidate_ids", "list<string>", "concepts considered, best first"),
        ("candidate_scores", "list<double>", "their scores"),
        ("candidate_reasons", "list<string>", "their comparisons in words"),
    ),
    "mentions": (
        ("paper", "string", "id of the paper"),
        ("finding", "int32", "number of the finding in its paper"),
        ("rank", "int32", "0 for the mention that decided the relation"),
        ("concept", "string", "id of the concept in this graph"),
        ("field", "string", "title or abstract"),
        ("start", "int32", "offset in the field, code points"),
        ("end", "int32", "end offset, exclusive"),
        ("text", "string", "exactly what stands there"),
        ("sentence_start", "int32", "offset of the sentence"),
        ("sentence_end", "int32", "its end, exclusive"),
        ("cue", "string", "the word by which the relation was read, may be empty"),
    ),
    "statements": (
        ("paper", "string", "id of the paper"),
        ("statement", "int32", "number of the statement in its paper, from 0"),
        ("head_finding", "int32", "number of the finding that is the head"),
        ("relation", "string", "kindOf, basedOn, partOf, usedFor, evaluatedOn, trainedOn, measuredBy or comparedWith"),
        ("tail_finding", "int32", "number of the finding that is the tail"),
        ("confidence", "double", "0 to 1"),
        ("field", "string", "title or abstract"),
        ("start", "int32", "offset of the clause in the field"),
        ("end", "int32", "its end, exclusive"),
    ),
    "links": (
        ("paper", "string", "id of the paper"),
        ("concept", "string", "id of the concept"),
        ("relation", "string", "proposes, uses, evaluatesOn, addresses, comparesWith, measures or mentions"),
        ("confidence", "double", "0 to 1"),
        ("variant", "string", "size or version beyond the concept's name"),
        ("findings", "list<int32>", "numbers of the findings the link was made of, the decisive one first"),
    ),
    "concepts": (
        ("id", "string", "stable id; also the end of its IRI"),
        ("type", "string", "Task, Dataset, Architecture, Method or Metric"),
        ("label", "string", "canonical name"),
        ("aliases", "list<string>", "other names"),
        ("acronyms", "list<string>", "acronyms"),
        ("broader", "list<string>", "ids of the concepts it is a kind of"),
        ("identifiers", "list<string>", "identifiers elsewhere, as prefix:local"),
        ("also", "list<string>", "other acceptable types"),
        ("flags", "list<string>", "flags of the catalog"),
        ("source", "string", "where the concept comes from; 'text' for a new one"),
        ("known", "bool", "whether the catalog has it"),
        ("papers", "int32", "number of papers linked to it"),
    ),
    "catalog": (
        ("id", "string", "id of a concept of the catalog the graph was built with"),
        ("type", "string", "Task, Dataset, Architecture, Method or Metric"),
        ("label", "string", "canonical name"),
        ("aliases", "list<string>", "other names"),
        ("acronyms", "list<string>", "acronyms"),
        ("broader", "list<string>", "ids of the concepts it is a kind of"),
        ("identifiers", "list<string>", "identifiers elsewhere, as prefix:local"),
        ("also", "list<string>", "other acceptable types"),
        ("flags", "list<string>", "flags of the catalog"),
        ("source", "string", "where the concept comes from"),
    ),
    "names": (
        ("key", "string", "folded name"),
        ("name", "string", "the name"),
        ("concept", "string", "id of the concept"),
        ("kind", "string", "label, alias or acronym"),
        ("origin", "string", "catalog or text"),
    ),
    "other_ids": (
        ("id", "string", "an id that no concept of this graph has"),
        ("concept", "string", "id of the concept that it stands for"),
    ),
    "conflicts": (
        ("kind", "string", "abbreviation (several long forms), catalog (several known concepts) or name (several papers introduce it)"),
        ("name", "string", "the folded name"),
        ("concepts", "list<string>", "ids of the concepts that papers mean by it, the most frequent first"),
        ("papers", "list<int32>", "how many papers say so of each"),
        ("alone", "int32", "papers that use an abbreviation without saying which they mean"),
        ("taken", "string", "id of the concept that those were taken to mean, empty where they stay apart"),
    ),
    "concept_relations": (
        ("head", "string", "id of a concept"),
        ("relation", "string", "kindOf, basedOn, partOf, usedFor, evaluatedOn, trainedOn, measuredBy or comparedWith"),
        ("tail", "string", "id of a concept"),
        ("origin", "string", "text, or catalog for its hierarchy"),
        ("paper", "string", "the paper that says so, empty for the catalog"),
        ("confidence", "double", "0 to 1"),
        ("field", "string", "title or abstract, empty for the catalog"),
        ("start", "int32", "offset of the evidence in the field"),
        ("end", "int32", "its end, exclusive"),
        ("head_finding", "int32", "number of the finding, -1 for the catalog"),
        ("tail_finding", "int32", "number of the finding, -1 for the catalog"),
    ),
    "rejected": (
        ("kind", "string", "rejected (bad input) or note (left out on purpose)"),
        ("source", "string", "file name of the input"),
        ("line", "int32", "1-based line, 0 where unknown"),
        ("reason", "string", "why"),
        ("found", "string", "the beginning of what stood there"),
        ("hint", "string", "what to do about it"),
        ("fatal", "bool", "whether the rest of that input could not be read"),
        ("digest", "string", "SHA-256 of that input, empty where it is not known"),
    ),
}  # fmt: skip


@cache
def schema(table: str) -> pa.Schema:
    """The Arrow schema of a table."""
    import pyarrow as pa

    types = {
        "string": pa.string(),
        "int32": pa.int32(),
        "double": pa.float64(),
        "bool": pa.bool_(),
        "list<string>": pa.list_(pa.string()),
        "list<int32>": pa.list_(pa.int32()),
        "list<double>": pa.list_(pa.float64()),
    }
    return pa.schema([pa.field(name, types[kind], nullable=True) for name, kind, _ in TABLES[table]])


class TableWriter:
    """Writes rows to one Parquet file, a row group at a time, so that memory stays flat."""

    def __init__(self, folder: Path, table: str, group_size: int = 5_000) -> None:
        import pyarrow.parquet as pq

        self.table = table
        self.rows = 0
        self._schema = schema(table)
        self._size = group_size
        self._values = itemgetter(*self._schema.names)
        self._buffer: list[tuple[Any, ...]] = []
        # no dictionary of writers' versions or times: equal rows give equal bytes
        self._writer = pq.ParquetWriter(
            folder / f"{table}.parquet", self._schema, compression="zstd", version="2.6", write_statistics=True, store_schema=False,
            write_page_checksum=True,
        )  # fmt: skip

    def write(self, row: Row) -> None:
        # not the row itself: to go through thousands of rows once more for each column costs more than all else here
        self._buffer.append(self._values(row))
        self.rows += 1
        if len(self._buffer) >= self._size:
            self.flush()

    def flush(self) -> None:
        import pyarrow as pa

        if self._buffer:
            columns = [pa.array(values, f.type) for f, values in zip(self._schema, zip(*self._buffer, strict=True), strict=True)]
            self._writer.write_table(pa.Table.from_arrays(columns, schema=self._schema))
            self._buffer.clear()

    def close(self) -> None:
        self.flush()
        self._writer.close()


class ByPaper:
    """Rows that are sorted by paper, those of one paper after the other; papers must be asked for in sorted order."""

    #: The paper whose rows come next; None after the last.
    next: str | None
    _rows: Iterable[Row]

    def __init__(self, rows: Iterable[Row]) -> None:
        self._groups = groupby(rows, key=itemgetter("paper"))
        self._take()

    def of(self, paper: str) -> list[Row]:
        """The rows of a paper; those of papers before it that nobody asked for are passed over."""
        while self.next is not None and self.next < paper:
            self._take()
        if self.next != paper:
            return []
        rows = list(self._rows)
        self._take()
        return rows

    def _take(self) -> None:
        self.next, self._rows = next(self._groups, (None, ()))


@contextmanager
def table_writers(folder: Path) -> Iterator[dict[str, TableWriter]]:
    """A writer for each table of a graph, by name; all are closed when the block ends."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(closing(TableWriter(folder, name))) for name in TABLES}


def read_rows(path: Path, columns: list[str] | None = None) -> Iterator[Row]:
    """The rows of a Parquet file in order, streamed.

    Raises:
        GraphError: the file is damaged.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            for batch in file.iter_batches(batch_size=4096, columns=columns):
                yield from batch.to_pylist()
    except (OSError, pa.ArrowException) as error:
        raise _damaged(path, error) from None


def read_columns(path: Path, columns: list[str]) -> pa.Table:
    """Columns of a Parquet file, whole.

    Raises:
        GraphError: the file is damaged.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            # one thread: the order and the memory are the same on every machine
            return file.read(columns=columns, use_threads=False)
    except (OSError, pa.ArrowException) as error:
        raise _damaged(path, error) from None


def find_rows(path: Path, column: str, *values: str) -> list[Row]:
    """The rows of a Parquet file whose column has one of some values; parts of the file that cannot hold them are not read.

    Raises:
        GraphError: the file is damaged.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        rows: list[Row] = pq.read_table(path, filters=[(column, "in", sorted(values))]).to_pylist()
    except (OSError, pa.ArrowException) as error:
        raise _damaged(path, error) from None
    return rows


def _damaged(path: Path, error: Exception) -> GraphError:
    said = " ".join(str(error).split())[:120]
    return GraphError(f"{path}: damaged ({said}); build it again with `kg build`")


# --- records to rows and back -----------------------------------------------------------------------------------------


def paper_row(paper: Paper, digest: str = "") -> Row:
    return {
        "id": paper.id,
        "title": paper.title,
        "abstract": paper.abstract,
        "authors": list(paper.authors),
        "year": paper.year,
        "venue": paper.venue,
        "urls": list(paper.urls),
        "doi": paper.doi,
        "arxiv": paper.arxiv,
        "source": paper.source,
        "line": paper.line,
        "digest": digest,
    }


def row_paper(row: Row) -> Paper:
    return Paper(
        row["id"], row["title"], row["abstract"], tuple(row["authors"]), row["year"], row["venue"], tuple(row["urls"]),
        row["doi"], row["arxiv"], row["source"], row["line"],
    )  # fmt: skip


def finding_row(paper: str, number: int, finding: Finding, resolved: str) -> Row:
    return {
        "paper": paper,
        "finding": number,
        "resolved": resolved,
        "concept": finding.concept,
        "label": finding.label,
        "aliases": list(finding.aliases),
        "acronyms": list(finding.acronyms),
        "type": finding.type._value_,
        "type_scores": list(finding.type_scores),
        "relation": finding.relation._value_,
        "confidence": finding.confidence,
        "variant": finding.variant,
        "candidate_ids": [c[0] for c in finding.candidates],
        "candidate_scores": [c[1] for c in finding.candidates],
        "candidate_reasons": [c[2] for c in finding.candidates],
    }


def row_finding(row: Row, evidence: tuple[Evidence, ...]) -> Finding:
    return Finding(
        label=row["label"],
        aliases=tuple(row["aliases"]),
        acronyms=tuple(row["acronyms"]),
        type=ConceptType(row["type"]),
        type_scores=tuple(row["type_scores"]),
        relation=Relation(row["relation"]),
        confidence=row["confidence"],
        evidence=evidence,
        concept=row["concept"],
        variant=row["variant"],
        candidates=tuple(zip(row["candidate_ids"], row["candidate_scores"], row["candidate_reasons"], strict=True)),
    )


def mention_row(paper: str, number: int, rank: int, evidence: Evidence, concept: str) -> Row:
    mention = evidence.mention
    return {
        "paper": paper,
        "finding": number,
        "rank": rank,
        "concept": concept,
        "field": mention.field,
        "start": mention.start,
        "end": mention.end,
        "text": mention.text,
        "sentence_start": evidence.sentence_start,
        "sentence_end": evidence.sentence_end,
        "cue": evidence.cue,
    }


def row_evidence(row: Row) -> Evidence:
    return Evidence(Mention(row["field"], row["start"], row["end"], row["text"]), row["sentence_start"], row["sentence_end"], row["cue"])


def statement_row(paper: str, number: int, statement: Statement) -> Row:
    return {
        "paper": paper,
        "statement": number,
        "head_finding": statement.head,
        "relation": statement.relation.value,
        "tail_finding": statement.tail,
        "confidence": statement.confidence,
        "field": statement.field,
        "start": statement.start,
        "end": statement.end,
    }


def concept_row(concept: Concept, papers: int) -> Row:
    return {
        "id": concept.id,
        "type": concept.type.value,
        "label": concept.label,
        "aliases": list(concept.aliases),
        "acronyms": list(concept.acronyms),
        "broader": list(concept.broader),
        "identifiers": list(concept.identifiers),
        "also": [t.value for t in concept.also],
        "flags": sorted(concept.flags),
        "source": concept.source,
        "known": concept.known,
        "papers": papers,
    }


def row_concept(row: Row) -> Concept:
    return Concept(
        row["id"], ConceptType(row["type"]), row["label"], tuple(row["aliases"]), tuple(row["acronyms"]), tuple(row["broader"]),
        tuple(row["identifiers"]), tuple(ConceptType(t) for t in row["also"]), frozenset(row["flags"]), row["source"], row["known"],
    )  # fmt: skip


def catalog_row(concept: Concept) -> Row:
    row = concept_row(concept, 0)
    return {name: row[name] for name, _, _ in TABLES["catalog"]}


def row_catalog(row: Row) -> Concept:
    return row_concept({**row, "known": True})


def relation_row(link: ConceptLink, head_finding: int = -1, tail_finding: int = -1) -> Row:
    return {
        "head": link.head,
        "relation": link.relation.value,
        "tail": link.tail,
        "origin": "text" if link.paper else "catalog",
        "paper": link.paper,
        "confidence": link.confidence,
        "field": link.field,
        "start": link.start,
        "end": link.end,
        "head_finding": head_finding,
        "tail_finding": tail_finding,
    }


def row_relation(row: Row) -> ConceptLink:
    return ConceptLink(
        row["head"], ConceptRelation(row["relation"]), row["tail"], row["confidence"], row["paper"], row["field"], row["start"], row["end"]
    )


def row_statement(row: Row) -> Statement:
    return Statement(
        row["head_finding"], ConceptRelation(row["relation"]), row["tail_finding"], row["confidence"],
        row["field"], row["start"], row["end"],
    )  # fmt: skip


def rejected_row(item: Rejected | Note, digest: str = "") -> Row:
    return {
        "kind": "rejected" if isinstance(item, Rejected) else "note",
        "source": item.source,
        "line": item.line,
        "reason": item.reason,
        "found": item.found,
        "hint": item.hint if isinstance(item, Rejected) else "",
        "fatal": isinstance(item, Rejected) and item.fatal,
        "digest": digest,
    }


def row_rejected(row: Row) -> Rejected:
    return Rejected(row["source"], row["line"], row["reason"], row["found"], row["hint"], row["fatal"])
