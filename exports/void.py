"""A description of the graph's RDF in VoID and DCAT: what is in it, how much of it, and the files that hold it."""

from __future__ import annotations

import io
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exports import Written
from exports.files import replacing
from exports.iris import Iris, segment
from exports.rdf_sorted import write_sorted
from exports.triples import RDF_TYPE, literal, typed
from exports.turtle import document, prefixes_of
from kg.errors import UsageError
from kg.manifest import file_digest
from ontology.terms import BASE, ELSEWHERE
from ontology.void import SPACES, expand_description

if TYPE_CHECKING:
    from exports.triples import Node
    from kg.graph import Graph

__all__ = ["write"]

#: Suffix of a file → its media type.
MEDIA = {
    ".nt": "application/n-triples",
    ".ttl": "text/turtle",
    ".nq": "application/n-quads",
    ".trig": "application/trig",
    ".rdf": "application/rdf+xml",
    ".jsonld": "application/ld+json",
}
#: What may stand between < and >, and is not relative.
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]+")
#: Bytes of lines that are counted together.
PIECE = 1 << 20
#: Targets of links by name: the property that links, and what the IRIs of the target begin with.
TARGETS = {
    **{name: ("skos:exactMatch", space) for name, space in ELSEWHERE.items()},
    "arxiv": ("owl:sameAs", "https://arxiv.org/abs/"),
    "doi": ("owl:sameAs", "https://doi.org/"),
}


def write(
    graph: Graph,
    path: Path | str,
    *,
    overwrite: bool = False,
    base: str = BASE,
    title: str = "A graph of papers and the concepts they work with",
    license: str = "",  # noqa: A002 - the option is called as the property is
    files: str = "",
) -> Written:
    """Writes the description as Turtle; counts are those of the lines that `exports.ntriples` writes, made once more and not kept.

    `files` are paths of exported RDF files, separated by commas: each becomes a distribution with its size and SHA-256. `license` is
    an IRI; left out, nothing is said, as texts of papers have licences of their own. No time is written.

    Raises:
        UsageError: the file exists and `overwrite` is false, the base is no web address, `license` is no IRI, or a file of `files` is not
            there or called as another one.
        EnvironmentError_: it cannot be written.
    """
    iris = Iris(base)
    named = [Path(name.strip()) for name in files.split(",") if name.strip()]
    for file_path in named:
        if file_path.suffix not in MEDIA or not file_path.is_file():
            raise UsageError(f"{file_path}: no file of RDF there; give files that end with {', '.join(MEDIA)}")
    if twice := sorted(name for name, number in Counter(file_path.name for file_path in named).items() if number > 1):
        raise UsageError(f"several files are called {twice[0]}; each is described by its name, so give them different ones")
    if license and not _IRI.fullmatch(license):
        raise UsageError(f"license is {license!r}; give the address of one, such as https://creativecommons.org/licenses/by/4.0/")
    tally = _Tally(f"<{iris.base}paper/")
    with io.BufferedWriter(tally, PIECE) as out:
        counts = write_sorted(graph, out, base)
    classes, properties, links, example = tally.classes, tally.properties, tally.links, tally.example
    description = _Description(iris)
    whole = [
        ("void:triples", _number(counts.triples)),
        ("void:entities", _number(counts.subjects)),
        ("void:distinctSubjects", _number(counts.subjects)),
        ("void:classes", _number(len(classes))),
        ("void:properties", _number(len(properties))),
        ("void:documents", _number(len(named))),
        ("void:uriSpace", literal(iris.base)),
        ("dcterms:title", literal(title, "en")),
        *([("void:exampleResource", example)] if example else []),
        *([("dcterms:license", f"<{license}>")] if license else []),
    ]
    description.add(description.iri, ("void:Dataset", "dcat:Dataset"), whole)
    cuts = {iri[1 : max(iri.rfind("/"), iri.rfind("#")) + 1] for iri in properties}
    for vocabulary in sorted(cuts):
        description.say("void:vocabulary", f"<{vocabulary}>")
    for iri, number in sorted(classes.items()):
        description.part("class", "void:classPartition", iri, [("void:class", iri), ("void:entities", _number(number))])
    for iri, number in sorted(properties.items()):
        description.part("property", "void:propertyPartition", iri, [("void:property", iri), ("void:triples", _number(number))])
    for name, number in sorted(links.items()):
        description.linkset(name, number)
    for file_path in named:
        description.distribution(file_path)
    with replacing(path, overwrite) as file:
        file.writelines(document(description.nodes(), {**prefixes_of(base), **SPACES}))
    found = {"triples": counts.triples, "subjects": counts.subjects, "classes": len(classes), "properties": len(properties)}
    return Written("void", (Path(path),), {**found, "links elsewhere": sum(links.values()), "files": len(named)})


