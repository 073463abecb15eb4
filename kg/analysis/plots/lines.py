"""Trends: shares a year with their intervals and bursts, one panel for each concept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import TYPE_CHECKING, Any

from kg.analysis.plots.picture import NEUTRAL, SOFT, grid, heading, legend, new, shorten
from kg.cards import COLORS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from kg.analysis.result import Result

Row = Mapping[str, Any]
TOP, ACROSS = 12, 3
_BURST = "#edb93b"
#: Years at the beginning that together hold less than this part of the papers are not drawn: their intervals would fill the panel.
FEW = 0.05


def draw(result: Result, *, top: int | None, title: str | None, width: float) -> tuple[Figure, str]:
    """One panel for each row of `trends`, or a single one for the years of one concept."""
    said = "line: share of the year's papers, smoothed; dots: single years; band: 95 % interval; yellow: bursts"
    if "points" not in result.tables:
        asked = getattr(result.config, "concept", None) or "concept"
        name = title or f"{asked} over the years"
        figure, axes = new(width, 3.6)
        bursts = [(row["from"], row["to"]) for row in result.tables["bursts"].records()] if "bursts" in result.tables else []
        drawn, left = _begun(result.table.records())
        _panel(axes, drawn, bursts, NEUTRAL)
        axes.set_ylabel("share of papers", fontsize=8)
        heading(figure, name, (said, left, *result.notes[-1:]))
        return figure, name
    rows = result.table.records()
    shown = rows[: top or TOP]
    points: dict[str, list[Row]] = {}
    for point in result.tables["points"].records():
        points.setdefault(point["concept"], []).append(point)
    across = min(ACROSS, len(shown))
    figure, axes = new(width, 1.0 + 1.75 * ceil(len(shown) / across), nrows=ceil(len(shown) / across), ncols=across, squeeze=False)
    panels = axes.ravel().tolist()
    left = ""
    for row, panel in zip(shown, panels, strict=False):
        drawn, left = _begun(points[row["concept"]])
        _panel(panel, drawn, [(a, b) for a, b, _ in row["bursts"]], COLORS.get(row["type"], NEUTRAL))
        panel.set_title(shorten(row["name"], 30), fontsize=9, loc="left")
    for panel in panels[len(shown) :]:
        panel.set_axis_off()
    by = {"rises": "Concepts that rise", "falls": "Concepts that fall", "bursts": "Concepts that burst"}
    name = title or by.get(str(getattr(result.config, "by", "")), "Concepts over the years")
    more = f"{len(shown):,} of {len(rows):,} rows" if len(rows) > len(shown) else ""
    heading(figure, name, (said, "; ".join(filter(None, (more, left))), *result.notes[-1:]))
    legend(figure, [row["type"] for row in shown])
    return figure, name


def _begun(points: Sequence[Row]) -> tuple[Sequence[Row], str]:
    """The points from the first year on that has papers enough to tell something, and a remark where others are left out."""
    every, left, first = sum(p["of"] for p in points), 0, 0
    while first < len(points) - 1 and left + points[first]["of"] < FEW * every:
        left += points[first]["of"]
        first += 1
    return points[first:], f"years before {points[first]['year']}, with {left:,} of {every:,} papers, are not drawn" if first else ""


def _panel(axes: Axes, points: Sequence[Row], bursts: Sequence[tuple[int, int]], color: str) -> None:
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    years = [p["year"] for p in points]
    for first, last in bursts:
        if last >= years[0]:
            axes.axvspan(max(first, years[0]) - 0.4, last + 0.4, color=_BURST, alpha=0.3, linewidth=0)
    axes.fill_between(years, [p["low"] for p in points], [p["high"] for p in points], color=color, alpha=0.16, linewidth=0)
    axes.plot(years, [p["smooth"] for p in points], color=color, linewidth=1.8)
    axes.plot(years, [p["share"] for p in points], linestyle="none", marker="o", markersize=3, color=color, alpha=0.75)
    # an interval of a year with few papers must not flatten all the others
    most = max((max(p["share"], p["smooth"]) for p in points), default=0.0) or 1.0
    axes.set_ylim(0, min(1.0, 1.35 * most))
    axes.set_xlim(years[0] - 0.6, years[-1] + 0.6)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4))
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=None, symbol=" %"))
    axes.tick_params(labelsize=7.5, color=SOFT)
    grid(axes, "y")
