"""A graph out of a Neo4j database that `kg push`, the bulk files or the Cypher script filled: what paperkg wrote there, as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exports.neo4j_connection import connected
from exports.property_graph import LINK_TYPES, RELATION_TYPES
from kg.errors import DataError
from kg.graph import Graph
from kg.load.records import write_records
from kg.model import Concept, ConceptLink, ConceptRelation, ConceptType, Evidence, Link, Mention, Paper, Relation

if TYPE_CHECKING:
    import neo4j

__all__ = ["load", "load_rows"]

#: What is read, by its kind; `_OWN` is what tells that paperkg wrote it, where others write too.
_QUERIES = {
    "papers": "MATCH (x:Paper){own} RETURN properties(x)",
    "concepts": "MATCH (x:Concept){own} RETURN properties(x)",
    "links": f"MATCH (a:Paper)-[x:{'|'.join(LINK_TYPES)}]->(b:Concept){{own}} RETURN a.id, type(x), b.id, properties(x)",
    "relations": f"MATCH (a:Concept)-[x:{'|'.join(RELATION_TYPES)}]->(b:Concept){{own}} RETURN a.id, type(x), b.id, properties(x)",
}
_OWN = " WHERE x.contentHash IS NOT NULL"
#: Lists of a link with an entry for each mention.
_PLACES = ("fields", "starts", "ends", "mentions", "sentenceStarts", "sentenceEnds")
Data = dict[str, Any]


def load(
    address: str,
    folder: Path | str,
    *,
    database: str = "neo4j",
    overwrite: bool = False,
    ask: Callable[[str], str] | None = None,
    report: Callable[[str, int], None] | None = None,
) -> Graph:
    """Reads a graph out of a database into a folder; it says what the graph said that was pushed.

    What others wrote there is not read. In memory are the concepts; all else is streamed.

    Args:
        address: such as `bolt://localhost:7687`; name and password as `exports.neo4j_connection.credentials` takes them.
        ask: called with a question where the password is not in the environment; without it that is an error.
        report: called with what was read ("papers", "concepts", "links", "relations") and how many so far.

    Raises:
        UsageError: the address does not fit.
        EnvironmentError_: no password, nobody answers, or the server refuses or fails.
        DataError: the database holds no graph, or one that was changed so that it is none any more.
        GraphError: the folder is in the way.
    """
    with connected(address, database, ask) as driver, driver.session(database=database, fetch_size=2_000) as session:
        seen: dict[str, int] = {}

        def rows(what: str, query: str) -> Iterator[neo4j.Record]:
            seen[what] = 0
            for record in session.run(query):
                seen[what] += 1
                yield record
                if report is not None and seen[what] % 1_000 == 0:
                    report(what, seen[what])
            if report is not None:
                report(what, seen[what])
            if what == "concepts" and not any(seen.values()):
                raise DataError(f"{database} at {address} holds no graph of paperkg; write one there with `kg push`")

        return load_rows(rows, folder, loaded={"from": address, "database": database}, own=_OWN, overwrite=overwrite)


def load_rows(
    rows: Callable[[str, str], Iterable[Sequence[Any]]],
    folder: Path | str,
    *,
    loaded: Mapping[str, Any],
    own: str = "",
    overwrite: bool = False,
) -> Graph:
    """Reads a graph out of whatever answers Cypher and holds the nodes and relationships of `exports.property_graph`.

    Args:
        rows: called with the kind of what is read ("papers", "concepts", "links", "relations") and a query, gives its rows.
        loaded: says in the manifest where the graph is from.
        own: a WHERE on `x`, the node or relationship, for what is to be read.

    Raises:
        DataError: what is there is no graph.
        GraphError: the folder is in the way.
    """
    others: dict[str, str] = {}

    def found(what: str) -> Iterable[Sequence[Any]]:
        return rows(what, _QUERIES[what].format(own=own))

    def papers() -> Iterator[Paper]:
        for [data] in found("papers"):
            yield _made(_paper, f"(:Paper {{id: {data.get('id')!r}}})", data)

    def concepts() -> Iterator[Concept]:
        for [data] in found("concepts"):
            made = _made(_concept, f"(:Concept {{id: {data.get('id')!r}}})", data)
            others.update(dict.fromkeys(data.get("otherIds", ()), made.id))
            yield made

    def edges(what: str, make: Callable[[str, str, str, Data], Any]) -> Iterator[Any]:
        for start, type_, end, data in found(what):
            yield _made(make, f"({start!r})-[:{type_}]->({end!r})", start, type_, end, data)

    return write_records(
        folder, papers=papers(), concepts=concepts(), links=edges("links", _link), relations=edges("relations", _relation),
        other_ids=others, loaded=loaded, overwrite=overwrite,
    )  # fmt: skip


def _made(make: Callable[..., Any], what: str, *parts: Any) -> Any:
    try:
        return make(*parts)
    except KeyError as error:
        raise DataError(f"{what} has no property {error}; write the graph there again with `kg push`") from None
    except (TypeError, ValueError) as error:
        raise DataError(f"{what} has a property that does not fit ({error}); write the graph there again with `kg push`") from None


def _paper(data: Data) -> Paper:
    return Paper(
        data["id"], data["title"], data.get("abstract", ""), tuple(data.get("authors", ())), data.get("year"), data.get("venue"),
        tuple(data.get("urls", ())), data.get("doi"), data.get("arxiv"), data.get("source", ""), data.get("line", 0),
    )  # fmt: skip


def _concept(data: Data) -> Concept:
    return Concept(
        data["id"], ConceptType(data["type"]), data["label"], tuple(data.get("aliases", ())), tuple(data.get("acronyms", ())),
        tuple(data.get("broader", ())), tuple(data.get("identifiers", ())), tuple(map(ConceptType, data.get("alsoTypes", ()))),
        frozenset(data.get("flags", ())), data.get("origin", ""), data["known"],
    )  # fmt: skip


def _link(start: str, type_: str, end: str, data: Data) -> Link:
    columns: list[list[Any]] = [data[name] for name in _PLACES]
    cues = data.get("cues") or [""] * len(columns[0])
    if len({len(column) for column in (*columns, cues)}) > 1:
        raise ValueError(f"{', '.join(_PLACES)} and cues are not equally long")
    evidence = tuple(
        Evidence(Mention(field, first, last, text), sentence_start, sentence_end, cue)
        for field, first, last, text, sentence_start, sentence_end, cue in zip(*columns, cues, strict=True)
    )
    return Link(start, end, Relation[type_], data["confidence"], evidence, data.get("variant", ""), data.get("correction", ""))


def _relation(start: str, type_: str, end: str, data: Data) -> ConceptLink:
    return ConceptLink(
        start, ConceptRelation[type_], end, data["confidence"], data.get("paper", ""), data.get("field", ""), data.get("start", 0),
        data.get("end", 0),
    )  # fmt: skip
