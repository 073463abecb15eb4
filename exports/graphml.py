"""GraphML, for Gephi, yEd, igraph and networkx; written as a stream. Format: the GraphML primer at graphml.graphdrawing.org.

Nodes and edges have the names and attributes of `Graph.to_networkx`. GraphML knows no lists: they are JSON arrays in a string.
XML 1.0 has no way to write most control characters; where a text holds one, U+FFFD stands in its place and the notes say so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from exports import Written
from exports.files import replacing
from exports.links_jsonl import linked_papers
from exports.property_graph import relations_with_sentences
from kg.properties import Given, Properties, read
from kg.shapes import concept_attributes, link_attributes, other_ids, paper_attributes, relation_attributes

if TYPE_CHECKING:
    from kg.graph import Graph

__all__ = ["EDGE_KEYS", "NODE_KEYS", "write"]

#: Attributes of nodes and of edges with their GraphML types; lists are JSON in a string.
NODE_KEYS = {
    "kind": "string", "id": "string", "label": "string", "type": "string", "abstract": "string", "year": "int", "venue": "string",
    "authors": "string", "urls": "string", "doi": "string", "arxiv": "string", "aliases": "string", "acronyms": "string",
    "known": "boolean",
    "papers": "int", "broader": "string", "identifiers": "string", "also": "string", "flags": "string", "other_ids": "string",
    "source": "string", "line": "int",
}  # fmt: skip
EDGE_KEYS = {
    "kind": "string", "relation": "string", "confidence": "double", "variant": "string", "correction": "string",
    "sentences": "string", "evidence": "string",
    "paper": "string", "field": "string", "start": "int", "end": "int", "sentence": "string", "catalog": "boolean",
}  # fmt: skip

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# raw, a parser would make blanks of these in attributes and line ends in texts
_KEPT = {"\t": "&#9;", "\n": "&#10;", "\r": "&#13;", "\x85": "&#133;", "\u2028": "&#8232;"}


def write(graph: Graph, path: Path | str, *, overwrite: bool = False, properties: Given = "") -> Written:
    """Writes one directed graph with parallel edges. Memory does not grow with the papers.

    Nodes are named and nodes and edges described as `kg.shapes.to_networkx` does it.

    Args:
        properties: what analyses found (`kg.properties.Given`): nodes get an attribute for each property.

    Raises:
        UsageError: the file exists and `overwrite` is false.
        DataError: the properties are those of another graph, or called as attributes are.
        EnvironmentError_: it cannot be written.
    """
    more = read(properties, graph)
    made = _Writer({**NODE_KEYS, **_keys(more)})
    counts = {"papers": 0, "concepts": 0, "links": 0, "relations": 0}
    with replacing(path, overwrite) as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n')
        for prefix, keys in (("node", made.node_keys), ("edge", EDGE_KEYS)):
            for name, kind in keys.items():
                file.write(f'  <key id="{prefix}-{name}" for="{prefix}" attr.name="{name}" attr.type="{kind}"/>\n')
        file.write('  <graph edgedefault="directed">\n')
        for name, what, attributes in _nodes(graph, more):
            file.write(made.node(name, attributes))
            counts[what] += 1
        for start, end, what, attributes in _edges(graph):
            file.write(made.edge(start, end, attributes))
            counts[what] += 1
        file.write("  </graph>\n</graphml>\n")
    counts = {**counts, "nodes": counts["papers"] + counts["concepts"], "edges": counts["links"] + counts["relations"]}
    note = f"{made.replaced} characters that XML cannot hold were replaced by U+FFFD"
    return Written("graphml", (Path(path),), counts, (note,) if made.replaced else ())


def _keys(properties: Properties) -> dict[str, str]:
    """The properties as attributes of nodes: GraphML has papers and concepts in one space."""
    kinds = {bool: "boolean", int: "long", float: "double", str: "string"}
    both = Properties({**properties.concepts, **{f"paper:{i}": values for i, values in properties.papers.items()}})
    return {name: kinds[kind] for name, kind in both.columns("concepts", NODE_KEYS).items()}


def _nodes(graph: Graph, properties: Properties) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for paper in graph.papers():
        yield f"paper:{paper.id}", "papers", {**paper_attributes(paper), **properties.papers.get(paper.id, {})}
    counts = graph.paper_counts()
    others = other_ids(graph)
    for concept in graph.concepts():
        attributes = concept_attributes(concept, counts[concept.id], others.get(concept.id, ()))
        yield f"concept:{concept.id}", "concepts", {**attributes, **properties.concepts.get(concept.id, {})}


def _edges(graph: Graph) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    for paper, links in linked_papers(graph):
        for link in links:
            yield f"paper:{link.paper}", f"concept:{link.concept}", "links", link_attributes(link, paper)
    for relation, sentence in relations_with_sentences(graph):
        yield f"concept:{relation.head}", f"concept:{relation.tail}", "relations", relation_attributes(relation, sentence)


class _Writer:
    """Elements as text; counts the characters that could not be written."""

    def __init__(self, node_keys: Mapping[str, str]) -> None:
        self.node_keys = node_keys
        self.replaced = 0

    def node(self, name: str, attributes: Mapping[str, Any]) -> str:
        return f'    <node id="{self._text(name)}">\n{self._data("node", self.node_keys, attributes)}    </node>\n'

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
