"""The lines of N-Triples and N-Quads, made from columns with templates: the same bytes that `exports.rdf` tells node by node.

A paper's nodes come in parts, one for each kind of IRI (`Parts`). As bytes of IRIs sort, all of one kind stand together in a sorted
file, and `exports.rdf_sorted` puts the kinds in order. What is rare in a graph (provenance) is told by `exports.rdf_nodes`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import TYPE_CHECKING, Any

from exports.iris import segment, web_iri
from exports.rdf_columns import LinkColumns, Read, Told
from exports.rdf_concepts import Concepts
from exports.rdf_nodes import g_year, kind_of, same_elsewhere
from exports.relations_jsonl import relations_of
from exports.triples import literal, plainly, typed
from exports.unordered import in_order
from kg.model import Relation
from kg.tables import ByKey

if TYPE_CHECKING:
    from kg.tables import Run
    from ontology.terms import Term

__all__ = ["Papers", "Parts", "Teller"]

_PAPER = ["id", "title", "abstract", "authors", "year", "venue", "urls", "doi", "arxiv", "source", "line"]
#: Papers whose links are told at once.
_AT_ONCE = 128
_LINKS = [relation.value for relation in Relation]


class _Field:
    """A text of a paper, and its parts as they stand in a literal."""

    __slots__ = ("cut", "iri")

    def __init__(self, text: str, iri: bytes) -> None:
        self.iri = iri
        #: A part of the text by its ends, in code points.
        self.cut: Callable[[int, int], bytes]
        if not plainly(text):
            self.cut = lambda start, end: literal(text[start:end])[1:-1].encode()
        elif text.isascii():
            data = text.encode()
            self.cut = lambda start, end: data[start:end]
        else:
            self.cut = lambda start, end: text[start:end].encode()


@dataclass(slots=True)
class Parts:
    """The lines of a paper's nodes, by the kind of their IRIs, but for evidence and links; lines of a part are sorted.

    `concept` are the plain triples of its relations, `relation` a block for each statement of one.
    """

    id: str
    author: bytes = b""
    concept: bytes = b""
    field: bytes = b""
    paper: bytes = b""
    relation: list[bytes] = dataclass_field(default_factory=list)
    subjects: int = 0


@dataclass(slots=True)
class Papers:
    """Some papers: what is of each, and the evidence and the links of all of them."""

    parts: list[Parts]
    told: Told

    def lines(self, number: int) -> bytes:
        """All lines of a paper, sorted."""
        own, told = self.parts[number], self.told
        between = (own.author, own.concept, told.evidence.of(number), own.field, told.links.of(number), own.paper)
        return b"".join((*between, *own.relation))


class Teller(Concepts):
    """Tells papers, and concepts too."""

    def authors(self) -> Iterator[tuple[int, bytes]]:
        """How many authors each paper has, and their lines; in the order of the papers."""
        for batch in self.graph.batches("papers", ["id", "authors"]):
            for id_, names in zip(batch["id"], batch["authors"], strict=True):
                yield len(names), self._authors(segment(id_).encode(), names)

    def papers(self) -> Iterator[Papers]:
        """All papers, sorted by id, some hundred at a time."""
        columns = LinkColumns(self)
        links = self.graph.slices("links", "paper", ["concept", "relation", "confidence", "variant", "correction", "findings"])
        places = ["finding", "field", "start", "end", "sentence_start", "sentence_end", "cue"]
        mentions = self.graph.slices("mentions", "paper", places)
        findings = ByKey(self.graph.runs("findings", "paper", ["finding", "resolved"]))
        said = ["head_finding", "relation", "tail_finding", "confidence", "field", "start", "end"]
        statements = ByKey(self.graph.runs("statements", "paper", said))
        for batch in self.graph.batches("papers", _PAPER, _AT_ONCE):
            ids = batch["id"]
            names = [segment(id_) for id_ in ids]
            read = Read()
            parts = [Parts(id_) for id_ in ids]
            texts = [self._fields(name.encode(), *pair) for name, *pair in zip(names, batch["title"], batch["abstract"], strict=True)]
            for n, id_ in enumerate(ids):
                if (told := statements.of(id_)) is not None and (resolved := findings.of(id_)) is not None:
                    self._begin(names[n])
                    self._read(parts[n], read, n, names[n], texts[n], told, resolved)
            found = columns.tell(names, [*batch["title"], *batch["abstract"]], links.of(ids), mentions.of(ids), read)
            for n, row in enumerate(zip(*(batch[name] for name in _PAPER), strict=True)):
                self._begin(names[n])
                self._paper(parts[n], row, names[n].encode(), texts[n], found.plain[n])
                parts[n].subjects += 4 * found.evidence_counts[n] + found.link_counts[n]
            yield Papers(parts, found)

    def _begin(self, name: str) -> None:
        if self.named:
            self._name = self._base + b"graph/paper/" + name.encode()
            self._end = b" <" + self._name + b"> .\n"

    def _fields(self, name: bytes, title: str, abstract: str) -> dict[str, _Field]:
        head = self._bases["field"] + name
        return {"title": _Field(title, head + b"/title"), "abstract": _Field(abstract, head + b"/abstract")}

    def _paper(self, parts: Parts, row: tuple[Any, ...], name: bytes, fields: dict[str, _Field], links: dict[str, bytes]) -> None:
        """What is of the paper itself: its node, its texts, its authors."""
        own = self._bases["paper"] + name
        # sorted by IRI
        texts = [(fields[key], text) for key, text in (("abstract", row[2]), ("title", row[1])) if text]
        parts.field = b"".join([self.fills.field((f.iri, own, f.cut(0, len(text)), self._name)) for f, text in texts])
        parts.subjects += 1 + len(texts)
        if self.apart:
            parts.author = self._authors(name, row[3])
            parts.subjects += len(row[3])
        parts.paper = self._node(row, own, name, fields, links)

    def _read(self, parts: Parts, read: Read, number: int, name: str, fields: dict[str, _Field], statements: Run, findings: Run) -> None:
        """The relations between concepts that a paper says; what their evidence is made of goes to `read`."""
        columns, first, last = findings
        resolved = dict(zip(columns["finding"][first:last], columns["resolved"][first:last], strict=True))
        told, first, last = statements
        rows = [{key: told[key][n] for key in told} for n in range(first, last)]
        before_evidence, before_relation = f"{self.iris.base}evidence/{name}/", f"{self.iris.base}relation/"
        own = self._bases["paper"] + name.encode()
        plain = set[bytes]()
        for link in relations_of(parts.id, rows, resolved):
            (head_name, head), (tail_name, tail) = self._concept(link.head), self._concept(link.tail)
            where, start, stop = fields[link.field], link.start, link.end
            about = f"{head_name.decode()}/{link.relation.value}/{tail_name.decode()}"
            place = f"{link.field}/{start}-{stop}"
            statement = f"{before_relation}{about}/{name}/{place}"
            read.papers.append(number)
            read.abstract.append(link.field == "abstract")
            read.starts.append(start)
            read.ends.append(stop)
            read.about.append(about)
            read.statements.append(statement)
            _, relation = self._relations[link.relation.value]
            evidence = f"{before_evidence}{place}/{about}".encode()
            sure, text = self.decimal(link.confidence).encode(), where.cut(start, stop)
            parts.relation.append(self.fills.relation((statement.encode(), head, relation, tail, sure, own, evidence, text, self._name)))
            if self.apart:
                plain.add(b"<%b> <%b> <%b>%b" % (head, relation, tail, self._end))
        parts.relation.sort()
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
            say("dcterms:issued", typed(g_year(year), "gYear").encode()) if year is not None else b"",
            say("venue", literal(venue).encode()) if venue is not None else b"",
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
