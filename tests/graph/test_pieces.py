"""The pieces below graph and build: folders written aside, records on the disk, rows in order, batches in order."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kg.aside import aside
from kg.batches import Same, read_all
from kg.entries import Entries, Entry, paper_of
from kg.errors import GraphError, UsageError
from kg.model import Paper, Reading
from kg.rows import paper_row, row_paper
from kg.spool import Blobs, Records, SortedRows
from kg.tables import TableWriter, batch_of


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


def test_blobs_are_found_again_between_others(tmp_path: Path) -> None:
    blobs, kept = Blobs(tmp_path / "blobs"), {}
    for n in range(100):
        kept[blobs.put(bytes([n]) * n)] = bytes([n]) * n
        if n % 7 == 0:
            assert blobs.get(min(kept)) == b""
    assert {place: blobs.get(place) for place in reversed(kept)} == kept
    blobs.close()


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


def entries_of(readings: list[tuple[Paper, Reading]]) -> list[Entry]:
    made = []
    for number, (paper, reading) in enumerate(readings):
        records = [paper_row(paper, "d"), paper_row(replace(paper, source="other"), "e")] if number % 3 == 0 else []
        made.append(Entry.of(paper, reading, digest="d", records=records))
    return made


@pytest.mark.parametrize("order", ["sorted", "reversed", "shuffled"])
@pytest.mark.parametrize("together", [1, 3, 200])
def test_entries_come_back_as_they_went_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_readings: list[tuple[Paper, Reading]], order: str, together: int
) -> None:
    monkeypatch.setattr("kg.entries.TOGETHER", together)
    given = sorted(entries_of(tiny_readings), key=lambda e: e.id, reverse=order == "reversed")
    if order == "shuffled":
        random.Random(1).shuffle(given)
    entries = Entries(tmp_path / "entries")
    for number, entry in enumerate(given):
        entries.add(entry)
        # asking in between changes nothing
        assert entries[given[number // 2].id] == given[number // 2]
    wanted = sorted(given, key=lambda e: e.id)
    assert list(entries) == [e.id for e in wanted]
    assert (len(entries), wanted[0].id in entries, "none" in entries) == (len(given), True, False)
    assert [entries[e.id] for e in given] == given
    assert [e for run in entries.runs() for e in run.entries()] == wanted
    for (paper, reading), entry in zip(sorted(tiny_readings, key=lambda r: r[0].id), map(entries.__getitem__, entries), strict=True):
        assert (row_paper(entry.paper), entry.reading()) == (paper, reading)
    entries.close()


def test_what_is_done_to_an_entry_that_was_asked_for_stays_outside(tmp_path: Path, tiny_readings: list[tuple[Paper, Reading]]) -> None:
    given = entries_of(tiny_readings)
    entries = Entries(tmp_path / "entries")
    for entry in sorted(given, key=lambda e: e.id):
        entries.add(entry)
    taken = entries[given[0].id]
    taken.take(Reading(taken.id, (), ()))
    assert taken.findings == []
    assert entries[given[0].id] == given[0]
    [run] = entries.runs()
    run.tables.clear()
    assert len(next(entries.runs())) == len(given)
    entries.close()


@pytest.mark.parametrize("table", ["records", "findings"])
def test_a_table_that_waits_for_rows_holds_no_texts_of_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_readings: list[tuple[Paper, Reading]], table: str
) -> None:
    monkeypatch.setattr("kg.entries.TOGETHER", 1)
    number, letters = 100, 50_000
    entries, writer = Entries(tmp_path / "entries"), TableWriter(tmp_path, table)
    paper, reading = tiny_readings[0]
    for n in range(number):
        one = f"title:{n:03}"
        entries.add(Entry.of(replace(paper, id=one, abstract=paper.abstract + " " * letters), replace(reading, paper=one)))
    before = pa.total_allocated_bytes()
    for run in entries.runs():
        writer.append(run.tables[table])
    entries.close()
    del entries, run
    assert pa.total_allocated_bytes() - before < number * letters / 10
    assert writer.rows == (0 if table == "records" else number * len(reading.findings))
    writer.close()


def test_groups_of_a_table_do_not_depend_on_how_rows_came(tmp_path: Path) -> None:
    rows = [(f"id {n}", "x" * (n % 50), f"type {n % 3}", "é" * n, None if n % 4 else "k") for n in range(103)]
    written = {}
    for name, sizes in {"one by one": [0], "all": [103], "some": [7, 31, 0, 20, 5], "more than a group": [60]}.items():
        (folder := tmp_path / name).mkdir()
        writer = TableWriter(folder, "names", 25)
        at = 0
        for size in sizes:
            writer.append(batch_of("names", rows[at : at + size]))
            at += size
        for row in rows[at:]:
            writer.put(row)
        writer.close()
        assert writer.rows == 103
        written[name] = (folder / "names.parquet").read_bytes()
    assert len(set(written.values())) == 1
    assert pq.ParquetFile(tmp_path / "all" / "names.parquet").num_row_groups == 5


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
