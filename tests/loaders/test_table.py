from __future__ import annotations

from pathlib import Path

import pytest

import loaders
from kg.model import Note, Paper, Rejected


def write(folder: Path, text: str, name: str = "t.csv") -> Path:
    file = folder / name
    file.write_bytes(text.encode("utf-8"))
    return file


def papers(path: Path, **mapping: str) -> list[Paper]:
    found = list(loaders.read(path, mapping=mapping))
    assert all(isinstance(item, Paper) for item in found), found
    return [item for item in found if isinstance(item, Paper)]


@pytest.mark.parametrize(("mark", "name"), [(",", "csv"), (";", "csv"), ("|", "csv"), ("\t", "tsv")])
def test_separators(tmp_path: Path, mark: str, name: str) -> None:
    rows = [["Paper Title", "Summary", "Authors", "Year"], ["One", "First.", "Ada Byron", "2001"], ["Two", "", "", ""]]
    file = write(tmp_path, "\n".join(mark.join(row) for row in rows), "data.txt")
    assert loaders.detect(file)[0] == name
    one, two = papers(file)
    assert (one.title, one.abstract, one.authors, one.year, one.line) == ("One", "First.", ("Ada Byron",), 2001, 2)
    assert (two.title, two.abstract, two.authors, two.year, two.line) == ("Two", "", (), None, 3)


def test_quotes_line_breaks_and_lines(tmp_path: Path) -> None:
    file = write(tmp_path, '\ufefftitle,abstract\r\n"A ""quoted"", title","Two\r\nlines"\r\n\r\nPlain,5" screens\r\nLast,"x"\r\n')
    found = papers(file)
    assert [(p.title, p.abstract, p.line) for p in found] == [
        ('A "quoted", title', "Two lines", 2), ("Plain", '5" screens', 5), ("Last", "x", 6),
    ]  # fmt: skip


def test_very_long_fields(tmp_path: Path) -> None:
    long = "word " * 60_000
    (paper,) = papers(write(tmp_path, f'title,abstract\nA,"{long}"\n'))
    assert len(paper.abstract) == len(long) - 1


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("only one", "row too short: 1 of 2 fields"),
        ("a,b,c", "row too long: 3 instead of 2 fields"),
        (",no title", "missing title"),
        ('"never closed,b', "quotes are not in order"),
        ('"closed" early,b', "quotes are not in order"),
        ('A,"never closed', "quotes are not in order"),
    ],
)
def test_one_bad_row_is_one_rejection(tmp_path: Path, row: str, reason: str) -> None:
    good = "".join(f'"Good {n}","is, good"\n' for n in range(600))
    items = list(loaders.read(write(tmp_path, f"title,abstract\n{row}\n{good}")))
    assert [(i.line, i.reason) for i in items if isinstance(i, Rejected)] == [(2, reason)]
    assert [i.title for i in items if isinstance(i, Paper)] == [f"Good {n}" for n in range(600)]


def test_a_quote_open_at_the_end(tmp_path: Path) -> None:
    first, bad, last = loaders.read(write(tmp_path, 'title,abstract\nA,b\nC,"d\nE,f\n'))
    assert isinstance(first, Paper)
    assert isinstance(bad, Rejected)
    assert bad.line == 3
    assert isinstance(last, Paper)
    assert last.title == "E"


def test_empty_fields_behind_the_last_column_do_no_harm(tmp_path: Path) -> None:
    assert [p.title for p in papers(write(tmp_path, "title,abstract\nA,b,,\n"))] == ["A"]


def test_mapping(tmp_path: Path) -> None:
    file = write(tmp_path, "Label,Text of it\nA,b\n")
    (paper,) = papers(file, title="Label", abstract="Text of it")
    assert (paper.title, paper.abstract) == ("A", "b")


def test_no_title_column(tmp_path: Path) -> None:
    (bad,) = loaders.read(write(tmp_path, "Label,Text of it\nA,b\n"))
    assert isinstance(bad, Rejected)
    assert (bad.reason, bad.fatal, bad.line) == ("no column is the title", True, 1)
    assert "Label" in bad.found
    assert "--map title=" in bad.hint


def test_a_mapped_column_that_is_missing_is_told(tmp_path: Path) -> None:
    note, paper = loaders.read(write(tmp_path, "title,abstract\nA,b\n"), mapping={"title": "Name"})
    assert isinstance(note, Note)
    assert "no column 'Name' for title" in note.reason
    assert isinstance(paper, Paper)


def test_broken_bytes(tmp_path: Path) -> None:
    file = tmp_path / "t.tsv"
    file.write_bytes(b"title\tabstract\nNa\xefve\tx\nFine\ty\n")
    bad, good = loaders.read(file)
    assert isinstance(bad, Rejected)
    assert "broken encoding" in bad.reason
    assert isinstance(good, Paper)


def test_one_column_by_its_ending(tmp_path: Path) -> None:
    assert [p.title for p in papers(write(tmp_path, "title\nA\nB\n"))] == ["A", "B"]
