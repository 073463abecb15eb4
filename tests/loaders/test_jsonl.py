from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import loaders
from kg.model import Paper, Rejected


def write(folder: Path, *rows: Any) -> Path:
    file = folder / "papers.jsonl"
    file.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows), encoding="utf-8")
    return file


def one(folder: Path, row: dict[str, Any], **mapping: str) -> Paper:
    (item,) = loaders.read(write(folder, row), mapping=mapping)
    assert isinstance(item, Paper), item
    return item


def test_all_fields(tmp_path: Path) -> None:
    paper = one(
        tmp_path,
        {
            "id": "2101.00001v2",
            "title": "A  Study\nof 5\\% Noise", "abstract": "Short &amp; clear.", "authors": ["Ada Byron", "G. Hopper"],
            "year": 2021, "venue": "NeurIPS", "url": "https://arxiv.org/abs/2101.00001", "doi": "https://doi.org/10.1000/XYZ",
        },
    )  # fmt: skip
    assert paper == Paper(
        "arxiv:2101.00001", "A Study of 5% Noise", "Short & clear.", ("Ada Byron", "G. Hopper"), 2021, "NeurIPS",
        ("https://arxiv.org/abs/2101.00001",), "10.1000/xyz", "2101.00001", "papers.jsonl", 1,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("row", "field", "value"),
    [
        ({"paper_title": "T one two"}, "title", "T one two"),
        ({"Paper Title": "T one two"}, "title", "T one two"),
        ({"title": ["T one two"]}, "title", "T one two"),
        ({"content": {"title": {"value": "T one two"}}}, "title", "T one two"),
        ({"paper": {"id": "2101.00001", "title": "T one two"}}, "arxiv", "2101.00001"),
        ({"title": "T", "summary": "S."}, "abstract", "S."),
        ({"title": "T", "abstract": None, "summary": "S."}, "abstract", "S."),
        ({"title": "T", "abstract_inverted_index": {"graphs": [1], "We": [0], "read": [2]}}, "abstract", "We graphs read"),
        ({"title": "T", "authors": "Ada Byron and Grace Hopper"}, "authors", ("Ada Byron", "Grace Hopper")),
        ({"title": "T", "authors": [{"name": "Ada Byron"}]}, "authors", ("Ada Byron",)),
        ({"title": "T", "author": [{"given": "Ada", "family": "Byron"}]}, "authors", ("Ada Byron",)),
        ({"title": "T", "authorships": [{"author": {"display_name": "Ada Byron"}}]}, "authors", ("Ada Byron",)),
        ({"title": "T", "authors": [["Byron", "Ada", ""]]}, "authors", ("Ada Byron",)),
        ({"title": "T", "publication_date": "2019-02-03"}, "year", 2019),
        ({"title": "T", "issued": {"date-parts": [[2018, 1]]}}, "year", 2018),
        ({"title": "T", "year": "in press"}, "year", None),
        ({"title": "T", "journal": {"name": "JMLR"}}, "venue", "JMLR"),
        ({"title": "T", "externalIds": {"ACL": "N19-1423"}}, "id", "acl:N19-1423"),
        ({"title": "T", "externalIds": {"ArXiv": "1706.03762"}}, "id", "arxiv:1706.03762"),
        ({"title": "T", "doi": "10.1000/a"}, "id", "doi:10.1000/a"),
        ({"title": "T", "id": 17}, "id", "local:papers/17"),
        ({"title": "T", "id": True}, "id", "title:t"),
        ({"title": "T", "openAccessPdf": {"url": "https://example.org/x.pdf"}}, "urls", ("https://example.org/x.pdf",)),
        ({"title": "T", "url": "/relative.pdf"}, "urls", ()),
    ],
)
def test_other_names_and_forms(tmp_path: Path, row: dict[str, Any], field: str, value: Any) -> None:
    assert getattr(one(tmp_path, row), field) == value


def test_mapping(tmp_path: Path) -> None:
    row = {"Name": "Mapped", "title": "Not this", "meta": {"text": "Deep."}}
    paper = one(tmp_path, row, title="Name", abstract="meta.text")
    assert (paper.title, paper.abstract) == ("Mapped", "Deep.")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"title": "cut', "no valid JSON: Unterminated string starting at at column 11"),
        ("[1, 2]", "no JSON object"),
        ('{"abstract": "No title here."}', "missing title"),
        ('{"title": "  "}', "missing title"),
        ('{"title": "half \\ud83d"}', "broken encoding: no UTF-8"),
        ("[" * 200_000, "JSON nested too deeply"),
        ('{"title": "T", "n": ' + "9" * 5000 + "}", "no valid JSON: "),
    ],
)
def test_one_bad_line_is_one_rejection(tmp_path: Path, line: str, reason: str) -> None:
    first, bad, last = loaders.read(write(tmp_path, {"title": "First"}, line, {"title": "Last"}))
    assert isinstance(first, Paper)
    assert isinstance(last, Paper)
    assert isinstance(bad, Rejected)
    assert bad.reason.startswith(reason)
    assert (bad.source, bad.line, bad.fatal) == ("papers.jsonl", 2, False)
    assert bad.hint
    assert len(str(bad)) < 300


def test_broken_bytes(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_bytes(b'{"title": "Na\xefve"}\n{"title": "Fine"}\n')
    bad, good = loaders.read(file)
    assert isinstance(bad, Rejected)
    assert "broken encoding" in bad.reason
    assert bad.found.encode()
    assert isinstance(good, Paper)


def test_blank_lines_and_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_bytes(b'\xef\xbb\xbf\n{"title": "Fine"}\r\n\r\n{"title": "Too"}')
    assert [i.line for i in loaders.read(file)] == [2, 4]
