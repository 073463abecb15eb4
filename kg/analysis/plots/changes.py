"""What changed between two graphs or two ranges of years: shares before and after, or, where none changed surely, counts of changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.analysis.plots.picture import NEUTRAL, SOFT, grid, heading, legend, new, shorten
from kg.cards import COLORS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from kg.analysis.result import Result

TOP = 25


def draw(result: Result, *, top: int | None, title: str | None, width: float) -> tuple[Figure, str]:
    """Concepts whose share of papers rose or fell, from a hollow dot (before) to a full one (after); without any, bars of what changed."""
    shares = result.tables["shares"].records()
    figure, name, more = _shares(shares[: top or TOP], width) if shares else _counts(result, top or TOP, width)
    left = f"{top or TOP:,} of {len(shares):,} concepts" if len(shares) > (top or TOP) else ""
    name = title or name
    heading(figure, name, ("; ".join(filter(None, (more, left))), *result.notes[:2]))
    return figure, name


def _shares(rows: list[dict[str, object]], width: float) -> tuple[Figure, str, str]:
    from matplotlib.ticker import PercentFormatter

    figure, axes = new(width, 0.9 + 0.27 * len(rows))
    for place, row in enumerate(rows):
        before, after = float(str(row["share_before"])), float(str(row["share_after"]))
        color = COLORS.get(str(row["type"]), NEUTRAL)
        axes.plot([before, after], [place, place], color=color, linewidth=2, alpha=0.5, zorder=1)
        axes.plot(before, place, marker="o", markersize=6, markerfacecolor="#ffffff", markeredgecolor=color, markeredgewidth=1.4)
        axes.plot(after, place, marker="o", markersize=7, color=color)
    axes.set_yticks(range(len(rows)), [shorten(str(row["name"])) for row in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=None, symbol=" %"))
    axes.set_xlabel("share of papers", fontsize=8)
    grid(axes)
    legend(figure, [str(row["type"]) for row in rows])
    return figure, "What rises and falls", "hollow: before; full: after"


def _counts(result: Result, top: int, width: float) -> tuple[Figure, str, str]:
    every = result.tables["summary"].records()
    rows = every[:top]
    figure, axes = new(width, 0.9 + 0.27 * len(rows))
    axes.barh(range(len(rows)), [row["count"] for row in rows], color=NEUTRAL, height=0.68)
    axes.set_yticks(range(len(rows)), [f"{row['what']}: {row['change']}" for row in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.margins(x=0.12)
    for place, row in enumerate(rows):
        axes.annotate(f"{row['count']:,}", (row["count"], place), (4, 0), textcoords="offset points", va="center", fontsize=7.5, color=SOFT)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    grid(axes)
    return figure, "What changed", f"{len(rows):,} of {len(every):,} kinds of change" if len(every) > len(rows) else ""
