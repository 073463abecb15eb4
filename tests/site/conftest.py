"""Sites of small graphs, with a stand-in for the built scripts, which are tested in a browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from exports import bundle
from kg.graph import Graph
from kg.site import write


class Site:
    """A written site: its pages, parsed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pages: dict[str, html.HtmlElement] = {}

    def paths(self) -> list[str]:
        """All pages with the layout of the site, by path."""
        own = {"404.html", "explorer.html", *self.former()}
        return sorted(p for f in self.folder.rglob("*.html") if (p := f.relative_to(self.folder).as_posix()) not in own)

    def former(self) -> list[str]:
        """The pages of former ids, which lead on."""
        files = (self.folder / "concept").glob("*.html")
        return sorted(f.relative_to(self.folder).as_posix() for f in files if 'http-equiv="refresh"' in f.read_text(encoding="utf-8"))

    def page(self, path: str) -> html.HtmlElement:
        """A page, parsed as browsers do."""
        if path not in self._pages:
            self._pages[path] = html.document_fromstring((self.folder / path).read_text(encoding="utf-8"))
        return self._pages[path]

    def text(self, path: str, xpath: str = "//main") -> str:
        """The words of a page, or of a part of it, with single spaces."""
        return " ".join(" ".join(part.text_content() for part in self.page(path).xpath(xpath)).split())


@pytest.fixture(scope="session")
def stand_ins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    for name in ("site.js", "explorer.js"):
        (folder / name).write_text("document.title;")
    for name in ("site.css", "explorer.css"):
        (folder / name).write_text("body{margin:0}")
    return folder


@pytest.fixture(autouse=True)
def small_bundle(stand_ins: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(bundle, "FOLDER", stand_ins)
    return stand_ins


@pytest.fixture(scope="session")
def write_site(stand_ins: Path) -> Callable[..., Path]:
    """Writes a site with the stand-ins, which are gone again after it, so that no test of a browser gets them."""

    def make(graph: Graph, folder: Path, **options: Any) -> Path:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(bundle, "FOLDER", stand_ins)
            write(graph, folder, **options)
        return folder

    return make


@pytest.fixture(scope="session")
def site_of() -> Callable[[Path], Site]:
    """A written site by its folder."""
    return Site


@pytest.fixture(scope="session")
def tiny_site(tiny_graph: Graph, tmp_path_factory: pytest.TempPathFactory, write_site: Callable[..., Path]) -> Site:
    """The site of the eight papers."""
    return Site(write_site(tiny_graph, tmp_path_factory.mktemp("tiny site") / "site"))


@pytest.fixture(scope="session")
def small_site(tiny_graph: Graph, tmp_path_factory: pytest.TempPathFactory, write_site: Callable[..., Path]) -> Site:
    """The same with pages of concepts of two papers and more."""
    return Site(write_site(tiny_graph, tmp_path_factory.mktemp("small site") / "site", least=2))


@pytest.fixture(scope="session")
def awkward_site(awkward_graph: Graph, tmp_path_factory: pytest.TempPathFactory, write_site: Callable[[Graph, Path], Path]) -> Site:
    """The site of the graph whose ids and texts hold everything that formats trip over."""
    return Site(write_site(awkward_graph, tmp_path_factory.mktemp("awkward site") / "site"))
