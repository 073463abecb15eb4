"""The graph as RDF, told once for all its formats: nodes with their properties, sorted, without blank nodes.

Every link is written twice: as the plain triple paper → concept, and as a statement with its own IRI, which has the confidence and
the evidence; relations between concepts likewise. Which terms are used, and why, is in docs/reference/rdf.md; they are defined in
`ontology/schema.ttl`.

Objects are kept as N-Triples writes them, so that all formats say the same; a property is `"<predicate> object"`.
"""

from __future__ import annotations

import heapq
import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exports.iris import Iris, web_iri
from exports.links_jsonl import linked_papers, names_beyond_label
from exports.relations_jsonl import read_in_papers
from exports.unordered import concept_lists, in_order, paper_lists, sorted_concept_lists
from kg.model import FIELDS
from kg.resolve import FORMER
from ontology.terms import BASE, CLASSES, ELSEWHERE, FOREIGN, PREFIXES, PROPERTIES, TYPED_AS, ForeignName, Term, expand

if TYPE_CHECKING:
    from kg.graph import Graph
    from kg.model import Concept, ConceptLink, Evidence, Link, Paper

__all__ = [
    "RDF_TYPE",
    "Counts",
    "Node",
    "Terms",
    "general_nodes",
    "in_sequence",
    "literal",
    "mappings",
    "named_graphs",
    "nodes",
    "paper_nodes",
    "sorted_lines",
    "sorted_nodes",
    "typed",
    "version_of",
]

#: A subject `<iri>`, and its properties as "<predicate> object".
Node = tuple[str, list[str]]
#: The name of a graph, `<iri>`, and its nodes.
NamedGraph = tuple[str, Iterator[Node]]

RDF_TYPE = f"<{expand('rdf:type')}>"
#: How many characters before and behind a mention are kept as `oa:prefix` and `oa:suffix`.
AROUND = 32

_ESCAPED = re.compile('[\x00-\x1f"\\\\\x7f-\x9f\u2028\u2029\ufdd0-\ufdef\ufffe\uffff]')
_SHORT = {"\t": "\\t", "\b": "\\b", "\n": "\\n", "\r": "\\r", "\f": "\\f", '"': '\\"', "\\": "\\\\"}
_XSD = PREFIXES["xsd"]


def literal(text: str, language: str = "") -> str:
    """A string as N-Triples writes it; controls and line ends are escaped.

    >>> print(literal('a "b" \\\\ \\n é'), literal("LoRA", "en"))
    "a \\"b\\" \\\\ \\n é" "LoRA"@en
    """
    escaped = _ESCAPED.sub(_escape, text) if _ESCAPED.search(text) else text
    return f'"{escaped}"@{language}' if language else f'"{escaped}"'


def _escape(match: re.Match[str]) -> str:
    return _SHORT.get(match.group()) or f"\\u{ord(match.group()):04X}"


def typed(value: str, datatype: str) -> str:
    """A value of a type of XML Schema.

    >>> typed("2017", "gYear")
    '"2017"^^<http://www.w3.org/2001/XMLSchema#gYear>'
    """
    return f'"{value}"^^<{_XSD}{datatype}>'


def decimal(value: float) -> str:
    """A number in the canonical form of xsd:decimal: the fewest places from which the same number is read again.

    >>> decimal(1.0), decimal(0.1234), decimal(0.1 + 0.2), decimal(1e-7)
    ('1.0', '0.1234', '0.30000000000000004', '0.0000001')
    """
    short = repr(float(value))
    if "e" not in short:
        return short
    whole, _, places = f"{Decimal(short):f}".partition(".")
    return f"{whole}.{places or '0'}"


@dataclass(slots=True)
class Counts:
    """What was written so far."""

    subjects: int = 0
    triples: int = 0
    by_kind: dict[str, int] = field(default_factory=dict)

    def count(self, kind: str, number: int = 1) -> None:
        """Adds to the number of what is of a kind."""
        self.by_kind[kind] = self.by_kind.get(kind, 0) + number

    def as_dict(self) -> dict[str, int]:
        """Triples and subjects first, then what the subjects are."""
        return {"triples": self.triples, "subjects": self.subjects, **dict(sorted(self.by_kind.items()))}


