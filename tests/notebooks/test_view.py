"""`graph.view()`: the explorer page in one frame of a notebook."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from exports.explorer import render
from kg.errors import UsageError
from kg.graph import Graph
from kg.notebook import View


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def view(tiny_graph: Graph) -> View:
    return tiny_graph.view(height=480, title='Q & A </iframe> "tiny"')


def test_the_cell_is_one_frame_that_holds_the_page(view: View, tiny_graph: Graph) -> None:
    [(tag, attributes)] = Tags(view._repr_html_()).found
    assert tag == "iframe"
    assert attributes["srcdoc"] == view.html == str(view) == render(tiny_graph, title='Q & A </iframe> "tiny"')
    assert attributes["title"] == 'Q & A </iframe> "tiny"'
    assert "height:480px" in (attributes["style"] or "") and "src" not in attributes
    # a page that could reach the notebook could run code in its kernel
    assert set((attributes["sandbox"] or "").split()) == {
        "allow-scripts", "allow-downloads", "allow-popups", "allow-popups-to-escape-sandbox",
    }  # fmt: skip


def test_the_text_beside_it_is_short(view: View) -> None:
    assert repr(view).startswith("<View 'Q & A") and len(repr(view)) < 200


def test_the_page_can_be_saved(view: View, tmp_path: Path) -> None:
    path = view.save(tmp_path / "page.html")
    assert path.read_text(encoding="utf-8") == view.html
    with pytest.raises(UsageError, match="exists already"):
        view.save(path)
    view.save(path, overwrite=True)


def test_options_are_those_of_the_page(tiny_graph: Graph) -> None:
    assert tiny_graph.view(top=3).html == render(tiny_graph, top=3)
    assert tiny_graph.view(papers=True, min_papers=2, seed=3).html == render(tiny_graph, top=1000, papers=True, min_papers=2, seed=3)
    with pytest.raises(UsageError, match="no option 'width' for a view; known: height, top"):
        tiny_graph.view(width=3)
    with pytest.raises(UsageError, match="height is 12; give pixels"):
        tiny_graph.view(height=12)
    with pytest.raises(UsageError, match="top is 0"):
        tiny_graph.view(top=0)
