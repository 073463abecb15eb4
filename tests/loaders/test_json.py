from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import loaders
from kg.model import Paper, Rejected

ROWS = [{"title": f"Paper {n}", "abstract": "Long. " * n, "authors": [{"name": "Ada Byron"}]} for n in range(5)]


def write(folder: Path, value: Any, **options: Any) -> Path:
    file = folder / "x.json"
    file.write_text(value if isinstance(value, str) else json.dumps(value, **options), encoding="utf-8")
    return file


def titles(path: Path) -> list[str]:
    found = list(loaders.read(path))
    assert all(isinstance(item, Paper) for item in found), found
    return [item.title for item in found if isinstance(item, Paper)]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(
    "value",
    [
        ROWS,
        {"papers": ROWS},
        {"total": 5, "next": None, "data": ROWS},
        {"message": {"items": ROWS}},
        {f"id{n}": row for n, row in enumerate(ROWS)},
    ],
)
def test_shapes(tmp_path: Path, value: Any, indent: int | None) -> None:
    file = write(tmp_path, value, indent=indent)
    assert loaders.detect(file)[0] == "json"
    assert titles(file) == [row["title"] for row in ROWS]


def test_one_paper_and_papers_behind_each_other(tmp_path: Path) -> None:
    assert titles(write(tmp_path, ROWS[3], indent=1)) == ["Paper 3"]
    assert titles(write(tmp_path, "\n".join(json.dumps(row, indent=1) for row in ROWS))) == [row["title"] for row in ROWS]


def test_ids_of_an_object_of_objects(tmp_path: Path) -> None:
    (paper,) = loaders.read(write(tmp_path, {"1706.03762": {"title": "A"}}, indent=1))
    assert isinstance(paper, Paper)
    assert paper.id == "arxiv:1706.03762"


def test_large_values_are_read_in_pieces(tmp_path: Path) -> None:
    rows = [{"title": f"é{n}", "abstract": "a" * 150_000} for n in range(4)]
    found = list(loaders.read(write(tmp_path, rows, ensure_ascii=False)))
    assert [len(p.abstract) for p in found if isinstance(p, Paper)] == [150_000] * 4


def test_lines(tmp_path: Path) -> None:
    found = list(loaders.read(write(tmp_path, '[\n{"title": "A"},\n\n{"title": "B"}\n]\n')))
    assert [(p.title, p.line) for p in found if isinstance(p, Paper)] == [("A", 2), ("B", 4)]


def test_a_cut_array(tmp_path: Path) -> None:
    text = json.dumps(ROWS, indent=2)
    *good, bad = loaders.read(write(tmp_path, text[: text.index("Paper 3")]))
    assert [p.title for p in good if isinstance(p, Paper)] == ["Paper 0", "Paper 1", "Paper 2"]
    assert isinstance(bad, Rejected)
    assert bad.fatal
    assert bad.reason.startswith("JSON breaks off")
    assert bad.line == text[: text.index("Paper 3")].count("\n") + 1


@pytest.mark.parametrize("damage", [('"Paper 1",', '"Paper 1"'), ('"Paper 1",', "Paper 1,"), ('"title": "Paper 1"', '"title" "Paper 1"')])
def test_a_damaged_object_between_lines_costs_one(tmp_path: Path, damage: tuple[str, str]) -> None:
    rows = [{**row, "note": "x" * 200} for row in ROWS]
    items = list(loaders.read(write(tmp_path, json.dumps(rows, indent=2).replace(*damage))))
    assert [i.reason[:13] for i in items if isinstance(i, Rejected)] == ["no valid JSON"]
    assert [i.title for i in items if isinstance(i, Paper)] == ["Paper 0", "Paper 2", "Paper 3", "Paper 4"]


def test_a_value_that_is_no_paper(tmp_path: Path) -> None:
    first, bad, missing, last = loaders.read(write(tmp_path, [{"title": "A"}, 7, {"abstract": "B"}, {"title": "C"}]))
    assert isinstance(bad, Rejected)
    assert (bad.reason, bad.fatal) == ("no JSON object", False)
    assert isinstance(missing, Rejected)
    assert missing.reason == "missing title"
    assert isinstance(first, Paper)
    assert isinstance(last, Paper)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a": ' * 100_000, "[{]", '{"title"', '[{"title": "A"} {"title": "B"}]', "[1e", "[{} 1"])
def test_nonsense_ends_with_a_rejection(tmp_path: Path, text: str) -> None:
    *_, bad = loaders.read(write(tmp_path, text), loader="json")
    assert isinstance(bad, Rejected)
    assert bad.fatal
    assert len(str(bad)) < 400


def test_broken_bytes(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_bytes(b'[{"title": "Na\xefve"}, {"title": "Fine"}]')
    bad, good = loaders.read(file)
    assert isinstance(bad, Rejected)
    assert "broken encoding" in bad.reason
    assert isinstance(good, Paper)
