"""What paperkg is compared with: spaCy's PhraseMatcher with the names of the same catalog, every match a link."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from kg.catalog import Catalog
from kg.model import FIELDS, Concept, Paper


class Phrases:
    """A PhraseMatcher (blank English tokenizer, attribute LOWER) with all names of a catalog; one key a concept."""

    def __init__(self, catalog: Catalog) -> None:
        import spacy
        from spacy.matcher import PhraseMatcher

        self.catalog = catalog
        self._nlp = spacy.blank("en")
        self._matcher = PhraseMatcher(self._nlp.vocab, attr="LOWER")
        for concept in catalog.values():
            self._matcher.add(concept.id, list(self._nlp.tokenizer.pipe(concept.names)))

    def matches(self, papers: Iterable[Paper]) -> Iterator[tuple[Paper, dict[str, list[dict[str, Any]]]]]:
        """Every paper with its matches by concept id; a match is a mention as in the export `jsonl`, without its sentence."""
        for paper in papers:
            found: dict[str, list[dict[str, Any]]] = {}
            for field in FIELDS:
                doc = self._nlp.make_doc(paper.text(field))
                for key, first, last in self._matcher(doc):
                    span = doc[first:last]
                    mention = {"field": field, "start": span.start_char, "end": span.end_char, "text": span.text}
                    found.setdefault(self._nlp.vocab.strings[key], []).append(mention)
            yield paper, found

    def links(self, papers: Iterable[Paper]) -> Iterator[dict[str, Any]]:
        """The matches as lines of the export `jsonl`: type from the catalog, relation `mentions`, since a matcher knows no other."""
        for paper, found in self.matches(papers):
            for concept_id, mentions in sorted(found.items()):
                concept: Concept = self.catalog[concept_id]
                yield {
                    "paper": paper.id,
                    "title": paper.title,
                    "concept": concept.id,
                    "name": concept.label,
                    "aliases": [*concept.aliases, *concept.acronyms],
                    "type": concept.type.value,
                    "relation": "mentions",
                    "confidence": 1.0,
                    "mentions": mentions,
                }
