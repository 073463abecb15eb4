"""A graph folder out of finished records: papers, concepts, links, relations between concepts, other ids. Nothing is resolved again.

What comes back from RDF or a server is what a graph says, not how it was made. So the folder has no readings of before the corpus
was resolved; its manifest says under `loaded` where it came from, and `kg.change` refuses to add papers to it or take some out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

from kg.aside import Aside, aside
from kg.assemble import counts_of, relation_key, write_catalog, write_concepts
from kg.errors import DataError
from kg.graph import Graph
from kg.manifest import is_graph, write_manifest
from kg.model import Concept, ConceptLink, ConceptType, Evidence, Finding, Link, Paper, Reading, Relation, Statement
from kg.rows import finding_row, mention_row, paper_row, relation_row, row_evidence, row_paper, row_relation, statement_row
from kg.spool import SortedRows, misfit, unwritable
from kg.tables import ByPaper, Row, TableWriter, table_writers

__all__ = ["RecordDraft", "drafting", "write_records"]


def write_records(
    folder: Path | str,
    *,
    papers: Iterable[Paper],
    concepts: Iterable[Concept],
    links: Iterable[Link],
    relations: Iterable[ConceptLink],
    other_ids: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    loaded: Mapping[str, Any],
    made: Mapping[str, Any] = MappingProxyType({}),
    overwrite: bool = False,
) -> Graph:
    """Writes a graph that says exactly these records, which may come in any order, and opens it.

    The iterables are taken one after the other: papers, concepts, links, relations, other ids. In memory are the concepts; all else
    is sorted in temporary files. `loaded` (JSON values) says in the manifest where the records are from: `from`, a name without
    passwords, and what else identifies it. `made` says what is known of how the graph was made, and goes into the manifest too:
    `settings`, `reader`, `inputs` (each with `name` and `sha256`), `paperkg_version`; all may be missing.

    Raises:
        GraphError: the folder is in the way.
        DataError: a record that does not fit the others: a link to a paper or concept that is not there, a mention that is not the
            text at its place, one paper twice, …
    """
    with drafting(folder, loaded, overwrite=overwrite) as draft:
        draft.made.update(made)
        for paper in papers:
            draft.paper(paper)
        draft.know(concepts)
        for link in links:
            draft.link(link)
        for relation in relations:
            draft.relation(relation)
        draft.others.update(other_ids)
    return Graph.open(folder)


@contextmanager
def drafting(folder: Path | str, loaded: Mapping[str, Any], *, overwrite: bool = False) -> Iterator[RecordDraft]:
    """A draft to give records to one by one; the graph is written when the block ends without an error. See `write_records`."""
    with aside(Path(folder), overwrite=overwrite, ours=is_graph) as work:
        draft = RecordDraft(work)
        yield draft
        draft.write(loaded)


def _unique_concepts(concepts: Iterable[Concept]) -> dict[str, Concept]:
    found: dict[str, Concept] = {}
    for concept in concepts:
        if not concept.id:
            raise DataError(f"the concept {concept.label!r} has no id; give it one")
        if concept.id in found:
            raise DataError(f"the concept {concept.id!r} comes twice; give each once")
        found[concept.id] = concept
    for concept in found.values():
        for parent in concept.broader:
            if parent not in found:
                raise DataError(f"the concept {concept.id!r} is a kind of {parent!r}, which is not among the concepts; give that too")
    return dict(sorted(found.items()))


class RecordDraft:
    """Takes records in any order, but the concepts before links and relations, and writes the tables in theirs.

    `others` are the other ids of concepts, `made` what is known of how the graph was made, `corrected` the number of links that people
    decided.
    """

    def __init__(self, work: Aside) -> None:
        self._work = work
        self.concepts: dict[str, Concept] = {}
        self.others: dict[str, str] = {}
        self.made: dict[str, Any] = {}
        self._papers = SortedRows(work.scratch, "papers", lambda r: r["id"], 2_000)
        self._links = SortedRows(work.scratch, "links", lambda r: (r["paper"], r["concept"]), 5_000)
        self._said = SortedRows(work.scratch, "said", lambda r: (r["paper"], *relation_key(r)))
        self._relations = SortedRows(work.scratch, "relations", relation_key)
        self._counts: Counter[str] = Counter()
        self.corrected = 0

    def know(self, concepts: Iterable[Concept]) -> None:
        """Takes all concepts."""
        self.concepts = _unique_concepts(concepts)

    def paper(self, paper: Paper) -> None:
        """Takes a paper."""
        if wrong := unwritable(paper):
            raise DataError(f"{paper.id!r}: {wrong}; mend what the paper was loaded from")
        self._papers.add(paper_row(paper))

    def link(self, link: Link) -> None:
        """Takes a link; whether it fits its paper is seen when all is written."""
        if link.concept not in self.concepts:
            raise DataError(f"{link.paper}: a link to {link.concept!r}, which is not among the concepts; give that too")
        evidence = [mention_row(link.paper, 0, rank, e, link.concept) for rank, e in enumerate(link.evidence)]
        self.corrected += bool(link.correction)
        self._links.add(
            {
                "paper": link.paper, "concept": link.concept, "relation": link.relation.value, "confidence": link.confidence,
                "variant": link.variant, "evidence": evidence, "correction": link.correction,
            }
        )  # fmt: skip

    def relation(self, relation: ConceptLink) -> None:
        """Takes a relation between concepts; one of a text must join concepts that its paper is linked to."""
        for end in (relation.head, relation.tail):
            if end not in self.concepts:
                raise DataError(f"a relation {relation.relation.value} with {end!r}, which is not among the concepts; give that too")
        if not 0 <= relation.confidence <= 1:
            raise DataError(f"{_shown(relation)} has the confidence {relation.confidence}; 0 to 1 expected")
        if relation.paper:
            # the numbers of the findings are known when all links are; they come with the rows sorted by paper
            self._said.add(relation_row(relation))
        else:
            self._relations.add(relation_row(relation))

    def write(self, loaded: Mapping[str, Any]) -> None:
        """Writes all tables and the manifest."""
        for other, owner in self.others.items():
            if owner not in self.concepts or other in self.concepts:
                wrong = f"stands for {owner!r}, which no concept is" if owner not in self.concepts else "is the id of a concept"
                raise DataError(f"the other id {other!r} {wrong}; give other ids of concepts that are there")
        with table_writers(self._work.new) as tables:
            inputs = self._write_papers(tables)
            write_concepts(tables, self.concepts.values(), self._counts)
            write_catalog(tables, (concept for concept in self.concepts.values() if concept.known))
            for other, owner in sorted(self.others.items()):
                tables["other_ids"].write({"id": other, "concept": owner})
            kinds = self._write_relations(tables)
            kinds["corrected"] = self.corrected
        files = [(about["name"], about["sha256"], about.get("records")) for about in self.made.get("inputs", ())]
        files += [(name, "", None) for name in inputs.keys() - {name for name, _, _ in files} if name]
        about = {
            "settings": self.made.get("settings", {}),
            "reader": self.made.get("reader", ""),
            "inputs": [
                {"name": name, "sha256": digest, "records": inputs[name] if records is None else records}
                for name, digest, records in sorted(files, key=lambda file: file[:2])
            ],
            "counts": counts_of(tables, self.concepts.values(), kinds),
            "loaded": {**loaded, **({"paperkg_version": version} if (version := self.made.get("paperkg_version")) else {})},
        }
        write_manifest(self._work, tables, about)

    def _write_papers(self, tables: Mapping[str, TableWriter]) -> Counter[str]:
        parts = {"link": ByPaper(self._links), "relation": ByPaper(self._said)}
        inputs: Counter[str] = Counter()
        last = ""
        for row in self._papers:
            if row["id"] == last:
                raise DataError(f"the paper {last!r} comes twice; give each once")
            last = row["id"]
            tables["papers"].write(row)
            inputs[row["source"]] += 1
            _no_strays(parts, last)
            links, said = (rows.of(last) for rows in parts.values())
            self._write_paper(row_paper(row), links, said, tables)
        _no_strays(parts, None)
        return inputs

    def _write_paper(self, paper: Paper, links: list[Row], said: list[Row], tables: Mapping[str, TableWriter]) -> None:
        findings: list[Finding] = []
        numbers: dict[str, int] = {}
        for number, row in enumerate(links):
            if row["concept"] in numbers:
                raise DataError(f"two links of {paper.id!r} with {row['concept']!r}; give one for each pair of paper and concept")
            numbers[row["concept"]] = number
            findings.append(self._finding(row))
        for row in said:
            for end in (row["head"], row["tail"]):
                if end not in numbers:
                    raise DataError(f"{_shown(row_relation(row))}: the paper has no link with {end!r}; give that too")
            if row["head"] == row["tail"]:
                raise DataError(f"{_shown(row_relation(row))} leads back to where it begins; leave it out")
        statements = [
            Statement(numbers[r["head"]], row_relation(r).relation, numbers[r["tail"]], r["confidence"], r["field"], r["start"], r["end"])
            for r in said
        ]
        if wrong := misfit(paper, Reading(paper.id, tuple(findings), tuple(statements))):
            raise DataError(f"{paper.id}: {wrong}; mend what it was loaded from")
        for number, (row, finding) in enumerate(zip(links, findings, strict=True)):
            concept = row["concept"]
            tables["findings"].write(finding_row(paper.id, number, finding, concept))
            for rank, evidence in enumerate(finding.evidence):
                tables["mentions"].write(mention_row(paper.id, number, rank, evidence, concept))
            tables["links"].write({**row, "findings": [number]})
            self._counts[concept] += 1
        for number, (row, statement) in enumerate(zip(said, statements, strict=True)):
            tables["statements"].write(statement_row(paper.id, number, statement))
            self._relations.add({**row, "head_finding": statement.head, "tail_finding": statement.tail})

    def _finding(self, row: Row) -> Finding:
        concept = self.concepts[row["concept"]]
        scores = tuple(float(t is concept.type) for t in ConceptType)
        evidence: tuple[Evidence, ...] = tuple(map(row_evidence, row["evidence"]))
        if len({e.mention for e in evidence}) != len(evidence):
            raise DataError(f"the link {row['paper']} → {concept.id} has one mention twice as evidence; give each once")
        known = concept.id if concept.known else ""
        return Finding(
            concept.label,
            (),
            (),
            concept.type,
            scores,
            Relation(row["relation"]),
            row["confidence"],
            evidence,
            known,
            row["variant"],
            correction=row["correction"],
        )

    def _write_relations(self, tables: Mapping[str, TableWriter]) -> Counter[str]:
        kinds: Counter[str] = Counter()
        last: tuple[Any, ...] = ()
        for row in self._relations:
            place = relation_key(row)[:7]
            if place == last:
                raise DataError(f"{_shown(row_relation(row))} comes twice; give each once")
            last = place
            tables["concept_relations"].write(row)
            kinds[row["origin"]] += 1
        return kinds


def _shown(relation: ConceptLink) -> str:
    place = f" of {relation.paper}, {relation.field}[{relation.start}:{relation.end}]" if relation.paper else " of the catalog"
    return f"the relation {relation.head} {relation.relation.value} {relation.tail}{place}"


def _no_strays(parts: Mapping[str, ByPaper], paper: str | None) -> None:
    """Raises an error where rows of a paper before this one are left, or after the last paper any: that paper is not there."""
    for what, rows in parts.items():
        if rows.next is not None and (paper is None or rows.next < paper):
            raise DataError(f"a {what} of the paper {rows.next!r}, which is not among the papers; give that too")
