"""Rankings as bars: one for each row, as long as its value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg.analysis.plots.picture import NEUTRAL, SOFT, grid, heading, legend, new, shorten
from kg.cards import COLORS
from kg.errors import UsageError
from kg.table import numeric

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from kg.analysis.config import Config
    from kg.analysis.result import Result

Row = dict[str, Any]
TOP = 25
#: Analysis → columns that may give the length of a bar, the first one there; the setting `by` comes before them.
VALUES = {
    "communities": ("concepts",),
    "related": ("npmi",),
    "similar": ("cosine",),
    "predict": ("score", "llr"),
}
#: How columns are called in words.
WORDS = {
    "pagerank": "PageRank", "hub": "HITS hubs", "authority": "HITS authorities", "llr": "log-likelihood ratio G²",
    "npmi": "normalised PMI", "adamic_adar": "Adamic–Adar", "cosine": "cosine similarity",
}  # fmt: skip
TITLES = {
    "rank": "Concepts by {value}",
    "communities": "Communities and their most characteristic concepts",
    "related": "What occurs together, by {value}",
    "similar": "Papers that share concepts",
    "predict": "Links that are missing or to come",
    "untested": "Papers not tested on a usual dataset of their task",
    "untried": "Methods that were not tried on a task",
}


def draw(result: Result, *, top: int | None, title: str | None, width: float) -> tuple[Figure, str]:
    """One bar for each row in the order of the table; of many rows the first ones.

    Raises:
        UsageError: no column of numbers tells how long the bars are.
    """
    value = _value(result)
    rows = [row for row in result.table.records() if row[value] is not None]
    shown = rows[: top or TOP]
    types = [str(row.get("other_type") or row.get("type") or "") for row in shown]
    asked = ", ".join(_several(result.config, "concept") or _several(result.config, "paper"))
    if asked and "other_title" in shown[0]:
        # the title says more than the id
        asked = shorten(shown[0]["title"], 50)
    words = WORDS.get(value, value.replace("_", " "))
    figure, axes = new(width, 0.9 + 0.27 * len(shown))
    places = range(len(shown))
    values = [float(row[value]) for row in shown]
    axes.barh(places, values, color=[COLORS.get(t, NEUTRAL) for t in types], height=0.68)
    axes.set_yticks(places, [shorten(_label(result.name, row, bool(asked)), 64) for row in shown])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    # the first row is on top
    axes.set_ylim(len(shown) - 0.4, -0.6)
    axes.margins(x=0.12)
    for place, number in zip(places, values, strict=True):
        side = "left" if number >= 0 else "right"
        axes.annotate(
            _digits(number), (number, place), (4 if number >= 0 else -4, 0), textcoords="offset points", va="center", ha=side,
            fontsize=7.5, color=SOFT,
        )  # fmt: skip
    grid(axes)
    axes.set_xlabel(words, fontsize=8)
    name = title or TITLES.get(str(getattr(result.config, "what", "")), TITLES.get(result.name, result.name)).format(value=words)
    if asked and title is None:
        name = f"{name}: {asked}"
    more = f"{len(shown):,} of {len(rows):,} rows" if len(rows) > len(shown) else ""
    heading(figure, name, (more, *result.notes[:2]))
    legend(figure, types)
    return figure, name


def _value(result: Result) -> str:
    columns, rows = result.table.columns, result.table.rows
    for name in (*_several(result.config, "by"), *VALUES.get(result.name, ())):
        if name in columns and numeric(rows, columns.index(name)):
            return str(name)
    raise UsageError(f"no column of numbers in the table of {result.name} tells how long bars are; it has {', '.join(columns)}")


def _several(config: Config, name: str) -> tuple[str, ...]:
    """The values of a setting that may be none, one or a list, or not exist."""
    value = getattr(config, name, None)
    return (value,) if isinstance(value, str) else tuple(value or ())


def _label(analysis: str, row: Row, asked: bool) -> str:
    """What stands beside the bar of a row; where one concept or paper was asked for, it stands in the title."""
    if analysis == "communities":
        return f"{row['community']}. {row['name']}"
    if analysis == "similar":
        return str(row["other_title"]) if asked else f"{shorten(row['title'], 30)} — {row['other_title']}"
    if "other_name" in row:
        return str(row["other_name"]) if asked else f"{row['name']} — {row['other_name']}"
    for first, second in (("method", "task"), ("paper", "dataset")):
        if first in row and second in row:
            return f"{row.get('name') or row.get('title') or row[first]} — {row[second]}"
    return str(row.get("name") or row.get("title") or row.get("concept") or row.get("paper"))


def _digits(number: float) -> str:
    return f"{number:,.0f}" if number == int(number) and abs(number) < 1e15 else f"{number:.3g}"
