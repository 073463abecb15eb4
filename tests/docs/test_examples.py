"""What README and docs show is run: every block of shell, Python, SPARQL and Cypher, page by page, in order, in a folder of its own.

The folder has `examples/` and, unless the page builds it itself, `graph/`: the graph of `examples/papers.jsonl`. A comment on the line
before a block changes that:

* `<!-- no test -->`: the block is not run (it needs a server, or is a piece of a file);
* `<!-- output -->` before a block of text: its lines stand in this order in what the block before printed; `…` stands for left out lines.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
RUN = ("sh", "python", "sparql", "cypher")
NOT_RUN, OUTPUT = "<!-- no test -->", "<!-- output -->"
#: Blocks that may stay unrun, in all pages together: what needs a server that runs already, a notebook, or hours.
MOST_NOT_RUN = 15
#: Pages that are generated, from queries and commands that other tests run.
APART = {"docs/reference/cookbook.md", "docs/reference/cli.md"}
BUILDS = re.compile(r"^kg build .*(?:-o|--output) (?:out/)?graph\b", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, what stands in it, the line where it begins, and the comment right before it."""

    language: str
    text: str
    line: int
    mark: str


def pages() -> list[str]:
    found = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    names = [str(page.relative_to(ROOT)) for page in found]
    return [name for name in names if name not in APART and not name.startswith("docs/decisions/")]


def blocks(text: str) -> Iterator[Block]:
    lines = text.splitlines()
    at = 0
    while at < len(lines):
        if not (opened := re.fullmatch(r"(\s*)```(\w*).*", lines[at])):
            at += 1
            continue
        end = next(n for n in range(at + 1, len(lines)) if lines[n].strip() == "```")
        before = next((line for line in reversed(lines[:at]) if line.strip()), "")
        inside = [line.removeprefix(opened[1]) for line in lines[at + 1 : end]]
        yield Block(opened[2], "\n".join(inside) + "\n", at + 1, before.strip())
        at = end + 1


def texts() -> dict[str, str]:
    return {name: (ROOT / name).read_text(encoding="utf-8") for name in pages()}


RUNNABLE = [name for name, text in texts().items() if any(b.language in RUN and b.mark != NOT_RUN for b in blocks(text))]


@pytest.fixture(scope="session")
def example_graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import kg

    path = tmp_path_factory.mktemp("docs") / "graph"
    kg.build(EXAMPLES / "papers.jsonl", path)
    return path


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for query stores, so that each is made once: they go by the content of the graph."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def place(request: pytest.FixtureRequest, page: str, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "place"
    folder.mkdir()
    (folder / "examples").symlink_to(EXAMPLES)
    if not BUILDS.search((ROOT / page).read_text(encoding="utf-8")):
        shutil.copytree(request.getfixturevalue("example_graph"), folder / "graph")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PAPERKG_CACHE", str(cache))
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    yield folder


@pytest.mark.slow
@pytest.mark.parametrize("page", RUNNABLE)
def test_the_blocks_run_and_print_what_the_page_shows(page: str, place: Path) -> None:
    names: dict[str, Any] = {"__name__": "page"}
    printed = ""
    for block in blocks((ROOT / page).read_text(encoding="utf-8")):
        where = f"{page}:{block.line}"
        if block.mark == OUTPUT:
            _check_output(block, printed, where)
        elif block.language in RUN and block.mark != NOT_RUN:
            printed = _run(block, where, names, place)


def _run(block: Block, where: str, names: dict[str, Any], place: Path) -> str:
    if block.language == "sh":
        command = ["bash", "-euo", "pipefail", "-c", block.text]
        done = subprocess.run(command, cwd=place, capture_output=True, text=True, encoding="utf-8", timeout=300, check=False)
        assert done.returncode == 0, f"{where}: exit code {done.returncode}\n{block.text}\n{done.stdout}\n{done.stderr}"
        return done.stdout
    if block.language == "python":
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec(compile("\n" * block.line + block.text, str(ROOT / where.split(":")[0]), "exec"), names)
        return out.getvalue()
    from kg.graph import Graph
    from kg.query import cypher, sparql

    ask = sparql.select if block.language == "sparql" else cypher.select
    table = ask(Graph.open(place / "graph"), block.text)
    assert table.rows, f"{where}: the query finds nothing in the example graph"
    return table.to_text()


def _check_output(block: Block, printed: str, where: str) -> None:
    left = iter([line.rstrip() for line in printed.splitlines()])
    for line in block.text.splitlines():
        if line.strip() != "…":
            assert any(line.rstrip() == other for other in left), (
                f"{where}: not printed, or not in this place: {line!r}\nprinted:\n{printed}"
            )


def test_output_is_compared_line_by_line_in_order() -> None:
    printed = "a\nb\n  c\n"
    _check_output(Block("text", "a\n…\n  c\n", 1, OUTPUT), printed, "page:1")
    for wrong in ("c\n", "  c\na\n", "a\na\n"):
        with pytest.raises(AssertionError):
            _check_output(Block("text", wrong, 1, OUTPUT), printed, "page:1")


def test_blocks_are_found_with_their_marks() -> None:
    text = f"Words\n\n```sh\necho 1\n```\n\n{OUTPUT}\n```text\n1\n```\n\n1. item\n\n   {NOT_RUN}\n   ```python\n   x = 1\n   ```\n"
    assert [(b.language, b.text, b.line, b.mark in (OUTPUT, NOT_RUN)) for b in blocks(text)] == [
        ("sh", "echo 1\n", 3, False),
        ("text", "1\n", 8, True),
        ("python", "x = 1\n", 15, True),
    ]


def test_few_blocks_are_left_out() -> None:
    out = [f"{name}:{b.line}" for name, text in texts().items() for b in blocks(text) if b.mark == NOT_RUN]
    assert len(out) <= MOST_NOT_RUN, out


def test_every_block_says_what_it_is() -> None:
    known = {*RUN, "text", "toml", "json", "tsv", "turtle", "bibtex", "csv", "mermaid"}
    wrong = [f"{name}:{b.line} {b.language}" for name, text in texts().items() for b in blocks(text) if b.language not in known]
    # a tree of files and a piece of a page have no language
    assert [w for w in wrong if w.split()[1:]] == []
