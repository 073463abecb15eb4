"""The spaCy component `paperkg`: concepts of a text as spans of a Doc, without any downloaded model.

import spacy
nlp = spacy.blank("en")
nlp.add_pipe("paperkg")
doc = nlp("We fine-tune BERT on SQuAD.")
doc._.concepts                                   # one `ConceptOfDoc` for each concept
spacy.displacy.render(doc, style="span", options={"spans_key": "concepts"})
spacy.displacy.render(displacy_data(doc, relations=True), style="span", manual=True)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans, registry

from kg.catalog import Catalog
from kg.errors import UsageError
from kg.explain import linked
from kg.model import Concept, Paper, Relation
from kg.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Where the spans are: `doc.spans[SPANS]`; the label is the concept's type, `span.kb_id_` its id.
SPANS = "concepts"
#: Colours of types in displaCy: those of the page on a dark ground, as displaCy writes on them in black.
COLORS = {"TASK": "#f0814a", "DATASET": "#35c79a", "ARCHITECTURE": "#62b6f0", "METHOD": "#df8fbd", "METRIC": "#edb93b"}
# known to displaCy from here on: no option has to name them
registry.displacy_colors.register("paperkg", func=COLORS)


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


def displacy_data(doc: Doc, style: Literal["span", "ent"] = "span", *, relations: bool = False) -> dict[str, Any]:
    """A Doc as displaCy takes it with `manual=True`: what it knows of the concepts of a text, without the Doc.

    Args:
        style: "span" has every mention, also those that overlap, in lanes below the text; "ent" marks them in the text, where of mentions
            that overlap the longest is left.
        relations: labels have the relation behind the type, as `Dataset evaluatesOn`, in place of the id of the concept. Colours
            then go by the same labels: give `options={"colors": data["colors"]}`.

    Raises:
        UsageError: another style, or the Doc did not go through the component, or was stored since without the relations.
    """
    if style not in ("span", "ent"):
        raise UsageError(f"no style {style!r} for concepts; give span or ent")
    if SPANS not in doc.spans:
        raise UsageError('the Doc has no concepts; add the component to its pipeline: nlp.add_pipe("paperkg")')
    said = {(s.start, s.end, s.kb_id_): c.relation.value for c in doc._.concepts for s in c.spans}
    if relations and any((s.start, s.end, s.kb_id_) not in said for s in doc.spans[SPANS]):
        raise UsageError("the Doc was stored without doc._.concepts, which has the relations; send its text through the pipeline again")
    spans = list(doc.spans[SPANS]) if style == "span" else filter_spans(doc.spans[SPANS])
    found, colors = [], {}
    for span in spans:
        label = f"{span.label_} {said[span.start, span.end, span.kb_id_]}" if relations else span.label_
        colors[label] = COLORS[span.label_.upper()]
        place = {"start_token": span.start, "end_token": span.end} if style == "span" else {"start": span.start_char, "end": span.end_char}
        found.append({**place, "label": label, "kb_id": "" if relations else span.kb_id_, "kb_url": "#"})
    data: dict[str, Any] = {"text": doc.text, "title": None, "colors": colors}
    return data | ({"spans": found, "tokens": [t.text for t in doc]} if style == "span" else {"ents": found})


@Language.factory("paperkg", assigns=["doc._.concepts", "doc.spans"], default_config={"catalog": None})
def make_paperkg(nlp: Language, name: str, catalog: str | None) -> PaperkgComponent:
    """Makes the component; `catalog` is the path of a TSV file or folder that is used with the catalog that ships."""
    known = Catalog.load()
    if catalog:
        known = known.merge(Catalog.load(catalog))
    return PaperkgComponent(Reader(known))