def _number(number: int) -> str:
    return typed(str(number), "integer")


class _Tally(io.RawIOBase):
    """Counts what is in the lines of N-Triples that are written to it.

    Attributes:
        properties, classes: how many triples have a property, and how many subjects a type.
        links: by the names of `TARGETS`, how many triples link there.
        example: the first subject that begins with some text, or nothing.
    """

    def __init__(self, begin: str) -> None:
        self.properties: Counter[str] = Counter()
        self.classes: Counter[str] = Counter()
        self.links: Counter[str] = Counter()
        self.example = ""
        self._begin = begin.encode()
        self._targets: dict[str, list[tuple[str, str]]] = {}
        for name, (link, space) in TARGETS.items():
            self._targets.setdefault(f"<{expand_description(link)}>", []).append((name, f"<{space}"))
        # of few properties it matters what they say; an object that is no IRI has white space or a quotation mark
        looked_at = b"|".join(re.escape(name.encode()) for name in (RDF_TYPE, *self._targets))
        self._line = re.compile(rb"^\S+ ((?:" + looked_at + rb") <[^>\n]*>|\S+)", re.M)
        self._rest = b""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        whole, end, rest = bytes(data).rpartition(b"\n")
        if not end:
            self._rest += rest
            return len(data)
        lines, self._rest = self._rest + whole, rest
        # each distinct one once: those of a piece, as there are as many links elsewhere as papers
        for said, number in Counter(self._line.findall(lines)).items():
            predicate, _, object_ = said.decode().partition(" ")
            self.properties[predicate] += number
            if predicate == RDF_TYPE:
                self.classes[object_] += number
            for name, space in self._targets.get(predicate, ()):
                if object_.startswith(space):
                    self.links[name] += number
        if not self.example and (at := (b"\n" + lines).find(b"\n" + self._begin)) >= 0:
            self.example = lines[at : lines.index(b" ", at)].decode()
        return len(data)


class _Description:
    """The nodes of the description, each with an IRI under `BASE/description`."""

    def __init__(self, iris: Iris) -> None:
        self._base = f"{iris.base}description"
        self.iri = f"<{self._base}>"
        self._said: dict[str, list[str]] = {}

    def add(self, node: str, kinds: tuple[str, ...], said: list[tuple[str, str]]) -> None:
        own = self._said.setdefault(node, [])
        own += [f"{RDF_TYPE} <{expand_description(kind)}>" for kind in kinds]
        own += [f"<{expand_description(name)}> {value}" for name, value in said]

    def say(self, name: str, value: str) -> None:
        """Of the whole."""
        self._said[self.iri].append(f"<{expand_description(name)}> {value}")

    def part(self, kind: str, name: str, iri: str, said: list[tuple[str, str]]) -> None:
        node = f"<{self._base}/{kind}/{segment(iri[1:-1])}>"
        self.add(node, ("void:Dataset",), said)
        self.say(name, node)

    def linkset(self, name: str, number: int) -> None:
        link, space = TARGETS[name]
        node, target = f"<{self._base}/links/{name}>", f"<{self._base}/target/{name}>"
        said = [
            ("void:linkPredicate", f"<{expand_description(link)}>"),
            ("void:subjectsTarget", self.iri),
            ("void:objectsTarget", target),
            ("void:triples", _number(number)),
        ]
        self.add(node, ("void:Linkset",), said)
        self.add(target, ("void:Dataset",), [("void:uriSpace", literal(space))])
        self.say("void:subset", node)

    def distribution(self, path: Path) -> None:
        node = f"<{self._base}/file/{segment(path.name)}>"
        checksum = f"{node[:-1]}#checksum>"
        said = [
            ("dcterms:title", literal(path.name)),
            ("dcat:mediaType", f"<https://www.iana.org/assignments/media-types/{MEDIA[path.suffix]}>"),
            ("dcat:byteSize", typed(str(path.stat().st_size), "nonNegativeInteger")),
            ("spdx:checksum", checksum),
        ]
        self.add(node, ("dcat:Distribution",), said)
        digest = typed(file_digest(path), "hexBinary")
        algorithm = f"<{SPACES['spdx']}checksumAlgorithm_sha256>"
        self.add(checksum, ("spdx:Checksum",), [("spdx:algorithm", algorithm), ("spdx:checksumValue", digest)])
        self.say("dcat:distribution", node)

    def nodes(self) -> list[Node]:
        """Sorted by IRI, properties too."""
        return [(node, sorted(set(said))) for node, said in sorted(self._said.items())]
