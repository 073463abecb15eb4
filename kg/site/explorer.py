"""The explorer's page within the site."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.graph import Graph
    from kg.properties import Properties
    from kg.site.pages import Pages

__all__ = ["write"]


def write(pages: Pages, graph: Graph, top: int, properties: Properties) -> list[str]:
    """Writes `explorer.html` and notes which concepts are on it, so that their pages lead there; returns what it leaves out, in words."""
    from exports.explorer import content, page
    from exports.inline import script_json

    made = content(graph, top=top, title=pages.title, properties=properties)
    pages.put("explorer.html", page(made.data["title"], script_json(made.data)))
    pages.counts["explorer"] = 1
    pages.paths.append("explorer.html")
    pages.explored = frozenset(made.data["concepts"]["id"])
    return [f"The explorer: {note[0].lower()}{note[1:]}" for note in made.notes]
