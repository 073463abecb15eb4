"""GraphML, for Gephi, yEd, igraph and networkx; written as a stream. Format: the GraphML primer at graphml.graphdrawing.org.

Nodes and edges have the names and attributes of `Graph.to_networkx`. GraphML knows no lists: they are JSON arrays in a string.
XML 1.0 has no way to write most control characters; where a text holds one, U+FFFD stands in its place and the notes say so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from exports import Written
from exports.files import replacing
from exports.links_jsonl import linked_papers
from exports.property_graph import relations_with_sentences, sentences

if TYPE_CHECKING:
    from kg.graph import Graph

__all__ = ["EDGE_KEYS", "NODE_KEYS", "write"]

#: Attributes of nodes and of edges with their GraphML types; lists are JSON in a string.
NODE_KEYS = {
    "kind": "string", "id": "string", "label": "string", "type": "string", "year": "int", "venue": "string", "authors": "string",
    "urls": "string", "aliases": "string", "acronyms": "string", "known": "boolean", "papers": "int",
}  # fmt: skip
EDGE_KEYS = {
    "kind": "string", "relation": "string", "confidence": "double", "variant": "string", "sentences": "string", "papers": "string",
    "catalog": "boolean",
}  # fmt: skip

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# raw, a parser would make blanks of these in attributes and line ends in texts
_KEPT = {"\t": "&#9;", "\n": "&#10;", "\r": "&#13;", "\x85": "&#133;", "\u2028": "&#8232;"}


def write(graph: Graph, path: Path | str, *, overwrite: bool = False) -> Written:
    """Writes one directed graph with parallel edges. Memory does not grow with the papers.

    A node is named `paper:<id>` or `concept:<id>`. An edge has `relation`, `confidence` and `sentences`; one between concepts also
    `papers` (of each sentence) and `catalog`, whether the catalog's hierarchy says so.

    Raises:
        UsageError: the file exists and `overwrite` is false.
        EnvironmentError_: it cannot be written.
    """
    made = _Writer()
    counts = {"papers": 0, "concepts": 0, "links": 0, "relations": 0}
    with replacing(path, overwrite) as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n')
        for prefix, keys in (("node", NODE_KEYS), ("edge", EDGE_KEYS)):
            for name, kind in keys.items():
                file.write(f'  <key id="{prefix}-{name}" for="{prefix}" attr.name="{name}" attr.type="{kind}"/>\n')
        file.write('  <graph edgedefault="directed">\n')
        for name, what, attributes in _nodes(graph):
            file.write(made.node(name, attributes))
            counts[what] += 1
        for start, end, what, attributes in _edges(graph):
            file.write(made.edge(start, end, attributes))
            counts[what] += 1
        file.write("  </graph>\n</graphml>\n")
    counts = {**counts, "nodes": counts["papers"] + counts["concepts"], "edges": counts["links"] + counts["relations"]}
    note = f"{made.replaced} characters that XML cannot hold were replaced by U+FFFD"
    return Written("graphml", (Path(path),), counts, (note,) if made.replaced else ())


def _nodes(graph: Graph) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for p in graph.papers():
        yield f"paper:{p.id}", "papers", {
            "kind": "paper", "id": p.id, "label": p.title, "year": p.year, "venue": p.venue, "authors": p.authors, "urls": p.urls,
        }  # fmt: skip
    counts = graph.paper_counts()
    for c in graph.concepts():
        yield f"concept:{c.id}", "concepts", {
            "kind": "concept", "id": c.id, "label": c.label, "type": c.type.value, "aliases": c.aliases, "acronyms": c.acronyms,
            "known": c.known, "papers": counts[c.id],
        }  # fmt: skip


def _edges(graph: Graph) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    for paper, links in linked_papers(graph):
        for link in links:
            yield f"paper:{link.paper}", f"concept:{link.concept}", "links", {
                "kind": "link", "relation": link.relation.value, "confidence": link.confidence, "variant": link.variant,
                "sentences": sentences(paper, link),
            }  # fmt: skip
    same = groupby(relations_with_sentences(graph), key=lambda pair: (pair[0].head, pair[0].relation.value, pair[0].tail))
    for (head, relation, tail), group in same:
        every = list(group)
        read = [(link, sentence) for link, sentence in every if link.paper]
        yield f"concept:{head}", f"concept:{tail}", "relations", {
            "kind": "relation", "relation": relation, "confidence": max(link.confidence for link, _ in every),
            "papers": [link.paper for link, _ in read], "sentences": [sentence for _, sentence in read],
            "catalog": len(read) < len(every),
        }  # fmt: skip


class _Writer:
    """Elements as text; counts the characters that could not be written."""

    def __init__(self) -> None:
        self.replaced = 0

    def node(self, name: str, attributes: Mapping[str, Any]) -> str:
        return f'    <node id="{self._text(name)}">\n{self._data("node", NODE_KEYS, attributes)}    </node>\n'

    def edge(self, start: str, end: str, attributes: Mapping[str, Any]) -> str:
        ends = f'source="{self._text(start)}" target="{self._text(end)}"'
        return f"    <edge {ends}>\n{self._data('edge', EDGE_KEYS, attributes)}    </edge>\n"

    def _data(self, prefix: str, keys: Mapping[str, str], attributes: Mapping[str, Any]) -> str:
        lines = []
        for name in keys:
            value = attributes.get(name)
            if value is None:
                continue
            if isinstance(value, bool):
                text = "true" if value else "false"
            elif isinstance(value, list | tuple):
                text = self._text(json.dumps(value, ensure_ascii=False))
            else:
                text = self._text(value) if isinstance(value, str) else repr(value)
            lines.append(f'      <data key="{prefix}-{name}">{text}</data>\n')
        return "".join(lines)

    def _text(self, text: str) -> str:
        if not text.isprintable():
            text, count = _NOT_XML.subn("\ufffd", text)
            self.replaced += count
        return escape(text, {'"': "&quot;", **_KEPT})
