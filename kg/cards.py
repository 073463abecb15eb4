"""Records as small pieces of HTML and as text, for notebooks.

A card takes on the font and the colours of the notebook, light or dark: what it adds is see-through grey, or a colour that stands out from
both. It has neither scripts nor style sheets (other cells have theirs), all text in it is escaped, and it loads nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from kg.model import Concept, ConceptLink, Link, Paper

#: Colours of types: those of the page (exports/page/src/draw/palette.ts), told apart with any of the common colour blindnesses.
COLORS = {
    "Task": "#c1440e", "Dataset": "#008360", "Architecture": "#0068a8", "Method": "#b0558a", "Metric": "#a87500", "Paper": "#7a8594",
}  # fmt: skip
#: Characters of a text, and items of a list, that a card shows at most; what is left out is counted.
TEXT, ITEMS = 1500, 12
#: See-through grey, for lines and grounds.
GREY = "rgba(128,128,128,.35)"
_QUIET = "opacity:.75"


def frame(*parts: str) -> str:
    """A card around some HTML; empty parts are left out."""
    inside = "".join(f"<div>{part}</div>" for part in parts if part)
    return f'<div style="max-width:56em;padding:.4em .8em;border-left:3px solid {GREY};line-height:1.5;text-align:left">{inside}</div>'


def quiet(text: str) -> str:
    """Some HTML, less loud than the rest."""
    return f'<span style="{_QUIET}">{text}</span>'


def chip(type_: str) -> str:
    """The name of a type behind a dot of its colour."""
    color = COLORS.get(type_, COLORS["Paper"])
    dot = f'<span style="display:inline-block;width:.7em;height:.7em;border-radius:50%;background:{color};margin-right:.35em"></span>'
    return f'<span style="white-space:nowrap">{dot}{escape(type_)}</span>'


def cut(text: str, most: int = TEXT) -> str:
    """A text, or its beginning up to the end of a word with the number of characters left out.

    >>> cut("one two three", 8)
    'one two … (6 more characters)'
    """
    if len(text) <= most:
        return text
    shown = text[:most].rsplit(" ", 1)[0]
    return f"{shown} … ({len(text) - len(shown):,} more characters)"


def listed(items: Iterable[str], most: int = ITEMS) -> str:
    """Items with commas between them, of many the first ones and how many more there are.

    >>> listed("abc", 2)
    'a, b and 1 more'
    """
    every = list(items)
    more = f" and {len(every) - most:,} more" if len(every) > most else ""
    return ", ".join(every[:most]) + more


def marked(text: str, spans: Iterable[tuple[int, int, str, str]]) -> str:
    """A text as HTML with places marked: (start, end, colour or nothing, what to say of it).

    Where places overlap, each piece of the text is marked by the shortest of them.
    """
    places = sorted((s, e, color, about) for s, e, color, about in spans if 0 <= s < e <= len(text))
    made = []
    for piece, over in segments(text, [(s, e) for s, e, _, _ in places]):
        made.append(_mark(escape(piece), *places[over[0]][2:]) if over else escape(piece))
    return "".join(made)


def segments(text: str, places: Sequence[tuple[int, int]]) -> list[tuple[str, list[int]]]:
    """A text cut wherever a place begins or ends, so that places that overlap can all be shown: pieces, each with the numbers of the places
    that cover it, the shortest first.

    >>> segments("BERT-based parsing of text", [(0, 18), (0, 4)])
    [('BERT', [1, 0]), ('-based parsing', [0]), (' of text', [])]
    """
    cuts = sorted({0, len(text), *(min(max(0, c), len(text)) for place in places for c in place)})
    found = []
    for start, end in pairwise(cuts):
        over = [n for n, (a, b) in enumerate(places) if a <= start and end <= b]
        found.append((text[start:end], sorted(over, key=lambda n: (places[n][1] - places[n][0], n))))
    return found


def _mark(piece: str, color: str, about: str) -> str:
    line = f"border-bottom:2px solid {color};" if color else ""
    title = f' title="{escape(about)}"' if about else ""
    ground = "rgba(128,128,128,.18)" if color else "rgba(255,196,0,.4)"
    return f'<mark style="background:{ground};color:inherit;{line}padding:0 .1em"{title}>{piece}</mark>'


def brackets(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """A text with places in angle quotes; of those that overlap the first.

    >>> brackets("BERT on SQuAD", [(0, 4), (8, 13)])
    '«BERT» on «SQuAD»'
    """
    made, at = [], 0
    for start, end in sorted(spans):
        if at <= start < end <= len(text):
            made += [text[at:start], "«", text[start:end], "»"]
            at = end
    return "".join([*made, text[at:]])


def web(address: str) -> str | None:
    """The address, if it is one of the web (http, https) that can be followed.

    >>> web("javascript:alert(1)"), web("https://example.org/a")
    (None, 'https://example.org/a')
    """
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return None
    good = parts.scheme in ("http", "https") and parts.netloc and not any(c.isspace() or ord(c) < 32 for c in address.strip())
    return address.strip() if good else None


def addresses(paper: Paper) -> dict[str, str]:
    """Address → what to call it: arXiv, DOI, then the paper's own addresses, each once."""
    found: dict[str, str] = {}
    if paper.arxiv:
        found[f"https://arxiv.org/abs/{quote(paper.arxiv, safe='/.')}"] = f"arXiv:{paper.arxiv}"
    if paper.doi:
        found[f"https://doi.org/{quote(paper.doi, safe='/.()-_;:')}"] = f"doi:{paper.doi}"
    for url in paper.urls:
        if address := web(url):
            found.setdefault(address, urlsplit(address).netloc)
    return found


