"""The spaCy component `paperkg`: concepts of a text as spans of a Doc, without any downloaded model.

import spacy
nlp = spacy.blank("en")
nlp.add_pipe("paperkg")
doc = nlp("We fine-tune BERT on SQuAD.")
doc._.concepts                                   # one `ConceptOfDoc` for each concept
spacy.displacy.render(doc, style="span", options={"spans_key": "concepts"})
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.catalog import Catalog
from kg.explain import linked
from kg.model import Concept, Paper, Relation
from kg.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Where the spans are: `doc.spans[SPANS]`; the label is the concept's type, `span.kb_id_` its id.
SPANS = "concepts"


@dataclass(frozen=True, slots=True)
class ConceptOfDoc:
    """A concept with the relation of the text to it, its confidence (0 to 1) and its spans, the decisive one first."""

    concept: Concept
    relation: Relation
    confidence: float
    spans: tuple[Span, ...]


class PaperkgComponent:
    """Reads the text of a Doc as the abstract of one paper and sets `doc._.concepts` and `doc.spans["concepts"]`."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        if not Doc.has_extension("concepts"):
            Doc.set_extension("concepts", default=())

    def __call__(self, doc: Doc) -> Doc:
        """The same Doc with its concepts. Offsets are those of `doc.text`, which is read as it stands, not cleaned."""
        found = linked(Paper("doc", "", doc.text), self.reader)
        concepts = []
        spans: list[Span] = []
        for finding, concept in zip(found.reading.findings, found.concepts, strict=True):
            mine = [
                doc.char_span(e.mention.start, e.mention.end, label=concept.type.value, kb_id=concept.id, alignment_mode="expand")
                for e in finding.evidence
            ]
            good = tuple(s for s in mine if s is not None)
            spans.extend(good)
            concepts.append(ConceptOfDoc(concept, finding.relation, finding.confidence, good))
        doc.spans[SPANS] = sorted(spans, key=lambda s: (s.start, -s.end, s.label_))
        doc._.concepts = tuple(concepts)
        return doc

    def to_disk(self, path: Any, *, exclude: Iterable[str] = ()) -> None:
        """Nothing to store: the catalog's path is in the pipeline's config, the trained decisions in the package."""

    def from_disk(self, path: Any, *, exclude: Iterable[str] = ()) -> PaperkgComponent:
        """Nothing to load."""
        return self


@Language.factory("paperkg", assigns=["doc._.concepts", "doc.spans"], default_config={"catalog": None})
def make_paperkg(nlp: Language, name: str, catalog: str | None) -> PaperkgComponent:
    """Makes the component; `catalog` is the path of a TSV file or folder that is used with the catalog that ships."""
    known = Catalog.load()
    if catalog:
        known = known.merge(Catalog.load(catalog))
    return PaperkgComponent(Reader(known))
