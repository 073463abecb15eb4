"""Pages of the communities of concepts, from `kg.analysis.communities`, and their map."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from kg.analysis import communities
from kg.model import ConceptType
from kg.site.packing import enclosing, packed
from kg.site.pages import chunks
from kg.site.words import count

if TYPE_CHECKING:
    from kg.graph import Graph
    from kg.site.corpus import Corpus
    from kg.site.pages import Pages

__all__ = ["Community", "drawn", "find", "write"]

#: Concepts that a community has at least to have a page; smaller ones are counted.
LEAST = 3
#: Communities on the map, and concepts of each.
MAP, CIRCLES = 12, 9
TOP, PAPERS = 10, 200


@dataclass(frozen=True, slots=True)
class Community:
    """A community: its number, name, concepts (those most tied to it first), those most characteristic of it, its parts by name, and the
    papers that most of its concepts are named in."""

    number: int
    name: str
    members: list[int]
    characteristic: list[int]
    parts: list[tuple[str, list[int]]]
    papers: list[int]

    @property
    def file(self) -> str:
        """The name of its pages, without a suffix."""
        return str(self.number)


def find(graph: Graph, corpus: Corpus) -> tuple[list[Community], int]:
    """The communities of `LEAST` concepts or more, largest first; and how many concepts with papers are in none of these."""
    result = communities(graph)
    paper_number = {i: n for n, i in enumerate(corpus.ids)}
    members: dict[int, list[int]] = {}
    of_part: dict[tuple[int, int], list[int]] = {}
    for row in result.tables["members"].records():
        members.setdefault(row["community"], []).append(corpus.number[row["concept"]])
        of_part.setdefault((row["community"], row["part"]), []).append(corpus.number[row["concept"]])
    characteristic: dict[int, list[int]] = {}
    for row in result.tables["characteristic"].records():
        characteristic.setdefault(row["community"], []).append(corpus.number[row["concept"]])
    parts: dict[int, list[tuple[str, list[int]]]] = {}
    for row in result.tables["parts"].records():
        parts.setdefault(row["community"], []).append((row["name"], of_part[row["community"], row["part"]]))
    papers: dict[int, list[int]] = {}
    for row in result.tables["papers"].records():
        papers.setdefault(row["community"], []).append(paper_number[row["paper"]])
    found = [
        Community(n, row["name"], members[n], characteristic.get(n, [])[:TOP], parts.get(n, []), papers.get(n, []))
        for row in result.table.records()
        if len(members.get(n := row["community"], ())) >= LEAST
    ]
    return found, sum(1 for n in corpus.papers_of if n) - sum(len(c.members) for c in found)


def write(pages: Pages, found: list[Community], left: int) -> None:
    """Writes the list of communities, and the pages of each."""
    corpus = pages.corpus
    pages.write(
        "communities", "communities/index.html", pages.template("communities"), found=found, left=left, least=LEAST,
        map=drawn(pages, found, "../"),
    )  # fmt: skip
    template = pages.template("community")
    for community in found:
        types = [(t, [m for m in community.members if corpus.concepts[m].type is t]) for t in ConceptType]
        parts = chunks(len(community.papers), PAPERS, community.file)
        for at, (start, end, file) in enumerate(parts, 1):
            pages.write(
                "communities", f"communities/{file}", template, it=community, types=types if at == 1 else [],
                divided=[p for p in community.parts if len(p[1]) > 1],
                papers=community.papers[start:end], parts=[f for _, _, f in parts], at=at, start=start, end=end,
            )  # fmt: skip


def drawn(pages: Pages, found: list[Community], root: str) -> list[tuple[Community, Any]]:
    """The communities of most papers, each with a picture of its concepts as circles; none where there are fewer than two.

    All pictures have one scale, so that circles can be compared.
    """
    if len(found) < 2:
        return []
    corpus = pages.corpus
    largest = sorted(found, key=lambda c: (-len(c.papers), c.number))[:MAP]
    most = max(corpus.papers_of[m] for c in largest for m in c.members)
    pictures = []
    for community in largest:
        # area by papers, but none too small to be hit
        own = [(m, 13 + 37 * math.sqrt(corpus.papers_of[m] / most)) for m in sorted(community.members)[:CIRCLES]]
        spots = packed([r for _, r in own], gap=3)
        x, y, r = enclosing([(x, y, r) for (x, y), (_, r) in zip(spots, own, strict=True)])
        edge = r + 7
        circles = "".join(_circle(pages, m, dx - x, dy - y, r, root) for (m, r), (dx, dy) in zip(own, spots, strict=True))
        box = f"{-edge:.0f} {-edge:.0f} {2 * edge:.0f} {2 * edge:.0f}"
        svg = (
            f'<svg viewBox="{box}" width="{2 * edge:.0f}" height="{2 * edge:.0f}" role="group" '
            f'aria-label="Concepts of {escape(community.name)}">'
            f'<circle class="ring" r="{edge - 1:.0f}"/>{circles}</svg>'
        )
        pictures.append((community, Markup(svg)))  # noqa: S704 - every text in it is escaped
    return pictures


def _circle(pages: Pages, number: int, x: float, y: float, r: float, root: str) -> str:
    corpus = pages.corpus
    concept = corpus.concepts[number]
    lines, size = _fit(concept.label, r - 2)
    # one text, so that it reads as the label does
    spans = " ".join(
        f'<tspan x="{x:.1f}" y="{y + (n - (len(lines) - 1) / 2) * size * 1.1 + size * 0.35:.1f}">{escape(line)}</tspan>'
        for n, line in enumerate(lines)
    )
    words = f'<text font-size="{size:.0f}">{spans}</text>' if lines else ""
    says = f"{concept.label}: {count(corpus.papers_of[number], 'paper')}"
    circle = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}"/>{words}'
    type_ = concept.type.value.lower()
    if not pages.has(number):
        return f'<g class="{type_}" role="img" aria-label="{escape(says)}">{circle}</g>'
    return f'<a class="{type_}" href="{root}concept/{corpus.files[number]}.html" aria-label="{escape(says)}">{circle}</a>'


def _fit(text: str, r: float) -> tuple[list[str], float]:
    """The lines of a text in a circle of a radius in pixels, and their size; no lines where it would be too small to read."""
    words = text.split()
    for size in (13.0, 12.0, 11.0, 10.0, 9.0):
        lines: list[str] = []
        for word in words:
            if lines and _wide(f"{lines[-1]} {word}", size) <= 1.7 * r:
                lines[-1] += f" {word}"
            else:
                lines.append(word)
        half = len(lines) * size * 1.1 / 2
        # the corners of the block of lines lie within the circle
        if lines and half < r and max(_wide(x, size) for x in lines) / 2 <= math.sqrt(r * r - half * half):
            return lines, size
    return [], 9.0


def _wide(text: str, size: float) -> float:
    """How wide a text is at most, in pixels: by the widest of usual fonts, bold."""
    return size * sum(0.66 if c.islower() or c in " -" else 0.8 for c in text)
