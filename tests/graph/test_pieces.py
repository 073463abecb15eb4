"""The pieces below graph and build: folders written aside, records on the disk, rows in order, batches in order."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from kg.aside import aside
from kg.batches import Same, read_all
from kg.errors import GraphError, UsageError
from kg.model import Paper, Reading
from kg.rows import paper_row, row_paper
from kg.spool import Entry, Records, SortedRows, Spool, paper_of


def anything(folder: Path) -> bool:
    return True


def test_a_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "target"
    with aside(target, overwrite=False, ours=anything) as work:
        (work.new / "a").write_text("1")
        (work.scratch / "b").write_text("2")
        assert not target.exists()
    assert [p.name for p in target.iterdir()] == ["a"]
    with pytest.raises(ZeroDivisionError), aside(target, overwrite=True, ours=anything) as work:
        (work.new / "c").write_text("3")
        raise ZeroDivisionError
    assert [p.name for p in target.iterdir()] == ["a"]
    assert [p.name for p in target.parent.iterdir()] == ["target"]


def test_what_comes_into_the_way_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    target = tmp_path / "target"
    with pytest.raises(GraphError, match="a graph is there already"), aside(target, overwrite=False, ours=anything):
        target.mkdir()
        (target / "theirs").write_text("x")
    assert (target / "theirs").read_text() == "x"


def test_a_swap_that_was_killed_half_way_is_undone(tmp_path: Path) -> None:
    old = tmp_path / ".target.partial" / "old"
    old.mkdir(parents=True)
    (old / "a").write_text("old")
    target = tmp_path / "target"
    with pytest.raises(ZeroDivisionError), aside(target, overwrite=True, ours=anything):
        assert (target / "a").read_text() == "old", "the old folder is back before the work begins"
        raise ZeroDivisionError
    assert (target / "a").read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["target"]


def test_an_empty_folder_may_be_filled(tmp_path: Path) -> None:
    with aside(tmp_path / "empty", overwrite=False, ours=lambda _: False) as work:
        (tmp_path / "empty").mkdir()
        (work.new / "a").write_text("1")
    assert (tmp_path / "empty" / "a").exists()


def test_a_link_to_a_folder_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with aside(tmp_path / "link", overwrite=True, ours=anything) as work:
        (work.new / "a").write_text("1")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "a").exists()


def test_a_spool_gives_back_what_it_got(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    content = {f"{n % 7}-{n}": bytes([n]) * n for n in range(100)}
    for key, data in content.items():
        spool[key] = data
    spool["0-0"] = b"newer"
    assert list(spool) == sorted(content)
    assert (len(spool), "1-1" in spool, "none" in spool) == (100, True, False)
    assert {key: spool[key] for key in spool} == {**content, "0-0": b"newer"}
    spool.close()


def test_rows_come_sorted_from_memory_and_disk(tmp_path: Path) -> None:
    rows = [{"n": n % 10, "m": n} for n in range(57)]
    random.Random(1).shuffle(rows)
    for size in (3, 57, 1000):
        found = SortedRows(tmp_path, f"s{size}", lambda r: (r["n"], r["m"]), size)
        for row in rows:
            found.add(row)
        assert found.count == 57
        assert list(found) == sorted(rows, key=lambda r: (r["n"], r["m"]))


def test_records_are_kept_once_and_make_papers(tmp_path: Path, tiny_papers: list[Paper]) -> None:
    first = tiny_papers[1]
    twin = replace(first, id="title:prismnet", arxiv=None, abstract="", source="b.bib", line=7, venue=None)
    records = Records(tmp_path)
    groups = records.gather(paper_row(p, "d") for p in (*tiny_papers, first, twin, first))
    assert records.repeated == 2
    assert [len(numbers) for numbers in groups.values()] == [1, 2, 1, 1, 1, 1, 1, 1]
    made = paper_of(first.id, records.rows(groups[first.id]))
    assert row_paper(made.paper) == first
    assert [row["id"] for row in made.records] == [first.id, "title:prismnet"]
    alone = paper_of(tiny_papers[0].id, records.rows(groups[tiny_papers[0].id]))
    assert (row_paper(alone.paper), alone.records) == (tiny_papers[0], [])
    records.close()


def test_an_entry_comes_back_from_its_bytes(tiny_readings: list[tuple[Paper, Reading]]) -> None:
    for paper, reading in tiny_readings:
        entry = Entry.of(paper, reading, digest="d")
        again = Entry.load(entry.dump())
        assert again == entry
        assert (row_paper(again.paper), again.reading()) == (paper, reading)


class Counting:
    """Gives empty readings and remembers the batches."""

    fingerprint = "counting"

    def __init__(self) -> None:
        self.batches: list[int] = []

    def read(self, papers: Sequence[Paper]) -> list[Reading]:
        self.batches.append(len(papers))
        return [Reading(p.id, (), ()) for p in papers]


def test_batches_are_read_as_they_are_asked_for(tiny_papers: list[Paper]) -> None:
    reader, taken = Counting(), []

    def source() -> object:
        for number, paper in enumerate(tiny_papers):
            taken.append(number)
            yield paper, number

    found = read_all(Same(reader), source(), size=3)  # type: ignore[arg-type]
    assert next(found)[0] == tiny_papers[0]
    assert (taken, reader.batches) == ([0, 1, 2], [3]), "no more is taken than the first batch needs"
    assert [(paper.id, number, reading.paper) for paper, number, reading in found] == [
        (p.id, n, p.id) for n, p in enumerate(tiny_papers) if n
    ]
    assert reader.batches == [3, 3, 2]


def test_fewer_than_one_process_is_refused() -> None:
    with pytest.raises(UsageError, match="workers is -1"):
        list(read_all(Same(Counting()), [], workers=-1))