def paper_html(paper: Paper, text: str = "", *more: str) -> str:
    """The card of a paper; `text` is HTML in place of its title and abstract, `more` HTML below."""
    # an address of a list is not cut, but the list is
    links = [f'<a href="{escape(a)}" target="_blank" rel="noopener noreferrer">{escape(name)}</a>' for a, name in addresses(paper).items()]
    about = " · ".join(escape(str(part)) for part in (listed(paper.authors, 5), paper.venue, paper.year) if part)
    head = text or f"<b>{escape(paper.title)}</b>"
    abstract = "" if text else escape(cut(paper.abstract))
    return frame(head, quiet(about) if about else "", " · ".join([quiet(f"<code>{escape(paper.id)}</code>"), *links]), abstract, *more)


def paper_text(paper: Paper) -> str:
    """The same as text."""
    about = " · ".join(str(part) for part in (listed(paper.authors, 5), paper.venue, paper.year) if part)
    return _lines(paper.title, about, " · ".join([paper.id, *addresses(paper)]), cut(paper.abstract))


def concept_html(concept: Concept, *more: str) -> str:
    """The card of a concept; `more` is HTML below."""
    head = f"{chip(concept.type.value)} &nbsp;<b>{escape(concept.label)}</b> &nbsp;{quiet(f'<code>{escape(concept.id)}</code>')}"
    return frame(head, *(escape(line) for line in _about(concept)), *more)


def concept_text(concept: Concept) -> str:
    """The same as text."""
    return _lines(f"{concept.label} ({concept.type.value}, {concept.id})", *_about(concept))


def _about(concept: Concept) -> list[str]:
    parts = [
        ("also called ", concept.names[1:]),
        ("a kind of ", concept.broader),
        ("identifiers ", concept.identifiers),
        ("also a ", tuple(t.value for t in concept.also)),
    ]
    found = [what + listed(items) for what, items in parts if items]
    return [*found, "in the catalog" if concept.known else "new: not in the catalog"]


def link_html(link: Link) -> str:
    """The card of a link. It names places in a text, not the text: `graph.show(link)` shows the sentences."""
    return frame(*map(escape, _link(link)))


def link_text(link: Link) -> str:
    """The same as text."""
    return _lines(*_link(link))


def _link(link: Link) -> list[str]:
    named = list(dict.fromkeys(e.mention.text for e in link.evidence))
    places = f"{len(link.evidence):,} mention{'s' * (len(link.evidence) != 1)}"
    variant = f", variant {link.variant}" if link.variant else ""
    corrected = f", corrected ({link.correction})" if link.correction else ""
    return [
        f"{link.paper} — {link.relation.value} → {link.concept}",
        f"confidence {link.confidence:.2f}{variant}{corrected}; {places}: {listed((repr(n) for n in named), 5)}",
        "graph.show(link) shows the sentences",
    ]


def concept_link_html(relation: ConceptLink) -> str:
    """The card of a relation between concepts; `graph.show(relation)` shows the clause."""
    return frame(*map(escape, _concept_link(relation)))


def concept_link_text(relation: ConceptLink) -> str:
    """The same as text."""
    return _lines(*_concept_link(relation))


def _concept_link(relation: ConceptLink) -> list[str]:
    head = f"{relation.head} — {relation.relation.value} → {relation.tail}"
    if not relation.paper:
        return [head, f"confidence {relation.confidence:.2f}; in the catalog's hierarchy, no paper has to say it"]
    return [head, f"confidence {relation.confidence:.2f}; read in {relation.paper}", "graph.show(relation) shows the clause"]


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)


def table_html(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of HTML cells, set to the left whatever the notebook does with tables."""
    left = 'style="text-align:left;vertical-align:top"'
    top = "".join(f"<th {left}>{escape(name)}</th>" for name in head)
    body = "".join("<tr>" + "".join(f"<td {left}>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def pretty(text: str, printer: Any, cycle: bool) -> None:
    """Gives IPython a text, line by line, in place of `repr`."""
    for number, line in enumerate(text.split("\n")):
        if number:
            printer.break_()
        printer.text(line)
    del cycle  # records hold none of themselves
