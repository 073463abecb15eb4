"""How the use of concepts goes over the years: rise and fall, bursts, first and last seen.

All is said of shares, the papers that name a concept among the papers of that year, because years have different numbers of papers. Shares
come with 95 % intervals, rises and falls from a test that allows for the scatter between years and for many concepts tested at once
(`kg.analysis.shares`), bursts from Kleinberg's automaton (`kg.analysis.bursts`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from kg.analysis import association, shares
from kg.analysis import bursts as automaton
from kg.analysis.arrays import NO_YEAR, RELATIONS, TYPES, Arrays, arrays
from kg.analysis.config import Config, option
from kg.analysis.linked import one
from kg.analysis.result import Result
from kg.analysis.years import batches, counts_by_year, year_range
from kg.graph import Graph
from kg.model import ConceptType
from kg.properties import Properties
from kg.table import Table

Direction = Literal["rises", "falls", "steady", "few papers"]
#: Years, from the last one on, over which a rise or fall is tested where no range is given.
RECENT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendsConfig(Config):
    """Settings of `trends`."""

    EXAMPLES: ClassVar[tuple[str, ...]] = (
        "kg analyze graph trends --type Method --years 2010-2020",
        "kg analyze graph trends --by falls",
        "kg analyze graph trends BERT --table papers",
    )

    concept: str | None = option(None, "its years instead of all concepts, by id or name", positional=True)
    type: ConceptType | None = option(None, "only concepts of this type, as Dataset")
    years: str | None = option(None, f"a range as 2015-2020; tested are, without it, the last {RECENT} years", metavar="FROM-TO")
    by: str = option("rises", "what comes first", choices=("rises", "falls", "bursts"))
    least: int = option(10, "papers that a concept has at least in these years, to be tested", least=1)
    level: float = option(0.05, "false discovery rate up to which a share rises or falls", above=0, below=1)
    reach: int = option(1, "years before and after that smoothing takes in", least=0)
    ratio: float = option(2.0, "how many times its usual share a concept has in a burst", above=1)
    gamma: float = option(1.0, "what it takes to begin a burst; larger for fewer bursts", least=0)
    top: int | None = option(50, "rows at most", above=0, all=0)


@dataclass(frozen=True, slots=True)
class Trend:
    """The years of a concept; lists are aligned with `TrendIndex.years`.

    `first` and `last` are the years of its first and last paper, None without one. `papers` a year; `share` of the year's papers, with
    `low` and `high` its 95 % Wilson interval and `smooth` the share of neighbouring years together. `bursts` are (first year, last year,
    weight). `direction` tells what the test of the tested years says, `z` its statistic, `q` its false discovery rate.
    """

    first: int | None
    last: int | None
    papers: list[int]
    share: list[float]
    low: list[float]
    high: list[float]
    smooth: list[float]
    bursts: list[tuple[int, int, float]]
    direction: Direction
    z: float
    q: float


class TrendIndex:
    """The trends of all concepts of a graph, computed once.

    `years` are those with papers, ascending; `papers` how many papers each has; `undated` counts the papers without a year, `tested`
    are the first and last year of the test. `z` and `q` are arrays over concepts by number, 0 and 1 where a concept has too few papers.
    """

    def __init__(self, found: Arrays, config: TrendsConfig) -> None:
        import numpy as np

        self._arrays, self._config = found, config
        self._years, self._papers = batches(found, year_range(config.years) if config.years else (0, 9999))
        self.undated = int((found.years == NO_YEAR).sum())
        self.counts = counts_by_year(found, self._years)
        self.total = self.counts.sum(axis=1)
        recent = np.ones(len(self._years), dtype=np.bool_) if config.years else self._years > self._years[-1] - RECENT
        self.tested = int(self._years[recent][0]), int(self._years[recent][-1])
        self.recent = self.counts[:, recent].sum(axis=1)
        self.enough = self.recent >= config.least
        self.z, self.q = np.zeros(len(self.total)), np.ones(len(self.total))
        z, p, _ = shares.trend(self.counts[self.enough][:, recent], self._papers[recent], self._years[recent])
        self.z[self.enough], self.q[self.enough] = z, association.adjusted(p, len(p), "bh")
        self._saved = automaton.savings(self.counts, self._papers, config.ratio)
        self._states = automaton.states(self.counts, self._papers, config.ratio, config.gamma)

    @classmethod
    def of(cls, graph: Graph, config: TrendsConfig | None = None, **options: Any) -> TrendIndex:
        """The index of a graph, made once for an opened graph and the settings.

        Raises:
            UsageError: no paper has a year, or none one of the range; or an option that does not exist or does not fit.
        """
        settings = TrendsConfig.of(config, options)
        # what is shown of it does not make another index
        asked = (settings.years, settings.least, settings.level, settings.reach, settings.ratio, settings.gamma)
        index: TrendIndex = graph.cached(f"trends {asked!r}", lambda: cls(arrays(graph), settings))
        return index

    @property
    def years(self) -> list[int]:
        """Years with papers."""
        return [int(year) for year in self._years]

    @property
    def papers(self) -> list[int]:
        """Papers a year."""
        return [int(count) for count in self._papers]

    def of_concept(self, concept: str) -> Trend:
        """The trend of a concept (an id).

        Raises:
            UsageError: no such concept.
        """
        return self.at(self._arrays.place(concept))

    def at(self, place: int) -> Trend:
        """The trend of a concept by its number."""
        import numpy as np

        own = self.counts[place]
        low, high = shares.wilson(own.astype(np.float64), self._papers.astype(np.float64))
        smooth = shares.smoothed(own[None, :], self._papers, self._years, self._config.reach)[0]
        named = self._years[own > 0]
        return Trend(
            first=int(named[0]) if len(named) else None, last=int(named[-1]) if len(named) else None, papers=own.tolist(),
            share=(own / self._papers).tolist(), low=low.tolist(), high=high.tolist(), smooth=smooth.tolist(), bursts=self.bursts(place),
            direction=self.direction(place), z=float(self.z[place]), q=float(self.q[place]),
        )  # fmt: skip

    def bursts(self, place: int) -> list[tuple[int, int, float]]:
        """The bursts of a concept by its number: (first year, last year, weight), in order of time."""
        found = automaton.runs(self._states[place], self._saved[place])
        return [(int(self._years[a]), int(self._years[b]), round(weight, 6)) for a, b, weight in found]

    def direction(self, place: int) -> Direction:
        """What the test says of a concept by its number."""
        if not self.enough[place]:
            return "few papers"
        if self.q[place] > self._config.level:
            return "steady"
        return "rises" if self.z[place] > 0 else "falls"


def trends(graph: Graph, config: TrendsConfig | None = None, **options: Any) -> Result:
    """Concepts that rise, fall or burst; years of one.

    Returns:
        Without a concept: concept, name, type, direction, papers (in the tested years), first, last, share_before and share_now (smoothed
        shares in the first and the last tested year), z, q, bursts ([first year, last year, weight] each). Tables: bursts (concept, name,
        type, from, to, weight, papers), points (concept, year, papers, of, share, low, high, smooth: of the rows shown), years (year,
        papers).
        With a concept: year, papers, of (papers of that year), share, low, high (95 %), smooth, burst. Tables: bursts, papers (year,
        paper, title, relation, confidence).
        Properties of concepts: first_year, last_year, and trend where it was tested.

    Raises:
        UsageError: no paper has a year, or none one of the range; no such concept; an option that does not exist or does not fit.
    """
    config = TrendsConfig.of(config, options)
    found = arrays(graph)
    index = TrendIndex.of(graph, config)
    notes = (
        f"{sum(index.papers):,} papers of {len(index.years):,} years, {index.years[0]} to {index.years[-1]}",
        *((f"{index.undated:,} papers without a year are left out",) if index.undated else ()),
    )
    if config.concept is not None:
        concept, about = one(graph, config.concept)
        return _one(graph, config, index, found, found.place(concept.id), (*about, *notes))
    return _all(graph, config, index, found, notes)


def _all(graph: Graph, config: TrendsConfig, index: TrendIndex, found: Arrays, notes: tuple[str, ...]) -> Result:
    import numpy as np

    taken = index.enough.copy()
    if config.type is not None:
        taken &= found.types == TYPES.index(config.type)
    places = np.flatnonzero(taken)
    own = {int(n): index.bursts(int(n)) for n in places}
    if config.by == "bursts":
        strength = np.array([max((w for *_, w in own[int(n)]), default=0.0) for n in places])
        places, strength = places[strength > 0], strength[strength > 0]
    else:
        strength = np.round(index.z[places], 9) * (1 if config.by == "rises" else -1)
        kept = strength > 0
        places, strength = places[kept], strength[kept]
    order = places[np.lexsort((places, -strength))]
    shown = order[: config.top].tolist()
    at = [index.years.index(year) for year in index.tested]
    rows: list[tuple[Any, ...]] = []
    points: list[tuple[Any, ...]] = []
    for n in shown:
        trend = index.at(n)
        rows.append(
            (
                *_named(found, n), trend.direction, int(index.recent[n]), trend.first, trend.last, round(trend.smooth[at[0]], 9),
                round(trend.smooth[at[1]], 9), round(trend.z, 6), _digits(trend.q), [list(b) for b in trend.bursts],
            )
        )  # fmt: skip
        points += [(found.concepts[n], *row[:-1]) for row in _points(index, trend)]
    columns = ("concept", "name", "type", "direction", "papers", "first", "last", "share_before", "share_now", "z", "q", "bursts")
    tested = int(taken.sum())
    counts = {d: int(sum(index.direction(int(n)) == d for n in np.flatnonzero(taken))) for d in ("rises", "falls", "steady")}
    about = (
        f"{tested:,} concepts with {config.least} or more papers from {index.tested[0]} to {index.tested[1]} are tested: "
        f"{counts['rises']:,} rise, {counts['falls']:,} fall, {counts['steady']:,} do neither (false discovery rate {config.level:g})"
    )
    all_bursts = [(*_named(found, n), *b, _papers_of(index, n, b)) for n, bs in own.items() for b in bs]
    all_bursts.sort(key=lambda r: (-r[5], r[0], r[3]))
    tables = {
        "bursts": Table(("concept", "name", "type", "from", "to", "weight", "papers"), all_bursts),
        "points": Table(("concept", "year", "papers", "of", "share", "low", "high", "smooth"), points),
        "years": Table(("year", "papers"), list(zip(index.years, index.papers, strict=True))),
    }
    properties = Properties(_properties(index, found))
    table = Table(columns, rows, cut=len(order) > len(rows))
    more = (f"{len(rows):,} of {len(order):,} rows are shown",) if table.cut else ()
    return Result("trends", config, table, tables, properties, (*notes, *more, about), graph.fingerprint)


def _one(graph: Graph, config: TrendsConfig, index: TrendIndex, found: Arrays, place: int, notes: tuple[str, ...]) -> Result:
    import numpy as np

    trend = index.at(place)
    links = np.flatnonzero(found.link_concept == place)
    links = links[np.isin(found.years[found.link_paper[links]], index.years)]
    links = links[np.lexsort((found.link_paper[links], found.years[found.link_paper[links]]))]
    columns = graph.columns("papers", ["title"])["title"]
    papers: list[tuple[Any, ...]] = [
        (
            int(found.years[paper]), found.papers[paper], columns[int(paper)].as_py(), RELATIONS[found.link_relation[n]].value,
            float(found.link_confidence[n]),
        )
        for n, paper in ((int(n), int(found.link_paper[n])) for n in links)
    ]  # fmt: skip
    said = {"few papers": "has too few papers to be tested"}.get(
        trend.direction, trend.direction if trend.direction != "steady" else "is steady"
    )
    about = (
        f"{found.concepts[place]} {said}: z {trend.z:.2f}, false discovery rate {trend.q:.2g}, "
        f"{int(index.recent[place]):,} papers from {index.tested[0]} to {index.tested[1]}"
    )
    bursts: list[tuple[Any, ...]] = [(*_named(found, place), *b, _papers_of(index, place, b)) for b in trend.bursts]
    tables = {
        "bursts": Table(("concept", "name", "type", "from", "to", "weight", "papers"), bursts),
        "papers": Table(("year", "paper", "title", "relation", "confidence"), papers),
    }
    columns_ = ("year", "papers", "of", "share", "low", "high", "smooth", "burst")
    properties = Properties({found.concepts[place]: _properties(index, found, [place]).get(found.concepts[place], {})})
    table = Table(columns_, _points(index, trend))
    return Result("trends", config, table, tables, properties, (*notes, about), graph.fingerprint)


def _named(found: Arrays, place: int) -> tuple[str, str, str]:
    return found.concepts[place], found.labels[place], TYPES[found.types[place]].value


def _papers_of(index: TrendIndex, place: int, burst: tuple[int, int, float]) -> int:
    return sum(n for year, n in zip(index.years, index.counts[place].tolist(), strict=True) if burst[0] <= year <= burst[1])


def _points(index: TrendIndex, trend: Trend) -> list[tuple[Any, ...]]:
    burst = [any(a <= year <= b for a, b, _ in trend.bursts) for year in index.years]
    columns = (index.years, trend.papers, index.papers, trend.share, trend.low, trend.high, trend.smooth, burst)
    return [(year, papers, of, *(round(x, 9) for x in numbers), b) for year, papers, of, *numbers, b in zip(*columns, strict=True)]


def _digits(q: float) -> float:
    """Four significant digits: a false discovery rate has no more to say."""
    return float(f"{q:.4g}")


def _properties(index: TrendIndex, found: Arrays, places: list[int] | None = None) -> dict[str, dict[str, Any]]:
    import numpy as np

    years = np.array(index.years)
    values: dict[str, dict[str, Any]] = {}
    for n in np.flatnonzero(index.total).tolist() if places is None else places:
        named = years[index.counts[n] > 0]
        if not len(named):
            continue
        own: dict[str, Any] = {"first_year": int(named[0]), "last_year": int(named[-1])}
        if index.enough[n]:
            own["trend"] = index.direction(n)
        values[found.concepts[n]] = own
    return values
