"""`kg site`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exports import bundle
from kg.graph import Graph


@pytest.fixture(autouse=True)
def small_bundle(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand-ins for the built scripts, which are tested in a browser."""
    folder = tmp_path_factory.mktemp("dist")
    for name in ("site.js", "site.css", "explorer.js", "explorer.css"):
        (folder / name).write_text("")
    monkeypatch.setattr(bundle, "FOLDER", folder)


def test_writes_a_site_and_says_where(kg: Callable[..., Any], tiny_graph: Graph, tmp_path: Path) -> None:
    target = tmp_path / "public"
    ran = kg("site", tiny_graph.path, "-o", target, "--title", "Our <papers>", "--url", "https://example.org/x/", "--json")
    assert ran.code == 0, ran.err
    assert f"open {target / 'index.html'} in a browser" in ran.err
    assert ran.json()["counts"]["paper"] == tiny_graph.counts()["papers"]
    assert "<title>Start · Our &lt;papers&gt;</title>" in (target / "index.html").read_text()
    assert (target / "sitemap.xml").exists()
    again = kg("site", tiny_graph.path, "-o", target)
    assert again.code == 1
    assert "--overwrite" in again.err
    assert kg("site", tiny_graph.path, "-o", target, "--overwrite").code == 0
    assert not (target / "sitemap.xml").exists()


def test_a_dry_run_checks_and_writes_nothing(kg: Callable[..., Any], tiny_graph: Graph, tmp_path: Path) -> None:
    ran = kg("site", tiny_graph.path, "-o", tmp_path / "public", "--dry-run")
    assert ran.code == 0
    assert "nothing was written" in ran.err
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "notes.txt").write_text("mine")
    assert kg("site", tiny_graph.path, "-o", tmp_path, "--dry-run").code == 1
    assert kg("site", tiny_graph.path, "-o", tmp_path / "public", "--url", "nowhere").code == 2
