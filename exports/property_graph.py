"""The graph as Neo4j has it: labelled nodes, typed relationships, and their properties; shared by all exports that go there.

Papers are `(:Paper:Resource)`, concepts `(:Concept:Task:Resource)`, `(:Concept:Dataset:Resource)` and so on. A link is one
relationship from a paper to a concept; what a paper, or the catalog, says of two concepts is one relationship for each place that
says so, told apart by `uri`. Nothing is left out: `kg.load` makes an equal graph of them again. Neo4j knows no null: a property
without a value, or with an empty list, is not there (`None` here).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from exports.iris import Iris
from exports.links_jsonl import linked_papers
from exports.relations_jsonl import read_in_papers
from kg.errors import DataError
from kg.model import ConceptLink, ConceptRelation, ConceptType, Relation
from kg.shapes import other_ids
from ontology.shapes import KEYS, uniqueness

if TYPE_CHECKING:
    from kg.graph import Graph
    from kg.model import Link, Paper

__all__ = [
    "CONCEPT",
    "CONSTRAINTS",
    "CONTENT_HASH",
    "INDEXES",
    "LINK",
    "LINK_TYPES",
    "PAPER",
    "RELATION",
    "RELATION_TYPES",
    "RESOURCE",
    "TYPE_LABELS",
    "Edge",
    "Node",
    "Property",
    "Value",
    "batches",
    "concepts",
    "content_hash",
    "links",
    "papers",
    "relations",
    "relations_with_sentences",
    "relationship_type",
    "sentences",
    "separators",
    "with_totals",
]

# separators of ASCII, meant for this and kept out of texts by the cleaning; then private characters
_SEPARATORS = ("\x1f", "\x1e", "\x1d", "\x1c", *map(chr, range(0xE000, 0xE100)))
_json = json.JSONEncoder(separators=(",", ":")).encode
T = TypeVar("T")
Value = str | int | float | bool | list[str] | list[int] | None


class Property(NamedTuple):
    """A property: its name, its type as the headers of `neo4j-admin` spell it, and what it is."""

    name: str
    kind: str
    about: str


class Node(NamedTuple):
    """A node: its labels, its id (unique among nodes of the first label), and its values in the order of `PAPER` or `CONCEPT`.

    The last label is `RESOURCE`; a concept's type stands before it.
    """

    labels: tuple[str, ...]
    id: str
    values: tuple[Value, ...]


class Edge(NamedTuple):
    """A relationship: its type, the ids of its ends, and its values in the order of `LINK` or `RELATION`."""

    type: str
    start: str
    end: str
    values: tuple[Value, ...]


#: What every node and relationship that we write has, and nothing else.
CONTENT_HASH = Property("contentHash", "long", "hash of all the rest of it; by this `kg push` sees what changed, and what is its own")
#: The label of all nodes: with `uri`, what neosemantics and rdflib-neo4j look for.
RESOURCE = "Resource"
#: Properties of `(:Paper)`; the first is the key.
PAPER = (
    Property("id", "string", "id of the paper in the graph"),
    Property("uri", "string", "its IRI in the RDF exports"),
    Property("name", "string", "the title, under the name that Neo4j Browser shows"),
    Property("title", "string", "cleaned title"),
    Property("abstract", "string", "cleaned abstract"),
    Property("authors", "string[]", "names in order"),
    Property("year", "long", "year of publication"),
    Property("venue", "string", "journal, conference or volume"),
    Property("urls", "string[]", "web addresses"),
    Property("doi", "string", "DOI in lower case"),
    Property("arxiv", "string", "arXiv id without version"),
    Property("source", "string", "file name of the input"),
    Property("line", "long", "1-based line in it"),
    CONTENT_HASH,
)
#: Properties of `(:Concept)`; the first is the key.
CONCEPT = (
    Property("id", "string", "id of the concept in the graph"),
    Property("uri", "string", "its IRI in the RDF exports"),
    Property("name", "string", "canonical name, under the name that Neo4j Browser shows"),
    Property("label", "string", "the same"),
    Property("type", "string", "Task, Dataset, Architecture, Method or Metric; the second label says the same"),
    Property("alsoTypes", "string[]", "other acceptable types"),
    Property("aliases", "string[]", "other names"),
    Property("acronyms", "string[]", "acronyms"),
    Property("identifiers", "string[]", "identifiers elsewhere, as prefix:local"),
    Property("otherIds", "string[]", "ids it has in a graph of fewer papers or with a smaller catalog"),
    Property("broader", "string[]", "ids of what the catalog calls its parents, also those that the graph does not have"),
    Property("flags", "string[]", "flags of the catalog"),
    Property("origin", "string", "where the concept comes from; `text` for a new one"),
    Property("known", "boolean", "whether the catalog has it"),
    Property("papers", "long", "number of papers linked to it"),
    CONTENT_HASH,
)
#: Properties of a relationship from a paper to a concept. Those from `mentions` to `cues` have one entry for each mention.
LINK = (
    Property("uri", "string", "IRI of the statement in the RDF exports"),
    Property("confidence", "double", "how sure the link is, 0 to 1"),
    Property("variant", "string", "size or version beyond the concept's name"),
    Property(
        "correction", "string", "what people decided of it (relink, relation, add, confirm, separate); not there where the reader did"
    ),
    Property("support", "long", "number of places it rests on"),
    Property("mentions", "string[]", "what the paper calls the concept, the decisive place first"),
    Property("fields", "string[]", "title or abstract"),
    Property("starts", "long[]", "where the mention begins in the field, in code points from 0"),
    Property("ends", "long[]", "where it ends, exclusive"),
    Property("sentenceStarts", "long[]", "where its sentence begins"),
    Property("sentenceEnds", "long[]", "where its sentence ends, exclusive"),
    Property("cues", "string[]", "the words by which the relation was read, or empty texts; not there where all are empty"),
    Property("sentence", "string", "the decisive sentence"),
    Property("sentences", "string[]", "all sentences, the decisive one first, each once"),
    CONTENT_HASH,
)
#: Properties of a relationship between two concepts.
RELATION = (
    Property("uri", "string", "IRI of the statement in the RDF exports"),
    Property("confidence", "double", "how sure it is, 0 to 1"),
    Property("catalog", "boolean", "whether the catalog's hierarchy says so, and no paper"),
    Property("paper", "string", "id of the paper that says so"),
    Property("field", "string", "title or abstract"),
    Property("start", "long", "where the clause begins in the field, in code points from 0"),
    Property("end", "long", "where it ends, exclusive"),
    Property("sentence", "string", "the clause"),
    CONTENT_HASH,
)


def relationship_type(relation: Relation | ConceptRelation) -> str:
    """The type of a relationship in Neo4j.

    >>> relationship_type(Relation.EVALUATES_ON), relationship_type(ConceptRelation.KIND_OF)
    ('EVALUATES_ON', 'KIND_OF')
    """
    return relation.name


#: Types of relationships from papers to concepts, and between concepts.
LINK_TYPES = tuple(relationship_type(r) for r in Relation)
RELATION_TYPES = tuple(relationship_type(r) for r in ConceptRelation)
#: The second labels of concepts.
TYPE_LABELS = tuple(t.value for t in ConceptType)

#: What makes ids unique; harmless where it is there already. Before the data: without them, each row would be looked for in all.
CONSTRAINTS = (
    # from the table that the SHACL shapes are made from: what is unique there is unique here
    *(uniqueness(kind, key) for kind, key in KEYS.items()),
    "CREATE CONSTRAINT paperkg_paper_uri IF NOT EXISTS FOR (p:Paper) REQUIRE p.uri IS UNIQUE",
    "CREATE CONSTRAINT paperkg_concept_uri IF NOT EXISTS FOR (c:Concept) REQUIRE c.uri IS UNIQUE",
    # the one that neosemantics and rdflib-neo4j ask for
    "CREATE CONSTRAINT paperkg_resource_uri IF NOT EXISTS FOR (r:Resource) REQUIRE r.uri IS UNIQUE",
)
#: What makes names and years quick to find.
INDEXES = (
    "CREATE INDEX paperkg_concept_name IF NOT EXISTS FOR (c:Concept) ON (c.name)",
    "CREATE INDEX paperkg_paper_year IF NOT EXISTS FOR (p:Paper) ON (p.year)",
    "CREATE FULLTEXT INDEX paperkg_concept_names IF NOT EXISTS FOR (c:Concept) ON EACH [c.name, c.aliases, c.acronyms]",
    "CREATE FULLTEXT INDEX paperkg_paper_text IF NOT EXISTS FOR (p:Paper) ON EACH [p.title, p.abstract]",
)


def papers(graph: Graph, iris: Iris) -> Iterator[Node]:
    """The papers, sorted by id; streamed."""
    for p in graph.papers():
        yield _node(
            ("Paper", RESOURCE),
            p.id,
            (
                p.id, iris.paper(p.id), p.title, p.title, p.abstract or None, list(p.authors) or None, p.year, p.venue,
                list(p.urls) or None, p.doi, p.arxiv, p.source or None, p.line or None,
            ),
        )  # fmt: skip


def concepts(graph: Graph, iris: Iris) -> Iterator[Node]:
    """The concepts, sorted by id."""
    counts = graph.paper_counts()
    others = other_ids(graph)
    for c in graph.concepts():
        yield _node(
            ("Concept", c.type.value, RESOURCE),
            c.id,
            (
                c.id, iris.concept(c), c.label, c.label, c.type.value, [t.value for t in c.also] or None, list(c.aliases) or None,
                list(c.acronyms) or None, list(c.identifiers) or None, others.get(c.id), list(c.broader) or None,
                sorted(c.flags) or None, c.source or None, c.known, counts[c.id],
            ),
        )  # fmt: skip


def links(graph: Graph, iris: Iris) -> Iterator[Edge]:
    """The links, sorted by paper and concept; streamed."""
    for paper, found in linked_papers(graph):
        for link in found:
            mentions = [e.mention for e in link.evidence]
            told = sentences(paper, link)
            cues = [e.cue for e in link.evidence]
            values = (
                iris.link(link), link.confidence, link.variant or None, link.correction or None,
                len({(m.field, m.start, m.end) for m in mentions}),
                [m.text for m in mentions] or None, [str(m.field) for m in mentions] or None, [m.start for m in mentions] or None,
                [m.end for m in mentions] or None, [e.sentence_start for e in link.evidence] or None,
                [e.sentence_end for e in link.evidence] or None, cues if any(cues) else None, told[0] if told else None, told or None,
            )  # fmt: skip
            yield _edge(relationship_type(link.relation), link.paper, link.concept, values)


def relations(graph: Graph, iris: Iris) -> Iterator[Edge]:
    """What papers and the catalog say of two concepts, in the order of `Graph.concept_links`; streamed."""
    for link, sentence in relations_with_sentences(graph):
        read = bool(link.paper)
        values = (
            iris.concept_link(link), link.confidence, not read, link.paper or None, link.field or None, link.start if read else None,
            link.end if read else None, sentence if read else None,
        )  # fmt: skip
        yield _edge(relationship_type(link.relation), link.head, link.tail, values)


def sentences(paper: Paper, link: Link) -> list[str]:
    """The sentences that a link rests on, the decisive one first, each once."""
    return list(dict.fromkeys(paper.text(e.mention.field)[e.sentence_start : e.sentence_end] for e in link.evidence))


def relations_with_sentences(graph: Graph) -> Iterator[tuple[ConceptLink, str]]:
    """What `Graph.concept_links` gives, in its order, each with the clause it was read in; empty for the catalog's hierarchy.

    The order runs by head, where the text of any paper may be needed next; so the clauses, collected a paper at a time, wait on
    the disk, and memory does not grow with the papers.
    """
    # an empty name is a database in a temporary file of SQLite's own, removed when it is closed
    with closing(sqlite3.connect("")) as waiting:
        waiting.execute("CREATE TABLE clause (head, relation, tail, paper, field, start, end, confidence, sentence)")
        waiting.executemany("INSERT INTO clause VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", _clauses(graph))
        # SQLite compares UTF-8 bytes, which is the order of code points, as Python compares strings
        rows = waiting.execute("SELECT * FROM clause ORDER BY head, relation, tail, paper, field, start, end")
        for head, relation, tail, paper, field, start, end, confidence, sentence in rows:
            yield ConceptLink(head, ConceptRelation(relation), tail, confidence, paper, field, start, end), sentence


def batches(rows: Iterable[T], size: int, kind: Callable[[T], str]) -> Iterator[tuple[str, list[T]]]:
    """Rows in lists of one kind, `size` at most: one statement can set one label or type only, so rows wait for their like.

    >>> list(batches(["a1", "b1", "a2", "a3"], 2, lambda row: row[0]))
    [('a', ['a1', 'a2']), ('a', ['a3']), ('b', ['b1'])]
    """
    waiting: dict[str, list[T]] = {}
    for row in rows:
        some = waiting.setdefault(kind(row), [])
        some.append(row)
        if len(some) == size:
            yield kind(row), waiting.pop(kind(row))
    for left in sorted(waiting):
        yield left, waiting[left]


def separators(graph: Graph, number: int) -> list[str]:
    """Characters that stand in no text of the graph, and so can separate them; U+001F and its like wherever they do.

    Raises:
        DataError: the texts leave fewer than `number`.
    """
    possible = list(_SEPARATORS)
    for text in _texts(graph):
        # nearly every text is printable, and then holds none of them
        if not text.isprintable():
            possible = [mark for mark in possible if mark not in text]
    if len(possible) < number:
        raise DataError(f"{graph.path}: its texts hold nearly every character that could separate them; clean the texts and build again")
    return possible[:number]


def with_totals(counts: dict[str, int]) -> dict[str, int]:
    """Numbers of papers, concepts, links and relations, and behind them those of all nodes and of all relationships."""
    return {**counts, "nodes": counts["papers"] + counts["concepts"], "relationships": counts["links"] + counts["relations"]}


def _node(labels: tuple[str, ...], id_: str, values: tuple[Value, ...]) -> Node:
    return Node(labels, id_, (*values, content_hash(labels, values)))


def _edge(type_: str, start: str, end: str, values: tuple[Value, ...]) -> Edge:
    return Edge(type_, start, end, (*values, content_hash(type_, start, end, values)))


def content_hash(*parts: Any) -> int:
    """What `contentHash` is of a node (labels, values) or relationship (type, start, end, values), without that value itself.

    A number of 64 bits with a sign, which is what Neo4j's integers are.

    Raises:
        TypeError: a value is none of those that `Value` names.
    """
    # as JSON in ASCII, which every Python writes alike; half of a surrogate pair too
    return int.from_bytes(blake2b(_json(parts).encode("ascii"), digest_size=8).digest(), "big", signed=True)


def _clauses(graph: Graph) -> Iterator[tuple[str | int | float, ...]]:
    for row in graph.rows("concept_relations"):
        if not row["paper"]:
            yield row["head"], row["relation"], row["tail"], "", "", 0, 0, row["confidence"], ""
    for paper, found in read_in_papers(graph):
        for link in found:
            assert link.field
            text = paper.text(link.field)[link.start : link.end]
            yield link.head, link.relation.value, link.tail, paper.id, link.field, link.start, link.end, link.confidence, text


def _texts(graph: Graph) -> Iterator[str]:
    for p in graph.papers():
        yield from (p.id, p.title, p.abstract, p.venue or "", p.doi or "", p.arxiv or "", p.source, *p.authors, *p.urls)
    for c in graph.concepts():
        yield from (c.id, c.source, *c.names, *c.identifiers, *c.broader, *c.flags)
    yield from graph.other_ids()
    for row in graph.rows("links", ["variant"]):
        yield row["variant"]
    yield from {row["cue"] for row in graph.rows("mentions", ["cue"])}
