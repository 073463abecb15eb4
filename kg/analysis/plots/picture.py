"""A picture made with matplotlib: its style, and how it becomes bytes that do not depend on time, settings or screen."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from exports.files import replacing
from kg.cards import COLORS
from kg.errors import UsageError, did_you_mean
from kg.extras import needed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Words and lines of the page on a light ground. In a notebook both become the colour of its own text.
INK, SOFT = "#1c2430", "#566274"
#: For what has no type, and for cells of heat maps.
NEUTRAL, ACCENT = "#6b7f99", "#1f83cc"
#: Longest label, in characters.
LABEL = 46
FORMATS = (".svg", ".png", ".pdf")
_STYLE = {
    "svg.hashsalt": "paperkg",
    # words stay words: they can be searched and read out, and files stay small
    "svg.fonttype": "none",
    "font.family": ["DejaVu Sans"],
    "font.size": 9.0,
    # names of concepts are no formulas: "$k$-NN" is written as it stands
    "text.parse_math": False,
    "text.usetex": False,
    "text.color": INK,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "axes.unicode_minus": False,
}


@contextmanager
def styled() -> Iterator[None]:
    """The style of all pictures, whatever the settings of the session are.

    Raises:
        EnvironmentError_: matplotlib is not installed.
    """
    style = needed("matplotlib.style", "plot", "matplotlib")
    with style.context(["default", _STYLE], after_reset=True), warnings.catch_warnings():
        # a viewer has fonts for more scripts than the one that measures here
        warnings.filterwarnings("ignore", message=r"Glyph \d+ .* missing from")
        yield


@dataclass(frozen=True, slots=True, eq=False)
class Plot:
    """A picture. A notebook shows it in its own colours; `figure` is matplotlib's, to change before saving; `title` says what it is."""

    figure: Figure
    title: str

    def save(self, path: Path | str, *, overwrite: bool = False, dpi: float = 200) -> Path:
        """Writes the picture; the end of the name tells the format: .svg, .png (`dpi` dots an inch) or .pdf. The ground is white.

        Raises:
            UsageError: another format, or the file exists and `overwrite` is false.
            EnvironmentError_: it cannot be written.
        """
        path = Path(path)
        suffix = path.suffix.lower()
        if suffix not in FORMATS:
            raise UsageError(f"{path}: no picture format {suffix!r}; {did_you_mean(suffix, FORMATS)}")
        made = self._bytes(suffix[1:], facecolor="white", dpi=dpi)
        with replacing(path, overwrite, binary=True) as file:
            file.write(made)
        return path

    def svg(self) -> str:
        """The picture as SVG, on white."""
        return self._bytes("svg", facecolor="white").decode()

    def _bytes(self, format_: str, **options: Any) -> bytes:
        # no date, no version: what is equal stays equal
        metadata = {"svg": {"Date": None, "Creator": "paperkg", "Title": self.title}, "png": {"Software": None}}.get(
            format_, {"CreationDate": None, "Producer": None, "Creator": "paperkg", "Title": self.title}
        )
        out = io.BytesIO()
        with styled():
            self.figure.savefig(out, format=format_, metadata=metadata, **options)
        made = out.getvalue()
        return _sole(made.decode()).encode() if format_ == "svg" else made

    def _repr_html_(self) -> str:
        text = self._bytes("svg").decode()
        # the notebook's own colour of text, so that the picture reads on light and dark
        for color in (INK, SOFT):
            text = text.replace(color, "currentColor")
        text = text[text.index("<svg") :]
        text = re.sub(r"<metadata>.*?</metadata>", "", text, count=1, flags=re.DOTALL)
        text = re.sub(r'<svg [^>]*?viewBox="([^"]+)"[^>]*>', _root, text, count=1)
        return f'<div role="img" aria-label="{escape(self.title)}" style="max-width:{self.figure.get_figwidth() * 96:.0f}px">{text}</div>'

    def __repr__(self) -> str:
        return f"<Plot {self.title!r}: a notebook shows it, .save('picture.svg') writes it>"


def _root(found: re.Match[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="{found[1]}" '
        'style="width:100%;height:auto;stroke-linejoin:round;stroke-linecap:butt">'
    )


def _sole(svg: str) -> str:
    """The SVG without matplotlib's style sheet, which would hold for all of the page it stands in."""
    return re.sub(r'<defs>\s*<style type="text/css">[^<]*</style>\s*</defs>', "", svg, count=1).replace(
        "<svg ", '<svg style="stroke-linejoin:round;stroke-linecap:butt" ', 1
    )


def new(width: float, height: float, **options: Any) -> tuple[Figure, Any]:
    """A figure of some inches with its axes, apart from those of pyplot."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots(**options)


def heading(figure: Figure, title: str, notes: Iterable[str] = ()) -> None:
    """The title above, to the left, and remarks below in small print."""
    figure.suptitle(shorten(title, 90), x=0.01, ha="left", fontsize=11, fontweight="bold")
    said = [note for note in notes if note]
    if said:
        figure.supxlabel("\n".join(shorten(note, 150) for note in said), x=0.01, ha="left", fontsize=7.5, color=SOFT)


def shorten(text: str, most: int = LABEL) -> str:
    """A label on one line, cut to some characters.

    >>> shorten("a very long name", 8)
    'a very …'
    """
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    return f"{line[: most - 1].rsplit(' ', 1)[0]} …" if " " in line[: most - 1] else line[: most - 1] + "…"


def grid(axes: Axes, axis: Literal["x", "y"] = "x") -> None:
    """Faint lines behind what is drawn."""
    axes.grid(axis=axis, color=SOFT, alpha=0.25, linewidth=0.6)
    axes.set_axisbelow(True)


def legend(figure: Figure, types: Sequence[str]) -> None:
    """What the colours mean, for the types that are there."""
    from matplotlib.patches import Patch

    shown = [t for t in COLORS if t in types]
    if len(shown) > 1:
        patches = [Patch(color=COLORS[t], label=t) for t in shown]
        options = {"frameon": False, "fontsize": 8, "handlelength": 0.9, "columnspacing": 1.2}
        figure.legend(handles=patches, loc="outside upper right", ncols=len(shown), **options)
