"""The templates of all nodes that a graph has many of, made from what `exports.rdf_nodes` says of records full of marks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from exports.rdf_nodes import Terms
from exports.templates import Fill, mark, template
from exports.triples import RDF_TYPE, Node
from kg.model import Concept, ConceptLink, ConceptRelation, ConceptType, Evidence, Link, Mention, Paper, Relation
from ontology.terms import FOREIGN, Term

__all__ = ["CONCEPT_SLOTS", "DECIDED", "KINDS", "PAPER_SLOTS", "Fills"]

#: Properties of a concept of which there may be none or many, in the order in which `Fills.concept` takes their lines.
CONCEPT_SLOTS: tuple[Term, ...] = (
    "dcterms:identifier", "skos:altLabel", "acronym", "alsoType", "flag", "origin", "skos:broader", "skos:exactMatch", "inOrder",
    "dcterms:replaces", *(relation.value for relation in ConceptRelation),
)  # fmt: skip
#: Those of a paper, for `Fills.paper`.
PAPER_SLOTS: tuple[Term, ...] = (
    "dcterms:abstract", "dcterms:issued", "venue", "fabio:hasArXivId", "bibo:doi", "sourceFile", "prov:wasDerivedFrom", "sourceLine",
    "schema:url", "inOrder", "owl:sameAs", "dcterms:creator", *(relation.value for relation in Relation),
)  # fmt: skip
#: What a link says that people decided, in the order in which `Fills.link` takes its lines.
DECIDED: tuple[Term, ...] = ("correction", "prov:wasInfluencedBy")
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
    """Templates under one base; each takes a tuple of bytes, in the order that its comment says.

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
        # IRI of the evidence and of its field, start, end, exact text, text before, text behind, IRI of the concept, position, sentence,
        # its start, its end, cue
        self.evidence = [self._evidence(bool(n & 4), bool(n & 2), bool(n & 1)) for n in range(8)]
        # IRI of the evidence and of its field, start, end, exact text, text before, text behind, IRI of the statement
        self.relation_evidence = [self._relation_evidence(bool(n & 2), bool(n & 1)) for n in range(4)]
        # IRI of the link, the paper, the relation and the concept, confidence, support, IRI of the decisive evidence, sentence; lines of
        # the evidence, of the variant and of DECIDED
        self.link = self._link()
        # IRI of the statement, the head, the relation and the tail, confidence, IRI of the paper and of the evidence, sentence
        self.relation = self._relation()
        # IRI of the statement, the head, the relation and the tail, confidence
        self.catalog_relation = self._catalog_relation()
        # by type: IRI, id, label, whether known, number of papers; lines of CONCEPT_SLOTS
        self.concept = {kind.value: self._concept(kind) for kind in ConceptType}
        # by kind: IRI, id, title; lines of PAPER_SLOTS
        self.paper = {kind: self._paper_node(kind) for kind in KINDS}

    def _made(self, nodes: Sequence[Node], holes: Sequence[str], marks: dict[str, str], whole: Sequence[Term] = ()) -> Fill:
        slots = {self.terms.term(name): name for name in whole}
        return template(nodes, (*holes, *whole, "graph"), self._end, marks=marks, whole=slots)

    def _author(self) -> Fill:
        paper = Paper("p", "t", authors=(mark("name"),))
        subject, said = next(iter(self.terms.paper(paper, [])))
        iri = self._iris.author("p", 1)
        return self._made([(subject, _numbered(said))], ("iri", "name", "number"), {iri: "iri"})

    def _field(self) -> Fill:
        iri = self._iris.field(self._paper.id, "title")
        node = next(n for n in self.terms.paper(self._paper, []) if n[0] == f"<{iri}>")
        return self._made([node], ("iri", "paper", "title"), {iri: "iri", self._iris.paper(self._paper.id): "paper"})

    def _evidence(self, cue: bool, before: bool, behind: bool) -> Fill:
        found = Evidence(Mention("abstract", _START, _END, "x"), _FIRST, _LAST, mark("cue") if cue else "")
        link = Link(self._paper.id, mark("concept"), Relation.USES, _CONFIDENCE, (found,))
        nodes = [node for node in self.terms.link(link, self._paper) if "/evidence/" in node[0]]
        iri = self._iris.evidence(self._paper.id, "abstract", _START, _END, link.concept)
        marks = {**self._marks(iri), self._iris.concept(link.concept): "concept"}
        holes = (*_PLACE, "concept", "number", "sentence", "first", "last", "cue")
        return self._made(self._cut(nodes, before, behind), holes, marks)

    def _relation_evidence(self, before: bool, behind: bool) -> Fill:
        link = self._statement()
        nodes = [node for node in self.terms.relation(link, self._paper) if "/evidence/" in node[0]]
        iri = self._iris.evidence(self._paper.id, "abstract", _START, _END, link.head, link.relation.value, link.tail)
        marks = {**self._marks(iri), self._iris.concept_link(link): "statement"}
        return self._made(self._cut(nodes, before, behind), (*_PLACE, "statement"), marks)

    def _marks(self, evidence: str) -> dict[str, str]:
        around = {f"part-{_START - 32}-{_START}-part": "before", f"part-{_END}-{_END + 32}-part": "behind"}
        ends = {str(_START): "start", str(_END): "end", str(_FIRST): "first", str(_LAST): "last"}
        texts = {f"part-{_START}-{_END}-part": "exact", f"part-{_FIRST}-{_LAST}-part": "sentence"}
        return {evidence: "iri", self._iris.field(self._paper.id, "abstract"): "field", **around, **ends, **texts}

    def _cut(self, nodes: Sequence[Node], before: bool, behind: bool) -> list[Node]:
        """The nodes of a piece of evidence in order, without the texts around it that it does not have."""
        gone = tuple(f"{self.terms.term(name)} " for name, there in (("oa:prefix", before), ("oa:suffix", behind)) if not there)  # type: ignore[arg-type]
        return [(subject, [one for one in _numbered(said) if not one.startswith(gone)]) for subject, said in sorted(nodes)]

    def _link(self) -> Fill:
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
        return self._made([(node[0], _numbered(node[1]))], holes, marks, ("evidence", "variant", *DECIDED))

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

    def _concept(self, kind: ConceptType) -> Fill:
        concept = Concept(mark("id"), kind, mark("label"))
        subject, said = self.terms.concept(concept, _START, ())
        said += [f"{self.terms.term(name)} <x:x>" for name in CONCEPT_SLOTS]
        marks = {self._iris.concept(concept): "iri", str(_START): "papers", '"true"': "known"}
        return self._made([(subject, said)], ("iri", "id", "label", "known", "papers"), marks, CONCEPT_SLOTS)

    def _paper_node(self, kind: Term) -> Fill:
        iri = self._iris.paper(self._paper.id)
        said = next(said for subject, said in self.terms.paper(self._paper, []) if subject == f"<{iri}>")
        kinds = {self.terms.a(name) for name in KINDS}
        said = [self.terms.a(kind) if one in kinds else one for one in said]
        said += [f"{self.terms.term(name)} <x:x>" for name in PAPER_SLOTS]
        return self._made([(f"<{iri}>", said)], ("iri", "paper", "title"), {iri: "iri"}, PAPER_SLOTS)


_PLACE = ("iri", "field", "start", "end", "exact", "before", "behind")


def _numbered(said: Sequence[str]) -> list[str]:
    """With a hole where the first of several was counted."""
    return [one.replace(_ONE, f'"{mark("number")}"^^') if not one.startswith(RDF_TYPE) else one for one in said]
