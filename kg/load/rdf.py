"""A graph back from RDF that `kg export` wrote: any of its formats, the triples in any order.

Records are read out of the nodes and told as RDF once more; the triples must be those of the file. So whatever is missing, added or
changed is found, and no check of its own is needed for offsets, quotes, sentences, counts or plain triples.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, groupby
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from exports.iris import Iris
from exports.rdf_nodes import Terms
from exports.sequence import sorted_lines
from exports.triples import Node, plain
from exports.unordered import sorted_concept_lists
from kg.errors import DataError
from kg.graph import Graph
from kg.load.records import RecordDraft, drafting
from kg.manifest import file_digest
from kg.model import FIELDS, Concept, ConceptLink, ConceptRelation, ConceptType, Evidence, Field, Link, Mention, Paper, Relation
from kg.triples import find_base, read_triples
from ontology.terms import PATTERNS, PREFIXES, Term, expand

__all__ = ["Loaded", "load_rdf"]

#: Kinds of nodes by the first step of their path; those of a paper have its id behind it.
_OF_PAPER = ("paper", "author", "field", "link", "evidence")
_GENERAL = ("concept", "scheme", "input", "run", "software")
_SAID = {r.value for r in ConceptRelation}
#: A whole or broken number as N-Triples writes it, behind its predicate.
_NUMBER = re.compile(rf' "([+-]?[0-9]+(?:\.[0-9]+)?)"\^\^<{re.escape(PREFIXES["xsd"])}(?:integer|nonNegativeInteger|decimal)>\Z')
#: What blank nodes and statements about statements begin with.
_NAMELESS = ("_:", "<<")
_HINT = "give the file as `kg export` wrote it"

#: Subject → predicate → objects, as N-Triples writes them.
Nodes = dict[str, dict[str, list[str]]]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was loaded: the graph, the base of its IRIs, how many triples were read, and how many were of things that are not ours."""

    graph: Graph
    base: str
    triples: int
    others: int


def load_rdf(path: Path | str, folder: Path | str, *, overwrite: bool = False, run_size: int = 200_000) -> Loaded:
    """Loads a file of RDF into a graph folder; `kg.equality.differences` finds none to the graph that was exported.

    Memory holds the concepts, one paper at a time, and `run_size` triples; all else is sorted in temporary files. Triples about
    things outside the base are counted and left out. What was rejected in the build, and what papers said before the corpus was
    resolved, is not in RDF: see `kg.load.records`.

    Raises:
        UsageError, GraphError, DataError: see `kg.triples.read_triples`; or the triples are not those of a graph.
    """
    path = Path(path)
    base = find_base(path)
    loaded = {"from": path.name, "sha256": file_digest(path), "base": base}
    with tempfile.TemporaryDirectory(prefix="paperkg-") as scratch, drafting(folder, loaded, overwrite=overwrite) as draft:
        reading = _Reading(path, base, draft)
        lines = sorted_lines(reading.of_papers(), Path(scratch), run_size)
        # sorted_lines takes all triples before it gives the first line, so that all concepts are known from here on
        first = next(lines, None)
        reading.general()
        if first is not None:
            reading.papers(chain([first], lines))
        reading.finish()
    return Loaded(Graph.open(folder), base, reading.triples, reading.others)


