"""Records to rows of the tables of a graph, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

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
from kg.schema import TABLES
from kg.tables import Row

_NAMES = {table: tuple(name for name, _, _ in columns) for table, columns in TABLES.items()}


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


def finding_values(paper: str, number: int, finding: Finding, resolved: str) -> tuple[Any, ...]:
    """A finding as a row of `findings`, in the order of its columns."""
    ids, scores, reasons = zip(*finding.candidates, strict=True) if finding.candidates else ((), (), ())
    return (
        paper, number, resolved, finding.concept, finding.label, finding.aliases, finding.acronyms, finding.type._value_,
        finding.type_scores, finding.relation._value_, finding.confidence, finding.variant, ids, scores, reasons, finding.correction,
    )  # fmt: skip


def finding_row(paper: str, number: int, finding: Finding, resolved: str) -> Row:
    values = finding_values(paper, number, finding, resolved)
    return {name: list(value) if isinstance(value, tuple) else value for name, value in zip(_NAMES["findings"], values, strict=True)}


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
        correction=row["correction"],
    )


def mention_values(paper: str, number: int, rank: int, evidence: Evidence, concept: str) -> tuple[Any, ...]:
    """A mention as a row of `mentions`, in the order of its columns."""
    mention = evidence.mention
    return (
        paper, number, rank, concept, mention.field, mention.start, mention.end, mention.text, evidence.sentence_start,
        evidence.sentence_end, evidence.cue,
    )  # fmt: skip


def mention_row(paper: str, number: int, rank: int, evidence: Evidence, concept: str) -> Row:
    return dict(zip(_NAMES["mentions"], mention_values(paper, number, rank, evidence, concept), strict=True))


def row_evidence(row: Row) -> Evidence:
    return Evidence(Mention(row["field"], row["start"], row["end"], row["text"]), row["sentence_start"], row["sentence_end"], row["cue"])


def statement_values(paper: str, number: int, statement: Statement) -> tuple[Any, ...]:
    """A statement as a row of `statements`, in the order of its columns."""
    return (
        paper, number, statement.head, statement.relation._value_, statement.tail, statement.confidence, statement.field, statement.start,
        statement.end,
    )  # fmt: skip


def statement_row(paper: str, number: int, statement: Statement) -> Row:
    return dict(zip(_NAMES["statements"], statement_values(paper, number, statement), strict=True))


def concept_columns(concepts: Sequence[Concept], papers: Mapping[str, int]) -> list[Sequence[Any]]:
    """Concepts as columns of `concepts`, with the number of papers of each."""
    return [*catalog_columns(concepts), [c.known for c in concepts], [papers[c.id] for c in concepts]]


def catalog_columns(concepts: Sequence[Concept]) -> list[Sequence[Any]]:
    """Concepts as columns of `catalog`."""
    told: dict[str, Sequence[Any]] = {name: [getattr(c, name) for c in concepts] for name in _NAMES["catalog"]}
    told["type"] = [kind._value_ for kind in told["type"]]
    told["also"] = [[kind._value_ for kind in kinds] if kinds else () for kinds in told["also"]]
    told["flags"] = [sorted(flags) if flags else () for flags in told["flags"]]
    return [*told.values()]


def row_concept(row: Row) -> Concept:
    return Concept(
        row["id"], ConceptType(row["type"]), row["label"], tuple(row["aliases"]), tuple(row["acronyms"]), tuple(row["broader"]),
        tuple(row["identifiers"]), tuple(ConceptType(t) for t in row["also"]), frozenset(row["flags"]), row["source"], row["known"],
    )  # fmt: skip


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
