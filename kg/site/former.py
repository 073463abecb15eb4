"""Small pages for ids that concepts had before: links that others made stay true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import escape

from kg.site.names import safe_name

if TYPE_CHECKING:
    from kg.graph import Graph
    from kg.site.pages import Pages

__all__ = ["write"]

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; base-uri 'none'; form-action 'none'">
<meta http-equiv="refresh" content="0; url={file}.html">
<meta name="robots" content="noindex">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{label}</title>
<link rel="canonical" href="{file}.html">
</head>
<body><main><h1>{label}</h1><p>The concept that had this address is now at <a href="{file}.html">{label}</a>.</p></main></body>
</html>
"""


def write(pages: Pages, graph: Graph) -> None:
    """Writes a page for each former id of a concept that has a page, which leads there; they stand in no list and no sitemap."""
    corpus = pages.corpus
    for other, owner in graph.other_ids().items():
        number = corpus.number[owner]
        if not pages.has(number):
            continue
        # names of files are letters, digits, hyphens and _
        text = _PAGE.format(file=corpus.files[number], label=escape(corpus.concepts[number].label))
        pages.put(f"concept/{safe_name(other)}.html", text)
        pages.counts["former ids"] = pages.counts.get("former ids", 0) + 1
