"""RDF as JSON-LD: one node a line under `@graph`, with the context of `ontology/context.jsonld` inside, so that no one need fetch it.

Keys come in the order of Streaming JSON-LD (https://www.w3.org/TR/json-ld11-streaming/), so that a reader need not hold the file.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ontology
from exports import Written
from exports.files import replacing
from exports.iris import Iris
from exports.links_jsonl import json_line
from exports.rdf import sorted_nodes
from exports.triples import LITERAL, RDF_TYPE, plain
from ontology.terms import BASE

if TYPE_CHECKING:
    from kg.graph import Graph

__all__ = ["context", "write"]


def context(base: str = BASE) -> dict[str, Any]:
    """The context: short keys for all terms that an export holds, ours under the base.

    >>> context("https://kg.example/")["kg"]
    'https://kg.example/ontology#'
    """
    found: dict[str, Any] = json.loads(ontology.text("context.jsonld", Iris(base).base))["@context"]
    return found


def write(graph: Graph, path: Path | str, *, overwrite: bool = False, base: str = BASE) -> Written:
    """Writes the graph as JSON-LD in UTF-8; memory does not grow with the papers.

    `base` is the web address under which all IRIs of ours are made.

    Raises:
        UsageError: the file exists and `overwrite` is false, or the base is no web address.
        EnvironmentError_: it cannot be written.
    """
    terms = context(base)
    node = _noder(terms)
    with sorted_nodes(graph, base) as (nodes, counts), replacing(path, overwrite) as file:
        file.write('{"@context": ' + json_line(terms).rstrip("\n") + ',\n"@graph": [')
        between = "\n"
        for subject, properties in nodes:
            file.write(between + json_line(node(subject, properties)).rstrip("\n"))
            between = ",\n"
        file.write("\n]}\n")
    return Written("jsonld", (Path(path),), counts.as_dict())


def _noder(terms: dict[str, Any]) -> Callable[[str, list[str]], dict[str, Any]]:
    """Makes a function that writes a node with the keys of a context."""
    prefixes = {prefix: iri for prefix, iri in terms.items() if isinstance(iri, str)}

    def whole(name: str) -> str:
        prefix, colon, local = name.partition(":")
        return prefixes[prefix] + local if colon and prefix in prefixes else name

    # predicate → key, and what the context says of its values
    keys = {
        f"<{whole(about['@id'])}>": (key, whole(about.get("@type", "")), about.get("@language", ""))
        for key, about in terms.items()
        if isinstance(about, dict)
    }
    compact: dict[str, str] = {}

    def kind(iri: str) -> str:
        if iri not in compact:
            cut = max(iri.rfind("/"), iri.rfind("#")) + 1
            prefix = next((p for p, namespace in prefixes.items() if namespace == iri[:cut]), "")
            compact[iri] = f"{prefix}:{iri[cut:]}" if prefix else iri
        return compact[iri]

    def value(written: str, datatype: str, language: str) -> Any:
        if written[0] == "<":
            return written[1:-1] if datatype == "@id" else {"@id": written[1:-1]}
        match = LITERAL.fullmatch(written)
        if match is None:
            raise ValueError(f"not a literal of N-Triples: {written!r}")
        text = plain(match[1])
        if (match[2] or "", match[3] or "") == (language, datatype):
            return text
        if match[2]:
            return {"@value": text, "@language": match[2]}
        return {"@value": text, "@type": match[3]} if match[3] else {"@value": text}

    def node(subject: str, properties: list[str]) -> dict[str, Any]:
        # the type first, as streaming readers want it
        made: dict[str, Any] = {"@type": [], "@id": subject[1:-1]}
        pairs = [said.split(" ", 1) for said in properties]
        for predicate, group in groupby(pairs, key=lambda pair: pair[0]):
            objects = [object_ for _, object_ in group]
            if predicate == RDF_TYPE:
                made["@type"] = [kind(o[1:-1]) for o in objects]
                continue
            key, datatype, language = keys.get(predicate, (predicate[1:-1], "", ""))
            values = [value(o, datatype, language) for o in objects]
            made[key] = values[0] if len(values) == 1 else values
        return made

    return node
