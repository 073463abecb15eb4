"""Files of corrections: what a line may be, and what is said of one that is none."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.change import check
from kg.corrections import Correction, Kind, read_corrections
from kg.corrections.record import KEYS, Wrong, parse
from kg.errors import DataError, UsageError
from kg.graph import Graph

Lines = Callable[..., Path]


def test_lines_with_notes_comments_and_empty_ones(tmp_path: Path) -> None:
    path = tmp_path / "c.jsonl"
    path.write_text(
        '\ufeff# of the reading group\n\n{"correction": "remove", "paper": "p", "concept": "bert", "note": "an owl", "by": "me"}\r\n',
        encoding="utf-8",
    )
    found, failed = read_corrections([path])
    assert found == [Correction(Kind.REMOVE, "p", "bert", source="c.jsonl", line=3)]
    assert not failed


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{oops", "no JSON"),
        ("[1]", "no object: '[1]'; write one JSON object a line"),
        ({"paper": "p", "concept": "c"}, 'does not say what is wrong; give "correction", one of remove, relink'),
        ({"correction": "", "paper": "p"}, "does not say what is wrong"),
        ({"correction": "delete", "paper": "p"}, "'correction' is 'delete'"),
        ({"correction": "remve", "paper": "p"}, "did you mean remove"),
        ({"correction": "remove", "paper": "p"}, "'remove' names no link; give the concept, or the quote"),
        ({"correction": "relink", "paper": "p", "concept": "c"}, "'relink' without 'to'; add it"),
        ({"correction": "remove", "paper": "p", "concept": "c", "confidence": "1"}, "'remove' has no 'confidence'"),
        ({"correction": "remove", "paper": "p", "concept": 7}, "'concept' is 7; every value is a text"),
        ({"correction": "relation", "paper": "p", "concept": "c", "to": "use"}, "'to' is 'use'; did you mean uses"),
        ({"correction": "type", "concept": "c", "to": "Model"}, "'to' is 'Model'"),
        ({"correction": "remove", "paper": "p", "concept": "c", "tail": "d"}, "'tail' without the rest of the relation"),
        ('{"correction": "remove", "paper": "\\ud800", "concept": "c"}', "half a character"),
    ],
)
def test_a_line_that_is_no_correction(lines: Lines, tmp_path: Path, line: object, said: str) -> None:
    right = {"correction": "merge", "concept": "a", "to": "b"}
    path = lines(tmp_path / "c.jsonl", line, right)
    found, (failed,) = read_corrections([path])
    assert [c.kind for c in found] == [Kind.MERGE]
    assert failed.status == "failed"
    assert str(failed).startswith("c.jsonl:1: ")
    assert said in str(failed)


def test_a_file_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"missing\.jsonl: No such file"):
        read_corrections([tmp_path / "missing.jsonl"])
    (tmp_path / "latin.jsonl").write_bytes(b'{"note": "\xe9"}')
    with pytest.raises(DataError, match="not UTF-8 at byte 10"):
        read_corrections([tmp_path / "latin.jsonl"])


def test_lines_of_any_size_and_depth(lines: Lines, tmp_path: Path, tiny_graph: Graph) -> None:
    long = "x" * 1_000_000
    file = lines(
        tmp_path / "c.jsonl",
        "[" * 1_000_000,
        {"correction": long},
        {"correction": "remove", "paper": long, "concept": "bert"},
        {"correction": "remove", "paper": "arxiv:2401.00001", "concept": long},
        {"correction": "remove", "paper": "arxiv:2401.00001", "quote": long},
    )
    found = check(tiny_graph, [file])
    assert [o.status for o in found] == ["failed"] * 5
    assert max(len(str(o)) for o in found) < 1000
    assert found[-1].reason.endswith("xxx' does not stand in title or abstract")


def test_files_of_one_name(lines: Lines, tmp_path: Path) -> None:
    """The next change would take one of them for the other."""
    (tmp_path / "a").mkdir()
    files = [lines(tmp_path / folder / "c.jsonl", {"correction": "merge", "concept": "a", "to": "b"}) for folder in ("", "a")]
    with pytest.raises(UsageError, match="two files of corrections of one name"):
        read_corrections(files)


_words = st.text(st.characters(codec="utf-8"), max_size=12)


@given(
    st.dictionaries(
        st.sampled_from(["correction", "paper", "concept", "quote", "to", "relation", "tail", "x"]), _words | st.sampled_from([*Kind])
    )
)
def test_any_object_is_a_correction_or_wrong(row: dict[str, str]) -> None:
    """What is a correction comes back from its own content."""
    try:
        made = parse(row, "f", 1)
    except Wrong as wrong:
        assert wrong.reason
        assert wrong.hint
    else:
        assert parse(json.loads(made.content), "f", 1) == made


def test_every_kind_has_its_keys() -> None:
    assert set(KEYS) == set(Kind)