class _Reading:
    """The state of loading one file."""

    def __init__(self, path: Path, base: str, draft: RecordDraft) -> None:
        self.path, self.draft = path, draft
        self.iris = Iris(base)
        self.triples = self.others = 0
        self._general: Nodes = {}
        # relations between concepts that stand there plainly, and those that a statement is about
        self._plain: set[tuple[str, str]] = set()
        self._stated: set[tuple[str, str]] = set()
        self._by_catalog: list[ConceptLink] = []
        self._counts: dict[str, int] = {}
        self._terms = Terms(self.iris)

    def wrong(self, node: str, what: str) -> DataError:
        """An error that names the file and the node."""
        return DataError(f"{self.path}: {node} {what}; {_HINT}")

    # --- triples to nodes ---------------------------------------------------------------------------------------------

    def of_papers(self) -> Iterator[str]:
        """Lines of the triples that are of one paper, by paper; all other triples are kept aside."""
        start = f"<{self.iris.base}"
        relations = {self._terms.term(name) for name in PATTERNS if name in _SAID}
        for subject, predicate, object_ in read_triples(self.path):
            self.triples += 1
            if subject.startswith(_NAMELESS) or object_.startswith(_NAMELESS):
                raise self.wrong(subject, f"says {predicate} {object_}: a node without an IRI, and ours all have one")
            if not subject.startswith(start):
                self.others += 1
                continue
            kind, _, rest = subject[len(start) : -1].partition("/")
            if kind in _OF_PAPER:
                yield f"{rest.partition('/')[0].partition('#')[0]}\t{subject}\t{predicate} {object_}\n"
            elif kind == "relation" and rest.count("/") > 2:
                yield f"{rest.split('/')[3]}\t{subject}\t{predicate} {object_}\n"
            elif kind == "concept" and predicate in relations:
                self._plain.add((subject, f"{predicate} {object_}"))
            elif kind in _GENERAL or kind == "relation":
                said = self._general.setdefault(subject, {}).setdefault(predicate, [])
                if object_ not in said:
                    said.append(object_)
            else:
                raise self.wrong(subject, f"says {predicate} {object_}, and no export has such a node")

    def one(self, nodes: Nodes, node: str, name: Term) -> str:
        """The one value of a property, as it is written."""
        values = nodes.get(node, {}).get(self._terms.term(name), [])
        if len(values) != 1:
            raise self.wrong(node, f"has {len(values) or 'no'} {name}, where one was expected")
        return values[0]

    def text(self, nodes: Nodes, node: str, name: Term) -> str:
        """The one value of a property, without quotes, language and datatype."""
        return self.value(node, self.one(nodes, node, name))

    def optional(self, nodes: Nodes, node: str, name: Term) -> str | None:
        """The same of a property that may be missing."""
        return self.text(nodes, node, name) if self._terms.term(name) in nodes.get(node, {}) else None

    def many(self, nodes: Nodes, node: str, name: Term) -> list[str]:
        """All values of a property, without quotes, language and datatype."""
        return [self.value(node, v) for v in nodes.get(node, {}).get(self._terms.term(name), [])]

    def value(self, node: str, written: str) -> str:
        return written[1:-1] if written[0] == "<" else plain(written[1 : written.rindex('"')])

    def number(self, nodes: Nodes, node: str, name: Term) -> int:
        """A whole number."""
        text = self.text(nodes, node, name)
        try:
            return int(text)
        except ValueError:
            raise self.wrong(node, f"has the {name} {text!r}, where a whole number was expected") from None

    def confidence(self, nodes: Nodes, node: str) -> float:
        text = self.text(nodes, node, "confidence")
        try:
            return float(text)
        except ValueError:
            raise self.wrong(node, f"has the confidence {text!r}, where a number was expected") from None

    def id_of(self, node: str, kind: str) -> str:
        """The id in an IRI of a kind."""
        found = self.iris.id_of(node.removeprefix("<").removesuffix(">"), kind)
        if found is None:
            raise self.wrong(node, f"stands where a {kind} was expected")
        return found

    def local(self, node: str, iri: str) -> str:
        """The name of a term of ours."""
        name = iri.removeprefix(self.iris.ontology)
        if name == iri:
            raise self.wrong(node, f"says {iri}, where a term of ours was expected")
        return name

    def kept(self, nodes: Nodes, node: str) -> Mapping[str, Any]:
        """What `kg:inOrder` says."""
        text = self.optional(nodes, node, "inOrder")
        try:
            found = json.loads(text) if text is not None else {}
            return {name: tuple(map(str, values)) for name, values in found.items()}
        except (ValueError, AttributeError, TypeError):
            raise self.wrong(node, f"has the inOrder {text!r}, where a JSON object of lists was expected") from None

    # --- what is not of one paper -------------------------------------------------------------------------------------

    def general(self) -> None:
        """Concepts, other ids, inputs and the run."""
        nodes = self._general
        if f"<{self.iris.scheme}>" not in nodes:
            raise self.wrong(f"<{self.iris.scheme}>", "is missing, and every export has it: the file is cut off or is no export")
        concepts = {node: self.concept(nodes, node) for node in nodes if node.startswith(f"<{self.iris.base}concept/")}
        self.draft.know(concepts.values())
        for node, concept in concepts.items():
            for other in self.many(nodes, node, "dcterms:replaces"):
                self.draft.others[self.id_of(other, "concept")] = concept.id
        for node in nodes:
            if node.startswith(f"<{self.iris.base}relation/"):
                self._by_catalog.append(self.relation(nodes, node, ""))
                self.draft.relation(self._by_catalog[-1])
        made: dict[str, Any] = self.draft.made
        made["inputs"] = [
            {"name": self.text(nodes, node, "dcterms:title"), "sha256": digest}
            for node in nodes
            if node.startswith(f"<{self.iris.base}input/")
            for digest in (self.many(nodes, node, "sha256") or [""])
        ]
        for node in nodes:
            if node.startswith(f"<{self.iris.base}run/"):
                made["reader"] = self.text(nodes, node, "reader")
                try:
                    made["settings"] = json.loads(self.text(nodes, node, "settings"))
                except ValueError:
                    raise self.wrong(node, "has settings that are no JSON") from None
                made["paperkg_version"] = unquote(self.text(nodes, node, "prov:wasAssociatedWith").rpartition("/")[2])
                self._terms.run = node[1:-1]

    def concept(self, nodes: Nodes, node: str) -> Concept:
        kinds = [k for k in ConceptType if self._terms.term(k.value) in nodes[node].get(f"<{expand('rdf:type')}>", [])]
        if len(kinds) != 1:
            raise self.wrong(node, f"has {len(kinds) or 'no'} type of {', '.join(ConceptType)}, where one was expected")
        own = self.text(nodes, node, "id")
        lists = {
            **sorted_concept_lists(
                own, self.many(nodes, node, "skos:altLabel"), self.many(nodes, node, "acronym"),
                [self.id_of(b, "concept") for b in self.many(nodes, node, "skos:broader")],
                [self.local(node, kind) for kind in self.many(nodes, node, "alsoType")],
                self.many(nodes, node, "skos:exactMatch"), self.many(nodes, node, "dcterms:identifier"),
            ),
            **self.kept(nodes, node),
        }  # fmt: skip
        try:
            also = tuple(map(ConceptType, lists["also"]))
        except ValueError as error:
            raise self.wrong(node, f"has an alsoType: {error}") from None
        return Concept(
            own, kinds[0], self.text(nodes, node, "skos:prefLabel"), tuple(lists["aliases"]), tuple(lists["acronyms"]),
            tuple(lists["broader"]), tuple(lists["identifiers"]), also, frozenset(self.many(nodes, node, "flag")),
            self.optional(nodes, node, "origin") or "", self.text(nodes, node, "known") == "true",
        )  # fmt: skip

    # --- what is of one paper -----------------------------------------------------------------------------------------

    def papers(self, lines: Iterable[str]) -> None:
        """Reads the papers with their links and relations, one after the other."""
        cut = (line[:-1].split("\t") for line in lines)
        for _, rows in groupby(cut, key=lambda row: row[0]):
            nodes: Nodes = {}
            for _, subject, said in rows:
                predicate, _, object_ = said.partition(" ")
                values = nodes.setdefault(subject, {}).setdefault(predicate, [])
                if not values or values[-1] != object_:
                    values.append(object_)
            self.paper(nodes)

    def paper(self, nodes: Nodes) -> None:
        base = f"<{self.iris.base}"
        found = [node for node in nodes if node.startswith(f"{base}paper/")]
        if not found:
            raise self.wrong(min(nodes), "is of a paper that is not there")
        node = found[0]
        paper = self.record(nodes, node)
        links = [self.link(nodes, n, paper) for n in sorted(nodes) if n.startswith(f"{base}link/")]
        relations = [self.relation(nodes, n, paper.id) for n in sorted(nodes) if n.startswith(f"{base}relation/")]
        told = [*self._terms.paper(paper, links), *(n for relation in relations for n in self._terms.relation(relation, paper))]
        self.same(nodes, (n for n in told if not n[0].startswith(f"{base}concept/")))
        self.draft.paper(paper)
        for link in links:
            self.draft.link(link)
            self._counts[link.concept] = self._counts.get(link.concept, 0) + 1
        for relation in relations:
            self.draft.relation(relation)

    def record(self, nodes: Nodes, node: str) -> Paper:
        authors = {self.number(nodes, a, "position"): self.text(nodes, a, "foaf:name") for a in self.creators(nodes, node)}
        year = self.optional(nodes, node, "dcterms:issued")
        return Paper(
            self.text(nodes, node, "id"), self.text(nodes, node, "dcterms:title"), self.optional(nodes, node, "dcterms:abstract") or "",
            tuple(authors[n] for n in sorted(authors)), None if year is None else self.number(nodes, node, "dcterms:issued"),
            self.optional(nodes, node, "venue"),
            self.kept(nodes, node).get("urls") or tuple(sorted(self.many(nodes, node, "schema:url"))),
            self.optional(nodes, node, "bibo:doi"), self.optional(nodes, node, "fabio:hasArXivId"),
            self.optional(nodes, node, "sourceFile") or "",
            self.number(nodes, node, "sourceLine") if self.optional(nodes, node, "sourceLine") is not None else 0,
        )  # fmt: skip

    def creators(self, nodes: Nodes, node: str) -> list[str]:
        return nodes[node].get(self._terms.term("dcterms:creator"), [])

    def link(self, nodes: Nodes, node: str, paper: Paper) -> Link:
        places = nodes[node].get(self._terms.term("evidence"), [])
        evidence = {self.number(nodes, place, "position"): self.evidence(nodes, place, paper) for place in places}
        if len(evidence) != len(places):
            raise self.wrong(node, "has evidence of one position twice")
        relation = self.local(node, self.text(nodes, node, "rdf:predicate"))
        if relation not in set(Relation):
            raise self.wrong(node, f"says {relation}, which is no relation of papers to concepts")
        concept = self.id_of(self.one(nodes, node, "rdf:object"), "concept")
        if concept not in self.draft.concepts:
            raise self.wrong(node, f"is about the concept {concept!r}, which is not in the file")
        return Link(
            paper.id, concept, Relation(relation), self.confidence(nodes, node), tuple(evidence[n] for n in sorted(evidence)),
            self.optional(nodes, node, "variant") or "", self.correction(nodes, node),
        )  # fmt: skip

    def correction(self, nodes: Nodes, node: str) -> str:
        """What people decided of a link, in the order in which a graph has it."""
        return ", ".join(sorted(self.many(nodes, node, "correction")))

    def evidence(self, nodes: Nodes, node: str, paper: Paper) -> Evidence:
        field, start, end = self.place(nodes, node)
        mention = Mention(field, start, end, paper.text(field)[start:end])
        first, last = self.number(nodes, node, "sentenceStart"), self.number(nodes, node, "sentenceEnd")
        return Evidence(mention, first, last, self.optional(nodes, node, "cue") or "")

    def place(self, nodes: Nodes, node: str) -> tuple[Field, int, int]:
        """Field, start and end of a place in a text, by what the annotation's target says."""
        target = self.one(nodes, node, "oa:hasTarget")
        name = unquote(self.text(nodes, target, "oa:hasSource").rpartition("/")[2])
        field = next((known for known in FIELDS if known == name), None)
        if field is None:
            raise self.wrong(target, f"is in the field {name!r}, where title or abstract was expected")
        selectors = nodes[target].get(self._terms.term("oa:hasSelector"), [])
        start = self._terms.term("oa:start")
        positions = [s for s in selectors if start in nodes.get(s, {})]
        if len(positions) != 1:
            raise self.wrong(target, f"has {len(positions) or 'no'} position, where one was expected")
        return field, self.number(nodes, positions[0], "oa:start"), self.number(nodes, positions[0], "oa:end")

    def relation(self, nodes: Nodes, node: str, paper: str) -> ConceptLink:
        """A relation between concepts; `paper` is empty for one of the catalog."""
        head, tail = self.one(nodes, node, "rdf:subject"), self.one(nodes, node, "rdf:object")
        name = self.local(node, self.text(nodes, node, "rdf:predicate"))
        if name not in _SAID:
            raise self.wrong(node, f"says {name}, which is no relation between concepts")
        self._stated.add((head, f"{self._terms.term(ConceptRelation(name).value)} {tail}"))
        ends = self.id_of(head, "concept"), ConceptRelation(name), self.id_of(tail, "concept")
        if not paper:
            return ConceptLink(*ends, self.confidence(nodes, node))
        field, start, end = self.place(nodes, self.one(nodes, node, "decisiveEvidence"))
        return ConceptLink(*ends, self.confidence(nodes, node), paper, field, start, end)

    # --- whether the file says just that ------------------------------------------------------------------------------

    def finish(self) -> None:
        """Compares what is not of one paper with what the records say."""
        present = set(self.draft.concepts)
        terms, made = self._terms, self.draft.made
        told = [
            *terms.schemes(self.draft.corrected > 0),
            *(terms.concept(c, self._counts.get(c.id, 0), present) for c in self.draft.concepts.values()),
        ]
        told += (terms.other_id(other, owner) for other, owner in self.draft.others.items())
        told += (
            node for relation in self._by_catalog for node in terms.relation(relation, None) if node[0].startswith(f"<{self.iris.base}rel")
        )
        told += terms.provenance(made["inputs"], made.get("reader", ""), made.get("settings", {}), made.get("paperkg_version", ""))
        self.same(self._general, told)
        for head, said in sorted(self._stated - self._plain):
            raise self.wrong(head, f"does not say {said}, and a statement is about it")
        for head, said in sorted(self._plain - self._stated):
            raise self.wrong(head, f"says {said}, and no statement is about it")

    def same(self, nodes: Nodes, told: Iterable[Node]) -> None:
        """Raises an error where the nodes are not those that were told."""
        expected: dict[str, set[str]] = {}
        for subject, properties in told:
            expected.setdefault(subject, set()).update(properties)
        for subject, by_predicate in nodes.items():
            said = {f"{predicate} {object_}" for predicate, objects in by_predicate.items() for object_ in objects}
            wanted = expected.pop(subject, set())
            if said == wanted or _by_value(said) == _by_value(wanted):
                continue
            if not wanted:
                raise self.wrong(subject, "belongs to nothing: no paper, link or relation leads to it")
            missing, more = sorted(wanted - said), sorted(said - wanted)
            parts = (f"does not say {missing[0]}" if missing else "", f"says {more[0]}" if more else "")
            raise self.wrong(subject, f"{' but '.join(filter(None, parts))}, which does not fit the rest")
        for subject in sorted(expected):
            raise self.wrong(subject, "is missing")


def _by_value(said: Iterable[str]) -> set[str]:
    """The same with numbers as values: some stores (Oxigraph) keep these, and not the form and the type in which they were written."""
    return {_NUMBER.sub(lambda number: f" {Decimal(number[1]).normalize()}", one) for one in said}
