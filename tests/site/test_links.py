"""Every link of every page leads somewhere, every page is reached, and no page needs to know where it is."""

from __future__ import annotations

import posixpath
import re
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from kg.site.pages import POLICY

SITES = ("tiny_site", "awkward_site", "small_site")


def inner_links(site: Any, path: str) -> list[tuple[str, str]]:
    """The links of a page to others: path from the root of the site, and anchor."""
    found = []
    for target in site.page(path).xpath("//@href | //@src"):
        parts = urlsplit(target)
        if parts.scheme in ("http", "https"):
            continue
        assert not parts.scheme and not parts.netloc and not parts.path.startswith("/"), (path, target)
        whole = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(parts.path))) if parts.path else path
        found.append((whole, unquote(parts.fragment)))
    return found


@pytest.mark.parametrize("name", SITES)
def test_links_and_anchors_resolve(name: str, request: pytest.FixtureRequest) -> None:
    site = request.getfixturevalue(name)
    checked = 0
    for path in site.paths():
        for target, anchor in inner_links(site, path):
            assert (site.folder / target).is_file(), f"{path}: no {target}"
            if anchor and target != "explorer.html":
                assert site.page(target).xpath("//*[@id=$id]", id=anchor), f"{path}: {target} has no #{anchor}"
            checked += 1
    assert checked > 300


@pytest.mark.parametrize("name", SITES)
def test_every_page_is_reached_from_the_start(name: str, request: pytest.FixtureRequest) -> None:
    site = request.getfixturevalue(name)
    seen, waiting = {"index.html"}, ["index.html"]
    while waiting:
        for target, _ in inner_links(site, waiting.pop()):
            if target.endswith(".html") and target not in seen:
                seen.add(target)
                if target != "explorer.html":
                    waiting.append(target)
    assert set(site.paths()) | {"explorer.html"} == seen


@pytest.mark.parametrize("name", SITES)
def test_pages_are_whole_and_run_nothing_but_the_script(name: str, request: pytest.FixtureRequest) -> None:
    site = request.getfixturevalue(name)
    titles = []
    for path in site.paths():
        page = site.page(path)
        assert page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content") == [POLICY], path
        assert page.get("lang") == "en"
        assert len(page.xpath("//h1")) == 1, path
        assert len(page.xpath("//main")) == 1, path
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids)), (path, ids)
        for wanted in page.xpath("//@aria-describedby"):
            assert set(wanted.split()) <= set(ids), path
        # one script, from a file; nothing else that could run, and no style that the policy would refuse
        (script,) = page.xpath("//script")
        assert script.get("src").endswith("site.js") and not script.text
        assert not page.xpath("//style | //iframe | //object | //img | //form | //base")
        assert [a for a in page.xpath("//@*") if a.attrname.startswith("on") or a.attrname in ("style", "title")] == [], path
        assert {urlsplit(h).scheme for h in page.xpath("//@href")} <= {"", "http", "https"}, path
        for link in page.xpath("//a[starts-with(@href, 'http')]"):
            assert "noopener" in link.get("rel", "")
        (title,) = page.xpath("//title/text()")
        titles.append(title)
    # two tabs with one name cannot be told apart
    assert len(titles) == len(set(titles)) or name == "awkward_site"


@pytest.mark.parametrize("name", SITES)
def test_no_file_holds_a_path_of_this_machine(name: str, request: pytest.FixtureRequest) -> None:
    site = request.getfixturevalue(name)
    for file in site.folder.rglob("*"):
        relative = file.relative_to(site.folder).as_posix()
        assert re.fullmatch(r"[a-z0-9_./-]+", relative), relative
        if file.is_file():
            content = file.read_bytes()
            assert str(site.folder).encode() not in content and b"/tmp/" not in content, relative
    names = [file.as_posix().lower() for file in site.folder.rglob("*")]
    assert len(names) == len(set(names))
