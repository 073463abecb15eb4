"""kg view: the page through the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import exports
from exports.explorer import render
from kg.graph import Graph

Run = Callable[..., Any]


def test_writes_the_page_that_export_and_python_write(kg: Run, tiny_graph: Graph, tmp_path: Path) -> None:
    ran = kg("view", tiny_graph.path, "-o", tmp_path / "a.html", "--top", "7", "--papers", "--title", "Here & there")
    assert (ran.code, ran.out) == (0, "")
    page = (tmp_path / "a.html").read_text("utf-8")
    assert page == render(tiny_graph, top=7, papers=True, title="Here & there")
    assert f"wrote {tmp_path / 'a.html'}" in ran.err and "7 of" in ran.err
    ran = kg("export", tiny_graph.path, "html", "-o", "-", "--set", "top=7", "--set", "papers=true", "--set", "title=Here & there")
    assert ran.out == page
    assert kg("view", tiny_graph.path, "-o", "-", "--top", "7", "--papers", "--title", "Here & there").out == page


def test_pyvis_is_the_other_engine(kg: Run, tiny_graph: Graph, tmp_path: Path) -> None:
    assert kg("view", tiny_graph.path, "-o", tmp_path / "a.html", "--engine", "pyvis").code == 0
    exports.export(tiny_graph, "html", tmp_path / "b.html", engine="pyvis")
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()
    assert "vis-network" in (tmp_path / "a.html").read_text("utf-8")


def test_opens_it_where_asked(kg: Run, tiny_graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda url: not opened.append(url))
    assert kg("view", tiny_graph.path, "-o", tmp_path / "a b.html", "--open").code == 0
    assert opened == [(tmp_path / "a b.html").as_uri()]
    monkeypatch.setattr("webbrowser.open", lambda url: False)
    ran = kg("view", tiny_graph.path, "-o", tmp_path / "a b.html", "--open", "--overwrite")
    assert ran.code == 0 and "no browser could be started" in ran.err


def test_refusals(kg: Run, tiny_graph: Graph, tmp_path: Path) -> None:
    (tmp_path / "there.html").write_text("mine")
    for arguments, code, message in (
        (["-o", tmp_path / "there.html"], 2, "exists already"),
        (["-o", "-", "--open"], 2, "--open needs a file"),
        (["-o", tmp_path / "x.html", "--engine", "pyvi"], 2, "did you mean pyvis"),
        (["-o", tmp_path / "x.html", "--top", "0"], 2, "top is 0"),
    ):
        ran = kg("view", tiny_graph.path, *arguments)
        assert (ran.code, ran.out) == (code, "") and message in ran.err
    assert (tmp_path / "there.html").read_text() == "mine"
    assert kg("view", tmp_path / "none", "-o", tmp_path / "x.html").code == 1
    assert not (tmp_path / "x.html").exists()
