"""What came, what went and what changed: between two graphs (`kg.analysis.differences`), or two ranges of years (`kg.analysis.eras`)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from kg.analysis.config import Config, option
from kg.analysis.differences import between_graphs
from kg.analysis.eras import between_years
from kg.analysis.result import Result
from kg.analysis.years import year_range
from kg.errors import UsageError
from kg.graph import Graph
from kg.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareConfig(Config):
    """Settings of `compare`."""

    EXAMPLES: ClassVar[tuple[str, ...]] = (
        "kg analyze old compare new",
        "kg analyze graph compare --years 2015-2017 --years 2018-2020",
        "kg analyze old compare new --table summary",
    )

    other: str | None = option(None, "the folder of the later graph", positional=True)
    years: tuple[str, ...] = option((), "two ranges as 2015-2017, of the one graph; given twice", metavar="FROM-TO")
    least: int = option(3, "years: papers of a concept or pair in one range, to be listed", least=1)
    level: float = option(0.05, "false discovery rate up to which a share of papers rises or falls", above=0, below=1)
    confidence: float = option(0.1, "graphs: by how much the confidence of a link changes at least, to be listed", above=0, most=1)
    top: int | None = option(50, "rows at most of each kind of change", above=0, all=0)


def compare(graph: Graph, config: CompareConfig | Graph | str | None = None, **options: Any) -> Result:
    """What came, went and changed.

    In another graph, or in later years of this one; empty where both are the same.

    Returns:
        what (paper, concept, link, relation, share; pair where years are compared), change (came, went, renamed, merged, changed, rises,
        falls), id, name, other (the id afterwards, or the other end of a link, relation or pair), before, after. Within a kind of change
        the weightiest first: concepts of most papers, shares of the surest change.
        Tables: summary (what, change, count: of all, not of those shown), shares (concept, name, type, papers_before, papers_after,
        share_before, share_after, rank_before, rank_after, z, q: those that rise or fall).

    Raises:
        UsageError: neither another graph nor two ranges of years, or both; ranges that overlap or hold no papers; an option that does not
            exist or does not fit.
        GraphError: the other graph cannot be opened.
    """
    if isinstance(config, Graph):
        options, config = {"other": str(config.path), **options}, None
    settings = CompareConfig.of(config, options)
    if (settings.other is None) == (not settings.years):
        raise UsageError("give either another graph (kg analyze OLD compare NEW) or --years twice (--years 2015-2017 --years 2018-2020)")
    if settings.other is not None:
        changes, shares, notes = between_graphs(graph, Graph.open(Path(settings.other)), settings.confidence, settings.level)
    else:
        first, second = _ranges(settings.years)
        changes, shares, notes = between_years(graph, first, second, settings.least, settings.level)
    counts = Counter((c.what, c.change) for c in changes)
    shown: Counter[tuple[str, str]] = Counter()
    rows: list[tuple[Any, ...]] = []
    for c in changes:
        shown[c.what, c.change] += 1
        if settings.top is None or shown[c.what, c.change] <= settings.top:
            rows.append((c.what, c.change, c.id, c.name, c.other, c.before, c.after))
    cut = len(rows) < len(changes)
    if cut:
        notes = (
            *notes,
            f"{len(rows):,} of {len(changes):,} changes are shown, at most {settings.top} of each kind; the table summary counts all",
        )
    columns = ("what", "change", "id", "name", "other", "before", "after")
    summary = Table(("what", "change", "count"), [(*kind, count) for kind, count in counts.items()])
    tables = {"summary": summary, "shares": shares}
    return Result("compare", settings, Table(columns, rows, cut=cut), tables, notes=notes, graph=graph.fingerprint)


def _ranges(years: tuple[str, ...]) -> tuple[tuple[int, int], tuple[int, int]]:
    if len(years) != 2:
        raise UsageError(f"two ranges of years are compared, found {len(years)}; give --years twice")
    first, second = map(year_range, years)
    if first[0] <= second[1] and second[0] <= first[1]:
        raise UsageError(f"the ranges {years[0]} and {years[1]} overlap; papers of both would count twice")
    return first, second
