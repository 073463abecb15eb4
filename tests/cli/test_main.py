"""What holds for all commands: exit codes, streams, messages, help."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg.cli.app import COMMANDS
from kg.graph import Graph

ROOT = Path(__file__).resolve().parents[2]
SUBCOMMANDS = [("catalog", name) for name in ("check", "show", "search", "stats")]
#: Not pydantic, which Typer itself imports for types of parameters.
HEAVY = (
    "bibtexparser", "graspologic_native", "jinja2", "lxml", "neo4j", "networkx", "numpy", "pyarrow", "pyoxigraph", "pyvis",
    "rapidfuzz", "rdflib", "rich", "scipy", "spacy", "zstandard",
)  # fmt: skip


def python(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, encoding="utf-8", timeout=120, env=environment, **options
    )


@pytest.mark.parametrize("words", [(name,) for name in COMMANDS] + SUBCOMMANDS, ids=" ".join)
def test_each_command_has_help_with_an_example(kg: Callable[..., Any], words: tuple[str, ...]) -> None:
    for flag in ("--help", "-h"):
        ran = kg(*words, flag)
        assert (ran.code, ran.err) == (0, "")
        assert ran.out.startswith(f"Usage: kg {' '.join(words)}")
        example = ran.out.split("Example:\n")[1]
        assert example.strip().startswith(f"kg {words[0]}") or f"| kg {words[0]}" in example.splitlines()[0]


def test_help_lists_all_commands_in_whole_lines(kg: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    ran = kg("--help")
    rows = ran.out.split("Commands:\n")[1].splitlines()
    assert [row.split()[0] for row in rows] == list(COMMANDS)
    assert not [row for row in rows if row.endswith("...")]


@pytest.mark.parametrize("words", [(), ("catalog",)])
def test_without_a_command_help_is_talk_and_the_usage_is_wrong(kg: Callable[..., Any], words: tuple[str, ...]) -> None:
    ran = kg(*words)
    assert (ran.code, ran.out) == (2, "")
    assert "Example:" in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["qurey"], "kg: no command 'qurey'; did you mean query? See kg --help\n"),
        (["catalog", "serch"], "Did you mean 'search'?; see kg catalog --help\n"),
        (["build"], "kg: Missing argument 'INPUTS...'; see kg build --help\n"),
        (["build", "x", "-o", "y", "--overwite"], "--overwrite"),
        (["build", "x", "-o", "y", "--workers", "many"], "see kg build --help\n"),
        (["build", "x", "-o", "y", "--map", "title"], "kg: --map 'title' is no NAME=VALUE"),
        (["--wersion"], "--version"),
        (["export", "g", "turtel", "-o", "x"], "kg: no export format 'turtel'; did you mean turtle?\n"),
        (["query", "g"], "kg: give one of --sparql, --cypher and --name"),
        (["query", "g", "--name", "x", "--format", "jsn"], "kg: no output format 'jsn'; did you mean json or jsonld?\n"),
        (["analyze", "g", "ranks"], "kg: no analysis 'ranks'; did you mean rank?\n"),
        (["link", " "], "kg: there is no text to link"),
        (["eval", "g", "x", "--min-confidence", "2"], "kg: --min-confidence is 2.0"),
    ],
)
def test_wrong_usage_is_2_and_says_what_would_be_right(kg: Callable[..., Any], arguments: list[str], said: str) -> None:
    ran = kg(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert ran.err.startswith("kg: ")
    assert "Traceback" not in ran.err


def test_the_version(kg: Callable[..., Any]) -> None:
    assert re.fullmatch(r"paperkg (\d+\.\d+\.\d+\S*|\(not installed\))\n", kg("--version").out)


def test_a_graph_that_is_not_there_is_1(kg: Callable[..., Any], tmp_path: Path) -> None:
    ran = kg("analyze", tmp_path / "none", "rank")
    assert (ran.code, ran.out) == (1, "")
    assert "no graph there" in ran.err


def test_what_nobody_foresaw_is_one_line_and_a_traceback_with_debug(kg: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("odd")

    monkeypatch.setattr("kg.graph.Graph.open", broken)
    ran = kg("analyze", "g", "rank")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert re.match(r"kg: an error that should not happen: KeyError: 'odd' \(test_main\.py:\d+\); please report it", ran.err)
    for arguments in (["--debug", "analyze", "g", "rank"], ["analyze", "g", "rank", "--debug"]):
        ran = kg(*arguments)
        assert ran.code == 1
        assert "Traceback (most recent call last)" in ran.err
        assert "KeyError: 'odd'" in ran.err


@pytest.mark.parametrize(("error", "code"), [(PermissionError(13, "Permission denied", "/x"), 3), (OSError(28, "No space left", "/x"), 3)])
def test_what_the_system_refuses_is_3(kg: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, error: OSError, code: int) -> None:
    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr("kg.graph.Graph.open", refuse)
    ran = kg("analyze", "g", "rank")
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.startswith(f"kg: /x: {error.strerror}; check ")


def test_debug_after_two_dashes_is_an_argument(kg: Callable[..., Any]) -> None:
    ran = kg("link", "--", "--debug")
    assert ran.code == 0
    assert "no concept" in ran.err


def test_a_stray_module_is_named(tmp_path: Path) -> None:
    (tmp_path / "loaders.py").write_text("raise SystemExit('foreign code ran')\n")
    ran = python("-m", "kg", "build", "x", "-o", "y", cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (3, "")
    assert f"kg: {tmp_path / 'loaders.py'} hides paperkg's own package 'loaders'" in ran.stderr


def test_light_imports_and_help(tmp_path: Path) -> None:
    code = f"""
