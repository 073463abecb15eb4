"""A small honest reader for tests of the spine: names of a catalog, CamelCase words and "large language models", in any paper."""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Sequence
from pathlib import Path

from kg.catalog import Catalog
from kg.model import FIELDS, ConceptRelation, ConceptType, Evidence, Finding, Mention, Paper, Reading, Relation, Statement
from kg.text import fold, sentences

CAMEL = re.compile(r"\b[A-Z][a-z]+[A-Z]\w*|\b(?:[Ll]arge [Ll]anguage [Mm]odels?|LLMs?)\b")
RELATIONS = {
    ConceptType.TASK: Relation.ADDRESSES,
    ConceptType.DATASET: Relation.EVALUATES_ON,
    ConceptType.ARCHITECTURE: Relation.USES,
    ConceptType.METHOD: Relation.USES,
    ConceptType.METRIC: Relation.MEASURES,
}


class FakeReader:
    """Reads by plain search. `stop_at` ends the process hard at a paper whose title holds it; `wait` sleeps there instead."""

    def __init__(self, catalog: Catalog, stop_at: str = "", wait: float = 0.0, marker: str = "") -> None:
        self.catalog, self.stop_at, self.wait, self.marker = catalog, stop_at, wait, marker
        self.calls = 0

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256("\n".join(self.catalog).encode()).hexdigest()

    def read(self, papers: Sequence[Paper]) -> list[Reading]:
        self.calls += len(papers)
        return [self._one(paper) for paper in papers]

    def _one(self, paper: Paper) -> Reading:
        if self.stop_at and self.stop_at in paper.title:
            if self.marker:
                Path(self.marker).touch()
            if self.wait:
                time.sleep(self.wait)
            else:
                os._exit(7)
        found: dict[str, tuple[str, str, ConceptType, list[Evidence]]] = {}
        for concept in self.catalog.values():
            for name in concept.names:
                self._collect(paper, rf"\b{re.escape(name)}\b", found, concept.id, concept.label, concept.type)
        self._collect(paper, CAMEL.pattern, found, "", "", ConceptType.METHOD)
        findings = []
        for concept_id, label, kind, evidence in found.values():
            acronyms = tuple(sorted({e.mention.text for e in evidence if e.mention.text.startswith("LLM")}))
            confidence = round(0.5 + 0.05 * min(len(evidence), 9), 2)
            scores = tuple(0.6 if t is kind else 0.1 for t in ConceptType)
            findings.append(Finding(label, (), acronyms, kind, scores, RELATIONS[kind], confidence, tuple(evidence), concept_id))
        statements = ()
        inside = [n for n, f in enumerate(findings) if any(e.mention.field == "abstract" for e in f.evidence)]
        if len(inside) > 1:
            statements = (Statement(inside[0], ConceptRelation.USED_FOR, inside[1], 0.5, "abstract", 0, len(paper.abstract)),)
        return Reading(paper.id, tuple(findings), statements)

    @staticmethod
    def _collect(
        paper: Paper,
        pattern: str,
        found: dict[str, tuple[str, str, ConceptType, list[Evidence]]],
        concept: str,
        label: str,
        kind: ConceptType,
    ) -> None:
        for field in FIELDS:
            text = paper.text(field)
            for match in re.finditer(pattern, text):
                low, high = next((a, b) for a, b in sentences(text) if a <= match.start() < b)
                evidence = Evidence(Mention(field, match.start(), match.end(), match.group()), low, high)
                key = concept or "new:" + fold(match.group())
                found.setdefault(key, (concept, label or match.group(), kind, []))[3].append(evidence)
