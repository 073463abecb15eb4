"""Pictures as SVG, for the pages: every text in them is escaped, and every bar is a link that says what it stands for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

__all__ = ["Bar", "across", "line", "years_of"]


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a chart: what stands under it, its height, what it says, where it leads (or nowhere), and whether it rests on little."""

    label: str
    value: float
    text: str
    href: str = ""
    thin: bool = False


def years_of(per_year: Mapping[int, int]) -> list[int]:
    """The years of an axis: from the first to the last with a paper; years without one in between are there, too.

    Of more than 120 years only the last 120, as a wrong year should not squeeze all others.
    """
    if not per_year:
        return []
    last = max(per_year)
    return list(range(max(min(per_year), last - 119), last + 1))


def across(bars: Sequence[Bar], label: str, *, top: Callable[[float], str] | None = None, height: int = 150, width: int = 720) -> Markup:
    """Bars beside one another, each a link where it leads anywhere.

    `label` says what the whole picture shows, `top` in words what the height of the scale stands for.
    """
    if not bars:
        return Markup("")
    step = width / len(bars)
    gap = min(6.0, step * 0.22)
    most = max((b.value for b in bars if not b.thin), default=0.0) or max(b.value for b in bars) or 1.0
    parts = [f'<svg class="chart" viewBox="0 0 {width} {height + 40}" role="group" aria-label="{escape(label)}">']
    parts.append(f'<path class="axis" d="M0 18.5H{width}M0 {height + 18.5}H{width}"/>')
    if top:
        parts.append(f'<text class="tick" x="0" y="13">{escape(top(most))}</text>')
    every = -(-len(bars) * 50 // width)
    for n, bar in enumerate(bars):
        # where few papers are behind a share, it may lie beyond the scale
        tall = min(1.0, bar.value / most) * height
        if bar.value:
            tall = max(tall, 1.5)
        x = n * step
        shown = (len(bars) - 1 - n) % every == 0
        inner = (
            f'<rect class="room" x="{x:.1f}" y="0" width="{step:.1f}" height="{height + 18}"/>'
            f'<rect class="{"bar thin" if bar.thin else "bar"}" x="{x + gap / 2:.1f}" y="{height + 18 - tall:.1f}" '
            f'width="{step - gap:.1f}" height="{tall:.1f}" rx="{min(2.5, (step - gap) / 3):.1f}"/>'
        )
        # at the edges a text leans inwards
        anchor, at = ("start", x) if x < 90 else ("end", x + step) if x + step > width - 90 else ("middle", x + step / 2)
        if bar.text:
            inner += f'<text class="says" x="{at:.1f}" y="11" text-anchor="{anchor}">{escape(bar.text)}</text>'
        if bar.value and bar.href:
            parts.append(f'<a href="{escape(bar.href)}" aria-label="{escape(bar.text)}">{inner}</a>')
        elif bar.value:
            parts.append(f'<g class="still">{inner}</g>')
        if shown:
            edge = x + step / 2 > width - 18
            place = (
                f'x="{width}" y="{height + 35}" text-anchor="end"'
                if edge
                else f'x="{x + step / 2:.1f}" y="{height + 35}" text-anchor="middle"'
            )
            parts.append(f'<text class="tick" {place}>{escape(bar.label)}</text>')
    parts.append("</svg>")
    return Markup("".join(parts))  # noqa: S704 - every text in it is escaped above


def line(values: Sequence[float], *, width: int = 120, height: int = 28) -> Markup:
    """A small line without axes; what it shows stands beside it in words."""
    most = max(values, default=0.0) or 1.0
    step = width / max(1, len(values) - 1)
    points = " ".join(f"{n * step:.1f},{height - 2 - v / most * (height - 4):.1f}" for n, v in enumerate(values))
    return Markup(  # noqa: S704 - numbers alone
        f'<svg class="spark" viewBox="0 0 {width} {height}" aria-hidden="true"><polygon points="0,{height} {points} {width},{height}"/>'
        f'<polyline points="{points}"/></svg>'
    )
