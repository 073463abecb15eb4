"""A graph folder out of a networkx graph of the form that `Graph.to_networkx` gives, changed or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from kg.errors import DataError
from kg.load.records import write_records
from kg.model import Concept, ConceptLink, ConceptRelation, ConceptType, Evidence, Link, Mention, Paper, Relation

if TYPE_CHECKING:
    import networkx as nx

    from kg.graph import Graph

__all__ = ["load"]

Attributes = Mapping[str, Any]


class _Edge(NamedTuple):
    name: str
    start: str
    end: str
    data: Attributes


def load(made: nx.MultiDiGraph[str], folder: Path | str, *, overwrite: bool = False) -> Graph:
    """Writes a graph folder that says what a networkx graph says, and opens it.

    Args:
        made: with the nodes, edges and attributes of `kg.shapes.to_networkx`. Attributes beyond these are passed over; those that follow
            from others (`papers`, `sentences`, `sentence`, `catalog`, keys of edges) are made again.

    Raises:
        GraphError: the folder is in the way.
        DataError: a node or edge lacks an attribute, has one of another kind, or does not fit the others.
    """
    nodes: list[tuple[str, Attributes]] = [(name, data) for name, data in made.nodes(data=True)]
    edges = [_Edge(f"{start} → {end}", start, end, data) for start, end, data in made.edges(data=True)]
    return write_records(
        folder,
        papers=(_paper(name, data) for name, data in nodes if _kind(name, data) == "paper"),
        concepts=(_concept(name, data) for name, data in nodes if _kind(name, data) == "concept"),
        links=(_link(made, edge) for edge in edges if _kind(edge.name, edge.data) == "link"),
        relations=(_relation(made, edge) for edge in edges if _kind(edge.name, edge.data) == "relation"),
        other_ids=_other_ids(nodes),
        loaded={"from": "networkx"},
        overwrite=overwrite,
    )


def _kind(name: str, data: Attributes) -> str:
    kind = _value(name, data, "kind", str)
    if kind not in ("paper", "concept", "link", "relation"):
        raise DataError(f"{name}: kind is {kind!r}; paper or concept expected of a node, link or relation of an edge")
    return str(kind)


def _value(name: str, data: Attributes, key: str, *kinds: type) -> Any:
    """An attribute, which is of one of some types."""
    if key not in data:
        raise DataError(f"{name}: the attribute {key!r} is missing; docs/reference/graph.md lists what nodes and edges have")
    value = data[key]
    # a truth value counts as a whole number in Python, and is none here
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        wanted = " or ".join("nothing" if kind is type(None) else kind.__name__ for kind in kinds)
        raise DataError(f"{name}: {key} is {value!r}; {wanted} expected")
    return value


def _strings(name: str, data: Attributes, key: str) -> tuple[str, ...]:
    found = _value(name, data, key, list, tuple)
    for one in found:
        if not isinstance(one, str):
            raise DataError(f"{name}: {key} holds {one!r}; strings expected")
    return tuple(found)


def _one_of(name: str, kind: type[Any], value: Any) -> Any:
    try:
        return kind(value)
    except ValueError:
        raise DataError(f"{name}: {value!r} is no {kind.__name__}; one of {', '.join(one.value for one in kind)} expected") from None


def _paper(name: str, data: Attributes) -> Paper:
    def text(key: str) -> str:
        return str(_value(name, data, key, str))

    def maybe(key: str, kind: type) -> Any:
        return _value(name, data, key, kind, type(None))

    return Paper(
        text("id"), text("label"), text("abstract"), _strings(name, data, "authors"), maybe("year", int), maybe("venue", str),
        _strings(name, data, "urls"), maybe("doi", str), maybe("arxiv", str), text("source"), _value(name, data, "line", int),
    )  # fmt: skip


def _concept(name: str, data: Attributes) -> Concept:
    aliases, acronyms, broader, identifiers, also, flags = (
        _strings(name, data, key) for key in ("aliases", "acronyms", "broader", "identifiers", "also", "flags")
    )
    types = tuple(_one_of(name, ConceptType, one) for one in also)
    type_, label, source = (str(_value(name, data, key, str)) for key in ("type", "label", "source"))
    known = _value(name, data, "known", bool)
    id_ = _value(name, data, "id", str)
    return Concept(
        id_, _one_of(name, ConceptType, type_), label, aliases, acronyms, broader, identifiers, types, frozenset(flags), source, known
    )


def _other_ids(nodes: list[tuple[str, Attributes]]) -> Iterator[tuple[str, str]]:
    for name, data in nodes:
        if data["kind"] == "concept":
            for other in _strings(name, data, "other_ids"):
                yield other, data["id"]


def _end(name: str, made: nx.MultiDiGraph[str], node: str, kind: str) -> str:
    data = made.nodes[node]
    if data.get("kind") != kind:
        raise DataError(f"{name}: {node} is no {kind}; a link leads from a paper to a concept, a relation from a concept to a concept")
    return str(_value(node, data, "id", str))


def _confidence(name: str, data: Attributes) -> float:
    return float(_value(name, data, "confidence", float, int))


def _link(made: nx.MultiDiGraph[str], edge: _Edge) -> Link:
    name, start, end, data = edge
    relation = _one_of(name, Relation, _value(name, data, "relation", str))
    evidence = tuple(_evidence(name, one) for one in _value(name, data, "evidence", list, tuple))
    variant = _value(name, data, "variant", str)
    # graphs made before there were corrections have none
    correction = _value(name, data, "correction", str) if "correction" in data else ""
    ends = _end(name, made, start, "paper"), _end(name, made, end, "concept")
    return Link(*ends, relation, _confidence(name, data), evidence, variant, correction)


def _evidence(name: str, data: Attributes) -> Evidence:
    start, end, sentence_start, sentence_end = (_value(name, data, k, int) for k in ("start", "end", "sentence_start", "sentence_end"))
    mention = Mention(_field(name, data), start, end, _value(name, data, "text", str))
    return Evidence(mention, sentence_start, sentence_end, _value(name, data, "cue", str))


def _relation(made: nx.MultiDiGraph[str], edge: _Edge) -> ConceptLink:
    name, data = edge.name, edge.data
    paper = _value(name, data, "paper", str)
    head, tail = (_end(name, made, node, "concept") for node in (edge.start, edge.end))
    relation = _one_of(name, ConceptRelation, _value(name, data, "relation", str))
    start, end = (_value(name, data, key, int) for key in ("start", "end"))
    return ConceptLink(head, relation, tail, _confidence(name, data), paper, _field(name, data) if paper else "", start, end)


def _field(name: str, data: Attributes) -> Any:
    field = _value(name, data, "field", str)
    if field not in ("title", "abstract"):
        raise DataError(f"{name}: field is {field!r}; title or abstract expected")
    return field
