"""The explorer as one HTML file: the built script and style sheet, and the data, under a policy that lets nothing else run or load."""

from __future__ import annotations

import base64
import gzip
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from exports import Written
from exports.bundle import bundled
from exports.explorer.data import TOP, Content, content
from exports.files import replacing
from exports.inline import csp_hash, script_json, templates
from kg.errors import UsageError
from kg.properties import NONE, Given, read
from ontology.terms import BASE

if TYPE_CHECKING:
    from kg.graph import Graph

#: Bytes of data from which on they are compressed.
LARGE = 512 * 1024


def write(
    graph: Graph,
    path: Path | str,
    *,
    overwrite: bool = False,
    top: int = TOP,
    min_papers: int = 1,
    papers: bool = False,
    seed: int = 1,
    title: str | None = None,
    base: str = BASE,
    properties: Given = NONE,
) -> Written:
    """Writes the page; the arguments are those of `exports.explorer.content`, `properties` is all that `kg.properties.read` takes, and
    `overwrite` replaces an existing file.

    Raises:
        UsageError: the file exists and `overwrite` is false, or an argument is out of its range.
        DataError: the properties are those of another graph, or called as something on the page.
        EnvironmentError_: the file cannot be written, or the page's script was not built.
    """
    with replacing(path, overwrite) as file:
        made = _content(graph, top, min_papers, papers, seed, title, base, properties)
        file.write(_page(made))
    return Written("html", (Path(path),), made.counts, tuple(made.notes))


def render(
    graph: Graph,
    *,
    top: int = TOP,
    min_papers: int = 1,
    papers: bool = False,
    seed: int = 1,
    title: str | None = None,
    base: str = BASE,
    properties: Given = NONE,
) -> str:
    """The page as a string, for an iframe's `srcdoc` or a web framework; arguments and errors are those of `write`."""
    return _page(_content(graph, top, min_papers, papers, seed, title, base, properties))


def page(title: str, data: str = "", *, mode: Literal["file", "server"] = "file") -> str:
    """The HTML around some data (JSON text).

    `mode` "server" is for a page that asks its own server for more: its policy allows requests there, and nowhere else.

    Raises:
        EnvironmentError_: the page's script was not built.
    """
    from markupsafe import Markup

    script, style = bundled("explorer.js"), bundled("explorer.css")
    policy = (
        f"default-src 'none'; script-src {csp_hash(script)}; style-src {csp_hash(style)}; img-src data: blob:; base-uri 'none'; "
        "form-action 'none'"
    )
    if mode == "server":
        policy += "; connect-src 'self'"
    packed = len(data) >= LARGE
    if packed:
        # no time of day and no name of a file in it
        data = base64.b64encode(gzip.compress(data.encode(), 6, mtime=0)).decode()
    # what is marked as markup here is our own, or JSON without a character that means something in HTML; all else is escaped
    return (
        templates(Path(__file__).parent)
        .get_template("page.html.jinja")
        .render(
            title=title,
            mode=mode,
            policy=Markup(policy),  # noqa: S704
            style=Markup(style),  # noqa: S704
            script=Markup(script),  # noqa: S704
            data=Markup(data),  # noqa: S704
            packed=packed,
        )
    )


def _page(made: Content) -> str:
    return page(made.data["title"], script_json(made.data))


def _content(graph: Graph, top: int, min_papers: int, papers: bool, seed: int, title: str | None, base: str, properties: Given) -> Content:
    if top < 1:
        raise UsageError(f"top is {top}; give the number of concepts to show, 1 or more")
    if min_papers < 0 or seed < 0:
        raise UsageError(f"min_papers is {min_papers} and seed is {seed}; give 0 or more")
    # a page without its script is worth nothing: said before the work, not after
    bundled("explorer.js")
    more = read(properties, graph)
    return content(graph, top=top, min_papers=min_papers, papers=papers, seed=seed, title=title, base=base, properties=more)
