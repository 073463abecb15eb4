"""One HTML page that shows the graph and the sentences behind it, and that loads nothing from anywhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from exports import Written
from kg.errors import UsageError, did_you_mean
from kg.properties import Given, read

if TYPE_CHECKING:
    from kg.graph import Graph

__all__ = ["ENGINES", "write"]

#: What can draw the page: ours, and vis-network as it comes with pyvis.
ENGINES = ("explorer", "pyvis")


def write(
    graph: Graph,
    path: Path | str,
    *,
    overwrite: bool = False,
    engine: str = "explorer",
    top: int | None = None,
    min_papers: int = 1,
    papers: bool = False,
    seed: int = 1,
    title: str | None = None,
    properties: Given = "",
) -> Written:
    """Writes the page: concepts as nodes, relations as lines, places computed here and fixed.

    Args:
        overwrite: replace an existing file.
        engine: one of `ENGINES`.
        top: at most so many concepts, those that most papers name; by default 400 with pyvis, and with the explorer
            `exports.explorer.TOP`. What is left out is said on the page and in `notes`.
        min_papers: leave out concepts of fewer papers (0 shows the catalog's ancestors, too).
        papers: papers are nodes as well, at most `top` of them.
        seed: for the layout.
        title: heading of the page; by default "Knowledge graph of N papers".
        properties: what analyses found (`kg.properties.Given`): the explorer can show it by size and colour, and lists it.

    Raises:
        UsageError: the file exists and `overwrite` is false, no such engine, a number is out of its range, or pyvis gets properties.
        DataError: the properties are those of another graph, or called as something on the page.
        EnvironmentError_: the file cannot be written, or what draws the page is not installed.
    """
    if engine not in ENGINES:
        raise UsageError(f"no engine {engine!r} for pages; {did_you_mean(engine, ENGINES)}")
    more = read(properties, graph)
    if engine == "pyvis":
        if more.concepts or more.papers:
            raise UsageError("the page of pyvis shows no properties; leave them out, or take the engine explorer")
        from exports.pyvis_page.write import write as by_pyvis

        limit = 400 if top is None else top
        return by_pyvis(graph, path, overwrite=overwrite, top=limit, min_papers=min_papers, papers=papers, seed=seed, title=title)
    from exports.explorer import TOP
    from exports.explorer import write as by_explorer

    limit = TOP if top is None else top
    return by_explorer(
        graph, path, overwrite=overwrite, top=limit, min_papers=min_papers, papers=papers, seed=seed, title=title, properties=more
    )
