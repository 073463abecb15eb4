"""What a graph folder holds: its tables with their columns, and the counts of its manifest.

`SCHEMA_VERSION` grows when a table is added, or a column is removed or changes its meaning; `kg.graph` refuses folders of another
version, but for those since `OLDEST`: they lack what was added since, which reads as empty.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

SCHEMA_VERSION = 3
#: The oldest version that can be read, and the tables that came with later ones.
OLDEST = 2
ADDED = {"corrections": 3, "uncorrected": 3}

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
    "corrections": ("a line of a file of corrections, and what came of it", ("source", "line", "content")),
    "uncorrected": ("a paper that corrections changed, as it was read, so that they can be applied again", ("paper",)),
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
    "corrections": "lines of files of corrections",
    "corrected_links": "links that a correction decided",
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

# what a concept of a graph and one of the catalog have in common
_OF_CONCEPT = (
    ("type", "string", "Task, Dataset, Architecture, Method or Metric"),
    ("label", "string", "canonical name"),
    ("aliases", "list<string>", "other names"),
    ("acronyms", "list<string>", "acronyms"),
    ("broader", "list<string>", "ids of the concepts it is a kind of"),
    ("identifiers", "list<string>", "identifiers elsewhere, as prefix:local"),
    ("also", "list<string>", "other acceptable types"),
    ("flags", "list<string>", "flags of the catalog"),
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
        ("correction", "string", "kinds of the corrections that decided it, with commas between; empty where the reader did"),
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
        ("correction", "string", "kinds of the corrections that decided it, with commas between; empty where the reader did"),
    ),
    "concepts": (
        ("id", "string", "stable id; also the end of its IRI"),
        *_OF_CONCEPT,
        ("source", "string", "where the concept comes from; 'text' for a new one"),
        ("known", "bool", "whether the catalog has it"),
        ("papers", "int32", "number of papers linked to it"),
    ),
    "catalog": (
        ("id", "string", "id of a concept of the catalog the graph was built with"),
        *_OF_CONCEPT,
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
    "corrections": (
        ("source", "string", "file name"),
        ("line", "int32", "1-based line there"),
        ("correction", "string", "remove, relink, relation, add, confirm, merge, separate, label or type"),
        ("paper", "string", "the paper it names, or empty"),
        ("concept", "string", "the concept it names, or empty"),
        ("status", "string", "applied, holds (nothing had to be changed) or failed"),
        ("reason", "string", "what was done, found, or wrong"),
        ("hint", "string", "what to do where it failed"),
        ("content", "string", "the line as JSON with sorted keys, without notes"),
    ),
    "uncorrected": (
        ("paper", "string", "id of the paper"),
        ("findings", "string", "its rows of findings as JSON"),
        ("mentions", "string", "its rows of mentions as JSON"),
        ("statements", "string", "its rows of statements as JSON"),
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
