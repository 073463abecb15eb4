"""Ids of papers, made from what the source says and never from counters.

In this order: an id that the source gives and that has a namespace (`arxiv:…`, `acl:…`, `doi:…`, `openreview:…`, `s2:…`);
an arXiv id, an ACL Anthology id, a DOI, an OpenReview id found in the source's fields and addresses; an id without a
namespace, as `local:<file's stem>/<id>`; the title, as `title:<slug>`.
"""

from __future__ import annotations

import hashlib
import re
import urllib.parse
from collections.abc import Iterable
from dataclasses import dataclass

from kg.merge import title_key
from kg.text import slug

_ARXIV_NEW = r"\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}"
_ARXIV_OLD = r"[a-z]+(?:-[a-z]+)*(?:\.[A-Z]{2})?/\d{7}"
_ARXIV = re.compile(rf"(?:arxiv\s*:\s*)?({_ARXIV_NEW}|{_ARXIV_OLD})(?:v\d+)?(?:\s*\[[\w.\-]+\])?", re.I)
# what every arXiv id has: most fields and addresses do not
_ARXIV_DIGITS = re.compile(r"\d\d\d\d\.\d\d\d\d|/\d{7}")
_ARXIV_URL = re.compile(
    rf"(?:arxiv\.org/(?:abs|pdf|html|format|src|e-print|ps)|huggingface\.co/papers|alphaxiv\.org/abs|ar5iv(?:\.labs\.arxiv)?\.org/(?:abs|html))"
    rf"/({_ARXIV_NEW}|{_ARXIV_OLD})",
    re.I,
)
_ARXIV_DOI = re.compile(rf"10\.48550/arxiv\.({_ARXIV_NEW}|{_ARXIV_OLD})", re.I)
# DOI handbook: prefix 10.registrant, then a slash and any printing characters
_DOI = re.compile(r"(?:(?:https?://)?(?:dx\.)?(?:www\.)?doi\.org/|doi\s*:\s*)?(10\.\d{4,9}(?:\.\d+)*/\S+)", re.I)
_DOI_URL = re.compile(r"doi\.org/(10\.\d{4,9}(?:\.\d+)*/[^\s?#]+)", re.I)
_ACL_ID = r"[A-Z]\d{2}-\d{4,5}|\d{4}\.[a-z0-9]+-[a-z0-9]+\.\d+"
_ACL = re.compile(rf"({_ACL_ID})(?:v\d+)?")
_ACL_OLD = re.compile(r"[a-zA-Z]\d\d-")
_ACL_URL = re.compile(
    rf"(?:aclanthology\.org|aclweb\.org/anthology)(?:/papers/[A-Z]/[A-Z]\d\d)?/({_ACL_ID})(?:v\d+)?(?:\.pdf|\.bib|/|$|\?|#)"
)
_ACL_DOI = re.compile(rf"10\.(?:18653/v1|3115/v1)/({_ACL_ID})$", re.I)
_OPENREVIEW_URL = re.compile(r"openreview\.net/(?:forum|pdf|attachment|references/pdf)\?(?:[^#\s]*&)?id=([\w\-]+)")
_NAMESPACED = re.compile(r"([A-Za-z][A-Za-z0-9_.+\-]*):(?!//)(\S+)")
_LONGEST_SLUG = 160


@dataclass(frozen=True, slots=True)
class Identity:
    """What identifies a paper: its id here, its DOI in lower case, its arXiv id without version."""

    id: str
    doi: str | None
    arxiv: str | None


def arxiv_id(text: str) -> str | None:
    """The arXiv id in a field or address, without its version; None where there is none.

    >>> arxiv_id("arXiv:1706.03762v5 [cs.CL]"), arxiv_id("https://arxiv.org/pdf/cs/0112017v1.pdf"), arxiv_id("10.48550/arXiv.2106.09685")
    ('1706.03762', 'cs/0112017', '2106.09685')
    """
    text = text.strip()
    if not _ARXIV_DIGITS.search(text):
        return None
    match = _ARXIV.fullmatch(text) or _ARXIV_URL.search(text) or _ARXIV_DOI.search(text)
    if not match:
        return None
    found = match.group(1)
    # old ids: the archive in lower case, a subject class in capitals and not part of the id
    return re.sub(r"\.[A-Za-z]{2}/", "/", found).lower() if "/" in found else found


