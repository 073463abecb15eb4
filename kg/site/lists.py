"""Lists: concepts by type in three orders, every name from A to Z, papers by year and by venue."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kg.model import ConceptType
from kg.site.draw import Bar, across, years_of
from kg.site.names import safe_name
from kg.site.pages import chunks
from kg.site.words import PLURAL, count

if TYPE_CHECKING:
    from kg.site.corpus import Corpus
    from kg.site.pages import Pages

__all__ = ["letter", "sort_key", "write", "year_chart", "year_file"]

ROWS = 200
NAMES = 600
#: Concepts of a type on the page of all types, and venues on the page of papers.
TOP, VENUES = 12, 40
UNDATED = "year-none"
_ORDERS: tuple[tuple[str, str], ...] = (("", "Most papers"), ("-name", "A to Z"), ("-first", "Newest"))


def write(pages: Pages) -> None:
    """Writes all lists."""
    _concepts(pages)
    _names(pages)
    _papers(pages)


# --- concepts -----------------------------------------------------------------------------------------------------------


def _concepts(pages: Pages) -> None:
    corpus = pages.corpus
    numbers = range(pages.shown)
    types = [(t, [n for n in numbers if corpus.concepts[n].type is t]) for t in ConceptType]
    template = pages.template("concept-list")
    keys: dict[str, Callable[[int], Any]] = {
        "": lambda n: n,
        "-name": lambda n: (sort_key(corpus.concepts[n].label), n),
        "-first": lambda n: (-(corpus.first[n] or -9999), n),
    }
    pages.write("list", "concepts/index.html", pages.template("concepts"), types=[(t, own[:TOP], len(own)) for t, own in types])
    for type_, own in types:
        for suffix, words in _ORDERS:
            name = type_.value.lower() + suffix
            parts = chunks(len(own), ROWS, name)
            rows = sorted(own, key=keys[suffix])
            orders = [(o, f"{type_.value.lower()}{s}.html") for s, o in _ORDERS]
            for at, (start, end, file) in enumerate(parts, 1):
                pages.write(
                    "list", f"concepts/{file}", template, type=type_.value, plural=PLURAL[type_.value], rows=rows[start:end], order=words,
                    orders=orders, parts=[f for _, _, f in parts], at=at, start=start, end=end, total=len(own),
                )  # fmt: skip


def sort_key(name: str) -> tuple[str, str]:
    """Order of an alphabet for readers: case and accents matter only where all else is equal.

    >>> sorted(["Zoo", "ärger", "apple"], key=sort_key)
    ['apple', 'ärger', 'Zoo']
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if unicodedata.category(c)[0] != "M")
    return plain.casefold(), name


def letter(name: str) -> str:
    """The list that a name is in: its first letter, 0 for digits, or `other`.

    >>> letter("Édition"), letter("3D"), letter("Δ-net"), letter("(mt)")
    ('e', '0', 'other', 'm')
    """
    for char in sort_key(name)[0]:
        if char.isalnum():
            return char if "a" <= char <= "z" else "0" if char.isascii() else "other"
    return "other"


def _names(pages: Pages) -> None:
    corpus = pages.corpus
    found: dict[str, list[tuple[tuple[str, str], int]]] = {}
    for number, concept in enumerate(corpus.concepts[: pages.shown]):
        for name in dict.fromkeys(concept.names):
            found.setdefault(letter(name), []).append((sort_key(name), number))
    letters = [(key, {"0": "0–9", "other": "Other"}.get(key, key.upper()), len(found[key])) for key in _letters(found)]
    firsts: dict[str, list[tuple[str, str]]] = {}
    template = pages.template("names")
    for key, title, total in letters:
        rows = sorted(found.pop(key))
        parts = chunks(total, NAMES, key)
        firsts[key] = [(file, rows[start][0][1]) for start, _, file in parts]
        for at, (start, end, file) in enumerate(parts, 1):
            pages.write(
                "list", f"names/{file}", template, letter=key, heading=title, letters=letters, total=total, start=start, end=end, at=at,
                parts=[f for _, _, f in parts], rows=[(name, number) for (_, name), number in rows[start:end]],
            )  # fmt: skip
    pages.write("list", "names/index.html", pages.template("names-index"), letters=letters, firsts=firsts)