@contextmanager
def sorted_nodes(graph: Graph, base: str = BASE, *, run_size: int = 50_000) -> Iterator[tuple[Iterator[Node], Counts]]:
    """All nodes sorted by subject, each once, their properties sorted, with counts that grow as the nodes are taken.

    The order is that of the lines of N-Triples by code point. Memory holds `run_size` nodes; more go through temporary files,
    which are removed when the block ends.

    Raises:
        UsageError: the base is no web address.
    """
    iris = Iris(base)
    counts = Counts()
    with tempfile.TemporaryDirectory(prefix="paperkg-") as scratch:
        yield _taken(in_sequence(nodes(graph, iris, counts), Path(scratch), run_size), counts), counts


@contextmanager
def named_graphs(
    graph: Graph, base: str = BASE, *, run_size: int = 50_000
) -> Iterator[tuple[Iterator[tuple[str, Iterator[Node]]], Counts]]:
    """Named graphs as pairs of `<iri>` and nodes: first what is not of one paper, then one for each paper, sorted by its id.

    Nodes are sorted by subject within their graph, and must be taken before the next graph is. What two papers say of one concept
    stands in both graphs. Counts grow as the nodes are taken: `triples` counts quads.

    Raises:
        UsageError: the base is no web address.
    """
    iris = Iris(base)
    counts = Counts()
    terms = Terms.of(graph, iris)

    def found(scratch: Path) -> Iterator[NamedGraph]:
        yield f"<{iris.general_graph}>", _taken(in_sequence(general_nodes(graph, terms, counts), scratch, run_size), counts)
        for paper, own in paper_nodes(graph, terms, counts):
            yield f"<{iris.paper_graph(paper.id)}>", _taken(in_sequence(own, scratch, len(own) + 1), counts)

    with tempfile.TemporaryDirectory(prefix="paperkg-") as scratch:
        yield found(Path(scratch)), counts


def in_sequence(unsorted: Iterable[Node], scratch: Path, run_size: int = 50_000) -> Iterator[Node]:
    """Nodes sorted by subject, each once, their properties sorted; those beyond `run_size` go through files in `scratch`."""
    # tab and line feed are free to separate, as neither stands unescaped in N-Triples
    return _joined(sorted_lines(("\t".join((subject, *said)) + "\n" for subject, said in unsorted), scratch, run_size))


def sorted_lines(lines: Iterable[str], scratch: Path, run_size: int) -> Iterator[str]:
    """Lines, each with its line feed, sorted by code point; those beyond `run_size` go through files in `scratch`."""
    runs: list[Path] = []
    buffer: list[str] = []
    for line in lines:
        buffer.append(line)
        if len(buffer) >= run_size:
            runs.append(scratch / f"{len(runs)}.run")
            buffer.sort()
            with runs[-1].open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(buffer)
            buffer = []
    buffer.sort()
    return heapq.merge(*map(_lines, runs), buffer)


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="\n") as file:
        yield from file


def _joined(lines: Iterable[str]) -> Iterator[Node]:
    cut = (line[:-1].split("\t") for line in lines)
    for subject, parts in groupby(cut, key=itemgetter(0)):
        yield subject, sorted({said for part in parts for said in part[1:]})


def _taken(found: Iterable[Node], counts: Counts) -> Iterator[Node]:
    for subject, properties in found:
        counts.subjects += 1
        counts.triples += len(properties)
        yield subject, properties


# --- what is said -----------------------------------------------------------------------------------------------------


def nodes(graph: Graph, iris: Iris, counts: Counts | None = None) -> Iterator[Node]:
    """All that the graph says, in no order; a subject may come more than once. One paper is in memory at a time."""
    terms, counts = Terms.of(graph, iris), counts or Counts()
    yield from general_nodes(graph, terms, counts)
    for _, found in paper_nodes(graph, terms, counts):
        yield from found


