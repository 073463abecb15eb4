"""Records to rows of the tables of a graph, and back."""

from __future__ import annotations

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
        "correction": finding.correction,
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
        correction=row["correction"],
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
