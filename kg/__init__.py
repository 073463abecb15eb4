"""paperkg: machine-learning papers in, a graph of linked concepts out.

    import kg
    result = kg.build(["papers.jsonl"], "graph")     # load, recognise, link, relate, resolve, save
    graph = kg.open("graph")
    kg.link("We fine-tune BERT on SQuAD.").explain()

Everything here is imported when it is first used, so that `import kg` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.build import build
    from kg.catalog import Catalog
    from kg.explain import Linked, link
    from kg.graph import Graph
    from kg.graph import open_graph as open  # noqa: A004
    from kg.model import Concept, ConceptLink, Link, Paper
    from kg.reader import Reader
    from kg.table import Table

#: Name → where it is. `kg.build` is the module of that name, which can be called like its function.
_PLACES = {
    "Catalog": "kg.catalog:Catalog",
    "Concept": "kg.model:Concept",
    "ConceptLink": "kg.model:ConceptLink",
    "Graph": "kg.graph:Graph",
    "Link": "kg.model:Link",
    "Linked": "kg.explain:Linked",
    "Paper": "kg.model:Paper",
    "Reader": "kg.reader:Reader",
    "Table": "kg.table:Table",
    "build": "kg.build:",
    "link": "kg.explain:link",
    "open": "kg.graph:open_graph",
}
__all__ = [
    "Catalog",
    "Concept",
    "ConceptLink",
    "Graph",
    "Link",
    "Linked",
    "Paper",
    "Reader",
    "Table",
    "build",
    "link",
    "open",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("paperkg")
    if name not in _PLACES:
        raise AttributeError(f"module 'kg' has no attribute {name!r}")
    from kg.rooms import check_rooms

    # before anything of ours imports `loaders`: a file of that name beside the user's script would come first
    check_rooms()
    module, _, attribute = _PLACES[name].partition(":")
    found = import_module(module)
    return getattr(found, attribute) if attribute else found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, "__version__"})
