"""Pages of what rises, falls and bursts, from `kg.analysis.trends`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.analysis.arrays import arrays
from kg.analysis.trends import RECENT, TrendIndex, trends
from kg.model import ConceptType
from kg.site.draw import line
from kg.site.words import PLURAL, percent

if TYPE_CHECKING:
    from kg.site.pages import Pages

__all__ = ["Trends", "write"]

#: Concepts that rise, fall or burst on one page.
TOP = 25
#: Concepts on the start page.
START = 6
Anchors = Mapping[int, Mapping[int, tuple[int, str]]]


@dataclass(frozen=True, slots=True)
class Row:
    """A concept that rises, falls or bursts: its line of smoothed shares, and in words what it shows."""

    concept: int
    line: Any
    text: str
    papers: int
    bursts: list[tuple[int, int, str]]


class Trends:
    """What pages say of the years of concepts; nothing where no paper has a year."""

    def __init__(self, pages: Pages) -> None:
        corpus = pages.corpus
        self._corpus = corpus
        self.index = TrendIndex.of(corpus.graph) if corpus.per_year else None
        self._place = {i: n for n, i in enumerate(arrays(corpus.graph).concepts)} if self.index else {}

    def says(self, concept: int) -> str:
        """A sentence on how its share runs, empty where nothing can be said."""
        if self.index is None:
            return ""
        place = self._place[self._corpus.concepts[concept].id]
        direction = self.index.direction(place)
        first, last = self.index.tested
        said = {"rises": "Its share rises", "falls": "Its share falls"}.get(direction, "")
        return f"{said} over {first} to {last}." if said else ""

    def rows(self, by: str, type_: ConceptType | None, anchors: Anchors) -> tuple[list[Row], tuple[str, ...]]:
        """The concepts that rise, fall or burst most."""
        assert self.index is not None
        found = trends(self._corpus.graph, by=by, type=type_, top=TOP)
        # of what is asked for as a rise or a fall, only what the test takes for one
        kept = [row for row in found.table.records() if by == "bursts" or row["direction"] == by]
        rows = []
        for row in kept:
            number = self._corpus.number[row["concept"]]
            trend = self.index.of_concept(row["concept"])
            before, now = percent(row["share_before"]), percent(row["share_now"])
            bursts = [(a, b, _first(anchors.get(number, {}), a, b)) for a, b, _ in row["bursts"]]
            rows.append(Row(number, line(trend.smooth), f"{before} → {now}", row["papers"], bursts))
        return rows, found.notes


def _first(years: Mapping[int, tuple[int, str]], start: int, end: int) -> str:
    """Where the papers of the last year of a burst that has any are listed (lists run from the newest paper on)."""
    return next((years[y][1] for y in range(end, start - 1, -1) if y in years), "")


def _latest(bursts: list[Row]) -> list[Row]:
    """Those whose burst is the newest first; of one year, the strongest."""
    return sorted(bursts, key=lambda row: -max(b for _, b, _ in row.bursts))


def write(pages: Pages, found: Trends, anchors: Anchors) -> tuple[str, list[Row]]:
    """Writes the page of all concepts and one a type; returns a heading and rows for the start page."""
    corpus = pages.corpus
    template = pages.template("trends")
    index = found.index
    if index is None:
        pages.write("trends", "trends/index.html", pages.template("trends-none"))
        return "", []
    tabs = [("All", "index.html"), *((PLURAL[t.value], f"{t.value.lower()}.html") for t in ConceptType)]
    start: tuple[str, list[Row]] = ("", [])
    for type_, (words, file) in zip((None, *ConceptType), tabs, strict=True):
        rises, notes = found.rows("rises", type_, anchors)
        falls, _ = found.rows("falls", type_, anchors)
        bursts, _ = found.rows("bursts", type_, anchors)
        if type_ is None:
            start = ("Rising", rises[:START]) if rises else ("At their most frequent", _latest(bursts)[:START])
        pages.write(
            "trends", f"trends/{file}", template, tabs=tabs, words=words, rises=rises, falls=falls, bursts=bursts, notes=notes,
            tested=index.tested, recent=RECENT, span=(index.years[0], index.years[-1]), papers=len(corpus.ids), top=TOP,
        )  # fmt: skip
    return start
