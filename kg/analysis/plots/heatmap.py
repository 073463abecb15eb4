"""Two kinds of concepts against each other: how many papers have both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.analysis.plots.picture import ACCENT, INK, SOFT, heading, new, shorten

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from kg.analysis.result import Result

TOP = 20


def draw(result: Result, *, top: int | None, title: str | None, width: float) -> tuple[Figure, str]:
    """Rows and columns in the order of the tables `rows` and `columns` of the result; cells without a paper stay empty."""
    import numpy as np
    from matplotlib.colors import LogNorm
    from matplotlib.patches import Rectangle

    most = top or TOP
    sides = [result.tables[side].records() for side in ("rows", "columns")]
    down, across = (side[:most] for side in sides)
    places = [{one["concept"]: n for n, one in enumerate(side)} for side in (down, across)]
    counts = np.zeros((len(down), len(across)))
    for cell in result.table.records():
        if cell["row"] in places[0] and cell["column"] in places[1]:
            counts[places[0][cell["row"]], places[1][cell["column"]]] = cell["papers"]
    figure, axes = new(width, 2.6 + 0.27 * len(down))
    # one colour, the stronger the more papers: the same to people with a colour blindness, and on dark grounds as on light ones
    norm = LogNorm(1, max(2.0, float(counts.max())))
    strength = np.where(counts > 0, 0.25 + 0.75 * norm(np.maximum(counts, 1)), 0.0)
    for (row, column), alpha in np.ndenumerate(strength):
        if alpha:
            axes.add_patch(Rectangle((column, row), 1, 1, facecolor=ACCENT, alpha=float(alpha), linewidth=0))
    axes.set_xticks(np.arange(len(across)) + 0.5, [shorten(c["name"], 28) for c in across], rotation=45, ha="right", rotation_mode="anchor")
    axes.set_yticks(np.arange(len(down)) + 0.5, [shorten(c["name"], 36) for c in down])
    axes.tick_params(length=0, labelsize=8)
    axes.set_xlim(0, len(across))
    axes.set_ylim(len(down), 0)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    for n in range(1, max(len(down), len(across))):
        for line, bound in ((axes.axhline, len(down)), (axes.axvline, len(across))):
            if n < bound:
                line(n, color=SOFT, alpha=0.18, linewidth=0.6)
    for (row, column), papers in np.ndenumerate(counts):
        if papers:
            axes.text(
                column + 0.5, row + 0.5, f"{papers:,.0f}", ha="center", va="center", fontsize=7,
                color="#ffffff" if strength[row, column] > 0.75 else INK,
            )  # fmt: skip
    config = result.config.to_dict()
    name = title or f"{config['rows']} × {config['columns']}" + (f" in papers on {config['concept']}" if config.get("concept") else "")
    left = [
        f"{len(shown):,} of {len(side):,} {what}"
        for shown, side, what in ((down, sides[0], "rows"), (across, sides[1], "columns"))
        if len(side) > len(shown)
    ]
    heading(figure, name, ("papers that name both" + (f"; {', '.join(left)}" if left else ""), *result.notes))
    return figure, name
