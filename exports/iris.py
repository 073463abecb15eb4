"""IRIs of everything that a graph writes into RDF and Neo4j, made of content alone: never of counters, times or chance.

Every id is one path segment, percent-encoded as RFC 3986 says (UTF-8; only unreserved characters and the colon stay), so that two
ids never give one IRI and each IRI is valid whatever the id holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from kg.errors import UsageError
from ontology.terms import BASE, ONTOLOGY

if TYPE_CHECKING:
    from kg.model import Concept, ConceptLink, Link

__all__ = ["Iris", "addresses", "segment", "web_iri"]

# RFC 3987 without what N-Triples and Turtle forbid inside <…>: controls, space, < > " { } | ^ ` and backslash
_ILLEGAL = re.compile(r"[\x00-\x20<>\"{}|^`\\\x7f-\xa0\ud800-\udfff\ufdd0-\ufdef\ufff0-\uffff\ue000-\uf8ff]|[\U000f0000-\U0010ffff]")
_BASE = re.compile(r"https?://[^\s/?#@]+(?:/[^\s?#]*)?")
# what needs no change, as most addresses do
_PLAIN = re.compile(r"https?://[A-Za-z0-9.-]+/[A-Za-z0-9._~/()-]*")
_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


@lru_cache(maxsize=65_536)
def segment(text: str) -> str:
    """One path segment that stands for a string, and for no other.

    >>> segment("arxiv:1706.03762"), segment("a/b c"), segment("..")
    ('arxiv:1706.03762', 'a%2Fb%20c', '%2E%2E')
    """
    if text in (".", ".."):
        # clients would take these for steps in the path
        return text.replace(".", "%2E")
    return quote(text, safe=":", errors="surrogatepass")


def web_iri(url: str) -> str | None:
    """A web address as a valid IRI, with what is forbidden percent-encoded; None where it is no http(s) address.

    >>> web_iri("https://arxiv.org/abs/1706.03762"), web_iri("http://x.org/a b|c"), web_iri("see the page")
    ('https://arxiv.org/abs/1706.03762', 'http://x.org/a%20b%7Cc', None)
    """
    if _PLAIN.fullmatch(url):
        return url
    url = url.strip()
    if not re.match(r"(?i)https?://[^\s/?#<>\"{}|^`\\\[\]@:%]+(?::\d{1,5})?(?:[/?#]|$)", url):
        return None
    cleaned = _ILLEGAL.sub(lambda m: quote(m.group(), safe="", errors="surrogatepass"), url)
    cleaned = _PERCENT.sub("%25", cleaned)
    scheme, rest = cleaned.split("://", 1)
    # brackets are for addresses of hosts alone, and a second # would begin a second fragment
    rest = rest.replace("[", "%5B").replace("]", "%5D")
    head, mark, fragment = rest.partition("#")
    return f"{scheme.lower()}://{head}{mark}{fragment.replace('#', '%23')}"


def addresses(urls: Iterable[str], doi: str | None, arxiv: str | None) -> list[str]:
    """Where a paper is on the web, addresses that a browser merely opens, each once: its own first, then those of DOI and arXiv.

    >>> addresses(["javascript:alert(1)", "http://a.org/x"], "10.1000/a#b", "1706.03762")
    ['http://a.org/x', 'https://doi.org/10.1000/a%23b', 'https://arxiv.org/abs/1706.03762']
    """
    given = [*urls]
    if doi:
        # what encodeURIComponent leaves, so that a page knows it for the DOI's own address
        given.append("https://doi.org/" + quote(doi, safe="/!'()*"))
    if arxiv:
        given.append(f"https://arxiv.org/abs/{arxiv}")
    return list(dict.fromkeys(iri for url in given if (iri := web_iri(url)) is not None))


class Iris:
    """Makes IRIs under one base.

    >>> iris = Iris("https://kg.example/")
    >>> iris.paper("acl:N19-1423"), iris.concept("low-rank-adaptation"), iris.term("proposes")
    ('https://kg.example/paper/acl:N19-1423', 'https://kg.example/concept/low-rank-adaptation', 'https://kg.example/ontology#proposes')
    """

    def __init__(self, base: str = BASE) -> None:
        if not _BASE.fullmatch(base) or _ILLEGAL.search(base) or _PERCENT.search(base) or "[" in base or "]" in base:
            raise UsageError(f"the base {base!r} is no web address without query and fragment; give one such as {BASE}")
        self.base = base if base.endswith("/") else base + "/"
        self.ontology = self.base + ONTOLOGY

    def term(self, local: str) -> str:
        """A term of our own ontology, as `ontology.terms` names it."""
        return self.ontology + local

    def paper(self, paper_id: str) -> str:
        """`BASE/paper/ID`"""
        return f"{self.base}paper/{segment(paper_id)}"

    def concept(self, concept: Concept | str) -> str:
        """`BASE/concept/ID`, of a concept or its id."""
        return f"{self.base}concept/{segment(concept if isinstance(concept, str) else concept.id)}"

    def field(self, paper_id: str, field: str) -> str:
        """`BASE/field/PAPER/title` or `…/abstract`: the text that offsets refer to."""
        return f"{self.base}field/{segment(paper_id)}/{segment(field)}"

    def author(self, paper_id: str, position: int) -> str:
        """`BASE/author/PAPER/POSITION`: an author as one paper names them, from 1; nothing says that two of them are one person."""
        return f"{self.base}author/{segment(paper_id)}/{position}"

    def link(self, link: Link) -> str:
        """`BASE/link/PAPER/RELATION/CONCEPT`: the statement that a link is."""
        return f"{self.base}link/{segment(link.paper)}/{link.relation.value}/{segment(link.concept)}"

    def concept_link(self, link: ConceptLink) -> str:
        """`BASE/relation/HEAD/RELATION/TAIL`, and `/PAPER/FIELD/START-END` behind it where a text says so."""
        iri = f"{self.base}relation/{segment(link.head)}/{link.relation.value}/{segment(link.tail)}"
        return f"{iri}/{segment(link.paper)}/{link.field}/{link.start}-{link.end}" if link.paper else iri

    def evidence(self, paper_id: str, field: str, start: int, end: int, *about: str) -> str:
        """`BASE/evidence/PAPER/FIELD/START-END/ABOUT`: `about` is a concept's id, or head, relation and tail of a relation."""
        return f"{self.base}evidence/{segment(paper_id)}/{field}/{start}-{end}/{'/'.join(map(segment, about))}"

    def input(self, name: str) -> str:
        """`BASE/input/NAME`: a file that papers were read from."""
        return f"{self.base}input/{segment(name)}"

    def run(self, reader: str) -> str:
        """`BASE/run/READER`: the reading of papers by a reader of this fingerprint."""
        return f"{self.base}run/{segment(reader)}"

    def software(self, version: str) -> str:
        """`BASE/software/paperkg/VERSION`"""
        return f"{self.base}software/paperkg/{segment(version)}"

    def paper_graph(self, paper_id: str) -> str:
        """`BASE/graph/paper/ID`: the named graph of what is of one paper."""
        return f"{self.base}graph/paper/{segment(paper_id)}"

    @property
    def general_graph(self) -> str:
        """The named graph of what is not of one paper."""
        return f"{self.base}graph/concepts"

    @property
    def scheme(self) -> str:
        """The SKOS concept scheme that all concepts are in."""
        return f"{self.base}scheme/concepts"

    @property
    def corrections(self) -> str:
        """What links were decided by that people corrected or confirmed: all corrections of the graph together."""
        return f"{self.base}scheme/corrections"

    @property
    def catalog(self) -> str:
        """What relations that no text says come from: the catalog of concepts known before reading."""
        return f"{self.base}scheme/catalog"

    def id_of(self, iri: str, kind: str) -> str | None:
        """The id behind `BASE/KIND/ID`, or None for an IRI of another form.

        >>> iris = Iris()
        >>> iris.id_of(iris.concept("c++ / ü"), "concept")
        'c++ / ü'
        """
        head = f"{self.base}{kind}/"
        rest = iri[len(head) :]
        return unquote(rest, errors="surrogatepass") if iri.startswith(head) and "/" not in rest else None
