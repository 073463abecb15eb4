"""Curated papers of a user: what is read, and what each error says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kg.errors import DataError
from kg.training.gold import OWN, own, unseen

LEAF = {"name": "LeafNet", "type": "Architecture", "relation": "proposes", "mentions": ["LeafNet"]}
PAPER = {"title": "LeafNet for Leaves", "abstract": "We propose LeafNet and test it on PlantSet.", "entities": [LEAF]}


def write(path: Path, *rows: Any) -> Path:
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows), encoding="utf-8")
    return path


def test_what_may_be_left_out_is_filled_in(tmp_path: Path) -> None:
    (item,) = own(write(tmp_path / "mine.jsonl", PAPER, ""))
    assert (item.part, item.venue, item.paper.title, item.paper.abstract) == (OWN, "", PAPER["title"], PAPER["abstract"])
    (entity,) = item.entities
    assert entity == {**LEAF, "aliases": [], "also": [], "relations": ["proposes"], "required": True}


def test_texts_come_from_any_file_that_can_be_built_from(tmp_path: Path) -> None:
    gold = write(tmp_path / "mine.jsonl", {"title": "leafnet for leaves!", "entities": [LEAF]})
    papers = tmp_path / "papers.csv"
    papers.write_text("title,abstract,venue\nLeafNet for Leaves,We propose LeafNet.,Plants\n")
    (item,) = own(gold, papers)
    assert (item.paper.abstract, item.venue) == ("We propose LeafNet.", "Plants")


def entity(**changes: Any) -> dict[str, Any]:
    return {**PAPER, "entities": [LEAF, {**LEAF, **changes}]}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{", "2: not JSON"),
        ("[1]", "2: found '[1]'; expected an object"),
        ({"entities": []}, "2: title is None"),
        ({"title": " ", "entities": []}, "2: title is ' '"),
        ({"title": "No Text"}, "2: no text of 'No Text'; give it with the papers (--papers)"),
        ({"title": "A", "abstract": "B."}, "2: entities is None; expected a list"),
        ({**PAPER, "title": "First"}, "2: 'First' is on line 1 too"),
        (entity(name=""), "2: entity 2: name is ''"),
        (entity(type="Model"), "2: entity 2 (LeafNet): type is 'Model'; expected one of Task, Dataset, Architecture, Method, Metric"),
        (entity(relation="use"), "2: entity 2 (LeafNet): relation is 'use'; expected one of proposes"),
        (entity(mentions="LeafNet"), "2: entity 2 (LeafNet): mentions is 'LeafNet'; expected a list of strings"),
        (entity(aliases=[1]), "2: entity 2 (LeafNet): aliases is [1]"),
        (entity(required="yes"), "2: entity 2 (LeafNet): required is 'yes'; expected true or false"),
        ({**PAPER, "entities": ["LeafNet"]}, "2: entity 1 is 'LeafNet'; expected an object"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, row: Any, said: str) -> None:
    file = write(tmp_path / "mine.jsonl", {"title": "First", "abstract": "Text.", "entities": []}, row)
    with pytest.raises(DataError) as error:
        own(file)
    assert f"{file}:{said}" in str(error.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none\.jsonl: cannot be read"):
        own(tmp_path / "none.jsonl")
    (tmp_path / "latin.jsonl").write_bytes(b'{"title": "\xe9"}\n')
    with pytest.raises(DataError, match="not UTF-8"):
        own(tmp_path / "latin.jsonl")
    rejected = write(tmp_path / "papers.jsonl", {"abstract": "no title"})
    with pytest.raises(DataError, match=r"papers\.jsonl:1"):
        own(write(tmp_path / "mine.jsonl", PAPER), rejected)


def test_concepts_that_stand_nowhere_are_told(tmp_path: Path) -> None:
    row = {**PAPER, "entities": [LEAF, {**LEAF, "name": "RootNet", "mentions": ["RootNet"]}, {**LEAF, "name": "X", "required": False}]}
    papers = own(write(tmp_path / "mine.jsonl", row))
    assert [(paper.title, name) for paper, name in unseen(papers)] == [("LeafNet for Leaves", "RootNet")]
