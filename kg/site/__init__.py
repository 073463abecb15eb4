"""The whole graph as a static site: a page for every concept and every paper, pages over all of them, and a search without a server.

`write` writes it; what stands where is in docs/how-to/site.md. One kind of page a module, texts and layout in `templates/`.
"""

from kg.site.write import check, write

__all__ = ["check", "write"]
