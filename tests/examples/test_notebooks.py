"""The notebooks of the examples run from top to bottom without a network, and each cell shows what the text above it says."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "examples").glob("*.ipynb"))
NAMES = ["first-tour", "lineage-of-an-idea", "literature-review-of-a-task"]


class Ran:
    """What the cells of a notebook showed, in order."""

    def __init__(self, cells: list[dict[str, Any]]) -> None:
        self.cells = cells

    def html(self, begin: str) -> str:
        """The HTML of the first cell that shows some with this in it."""
        return next(html for cell in self.cells if begin in (html := cell["data"].get("text/html", "")))

    def columns(self, begin: str) -> list[str]:
        return re.findall(r"<th[^>]*>([^<]*)</th>", self.html(begin))

    def pictures(self) -> list[str]:
        """The words of each picture."""
        found = [cell["data"].get("text/html", "") for cell in self.cells]
        svgs = [html[html.index("<svg") : html.rindex("</div>")] for html in found if html.startswith('<div role="img"')]
        return [" ".join("".join(t.itertext()) for t in ElementTree.fromstring(svg).iter() if t.tag.endswith("text")) for svg in svgs]


def run(name: str, folder: Path) -> Ran:
    place = folder / "examples"
    place.mkdir()
    for file in ("papers.jsonl", f"{name}.ipynb"):
        shutil.copy(ROOT / "examples" / file, place / file)
    out = folder / "shown.json"
    temporary = folder / "tmp"
    temporary.mkdir()
    environment = {
        # IPython warns where another environment is active in the shell than the one of the tests
        **{name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"},
        "PYTHONPATH": str(ROOT), "TMPDIR": str(temporary), "IPYTHONDIR": str(folder / "ipython"),
        "PAPERKG_CACHE": str(folder / "cache"), "PYTHONWARNINGS": "error::UserWarning",
    }  # fmt: skip
    runner = Path(__file__).with_name("run_notebook.py")
    command = [sys.executable, str(runner), f"{name}.ipynb", str(out)]
    done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    # all that a notebook writes goes to a folder of its own
    assert sorted(p.name for p in place.iterdir()) == sorted(["papers.jsonl", f"{name}.ipynb"])
    ran = Ran(json.loads(out.read_text(encoding="utf-8")))
    assert [cell["stderr"] for cell in ran.cells if cell["stderr"]] == []
    return ran


def test_there_are_three_notebooks_and_none_holds_what_a_run_left() -> None:
    assert [path.stem for path in NOTEBOOKS] == NAMES
    for path in NOTEBOOKS:
        held = json.loads(path.read_text(encoding="utf-8"))
        assert held["nbformat"] == 4 and held["nbformat_minor"] >= 5
        assert len({cell["id"] for cell in held["cells"]}) == len(held["cells"])
        for cell in held["cells"]:
            assert cell["cell_type"] == "markdown" or (cell["outputs"], cell["execution_count"]) == ([], None)
        # a text stands before the code, and links lead nowhere else
        assert held["cells"][0]["cell_type"] == "markdown" and "".join(held["cells"][0]["source"]).startswith("# ")
        assert "http" not in path.read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_first_tour(tmp_path: Path) -> None:
    ran = run("first-tour", tmp_path)
    assert "87 papers" in ran.html("paperkg graph")
    assert "GLUE" in ran.html("graph.show(link) shows") or "glue" in ran.html("graph.show(link) shows")
    assert re.search(r"<mark[^>]*>GLUE</mark>", ran.html("evaluatesOn, confidence"))
    assert ran.html("Is All You Need<").count("<mark") > 10
    assert any("candidate squad" in cell["stdout"] for cell in ran.cells)
    # one question, two languages, one answer
    tables = [cell["data"]["text/html"] for cell in ran.cells if '<th style="text-align:right">year' in cell["data"].get("text/html", "")]
    assert len(tables) == 2 and tables[0] == tables[1] and "Deep Residual Learning" in tables[0]
    ranks, groups = ran.pictures()
    assert "Concepts by PageRank" in ranks and "Transformer" in ranks and "Communities" in groups
    frame = ran.html("<iframe")
    assert 'id="data"' in unescape(frame) and "allow-same-origin" not in frame
    assert "papers" in ran.cells[-1]["data"]["text/plain"]


@pytest.mark.slow
def test_the_lineage_of_an_idea(tmp_path: Path) -> None:
    ran = run("lineage-of-an-idea", tmp_path)
    tree, uptake, together = ran.pictures()
    assert all(name in tree for name in ("The lineage of Transformer", "BERT", "recurrent neural network", "2020"))
    assert "Transformer over the years" in uptake and "95 % interval" in uptake
    assert "What occurs together" in together and "BERT" in together
    assert ran.columns("generation")[:9] == ["generation", "concept", "name", "type", "first", "of", "kinds", "confidence", "papers"]
    evidence = ran.html('<th style="text-align:left">sentence')
    assert "We propose the Transformer" in evidence
    assert "older_name" in ran.columns("older_first") and "transformer" in ran.html("older_first")
    assert "cosine" in ran.columns("cosine")


@pytest.mark.slow
def test_a_literature_review_of_a_task(tmp_path: Path) -> None:
    ran = run("literature-review-of-a-task", tmp_path)
    assert ran.columns("Deep Residual Learning") == ["year", "title", "relation", "confidence"]
    proposed = ran.html('<th style="text-align:left">sentence')
    assert "AlexNet" in proposed and "Vision Transformer" in proposed
    methods, tasks, untried = ran.pictures()
    assert "in papers on image classification" in methods and "dropout" in methods and "ImageNet" in methods
    assert "Task × Dataset" in tasks and "machine translation" in tasks
    assert "Methods that were not tried" in untried
    assert "tested_on" in ran.columns("tested_on")
    assert ran.cells[-2]["data"]["text/plain"] == "['review.bib', 'review.csv']"
    [graph] = (tmp_path / "tmp").glob("paperkg-*")
    from bibtexparser import parse_file

    entries = parse_file(str(graph / "review.bib")).entries
    assert len(entries) == 14 and {e.fields_dict["year"].value for e in entries} >= {"2009", "2012", "2021"}
    assert (graph / "review.csv").read_text(encoding="utf-8").startswith("row,row_name,column,column_name,papers,expected\n")


@pytest.mark.slow
def test_a_cell_that_fails_or_connects_stops_the_run(tmp_path: Path) -> None:
    runner = Path(__file__).with_name("run_notebook.py")
    for code, said in (("1 / 0", "ZeroDivisionError"), ("import socket; socket.create_connection(('127.0.0.1', 9))", "connects to")):
        book = tmp_path / "bad.ipynb"
        book.write_text(json.dumps({"cells": [{"cell_type": "code", "id": "a", "source": [code]}]}), encoding="utf-8")
        command = [sys.executable, str(runner), str(book), str(tmp_path / "out")]
        environment = {**os.environ, "IPYTHONDIR": str(tmp_path)}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        assert done.returncode == 1 and said in done.stderr and code in done.stderr
