"""The writer of the site: what is written, in which order, and where."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from exports import Written
from exports.bundle import bundled
from exports.explorer.properties import columns
from exports.sequence import sorted_lines
from kg.aside import Aside, aside, check_free
from kg.errors import UsageError
from kg.properties import NONE, Given, Properties, read
from kg.site.corpus import Corpus, uses
from kg.site.pages import Pages
from kg.site.words import count

if TYPE_CHECKING:
    from kg.graph import Graph

__all__ = ["check", "is_site", "write"]

#: Tells a folder that holds a site of ours, and may be replaced, from any other.
MARKER = "site.json"
#: What every page loads.
ASSETS = ("site.js", "site.css")
#: Lines of links in memory at once.
RUN = 100_000
Progress = Callable[[str, int, int | None], None]


def is_site(folder: Path) -> bool:
    """Whether a folder holds a site that `write` wrote."""
    try:
        return bool(json.loads((folder / MARKER).read_text(encoding="utf-8"))["generator"] == "paperkg site")
    except (OSError, ValueError, KeyError, TypeError):
        return False


def write(
    graph: Graph,
    path: Path | str,
    *,
    overwrite: bool = False,
    title: str | None = None,
    url: str = "",
    top: int = 2000,
    least: int = 0,
    properties: Given = NONE,
    progress: Progress | None = None,
) -> Written:
    """Writes the whole graph as a folder of pages that opens from the disk as from any host.

    Args:
        overwrite: replace a site that is there; anything else is never replaced.
        title: name of the site; by default "Knowledge graph of N papers".
        url: the address that the folder will have, for the sitemap and the page of the error 404; without it there is no sitemap.
        top: concepts on the explorer's page, at most.
        least: concepts of fewer papers have no page: their names are text, and the search leads to a paper of theirs.
        properties: what analyses found (`kg.properties.Given`): on pages of concepts and papers, and by size and colour in the explorer.
        progress: called with a stage, what of it is done, and how much it is in all.

    Returns:
        The counts of pages of each kind, and in `notes` what is not on them.

    Raises:
        GraphError: something else is at `path`, or a site and `overwrite` is false.
        UsageError: `url` is no web address, `top` is below 1, or `least` below 0.
        DataError: the properties are those of another graph, or called as something in the explorer.
        EnvironmentError_: the folder cannot be written, or the scripts of the pages are not built.
    """
    check(path, overwrite=overwrite, url=url, top=top, least=least)
    more = read(properties, graph)
    with aside(Path(path), overwrite=overwrite, ours=is_site, what="site") as work:
        pages, notes = _fill(graph, work, title, address(url), top, least, more, progress or (lambda *_: None))
    return Written("site", (Path(path),), {**pages.counts, "files": pages.files}, tuple(notes))


def check(path: Path | str, *, overwrite: bool = False, url: str = "", top: int = 1, least: int = 0) -> None:
    """Raises what `write` would raise for these arguments, before anything is done."""
    if top < 1:
        raise UsageError(f"top is {top}; give the number of concepts on the explorer's page, 1 or more")
    if least < 0:
        raise UsageError(f"least is {least}; give the papers that a concept with a page has at least, 0 or more")
    address(url)
    for name in (*ASSETS, "explorer.js"):
        bundled(name)
    check_free(Path(path), overwrite=overwrite, ours=is_site, what="site")


def address(url: str) -> str:
    """An address with a slash at its end; empty stays empty.

    Raises:
        UsageError: it is no http or https address, or has a query or fragment.
    """
    from exports.iris import web_iri

    if not url:
        return ""
    iri = web_iri(url)
    if iri is None or "?" in iri or "#" in iri:
        raise UsageError(f"the address {url!r} is no web address without query and fragment; give one such as https://example.org/graph/")
    return iri if iri.endswith("/") else iri + "/"


def _fill(
    graph: Graph, work: Aside, title: str | None, url: str, top: int, least: int, properties: Properties, progress: Progress
) -> tuple[Pages, list[str]]:
    from kg.site import communities, concepts, explorer, former, heatmaps, lists, papers, search, start
    from kg.site.counts import Links
    from kg.site.related import related
    from kg.site.similar import similar_papers
    from kg.site.trends import Trends
    from kg.site.trends import write as write_trends
    from kg.site.untested import untested

    # names that the explorer has already are said before the work
    told = {of: columns(properties, of) for of in ("concepts", "papers")}
    counts = graph.counts()
    corpus = Corpus(graph)
    lines = sorted_lines(corpus.lines(), work.scratch, RUN)
    pages = Pages(work.new, corpus, title if title is not None else f"Knowledge graph of {count(counts['papers'], 'paper')}", url, least)
    pages.watch = lambda kind, done: progress(f"{kind} pages", done, pages.shown if kind == "concept" else counts["papers"])
    for name in ASSETS:
        pages.put(name, bundled(name))
    links = Links(corpus)
    notes = explorer.write(pages, graph, top, properties)
    pages.properties = told
    trends = Trends(pages)
    found, left = communities.find(graph, corpus)
    pages.communities = {member: community for community in found for member in community.members}
    anchors = concepts.write(pages, uses(lines), related(graph, corpus), untested(corpus), links, trends)
    rising = write_trends(pages, trends, anchors)
    papers.write(pages, similar_papers(corpus))
    lists.write(pages)
    maps = heatmaps.write(pages, links)
    communities.write(pages, found, left)
    search.write(pages)
    picture = communities.drawn(pages, found, "")
    start.write(pages, counts, communities=picture, rising=rising, heat=maps[0] if maps else None)
    start.missing(pages)
    former.write(pages, graph)
    if pages.shown < len(corpus.concepts):
        notes.append(f"{count(len(corpus.concepts) - pages.shown, 'concept')} of fewer than {count(least, 'paper')} without a page")
    start.sitemap(pages)
    pages.put(MARKER, json.dumps({"generator": "paperkg site", "format": 1, "graph": graph.fingerprint}) + "\n")
    return pages, notes
