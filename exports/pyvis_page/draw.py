"""The drawing: nodes and lines as pyvis describes them, with fixed places, and what the page's script is told about each."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from exports.pyvis_page.data import Selection
    from exports.quotes import Quote
    from kg.model import Paper

#: How much a line pulls its ends together; lines of shared papers pull by their share.
_PULL = {"text": 1.0, "catalog": 0.8, "link": 0.5}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the drawing: its kind, its ends (a paper's end is `p` and its number), and the relations it stands for."""

    kind: str
    head: int | str
    tail: int | str
    papers: int
    relations: tuple[str, ...]


@dataclass(slots=True)
class Drawing:
    """What pyvis made of the selection; `lines[n]` tells what `edges[n]` is."""

    nodes: list[dict[str, Any]]
    edges: list[dict[str, Any]]
    options: dict[str, Any]
    lines: list[Line]

    def count(self, kind: str) -> int:
        """How many lines of a kind there are."""
        return sum(line.kind == kind for line in self.lines)


def draw(chosen: Selection, seed: int) -> Drawing:
    """Nodes with sizes by papers and places by the layout, and lines of all kinds."""
    from pyvis.network import Network

    lines, pulls = _lines(chosen)
    most = max((chosen.papers_of[c.id] for c in chosen.concepts), default=1)
    ids: list[int | str] = [*range(len(chosen.concepts)), *(f"p{n}" for n in range(len(chosen.paper_nodes)))]
    # the area shows the number of papers; a concept of one paper stays large enough to be hit
    radii = [6.0 + 22.0 * (chosen.papers_of[c.id] / max(most, 8)) ** 0.5 for c in chosen.concepts] + [4.0] * len(chosen.paper_nodes)
    places = _places(ids, radii, lines, pulls, seed)
    network = Network(directed=True, notebook=False, cdn_resources="in_line")
    network.toggle_physics(False)
    names = [c.label for c in chosen.concepts] + [p.title for p, _ in chosen.paper_nodes]
    for node, name, radius, (x, y) in zip(ids, names, radii, places, strict=True):
        network.add_node(node, label=name, size=round(radius, 2), x=x, y=y)
    for line in lines:
        network.add_edge(line.head, line.tail, width=_width(line))
    edges = [{"width": e["width"], **_look(line)} for e, line in zip(network.edges, lines, strict=True)]
    nodes = [{key: n[key] for key in ("id", "size", "x", "y")} for n in network.nodes]
    options = {
        "physics": {"enabled": network.options.physics.enabled},
        "interaction": {"hover": True, "hideEdgesOnDrag": len(lines) > 1500, "multiselect": False, "tooltipDelay": 200},
        "layout": {"improvedLayout": False},
        "edges": {"selectionWidth": 0, "hoverWidth": 0.8, "arrows": {"to": {"scaleFactor": 0.45}}},
        "nodes": {"labelHighlightBold": False},
    }
    return Drawing(nodes, edges, options, lines)


def content(chosen: Selection, drawing: Drawing) -> dict[str, Any]:
    """What the page's script knows: nodes, lines, concepts, papers, links and sentences; texts that come twice are there once."""
    papers: dict[str, int] = {}
    about: list[dict[str, Any]] = []
    sentences: dict[str, int] = {}

    def paper(item: Paper) -> int:
        if item.id not in papers:
            papers[item.id] = len(about)
            about.append(_paper(item))
        return papers[item.id]

    def quoted(quote: Quote) -> tuple[int, list[tuple[int, int]]]:
        return sentences.setdefault(quote.sentence, len(sentences)), list(quote.marks)

    # paper nodes are numbered as the drawing numbers them
    for item, _ in chosen.paper_nodes:
        paper(item)
    number = {c.id: n for n, c in enumerate(chosen.concepts)}
    links: list[list[Any]] = []
    for s in chosen.links:
        quotes = [[sentence, *marks] for sentence, marks in map(quoted, s.quotes)]
        links.append([number[s.concept], paper(s.paper), s.relation, _round(s.confidence), s.variant, quotes, s.total])
    edges = []
    for edge, line in zip(drawing.edges, drawing.lines, strict=True):
        relations: list[dict[str, Any]] = [{"name": name} for name in line.relations]
        if line.kind == "text":
            head, tail = chosen.concepts[int(line.head)].id, chosen.concepts[int(line.tail)].id
            for relation in relations:
                read = chosen.texts[head, relation["name"], tail]
                best = [place for *_, place in sorted(read.best, key=lambda item: item[:2], reverse=True)]
                relation |= {
                    "papers": read.papers,
                    "places": read.places,
                    "evidence": [[paper(p.paper), _round(p.confidence), *quoted(p.quote)] for p in best],
                }
        edges.append({"kind": line.kind, "from": line.head, "to": line.tail, "papers": line.papers, "relations": relations, **edge})
    concepts = [
        {
            "id": c.id,
            "name": c.label,
            "names": [n for n in dict.fromkeys(c.names) if n != c.label],
            "type": c.type.value,
            "known": c.known,
            "papers": chosen.papers_of[c.id],
            "identifiers": list(c.identifiers),
        }
        for c in chosen.concepts
    ]
    return {
        "options": drawing.options,
        "nodes": drawing.nodes,
        "edges": edges,
        "concepts": concepts,
        "papers": about,
        "links": links,
        "sentences": list(sentences),
    }


