"""What a graph knows of one thing, with the sentences: `graph.show(link)`. Records hold places in texts; only a graph has the texts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from kg.cards import COLORS, addresses, brackets, chip, concept_html, concept_text, cut, frame, marked, paper_html, pretty, quiet
from kg.errors import GraphError, UsageError
from kg.model import FIELDS, Concept, ConceptLink, ConceptType, Link, Paper, Relation

if TYPE_CHECKING:
    from kg.graph import Graph

#: Sentences of a link, and papers of a concept, that are shown at most; how many more there are is said.
SENTENCES, PAPERS = 8, 8


@dataclass(frozen=True, slots=True)
class Shown:
    """The same as HTML, which a notebook shows, and as text, which `print` shows."""

    html: str
    text: str

    def _repr_html_(self) -> str:
        return self.html

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        pretty(self.text, printer, cycle)

    def __str__(self) -> str:
        return self.text


def show(graph: Graph, what: Link | ConceptLink | Paper | Concept | str) -> Shown:
    """What the graph says of something, with the sentences it rests on and the mentions in them marked.

    A link comes with all its sentences, a relation between concepts with its clause, a paper as its whole text with every mention in the
    colour of its type, a concept with the surest sentences of the papers that name it. A text is the id of a paper, or an id or name of
    a concept.

    Raises:
        UsageError: something else was given.
        GraphError: the graph does not have it.
    """
    if isinstance(what, str):
        what = _named(graph, what)
    if isinstance(what, Link):
        return _link(graph, what)
    if isinstance(what, ConceptLink):
        return _relation(graph, what)
    if isinstance(what, Paper):
        return _paper(graph, what)
    if isinstance(what, Concept):
        return _concept(graph, what)
    raise UsageError(f"cannot show {type(what).__name__}; give a link, a relation, a paper, a concept, or the id or name of one")


def _named(graph: Graph, name: str) -> Paper | Concept:
    if concepts := graph.find(name):
        return concepts[0]
    try:
        return graph.paper(name)
    except GraphError:
        raise GraphError(f"{graph.path}: neither a concept nor a paper is called {name!r}; `graph.find` looks for names") from None


def _link(graph: Graph, link: Link) -> Shown:
    paper, concept = graph.paper(link.paper), graph.concept(link.concept)
    sentences = _sentences(paper, link)
    said = f"{link.relation.value}, confidence {link.confidence:.2f}" + (f", variant {link.variant}" if link.variant else "")
    said += f", corrected ({link.correction})" if link.correction else ""
    more = len(sentences) - SENTENCES
    rest = f"{more:,} more sentences" if more > 0 else ""
    head = f"{_title(paper)} — {escape(said)} → {chip(concept.type.value)} <b>{escape(concept.label)}</b>"
    quotes = [_quote(marked(text, [(s, e, "", "") for s, e in spans])) for text, spans in sentences[:SENTENCES]]
    lines = [f"{paper.title} — {said} → {concept.label}", *(f"  {brackets(text, spans)}" for text, spans in sentences[:SENTENCES])]
    return Shown(frame(head, *quotes, quiet(rest) if rest else ""), "\n".join([*lines, *([rest] if rest else [])]))


def _sentences(paper: Paper, link: Link) -> list[tuple[str, list[tuple[int, int]]]]:
    """The sentences of a link, the decisive one first, each once, with the mentions in them."""
    found: dict[tuple[str, int, int], list[tuple[int, int]]] = {}
    for e in link.evidence:
        if paper.text(e.mention.field)[e.mention.start : e.mention.end] != e.mention.text:
            raise GraphError(f"{link.paper}: the link to {link.concept} is not of this graph: its paper has another text here")
        place = (e.mention.field, e.sentence_start, e.sentence_end)
        found.setdefault(place, []).append((e.mention.start - e.sentence_start, e.mention.end - e.sentence_start))
    return [(paper.text("title" if field == "title" else "abstract")[start:end], spans) for (field, start, end), spans in found.items()]


def _relation(graph: Graph, relation: ConceptLink) -> Shown:
    head, tail = graph.concept(relation.head), graph.concept(relation.tail)
    said = f"{relation.relation.value}, confidence {relation.confidence:.2f}"
    top = f"{chip(head.type.value)} <b>{escape(head.label)}</b> — {escape(said)} → {chip(tail.type.value)} <b>{escape(tail.label)}</b>"
    line = f"{head.label} — {said} → {tail.label}"
    if not relation.paper or not relation.field:
        where = "in the catalog's hierarchy; no paper has to say it"
        return Shown(frame(top, quiet(where)), f"{line}\n  {where}")
    paper = graph.paper(relation.paper)
    clause = paper.text(relation.field)[relation.start : relation.end]
    return Shown(frame(top, _quote(escape(clause)), _title(paper)), f"{line}\n  {clause}\n  {paper.title}")


def _paper(graph: Graph, paper: Paper) -> Shown:
    links = list(graph.links(paper=paper.id))
    concepts = {link.concept: graph.concept(link.concept) for link in links}
    spans: dict[str, list[tuple[int, int, str, str]]] = {field: [] for field in FIELDS}
    for link in links:
        concept = concepts[link.concept]
        about = f"{concept.label}: {concept.type.value}, {link.relation.value}, confidence {link.confidence:.2f}"
        for e in link.evidence:
            spans[e.mention.field].append((e.mention.start, e.mention.end, COLORS[concept.type.value], about))
    kinds = Counter(c.type for c in concepts.values())
    legend = " &nbsp; ".join(f"{chip(kind.value)} {quiet(f'{kinds[kind]:,}')}" for kind in ConceptType if kinds[kind])
    text = f"<div><b>{marked(paper.title, spans['title'])}</b></div><div>{marked(paper.abstract, spans['abstract'])}</div>"
    order = list(Relation)
    lines = [
        f"  {link.relation.value:13} {concepts[link.concept].label} ({concepts[link.concept].type.value}, {link.confidence:.2f})"
        for link in sorted(links, key=lambda k: (order.index(k.relation), -k.confidence, k.concept))
    ]
    plain = [f"{name}" for name in (paper.title, cut(paper.abstract)) if name]
    return Shown(paper_html(paper, text, legend), "\n".join([*plain, *lines]))


def _concept(graph: Graph, concept: Concept) -> Shown:
    links = sorted(graph.links(concept=concept.id), key=_surest)
    papers = {link.paper: graph.paper(link.paper) for link in links[:PAPERS]}
    quotes, lines = [], []
    for link in links[:PAPERS]:
        paper = papers[link.paper]
        text, spans = _sentences(paper, link)[0]
        year = f" ({paper.year})" if paper.year else ""
        quotes.append(
            f"{_title(paper)}{year} {quiet(escape(link.relation.value))}{_quote(marked(text, [(s, e, '', '') for s, e in spans]))}"
        )
        lines += [f"{paper.title}{year}, {link.relation.value}", f"  {brackets(text, spans)}"]
    more = len(links) - PAPERS
    rest = f"{more:,} more papers" if more > 0 else "no paper names it" if not links else ""
    html = concept_html(concept, *quotes, quiet(rest) if rest else "")
    return Shown(html, "\n".join([concept_text(concept), *lines, *([rest] if rest else [])]))


def _surest(link: Link) -> tuple[int, float, str]:
    return list(Relation).index(link.relation), -link.confidence, link.paper


def _title(paper: Paper) -> str:
    address = next(iter(addresses(paper)), None)
    title = escape(paper.title)
    return f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer">{title}</a>' if address else f"<i>{title}</i>"


def _quote(html: str) -> str:
    return f'<div style="margin:.15em 0 .35em 1em">{html}</div>'
