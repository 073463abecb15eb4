"""The templates of all nodes that a graph has many of, made from what `exports.rdf_nodes` says of records full of marks.

Each takes the columns that its comment in `Fills` names. What ends with `name` are last parts of IRIs, as they stand there; with `named`,
those of papers take one more, `graph`: the name of the paper whose graph it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from exports.rdf_nodes import Terms
from exports.templates import Hole, Part, mark, template
from exports.triples import RDF_TYPE
from kg.model import Concept, ConceptLink, ConceptRelation, ConceptType, Evidence, Link, Mention, Paper, Relation
from ontology.terms import FOREIGN, Term

__all__ = ["KINDS", "Fills", "Template"]

Template = tuple[Part, ...]

#: What a paper may be of, beside a paper.
KINDS: tuple[Term, ...] = tuple(name for name in FOREIGN if name.startswith("fabio:") and name != "fabio:hasArXivId")

# numbers and parts of texts that no node holds otherwise
_START, _END, _FIRST, _LAST, _YEAR, _LINE = 7101, 7202, 7003, 7304, 7405, 7506
_BEFORE, _BEHIND = f"part-{_START - 32}-{_START}-part", f"part-{_END}-{_END + 32}-part"
_CONFIDENCE = 0.7103
_ONE = '"1"^^'


class _Text(str):
    """A text whose every part says where it was cut."""

    def __getitem__(self, key: Any) -> str:
        return f"part-{key.start}-{key.stop}-part"


class Fills:
    """Templates under one base; with `named`, every line ends with its graph."""

    def __init__(self, terms: Terms, named: bool) -> None:
        self.terms = terms
        self._iris = terms.iris
        self._end = f" <{terms.iris.paper_graph(mark('graph'))}> .\n" if named else " .\n"
        self._general = f" <{terms.iris.general_graph}> .\n" if named else " .\n"
        self._paper = Paper(mark("paper"), mark("title"), _Text("abstract"))
        #: IRIs, by what they take.
        self.iris = {
            "evidence": self._iri("evidence", "paper/field/start-end/concept"),
            "evidence of relation": self._iri("evidence", "paper/field/start-end/head/relation/tail"),
            "link": self._iri("link", "paper/relation/concept"),
            "relation": self._iri("relation", "head/relation/tail/paper/field/start-end"),
            "catalog": self._iri("relation", "head/relation/tail"),
            "concept": self._iri("concept", "concept"),
        }
        #: paper, number, name
        self.author = self._author()
        #: paper, field, text
        self.field = self._field()
        #: iri, paper, field, start, end, exact, body, motive; if there are, before, behind, number, sentence, first, last, cue
        self.evidence = self._evidence()
        #: iri, paper, relation name, concept, confidence, number, decisive, sentence, the list evidence with piece; if there are, variant,
        #: the list corrections with correction, corrected
        self.link = self._link()
        #: iri, head, relation (an IRI), tail, confidence, paper, evidence, sentence
        self.relation = self._relation()
        #: iri, head, relation (an IRI), tail, confidence
        self.catalog_relation = self._catalog_relation()
        #: head, relation (an IRI), tail: the plain triple of what a paper says
        said = [self._plain(ConceptRelation.USED_FOR, "tail")]
        node = (f"<{terms.iris.concept(mark('head'))}>", said)
        self.plain = template([node], ("head", "tail", "graph"), self._end, marks=self._relations())
        #: By type: iri, id, label, known, papers, and the lists of `CONCEPT_LISTS`; if there is, source, order.
        self.concept = [self._concept(kind) for kind in ConceptType]
        #: By kind: iri, name, id, title; if there are, abstract, year, venue, arxiv, doi, source, input, line, order; the lists urls
        #: with url, same with page, authors with author, and for each relation one of its name, with concept.
        self.paper = [self._paper_node(kind) for kind in KINDS]

    def _iri(self, kind: str, path: str) -> Template:
        holes = [step.encode() if step in ("/", "-") else Hole(step) for step in re.split("([/-])", path)]
        return (f"{self._iris.base}{kind}/".encode(), *holes)

    def _author(self) -> Template:
        paper = Paper(mark("paper"), "t", authors=(mark("name"),))
        subject, said = next(iter(self.terms.paper(paper, [])))
        subject = subject.replace("/1>", f"/{mark('number')}>")
        return template([(subject, _numbered(said))], ("paper", "name", "number", "graph"), self._end)

    def _field(self) -> Template:
        subject, said = next(n for n in self.terms.paper(self._paper, []) if n[0].endswith("/title>"))
        subject = subject.replace("/title>", f"/{mark('field')}>")
        return template([(subject, said)], ("paper", "field", "title", "graph"), self._end, marks={mark("title"): "text"})

    def _evidence(self) -> Template:
        found = Evidence(Mention("abstract", _START, _END, "x"), _FIRST, _LAST, mark("cue"))
        link = Link(self._paper.id, mark("concept"), Relation.USES, _CONFIDENCE, (found,))
        nodes = [(subject, _numbered(said)) for subject, said in sorted(self.terms.link(link, self._paper)) if "/evidence/" in subject]
        marks = {
            self._iris.evidence(self._paper.id, "abstract", _START, _END, link.concept): "iri",
            str(_START): "start",
            str(_END): "end",
            f"part-{_START}-{_END}-part": "exact",
            _BEFORE: "before",
            _BEHIND: "behind",
            f"part-{_FIRST}-{_LAST}-part": "sentence",
            str(_FIRST): "first",
            str(_LAST): "last",
            self._iris.concept(link.concept): "body",
            self.terms.term("oa:identifying")[1:-1]: "motive",
        }
        source = self._iris.field(self._paper.id, "abstract")
        nodes = [
            (subject, [one.replace(source, self._iris.field(self._paper.id, mark("field"))) for one in said]) for subject, said in nodes
        ]
        optional = {
            "oa:prefix": "before", "oa:suffix": "behind", "cue": "cue", "position": "number", "sentence": "sentence",
            "sentenceStart": "first", "sentenceEnd": "last",
        }  # fmt: skip
        return template(nodes, ("paper", "field", "number", "cue", "graph"), self._end, marks=marks, optional=self._by_term(optional))

    def _link(self) -> Template:
        found = Evidence(Mention("abstract", _START, _END, "x"), _FIRST, _LAST)
        link = Link(self._paper.id, mark("concept"), Relation.USES, _CONFIDENCE, (found,), mark("variant"), mark("correction"))
        subject, said = next(iter(self.terms.link(link, self._paper)))
        evidence = self.terms.term("evidence")
        said = [f"{evidence} <{mark('piece')}>" if one.startswith(evidence) else one for one in _numbered(said)]
        marks = {
            self._iris.link(link): "iri",
            str(_CONFIDENCE): "confidence",
            self._iris.evidence(link.paper, "abstract", _START, _END, link.concept): "decisive",
            f"part-{_FIRST}-{_LAST}-part": "sentence",
            self._iris.term("uses"): "relation",
        }
        holes = ("paper", "concept", "number", "piece", "variant", "correction", "graph")
        optional = self._by_term({"variant": "variant", "prov:wasInfluencedBy": "corrections"})
        each = {evidence: ("evidence", "piece"), self.terms.term("correction"): ("corrections", "correction")}
        return template([(subject, said)], holes, self._end, marks=marks, optional=optional, each=each)

    def _statement(self) -> ConceptLink:
        relation = ConceptRelation.USED_FOR
        return ConceptLink(mark("head"), relation, mark("tail"), _CONFIDENCE, self._paper.id, "abstract", _START, _END)

    def _relations(self) -> dict[str, str]:
        return {self._iris.term("usedFor"): "relation"}

    def _relation(self) -> Template:
        link = self._statement()
        iri = self._iris.concept_link(link)
        node = next(n for n in self.terms.relation(link, self._paper) if n[0] == f"<{iri}>")
        marks = {
            iri: "iri",
            str(_CONFIDENCE): "confidence",
            self._iris.evidence(self._paper.id, "abstract", _START, _END, link.head, "usedFor", link.tail): "evidence",
            f"part-{_START}-{_END}-part": "sentence",
            **self._relations(),
        }
        return template([node], ("head", "tail", "paper", "graph"), self._end, marks=marks)

    def _catalog_relation(self) -> Template:
        link = ConceptLink(mark("head"), ConceptRelation.USED_FOR, mark("tail"), _CONFIDENCE)
        iri = self._iris.concept_link(link)
        node = next(n for n in self.terms.relation(link, None) if n[0] == f"<{iri}>")
        return template([node], ("head", "tail"), self._general, marks={iri: "iri", str(_CONFIDENCE): "confidence", **self._relations()})

    def _concept(self, kind: ConceptType) -> Template:
        broader, flags = (mark("broader"),), frozenset({mark("flag")})
        concept = Concept(mark("id"), kind, mark("label"), (mark("alias"),), broader=broader, flags=flags, source=mark("source"))
        subject, said = self.terms.concept(concept, _START, {mark("broader")})
        term = self.terms.term
        said = [one for one in said if not one.startswith(term("dcterms:identifier"))]
        said += [
            f'{term("dcterms:identifier")} "{mark("identifier")}"', f'{term("inOrder")} "{mark("order")}"',
            f'{term("acronym")} "{mark("acronym")}"@en',
            f"{term('skos:exactMatch')} <{mark('match')}>", f"{term('alsoType')} <{self._iris.term(mark('also'))}>",
            f"{term('dcterms:replaces')} <{self._iris.concept(mark('other'))}>",
            *(self._plain(relation, relation.value) for relation in ConceptRelation),
        ]  # fmt: skip
        lists = {
            "dcterms:identifier": ("identifiers", "identifier"), "skos:exactMatch": ("matches", "match"), "alsoType": ("types", "also"),
            "dcterms:replaces": ("replaced", "other"), "skos:altLabel": ("aliases", "alias"), "acronym": ("acronyms", "acronym"),
            "flag": ("flags", "flag"), "skos:broader": ("parents", "broader"),
            **{relation.value: (f"to {relation.value}", relation.value) for relation in ConceptRelation},
        }  # fmt: skip
        marks = {self._iris.concept(concept): "iri", str(_START): "papers", "true": "known"}
        optional = self._by_term({"origin": "source", "inOrder": "order"})
        holes = ("id", "label", "source", "order", *(hole for _, hole in lists.values()))
        each = self._by_term(lists)
        return template([(subject, said)], holes, self._general, marks=marks, optional=optional, each=each)

    def _plain(self, relation: ConceptRelation, hole: str) -> str:
        return f"{self.terms.term(relation.value)} <{self._iris.concept(mark(hole))}>"

    def _paper_node(self, kind: Term) -> Template:
        iri, term = self._iris.paper(self._paper.id), self.terms.term
        about = {name: mark(name) for name in ("venue", "doi", "arxiv", "source")}
        paper = Paper(mark("paper"), mark("title"), mark("abstract"), (), _YEAR, line=_LINE, **about)  # type: ignore[arg-type]
        said = next(said for subject, said in self.terms.paper(paper, []) if subject == f"<{iri}>")
        kinds = {self.terms.a(name) for name in KINDS}
        said = [self.terms.a(kind) if one in kinds else one for one in said if not one.startswith(term("owl:sameAs"))]
        said += [
            f"{term('owl:sameAs')} <{mark('page')}>", f"{term('schema:url')} <{mark('url')}>", f'{term("inOrder")} "{mark("order")}"',
            f"{term('dcterms:creator')} <{self._iris.author(mark('name'), 1)[:-1]}{mark('author')}>",
            *(f"{term(relation.value)} <{self._iris.concept(mark('concept'))}>" for relation in Relation),
        ]  # fmt: skip
        optional = {
            "dcterms:abstract": "abstract", "dcterms:issued": "year", "venue": "venue", "fabio:hasArXivId": "arxiv", "bibo:doi": "doi",
            "sourceFile": "source", "prov:wasDerivedFrom": "input", "sourceLine": "line", "inOrder": "order",
        }  # fmt: skip
        lists = {
            "owl:sameAs": ("same", "page"), "schema:url": ("urls", "url"), "dcterms:creator": ("authors", "author"),
            **{relation.value: (relation.value, "concept") for relation in Relation},
        }  # fmt: skip
        marks = {iri: "iri", str(_YEAR): "year", str(_LINE): "line", self._iris.input(mark("source")): "input", mark("paper"): "id"}
        holes = ("title", "abstract", "venue", "doi", "arxiv", "source", "order", "page", "url", "name", "author", "concept", "graph")
        return template([(f"<{iri}>", said)], holes, self._end, marks=marks, optional=self._by_term(optional), each=self._by_term(lists))

    def _by_term(self, names: Mapping[str, Any]) -> dict[str, Any]:
        return {self.terms.term(name): value for name, value in names.items()}  # type: ignore[arg-type]


def _numbered(said: Sequence[str]) -> list[str]:
    """With a hole where the first of several was counted."""
    return [one.replace(_ONE, f'"{mark("number")}"^^') if not one.startswith(RDF_TYPE) else one for one in said]
