"""The templates of all nodes that a graph has many of, made from what `exports.rdf_nodes` says of records full of marks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from exports.rdf_nodes import Terms
from exports.templates import ColumnTemplate, Fill, mark, template
from exports.triples import RDF_TYPE, Node
from kg.model import Concept, ConceptLink, ConceptRelation, ConceptType, Evidence, Link, Mention, Paper, Relation
from ontology.terms import FOREIGN, Term

__all__ = ["CONCEPT_SLOTS", "EVIDENCE_SLOTS", "KINDS", "LINK_SLOTS", "PAPER_SLOTS", "Fills"]

#: Properties of which there may be none or many, of those concepts that are told from columns (`exports.rdf_concepts`).
CONCEPT_SLOTS: tuple[Term, ...] = (
    "skos:altLabel", "acronym", "origin", "dcterms:replaces", *(relation.value for relation in ConceptRelation),
)  # fmt: skip
#: Those of a paper, in the order in which `Fills.paper` takes their lines.
PAPER_SLOTS: tuple[Term, ...] = (
    "dcterms:abstract", "dcterms:issued", "venue", "fabio:hasArXivId", "bibo:doi", "sourceFile", "prov:wasDerivedFrom", "sourceLine",
    "schema:url", "inOrder", "owl:sameAs", "dcterms:creator", *(relation.value for relation in Relation),
)  # fmt: skip
#: Those of a piece of evidence and of a link.
EVIDENCE_SLOTS: tuple[Term, ...] = ("oa:prefix", "oa:suffix", "cue", "position", "sentence", "sentenceStart", "sentenceEnd")
LINK_SLOTS: tuple[Term, ...] = ("evidence", "variant", "correction", "prov:wasInfluencedBy")
#: What a paper may be of, beside a paper.
KINDS: tuple[Term, ...] = tuple(name for name in FOREIGN if name.startswith("fabio:") and name != "fabio:hasArXivId")

# numbers and parts of texts that no node holds otherwise
_START, _END, _FIRST, _LAST = 7101, 7202, 7003, 7304
_CONFIDENCE = 0.7103
_ONE = '"1"^^'


class _Text(str):
    """A text whose every part says where it was cut."""

    def __getitem__(self, key: Any) -> str:
        return f"part-{key.start}-{key.stop}-part"


class Fills:
    """Templates under one base; most take a tuple of bytes, in the order that their comments say, two take columns.

    With `named`, every line ends with a graph, whose IRI is the last value of each tuple; without, that value is not used.
    """

    def __init__(self, terms: Terms, named: bool) -> None:
        self.terms = terms
        self._end = f" <{mark('graph')}> .\n" if named else " .\n"
        self._iris = terms.iris
        self._paper = Paper(mark("paper"), mark("title"), _Text("abstract"))
        # number, IRI of the author, name
        self.author = self._author()
        # IRI of the field, of the paper, text
        self.field = self._field()
        # a column for each of `iri`, `field`, `start`, `end`, `exact`, `body`, `motive`, and for each of EVIDENCE_SLOTS its lines
        self.evidence = self._evidence()
        # a column for each of `iri`, `paper`, `relation`, `concept`, `confidence`, `number`, `decisive`, `sentence`, and for LINK_SLOTS
        self.link = self._link()
        # IRI of the statement, the head, the relation and the tail, confidence, IRI of the paper and of the evidence, sentence
        self.relation = self._relation()
        # IRI of the statement, the head, the relation and the tail, confidence
        self.catalog_relation = self._catalog_relation()
        # by type: a column for each of `iri`, `id`, `label`, `known`, `papers`, and for each of CONCEPT_SLOTS its lines
        self.concept = {kind.value: self._concept(kind) for kind in ConceptType}
        # by kind: IRI, id, title; lines of PAPER_SLOTS
        self.paper = {kind: self._paper_node(kind) for kind in KINDS}

    def _made(self, nodes: Sequence[Node], holes: Sequence[str], marks: dict[str, str], whole: Sequence[Term] = ()) -> Fill:
        return template(nodes, *self._given(holes, whole), marks=marks, whole=self._slots(whole))

    def _given(self, holes: Sequence[str], whole: Sequence[Term]) -> tuple[tuple[str, ...], str]:
        return (*holes, *whole, "graph"), self._end

    def _slots(self, whole: Sequence[Term]) -> dict[str, str]:
        return {self.terms.term(name): name for name in whole}

    def _author(self) -> Fill:
        paper = Paper("p", "t", authors=(mark("name"),))
        subject, said = next(iter(self.terms.paper(paper, [])))
        iri = self._iris.author("p", 1)
        return self._made([(subject, _numbered(said))], ("iri", "name", "number"), {iri: "iri"})

    def _field(self) -> Fill:
        iri = self._iris.field(self._paper.id, "title")
        node = next(n for n in self.terms.paper(self._paper, []) if n[0] == f"<{iri}>")
        return self._made([node], ("iri", "paper", "title"), {iri: "iri", self._iris.paper(self._paper.id): "paper"})

    def _evidence(self) -> ColumnTemplate:
        found = Evidence(Mention("abstract", _START, _END, "x"), _FIRST, _LAST, "cue")
        link = Link(self._paper.id, mark("concept"), Relation.USES, _CONFIDENCE, (found,))
        nodes = [(subject, said) for subject, said in sorted(self.terms.link(link, self._paper)) if "/evidence/" in subject]
        marks = {
            self._iris.evidence(self._paper.id, "abstract", _START, _END, link.concept): "iri",
            self._iris.field(self._paper.id, "abstract"): "field",
            str(_START): "start",
            str(_END): "end",
            f"part-{_START}-{_END}-part": "exact",
            self._iris.concept(link.concept): "body",
            self.terms.term("oa:identifying")[1:-1]: "motive",
        }
        holes = ("iri", "field", "start", "end", "exact", "body", "motive")
        return ColumnTemplate(nodes, *self._given(holes, EVIDENCE_SLOTS), marks=marks, whole=self._slots(EVIDENCE_SLOTS))

    def _link(self) -> ColumnTemplate:
        found = Evidence(Mention("abstract", _START, _END, "x"), _FIRST, _LAST)
        link = Link(self._paper.id, mark("concept"), Relation.USES, _CONFIDENCE, (found,), "variant", "confirm")
        node = next(iter(self.terms.link(link, self._paper)))
        marks = {
            self._iris.link(link): "iri",
            self._iris.paper(link.paper): "paper",
            self._iris.term("uses"): "relation",
            self._iris.concept(link.concept): "concept",
            str(_CONFIDENCE): "confidence",
            self._iris.evidence(link.paper, "abstract", _START, _END, link.concept): "decisive",
            f"part-{_FIRST}-{_LAST}-part": "sentence",
        }
        holes = ("iri", "paper", "relation", "concept", "confidence", "number", "decisive", "sentence")
        nodes = [(node[0], _numbered(node[1]))]
        return ColumnTemplate(nodes, *self._given(holes, LINK_SLOTS), marks=marks, whole=self._slots(LINK_SLOTS))

    def _statement(self) -> ConceptLink:
        relation = ConceptRelation.USED_FOR
        return ConceptLink(mark("head"), relation, mark("tail"), _CONFIDENCE, self._paper.id, "abstract", _START, _END)

    def _relation(self) -> Fill:
        link = self._statement()
        iri = self._iris.concept_link(link)
        node = next(n for n in self.terms.relation(link, self._paper) if n[0] == f"<{iri}>")
        marks = {
            iri: "iri",
            self._iris.concept(link.head): "head",
            self._iris.term("usedFor"): "relation",
            self._iris.concept(link.tail): "tail",
            str(_CONFIDENCE): "confidence",
            self._iris.paper(self._paper.id): "paper",
            self._iris.evidence(self._paper.id, "abstract", _START, _END, link.head, "usedFor", link.tail): "evidence",
            f"part-{_START}-{_END}-part": "sentence",
        }
        return self._made([node], ("iri", "head", "relation", "tail", "confidence", "paper", "evidence", "sentence"), marks)

    def _catalog_relation(self) -> Fill:
        link = ConceptLink(mark("head"), ConceptRelation.USED_FOR, mark("tail"), _CONFIDENCE)
        iri = self._iris.concept_link(link)
        node = next(n for n in self.terms.relation(link, None) if n[0] == f"<{iri}>")
        ends = {self._iris.concept(link.head): "head", self._iris.term("usedFor"): "relation", self._iris.concept(link.tail): "tail"}
        marks = {iri: "iri", str(_CONFIDENCE): "confidence", **ends}
        return self._made([node], ("iri", "head", "relation", "tail", "confidence"), marks)

    def _concept(self, kind: ConceptType) -> ColumnTemplate:
        concept = Concept(mark("id"), kind, mark("label"))
        subject, said = self.terms.concept(concept, _START, ())
        said += [f"{self.terms.term(name)} <x:x>" for name in CONCEPT_SLOTS]
        marks = {self._iris.concept(concept): "iri", str(_START): "papers", "true": "known"}
        given = self._given(("iri", "id", "label", "known", "papers"), CONCEPT_SLOTS)
        return ColumnTemplate([(subject, said)], *given, marks=marks, whole=self._slots(CONCEPT_SLOTS))

    def _paper_node(self, kind: Term) -> Fill:
        iri = self._iris.paper(self._paper.id)
        said = next(said for subject, said in self.terms.paper(self._paper, []) if subject == f"<{iri}>")
        kinds = {self.terms.a(name) for name in KINDS}
        said = [self.terms.a(kind) if one in kinds else one for one in said]
        said += [f"{self.terms.term(name)} <x:x>" for name in PAPER_SLOTS]
        return self._made([(f"<{iri}>", said)], ("iri", "paper", "title"), {iri: "iri"}, PAPER_SLOTS)


def _numbered(said: Sequence[str]) -> list[str]:
    """With a hole where the first of several was counted."""
    return [one.replace(_ONE, f'"{mark("number")}"^^') if not one.startswith(RDF_TYPE) else one for one in said]
