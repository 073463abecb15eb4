"""Recognisers by name and options: built-in, of other packages, and wrong."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

import kg.recognizers
from kg.errors import DataError, EnvironmentError_, PaperkgError, UsageError
from kg.recognizers import from_text, load, names, registry
from kg.recognizers.options import fraction, number, parsed, types, whole

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent


@pytest.fixture
def plugged(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function that registers entry points: name → value."""
    monkeypatch.syspath_prepend(str(HERE))

    def plug(*points: tuple[str, str]) -> None:
        made = [EntryPoint(name, value, registry.GROUP) for name, value in points]
        monkeypatch.setattr(registry, "entry_points", lambda group: made if group == registry.GROUP else [])

    return plug


def test_the_entry_points_of_the_project_are_the_built_in_ones() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"][registry.GROUP] == registry.BUILT_IN
    assert "gliner" in project["optional-dependencies"]
    needed = " ".join(project["dependencies"])
    assert "gliner" not in needed
    assert "openai" not in needed


def test_one_of_another_package_is_found_by_its_name(plugged: Any) -> None:
    plugged(("camel", "example_plugin:Camel"), ("ours", registry.BUILT_IN["ours"]))
    assert names() == (*registry.BUILT_IN, "camel")
    assert from_text("camel=2").fingerprint == load("camel", least=2).fingerprint != load("camel").fingerprint
    with pytest.raises(UsageError, match="no option 'most'; known: least"):
        load("camel", most=3)
    with pytest.raises(UsageError, match="least is 'many'"):
        from_text("camel=least=many")


@pytest.mark.parametrize(
    ("points", "text", "error"),
    [
        ([("camel", "no_such_module:X")], "camel", "cannot be imported"),
        ([("camel", "example_plugin:Missing")], "camel", "cannot be imported"),
        ([("camel", "example_plugin:annotations.optional")], "camel", "nothing to be called"),
        ([("camel", "builtins:dict")], "camel", "does not say which options it takes"),
        ([("camel", "collections:Counter")], "camel", "without `fingerprint`"),
        ([("llm", "example_plugin:Camel")], "ours", "needs a name of its own"),
        ([("camel", "example_plugin:Camel"), ("camel", "fake_gliner:GLiNER")], "camel", "needs a name of its own"),
    ],
)
def test_a_broken_plug_in_is_named(points: Any, text: str, error: str, plugged: Any) -> None:
    plugged(*points)
    with pytest.raises(EnvironmentError_, match=error):
        from_text(text) if "own" not in error else names()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("spacey=x", "did you mean spacy"),
        ("", "no recogniser ''"),
        ("spacy", "needs the option 'pipeline'"),
        ("gliner", "needs the option 'model'"),
        ("ours=threshold=2", "threshold is 2; give a number from 0 to 1"),
        ("ours=threshold=high", "threshold is 'high'"),
        ("ours=0.5", "write the options as key=value"),
        ("ours=thresh=1", "did you mean threshold"),
        ("spacy=x,y", "'y' is no KEY=VALUE"),
        ("ours=threshold=0.5,threshold=0.6", "given twice"),
    ],
)
def test_what_does_not_fit_is_said(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        from_text(text)


def test_options_from_text(tmp_path: Path) -> None:
    assert parsed("") == parsed("  ") == {}
    assert parsed("a=1, b = 0.5 ,c=true,d=x y,e=[1, 2],f=\"a,b\",g.h=z,g.i=''") == {
        "a": 1, "b": 0.5, "c": True, "d": "x y", "e": [1, 2], "f": "a,b", "g": {"h": "z", "i": ""},
    }  # fmt: skip
    assert parsed("url=http://127.0.0.1:8000/v1?x=y") == {"url": "http://127.0.0.1:8000/v1?x=y"}
    assert parsed("en_core_web_sm,score=0.5", "pipeline") == {"pipeline": "en_core_web_sm", "score": 0.5}
    file = tmp_path / "llm.toml"
    file.write_text('model = "m"\n[labels]\nX = "Task"\n')
    assert parsed(str(file)) == {"model": "m", "labels": {"X": "Task"}}


@pytest.mark.parametrize(
    ("content", "said"), [(None, "no such file"), (b"a = = b", "cannot be read as TOML"), (b"\xff", "cannot be read as TOML")]
)
def test_a_file_that_cannot_be_read(content: bytes | None, said: str, tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(DataError, match=said):
        parsed(str(file))


@pytest.mark.parametrize(
    "check",
    [
        lambda: fraction("x", True),
        lambda: fraction("x", float("nan")),
        lambda: number("x", -1),
        lambda: number("x", "1"),
        lambda: whole("x", 1.0),
        lambda: whole("x", 0, 1),
        lambda: types("x", {"A": "Thing"}),
        lambda: types("x", ["A"]),
        lambda: types("x", {"A": 1}),
        lambda: parsed("a=1,a.b=2"),
        lambda: parsed("a.=2"),
    ],
)
def test_values_are_checked(check: Any) -> None:
    with pytest.raises(UsageError):
        check()


def test_all_errors_are_ones_that_commands_report() -> None:
    assert all(issubclass(e, PaperkgError) for e in (DataError, EnvironmentError_, UsageError))


def test_names_are_imported_when_they_are_used() -> None:
    for name in kg.recognizers.__all__:
        assert getattr(kg.recognizers, name)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = kg.recognizers.nothing


def test_the_default_path_imports_none_of_this(tmp_path: Path) -> None:
    code = (
        "import sys, kg; kg.link('We train BERT on SQuAD.'); kg.build('examples/papers.jsonl', sys.argv[1]); "
        "print([m for m in sys.modules if m.startswith('kg.recognizers') or m.split('.')[0] in ('spacy', 'gliner', 'urllib3', 'http')])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "g")], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
