"""A site says which links people decided."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kg.catalog import Catalog
from kg.corrections import Correction, Kind
from kg.graph import write_graph
from kg.model import Paper, Reading


def test_on_the_pages_of_both_ends(
    tmp_path: Path,
    tiny_readings: list[tuple[Paper, Reading]],
    tiny_catalog: Catalog,
    write_site: Callable[..., Path],
    site_of: Callable[[Path], Any],
) -> None:
    line = Correction(Kind.CONFIRM, "arxiv:2402.00002", "dropout", source="c.jsonl", line=1)
    graph = write_graph(tmp_path / "graph", tiny_readings, tiny_catalog, corrections=[line])
    site = site_of(write_site(graph, tmp_path / "site"))
    marked = {path: site.page(path).xpath("//span[@class='tag' and text()='corrected']") for path in site.paths()}
    assert sorted(path.partition("/")[0] for path, tags in marked.items() if tags) == ["concept", "paper"]
    assert {tag.get("title") for tags in marked.values() for tag in tags} == {"Decided by people, in a file of corrections: confirm"}
