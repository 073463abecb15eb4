"""The same paper from two inputs is one paper: which records belong together, and the one paper made of them.

Two records are the same paper

1. where they have the same id, DOI or arXiv id; or
2. where they have the same title (case, punctuation, hyphens and accents set aside) and nothing speaks against it:
   no two different identifiers of one kind, years at most two apart, and a common first author or half of the authors.
   A title that names no work ("Introduction", "Preface", one or two words) counts only with something that speaks for it:
   common authors in the same year, or the same abstract.

Where A goes with B and B with C but A not with C, the doubtful record (one without authors, say) joins neither. All decisions
depend on the set of records, never on their order, so that adding a record and removing it gives what was there before.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from kg.model import Paper
from kg.text import fold_word, slug

#: Kinds of identifier, the best first: what names the merged paper.
_RANK = {kind: rank for rank, kind in enumerate(("arxiv", "acl", "doi", "openreview", "pmid"))}
_OTHER_RANK, _TITLE_RANK = 50, 99
#: Titles of front matter and of columns that return: hundreds of different papers have them.
GENERIC_TITLES = frozenset(
    slug(t)
    for t in (
        "Preface", "Foreword", "Introduction", "Editorial", "Editors' Note", "Index", "Author Index", "Front Matter", "Back Matter",
        "Table of Contents", "Contents", "Conclusion", "Conclusions", "Abstract", "Summary", "Overview", "Book Review",
        "Book Reviews", "Briefly Noted", "Obituary", "Errata", "Erratum", "Corrigendum", "Correction", "Announcement", "Acknowledgements",
        "Acknowledgments", "Organizing Committee", "Program Committee", "Invited Talk", "Invited Talks", "Keynote",
        "Keynote Address",
        "Panel Discussion", "Publications Received", "Letter to the Editor", "Letters to the Editor", "Guest Editorial",
        "Guest Editors' Introduction", "Introduction to the Special Issue", "Message from the Program Chairs",
        "Message from the General Chair",
        "Opening Remarks", "Closing Remarks", "System Demonstrations", "Tutorial Abstracts", "Poster Session", "Untitled", "Title",
        "Last Words", "Position Paper", "Work in Progress", "Project Description", "Shared Task Overview",
    )
)  # fmt: skip
_LARGE = 400  # titles shared by more papers than this are taken as generic whatever they say


@dataclass(frozen=True, slots=True)
class _Key:
    """What is kept of a record while records are grouped: some hundred bytes."""

    id: str
    doi: str | None
    arxiv: str | None
    title: str
    year: int | None
    authors: tuple[str, ...] = ()
    abstract: bytes = b""


def title_key(title: str) -> str:
    """The key by which titles are compared: letters and digits of any script, without case, accents and hyphens.

    >>> title_key("Pre-trained Models: A Survey") == title_key("Pretrained models – a survey")
    True
    """
    ascii_part = slug(title).replace("-", "")
    if title.isascii():
        return ascii_part
    other = "".join(c for c in title.casefold() if c.isalnum() and not _latin(c))
    return ascii_part + other


@lru_cache(maxsize=4096)
def _latin(char: str) -> bool:
    return bool(slug(char))


def weak_title(title: str) -> bool:
    """Whether a title does not identify a work by itself: front matter, a column's name, or fewer than three words.

    >>> weak_title("Introduction"), weak_title("Preface to Volume 2"), weak_title("Attention Is All You Need")
    (True, True, False)
    """
    folded = slug(title)
    bare = re.sub(r"^(?:the|a|an)-|-(?:19|20)\d\d$", "", folded)
    if bare in GENERIC_TITLES or re.match(
        r"(?:preface|foreword|editorial|introduction|message|proceedings|welcome|report)-(?:to|from|by|of|for)-", bare
    ):
        return True
    parts = [p for p in folded.split("-") if p]
    if title.isascii():
        return len(parts) < 3
    return len(parts) < 3 and len(title_key(title)) < 12


def family_name(author: str) -> str:
    """The folded family name of an author written "First Last" or "Last, First".

    >>> family_name("Yann LeCun"), family_name("Müller, Hans"), family_name("Sammy Davis Jr.")
    ('lecun', 'muller', 'davis')
    """
    text = author.split(",", 1)[0] if "," in author else author
    found = [w for w in re.findall(r"[^\W_]+", text) if w.casefold() not in {"jr", "sr", "ii", "iii", "iv"} and not w.isdigit()]
    return fold_word(found[-1]) if found else ""


def id_rank(paper_id: str) -> tuple[int, str]:
    """How well an id names a paper; the smallest wins: arXiv, ACL, DOI, OpenReview, PubMed, any other, title."""
    kind = paper_id.partition(":")[0]
    return (_TITLE_RANK if kind == "title" else _RANK.get(kind, _OTHER_RANK), paper_id)


def _head(paper: Paper) -> _Key:
    """What `_key` gives, without what takes time to make."""
    return _Key(paper.id, paper.doi, paper.arxiv, paper.title, paper.year)


def _key(paper: Paper) -> _Key:
    # mostly less than half of it makes those 300 letters; what a cut changes at the end is not among them
    folded = slug(paper.abstract[:450])
    if len(folded) < 350:
        folded = slug(paper.abstract[:1000])
    folded = folded[:300]
    digest = hashlib.blake2b(folded.encode(), digest_size=8).digest() if len(folded) >= 60 else b""
    authors = tuple(name for name in map(family_name, paper.authors[:50]) if name)
    return _Key(paper.id, paper.doi, paper.arxiv, paper.title, paper.year, authors, digest)


def group(records: Iterable[Paper], again: Callable[[int], Paper] | None = None) -> dict[str, list[int]]:
    """Which records are one paper.

    Takes records in any order (an iterator is read once; only some hundred bytes a record are kept) and returns, sorted by
    paper id, the sorted positions of the records that each paper is made of. Every position stands exactly once. The id is
    the best one of the records (see `id_rank`); where two different papers have only the same title to go by, both get a
    suffix made of their content. Give the id to `merged`.

    `again` gives the record of a position once more. Authors and abstracts are then only looked at of the few records that share a title
    with others; without it, of all.
    """
    if again is None:
        keys = list(map(_key, records))
        whole: Callable[[int], _Key] = keys.__getitem__
    else:
        keys = list(map(_head, records))
        whole = cache(lambda i: _key(again(i)))
    parent = list(range(len(keys)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    def unite(i: int, j: int) -> None:
        a, b = root(i), root(j)
        parent[max(a, b)] = min(a, b)

    # 1. identifiers
    seen: dict[str, int] = {}
    for i, key in enumerate(keys):
        for name in _identifiers(key):
            unite(i, seen.setdefault(name, i))
    # 2. titles, among the groups that the identifiers made
    by_title: dict[str, list[int]] = defaultdict(list)
    for i, key in enumerate(keys):
        if folded := title_key(key.title):
            by_title[folded].append(i)
    members = _members(parent, root)
    wanted: list[tuple[int, int]] = []
    for indices in by_title.values():
        groups = sorted({root(i) for i in indices})
        if len(groups) > 1:
            wanted.extend(_same_title([[whole(i) for i in members[g]] for g in groups], groups))
    for i, j in wanted:
        unite(i, j)
    return _named(keys, _members(parent, root), whole)


def _members(parent: list[int], root: object) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for i in range(len(parent)):
        found[root(i)].append(i)  # type: ignore[operator]
    return found


def _identifiers(key: _Key) -> list[str]:
    """The identifiers that alone make two records one paper; an id made from a title is not one."""
    names = [] if key.id.startswith("title:") else [key.id]
    if key.doi:
        names.append("doi:" + key.doi.lower())
    if key.arxiv:
        names.append("arxiv:" + key.arxiv)
    return names


def _same_title(groups: list[list[_Key]], roots: list[int]) -> list[tuple[int, int]]:
    """Pairs of groups with one title that are one paper: cliques of "nothing against", else cliques of "something for"."""
    count = len(groups)
    if count > _LARGE:
        return []
    verdicts = {(a, b): _compare(groups[a], groups[b]) for a in range(count) for b in range(a + 1, count)}
    pairs: list[tuple[int, int]] = []
    for component in _components(range(count), {p for p, v in verdicts.items() if v >= 1}):
        if _clique(component, verdicts, 1):
            pairs.extend((roots[component[0]], roots[other]) for other in component[1:])
            continue
        for part in _components(component, {p for p, v in verdicts.items() if v == 2}):
            if _clique(part, verdicts, 2):
                pairs.extend((roots[part[0]], roots[other]) for other in part[1:])
    return pairs


def _components(nodes: Iterable[int], edges: set[tuple[int, int]]) -> list[list[int]]:
    left = sorted(nodes)
    inside = set(left)
    near: dict[int, set[int]] = defaultdict(set)
    for a, b in edges:
        if a in inside and b in inside:
            near[a].add(b)
            near[b].add(a)
    found, done = [], set[int]()
    for node in left:
        if node in done:
            continue
        stack, part = [node], {node}
        while stack:
            for other in near[stack.pop()] - part:
                part.add(other)
                stack.append(other)
        done |= part
        if len(part) > 1:
            found.append(sorted(part))
    return found


def _clique(part: list[int], verdicts: Mapping[tuple[int, int], int], least: int) -> bool:
    return all(verdicts[a, b] >= least for n, a in enumerate(part) for b in part[n + 1 :])


def _compare(left: list[_Key], right: list[_Key]) -> int:
    """0 = not one paper, 1 = nothing against it, 2 = something for it; of two groups the most sceptical pair counts."""
    least, most = 2, 0
    for a in left:
        for b in right:
            verdict = _pair(a, b)
            least, most = min(least, verdict), max(most, verdict)
    return most if least else 0


def _pair(a: _Key, b: _Key) -> int:
    if _differ(a, b):
        return 0
    if a.authors and b.authors:
        common = set(a.authors) & set(b.authors)
        if not common or (a.authors[0] != b.authors[0] and 2 * len(common) < min(len(set(a.authors)), len(set(b.authors)))):
            return 0
    apart = abs(a.year - b.year) if a.year is not None and b.year is not None else None
    same_abstract = bool(a.abstract) and a.abstract == b.abstract
    if apart is not None and apart > 2 and not same_abstract:
        return 0
    if same_abstract:
        return 2
    if weak_title(a.title) or weak_title(b.title):
        return 2 if a.authors and b.authors and apart == 0 and not (a.abstract and b.abstract) else 0
    return 2 if a.authors and b.authors else 1


def _differ(a: _Key, b: _Key) -> bool:
    """Whether two identifiers of one kind say that these are two papers."""
    space = _namespace(a.id)
    if space == _namespace(b.id) and space not in {"title", "doi"} and a.id != b.id:
        return True
    if a.arxiv and b.arxiv and a.arxiv != b.arxiv:
        return True
    # a preprint and the article have DOIs of two registrants; two DOIs of one registrant are two works
    return bool(a.doi and b.doi and a.doi != b.doi and a.doi.split("/")[0] == b.doi.split("/")[0])


def _namespace(paper_id: str) -> str:
    """Within what an id is unique: its prefix; for an id of one file (`local:file/17`) the file too."""
    kind, _, local = paper_id.partition(":")
    return f"local:{local.partition('/')[0]}" if kind == "local" else kind


def _named(keys: list[_Key], members: Mapping[int, list[int]], whole: Callable[[int], _Key]) -> dict[str, list[int]]:
    by_id: dict[str, list[list[int]]] = defaultdict(list)
    for indices in members.values():
        by_id[min((keys[i].id for i in indices), key=id_rank)].append(indices)
    named: dict[str, list[int]] = {}
    for paper_id, groups in by_id.items():
        for indices in groups:
            # several groups under one id: only ids made from titles, since equal identifiers have been united
            name = paper_id if len(groups) == 1 else f"{paper_id}~{_digest([whole(i) for i in indices])}"
            named.setdefault(name, []).extend(indices)
    return {name: sorted(named[name]) for name in sorted(named)}


def _digest(keys: Sequence[_Key]) -> str:
    lines = sorted(repr((k.id, k.doi, k.arxiv, k.title, k.year, k.authors, k.abstract)) for k in keys)
    return hashlib.blake2b("\n".join(lines).encode(), digest_size=4).hexdigest()


def merged(records: Sequence[Paper], paper_id: str = "") -> Paper:
    """The one paper made of records that `group` put together; pure, whatever their order.

    The longest abstract and the longest list of authors win; title, source and line come from the record with the best id;
    the venue from a record that has one beyond a preprint server, and the year from that record, otherwise the earliest;
    addresses are united. `paper_id` is the key that `group` gave; without it the best id of the records is taken.

    Raises:
        ValueError: no records.
    """
    if not records:
        raise ValueError("merged() needs at least one record")
    ordered = sorted(records, key=_order)
    first = ordered[0]
    if len(ordered) == 1:
        return first if not paper_id or paper_id == first.id else _with_id(first, paper_id)
    # max() and min() keep the first of equals, and the order is fixed
    abstract = max((r.abstract for r in ordered), key=lambda text: (len(text), text))
    authors = max((r.authors for r in ordered), key=lambda names: (len(names), sum(map(len, names)), names))
    published = next((r for r in ordered if r.venue and not _preprint(r.venue)), None) or next((r for r in ordered if r.venue), None)
    years = [r.year for r in ordered if r.year is not None]
    dois = sorted({r.doi for r in ordered if r.doi}, key=lambda d: (d.startswith("10.48550/"), d))
    return Paper(
        id=paper_id or first.id,
        title=first.title,
        abstract=abstract,
        authors=authors,
        year=published.year if published is not None and published.year is not None else min(years, default=None),
        venue=published.venue if published is not None else None,
        urls=tuple(dict.fromkeys(url for r in ordered for url in r.urls)),
        doi=dois[0] if dois else None,
        arxiv=min((r.arxiv for r in ordered if r.arxiv), default=None),
        source=first.source,
        line=first.line,
    )


def _with_id(paper: Paper, paper_id: str) -> Paper:
    from dataclasses import replace

    return replace(paper, id=paper_id)


def _preprint(venue: str) -> bool:
    return "arxiv" in venue.casefold() or venue.strip().casefold() in {"corr", "biorxiv", "medrxiv", "preprint"}


def _order(paper: Paper) -> tuple[object, ...]:
    """A total order on records: of two that are alike in all of this, either may come first."""
    return (
        id_rank(paper.id), paper.source, paper.line, paper.title, paper.abstract, paper.authors, paper.year or 0, paper.venue or "",
        paper.urls, paper.doi or "", paper.arxiv or "",
    )  # fmt: skip