def _lines(chosen: Selection) -> tuple[list[Line], list[float]]:
    number = {c.id: n for n, c in enumerate(chosen.concepts)}
    lines: list[Line] = []
    pulls: list[float] = []
    # beneath everything else, so first
    for a, b, both in chosen.together:
        lines.append(Line("together", number[a], number[b], both, ()))
        pulls.append(both / (chosen.papers_of[a] * chosen.papers_of[b]) ** 0.5)
    for n, (_, ends) in enumerate(chosen.paper_nodes):
        for concept, relation in ends:
            lines.append(Line("link", f"p{n}", number[concept], 1, (relation,)))
            pulls.append(_PULL["link"])
    for head, tail in chosen.catalog:
        lines.append(Line("catalog", number[head], number[tail], 0, ("kindOf",)))
        pulls.append(_PULL["catalog"])
    stated: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for (head, relation, tail), read in chosen.texts.items():
        stated.setdefault((head, tail), []).append((relation, read.papers))
    for (head, tail), found in stated.items():
        names = tuple(name for name, _ in sorted(found, key=lambda item: (-item[1], item[0])))
        lines.append(Line("text", number[head], number[tail], max(papers for _, papers in found), names))
        pulls.append(_PULL["text"])
    return lines, pulls


def _places(ids: list[int | str], radii: list[float], lines: list[Line], pulls: list[float], seed: int) -> list[tuple[int, int]]:
    from exports.layout import arrange

    at = {node: n for n, node in enumerate(ids)}
    edges = [(at[line.head], at[line.tail], pull) for line, pull in zip(lines, pulls, strict=True)]
    # room for a label under every node
    layout = arrange(radii, edges, seed=seed, gap=16.0)
    return list(zip(layout.x, layout.y, strict=True))


def _width(line: Line) -> float:
    if line.kind == "text":
        return round(min(1.4 + 0.7 * math.sqrt(line.papers - 1), 5.0), 2)
    if line.kind == "together":
        return round(min(0.5 + 0.15 * line.papers, 2.0), 2)
    return 1.4 if line.kind == "catalog" else 0.6


def _look(line: Line) -> dict[str, Any]:
    if line.kind == "text":
        # bent, so that a → b and b → a lie beside each other, and beside what the catalog says
        return {"arrows": "to", "dashes": False, "smooth": {"enabled": True, "type": "curvedCW", "roundness": 0.12}}
    dashes: Any = {"catalog": [7, 5], "link": [2, 3]}.get(line.kind, False)
    return {"arrows": "to" if line.kind == "catalog" else "", "dashes": dashes, "smooth": False}


def _paper(paper: Paper) -> dict[str, Any]:
    # an address goes into a link only if a browser would merely open it
    url = next((u for u in paper.urls if u.lower().startswith(("https://", "http://"))), "")
    if not url and paper.doi:
        url = f"https://doi.org/{paper.doi}"
    if not url and paper.arxiv:
        url = f"https://arxiv.org/abs/{paper.arxiv}"
    authors = ", ".join(paper.authors[:6]) + (f" and {len(paper.authors) - 6} more" if len(paper.authors) > 6 else "")
    return {"id": paper.id, "title": paper.title, "authors": authors, "year": paper.year, "venue": paper.venue or "", "url": url}


def _round(value: float) -> float:
    return round(value, 4)