def doi(text: str) -> str | None:
    """The DOI in a field or address, in lower case; None where there is none.

    >>> doi("https://doi.org/10.18653/v1/N19-1423"), doi("doi: 10.1000/ABC"), doi("n/a")
    ('10.18653/v1/n19-1423', '10.1000/abc', None)
    """
    text = text.strip()
    if "10." not in text:
        return None
    match = _DOI_URL.search(text) or _DOI.fullmatch(text)  # of an address, without its query
    return urllib.parse.unquote(match.group(1)).rstrip(".,;").lower() if match else None


def acl_id(text: str) -> str | None:
    """The ACL Anthology id in an id, address or DOI; None where there is none.

    >>> acl_id("https://aclanthology.org/N19-1423/"), acl_id("10.18653/v1/2020.acl-main.1"), acl_id("P19-1")
    ('N19-1423', '2020.acl-main.1', None)
    """
    text = text.strip()
    match = _ACL.fullmatch(text) or _ACL_URL.search(text) or _ACL_DOI.search(text)
    if not match:
        return None
    found = match.group(1)
    return found.upper() if _ACL_OLD.match(found) else found.lower()


def openreview_id(text: str) -> str | None:
    """The OpenReview id in an address; None where there is none.

    >>> openreview_id("https://openreview.net/forum?id=nZeVKeeFYf9&noteId=x")
    'nZeVKeeFYf9'
    """
    match = _OPENREVIEW_URL.search(text)
    return match.group(1) if match else None


def title_id(title: str) -> str:
    """The id of a paper that has nothing but its title: the slug, with a hash where the slug does not tell the whole title.

    >>> title_id("BERT: Pre-training of Deep Bidirectional Transformers")
    'title:bert-pre-training-of-deep-bidirectional-transformers'
    """
    folded = slug(title)
    lossy = any(c.isalpha() and not slug(c) for c in title) if not title.isascii() else False
    if folded and not lossy and len(folded) <= _LONGEST_SLUG:
        return f"title:{folded}"
    digest = hashlib.blake2b((title_key(title) or title).encode("utf-8", "replace"), digest_size=4).hexdigest()
    short = folded[:_LONGEST_SLUG].rsplit("-", 1)[0] if len(folded) > _LONGEST_SLUG else folded
    return f"title:{short}-{digest}" if short else f"title:{digest}"


def identify(
    title: str, *, given: str = "", dois: Iterable[str] = (), arxivs: Iterable[str] = (), urls: Iterable[str] = (), stem: str = ""
) -> Identity:
    """The identity of a paper from its title, the source's own id (`given`) and the identifiers and addresses it names.

    >>> identify("X", given="17", stem="papers").id, identify("X", urls=["https://arxiv.org/abs/1706.03762v2"]).id
    ('local:papers/17', 'arxiv:1706.03762')
    """
    places = [given, *urls]
    found_doi = next((d for d in map(doi, [*dois, *places]) if d), None)
    found_arxiv = next((a for a in map(arxiv_id, [*arxivs, *dois, *places]) if a), None)
    named = _namespaced(given)
    if named.startswith("arxiv:"):
        found_arxiv = found_arxiv or arxiv_id(named)
    elif named.startswith("doi:"):
        found_doi = found_doi or doi(named)
    if found_arxiv is None and found_doi:
        found_arxiv = arxiv_id(found_doi)
    if named:
        paper_id = named
    elif found_arxiv:
        paper_id = f"arxiv:{found_arxiv}"
    elif found := next((a for a in map(acl_id, [*places, found_doi or ""]) if a), None):
        paper_id = f"acl:{found}"
    elif found_doi:
        paper_id = f"doi:{found_doi}"
    elif found := next((o for o in map(openreview_id, places) if o), None):
        paper_id = f"openreview:{found}"
    elif given.strip():
        own = re.sub(r"\s+", "_", given.strip())
        paper_id = f"local:{slug(stem) or 'input'}/{own}"
    else:
        paper_id = title_id(title)
    return Identity(paper_id, found_doi, found_arxiv)


def _namespaced(given: str) -> str:
    """The id that a source gives, where it has a namespace; the well-known ones in their one form."""
    match = _NAMESPACED.fullmatch(given.strip())
    if not match:
        return ""
    space, local = match.group(1).lower(), match.group(2)
    if space == "arxiv":
        local = arxiv_id(local) or local
    elif space == "doi":
        local = doi(local) or local
    elif space == "acl":
        local = acl_id(local) or local
    return f"{space}:{local}"