import sys
import kg
from kg.cli import main
assert main(["--help"]) == 0 and main(["build", "--help"]) == 0 and main(["--version"]) == 0
print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)
"""
    ran = python("-c", code, cwd=tmp_path)
    assert (ran.returncode, ran.stderr) == (0, "[]\n")


def test_importing_the_front_door_imports_nothing_else(tmp_path: Path) -> None:
    code = (
        "import sys; import kg; print(sorted(m for m in sys.modules if m.startswith(('kg.', 'typer', 'loaders', 'exports', 'ontology'))))"
    )
    assert python("-c", code, cwd=tmp_path).stdout == "[]\n"


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ")
def test_interrupted_while_it_waits_for_input(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kg", "build", "-", "-o", "graph"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        # until it reads what nobody writes
        while not (tmp_path / ".graph.partial" / "scratch" / "stdin").exists() and process.poll() is None:
            pass
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, "", "kg: interrupted; nothing half-written was left\n")
    assert list(tmp_path.iterdir()) == []


def test_interrupted_while_it_reads_papers(
    kg: Callable[..., Any], write_tiny: Callable[..., Graph], two_papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    write_tiny(tmp_path / "graph")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    monkeypatch.setattr("kg.reader.Reader.read", interrupt)
    ran = kg("build", two_papers, "-o", tmp_path / "graph", "--overwrite")
    assert (ran.code, ran.out) == (130, "")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.skipif(sys.platform == "win32", reason="pipes differ")
def test_a_reader_that_has_seen_enough(tiny_graph: Graph) -> None:
    command = [sys.executable, "-m", "kg", "export", str(tiny_graph.path), "ntriples", "-o", "-"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ran = subprocess.run(command, env=environment, stdout=writing, stderr=subprocess.PIPE, text=True, timeout=120)
    finally:
        os.close(writing)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_output_is_utf8_in_any_locale(tiny_graph: Graph, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii", "PAPERKG_CACHE": str(tmp_path)}
    command = [sys.executable, "-m", "kg", "analyze", str(tiny_graph.path), "rank", "--top", "0", "--format", "csv"]
    ran = subprocess.run(command, env=environment, capture_output=True, timeout=120)
    assert ran.returncode == 0
    assert "🔬Probe" in ran.stdout.decode("utf-8")


def test_completion_for_a_shell() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "_KG_COMPLETE": "complete_bash", "COMP_WORDS": "kg ex", "COMP_CWORD": "1"}
    ran = subprocess.run([sys.executable, "-m", "kg"], env=environment, capture_output=True, text=True, timeout=120)
    assert ran.stdout.split() == ["export"]
