"""A lineage over time: each concept in the year of its first paper, with lines to what it builds on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg.analysis.plots.picture import INK, NEUTRAL, SOFT, grid, heading, legend, new, shorten
from kg.cards import COLORS
from kg.errors import UsageError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from kg.analysis.result import Result

TOP = 30
#: Room of a character in inches, and of a line of text.
CHARACTER, LANE = 0.075, 0.34


def draw(result: Result, *, top: int | None, title: str | None, width: float) -> tuple[Figure, str]:
    """Concepts by first year from left to right. Of many, those nearest to the concept asked for are drawn.

    Raises:
        UsageError: no paper that names them has a year.
    """
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.ticker import MaxNLocator

    nodes, edges, root = _family(result)
    dated = {c: node for c, node in nodes.items() if node["first"]}
    if not dated:
        raise UsageError("there is nothing to draw: no concept of the lineage is in a paper with a year")
    kept = sorted(dated, key=lambda c: abs(dated[c]["generation"]))[: top or TOP]
    shown = {c: dated[c] for c in kept}
    first, last = min(n["first"] for n in shown.values()), max(n["first"] for n in shown.values())
    # a label to the right of the last year needs room as well
    scale = max(1, last - first) / max(1.0, width - 2.4)
    lanes = _lanes(shown, root, scale)
    low, high = min(lanes.values()), max(lanes.values())
    figure, axes = new(width, 1.3 + LANE * (high - low + 1))
    for older, newer, confidence in edges:
        if older in lanes and newer in lanes:
            ends = [(shown[c]["first"], lanes[c]) for c in (older, newer)]
            rise = ends[1][1] - ends[0][1]
            # to the left of the dots: names are on the right
            bend = 0.0 if not rise else -0.14 if rise > 0 else 0.14
            axes.add_patch(
                FancyArrowPatch(
                    *ends, connectionstyle=f"arc3,rad={bend}", arrowstyle="-|>", mutation_scale=7, shrinkA=4, shrinkB=5, color=SOFT,
                    alpha=0.25 + 0.5 * min(1.0, confidence), linewidth=0.9,
                )
            )  # fmt: skip
    for concept, node in shown.items():
        at = node["first"], lanes[concept]
        axes.plot(*at, marker="o", markersize=8 if concept == root else 5.5, color=COLORS.get(node["type"], NEUTRAL), zorder=3)
        axes.annotate(
            shorten(node["name"], 34), at, (4, 4), textcoords="offset points", va="bottom", fontsize=8, color=INK, zorder=4,
            fontweight="bold" if concept == root else "normal",
        )  # fmt: skip
    axes.set_xlim(first - 0.7 * scale, last + 2.2 * scale)
    axes.set_ylim(low - 0.6, high + 0.9)
    # beyond the last year there is room for names, but no time
    axes.set_xticks([year for year in MaxNLocator(nbins=10, integer=True).tick_values(first, last) if first <= year <= last])
    axes.yaxis.set_visible(False)
    axes.spines["left"].set_visible(False)
    grid(axes)
    asked = getattr(result.config, "concept", None)
    name = title or (f"The lineage of {asked}" if asked else "The main path of the graph")
    left = [f"{len(shown):,} of {len(dated):,} concepts"] if len(dated) > len(shown) else []
    left += [f"{len(nodes) - len(dated):,} without a year left out"] if len(nodes) > len(dated) else []
    heading(figure, name, ("; ".join(["arrows lead to what builds on it; years are those of the first paper here", *left]),))
    legend(figure, [node["type"] for node in shown.values()])
    return figure, name


def _family(result: Result) -> tuple[dict[str, dict[str, Any]], list[tuple[str, str, float]], str]:
    """Nodes by id (name, type, first, generation), edges (older, newer, confidence), and the concept asked for, or nothing."""
    nodes: dict[str, dict[str, Any]] = {}
    edges: list[tuple[str, str, float]] = []
    if "generation" not in result.table.columns:
        _path(result.table.records(), nodes, edges)
        return nodes, edges, ""
    [about] = result.tables["concept"].records()
    root = str(about["concept"])
    nodes[root] = {k: about[k] for k in ("name", "type", "first")} | {"generation": 0}
    for row in result.table.records():
        nodes.setdefault(row["concept"], {k: row[k] for k in ("name", "type", "first", "generation")})
        ends = (row["concept"], row["of"]) if row["generation"] < 0 else (row["of"], row["concept"])
        edges.append((*ends, row["confidence"]))
    return nodes, edges, root


def _path(rows: list[dict[str, Any]], nodes: dict[str, dict[str, Any]], edges: list[tuple[str, str, float]]) -> None:
    for row in rows:
        for end in ("older", "newer"):
            nodes.setdefault(
                row[end], {"name": row[f"{end}_name"], "type": "", "first": row[f"{end}_first"], "generation": row["step"]}
            )  # fmt: skip
        edges.append((row["older"], row["newer"], row["confidence"]))


def _lanes(shown: dict[str, dict[str, Any]], root: str, scale: float) -> dict[str, int]:
    """A lane for each concept, so that no label covers another; `scale` is years an inch. The root has lane 0, others the next ones."""
    taken: dict[int, list[tuple[float, float]]] = {}
    lanes: dict[str, int] = {}
    for concept in sorted(shown, key=lambda c: (c != root, abs(shown[c]["generation"]), shown[c]["first"], c)):
        node = shown[concept]
        start = node["first"] - 0.12 * scale
        end = node["first"] + (0.25 + CHARACTER * len(shorten(node["name"], 34))) * scale
        lane = 0
        while any(start < b and a < end for a, b in taken.get(lane, ())):
            lane = -lane if lane > 0 else 1 - lane
        taken.setdefault(lane, []).append((start, end))
        lanes[concept] = lane
    return lanes
