"""The page of `engine="pyvis"`: the graph and the sentences behind it, nothing loaded from anywhere.

The drawing is made with pyvis and its vis-network. pyvis's own pages load style sheets and scripts from other hosts in every mode,
so the page here has a template of its own, with the library that comes with pyvis put into it.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exports import Written
from exports.explorer.words import KINDS, TYPES, numbered
from exports.files import replacing
from exports.inline import csp_hash, script_json, templates
from kg.errors import EnvironmentError_, UsageError
from kg.model import ConceptType

if TYPE_CHECKING:
    from exports.pyvis_page.data import Selection
    from exports.pyvis_page.draw import Drawing
    from kg.graph import Graph

__all__ = ["write"]

_PAGE = Path(__file__).parent


def write(
    graph: Graph,
    path: Path | str,
    *,
    overwrite: bool = False,
    top: int = 400,
    min_papers: int = 1,
    papers: bool = False,
    seed: int = 1,
    title: str | None = None,
) -> Written:
    """Writes the page: concepts as nodes, relations as lines, places computed here and fixed.

    Args:
        overwrite: replace an existing file.
        top: at most so many concepts; those that most papers name. What is left out is said on the page and in `notes`.
        min_papers: leave out concepts of fewer papers (0 shows the catalog's ancestors, too).
        papers: papers are nodes as well, at most `top` of them.
        seed: for the layout.
        title: heading of the page; by default "Knowledge graph of N papers".

    Raises:
        UsageError: the file exists and `overwrite` is false, or a number is out of its range.
        EnvironmentError_: the file cannot be written, or pyvis comes without its library.
    """
    from exports.pyvis_page.data import select
    from exports.pyvis_page.draw import content, draw

    if top < 1:
        raise UsageError(f"top is {top}; give the number of concepts to show, 1 or more")
    if min_papers < 0 or seed < 0:
        raise UsageError(f"min_papers is {min_papers} and seed is {seed}; give 0 or more")
    with replacing(path, overwrite) as file:
        chosen = select(graph, top=top, min_papers=min_papers, papers=papers)
        counts = graph.counts()
        drawing = draw(chosen, seed)
        notes, cut = _notes(chosen, drawing, counts, min_papers, papers)
        file.write(
            _render(
                f"Knowledge graph of {numbered(counts['papers'], 'paper')}" if title is None else title,
                " · ".join(numbered(counts[f"{what}s"], what) for what in ("paper", "concept", "link"))
                + f" · {numbered(counts['concept_links.text'], 'relation')} between concepts read in the texts",
                notes,
                cut,
                {
                    "types": _types(chosen, counts),
                    "kinds": _kinds(chosen, drawing, papers),
                    "hidden": counts["concepts"] - len(chosen.concepts),
                    **content(chosen, drawing),
                },
            )
        )
    shown = {
        "concepts": len(chosen.concepts),
        "papers": len(chosen.paper_nodes),
        "relations": drawing.count("text"),
        "catalog_relations": drawing.count("catalog"),
        "same_papers": drawing.count("together"),
    }
    return Written("html", (Path(path),), shown, tuple(notes))


def _notes(chosen: Selection, drawing: Drawing, counts: dict[str, int], min_papers: int, papers: bool) -> tuple[list[str], bool]:
    """What the page leaves out, in words, and whether that is more than lines of shared papers."""
    notes: list[str] = []
    shown, all_ = len(chosen.concepts), counts["concepts"]
    left = all_ - chosen.eligible
    if left and min_papers <= 1:
        notes.append(f"{numbered(left, 'concept')} of the catalog that no paper names, ancestors of those named, are not shown.")
    elif left:
        notes.append(f"{numbered(left, 'concept')} of the graph's {all_:,} that fewer than {min_papers} papers name are not shown.")
    cut = shown < chosen.eligible
    if cut:
        notes.append(
            f"{shown:,} of {numbered(chosen.eligible, 'concept')} are shown: those that most papers name, then those in most relations. "
            f"Export with a larger `top` to see more."
        )
    if papers and len(chosen.paper_nodes) < counts["papers"]:
        notes.append(
            f"{len(chosen.paper_nodes):,} of {numbered(counts['papers'], 'paper')} are nodes: those with most links to the concepts shown."
        )
    lines = drawing.count("together")
    if lines < chosen.together_all:
        notes.append(
            f"{lines:,} of {chosen.together_all:,} pairs named in the same papers are lines: for every concept its strongest by the share "
            "of papers that name both (Salton's cosine)."
        )
    return notes, cut


def _types(chosen: Selection, counts: dict[str, int]) -> list[dict[str, Any]]:
    shown = {t: sum(c.type is t for c in chosen.concepts) for t in ConceptType}
    types: list[dict[str, Any]] = [
        {"name": t.value, "plural": TYPES[t.value], "shown": shown[t], "total": counts.get(f"concepts.{t.value}", shown[t])}
        for t in ConceptType
    ]
    if chosen.paper_nodes:
        types.append({"name": "Paper", "plural": TYPES["Paper"], "shown": len(chosen.paper_nodes), "total": counts["papers"]})
    return types


def _kinds(chosen: Selection, drawing: Drawing, papers: bool) -> list[dict[str, Any]]:
    stated = drawing.count("text") + drawing.count("catalog")
    # lines that say little are off, unless there is little else to see
    on = {"text": True, "catalog": True, "link": True, "together": not papers and stated < len(chosen.concepts) / 3}
    return [
        {"name": name, "label": label, "about": about, "shown": drawing.count(name), "total": drawing.count(name), "on": on[name]}
        for name, label, about in KINDS
        if name != "link" or papers
    ]


def _render(title: str, about: str, notes: list[str], cut: bool, content: dict[str, Any]) -> str:
    """The whole page. Its policy lets a browser run the two scripts that are in it, by their hashes, and load nothing."""
    from markupsafe import Markup

    library, script = _library(), (_PAGE / "page.js").read_text(encoding="utf-8")
    policy = (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
        f"script-src {csp_hash(library)} {csp_hash(script)}"
    )
    # what is marked as markup here is our own or the library's; all else is escaped
    return (
        templates(_PAGE)
        .get_template("page.html.jinja")
        .render(
            title=title,
            about=about,
            notes=notes,
            cut=cut,
            policy=Markup(policy),  # noqa: S704
            style=Markup((_PAGE / "page.css").read_text(encoding="utf-8")),  # noqa: S704
            library=Markup(library),  # noqa: S704
            script=Markup(script),  # noqa: S704
            data=Markup(script_json(content)),  # noqa: S704
        )
    )


@cache
def _library() -> str:
    """vis-network as it comes with pyvis: the newest version there, without the pointer to a source map that is not there."""
    import pyvis

    folder = Path(pyvis.__file__).parent
    found = sorted(folder.glob("templates/lib/vis-*/vis-network.min.js"), key=lambda p: [int(n) for n in re.findall(r"\d+", p.parent.name)])
    if not found:
        raise EnvironmentError_(
            f"{folder}: pyvis is there, but no vis-network in it; install it again with `pip install --force-reinstall pyvis`"
        )
    text = found[-1].read_text(encoding="utf-8").replace("\r\n", "\n")
    text = re.sub(r"\n?//# sourceMappingURL=\S*", "", text)
    if "</script" in text.lower():
        raise EnvironmentError_(f"{found[-1]}: a script that cannot stand in a page; install pyvis again")
    return text
