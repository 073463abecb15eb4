"""The explorer page in a notebook: `graph.view()`.

It is one isolated frame that holds the whole page: no widget, no file beside the notebook, nothing fetched. So it asks no more of
JupyterLab, VS Code or Colab than to show HTML, and still works where the notebook was exported, long after Python has ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exports.files import replacing
from kg.cards import GREY
from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.graph import Graph

#: Concepts that a page in a notebook has at most, if not told otherwise: notebooks are kept whole in memory and in version control.
TOP = 1000
#: What the page may do in its frame: run its script, save what one exports, and open a paper one clicks on in a tab of its own.
#: It may not reach the notebook (no allow-same-origin): its origin is its own.
SANDBOX = "allow-scripts allow-downloads allow-popups allow-popups-to-escape-sandbox"


@dataclass(frozen=True, slots=True)
class View:
    """A page. A notebook shows it in a frame; `html` and `str` are the page itself, `height` is that of the frame in pixels."""

    html: str
    title: str
    height: int

    def save(self, path: Path | str, *, overwrite: bool = False) -> Path:
        """Writes the page to a file, which any browser opens.

        Raises:
            UsageError: the file exists and `overwrite` is false.
            EnvironmentError_: it cannot be written.
        """
        with replacing(path, overwrite) as file:
            file.write(self.html)
        return Path(path)

    def _repr_html_(self) -> str:
        style = f"display:block;box-sizing:border-box;width:100%;height:{self.height}px;border:1px solid {GREY};border-radius:4px"
        # html.escape leaves nothing that could end an attribute
        return f'<iframe title="{escape(self.title)}" sandbox="{SANDBOX}" srcdoc="{escape(self.html)}" style="{style}"></iframe>'

    def __str__(self) -> str:
        return self.html

    def __repr__(self) -> str:
        size = len(self.html.encode()) / 1e6
        return f"<View {self.title!r}: a page of {size:.1f} MB; a notebook shows it, .save('page.html') writes it>"


def view(graph: Graph, *, height: int = 640, top: int = TOP, **options: Any) -> View:
    """The explorer page of a graph.

    Args:
        height: of the frame, in pixels.
        top: at most so many concepts, those that most papers name; the page says what is left out.
        options: further ones of `exports.explorer.render`: `min_papers`, `papers` (papers are nodes as well), `seed`, `title`, and
            `properties`, results of analyses that the page can show by size and colour.

    Raises:
        UsageError: an option that does not exist or is out of its range.
        EnvironmentError_: the page's script was not built.
    """
    from exports.explorer import render

    if not isinstance(height, int) or height < 100:
        raise UsageError(f"height is {height!r}; give pixels, 100 or more")
    known = ("min_papers", "papers", "properties", "seed", "title")
    for name in options:
        if name not in known:
            raise UsageError(f"no option {name!r} for a view; known: height, top, {', '.join(known)}")
    page = render(graph, top=top, **options)
    return View(page, options.get("title") or f"paperkg: {graph.path.name}", height)
