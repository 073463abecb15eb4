"""A page for every paper: its text with every mention, what it is linked to, and what is like it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from exports.iris import addresses as web_addresses
from kg.cards import segments
from kg.model import FIELDS, Relation
from kg.site.corpus import Linked, read

if TYPE_CHECKING:
    from kg.model import ConceptLink, Paper
    from kg.site.pages import Pages

__all__ = ["addresses", "write"]

#: Of each paper in turn, the numbers of papers like it, how like they are, and the concepts that both name.
Similar = Iterable[list[tuple[int, float, list[int]]]]


def write(pages: Pages, similar: Similar) -> None:
    """Writes the pages of all papers; the graph is read once more, one paper in memory at a time."""
    corpus, template = pages.corpus, pages.template("paper")
    for number, ((paper, links, relations), like) in enumerate(zip(read(corpus.graph, corpus.number), similar, strict=True)):
        pages.write(
            "paper", f"paper/{corpus.paper_file(number)}.html", template,
            it=paper,
            links=links,
            texts={f: _pieces(paper.text(f), f, links) for f in FIELDS},
            addresses=addresses(paper),
            groups=[(r, [(n, k) for n, k in enumerate(links) if k.relation is r]) for r in Relation if any(k.relation is r for k in links)],
            relations=_relations(pages, relations),
            similar=like,
            found=pages.properties["papers"].texts(paper.id),
        )  # fmt: skip


def addresses(paper: Paper) -> list[tuple[str, str]]:
    """Where a paper is on the web, as words and addresses that a browser merely opens.

    >>> from kg.model import Paper
    >>> addresses(Paper("x", "X", urls=("javascript:alert(1)", "https://a.org/x"), arxiv="1706.03762"))
    [('a.org', 'https://a.org/x'), ('arXiv 1706.03762', 'https://arxiv.org/abs/1706.03762')]
    """
    from urllib.parse import urlsplit

    known = dict.fromkeys(web_addresses((), paper.doi, None), f"DOI {paper.doi}")
    known |= dict.fromkeys(web_addresses((), None, paper.arxiv), f"arXiv {paper.arxiv}")
    found = web_addresses(paper.urls, paper.doi, paper.arxiv)
    return [(known.get(address) or urlsplit(address).hostname or address, address) for address in found]


def _pieces(text: str, field: str, links: list[Linked]) -> list[tuple[str, list[int]]]:
    """The text in pieces, each with the numbers (in `links`) of what it names, the shortest mention first."""
    places, owners = [], []
    for n, link in enumerate(links):
        for mention in link.mentions:
            if mention["field"] == field:
                places.append((mention["start"], mention["end"]))
                owners.append(n)
    return [(piece, list(dict.fromkeys(owners[m] for m in over))) for piece, over in segments(text, places)]


def _relations(pages: Pages, relations: list[ConceptLink]) -> list[tuple[int, Any, int]]:
    """What the text says of two concepts, each once: head, relation, tail."""
    number = pages.corpus.number
    return list(dict.fromkeys((number[r.head], r.relation, number[r.tail]) for r in relations))