def general_nodes(graph: Graph, terms: Terms, counts: Counts) -> Iterator[Node]:
    """What is not of one paper: concepts, the catalog's relations, where the papers are from and how they were read."""
    yield from terms.schemes()
    papers = graph.paper_counts()
    present = set(papers)
    for concept in graph.concepts():
        counts.count("concepts")
        yield terms.concept(concept, papers[concept.id], present)
    for other, owner in graph.other_ids().items():
        yield terms.other_id(other, owner)
    for relation in graph.concept_links():
        if not relation.paper:
            counts.count("relations")
            yield from terms.relation(relation, None)
    made = graph.manifest
    yield from terms.provenance(made["inputs"], made["reader"], made["settings"], version_of(graph))


def paper_nodes(graph: Graph, terms: Terms, counts: Counts) -> Iterator[tuple[Paper, list[Node]]]:
    """What is of one paper, its links and the relations that its text says included; sorted by paper."""
    # both run over all papers, in the same order
    for (paper, links), (_, relations) in zip(linked_papers(graph), read_in_papers(graph), strict=True):
        counts.count("papers")
        counts.count("links", len(links))
        counts.count("relations", len(relations))
        counts.count("evidence", sum(len(link.evidence) for link in links) + len(relations))
        yield paper, [*terms.paper(paper, links), *(node for relation in relations for node in terms.relation(relation, paper))]


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

    def concept(self, concept: Concept, papers: int, present: set[str]) -> Node:
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
            said.append(say("dcterms:issued", typed(f"{'-' * (paper.year < 0)}{abs(paper.year):04d}", "gYear")))
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
        said += [say("owl:sameAs", f"<{same}>") for same in _same(paper)]
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

    def schemes(self) -> Iterator[Node]:
        """The SKOS scheme of all concepts, and the catalog."""
        say = self.say
        yield f"<{self.iris.scheme}>", [self.a("skos:ConceptScheme"), say("dcterms:title", literal("Concepts of machine learning", "en"))]
        title = say("dcterms:title", literal("Catalog of concepts known before reading", "en"))
        yield f"<{self.iris.catalog}>", [self.a("prov:Entity"), title]

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


def version_of(graph: Graph) -> str:
    """The version of paperkg that made the statements of a graph, be it that the graph was loaded by another."""
    return str(graph.manifest.get("loaded", {}).get("paperkg_version") or graph.manifest["paperkg_version"])


def kind_of_paper(paper: Paper) -> ForeignName:
    """The one FaBiO class of a paper: what its venue says, else its identifiers; never a work and an expression at once.

    >>> from kg.model import Paper
    >>> kind_of_paper(Paper("arxiv:1706.03762", "Attention")), kind_of_paper(Paper("acl:N19-1423", "BERT"))
    ('fabio:Preprint', 'fabio:ConferencePaper')
    """
    venue = (paper.venue or "").casefold()
    local = paper.id.partition(":")[2]
    if re.search(r"\b(journal|transactions|jmlr|tmlr|tacl)\b", venue) or (
        paper.id.startswith("acl:") and re.match(r"[JQ]\d|\d{4}\.(cl|tacl)-", local)
    ):
        return "fabio:JournalArticle"
    if paper.id.startswith("acl:") or re.search(r"\b(proceedings|conference|workshop|symposium|meeting)\b", venue):
        return "fabio:ConferencePaper"
    return "fabio:Preprint" if paper.arxiv or paper.id.startswith("arxiv:") else "fabio:ResearchPaper"


def _same(paper: Paper) -> list[str]:
    found = []
    if paper.arxiv:
        found += [f"https://arxiv.org/abs/{paper.arxiv}", f"https://doi.org/10.48550/arXiv.{paper.arxiv}"]
    # DOIs have no case: the one of arXiv is there already
    if paper.doi and not paper.doi.casefold().startswith("10.48550/arxiv."):
        found.append(f"https://doi.org/{paper.doi}")
    return [iri for iri in map(web_iri, found) if iri]


def _sentence(evidence: Evidence, paper: Paper) -> str:
    return paper.text(evidence.mention.field)[evidence.sentence_start : evidence.sentence_end]
