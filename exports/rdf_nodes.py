"""What is said in RDF of each paper, concept, link and relation, and of where they come from: the nodes that `exports.rdf` puts in order.

Every link is written twice: as the plain triple paper → concept, and as a statement with its own IRI, which has the confidence and
the evidence; relations between concepts likewise. Which terms are used, and why, is in docs/reference/rdf.md; they are defined in
`ontology/schema.ttl`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from exports.iris import Iris, web_iri
from exports.links_jsonl import names_beyond_label
from exports.triples import RDF_TYPE, Node, decimal, literal, typed
from exports.unordered import concept_lists, in_order, paper_lists, sorted_concept_lists
from kg.model import FIELDS
from kg.resolve import FORMER
from ontology.terms import CLASSES, ELSEWHERE, FOREIGN, PROPERTIES, TYPED_AS, ForeignName, Term, expand

if TYPE_CHECKING:
    from kg.graph import Graph
    from kg.model import Concept, ConceptLink, Evidence, Link, Paper

__all__ = ["AROUND", "Terms", "g_year", "kind_of", "kind_of_paper", "mappings", "same_elsewhere", "version_of"]

#: How many characters before and behind a mention are kept as `oa:prefix` and `oa:suffix`.
AROUND = 32


class Terms:
    """Makes nodes; holds the IRIs of all terms, ready to be written.

    `run` is the IRI of the run by which statements were generated, or empty where that is not known.
    """

    def __init__(self, iris: Iris, run: str = "") -> None:
        self.iris = iris
        self.run = run
        self._iri: dict[str, str] = {name: f"<{iris.term(name)}>" for name in (*CLASSES, *PROPERTIES)}
        self._iri |= {name: f"<{expand(name)}>" for name in FOREIGN}

    @classmethod
    def of(cls, graph: Graph, iris: Iris) -> Terms:
        """Those for a graph, whose reader is the run that made its statements."""
        reader = graph.manifest["reader"]
        return cls(iris, iris.run(reader) if reader else "")

    def term(self, name: Term) -> str:
        """`<iri>` of a term: one of others as `prefix:local`, one of ours by its local name."""
        return self._iri[name]

    def say(self, predicate: Term, object_: str) -> str:
        return f"{self._iri[predicate]} {object_}"

    def a(self, name: Term) -> str:
        return f"{RDF_TYPE} {self._iri[name]}"

    def kinds(self, *names: Term) -> list[str]:
        return [self.a(name) for name in names]

    def concept(self, concept: Concept, papers: int, present: Container[str]) -> Node:
        say = self.say
        kinds: tuple[Term, ...] = (concept.type.value, "Concept", "skos:Concept", *TYPED_AS[concept.type.value])
        said = [
            *self.kinds(*kinds),
            say("skos:inScheme", f"<{self.iris.scheme}>"),
            say("id", literal(concept.id)),
            say("dcterms:identifier", literal(concept.id)),
            say("skos:prefLabel", literal(concept.label, "en")),
            say("known", typed("true" if concept.known else "false", "boolean")),
            say("paperCount", typed(str(papers), "integer")),
        ]
        # SKOS: what is the preferred label is no alternative one
        said += [say("skos:altLabel", literal(name, "en")) for name in names_beyond_label(concept)]
        said += [say("acronym", literal(name, "en")) for name in concept.acronyms]
        said += [say("alsoType", self.term(kind.value)) for kind in concept.also]
        said += [say("flag", literal(flag)) for flag in sorted(concept.flags)]
        if concept.source:
            said.append(say("origin", literal(concept.source)))
        # the taxonomy only; what a text calls a kind of something is kindOf
        broader = [b for b in concept.broader if b in present] if concept.known else []
        said += [say("skos:broader", f"<{self.iris.concept(b)}>") for b in broader]
        matches, identifiers = mappings(concept)
        said += [say("skos:exactMatch", f"<{iri}>") for iri in matches]
        said += [say("dcterms:identifier", literal(identifier)) for identifier in identifiers]
        also = [kind.value for kind in concept.also]
        back = sorted_concept_lists(concept.id, names_beyond_label(concept), concept.acronyms, broader, also, matches, identifiers)
        if kept := in_order(concept_lists(concept), back):
            said.append(say("inOrder", literal(kept)))
        return f"<{self.iris.concept(concept)}>", said

    def paper(self, paper: Paper, links: list[Link]) -> Iterator[Node]:
        say, iris = self.say, self.iris
        paper_iri = f"<{iris.paper(paper.id)}>"
        said = [
            *self.kinds("Paper", "schema:ScholarlyArticle", kind_of_paper(paper)),
            say("id", literal(paper.id)),
            say("dcterms:identifier", literal(paper.id)),
            say("dcterms:title", literal(paper.title)),
        ]
        if paper.abstract:
            said.append(say("dcterms:abstract", literal(paper.abstract)))
        if paper.year is not None:
            said.append(say("dcterms:issued", typed(g_year(paper.year), "gYear")))
        if paper.venue is not None:
            said.append(say("venue", literal(paper.venue)))
        if paper.arxiv is not None:
            said.append(say("fabio:hasArXivId", literal(paper.arxiv)))
        if paper.doi is not None:
            said.append(say("bibo:doi", literal(paper.doi)))
        if paper.source:
            said += [say("sourceFile", literal(paper.source)), say("prov:wasDerivedFrom", f"<{iris.input(paper.source)}>")]
        if paper.line:
            said.append(say("sourceLine", typed(str(paper.line), "integer")))
        urls = {url for url in map(web_iri, paper.urls) if url}
        said += [say("schema:url", f"<{url}>") for url in urls]
        if kept := in_order(paper_lists(paper), {"urls": sorted(urls)}):
            said.append(say("inOrder", literal(kept)))
        said += [say("owl:sameAs", f"<{same}>") for same in same_elsewhere(paper.arxiv, paper.doi)]
        for number, name in enumerate(paper.authors, 1):
            author = f"<{iris.author(paper.id, number)}>"
            said.append(say("dcterms:creator", author))
            yield author, [self.a("foaf:Person"), say("foaf:name", literal(name)), say("position", typed(str(number), "integer"))]
        said += [say(link.relation.value, f"<{iris.concept(link.concept)}>") for link in links]
        yield paper_iri, said
        for name in FIELDS:
            if paper.text(name):
                text = [self.a("Field"), say("schema:isPartOf", paper_iri), say("schema:text", literal(paper.text(name)))]
                yield f"<{iris.field(paper.id, name)}>", text
        for link in links:
            yield from self.link(link, paper)

    def link(self, link: Link, paper: Paper) -> Iterator[Node]:
        say, iris = self.say, self.iris
        paper_iri, concept_iri = f"<{iris.paper(paper.id)}>", f"<{iris.concept(link.concept)}>"
        places = [f"<{iris.evidence(paper.id, e.mention.field, e.mention.start, e.mention.end, link.concept)}>" for e in link.evidence]
        said = [
            *self.kinds("Link", "rdf:Statement"),
            say("rdf:subject", paper_iri),
            say("rdf:predicate", self.term(link.relation.value)),
            say("rdf:object", concept_iri),
            say("confidence", typed(decimal(link.confidence), "decimal")),
            say("support", typed(str(len(set(places))), "integer")),
            say("prov:wasDerivedFrom", paper_iri),
            say("decisiveEvidence", places[0]),
            say("sentence", literal(_sentence(link.evidence[0], paper))),
            *(say("evidence", place) for place in places),
            *self.generated(),
        ]
        if link.variant:
            said.append(say("variant", literal(link.variant)))
        if link.correction:
            said += [say("correction", literal(kind)) for kind in link.correction.split(", ")]
            said.append(say("prov:wasInfluencedBy", f"<{iris.corrections}>"))
        yield f"<{iris.link(link)}>", said
        for number, (place, e) in enumerate(zip(places, link.evidence, strict=True), 1):
            about = [
                say("position", typed(str(number), "integer")),
                say("oa:hasBody", concept_iri),
                say("oa:motivatedBy", self.term("oa:identifying")),
                say("sentence", literal(_sentence(e, paper))),
                say("sentenceStart", typed(str(e.sentence_start), "nonNegativeInteger")),
                say("sentenceEnd", typed(str(e.sentence_end), "nonNegativeInteger")),
            ]
            if e.cue:
                about.append(say("cue", literal(e.cue)))
            yield from self.evidence(place, about, paper, e.mention.field, e.mention.start, e.mention.end)

    def relation(self, link: ConceptLink, paper: Paper | None) -> Iterator[Node]:
        say, iris = self.say, self.iris
        head, tail, statement = iris.concept(link.head), iris.concept(link.tail), f"<{iris.concept_link(link)}>"
        yield f"<{head}>", [say(link.relation.value, f"<{tail}>")]
        said = [
            *self.kinds("ConceptRelation", "rdf:Statement"),
            say("rdf:subject", f"<{head}>"),
            say("rdf:predicate", self.term(link.relation.value)),
            say("rdf:object", f"<{tail}>"),
            say("confidence", typed(decimal(link.confidence), "decimal")),
            say("prov:wasDerivedFrom", f"<{iris.paper(paper.id) if paper else iris.catalog}>"),
            *(self.generated() if paper else ()),
        ]
        if paper is None or not link.field:
            yield statement, said
            return
        about = (link.head, link.relation.value, link.tail)
        place = f"<{iris.evidence(paper.id, link.field, link.start, link.end, *about)}>"
        sentence = say("sentence", literal(paper.text(link.field)[link.start : link.end]))
        yield statement, [*said, say("evidence", place), say("decisiveEvidence", place), sentence, say("support", typed("1", "integer"))]
        body = [say("oa:hasBody", statement), say("oa:motivatedBy", self.term("oa:describing"))]
        yield from self.evidence(place, body, paper, link.field, link.start, link.end)

    def generated(self) -> list[str]:
        """By which run a statement was generated, where that is known."""
        return [self.say("prov:wasGeneratedBy", f"<{self.run}>")] if self.run else []

    def schemes(self, corrected: bool = False) -> Iterator[Node]:
        """The SKOS scheme of all concepts, the catalog, and what people corrected links by, where they did."""
        say = self.say
        yield f"<{self.iris.scheme}>", [self.a("skos:ConceptScheme"), say("dcterms:title", literal("Concepts of machine learning", "en"))]
        title = say("dcterms:title", literal("Catalog of concepts known before reading", "en"))
        yield f"<{self.iris.catalog}>", [self.a("prov:Entity"), title]
        if corrected:
            title = say("dcterms:title", literal("Corrections by people, applied to what was read", "en"))
            yield f"<{self.iris.corrections}>", [self.a("prov:Entity"), title]

    def other_id(self, other: str, owner: str) -> Node:
        """That a concept has another id in another graph."""
        return f"<{self.iris.concept(owner)}>", [self.say("dcterms:replaces", f"<{self.iris.concept(other)}>")]

    def provenance(self, inputs: Iterable[Mapping[str, Any]], reader: str, settings: Mapping[str, Any], version: str) -> Iterator[Node]:
        """The inputs of the papers, and what read them; times are not said, so that the bytes stay the same."""
        say, iris = self.say, self.iris
        for about in inputs:
            said = [self.a("prov:Entity"), say("dcterms:title", literal(about["name"]))]
            yield f"<{iris.input(about['name'])}>", said + ([say("sha256", literal(about["sha256"]))] if about["sha256"] else [])
        if not self.run:
            return
        agent = f"<{iris.software(version)}>"
        yield agent, [self.a("prov:SoftwareAgent"), say("schema:softwareVersion", literal(version))]
        values = json.dumps(dict(settings), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        yield (
            f"<{self.run}>",
            [
                self.a("prov:Activity"),
                say("prov:used", f"<{iris.catalog}>"),
                say("prov:wasAssociatedWith", agent),
                say("reader", literal(reader)),
                say("settings", literal(values)),
            ],
        )

    def evidence(self, place: str, about: list[str], paper: Paper, field_: str, start: int, end: int) -> Iterator[Node]:
        """A place in a text: the annotation, what it points at, and the two ways in which that is selected."""
        say = self.say
        target, position, quote = (f"{place[:-1]}#{part}>" for part in ("target", "position", "quote"))
        text = paper.text("title" if field_ == "title" else "abstract")
        yield place, [*self.kinds("Evidence", "oa:Annotation"), say("oa:hasTarget", target), *about]
        yield (
            target,
            [
                self.a("oa:SpecificResource"),
                say("oa:hasSource", f"<{self.iris.field(paper.id, field_)}>"),
                say("oa:hasSelector", position),
                say("oa:hasSelector", quote),
            ],
        )
        yield (
            position,
            [
                self.a("oa:TextPositionSelector"),
                say("oa:start", typed(str(start), "nonNegativeInteger")),
                say("oa:end", typed(str(end), "nonNegativeInteger")),
            ],
        )
        said = [self.a("oa:TextQuoteSelector"), say("oa:exact", literal(text[start:end]))]
        sides: tuple[tuple[Term, str], ...] = (("oa:prefix", text[max(0, start - AROUND) : start]), ("oa:suffix", text[end : end + AROUND]))
        for predicate, around in sides:
            if around:
                said.append(say(predicate, literal(around)))
        yield quote, said


def mappings(concept: Concept) -> tuple[list[str], list[str]]:
    """The identifiers of a concept: IRIs of the same concept elsewhere, and those that have no known address.

    Ids that it had before are in neither: they are among the other ids of the graph.
    """
    matches: list[str] = []
    others: list[str] = []
    for identifier in concept.identifiers:
        prefix, _, local = identifier.partition(":")
        if identifier.startswith(FORMER):
            continue
        elsewhere = web_iri(ELSEWHERE[prefix] + local) if prefix in ELSEWHERE and local else None
        if elsewhere:
            matches.append(elsewhere)
        else:
            others.append(identifier)
    return matches, others


def g_year(year: int) -> str:
    """A year as xsd:gYear writes it.

    >>> g_year(2017), g_year(-50)
    ('2017', '-0050')
    """
    return f"{'-' * (year < 0)}{abs(year):04d}"


def version_of(graph: Graph) -> str:
    """The version of paperkg that made the statements of a graph, be it that the graph was loaded by another."""
    return str(graph.manifest.get("loaded", {}).get("paperkg_version") or graph.manifest["paperkg_version"])


def kind_of_paper(paper: Paper) -> ForeignName:
    """The one FaBiO class of a paper: what its venue says, else its identifiers; never a work and an expression at once.

    >>> from kg.model import Paper
    >>> kind_of_paper(Paper("arxiv:1706.03762", "Attention")), kind_of_paper(Paper("acl:N19-1423", "BERT"))
    ('fabio:Preprint', 'fabio:ConferencePaper')
    """
    return kind_of(paper.id, paper.venue, paper.arxiv)


def kind_of(paper_id: str, venue: str | None, arxiv: str | None) -> ForeignName:
    """The same of the three values that decide it."""
    by_venue = _kind_by_venue(venue) if venue else None
    if by_venue == "fabio:JournalArticle" or (paper_id.startswith("acl:") and _JOURNAL_ID.match(paper_id)):
        return "fabio:JournalArticle"
    if paper_id.startswith("acl:") or by_venue:
        return "fabio:ConferencePaper"
    return "fabio:Preprint" if arxiv or paper_id.startswith("arxiv:") else "fabio:ResearchPaper"


_JOURNAL_ID = re.compile(r"acl:([JQ]\d|\d{4}\.(cl|tacl)-)")


@lru_cache(maxsize=4096)
def _kind_by_venue(venue: str) -> ForeignName | None:
    venue = venue.casefold()
    if re.search(r"\b(journal|transactions|jmlr|tmlr|tacl)\b", venue):
        return "fabio:JournalArticle"
    return "fabio:ConferencePaper" if re.search(r"\b(proceedings|conference|workshop|symposium|meeting)\b", venue) else None


def same_elsewhere(arxiv: str | None, doi: str | None) -> list[str]:
    """IRIs of pages that are the paper too, by its identifiers."""
    found = []
    if arxiv:
        found += [f"https://arxiv.org/abs/{arxiv}", f"https://doi.org/10.48550/arXiv.{arxiv}"]
    # DOIs have no case: the one of arXiv is there already
    if doi and not doi.casefold().startswith("10.48550/arxiv."):
        found.append(f"https://doi.org/{doi}")
    return [iri for iri in map(web_iri, found) if iri]


def _sentence(evidence: Evidence, paper: Paper) -> str:
    return paper.text(evidence.mention.field)[evidence.sentence_start : evidence.sentence_end]