def _letters(found: dict[str, Any]) -> list[str]:
    return sorted(found, key=lambda key: (len(key) > 1, key.isalpha(), key))


# --- papers -------------------------------------------------------------------------------------------------------------


def year_file(year: int | None) -> str:
    """The name of the list of a year's papers, without a suffix."""
    return UNDATED if year is None else f"year-{year}"


def year_chart(corpus: Corpus, root: str) -> Any:
    """Papers a year, each bar a link to the list of them."""
    bars = []
    for year in years_of(corpus.per_year):
        papers = corpus.per_year[year]
        bars.append(Bar(str(year), papers, f"{year}: {count(papers, 'paper')}", f"{root}papers/{year_file(year)}.html"))
    return across(bars, "Papers a year", top=lambda most: f"{most:,.0f}", width=900, height=150)


def _papers(pages: Pages) -> None:
    corpus = pages.corpus
    years: dict[int | None, list[int]] = {}
    venues: dict[str, list[int]] = {}
    for paper, (year, venue) in enumerate(zip(corpus.years, corpus.venues, strict=True)):
        years.setdefault(year, []).append(paper)
        if venue:
            venues.setdefault(venue, []).append(paper)
    dated = sorted((y for y in years if y is not None), reverse=True)
    ordered = [*dated, *([None] if None in years else [])]
    by_size = sorted(venues, key=lambda v: (-len(venues[v]), v))
    pages.write(
        "list", "papers/index.html", pages.template("papers"), chart=year_chart(corpus, "../"),
        years=[(y, year_file(y), len(years[y])) for y in ordered], venues=[(v, _venue(v), len(venues[v])) for v in by_size[:VENUES]],
        all_venues=len(venues), without=len(corpus.ids) - sum(map(len, venues.values())),
    )  # fmt: skip
    for year in ordered:
        own = sorted(years[year], key=lambda p: (corpus.venues[p] or "\U0010ffff", sort_key(corpus.titles[p]), p))
        _list(pages, year_file(year), f"Papers of {year}" if year is not None else "Papers whose year is not known", own, "venue")
    for venue in by_size:
        own = sorted(venues[venue], key=lambda p: (-(corpus.years[p] or -9999), sort_key(corpus.titles[p]), p))
        _list(pages, _venue(venue), venue, own, "year")
    if len(by_size) > VENUES:
        template = pages.template("venues")
        parts = chunks(len(by_size), 3 * ROWS, "venues")
        for at, (start, end, file) in enumerate(parts, 1):
            rows = [(v, _venue(v), len(venues[v])) for v in sorted(by_size, key=sort_key)[start:end]]
            pages.write("list", f"papers/{file}", template, rows=rows, at=at, parts=[f for _, _, f in parts], total=len(by_size))


def _venue(venue: str) -> str:
    return f"venue-{safe_name(venue)}"


def _list(pages: Pages, name: str, heading: str, own: list[int], by: str) -> None:
    corpus = pages.corpus
    template = pages.template("paper-list")
    parts = chunks(len(own), ROWS, name)
    for at, (start, end, file) in enumerate(parts, 1):
        groups: list[tuple[Any, list[int]]] = []
        for paper in own[start:end]:
            key = corpus.venues[paper] if by == "venue" else corpus.years[paper]
            if not groups or groups[-1][0] != key:
                groups.append((key, []))
            groups[-1][1].append(paper)
        pages.write(
            "list", f"papers/{file}", template, heading=heading, groups=groups, by=by, at=at, start=start, end=end, total=len(own),
            parts=[f for _, _, f in parts],
        )  # fmt: skip
