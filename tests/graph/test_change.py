"""append and remove: one by one is all at once, and what is added and taken out leaves no trace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kg.build import build
from kg.errors import DataError, GraphError, PaperkgError
from kg.graph import Graph
from kg.model import Note, Paper, Rejected

Bytes = Callable[[Path], dict[str, bytes]]


def test_one_by_one_is_all_at_once(tmp_path: Path, tiny_papers: list[Paper], fake_reader: Any, bytes_of: Bytes) -> None:
    build(papers=tiny_papers, out=tmp_path / "all", reader=fake_reader)
    graph = build(papers=tiny_papers[4:5], out=tmp_path / "one", reader=fake_reader).graph
    for paper in reversed(tiny_papers[:4] + tiny_papers[5:]):
        change = graph.append([paper], reader=fake_reader)
        assert (change.added, change.removed, change.changed, change.read) == ((paper.id,), (), (), 1)
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "all")
    assert [p.id for p in graph.papers()] == [p.id for p in tiny_papers]


def test_add_then_remove_is_before(tmp_path: Path, tiny_papers: list[Paper], fake_reader: Any, bytes_of: Bytes) -> None:
    graph = build(papers=tiny_papers[:5], out=tmp_path / "g", reader=fake_reader).graph
    before = bytes_of(graph.path)
    graph.append(tiny_papers[5:], reader=fake_reader)
    assert bytes_of(graph.path) != before
    change = graph.remove([p.id for p in tiny_papers[5:]])
    assert change.removed == tuple(p.id for p in tiny_papers[5:])
    assert change.read == 0
    assert bytes_of(graph.path) == before


def test_a_second_record_of_a_paper_is_merged_and_can_be_taken_out_again(
    tmp_path: Path, tiny_papers: list[Paper], fake_reader: Any, bytes_of: Bytes
) -> None:
    graph = build(papers=tiny_papers, out=tmp_path / "g", reader=fake_reader).graph
    before = bytes_of(graph.path)
    first = graph.paper("arxiv:2401.00001")
    longer = replace(first, abstract=first.abstract + " It also helps machine translation with dropout.", source="third.bib", line=9)
    change = graph.append([longer], reader=fake_reader)
    assert (change.added, change.changed, change.read) == ((), (first.id,), 1)
    assert graph.paper(first.id).abstract == longer.abstract
    assert graph.counts()["records"] == 2
    assert "machine-translation" in {link.concept for link in graph.links() if link.paper == first.id}
    build(papers=[longer, *tiny_papers], out=tmp_path / "all", reader=fake_reader)
    assert bytes_of(graph.path) == bytes_of(tmp_path / "all")
    change = graph.remove([longer], reader=fake_reader)
    assert (change.removed, change.changed, change.read) == ((), (first.id,), 1)
    assert bytes_of(graph.path) == before


def test_two_papers_of_one_title_get_other_ids_and_back(
    tmp_path: Path, tiny_papers: list[Paper], fake_reader: Any, bytes_of: Bytes
) -> None:
    graph = build(papers=tiny_papers, out=tmp_path / "g", reader=fake_reader).graph
    before = bytes_of(graph.path)
    farm = next(p for p in tiny_papers if p.id == "title:sentiment-of-llamas")
    other = replace(farm, authors=("Somebody Else",), year=1999, abstract="An older one on dropout.", source="old.csv")
    change = graph.append([other], reader=fake_reader)
    assert len(change.added) == 2
    assert change.removed == (farm.id,)
    assert change.read == 1, "the reading of the first one is kept under its new id"
    build(papers=[other, *tiny_papers], out=tmp_path / "all", reader=fake_reader)
    assert bytes_of(graph.path) == bytes_of(tmp_path / "all")
    graph.remove([other])
    assert bytes_of(graph.path) == before


def test_the_same_record_again_changes_nothing(tmp_path: Path, tiny_papers: list[Paper], fake_reader: Any, bytes_of: Bytes) -> None:
    graph = build(papers=tiny_papers, out=tmp_path / "g", reader=fake_reader).graph
    before, calls = bytes_of(graph.path), fake_reader.calls
    change = graph.append(tiny_papers, reader=fake_reader)
    assert (change.added, change.changed, change.repeated, change.read) == ((), (), len(tiny_papers), 0)
    assert fake_reader.calls == calls
    assert bytes_of(graph.path) == before


def test_rejections_come_and_go_with_their_input(tmp_path: Path, tiny_papers: list[Paper], fake_reader: Any, bytes_of: Bytes) -> None:
    graph = build(papers=[p for p in tiny_papers if p.source == "tiny.jsonl"], out=tmp_path / "g", reader=fake_reader).graph
    before = bytes_of(graph.path)
    more = [p for p in tiny_papers if p.source == "more.csv"]
    bad, note = Rejected("more.csv", 9, "missing title"), Note("more.csv", 1, "header")
    inputs = [("more.csv", "c" * 64)]
    change = graph.append([*more, bad, note], reader=fake_reader, inputs=inputs)
    assert change.rejected == 1
    assert (graph.counts()["rejected"], graph.counts()["notes"]) == (1, 1)
    assert list(graph.rejected()) == [bad]
    appended = bytes_of(graph.path)
    graph.append([bad, note, *more], reader=fake_reader, inputs=inputs)
    assert bytes_of(graph.path) == appended, "an input that is read again adds nothing, not even its rejections"
    graph.remove(inputs=["more.csv"])
    assert bytes_of(graph.path) == before


def test_all_papers_can_go(tmp_path: Path, tiny_papers: list[Paper], fake_reader: Any, bytes_of: Bytes) -> None:
    graph = build(papers=tiny_papers, out=tmp_path / "g", reader=fake_reader).graph
    before = bytes_of(graph.path)
    graph.remove([p.id for p in tiny_papers])
    assert graph.counts()["papers"] == graph.counts()["concepts"] == graph.counts()["links"] == 0
    assert (list(graph.links()), list(graph.concept_links()), graph.to_networkx().number_of_nodes()) == ([], [], 0)
    graph.append(tiny_papers, reader=fake_reader)
    assert bytes_of(graph.path) == before


def test_unknown_papers_records_and_inputs_are_named(tmp_path: Path, tiny_papers: list[Paper], fake_reader: Any, bytes_of: Bytes) -> None:
    graph = build(papers=tiny_papers, out=tmp_path / "g", reader=fake_reader).graph
    before = bytes_of(graph.path)
    with pytest.raises(GraphError, match=r"no paper 'arxiv:2401\.00002'; did you mean .*arxiv:2401\.00001"):
        graph.remove(["arxiv:2401.00002"])
    with pytest.raises(GraphError, match=r"no record equal to 'arxiv:2401\.00001'.*tiny\.jsonl:77"):
        graph.remove([replace(tiny_papers[1], line=77)])
    with pytest.raises(GraphError, match=r"no input 'tiny\.json'; did you mean tiny\.jsonl"):
        graph.remove(inputs=["tiny.json"])
    assert bytes_of(graph.path) == before


def test_another_reader_is_refused(tmp_path: Path, tiny_papers: list[Paper], fake_reader: Any, fake_module: Any, bytes_of: Bytes) -> None:
    from kg.catalog import Catalog

    graph = build(papers=tiny_papers[:3], out=tmp_path / "g", reader=fake_reader).graph
    before = bytes_of(graph.path)
    with pytest.raises(GraphError, match="read with other settings"):
        graph.append(tiny_papers[3:], reader=fake_module.FakeReader(Catalog()))
    assert bytes_of(graph.path) == before
    assert [p.name for p in tmp_path.iterdir()] == ["g"]


def test_what_cannot_be_stored_stops_an_append(tmp_path: Path, tiny_papers: list[Paper], fake_reader: Any, bytes_of: Bytes) -> None:
    graph = build(papers=tiny_papers[:3], out=tmp_path / "g", reader=fake_reader).graph
    before = bytes_of(graph.path)
    for wrong, found in ((replace(tiny_papers[4], title="half \ud83d"), "U\\+D83D"), (replace(tiny_papers[4], id=""), "id is empty")):
        with pytest.raises(DataError, match=found):
            graph.append([wrong], reader=fake_reader)
    assert bytes_of(graph.path) == before


def test_an_older_view_of_a_changed_graph_says_so(tmp_path: Path, tiny_papers: list[Paper], fake_reader: Any) -> None:
    graph = build(papers=tiny_papers[:3], out=tmp_path / "g", reader=fake_reader).graph
    older = Graph.open(graph.path)
    fingerprint = graph.fingerprint
    graph.append(tiny_papers[3:], reader=fake_reader)
    assert graph.fingerprint != fingerprint
    with pytest.raises(GraphError, match="was replaced since it was opened"):
        list(older.links())
    assert older.refresh().counts() == graph.counts()


def test_a_reader_that_loses_papers_is_found_out(tmp_path: Path, tiny_papers: list[Paper], fake_reader: Any) -> None:
    fake_reader.read = lambda papers: []
    with pytest.raises(PaperkgError, match="0 readings for 8 papers"):
        build(papers=tiny_papers, out=tmp_path / "g", reader=fake_reader)
    assert not (tmp_path / "g").exists()
