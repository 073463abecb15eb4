"""The start page, the page of the error 404, and the sitemap."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from markupsafe import escape

from kg.model import ConceptType
from kg.site.lists import year_chart

if TYPE_CHECKING:
    from kg.site.pages import Pages

__all__ = ["missing", "sitemap", "write"]

#: Concepts of a type in the lists of the start page.
TOP = 8
#: Addresses in one sitemap, as its protocol allows at most.
MOST = 50_000
_STYLE = (
    "html{background:#fff;color:#1b222c}a{color:inherit}body{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:15vh auto;"
    "padding:0 1rem}"
    "@media (prefers-color-scheme:dark){html{background:#12161c;color:#e6eaf0}}"
)


def write(pages: Pages, counts: dict[str, int], *, communities: Any, rising: tuple[str, list[Any]], heat: Any) -> None:
    """Writes `index.html`."""
    corpus = pages.corpus
    types = []
    for type_ in ConceptType:
        top = [n for n, c in enumerate(corpus.concepts) if c.type is type_ and corpus.papers_of[n]][:TOP]
        types.append((type_, top, corpus.papers_of[top[0]] if top else 1))
    pages.write(
        "start", "index.html", pages.template("index"), counts=counts, chart=year_chart(corpus, ""), types=types, communities=communities,
        heat=heat, rising_words=rising[0], rising=rising[1], explored=len(pages.explored),
    )  # fmt: skip


def missing(pages: Pages) -> None:
    """Writes `404.html`. A host shows it under any address, so it needs no file beside it, and knows the start page only by `url`."""
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    home = urlsplit(pages.url).path if pages.url else "index.html"
    pages.put(
        "404.html",
        f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>No such page · {escape(pages.title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<h1>No such page</h1>
<p>No concept or paper of the graph has this address, or none has it any more. The search at the start knows all their names.</p>
<p><a href="{escape(home)}">To the start of {escape(pages.title)}</a></p>
</main>
</body>
</html>
""",
    )


def sitemap(pages: Pages) -> None:
    """Writes `sitemap.xml`, and the parts it names where there are more pages than one may list; nothing without `url`."""
    if not pages.url:
        return
    paths = sorted(pages.paths)
    parts = [paths[n : n + MOST] for n in range(0, len(paths), MOST)]
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    sets = [
        f"{head}<urlset {space}>\n"
        + "".join(f"<url><loc>{_loc(pages.url, p)}</loc></url>\n" for p in part) + "</urlset>\n" for part in parts
    ]  # fmt: skip
    if len(sets) == 1:
        pages.put("sitemap.xml", sets[0])
        return
    for n, text in enumerate(sets, 1):
        pages.put(f"sitemap-{n}.xml", text)
    listed = "".join(f"<sitemap><loc>{_loc(pages.url, f'sitemap-{n}.xml')}</loc></sitemap>\n" for n in range(1, len(sets) + 1))
    pages.put("sitemap.xml", f"{head}<sitemapindex {space}>\n{listed}</sitemapindex>\n")


def _loc(url: str, path: str) -> str:
    return str(escape(url + quote(path)))
