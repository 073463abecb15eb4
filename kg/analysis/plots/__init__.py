"""Pictures of results: `result.plot()`, drawn with matplotlib (the extra `plot`) and written as SVG, PNG or PDF.

One kind of picture a module. Colours are those of the explorer page, told apart with any of the common colour blindnesses. Equal results
give equal bytes with the same matplotlib.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kg.analysis.plots import bars, changes, heatmap, lineage, lines
from kg.analysis.plots.picture import Plot, styled
from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.analysis.result import Result

__all__ = ["DRAWN", "Plot", "plot"]

#: Analysis → what draws it.
DRAWN: dict[str, Callable[..., Any]] = {
    "rank": bars.draw,
    "communities": bars.draw,
    "related": bars.draw,
    "similar": bars.draw,
    "predict": bars.draw,
    "compare": changes.draw,
    "crosstab": heatmap.draw,
    "lineage": lineage.draw,
    "trends": lines.draw,
}


def plot(result: Result, *, top: int | None = None, title: str | None = None, width: float = 9.0) -> Plot:
    """Draws a result.

    Args:
        top: at most so many bars, panels, or rows and columns; a line below says how many there are. By default what one can still read.
        title: in place of what the analysis is called.
        width: in inches; the height follows from what there is to show.

    Raises:
        UsageError: there is nothing to draw, no picture for this analysis, or an argument out of its range.
        EnvironmentError_: matplotlib is not installed; the message says how to.
    """
    if result.name not in DRAWN:
        raise UsageError(f"there is no picture of {result.name}; there are some of {', '.join(DRAWN)}")
    if top is not None and top < 1:
        raise UsageError(f"top is {top}; give 1 or more")
    if not 3 <= width <= 40:
        raise UsageError(f"width is {width}; give inches, from 3 to 40")
    if not result.table.rows:
        raise UsageError(f"there is nothing to draw: the table of {result.name} is empty")
    with styled():
        figure, heading = DRAWN[result.name](result, top=top, title=title, width=width)
        # laid out once: to do it again for each file would move things by a hair
        figure.draw_without_rendering()
        figure.set_layout_engine("none")
    return Plot(figure, heading)
