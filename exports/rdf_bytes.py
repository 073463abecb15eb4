"""The lines of N-Triples and N-Quads, made from columns with templates: the same bytes that `exports.rdf` tells node by node.

A paper's nodes come in parts, one for each kind of IRI (`Parts`). As bytes of IRIs sort, all of one kind stand together in a sorted
file: `sorted_parts` says in which order. What is rare in a graph (provenance, relations of the catalog) is told by `exports.rdf_nodes`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from exports.iris import segment, web_iri
from exports.rdf_concepts import Concepts
from exports.rdf_fills import DECIDED
from exports.rdf_nodes import AROUND, kind_of, same_elsewhere
from exports.rdf_words import Runs
from exports.relations_jsonl import relations_of
from exports.triples import literal, plainly, typed
from exports.unordered import in_order
from kg.model import Relation

if TYPE_CHECKING:
    from kg.tables import Run
    from ontology.terms import Term

__all__ = ["Parts", "Teller"]

#: The numbers that occur most, as bytes.
_DIGITS = [b"%d" % n for n in range(4096)]
_PAPER = ["id", "title", "abstract", "authors", "year", "venue", "urls", "doi", "arxiv", "source", "line"]
_OF_LINK = ["concept", "relation", "confidence", "variant", "findings", "correction"]
_LINKS = [relation.value for relation in Relation]


class _Field:
    """A text of a paper, and its parts as they stand in a literal."""

    __slots__ = ("cut", "data", "iri", "name")

    def __init__(self, name: bytes, text: str, iri: bytes) -> None:
        self.name, self.iri = name, iri
        #: The text as bytes, where these are its characters one by one and none of them is escaped.
        self.data: bytes | None = None
        #: A part of the text by its ends, in code points.
        self.cut: Callable[[int, int], bytes]
        if not plainly(text):
            self.cut = lambda start, end: literal(text[start:end])[1:-1].encode()
        elif text.isascii():
            data = text.encode()
            self.data = data
            self.cut = lambda start, end: data[start:end]
        else:
            self.cut = lambda start, end: text[start:end].encode()


@dataclasses.dataclass(slots=True)
class Parts:
    """The lines of a paper's nodes, by the kind of their IRIs; lines of a part are sorted, and so are parts, as they stand here.

    `concept` are the plain triples of its relations, `relation` a block for each statement of one.
    """

    id: str
    author: bytes = b""
    concept: bytes = b""
    evidence: bytes = b""
    field: bytes = b""
    link: bytes = b""
    paper: bytes = b""
    relation: list[bytes] = dataclasses.field(default_factory=list)
    subjects: int = 0
    links: int = 0
    pieces: int = 0
    relations: int = 0

    def lines(self) -> bytes:
        """All lines, sorted."""
        return b"".join((self.author, self.concept, self.evidence, self.field, self.link, self.paper, *self.relation))


class Teller(Concepts):
    """Tells papers, and concepts too."""

    def authors(self) -> Iterator[tuple[int, bytes]]:
        """How many authors each paper has, and their lines; in the order of the papers."""
        for batch in self.graph.batches("papers", ["id", "authors"]):
            for id_, names in zip(batch["id"], batch["authors"], strict=True):
                yield len(names), self._authors(segment(id_).encode(), names)

    def papers(self) -> Iterator[Parts]:
        """All papers, sorted by id."""
        links = Runs(self.graph.runs("links", "paper", _OF_LINK))
        places = ["finding", "field", "start", "end", "sentence_start", "sentence_end", "cue"]
        mentions = Runs(self.graph.runs("mentions", "paper", places))
        findings = Runs(self.graph.runs("findings", "paper", ["finding", "resolved"]))
        said = ["head_finding", "relation", "tail_finding", "confidence", "field", "start", "end"]
        statements = Runs(self.graph.runs("statements", "paper", said))
        for batch in self.graph.batches("papers", _PAPER):
            for row in zip(*(batch[name] for name in _PAPER), strict=True):
                id_ = row[0]
                told = statements.of(id_)
                resolved = findings.of(id_) if told else None
                yield self._paper(row, links.of(id_), mentions.of(id_), told, resolved)

    def _paper(self, row: tuple[Any, ...], links: Run | None, mentions: Run | None, statements: Run | None, findings: Run | None) -> Parts:
        id_, title, abstract = row[:3]
        bases = self._bases
        name = segment(id_).encode()
        parts = Parts(id_)
        if self.named:
            self._name = self._base + b"graph/paper/" + name
            self._end = b" <" + self._name + b"> .\n"
        own = bases["paper"] + name
        head = bases["field"] + name
        fields = {
            "title": _Field(b"title", title, head + b"/title"),
            "abstract": _Field(b"abstract", abstract, head + b"/abstract"),
        }
        # sorted by IRI
        texts = [(fields[key], text) for key, text in (("abstract", abstract), ("title", title)) if text]
        parts.field = b"".join(self.fills.field((f.iri, own, f.cut(0, len(text)), self._name)) for f, text in texts)
        parts.subjects = 1 + len(texts)
        lines: dict[str, bytes] = {}
        evidence: list[bytes] = []
        iris: list[bytes] = []
        if links is not None and mentions is not None:
            lines = self._links(parts, own, name, fields, links, mentions, evidence, iris)
        if statements is not None and findings is not None:
            self._read(parts, own, name, fields, statements, findings, evidence, iris)
        parts.pieces = len(evidence)
        parts.subjects += 4 * len(evidence)
        parts.evidence = _joined(evidence, iris)
        if self.apart:
            parts.author = self._authors(name, row[3])
            parts.subjects += len(row[3])
        parts.paper = self._node(row, own, name, fields, lines)
        return parts

    def _links(
        self,
        parts: Parts,
        own: bytes,
        name: bytes,
        fields: dict[str, _Field],
        links: Run,
        mentions: Run,
        evidence: list[bytes],
        iris: list[bytes],
    ) -> dict[str, bytes]:
        """Links and their evidence; gives the plain triples by relation."""
        graph, end = self._name, self._end
        columns, first, last = mentions
        field_of, start_of, end_of = columns["field"], columns["start"], columns["end"]
        from_of, to_of, cue_of, finding_of = columns["sentence_start"], columns["sentence_end"], columns["cue"], columns["finding"]
        begins: dict[int, int] = {}
        for n in range(last - 1, first - 1, -1):
            begins[finding_of[n]] = n
        fill_link, fills = self.fills.link, self.fills.evidence
        before_evidence, before_link = self._bases["evidence"] + name + b"/", self._bases["link"] + name + b"/"
        says_evidence, says_variant = self._predicates["evidence"], self._predicates["variant"]
        plain: dict[str, list[bytes]] = {}
        blocks: list[bytes] = []
        told, begun, ended = links
        for concept_id, relation, confidence, variant, findings, correction in zip(
            *(told[key][begun:ended] for key in _OF_LINK), strict=True
        ):
            tail, concept = self._concept(concept_id)
            places: list[bytes] = []
            sentence = b""
            for finding in findings:
                n = begins.get(finding, last)
                while n < last and finding_of[n] == finding:
                    start, stop, where = start_of[n], end_of[n], fields[field_of[n]]
                    left = _DIGITS[start] if start < 4096 else b"%d" % start
                    right = _DIGITS[stop] if stop < 4096 else b"%d" % stop
                    iri = b"%b%b/%b-%b/%b" % (before_evidence, where.name, left, right, tail)
                    from_, to, cue = from_of[n], to_of[n], cue_of[n]
                    n += 1
                    if iri in places:
                        # findings that came out as one concept share the place
                        continue
                    places.append(iri)
                    data = where.data
                    if data is not None:
                        around, exact, behind = data[max(0, start - AROUND) : start], data[start:stop], data[stop : stop + AROUND]
                        text = data[from_:to]
                    else:
                        cut = where.cut
                        around, exact, behind = cut(max(0, start - AROUND), start), cut(start, stop), cut(stop, stop + AROUND)
                        text = cut(from_, to)
                    if len(places) == 1:
                        sentence = text
                    fill = fills[(4 if cue else 0) + (2 if around else 0) + (1 if behind else 0)]
                    evidence.append(
                        fill(
                            (
                                iri,
                                where.iri,
                                left,
                                right,
                                exact,
                                around,
                                behind,
                                concept,
                                b"%d" % len(places),
                                text,
                                b"%d" % from_,
                                b"%d" % to,
                                cue and self._literal(cue),
                                graph,
                            )
                        )
                    )
            iris += places
            rel, relation_iri = self._relations[relation]
            iri = b"%b%b/%b" % (before_link, rel, tail)
            lines = b"".join([b"<%b%b<%b>%b" % (iri, says_evidence, place, end) for place in sorted(places)])
            also = b'<%b%b"%b"%b' % (iri, says_variant, self._literal(variant), end) if variant else b""
            decided = self._decided(iri, correction) if correction else (b"", b"")
            number = self._numbers.get(confidence) or self._number(confidence)
            blocks.append(
                fill_link((iri, own, relation_iri, concept, number, b"%d" % len(places), places[0], sentence, lines, also, *decided, graph))
            )
            plain.setdefault(relation, []).append(concept)
        blocks.sort()
        parts.link = b"".join(blocks)
        parts.links = len(blocks)
        parts.subjects += len(blocks)
        found = {}
        for relation, concepts in plain.items():
            predicate = self._predicates[relation]
            found[relation] = b"".join(sorted([b"<%b%b<%b>%b" % (own, predicate, concept, end) for concept in concepts]))
        return found

    def _decided(self, iri: bytes, correction: str) -> tuple[bytes, bytes]:
        """The lines that say of a link what people decided."""
        kinds, influence = (self._predicates[name] for name in DECIDED)
        lines = [b'<%b%b"%b"%b' % (iri, kinds, kind.encode(), self._end) for kind in sorted(correction.split(", "))]
        return b"".join(lines), b"<%b%b<%b>%b" % (iri, influence, self.iris.corrections.encode(), self._end)

    def _read(
        self,
        parts: Parts,
        own: bytes,
        name: bytes,
        fields: dict[str, _Field],
        statements: Run,
        findings: Run,
        evidence: list[bytes],
        iris: list[bytes],
    ) -> None:
        """The relations between concepts that the paper says, with their evidence."""
        graph, end = self._name, self._end
        columns, first, last = findings
        resolved = dict(zip(columns["finding"][first:last], columns["resolved"][first:last], strict=True))
        told, first, last = statements
        rows = [{key: told[key][n] for key in told} for n in range(first, last)]
        before_evidence, before_relation = self._bases["evidence"] + name + b"/", self._bases["relation"]
        plain = set[bytes]()
        for link in relations_of(parts.id, rows, resolved):
            (head_name, head), (tail_name, tail) = self._concept(link.head), self._concept(link.tail)
            rel, relation_iri = self._relations[link.relation.value]
            where, start, stop = fields[link.field], link.start, link.end
            about = b"%b/%b/%b" % (head_name, rel, tail_name)
            place = b"%b/%d-%d" % (where.name, start, stop)
            iri = b"%b%b/%b" % (before_evidence, place, about)
            statement = b"%b%b/%b/%b" % (before_relation, about, name, place)
            exact, around, behind = where.cut(start, stop), where.cut(max(0, start - AROUND), start), where.cut(stop, stop + AROUND)
            fill = self.fills.relation_evidence[(2 if around else 0) + (1 if behind else 0)]
            evidence.append(fill((iri, where.iri, b"%d" % start, b"%d" % stop, exact, around, behind, statement, graph)))
            iris.append(iri)
            number = self._numbers.get(link.confidence) or self._number(link.confidence)
            parts.relation.append(self.fills.relation((statement, head, relation_iri, tail, number, own, iri, exact, graph)))
            if self.apart:
                plain.add(b"<%b> <%b> <%b>%b" % (head, relation_iri, tail, end))
        parts.relation.sort()
        parts.relations = len(parts.relation)
        parts.concept = b"".join(sorted(plain))
        parts.subjects += len(parts.relation) + len({line.partition(b" ")[0] for line in plain})

    def _authors(self, name: bytes, names: Sequence[str]) -> bytes:
        before, graph = self._bases["author"] + name + b"/", self._name
        found = [
            self.fills.author((before + number, literal(author)[1:-1].encode(), number, graph))
            for number, author in ((b"%d" % n, author) for n, author in enumerate(names, 1))
        ]
        if len(found) > 9:
            # 10 comes before 2
            found.sort()
        return b"".join(found)

    def _node(self, row: tuple[Any, ...], own: bytes, name: bytes, fields: dict[str, _Field], links: dict[str, bytes]) -> bytes:
        """The lines of the paper itself."""
        id_, title, abstract, authors, year, venue, urls, doi, arxiv, source, line = row
        end, predicates = self._end, self._predicates

        def say(predicate: Term, *objects: bytes) -> bytes:
            before = predicates[predicate]
            return b"".join([b"<%b%b%b%b" % (own, before, one, end) for one in objects])

        file, derived = self._source(source) if source else (b"", b"")
        found = sorted({iri for iri in map(web_iri, urls) if iri}) if urls else []
        kept = in_order({"urls": urls}, {"urls": found}) if urls != found else ""
        creators = [b"<%b%b/%d>" % (self._bases["author"], name, n) for n in range(1, len(authors) + 1)]
        same = same_elsewhere(arxiv, doi) if arxiv or doi else []
        values = (
            own,
            literal(id_)[1:-1].encode(),
            fields["title"].cut(0, len(title)),
            say("dcterms:abstract", b'"%b"' % fields["abstract"].cut(0, len(abstract))) if abstract else b"",
            say("dcterms:issued", self._year(year)) if year is not None else b"",
            say("venue", b'"%b"' % self._literal(venue)) if venue is not None else b"",
            say("fabio:hasArXivId", literal(arxiv).encode()) if arxiv is not None else b"",
            say("bibo:doi", literal(doi).encode()) if doi is not None else b"",
            say("sourceFile", file) if source else b"",
            say("prov:wasDerivedFrom", derived) if source else b"",
            say("sourceLine", typed(str(line), "integer").encode()) if line else b"",
            say("schema:url", *(b"<%b>" % url.encode() for url in found)) if found else b"",
            say("inOrder", literal(kept).encode()) if kept else b"",
            say("owl:sameAs", *sorted(b"<%b>" % iri.encode() for iri in set(same))) if same else b"",
            say("dcterms:creator", *(creators if len(creators) < 10 else sorted(creators))) if creators else b"",
            *[links.get(relation, b"") for relation in _LINKS],
            self._name,
        )
        return self.fills.paper[kind_of(id_, venue, arxiv)](values)


def _joined(blocks: list[bytes], iris: list[bytes]) -> bytes:
    """The evidence of a paper, each a block of four nodes, sorted."""
    blocks.sort()
    iris.sort()
    # of two IRIs where one begins the other, as `…/a` and `…/a-b`, the nodes `…/a#quote` come before, and `…/a` itself behind
    if any(b.startswith(a) for a, b in pairwise(iris)):
        return b"".join(sorted(b"".join(blocks).splitlines(keepends=True)))
    return b"".join(blocks)
