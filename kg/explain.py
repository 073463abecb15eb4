"""One text linked, with the reasons: what `kg link` and `kg.link` show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from kg.cards import chip, marked, pretty, table_html
from kg.catalog import Catalog
from kg.clean import clean
from kg.model import Concept, Finding, Paper, Reading
from kg.reader import Reader
from kg.resolve import Resolver


@dataclass(frozen=True, slots=True)
class Linked:
    """A text with the concepts that it is linked to.

    `concepts[i]` is the concept of `reading.findings[i]`: of the catalog, or new. `undecided` holds strings that were seen and
    not taken, with their probability, the surest first.
    """

    paper: Paper
    reading: Reading
    concepts: tuple[Concept, ...]
    undecided: tuple[tuple[str, float], ...] = ()

    def rows(self) -> list[dict[str, object]]:
        """One row a link, in the order of the text, ready for JSON."""
        return [
            {
                "concept": concept.id,
                "name": concept.label,
                "type": concept.type.value,
                "known": concept.known,
                "relation": finding.relation.value,
                "confidence": finding.confidence,
                "variant": finding.variant,
                "sentence": self.sentence(finding),
                "mentions": [
                    {"field": e.mention.field, "start": e.mention.start, "end": e.mention.end, "text": e.mention.text}
                    for e in finding.evidence
                ],
                "candidates": [{"concept": c, "score": score, "why": why} for c, score, why in finding.candidates],
            }
            for finding, concept in zip(self.reading.findings, self.concepts, strict=True)
        ]

    def sentence(self, finding: Finding) -> str:
        """The sentence that a finding rests on most."""
        best = finding.evidence[0]
        return self.paper.text(best.mention.field)[best.sentence_start : best.sentence_end]

    def explain(self) -> str:
        """Each link with its mentions, the candidates it was preferred to, and why; then what was not taken."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        for finding, concept in zip(self.reading.findings, self.concepts, strict=True):
            origin = "known concept" if concept.known else "new concept"
            yield f"{concept.label}  [{concept.type.value}, {finding.relation.value}, {finding.confidence:.2f}]  {origin} {concept.id}"
            texts = dict.fromkeys(e.mention.text for e in finding.evidence)
            yield f"  named by: {', '.join(repr(t) for t in texts)}" + (f"; variant {finding.variant}" if finding.variant else "")
            cue = f" (cue {finding.evidence[0].cue!r})" if finding.evidence[0].cue else ""
            yield f"  rests on: {self.sentence(finding)}{cue}"
            for number, (candidate, score, why) in enumerate(finding.candidates):
                taken = "taken" if number == 0 and candidate == finding.concept else "not taken"
                yield f"  candidate {candidate}: {score:.2f}, {taken}; {why}"
            if not finding.candidates:
                yield "  candidates: none, no name of the catalog compares"
        for statement in self.reading.statements:
            head, tail = self.concepts[statement.head].label, self.concepts[statement.tail].label
            clause = self.paper.text(statement.field)[statement.start : statement.end]
            yield f"{head} {statement.relation.value} {tail}  [{statement.confidence:.2f}]: {clause}"
        if self.undecided:
            yield "not taken for concepts: " + ", ".join(f"{text} ({p:.2f})" for text, p in self.undecided)

    def _repr_html_(self) -> str:
        rows = []
        for f, c in zip(self.reading.findings, self.concepts, strict=True):
            best = f.evidence[0]
            sentence = marked(
                self.sentence(f), [(best.mention.start - best.sentence_start, best.mention.end - best.sentence_start, "", "")]
            )
            rows.append((escape(c.label), chip(c.type.value), escape(f.relation.value), f"{f.confidence:.2f}", sentence))
        return table_html(("concept", "type", "relation", "confidence", "sentence"), rows)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        pretty(self.explain(), printer, cycle)


def link(text: str, *, title: str = "", catalog: Catalog | None = None, reader: Reader | None = None) -> Linked:
    """Links one text, as if it were the abstract of a paper.

    Args:
        text: any text of some sentences; it is cleaned as loaders do.
        title: its title, if it has one.
        catalog: the known concepts; without it the catalog that ships with paperkg.
        reader: used instead of one made from `catalog`, to save time where many texts are linked.

    >>> linked = link("We evaluate a convolutional neural network on CIFAR-10 and ImageNet.")
    >>> [c.label for c in linked.concepts]
    ['convolutional neural network', 'CIFAR-10', 'ImageNet']
    """
    reader = reader or Reader(catalog)
    paper = Paper("text", clean(title), clean(text))
    return linked(paper, reader)


def linked(paper: Paper, reader: Reader) -> Linked:
    """Links one paper, and keeps what was nearly taken."""
    reading = reader.read([paper])[0]
    resolver = Resolver(reader.catalog)
    resolver.add(paper.id, reading.findings)
    resolution = resolver.resolve()
    ids = [resolution.id_of(f) for f in reading.findings]
    concepts = tuple(resolution.concepts.get(i) or reader.catalog[i] for i in ids)
    return Linked(paper, reading, concepts, tuple(reader.undecided(paper)))
