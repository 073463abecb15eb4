"""A page for every concept, and a page of all that is said of it and other concepts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from kg.model import ConceptType, Relation
from kg.site.counts import Links, best
from kg.site.draw import Bar, across, years_of
from kg.site.lineage import Lineage
from kg.site.names import numbered
from kg.site.pages import chunks
from kg.site.words import count, percent
from ontology.terms import ELSEWHERE

if TYPE_CHECKING:
    from kg.site.corpus import Corpus, Said, Use
    from kg.site.pages import Pages
    from kg.site.trends import Trends
    from kg.site.untested import Missing

__all__ = ["Related", "identifiers", "write", "year_bars"]

#: Papers on one page of a concept, and places in texts (about) on one page of its relations.
PAPERS, PLACES = 60, 120
#: Relations up to which they stand on the concept's page itself.
FEW = 6
#: Papers that propose it which the head of a page shows; all are in its list.
PROPOSED = 4
#: Rows of the shorter lists.
SHORT = 10
#: Years of fewer papers than this are drawn as resting on little, where the graph has more than a hundred papers.
THIN = 10
#: Papers from which on a concept's use is drawn by year.
CHART = 3
_ABOUT = (Relation.PROPOSES, Relation.USES, Relation.ADDRESSES, Relation.COMPARES_WITH)


@dataclass(frozen=True, slots=True)
class Related:
    """A concept that shares papers with another: how many, how many chance would give, and how sure it is that it is not chance."""

    concept: int
    together: int
    expected: float
    llr: float


def write(
    pages: Pages,
    used: Iterable[tuple[int, list[Use]]],
    related: Mapping[int, list[Related]],
    untested: Mapping[int, list[Missing]],
    links: Links,
    trends: Trends,
) -> dict[int, dict[int, tuple[int, str]]]:
    """Writes the pages of all concepts; `used` has those that papers are linked to, by number.

    Returns:
        Of concepts with `CHART` papers or more: year → papers, and where on the concept's pages the first of them stands.
    """
    corpus = pages.corpus
    lineage = Lineage(corpus)
    anchors: dict[int, dict[int, tuple[int, str]]] = {}
    first, more, relations = pages.template("concept"), pages.template("concept-more"), pages.template("relations")
    datasets = links.together(_ABOUT, Relation.EVALUATES_ON, ConceptType.DATASET)
    metrics = links.together(_ABOUT, Relation.MEASURES, ConceptType.METRIC)
    for number, found in _all(used, pages.shown):
        concept, name = corpus.concepts[number], corpus.files[number]
        parts = chunks(len(found), PAPERS, name)
        years = _years(corpus, found, parts)
        said = [*corpus.heads.get(number, ()), *corpus.tails.get(number, ())]
        # what most places say first
        said.sort(key=lambda s: (-len(s.places), s.head, s.relation.value, s.tail))
        shared: dict[str, Any] = {
            "it": concept,
            "number": number,
            "total": len(found),
            "parts": [file for _, _, file in parts],
            "said": len(said),
        }
        up, up_more = lineage.builds_on(number)
        down, down_more = lineage.built_on(number)
        drawn = sum(n for n, _ in years.values()) >= CHART
        if drawn:
            anchors[number] = years
        proposed = sorted((u for u in found if u.relation is Relation.PROPOSES), key=lambda u: (corpus.years[u.paper] or 9999, u.paper))
        pages.write(
            "concept", f"concept/{name}.html", first,
            **shared,
            identifiers=identifiers(concept.identifiers),
            names=[n for n in dict.fromkeys(concept.names) if n != concept.label],
            kinds=[corpus.number[b] for b in concept.broader if b in corpus.number],
            proposed=proposed[:PROPOSED], proposed_more=len(proposed) - PROPOSED,
            up=up, up_more=up_more, down=down, down_more=down_more,
            # of fewer papers the list below says as much
            chart=year_bars(corpus, years, concept.label) if drawn else None, years=years, trend=trends.says(number),
            does=Counter(u.relation for u in found),
            datasets=best(datasets, number, SHORT), metrics=best(metrics, number, SHORT),
            community=pages.communities.get(number),
            untested=untested.get(number, ()),
            found=pages.properties["concepts"].texts(concept.id),
            few=said if len(said) <= FEW else [],
            related=[(r, links.both(number, r.concept)) for r in related.get(number, ())[:SHORT]],
            groups=_by_year(corpus, found[: parts[0][1]]), at=1,
        )  # fmt: skip
        for at, (start, end, file) in enumerate(parts[1:], 2):
            pages.write(
                "more of a concept", f"concept/{file}", more, **shared,
                    groups=_by_year(corpus, found[start:end]), at=at, start=start, end=end
            )  # fmt: skip
        if len(said) > FEW:
            several = _by_places(said, f"{name}.relations")
            for at, (start, end, file) in enumerate(several, 1):
                pages.write(
                    "relations of a concept", f"concept/{file}", relations,
                    **shared | {"parts": [f for _, _, f in several]}, rows=said[start:end], at=at, start=start, end=end,
                )  # fmt: skip
    return anchors


def identifiers(given: Iterable[str]) -> list[tuple[str, str]]:
    """Identifiers elsewhere with their addresses; without one where the prefix is of no known place.

    >>> identifiers(["wikidata:Q844240", "odd thing"])
    [('wikidata:Q844240', 'http://www.wikidata.org/entity/Q844240'), ('odd thing', '')]
    """
    from urllib.parse import quote

    found = []
    for identifier in given:
        prefix, _, local = identifier.partition(":")
        known = prefix in ELSEWHERE and bool(local)
        found.append((identifier, ELSEWHERE[prefix] + quote(local, safe="/:@!$&'()*+,;=~%") if known else ""))
    return found


def year_bars(corpus: Corpus, years: Mapping[int, tuple[int, str]], label: str) -> Any:
    """The share of each year's papers that a concept has; `years` has its papers, and where these are listed."""
    bars = []
    for year in years_of(corpus.per_year):
        papers, href = years.get(year, (0, ""))
        all_ = corpus.per_year[year]
        share = papers / all_ if all_ else 0.0
        text = f"{year}: {papers:,} of {count(all_, 'paper')}, {percent(share)}"
        bars.append(Bar(str(year), share, text, href, thin=all_ < THIN < 100 < len(corpus.ids)))
    return across(bars, f"Share of each year's papers that are linked to {label}", top=percent)


