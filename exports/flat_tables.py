"""The tables that the exports `csv` and `parquet` write: flat, with sentences in place of offsets to look up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from exports.links_jsonl import linked_papers
from exports.property_graph import relations_with_sentences
from kg.properties import NONE

if TYPE_CHECKING:
    from kg.graph import Graph
    from kg.properties import Properties, Values

__all__ = ["TABLES", "Rows", "columns", "tables"]

Rows = Iterator[tuple[Any, ...]]

#: Columns of each table as (name, type, meaning); the types are those of `kg.schema`.
TABLES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "papers": (
        ("id", "string", "identifier of the source, or made from the title"),
        ("title", "string", "cleaned title"),
        ("abstract", "string", "cleaned abstract, may be empty"),
        ("authors", "list<string>", "names in order"),
        ("year", "int32", "year of publication, or nothing"),
        ("venue", "string", "journal, conference or volume, or nothing"),
        ("urls", "list<string>", "web addresses"),
        ("doi", "string", "DOI in lower case, or nothing"),
        ("arxiv", "string", "arXiv id without version, or nothing"),
        ("source", "string", "file name of the input"),
        ("line", "int32", "1-based line in it, 0 where lines mean nothing"),
    ),
    "concepts": (
        ("id", "string", "stable id"),
        ("type", "string", "Task, Dataset, Architecture, Method or Metric"),
        ("label", "string", "canonical name"),
        ("aliases", "list<string>", "other names"),
        ("acronyms", "list<string>", "acronyms"),
        ("broader", "list<string>", "ids of the concepts it is a kind of, in the catalog"),
        ("identifiers", "list<string>", "identifiers elsewhere, as prefix:local"),
        ("known", "bool", "whether the catalog has it"),
        ("papers", "int32", "number of papers linked to it"),
    ),
    "links": (
        ("paper", "string", "id of the paper"),
        ("title", "string", "its title"),
        ("relation", "string", "proposes, comparesWith, evaluatesOn, addresses, measures, uses or mentions"),
        ("concept", "string", "id of the concept"),
        ("name", "string", "its label"),
        ("type", "string", "its type"),
        ("confidence", "double", "0 to 1"),
        ("variant", "string", "size or version beyond the concept's name, may be empty"),
        ("correction", "string", "what people decided of it: relink, relation, add, confirm or separate; empty where the reader did"),
        ("mentions", "int32", "number of mentions it rests on"),
        ("text", "string", "the decisive mention, as it stands in the paper"),
        ("sentence", "string", "the sentence around it"),
    ),
    "mentions": (
        ("paper", "string", "id of the paper"),
        ("concept", "string", "id of the concept"),
        ("rank", "int32", "0 for the mention that decided the relation, then 1, 2 …"),
        ("field", "string", "title or abstract"),
        ("start", "int32", "offset in the field, Unicode code points from 0"),
        ("end", "int32", "end offset, exclusive"),
        ("text", "string", "exactly what stands there"),
        ("sentence", "string", "the sentence around it"),
        ("cue", "string", "the word by which the relation was read, may be empty"),
    ),
    "relations": (
        ("head", "string", "id of a concept"),
        ("head_name", "string", "its label"),
        ("relation", "string", "kindOf, basedOn, partOf, usedFor, evaluatedOn, trainedOn, measuredBy or comparedWith"),
        ("tail", "string", "id of a concept"),
        ("tail_name", "string", "its label"),
        ("origin", "string", "text, or catalog for its hierarchy"),
        ("paper", "string", "the paper that says so, nothing for the catalog"),
        ("field", "string", "title or abstract, nothing for the catalog"),
        ("start", "int32", "offset of the clause in the field, nothing for the catalog"),
        ("end", "int32", "its end, exclusive, nothing for the catalog"),
        ("confidence", "double", "0 to 1"),
        ("sentence", "string", "the clause, nothing for the catalog"),
    ),
}


#: How the types of properties are called here.
_KINDS = {bool: "bool", int: "int64", float: "double", str: "string"}


def columns(table: str, properties: Properties = NONE) -> tuple[tuple[str, str, str], ...]:
    """The columns of a table: those of `TABLES`, and behind them the properties of papers or concepts.

    Raises:
        DataError: a property is called as a column is.
    """
    if table not in ("papers", "concepts"):
        return TABLES[table]
    more = properties.columns(table, {name for name, _, _ in TABLES[table]})
    return (*TABLES[table], *((name, _KINDS[kind], "from an analysis, or nothing") for name, kind in more.items()))


def tables(graph: Graph, properties: Properties = NONE) -> Iterator[tuple[str, Rows]]:
    """Every table with its rows, sorted as the graph sorts them; None stands for nothing. Memory does not grow with the papers."""
    yield "papers", _more(_papers(graph), properties.papers, list(properties.names("papers")))
    yield "concepts", _more(_concepts(graph), properties.concepts, list(properties.names("concepts")))
    yield "links", _links(graph)
    yield "mentions", _mentions(graph)
    yield "relations", _relations(graph)


def _more(rows: Rows, values: Values, names: list[str]) -> Rows:
    """Rows with the properties of what their first cell names behind them."""
    for row in rows:
        own = values.get(row[0], {})
        yield (*row, *(own.get(name) for name in names))


def _papers(graph: Graph) -> Rows:
    for p in graph.papers():
        yield p.id, p.title, p.abstract, p.authors, p.year, p.venue, p.urls, p.doi, p.arxiv, p.source, p.line


def _concepts(graph: Graph) -> Rows:
    counts = graph.paper_counts()
    for c in graph.concepts():
        yield c.id, c.type.value, c.label, c.aliases, c.acronyms, c.broader, c.identifiers, c.known, counts[c.id]


def _links(graph: Graph) -> Rows:
    known = {c.id: c for c in graph.concepts()}
    for paper, links in linked_papers(graph):
        for link in links:
            concept = known[link.concept]
            text = sentence = None
            if link.evidence:
                decisive = link.evidence[0]
                text = decisive.mention.text
                sentence = paper.text(decisive.mention.field)[decisive.sentence_start : decisive.sentence_end]
            yield (
                paper.id, paper.title, link.relation.value, concept.id, concept.label, concept.type.value, link.confidence, link.variant,
                link.correction, len(link.evidence), text, sentence,
            )  # fmt: skip


def _mentions(graph: Graph) -> Rows:
    for paper, links in linked_papers(graph):
        for link in links:
            for rank, e in enumerate(link.evidence):
                m = e.mention
                sentence = paper.text(m.field)[e.sentence_start : e.sentence_end]
                yield paper.id, link.concept, rank, m.field, m.start, m.end, m.text, sentence, e.cue


def _relations(graph: Graph) -> Rows:
    labels = {c.id: c.label for c in graph.concepts()}
    for link, sentence in relations_with_sentences(graph):
        row = (link.head, labels[link.head], link.relation.value, link.tail, labels[link.tail])
        if link.paper:
            yield *row, "text", link.paper, link.field, link.start, link.end, link.confidence, sentence
        else:
            yield *row, "catalog", None, None, None, None, link.confidence, None
