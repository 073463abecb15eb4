"""The spine on the real listing, with a reader that reads nothing: how many papers there are does not depend on the reader."""

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