def _by_places(said: list[Said], name: str) -> list[tuple[int, int, str]]:
    """Pages of relations, none cut in two: a page ends where it has `PLACES` places; a relation of the catalog counts as one."""
    ends, places = [], 0
    for n, one in enumerate(said, 1):
        places += max(1, len(one.places))
        if places >= PLACES or n == len(said):
            ends.append(n)
            places = 0
    return [(start, end, numbered(name, at)) for at, (start, end) in enumerate(pairwise([0, *ends]), 1)]


def _all(used: Iterable[tuple[int, list[Use]]], total: int) -> Iterator[tuple[int, list[Use]]]:
    at = 0
    for number, found in used:
        if number >= total:
            # fewer papers: without a page
            break
        while at < number:
            yield at, []
            at += 1
        yield number, found
        at = number + 1
    for rest in range(at, total):
        yield rest, []


def _years(corpus: Corpus, found: list[Use], parts: list[tuple[int, int, str]]) -> dict[int, tuple[int, str]]:
    """Year → papers of a concept, and where the first of them stands in its list."""
    years: dict[int, tuple[int, str]] = {}
    for n, use in enumerate(found):
        year = corpus.years[use.paper]
        if year is not None:
            before, href = years.get(year, (0, f"{parts[n // PAPERS][2]}#y{year}"))
            years[year] = (before + 1, href)
    return years


def _by_year(corpus: Corpus, found: list[Use]) -> list[tuple[int | None, list[Use]]]:
    groups: list[tuple[int | None, list[Use]]] = []
    for use in found:
        year = corpus.years[use.paper]
        if not groups or groups[-1][0] != year:
            groups.append((year, []))
        groups[-1][1].append(use)
    return groups
