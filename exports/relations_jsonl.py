"""Relations between concepts as JSON Lines: those read in the texts, one a line, sorted by paper, head, relation and tail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exports import Written
from exports.files import replacing
from exports.links_jsonl import json_line, names_beyond_label
from kg.model import ConceptLink, ConceptRelation
from kg.tables import ByPaper

if TYPE_CHECKING:
    from kg.graph import Graph
    from kg.model import Paper
    from kg.tables import Row

__all__ = ["read_in_papers", "records", "relations_of", "write"]


def write(graph: Graph, path: Path | str, *, overwrite: bool = False, aliases: bool = False) -> Written:
    """Writes one line for each (paper, head, relation, tail): `paper`, `title`, `head`, `head_name`, `relation`, `tail`,
    `tail_name`, `evidence`, `confidence`; with `aliases` also `head_aliases` and `tail_aliases`.

    Where a paper says the same twice, the surest place counts, then the first. What only the catalog's hierarchy says is not
    written: it has no paper. Memory does not grow with the papers.

    Raises:
        UsageError: the file exists and `overwrite` is false.
        EnvironmentError_: it cannot be written.
    """
    count = 0
    with replacing(path, overwrite) as file:
        for record in records(graph, aliases=aliases):
            file.write(json_line(record))
            count += 1
    return Written("relations-jsonl", (Path(path),), {"relations": count})


def records(graph: Graph, *, aliases: bool = False) -> Iterator[dict[str, Any]]:
    """The lines of the export as dicts, in its order; streamed."""
    concepts = {c.id: c for c in graph.concepts()}
    for paper, links in read_in_papers(graph):
        best: dict[tuple[str, str, str], ConceptLink] = {}
        for link in links:
            kept = best.setdefault((link.head, link.relation.value, link.tail), link)
            if link.confidence > kept.confidence:
                best[link.head, link.relation.value, link.tail] = link
        for _, link in sorted(best.items()):
            head, tail = concepts[link.head], concepts[link.tail]
            record: dict[str, Any] = {"paper": paper.id, "title": paper.title, "head": head.id, "head_name": head.label}
            if aliases:
                record["head_aliases"] = names_beyond_label(head)
            record |= {"relation": link.relation.value, "tail": tail.id, "tail_name": tail.label}
            if aliases:
                record["tail_aliases"] = names_beyond_label(tail)
            text = paper.text("title" if link.field == "title" else "abstract")
            yield record | {"evidence": text[link.start : link.end], "confidence": link.confidence}


def read_in_papers(graph: Graph) -> Iterator[tuple[Paper, list[ConceptLink]]]:
    """Every paper with the relations between concepts that its text says, also papers that say none; sorted by paper, then as
    `Graph.concept_links` sorts them, and the same records; one paper in memory at a time.

    `Graph.concept_links` itself runs by head, where the text of any paper may be needed next.
    """
    findings = ByPaper(graph.rows("findings", ["paper", "finding", "resolved"]))
    statements = ByPaper(graph.rows("statements"))
    for paper in graph.papers():
        resolved = {row["finding"]: row["resolved"] for row in findings.of(paper.id)}
        yield paper, relations_of(paper.id, statements.of(paper.id), resolved)


def relations_of(paper: str, statements: Iterable[Row], resolved: Mapping[int, str]) -> list[ConceptLink]:
    """The relations between concepts that a paper says, of its rows of `statements`; `resolved` has the concept of each finding."""
    surest: dict[tuple[str, str, str, str, int, int], ConceptLink] = {}
    for row in statements:
        head, tail = resolved[row["head_finding"]], resolved[row["tail_finding"]]
        if head == tail:
            # two names of a statement that came out as one concept say nothing any more
            continue
        key = (head, row["relation"], tail, row["field"], row["start"], row["end"])
        if key not in surest or row["confidence"] > surest[key].confidence:
            surest[key] = ConceptLink(
                head, ConceptRelation(row["relation"]), tail, row["confidence"], paper, row["field"], row["start"], row["end"]
            )
    return [surest[key] for key in sorted(surest)]
