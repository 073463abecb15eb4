"""The frame of `graph.view()` in a real browser, in HTML as a notebook is exported to. A console error or a request to any host fails."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg.graph import Graph

pytestmark = pytest.mark.browser

COLORS = (
    "const c = document.querySelector('canvas'), d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
    "return new Set(new Uint32Array(d.buffer)).size"
)


def test_the_frame_draws_alone_and_loads_nothing(tiny_graph: Graph, open_page: Callable[..., Any], tmp_path: Path) -> None:
    cells = "".join(
        f'<div class="output">{thing._repr_html_()}</div>'
        for thing in (tiny_graph, tiny_graph.show("BERT"), tiny_graph.view(height=700), tiny_graph.view(height=400, top=5))
    )
    path = tmp_path / "exported.html"
    html = f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>n</title></head><body data-ready="yes">{cells}</body></html>'
    path.write_text(html, encoding="utf-8")
    page = open_page(path)
    frames = page.all("iframe")
    assert [frame.size["height"] for frame in frames] == [700, 400]
    for frame in frames:
        # browsers draw a frame of another origin only where it can be seen
        page.js("arguments[0].scrollIntoView()", frame)
        page.driver.switch_to.frame(frame)
        try:
            page.wait(lambda: page.js("return document.body.dataset.ready") == "yes")
            page.wait(lambda: page.js(COLORS) > 20)
            # an origin of its own: nothing of the notebook can be reached from here
            assert page.js("return self.origin") == "null"
            assert page.js("try { return parent.document.title } catch { return 'refused' }") == "refused"
            assert page.js("return performance.getEntriesByType('resource').map((e) => e.name)") == []
            page.js("location.hash = '#concept=bert'")
            page.wait(lambda: "We ask whether an LLM resolves pronouns" in page.text("body"))
        finally:
            page.driver.switch_to.default_content()
    # what is asked of the page in the frame stays there
    assert page.js("return location.hash") == ""
