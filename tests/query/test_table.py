from __future__ import annotations

import csv
import io
import json

from kg.table import SHOWN, Table, numeric, unique, width

ROWS: list[tuple[object, ...]] = [('a, "b"\n<i>', 1, None, True), ("né 模型", 2.123456789, ["x", {"y": None}], False)]
TABLE = Table(("name", "n", "more", "yes"), ROWS, ("a <note>",))


def test_csv_reads_back() -> None:
    rows = [*csv.reader(io.StringIO(TABLE.to_csv()))]
    assert rows == [["name", "n", "more", "yes"], ['a, "b"\n<i>', "1", "", "true"], ["né 模型", "2.12346", '["x", {"y": null}]', "false"]]


def test_json_reads_back() -> None:
    assert json.loads(TABLE.to_json()) == TABLE.records()
    assert json.loads(Table(("x",), [(float("nan"),), (float("inf"),)]).to_json()) == [{"x": None}, {"x": None}]
    assert json.loads(Table(("x",), []).to_json()) == []


def test_text_is_aligned_whatever_the_width() -> None:
    lines = TABLE.to_text().splitlines()
    assert len(lines) == 4 and lines[2].startswith('a, "b" <i>')
    assert {width(line[: line.index(mark)]) for line, mark in zip(lines[2:], ("true", "false"), strict=True)} == {width(lines[0]) - 3}


def test_html_is_escaped_and_cut() -> None:
    html = TABLE._repr_html_()
    assert "<i>" not in html and "&lt;i&gt;" in html and "a &lt;note&gt;" in html
    long = Table(("n",), [(n,) for n in range(SHOWN + 7)])._repr_html_()
    assert long.count("<tr>") == SHOWN + 1 and "7 more rows" in long


def test_columns() -> None:
    assert TABLE.column("n") == [1, 2.123456789]
    assert [numeric(ROWS, i) for i in range(4)] == [False, True, False, False]
    assert unique(["x", "x", "x"]) == ("x", "x_2", "x_3")
