"""The spine on the real listing, and with the real reader."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from kg.build import build
from kg.catalog import Catalog
from kg.model import Paper, Reading


class Nothing:
    fingerprint = "nothing"
    catalog = Catalog()

    def read(self, papers: Sequence[Paper]) -> list[Reading]:
        return [Reading(p.id, (), ()) for p in papers]


@pytest.mark.corpus
def test_the_listing_has_113_papers(tmp_path: Path, shared: Path) -> None:
    result = build(shared / "corpus" / "trending-papers.txt", tmp_path / "g", reader=Nothing())
    assert (result.counts["papers"], result.counts["rejected"]) == (113, 0)
    assert [(s.loader, s.papers) for s in result.sources] == [("listing", 113)]
    assert all(paper.abstract for paper in result.graph.papers())


def test_a_reading_does_not_depend_on_the_batch(tiny_papers: list[Paper], tiny_catalog: Catalog) -> None:
    from kg.reader import Reader

    reader = Reader(tiny_catalog)
    together = reader.read(tiny_papers)
    assert any(reading.findings for reading in together)
    assert [reader.read([paper])[0] for paper in tiny_papers] == together
    assert reader.read(tiny_papers[::-1]) == together[::-1]


@pytest.mark.corpus
def test_the_listing_gives_the_same_bytes_in_pieces(tmp_path: Path, shared: Path, tiny_catalog: Catalog) -> None:
    import loaders
    from kg.reader import Reader

    file = shared / "corpus" / "trending-papers.txt"
    reader = Reader(tiny_catalog)
    whole = build(file, tmp_path / "whole", reader=reader).graph
    items = list(loaders.read(file))
    inputs = [(about["name"], about["sha256"]) for about in whole.manifest["inputs"]]
    graph = build(papers=[p for p in items if isinstance(p, Paper)][50:], out=tmp_path / "pieces", reader=reader).graph
    graph.remove([p.id for p in graph.papers()])
    for low in range(0, len(items), 40):
        graph.append(items[low : low + 40], reader=reader, inputs=inputs)
    assert {p.name: p.read_bytes() for p in graph.path.iterdir()} == {p.name: p.read_bytes() for p in whole.path.iterdir()}
